"""Random cadences for property tests: every kind that a phrase can give."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any, get_args

from hypothesis import strategies as st

from scheduler.cadence import ALL_MONTHS, Cadence, Lead, Shift
from scheduler.days import Daily, Monthly, Nth, Once, Period, Rule, Weekly, Workdays, Yearly, day_order, yearly

DAYS = st.dates(date(2022, 1, 1), date(2029, 12, 31))
MONTH_DAYS = st.one_of(st.integers(1, 31), st.integers(-5, -1))
YEAR_DAYS = st.one_of(
    st.tuples(st.integers(1, 12), st.integers(1, 28)),
    st.tuples(st.integers(1, 12), st.just(-1)),
)
EVERY_MONTHS = st.sampled_from([5, 7, 8, 9, 10, 11])


def some(values: st.SearchStrategy[Any], most: int, key: Callable[[Any], Any] | None = None) -> st.SearchStrategy[Any]:
    return st.lists(values, min_size=1, max_size=most, unique=True).map(lambda found: tuple(sorted(found, key=key)))


WEEKDAYS = some(st.integers(1, 7), 6)
RULES: st.SearchStrategy[Rule] = st.one_of(
    st.builds(Once, some(DAYS, 3)),
    st.builds(Daily, st.one_of(st.just(1), st.integers(2, 60))),
    st.just(Workdays()),
    st.builds(Weekly, WEEKDAYS, st.one_of(st.just(1), st.integers(2, 12))),
    st.builds(Monthly, some(MONTH_DAYS, 3, day_order), st.one_of(st.just(1), EVERY_MONTHS)),
    some(YEAR_DAYS, 3).map(yearly).filter(lambda found: isinstance(found[0], Yearly)).map(lambda found: found[0]),
    st.builds(
        Nth,
        some(st.one_of(st.integers(1, 5), st.integers(-3, -1)), 2, day_order),
        st.sampled_from([period for period in get_args(Period) if period != "week"]),
        st.integers(0, 7),
    ),
    st.builds(Nth, some(st.one_of(st.integers(1, 5), st.integers(-3, -1)), 2, day_order), st.just("week"), st.just(0)),
)
TIMES = some(st.builds(time, st.integers(0, 23), st.integers(0, 59)), 3)
MONTHS = st.one_of(st.just(ALL_MONTHS), st.frozensets(st.integers(1, 12), min_size=1, max_size=11))
LEADS = st.one_of(st.none(), st.builds(Lead, st.integers(1, 20), st.booleans()))


@st.composite
def cadences(draw: st.DrawFn) -> Cadence:
    rule = draw(RULES)
    counted = getattr(rule, "every", 1) > 1
    start = draw(DAYS if counted else st.one_of(st.none(), DAYS))
    until = draw(st.one_of(st.none(), st.dates(start or date(2023, 1, 1), date(2031, 12, 31))))
    months = draw(MONTHS)
    if isinstance(rule, Once):
        start = until = None
    if isinstance(rule, (Once, Yearly)) or counted:
        months = ALL_MONTHS
    lead = None if isinstance(rule, (Daily, Workdays)) else draw(LEADS)
    due_at = draw(st.one_of(st.none(), st.builds(time, st.integers(7, 23), st.integers(0, 59)))) if lead else None
    shift: Shift = draw(st.sampled_from(get_args(Shift)))
    if isinstance(rule, Workdays) or (isinstance(rule, Nth) and not rule.weekday):
        shift = "none"
    return Cadence(rule, draw(TIMES), months, start, until, shift, lead, due_at)
