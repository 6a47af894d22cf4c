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
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties

from bot.exports import FORMULA
from bot.views.paging import Paging, room
from bot.views.streaming import Value, Written, add_sheet

A3, A4 = 8, 9
SIDE, TOP, BOTTOM = 0.4, 0.5, 0.6  # inches of a page's margins
POINTS: Final = 10  # the size of letters in cells
PIXELS: Final = 7  # of a unit of column width
HAN: Final = POINTS * 96 / 72  # pixels of one Chinese character
LAST_NARROW: Final = "\u2e7f"  # characters beyond it are as wide as they are high
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
    room, words = max(width * PIXELS - 2, HAN), str(text)
    if len(words) * HAN <= room and "\n" not in words:
        return 1
    halves = (len(line) + sum(map(LAST_NARROW.__lt__, line)) for line in words.split("\n"))
    return sum(max(1, ceil(each * HAN / 2 / room)) for each in halves)


class Book:
    """An Excel file that is written as it grows; `bytes()` ends it."""

    def __init__(self) -> None:
        self._workbook = Workbook(write_only=True)
        self.formats: set[str] = set()

    def sheet(self, name: str, columns: Sequence[Column], **how: Any) -> Sheet:
        """A further sheet; `how` as `Sheet` takes it."""
        return Sheet(self, add_sheet(self._workbook, name), columns, **how)

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
        self._styles: dict[tuple[str, str, str], int] = {}
        self.at = 0  # the last row written
        self._points = 0.0  # of all rows written
        self._set_up(freeze, footer, paper)
        head = self._head(title, note)
        holds = room(sum(column.width for column in columns), paper, 2 * SIDE, TOP + BOTTOM)
        self._paging = Paging(holds, self._points, head)
        self._kept = (self.at, self._points)

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
        margins.left = margins.right = SIDE
        margins.top, margins.bottom, margins.header, margins.footer = TOP, BOTTOM, 0.3, 0.3
        sheet.oddFooter.center.text = footer

    def _head(self, title: str, note: str) -> float:
        """Title, note and the columns' names; points of the latter, which every page repeats."""
        names = [column.name for column in self.columns]
        head = max(lines_of(column.name, column.width) for column in self.columns) * LINE + 8
        self._append([Written(1, title, self._style("title"))], 34)
        self._append([Written(1, note, self._style("note"))], 18)
        self._append((Written(at, name, self._style("head")) for at, name in enumerate(names, 1)), head)
        for row in (1, 2):
            self.merge(row, 1, row, len(names))
        start = 0
        for at in range(1, len(names) + 1):
            if at == len(names) or names[at] != names[start]:
                self.merge(3, start + 1, 3, at)
                start = at
        return head

    # Rows

    def row(self, values: Sequence[Value | Cell], height: float | None = None) -> int:
        """Write the next row (None: no cell at all), as high as its longest text needs unless told; its number."""
        high = self.height(values) if height is None else height
        cells = (self._written(at, value) for at, value in enumerate(values) if value is not None)
        self._append(cells, min(max(high, LINE + 4), TALLEST))
        return self.at

    def height(self, values: Iterable[Value | Cell]) -> float:
        """Points that a row with these values needs."""
        most = 1
        for value, column in zip(values, self.columns, strict=False):
            bare = value.value if isinstance(value, Cell) else value
            if isinstance(bare, str):
                most = max(most, lines_of(bare, column.width))
        return most * LINE + 4

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            self._sheet.merge(top, left, bottom, right)

    def keep(self, block: object) -> None:
        """What was written since the last call is a row of that block: no page ends within it, nor, where a page has
        room for the whole block, between its rows."""
        at, points = self._kept
        self._paging.row(block, at + 1, self._points - points)
        self._kept = (self.at, self._points)

    def end(self) -> None:
        """The filter, lines around all cells, where pages end."""
        area = f"A3:{get_column_letter(len(self.columns))}{self.at}"
        self._sheet.auto_filter.ref = area
        # A rule draws them under merged cells too, of which only the first is written.
        self._sheet.conditional_formatting.add(
            area, Rule(type="expression", dxf=DifferentialStyle(border=_LINES), formula=["TRUE"])
        )
        ends = self._paging.end()
        self._sheet.cut(ends)
        for line in ends:
            self._sheet.row_breaks.append(Break(id=line))
        self._sheet.close()

    def _append(self, cells: Iterable[Written], height: float) -> None:
        self._sheet.height = height
        self._sheet.append(list(cells))
        self.at += 1
        self._points += height

    def _written(self, at: int, value: Value | Cell) -> Written:
        kind = "centre" if self.columns[at].centred else "text"
        if isinstance(value, Cell):
            bare, form, lamp = value.value, value.form or _FORMS.get(type(value.value), ""), value.lamp
        else:
            bare, form, lamp = value, _FORMS.get(type(value), ""), ""
        return Written(at + 1, bare, self._styles.get((kind, form, lamp)) or self._style(kind, form, lamp))

    def _style(self, kind: str, form: str = "", lamp: str = "") -> int:
        """The number of a look in the workbook."""
        key = (kind, form, lamp)
        if key not in self._styles:
            cell = WriteOnlyCell(self._sheet)
            cell.font, cell.alignment = _FONTS[kind], _ALIGNMENTS[kind]
            if kind == "head":
                cell.fill, cell.border = PatternFill("solid", fgColor="D9E2F3"), _LINES
            if lamp:
                fill, letters = FILLS[lamp]
                cell.fill = PatternFill("solid", fgColor=fill)
                cell.font = Font(name="黑体", size=POINTS, bold=True, color=letters)
            if form:
                cell.number_format = self._book.form(form)
            self._styles[key] = cell.style_id
        return self._styles[key]


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
