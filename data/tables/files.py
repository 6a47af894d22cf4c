"""A file, or pasted text, to a plan: which reader it needs, and what can't be read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from data.errors import UserError
from data.tables.assemble import Progress, Source, plan_of
from data.tables.cleaning import one_line
from data.tables.draft import PlanDraft
from data.tables.filekind import FileKind, decoded, kind_of
from data.tables.flat import is_flat, read_flat
from data.tables.grid import Grid
from data.tables.header import SOUGHT_CONTENT, SOUGHT_LEAD, Column, Header, candidates, find_header
from data.tables.rows import Task, tasks_in

FILE_LIMIT = 64 * 1024 * 1024


def read_table(path: Path, *, year: int | None, progress: Progress | None = None) -> PlanDraft:
    """The plan in an office's file (.docx, .xlsx, .csv, flattened Word text); `year` overrides the title's.

    `progress` is called with (rows done, rows in all). Whatever can't be read is a `UserError` that says where and why.
    """
    return plan_in(opened(path, progress), year=year, progress=progress)


@dataclass(frozen=True, slots=True)
class Opened:
    """Every table of a file as rows of text with its merges undone, whatever it is about, and the file's checksum."""

    grids: Sequence[Grid]
    name: str
    sha256: str


def opened(path: Path, progress: Progress | None = None) -> Opened:
    """What stands in a file's tables. Errors as `read_table`, for what can't be read at all."""
    content = _bytes(path)
    return Opened(_grids(path, content, progress), path.name, hashlib.sha256(content).hexdigest())


def plan_in(file: Opened, *, year: int | None, progress: Progress | None = None) -> PlanDraft:
    """The plan in a file that was opened. Errors as `read_table`."""
    return _plan(file.grids, Source(file.name, file.sha256), year, progress)


def refuse_unreadable(path: Path) -> None:
    """Say of a file that is no office's file why it can't be read. Errors as `read_table`, of its beginning alone."""
    content = _bytes(path)
    if kind_of(path, content[:4096]) is FileKind.TEXT:
        decoded(content, path.name)


def read_text(text: str, *, year: int | None, progress: Progress | None = None) -> PlanDraft:
    """The plan in pasted text: a flattened Word table, rows of a spreadsheet with tabs, or CSV."""
    if not text.strip():
        raise UserError("import.file_empty", file="")
    source = Source("", hashlib.sha256(text.encode()).hexdigest())
    return _plan(_grids_of_text(text, ""), source, year, progress)


def _grids(path: Path, content: bytes, progress: Progress | None) -> list[Grid]:
    kind = kind_of(path, content[:4096])
    if kind is FileKind.TEXT:
        return _grids_of_text(decoded(content, path.name), path.name)
    return _office(path, kind, progress)


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > FILE_LIMIT:
            raise UserError("import.file_too_large", file=path.name, megabytes=size >> 20, limit=FILE_LIMIT >> 20)
        content = path.read_bytes()
    except OSError as error:
        raise UserError("import.file_unreadable", file=str(path), why=error.strerror or str(error)) from error
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise UserError("import.file_empty", file=path.name)
    return content


def _office(path: Path, kind: FileKind, progress: Progress | None) -> list[Grid]:
    if kind is FileKind.DOCX:
        from data.tables.docx import read_docx

        return read_docx(path)
    from data.tables.xlsx import read_xlsx

    return read_xlsx(path, progress)


def _grids_of_text(text: str, file: str) -> list[Grid]:
    if is_flat(text):
        return read_flat(text, file)
    from data.tables.delimited import read_delimited

    return read_delimited(text, file)


def _plan(grids: Sequence[Grid], source: Source, year: int | None, progress: Progress | None) -> PlanDraft:
    tasks: list[Task] = []
    refused: list[Grid] = []
    heading: tuple[str, ...] = ()
    header: Header | None = None
    columns: tuple[tuple[str, str], ...] = ()
    for grid in grids:
        if header is not None and header.ledger:
            break
        found = find_header(grid.rows) or _goes_on(grid, header)
        if found is None:
            refused.append(grid)
            continue
        heading = heading or _heading(grid, found)
        columns = columns or found.columns
        header = found
        tasks += tasks_in(grid, found, section=tasks[-1].section + 1 if tasks else 0)
    if header is None:
        raise _no_table(refused, source)
    return replace(plan_of(tasks, Source(source.name, source.sha256, heading), year, progress), columns=columns)


def _goes_on(grid: Grid, header: Header | None) -> Header | None:
    """A table without names of columns, as wide as the one before it, is that one's next page."""
    width = max((len(row.cells) for row in grid.rows), default=0)
    if header is None or width != len(header.names) or candidates(grid.rows):
        return None
    return replace(header, rows=(-1, -1))


def _heading(grid: Grid, header: Header) -> tuple[str, ...]:
    above = [cell for row in grid.rows[: header.rows[0]] for cell in dict.fromkeys(row.cells) if cell]
    return (*grid.heading, *map(one_line, above)) or ((grid.name,) if grid.name else ())


def _no_table(grids: Sequence[Grid], source: Source) -> UserError:
    """What a person needs to know: the columns that are there and those that were looked for."""
    named = max(
        (found for grid in grids for found in candidates(grid.rows)), key=lambda one: len(one.known), default=None
    )
    if named is None:
        first = next((row for grid in grids for row in grid.rows if sum(map(bool, row.cells)) > 1), None)
        found = tuple(dict.fromkeys(one_line(cell)[:20] for cell in first.cells if cell))[:12] if first else ()
        return UserError("import.no_table", file=source.name, found=found, sought=SOUGHT_LEAD)
    if not named.place(Column.LEAD, Column.HOST, Column.RESPONSIBLE):
        return UserError("import.no_lead_unit", file=source.name, found=named.told, sought=SOUGHT_LEAD)
    return UserError("import.no_content", file=source.name, found=named.told, sought=SOUGHT_CONTENT)
