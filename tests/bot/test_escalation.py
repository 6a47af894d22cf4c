"""Who hears next of a silent unit: each step only where it was set, once a round, in its own short words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.kinds import Role
from data.models import Person
from tests.bot.cast import Cast
from tests.bot.test_nagging import FIRST, LAST, LIST, beats, nags

EVERYTHING = "1新增学位3500个，预计11月底完成；2 开放了9所，心理普测还没开始"


@pytest.fixture
def ladder(cast: Cast) -> Cast:
    """All steps on, counted in working days from the due day: B 角 on the 2nd, the head on the 3rd, the leader 6th."""
    cast.office = replace(cast.office, second_after=2, head_after=3, leader_after=6)
    person_id = cast.joins("deputy", "马俊", Role.LIAISON, "住建局")
    cast.write(lambda session: setattr(session.get_one(Person, person_id), "order", "B"))
    cast.joins("head", "刘洋", Role.HEAD, "住建局")
    cast.ticks()
    cast.wait(minutes=5)
    return cast


def texts(cast: Cast, who: str) -> list[str]:
    return [said.text for said in cast.heard(who)]


def test_the_second_contact_the_head_and_the_leader_hear_one_after_the_other(ladder: Cast) -> None:
    beats(ladder, FIRST)
    assert (texts(ladder, "deputy"), texts(ladder, "head")) == ([], [])
    beats(ladder, "2021-10-08T09:07")
    [second] = texts(ladder, "deputy")
    assert second.startswith("【区政府督查室】住建局 9月调度还有 8 项未反馈：1. 老城厢道路整治（3.2）；")
    assert second.endswith("您是本单位的B角联络员，请协助反馈，回一句话即可。")
    beats(ladder, "2021-10-09T09:07")
    assert texts(ladder, "head") == [
        "【区政府督查室】贵单位 9月调度还有 8 项未反馈，联络员已收到 3 次提醒。请安排反馈，或告知新的联络员。"
    ]
    assert texts(ladder, "leader") == []
    beats(ladder, "2021-10-13T09:07")
    [told] = texts(ladder, "leader")
    assert told == "【区政府督查室】9月调度中您分管的任务尚未反馈的：教育局 2 项（已提醒 3 次）。"


def test_each_hears_why_it_was_told(ladder: Cast) -> None:
    beats(ladder, FIRST, "2021-10-08T09:07", "2021-10-09T09:07", "2021-10-13T09:07")
    why = {who: str(ladder.says(who, "为什么提醒我")[0]) for who in ("deputy", "head", "leader")}
    ending = "这一轮按“每月25日 9:00，全部单位”。"
    assert why["deputy"] == (
        "10月8日 9:07 告诉您，是因为9月这一轮已于 9月29日 截止，住建局还有 8 项没反馈，要请B角协助；"
        f"反馈了就不再提醒。{ending}"
    )
    assert "催办之后住建局还有 8 项没反馈，要告知单位负责人。一轮只告知一次。" in why["head"]
    assert "催办之后您分管的任务当时还有单位没反馈。一轮只告知一次。" in why["leader"]


def test_what_a_head_writes_can_be_passed_on_to_the_office(ladder: Cast) -> None:
    [asked] = ladder.says("head", "新的联络员是李新，13900000000")
    assert asked.labels == ["转给督查室"]
    ladder.presses("head", "转给督查室")
    assert ladder.heard("admin")[-1].text == "住建局刘洋 找督查室：新的联络员是李新，13900000000"
    ladder.says("head", "语言 English")
    assert str(ladder.says("head", "noted")[0]) == str(ladder.says("head", "thanks")[0])


def test_each_comes_once_a_round(ladder: Cast) -> None:
    for day in ("08", "09", "11", "12", "13", "14", "15", "18"):
        beats(ladder, f"2021-10-{day}T09:07", f"2021-10-{day}T15:00")
    assert len(texts(ladder, "deputy")) == 1
    assert len(texts(ladder, "head")) == 1
    assert len(texts(ladder, "leader")) == 1


def test_the_second_contact_can_answer_under_the_old_numbers(ladder: Cast) -> None:
    beats(ladder, FIRST, "2021-10-08T09:07")
    [echo, *_] = ladder.says("deputy", "5 新开工2000套")
    assert "（8.3）新开工 2000/2500 套" in str(echo)


def test_who_has_answered_meanwhile_is_not_told_upon(ladder: Cast) -> None:
    ladder.says("education", EVERYTHING)
    beats(ladder, FIRST, "2021-10-13T09:07")
    assert texts(ladder, "leader") == []


def test_nobody_is_told_upon_before_the_day_that_was_promised_is_over(ladder: Cast) -> None:
    beats(ladder, FIRST)
    ladder.says("housing", "10月12日报")
    beats(ladder, "2021-10-08T09:07", "2021-10-09T09:07", "2021-10-12T15:00")
    assert (texts(ladder, "deputy"), texts(ladder, "head")) == ([], [])
    beats(ladder, "2021-10-13T09:07")
    assert (len(texts(ladder, "deputy")), len(texts(ladder, "head"))) == (1, 1)


def test_by_default_nobody_but_the_office_hears(office: Cast) -> None:
    office.joins("head", "刘洋", Role.HEAD, "住建局")
    beats(office, FIRST, LAST, LIST, "2021-10-13T09:07", "2021-10-20T09:07")
    assert (texts(office, "head"), texts(office, "leader")) == ([], [])


def test_a_leader_is_told_after_an_admin_has_seen_it_and_pressed(office: Cast) -> None:
    beats(office, FIRST, LAST, LIST)
    [ask] = office.presses("admin", "报区分管领导")
    assert "将把9月调度的未反馈情况报给" in str(ask)
    assert "何海平：教育局 2 项（已提醒 3 次）" in str(ask)
    assert ask.labels == ["报送", "算了"]
    office.ticks()
    assert texts(office, "leader") == []
    [done] = office.presses("admin", "报送")
    assert str(done).startswith("已报给 ")
    office.ticks()
    assert texts(office, "leader") == ["【区政府督查室】9月调度中您分管的任务尚未反馈的：教育局 2 项（已提醒 3 次）。"]


def test_a_leader_is_not_told_twice_in_a_round(office: Cast) -> None:
    beats(office, FIRST, LAST, LIST)
    office.presses("admin", "报区分管领导")
    office.presses("admin", "报送")
    [refused] = office.presses("admin", "报区分管领导")
    assert str(refused).startswith("没有要报的")


def test_put_down_the_leader_hears_nothing(office: Cast) -> None:
    beats(office, FIRST, LAST, LIST)
    office.presses("admin", "报区分管领导")
    office.presses("admin", "算了")
    office.ticks()
    assert texts(office, "leader") == []


def test_what_is_ordered_in_the_evening_waits_for_working_hours(office: Cast) -> None:
    beats(office, FIRST, LAST, LIST)
    office.at("2021-10-11T20:00")
    office.presses("admin", "报区分管领导")
    [done] = office.presses("admin", "报送")
    assert str(done) == "已报给 何海平，上班时间送出。芮春祥收不到，请另行告知。"
    office.ticks()
    assert texts(office, "leader") == []
    beats(office, "2021-10-12T09:07")
    assert len(texts(office, "leader")) == 1


def test_what_was_not_delivered_is_no_silence_of_the_unit(office: Cast) -> None:
    beats(office, FIRST, LAST, LIST)
    [ask] = office.presses("admin", "报区分管领导")
    assert "民政局" not in str(ask)


def test_a_receipt_stops_the_repeats_and_silence_starts_them_again(office: Cast) -> None:
    office.at("2021-09-29T16:00")
    office.says("housing", "收到")
    beats(office, FIRST)
    assert nags(office, "housing") == []
    beats(office, "2021-10-08T09:07")
    assert len(nags(office, "housing")) == 1


def test_a_head_of_a_unit_is_registered_and_invited_in_chat(office: Cast) -> None:
    [reply] = office.says("admin", "人员 添加 刘洋 单位负责人 住建局")
    assert str(reply).startswith("已登记：住建局单位负责人刘洋")
    [listed] = office.says("admin", "人员")
    assert "单位负责人：刘洋" in str(listed)


def test_a_head_sees_the_units_rows_and_may_not_report(office: Cast) -> None:
    office.joins("head", "刘洋", Role.HEAD, "住建局")
    assert "老城厢道路整治" in str(office.says("head", "出处 3.2")[0])
    assert "没有找到" in str(office.says("head", "出处 5.6")[0])
    assert "只有负责这件事的人能用" in str(office.says("head", "反馈 3.2 完成80%")[0])


def test_going_up_in_english(ladder: Cast) -> None:
    for who in ("deputy", "head", "leader"):
        ladder.says(who, "/lang en")
    beats(ladder, FIRST, "2021-10-08T09:07", "2021-10-09T09:07", "2021-10-13T09:07")
    assert "You are the unit's deputy liaison" in texts(ladder, "deputy")[-1]
    assert (
        "Your unit has 8 assignments of the Sep round unanswered; the liaison was reminded 3 times."
        in (texts(ladder, "head")[-1])
    )
    assert "not yet answered among your assignments: 教育局 2 (reminded 3 times)." in texts(ladder, "leader")[-1]
