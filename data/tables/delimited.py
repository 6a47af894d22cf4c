"""CSV, and rows pasted from a spreadsheet: which sign separates the columns is told by the header it gives."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

from data.errors import UserError
from data.tables.cleaning import clean
from data.tables.grid import COLUMN_LIMIT, Grid, Row, checked
from data.tables.header import HEADER_ROWS, candidates

DELIMITERS = ",\t;|，"


def read_delimited(text: str, file: str) -> list[Grid]:
    """The one table of the text. It can't tell merged cells from empty ones. Error: a field that never ends."""
    delimiter = max(DELIMITERS, key=lambda sign: _known(text, sign))
    return [Grid(list(_rows(text, delimiter, file)), exact=False)]


def _known(text: str, delimiter: str) -> tuple[int, int]:
    """How many columns the best header has with this delimiter, and how many cells the first rows have."""
    head = text[: 200 * 1024]
    try:
        rows = list(islice(_rows(head, delimiter, ""), HEADER_ROWS))
    except UserError:
        return 0, 0
    known = max((len(found.known) for found in candidates(rows)), default=0)
    return known, sum(len(row.cells) > 1 for row in rows)


def _rows(text: str, delimiter: str, file: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    end = 0
    try:
        for cells in reader:
            place, end = end + 1, reader.line_num
            named = enumerate(cells[:COLUMN_LIMIT], 1)
            yield Row(place, tuple(clean(checked(cell, file, place, column)) for column, cell in named))
    except csv.Error as error:
        raise UserError("import.csv_broken", file=file, row=end + 1) from error
