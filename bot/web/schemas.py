"""The shapes of the JSON API; its OpenAPI description is made from these."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

Lamp = Literal["green", "yellow", "red", "none", "done"]
Standing = Literal["done", "on_schedule", "behind", "silent", "not_rated"]
Answer = Literal["full", "part", "silent", "undelivered", "on_leave", "excused"]


class TargetOut(BaseModel):
    """A part of an assignment. `share` and `expected` (the schedule of the figure's own day) are shares of 1."""

    label: str
    target: float | None
    unit: str | None
    done: float | str | None = Field(description="A number, or a word where the part has none")
    share: float | None
    expected: float | None


class AssignmentOut(BaseModel):
    """A row of the plan and where it stands."""

    assignment_id: str = Field(examples=["4.3"])
    project_no: str
    project: str | None
    content: str
    short_name: str
    leaders: list[str]
    lead_unit: str
    targets: list[TargetOut]
    lamp: Lamp
    column: Standing = Field(description="The count of the summary that it is in")
    reason: str = Field(description="Why, in words")
    words: str | None = Field(description="The unit's own words, the last that said something")
    problem: str | None
    next_step: str | None
    expected_date: date | None
    deadline: date
    unit: str | None
    reported_on: date | None
    remarks: str | None


class CountsOut(BaseModel):
    """Five counts that add up to the rows that the token sees."""

    done: int
    on_schedule: int
    behind: int
    silent: int
    not_rated: int


class AssignmentsOut(BaseModel):
    """A page of rows in the table's order; `total` pass the filter."""

    as_of: date
    counts: CountsOut
    total: int
    page: int
    pages: int
    items: list[AssignmentOut]


class FigureOut(BaseModel):
    label: str
    value: float
    unit: str | None


class ReportOut(BaseModel):
    """What was said of a row. `person` is told to the tokens of admins alone."""

    id: int
    assignment_id: str
    unit: str | None
    person: str | None
    channel: str
    at: datetime
    text: str
    status: str | None
    percent: float | None
    figures: list[FigureOut]
    expected_date: date | None
    problem: str | None
    next_step: str | None
    no_change: bool
    standing: bool = Field(description="False: corrected, sent back or taken back since")
    supersedes: int | None


class ReportsOut(BaseModel):
    """Reports by ascending id; `next` is the `after` of the next page, null on the last."""

    items: list[ReportOut]
    next: int | None


class UnitOut(BaseModel):
    unit: str
    asked: int
    answered: int
    answer: Answer


class RoundOut(BaseModel):
    id: int
    opened_at: datetime
    due_on: date | None
    state: Literal["open", "closed"]
    units: list[UnitOut]


class RoundsOut(BaseModel):
    """The rounds that were opened, newest first."""

    items: list[RoundOut]


class AttentionOut(BaseModel):
    assignment_id: str
    short_name: str
    lead_unit: str
    lamp: Lamp
    difficulty: bool
    reason: str


class SummaryOut(BaseModel):
    """What `/summary` says in the chat."""

    title: str
    year: int
    as_of: date
    counts: CountsOut
    attention: list[AttentionOut] = Field(description="Red first, then yellow, then rows with a stated difficulty")
    round: RoundOut | None = Field(description="The open round")


class PlanOut(BaseModel):
    """The plan as it was published, in the shape of `duban export plan`."""

    title: str
    year: int
    assignments: list[dict[str, Any]]


class ProblemOut(BaseModel):
    detail: str
