"""The database: engines, the one writing thread, the pool for reading, its schema and its lock.

All writes of a process run as plain functions on one thread, each in a transaction of its own (`await
store.write(fn)`); reads run on a small pool (`await store.read(fn)`). A function gets a `Session`, never awaits, and
returns frozen values, never rows of the ORM. Programs without a loop use `write_now` and `read_now`.
"""

from __future__ import annotations

import asyncio
import itertools
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from enum import IntEnum
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from data.errors import UserError
from data.lock import DatabaseLock, advisory_lock, file_lock

T = TypeVar("T")
BUSY_SECONDS = 10
READERS = 3
PRAGMAS = ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


class Urgency(IntEnum):
    """The order in which waiting writes are taken."""

    INBOX = 0
    CLAIM = 1
    HANDLE = 2
    REST = 3


class Store:
    """Opened by `open_store`; `close` waits for the writes that were handed in."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.writer = _engine(url, writing=True)
        self.reader = _engine(url, writing=False)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="duban-read")
        self._jobs: queue.PriorityQueue[tuple[int, int, Callable[[], None] | None]] = queue.PriorityQueue()
        self._count = itertools.count()
        self._thread = threading.Thread(target=self._work, name="duban-write", daemon=True)
        self._thread.start()

    @property
    def sqlite_path(self) -> Path | None:
        """The database's file, None on PostgreSQL."""
        return Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None

    async def write(self, fn: Callable[[Session], T], urgency: Urgency = Urgency.REST) -> T:
        """Run `fn` in a transaction on the writing thread; its exception rolls everything back and is raised here."""
        return await asyncio.wrap_future(self._submit(fn, urgency))

    async def read(self, fn: Callable[[Session], T]) -> T:
        """Run `fn` on a reading connection, in one snapshot."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, fn)

    def write_now(self, fn: Callable[[Session], T], urgency: Urgency = Urgency.REST) -> T:
        """`write` for programs without a loop."""
        return self._submit(fn, urgency).result()

    def read_now(self, fn: Callable[[Session], T]) -> T:
        """`read` for programs without a loop."""
        refuse_on_a_loop()
        with Session(self.reader, expire_on_commit=False) as session, session.begin():
            return fn(session)

    def close(self) -> None:
        self._jobs.put((len(Urgency), next(self._count), None))
        self._thread.join()
        self._readers.shutdown()
        self.writer.dispose()
        self.reader.dispose()

    def _submit(self, fn: Callable[[Session], T], urgency: Urgency) -> Future[T]:
        done: Future[T] = Future()
        self._jobs.put((urgency, next(self._count), lambda: self._run(fn, done)))
        return done

    def _run(self, fn: Callable[[Session], T], done: Future[T]) -> None:
        if not done.set_running_or_notify_cancel():
            return
        try:
            with Session(self.writer, expire_on_commit=False) as session, session.begin():
                result = fn(session)
        except BaseException as error:
            done.set_exception(error)
        else:
            done.set_result(result)

    def _work(self) -> None:
        while (job := self._jobs.get()[2]) is not None:
            job()


def refuse_on_a_loop() -> None:
    """A database call on the thread of a running loop would stop every chat: that is a bug, and is said at once."""
    with suppress(RuntimeError):
        asyncio.get_running_loop()
        raise AssertionError("a database call on the event loop's thread")


def open_store(url: str) -> Store:
    """Open the database at an SQLAlchemy URL (`sqlite:///duban.db`, `postgresql+psycopg://…`); creates no schema.

    Raises UserError `database_url`, `database_unwritable`.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        _refuse_unwritable(Path(parsed.database or ""))
    return Store(parsed)


def parse_url(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except Exception as error:
        raise UserError("database_url", url=url.split("@")[-1]) from error
    if backend == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise UserError("database_url", url=url.split("@")[-1])


def _refuse_unwritable(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        existed = path.exists()
        with sqlite3.connect(path, isolation_level=None) as probe:
            probe.execute("PRAGMA user_version")
            if existed:
                probe.execute("BEGIN IMMEDIATE")
                probe.execute("ROLLBACK")
        probe.close()
    except (OSError, sqlite3.Error) as error:
        if "locked" in str(error):
            return
        raise UserError("database_unwritable", path=str(path), why=str(error)) from error


def _engine(url: URL, *, writing: bool) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, writing=writing)
    size = 1 if writing else READERS
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=size,
        max_overflow=0,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED" if writing else "REPEATABLE READ",
        execution_options={} if writing else {"postgresql_readonly": True},
        connect_args={"prepare_threshold": None},
    )


def _sqlite_engine(url: URL, *, writing: bool) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=1 if writing else READERS,
        max_overflow=0,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        if not writing:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


# Schema ---------------------------------------------------------------------------------------------------


def schema_version(store: Store) -> str | None:
    """The revision of the database, None where it is empty."""
    with store.reader.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(store: Store) -> bool:
    """Bring the schema to this program's version, if it is older; True if anything was done.

    Raises UserError `database_newer` where a newer program made it.
    """
    from data import migrations

    if schema_version(store) == migrations.HEAD:
        return False
    migrations.upgrade(store.writer, known=schema_version(store))
    return True


def require_schema(store: Store) -> None:
    """Raise UserError `database_empty`, `database_older` or `database_newer` unless the schema is this program's."""
    from data import migrations

    migrations.require(schema_version(store))


@contextmanager
def exclusive(store: Store) -> Iterator[None]:
    """Hold the database's lock: one bot for one database. Raises UserError `already_running`."""
    lock: DatabaseLock = file_lock(store.sqlite_path) if store.sqlite_path else advisory_lock(store.writer)
    with lock:
        yield


def is_passing(error: BaseException) -> bool:
    """Whether a database error may go away by itself (locked, full, gone): the work is tried again, not set aside."""
    return isinstance(error, DBAPIError) and (
        error.connection_invalidated or error.__class__.__name__ in ("OperationalError", "InterfaceError")
    )
