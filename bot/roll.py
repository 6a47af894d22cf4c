"""The roll of a plan: every row's lamp in short, for counts, filters and pages.

To know the lamps of ten thousand rows takes seconds. So the roll of a large plan is kept, and what changed since is
worked in: a report touches its own row; whatever else a lamp hangs on (the day, rounds, what was delivered, leave, the
plan itself) is looked at each time, in the reader's own snapshot, and makes the roll anew. A plan of ordinary size is
worked out afresh for every look.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from threading import Lock
from typing import Any, Final

import structlog
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from data import queries
from data.kinds import OutboxState, ReminderState
from data.models import Assignment, AuditEvent, Leave, Outbox, Plan, Reminder, Report, Round
from data.store import Store
from scheduler.lamp import Colour, Column
from scheduler.office import Office
from scheduler.standing import Standing, standings

log = structlog.get_logger()
WARMED_EVERY: Final = 5.0
LARGE: Final = 500  # rows; up to here a roll is made for every look
CHUNK: Final = 400
TOUCHED_MOST: Final = 1_000  # rows; beyond, the roll is made anew
KEPT: Final = 4
# What the trail tells of these either touches the row that it names, or no lamp at all.
TOUCHING: Final = {"report", "assignment"}
HARMLESS: Final = ("person", "inbox", "schedule", "round", "attachment", "pass", "follow_up")  # for rounds: `_grounds`


@dataclass(frozen=True, slots=True)
class Line:
    """A row in short. `words` is what a search looks into."""

    id: int
    ref: str
    position: int
    project: str
    project_name: str
    unit: str
    leaders: tuple[str, ...]
    colour: Colour
    column: Column
    hard: bool
    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The newest report and event that a roll knows, and all else that its lamps hang on."""

    report: int
    event: int
    grounds: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Roll:
    """The rows in the table's order, as of `at`. `standings` are there where all were worked out just now."""

    at: datetime
    mark: Mark
    lines: Mapping[int, Line]
    standings: Mapping[int, Standing] = field(default_factory=dict)


