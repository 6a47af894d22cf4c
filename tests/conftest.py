"""Databases for every test: an SQLite file of its own, and where there is a server, a PostgreSQL database."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text

from data.store import Store, migrate, open_store
from tests.requirements import need

# The same inputs on every machine, however slow it is; the random ones are `make proof` and benchmarks/fuzz.py.
settings.register_profile("duban", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("duban")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'duban.db'}"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A new database on the server that libpq's variables name (pg_virtualenv sets them)."""
    need("postgres", "PGHOST" in os.environ, "run under pg_virtualenv; apt install postgresql")
    name = f"duban_{secrets.token_hex(6)}"
    admin = create_engine(_server("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield _server(name)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def _server(database: str) -> str:
    user, password = os.environ.get("PGUSER", "postgres"), os.environ.get("PGPASSWORD", "")
    return (
        f"postgresql+psycopg://{user}:{password}@{os.environ['PGHOST']}:{os.environ.get('PGPORT', '5432')}/{database}"
    )


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    """An SQLite store with the schema."""
    opened = open_store(sqlite_url)
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def any_store(database_url: str) -> Iterator[Store]:
    """The contract's store: each test runs on SQLite and on PostgreSQL."""
    opened = open_store(database_url)
    migrate(opened)
    yield opened
    opened.close()
