"""Databases for every test: an SQLite file of its own, and where there is a server, a PostgreSQL database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from data.store import Store
from tests import databases
from tests.requirements import need

# The same inputs on every machine, however slow it is; the random ones are `make proof` and benchmarks/fuzz.py.
settings.register_profile("duban", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("duban")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'duban.db'}"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A new, empty database on the server that libpq's variables name (pg_virtualenv sets them)."""
    _need_postgres()
    with databases.empty_on_server() as name:
        yield databases.on_server(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path) -> Iterator[Store]:
    """An SQLite store with the schema."""
    (tmp_path / "duban.db").write_bytes(databases.empty_file())
    opened = databases.opened(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    _need_postgres()
    with databases.migrated_on_server() as name:
        yield name


@pytest.fixture
def postgres_store(postgres_template: str) -> Iterator[Store]:
    with databases.empty_on_server(postgres_template) as name:
        opened = databases.opened(databases.on_server(name))
        yield opened
        opened.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_store(request: pytest.FixtureRequest) -> Store:
    """The contract's store: each test runs on SQLite and on PostgreSQL."""
    found: Store = request.getfixturevalue("store" if request.param == "sqlite" else "postgres_store")
    return found


@pytest.fixture
def store_url(any_store: Store) -> str:
    """The address of `any_store`."""
    return any_store.writer.url.render_as_string(hide_password=False)


def _need_postgres() -> None:
    need("postgres", "PGHOST" in os.environ, "run under pg_virtualenv; apt install postgresql")
