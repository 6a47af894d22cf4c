from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.pages import pages, utf8_bytes, utf16_units
from tests.bot.channels.contract import TEXTS, graphemes, unmarked


def texts(parts: list[tuple[str | None, str]]) -> list[str]:
    return [text for _, text in parts]


def test_what_fits_stays_whole() -> None:
    assert pages("标题", "正文", 100, len) == [("标题", "正文")]


def test_the_limit_itself_fits() -> None:
    assert len(pages("标题", "文" * 97, 100, len)) == 1
    assert len(pages("标题", "文" * 98, 100, len)) == 2


def test_pages_end_at_line_ends() -> None:
    text = "\n".join(f"{n} 新建学校" for n in range(20))
    assert all(page.endswith("新建学校") for page in unmarked(pages(None, text, 60, len)))


def test_a_long_line_is_cut_after_a_sentence() -> None:
    text = "完成投资三千万元。" * 20
    assert all(page.endswith("。") for page in unmarked(pages(None, text, 60, len)))


def test_a_line_without_sentences_is_cut_at_a_space() -> None:
    parts = pages(None, "progress " * 30, 60, len)
    assert all(page.endswith("progress") for page in unmarked(parts))
    assert texts(parts)[0].endswith(f"\n(1/{len(parts)})")


def test_a_line_without_spaces_is_cut_anywhere_but_inside_a_character() -> None:
    family = "👨‍👩‍👧‍👦"
    parts = pages(None, family * 30, 60, utf16_units)
    assert all(set(graphemes(page)) == {family} for page in unmarked(parts))


def test_a_character_longer_than_a_page_is_cut_after_all() -> None:
    text = "e" + "\u0301" * 500
    parts = pages(None, text, 60, len)
    assert "".join(unmarked(parts)) == text
    assert all(len(page) <= 60 for page in texts(parts))


def test_a_title_as_long_as_a_page_becomes_text() -> None:
    parts = pages("标" * 100, "正文", 60, len)
    assert [title for title, _ in parts] == [None] * len(parts)
    assert "".join(unmarked(parts)).replace("\n", "") == "标" * 100 + "正文"


def test_nothing_but_space_is_one_page() -> None:
    assert pages("标题", " " * 100, 60, len) == [("标题", "\n(1/1)")]


def test_bytes_can_be_the_measure() -> None:
    parts = pages("标题", "完成投资，" * 200, 500, utf8_bytes)
    assert all(utf8_bytes(f"{title or ''}\n{text}") <= 501 for title, text in parts)


@pytest.mark.parametrize(("text", "units", "octets"), [("a", 1, 1), ("督", 1, 3), ("👍", 2, 4), ("\ud83d", 1, 3)])
def test_each_provider_counts_its_own_way(text: str, units: int, octets: int) -> None:
    assert (utf16_units(text), utf8_bytes(text)) == (units, octets)


@given(
    title=st.none() | st.text(min_size=1, max_size=90),
    text=TEXTS,
    measure=st.sampled_from((utf16_units, utf8_bytes)),
    limit=st.integers(120, 600),
)
def test_every_page_fits_and_nothing_but_space_is_lost(
    title: str | None, text: str, measure: object, limit: int
) -> None:
    assert callable(measure)
    parts = pages(title, text, limit, measure)
    assert all(measure(page if name is None else f"{name}\n{page}") <= limit for name, page in parts)
    if len(parts) > 1:
        said = "".join([parts[0][0] or "", *unmarked(parts)])
        assert "".join(said.split()) == "".join(f"{title or ''}{text}".split())
