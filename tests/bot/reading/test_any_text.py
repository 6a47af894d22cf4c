"""No text breaks the reading, and none is read longer than a reply can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reading.answers import answer
from bot.reading.jsonl import explain
from bot.reading.read import LIMIT, read
from tests.bot.reading.plan import context, plan

UNITS = ("教育局", "民政局", "住建局", "人社局", "文体旅局", "卫健局")
SPOKEN = """
    1 2 6 4.3 10.1 3.210 12.31 80% 六成 3500 个 户 万元 人次 ， 。 ； 、 （ ） / 学位 竣工 适老化 完成 未 没有
    预计 计划 本月 累计 去年 还剩 其余 全部 没变化 延到 明年1月 9月底 说错了 不是 改成 撤回 听说 困难 下一步
    吗 ？ 和 到 - ② 第三项 项目4 成 👌 done 俩
"""
PIECES = (*SPOKEN.split(), "\n", " ", "\x00", "\u202e", "row 4.3")
texts = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=14).map("".join))


@settings(max_examples=400, deadline=None)
@given(text=texts, unit=st.sampled_from(UNITS), asked=st.booleans())
def test_any_text_is_read_without_an_error_and_stores_only_what_is_the_persons(
    text: str, unit: str, asked: bool
) -> None:
    known = context(unit)
    known = replace(known, asked_id=known.rows[0].id) if asked else known

    reading = read(text, known)

    mine = {row.id for row in known.rows}
    assert {item.row_id for item in reading.plain} <= mine
    assert reading.ask == bool(reading.questions)
    for question in reading.questions:
        assert {item.row_id for option in question.options for item in option.items} <= mine
        answer(question, text, known)


@settings(max_examples=150, deadline=None)
@given(text=texts)
def test_of_a_unit_without_rows_nothing_is_read(text: str) -> None:
    reading = read(text, replace(context("民政局"), rows=(), open_ids=()))

    assert (reading.items, reading.ask) == ((), False)


@settings(max_examples=150, deadline=None)
@given(text=texts)
def test_the_spans_of_the_reasons_lie_in_the_text(text: str) -> None:
    for item in read(text, context("民政局")).items:
        for why in item.why.values():
            assert 0 <= why.span[0] <= why.span[1] <= len(text)


@pytest.mark.parametrize(
    "piece", ["1.", "完成80%", "没", "预计", "，", "4.3 ", "一", "a", "\n", "①", "3500个", "(", "学位"]
)
def test_a_text_longer_than_any_reply_is_sent_back(piece: str) -> None:
    reading = read(piece * (2 * LIMIT), context("教育局"))

    assert (reading.ask, reading.questions[0].code, reading.items) == (True, "too_long", ())


def test_more_numbers_than_any_reply_has_are_sent_back() -> None:
    most, more = (read("；".join(["适老化210户"] * count), context("民政局")) for count in (100, 101))

    assert [row.row_id for row in most.items] == ["4.3"]
    assert (more.ask, more.questions[0].code, more.items) == (True, "too_many_numbers", ())


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"id": 1, "text": None},
        {"id": "x", "context": {"unit": "教育局"}, "text": "学位3500个"},
        {"context": {"last_report": "学位3500个", "today": "2021-09-26"}, "text": "说错了，是3300"},
        {"context": {"last_report": [None, {"figures": "?"}, {"assignment_id": "1"}]}, "text": "撤回"},
    ],
)
def test_a_line_with_little_or_odd_context_is_read_all_the_same(line: dict[str, object]) -> None:
    assert explain(line, plan())["id"] == line.get("id")


def test_the_json_of_a_line_has_the_agreed_keys() -> None:
    asked = {"unit": "民政局", "open_assignments": ["4.1", "4.2", "4.3", "4.4", "7.2"], "today": "2021-09-26"}

    said = explain({"id": "r1", "context": asked, "text": "3.改造210户，预计10月底前完成"}, plan())

    why = said["items"][0].pop("why")
    assert {key: said[key] for key in ("id", "kind", "ask", "extension_to", "items")} == {
        "id": "r1",
        "kind": "progress",
        "ask": False,
        "extension_to": None,
        "items": [
            {
                "assignment_id": "4.3",
                "status": "in_progress",
                "percent": 70,
                "percent_derived": True,
                "figures": [{"label": "适老化改造", "value": 210, "unit": "户"}],
                "expected_date": "2021-10-31",
                "problem": None,
                "next_step": None,
            }
        ],
    }
    assert {"row", "figures", "expected_date", "status", "percent"} <= set(why)
    assert why["figures"] == {"span": [4, 8], "rule": why["figures"]["rule"], "certainty": why["figures"]["certainty"]}


def test_a_day_and_a_number_of_another_units_row_are_read_without_an_error() -> None:
    known = replace(context("住建局"), today=date(2021, 6, 17))

    reading = read("10.2完工了，12月中⑩旬验收", known)

    assert (reading.ask, reading.plain) == (True, ())
