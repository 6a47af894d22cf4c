"""Deadlines that come near, said in the digest of the first round that finds so few working days left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import Assignment, Round, RoundItem, Schedule
from scheduler.office import Office
from scheduler.workdays import workdays_between

DECEMBER: Final = 12


def near(session: Session, round_: Round, rows: Sequence[Assignment], office: Office) -> list[Assignment]:
    """The rows of whose deadline this round warns: a threshold was passed since the round that asked for it before."""
    if round_.opened_at is None or not office.warn_workdays:
        return []
    opened = office.today(round_.opened_at)
    horizon = opened + timedelta(days=2 * max(office.warn_workdays) + 20)
    soon = [row for row in rows if opened <= row.deadline <= horizon]
    before = _asked_before(session, round_, [row.id for row in soon], office) if soon else {}
    return [row for row in soon if _passes(row.deadline, opened, before.get(row.id), office)]


def _passes(deadline: date, opened: date, before: date | None, office: Office) -> bool:
    left = workdays_between(opened, deadline, office.calendar)
    left_before = workdays_between(before, deadline, office.calendar) if before is not None else None
    return any(
        left <= threshold and (left_before is None or left_before > threshold) for threshold in office.warn_workdays
    )


def _asked_before(session: Session, round_: Round, rows: Sequence[int], office: Office) -> Mapping[int, date]:
    """row id → the day on which a round asked for it last before this one."""
    found = session.execute(
        select(RoundItem.assignment_id, func.max(Round.opened_at))
        .join(Round, Round.id == RoundItem.round_id)
        .where(RoundItem.assignment_id.in_(rows), Round.opened_at < round_.opened_at)
        .group_by(RoundItem.assignment_id)
    )
    return {row_id: office.today(opened) for row_id, opened in found if opened is not None}


def is_closing(session: Session, round_: Round) -> bool:
    """Whether this is the last round of its schedule in the plan's year, opened in December."""
    fired = date.fromisoformat(round_.fire_local[:10])
    if (fired.year, fired.month) != (round_.plan.year, DECEMBER) or round_.schedule_id is None:
        return False
    schedule = session.get_one(Schedule, round_.schedule_id)
    return schedule.next_at is None and schedule.removed_at is None and schedule.paused_at is None
