"""The reads, above all the state of an assignment.

The state is a fold over the standing reports by (as_of, id): status, percent, expected date, problem and next step
come each from the last report that states it, each target's figure from its last standing figure. It is never copied
into a column; every view asks here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, func, literal_column, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from data.kinds import Role
from data.models import (
    Assignment,
    AssignmentLeader,
    AssignmentUnit,
    Figure,
    Person,
    PersonRole,
    Plan,
    Report,
    Target,
    UtcDateTime,
)
from data.models.reports import STATED

T = TypeVar("T")


@dataclass(frozen=True)
class Stated(Generic[T]):
    """A value with the report that states it and the moment whose state that tells (aware UTC)."""

    value: T
    as_of: datetime
    report_id: int


@dataclass(frozen=True)
class State:
    """What is known of one assignment. `confirmed_at` is moved by 'no change' too, `reported_at` only by content."""

    assignment_id: int
    status: Stated[str] | None = None
    percent: Stated[float] | None = None
    expected_date: Stated[date] | None = None
    problem: Stated[str] | None = None
    next_step: Stated[str] | None = None
    figures: Mapping[int, Stated[float]] = field(default_factory=dict)
    confirmed_at: datetime | None = None
    reported_at: datetime | None = None
    last_report_id: int | None = None
    last_text: str | None = None

    @property
    def ever_reported(self) -> bool:
        return self.confirmed_at is not None


def states(
    session: Session, assignment_ids: Iterable[int], *, as_of: datetime | None = None, known_at: datetime | None = None
) -> dict[int, State]:
    """The state of each assignment.

    `as_of`: told by reports about that moment or before. `known_at`: as it was known then, before what was reported
    or corrected later. What it costs does not grow with the number of reports.
    """
    told = {"ids": list(assignment_ids), "as_of": as_of, "known_at": known_at}
    limits = (as_of is not None, known_at is not None)
    found = [dict(row._mapping) for row in session.execute(_lookups(*limits), told)]
    reports = _reports(session, {row[name] for row in found for name in row if name != "id" and row[name] is not None})
    figures: dict[int, dict[int, Stated[float]]] = {}
    for assignment_id, target_id, value, moment, report_id in session.execute(_figures(*limits), told):
        figures.setdefault(assignment_id, {})[target_id] = Stated(value, moment, report_id)
    if known_at is not None:
        _then_fallen(session, told, found, reports, figures)
    return {row["id"]: _state(row, reports, figures.get(row["id"], {})) for row in found}


# What each value of a state is looked for in: the standing reports that state it.
WANTED = {name: f"{name} IS NOT NULL" for name in STATED} | {"confirmed": None, "reported": "no_change IS FALSE"}


@cache
def _lookups(as_of: bool, known_at: bool) -> Select[*tuple[Any, ...]]:
    """For each assignment the id of the last report that states each field; made once, since making it is dear."""
    limits = _limits(Report, as_of, known_at)
    columns = [_last(limits, condition).label(name) for name, condition in WANTED.items()]
    return select(Assignment.id, *columns).where(Assignment.id.in_(bindparam("ids", expanding=True)))


def _limits(table: type[Report] | type[Figure], as_of: bool, known_at: bool) -> list[ColumnElement[bool]]:
    limits: list[ColumnElement[bool]] = []
    if as_of:
        limits.append(table.as_of <= bindparam("as_of", type_=UtcDateTime))
    if known_at:
        moment = bindparam("known_at", type_=UtcDateTime)
        # The second follows from the first, as nobody tells of a time to come; it is what an index can begin at.
        limits += [Report.created_at <= moment, table.as_of <= moment]
    return limits


def stands(table: type[Report] | type[Figure]) -> ColumnElement[bool]:
    """That a row stands, written so that SQLite sees that its partial indexes hold just those rows."""
    return literal_column(f"{table.__tablename__}.standing")


def stands_true() -> ColumnElement[bool]:
    """The same of a report, written as in the indexes that hold only those of which something else is true too."""
    return literal_column("report.standing IS TRUE")


def _last(limits: Sequence[ColumnElement[bool]], stated: str | None) -> ScalarSelect[int]:
    fitting = [stands(Report)] if stated is None else [stands_true(), literal_column(f"report.{stated}")]
    query = select(Report.id).where(Report.assignment_id == Assignment.id, *fitting, *limits)
    return query.order_by(Report.as_of.desc(), Report.id.desc()).limit(1).correlate(Assignment).scalar_subquery()


def _reports(session: Session, ids: set[int]) -> dict[int, Report]:
    return {report.id: report for report in session.scalars(REPORTS, {"ids": list(ids)})} if ids else {}


REPORTS = select(Report).where(Report.id.in_(bindparam("ids", expanding=True))).options(defer(Report.reading))


@cache
def _figures(as_of: bool, known_at: bool) -> Select[*tuple[Any, ...]]:
    """The last standing figure of each target."""
    last = select(Figure.id).where(Figure.target_id == Target.id, stands(Figure), *_limits(Figure, as_of, known_at))
    if known_at:
        last = last.join(Report, Report.id == Figure.report_id)
    last_id = last.order_by(Figure.as_of.desc(), Figure.id.desc()).limit(1).correlate(Target).scalar_subquery()
    return (
        select(Target.assignment_id, Figure.target_id, Figure.value, Figure.as_of, Figure.report_id)
        .join(Figure, Figure.id == last_id)
        .where(Target.assignment_id.in_(bindparam("ids", expanding=True)))
    )


def _state(row: Mapping[str, Any], reports: Mapping[int, Report], figures: Mapping[int, Stated[float]]) -> State:
    stated = {
        name: Stated(getattr(reports[row[name]], name), reports[row[name]].as_of, row[name])
        for name in STATED
        if row[name] is not None
    }
    confirmed = reports.get(row["confirmed"])
    reported = reports.get(row["reported"])
    return State(
        assignment_id=row["id"],
        figures=figures,
        confirmed_at=confirmed.as_of if confirmed else None,
        reported_at=reported.as_of if reported else None,
        last_report_id=reported.id if reported else None,
        last_text=reported.text if reported else None,
        **stated,
    )


# As it was known: what stood then and has fallen since -------------------------------------------------------


def _then_fallen(
    session: Session,
    told: Mapping[str, Any],
    found: Sequence[dict[str, Any]],
    reports: dict[int, Report],
    figures: dict[int, dict[int, Stated[float]]],
) -> None:
    """Put what stood at `known_at` and fell later in the place of what it was newer than."""
    fallen = session.scalars(_fallen(told["as_of"] is not None), told).unique().all()
    rows = {row["id"]: row for row in found}
    for report in fallen:
        reports[report.id] = report
        row = rows[report.assignment_id]
        for name in WANTED:
            if _states(report, name) and _is_newer(report, reports.get(row[name])):
                row[name] = report.id
        known = figures.setdefault(report.assignment_id, {})
        for figure in report.figures:
            before = known.get(figure.target_id)
            if before is None or (figure.as_of, report.id) > (before.as_of, before.report_id):
                known[figure.target_id] = Stated(figure.value, figure.as_of, report.id)


def _states(report: Report, name: str) -> bool:
    if name in STATED:
        return getattr(report, name) is not None
    return name == "confirmed" or not report.no_change


def _is_newer(report: Report, other: Report | None) -> bool:
    return other is None or (report.as_of, report.id) > (other.as_of, other.id)


@cache
def _fallen(as_of: bool) -> Select[*tuple[Any, ...]]:
    moment = bindparam("known_at", type_=UtcDateTime)
    return (
        select(Report)
        .where(
            Report.assignment_id.in_(bindparam("ids", expanding=True)),
            Report.fell_at > moment,
            Report.draft.is_(False),
            *_limits(Report, as_of, known_at=True),
        )
        .options(selectinload(Report.figures))
    )


def touched_since(session: Session, assignment_ids: Iterable[int], moment: datetime) -> set[int]:
    """The assignments of which something was reported, corrected or taken back after the moment."""
    return set(session.scalars(TOUCHED, {"ids": list(assignment_ids), "moment": moment}))


def _of_row(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(Report.id).where(Report.assignment_id == Assignment.id, *conditions).exists()


_MOMENT = bindparam("moment", type_=UtcDateTime)
TOUCHED = select(Assignment.id).where(
    Assignment.id.in_(bindparam("ids", expanding=True)),
    _of_row(Report.created_at > _MOMENT) | _of_row(Report.fell_at > _MOMENT),
)


# Plans, rows, people ---------------------------------------------------------------------------------------


CURRENT_PLAN = select(Plan).where(Plan.closed_at.is_(None)).order_by(Plan.year.desc(), Plan.id.desc()).limit(1)
ROWS = (
    select(Assignment)
    .where(Assignment.retired_at.is_(None))
    .order_by(Assignment.position)
    .options(
        joinedload(Assignment.project),
        joinedload(Assignment.lead_unit),
        selectinload(Assignment.targets),
        selectinload(Assignment.leaders).joinedload(AssignmentLeader.person),
        selectinload(Assignment.units).joinedload(AssignmentUnit.unit),
    )
)


def current_plan(session: Session) -> Plan | None:
    """The plan in force: the open one of the latest year."""
    return session.scalar(CURRENT_PLAN)


def assignments(session: Session, plan_id: int, *conditions: ColumnElement[bool]) -> list[Assignment]:
    """The rows of a plan in the table's order, with all that is shown of them loaded."""
    query = ROWS.where(Assignment.plan_id == plan_id, *conditions)
    return list(session.scalars(query).unique())


