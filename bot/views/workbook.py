"""Sheets as offices print them, written row by row: heads, widths, heights, merged cells, print set-up."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.properties import PageSetupProperties

from bot.exports import FORMULA

Value = str | int | float | date | datetime | None
A3, A4 = 8, 9
POINTS: Final = 10  # the size of letters in cells
PIXELS: Final = 7  # of a unit of column width
HAN: Final = POINTS * 96 / 72  # pixels of one Chinese character
LINE: Final = 14.0  # points of one line in a cell
TALLEST: Final = 409.0  # points; Excel knows no higher row
FORMATS_LIMIT: Final = 150  # number formats of their own that a file may have before Excel complains
DAY, MOMENT, SHARE = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "0%"
FILLS: Final = {
    "green": ("C6E0B4", "1E5C1E"),
    "yellow": ("FFE699", "6B4E00"),
    "red": ("F8B4B4", "8E0000"),
    "none": ("E7E6E6", "404040"),
    "done": ("BDD7EE", "1F3864"),
}
_THIN = Side(style="thin", color="808080")
_LINES = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet; `centred`: what stands in it, else to the left and broken into lines."""

    name: str
    width: float
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that is shown in a way of its own: a number format, or a lamp's colour (a key of `FILLS`)."""

    value: Value
    form: str = ""
    lamp: str = ""


def safe_words(words: str | None) -> str | None:
    """What people wrote, so that no program takes it for a formula, wherever the cell is copied to."""
    return f"'{words}" if words and words.startswith(FORMULA) else words


def measured(unit: str, *, at_most: bool = False) -> str:
    """The number format that shows a measure word behind a number, `≤` before one that must not be exceeded."""
    shown = unit.replace('"', "").replace("\\", "")
    before = '"≤"' if at_most else ""
    return f'{before}General"{shown if shown == "%" else " " + shown}"' if shown else f"{before}General"


def lines_of(text: object, width: float) -> int:
    """How many lines a cell of that column width breaks a text into, near enough."""
    room = max(width * PIXELS - 2, HAN)
    pixels = (sum(HAN if ord(char) > 0x2E7F else HAN / 2 for char in line) for line in str(text).split("\n"))
    return sum(max(1, ceil(each / room)) for each in pixels)


class Book:
    """An Excel file that is written as it grows; `bytes()` ends it."""

    def __init__(self) -> None:
        self._workbook = Workbook(write_only=True)
        self.formats: set[str] = set()

    def sheet(self, name: str, columns: Sequence[Column], **how: Any) -> Sheet:
        """A further sheet; `how` as `Sheet` takes it."""
        return Sheet(self, self._workbook.create_sheet(name), columns, **how)

    def bytes(self) -> bytes:
        out = io.BytesIO()
        self._workbook.save(out)
        return out.getvalue()

    def form(self, wanted: str) -> str:
        """The number format, or a plain one where there are too many already."""
        if wanted not in self.formats and len(self.formats) >= FORMATS_LIMIT:
            return "General"
        self.formats.add(wanted)
        return wanted


