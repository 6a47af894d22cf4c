"""Copies of the database: taken while it is in use, verified by opening, put back while nobody uses it.

SQLite by its online backup, PostgreSQL by pg_dump and pg_restore. A copy is one file; it appears under its name only
when it was verified.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from data import migrations
from data.errors import UserError
from data.models import Account, Inbox, Outbox, Person, Report, Setting
from data.store import Store, migrate, open_store, parse_url, schema_version

FOLDER: Final = "duban-files"
TAKEN: Final = "backup.taken"
STEP_PAGES: Final = 2000
DUMP_SECONDS: Final = 3600


class Stopped(Exception):
    """A backup that was given up because the program ends."""


@dataclass(frozen=True)
class Copy:
    """A verified copy: its file, its size in bytes, the schema's revision."""

    path: Path
    size: int
    revision: str


@dataclass(frozen=True)
class Lost:
    """What the replaced database held beyond a copy taken at `since`. `people`: name (empty: unknown) → messages."""

    since: datetime
    until: datetime
    messages: int = 0
    reports: int = 0
    sent: int = 0
    people: tuple[tuple[str, int], ...] = ()


def folder_of(url: URL, wanted: str = "") -> Path:
    """Where copies are kept: the folder that is wished, else `duban-files` beside the database's file."""
    if wanted:
        return Path(wanted)
    beside = Path(url.database or "").parent if is_sqlite(url) else Path()
    return beside / FOLDER


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def name_of(kind: str, url: URL, now: datetime) -> str:
    """`backup-20210926T010000Z.db`; `.dump` for PostgreSQL."""
    return f"{kind}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}{'.db' if is_sqlite(url) else '.dump'}"


# Taking ----------------------------------------------------------------------------------------------------


def take(store: Store, path: Path, now: datetime, stopping: Callable[[], bool] = lambda: False) -> Copy:
    """Copy the database to a new file, while it is in use. Raises UserError `backup_failed`, `file_exists`; Stopped."""
    if path.exists():
        raise UserError("file_exists", path=str(path))
    store.write_now(lambda session: stamp(session, now))
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        _copy(store.url, part, stopping)
        verified = verify(part)
        flush(part)
        part.replace(path)
        flush(path.parent)
    except (OSError, sqlite3.Error, subprocess.SubprocessError) as error:
        raise UserError("backup_failed", path=str(path), why=_why(error)) from error
    finally:
        with suppress(OSError):
            part.unlink()
    return Copy(path, verified.size, verified.revision)


def stamp(session: Session, now: datetime) -> None:
    """Have the copy know when it was taken."""
    session.merge(Setting(key=TAKEN, value=now.isoformat()))


def _copy(url: URL, target: Path, stopping: Callable[[], bool]) -> None:
    if is_sqlite(url):
        _copy_sqlite(Path(url.database or ""), target, stopping)
    else:
        _postgres("pg_dump", url, "--format=custom", f"--file={target}")


def _copy_sqlite(source: Path, target: Path, stopping: Callable[[], bool]) -> None:
    def going_on(_status: int, _remaining: int, _total: int) -> None:
        if stopping():
            raise Stopped

    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)) as old,
        closing(sqlite3.connect(target, isolation_level=None)) as new,
    ):
        # An open snapshot: without it every commit of the bot would begin the copy anew.
        old.execute("BEGIN")
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()
        old.backup(new, pages=STEP_PAGES, progress=going_on)
        new.execute("PRAGMA journal_mode=DELETE")


