"""An admin corrects the calendar in chat, and everything that counts in working days goes by it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from bot import nextyear
from data import corrections
from data.calendar import Calendar
from data.kinds import ReminderState, RoundState, StepKind
from data.models import AuditEvent, Reminder, Round, Schedule, Step
from tests.bot.cast import Cast


def corrected(cast: Cast) -> dict[date, bool]:
    return cast.read(corrections.corrections)


def confirm(cast: Cast, said: str) -> str:
    cast.says("admin", said)
    return str(cast.presses("admin", "确定")[0])


def nags(cast: Cast) -> list[str]:
    query = select(Step.at).where(Step.kind == StepKind.NAG).order_by(Step.at)
    return cast.read(lambda session: [f"{cast.office.local(at):%m-%d %H:%M}" for at in session.scalars(query)])


def test_a_day_off_is_said_with_its_effect_confirmed_and_undone(office: Cast) -> None:
    [ask] = office.says("admin", "10月25日放假")
    assert str(ask) == (
        "将更正日历：10月25日（周一）放假。\n"
        "“每月25日 9:00，全部单位”的下一轮由 10月25日 9:00 改到 10月26日 9:00\n"
        "之后的提醒、催办和截止日都按更正后的算。"
    )
    assert corrected(office) == {}
    [done] = office.presses("admin", "确定")
    assert str(done).startswith("已更正：10月25日（周一）放假。“每月25日 9:00，全部单位”的下一轮由 10月25日")
    assert corrected(office) == {date(2021, 10, 25): False}
    [undone] = office.presses("admin", "撤回")
    assert str(undone).startswith("已撤回：10月25日（周一）上班。“每月25日 9:00，全部单位”的下一轮由 10月26日")
    assert corrected(office) == {}


def test_the_round_opens_on_the_corrected_day_and_once(office: Cast) -> None:
    confirm(office, "10月25日放假")
    for moment in ("2021-10-25T09:00", "2021-10-26T09:00", "2021-10-27T09:00"):
        office.at(moment)
        office.ticks()
    query = select(Round.fire_local).where(Round.state != RoundState.SKIPPED).order_by(Round.fire_at)
    assert office.read(lambda session: list(session.scalars(query))) == ["2021-09-26T09:00", "2021-10-26T09:00"]


def test_the_due_day_of_an_open_round_moves_on_with_its_nags(office: Cast) -> None:
    assert nags(office) == ["09-30 09:07", "10-09 09:07"]
    said = confirm(office, "9月29日休息")
    assert "9月这一轮的截止由9月29日顺延到9月30日（周四）" in said
    assert office.read(lambda session: session.scalars(select(Round.due_on)).one()) == date(2021, 9, 30)
    assert nags(office) == ["10-08 09:07", "10-11 09:07"]
    assert "9月30日（周四）截止" in str(office.says("housing", "安排")[0])


def test_nothing_goes_out_on_a_day_off_and_what_waited_goes_on_a_day_made_up(office: Cast) -> None:
    office.at("2021-09-29T17:40")
    confirm(office, "9月30日放假，10月2日上班")
    office.at("2021-09-30T09:10")
    office.ticks()
    waiting = select(Reminder).where(Reminder.state == ReminderState.WAITING)
    assert not office.read(lambda session: session.scalars(waiting).all())
    before = len(office.heard("housing"))
    office.at("2021-10-02T09:10")
    office.ticks()
    assert len(office.heard("housing")) == before + 1


def test_what_is_held_over_a_weekend_goes_on_a_saturday_that_is_made_a_working_day(office: Cast) -> None:
    office.says("admin", "安排 加 3.2 每月15日18:30")
    office.presses("admin", "确定")
    office.at("2021-10-15T18:31")
    office.says("admin", "跳过 3")
    office.at("2021-10-15T18:40")
    office.ticks()
    confirm(office, "10月16日上班")
    before = len(office.heard("housing"))
    office.at("2021-10-16T09:10")
    office.ticks()
    assert len(office.heard("housing")) == before + 1


@pytest.mark.parametrize(
    "said",
    ["10月12日放假", "10月12日（周二）放假", "把10月12日改成放假", "10月12日不上班", "日历 10月12日放假",
     "/calendar 12 Oct holiday", "12 Oct off", "下月12日休息。"],
)  # fmt: skip
def test_all_the_ways_to_say_a_day_off(office: Cast, said: str) -> None:
    confirm(office, said)
    assert corrected(office) == {date(2021, 10, 12): False}


def test_several_days_and_a_range_in_one_message(office: Cast) -> None:
    said = confirm(office, "10月11日至12日放假，10月16日上班")
    assert "10月11日至10月12日放假、10月16日（周六）上班" in said
    assert len(corrected(office)) == 3


@pytest.mark.parametrize(
    "said", ["10月12日放假通知发了吗", "教育局10月12日前放假", "明年放假", "放假", "3.2 10月12日上班"]
)
def test_what_only_sounds_like_it_changes_nothing(office: Cast, said: str) -> None:
    office.says("admin", said)
    with pytest.raises(StopIteration):
        office.presses("admin", "确定")


def test_a_day_that_is_over_and_one_that_is_so_already(office: Cast) -> None:
    assert "没有改动" in str(office.says("admin", "日历 10月12日恢复")[0])
    assert "已经过了" in str(office.says("admin", "日历 2021年9月20日放假")[0])
    assert "请写哪一天" in str(office.says("admin", "日历 那天放假")[0])


def test_the_list_says_what_was_corrected_and_offers_to_reset_it(office: Cast) -> None:
    assert "没有更正过" in str(office.says("admin", "日历")[0])
    confirm(office, "10月12日放假")
    [listed] = office.says("admin", "日历")
    assert "督查室更正过：10月12日（周二）放假。" in listed.text
    office.presses("admin", "恢复 10月12日")
    office.presses("admin", "确定")
    assert corrected(office) == {}


def test_the_trail_names_who_corrected_which_day(office: Cast) -> None:
    confirm(office, "10月12日放假")
    query = select(AuditEvent).where(AuditEvent.entity == "calendar")
    event = office.read(lambda session: session.scalars(query).one())
    assert (event.action, event.actor_id, event.channel) == ("correct", office.people["admin"], "telegram")
    assert (event.before, event.after) == ({"2021-10-12": None}, {"2021-10-12": False})


def test_a_due_day_that_was_put_off_stays_so_and_that_is_said(office: Cast) -> None:
    confirm(office, "9月29日放假")
    assert str(office.says("admin", "撤回")[0]) == (
        "已撤回：9月29日（周三）上班。9月这一轮的截止仍是9月30日，不往前提。"
    )
    assert "截止 9月30日（周四）" in str(office.says("admin", "谁没反馈")[0])


def test_taking_back_goes_by_the_last_change_of_all(office: Cast) -> None:
    confirm(office, "10月25日放假")
    office.says("admin", "暂停")
    office.presses("admin", "暂停")
    assert "恢复为每月25日" in str(office.says("admin", "撤回")[0])
    assert corrected(office) == {date(2021, 10, 25): False}
    confirm(office, "10月12日放假")
    assert "已撤回：10月12日（周二）上班" in str(office.says("admin", "撤回")[0])


def test_only_an_admin_corrects(office: Cast) -> None:
    assert "只有负责这件事的人能用" in str(office.says("education", "日历 10月12日放假")[0])
    office.says("education", "10月12日放假")
    assert corrected(office) == {}


def test_a_kept_opening_is_still_kept_when_the_calendar_changes(office: Cast) -> None:
    office.says("admin", "改成每月最后一个工作日下午3点")
    office.presses("admin", "9月30日也发")
    confirm(office, "10月12日放假")
    assert office.read(lambda session: session.scalars(select(Schedule.next_local)).one()) == "2021-09-30T15:00"


def test_in_english(office: Cast) -> None:
    office.says("admin", "/lang en")
    [ask] = office.says("admin", "25 Oct holiday")
    assert "moves from 25 Oct, 9:00 to 26 Oct, 9:00" in str(ask)
    assert "Corrected: Mon 25 Oct off." in str(office.presses("admin", "Confirm")[0])


def test_in_december_admins_hear_once_that_next_years_holidays_are_missing(office: Cast) -> None:
    def warned(moment: str) -> int:
        office.at(moment)
        office.write(lambda session: nextyear.warn(session, office.now, office.office, office.postbox))
        office.deliver()
        return sum("放假安排本助手还没有" in said.text for said in office.heard("admin"))

    missing = Calendar().last_known
    assert warned(f"{missing}-11-30T10:00") == 0
    assert warned(f"{missing}-12-01T07:00") == 0
    assert warned(f"{missing}-12-01T10:00") == 1
    assert warned(f"{missing}-12-15T10:00") == 1
    assert f"如“{missing + 1}年1月1日至3日放假" in office.heard("admin")[-1].text


def test_the_warning_shows_how_and_what_it_shows_is_understood(office: Cast) -> None:
    year = Calendar().last_known
    office.at(f"{year}-12-02T10:00")
    said = confirm(office, f"{year + 1}年1月1日至3日放假，1月4日上班")
    assert "1月4日" in said
    assert office.write(lambda session: nextyear.warn(session, office.now, office.office, office.postbox)) == 0
