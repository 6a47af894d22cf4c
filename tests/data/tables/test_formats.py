"""The same plan out of every kind of file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.tables import plan_json, read_table, read_text
from data.tables.docx import read_docx
from data.tables.flat import read_flat
from data.tables.grid import Merge, Row
from data.tables.xlsx import read_xlsx
from tests.data.tables import writing
from tests.data.tables.test_seed import SHIPPED
from tests.data.tables.writing import Printed

Writer = Callable[[Printed, Path], Path]


@pytest.fixture(scope="module")
def printed() -> Printed:
    """The table of 2021 as it was printed: an empty cell below another is the same cell, but for row 5.6."""
    (grid,) = read_flat(SHIPPED.read_text(encoding="utf-8"), "2021.txt")
    rows = [list(row.cells) for row in grid.rows]
    merges = []
    for column in range(6):
        top = 1
        for at in range(2, len(rows) + 1):
            own_lead = at < len(rows) and column == 5 and rows[at][4]
            starts = at == len(rows) or rows[at][column] or (column != 1 and rows[at][0]) or own_lead
            if starts and at - top > 1:
                merges.append(Merge(top, column, at - 1, column))
            top = at if starts else top
    return Printed(rows, merges, title="2021年重大民生实事项目目标任务责任分解表")


def without_source(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "source": None}


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return without_source(plan_json(read_table(SHIPPED, year=None)))


@pytest.mark.parametrize("writer", [writing.flat, writing.delimited], ids=["text", "csv"])
def test_a_file_that_lost_its_merges_gives_the_same_plan(
    writer: Writer, printed: Printed, expected: dict[str, Any], tmp_path: Path
) -> None:
    assert without_source(plan_json(read_table(writer(printed, tmp_path / "table.txt"), year=None))) == expected


@pytest.mark.parametrize("writer", [writing.docx, writing.xlsx], ids=["docx", "xlsx"])
def test_a_file_with_real_merges_gives_the_same_plan_and_is_sure(
    writer: Writer, printed: Printed, expected: dict[str, Any], tmp_path: Path
) -> None:
    document = without_source(plan_json(read_table(writer(printed, tmp_path / "table"), year=None)))
    assert [row["unsure"] for row in document["assignments"]] == [[]] * 25
    for row in expected["assignments"]:
        document["assignments"][expected["assignments"].index(row)]["unsure"] = row["unsure"]
    assert document == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_any_encoding_and_with_any_delimiter(
    encoding: str, delimiter: str, printed: Printed, expected: dict[str, Any], tmp_path: Path
) -> None:
    path = writing.delimited(printed, tmp_path / "table.csv", encoding=encoding, delimiter=delimiter)
    assert without_source(plan_json(read_table(path, year=None))) == expected


def test_text_that_was_pasted_is_read_like_a_file(printed: Printed, expected: dict[str, Any]) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert without_source(plan_json(read_text(text, year=None))) == expected


# ------------------------------------------------------------------ any grid


WORDS = st.text(alphabet="甲乙丙丁戊己庚辛壬癸", min_size=1, max_size=4)


@st.composite
def grids(draw: st.DrawFn) -> Printed:
    """Any grid of words with ranges merged that don't overlap."""
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    rows = [[draw(WORDS) for _ in range(width)] for _ in range(height)]
    taken: set[tuple[int, int]] = set()
    merges = []
    for _ in range(draw(st.integers(0, 5))):
        top, left = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
        bottom, right = draw(st.integers(top, height - 1)), draw(st.integers(left, width - 1))
        cells = {(line, column) for line in range(top, bottom + 1) for column in range(left, right + 1)}
        if len(cells) > 1 and not cells & taken:
            taken |= cells
            merges.append(Merge(top, left, bottom, right))
            for line, column in cells - {(top, left)}:
                rows[line][column] = ""
    return Printed(rows, merges)


def cells_of(rows: list[Row] | tuple[Row, ...]) -> list[list[str]]:
    return [list(row.cells) for row in rows]


def continued_in(printed: Printed) -> list[set[int]]:
    found: list[set[int]] = [set() for _ in printed.rows]
    for merge in printed.merges:
        for line in range(merge.top + 1, merge.bottom + 1):
            found[line].update(range(merge.left, merge.right + 1))
    return found


@settings(max_examples=40, deadline=None)
@given(grids())
def test_any_merges_of_a_spreadsheet_are_undone(printed: Printed) -> None:
    with TemporaryDirectory() as folder:
        (grid,) = read_xlsx(writing.xlsx(printed, Path(folder) / "table.xlsx"))
    assert cells_of(list(grid.rows[1:])) == printed.undone()
    assert [set(row.continued) for row in grid.rows[1:]] == continued_in(printed)


@settings(max_examples=40, deadline=None)
@given(grids())
def test_any_merges_of_a_document_are_undone(printed: Printed) -> None:
    with TemporaryDirectory() as folder:
        (grid,) = read_docx(writing.docx(printed, Path(folder) / "table.docx"))
    assert cells_of(list(grid.rows)) == printed.undone()
    assert [set(row.continued) for row in grid.rows] == continued_in(printed)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.one_of(WORDS, st.just("")), min_size=2, max_size=5), min_size=1, max_size=6))
def test_any_flattened_grid_gives_back_its_cells(rows: list[list[str]]) -> None:
    with TemporaryDirectory() as folder:
        text = writing.flat(Printed(rows), Path(folder) / "table.txt").read_text(encoding="utf-8")
    (grid,) = read_flat(text, "table.txt")
    assert cells_of(list(grid.rows)) == rows
