"""The table's own columns as they were published: names, order, what stands in them, and which cells are merged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.texts import Texts
from data.kinds import UnitRole
from data.layout import columns_of
from data.models import Assignment, AssignmentUnit, Plan, Project

WIDTHS: Final[Mapping[str, float]] = {
    "number": 5.5, "project": 11, "content": 40, "leader": 9, "lead": 10, "responsible": 14, "supporting": 14,
    "deadline": 11,
}  # fmt: skip
CENTRED: Final = ("number", "project", "leader", "lead", "responsible", "supporting", "deadline")
MERGED: Final = ("number", "project", "leader", "lead", "responsible", "supporting", "deadline")
WHOLE_PROJECT: Final = ("number", "project")  # merged over all of a project's rows, whatever stands there


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """`kind`: a key of `WIDTHS`; `name`: as the office calls it."""

    kind: str
    name: str


def own_columns(session: Session, plan: Plan, say: Texts) -> list[OwnColumn]:
    """The columns of the plan's table in its order; the usual ones where the table was not kept.

    A column that the table went without is added where a row would lose something.
    """
    kept = [OwnColumn(kind, name) for kind, name in columns_of(session, plan.id) if kind in WIDTHS]
    if not kept:
        return list(_usual(session, plan, say))
    kinds = {column.kind for column in kept}
    if not kinds & {"responsible", "supporting"} and _has_supporting(session, plan):
        lead = next(at for at, column in enumerate(kept) if column.kind == "lead")
        kept.insert(lead + 1, OwnColumn("supporting", say.say("ledger.own.supporting")))
    return kept


def _usual(session: Session, plan: Plan, say: Texts) -> Iterator[OwnColumn]:
    named = _any(session, select(Project.id).where(Project.plan_id == plan.id, Project.name.is_not(None)))
    dated = _any(
        session, select(Assignment.id).where(Assignment.plan_id == plan.id, Assignment.deadline_text.is_not(None))
    )
    left_out = {"project": not named, "deadline": not dated}
    for kind in ("number", "project", "content", "leader", "lead", "supporting", "deadline"):
        if not left_out.get(kind, False):
            yield OwnColumn(kind, say.say(f"ledger.own.{kind}"))


def _has_supporting(session: Session, plan: Plan) -> bool:
    query = select(AssignmentUnit.unit_id).join(Assignment, Assignment.id == AssignmentUnit.assignment_id)
    return _any(session, query.where(Assignment.plan_id == plan.id, AssignmentUnit.role == UnitRole.SUPPORTING))


def _any(session: Session, query: Any) -> bool:
    return bool(session.scalar(select(func.count()).select_from(query.limit(1).subquery())))


# What stands in a cell -------------------------------------------------------------------------------------


def own_value(column: OwnColumn, row: Assignment, say: Texts) -> str | int | date | None:
    """The cell as it was read: numbers as numbers, a date that was one as a date, a unit on each line."""
    return _VALUES[column.kind](row, say)


def _number(row: Assignment, _say: Texts) -> str | int:
    number = row.project.number
    return int(number) if number.isdecimal() and str(int(number)) == number else number


def _lead(row: Assignment, _say: Texts) -> str:
    return "\n".join([row.lead_unit.name, *_units(row, UnitRole.CO_LEAD)])


def _responsible(row: Assignment, say: Texts) -> str:
    leads = [row.lead_unit.name, *_units(row, UnitRole.CO_LEAD)]
    supporting = _units(row, UnitRole.SUPPORTING)
    if len(leads) > 1:  # which of several units lead can only be told by words
        return say.say("ledger.own.labelled", lead=leads, supporting=supporting)
    return "\n".join(leads + supporting)


def _units(row: Assignment, role: UnitRole) -> list[str]:
    return [link.unit.name for link in row.units if link.role == role]


def _deadline(row: Assignment, _say: Texts) -> str | date | None:
    try:
        return date.fromisoformat(row.deadline_text or "")
    except ValueError:
        return row.deadline_text


_VALUES: Final[Mapping[str, Callable[[Assignment, Texts], str | int | date | None]]] = {
    "number": _number,
    "project": lambda row, _say: row.project.name,
    "content": lambda row, _say: row.content,
    "leader": lambda row, _say: "、".join(link.person.name for link in row.leaders),
    "lead": _lead,
    "responsible": _responsible,
    "supporting": lambda row, _say: "\n".join(_units(row, UnitRole.SUPPORTING)),
    "deadline": _deadline,
}


# Merged cells ----------------------------------------------------------------------------------------------


@dataclass
class Merging:
    """Finds the cells of a column that are one on paper: equal ones within a project, below each other.

    `see` goes down the sheet row by row; `end` gives the rest. Ranges are (column, first, last), counted from 1.
    """

    columns: Iterable[OwnColumn]
    _open: dict[int, tuple[object, int, int]] = field(default_factory=dict)

    def see(self, row: Assignment, first: int, last: int, values: Iterable[Any]) -> Iterator[tuple[int, int, int]]:
        for at, (column, value) in enumerate(zip(self.columns, values, strict=False), 1):
            key = _key(column.kind, row, value)
            known = self._open.get(at)
            if known is not None and known[0] == key:
                self._open[at] = (key, known[1], last)
                continue
            yield from self._close(at)
            self._open[at] = (key, first, last)

    def end(self) -> Iterator[tuple[int, int, int]]:
        for at in sorted(self._open):
            yield from self._close(at)

    def _close(self, at: int) -> Iterator[tuple[int, int, int]]:
        known = self._open.pop(at, None)
        if known is not None and known[2] > known[1]:
            yield at, known[1], known[2]


def _key(kind: str, row: Assignment, value: Any) -> object:
    if kind in WHOLE_PROJECT:
        return row.project_id
    return (row.project_id, value) if kind in MERGED and value else row.id
