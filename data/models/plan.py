"""The plan: projects, assignments, their targets, the units."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.models.base import Base

if TYPE_CHECKING:
    from data.models.people import Person


class Plan(Base):
    """One year's table as it was published.

    `stages` of it or of a row: [ISO day, percent] pairs of scheduled progress, oldest first; None is a straight line.
    `yellow`, `red`: percentage points behind it beyond which a lamp is yellow or red; None is as the office has it.
    """

    __tablename__ = "plan"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    year: Mapped[int] = mapped_column(index=True)
    source_name: Mapped[str] = mapped_column(Text)
    source_sha256: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime]
    stages: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    yellow: Mapped[float | None]
    red: Mapped[float | None]
    closed_at: Mapped[datetime | None]

    projects: Mapped[list[Project]] = relationship(order_by="Project.position", back_populates="plan")
    assignments: Mapped[list[Assignment]] = relationship(order_by="Assignment.position", back_populates="plan")


class Project(Base):
    __tablename__ = "project"
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    position: Mapped[int]
    number: Mapped[str] = mapped_column(String(20))
    name: Mapped[str | None] = mapped_column(Text)

    plan: Mapped[Plan] = relationship(back_populates="projects")


class Unit(Base):
    """A bureau, street or company. A collective one (各街道) is shown once and never asked.

    `sign_off`: what its liaisons write is a draft until somebody has looked at it (报前确认).
    """

    __tablename__ = "unit"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    aliases: Mapped[list[Any]] = mapped_column(default=list)
    collective: Mapped[bool] = mapped_column(default=False)
    sign_off: Mapped[bool] = mapped_column(default=False, server_default=false())


class Assignment(Base):
    """One row of the table. `ref` is its id in the office's words: `4.3`, or `6` where a project has one row."""

    __tablename__ = "assignment"
    __table_args__ = (Index("ix_assignment_plan_ref", "plan_id", "ref"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    position: Mapped[int]
    row: Mapped[int]
    ref: Mapped[str] = mapped_column(String(20))
    content: Mapped[str] = mapped_column(Text)
    short_name: Mapped[str] = mapped_column(Text)
    lead_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    deadline: Mapped[date]
    deadline_text: Mapped[str | None] = mapped_column(Text)
    stages: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    unsure: Mapped[list[Any]] = mapped_column(default=list)
    retired_at: Mapped[datetime | None]

    plan: Mapped[Plan] = relationship(back_populates="assignments")
    project: Mapped[Project] = relationship()
    lead_unit: Mapped[Unit] = relationship()
    leaders: Mapped[list[AssignmentLeader]] = relationship(order_by="AssignmentLeader.position")
    units: Mapped[list[AssignmentUnit]] = relationship(order_by="AssignmentUnit.position")
    targets: Mapped[list[Target]] = relationship(order_by="Target.position", back_populates="assignment")


class AssignmentLeader(Base):
    """A district leader to whom the row belongs."""

    __tablename__ = "assignment_leader"
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)

    person: Mapped[Person] = relationship()


class AssignmentUnit(Base):
    """A co-lead or supporting unit (`data.kinds.UnitRole`)."""

    __tablename__ = "assignment_unit"
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)

    unit: Mapped[Unit] = relationship()


class Target(Base):
    """A part of an assignment that is judged by itself (`data.kinds.PartKind`).

    `value` is None for parts without a number (milestone, ongoing, kept); those are not in the plan as JSON.
    """

    __tablename__ = "target"
    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("target.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(Text)
    short_label: Mapped[str] = mapped_column(Text)
    value: Mapped[float | None]
    unit: Mapped[str | None] = mapped_column(String(20))
    comparator: Mapped[str] = mapped_column(String(20), default="eq")
    text: Mapped[str] = mapped_column(Text)
    baseline: Mapped[str | None] = mapped_column(Text)
    retired_at: Mapped[datetime | None]

    assignment: Mapped[Assignment] = relationship(back_populates="targets")
