"""Databases with nothing but this program's tables, made once for each process of the tests and copied from there."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, text

from data.store import Store, migrate, open_store


@cache
def empty_file() -> bytes:
    """An SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        store = open_store(f"sqlite:///{path}")
        migrate(store)
        store.close()
        return path.read_bytes()


@contextmanager
def empty_on_server(template: str = "template1") -> Iterator[str]:
    """The name of a new database on the server that libpq's variables name; it ends with the context."""
    name = f"duban_{secrets.token_hex(6)}"
    admin = create_engine(on_server("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    try:
        yield name
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@contextmanager
def migrated_on_server() -> Iterator[str]:
    """The name of a database with the tables, to be a template: nobody is connected to it."""
    with empty_on_server() as name:
        store = open_store(on_server(name))
        migrate(store)
        store.close()
        yield name


def on_server(database: str) -> str:
    user, password = os.environ.get("PGUSER", "postgres"), os.environ.get("PGPASSWORD", "")
    return (
        f"postgresql+psycopg://{user}:{password}@{os.environ['PGHOST']}:{os.environ.get('PGPORT', '5432')}/{database}"
    )


def opened(url: str) -> Store:
    store = open_store(url)
    migrate(store)
    return store
