"""提级提醒: who hears next that a unit is silent: B 角, the unit's head, the office, the leader; each once a round.

Every step but the office's list is off unless it was set; a leader is told by an admin's press, or where that was set.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import queries
from data.kinds import ReminderKind, Role, StepKind
from data.models import AssignmentLeader, Person, Reminder, Round, Step
from scheduler import leave
from scheduler.answers import Answer, UnitAnswer
from scheduler.nagging import free_moment, message, silent_units
from scheduler.office import Office
from scheduler.scope import contacts, named

NUMBERS: Final = {StepKind.SECOND: 1, StepKind.HEAD: 2, StepKind.LEADER: 3}
NOBODY_SILENT: Final = "nobody_silent"


def carry_out(session: Session, step: Step, now: datetime, office: Office) -> None:
    """One step up: a message to each person whom it concerns."""
    match step.kind:
        case StepKind.OFFICE:
            told = list_for_admins(session, step.round, now, office)
        case StepKind.SECOND:
            told = tell(session, step.round, StepKind.SECOND, _seconds(session, step.round, now, office), now, office)
        case StepKind.HEAD:
            told = tell(session, step.round, StepKind.HEAD, _heads(session, step.round), now, office)
        case _:
            told = tell(session, step.round, StepKind.LEADER, leaders(session, step.round), now, office)
    if not told:
        step.outcome = NOBODY_SILENT


def tell(
    session: Session, round_: Round, kind: StepKind, people: Iterable[int], now: datetime, office: Office
) -> list[int]:
    """A message of that step to each of the people who has had none in this round; their ids."""
    number = NUMBERS[kind]
    had = set(
        session.scalars(
            select(Reminder.person_id).where(
                Reminder.round_id == round_.id, Reminder.kind == ReminderKind.ESCALATION, Reminder.number == number
            )
        )
    )
    told = [person for person in dict.fromkeys(people) if person not in had]
    for person_id in told:
        moment = free_moment(session, person_id, now, office)
        session.add(message(round_, person_id, ReminderKind.ESCALATION, number, moment, office))
    session.flush()
    return told


def list_for_admins(session: Session, round_: Round, now: datetime, office: Office) -> list[int]:
    """The office's list to every admin, where a unit has not answered all."""
    if not silent_units(session, round_):
        return []
    admins = [admin.id for admin in queries.people_with(session, Role.ADMIN)]
    session.add_all(message(round_, admin, ReminderKind.LIST, 1, now, office) for admin in admins)
    session.flush()
    return admins


def silent(session: Session, round_: Round) -> list[UnitAnswer]:
    """The units whose silence is theirs: those that were reached, or answered in part."""
    return [unit for unit in silent_units(session, round_) if unit.answer in (Answer.SILENT, Answer.PART)]


def _seconds(session: Session, round_: Round, now: datetime, office: Office) -> list[int]:
    """The liaisons of silent units who are there and are not asked first."""
    units = [
        unit.unit_id for unit in silent_units(session, round_) if unit.answer not in (Answer.ON_LEAVE, Answer.EXCUSED)
    ]
    today, among = office.today(now), named(session, round_)
    first = {person for people in contacts(session, units, today, among).values() for person in people}
    everybody = [person.id for unit in units for person in queries.liaisons(session, unit)]
    gone = leave.away(session, everybody, today)
    return [person for person in everybody if person not in first and person not in gone]


def _heads(session: Session, round_: Round) -> list[int]:
    units = [unit.unit_id for unit in silent(session, round_)]
    return [person.id for person in heads(session) if person.unit_id in units]


def heads(session: Session) -> list[Person]:
    """The heads of units."""
    return queries.people_with(session, Role.HEAD)


def leaders(session: Session, round_: Round) -> list[int]:
    """The leaders of the rows that silent units have not answered."""
    rows = open_rows(silent(session, round_))
    return list(
        session.scalars(
            select(AssignmentLeader.person_id)
            .join(Person, Person.id == AssignmentLeader.person_id)
            .where(AssignmentLeader.assignment_id.in_(rows), Person.left_at.is_(None))
            .distinct()
            .order_by(AssignmentLeader.person_id)
        )
    )


def open_rows(units: Iterable[UnitAnswer]) -> list[int]:
    """The rows that these units have not answered."""
    return [row for unit in units for row in unit.rows if row not in unit.answered_rows]
