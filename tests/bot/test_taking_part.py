"""Units that take part without answering: supporting ones read, co-lead ones are told, collective ones shown once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot import collectives
from data.kinds import ReminderKind, Role, UnitRole
from data.models import Assignment, AssignmentUnit, Reminder, Unit
from tests.bot.cast import Cast


def leads_too(cast: Cast, ref: str, unit: str) -> None:
    """The unit is co-lead of the row."""

    def add(session) -> None:  # type: ignore[no-untyped-def]
        row = session.scalars(select(Assignment.id).where(Assignment.ref == ref)).one()
        unit_id = session.scalars(select(Unit.id).where(Unit.name == unit)).one()
        session.add(AssignmentUnit(assignment_id=row, unit_id=unit_id, role=UnitRole.CO_LEAD, position=9))

    cast.write(add)


def test_a_unit_sees_the_rows_that_it_supports_below_its_own(office: Cast) -> None:
    [mine] = office.says("housing", "我的任务")
    own, _, helped = mine.text.partition("\n\n")
    assert mine.title == "住建局 8 项任务"
    assert "10.2" not in own
    assert helped.startswith("配合的 1 项任务（只供了解，由牵头单位反馈）：\n· ")
    assert "（10.2），生态环境局牵头" in helped


def test_a_unit_that_only_supports_sees_that_and_is_never_asked(office: Cast) -> None:
    office.joins("river", "水工", Role.LIAISON, "农业农村局")
    office.joins("union", "联工", Role.LIAISON, "残联")
    [mine] = office.says("union", "我的任务")
    assert mine.text.startswith("配合的 1 项任务")
    assert "（7.2），民政局牵头" in mine.text
    office.at("2021-10-25T09:00")
    office.ticks()
    assert office.heard("union") == [mine]


def test_what_a_unit_that_only_supports_reports_is_answered_with_who_does(office: Cast) -> None:
    office.joins("union", "联工", Role.LIAISON, "残联")
    for words in ("7.2 完成60%", "推进到60%", "3 残疾人之家3家", "没变化"):
        [said] = office.says("union", words)
        assert said.text == ("本单位没有要反馈的任务，配合、共同牵头的由牵头单位反馈，您只要了解（回“我的任务”看）。")
    [hello] = office.says("union", "您好")
    assert hello.text.startswith("您好。")
    assert office.stored("7.2") == []


def test_what_it_supports_can_be_read_and_not_reported(office: Cast) -> None:
    assert "水环境" not in str(office.says("housing", "出处 10.2")[0])
    assert str(office.says("housing", "出处 10.2")[0]).count("10.2") >= 1
    assert "没有" in str(office.says("education", "出处 10.2")[0])
    office.says("housing", "10.2 完成80%")
    assert office.stored("10.2") == []


def test_a_co_lead_unit_is_told_once_what_was_asked_of_the_lead(cast: Cast) -> None:
    leads_too(cast, "1", "卫健局")
    cast.joins("health", "卫工", Role.LIAISON, "残联")
    cast.joins("colead", "李娟", Role.LIAISON, "卫健局")
    leads_too(cast, "5.6", "残联")
    cast.ticks()
    [notice] = cast.heard("health")
    assert notice.title is not None
    assert notice.text.startswith("残联：下面 1 项贵单位是共同牵头单位，已请牵头单位反馈，供了解，不用回复。\n· ")
    assert "教育局反馈" in notice.text
    assert notice.buttons == ()
    for hours in (24, 72, 120):
        cast.wait(hours=hours)
        cast.ticks()
    assert len(cast.heard("health")) == 1


def test_a_co_lead_unit_that_asks_hears_of_its_notice_and_of_the_next(cast: Cast) -> None:
    leads_too(cast, "1", "残联")
    cast.joins("union", "联工", Role.LIAISON, "残联")
    cast.ticks()
    assert str(cast.says("union", "为什么提醒我")[0]) == (
        "9月26日 9:00 告诉您，是因为残联共同牵头的 1 项任务在9月这一轮里请牵头单位反馈。只供了解，不用回复，"
        "一轮只告知一次。这一轮按“每月25日 9:00，全部单位”。"
    )
    assert str(cast.says("union", "下次什么时候提醒")[0]) == (
        "本单位没有要反馈的任务。下一轮 10月25日（周一）9:00 请牵头单位反馈，共同牵头的到时告知您。"
    )
    assert "9月本助手主动发给您 1 条（告知 1）" in str(cast.says("union", "减负自查")[0])
    [mine] = cast.says("union", "我的任务")
    assert mine.title == "残联：没有要反馈的任务"
    assert "· 增加教育资源供给（序号1），教育局牵头，本单位共同牵头" in mine.text


def test_a_co_lead_unit_that_is_asked_itself_reads_it_in_its_own_list(cast: Cast) -> None:
    leads_too(cast, "1", "住建局")
    cast.ticks()
    [digest] = cast.heard("housing")
    assert "请反馈 8 项任务的进展" in digest.text
    assert "共同牵头的 1 项（由牵头单位反馈，供了解）：\n· " in digest.text
    kinds = cast.read(lambda session: set(session.scalars(select(Reminder.kind))))
    assert ReminderKind.CO_LEAD not in kinds


def test_collective_units_are_shown_to_the_admins_once_in_working_hours(office: Cast) -> None:
    def told() -> int:
        return office.write(lambda session: collectives.tell(session, office.now, office.office, office.postbox))

    office.at("2021-09-26T20:00")
    assert told() == 0
    office.at("2021-09-27T10:00")
    assert told() == 1
    office.deliver()
    assert "不是具体单位的叫法：" in office.heard("admin")[-1].text
    assert "各街道" in office.heard("admin")[-1].text
    office.now += timedelta(days=30)
    assert told() == 0
