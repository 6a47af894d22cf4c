"""Who may see which rows: an admin and a leader of the whole district all, everybody else the own."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from bot.access import roles_of
from data import queries
from data.kinds import Role, Scope
from data.models import Assignment, Person


def sees_all(person: Person) -> bool:
    roles = roles_of(person)
    return Role.ADMIN in roles or (Role.LEADER in roles and person.scope == Scope.ALL)


def visible_rows(session: Session, plan_id: int, person: Person, *conditions: ColumnElement[bool]) -> list[Assignment]:
    """The rows of a plan that the person may see, in the table's order."""
    if sees_all(person):
        return queries.assignments(session, plan_id, *conditions)
    own: list[ColumnElement[bool]] = []
    if Role.LEADER in roles_of(person):
        own.append(queries.led_by_leader(person.id))
    if person.unit_id is not None:
        own.append(queries.led_by_unit(person.unit_id))
    return queries.assignments(session, plan_id, or_(*own), *conditions) if own else []
