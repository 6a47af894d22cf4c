"""Deadlines and rounds as an iCalendar file (RFC 5545, 7986). Pure: what stands in it is handed in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event
from icalendar.enums import TRANSP

ASK_AGAIN: Final = timedelta(hours=6)
LASTS: Final = timedelta(minutes=30)  # how long a moment is drawn in a calendar


@dataclass(frozen=True)
class Entry:
    """A day (a date: all day) or a moment (local, aware). `uid` stays the same as long as the thing does,
    and is its own within the installation."""

    uid: str
    start: date | datetime
    summary: str
    description: str


@dataclass(frozen=True)
class Contents:
    """All that a calendar says, in which language. `home` stands behind the `@` of every UID."""

    uid: str
    home: str
    name: str
    language: str
    entries: tuple[Entry, ...] = ()

    def tag(self) -> str:
        """The same as long as the calendar says the same."""
        told = [f"{ASK_AGAIN}{LASTS}", self.uid, self.home, self.name, self.language]
        told += [f"{one.uid}\0{one.start!r}\0{one.summary}\0{one.description}" for one in self.entries]
        return hashlib.sha256("\0".join(told).encode()).hexdigest()[:32]


def calendar_bytes(contents: Contents, now: datetime) -> bytes:
    """The file, UTF-8; `now` is the stamp of every entry."""
    calendar = Calendar.new(
        prodid="-//duban//duban//EN",
        uid=f"{contents.uid}@{contents.home}",
        name=" ".join(contents.name.split()),  # a line break in it is none of the format's
        language=contents.language,
        subcomponents=[_event(entry, contents.home, now) for entry in contents.entries],
    )
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(entry: Entry, home: str, now: datetime) -> Event:
    timed = isinstance(entry.start, datetime)
    return Event.new(
        uid=f"{entry.uid}@{home}",
        start=entry.start,
        end=entry.start + (LASTS if timed else timedelta(days=1)),
        stamp=now,
        summary=entry.summary,
        description=entry.description,
        transparency=TRANSP.TRANSPARENT,
    )
