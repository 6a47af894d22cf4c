"""Where a printed sheet turns the page: a block (a project's rows) stays together where a page holds it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

UNIT: Final = 5.25  # points of a unit of column width
MOST: Final = 1_000  # breaks that are set by hand in one sheet; Excel refuses a file with more than 1,026
PAPERS: Final = {8: (1190.55, 841.89), 9: (841.89, 595.28)}  # A3 and A4 across, points
SPARE: Final = 0.98  # of a page; printers and programs differ by a line


def room(width: float, paper: int, sides: float, ends: float) -> float:
    """Points of rows on a page that is made to fit its width.

    `width`: of all columns together, in units; `paper`: its number in a sheet, lying across; `sides`, `ends`: inches of
    the two margins beside and of the two above and below.
    """
    across, high = PAPERS[paper]
    scale = min(1.0, (across - 72 * sides) / (width * UNIT))
    return (high - 72 * ends) / scale * SPARE


@dataclass
class Paging:
    """Takes rows from the top down, and gives the numbers of the lines after which a page ends.

    `room`: points of a page; `used`: what stands above the first row; `head`: what is repeated on each further page.
    """

    room: float
    used: float
    head: float
    ends: list[int] = field(default_factory=list)
    _begun: bool = False
    _key: object = None
    _block: list[tuple[int, float]] = field(default_factory=list)

    def row(self, key: object, first: int, height: float) -> None:
        """A row of a block: the first of its lines, the points of them all. Blocks end where the key changes."""
        if key != self._key:
            self._place()
            self._key = key
        self._block.append((first, height))

    def end(self) -> list[int]:
        """The lines after which a page ends."""
        self._place()
        return self.ends[:MOST]

    def _place(self) -> None:
        """The block whole where a page holds it, else row by row. No page ends right below the title."""
        block, self._block = self._block, []
        whole = sum(height for _, height in block)
        above = self.head if self._begun else self.used
        for first, height in [(block[0][0], whole)] if block and above + whole <= self.room else block:
            self._put(first, height)

    def _put(self, first: int, height: float) -> None:
        if self._begun and self.used + height > self.room:
            self.ends.append(first - 1)
            self.used = self.head
        self._begun = True
        self.used += height
        if self.used > self.room:  # a single row that is longer than a page goes on where it likes
            self.used = self.head + (self.used - self.head) % (self.room - self.head)
