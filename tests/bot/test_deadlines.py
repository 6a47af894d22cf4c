"""Deadlines are lines of the digest, the year's last round asks how it ends, late and unchanged answers are marked."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from data.kinds import Status
from data.models import Assignment, Report
from tests.bot.cast import Cast, Said
from tests.bot.test_nagging import FIRST, LAST, LIST, beats

EVERYTHING = "1新增学位3500个，预计11月底完成；2 开放了9所，心理普测还没开始"


def due(cast: Cast, ref: str, day: date) -> None:
    changed = update(Assignment).where(Assignment.ref == ref).values(deadline=day)
    cast.write(lambda session: session.execute(changed))


def last_digest(cast: Cast, who: str) -> Said:
    return [said for said in cast.heard(who) if said.title][-1]


# Deadlines -------------------------------------------------------------------------------------------------


def test_a_deadline_that_comes_near_is_a_line_of_the_digest(cast: Cast) -> None:
    due(cast, "5.6", date(2021, 10, 29))
    cast.ticks()
    said = last_digest(cast, "education")
    assert "2（5.6） 时限10月29日（周五），还有 21 个工作日。" in said.text.splitlines()
    assert len(cast.heard("education")) == 1


@pytest.mark.parametrize(("day", "warned"), [(date(2021, 11, 15), False), (date(2021, 9, 30), True)])
def test_only_what_is_near_enough_is_said(cast: Cast, day: date, warned: bool) -> None:
    due(cast, "5.6", day)
    cast.ticks()
    assert ("时限" in last_digest(cast, "education").text) is warned


def test_a_warning_comes_once_for_each_threshold(cast: Cast) -> None:
    cast.says("admin", "改成每周一上午9点")
    cast.presses("admin", "确定")
    due(cast, "5.6", date(2021, 11, 26))
    warned = []
    for day in ("2021-10-11", "2021-10-18", "2021-10-25", "2021-11-01", "2021-11-08", "2021-11-15", "2021-11-22"):
        beats(cast, f"{day}T09:00")
        warned.append("时限" in last_digest(cast, "education").text)
    assert warned == [False, True, False, False, False, False, True]


def test_rows_with_the_same_deadline_share_a_line(cast: Cast) -> None:
    due(cast, "1", date(2021, 10, 29))
    due(cast, "5.6", date(2021, 10, 29))
    cast.ticks()
    lines = last_digest(cast, "education").text.splitlines()
    assert "2 项时限都是10月29日（周五），还有 21 个工作日。" in lines


def test_a_row_that_was_reported_done_is_asked_and_warned_of_no_more(cast: Cast) -> None:
    due(cast, "5.6", date(2021, 10, 29))
    cast.says("education", "5.6 开放11所，健康促进学校7所")
    cast.write(lambda session: session.execute(update(Report).values(status=Status.DONE)))
    cast.ticks()
    assert "5.6" not in last_digest(cast, "education").text


# The year's end --------------------------------------------------------------------------------------------


def december(cast: Cast) -> None:
    beats(cast, "2021-12-27T09:00")


def test_decembers_last_round_asks_how_it_ends(cast: Cast) -> None:
    beats(cast, "2021-11-25T09:00")
    assert "今年最后一次" not in last_digest(cast, "education").text
    december(cast)
    said = last_digest(cast, "education")
    assert "这是今年最后一次调度，请逐项说明：已完成、12月31日前完成，还是结转明年。" in said.text
    assert "2 项时限都是12月31日（周五），还有 4 个工作日。" in said.text


def test_the_three_answers_can_be_typed(cast: Cast) -> None:
    december(cast)
    [echo, *_digest] = cast.says("education", "1 12月31日前完成；2 结转明年")
    assert echo.text == "记下了：\n1（序号1）预计12月31日前完成\n2（5.6）推进中 · 下一步：结转明年"


@pytest.mark.parametrize(
    ("label", "echo"),
    [
        ("已完成", "报完成（待核）"),
        ("12月31日前完成", "预计12月31日前完成"),
        ("结转明年", "推进中 · 下一步：结转明年"),
    ],
)
def test_each_row_has_the_three_answers(cast: Cast, label: str, echo: str) -> None:
    december(cast)
    [prompt] = cast.presses("education", "2")
    assert prompt.labels[:3] == ["已完成", "12月31日前完成", "结转明年"]
    [noted, *_] = cast.presses("education", label)
    assert f"2（5.6）{echo}" in str(noted)
    [report] = cast.stored("5.6")
    assert report.round_id is not None


def test_other_rounds_have_no_such_answers(office: Cast) -> None:
    [prompt] = office.presses("education", "2")
    assert prompt.labels == ["返回"]


# Late, unchanged -------------------------------------------------------------------------------------------


def test_a_late_answer_counts_and_is_marked(office: Cast) -> None:
    beats(office, FIRST, LAST)
    office.at("2021-10-11T08:30")
    office.says("education", EVERYTHING)
    beats(office, LIST)
    told = office.heard("admin")[-1].text
    assert "全部反馈 1" in told
    assert "迟报：教育局 4 天。" in told
    [source] = office.says("admin", "出处 5.6")
    assert source.text.endswith("（迟报 4 天）")


def test_what_is_added_later_to_an_answer_in_time_is_not_late(office: Cast) -> None:
    office.says("education", EVERYTHING)
    office.at("2021-10-11T08:30")
    office.says("education", "2 开放了10所")
    [source] = office.says("admin", "出处 5.6")
    assert "迟报" not in source.text


def test_no_change_twice_in_a_row_is_shown_to_the_office(office: Cast) -> None:
    office.says("education", EVERYTHING)
    beats(office, "2021-10-25T09:00")
    office.says("education", "全部没变化")
    beats(office, "2021-11-25T09:00")
    office.says("education", "全部没变化")
    office.at("2021-11-30T20:00")
    beats(office, "2021-12-06T09:07")
    told = office.heard("admin")[-1].text
    assert "连续两轮没有变化：增加教育资源供给（序号1）、体育设施开放、健康促进学校（5.6）。" in told


def test_in_english(cast: Cast) -> None:
    cast.says("education", "/lang en")
    due(cast, "5.6", date(2021, 12, 28))
    december(cast)
    said = last_digest(cast, "education").text
    assert "Deadline of 2 (5.6): Tue 28 Dec, 1 working day left." in said
    assert "This is the year's last round; please say of each: done, done by 31 December, or carried over." in said
