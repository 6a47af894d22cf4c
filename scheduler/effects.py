"""What a schedule or an order means in numbers, before it is confirmed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.kinds import ReminderState
from data.models import Reminder, Schedule
from scheduler.office import Office
from scheduler.reminding import ASKING
from scheduler.rules import asks_in, asks_of
from scheduler.scope import Ask, Scope, askable, contacts, scope_of


@dataclass(frozen=True, slots=True)
class Effect:
    """How much a schedule or an order reaches, and how many of those people have been asked today already."""

    units: int
    rows: int
    people: int
    asked_today: int


def effect(session: Session, schedule: Schedule, now: datetime, office: Office) -> Effect:
    """Whom the schedule reaches, as things stand now."""
    return _effect(session, asks_of(session, schedule), scope_of(schedule).people, now, office)


def effect_of_new(session: Session, plan_id: int, scope: Scope, now: datetime, office: Office) -> Effect:
    """Whom a schedule of that scope would reach beside those that there are."""
    return _effect(session, asks_in(session, plan_id, scope), scope.people, now, office)


def effect_on(session: Session, plan_id: int, scope: Scope, now: datetime, office: Office) -> Effect:
    """Whom an order of that scope reaches, or a schedule if there were no other."""
    return _effect(session, askable(session, plan_id, scope), scope.people, now, office)


def _effect(session: Session, asks: Sequence[Ask], among: Collection[int], now: datetime, office: Office) -> Effect:
    units = {ask.unit_id for ask in asks}
    people = {person for found in contacts(session, units, office.today(now), among).values() for person in found}
    return Effect(len(units), len(asks), len(people), len(asked_on(session, people, office.today(now), office)))


def asked_on(session: Session, people: set[int], day: date, office: Office) -> set[int]:
    """Those of the people who were asked on that local day, first or again."""
    start = datetime.combine(day, time(), tzinfo=office.zone)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=office.zone)
    return set(
        session.scalars(
            select(Reminder.person_id).where(
                Reminder.person_id.in_(people),
                Reminder.kind.in_(ASKING),
                Reminder.state == ReminderState.QUEUED,
                Reminder.send_from >= start,
                Reminder.send_from < end,
            )
        )
    )
