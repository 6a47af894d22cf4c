"""Schedules and their edits: rows in, rows out.

Every change leaves an audit event, by which the last can be undone. An edit first does what a tick would have done by
then, so that no opening is lost between the two; where it stops the schedule, what was due is recorded as skipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import Session

from data import audit
from data.errors import Reason
from data.kinds import RoundState
from data.models import AuditEvent, Plan, Round, Schedule, SchedulePerson
from scheduler.cadence import Cadence
from scheduler.days import Monthly
from scheduler.effects import Effect, effect, effect_of_new, effect_on
from scheduler.office import Office
from scheduler.openings import (
    TOO_SOON,
    Fire,
    Past,
    cadence_of,
    ends_on,
    fires,
    fires_ahead,
    preview,
    skipped_round,
)
from scheduler.rounds import advance, pass_over
from scheduler.scope import Scope, scope_of

__all__ = [
    "By",
    "Effect",
    "Fire",
    "add",
    "cadence_of",
    "change",
    "default_schedule",
    "effect",
    "effect_of_new",
    "effect_on",
    "list_schedules",
    "past",
    "pause",
    "preview",
    "preview_change",
    "realign",
    "remove",
    "resume",
    "skip_next",
    "undo",
]

DEFAULT_PHRASE, DEFAULT_CADENCE = "每月25日 9:00", Cadence(Monthly((25,)), shift="next")
STOPPED: Final = "stopped"
UNDO_WITHIN: Final = timedelta(days=1)
BY_ORDER: Final = "by_order"
SKIP: Final = "skip"
INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something, and over which channel."""

    person_id: int | None = None
    channel: str | None = None


NOBODY: Final = By()
PLAN: Final = Scope()


def default_schedule(session: Session, plan: Plan, now: datetime, office: Office) -> Schedule | None:
    """The schedule that a plan has after its import, made once: None where it was removed since."""
    ever = session.scalars(select(Schedule).where(Schedule.plan_id == plan.id).order_by(Schedule.id)).all()
    if ever:
        return next((schedule for schedule in ever if schedule.removed_at is None), None)
    return add(session, plan, DEFAULT_CADENCE, DEFAULT_PHRASE, now, office)


def add(
    session: Session,
    plan: Plan,
    cadence: Cadence,
    phrase: str,
    now: datetime,
    office: Office,
    *,
    scope: Scope = PLAN,
    due_workdays: int | None = None,
    by: By = NOBODY,
) -> Schedule:
    """A new schedule; its first opening is the first one after `now`."""
    schedule = Schedule(
        plan=plan,
        phrase=phrase,
        cadence=cadence.to_json(),
        scope_kind=scope.kind,
        scope_id=scope.id,
        people=[SchedulePerson(person_id=person) for person in scope.people],
        due_workdays=office.due_workdays if due_workdays is None else due_workdays,
        zone=office.zone.key,
        created_at=now,
        changed_at=now,
    )
    session.add(schedule)
    _settle(session, schedule, now, office)
    _record(session, now, "add", schedule, None, by)
    return schedule


def change(
    session: Session,
    schedule_id: int,
    cadence: Cadence,
    phrase: str,
    now: datetime,
    office: Office,
    *,
    due_workdays: int | None = None,
    keep_first: bool = False,
    by: By = NOBODY,
) -> Schedule:
    """Another cadence from now on; what comes too soon after the last opening is skipped, unless `keep_first`."""
    schedule = session.get_one(Schedule, schedule_id)
    advance(session, schedule, now, office)
    before = snapshot(schedule)
    schedule.cadence, schedule.phrase = cadence.to_json(), phrase
    if due_workdays is not None:
        schedule.due_workdays = due_workdays
    _settle(session, schedule, now, office, keep_first=keep_first)
    _record(session, now, "change", schedule, before, by)
    return schedule


def pause(
    session: Session, schedule_id: int, now: datetime, office: Office, *, until: date | None = None, by: By = NOBODY
) -> Schedule:
    """Open nothing from now on; with `until`, go on from the first opening on that day or later."""
    return _set(session, schedule_id, now, office, by, "pause", paused_at=now, paused_until=until)


def resume(session: Session, schedule_id: int, now: datetime, office: Office, *, by: By = NOBODY) -> Schedule:
    """Go on after a pause. What would have opened meanwhile is not made up for."""
    return _set(session, schedule_id, now, office, by, "resume", paused_at=None, paused_until=None)


def remove(session: Session, schedule_id: int, now: datetime, office: Office, *, by: By = NOBODY) -> Schedule:
    """Open nothing any more. A round that is open stays open."""
    return _set(session, schedule_id, now, office, by, "remove", removed_at=now)


