"""What leaders and the office do beside the rounds: remarks, digests of a leader's own, lamps set by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.models.base import Base, BigId, partial_index

if TYPE_CHECKING:
    from data.models.people import Person
    from data.models.plan import Assignment
    from data.models.reports import Report


class FollowUp(Base):
    """A leader wants the office to look into a row (`words`: with a remark). It is the office's, never an order.

    `state` is `data.kinds.FollowUpState`: the office notes it, or asks the unit in its own name by `due_on`; the
    first report on the row after that is the answer.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        partial_index("ix_follow_up_waiting", "assignment_id", where="state = 'sent'"),
        partial_index("ix_follow_up_open", "id", where="state IN ('open', 'sent')"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    words: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="open")
    created_at: Mapped[datetime]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    answered_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    assignment: Mapped[Assignment] = relationship()
    answer: Mapped[Report | None] = relationship()


class LeaderDigest(Base):
    """A summary that a reader gets by a cadence of the own; at most one is in force for a person.

    `always`: also when nothing changed. `brief`: three lines. `seen` is row id → lamp of what was told last. `next_at`
    is None once it is stopped; `cadence` and `next_local` as in `Schedule`.
    """

    __tablename__ = "leader_digest"
    __table_args__ = (
        partial_index("uq_leader_digest_person", "person_id", where="stopped_at IS NULL", unique=True),
        partial_index("ix_leader_digest_due", "next_at", where="next_at IS NOT NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    phrase: Mapped[str] = mapped_column(Text)
    cadence: Mapped[dict[str, Any]]
    always: Mapped[bool] = mapped_column(default=False)
    brief: Mapped[bool] = mapped_column(default=False)
    next_at: Mapped[datetime | None]
    next_local: Mapped[str | None] = mapped_column(String(16))
    seen: Mapped[dict[str, Any]] = mapped_column(default=dict)
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class DigestIssue(Base):
    """One time that a leader's digest came due, and what became of it: `sent`, `unchanged`, `missed`, `unreachable`."""

    __tablename__ = "digest_issue"
    __table_args__ = (UniqueConstraint("digest_id", "fire_local"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    digest_id: Mapped[int] = mapped_column(ForeignKey("leader_digest.id"))
    fire_local: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(12))
    outbox_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("outbox.id"))


class ManualLamp(Base):
    """A lamp that the office set by hand, with the reason; it stands until the office lifts it."""

    __tablename__ = "manual_lamp"
    __table_args__ = (partial_index("uq_manual_lamp_row", "assignment_id", where="lifted_at IS NULL", unique=True),)
    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    colour: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text)
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None]
