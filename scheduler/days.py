"""Which days a cadence names: one small rule for each way an office counts days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from data.calendar import Calendar

ALL_MONTHS: Final = frozenset(range(1, 13))
Period = Literal["week", "month", "quarter", "half", "year"]
MONTHS_IN: Final = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Once:
    """Single days."""

    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Daily:
    """Every day, or every `every`-th counted from the cadence's start."""

    every: int = 1


@dataclass(frozen=True, slots=True)
class Workdays:
    """Every statutory working day."""


@dataclass(frozen=True, slots=True)
class Weekly:
    """Days of the week (1 Monday to 7 Sunday), in every `every`-th week counted from that of the cadence's start."""

    weekdays: tuple[int, ...]
    every: int = 1


@dataclass(frozen=True, slots=True)
class Monthly:
    """Days of the month (-1 is the last one), in every `every`-th month counted from that of the cadence's start.

    A month without such a day (31) has none.
    """

    days: tuple[int, ...]
    every: int = 1


@dataclass(frozen=True, slots=True)
class Yearly:
    """Days of the year as (month, day); -1 is the month's last day."""

    days: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Nth:
    """The n-th (-1 is the last) working days, or days called `weekday` (1 to 7) where that is not 0, of each period."""

    ordinals: tuple[int, ...]
    period: Period
    weekday: int = 0


Rule = Once | Daily | Workdays | Weekly | Monthly | Yearly | Nth
_KINDS: Final[dict[str, type[Rule]]] = {
    "once": Once,
    "daily": Daily,
    "workdays": Workdays,
    "weekly": Weekly,
    "monthly": Monthly,
    "yearly": Yearly,
    "nth": Nth,
}


def day_order(n: int) -> tuple[bool, int]:
    """The order in which days counted from the start (1, 15) and from the end (-2, -1) are written."""
    return n < 0, n


def yearly(days: Iterable[tuple[int, int]]) -> tuple[Yearly | Monthly, frozenset[int]]:
    """The plainest rule for days of the year, and its months: 3月5日, 6月5日 are the 5th in two months."""
    found = sorted(set(days), key=lambda day: (day[0], day_order(day[1])))
    months = frozenset(month for month, _ in found)
    numbers = tuple(sorted({n for _, n in found}, key=day_order))
    if len(found) == len(months) * len(numbers):
        return Monthly(numbers), months
    return Yearly(tuple(found)), ALL_MONTHS


def rule_to_json(rule: Rule) -> dict[str, Any]:
    kind = next(name for name, known in _KINDS.items() if known is type(rule))
    plain = {name: _plain(value) for name, value in asdict(rule).items()}
    return {"kind": kind, **plain}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def rule_from_json(plain: dict[str, Any]) -> Rule:
    values = {name: _frozen(value) for name, value in plain.items() if name != "kind"}
    return _KINDS[plain["kind"]](**values)


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(date.fromisoformat(one) if isinstance(one, str) else _frozen(one) for one in value)
    return value


def nominal_days(
    rule: Rule, first: date, last: date, start: date | None, months: frozenset[int], calendar: Calendar
) -> Iterator[date]:
    """The days from `first` to `last` that the rule names in those months, ascending.

    `start` is what every second day, week or month is counted from.
    """
    for day in _named(rule, first, last, start or first, calendar):
        if day > last:
            return
        if day >= first and day.month in months:
            yield day


def _named(rule: Rule, first: date, last: date, anchor: date, calendar: Calendar) -> Iterator[date]:
    match rule:
        case Once(days):
            yield from days
        case Daily(every):
            behind = (first - anchor).days % every
            yield from _steps(first + timedelta(days=(every - behind) % every), last, every)
        case Workdays():
            yield from (day for day in _steps(first, last, 1) if calendar.is_workday(day))
        case Weekly(weekdays, every):
            for monday in _steps(_aligned_week(first, anchor, every), last, 7 * every):
                yield from (monday + timedelta(days=weekday - 1) for weekday in weekdays)
        case Monthly(days, every):
            away = (first.year - anchor.year) * 12 + first.month - anchor.month
            for year, month in _months(first.year, first.month - away % every, last, every):
                yield from sorted(day for n in days if (day := day_of_month(year, month, n)))
        case Yearly(days):
            for year in range(first.year, last.year + 1):
                yield from sorted(day for month, n in days if (day := day_of_month(year, month, n)))
        case Nth(ordinals, "week", weekday):
            for monday in _steps(_monday(first), last, 7):
                yield from nth_days(ordinals, weekday, monday, monday + timedelta(days=6), calendar)
        case Nth(ordinals, period, weekday):
            length = MONTHS_IN[period]
            for year, month in _months(first.year, (first.month - 1) // length * length + 1, last, length):
                end = _months_on(year, month, length)
                yield from nth_days(ordinals, weekday, date(year, month, 1), end - timedelta(days=1), calendar)


def day_name(rule: Rule, day: date, calendar: Calendar) -> str:
    """What a day that the rule names is called, whatever the calendar says: its date, or where working days are counted
    which of its period it is."""
    if not isinstance(rule, Nth) or rule.weekday:
        return day.isoformat()
    first, last = _period_of(rule.period, day)
    return f"{first}.{nth_days(rule.ordinals, 0, first, last, calendar).index(day)}"


def _period_of(period: Period, day: date) -> tuple[date, date]:
    if period == "week":
        return _monday(day), _monday(day) + timedelta(days=6)
    length = MONTHS_IN[period]
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    return first, _months_on(first.year, first.month, length) - timedelta(days=1)


def _steps(day: date, last: date, step: int) -> Iterator[date]:
    while day <= last:
        yield day
        day += timedelta(days=step)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _aligned_week(first: date, anchor: date, every: int) -> date:
    """The last counted Monday not after the week of `first`."""
    weeks = (_monday(first) - _monday(anchor)).days // 7
    return _monday(first) - timedelta(weeks=weeks % every)


def _months(year: int, month: int, last: date, step: int) -> Iterator[tuple[int, int]]:
    index = year * 12 + month - 1
    while index <= last.year * 12 + last.month - 1:
        yield index // 12, index % 12 + 1
        index += step


def _months_on(year: int, month: int, count: int) -> date:
    index = year * 12 + month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def day_of_month(year: int, month: int, n: int) -> date | None:
    """The n-th day of a month, from its end where negative; None where the month has no such day."""
    length = monthrange(year, month)[1]
    number = n if n > 0 else length + 1 + n
    return date(year, month, number) if 1 <= number <= length else None


def nth_days(ordinals: tuple[int, ...], weekday: int, first: date, last: date, calendar: Calendar) -> list[date]:
    """The n-th working days (or days of that name) between two days, ascending; those that there are."""
    found = (
        _nth_named(n, weekday, first, last) if weekday else _nth_worked(n, first, last, calendar) for n in ordinals
    )
    return sorted({day for day in found if day})


def _nth_named(n: int, weekday: int, first: date, last: date) -> date | None:
    if n > 0:
        day = first + timedelta(days=(weekday - first.isoweekday()) % 7, weeks=n - 1)
    else:
        day = last - timedelta(days=(last.isoweekday() - weekday) % 7, weeks=-n - 1)
    return day if first <= day <= last else None


def _nth_worked(n: int, first: date, last: date, calendar: Calendar) -> date | None:
    day = calendar.add_workdays(first - timedelta(days=1) if n > 0 else last + timedelta(days=1), n)
    return day if first <= day <= last else None
