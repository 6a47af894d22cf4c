"""Bytes on disk, below one folder, each file under its checksum: the same file twice is there once.

A file appears under its name only when it is whole and flushed; it is read, never run and never changed.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from sqlalchemy.engine import URL

from data.backup import flush, folder_of
from data.errors import UserError

FOLDER: Final = "attachments"
UPLOADS: Final = "uploads"
_PARTS: Final = "parts"
_HEX: Final = frozenset("0123456789abcdef")


class TooLarge(Exception):
    """More bytes than may be kept."""


class Writing:
    """A file that is being written; `keep` gives it its name, else it is gone at the end."""

    def __init__(self, folder: Path, path: Path, file: IO[bytes], most: int) -> None:
        self._folder, self.path, self._file, self._most = folder, path, file, most
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> None:
        """Raises TooLarge."""
        self.size += len(piece)
        if self.size > self._most:
            raise TooLarge
        self._digest.update(piece)
        self._file.write(piece)

    def flush(self) -> None:
        """Have all that was written on disk, so that it can be looked into."""
        self._file.flush()
        os.fsync(self._file.fileno())

    @property
    def checksum(self) -> str:
        """Of what was written so far: sha256, hexadecimal."""
        return self._digest.hexdigest()

    def keep(self) -> str:
        """Put the file at its place; its checksum."""
        self._move(place_of(self._folder, self.checksum))
        return self.checksum

    def keep_for_later(self) -> str:
        """Put a file that nobody has looked into aside; the name to get it by (`upload_of`)."""
        self._move(upload_of(self._folder, self.path.name))
        return self.path.name

    def _move(self, target: Path) -> None:
        self.flush()
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path.replace(target)
        flush(target.parent)


def folder_beside(url: URL, wanted: str = "") -> Path:
    """Where files are kept: the folder that is wished, else `duban-files/attachments` beside the database."""
    return Path(wanted) if wanted else folder_of(url) / FOLDER


def place_of(folder: Path, checksum: str) -> Path:
    """Where the file of a checksum lies. Raises ValueError for what is no checksum."""
    return folder / checksum[:2] / _name(checksum, 64)


def upload_of(folder: Path, name: str) -> Path:
    """Where an upload waits to be looked into. Raises ValueError for what is no name of one."""
    return folder / UPLOADS / _name(name, 32)


def _name(name: str, length: int) -> str:
    if len(name) != length or not set(name) <= _HEX:
        raise ValueError("not a checksum")
    return name


@contextmanager
def writing(folder: Path, most: int) -> Iterator[Writing]:
    """A new file of at most `most` bytes. Raises OSError."""
    parts = folder / _PARTS
    parts.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = parts / secrets.token_hex(16)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            yield Writing(folder, path, file, most)
    finally:
        with suppress(OSError):
            path.unlink()


def sweep(folder: Path) -> None:
    """Remove what an earlier process had begun to write. Only while nobody writes: at the start, with the lock held."""
    shutil.rmtree(folder / _PARTS, ignore_errors=True)


def take_along(source: Path, target: Path) -> int:
    """Copy what is there and not yet in the target folder; how many files. Safe beside a running bot.

    Raises UserError `backup_failed`.
    """
    if not source.is_dir() or source.resolve() == target.resolve():
        return 0
    try:
        missing = [path for path in source.glob("??/" + "?" * 64) if not place_of(target, path.name).exists()]
        for path in missing:
            _copy(path, target)
    except OSError as error:
        raise UserError("backup_failed", path=str(target), why=str(error)) from error
    return len(missing)


def _copy(path: Path, target: Path) -> None:
    with writing(target, path.stat().st_size) as made, path.open("rb") as file:
        while piece := file.read(1 << 20):
            made.write(piece)
        made.keep()
