"""The plan as one JSON document, whose keys and rules other programs rely on."""

from __future__ import annotations

from typing import Any

from data.tables.draft import AssignmentDraft, PlanDraft, TargetDraft

__all__ = ["assignment_json", "number", "plan_json", "target_json"]


def plan_json(draft: PlanDraft) -> dict[str, Any]:
    """`title`, `year`, `source` and `assignments` in the table's order; only parts with a number are `targets`."""
    return {
        "title": draft.title,
        "year": draft.year,
        "source": {"name": draft.source_name, "sha256": draft.source_sha256},
        "assignments": [assignment_json(row) for row in draft.assignments],
    }


def assignment_json(row: AssignmentDraft) -> dict[str, Any]:
    return {
        "project_no": row.project_no,
        "project": row.project,
        "row": row.row,
        "id": row.id,
        "content": row.content,
        "short_name": row.short_name,
        "leader": "、".join(row.leaders) or None,
        "lead_unit": row.lead_unit,
        "co_lead_units": list(row.co_lead_units),
        "supporting_units": list(row.supporting_units),
        "deadline": row.deadline,
        "targets": [target_json(target) for target in row.targets if target.value is not None],
        "unsure": row.unsure,
    }


def target_json(target: TargetDraft) -> dict[str, Any]:
    """One target; `baseline` only where it has one."""
    document: dict[str, Any] = {
        "label": target.label,
        "value": number(target.value),
        "unit": target.unit,
        "comparator": str(target.comparator),
        "text": target.text,
        "parent": target.parent,
    }
    return document | ({"baseline": target.baseline} if target.baseline else {})


def number(value: float | None) -> float | int | None:
    """A whole number as an integer, as people write it."""
    return int(value) if value is not None and value == int(value) else value
