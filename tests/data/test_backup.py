"""Copies of the database on SQLite and on PostgreSQL: taken in use, verified by opening, put back."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import column, insert, select, table, text
from sqlalchemy.orm import Session

from data import migrations
from data.backup import FOLDER, Stopped, folder_of, migrate_safely, name_of, put_back, rotate, take, taken_at, verify
from data.errors import UserError
from data.models import Inbox, Setting, UtcDateTime
from data.store import Store, exclusive, migrate, open_store, parse_url, schema_version

NOW = datetime(2021, 9, 26, 1, 0, tzinfo=UTC)


PERSON = table(
    "person", *map(column, ("id", "name", "contact_order", "scope", "language")), column("created_at", UtcDateTime)
)
ACCOUNT = table("account", *map(column, ("channel", "external_id", "person_id")), column("created_at", UtcDateTime))
INBOX = table(
    "inbox",
    *map(column, ("channel", "bot_id", "sender", "raw", "update_id", "state", "tries")),
    column("received_at", UtcDateTime),
)


def heard(number: int, at: datetime):  # type: ignore[no-untyped-def]
    """A message of 李敏, as every past schema stores it."""

    def work(session: Session) -> None:
        if session.execute(select(PERSON.c.id)).first() is None:
            person = {"id": 1, "name": "李敏", "contact_order": "A", "scope": "own", "language": "zh-CN"}
            session.execute(insert(PERSON).values(**person, created_at=NOW))
            account = {"channel": "paper", "external_id": "a", "person_id": 1}
            session.execute(insert(ACCOUNT).values(**account, created_at=NOW))
        row = {"channel": "paper", "bot_id": "1", "sender": "a", "raw": "{}", "update_id": str(number)}
        session.execute(insert(INBOX).values(**row, state="new", tries=0, received_at=at))

    return work


def messages(session: Session) -> list[str]:
    return list(session.scalars(select(Inbox.update_id).order_by(Inbox.id)))


def ending(store: Store) -> str:
    return ".db" if store.sqlite_path else ".dump"


def test_a_copy_opens_and_is_what_was_there(any_store: Store, tmp_path: Path) -> None:
    any_store.write_now(heard(1, NOW))
    made = take(any_store, tmp_path / f"copy{ending(any_store)}", NOW)
    assert (made.revision, made.size > 0) == (migrations.HEAD, True)
    assert verify(made.path) == made
    assert taken_at(made.path) == NOW
    assert made.path.stat().st_mode & 0o077 == 0


def test_a_copy_taken_while_somebody_writes_is_whole(store: Store, tmp_path: Path) -> None:
    going, begun = threading.Event(), threading.Event()

    def talk() -> None:
        number = 0
        while not going.is_set():
            number += 1
            store.write_now(heard(number, NOW))
            begun.set()

    talking = threading.Thread(target=talk)
    talking.start()
    begun.wait()
    try:
        made = take(store, tmp_path / "copy.db", NOW)
    finally:
        going.set()
        talking.join()
    with sqlite3.connect(made.path) as copy:
        numbers = [int(row[0]) for row in copy.execute("SELECT update_id FROM inbox ORDER BY id")]
    copy.close()
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers
    assert list(tmp_path.glob("copy.db-*")) == []


def test_a_copy_is_never_half_there(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        take(store, tmp_path / "copy.db", NOW, stopping=lambda: True)
    assert list(tmp_path.glob("copy*")) == []


def test_a_file_that_is_there_is_not_overwritten(store: Store, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(UserError, match="file_exists"):
        take(store, tmp_path / "copy.db", NOW)
    assert (tmp_path / "copy.db").read_text() == "mine"


def test_a_place_that_can_not_be_written_is_named(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="backup_failed"):
        take(store, tmp_path / "file" / "copy.db", NOW)


@pytest.mark.parametrize("damage", ["cut", "noise", "text", "empty"])
def test_a_damaged_copy_is_refused(store: Store, tmp_path: Path, damage: str) -> None:
    for number in range(200):
        store.write_now(heard(number, NOW))
    path = take(store, tmp_path / "copy.db", NOW).path
    whole = path.read_bytes()
    broken = {"cut": whole[: len(whole) // 2], "noise": whole[:4096] + bytes(4096) + whole[8192:], "text": b"x" * 9000}
    path.write_bytes(broken.get(damage, b""))
    with pytest.raises(UserError, match="backup_broken"):
        verify(path)


def test_a_copy_of_a_newer_program_is_refused(store: Store, tmp_path: Path) -> None:
    store.write_now(lambda session: session.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(UserError, match="database_newer"):
        take(store, tmp_path / "copy.db", NOW)


def test_only_the_newest_copies_of_the_clock_are_kept(tmp_path: Path) -> None:
    url = parse_url("sqlite:///x.db")
    names = [name_of("backup", url, NOW + timedelta(days=day)) for day in range(5)]
    for name in (*names, "before-0002-x.db", "replaced-x.db", "mine.db"):
        (tmp_path / name).touch()
    assert sorted(path.name for path in rotate(tmp_path, 2)) == names[:3]
    assert {path.name for path in tmp_path.iterdir()} == {*names[3:], "before-0002-x.db", "replaced-x.db", "mine.db"}
    assert rotate(tmp_path, 0) == []


def test_copies_lie_beside_the_database_unless_told_otherwise(tmp_path: Path) -> None:
    url = parse_url(f"sqlite:///{tmp_path / 'duban.db'}")
    assert folder_of(url) == tmp_path / FOLDER
    assert folder_of(url, "elsewhere") == Path("elsewhere")


# Putting back ----------------------------------------------------------------------------------------------


def test_what_is_put_back_is_what_was_copied_and_the_loss_is_named(
    any_store: Store, store_url: str, tmp_path: Path
) -> None:
    any_store.write_now(heard(1, NOW))
    copy = take(any_store, tmp_path / f"copy{ending(any_store)}", NOW + timedelta(hours=1)).path
    any_store.write_now(heard(2, NOW + timedelta(hours=2)))
    any_store.write_now(heard(3, NOW + timedelta(hours=3)))
    any_store.close()
    lost, kept = put_back(store_url, copy, tmp_path / "kept", NOW + timedelta(hours=4))
    assert lost is not None
    assert (lost.messages, lost.people, lost.since) == (2, (("李敏", 2),), NOW + timedelta(hours=1))
    opened = open_store(store_url)
    assert opened.read_now(messages) == ["1"]
    assert schema_version(opened) == migrations.HEAD
    opened.close()
    assert kept is not None
    assert verify(kept).revision == migrations.HEAD


def test_the_replaced_database_can_be_put_back_again(store: Store, sqlite_url: str, tmp_path: Path) -> None:
    copy = take(store, tmp_path / "copy.db", NOW).path
    store.write_now(heard(1, NOW + timedelta(hours=1)))
    store.close()
    _lost, kept = put_back(sqlite_url, copy, tmp_path / "kept", NOW)
    assert kept is not None
    put_back(sqlite_url, kept, tmp_path / "kept", NOW + timedelta(seconds=1))
    opened = open_store(sqlite_url)
    assert opened.read_now(messages) == ["1"]
    opened.close()


def test_a_database_that_can_not_be_read_is_replaced_all_the_same(tmp_path: Path, store: Store) -> None:
    copy = take(store, tmp_path / "copy.db", NOW).path
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database " * 1000)
    broken.with_name("broken.db-wal").write_bytes(b"rubbish")
    lost, kept = put_back(f"sqlite:///{broken}", copy, tmp_path / "kept", NOW)
    assert lost is None
    assert kept is not None
    assert kept.read_bytes().startswith(b"no database")
    opened = open_store(f"sqlite:///{broken}")
    assert opened.read_now(messages) == []
    opened.close()


def test_a_dump_is_no_copy_of_a_file(tmp_path: Path, store: Store) -> None:
    copy = take(store, tmp_path / "copy.db", NOW).path
    with pytest.raises(UserError, match="backup_kind"):
        put_back("postgresql://nobody@127.0.0.1:1/none", copy, tmp_path, NOW)


# Migrating -------------------------------------------------------------------------------------------------


def at_first_revision(url: str) -> Store:
    """A database as the first program left it."""
    from alembic import command

    opened = open_store(url)
    config = migrations._config()
    with opened.writer.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    return opened


def test_an_older_database_is_copied_before_it_is_migrated(database_url: str, tmp_path: Path) -> None:
    old = at_first_revision(database_url)
    old.write_now(heard(1, NOW))
    with exclusive(old):
        made = migrate_safely(old, tmp_path / FOLDER, NOW)
    assert made is not None
    assert made.revision == "0001"
    assert verify(made.path).revision == "0001"
    assert schema_version(old) == migrations.HEAD
    assert old.read_now(messages) == ["1"]
    assert migrate_safely(old, tmp_path / FOLDER, NOW) is None
    old.close()


def test_a_new_database_needs_no_copy(sqlite_url: str, tmp_path: Path) -> None:
    fresh = open_store(sqlite_url)
    assert migrate_safely(fresh, tmp_path / FOLDER, NOW) is None
    assert not (tmp_path / FOLDER).exists()
    fresh.close()


def test_a_migration_without_its_copy_is_not_begun(sqlite_url: str, tmp_path: Path) -> None:
    old = at_first_revision(sqlite_url)
    (tmp_path / "blocked").write_text("")
    with pytest.raises(UserError, match="backup_failed"):
        migrate_safely(old, tmp_path / "blocked", NOW)
    assert schema_version(old) == "0001"
    old.close()


def test_a_copy_of_an_older_program_is_put_back_and_upgraded(database_url: str, tmp_path: Path) -> None:
    old = at_first_revision(database_url)
    old.write_now(heard(1, NOW))
    copy = take(old, tmp_path / f"old{ending(old)}", NOW).path
    migrate(old)
    old.write_now(lambda session: session.add(Setting(key="later", value=1)))
    old.close()
    put_back(database_url, copy, tmp_path / "kept", NOW)
    opened = open_store(database_url)
    migrate(opened)
    assert opened.read_now(messages) == ["1"]
    assert opened.read_now(lambda session: session.get(Setting, "later")) is None
    opened.close()
