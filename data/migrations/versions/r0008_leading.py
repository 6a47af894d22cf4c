"""Remarks of leaders, their own digests, lamps set by hand, stages of scheduled progress, who reads for whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from data.models.base import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _follow_up()
    _leader_digest()
    _digest_issue()
    _manual_lamp()
    _reads_for()
    for table in ("plan", "assignment"):
        op.add_column(table, sa.Column("stages", sa.JSON(), nullable=True))


def _partial(name: str, table: str, column: str, where: str, *, unique: bool = False) -> None:
    holds = sa.text(where)
    op.create_index(name, table, [column], unique=unique, sqlite_where=holds, postgresql_where=holds)


def _follow_up() -> None:
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("taken_at", UtcDateTime(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["report.id"], name=op.f("fk_follow_up_answer_id")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_follow_up_assignment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_follow_up_person_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_follow_up_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_assignment_id"), "follow_up", ["assignment_id"], unique=False)
    op.create_index(op.f("ix_follow_up_person_id"), "follow_up", ["person_id"], unique=False)
    _partial("ix_follow_up_open", "follow_up", "id", "state IN ('open', 'sent')")
    _partial("ix_follow_up_waiting", "follow_up", "assignment_id", "state = 'sent'")


def _leader_digest() -> None:
    op.create_table(
        "leader_digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("cadence", sa.JSON(), nullable=False),
        sa.Column("always", sa.Boolean(), nullable=False),
        sa.Column("brief", sa.Boolean(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("next_local", sa.String(length=16), nullable=True),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_leader_digest_person_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_leader_digest_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_digest")),
    )
    _partial("ix_leader_digest_due", "leader_digest", "next_at", "next_at IS NOT NULL")
    _partial("uq_leader_digest_person", "leader_digest", "person_id", "stopped_at IS NULL", unique=True)


def _digest_issue() -> None:
    op.create_table(
        "digest_issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest_id", sa.Integer(), nullable=False),
        sa.Column("fire_local", sa.String(length=16), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("outbox_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["digest_id"], ["leader_digest.id"], name=op.f("fk_digest_issue_digest_id")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_digest_issue_outbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_issue")),
        sa.UniqueConstraint("digest_id", "fire_local", name=op.f("uq_digest_issue_digest_id_fire_local")),
    )


def _manual_lamp() -> None:
    op.create_table(
        "manual_lamp",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("lifted_by", sa.Integer(), nullable=True),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_manual_lamp_assignment_id")),
        sa.ForeignKeyConstraint(["lifted_by"], ["person.id"], name=op.f("fk_manual_lamp_lifted_by")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_manual_lamp_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manual_lamp")),
    )
    _partial("uq_manual_lamp_row", "manual_lamp", "assignment_id", "lifted_at IS NULL", unique=True)


def _reads_for() -> None:
    op.create_table(
        "reads_for",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["leader_id"], ["person.id"], name=op.f("fk_reads_for_leader_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reads_for_person_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_reads_for_set_by")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reads_for")),
    )
    op.create_index(op.f("ix_reads_for_leader_id"), "reads_for", ["leader_id"], unique=False)
