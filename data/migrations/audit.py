"""Triggers that make a table append only."""

from __future__ import annotations

from sqlalchemy import Connection

SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"""

POSTGRES_FUNCTION = """CREATE OR REPLACE FUNCTION duban_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append only'; END $$ LANGUAGE plpgsql"""

POSTGRES = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
FOR EACH ROW EXECUTE FUNCTION duban_append_only()"""


def forbid_change(connection: Connection, table: str) -> None:
    """Refuse UPDATE and DELETE on the table from now on."""
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        connection.exec_driver_sql(POSTGRES_FUNCTION)
    for verb in ("update", "delete"):
        template = SQLITE if sqlite else POSTGRES
        connection.exec_driver_sql(template.format(table=table, verb=verb, VERB=verb.upper()))
