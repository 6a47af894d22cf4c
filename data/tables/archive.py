"""Office files are zip archives: what is looked at before anything in them is unpacked or parsed."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

from data.errors import UserError

MEMBERS_LIMIT = 10_000
UNPACKED_LIMIT = 512 * 1024 * 1024
RATIO_LIMIT = 200
RATIO_FROM = 16 * 1024 * 1024  # below this size a high ratio does no harm
_CHUNK = 1 << 20
# What the standard library raises at a damaged archive, or at one packed in a way it can't unpack.
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, KeyError, ValueError)


def members_of(path: Path) -> frozenset[str]:
    """The names inside an office file, once its size is bearable and its XML asks for nothing outside."""
    try:
        with zipfile.ZipFile(path) as archive:
            _bearable(archive, path)
            for info in archive.infolist():
                if info.filename.endswith((".xml", ".rels")):
                    _innocent(archive, info, path)
            return frozenset(archive.namelist())
    except BROKEN as error:
        raise UserError("import.file_broken", file=path.name) from error


def _bearable(archive: zipfile.ZipFile, path: Path) -> None:
    infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    packed = max(1, min(sum(info.compress_size for info in infos), path.stat().st_size))
    if (
        len(infos) > MEMBERS_LIMIT
        or unpacked > UNPACKED_LIMIT
        or (unpacked > RATIO_FROM and unpacked > packed * RATIO_LIMIT)
    ):
        raise UserError("import.zip_bomb", file=path.name, megabytes=unpacked >> 20)


def _innocent(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> None:
    """Refuse a document type: office files have none, and with it come entities. It stands before the first element."""
    try:
        with archive.open(info) as stream:
            next(elements(stream, "start"), None)
    except DefusedXmlException as error:
        raise UserError("import.file_entities", file=path.name, part=info.filename) from error
    except ParseError as error:
        raise UserError("import.file_broken", file=path.name) from error


def elements(stream: IO[bytes], event: str = "end") -> Iterator[Element]:
    """The XML elements of a stream one by one; a document type is an error."""
    for _, element in iterparse(stream, events=(event,), forbid_dtd=True):
        yield element


def check_unpacked(path: Path, member: str, limit: int) -> None:
    """Unpack a member into nothing, and refuse it as soon as it is larger than `limit` bytes, whatever was promised."""
    size = 0
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > limit:
                    raise UserError("import.zip_bomb", file=path.name, megabytes=size >> 20)
    except BROKEN as error:
        raise UserError("import.file_broken", file=path.name) from error
