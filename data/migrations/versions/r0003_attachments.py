"""Files that people sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from data.models.base import BigId, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REFERENCES = {"inbox_id": "inbox", "person_id": "person", "words_id": "inbox", "assignment_id": "assignment"}


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inbox_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("album", sa.String(length=120), nullable=True),
        sa.Column("words_id", BigId, nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("size", BigId, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("type", sa.String(length=100), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=True),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_attachment_{column}"))
            for column, table in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("inbox_id", "position", name=op.f("uq_attachment_inbox_id_position")),
    )
    op.create_index("ix_attachment_album", "attachment", ["person_id", "album"])
    op.create_index(op.f("ix_attachment_words_id"), "attachment", ["words_id"])
    op.create_index(op.f("ix_attachment_assignment_id"), "attachment", ["assignment_id"])
    _partial("ix_attachment_to_fetch", "id", "state = 'to_fetch'")
    _partial("ix_attachment_open", "person_id", "words_id IS NULL AND assignment_id IS NULL")


def _partial(name: str, column: str, where: str) -> None:
    held = sa.text(where)
    op.create_index(name, "attachment", [column], sqlite_where=held, postgresql_where=held)
