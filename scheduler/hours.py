"""Working hours of a person: their own where they named some, else the office's."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import UserError
from data.models import Person
from scheduler.office import NAG_DELAY, Office
from scheduler.workdays import WorkingHours

Span = tuple[time, time]
LEAST: Final = timedelta(hours=1)
MOST_SPANS: Final = 2


def hours_of(person: Person, office: Office) -> WorkingHours:
    """When a person may be written to on a working day."""
    return _hours(person.hours, office)


def hours_by_person(session: Session, people: Collection[int], office: Office) -> Mapping[int, WorkingHours]:
    """person id → when they may be written to."""
    rows = session.execute(select(Person.id, Person.hours).where(Person.id.in_(people)))
    return {person_id: _hours(kept, office) for person_id, kept in rows}


def _hours(kept: Sequence[Any] | None, office: Office) -> WorkingHours:
    if not kept:
        return WorkingHours(office.day_start, office.day_end)
    found = spans(kept)
    lunch = (found[0][1], found[-1][0]) if len(found) > 1 else None
    return WorkingHours(found[0][0], found[-1][1], lunch)


def spans(kept: Sequence[Any]) -> list[Span]:
    """The spans of `Person.hours`."""
    return [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in kept]


def kept_hours(wanted: Sequence[Span]) -> list[Any]:
    """What `Person.hours` holds: one span, or one before and one after noon.

    Raises UserError `hours.how` where they overlap, are too many, or leave less than an hour.
    """
    ordered = sorted(wanted)
    moments = [moment for span in ordered for moment in span]
    length = sum((_minutes(end) - _minutes(start) for start, end in ordered), 0)
    if not 1 <= len(ordered) <= MOST_SPANS or moments != sorted(set(moments)) or length < LEAST // timedelta(minutes=1):
        raise UserError("hours.how")
    return [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in ordered]


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def off_the_hour(local: datetime, hours: WorkingHours) -> datetime:
    """A repeat that would go out just when work begins goes some minutes later."""
    begins = (hours.start, hours.lunch[1] if hours.lunch is not None else None)
    return local + NAG_DELAY if local.time() in begins else local
