"""Who may see which rows: an admin and a leader of the whole district all, everybody else the own; a secretary what
the leader sees. Where the office is open to all, everybody reads every row; what is done stays with the own."""

from __future__ import annotations

from collections.abc import Set

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from bot.access import roles_of
from data import queries
from data.kinds import Role, Scope
from data.models import Assignment, Person
from scheduler.office import Office


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


def board_rows(person: Person, office: Office) -> ColumnElement[bool] | None:
    """Which rows the person's board shows: the own, or all where the office is open; None: all."""
    return None if office.open_to_all else own_rows(person)


def readable_rows(person: Person, office: Office) -> ColumnElement[bool] | None:
    """Which rows the person may read: those of the board, and those in which the unit takes part; None: all."""
    own = board_rows(person, office)
    if own is None or person.unit_id is None:
        return own
    return or_(own, queries.helped_by_unit(person.unit_id))


def visible_rows(
    session: Session, plan_id: int, person: Person, *conditions: ColumnElement[bool], reading: Office | None = None
) -> list[Assignment]:
    """The rows of a plan that the person may see, in the table's order; `reading`: and those that may only be read
    in that office."""
    own = own_rows(person) if reading is None else readable_rows(person, reading)
    return queries.assignments(session, plan_id, *conditions, *([] if own is None else [own]))


def is_own(session: Session, person: Person, row: Assignment) -> bool:
    """Whether a row that the person may read is one of the own."""
    own = own_rows(person)
    return own is None or session.scalar(select(Assignment.id).where(Assignment.id == row.id, own)) is not None


def visible_ids(session: Session, plan_id: int, own: ColumnElement[bool] | None) -> Set[int] | None:
    """The ids of the rows for which `own` holds; None where it is None: all."""
    if own is None:
        return None
    query = select(Assignment.id).where(Assignment.plan_id == plan_id, Assignment.retired_at.is_(None), own)
    return set(session.scalars(query))
