"""The plan in the database: what a table would change, applying it, and handing it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import queries
from data.applying import AppliedPlan, Applying
from data.differences import Difference, RowChange, UnitRename, match_rows, renames, row_changes
from data.errors import UserError
from data.models import Plan
from data.stored import Units, plan_of, stored_row
from data.tables.cleaning import is_collective
from data.tables.document import plan_json
from data.tables.draft import AssignmentDraft, PlanDraft

__all__ = [
    "AppliedPlan",
    "Difference",
    "RowChange",
    "UnitRename",
    "apply",
    "compare",
    "plan_document",
    "refuse_incomplete",
]

ROWS_NAMED = 20


def compare(session: Session, draft: PlanDraft) -> Difference:
    """What `apply` would do; writes nothing. Raises UserError `import.plan_closed`."""
    plan = plan_of(session, draft.year)
    units = Units(session)
    stored = [stored_row(row) for row in queries.assignments(session, plan.id)] if plan else []
    rows = [units.known_names(row) for row in draft.assignments]
    pairs = match_rows(stored, rows)
    kept = set(pairs.values())
    changes = {at: row_changes(stored[before], rows[at]) for at, before in pairs.items()}
    return Difference(
        new=tuple(_named(row) for at, row in enumerate(rows) if at not in pairs),
        changed=tuple(
            RowChange(rows[at].id, stored[pairs[at]].short_name, fields)
            for at, fields in sorted(changes.items())
            if fields
        ),
        gone=tuple(_named(row) for at, row in enumerate(stored) if at not in kept),
        renames=_renames(stored, rows, units),
    )


def _named(row: AssignmentDraft) -> RowChange:
    return RowChange(row.id, row.short_name)


def _renames(
    stored: Sequence[AssignmentDraft], rows: Sequence[AssignmentDraft], units: Units
) -> tuple[UnitRename, ...]:
    before = dict.fromkeys(name for row in stored for name in row.units)
    after = dict.fromkeys(name for row in rows for name in row.units)
    return renames(
        (name for name in before if name not in after and not is_collective(name)),
        (name for name in after if name not in before and not units.has(name) and not is_collective(name)),
    )


def apply(
    session: Session, draft: PlanDraft, now: datetime, actor: int | None, renamed: Iterable[UnitRename] = ()
) -> AppliedPlan:
    """Make the plan of the draft's year what the draft says; `renamed` are the renames that were confirmed.

    Rows are matched on number, name and content, so that reports stay with theirs; gone rows are retired, never
    deleted; the same table again changes nothing. Names for chat and kinds of parts that are there stay as they are.
    Raises UserError `import.rows_without_lead_unit`, `import.plan_closed`.
    """
    refuse_incomplete(draft)
    return Applying(session, draft, now, actor).run(renamed)


def refuse_incomplete(draft: PlanDraft) -> None:
    """Raise UserError `import.rows_without_lead_unit` where nobody would know whom to ask."""
    without = [row.id for row in draft.assignments if row.lead_unit is None]
    if without:
        raise UserError("import.rows_without_lead_unit", rows=without[:ROWS_NAMED])


def plan_document(session: Session, plan_id: int) -> dict[str, Any]:
    """The plan as JSON, equal to `plan_json` of the draft that was applied."""
    plan = session.get_one(Plan, plan_id)
    rows = tuple(stored_row(row) for row in queries.assignments(session, plan_id))
    return plan_json(PlanDraft(plan.title, plan.year, plan.source_name, plan.source_sha256, rows))
