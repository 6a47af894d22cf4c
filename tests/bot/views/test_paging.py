"""Where a printed sheet turns the page."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.views.paging import MOST, Paging, room

ROOM, TITLE, HEAD = 100.0, 30.0, 10.0
Blocks = list[list[float]]


def ends(blocks: Blocks) -> list[int]:
    """Each row is one line; the first stands in line 4."""
    paging, at = Paging(ROOM, TITLE, HEAD), 4
    for number, rows in enumerate(blocks):
        for height in rows:
            paging.row(number, at, height)
            at += 1
    return paging.end()


def test_a_block_that_the_rest_of_a_page_cannot_hold_begins_the_next_one() -> None:
    assert ends([[40], [20, 20], [50], [1]]) == [4, 7]


def test_a_block_longer_than_a_page_is_cut_between_its_rows() -> None:
    assert ends([[20], [40, 40, 40], [50]]) == [5, 7]


def test_what_fits_to_the_point_turns_no_page() -> None:
    assert ends([[70], [45, 45], [90]]) == [4, 6]


def test_a_row_longer_than_a_page_is_left_to_the_program() -> None:
    assert ends([[70], [205], [60]]) == [4]


def test_there_are_no_more_breaks_than_excel_takes() -> None:
    assert len(ends([[90.0]] * (MOST + 50))) == MOST


@given(st.lists(st.lists(st.floats(1, 80), min_size=1, max_size=4), min_size=1, max_size=12))
def test_no_block_is_cut_that_a_page_holds_and_no_page_is_too_long(blocks: Blocks) -> None:
    heights = [height for rows in blocks for height in rows]
    owner = [number for number, rows in enumerate(blocks) for _ in rows]
    cuts = [end - 3 for end in ends(blocks)]
    for at in cuts:
        assert owner[at - 1] != owner[at] or not holds(owner[at], sum(blocks[owner[at]]))
    pages = [heights[first:last] for first, last in pairwise([0, *cuts, len(heights)])]
    assert all(pages)
    assert all(len(page) == 1 or sum(page) <= ROOM - HEAD + 1e-6 for page in pages)
    assert len(pages[0]) == 1 or sum(pages[0]) <= ROOM - TITLE + 1e-6


def holds(block: int, height: float) -> bool:
    """Whether a page has room for it; the first one has less."""
    return height <= ROOM - (HEAD if block else TITLE)


def test_a_wide_sheet_is_made_smaller_and_so_has_room_for_more() -> None:
    narrow, wide = room(100, 8, 0.8, 1.1), room(400, 8, 0.8, 1.1)
    assert 740 < narrow < 763
    assert wide > 1.8 * narrow
