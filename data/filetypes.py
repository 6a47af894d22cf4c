"""What a file is, by its own first bytes; the name that somebody gave it proves nothing.

Only what an office sends is known, and only what is known is kept: no scripts, no programs, no web pages, no archives
(nobody sees what is in them), no office documents with macros.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HEAD_BYTES: Final = 4096
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True)
class FileType:
    """`media` is the media type, `endings` the names' endings that fit, the usual one first."""

    media: str
    endings: tuple[str, ...]


def _of(media: str, *endings: str) -> FileType:
    return FileType(media, endings)


_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = _of(f"{_OFFICE}wordprocessingml.document", "docx")
XLSX = _of(f"{_OFFICE}spreadsheetml.sheet", "xlsx")
PPTX = _of(f"{_OFFICE}presentationml.presentation", "pptx")
OFD = _of("application/ofd", "ofd")
# Old office files all begin alike; WPS's are among them.
OLD_OFFICE = _of("application/x-ole-storage", "doc", "xls", "ppt", "wps", "et", "dps")
TEXT = _of("text/plain", "txt", "csv", "md")
HEIC = _of("image/heic", "heic", "heif")
MP4 = _of("video/mp4", "mp4", "mov", "m4v", "m4a")

# (offset, bytes, type); the first that fits wins.
SIGNATURES: Final = (
    (0, b"\xff\xd8\xff", _of("image/jpeg", "jpg", "jpeg")),
    (0, b"\x89PNG\r\n\x1a\n", _of("image/png", "png")),
    (0, b"GIF8", _of("image/gif", "gif")),
    (8, b"WEBP", _of("image/webp", "webp")),
    (0, b"BM", _of("image/bmp", "bmp")),
    (0, b"II*\x00", _of("image/tiff", "tif", "tiff")),
    (0, b"MM\x00*", _of("image/tiff", "tif", "tiff")),
    (0, b"%PDF-", _of("application/pdf", "pdf")),
    (0, b"OggS", _of("audio/ogg", "ogg", "oga")),
    (0, b"#!AMR", _of("audio/amr", "amr")),
    (0, b"ID3", _of("audio/mpeg", "mp3")),
    (0, b"\xff\xfb", _of("audio/mpeg", "mp3")),
)
_HEIC_BRANDS: Final = (b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis")


def type_of(path: Path) -> FileType | None:
    """The type of a file on disk; None for what is not kept. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(_ZIP):
        return _zipped(path)
    if head.startswith(_OLE):
        return OLD_OFFICE
    if head[4:8] == b"ftyp":
        return HEIC if head[8:12] in _HEIC_BRANDS else MP4
    for offset, begins, found in SIGNATURES:
        if head[offset : offset + len(begins)] == begins:
            return found
    return TEXT if _is_text(head) else None


def _zipped(path: Path) -> FileType | None:
    """An office document is known by the members of its archive; its macros by theirs."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if any(name.endswith("vbaproject.bin") for name in members):
        return None
    marks = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX, "ofd.xml": OFD}
    return next((found for member, found in marks.items() if member in members), None)


def _is_text(head: bytes) -> bool:
    """Plain words: no control characters, and nothing that a browser or a shell would run."""
    if not head or b"\0" in head or head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<" or head.startswith((b"#!", b"MZ")):
        return False
    return any(_decodes(head, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(head: bytes, encoding: str) -> bool:
    """The last character may be cut in two."""
    for cut in range(min(4, len(head))):
        try:
            words = head[: len(head) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return all(letter.isprintable() or letter in "\r\n\t\ufeff" for letter in words)
    return False


def endings_of(media: str) -> tuple[str, ...]:
    """The endings of names that fit a media type that `type_of` gave; `bin` alone for any other."""
    known = (DOCX, XLSX, PPTX, OFD, OLD_OFFICE, TEXT, HEIC, MP4, *(found for _at, _begins, found in SIGNATURES))
    return next((found.endings for found in known if found.media == media), ("bin",))


def safe_name(name: str | None, endings: tuple[str, ...], fallback: str) -> str:
    """A name to save a file under: the sender's without folders and control characters, ending in what it is (the
    first of `endings` unless it has one of them)."""
    words = "".join(letter for letter in (name or "").replace("\\", "/").rpartition("/")[2] if letter.isprintable())
    stem, dot, ending = words.strip(" .").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    if ending.lower() not in endings:
        stem, ending = (f"{stem}.{ending}" if ending else stem), endings[0]
    return f"{stem.strip()[:100] or fallback}.{ending.lower()}"
