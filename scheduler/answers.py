"""Who was asked in a round, and what came of it: answered, in part, silent, not delivered. Never mixed up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, bindparam, func, literal, select, true, update
from sqlalchemy.orm import Session

from data import queries
from data.kinds import OutboxState, ReminderState, RoundState
from data.models import Assignment, Excuse, Outbox, Person, Reminder, Report, Round, RoundItem, Unit, UtcDateTime
from scheduler import leave

NO_ACCOUNT = "no_account"
_UNSENT = (OutboxState.FAILED, OutboxState.DROPPED)


class Answer(StrEnum):
    """全部反馈, 部分反馈, 未反馈, 未送达, 请假, 不计."""

    FULL = "full"
    PART = "part"
    SILENT = "silent"
    UNDELIVERED = "undelivered"
    ON_LEAVE = "on_leave"
    EXCUSED = "excused"


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """A unit in a round: the ids of the rows it was asked, and of those that have a standing answer.

    `delivered`: whether a reminder reached anybody of it; None while that is not known. `on_leave`: everybody who
    could answer was away on the due day. `excused`: why its silence or lateness is not held against it; empty: it is.
    """

    unit_id: int
    name: str
    rows: tuple[int, ...]
    answered_rows: tuple[int, ...]
    delivered: bool | None
    on_leave: bool = False
    excused: str = ""

    @property
    def asked(self) -> int:
        return len(self.rows)

    @property
    def answered(self) -> int:
        return len(self.answered_rows)

    @property
    def answer(self) -> Answer:
        if self.answered:
            return Answer.FULL if self.answered == self.asked else Answer.PART
        if self.excused:
            return Answer.EXCUSED
        if self.on_leave:
            return Answer.ON_LEAVE
        return Answer.UNDELIVERED if self.delivered is False else Answer.SILENT


@dataclass(frozen=True, slots=True)
class RoundProgress:
    """How far a round is; its units in the table's order."""

    round_id: int
    due_on: date | None
    units: tuple[UnitAnswer, ...]

    def of(self, answer: Answer) -> tuple[UnitAnswer, ...]:
        return tuple(unit for unit in self.units if unit.answer is answer)


def progress(session: Session, round_: Round, as_of: datetime | None = None) -> RoundProgress:
    """Each unit of a round, by what it has answered; `as_of`: by what it had answered then."""
    return RoundProgress(round_.id, round_.due_on, tuple(answered(session, round_.id, as_of).values()))


def answered(session: Session, round_id: int, as_of: datetime | None = None) -> dict[int, UnitAnswer]:
    """unit id → its answer, in the table's order. A row is answered when a standing report belongs to the round;
    `as_of`: when it was said by then."""
    done = answered_rows(session, round_id, as_of)
    delivered = delivery(session, [round_id])
    asked: dict[tuple[int, str], list[int]] = {}
    items = session.execute(
        select(RoundItem.unit_id, Unit.name, RoundItem.assignment_id)
        .join(Unit, Unit.id == RoundItem.unit_id)
        .join(Assignment, Assignment.id == RoundItem.assignment_id)
        .where(RoundItem.round_id == round_id)
        .order_by(Assignment.position)
    )
    for unit_id, name, assignment_id in items:
        asked.setdefault((unit_id, name), []).append(assignment_id)
    gone = _on_leave(session, round_id, {unit_id for unit_id, _name in asked})
    excused = excuses(session, [round_id])
    return {
        unit_id: UnitAnswer(
            unit_id,
            name,
            tuple(rows),
            tuple(row for row in rows if row in done),
            delivered.get((round_id, unit_id), False),
            unit_id in gone,
            excused.get((round_id, unit_id), ""),
        )
        for (unit_id, name), rows in asked.items()
    }


@dataclass(frozen=True, slots=True)
class Tally:
    """How many units a round asked, and how many have answered in full and in part."""

    total: int
    full: int
    partly: int


def tally(session: Session, round_id: int, own: ColumnElement[bool] | None = None) -> Tally:
    """The units of a round counted by what they have answered; `own`: of these rows alone (a condition on them)."""
    answer = (
        select(literal(1))
        .where(
            Report.round_id == RoundItem.round_id,
            Report.assignment_id == RoundItem.assignment_id,
            queries.stands_true(),
        )
        .limit(1)
        .correlate(RoundItem)
        .scalar_subquery()
    )
    asked = (
        select(RoundItem.unit_id, answer.label("answer"))
        .join(Assignment, Assignment.id == RoundItem.assignment_id)
        .where(RoundItem.round_id == round_id, Assignment.retired_at.is_(None), true() if own is None else own)
        .subquery()
    )
    query = select(func.count(), func.count(asked.c.answer)).group_by(asked.c.unit_id)
    units = session.execute(query).all()
    full = sum(answered == rows for rows, answered in units)
    return Tally(len(units), full, sum(0 < answered < rows for rows, answered in units))


