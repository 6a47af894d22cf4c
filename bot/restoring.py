"""`duban restore`: the database is replaced under its lock, then told how to go on."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

from bot import restored
from bot.compose import make_channels, postbox_of
from bot.config import Settings
from bot.office import office_of
from bot.texts import Texts
from data.backup import folder_of, is_sqlite, put_back, taken_at, verify
from data.errors import UserError
from data.files import FOLDER, folder_beside, take_along
from data.lock import file_lock
from data.store import exclusive, migrate, open_store, parse_url, schema_version


def has_content(settings: Settings) -> bool:
    """Whether the database is there and holds a schema, or can't be looked into."""
    url = parse_url(settings.database.url)
    if is_sqlite(url) and not Path(url.database or "").exists():
        return False
    try:
        store = open_store(settings.database.url)
    except UserError:
        return True
    try:
        return schema_version(store) is not None
    finally:
        store.close()


def restore_from(settings: Settings, file: Path, now: datetime, say: Texts) -> tuple[list[str], Path | None]:
    """Put a copy in the database's place; what to tell, and where the replaced database was kept.

    Raises UserError `already_running`, `no_such_backup`, `backup_broken`, `database_newer`, `backup_kind`.
    """
    url = parse_url(settings.database.url)
    verify(file)
    folder = folder_of(url, settings.backup.folder)
    if not is_sqlite(url):
        store = open_store(settings.database.url)
        try:
            with exclusive(store):
                return _restore(settings, file, folder, now, say)
        finally:
            store.close()
    database = Path(url.database or "")
    database.parent.mkdir(parents=True, exist_ok=True)
    with file_lock(database):
        return _restore(settings, file, folder, now, say)


def _restore(settings: Settings, file: Path, folder: Path, now: datetime, say: Texts) -> tuple[list[str], Path | None]:
    taken = taken_at(file)
    office = office_of(settings)
    lost, kept = put_back(settings.database.url, file, folder, now)
    take_along(file.parent / FOLDER, folder_beside(parse_url(settings.database.url), settings.files.folder))
    postbox = postbox_of(make_channels(settings))
    store = open_store(settings.database.url)
    try:
        migrate(store)
        found = store.write_now(
            partial(restored.settle, now=now, office=office, postbox=postbox, lost=lost, taken=taken)
        )
    finally:
        store.close()
    return restored.told(say, found, lost, taken, office), kept
