"""Free words that answer an open question."""

from __future__ import annotations

import pytest

from bot.reading.answers import answer
from bot.reading.model import ReadingContext
from bot.reading.read import read
from tests.bot.reading.plan import context, with_last


def values(text: str, said: str, known: ReadingContext) -> list[tuple[str | None, list[float]]] | None:
    asked = read(text, known).questions[0]
    reading = answer(asked, said, known)
    return (
        None
        if reading is None
        else [(item.row_id, [figure.value for figure in item.figures]) for item in reading.items]
    )


TRAINING = with_last(context("人社局"), "2", 职业技能补贴培训=5100)


@pytest.mark.parametrize(
    ("said", "value"),
    [("本月的", 6300), ("本月，累计6300", 6300), ("今年累计就是1200", 1200), ("第一个", 6300), ("2", 1200)],
)
def test_the_month_or_the_year_is_answered_in_words(said: str, value: float) -> None:
    assert values("培训1200人次", said, TRAINING) == [("2", [value])]


@pytest.mark.parametrize(
    ("said", "value"),
    [("对", 5300), ("是的", 5300), ("对，超额完成", 5300), ("写错了，3500", 3500), ("改成3500", 3500)],
)
def test_a_figure_above_the_target_is_confirmed_or_changed_in_words(said: str, value: float) -> None:
    assert values("学位5300个", said, context("教育局")) == [("1", [value])]


@pytest.mark.parametrize(
    ("said", "rows"),
    [
        ("1", ["1"]),
        ("第二个", ["5.6"]),
        ("5.6", ["5.6"]),
        ("体育设施", ["5.6"]),
        ("都是", ["1", "5.6"]),
        ("学位那个", ["1"]),
    ],
)
def test_which_row_is_answered_by_position_id_or_name(said: str, rows: list[str]) -> None:
    known = context("教育局")
    reading = answer(read("80%", known).questions[0], said, known)

    assert reading is not None
    assert [(item.row_id, item.percent) for item in reading.items] == [(row, 80) for row in rows]


@pytest.mark.parametrize("said", ["1 学位3500个", "您好，请问这个数报到几月", "2开放了9所，心理普测还没开始"])
def test_a_report_or_a_question_of_its_own_is_no_answer(said: str) -> None:
    known = context("教育局")

    assert answer(read("80%", known).questions[0], said, known) is None


def test_done_is_confirmed_with_all_figures_at_their_targets() -> None:
    known = context("民政局")
    reading = answer(read("4.3完成", known).questions[0], "是", known)

    assert reading is not None
    assert [(item.status, [figure.value for figure in item.figures]) for item in reading.items] == [("done", [300])]


def test_an_extension_is_confirmed_in_words() -> None:
    known = context("民政局")
    reading = answer(read("4.3想延到2022年1月20日", known).questions[0], "是，申请延期", known)

    assert reading is not None
    assert reading.kind == "extension"
    assert str(reading.extension_to) == "2022-01-20"
