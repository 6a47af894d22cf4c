"""Schedules: the default one, what an edit does to the next opening, and the trace that edits leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.calendar import Calendar
from data.errors import Reason
from data.models import AuditEvent, Plan, Schedule
from data.store import Store
from scheduler import schedules
from scheduler.cadence import Cadence, Lead
from scheduler.days import Daily, Monthly, Nth, Once, Weekly
from scheduler.openings import Fire, fires, preview
from scheduler.schedules import By
from tests.scheduler.asking import OFFICE, Asking, at

LAST_WORKDAY = Cadence(Nth((-1,), "month"), times=(time(15),))
MONTHLY = Cadence(Monthly((25,)), shift="next")
PLAN = Plan(year=2021)


@pytest.fixture
def asking(store: Store) -> Asking:
    return Asking(store)


def shown(fires: tuple[Fire, ...]) -> list[str]:
    return [f"{fire.opens:%m-%d %H:%M} → {fire.due:%m-%d}" + (" skipped" if fire.skipped else "") for fire in fires]


# The preview -----------------------------------------------------------------------------------------------


def test_a_changed_cadence_skips_what_would_come_four_days_after_the_last_opening() -> None:
    ahead = preview(LAST_WORKDAY, at("2021-09-26T09:05"), OFFICE, PLAN, at("2021-09-26T09:00"))
    assert shown(ahead) == [
        "09-30 15:00 → 10-11 skipped",
        "10-29 15:00 → 11-03",
        "11-30 15:00 → 12-03",
        "12-31 15:00 → 01-06",
    ]
    assert ahead[0].skipped == Reason("too_soon", {"days": 4, "month": 9, "day": 26})


def test_the_one_that_would_be_skipped_can_be_kept() -> None:
    ahead = preview(LAST_WORKDAY, at("2021-09-26T09:05"), OFFICE, PLAN, at("2021-09-26T09:00"), keep_first=True)
    assert shown(ahead)[0] == "09-30 15:00 → 10-11"


def test_nothing_is_too_soon_for_a_schedule_that_has_opened_nothing() -> None:
    assert shown(preview(LAST_WORKDAY, at("2021-09-26T09:05"), OFFICE, PLAN, None))[0] == "09-30 15:00 → 10-11"


def test_half_an_interval_after_the_last_opening_is_not_too_soon() -> None:
    weekly = Cadence(Weekly((4,)))
    kept = preview(weekly, at("2021-09-13T10:00"), OFFICE, PLAN, at("2021-09-12T21:00"), count=1)
    early = preview(weekly, at("2021-09-13T10:00"), OFFICE, PLAN, at("2021-09-12T21:01"), count=1)
    assert shown(kept) == ["09-16 09:00 → 09-22"]
    assert shown(early) == ["09-16 09:00 → 09-22 skipped"]


def test_several_openings_can_be_too_soon() -> None:
    """Each is measured by its own distance to the one after it."""
    ahead = preview(Cadence(Monthly((27, 29))), at("2021-10-26T16:00"), OFFICE, PLAN, at("2021-10-26T15:00"), count=3)
    assert [fire.local for fire in ahead if fire.skipped] == ["2021-10-27T09:00", "2021-10-29T09:00"]
    assert ahead[2].local == "2021-11-29T09:00"


def test_openings_end_with_the_plan_s_year() -> None:
    assert [fire.local for fire in preview(MONTHLY, at("2021-11-01T09:00"), OFFICE, PLAN, None)] == [
        "2021-11-25T09:00",
        "2021-12-27T09:00",
    ]


def test_a_cadence_may_end_before_the_plan_s_year() -> None:
    ending = replace(MONTHLY, until=date(2021, 10, 31))
    assert len(preview(ending, at("2021-09-26T10:00"), OFFICE, PLAN, None)) == 1


def test_an_opening_out_of_hours_moves_into_them() -> None:
    early = Cadence(Monthly((8, 9, 11)), times=(time(6), time(20)))
    opens = [fire.local for fire in preview(early, at("2021-10-07T10:00"), OFFICE, PLAN, None, count=4)]
    assert opens == ["2021-10-08T09:00", "2021-10-09T09:00", "2021-10-11T09:00", "2021-10-12T09:00"]


def test_daily_firings_over_a_holiday_are_one_opening_after_it() -> None:
    opens = [fire.local for fire in preview(Cadence(Daily()), at("2021-09-30T10:00"), OFFICE, PLAN, None, count=3)]
    assert opens == ["2021-10-08T09:00", "2021-10-09T09:00", "2021-10-11T09:00"]


def test_a_firing_on_the_day_off_before_now_still_opens_after_it() -> None:
    saturday = Cadence(Monthly((16,)))
    assert next(fires(saturday, at("2021-10-17T12:00"), OFFICE, 3)).local == "2021-10-18T09:00"


def test_a_named_due_day_is_the_due_day() -> None:
    due = Cadence(Monthly((25,)), shift="previous", lead=Lead(3))
    assert shown(preview(due, at("2021-09-26T10:00"), OFFICE, PLAN, None, count=1)) == ["10-20 09:00 → 10-25"]


def test_due_days_are_counted_in_working_days_of_the_calendar() -> None:
    worked = replace(OFFICE, calendar=Calendar({date(2021, 10, 1): True}))
    ahead = preview(LAST_WORKDAY, at("2021-09-29T10:00"), worked, PLAN, None, count=1, due_workdays=1)
    assert shown(ahead) == ["09-30 15:00 → 10-01"]


# Editing ---------------------------------------------------------------------------------------------------


def test_a_plan_gets_its_default_schedule_once(asking: Asking) -> None:
    first = asking.schedule()
    assert asking.schedule() == first
    assert asking.next_local(first) == "2021-08-25T09:00"
    kept = asking.read(lambda session: session.get_one(Schedule, first))
    assert (kept.phrase, kept.due_workdays, kept.ends_on) == ("每月25日 9:00", 3, date(2021, 12, 31))


def test_a_default_schedule_that_was_removed_does_not_come_back(asking: Asking) -> None:
    first = asking.schedule()
    asking.write(lambda session: schedules.remove(session, first, asking.now, OFFICE))

    def again(session: Session) -> Schedule | None:
        return schedules.default_schedule(session, session.scalars(select(Plan)).one(), asking.now, OFFICE)

    assert asking.write(again) is None


def test_an_edit_records_what_comes_too_soon_as_skipped(asking: Asking) -> None:
    schedule_id = asking.schedule()
    asking.tick("2021-08-25T09:00")
    asking.tick("2021-09-26T09:00")
    changed(asking, schedule_id, LAST_WORKDAY, "2021-09-26T09:05")
    assert asking.skipped() == {"2021-09-30T15:00": "too_soon"}
    assert asking.next_local(schedule_id) == "2021-10-29T15:00"


def test_an_edit_that_keeps_the_first_skips_nothing(asking: Asking) -> None:
    schedule_id = asking.schedule()
    asking.tick("2021-08-25T09:00")
    asking.tick("2021-09-26T09:00")
    changed(asking, schedule_id, LAST_WORKDAY, "2021-09-26T09:05")
    changed(asking, schedule_id, LAST_WORKDAY, "2021-09-26T09:06", keep_first=True)
    assert asking.skipped() == {}
    assert asking.next_local(schedule_id) == "2021-09-30T15:00"


def test_the_preview_of_a_change_is_what_the_change_does(asking: Asking) -> None:
    schedule_id = asking.schedule()
    asking.tick("2021-08-25T09:00")

    def preview_it(session: Session) -> tuple[Fire, ...]:
        schedule = session.get_one(Schedule, schedule_id)
        return schedules.preview_change(session, schedule, LAST_WORKDAY, at("2021-08-25T10:00"), OFFICE)

    ahead = asking.read(preview_it)
    changed(asking, schedule_id, LAST_WORKDAY, "2021-08-25T10:00")
    assert [fire.local for fire in ahead if fire.skipped] == list(asking.skipped()) == ["2021-08-31T15:00"]
    assert next(fire.local for fire in ahead if not fire.skipped) == asking.next_local(schedule_id)


def test_a_paused_schedule_opens_nothing_and_goes_on_without_making_up(asking: Asking) -> None:
    schedule_id = asking.schedule()
    edit(asking, "2021-08-20T09:00", lambda s, now: schedules.pause(s, schedule_id, now, OFFICE))
    assert asking.tick("2021-09-30T09:00").opened == ()
    edit(asking, "2021-09-30T09:00", lambda s, now: schedules.resume(s, schedule_id, now, OFFICE))
    assert asking.next_local(schedule_id) == "2021-10-25T09:00"
    assert asking.rounds() == []


def test_a_pause_until_a_day_ends_by_itself(asking: Asking) -> None:
    schedule_id = asking.schedule()
    edit(
        asking,
        "2021-08-20T09:00",
        lambda s, now: schedules.pause(s, schedule_id, now, OFFICE, until=date(2021, 9, 26)),
    )
    assert asking.next_local(schedule_id) == "2021-09-26T09:00"
    asking.tick("2021-09-26T09:00")
    assert asking.opened() == ["2021-09-26T09:00"]
    kept = asking.read(lambda session: session.get_one(Schedule, schedule_id))
    assert (kept.paused_at, kept.paused_until) == (None, None)


def test_a_removed_schedule_is_not_listed_and_opens_nothing(asking: Asking) -> None:
    schedule_id = asking.schedule()
    edit(asking, "2021-08-20T09:00", lambda s, now: schedules.remove(s, schedule_id, now, OFFICE))
    assert asking.read(lambda session: schedules.list_schedules(session, 1)) == []
    assert asking.tick("2021-08-25T09:00").opened == ()


# Taking back -----------------------------------------------------------------------------------------------


def test_the_last_change_can_be_taken_back_for_a_day(asking: Asking) -> None:
    schedule_id = asking.schedule()
    asking.tick("2021-08-25T09:00")
    asking.tick("2021-09-26T09:00")
    changed(asking, schedule_id, LAST_WORKDAY, "2021-09-26T09:05")
    edit(asking, "2021-09-27T09:04", lambda s, now: schedules.undo(s, now, OFFICE))
    assert asking.next_local(schedule_id) == "2021-10-25T09:00"
    assert asking.skipped() == {}
    phrase = asking.read(lambda session: session.get_one(Schedule, schedule_id).phrase)
    assert phrase == "每月25日 9:00"


def test_a_change_of_yesterday_stays(asking: Asking) -> None:
    schedule_id = asking.schedule()
    changed(asking, schedule_id, LAST_WORKDAY, "2021-08-02T09:00")
    assert edit(asking, "2021-08-03T09:01", lambda s, now: schedules.undo(s, now, OFFICE)) is None
    assert asking.next_local(schedule_id) == "2021-08-31T15:00"


def test_what_was_taken_back_is_not_taken_back_again(asking: Asking) -> None:
    schedule_id = asking.schedule()
    changed(asking, schedule_id, LAST_WORKDAY, "2021-08-02T09:00")
    assert edit(asking, "2021-08-02T09:01", lambda s, now: schedules.undo(s, now, OFFICE)) is not None
    assert edit(asking, "2021-08-02T09:02", lambda s, now: schedules.undo(s, now, OFFICE)) is None


def test_taking_back_a_new_schedule_removes_it(asking: Asking) -> None:
    asking.schedule()
    asking.now = at("2021-08-02T09:00")
    asking.schedule(LAST_WORKDAY)
    edit(asking, "2021-08-02T10:00", lambda s, now: schedules.undo(s, now, OFFICE))
    assert len(asking.read(lambda session: schedules.list_schedules(session, 1))) == 1


def test_a_removed_schedule_comes_back_with_an_undo(asking: Asking) -> None:
    schedule_id = asking.schedule()
    edit(asking, "2021-08-20T09:00", lambda s, now: schedules.remove(s, schedule_id, now, OFFICE))
    edit(asking, "2021-08-20T09:01", lambda s, now: schedules.undo(s, now, OFFICE))
    assert asking.next_local(schedule_id) == "2021-08-25T09:00"


def test_every_change_leaves_who_did_it_and_what_it_was(asking: Asking) -> None:
    schedule_id = asking.schedule()
    by = By(7, "telegram")
    edit(
        asking,
        "2021-08-02T09:00",
        lambda s, now: schedules.change(s, schedule_id, LAST_WORKDAY, "每月最后一个工作日15点", now, OFFICE, by=by),
    )
    edit(asking, "2021-08-02T09:01", lambda s, now: schedules.pause(s, schedule_id, now, OFFICE, by=by))
    edit(asking, "2021-08-02T09:02", lambda s, now: schedules.resume(s, schedule_id, now, OFFICE, by=by))
    edit(asking, "2021-08-02T09:03", lambda s, now: schedules.remove(s, schedule_id, now, OFFICE, by=by))
    query = select(AuditEvent).where(AuditEvent.entity == "schedule").order_by(AuditEvent.id)
    events = asking.read(lambda session: list(session.scalars(query)))
    assert [event.action for event in events] == ["add", "change", "pause", "resume", "remove"]
    assert {(event.actor_id, event.channel) for event in events[1:]} == {(7, "telegram")}
    change = events[1]
    assert change.before is not None
    assert change.after is not None
    assert (change.before["phrase"], change.after["phrase"]) == ("每月25日 9:00", "每月最后一个工作日15点")


# Zone and calendar -----------------------------------------------------------------------------------------


def test_a_corrected_day_moves_the_next_opening(asking: Asking) -> None:
    schedule_id = asking.schedule()
    asking.tick("2021-08-25T09:00")
    asking.office = replace(OFFICE, calendar=Calendar({date(2021, 9, 26): False}))
    assert realigned(asking, "2021-09-20T09:00") == 1
    assert asking.next_local(schedule_id) == "2021-09-27T09:00"


def test_a_day_corrected_after_its_round_opened_opens_no_second_one(asking: Asking) -> None:
    schedule_id = asking.schedule()
    asking.tick("2021-08-25T09:00")
    asking.tick("2021-09-26T09:00")
    asking.office = replace(OFFICE, calendar=Calendar({date(2021, 9, 26): False}))
    realigned(asking, "2021-09-26T10:00")
    assert asking.skipped() == {"2021-09-27T09:00": "too_soon"}
    assert asking.next_local(schedule_id) == "2021-10-25T09:00"


def test_a_day_that_turns_out_to_be_worked_is_caught_up(asking: Asking) -> None:
    asking.schedule()
    asking.tick("2021-08-25T09:00")
    asking.office = replace(OFFICE, calendar=Calendar({date(2021, 9, 25): True}))
    realigned(asking, "2021-09-25T10:00")
    asking.tick()
    assert asking.opened() == ["2021-08-25T09:00", "2021-09-25T09:00"]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Europe/London", "America/Los_Angeles"])
def test_another_zone_opens_nothing_twice_and_keeps_the_wall_time(asking: Asking, zone: str) -> None:
    schedule_id = asking.schedule()
    asking.tick("2021-08-25T09:00")
    asking.office = replace(OFFICE, zone=ZoneInfo(zone))
    realigned(asking, "2021-08-25T11:00")
    asking.tick("2021-08-26T12:00")
    assert asking.opened() == ["2021-08-25T09:00"]
    assert asking.next_local(schedule_id) == "2021-09-26T09:00"


def test_aligning_anew_without_a_change_moves_nothing(asking: Asking) -> None:
    schedule_id = asking.schedule()
    asking.tick("2021-08-25T09:00")
    asking.tick("2021-09-26T09:00")
    changed(asking, schedule_id, LAST_WORKDAY, "2021-09-26T09:05")
    assert realigned(asking, "2021-09-28T09:00") == 0
    assert asking.skipped() == {"2021-09-30T15:00": "too_soon"}


# Effects ---------------------------------------------------------------------------------------------------


def test_the_effect_counts_units_rows_people_and_who_was_asked_today(asking: Asking) -> None:
    asking.everybody()
    schedule_id = asking.schedule()

    def effect(session: Session) -> schedules.Effect:
        return schedules.effect(session, session.get_one(Schedule, schedule_id), asking.now, OFFICE)

    assert asking.read(effect) == schedules.Effect(units=8, rows=25, people=8, asked_today=0)


def test_a_row_reported_done_is_not_counted(asking: Asking) -> None:
    schedule_id = asking.schedule()
    asking.reports("4.3", "2021-08-02T10:00", status="done")
    effect = asking.read(
        lambda session: schedules.effect(session, session.get_one(Schedule, schedule_id), asking.now, OFFICE)
    )
    assert (effect.units, effect.rows, effect.people) == (8, 24, 0)


def test_a_single_date_is_never_too_soon(asking: Asking) -> None:
    schedule_id = asking.schedule()
    asking.tick("2021-08-25T09:00")
    changed(asking, schedule_id, Cadence(Once((date(2021, 8, 26),))), "2021-08-25T10:00")
    assert asking.next_local(schedule_id) == "2021-08-26T09:00"


# -----------------------------------------------------------------------------------------------------------


def edit(asking: Asking, local: str, fn: Callable[[Session, datetime], object]) -> object:
    asking.now = at(local)
    return asking.write(lambda session: fn(session, asking.now))


def changed(asking: Asking, schedule_id: int, cadence: Cadence, local: str, *, keep_first: bool = False) -> None:
    asking.now = at(local)
    asking.write(
        lambda session: schedules.change(
            session, schedule_id, cadence, "…", asking.now, asking.office, keep_first=keep_first
        )
    )


def realigned(asking: Asking, local: str) -> int:
    asking.now = at(local)
    return asking.write(lambda session: schedules.realign(session, asking.now, asking.office))
