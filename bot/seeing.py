"""Who may see which rows: an admin and a leader of the whole district all, everybody else the own; a secretary what
the leader sees."""

from __future__ import annotations

from collections.abc import Set

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from bot.access import roles_of
from data import queries
from data.kinds import Role, Scope
from data.models import Assignment, Person


def sees_all(person: Person) -> bool:
    roles = roles_of(person)
    return Role.ADMIN in roles or (Role.LEADER in roles and leader_of(person).scope == Scope.ALL)


def leader_of(person: Person) -> Person:
    """Whose eyes a leader looks with: the own, or those of the leader for whom a secretary reads (代阅)."""
    return person.reads_for.leader if person.reads_for is not None else person


def own_rows(person: Person) -> ColumnElement[bool] | None:
    """Which rows the person may see; None: all."""
    if sees_all(person):
        return None
    own: list[ColumnElement[bool]] = []
    if Role.LEADER in roles_of(person):
        own.append(queries.led_by_leader(leader_of(person).id))
    if person.unit_id is not None:
        own.append(queries.led_by_unit(person.unit_id))
    return or_(*own) if own else false()


def readable_rows(person: Person) -> ColumnElement[bool] | None:
    """Which rows the person may read: the own, and those in which the unit takes part; None: all."""
    own = own_rows(person)
    if own is None or person.unit_id is None:
        return own
    return or_(own, queries.helped_by_unit(person.unit_id))


def visible_rows(
    session: Session, plan_id: int, person: Person, *conditions: ColumnElement[bool], helped: bool = False
) -> list[Assignment]:
    """The rows of a plan that the person may see, in the table's order; `helped`: and those that may only be read."""
    own = readable_rows(person) if helped else own_rows(person)
    return queries.assignments(session, plan_id, *conditions, *([] if own is None else [own]))


def visible_ids(session: Session, plan_id: int, own: ColumnElement[bool] | None) -> Set[int] | None:
    """The ids of the rows for which `own` holds; None where it is None: all."""
    if own is None:
        return None
    query = select(Assignment.id).where(Assignment.plan_id == plan_id, Assignment.retired_at.is_(None), own)
    return set(session.scalars(query))
