"""Plain sheets, written: a head and rows, as Excel or CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

CHECKED_ROWS = 1000


def write_sheet(
    path: Path,
    head: Sequence[str],
    rows: Iterable[Sequence[str]] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Write an .xlsx, or a .csv (UTF-8 with a mark, as Excel needs it), by the name of the file.

    `choices`: the words that a column offers in Excel.
    """
    if path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows([list(head), *rows])
        return
    _workbook(head, rows, choices or {}).save(path)


def _workbook(head: Sequence[str], rows: Iterable[Sequence[str]], choices: Mapping[str, Sequence[str]]) -> Workbook:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    for column, name in enumerate(head, 1):
        cell = sheet.cell(1, column)
        cell.font, cell.alignment = Font(bold=True), Alignment(horizontal="center")
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = 16
        for place in range(1, CHECKED_ROWS + 1):
            sheet.cell(place, column).number_format = "@"
        if name in choices:
            offered = DataValidation("list", formula1=f'"{",".join(choices[name])}"', allow_blank=True)
            offered.add(f"{letter}2:{letter}{CHECKED_ROWS}")
            sheet.add_data_validation(offered)
    sheet.freeze_panes = "A2"
    return workbook