class Rolls:
    """The rolls of a process. While one thread brings a roll up to date the others get it as it was a moment ago."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, date | None], Roll] = {}
        self._working = Lock()

    def of(self, session: Session, plan: Plan, now: datetime, office: Office, as_of: datetime | None = None) -> Roll:
        """The roll of a plan; `as_of`: as reports told it then, `now` being that moment too."""
        if _size(session, plan.id) <= LARGE:
            rows = queries.assignments(session, plan.id)
            stand = standings(session, plan, rows, now, office, as_of=as_of)
            return Roll(now, Mark(0, 0, ()), _lines(stand), {row.row.id: row for row in stand})
        return self._large(session, plan, now, office, as_of)

    def warm(self, session: Session, now: datetime, office: Office) -> None:
        """Make what a look at the plan in force would have to wait for."""
        plan = queries.current_plan(session)
        if plan is not None and _size(session, plan.id) > LARGE:
            self._large(session, plan, now, office, None)

    def _large(self, session: Session, plan: Plan, now: datetime, office: Office, as_of: datetime | None) -> Roll:
        key = (plan.id, office.today(as_of) if as_of else None)
        mark = _mark(session, plan, now, office)
        kept = self._kept.get(key)
        if kept is not None and kept.mark == mark:
            return replace(kept, at=now)
        if not self._working.acquire(blocking=kept is None):
            assert kept is not None
            return kept
        try:
            made = _made(session, plan, now, office, as_of, self._kept.get(key), mark)
            self._kept = {**dict(list(self._kept.items())[-KEPT + 1 :]), key: made}
            return made
        finally:
            self._working.release()


async def keep_warm(rolls: Rolls, store: Store, clock: Callable[[], datetime], office: Office) -> None:
    """Look every few seconds, so that nobody has to wait for the roll of a large plan."""
    while True:
        try:
            await store.read(partial(rolls.warm, now=clock(), office=office))
        except Exception as error:
            log.warning("roll_not_made", reason=type(error).__name__)
        await asyncio.sleep(WARMED_EVERY)


def _made(
    session: Session,
    plan: Plan,
    now: datetime,
    office: Office,
    as_of: datetime | None,
    kept: Roll | None,
    mark: Mark,
) -> Roll:
    """The roll anew, or the kept one with what changed since."""
    touched = _touched(session, kept.mark, mark) if kept is not None else None
    ids = _row_ids(session, plan.id) if touched is None else list(touched)
    lines: dict[int, Line] = {}
    for start in range(0, len(ids), CHUNK):
        rows = queries.assignments(session, plan.id, Assignment.id.in_(ids[start : start + CHUNK]))
        lines |= _lines(standings(session, plan, rows, now, office, as_of=as_of))
    if touched is not None and kept is not None:
        lines = {row: line for row, line in kept.lines.items() if row not in touched} | lines
        lines = dict(sorted(lines.items(), key=lambda pair: (pair[1].position, pair[0])))
    return Roll(now, mark, lines)


def _size(session: Session, plan_id: int) -> int:
    return session.scalar(_rows_of(plan_id, func.count(Assignment.id))) or 0


def _row_ids(session: Session, plan_id: int) -> Sequence[int]:
    return session.scalars(_rows_of(plan_id, Assignment.id).order_by(Assignment.position, Assignment.id)).all()


def _rows_of(plan_id: int, what: Any) -> Select[int]:
    return select(what).where(Assignment.plan_id == plan_id, Assignment.retired_at.is_(None))


def _lines(rows: Iterable[Standing]) -> dict[int, Line]:
    return {row.row.id: _line(row) for row in rows}


def _line(row: Standing) -> Line:
    task = row.row
    return Line(
        id=task.id,
        ref=task.ref,
        position=task.position,
        project=task.project.number,
        project_name=task.project.name or "",
        unit=task.lead_unit.name,
        leaders=tuple(link.person.name for link in task.leaders),
        colour=row.lamp.colour,
        column=row.lamp.column,
        hard=row.lamp.difficulty,
        words=f"{task.short_name}\n{task.content}\n{row.state.last_text or ''}",
    )


# What changed ------------------------------------------------------------------------------------------------


def _mark(session: Session, plan: Plan, now: datetime, office: Office) -> Mark:
    newest = session.execute(
        select(select(func.max(Report.id)).scalar_subquery(), select(func.max(AuditEvent.id)).scalar_subquery())
    ).one()
    grounds = (office.today(now), office.yellow, office.red, *_grounds(session, plan))
    return Mark(newest[0] or 0, newest[1] or 0, grounds)


def _grounds(session: Session, plan: Plan) -> tuple[Any, ...]:
    """What a lamp hangs on besides reports and the plan: rounds, what was delivered, leave."""
    rounds = session.execute(
        select(Round.id, Round.state, Round.due_on, Round.opened_at).where(Round.plan_id == plan.id).order_by(Round.id)
    ).all()
    delivered = (
        select(func.count(Reminder.id), func.sum(Reminder.id))
        .join(Round, Round.id == Reminder.round_id)
        .outerjoin(Outbox, Outbox.id == Reminder.outbox_id)
        .where(
            Round.plan_id == plan.id,
            Reminder.state == ReminderState.QUEUED,
            or_(Outbox.id.is_(None), Outbox.state == OutboxState.SENT),
        )
    )
    away = select(func.count(Leave.id), func.max(Leave.id), func.max(Leave.cancelled_at))
    return (tuple(map(tuple, rounds)), tuple(session.execute(delivered).one()), tuple(session.execute(away).one()))


def _touched(session: Session, before: Mark, after: Mark) -> set[int] | None:
    """The rows of which something was said or changed between the marks; None where any row may have been."""
    if before.grounds != after.grounds or after.report - before.report > TOUCHED_MOST:
        return None
    events = session.execute(
        select(AuditEvent.entity, AuditEvent.entity_id)
        .where(AuditEvent.id > before.event, AuditEvent.entity.not_in(HARMLESS))
        .limit(TOUCHED_MOST)
    ).all()
    if len(events) == TOUCHED_MOST or not {entity for entity, _ in events} <= TOUCHING:
        return None
    touched = set(session.scalars(select(Report.assignment_id).where(Report.id > before.report)))
    touched |= {ident for entity, ident in events if entity == "assignment" and ident is not None}
    return touched | _rows_of_reports(session, {ident for entity, ident in events if entity == "report"})


def _rows_of_reports(session: Session, ids: Collection[int | None]) -> set[int]:
    return set(session.scalars(select(Report.assignment_id).where(Report.id.in_(ids)))) if ids else set()
