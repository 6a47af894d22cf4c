"""Sign-off in a unit, a unit's groups, accounts that wait for an admin's word."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from data.models.base import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("unit", sa.Column("sign_off", sa.Boolean(), server_default=sa.false(), nullable=False))
    # In one statement both databases take the constraint with the column; nothing is copied.
    reference = "CONSTRAINT fk_account_claims_id REFERENCES person (id)"
    op.execute(f"ALTER TABLE account ADD COLUMN claims_id INTEGER {reference}")
    op.create_table(
        "chat_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("chat_id", sa.String(length=120), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("digests", sa.Boolean(), nullable=False),
        sa.Column("bound_by", sa.Integer(), nullable=False),
        sa.Column("bound_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["bound_by"], ["person.id"], name=op.f("fk_chat_group_bound_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_chat_group_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_group")),
        sa.UniqueConstraint("channel", "chat_id", name=op.f("uq_chat_group_channel_chat_id")),
    )
    op.create_index(op.f("ix_chat_group_unit_id"), "chat_group", ["unit_id"])
