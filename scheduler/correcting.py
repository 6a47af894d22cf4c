"""A day made worked or off by an admin, and all that goes by the calendar following: openings, due days, nags.

A due day moves later only: nobody is asked sooner than was said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import audit, corrections
from data.calendar import PUBLISHED
from data.errors import UserError
from data.kinds import ReminderKind, ReminderState, RoundState
from data.models import Reminder, Round, Schedule, Setting, Step
from scheduler import schedules, steps
from scheduler.office import Office, in_force
from scheduler.schedules import By
from scheduler.workdays import next_workday

ENTITY: Final = "calendar"
ALIGNED: Final = "office.aligned"


@dataclass(frozen=True, slots=True)
class Moved:
    """What followed a correction: (schedule, its next opening before, and after), (round, its due day before, after).

    Openings are instants, None where there is none any more.
    """

    openings: tuple[tuple[int, datetime | None, datetime | None], ...] = ()
    due_days: tuple[tuple[int, date, date], ...] = ()


def correct(
    session: Session,
    days: Mapping[date, bool | None],
    now: datetime,
    office: Office,
    *,
    by: By = schedules.NOBODY,
    action: str = "correct",
) -> Moved:
    """Make days worked or off, or (None) what the statutory calendar says; what moved.

    Raises UserError `calendar.over` for a day that is over, `calendar.already` where nothing would change.
    """
    over = [day for day in days if day < office.today(now)]
    if over:
        raise UserError("calendar.over", day=over[0])
    before = corrections.correct(session, days)
    if action == "correct" and before == dict(days):
        raise UserError("calendar.already")
    after = in_force(session, office)
    moved = follow(session, now, after)
    _send_on(session, [day for day in days if _newly_worked(day, office, after)], now, after)
    audit.record(session, now, action, ENTITY, None, _kept(before), _kept(days), by.person_id, by.channel)
    return moved


def foresee(session: Session, days: Mapping[date, bool | None], now: datetime, office: Office) -> Moved:
    """What `correct` would move; nothing is changed."""
    trying = session.begin_nested()
    try:
        return correct(session, days, now, office)
    finally:
        trying.rollback()


def _newly_worked(day: date, before: Office, after: Office) -> bool:
    return after.calendar.is_workday(day) and not before.calendar.is_workday(day)


def _kept(days: Mapping[date, bool | None]) -> dict[str, Any]:
    return {day.isoformat(): worked for day, worked in sorted(days.items())}


def days_of(kept: Mapping[str, Any]) -> dict[date, bool | None]:
    """The days of an audit event."""
    return {date.fromisoformat(day): worked for day, worked in kept.items()}


# What follows ----------------------------------------------------------------------------------------------


def align(session: Session, now: datetime, office: Office) -> Moved | None:
    """At a start: where zone, hours or calendar are others than at the last one, everything follows; else None."""
    office = in_force(session, office)
    mark = _mark(office)
    kept = session.get(Setting, ALIGNED)
    if kept is not None and kept.value == mark:
        return None
    session.merge(Setting(key=ALIGNED, value=mark))
    return follow(session, now, office)


def _mark(office: Office) -> str:
    """Changes when something does by which moments are found."""
    corrected = _kept(office.calendar.corrections)
    told = [PUBLISHED, office.zone.key, office.day_start.isoformat(), office.day_end.isoformat(), corrected]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def follow(session: Session, now: datetime, office: Office) -> Moved:
    """Find every next opening, due day and later step anew; what moved."""
    before = _openings(session)
    schedules.realign(session, now, office)
    after = _openings(session)
    moved = tuple((each, before.get(each), after.get(each)) for each in sorted(before.keys() | after.keys()))
    return Moved(tuple(each for each in moved if each[1] != each[2]), tuple(_due_days(session, office)))


def _openings(session: Session) -> dict[int, datetime]:
    rows = session.execute(select(Schedule.id, Schedule.next_at).where(Schedule.next_at.is_not(None)))
    return {schedule_id: next_at for schedule_id, next_at in rows if next_at is not None}


def _due_days(session: Session, office: Office) -> Iterator[tuple[int, date, date]]:
    """Open rounds whose due day is no working day any more, moved to the next one; the steps of all."""
    for each in session.scalars(select(Round).where(Round.state == RoundState.OPEN, Round.due_on.is_not(None))):
        assert each.due_on is not None
        before, each.due_on = each.due_on, next_workday(each.due_on, office.calendar)
        _plan_anew(session, each, office)
        if before != each.due_on:
            _useful_longer(session, each, office)
            yield each.id, before, each.due_on
    session.flush()


def _plan_anew(session: Session, each: Round, office: Office) -> None:
    moments = steps.moments(each, office)
    for step in session.scalars(select(Step).where(Step.round_id == each.id, Step.done_at.is_(None))):
        step.at = moments.get((step.kind, step.number), step.at)


def _useful_longer(session: Session, each: Round, office: Office) -> None:
    assert each.due_on is not None
    until = datetime.combine(each.due_on, office.day_end, tzinfo=office.zone)
    for reminder in session.scalars(
        select(Reminder).where(
            Reminder.round_id == each.id,
            Reminder.state == ReminderState.WAITING,
            Reminder.kind == ReminderKind.DIGEST,
        )
    ):
        reminder.use_until = max(reminder.use_until, until)


def _send_on(session: Session, days: list[date], now: datetime, office: Office) -> None:
    """What waits for the working day after one of these days can go on it; it is looked at again then."""
    for day in days:
        held_until = next_workday(day + timedelta(days=1), office.calendar)
        start = datetime.combine(held_until, time(), tzinfo=office.zone)
        end = datetime.combine(held_until, time.max, tzinfo=office.zone)
        for reminder in session.scalars(
            select(Reminder).where(
                Reminder.state == ReminderState.WAITING, Reminder.send_from >= start, Reminder.send_from <= end
            )
        ):
            moment = datetime.combine(day, office.local(reminder.send_from).time(), tzinfo=office.zone)
            reminder.send_from = max(now, moment)
    session.flush()
