"""When people are asked: schedules, rounds, reminders."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.models.base import Base, partial_index

if TYPE_CHECKING:
    from data.models.people import Person
    from data.models.plan import Plan


class Schedule(Base):
    """When rounds are opened. `next_at` is None while paused, ended or removed.

    `cadence` is `scheduler.cadence.Cadence.to_json()`; `next_local` is the same moment as local wall time.
    `keep_first`: the next opening comes although it is soon after the last, as its edit was told. `people` are those
    who are asked where the scope is a set of people.
    """

    __tablename__ = "schedule"
    __table_args__ = (
        partial_index("ix_schedule_due", "next_at", where="next_at IS NOT NULL"),
        partial_index("ix_schedule_rule", "scope_kind", "scope_id", where="removed_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    phrase: Mapped[str] = mapped_column(Text)
    cadence: Mapped[dict[str, Any]]
    scope_kind: Mapped[str] = mapped_column(String(20), default="plan")
    scope_id: Mapped[int | None]
    due_workdays: Mapped[int] = mapped_column(default=3)
    next_at: Mapped[datetime | None]
    next_local: Mapped[str | None] = mapped_column(String(16))
    keep_first: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str] = mapped_column(String(40), default="Asia/Shanghai")
    ends_on: Mapped[date | None]
    paused_at: Mapped[datetime | None]
    paused_until: Mapped[date | None]
    removed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    plan: Mapped[Plan] = relationship()
    people: Mapped[list[SchedulePerson]] = relationship(cascade="all, delete-orphan")


class SchedulePerson(Base):
    """Somebody whom a schedule for a set of people asks."""

    __tablename__ = "schedule_person"
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)

    person: Mapped[Person] = relationship()


class Round(Base):
    """One opening of a schedule (or, without one, an order to ask now), or one that was skipped, with the reason.

    `fire_local` is the office's wall time `2021-09-26T09:00`; `title` the month's name in digits (`2021-09`).
    """

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("schedule_id", "fire_local"),
        partial_index("ix_round_open", "plan_id", where="state = 'open'"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("schedule.id"))
    fire_local: Mapped[str] = mapped_column(String(16))
    fire_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    ordered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    items: Mapped[list[RoundItem]] = relationship(order_by="RoundItem.position", back_populates="round")
    plan: Mapped[Plan] = relationship()


class RoundItem(Base):
    """A row asked of a unit in a round; `position` is its number in that unit's list all through the round."""

    __tablename__ = "round_item"
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), primary_key=True, index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    position: Mapped[int]

    round: Mapped[Round] = relationship(back_populates="items")


class Excuse(Base):
    """更正迟报: why a unit's silence or lateness in a round is not held against it. One for a unit and round."""

    __tablename__ = "excuse"
    __table_args__ = (UniqueConstraint("round_id", "unit_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    reason: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class Reminder(Base):
    """One message of a round to one person; its text is rendered when its time has come."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("round_id", "person_id", "kind", "number"),
        partial_index("ix_reminder_waiting", "send_from", where="state = 'waiting'"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[int] = mapped_column(default=1)
    send_from: Mapped[datetime]
    use_until: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    reason: Mapped[str | None] = mapped_column(String(40))
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    acknowledged_at: Mapped[datetime | None]

    round: Mapped[Round] = relationship()
    person: Mapped[Person] = relationship()


class Step(Base):
    """What comes later in a round: a nag, the office's list, the next one up. Carried out once, when `at` has come.

    Whom it concerns is decided then: people come and go while a round is open. `outcome` says why nothing was done.
    """

    __tablename__ = "step"
    __table_args__ = (
        UniqueConstraint("round_id", "kind", "number"),
        partial_index("ix_step_waiting", "at", where="done_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(40))

    round: Mapped[Round] = relationship()


class Promise(Base):
    """The day by which somebody said that the unit will answer; shown to the office only. The newest counts."""

    __tablename__ = "promise"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    day: Mapped[date]
    said_at: Mapped[datetime]
    created_at: Mapped[datetime]
