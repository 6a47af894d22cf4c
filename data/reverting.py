"""An import taken back: the plan as it was before, out of what the trail kept (`data.applying`).

Kept are the order of the rows and, in full, those that the import changed; of those that it added or retired the ids
are enough. What somebody has built upon since is not taken from under it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import audit, queries
from data.applying import AppliedPlan, Applying
from data.errors import UserError
from data.models import Assignment, AuditEvent, Plan, Report, Unit
from data.stored import stored_row, unpacked
from data.tables.draft import AssignmentDraft, PlanDraft

ACTION: Final = "import"
BUILT_ON: Final = ("assignment", "target", "unit")
ROWS_NAMED: Final = 20


def revert(session: Session, event: AuditEvent, now: datetime, actor: int | None) -> AppliedPlan:
    """Make the plan what it was before that import; what was added, changed and retired by doing so.

    Raises UserError `import.undo_first` where there was no plan before, `import.undo_lost` where the trail does not
    hold it (a table of many rows), `import.undo_reported` where a row that the import brought or changed was reported
    on since, `import.undo_changed` where a row was changed by hand since, `import.plan_closed`.
    """
    before = event.before
    if before is None:
        raise UserError("import.undo_first")
    if before.get("order") is None:
        raise UserError("import.undo_lost")
    plan = session.get_one(Plan, event.entity_id)
    _refuse_built_upon(session, plan, event)
    order = [int(ident) for ident in before["order"]]
    for new, old in reversed(before["units"]):
        _name_again(session, new, old, now, actor)
    draft = _draft(session, plan, before, order)
    return Applying(session, draft, now, actor, ids=order, action="undo").run(())


def _name_again(session: Session, new: str, old: str, now: datetime, actor: int | None) -> None:
    unit = session.scalar(select(Unit).where(Unit.name == new))
    if unit is not None:
        unit.name, unit.aliases = old, [alias for alias in unit.aliases if alias != old]
        session.flush()
        audit.record(session, now, "rename", "unit", unit.id, {"name": new}, {"name": old}, actor)


def _draft(session: Session, plan: Plan, before: dict[str, Any], order: list[int]) -> PlanDraft:
    rows = tuple(_row(session, ident, before["rows"], place) for place, ident in enumerate(order))
    columns = tuple((str(kind), str(name)) for kind, name in before["columns"])
    return PlanDraft(before["title"], plan.year, before["source"], before["sha256"], rows, columns=columns)


def _row(session: Session, ident: int, changed: dict[str, Any], place: int) -> AssignmentDraft:
    kept = changed.get(str(ident))
    row = unpacked(session, kept) if kept is not None else stored_row(session.get_one(Assignment, ident))
    return replace(row, place=place)


def _refuse_built_upon(session: Session, plan: Plan, event: AuditEvent) -> None:
    assert event.before is not None
    there = {row.id for row in queries.assignments(session, plan.id)}
    brought = there - {int(ident) for ident in event.before["order"]}
    reported = _reported(session, brought | {int(ident) for ident in event.before["rows"]}, event.at)
    if reported:
        raise UserError("import.undo_reported", rows=reported[:ROWS_NAMED])
    since = select(AuditEvent.id).where(AuditEvent.id > event.id, AuditEvent.entity.in_(BUILT_ON))
    if session.scalar(since.limit(1)) is not None:
        raise UserError("import.undo_changed")


def _reported(session: Session, rows: Collection[int], since: datetime) -> list[str]:
    """`3.2 老城厢道路整治`: those of the rows that were reported on since."""
    found = (
        select(Assignment)
        .join(Report, Report.assignment_id == Assignment.id)
        .where(Assignment.id.in_(rows), Report.created_at >= since)
        .order_by(Assignment.position)
    )
    return [f"{row.ref} {row.short_name}" for row in dict.fromkeys(session.scalars(found))]