def led_by_unit(unit_id: int) -> ColumnElement[bool]:
    """The rows that a unit answers for, as lead."""
    return Assignment.lead_unit_id == unit_id


def helped_by_unit(unit_id: int) -> ColumnElement[bool]:
    """The rows in which a unit takes part without answering for them: as a supporting or a co-lead unit."""
    takes_part = select(AssignmentUnit.assignment_id).where(AssignmentUnit.unit_id == unit_id)
    return and_(Assignment.id.in_(takes_part), Assignment.lead_unit_id != unit_id)


def led_by_leader(person_id: int) -> ColumnElement[bool]:
    """The rows of a district leader's portfolio."""
    return Assignment.id.in_(select(AssignmentLeader.assignment_id).where(AssignmentLeader.person_id == person_id))


def people_with(session: Session, role: Role) -> list[Person]:
    """Everybody with a role who has not left, in the order of their ids."""
    return list(
        session.scalars(
            select(Person)
            .join(PersonRole, and_(PersonRole.person_id == Person.id, PersonRole.role == role))
            .where(Person.left_at.is_(None))
            .order_by(Person.id)
        )
    )


def liaisons(session: Session, unit_id: int) -> list[Person]:
    """A unit's liaisons: A before B, then by id."""
    found = [person for person in people_with(session, Role.LIAISON) if person.unit_id == unit_id]
    return sorted(found, key=lambda person: (person.order, person.id))


def last_report_id(session: Session) -> int:
    """The id of the newest report, 0 where there is none."""
    return session.scalar(select(func.max(Report.id))) or 0
