"""What a file is, by what it begins with, and what its letters are written in."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from data.errors import UserError

_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_DOCUMENTS = frozenset((".doc", ".wps", ".rtf", ".odt", ".docx"))
_SHEETS = frozenset((".et", ".ods", ".xlsx", ".xlsm"))
_ENCODINGS = ("utf-8-sig", "gb18030")


class FileKind(StrEnum):
    DOCX = "docx"
    XLSX = "xlsx"
    TEXT = "text"


def kind_of(path: Path, start: bytes) -> FileKind:
    """What reads the file; `start` is its first bytes. Errors for what is to be saved in another form first."""
    if start.startswith(_ZIP):
        return _zipped(path)
    if start.startswith(_OLE):
        raise _old(path)
    if start.startswith(b"%PDF"):
        raise UserError("import.file_pdf", file=path.name)
    if start.startswith(b"{\\rtf"):
        raise UserError("import.file_old_document", file=path.name)
    if start.lstrip(b"\xef\xbb\xbf \r\n\t")[:14].lower().startswith((b"<html", b"<!doctype", b"<?xml")):
        raise UserError("import.file_html", file=path.name)
    if path.suffix.lower() in _DOCUMENTS | _SHEETS:
        raise UserError("import.file_broken", file=path.name)
    if b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UserError("import.file_binary", file=path.name)
    return FileKind.TEXT


def _zipped(path: Path) -> FileKind:
    from data.tables.archive import members_of

    members = members_of(path)
    if any(name.startswith("xl/workbook.") for name in members):
        if "xl/workbook.bin" in members:
            raise UserError("import.file_old_spreadsheet", file=path.name)
        return FileKind.XLSX
    if any(name.startswith("word/document") for name in members):
        return FileKind.DOCX
    raise UserError("import.file_other", file=path.name)


def _old(path: Path) -> UserError:
    """An old binary file, or a new one with a password: both begin alike."""
    suffix = path.suffix.lower()
    if suffix in (".xlsx", ".docx", ".xlsm"):
        return UserError("import.file_locked", file=path.name)
    code = "import.file_old_document" if suffix in _DOCUMENTS else "import.file_old_spreadsheet"
    return UserError(code, file=path.name)


def decoded(content: bytes, file: str) -> str:
    """The text of UTF-8 (with or without mark), UTF-16 with mark, or GB18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(content, "utf-16", file)
    for encoding in _ENCODINGS[:-1]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return _strictly(content, _ENCODINGS[-1], file)


def _strictly(content: bytes, encoding: str, file: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UserError("import.encoding", file=file, place=error.start) from error
    if "\0" in text:
        raise UserError("import.file_binary", file=file)
    return text
