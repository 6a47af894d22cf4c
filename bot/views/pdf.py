"""A document as PDF, where LibreOffice is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from data.errors import UserError

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 180
LOOK_SECONDS = 0.5
LATE = -1_000_000


class GivenUp(Exception):
    """The file is not wanted any more, or not by this process."""


def libreoffice() -> str | None:
    """The path of LibreOffice, None where it is not installed."""
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


def as_pdf(document: bytes, ending: str = ".docx", given_up: Callable[[], bool] = lambda: False) -> bytes:
    """The document (.docx, .xlsx) printed to PDF; takes seconds, so never in a transaction.

    `given_up`: asked twice a second; once true, LibreOffice is ended. Raises UserError `bulletin.no_libreoffice`,
    `bulletin.pdf_failed`, and GivenUp.
    """
    program = libreoffice()
    if program is None:
        raise UserError("bulletin.no_libreoffice")
    with tempfile.TemporaryDirectory(prefix="duban-pdf-") as folder:
        source = Path(folder) / f"document{ending}"
        source.write_bytes(document)
        _convert(program, source, given_up)
        made = source.with_suffix(".pdf")
        if not made.exists():
            raise UserError("bulletin.pdf_failed", why="-")
        return made.read_bytes()


def _convert(program: str, source: Path, given_up: Callable[[], bool]) -> None:
    """Run it with a profile of its own: beside an open LibreOffice it would do nothing and say it did."""
    profile = (source.parent / "profile").as_uri()
    command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", "pdf",
               "--outdir", str(source.parent), str(source)]  # fmt: skip
    quiet = subprocess.DEVNULL
    try:
        with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True) as running:
            code = _ended(running, given_up)
    except OSError as error:
        raise UserError("bulletin.pdf_failed", why=str(error)) from error
    if code:
        raise UserError("bulletin.pdf_failed", why=f"> {SECONDS} s" if code is LATE else f"exit code {code}")


def _ended(running: subprocess.Popen[bytes], given_up: Callable[[], bool]) -> int:
    """Its exit code, LATE where it took too long. The program starts another one: both are ended together."""
    ends = time.monotonic() + SECONDS
    while True:
        try:
            return running.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            if given_up() or time.monotonic() > ends:
                os.killpg(running.pid, signal.SIGKILL)
                running.wait()
                if given_up():
                    raise GivenUp from None
                return LATE
