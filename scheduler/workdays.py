"""Counting in working days, and the hours in which people may be written to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from data.calendar import Calendar


def next_workday(day: date, calendar: Calendar) -> date:
    """The day itself if it is worked, else the first worked one after it."""
    return calendar.nearest_workday(day, 1)


def previous_workday(day: date, calendar: Calendar) -> date:
    """The day itself if it is worked, else the last worked one before it."""
    return calendar.nearest_workday(day, -1)


def add_workdays(day: date, count: int, calendar: Calendar) -> date:
    """The `count`-th working day after `day` (before it where negative); `day` itself is never counted. 0 is `day`."""
    return calendar.add_workdays(day, count)


def workdays_between(first: date, last: date, calendar: Calendar) -> int:
    """How many working days lie after `first` up to and including `last`; negative where `last` is the earlier."""
    if last < first:
        return -workdays_between(last, first, calendar)
    return sum(calendar.is_workday(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The office's hours on a working day, as local wall times; `lunch` is the pause (from, until) or None."""

    start: time = time(9)
    end: time = time(17, 30)
    lunch: tuple[time, time] | None = None

    def open_at(self, local: datetime, calendar: Calendar) -> bool:
        """Whether people may be written to at this local moment; the end itself is too late."""
        return calendar.is_workday(local.date()) and self._opens(local.time()) == local.time()

    def next_open(self, local: datetime, calendar: Calendar) -> datetime:
        """The moment itself within the hours, else the next one that is; zone (or none) as given."""
        opens = self._opens(local.time()) if calendar.is_workday(local.date()) else None
        if opens is not None:
            return local if opens == local.time() else _at(local, local.date(), opens)
        return _at(local, next_workday(local.date() + timedelta(days=1), calendar), self.start)

    def _opens(self, now: time) -> time | None:
        if now < self.start:
            return self.start
        if now >= self.end:
            return None
        if self.lunch and self.lunch[0] <= now < self.lunch[1]:
            return self.lunch[1]
        return now


def _at(local: datetime, day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=local.tzinfo)
