"""Whoever takes over in the middle of a round sees everything that is open, under the same numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.kinds import ReminderKind, RoundState
from data.models import Person, Reminder, Round, RoundItem
from scheduler.answers import Answer, answered
from scheduler.scope import contacts

USEFUL: Final = timedelta(days=10)


def show_open(session: Session, person: Person, now: datetime) -> int:
    """The digest of each open round that their unit has not answered, in working hours; how many. Once a round."""
    unit_id = person.unit_id
    if unit_id is None or person.id not in contacts(session, [unit_id]).get(unit_id, []):
        return 0
    found = [each for each in _open_rounds(session, unit_id, person.id) if _is_open_for(session, each, unit_id)]
    for round_id in found:
        session.add(
            Reminder(
                round_id=round_id, person_id=person.id, kind=ReminderKind.DIGEST, send_from=now, use_until=now + USEFUL
            )
        )
    session.flush()
    return len(found)


def _open_rounds(session: Session, unit_id: int, person_id: int) -> list[int]:
    """Those that ask the unit and have nothing for the person yet."""
    had = select(Reminder.round_id).where(Reminder.person_id == person_id, Reminder.kind == ReminderKind.DIGEST)
    asks = select(RoundItem.round_id).where(RoundItem.unit_id == unit_id)
    query = select(Round.id).where(Round.state == RoundState.OPEN, Round.id.in_(asks), Round.id.not_in(had))
    return list(session.scalars(query.order_by(Round.fire_at)))


def _is_open_for(session: Session, round_id: int, unit_id: int) -> bool:
    return answered(session, round_id)[unit_id].answer is not Answer.FULL
