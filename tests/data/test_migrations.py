"""Every past schema, with a row in each of its tables, becomes today's and keeps what it held."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, select

from data import migrations
from data.installation import calendar_home
from data.store import Store, migrate, open_store, schema_version

PAST = [script.revision for script in migrations._scripts().walk_revisions() if script.revision != migrations.HEAD]


def at_revision(url: str, revision: str) -> Store:
    """A database as the program of that revision left it."""
    from alembic import command

    opened = open_store(url)
    config = migrations._config()
    with opened.writer.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return opened


def value(column: Column[Any]) -> Any:
    """Something that fits; 1 where it points to another table's row, or to its own."""
    if column.foreign_keys or (column.primary_key and column.type.python_type is int):
        return None if column.nullable else 1
    kind = column.type.python_type
    made = {str: "x", bytes: b"x", int: 1, float: 1.5, bool: True, dict: {"a": 1}, object: {"a": 1}}
    made |= {date: date(2021, 9, 26)}
    return datetime(2021, 9, 26, tzinfo=UTC).replace(tzinfo=None) if kind is datetime else made[kind]


def fill(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """One row more in each table; table → its rows."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        if table.name != "alembic_version":
            connection.execute(table.insert(), {column.name: value(column) for column in table.columns})
    return rows(connection, metadata.sorted_tables)


def rows(connection: Connection, tables: list[Table]) -> dict[str, list[dict[str, Any]]]:
    return {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in tables
        if table.name != "alembic_version"
    }


def test_there_is_a_past() -> None:
    assert "0001" in PAST


@pytest.mark.parametrize("revision", PAST)
def test_a_past_schema_is_upgraded_with_all_that_it_holds(database_url: str, revision: str) -> None:
    old = at_revision(database_url, revision)
    with old.writer.begin() as connection:
        before = fill(connection)
    assert len(before) > 20
    assert all(before.values())
    assert migrate(old) is True
    assert schema_version(old) == migrations.HEAD
    metadata = MetaData()
    with old.writer.begin() as connection:
        metadata.reflect(connection)
        after = rows(connection, [table for table in metadata.sorted_tables if table.name in before])
    old.close()
    for table, held in before.items():
        columns = held[0].keys() & after[table][0].keys() if table in after else set()
        kept = [{name: row[name] for name in columns} for row in after.get(table, ())]
        assert all({name: row[name] for name in columns} in kept for row in held), table


def home_of(store: Store) -> str:
    return store.read_now(calendar_home)


def test_every_installation_has_a_name_of_its_own_that_stays(tmp_path: Path) -> None:
    homes = []
    for name in ("one", "two"):
        opened = open_store(f"sqlite:///{tmp_path / name}.db")
        migrate(opened)
        homes.append(home_of(opened))
        assert migrate(opened) is False
        assert home_of(opened) == homes[-1]
        opened.close()
    assert homes[0] != homes[1]


@pytest.mark.parametrize(("revoked", "same"), [(None, True), ("2021-09-26 09:00:00.000000", False)])
def test_calendars_in_use_keep_their_uids(database_url: str, revoked: str | None, same: bool) -> None:
    old = at_revision(database_url, "0013")
    with old.writer.begin() as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        for name in ("unit", "person", "read_pass"):
            table = metadata.tables[name]
            row = {column.name: value(column) for column in table.columns}
            row |= (
                {"kind": "feed", "revoked_at": datetime.fromisoformat(revoked) if revoked else None}
                if name == "read_pass"
                else {}
            )
            connection.execute(table.insert(), row)
    migrate(old)
    assert (home_of(old) == "duban") is same
    old.close()
