"""Tables of a Word file, read cell by cell as they are stored, so that no irregular merge can confuse them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from data.errors import UserError
from data.tables.archive import check_unpacked
from data.tables.cleaning import clean
from data.tables.grid import COLUMN_LIMIT, Grid, Row, checked

DOCUMENT_LIMIT = 128 * 1024 * 1024
HEADING_LINES = 8

_P, _TBL, _TR, _TC, _SDT = (qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc", "sdt"))
_T, _TAB, _BR, _CR, _DEL, _MOVED = (qn(f"w:{name}") for name in ("t", "tab", "br", "cr", "del", "moveFrom"))
_SPAN, _VMERGE, _VAL, _HMERGE = qn("w:gridSpan"), qn("w:vMerge"), qn("w:val"), qn("w:hMerge")
_SIGNS = {_TAB: " ", _BR: "\n", _CR: "\n", qn("w:noBreakHyphen"): "-"}


def read_docx(path: Path) -> list[Grid]:
    """One grid for each table, with the lines that stand above it. Errors: a broken file, a cell that is too long."""
    check_unpacked(path, "word/document.xml", DOCUMENT_LIMIT)
    try:
        body = Document(str(path)).element.body
    except Exception as error:  # a file by a stranger can break the library anywhere
        raise UserError("import.file_broken", file=path.name) from error
    numbering: Counter[str] = Counter()
    grids: list[Grid] = []
    lines: list[str] = []
    for element in _blocks(body):
        if element.tag == _P:
            lines += filter(None, [clean(_text(element))])
        else:
            grids.append(Grid(_rows(element, path.name, numbering), exact=True, heading=tuple(lines[-HEADING_LINES:])))
            lines = []
    return grids


def _blocks(container: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, also those inside content controls."""
    for child in container.iterchildren(_P, _TBL, _SDT):
        if child.tag == _SDT:
            for content in child.iterchildren(qn("w:sdtContent")):
                yield from _blocks(content)
        else:
            yield child


def _inside(element: Any, wanted: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, also those inside content controls and marked insertions."""
    for child in element.iterchildren():
        if child.tag == wanted:
            yield child
        elif child.tag in (_SDT, qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            yield from _inside(child, wanted)


def _rows(table: Any, file: str, numbering: Counter[str]) -> list[Row]:
    rows = []
    open_cells: dict[int, str] = {}
    for place, element in enumerate(_inside(table, _TR), 1):
        if element.find(f"{qn('w:trPr')}/{_DEL}") is None:
            rows.append(_row(element, place, open_cells, file, numbering))
    return rows


def _row(element: Any, place: int, open_cells: dict[int, str], file: str, numbering: Counter[str]) -> Row:
    """`open_cells` holds, for each column where a vertical merge has begun, the text it began with."""
    cells: list[str] = [""] * _omitted(element)
    continued: set[int] = set()
    for cell in _inside(element, _TC):
        start = len(cells)
        properties = cell.tcPr
        span = _span(properties)
        merge = _merge(properties)
        if merge == "continue":
            text = open_cells.get(start, "")
            continued.update(range(start, start + span))
        else:
            text = checked(_cell_text(cell, numbering), file, place, start + 1)
            open_cells.pop(start, None)
        if merge == "restart":
            open_cells[start] = text
        if _goes_left(properties) and cells:
            text = cells[-1]
        cells += [text] * span
        if len(cells) > COLUMN_LIMIT:
            break
    return Row(place, tuple(cells), frozenset(continued))


def _omitted(row: Any) -> int:
    """How many columns the row leaves out before its first cell."""
    before = row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")
    return min(_whole(before), COLUMN_LIMIT) if before is not None else 0


def _span(properties: Any) -> int:
    span = properties.find(_SPAN) if properties is not None else None
    return max(1, min(_whole(span), COLUMN_LIMIT)) if span is not None else 1


def _whole(element: Any) -> int:
    value = element.get(_VAL) or ""
    return int(value) if value.isdecimal() else 0


def _merge(properties: Any) -> str | None:
    """`restart` and `continue` of a vertical merge; the attribute left out means continue."""
    merge = properties.find(_VMERGE) if properties is not None else None
    return None if merge is None else str(merge.get(_VAL) or "continue")


def _goes_left(properties: Any) -> bool:
    """The old way of merging sideways, still written by some programs."""
    merge = properties.find(_HMERGE) if properties is not None else None
    return merge is not None and merge.get(_VAL) != "restart"


def _cell_text(cell: Any, numbering: Counter[str]) -> str:
    lines = [_text(paragraph) or _automatic(paragraph, numbering) for paragraph in cell.iter(_P)]
    return clean("\n".join(lines))


def _text(paragraph: Any) -> str:
    """The words that are printed: insertions count, what was deleted or moved away does not."""
    return "".join(
        element.text or "" if element.tag == _T else _SIGNS[element.tag]
        for element in paragraph.iter(_T, *_SIGNS)
        if not _gone(element, paragraph)
    )


def _gone(element: Any, paragraph: Any) -> bool:
    for parent in element.iterancestors():
        if parent is paragraph:
            return False
        if parent.tag in (_MOVED, qn("w:pPr")):
            return True
    return False


def _automatic(paragraph: Any, numbering: Counter[str]) -> str:
    """The number that Word gives an empty numbered paragraph: the column 序号 is often nothing else."""
    number = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
    if number is None or number.get(_VAL) in (None, "0"):
        return ""
    numbering[number.get(_VAL)] += 1
    return str(numbering[number.get(_VAL)])
