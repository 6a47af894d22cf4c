"""催办: who has not answered is asked again, twice at most, and never before the day that was promised."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.kinds import ReminderKind, ReminderState
from data.models import Person, Reminder, Round, Step
from scheduler.answers import Answer, UnitAnswer, answered
from scheduler.hours import hours_of, off_the_hour
from scheduler.office import Office
from scheduler.openings import into_hours
from scheduler.promises import promised
from scheduler.reminding import ASKING
from scheduler.scope import contacts, named
from scheduler.workdays import add_workdays

USEFUL_WORKDAYS: Final = 2


def nag(session: Session, step: Step, now: datetime, office: Office) -> None:
    """A message to the contacts of every unit that has not answered all; to who has had no digest yet, that."""
    unanswered = silent_units(session, step.round)
    units = [unit.unit_id for unit in unanswered]
    people = contacts(session, units, office.today(now), named(session, step.round))
    asked = _asked(session, step.round)
    waiting = _asked(session, step.round, ReminderState.WAITING)
    days = promised(session, step.round_id)
    for unit_id, ids in people.items():
        for person_id in ids:
            kind = ReminderKind.NAG if (person_id, ReminderKind.DIGEST) in asked else ReminderKind.DIGEST
            if (person_id, kind) in waiting:
                continue
            number = step.number if kind == ReminderKind.NAG else 1
            send_from = free_moment(session, person_id, after_promise(days.get(unit_id), now, office), office)
            session.add(message(step.round, person_id, kind, number, send_from, office))
    session.flush()


def silent_units(session: Session, round_: Round) -> list[UnitAnswer]:
    """The units that have not answered everything, in the table's order."""
    return [unit for unit in answered(session, round_.id).values() if unit.answer is not Answer.FULL]


def message(
    round_: Round, person_id: int, kind: ReminderKind, number: int, send_from: datetime, office: Office
) -> Reminder:
    """A message of a round that goes from that moment on, and is of use for two working days."""
    last = add_workdays(office.today(send_from), USEFUL_WORKDAYS, office.calendar)
    return Reminder(
        round_id=round_.id,
        person_id=person_id,
        kind=kind,
        number=number,
        send_from=send_from,
        use_until=datetime.combine(last, office.day_end, tzinfo=office.zone),
    )


def _asked(session: Session, round_: Round, *states: ReminderState) -> set[tuple[int, str]]:
    """(person, kind) of the round's messages that were not dropped, or are in one of the states."""
    wanted = states or (ReminderState.WAITING, ReminderState.QUEUED)
    rows = session.execute(
        select(Reminder.person_id, Reminder.kind).where(Reminder.round_id == round_.id, Reminder.state.in_(wanted))
    )
    return {(row[0], row[1]) for row in rows}


# One message a person a day ----------------------------------------------------------------------------------


def free_moment(session: Session, person_id: int, moment: datetime, office: Office) -> datetime:
    """The first moment in working hours, from one on, on a day on which the person is asked nothing else."""
    hours = hours_of(session.get_one(Person, person_id), office)
    local = into_hours(office.local(moment), office, hours)
    busy = asked_days(session, [person_id], local.date(), office).get(person_id, set())
    while local.date() in busy:
        after = datetime.combine(local.date() + timedelta(days=1), office.nag_at, office.zone)
        local = into_hours(after, office, hours)
    return local if local == office.local(moment) else off_the_hour(local, hours)


def asked_days(
    session: Session, people: Collection[int], first: date, office: Office, *, but: Iterable[int] = ()
) -> dict[int, set[date]]:
    """person id → the local days from the first on for which something is out or waiting, without some reminders."""
    start = datetime.combine(first, time(), tzinfo=office.zone)
    rows = session.execute(
        select(Reminder.person_id, Reminder.send_from).where(
            Reminder.person_id.in_(people),
            Reminder.kind.in_(ASKING),
            Reminder.state != ReminderState.DROPPED,
            Reminder.send_from >= start,
            Reminder.id.not_in(list(but)),
        )
    )
    found: dict[int, set[date]] = {}
    for person_id, send_from in rows:
        found.setdefault(person_id, set()).add(office.today(send_from))
    return found


def after_promise(day: date | None, now: datetime, office: Office) -> datetime:
    """Now, or where a day that is not over was promised, the working day after it."""
    if day is None or day < office.today(now):
        return now
    return datetime.combine(add_workdays(day, 1, office.calendar), office.nag_at, tzinfo=office.zone)
