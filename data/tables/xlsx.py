"""Tables of an Excel file: every visible sheet row by row, its merged ranges undone."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from data.errors import UserError
from data.tables.archive import check_unpacked, elements
from data.tables.cleaning import clean
from data.tables.grid import COLUMN_LIMIT, Grid, Merge, Row, checked, undo_merges

STRINGS_LIMIT = 256 * 1024 * 1024
SHEET_LIMIT = 512 * 1024 * 1024
PROGRESS_EVERY = 1000
_ESCAPED_RETURN = re.compile("_x000[Dd]_")

Progress = Callable[[int, int], None]


def read_xlsx(path: Path, progress: Progress | None = None) -> list[Grid]:
    """One grid for each visible sheet that holds anything. Errors: a broken file, a cell that is too long."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl leaves out (charts, validations) is nothing that is read here
        try:
            return _grids(path, progress)
        except UserError:
            raise
        except Exception as error:  # a file by a stranger can break the library anywhere
            raise UserError("import.file_broken", file=path.name) from error


def _grids(path: Path, progress: Progress | None) -> list[Grid]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") or name == "xl/sharedStrings.xml":
                check_unpacked(path, name, STRINGS_LIMIT if name.endswith("Strings.xml") else SHEET_LIMIT)
    with path.open("rb") as stream:  # by stream: an .xlsx named .xls is read all the same
        workbook = load_workbook(stream, read_only=True, data_only=True)
        sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        grids = [_grid(path, sheet, progress) for sheet in sheets]
        workbook.close()
    return [grid for grid in grids if grid.rows]


def _grid(path: Path, sheet: Any, progress: Progress | None) -> Grid:
    expected = sheet.max_row or 0
    sheet.reset_dimensions()  # what the file says of its own size need not be true
    merges = list(_merges(path, sheet._worksheet_path))
    rows: list[Row] = []
    for row in undo_merges(_texts(path.name, sheet), merges):
        if any(row.cells):
            rows.append(row)
        if progress and row.place % PROGRESS_EVERY == 0:
            progress(row.place, 2 * max(expected, row.place))
    return Grid(rows, exact=True, name=str(sheet.title))


def _texts(file: str, sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for index, cells in enumerate(sheet.iter_rows()):
        texts = [_text(cell) if cell.value is not None else "" for cell in cells[:COLUMN_LIMIT]]
        while texts and not texts[-1]:
            texts.pop()
        yield index, [checked(text, file, index + 1, column) for column, text in enumerate(texts, 1)]


def _text(cell: Any) -> str:
    """A cell as it is printed: a date as 2021-12-31, 5000.0 as 5000, 0.03 in a cell of percents as 3%."""
    value = cell.value
    if isinstance(value, str):
        return clean(_ESCAPED_RETURN.sub("", value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | time | timedelta | bool):
        return str(value)
    if isinstance(value, int | float) and "%" in (cell.number_format or ""):
        return f"{round(value * 100, 6):.12g}%"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _merges(path: Path, member: str) -> Iterator[Merge]:
    """The merged ranges of a sheet; they stand behind its rows, where reading row by row does not see them."""
    with zipfile.ZipFile(path) as archive:
        if not _mentions(archive, member, b"mergeCell"):
            return
        with archive.open(member) as stream:
            for element in elements(stream):
                if element.tag.endswith("}mergeCell"):
                    left, top, right, bottom = range_boundaries(element.get("ref", ""))
                    yield Merge(int(top or 1) - 1, int(left or 1) - 1, int(bottom or 1) - 1, int(right or 1) - 1)
                if not element.tag.endswith("}mergeCells"):
                    element.clear()


def _mentions(archive: zipfile.ZipFile, member: str, word: bytes) -> bool:
    tail = b""
    with archive.open(member) as stream:
        while chunk := stream.read(1 << 20):
            if word in tail + chunk:
                return True
            tail = chunk[-len(word) :]
    return False
