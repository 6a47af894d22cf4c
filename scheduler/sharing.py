"""Co-lead units: they answer for nothing, and are told what was asked of the lead unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.kinds import ReminderKind, UnitRole
from data.models import AssignmentUnit, Reminder, Round, RoundItem, Unit
from scheduler.hours import hours_by_person
from scheduler.office import Office
from scheduler.openings import into_hours
from scheduler.scope import contacts
from scheduler.workdays import add_workdays


def shared(session: Session, round_id: int) -> Mapping[int, list[int]]:
    """unit id → the rows of a round in which it is co-lead, in the table's order. Collective units are left out."""
    rows = session.execute(
        select(AssignmentUnit.unit_id, AssignmentUnit.assignment_id)
        .join(RoundItem, RoundItem.assignment_id == AssignmentUnit.assignment_id)
        .join(Unit, Unit.id == AssignmentUnit.unit_id)
        .where(
            RoundItem.round_id == round_id,
            AssignmentUnit.role == UnitRole.CO_LEAD,
            AssignmentUnit.unit_id != RoundItem.unit_id,
            Unit.collective.is_(False),
        )
        .order_by(AssignmentUnit.unit_id, AssignmentUnit.assignment_id)
    )
    found: dict[int, list[int]] = {}
    for unit_id, assignment_id in rows:
        found.setdefault(unit_id, []).append(assignment_id)
    return found


def tell(session: Session, opened: Round, asked: Iterable[int], now: datetime, office: Office) -> None:
    """A notice to the contacts of the co-lead units, in working hours; who is asked in the round reads it there."""
    units = shared(session, opened.id)
    if not units:
        return
    had = set(asked)
    found = contacts(session, units, office.today(now))
    people = [person for each in found.values() for person in each if person not in had]
    _add(session, opened, people, now, office)


def _add(session: Session, opened: Round, people: Collection[int], now: datetime, office: Office) -> None:
    hours = hours_by_person(session, people, office)
    for person_id in dict.fromkeys(people):
        send_from = into_hours(office.local(now), office, hours.get(person_id))
        last = opened.due_on or add_workdays(send_from.date(), office.due_workdays, office.calendar)
        until = datetime.combine(max(last, send_from.date()), office.day_end, tzinfo=office.zone)
        session.add(
            Reminder(
                round_id=opened.id,
                person_id=person_id,
                kind=ReminderKind.CO_LEAD,
                send_from=send_from,
                use_until=until,
            )
        )
    session.flush()
