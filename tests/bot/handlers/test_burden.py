"""减负自查: everybody sees how many messages the bot started, by month; nobody is ranked."""

from __future__ import annotations

import pytest

from tests.bot.cast import Cast
from tests.bot.test_nagging import FIRST, LAST, beats


def test_a_month_to_come_is_that_of_last_year(office: Cast) -> None:
    office.at("2022-01-05T10:00")
    assert "周敏：1 条（调度 1）" in str(office.says("admin", "减负自查 9月")[0])


def test_a_person_sees_the_own_number_and_the_cap(office: Cast) -> None:
    beats(office, FIRST)
    [told] = office.says("housing", "减负自查")
    assert str(told) == ("9月本助手主动发给您 2 条（调度 1、催办 1）。一天最多一条，一月满 12 条后不再重复提醒。")


def test_answers_are_not_counted(office: Cast) -> None:
    office.says("education", "学位3500个，预计11月底完成")
    [told] = office.says("education", "减负自查")
    assert "主动发给您 1 条" in str(told)


def test_a_leader_to_whom_nothing_went_sees_that(office: Cast) -> None:
    [told] = office.says("leader", "减负自查")
    assert str(told).startswith("9月本助手主动发给您 0 条。")


def test_the_office_sees_all_in_the_order_of_units_never_of_numbers(office: Cast) -> None:
    office.says("education", "1新增学位3500个，预计11月底完成；2 开放了9所，心理普测还没开始")
    beats(office, FIRST)
    [told] = office.says("admin", "减负自查")
    assert told.title == "9月减负自查"
    assert told.text.startswith("教育局 周敏：1 条（调度 1）\n住建局 陈刚：2 条（调度 1、催办 1）\n共 2 人、3 条。")


@pytest.mark.parametrize(("said", "count"), [("减负自查 9月", 2), ("减负自查 2021-10", 1), ("减负自查 上月", 2)])
def test_another_month_can_be_named(office: Cast, said: str, count: int) -> None:
    beats(office, FIRST, LAST)
    [told] = office.says("housing", said)
    assert f"主动发给您 {count} 条" in str(told)


def test_a_month_that_does_not_exist_is_asked_for(office: Cast) -> None:
    assert str(office.says("housing", "减负自查 13月")[0]).startswith("请写月份")


def test_in_english(office: Cast) -> None:
    beats(office, FIRST)
    office.says("housing", "/lang en")
    [told] = office.says("housing", "/burden")
    assert str(told).startswith("In Sep this assistant started 2 messages to you (rounds 1, repeated 1).")
    office.says("admin", "/lang en")
    assert "2 people, 4 messages." in str(office.says("admin", "/burden")[0])