def skip_next(
    session: Session, schedule_id: int, now: datetime, office: Office, *, why: str = "", by: By = NOBODY
) -> Fire | None:
    """Pass over the next opening, with the reason; it, or None where there is none."""
    schedule = session.get_one(Schedule, schedule_id)
    advance(session, schedule, now, office)
    if schedule.next_at is None:
        return None
    before = snapshot(schedule)
    fire = next(fires(cadence_of(schedule), schedule.next_at - INSTANT, office, schedule.due_workdays))
    session.add(skipped_round(schedule, fire, Reason(BY_ORDER, {"why": why})))
    _settle(session, schedule, now, office, same=True)
    _record(session, now, SKIP, schedule, before, by)
    return fire


def _unskip(session: Session, schedule_id: int, now: datetime) -> None:
    """The opening that was passed over last comes after all."""
    last = session.scalar(
        select(Round)
        .where(
            Round.schedule_id == schedule_id,
            Round.state == RoundState.SKIPPED,
            Round.fire_at > now,
            Round.reason["code"].as_string() == BY_ORDER,
        )
        .order_by(Round.fire_at.desc())
        .limit(1)
    )
    if last is not None:
        session.delete(last)
        session.flush()


def undo(session: Session, now: datetime, office: Office, *, by: By = NOBODY) -> Schedule | None:
    """Take back the last change of any schedule, if it is not older than a day; None where there is none."""
    event = session.scalar(
        select(AuditEvent)
        .where(AuditEvent.entity == "schedule", AuditEvent.at > now - UNDO_WITHIN)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
    if event is None or event.action == "undo" or event.entity_id is None:
        return None
    if event.action == SKIP:
        _unskip(session, event.entity_id, now)
    kept = event.before if event.before is not None else {"removed_at": now.isoformat()}
    return _set(session, event.entity_id, now, office, by, "undo", **_restored(kept))


def list_schedules(session: Session, plan_id: int) -> list[Schedule]:
    """The plan's schedules, the paused ones too, without the removed ones."""
    return list(
        session.scalars(
            select(Schedule).where(Schedule.plan_id == plan_id, Schedule.removed_at.is_(None)).order_by(Schedule.id)
        )
    )


def preview_change(
    session: Session,
    schedule: Schedule,
    cadence: Cadence,
    now: datetime,
    office: Office,
    count: int = 5,
    *,
    due_workdays: int | None = None,
    keep_first: bool = False,
) -> tuple[Fire, ...]:
    """What would open after `change` with this cadence."""
    known = past(session, schedule.id, now, office)
    return preview(
        cadence,
        now,
        office,
        schedule.plan,
        known.opening,
        count,
        last_fire=known.fire,
        due_workdays=schedule.due_workdays if due_workdays is None else due_workdays,
        keep_first=keep_first,
    )


# The next opening ------------------------------------------------------------------------------------------


def past(session: Session, schedule_id: int, now: datetime, office: Office) -> Past:
    """What a schedule has opened and skipped; skips that an edit only foresaw do not count.

    Where the office's zone has changed since, a fire counts by its wall time too: none comes twice.
    """
    opening, fire, local = session.execute(
        select(
            func.max(Round.fire_at).filter(Round.state != RoundState.SKIPPED),
            func.max(Round.fire_at).filter(~_foreseen(now)),
            func.max(Round.fire_local).filter(~_foreseen(now)),
        ).where(Round.schedule_id == schedule_id)
    ).one()
    if fire is None:
        return Past()
    return Past(opening, max(fire, datetime.fromisoformat(local).replace(tzinfo=office.zone)))


def _foreseen(now: datetime) -> ColumnElement[bool]:
    too_soon = func.coalesce(Round.reason["code"].as_string(), "") == TOO_SOON
    return (Round.state == RoundState.SKIPPED) & (Round.fire_at > now) & too_soon


def _settle(
    session: Session, schedule: Schedule, now: datetime, office: Office, *, keep_first: bool = False, same: bool = False
) -> None:
    """After an edit: the first opening after the later of now and the last opened or skipped. `same`: its cadence is
    what it was."""
    schedule.changed_at, schedule.keep_first = now, keep_first or (same and schedule.keep_first)
    _find_next(session, schedule, now, now, office, same=same)


def realign(session: Session, now: datetime, office: Office) -> int:
    """After a change of the zone or of the calendar: find every next opening anew; how many were moved.

    An opening that now lies in the past is caught up by the next tick, or recorded as skipped.
    """
    moved = 0
    for schedule in session.scalars(_running()).all():
        before = schedule.next_at
        _find_next(session, schedule, schedule.changed_at, now, office, same=True)
        moved += before != schedule.next_at
    return moved


def _running() -> Select[Schedule]:
    """Those that may open something: the ended ones too, since a calendar can end a year sooner or later."""
    paused = Schedule.paused_at.is_not(None) & Schedule.paused_until.is_(None)
    return select(Schedule).join(Plan).where(Schedule.removed_at.is_(None), ~paused, Plan.closed_at.is_(None))


def _find_next(
    session: Session,
    schedule: Schedule,
    start: datetime,
    now: datetime,
    office: Office,
    *,
    same: bool = False,
) -> None:
    """The first opening after `start` that doesn't come too soon; those that do are recorded as skipped.

    Nothing comes too soon after an opening of the `same` cadence: days 1 and 5 stay days 1 and 5.
    """
    session.flush()
    known = past(session, schedule.id, now, office)
    regular = same and not _foresees(session, schedule, now) and _names(schedule, known.opening, office)
    session.execute(delete(Round).where(Round.schedule_id == schedule.id, _foreseen(now)))
    cadence = cadence_of(schedule)
    schedule.zone, schedule.ends_on = office.zone.key, ends_on(schedule.plan, cadence)
    set_next(schedule, None)
    if is_stopped(schedule):
        return
    start = max(start, _pause_end(schedule, office) or start)
    days, last = schedule.due_workdays, schedule.ends_on
    for fire in fires_ahead(cadence, start, office, days, last, known, keep_first=schedule.keep_first or regular):
        if fire.skipped is None:
            set_next(schedule, fire)
            break
        session.add(skipped_round(schedule, fire, fire.skipped))
    session.flush()


def _foresees(session: Session, schedule: Schedule, now: datetime) -> bool:
    """Whether an edit decided that something to come is passed over, since it comes too soon."""
    return session.scalar(select(Round.id).where(Round.schedule_id == schedule.id, _foreseen(now)).limit(1)) is not None


def _names(schedule: Schedule, opening: datetime | None, office: Office) -> bool:
    """Whether the cadence, by the calendar of today, names the moment of the last opening."""
    if opening is None:
        return False
    first = next(fires(cadence_of(schedule), opening - INSTANT, office, schedule.due_workdays), None)
    return first is not None and first.at == opening


def is_stopped(schedule: Schedule) -> bool:
    """Removed, or paused until somebody resumes it."""
    return schedule.removed_at is not None or (schedule.paused_at is not None and schedule.paused_until is None)


def _pause_end(schedule: Schedule, office: Office) -> datetime | None:
    """Just before the day on which a pause ends."""
    if schedule.paused_until is None:
        return None
    return datetime.combine(schedule.paused_until, time(), tzinfo=office.zone) - timedelta(microseconds=1)


def set_next(schedule: Schedule, fire: Fire | None) -> None:
    schedule.next_at = fire.at if fire is not None else None
    schedule.next_local = fire.local if fire is not None else None


# Traces -----------------------------------------------------------------------------------------------------


def snapshot(schedule: Schedule) -> dict[str, Any]:
    """What an audit event keeps of a schedule."""
    kept = {name: getattr(schedule, name) for name in ("phrase", "cadence", "due_workdays", "scope_kind", "scope_id")}
    kept["people"] = list(scope_of(schedule).people)
    times = {name: getattr(schedule, name) for name in ("paused_at", "paused_until", "removed_at")}
    return kept | {name: value.isoformat() if value is not None else None for name, value in times.items()}


def _restored(kept: dict[str, Any]) -> dict[str, Any]:
    """The values of a snapshot with their types."""
    kinds = {"paused_at": datetime, "paused_until": date, "removed_at": datetime}
    return {
        name: kinds[name].fromisoformat(value) if name in kinds and value is not None else value
        for name, value in kept.items()
        if name != "people"
    }


def _set(
    session: Session, schedule_id: int, now: datetime, office: Office, by: By, action: str, **values: Any
) -> Schedule:
    schedule = session.get_one(Schedule, schedule_id)
    if values.get("paused_at") or values.get("removed_at"):
        pass_over(session, schedule, Reason(STOPPED), now, office)
    else:
        advance(session, schedule, now, office)
    before = snapshot(schedule)
    for name, value in values.items():
        setattr(schedule, name, value)
    _settle(session, schedule, now, office, same="cadence" not in values)
    _record(session, now, action, schedule, before, by)
    return schedule


def _record(
    session: Session, now: datetime, action: str, schedule: Schedule, before: dict[str, Any] | None, by: By
) -> None:
    session.flush()
    audit.record(session, now, action, "schedule", schedule.id, before, snapshot(schedule), by.person_id, by.channel)
