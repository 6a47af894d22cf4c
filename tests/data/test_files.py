"""What a file is by its content, and how its bytes lie on disk."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook

from data.files import TooLarge, place_of, sweep, take_along, writing
from data.filetypes import DOCX, OLD_OFFICE, TEXT, XLSX, endings_of, safe_name, type_of

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def archive(*members: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for member in members:
            zipped.writestr(member, "x")
    return made.getvalue()


def office(kind: str) -> bytes:
    made = io.BytesIO()
    if kind == "docx":
        Document().save(made)
    else:
        Workbook().save(made)
    return made.getvalue()


def found(folder: Path, content: bytes) -> str | None:
    path = folder / "file"
    path.write_bytes(content)
    kind = type_of(path)
    return kind.media if kind else None


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (JPEG, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "video/mp4"),
        (PDF, "application/pdf"),
        (office("docx"), DOCX.media),
        (office("xlsx"), XLSX.media),
        (archive("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, OLD_OFFICE.media),
        ("序号,进展\n1,完成80%\n".encode(), TEXT.media),
        ("序号,进展\n1,完成80%\n".encode("gb18030"), TEXT.media),
        (b"OggS\0\x02", "audio/ogg"),
    ],
)
def test_a_file_is_known_by_its_content(tmp_path: Path, content: bytes, media: str) -> None:
    assert found(tmp_path, content) == media


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\0\x03\0\0\0",
        b"\x7fELF\x02\x01",
        b"#!/bin/sh\nrm -rf /\n",
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        archive("a.exe"),
        archive("word/document.xml", "word/vbaProject.bin"),
        b"PK\x03\x04 not really",
        b"\xff\xfe\0\1\2\3",
    ],
)
def test_what_could_run_or_hide_something_is_not_kept(tmp_path: Path, content: bytes) -> None:
    assert found(tmp_path, content) is None


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("许可.PDF", "许可.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Windows\\a.exe", "a.exe.pdf"),
        ("x\u202e\n.pdf", "x.pdf"),
        (None, "照片.pdf"),
        (" . ", "照片.pdf"),
    ],
)
def test_a_name_to_save_under_has_no_folder_and_the_ending_of_what_it_is(
    tmp_path: Path, name: str | None, saved: str
) -> None:
    (tmp_path / "file").write_bytes(PDF)
    kind = type_of(tmp_path / "file")
    assert kind is not None
    assert safe_name(name, endings_of(kind.media), "照片") == saved


def keep(folder: Path, content: bytes) -> str:
    with writing(folder, 1000) as made:
        made.write(content)
        return made.keep()


def test_the_same_bytes_are_there_once_under_their_checksum(tmp_path: Path) -> None:
    first, second = keep(tmp_path, PDF), keep(tmp_path, PDF)
    assert first == second == hashlib.sha256(PDF).hexdigest()
    assert place_of(tmp_path, first).read_bytes() == PDF
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [first]


def test_what_is_too_large_or_given_up_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TooLarge), writing(tmp_path, 10) as made:
        made.write(b"12345678901")
    with writing(tmp_path, 10) as made:
        made.write(b"123")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_a_killed_process_had_begun_is_swept_away(tmp_path: Path) -> None:
    checksum = keep(tmp_path, PDF)
    (tmp_path / "parts" / "half").write_bytes(b"x")
    sweep(tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [checksum]


@pytest.mark.parametrize("name", ["", "x" * 64, "../" + "a" * 61, "A" * 64])
def test_only_a_checksum_is_a_place(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="checksum"):
        place_of(tmp_path, name)


def test_files_are_taken_along_once(tmp_path: Path) -> None:
    checksum = keep(tmp_path / "a", PDF)
    assert [take_along(tmp_path / "a", tmp_path / "b") for _ in range(2)] == [1, 0]
    assert place_of(tmp_path / "b", checksum).read_bytes() == PDF
    assert take_along(tmp_path / "a", tmp_path / "a") == 0
    assert take_along(tmp_path / "nowhere", tmp_path / "b") == 0
