"""Strangers who ask to be let in; the column that was meant for it goes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from data.models.base import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OPEN = sa.text("decided_at IS NULL")


def upgrade() -> None:
    op.drop_column("account", "claims_id")
    op.create_table(
        "joining",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=120), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_joining_account_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_joining_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joining")),
    )
    op.create_index(op.f("ix_joining_account_id"), "joining", ["account_id"], unique=False)
    op.create_index("uq_joining_open", "joining", ["account_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