class Sheet:
    """One sheet: title, note and head above, then rows in order. `freeze`: how many columns stay in sight."""

    def __init__(
        self,
        book: Book,
        sheet: Any,
        columns: Sequence[Column],
        *,
        title: str,
        note: str,
        footer: str,
        freeze: int = 0,
        paper: int = A3,
    ) -> None:
        self._book, self._sheet, self.columns = book, sheet, list(columns)
        self._cells: dict[tuple[object, ...], Any] = {}
        self.at = 0  # the last row written
        self._set_up(freeze, footer, paper)
        self._head(title, note)

    # Before the first row

    def _set_up(self, freeze: int, footer: str, paper: int) -> None:
        sheet = self._sheet
        for at, column in enumerate(self.columns, 1):
            sheet.column_dimensions[get_column_letter(at)].width = column.width
        sheet.freeze_panes = f"{get_column_letter(freeze + 1)}4"
        sheet.print_title_rows = "3:3"
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", paper
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.print_options.horizontalCentered = True
        margins = sheet.page_margins
        margins.left = margins.right = 0.4
        margins.top, margins.bottom, margins.header, margins.footer = 0.5, 0.6, 0.3, 0.3
        sheet.oddFooter.center.text = footer

    def _head(self, title: str, note: str) -> None:
        self._sheet.row_dimensions[1].height = 34
        self._sheet.row_dimensions[2].height = 18
        names = [column.name for column in self.columns]
        head = max(lines_of(column.name, column.width) for column in self.columns)
        self._sheet.row_dimensions[3].height = head * LINE + 8
        self._append([self._styled(title, "title")])
        self._append([self._styled(note, "note")])
        self._append(self._styled(name, "head") for name in names)
        for row in (1, 2):
            self.merge(row, 1, row, len(names))
        start = 0
        for at in range(1, len(names) + 1):
            if at == len(names) or names[at] != names[start]:
                self.merge(3, start + 1, 3, at)
                start = at

    # Rows

    def row(self, values: Sequence[Value | Cell], height: float | None = None) -> int:
        """Write the next row (None: no cell at all), as high as its longest text needs unless told; its number."""
        high = self.height(values) if height is None else height
        self._sheet.row_dimensions[self.at + 1].height = min(max(high, LINE + 4), TALLEST)
        self._append(self._cell(at, value) for at, value in enumerate(values))
        return self.at

    def height(self, values: Iterable[Value | Cell]) -> float:
        """Points that a row with these values needs."""
        lines = (
            lines_of(_bare(value), column.width)
            for value, column in zip(values, self.columns, strict=False)
            if isinstance(_bare(value), str)
        )
        return max(lines, default=1) * LINE + 4

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            self._sheet.merged_cells.add(CellRange(min_row=top, min_col=left, max_row=bottom, max_col=right))

    def end(self) -> None:
        """The filter, and lines around all cells."""
        area = f"A3:{get_column_letter(len(self.columns))}{self.at}"
        self._sheet.auto_filter.ref = area
        # A rule draws them under merged cells too, of which only the first is written.
        self._sheet.conditional_formatting.add(
            area, Rule(type="expression", dxf=DifferentialStyle(border=_LINES), formula=["TRUE"])
        )
        self._sheet.close()

    def _append(self, cells: Iterable[Any]) -> None:
        self._sheet.append(cell for cell in cells)  # each cell is made when the one before is written
        self.at += 1

    def _cell(self, at: int, value: Value | Cell) -> Any:
        if value is None:
            return None
        look = value if isinstance(value, Cell) else Cell(value)
        kind = "centre" if self.columns[at].centred else "text"
        return self._styled(look.value, kind, look.form or _FORMS.get(type(look.value), ""), look.lamp)

    def _styled(self, value: Value, kind: str, form: str = "", lamp: str = "") -> Any:
        """One cell for each look, filled anew: the writer is done with it before it asks for the next."""
        key = (kind, form, lamp)
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = WriteOnlyCell(self._sheet)
            cell.font, cell.alignment = _FONTS[kind], _ALIGNMENTS[kind]
            if kind == "head":
                cell.fill, cell.border = PatternFill("solid", fgColor="D9E2F3"), _LINES
            if lamp:
                fill, letters = FILLS[lamp]
                cell.fill = PatternFill("solid", fgColor=fill)
                cell.font = Font(name="黑体", size=POINTS, bold=True, color=letters)
            if form:
                cell.number_format = self._book.form(form)
        if isinstance(value, str):
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
            cell.data_type = "s"  # never a formula, whatever it begins with
        else:
            cell.value = value
        return cell


def _bare(value: Value | Cell) -> Value:
    return value.value if isinstance(value, Cell) else value


_FORMS: Final[dict[type, str]] = {date: DAY, datetime: MOMENT}
_FONTS: Final = {
    "title": Font(name="方正小标宋简体", size=20),
    "note": Font(name="楷体", size=POINTS),
    "head": Font(name="黑体", size=POINTS),
    "text": Font(name="宋体", size=POINTS),
    "centre": Font(name="宋体", size=POINTS),
}
_ALIGNMENTS: Final = {
    "title": Alignment(horizontal="center", vertical="center"),
    "note": Alignment(horizontal="left", vertical="center"),
    "head": Alignment(horizontal="center", vertical="center", wrap_text=True),
    "text": Alignment(horizontal="left", vertical="center", wrap_text=True),
    "centre": Alignment(horizontal="center", vertical="center", wrap_text=True),
}
