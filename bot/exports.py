"""Everything handed back: the plan and the reports, as JSON and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from data import plans, queries
from data.errors import UserError
from data.models import Figure, Report

COLUMNS = (
    "id", "assignment_id", "unit", "person", "channel", "at", "status", "percent", "figures",
    "expected_date", "problem", "next_step", "text", "standing",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plan_json(session: Session) -> dict[str, Any]:
    """The plan in force. Raises UserError `no_plan`."""
    plan = queries.current_plan(session)
    if plan is None:
        raise UserError("no_plan")
    return plans.plan_document(session, plan.id)


def reports_json(session: Session) -> dict[str, Any]:
    """Every report, oldest first."""
    return {"reports": [as_document(report) for report in all_reports(session)]}


def all_reports(session: Session) -> Iterable[Report]:
    """All that were sent off: a draft is its unit's own."""
    return session.scalars(
        select(Report)
        .where(Report.draft.is_(False))
        .order_by(Report.id)
        .options(
            joinedload(Report.assignment),
            joinedload(Report.person),
            joinedload(Report.unit),
            selectinload(Report.figures).joinedload(Figure.target),
        )
    )


def as_document(report: Report) -> dict[str, Any]:
    return {
        "id": report.id,
        "assignment_id": report.assignment.ref,
        "unit": report.unit.name if report.unit else None,
        "person": report.person.name if report.person else None,
        "channel": report.channel,
        "at": instant(report.said_at),
        "text": report.text,
        **stated(report),
        "no_change": report.no_change,
        "draft": report.draft,
        "standing": report.standing,
        "supersedes": report.supersedes_id,
    }


def stated(report: Report) -> dict[str, Any]:
    """What a report states, field by field, as JSON values."""
    return {
        "status": report.status,
        "percent": report.percent,
        "figures": [
            {"label": figure.target.short_label, "value": figure.value, "unit": figure.target.unit}
            for figure in report.figures
        ],
        "expected_date": report.expected_date.isoformat() if report.expected_date else None,
        "problem": report.problem,
        "next_step": report.next_step,
    }


def instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def reports_csv(session: Session) -> str:
    """The same as a table; no cell starts a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for report in all_reports(session):
        document = flat(as_document(report))
        writer.writerow([_cell(document[name]) for name in COLUMNS])
    return "\ufeff" + out.getvalue()


def flat(document: dict[str, Any]) -> dict[str, Any]:
    """A report's document for a line of a table: its figures as words."""
    words = "；".join(f"{f['label']} {f['value']:g}{f['unit'] or ''}" for f in document["figures"])
    return document | {"figures": words}


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
