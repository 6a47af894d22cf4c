"""When a schedule fires: (cadence, moment) → the next local times. Pure; the calendar and the zone are arguments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from data.calendar import Calendar
from scheduler.days import ALL_MONTHS, Rule, day_name, nominal_days, rule_from_json, rule_to_json
from scheduler.workdays import add_workdays, next_workday, previous_workday

__all__ = ["ALL_MONTHS", "Cadence", "Lead", "Opening", "Shift", "next_fires", "next_openings"]

Shift = Literal["none", "next", "previous", "skip"]

NINE: Final = (time(9),)
_HORIZON_YEARS: Final = 30  # a fifth Monday in February comes once in 28 years
_BACK: Final = timedelta(days=60)  # how far a shift or a lead can carry a day


@dataclass(frozen=True, slots=True)
class Lead:
    """How long before its due day a round opens."""

    count: int
    working: bool = True


@dataclass(frozen=True, slots=True)
class Cadence:
    """When a schedule fires, in the office's local time.

    `rule` names days, `months` those in which they count, `start` and `until` the first and last day that may be named
    (`start` is also what 'every second week' is counted from). `times` are local, ascending. `shift` says what becomes
    of a named day that is not worked. With `lead` the named day is the due day (until `due_at`, the end of the day
    where None), and the firing is that much earlier.
    """

    rule: Rule
    times: tuple[time, ...] = NINE
    months: frozenset[int] = ALL_MONTHS
    start: date | None = None
    until: date | None = None
    shift: Shift = "none"
    lead: Lead | None = None
    due_at: time | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values only; what stands at its default is left out."""
        plain: dict[str, Any] = {"rule": rule_to_json(self.rule), "times": [f"{at:%H:%M}" for at in self.times]}
        if self.months != ALL_MONTHS:
            plain["months"] = sorted(self.months)
        plain |= {name: day.isoformat() for name in ("start", "until") if (day := getattr(self, name))}
        if self.shift != "none":
            plain["shift"] = self.shift
        if self.lead:
            plain["lead"] = {"count": self.lead.count, "working": self.lead.working}
        if self.due_at:
            plain["due_at"] = f"{self.due_at:%H:%M}"
        return plain

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Cadence:
        """The cadence whose `to_json` this is."""
        lead = plain.get("lead")
        return cls(
            rule=rule_from_json(plain["rule"]),
            times=tuple(time.fromisoformat(at) for at in plain["times"]),
            months=frozenset(plain.get("months", ALL_MONTHS)),
            start=_day(plain.get("start")),
            until=_day(plain.get("until")),
            shift=plain.get("shift", "none"),
            lead=Lead(lead["count"], lead["working"]) if lead else None,
            due_at=time.fromisoformat(plain["due_at"]) if "due_at" in plain else None,
        )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class Opening:
    """One firing: the local moment, and the due day where the cadence names one. `name`: what it is called wherever
    shifts, leads and a corrected calendar move it."""

    at: datetime
    due: date | None = field(default=None)
    name: str = field(default="", compare=False)


def next_fires(cadence: Cadence, after: datetime, zone: ZoneInfo, calendar: Calendar, count: int = 1) -> list[datetime]:
    """The first `count` local moments after the instant `after`, fewer where the cadence ends or never fires."""
    return [opening.at for opening in next_openings(cadence, after, zone, calendar, count)]


def next_openings(
    cadence: Cadence, after: datetime, zone: ZoneInfo, calendar: Calendar, count: int = 1
) -> list[Opening]:
    """As `next_fires`, with the due days."""
    first = after.astimezone(zone).date()
    later = (
        Opening(at, due, f"{name}T{at:%H:%M}")
        for day, due, name in _opening_days(cadence, first, calendar)
        for at in _moments(day, cadence.times, zone)
        if at.astimezone(UTC) > after
    )
    return list(islice(later, count))


def _opening_days(cadence: Cadence, first: date, calendar: Calendar) -> Iterator[tuple[date, date | None, str]]:
    """Days on which it fires, ascending, from shortly before `first`; (day, due day or None, name)."""
    last = min(cadence.until or date.max, _years_on(first, _HORIZON_YEARS))
    begin = max(first - _BACK, cadence.start or date.min)
    before: date | None = None
    for named in nominal_days(cadence.rule, begin, last, cadence.start, cadence.months, calendar):
        day = _shifted(named, cadence.shift, calendar)
        if day is None:
            continue
        opening = _led(day, cadence.lead, calendar)
        if opening != before:
            yield opening, day if cadence.lead else None, day_name(cadence.rule, named, calendar)
        before = opening


def _years_on(day: date, years: int) -> date:
    return date(min(day.year + years, 9998), day.month, 28)


def _shifted(day: date, shift: Shift, calendar: Calendar) -> date | None:
    if shift == "none" or calendar.is_workday(day):
        return day
    if shift == "skip":
        return None
    return next_workday(day, calendar) if shift == "next" else previous_workday(day, calendar)


def _led(day: date, lead: Lead | None, calendar: Calendar) -> date:
    if lead is None:
        return day
    return add_workdays(day, -lead.count, calendar) if lead.working else day - timedelta(days=lead.count)


def _moments(day: date, times: tuple[time, ...], zone: ZoneInfo) -> Iterator[datetime]:
    """Local moments; one that the clock jumps over (summer time) is moved to where the clock goes on."""
    for at in times:
        yield datetime.combine(day, at, tzinfo=zone).astimezone(UTC).astimezone(zone)
