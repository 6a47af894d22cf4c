"""A table as rows of text with its merges undone: what every reader of a file gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from data.errors import UserError

# Excel itself allows no more characters in a cell.
CELL_LIMIT = 32_767
COLUMN_LIMIT = 512


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` hold the text of each column (line breaks as \\n), `continued` the columns whose cell began further up.

    A cell that is merged over several columns stands in each of them. `place` is the row's number in the file.
    """

    place: int
    cells: tuple[str, ...]
    continued: frozenset[int] = frozenset()

    def cell(self, columns: tuple[int, ...]) -> str:
        """What stands in these columns, each text once, on lines of their own."""
        texts = [self.cells[column] for column in columns if column < len(self.cells) and self.cells[column]]
        return texts[0] if len(texts) == 1 else "\n".join(dict.fromkeys(texts))

    def goes_on(self, columns: tuple[int, ...]) -> bool:
        """Whether the cell in these columns began in a row above."""
        return any(column in self.continued for column in columns)


@dataclass(frozen=True, slots=True)
class Grid:
    """One table. `exact` says that the file tells merged cells from empty ones; `heading` what stands above it."""

    rows: Sequence[Row]
    exact: bool
    heading: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, all ends included, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


def undo_merges(rows: Iterable[tuple[int, list[str]]], merges: Iterable[Merge]) -> Iterator[Row]:
    """Rows in order with the text of each merged range in every cell that it covers.

    `rows` are (index from 0, cells), empty ones may be missing; only the merges that are open are kept in mind.
    """
    waiting = sorted(merges, key=lambda merge: merge.top, reverse=True)
    open_merges: list[tuple[Merge, str]] = []
    for index, cells in rows:
        open_merges = [(merge, text) for merge, text in open_merges if merge.bottom >= index]
        continued: set[int] = set()
        for merge, text in open_merges:
            _spread(cells, merge, text)
            continued.update(range(merge.left, merge.right + 1))
        while waiting and waiting[-1].top <= index:
            merge = waiting.pop()
            if merge.top == index and merge.left < COLUMN_LIMIT:
                text = cells[merge.left] if merge.left < len(cells) else ""
                _spread(cells, merge, text)
                open_merges.append((merge, text))
        yield Row(index + 1, tuple(cells), frozenset(continued))


def _spread(cells: list[str], merge: Merge, text: str) -> None:
    right = min(merge.right, COLUMN_LIMIT - 1)
    cells.extend([""] * (right + 1 - len(cells)))
    cells[merge.left : right + 1] = [text] * (right + 1 - merge.left)


def checked(text: str, file: str, row: int, column: int) -> str:
    """The text of a cell, or the error that names the cell as too long; `row` and `column` from 1."""
    if len(text) > CELL_LIMIT:
        raise UserError("import.cell_too_long", file=file, row=row, column=column, length=len(text), limit=CELL_LIMIT)
    return text
