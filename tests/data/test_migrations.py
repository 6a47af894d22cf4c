"""Every past schema, with a row in each of its tables, becomes today's and keeps what it held."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, select

from data import migrations
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


def fill(connection: Connection) -> dict[str, dict[str, Any]]:
    """One row in each table; table → the row."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        if table.name != "alembic_version":
            connection.execute(table.insert(), {column.name: value(column) for column in table.columns})
    return rows(connection, metadata.sorted_tables)


def rows(connection: Connection, tables: list[Table]) -> dict[str, dict[str, Any]]:
    found = {}
    for table in tables:
        if table.name != "alembic_version":
            (row,) = connection.execute(select(table)).mappings()
            found[table.name] = dict(row)
    return found


def test_there_is_a_past() -> None:
    assert "0001" in PAST


@pytest.mark.parametrize("revision", PAST)
def test_a_past_schema_is_upgraded_with_all_that_it_holds(database_url: str, revision: str) -> None:
    old = at_revision(database_url, revision)
    with old.writer.begin() as connection:
        before = fill(connection)
    assert len(before) > 20
    assert migrate(old) is True
    assert schema_version(old) == migrations.HEAD
    metadata = MetaData()
    with old.writer.begin() as connection:
        metadata.reflect(connection)
        after = rows(connection, [table for table in metadata.sorted_tables if table.name in before])
    old.close()
    for table, row in before.items():
        assert {name: after[table][name] for name in row if name in after[table]} == {
            name: kept for name, kept in row.items() if name in after[table]
        }, table
