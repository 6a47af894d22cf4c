"""Working hours of one's own: said by the person or by an admin, kept by whatever the bot sends by itself."""

from __future__ import annotations

from typing import Any

import pytest

from data.models import Person
from tests.bot.cast import Cast

TWO = [["08:30", "12:00"], ["13:30", "17:30"]]


def kept(cast: Cast, who: str) -> list[Any] | None:
    return cast.read(lambda session: session.get_one(Person, cast.people[who]).hours)


@pytest.mark.parametrize(
    "said",
    ["工作时间 8:30-12:00 13:30-17:30", "/hours 8:30-12:00, 13:30-17:30", "我的工作时间是8:30到12:00，13:30到17:30",
     "工作时间 上午8点半到12点，下午13点半至17:30", "hours 13:30 to 17:30 and 8:30 to 12:00"],
)  # fmt: skip
def test_a_person_says_the_own_hours(office: Cast, said: str) -> None:
    [done] = office.says("education", said)
    assert str(done).startswith("记下了，您的工作时间：8:30—12:00、13:30—17:30。")
    assert kept(office, "education") == TWO


def test_an_admin_says_somebodys_hours(office: Cast) -> None:
    assert "周敏的工作时间：10:00—16:00" in str(office.says("admin", "工作时间 周敏 10:00-16:00")[0])
    assert kept(office, "education") == [["10:00", "16:00"]]
    office.says("housing", "工作时间 周敏 9:00-10:00")
    assert kept(office, "education") == [["10:00", "16:00"]]


def test_alone_it_tells_them_and_default_gives_the_offices(office: Cast) -> None:
    assert "您的工作时间：9:00—17:30（按督查室的）" in str(office.says("education", "工作时间")[0])
    office.says("education", "工作时间 10:00-16:00")
    assert "按督查室的" in str(office.says("education", "工作时间 默认")[0])
    assert kept(office, "education") is None


@pytest.mark.parametrize("said", ["17:30-8:30", "8:30", "8:30-12:00 11:00-17:00", "8:30-9:00", "25:00-26:00", "下班后"])
def test_what_are_no_hours_is_told_with_an_example(office: Cast, said: str) -> None:
    assert "请写从几点到几点" in str(office.says("education", f"工作时间 {said}")[0])
    assert kept(office, "education") is None


def test_it_can_be_taken_back(office: Cast) -> None:
    office.says("education", "工作时间 10:00-16:00")
    assert "已撤回" in str(office.presses("education", "撤回")[0])
    assert kept(office, "education") is None
    office.says("admin", "工作时间 周敏 10:00-16:00")
    assert "已撤回，周敏的工作时间" in str(office.says("admin", "撤回")[0])
    assert kept(office, "education") is None


def test_a_repeat_waits_for_the_persons_hours_and_keeps_off_the_full_hour(office: Cast) -> None:
    office.says("education", "工作时间 10:00-16:00")
    before = {who: len(office.heard(who)) for who in ("education", "housing")}

    def fresh() -> dict[str, int]:
        return {who: len(office.heard(who)) - before[who] for who in before}

    office.at("2021-09-30T09:10")
    office.ticks()
    assert fresh() == {"education": 0, "housing": 1}
    office.at("2021-09-30T10:05")
    office.ticks()
    assert fresh() == {"education": 0, "housing": 1}
    office.at("2021-09-30T10:08")
    office.ticks()
    assert fresh() == {"education": 1, "housing": 1}


def test_a_digest_that_opens_in_the_noon_break_waits_for_its_end(office: Cast) -> None:
    office.says("education", "工作时间 8:30-12:00 13:30-17:30")
    office.says("admin", "改成每月25日12:30")
    office.presses("admin", "确定")
    before = {who: len(office.heard(who)) for who in ("education", "housing")}
    office.at("2021-10-25T12:31")
    office.ticks()
    assert len(office.heard("housing")) == before["housing"] + 1
    assert len(office.heard("education")) == before["education"]
    office.at("2021-10-25T13:31")
    office.ticks()
    assert len(office.heard("education")) == before["education"] + 1


def test_an_order_goes_at_once_all_the_same(office: Cast) -> None:
    office.says("education", "工作时间 10:00-16:00")
    before = len(office.heard("education"))
    office.at("2021-09-27T16:30")
    office.says("admin", "催办 教育局")
    office.presses("admin", "仍要提醒" if "仍要提醒" in office.heard("admin")[-1].labels else "提醒")
    office.ticks()
    assert len(office.heard("education")) == before + 1


def test_in_english(office: Cast) -> None:
    office.says("education", "/lang en")
    assert "your working hours: 8:30 to 12:00 and 13:30 to 17:30" in str(
        office.says("education", "/hours 8:30-12:00 13:30-17:30")[0]
    )
