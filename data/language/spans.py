"""Days and spans of days, and which year, month or week an unfinished date means."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

Span = tuple[date, date]
Prefer = Literal["future", "past"]
Cycle = Literal["year", "month", "week", None]

# Parts of a month, quarter or year: the first and last day, 0 is the last one of its last month.
PARTS: Final[dict[str, tuple[int, int]]] = {
    "初": (1, 10),
    "上旬": (1, 10),
    "中旬": (11, 20),
    "中": (11, 20),
    "下旬": (21, 0),
    "上中旬": (1, 20),
    "中上旬": (1, 20),
    "中下旬": (11, 0),
    "底": (0, 0),
    "末": (0, 0),
}


@dataclass(frozen=True, slots=True)
class Form:
    """A date as written: what it spans in the `index`-th year, month or week (the cycle it leaves open).

    `span` gives None for a day that does not exist. `festive`: a holiday, before which means the day before.
    `whole`: a range that a look back takes by its end (1至9月). `open`: no date can be told (国庆后, 近期).
    """

    rule: str
    span: Callable[[int], Span | None]
    cycle: Cycle = None
    festive: bool = False
    whole: bool = False
    open: bool = False


def fixed(rule: str, span: Span | None, *, festive: bool = False) -> Form:
    """A form that leaves nothing open; None where the day does not exist."""
    return Form(rule, lambda _: span, festive=festive)


OPEN: Final = Form("open", lambda _: None, open=True)


def month_span(year: int, month: int) -> Span:
    """A month; month 0 is December of the year before, 13 January of the year after."""
    index = year * 12 + month - 1
    year, month = index // 12, index % 12 + 1
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def months_span(year: int, first: int, last: int) -> Span:
    return month_span(year, first)[0], month_span(year, last)[1]


def day_in(year: int, month: int, day: int) -> Span | None:
    """One day; None where there is none (2月30日, 13月5日)."""
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        return None
    return date(year, month, day), date(year, month, day)


def part_of(span: Span, part: str) -> Span:
    """初, 上旬, 底 … of a month; of a longer span 初 is of its first month and 底 of its last."""
    first, last = PARTS[part]
    month = span[1] if first == 0 or last == 0 else span[0]
    length = monthrange(month.year, month.month)[1]
    return month.replace(day=first or length), month.replace(day=last or length)


def week_span(day: date, weeks: int = 0) -> Span:
    """The week from Monday to Sunday that holds the day, or the one so many weeks later."""
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=weeks)
    return monday, monday + timedelta(days=6)


def add_months(day: date, count: int) -> date:
    """So many months later, at most the last day of that month (11-30 + 3 = 02-28)."""
    first, last = month_span(day.year, day.month + count)
    return first.replace(day=min(day.day, last.day))


def resolve(form: Form, today: date, prefer: Prefer) -> Span | None:
    """The span that is meant: ahead the first that is not over, back the last that has begun. None: no such day."""
    if form.cycle is None:
        return form.span(0)
    now = _index(form.cycle, today)
    return _ahead(form, now, today) if prefer == "future" else _back(form, now, today)


def _index(cycle: Cycle, day: date) -> int:
    if cycle == "year":
        return day.year
    return day.year * 12 + day.month - 1 if cycle == "month" else (day.toordinal() - 1) // 7


def week_of(index: int) -> Span:
    """The week with that index, from Monday to Sunday."""
    return week_span(date.fromordinal(index * 7 + 1))


def _ahead(form: Form, now: int, today: date) -> Span | None:
    for index in range(now - 1 if form.whole else now, now + 3):
        span = form.span(index)
        if span is None and form.cycle != "month":
            return None
        if span and span[1] >= today:
            return span
    return None


def _back(form: Form, now: int, today: date) -> Span | None:
    for index in range(now, now - 3, -1):
        span = form.span(index)
        if span is None and form.cycle != "month":
            return None
        if span and _begun(form, span) <= today:
            return span
    return None


def _begun(form: Form, span: Span) -> date:
    """A day of the running month may lie ahead (截至9月底, said on the 26th); the 30th alone, or a weekday, may not."""
    if form.cycle != "year":
        return span[0]
    return (span[1] if form.whole else span[0]).replace(day=1)
