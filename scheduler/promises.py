"""What units said about when they will answer: they are left alone until that day is over."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.kinds import RoundState
from data.models import Person, Promise, Round, RoundItem


def promise(session: Session, person: Person, day: date, said_at: datetime, now: datetime) -> Promise | None:
    """Remember a promise for the newest open round that asks the person's unit; None where there is none."""
    round_id = session.scalar(
        select(Round.id)
        .join(RoundItem, RoundItem.round_id == Round.id)
        .where(RoundItem.unit_id == person.unit_id, Round.state == RoundState.OPEN)
        .order_by(Round.fire_at.desc(), Round.id.desc())
        .limit(1)
    )
    if round_id is None or person.unit_id is None:
        return None
    made = Promise(
        person_id=person.id, unit_id=person.unit_id, round_id=round_id, day=day, said_at=said_at, created_at=now
    )
    session.add(made)
    session.flush()
    return made


def promised(session: Session, round_id: int) -> dict[int, date]:
    """unit id → the day that it named last."""
    rows = session.execute(
        select(Promise.unit_id, Promise.day).where(Promise.round_id == round_id).order_by(Promise.id)
    )
    return {row[0]: row[1] for row in rows}
