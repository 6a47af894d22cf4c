"""Which schedule asks for a row: the most special one that covers it (row, project, unit, leader, plan) wins."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, literal_column, or_, select, true
from sqlalchemy.orm import Session

from data.kinds import ScopeKind
from data.models import Assignment, AssignmentLeader, Schedule
from scheduler.scope import Ask, askable, in_scope

SPECIAL: Final = (ScopeKind.PLAN, ScopeKind.LEADER, ScopeKind.UNIT, ScopeKind.PROJECT, ScopeKind.ROW)


def asks_of(session: Session, schedule: Schedule) -> list[Ask]:
    """The rows that a schedule asks for, in the table's order, without those that a more special one asks for."""
    more_special = SPECIAL[SPECIAL.index(ScopeKind(schedule.scope_kind)) + 1 :]
    elsewhere = [~_has_rule(kind) for kind in more_special]
    return askable(session, schedule.plan_id, schedule.scope_kind, schedule.scope_id, *elsewhere)


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
        case ScopeKind.PROJECT:
            return Schedule.scope_id == Assignment.project_id
        case ScopeKind.ROW:
            return Schedule.scope_id == Assignment.id
    return true()


def rules_of(session: Session, row: Assignment) -> list[Schedule]:
    """The schedules that ask for a row, or would if they were not paused; several only where equally special."""
    found = session.scalars(
        select(Schedule)
        .where(
            Schedule.plan_id == row.plan_id,
            Schedule.removed_at.is_(None),
            or_(Schedule.next_at.is_not(None), Schedule.paused_at.is_not(None)),
        )
        .order_by(Schedule.next_at, Schedule.id)
    ).all()
    covering = [each for each in found if _asks_for(session, each, row)]
    most = max((SPECIAL.index(ScopeKind(each.scope_kind)) for each in covering), default=0)
    return [each for each in covering if SPECIAL.index(ScopeKind(each.scope_kind)) == most]


def _asks_for(session: Session, each: Schedule, row: Assignment) -> bool:
    covered = select(Assignment.id).where(Assignment.id == row.id, in_scope(each.scope_kind, each.scope_id))
    return session.scalar(covered) is not None
