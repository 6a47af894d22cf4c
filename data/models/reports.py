"""What was said about an assignment, with its figures."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.models.base import Base, partial_index

if TYPE_CHECKING:
    from data.models.people import Person
    from data.models.plan import Assignment, Target, Unit


STATED = ("status", "percent", "expected_date", "problem", "next_step")


def _fold_index(name: str, owner: str, stated: str | None = None) -> Index:
    """An index that finds the last standing row of `owner` (of which `stated` holds) without reading the others.

    SQLite holds all indexes that fit for equally good and may take the widest, so those of a condition say `standing
    IS TRUE`: a query that says so, too (`data.queries.stands_true`), fits no other.
    """
    where = "standing" if stated is None else f"standing IS TRUE AND {stated}"
    return partial_index(name, owner, "as_of", "id", where=where)


class Report(Base):
    """What was said about an assignment at one time, in the person's own words.

    `as_of` is the moment whose state it tells (a correction keeps that of what it corrects). Standing reports fold
    to the state by (as_of, id); a corrected, withdrawn or draft one doesn't stand, and `fell_at`
    says since when. `reading` keeps span, rule and certainty of each field; `first_read` what the words were read as
    before their writer answered a question otherwise (bot/corrections.py).
    """

    __tablename__ = "report"
    __table_args__ = (
        _fold_index("ix_report_state", "assignment_id"),
        *(_fold_index(f"ix_report_{field}", "assignment_id", f"{field} IS NOT NULL") for field in STATED),
        _fold_index("ix_report_content", "assignment_id", "no_change IS FALSE"),
        partial_index("ix_report_answer", "round_id", "assignment_id", "no_change", where="standing IS TRUE"),
        Index("ix_report_created", "assignment_id", "created_at"),
        partial_index("ix_report_fell", "assignment_id", "fell_at", where="fell_at IS NOT NULL"),
        Index("ix_report_inbox", "inbox_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    source: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(20))
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"), index=True)
    said_at: Mapped[datetime]
    as_of: Mapped[datetime]
    created_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    no_change: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str | None] = mapped_column(String(20))
    percent: Mapped[float | None]
    percent_derived: Mapped[bool] = mapped_column(default=False)
    expected_date: Mapped[date | None]
    problem: Mapped[str | None] = mapped_column(Text)
    next_step: Mapped[str | None] = mapped_column(Text)
    reading: Mapped[dict[str, Any]] = mapped_column(default=dict)
    first_read: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    draft: Mapped[bool] = mapped_column(default=False)
    standing: Mapped[bool] = mapped_column(default=True)
    fell_at: Mapped[datetime | None]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)
    withdrawn_at: Mapped[datetime | None]

    assignment: Mapped[Assignment] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    unit: Mapped[Unit | None] = relationship()
    figures: Mapped[list[Figure]] = relationship(back_populates="report", order_by="Figure.id")


class Figure(Base):
    """A number of a report against a target; for a milestone 1 is reached, for a kept part the number of breaches."""

    __tablename__ = "figure"
    __table_args__ = (_fold_index("ix_figure_state", "target_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"))
    value: Mapped[float]
    as_of: Mapped[datetime]
    standing: Mapped[bool] = mapped_column(default=True)

    report: Mapped[Report] = relationship(back_populates="figures")
    target: Mapped[Target] = relationship()
