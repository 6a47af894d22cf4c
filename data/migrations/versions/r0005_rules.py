"""Whom a schedule for a set of people asks, an opening that is kept, working hours of a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schedule_person",
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_schedule_person_person_id")),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name=op.f("fk_schedule_person_schedule_id")),
        sa.PrimaryKeyConstraint("schedule_id", "person_id", name=op.f("pk_schedule_person")),
    )
    op.create_index(op.f("ix_schedule_person_person_id"), "schedule_person", ["person_id"], unique=False)
    op.add_column("schedule", sa.Column("keep_first", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("person", sa.Column("hours", sa.JSON(), nullable=True))
