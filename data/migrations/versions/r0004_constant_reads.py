"""Indexes by which what is asked of a row costs the same however much was reported."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATED = ("status", "percent", "expected_date", "problem", "next_step")
FOLD = ("assignment_id", "as_of", "id")


def upgrade() -> None:
    for field in STATED:
        op.drop_index(f"ix_report_{field}", "report")
        _partial(f"ix_report_{field}", FOLD, f"standing IS TRUE AND {field} IS NOT NULL")
    _partial("ix_report_content", FOLD, "standing IS TRUE AND no_change IS FALSE")
    _partial("ix_report_answer", ("round_id", "assignment_id", "no_change"), "standing IS TRUE")
    _partial("ix_report_fell", ("assignment_id", "fell_at"), "fell_at IS NOT NULL")
    op.create_index("ix_report_created", "report", ["assignment_id", "created_at"], unique=False)


def _partial(name: str, columns: tuple[str, ...], where: str) -> None:
    held = sa.text(where)
    op.create_index(name, "report", list(columns), unique=False, sqlite_where=held, postgresql_where=held)
