"""One bot for one database: a lock that a crash frees."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from data.errors import UserError

DatabaseLock = AbstractContextManager[None]
ADVISORY_KEY = 0x64756261  # 'duba'


@contextmanager
def file_lock(database: Path) -> Iterator[None]:
    """An flock on `<database>.lock`."""
    path = database.with_name(database.name + ".lock")
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UserError("already_running", database=str(database)) from error
        yield


@contextmanager
def advisory_lock(engine: Engine) -> Iterator[None]:
    """An advisory lock of PostgreSQL, held by a connection of its own."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    own = create_engine(engine.url, poolclass=NullPool)
    with own.connect() as connection:
        if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_KEY}).scalar():
            raise UserError("already_running", database=engine.url.database or "")
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_KEY})
