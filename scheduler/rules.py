"""Which schedule asks for a row: the most special that covers it (row, project, people, unit, leader, plan) wins."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, literal_column, or_, select, true
from sqlalchemy.orm import Session

from data.kinds import ScopeKind
from data.models import Assignment, AssignmentLeader, Person, Schedule, SchedulePerson
from scheduler.scope import Ask, Scope, askable, in_scope, scope_of

SPECIAL: Final = (
    ScopeKind.PLAN,
    ScopeKind.LEADER,
    ScopeKind.UNIT,
    ScopeKind.PEOPLE,
    ScopeKind.PROJECT,
    ScopeKind.ROW,
)


def asks_of(session: Session, schedule: Schedule) -> list[Ask]:
    """The rows that a schedule asks for, in the table's order, without those that a more special one asks for."""
    return asks_in(session, schedule.plan_id, scope_of(schedule))


def asks_in(session: Session, plan_id: int, scope: Scope) -> list[Ask]:
    """The same for a schedule of that scope, whether it is there yet or not."""
    elsewhere = [~_has_rule(kind) for kind in SPECIAL[SPECIAL.index(scope.kind) + 1 :]]
    return askable(session, plan_id, scope, *elsewhere)


def _has_rule(kind: ScopeKind) -> ColumnElement[bool]:
    """Whether a schedule of that kind covers the row. One that has ended or was removed rules nothing any more."""
    return (
        select(Schedule.id)
        .where(
            literal_column("schedule.removed_at IS NULL"),
            Schedule.scope_kind == kind,
            _covers(kind),
            Schedule.plan_id == Assignment.plan_id,
            or_(Schedule.next_at.is_not(None), Schedule.paused_at.is_not(None)),
        )
        .correlate(Assignment)
        .exists()
    )


def _covers(kind: ScopeKind) -> ColumnElement[bool]:
    match kind:
        case ScopeKind.LEADER:
            leaders = select(AssignmentLeader.person_id).where(AssignmentLeader.assignment_id == Assignment.id)
            return Schedule.scope_id.in_(leaders.correlate(Assignment))
        case ScopeKind.UNIT:
            return Schedule.scope_id == Assignment.lead_unit_id
        case ScopeKind.PEOPLE:
            people = (
                select(SchedulePerson.schedule_id)
                .join(Person, Person.id == SchedulePerson.person_id)
                .where(Person.unit_id == Assignment.lead_unit_id, Person.left_at.is_(None))
            )
            return Schedule.id.in_(people.correlate(Assignment))
        case ScopeKind.PROJECT:
            return Schedule.scope_id == Assignment.project_id
        case ScopeKind.ROW:
            return Schedule.scope_id == Assignment.id
    return true()


def rules_of(session: Session, row: Assignment) -> list[Schedule]:
    """The schedules that ask for a row, or would if they were not paused; several only where equally special."""
    covering = covering_of(session, row)
    most = max((speciality(each) for each in covering), default=0)
    return [each for each in covering if speciality(each) == most]


def speciality(schedule: Schedule) -> int:
    """How special a schedule's scope is; the highest wins."""
    return SPECIAL.index(ScopeKind(schedule.scope_kind))


def covering_of(session: Session, row: Assignment) -> list[Schedule]:
    """All schedules that cover a row, by their next opening: those that win and those that give way."""
    found = session.scalars(
        select(Schedule)
        .where(
            Schedule.plan_id == row.plan_id,
            Schedule.removed_at.is_(None),
            or_(Schedule.next_at.is_not(None), Schedule.paused_at.is_not(None)),
        )
        .order_by(Schedule.next_at, Schedule.id)
    ).all()
    return [each for each in found if _asks_for(session, each, row)]


def _asks_for(session: Session, each: Schedule, row: Assignment) -> bool:
    covered = select(Assignment.id).where(Assignment.id == row.id, in_scope(scope_of(each)))
    return session.scalar(covered) is not None


def ruling(session: Session, plan_id: int, unit_id: int) -> list[tuple[Schedule, int]]:
    """The schedules that ask a unit, the most special first, with how many of its rows each asks for."""
    found = session.scalars(
        select(Schedule).where(Schedule.plan_id == plan_id, Schedule.removed_at.is_(None)).order_by(Schedule.id)
    )
    counted = [(each, sum(ask.unit_id == unit_id for ask in asks_of(session, each))) for each in found]
    asking = [(each, rows) for each, rows in counted if rows]
    return sorted(asking, key=lambda pair: -speciality(pair[0]))
