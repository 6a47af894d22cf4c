"""Cadences fire when they say."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.calendar import Calendar
from scheduler.cadence import Cadence, Lead, next_fires, next_openings
from scheduler.days import Daily, Monthly, Nth, Once, Weekly, Workdays, Yearly
from tests.scheduler.cadences import cadences

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar()
NOW = datetime(2021, 9, 24, 10, tzinfo=SHANGHAI)


def fires(cadence: Cadence, now: datetime = NOW, count: int = 5) -> list[str]:
    return [f"{at:%Y-%m-%d %H:%M}" for at in next_fires(cadence, now, SHANGHAI, CALENDAR, count)]


def days(cadence: Cadence, now: datetime = NOW, count: int = 5) -> list[str]:
    return [at[:10] for at in fires(cadence, now, count)]


def test_each_month_on_the_25th() -> None:
    assert fires(Cadence(Monthly((25,))), count=3) == ["2021-09-25 09:00", "2021-10-25 09:00", "2021-11-25 09:00"]


def test_a_fire_at_the_very_moment_is_over() -> None:
    at_nine = datetime(2021, 9, 25, 9, tzinfo=SHANGHAI)
    assert days(Cadence(Monthly((25,))), at_nine, 1) == ["2021-10-25"]
    assert days(Cadence(Monthly((25,))), at_nine - timedelta(seconds=1), 1) == ["2021-09-25"]


def test_a_day_off_is_kept_moved_or_left_out_as_the_cadence_says() -> None:
    first = [days(Cadence(Monthly((25,)), shift=shift), count=2) for shift in ("none", "next", "previous", "skip")]
    assert first == [
        ["2021-09-25", "2021-10-25"],
        ["2021-09-26", "2021-10-25"],
        ["2021-10-25", "2021-11-25"],
        ["2021-10-25", "2021-11-25"],
    ]


def test_the_last_working_day_of_each_month_may_be_a_sunday() -> None:
    assert days(Cadence(Nth((-1,), "month"))) == ["2021-09-30", "2021-10-29", "2021-11-30", "2021-12-31", "2022-01-30"]


def test_the_last_working_day_of_each_quarter() -> None:
    assert days(Cadence(Nth((-1,), "quarter")), count=3) == ["2021-09-30", "2021-12-31", "2022-03-31"]


def test_the_second_and_last_friday_of_each_month() -> None:
    assert days(Cadence(Nth((2, -1), "month", 5)), count=4) == ["2021-10-08", "2021-10-29", "2021-11-12", "2021-11-26"]


def test_every_second_week_counts_from_the_week_of_its_start() -> None:
    cadence = Cadence(Weekly((1, 5), 2), start=date(2021, 9, 24))
    assert days(cadence) == ["2021-10-04", "2021-10-08", "2021-10-18", "2021-10-22", "2021-11-01"]


def test_every_third_day_counts_from_its_start() -> None:
    assert days(Cadence(Daily(3), start=date(2021, 9, 20)), count=3) == ["2021-09-26", "2021-09-29", "2021-10-02"]


def test_every_fifth_month_counts_from_the_month_of_its_start() -> None:
    cadence = Cadence(Monthly((10,), 5), start=date(2021, 8, 1))
    assert days(cadence, count=3) == ["2022-01-10", "2022-06-10", "2022-11-10"]


def test_the_31st_is_only_in_months_that_have_it_and_the_last_day_in_all() -> None:
    assert days(Cadence(Monthly((31,))), count=3) == ["2021-10-31", "2021-12-31", "2022-01-31"]
    assert days(Cadence(Monthly((-1,))), count=3) == ["2021-09-30", "2021-10-31", "2021-11-30"]


def test_months_left_out_and_an_end() -> None:
    cadence = Cadence(Monthly((25,)), months=frozenset({9, 11, 12}), until=date(2021, 12, 1))
    assert days(cadence) == ["2021-09-25", "2021-11-25"]


def test_several_times_a_day_on_working_days() -> None:
    cadence = Cadence(Workdays(), (time(9), time(15)))
    assert fires(cadence, count=3) == ["2021-09-24 15:00", "2021-09-26 09:00", "2021-09-26 15:00"]


def test_days_of_the_year_and_single_days() -> None:
    assert days(Cadence(Yearly(((3, 5), (12, -1)))), count=3) == ["2021-12-31", "2022-03-05", "2022-12-31"]
    assert days(Cadence(Once((date(2021, 9, 1), date(2021, 10, 8))))) == ["2021-10-08"]


def test_a_due_day_opens_three_working_days_before_it() -> None:
    openings = next_openings(Cadence(Monthly((25,)), lead=Lead(3)), NOW, SHANGHAI, CALENDAR, 2)
    assert [(f"{one.at:%m-%d}", one.due) for one in openings] == [
        ("10-20", date(2021, 10, 25)),
        ("11-22", date(2021, 11, 25)),
    ]


def test_a_lead_in_plain_days_counts_plain_days() -> None:
    assert days(Cadence(Monthly((25,)), lead=Lead(3, working=False)), count=2) == ["2021-10-22", "2021-11-22"]


def test_two_days_moved_to_the_same_working_day_fire_once() -> None:
    cadence = Cadence(Daily(), shift="next")
    now = datetime(2021, 9, 30, 10, tzinfo=SHANGHAI)
    assert days(cadence, now, 2) == ["2021-10-08", "2021-10-09"]


def test_what_never_fires_ends() -> None:
    assert fires(Cadence(Monthly((30,)), months=frozenset({2}))) == []
    assert fires(Cadence(Once((date(2020, 1, 1),)))) == []


def test_a_time_that_the_clock_jumps_over_is_moved_on() -> None:
    new_york = ZoneInfo("America/New_York")
    after = datetime(2021, 3, 13, 12, tzinfo=UTC)
    (at,) = next_fires(Cadence(Daily(), (time(2, 30),)), after, new_york, CALENDAR, 1)
    assert f"{at:%m-%d %H:%M}" == "03-14 03:30"


@settings(deadline=None)
@given(cadences())
def test_json_gives_the_same_cadence_back(cadence: Cadence) -> None:
    assert Cadence.from_json(json.loads(json.dumps(cadence.to_json()))) == cadence


MOMENTS = st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2024-12-31"))


@settings(deadline=None)
@given(cadences(), MOMENTS)
def test_fires_ascend_and_one_by_one_gives_the_same_as_all_at_once(cadence: Cadence, moment: datetime) -> None:
    now = moment.replace(tzinfo=SHANGHAI)
    together = next_fires(cadence, now, SHANGHAI, CALENDAR, 4)
    assert all(now < at for at in together)
    assert sorted(set(together)) == together
    one_by_one = []
    for _ in range(4):
        following = next_fires(cadence, now, SHANGHAI, CALENDAR, 1)
        one_by_one += following
        now = following[0] if following else now
    assert list(dict.fromkeys(one_by_one)) == together


@pytest.mark.parametrize(
    "rule", [Daily(), Workdays(), Weekly((1,)), Monthly((1,)), Nth((1,), "year"), Yearly(((2, 29),))]
)
def test_the_last_years_of_the_calendar_end_without_an_error(rule: Daily) -> None:
    assert next_fires(Cadence(rule), datetime(9990, 1, 1, tzinfo=UTC), SHANGHAI, CALENDAR, 1)
