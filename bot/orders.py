"""What the command line orders: schedules by phrase, a round now. Chat has the same in its handlers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import access
from bot.exports import instant
from data import queries
from data.errors import UserError
from data.kinds import ScopeKind
from data.models import Assignment, Plan, Round, Schedule, Unit
from scheduler import rounds, schedules
from scheduler.cadence import Cadence, next_fires
from scheduler.office import Office, in_force
from scheduler.phrases import Unclear, read_phrase, read_schedule, words
from scheduler.scope import Scope, askable, contacts


def plan_in_force(session: Session) -> Plan:
    """Raises UserError `no_plan`."""
    plan = queries.current_plan(session)
    if plan is None:
        raise UserError("no_plan")
    return plan


def schedule_documents(session: Session) -> list[dict[str, Any]]:
    """Every schedule of the plan in force, as JSON values."""
    return [document(schedule) for schedule in schedules.list_schedules(session, plan_in_force(session).id)]


def document(schedule: Schedule) -> dict[str, Any]:
    return {
        "id": schedule.id,
        "phrase": schedule.phrase,
        "words": words(schedules.cadence_of(schedule)),
        "scope": schedule.scope_kind if schedule.scope_id is None else f"{schedule.scope_kind}:{schedule.scope_id}",
        "next_at": instant(schedule.next_at) if schedule.next_at is not None else None,
        "paused": schedule.paused_at is not None,
    }


def add_schedule(session: Session, phrase: str, now: datetime, office: Office) -> dict[str, Any]:
    office = in_force(session, office)
    cadence = clear_phrase(phrase, office.local(now), office)
    return document(schedules.add(session, plan_in_force(session), cadence, phrase, now, office))


def clear_phrase(phrase: str, now: datetime, office: Office) -> Cadence:
    """The cadence of a phrase. Raises UserError also where it would have to be asked about (`phrase_unclear`)."""
    try:
        return read_phrase(phrase, now, office.calendar)
    except Unclear as unclear:
        proposals = [words(cadence) for cadence in unclear.candidates]
        raise UserError("phrase_unclear", phrase=phrase, proposals=proposals) from None


def remove_schedule(session: Session, schedule_id: int, now: datetime, office: Office) -> None:
    """Raises UserError `no_such_schedule`."""
    schedule = session.get(Schedule, schedule_id)
    if schedule is None or schedule.removed_at is not None:
        raise UserError("no_such_schedule", number=schedule_id)
    schedules.remove(session, schedule_id, now, in_force(session, office))


def preview_phrase(phrase: str, now: datetime, office: Office, count: int) -> tuple[str, Sequence[datetime]]:
    """A phrase in our words, and when it fires."""
    cadence = clear_phrase(phrase, now, office)
    return words(cadence), next_fires(cadence, now, office.zone, office.calendar, count)


def preview_line(line: dict[str, Any], now: datetime, office: Office) -> dict[str, Any]:
    """One line of `schedule preview --jsonl`."""
    zone = ZoneInfo(line["tz"]) if line.get("tz") else office.zone
    moment = datetime.fromisoformat(line["now"]) if line.get("now") else now
    local = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    return {"id": line.get("id"), **read_schedule(str(line["text"]), local, zone, office.calendar)}


# A round now -----------------------------------------------------------------------------------------------


def scope_of(session: Session, unit: str | None, row: str | None) -> tuple[ScopeKind, int | None]:
    """Whom an order names: a unit, a row, or everybody. Raises UserError `no_such_unit`, `no_such_row`."""
    if unit is not None:
        return ScopeKind.UNIT, access.unit_named(session, unit).id
    if row is None:
        return ScopeKind.PLAN, None
    found = session.scalar(
        select(Assignment.id).where(
            Assignment.plan_id == plan_in_force(session).id, Assignment.ref == row, Assignment.retired_at.is_(None)
        )
    )
    if found is None:
        raise UserError("no_such_row", said=row, near=[])
    return ScopeKind.ROW, found


def effect_of(session: Session, unit: str | None, row: str | None, now: datetime, office: Office) -> dict[str, Any]:
    """How much the order would reach, and the units `without` a liaison, whom it can't."""
    kind, scope_id = scope_of(session, unit, row)
    plan_id = plan_in_force(session).id
    units = {ask.unit_id for ask in askable(session, plan_id, Scope(kind, scope_id))}
    silent = sorted(units - contacts(session, units).keys())
    reached = asdict(schedules.effect_on(session, plan_id, Scope(kind, scope_id), now, office))
    return reached | {"without": [session.get_one(Unit, each).name for each in silent]}


def order_round(session: Session, unit: str | None, row: str | None, now: datetime, office: Office) -> Round:
    kind, scope_id = scope_of(session, unit, row)
    return rounds.open_now(session, kind, scope_id, now, in_force(session, office))
