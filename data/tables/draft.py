"""What was understood of an office's table, before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.errors import Doubt
from data.kinds import Comparator, PartKind


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """A part of an assignment that is judged by itself; `value` is None for milestones, ongoing and kept parts.

    `text` is the piece of the content that says it, `parent` the `text` of the whole that it is a part of,
    `baseline` what a multiple refers to (`2020年`).
    """

    label: str
    short_label: str
    value: float | None
    unit: str | None
    comparator: Comparator
    text: str
    kind: PartKind
    parent: str | None = None
    baseline: str | None = None


@dataclass(frozen=True, slots=True)
class AssignmentDraft:
    """One row. `id` is `project.row`, or the project's number alone where it has one row.

    `place` is the row's number in the file (line, table row or sheet row). `deadline` is as printed, a real date cell
    as ISO; `deadline_date` is its day where the words name one. `lead_unit` is None where the table names none.
    Each doubt's values have `row` (the id) and `field`.
    """

    project_no: str
    project: str | None
    row: int
    id: str
    content: str
    short_name: str
    leaders: tuple[str, ...]
    lead_unit: str | None
    co_lead_units: tuple[str, ...]
    supporting_units: tuple[str, ...]
    deadline: str | None
    deadline_date: date | None
    targets: tuple[TargetDraft, ...]
    doubts: tuple[Doubt, ...]
    place: int

    @property
    def unsure(self) -> list[str]:
        """The names of the fields that the import was not sure of, each once."""
        return list(dict.fromkeys(str(doubt.values["field"]) for doubt in self.doubts))

    @property
    def units(self) -> tuple[str, ...]:
        """All units of the row, the lead unit first."""
        lead = (self.lead_unit,) if self.lead_unit else ()
        return (*lead, *self.co_lead_units, *self.supporting_units)


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A whole table. `doubts` are those of no single row (a row that stands there twice, a column not read).

    `columns`: what each column holds and how the table calls it (`Header.columns`), in the table's order.
    """

    title: str
    year: int
    source_name: str
    source_sha256: str
    assignments: tuple[AssignmentDraft, ...]
    doubts: tuple[Doubt, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()

    @property
    def projects(self) -> tuple[tuple[str, str | None], ...]:
        """Number and name of each project, in the table's order."""
        return tuple(dict.fromkeys((row.project_no, row.project) for row in self.assignments))

    @property
    def lead_units(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.lead_unit for row in self.assignments if row.lead_unit))

    @property
    def leaders(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for row in self.assignments for name in row.leaders))

    @property
    def all_doubts(self) -> tuple[Doubt, ...]:
        """The plan's doubts, then those of its rows in order."""
        return (*self.doubts, *(doubt for row in self.assignments for doubt in row.doubts))