def _on_leave(session: Session, round_id: int, units: set[int]) -> set[int]:
    due = session.scalar(select(Round.due_on).where(Round.id == round_id))
    if due is None:
        return set()
    absent = leave.absences(session, units)
    return {unit for unit in units if absent(unit, due)}


def answered_rows(session: Session, round_id: int, as_of: datetime | None = None) -> set[int]:
    """The rows of a round that have a standing answer; `as_of`: one that was said by then."""
    by_then = true() if as_of is None else Report.said_at <= as_of
    query = select(RoundItem.assignment_id).where(RoundItem.round_id == round_id, _has_answer(by_then))
    return set(session.scalars(query))


def _has_answer(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a round's row has a standing answer in that round."""
    return (
        select(Report.id)
        .where(
            Report.round_id == RoundItem.round_id,
            Report.assignment_id == RoundItem.assignment_id,
            queries.stands_true(),
            *conditions,
        )
        .exists()
    )


def excuses(session: Session, rounds: Iterable[int]) -> dict[tuple[int, int], str]:
    """(round, unit) → why the unit's silence or lateness is not held against it."""
    rows = session.execute(
        select(Excuse.round_id, Excuse.unit_id, Excuse.reason).where(Excuse.round_id.in_(list(rounds)))
    )
    return {(round_id, unit_id): reason for round_id, unit_id, reason in rows}


def delivery(session: Session, rounds: Iterable[int]) -> dict[tuple[int, int], bool | None]:
    """(round, unit) → whether a reminder of the round reached anybody of the unit; None while that is not known."""
    rows = session.execute(
        select(Reminder.round_id, Person.unit_id, Reminder.state, Reminder.reason, Outbox.state)
        .join(Person, Person.id == Reminder.person_id)
        .outerjoin(Outbox, Outbox.id == Reminder.outbox_id)
        .where(Reminder.round_id.in_(list(rounds)), Person.unit_id.is_not(None))
    )
    found: dict[tuple[int, int], list[bool | None]] = {}
    for round_id, unit_id, state, reason, sent in rows:
        found.setdefault((round_id, unit_id or 0), []).append(_reached(state, reason, sent))
    return {key: True if True in each else None if None in each else False for key, each in found.items()}


def _reached(state: str, reason: str | None, sent: str | None) -> bool | None:
    """A queued reminder without an outbox row was delivered before its round was taken over from elsewhere."""
    if state == ReminderState.WAITING:
        return False if reason == NO_ACCOUNT else None
    if state == ReminderState.DROPPED or sent in _UNSENT:
        return False
    return True if sent in (None, OutboxState.SENT) else None


def round_for(session: Session, assignment_id: int, said_at: datetime) -> Round | None:
    """The round that what was said of a row at that moment belongs to: the newest that asked for it before."""
    return session.scalar(ROUND_FOR, {"assignment": assignment_id, "said_at": said_at})


ROUND_FOR = (
    select(Round)
    .join(RoundItem, RoundItem.round_id == Round.id)
    .where(
        RoundItem.assignment_id == bindparam("assignment"),
        Round.opened_at <= bindparam("said_at", type_=UtcDateTime),
    )
    .order_by(Round.opened_at.desc(), Round.id.desc())
    .limit(1)
)


def unanswered(session: Session, assignment_ids: Iterable[int]) -> list[int]:
    """Those of the rows that an open round asks for and that have no standing answer in it, ascending."""
    return list(
        session.scalars(
            select(RoundItem.assignment_id)
            .join(Round, Round.id == RoundItem.round_id)
            .where(RoundItem.assignment_id.in_(list(assignment_ids)), Round.state == RoundState.OPEN, ~_has_answer())
            .distinct()
            .order_by(RoundItem.assignment_id)
        )
    )


def acknowledge(session: Session, person_id: int, said_at: datetime) -> int:
    """签收: the person has received the digests of the open rounds that were sent before; how many were marked."""
    open_rounds = select(Round.id).where(Round.state == RoundState.OPEN, Round.opened_at <= said_at)
    done = session.execute(
        update(Reminder)
        .where(
            Reminder.person_id == person_id,
            Reminder.state == ReminderState.QUEUED,
            Reminder.acknowledged_at.is_(None),
            Reminder.round_id.in_(open_rounds),
        )
        .values(acknowledged_at=said_at)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def units_without_contact(session: Session, round_id: int) -> list[Unit]:
    """Units that are asked in the round but have nobody to whom a reminder could go, in the table's order."""
    reminded = (
        select(Reminder.id)
        .join(Person, Person.id == Reminder.person_id)
        .where(Reminder.round_id == round_id, Person.unit_id == RoundItem.unit_id)
        .exists()
    )
    units: Sequence[Unit] = session.scalars(
        select(Unit)
        .join(RoundItem, RoundItem.unit_id == Unit.id)
        .join(Assignment, Assignment.id == RoundItem.assignment_id)
        .where(RoundItem.round_id == round_id, ~reminded)
        .order_by(Assignment.position)
    ).all()
    return list(dict.fromkeys(units))
