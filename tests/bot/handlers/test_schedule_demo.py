"""The third step of the demo, letter by letter, and what lies behind it."""

from __future__ import annotations

from sqlalchemy import select

from data.models import AuditEvent, Round, Schedule
from tests.bot.cast import Cast

PHRASE = "改成每月最后一个工作日下午3点"
PREVIEW = """\
将改为：每月最后一个工作日 15:00 发出，3 个工作日内反馈。
接下来：9月30日（周四）跳过，9月这一轮刚发出 4 天
　　　　10月29日（周五）发出，11月3日（周三）截止
　　　　11月30日（周二）发出，12月3日（周五）截止
　　　　12月31日（周五）发出，2022年1月6日（周四）截止
提示：截止日都落在下个月。本计划到12月31日为止，之后不再自动发出。
影响 8 家单位、25 项任务；原来是每月25日 9:00。9月这一轮照常，9月29日截止。"""
DONE = "已改，下次 10月29日（周五）15:00。24 小时内可撤回。"


def schedules_of(cast: Cast) -> list[tuple[str, str | None]]:
    query = select(Schedule.phrase, Schedule.next_local).where(Schedule.removed_at.is_(None)).order_by(Schedule.id)
    return cast.read(lambda session: [(phrase, at) for phrase, at in session.execute(query)])


def test_the_preview_says_what_would_come_what_is_skipped_and_whom_it_reaches(demo_cast: Cast) -> None:
    [preview] = demo_cast.says("admin", PHRASE)
    assert str(preview) == PREVIEW
    assert preview.labels == ["确定", "9月30日也发", "再改改", "算了"]


def test_nothing_changes_before_it_is_confirmed(demo_cast: Cast) -> None:
    before = schedules_of(demo_cast)
    demo_cast.says("admin", PHRASE)
    assert schedules_of(demo_cast) == before == [("每月25日 9:00", "2021-10-25T09:00")]


def test_confirmed_it_says_the_next_time_and_can_be_undone(demo_cast: Cast) -> None:
    demo_cast.says("admin", PHRASE)
    [done] = demo_cast.presses("admin", "确定")
    assert (str(done), done.labels) == (DONE, ["撤回"])
    assert schedules_of(demo_cast) == [("每月最后一个工作日 15:00", "2021-10-29T15:00")]
    [undone] = demo_cast.presses("admin", "撤回")
    assert str(undone) == "已撤回，恢复为每月25日 9:00，下次 10月25日（周一）9:00。"
    assert schedules_of(demo_cast) == [("每月25日 9:00", "2021-10-25T09:00")]


def test_a_skipped_opening_can_be_kept(demo_cast: Cast) -> None:
    demo_cast.says("admin", PHRASE)
    [done] = demo_cast.presses("admin", "9月30日也发")
    assert str(done) == "已改，下次 9月30日（周四）15:00。24 小时内可撤回。"
    demo_cast.at("2021-09-30T15:00")
    demo_cast.ticks()
    opened = demo_cast.read(lambda session: session.scalars(select(Round.fire_local).order_by(Round.id)).all())
    assert opened == ["2021-08-25T09:00", "2021-09-26T09:00", "2021-09-30T15:00"]


def test_what_is_confirmed_is_in_the_trail_with_who_did_it(demo_cast: Cast) -> None:
    demo_cast.says("admin", PHRASE)
    demo_cast.presses("admin", "确定")
    query = select(AuditEvent).where(AuditEvent.entity == "schedule", AuditEvent.action == "change")
    [event] = demo_cast.read(lambda session: session.scalars(query).all())
    assert event.actor_id == demo_cast.people["admin"]
    assert event.before is not None
    assert event.before["phrase"] == "每月25日 9:00"


def test_who_has_answered_is_told_with_the_day_until_which_nobody_is_nagged(demo_cast: Cast) -> None:
    demo_cast.says("education", "1新增学位3500个，预计11月底完成；2 开放了9所，心理普测还没开始，等市里文件")
    [told] = demo_cast.says("admin", "看谁没反馈")
    assert str(told) == "9月调度 8 家单位：已反馈 1（教育局），等待中 7，截止 9月29日（周三）。还没到时间，不催。"
    assert told.labels == []
