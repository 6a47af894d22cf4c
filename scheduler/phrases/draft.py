"""What was found in a schedule phrase, whatever its language, and the cadence that it makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from data.calendar import Calendar
from data.errors import UserError
from scheduler.cadence import ALL_MONTHS, Cadence, Lead, Shift, next_fires
from scheduler.days import Daily, Monthly, Nth, Once, Period, Rule, Weekly, Workdays, day_order, nominal_days, yearly

Cycle = Literal["day", "week", "month", "quarter", "half", "year"]
NINE: Final = time(9)
DEFAULT_LEAD: Final = Lead(3)
MOST_TIMES: Final = 6
LENGTH: Final = {"quarter": 3, "half": 6, "year": 12}
# The most working days, days of one name and days that a period can hold.
MOST: Final[dict[str, tuple[int, int, int]]] = {
    "week": (7, 1, 7),
    "month": (23, 5, 31),
    "quarter": (66, 14, 92),
    "half": (131, 27, 184),
    "year": (262, 53, 366),
}
_LONGEST: Final = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_UTC: Final = ZoneInfo("UTC")


class Unclear(Exception):
    """A phrase that can mean several things, or not enough: `code` says what is asked, `candidates` what it may mean.

    Codes: opening_or_due, which_day, which_weekday, which_month, which_time, once_or_repeated, interval,
    two_schedules, not_understood.
    """

    def __init__(self, code: str, *candidates: Cadence, **values: Any) -> None:
        super().__init__(code, candidates, values)
        self.code = code
        self.candidates = candidates
        self.values = values


@dataclass
class Draft:
    """The pieces of a phrase. Numbers are as written and not yet checked; -1 is the last, -2 the one before it."""

    cycle: Cycle | None = None
    every: int = 1
    skipping: bool = False  # 每隔两天: every second or every third day
    month_in_cycle: int | None = None
    months: set[int] = field(default_factory=set)
    pairs: list[tuple[int, int]] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    weekdays: list[int] = field(default_factory=list)
    ordinals: list[int] = field(default_factory=list)
    counted: Literal["workday", "weekday", "day"] = "day"
    workdays: bool = False
    repeated: bool = False
    times: list[time] = field(default_factory=list)
    shift: Shift = "none"
    excluded: set[int] = field(default_factory=set)
    only: set[int] = field(default_factory=set)
    start: date | None = None
    until: date | None = None
    due: bool = False
    lead: Lead | None = None
    due_at: time | None = None
    reports: bool = False
    reminds: bool = False
    once: list[date] = field(default_factory=list)
    undated: bool = False  # several days without a year: 3月5日、6月5日
    later: bool = False  # 次月5日: the month after the one reported on
    no_weekends: bool = False
    vague_time: bool = False


def take(pattern: re.Pattern[str], text: str, keep: Callable[[re.Match[str]], object], instead: str = " ") -> str:
    """The text without what `keep` has taken in (it says False where it does not want it)."""

    def kept(match: re.Match[str]) -> str:
        return instead if keep(match) is not False else match[0]

    return pattern.sub(kept, text)


def one_schedule(text: str, times: list[time], due: re.Pattern[str], day_word: re.Pattern[str]) -> None:
    """Asks where there are two: 周一9点，周五15点 is not 每周一和周五9点、15点, nor 25日17点前报送，9点提醒.

    Every T of the text is one of `times`; `due` matches those that are no firing time.
    """
    ends = {match.start() for match in due.finditer(text)}
    firing = [(n, match.start()) for n, match in enumerate(re.finditer("T", text)) if match.start() not in ends]
    groups: list[tuple[set[time], int]] = []
    for n, position in firing[: len(times)]:
        if groups and not day_word.search(text, groups[-1][1] + 1, position):
            groups[-1][0].add(times[n])
            groups[-1] = (groups[-1][0], position)
        else:
            groups.append(({times[n]}, position))
    if any(group[0] != groups[0][0] for group in groups):
        raise Unclear("two_schedules")


def compose(draft: Draft, now: datetime, calendar: Calendar) -> Cadence:
    """The cadence; `now` is the office's local wall time.

    Raises UserError for what is impossible and Unclear for what has to be asked.
    """
    _check(draft)
    if draft.later and draft.cycle in (None, "month"):
        draft.cycle, draft.month_in_cycle = "month", None
    if draft.cycle == "month":
        draft.month_in_cycle = None
    of_period = draft.cycle in LENGTH and draft.month_in_cycle is None and not draft.months
    if draft.counted == "day" and not of_period:
        draft.days, draft.ordinals = [*draft.days, *draft.ordinals], []
    rule, months = _rule(draft)
    _all_used(draft, rule)
    months = (months - draft.excluded) & (frozenset(draft.only) or ALL_MONTHS)
    lead = draft.lead or (DEFAULT_LEAD if draft.due else None)
    cadence = Cadence(
        rule=rule,
        times=tuple(sorted(set(draft.times))) or (NINE,),
        months=frozenset(months),
        start=draft.start,
        until=draft.until,
        shift=draft.shift,
        lead=lead,
        due_at=draft.due_at if lead else None,
    )
    if isinstance(rule, Workdays) or (isinstance(rule, Nth) and not rule.weekday):
        cadence = replace(cadence, shift="none")  # it names working days only
    cadence = _anchored(cadence, now, calendar)
    _must_fire(cadence, now, calendar)
    _ask(draft, cadence)
    return cadence


# ------------------------------------------------------------------ what cannot be


def _check(draft: Draft) -> None:
    for month in (*draft.months, *draft.excluded, *draft.only, *(month for month, _ in draft.pairs)):
        if not 1 <= month <= 12:
            raise UserError("no_such_month", month=month)
    for day in draft.days:
        if day == 0 or abs(day) > 31:
            raise UserError("no_such_day", day=day, nearest=31 if day else 1)
    for month, day in draft.pairs:
        if day == 0 or day > _LONGEST[month]:
            raise UserError("no_such_date", month=month, day=day, nearest=_LONGEST[month])
    for weekday in draft.weekdays:
        if not 1 <= weekday <= 7:
            raise UserError("no_such_weekday", weekday=weekday)
    if not 1 <= draft.every <= 366:
        raise UserError("no_such_interval", every=draft.every)
    if len(set(draft.times)) > MOST_TIMES:
        raise UserError("cadence_too_often", most=MOST_TIMES)
    if draft.start and draft.until and draft.until < draft.start:
        raise UserError("ends_before_it_begins", start=draft.start, until=draft.until)
    if draft.lead and not 1 <= draft.lead.count <= 60:
        raise UserError("no_such_lead", count=draft.lead.count)
    _check_ordinals(draft)


def _check_ordinals(draft: Draft) -> None:
    period = draft.cycle if draft.cycle in MOST and draft.month_in_cycle is None and not draft.months else "month"
    most = MOST[period or "month"][("workday", "weekday", "day").index(draft.counted)]
    for ordinal in draft.ordinals:
        if ordinal == 0 or abs(ordinal) > most:
            raise UserError("no_such_ordinal", ordinal=ordinal, nearest=most)


def _must_fire(cadence: Cadence, now: datetime, calendar: Calendar) -> None:
    wall = now.replace(tzinfo=_UTC)
    if next_fires(cadence, wall, _UTC, calendar, 1):
        return
    last = cadence.until or (cadence.rule.days[-1] if isinstance(cadence.rule, Once) else None)
    if last and last <= now.date() + timedelta(days=60):
        raise UserError("cadence_is_over", last=last)
    raise UserError("cadence_never_fires")


def _all_used(draft: Draft, rule: Rule) -> None:
    """Nothing that was said about the days may be lost: 每月1号和最后一个工作日 are two schedules."""
    fits = (
        not draft.weekdays or isinstance(rule, Weekly) or (isinstance(rule, Nth) and len(set(draft.weekdays)) == 1),
        not draft.days or isinstance(rule, Monthly),
        not draft.ordinals or isinstance(rule, (Nth, Monthly)),
        not draft.workdays or isinstance(rule, Workdays),
        not draft.pairs or not draft.months,
        not draft.once or isinstance(rule, Once),
        not draft.no_weekends or isinstance(rule, Weekly),
        draft.month_in_cycle is None or draft.cycle in ("quarter", "half", "year"),
    )
    if not all(fits):
        raise Unclear("two_schedules")


# ------------------------------------------------------------------ what has to be asked


def _ask(draft: Draft, cadence: Cadence) -> None:
    if draft.vague_time:
        raise Unclear("which_time", replace(cadence, times=_afternoon(cadence.times)), cadence)
    if draft.undated:
        days = ((day.month, day.day) for day in draft.once)
        rule, months = yearly(days)
        raise Unclear("once_or_repeated", replace(cadence, rule=rule, months=months), cadence)
    if draft.skipping and draft.every > 1:
        raise Unclear("interval", cadence, replace(cadence, rule=_longer(cadence.rule)))
    if draft.reports and not draft.reminds and not cadence.lead and not isinstance(cadence.rule, (Daily, Workdays)):
        raise Unclear("opening_or_due", cadence, replace(cadence, lead=DEFAULT_LEAD))


def _afternoon(times: tuple[time, ...]) -> tuple[time, ...]:
    return tuple(sorted({at.replace(hour=at.hour + 12) if 1 <= at.hour <= 6 else at for at in times}))


def _longer(rule: Rule) -> Rule:
    return replace(rule, every=rule.every + 1) if isinstance(rule, (Daily, Weekly, Monthly)) else rule


# ------------------------------------------------------------------ the rule


def _rule(draft: Draft) -> tuple[Rule, frozenset[int]]:
    if draft.pairs:
        return _of_pairs(draft)
    if draft.months:
        return _in_months(draft, frozenset(draft.months))
    match draft.cycle:
        case "quarter" | "half" | "year":
            return _of_period(draft, draft.cycle)
        case "month":
            return _of_months(draft)
        case "week":
            return _of_weeks(draft), ALL_MONTHS
    if draft.weekdays:
        return _bare_weekdays(draft), ALL_MONTHS
    if draft.ordinals:
        raise Unclear("which_month", Cadence(_nth(draft, "month"), _times(draft)))
    if draft.days:
        return _bare_days(draft), ALL_MONTHS
    if draft.workdays:
        return Workdays(), ALL_MONTHS
    if draft.cycle == "day":
        return (Weekly((1, 2, 3, 4, 5)) if draft.no_weekends else Daily(draft.every)), ALL_MONTHS
    if draft.once:
        return Once(tuple(sorted(set(draft.once)))), ALL_MONTHS
    raise Unclear("which_day")


def _times(draft: Draft) -> tuple[time, ...]:
    return tuple(sorted(set(draft.times))) or (NINE,)


def _ordered(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(numbers), key=day_order))


def _of_pairs(draft: Draft) -> tuple[Rule, frozenset[int]]:
    if draft.cycle in ("year", None) and not draft.weekdays and not draft.ordinals and not draft.days:
        return yearly(draft.pairs)
    raise Unclear("two_schedules")


def _in_months(draft: Draft, months: frozenset[int]) -> tuple[Rule, frozenset[int]]:
    """The 20th, or the last working day, of named months."""
    if draft.ordinals:
        return _nth(draft, "month"), months
    if draft.days:
        return Monthly(_ordered(draft.days)), months
    if draft.weekdays:
        return Weekly(_ordered(draft.weekdays)), months
    if draft.workdays:
        return Workdays(), months
    raise Unclear("which_day", Cadence(Monthly((25,)), _times(draft), months=months))


def _nth(draft: Draft, period: Period) -> Rule:
    if draft.counted == "day":
        return Monthly(_ordered(draft.ordinals))
    weekday = draft.weekdays[0] if draft.counted == "weekday" else 0
    return Nth(_ordered(draft.ordinals), period, weekday)


def _of_period(draft: Draft, period: Period) -> tuple[Rule, frozenset[int]]:
    """Of each quarter, half-year or year."""
    length = LENGTH[period]
    if draft.month_in_cycle is not None:
        months = _months_in(draft.month_in_cycle, length)
        return _in_months(draft, months)
    if draft.ordinals and draft.counted != "day":
        return _nth(draft, period), ALL_MONTHS
    days = draft.days or draft.ordinals
    if days and all(day < 0 for day in days):
        return Monthly(_ordered(days)), _months_in(-1, length)
    if draft.ordinals and days == [1]:
        return Monthly((1,)), _months_in(1, length)
    if days:
        last, first = (Cadence(Monthly(_ordered(days)), _times(draft), _months_in(n, length)) for n in (-1, 1))
        raise Unclear("which_month", last, first)
    raise Unclear("which_day", Cadence(Nth((-1,), period), _times(draft)))


def _months_in(nth: int, length: int) -> frozenset[int]:
    """The n-th month of each quarter (length 3), half-year or year."""
    if nth == 0 or nth > length:
        raise UserError("no_such_month", month=nth)
    return frozenset(range(nth if nth > 0 else length + 1 + nth, 13, length))


def _of_months(draft: Draft) -> tuple[Rule, frozenset[int]]:
    if not draft.days and not draft.ordinals:
        proposals = [Cadence(Monthly((25,)), _times(draft)), Cadence(Nth((-1,), "month"), _times(draft))]
        raise Unclear("which_day", *proposals)
    if draft.ordinals and draft.counted != "day":
        if draft.every > 1:
            raise Unclear("not_understood")
        return _nth(draft, "month"), ALL_MONTHS
    return Monthly(_ordered([*draft.days, *draft.ordinals]), draft.every), ALL_MONTHS


def _of_weeks(draft: Draft) -> Rule:
    if draft.ordinals and draft.counted == "workday":
        return _nth(draft, "week")
    if not draft.weekdays:
        raise Unclear("which_weekday", *(Cadence(Weekly((day,), draft.every), _times(draft)) for day in (1, 5)))
    return Weekly(_ordered(draft.weekdays), draft.every)


def _bare_weekdays(draft: Draft) -> Rule:
    """周一到周五, 逢周五; a single weekday without 每 may be once or weekly."""
    rule = Weekly(_ordered(draft.weekdays))
    if len(rule.weekdays) > 1 or draft.repeated or draft.cycle == "day":
        return rule
    raise Unclear("once_or_repeated", Cadence(rule, _times(draft)))


def _bare_days(draft: Draft) -> Rule:
    rule = Monthly(_ordered(draft.days))
    if draft.repeated or draft.due or draft.lead or rule.days == (-1,):
        return rule
    raise Unclear("once_or_repeated", Cadence(rule, _times(draft)))


# ------------------------------------------------------------------ what an interval is counted from


def _anchored(cadence: Cadence, now: datetime, calendar: Calendar) -> Cadence:
    """Every second week starts with the first such day after now, or after the start that was named.

    Every second, third, fourth or sixth month is the same as naming the months.
    """
    rule = cadence.rule
    if getattr(rule, "every", 1) == 1:
        return cadence
    start = cadence.start or _first_after(cadence, now, calendar)
    if start is None:
        return cadence
    if not isinstance(rule, Monthly) or 12 % rule.every:
        return replace(cadence, start=start)
    named = nominal_days(replace(rule, every=1), start, date(9998, 12, 31), None, ALL_MONTHS, calendar)
    first = next(named).month
    months = frozenset((first - 1 + n) % 12 + 1 for n in range(0, 12, rule.every))
    return replace(cadence, rule=Monthly(rule.days), months=months & cadence.months)


def _first_after(cadence: Cadence, now: datetime, calendar: Calendar) -> date | None:
    """The first such day after now, whatever is later made of it by a shift or a lead."""
    if not isinstance(cadence.rule, (Daily, Weekly, Monthly)):
        return None
    plain = Cadence(replace(cadence.rule, every=1), cadence.times, cadence.months)
    first = next_fires(plain, now.replace(tzinfo=_UTC), _UTC, calendar, 1)
    return first[0].date() if first else None
