"""Scheduled progress: the straight line and the plan's own stages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.lamp import Stage, scheduled_percent
from tests.scheduler.lamp_cast import NEW_YEAR, YEAR_END

QUARTERS = (
    Stage(date(2021, 3, 31), 15),
    Stage(date(2021, 6, 30), 45),
    Stage(date(2021, 9, 30), 75),
    Stage(date(2021, 12, 31), 100),
)


@pytest.mark.parametrize(
    ("day", "percent"),
    [(date(2021, 8, 25), 65), (date(2021, 9, 22), 73), (date(2021, 9, 26), 74), (date(2021, 10, 28), 82)],
)
def test_the_straight_line_counts_both_the_first_day_and_the_day_itself(day: date, percent: int) -> None:
    assert round(scheduled_percent(day, NEW_YEAR, YEAR_END)) == percent


@pytest.mark.parametrize(("day", "percent"), [(date(2020, 12, 31), 0), (YEAR_END, 100), (date(2022, 1, 4), 100)])
def test_before_the_line_is_nothing_and_after_it_everything(day: date, percent: int) -> None:
    assert scheduled_percent(day, NEW_YEAR, YEAR_END) == percent


@pytest.mark.parametrize("stage", QUARTERS)
def test_a_stage_is_reached_at_the_end_of_its_day(stage: Stage) -> None:
    assert scheduled_percent(stage.day, NEW_YEAR, YEAR_END, QUARTERS) == stage.percent


def test_between_two_stages_the_line_is_straight() -> None:
    halfway = date(2021, 5, 15)  # 45 of the 91 days of the second quarter
    assert scheduled_percent(halfway, NEW_YEAR, YEAR_END, QUARTERS) == pytest.approx(15 + 30 * 45 / 91)


def test_an_extension_stretches_the_stages() -> None:
    later = date(2022, 3, 31)
    assert scheduled_percent(later, NEW_YEAR, later, QUARTERS) == 100
    assert scheduled_percent(YEAR_END, NEW_YEAR, later, QUARTERS) < 100


def test_stages_before_the_rows_own_start_are_already_asked_for() -> None:
    assert scheduled_percent(date(2021, 4, 1), date(2021, 4, 1), YEAR_END, QUARTERS) == pytest.approx(15 + 30 / 91)


def test_a_deadline_before_the_start_asks_for_everything_from_that_day_on() -> None:
    assert scheduled_percent(date(2021, 5, 1), date(2021, 6, 1), date(2021, 5, 1)) == 100
    assert scheduled_percent(date(2021, 4, 30), date(2021, 6, 1), date(2021, 5, 1)) == 0


@given(st.integers(-30, 500), st.integers(0, 60), st.booleans(), st.dates(date(2021, 2, 1), date(2022, 12, 31)))
def test_the_schedule_never_asks_for_less_on_a_later_day(day: int, later: int, staged: bool, deadline: date) -> None:
    stages = QUARTERS if staged else ()
    first, second = (NEW_YEAR + timedelta(days=days) for days in (day, day + later))
    earlier = scheduled_percent(first, NEW_YEAR, deadline, stages)
    assert 0 <= earlier <= scheduled_percent(second, NEW_YEAR, deadline, stages) <= 100
