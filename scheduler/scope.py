"""Whom a schedule or an order asks for what: the rows in its scope, and the contacts of their lead units."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select, true
from sqlalchemy.orm import Session

from data import queries
from data.kinds import Role, ScopeKind, Status
from data.models import Assignment, Person, PersonRole, Report, Round, Schedule, SchedulePerson, Unit
from scheduler import leave

FIRST: Final = "A"


@dataclass(frozen=True, slots=True)
class Ask:
    """A row and the unit that answers for it."""

    assignment_id: int
    unit_id: int


@dataclass(frozen=True, slots=True)
class Scope:
    """What a schedule or an order asks for: `id` a leader's, unit's, project's or row's, `people` a set of people."""

    kind: ScopeKind = ScopeKind.PLAN
    id: int | None = None
    people: tuple[int, ...] = ()


def scope_of(schedule: Schedule) -> Scope:
    """The scope of a schedule; its people in the order of their ids."""
    people = tuple(sorted(each.person_id for each in schedule.people))
    return Scope(ScopeKind(schedule.scope_kind), schedule.scope_id, people)


def askable(session: Session, plan_id: int, scope: Scope, *conditions: ColumnElement[bool]) -> list[Ask]:
    """The rows in scope to be asked for, in the table's order: none retired, reported done, or a collective unit's."""
    query = _asked(plan_id, scope, Assignment.id, Assignment.lead_unit_id, _last_status()).where(*conditions)
    rows = session.execute(query.order_by(Assignment.position))
    return [Ask(row_id, unit_id) for row_id, unit_id, status in rows if status != Status.DONE]


def asks_any(session: Session, plan_id: int, scope: Scope, *conditions: ColumnElement[bool]) -> bool:
    """Whether `askable` gives any row."""
    open_ = func.coalesce(_last_status(), "") != Status.DONE
    return session.scalar(_asked(plan_id, scope, Assignment.id).where(open_, *conditions).limit(1)) is not None


def _asked(plan_id: int, scope: Scope, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .join(Unit, Unit.id == Assignment.lead_unit_id)
        .where(
            Assignment.plan_id == plan_id,
            Assignment.retired_at.is_(None),
            Unit.collective.is_(False),
            in_scope(scope),
        )
    )


def _last_status() -> ScalarSelect[str | None]:
    return (
        select(Report.status)
        .where(Report.assignment_id == Assignment.id, queries.stands(Report), Report.status.is_not(None))
        .order_by(Report.as_of.desc(), Report.id.desc())
        .limit(1)
        .correlate(Assignment)
        .scalar_subquery()
    )


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """The rows of a scope."""
    if scope.kind is ScopeKind.PEOPLE:
        units = select(Person.unit_id).where(Person.id.in_(scope.people), Person.left_at.is_(None))
        return Assignment.lead_unit_id.in_(units)
    if scope.kind is ScopeKind.PLAN:
        return true()
    assert scope.id is not None
    match scope.kind:
        case ScopeKind.LEADER:
            return queries.led_by_leader(scope.id)
        case ScopeKind.UNIT:
            return queries.led_by_unit(scope.id)
        case ScopeKind.PROJECT:
            return Assignment.project_id == scope.id
    return Assignment.id == scope.id


def named(session: Session, round_: Round) -> frozenset[int]:
    """Those whom the schedule of a round names; empty where it asks for rows, whoever answers for them."""
    if round_.schedule_id is None:
        return frozenset()
    query = select(SchedulePerson.person_id).where(SchedulePerson.schedule_id == round_.schedule_id)
    return frozenset(session.scalars(query))


def contacts(
    session: Session, unit_ids: Iterable[int], day: date | None = None, among: Collection[int] = ()
) -> dict[int, list[int]]:
    """unit id → ids of the people to ask: its liaisons A, those of order B only where there is no A.

    `among`: of a unit that has some of these people, they alone. With a day, somebody else is asked for who is away
    then.
    """
    rows = session.execute(
        select(Person.unit_id, Person.order, Person.id)
        .join(PersonRole, (PersonRole.person_id == Person.id) & (PersonRole.role == Role.LIAISON))
        .where(Person.unit_id.in_(set(unit_ids)), Person.left_at.is_(None))
        .order_by(Person.unit_id, Person.order, Person.id)
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for unit_id, order, person_id in rows:
        found.setdefault(unit_id or 0, []).append((order, person_id))
    for unit, people in found.items():
        found[unit] = [(FIRST, person) for _order, person in people if person in among] or people
    if day is not None:
        return {unit: leave.instead(session, people, day) for unit, people in found.items()}
    return {unit: [person for order, person in people if order == people[0][0]] for unit, people in found.items()}
