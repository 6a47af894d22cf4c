"""Counting in working days, and office hours."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.calendar import Calendar
from scheduler.workdays import WorkingHours, add_workdays, next_workday, previous_workday, workdays_between

CALENDAR = Calendar()
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))


def test_three_working_days_after_the_demo_round_is_the_29th() -> None:
    assert add_workdays(date(2021, 9, 26), 3, CALENDAR) == date(2021, 9, 29)


def test_three_working_days_after_october_29_and_december_31_are_as_told_to_the_admin() -> None:
    assert add_workdays(date(2021, 10, 29), 3, CALENDAR) == date(2021, 11, 3)
    assert add_workdays(date(2021, 12, 31), 3, CALENDAR) == date(2022, 1, 6)


def test_a_day_off_moves_to_the_working_day_after_or_before() -> None:
    assert next_workday(date(2021, 10, 1), CALENDAR) == date(2021, 10, 8)
    assert previous_workday(date(2021, 10, 7), CALENDAR) == date(2021, 9, 30)
    assert next_workday(date(2021, 9, 26), CALENDAR) == date(2021, 9, 26)


@settings(deadline=None)
@given(DAYS, st.integers(-40, 40))
def test_adding_working_days_is_undone_by_counting_them(day: date, count: int) -> None:
    assert workdays_between(day, add_workdays(day, count, CALENDAR), CALENDAR) in (
        {count} if count >= 0 or CALENDAR.is_workday(day) else {count, count + 1}
    )


def test_a_calendar_without_any_working_day_is_refused() -> None:
    idle = Calendar({date(2060, 1, 1) + timedelta(days=n): False for n in range(500)})
    with pytest.raises(ValueError, match="no working day"):
        next_workday(date(2060, 1, 1), idle)


HOURS = WorkingHours(time(9), time(17, 30), (time(12), time(14)))


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2021-09-26T08:00", "2021-09-26T09:00"),
        ("2021-09-26T09:00", "2021-09-26T09:00"),
        ("2021-09-26T12:30", "2021-09-26T14:00"),
        ("2021-09-26T17:29", "2021-09-26T17:29"),
        ("2021-09-30T17:30", "2021-10-08T09:00"),
        ("2021-10-03T10:00", "2021-10-08T09:00"),
    ],
)
def test_outside_the_hours_it_waits_for_the_next_opening(moment: str, opens: str) -> None:
    local = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    expected = datetime.fromisoformat(opens).replace(tzinfo=SHANGHAI)
    assert HOURS.next_open(local, CALENDAR) == expected
    assert HOURS.open_at(local, CALENDAR) == (moment == opens)