def rotate(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest copies that were taken by the clock; those removed."""
    found = sorted(path for path in folder.glob("backup-*") if path.suffix in (".db", ".dump"))
    old = found[:-keep] if keep else []
    for path in old:
        path.unlink(missing_ok=True)
    return old


def migrate_safely(store: Store, folder: Path, now: datetime) -> Copy | None:
    """Migrate; a database that holds something is copied before. Needs the lock. The copy, None where none was due.

    Raises UserError `database_newer`, `backup_failed`.
    """
    found = schema_version(store)
    copied = None
    if found is not None and found != migrations.HEAD and migrations.is_known(found):
        copied = take(store, folder / name_of(f"before-{migrations.HEAD}", store.url, now), now)
    migrate(store)
    return copied


# Verifying -------------------------------------------------------------------------------------------------


def verify(path: Path) -> Copy:
    """Open a copy and look whether it is whole. Raises UserError `backup_broken`, `database_newer`."""
    if not path.is_file():
        raise UserError("no_such_backup", path=str(path))
    try:
        revision = _dumped_revision(path) if is_dump(path) else _stored_revision(path)
    except (OSError, sqlite3.Error, subprocess.SubprocessError, ValueError) as error:
        raise UserError("backup_broken", path=str(path), why=_why(error)) from error
    if not migrations.is_known(revision):
        raise UserError("database_newer", found=revision, needed=migrations.HEAD)
    return Copy(path, path.stat().st_size, revision)


def is_dump(path: Path) -> bool:
    """Whether a file is pg_dump's, by its first bytes."""
    with path.open("rb") as file:
        return file.read(5) == b"PGDMP"


def _stored_revision(path: Path) -> str:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as copy:
        found = [row[0] for row in copy.execute("PRAGMA integrity_check")]
        if found != ["ok"]:
            raise ValueError("; ".join(found[:3]))
        if copy.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise ValueError("foreign keys")
        return str(copy.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def _dumped_revision(path: Path) -> str:
    told = _run(["pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(path)], {})
    lines = told.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("COPY") and "alembic_version" in line)
    _run(["pg_restore", "--file=/dev/null", str(path)], {})
    return lines[start + 1].strip()


# Putting back ----------------------------------------------------------------------------------------------


def put_back(url: str, source: Path, folder: Path, now: datetime) -> tuple[Lost | None, Path | None]:
    """Replace the database by a copy; needs the lock of the database at `url`. What is lost by it as far as can be
    known, and where the replaced database was kept (None, None where there was none, or none that could be read).

    Raises UserError `backup_broken`, `database_newer`, `backup_kind`.
    """
    parsed = parse_url(url)
    copy = verify(source)
    if is_dump(source) is is_sqlite(parsed):
        raise UserError("backup_kind", path=str(source))
    taken = taken_at(copy.path)
    lost = lost_since(url, taken, now) if taken is not None else None
    kept = folder / name_of("replaced", parsed, now)
    folder.mkdir(parents=True, exist_ok=True)
    if is_sqlite(parsed):
        return lost, _swap_sqlite(Path(parsed.database or ""), source, kept)
    return lost, _swap_postgres(parsed, source, kept)


def _swap_sqlite(target: Path, source: Path, kept: Path) -> Path | None:
    fresh = target.with_name(target.name + ".new")
    shutil.copyfile(source, fresh)
    fresh.chmod(0o600)
    flush(fresh)
    existed = target.exists()
    if existed:
        with suppress(sqlite3.Error), closing(sqlite3.connect(target)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(target, kept)
        # A journal of the old database beside the new one would be taken for its own.
        for ending in ("-wal", "-shm", "-journal"):
            with suppress(FileNotFoundError):
                target.with_name(target.name + ending).replace(kept.with_name(kept.name + ending))
    fresh.replace(target)
    flush(target.parent)
    return kept if existed else None


def _swap_postgres(url: URL, source: Path, kept: Path) -> Path | None:
    _postgres("pg_dump", url, "--format=custom", f"--file={kept}")
    anew = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
    _postgres("psql", url, "--quiet", "--set=ON_ERROR_STOP=1", f"--command={anew}")
    _postgres("pg_restore", url, "--no-owner", "--exit-on-error", "--single-transaction", str(source))
    return kept


def taken_at(path: Path) -> datetime | None:
    """When a copy was taken, by its own word."""
    with suppress(sqlite3.Error, ValueError, StopIteration, subprocess.SubprocessError):
        if is_dump(path):
            return _dumped_stamp(path)
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            row = copy.execute("SELECT value FROM setting WHERE key = ?", (TAKEN,)).fetchone()
        return datetime.fromisoformat(row[0].strip('"')) if row is not None else None
    return None


def _dumped_stamp(path: Path) -> datetime:
    told = _run(["pg_restore", "--data-only", "--table=setting", "--file=-", str(path)], {})
    line = next(line for line in told.splitlines() if line.startswith(f"{TAKEN}\t"))
    return datetime.fromisoformat(line.partition("\t")[2].strip().strip('"'))


def lost_since(url: str, since: datetime, now: datetime) -> Lost | None:
    """What a database took in and sent after an instant; None where it can't be read."""
    try:
        with _reading(url) as store:
            return store.read_now(lambda session: _lost(session, since, now)) if schema_version(store) else None
    except Exception:
        return None


@contextmanager
def _reading(url: str) -> Iterator[Store]:
    store = open_store(url)
    try:
        yield store
    finally:
        store.close()


def _lost(session: Session, since: datetime, now: datetime) -> Lost:
    people = session.execute(
        select(Person.name, func.count())
        .select_from(Inbox)
        .outerjoin(Account, (Account.channel == Inbox.channel) & (Account.external_id == Inbox.sender))
        .outerjoin(Person, Person.id == Account.person_id)
        .where(Inbox.received_at > since)
        .group_by(Person.name)
        .order_by(func.count().desc(), Person.name)
    ).all()
    return Lost(
        since=since,
        until=now,
        messages=sum(count for _name, count in people),
        reports=session.scalar(select(func.count()).select_from(Report).where(Report.created_at > since)) or 0,
        sent=session.scalar(select(func.count()).select_from(Outbox).where(Outbox.sent_at > since)) or 0,
        people=tuple((name or "", count) for name, count in people),
    )


# The outside -----------------------------------------------------------------------------------------------


def _postgres(program: str, url: URL, *arguments: str) -> str:
    """Run one of PostgreSQL's programs on a database; the password goes by the environment, never by the arguments."""
    told = {"host": url.host, "port": url.port, "username": url.username, "dbname": url.database}
    options = [f"--{name}={value}" for name, value in told.items() if value is not None]
    password = {"PGPASSWORD": url.password} if url.password else {}
    return _run([program, "--no-password", *options, *arguments], password)


def _run(command: list[str], secret: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(
            command, env={**os.environ, **secret}, capture_output=True, text=True, check=True, timeout=DUMP_SECONDS
        )
    except FileNotFoundError as error:
        raise UserError("postgres_tools", program=command[0]) from error
    return done.stdout


def _why(error: BaseException) -> str:
    said = getattr(error, "stderr", None) or str(error)
    return str(said).strip().splitlines()[-1] if str(said).strip() else type(error).__name__


def flush(path: Path) -> None:
    """Have a file or a folder on disk before anything relies on it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
