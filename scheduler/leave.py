"""Leave: who is away on a day, who is asked instead, and whose silence is not counted as missed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from data.kinds import Role
from data.models import Leave, Person, PersonRole


def take(
    session: Session,
    person_id: int,
    first: date,
    last: date,
    now: datetime,
    *,
    stand_in_id: int | None = None,
    entered_by: int | None = None,
) -> Leave:
    """A person is away from a day to a day, both counted; an earlier leave that overlaps is put down."""
    end(session, person_id, now, first=first, last=last)
    made = Leave(
        person_id=person_id,
        from_on=first,
        until_on=last,
        stand_in_id=stand_in_id,
        entered_by=entered_by,
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def end(session: Session, person_id: int, now: datetime, *, first: date, last: date = date.max) -> list[Leave]:
    """Put down a person's leaves that touch those days; the ones that were put down."""
    found = session.scalars(
        select(Leave).where(
            Leave.person_id == person_id,
            Leave.cancelled_at.is_(None),
            Leave.from_on <= last,
            Leave.until_on >= first,
        )
    ).all()
    for leave in found:
        leave.cancelled_at = now
    session.flush()
    return list(found)


def away(session: Session, people: Iterable[int], day: date) -> dict[int, Leave]:
    """person id → the leave that covers the day."""
    rows = session.scalars(
        select(Leave)
        .where(
            Leave.person_id.in_(list(people)),
            Leave.cancelled_at.is_(None),
            Leave.from_on <= day,
            Leave.until_on >= day,
        )
        .order_by(Leave.id)
    )
    return {leave.person_id: leave for leave in rows}


def back_on(session: Session, person_id: int, day: date) -> date:
    """The first day from that one on on which the person is not away."""
    while leave := away(session, [person_id], day).get(person_id):
        day = leave.until_on + timedelta(days=1)
    return day


def instead(session: Session, contacts: Collection[tuple[str, int]], day: date) -> list[int]:
    """Whom to ask of a unit's (order, person), A before B: who is there, and the stand-ins of who is not.

    The next order where there is neither; who is away where there is nobody at all.
    """
    gone = away(session, [person for _order, person in contacts], day)
    first = [person for order, person in contacts if order == min(contacts)[0]]
    there = [person for person in first if person not in gone]
    stand_ins = [gone[person].stand_in_id for person in first if person in gone]
    asked = [*there, *_present(session, [person for person in stand_ins if person is not None], day)]
    others = [(order, person) for order, person in contacts if person not in gone]
    return list(dict.fromkeys(asked)) or [person for order, person in others if order == min(others)[0]] or first


def _present(session: Session, people: Collection[int], day: date) -> list[int]:
    left = set(session.scalars(select(Person.id).where(Person.id.in_(people), Person.left_at.is_not(None))))
    gone = away(session, people, day)
    return [person for person in people if person not in gone and person not in left]


def absences(session: Session, unit_ids: Iterable[int]) -> Callable[[int, date], bool]:
    """Whether all liaisons of a unit (of these) are away on a day, without anybody to stand in."""
    leaves = session.execute(ABSENT, {"units": list(unit_ids)}).all()
    if not leaves:
        return lambda _unit_id, _day: False
    people: dict[int, set[int]] = {}
    for unit_id, person_id in session.execute(LIAISONS, {"units": list({row[0] for row in leaves})}):
        people.setdefault(unit_id or 0, set()).add(person_id)

    def absent(unit_id: int, day: date) -> bool:
        gone = {person for unit, person, first, last in leaves if unit == unit_id and first <= day <= last}
        return bool(gone) and gone >= people.get(unit_id, set())

    return absent


# Asked with every list of rows: made once.
LIAISONS: Final = (
    select(Person.unit_id, Person.id)
    .join(PersonRole, (PersonRole.person_id == Person.id) & (PersonRole.role == Role.LIAISON))
    .where(Person.unit_id.in_(bindparam("units", expanding=True)), Person.left_at.is_(None))
)
ABSENT: Final = (
    select(Person.unit_id, Leave.person_id, Leave.from_on, Leave.until_on)
    .join(Person, Person.id == Leave.person_id)
    .where(
        Person.unit_id.in_(bindparam("units", expanding=True)),
        Leave.cancelled_at.is_(None),
        Leave.stand_in_id.is_(None),
    )
)
