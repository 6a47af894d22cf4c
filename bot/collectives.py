"""Collective units (各街道): shown to the admins once, since nobody can be asked for them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.message import Outgoing
from bot.outbox import Postbox
from bot.texts import texts
from data import queries
from data.kinds import Priority, Role
from data.models import Assignment, AssignmentUnit, Setting, Unit
from scheduler.office import Office, in_force
from scheduler.openings import into_hours

TOLD: Final = "collective.told"


def tell(session: Session, now: datetime, office: Office, postbox: Postbox) -> int:
    """Name those that the plan in force names and no admin has heard of, in working hours; how many admins heard."""
    office, local = in_force(session, office), office.local(now)
    if into_hours(local, office) != local:
        return 0
    told = _told(session)
    fresh = [unit for unit in _named(session) if unit.id not in told]
    if not fresh:
        return 0
    heard = sum(
        postbox.enqueue(
            session,
            Outgoing(
                texts(admin.language).say("plan.collective", units=[unit.name for unit in fresh]),
                person_id=admin.id,
                priority=Priority.NOTICE,
            ),
            now,
        )
        is not None
        for admin in queries.people_with(session, Role.ADMIN)
    )
    if heard:
        remember(session)
    return heard


def remember(session: Session) -> None:
    """All that are named now count as told."""
    ids = sorted(_told(session) | {unit.id for unit in _named(session)})
    session.merge(Setting(key=TOLD, value=ids))


def _told(session: Session) -> set[int]:
    kept = session.get(Setting, TOLD)
    return set(kept.value) if kept is not None else set()


def _named(session: Session) -> list[Unit]:
    plan = queries.current_plan(session)
    if plan is None:
        return []
    rows = select(Assignment.id).where(Assignment.plan_id == plan.id, Assignment.retired_at.is_(None))
    taking_part = select(AssignmentUnit.unit_id).where(AssignmentUnit.assignment_id.in_(rows))
    leading = select(Assignment.lead_unit_id).where(Assignment.id.in_(rows))
    query = select(Unit).where(Unit.collective.is_(True), Unit.id.in_(taking_part) | Unit.id.in_(leading))
    return list(session.scalars(query.order_by(Unit.id)))
