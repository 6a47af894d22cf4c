"""Tables as offices save them, made from one description: a printed grid and its merged ranges."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docx import Document
from openpyxl import Workbook

from data.tables.grid import Merge


@dataclass(frozen=True)
class Printed:
    """What stands on paper: rows of cells, a merged range's text in its first cell, the others empty."""

    rows: Sequence[Sequence[str]]
    merges: Sequence[Merge] = ()
    title: str = "2021年民生实事责任分解表"
    after: Sequence[str] = field(default=())

    @property
    def width(self) -> int:
        return max(map(len, self.rows))

    def undone(self) -> list[list[str]]:
        """The rows with each merged text in all its cells: what a reader ought to give."""
        rows = [list(row) for row in self.rows]
        for merge in self.merges:
            for line in range(merge.top, merge.bottom + 1):
                for column in range(merge.left, merge.right + 1):
                    rows[line][column] = self.rows[merge.top][merge.left]
        return rows


def docx(printed: Printed, path: Path) -> Path:
    document = Document()
    document.add_paragraph(printed.title)
    table = document.add_table(rows=len(printed.rows), cols=printed.width)
    cells = [list(row.cells) for row in table.rows]
    for at, row in enumerate(printed.rows):
        for column, text in enumerate(row):
            cells[at][column].text = text
    for merge in printed.merges:
        text = printed.rows[merge.top][merge.left]
        cells[merge.top][merge.left].merge(cells[merge.bottom][merge.right]).text = text
    for line in printed.after:
        document.add_paragraph(line)
    document.save(str(path))
    return path


def xlsx(printed: Printed, path: Path) -> Path:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append([printed.title])
    for row in printed.rows:
        sheet.append(list(row))
    for merge in printed.merges:
        sheet.merge_cells(
            start_row=merge.top + 2, start_column=merge.left + 1, end_row=merge.bottom + 2, end_column=merge.right + 1
        )
    workbook.save(path)
    return path


def delimited(printed: Printed, path: Path, *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow([printed.title])
    writer.writerows(printed.rows)
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def flat(printed: Printed, path: Path) -> Path:
    blocks = ["".join(f"\t{cell}\n" for cell in row) for row in printed.rows]
    path.write_text(f"{printed.title}\n" + "\n".join(blocks) + "\n", encoding="utf-8")
    return path


Writer = Callable[[Printed, Path], Path]
