"""The statutory calendar."""

from __future__ import annotations

from datetime import date

import chinese_calendar  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.calendar import Calendar

CALENDAR = Calendar()


def test_a_made_up_sunday_is_worked_and_a_feast_on_friday_is_not() -> None:
    assert CALENDAR.is_workday(date(2021, 9, 26))
    assert not CALENDAR.is_workday(date(2021, 9, 25))
    assert not CALENDAR.is_workday(date(2021, 10, 1))


def test_the_last_working_day_of_january_2022_is_a_sunday() -> None:
    assert [CALENDAR.is_workday(date(2022, 1, day)) for day in (29, 30, 31)] == [True, True, False]


@settings(deadline=None)
@given(st.dates(date(2004, 1, 1), date(2026, 12, 31)))
def test_within_the_known_years_it_agrees_with_the_library(day: date) -> None:
    assert CALENDAR.known(day.year)
    assert CALENDAR.is_workday(day) == chinese_calendar.is_workday(day)


def test_beyond_the_known_years_monday_to_friday_are_worked_and_it_says_so() -> None:
    assert not CALENDAR.known(2060)
    assert CALENDAR.is_workday(date(2060, 10, 1))
    assert not CALENDAR.is_workday(date(2060, 10, 2))


def test_a_correction_by_the_office_wins() -> None:
    corrected = Calendar({date(2021, 9, 26): False, date(2021, 10, 7): True})
    assert not corrected.is_workday(date(2021, 9, 26))
    assert corrected.is_workday(date(2021, 10, 7))
    assert corrected.holiday_name(date(2021, 10, 7)) is None
    assert corrected.holiday_name(date(2021, 10, 6)) == "国庆"


@pytest.mark.parametrize(
    ("year", "name", "first", "last"),
    [
        (2021, "国庆", date(2021, 10, 1), date(2021, 10, 7)),
        (2021, "十一", date(2021, 10, 1), date(2021, 10, 7)),
        (2025, "国庆节", date(2025, 10, 1), date(2025, 10, 8)),
        (2022, "春节", date(2022, 1, 31), date(2022, 2, 6)),
        (2021, "中秋", date(2021, 9, 19), date(2021, 9, 21)),
        (2021, "端午节", date(2021, 6, 12), date(2021, 6, 14)),
        (2021, "清明", date(2021, 4, 3), date(2021, 4, 5)),
        (2021, "五一", date(2021, 5, 1), date(2021, 5, 5)),
        (2023, "元旦", date(2022, 12, 31), date(2023, 1, 2)),
        (2060, "国庆", date(2060, 10, 1), date(2060, 10, 1)),
    ],
)
def test_a_holiday_runs_from_its_first_to_its_last_day_off(year: int, name: str, first: date, last: date) -> None:
    assert CALENDAR.holiday(year, name) == (first, last)


@pytest.mark.parametrize(("year", "name"), [(2060, "春节"), (2060, "中秋"), (2021, "圣诞")])
def test_a_holiday_nobody_knows_yet_is_none(year: int, name: str) -> None:
    assert CALENDAR.holiday(year, name) is None
