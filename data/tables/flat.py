"""A Word table saved as text: each cell a line that begins with a tab, each row closed by an empty line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data.tables.cleaning import clean
from data.tables.grid import Grid, Row, checked
from data.tables.header import is_header


def is_flat(text: str) -> bool:
    """Whether most lines with a tab begin with it and have no other."""
    tabbed = [line for line in text[:20_000].splitlines() if "\t" in line]
    alone = sum(line.startswith("\t") and "\t" not in line[1:] for line in tabbed)
    return bool(tabbed) and alone * 2 > len(tabbed)


def read_flat(text: str, file: str) -> list[Grid]:
    """The tables of the text, one for each header; lines before a header are its heading."""
    grids: list[Grid] = []
    heading: list[str] = []
    rows: list[Row] = []
    for block in _blocks(text, file):
        if isinstance(block, str):
            heading.append(block)
            continue
        if is_header(block) and not (rows and block.cells == rows[0].cells):
            if rows:
                grids.append(Grid(rows, exact=False, heading=tuple(heading)))
            rows, heading = [], heading if not grids else heading[-3:]
        rows.append(block)
    return [*grids, Grid(rows, exact=False, heading=tuple(heading))] if rows else grids


def _blocks(text: str, file: str) -> Iterator[Row | str]:
    """Rows, and lines outside of any row, in order."""
    cells: list[str] = []
    start = column = 0
    ended = True
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if line.startswith("\t"):
            if ended and cells:
                yield Row(start, tuple(map(clean, cells)))
                cells = []
            if not cells:
                start = number
            cells.append(line[1:])
            column, ended = len(cells), False
        elif not line.strip():
            ended = True
        elif cells and not ended:
            cells[-1] = checked(f"{cells[-1]}\n{line}", file, start, column)
        else:
            if cells:
                yield Row(start, tuple(map(clean, cells)))
                cells = []
            yield clean(line)
        if cells:
            checked(cells[-1], file, start, column)
    if cells:
        yield Row(start, tuple(map(clean, cells)))
