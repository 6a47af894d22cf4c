"""One contract for both databases."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from data import audit, migrations
from data.errors import UserError
from data.models import AuditEvent, Base, Setting, Unit
from data.store import Store, Urgency, exclusive, migrate, open_store, parse_url, require_schema, schema_version

NOW = datetime(2021, 9, 26, 1, 0, 0, 123456, tzinfo=UTC)


def add_unit(name: str):  # type: ignore[no-untyped-def]
    def work(session: Session) -> int:
        unit = Unit(name=name, aliases=[])
        session.add(unit)
        session.flush()
        return unit.id

    return work


def unit_names(session: Session) -> list[str]:
    return list(session.scalars(select(Unit.name).order_by(Unit.id)))


def test_what_was_written_is_read(any_store: Store) -> None:
    any_store.write_now(add_unit("教育局"))
    assert any_store.read_now(unit_names) == ["教育局"]


def test_a_failing_write_leaves_nothing_after_released_savepoints(any_store: Store) -> None:
    def work(session: Session) -> None:
        with session.begin_nested():
            session.add(Unit(name="教育局", aliases=[]))
        raise RuntimeError("late")

    with pytest.raises(RuntimeError, match="late"):
        any_store.write_now(work)
    assert any_store.read_now(unit_names) == []


def test_a_failed_savepoint_leaves_the_rest_of_the_transaction(any_store: Store) -> None:
    def work(session: Session) -> None:
        session.add(Unit(name="教育局", aliases=[]))
        session.flush()
        inner = session.begin_nested()
        session.add(Unit(name="住建局", aliases=[]))
        session.flush()
        inner.rollback()

    any_store.write_now(work)
    assert any_store.read_now(unit_names) == ["教育局"]


def test_a_read_then_a_write_beside_another_writer_succeeds(any_store: Store, store_url: str) -> None:
    other = open_store(store_url)
    started = threading.Event()

    def slow(session: Session) -> None:
        session.scalars(select(Unit)).all()
        started.set()
        session.execute(select(text("1")))
        session.add(Unit(name="教育局", aliases=[]))

    def second(session: Session) -> None:
        session.scalars(select(Unit)).all()
        session.add(Unit(name="住建局", aliases=[]))

    thread = threading.Thread(target=any_store.write_now, args=(slow,))
    thread.start()
    started.wait()
    other.write_now(second)
    thread.join()
    other.close()
    assert sorted(any_store.read_now(unit_names)) == ["住建局", "教育局"]


def test_reading_connections_can_not_write(any_store: Store) -> None:
    with pytest.raises(DBAPIError):
        any_store.read_now(add_unit("教育局"))


def test_urgent_writes_overtake_waiting_ones(any_store: Store) -> None:
    order: list[str] = []
    gate = threading.Event()
    first = any_store._submit(lambda _session: gate.wait(), Urgency.REST)
    later = any_store._submit(lambda _session: order.append("rest"), Urgency.REST)
    sooner = any_store._submit(lambda _session: order.append("inbox"), Urgency.INBOX)
    gate.set()
    for each in (first, later, sooner):
        each.result()
    assert order == ["inbox", "rest"]


async def test_a_database_call_on_the_loops_thread_is_a_bug(any_store: Store) -> None:
    with pytest.raises(AssertionError, match="event loop"):
        any_store.read_now(unit_names)


async def test_writes_and_reads_are_awaited_from_the_loop(any_store: Store) -> None:
    ids = await asyncio.gather(*(any_store.write(add_unit(f"{n}局")) for n in range(20)))
    assert len(set(ids)) == 20
    assert len(await any_store.read(unit_names)) == 20


def test_instants_keep_their_microseconds_and_naive_ones_are_refused(any_store: Store) -> None:
    any_store.write_now(lambda session: audit.record(session, NOW, "test", "unit", 1))
    assert any_store.read_now(lambda session: session.scalars(select(AuditEvent.at)).one()) == NOW
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(StatementError, match="naive"):
        any_store.write_now(lambda session: audit.record(session, naive, "test", "unit", 1))


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event"])
def test_the_audit_trail_is_append_only(any_store: Store, statement: str) -> None:
    any_store.write_now(lambda session: audit.record(session, NOW, "test", "unit", 1, {"a": 1}, None))
    with pytest.raises(DBAPIError, match="append only"):
        any_store.write_now(lambda session: session.execute(text(statement)))
    kept = any_store.read_now(lambda session: session.execute(select(AuditEvent.action, AuditEvent.before)).one())
    assert tuple(kept) == ("test", {"a": 1})


def test_migrating_gives_the_schema_of_the_models(any_store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with any_store.writer.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert set(inspect(connection).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_head_is_the_newest_script(any_store: Store) -> None:
    assert migrations._scripts().get_current_head() == migrations.HEAD
    assert schema_version(any_store) == migrations.HEAD
    assert migrate(any_store) is False


def test_a_newer_database_is_refused_with_a_sentence(any_store: Store) -> None:
    any_store.write_now(lambda session: session.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(UserError, match="database_newer"):
        require_schema(any_store)
    with pytest.raises(UserError, match="database_newer"):
        migrate(any_store)


def test_an_empty_database_is_named(database_url: str) -> None:
    opened = open_store(database_url)
    with pytest.raises(UserError, match="database_empty"):
        require_schema(opened)
    opened.close()


def test_a_second_bot_on_the_same_database_is_refused(any_store: Store, store_url: str) -> None:
    other = open_store(store_url)
    with exclusive(any_store), pytest.raises(UserError, match="already_running"), exclusive(other):
        pass
    with exclusive(other):
        pass
    other.close()


def test_a_json_value_comes_back_as_it_was(any_store: Store) -> None:
    value = {"时间": ["9:00", None, 1.5]}
    any_store.write_now(lambda session: session.add(Setting(key="k", value=value)))
    assert any_store.read_now(lambda session: session.get_one(Setting, "k").value) == value


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://a/b", "sqlite://", "sqlite:///:memory:"])
def test_a_database_address_that_can_not_be_is_refused(url: str) -> None:
    with pytest.raises(UserError, match="database_url"):
        parse_url(url)


def test_a_password_never_shows_in_the_error() -> None:
    with pytest.raises(UserError) as caught:
        parse_url("mysql://user:secret@host/name")
    assert "secret" not in str(caught.value)


def test_an_unwritable_place_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(UserError, match="database_unwritable"):
        open_store(f"sqlite:///{blocked / 'duban.db'}")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "duban.db"
    path.write_bytes(b"no database at all, but long enough to be read as a header " * 20)
    with pytest.raises(UserError, match="database_unwritable"):
        open_store(f"sqlite:///{path}")


def test_sqlite_is_durable_and_checks_its_references(store: Store) -> None:
    def pragmas(session: Session) -> list[object]:
        return [
            session.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert store.write_now(pragmas) == ["wal", 2, 1]
