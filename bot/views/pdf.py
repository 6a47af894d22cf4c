"""A document as PDF, where LibreOffice is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from data.errors import UserError

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 180


def libreoffice() -> str | None:
    """The path of LibreOffice, None where it is not installed."""
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


def as_pdf(document: bytes, ending: str = ".docx") -> bytes:
    """The document (.docx, .xlsx) printed to PDF; takes seconds, so never in a transaction.

    Raises UserError `bulletin.no_libreoffice`, `bulletin.pdf_failed`.
    """
    program = libreoffice()
    if program is None:
        raise UserError("bulletin.no_libreoffice")
    with tempfile.TemporaryDirectory(prefix="duban-pdf-") as folder:
        source = Path(folder) / f"document{ending}"
        source.write_bytes(document)
        _convert(program, source)
        made = source.with_suffix(".pdf")
        if not made.exists():
            raise UserError("bulletin.pdf_failed", why="-")
        return made.read_bytes()


def _convert(program: str, source: Path) -> None:
    """Run it with a profile of its own: beside an open LibreOffice it would do nothing and say it did."""
    profile = (source.parent / "profile").as_uri()
    command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", "pdf",
               "--outdir", str(source.parent), str(source)]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=SECONDS, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as error:
        raise UserError("bulletin.pdf_failed", why=f"> {SECONDS} s") from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise UserError("bulletin.pdf_failed", why=str(error)) from error
