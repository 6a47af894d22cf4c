"""What the ledger says of each row beside the table's own columns: values, not cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.roundlist import days_late
from bot.texts import Texts
from data import queries
from data.kinds import PartKind, Status
from data.models import Assignment, Plan, Report, Round
from scheduler import answers
from scheduler.lamp import Colour, PartResult
from scheduler.office import Office
from scheduler.standing import Standing, standings

CHUNK = 400
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Sight:
    """A plan as it is seen: at `now` as it is known, or as of an earlier day; in which words.

    `rows`: ids of the assignments that are shown, None: all of the plan. `leader`: the leader who looks, if one does.
    """

    session: Session
    plan: Plan
    now: datetime
    office: Office
    say: Texts
    rows: frozenset[int] | None = None
    as_of: datetime | None = None
    leader: int | None = None

    def until(self, day: date) -> Sight:
        """The same as of the end of that day, where it is over."""
        end = datetime.combine(day + timedelta(days=1), time(0), self.office.zone) - timedelta(microseconds=1)
        return replace(self, now=end, as_of=end) if end < self.now else self

    @property
    def today(self) -> date:
        return self.office.today(self.now)

    def day(self, moment: datetime) -> date:
        return self.office.today(moment)

    def row_ids(self) -> list[int]:
        """The shown rows in the table's order."""
        ids = self.session.scalars(
            select(Assignment.id)
            .where(Assignment.plan_id == self.plan.id, Assignment.retired_at.is_(None))
            .order_by(Assignment.position, Assignment.id)
        )
        return [one for one in ids if self.rows is None or one in self.rows]

    def chunks(self, progress: Progress | None = None) -> Iterator[list[Standing]]:
        """The shown rows' standings, in the table's order, a few hundred rows at a time."""
        ids = self.row_ids()
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            rows = queries.assignments(self.session, self.plan.id, Assignment.id.in_(chunk))
            yield standings(self.session, self.plan, rows, self.now, self.office, as_of=self.as_of)
            if progress is not None:
                progress(start + len(chunk), len(ids))

    def standings(self) -> list[Standing]:
        """All shown rows' standings, in the table's order."""
        return [row for chunk in self.chunks() for row in chunk]


@dataclass(frozen=True, slots=True)
class TargetLine:
    """One part of a row. `share` and `expected` (the schedule of the figure's own day) are shares of 1; `done` is a
    word where the part has no number."""

    label: str
    target: float | None
    unit: str
    done: float | str | None
    share: float | None
    expected: float | None
    bound: bool


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A row of the plan with what the ledger adds."""

    standing: Standing
    lines: tuple[TargetLine, ...]
    lamp: str
    reason: str
    words: str | None
    problem: str | None
    next_step: str | None
    expected_date: date | None
    deadline: date
    unit: str | None
    reported_on: date | None
    remarks: str


def ledger_rows(sight: Sight, rows: Sequence[Standing]) -> list[LedgerRow]:
    """What the ledger says of these rows, in their order."""
    ids = [row.state.last_report_id for row in rows if row.state.last_report_id is not None]
    query = select(Report).where(Report.id.in_(ids)).options(joinedload(Report.unit))
    reports = {report.assignment_id: report for report in sight.session.scalars(query)}
    late = _late(sight, list(reports.values()))
    return [_row(sight, row, reports.get(row.row.id), late.get(row.state.last_report_id or 0, 0)) for row in rows]


def rounds_of(session: Session, reports: Iterable[Report]) -> dict[int, Round]:
    """The rounds that the reports answer, by id."""
    ids = {report.round_id for report in reports if report.round_id is not None}
    return {each.id: each for each in session.scalars(select(Round).where(Round.id.in_(ids)))}


def _late(sight: Sight, reports: Iterable[Report]) -> dict[int, int]:
    """report id → by how many working days it came after its round's due day; none where that is excused."""
    rounds = rounds_of(sight.session, reports)
    excused = answers.excuses(sight.session, rounds)
    late = {
        report.id: days_late(rounds[report.round_id], report.said_at, sight.office)
        for report in reports
        if report.round_id in rounds and (report.round_id, report.unit_id) not in excused
    }
    return {report_id: days for report_id, days in late.items() if days}


def _row(sight: Sight, row: Standing, report: Report | None, late: int) -> LedgerRow:
    state = row.state
    return LedgerRow(
        standing=row,
        lines=tuple(_line(sight.say, part, row) for part in row.lamp.part_results),
        lamp=sight.say.say(f"lamp.colour.{row.lamp.colour}"),
        reason=reason_words(sight.say, row),
        words=report.text if report else None,
        problem=state.problem.value if state.problem else None,
        next_step=state.next_step.value if state.next_step else None,
        expected_date=state.expected_date.value if state.expected_date else None,
        deadline=row.row.deadline,
        unit=(report.unit or row.row.lead_unit).name if report else None,
        reported_on=sight.day(report.said_at) if report else None,
        remarks=sight.say.filters["listed"](_remarks(sight, row, report, late)),
    )


def reason_words(say: Texts, row: Standing) -> str:
    """The lamp's sentence and, of a yellow or red one, what turns it green."""
    words = say.tell("lamp", row.lamp.sentence)
    green = row.lamp.turns_green
    return f"{words}\n{say.say('ledger.cell.green', words=say.tell('lamp', green))}" if green else words


def _line(say: Texts, result: PartResult, row: Standing) -> TargetLine:
    part = result.part
    whole = part.key == ""
    return TargetLine(
        label=say.say("ledger.cell.whole") if whole else part.label,
        target=None if part.kind == PartKind.NO_BASE else part.target,
        unit=part.unit or "",
        done=part_done(say, part.kind, part.value, row),
        share=_share(result.percent),
        expected=_share(result.expected),
        bound=part.kind == PartKind.BOUND,
    )


def _share(percent: float | None) -> float | None:
    return None if percent is None else round(percent / 100, 4)


def part_done(say: Texts, kind: str, value: float | None, row: Standing) -> float | str | None:
    """How far a part is: a number, or of parts without one a word."""
    if kind == PartKind.ONGOING:
        return _status_words(say, row)
    if value is None:
        return None
    return say.say(f"ledger.cell.{kind}", value=value) if kind in (PartKind.MILESTONE, PartKind.KEPT) else value


def _status_words(say: Texts, row: Standing) -> str | None:
    status = row.state.status.value if row.state.status else None
    if status == Status.DONE:
        return done_words(say, row)
    return say.say(f"progress.{status}") if status else None


def done_words(say: Texts, row: Standing) -> str:
    """Of a row reported done: 已完成 only once the office has checked it."""
    checked = row.lamp.colour is Colour.DONE
    return say.say("progress.done") if checked else say.say("lamp.reported_done")


def _remarks(sight: Sight, row: Standing, report: Report | None, late: int) -> Iterator[str]:
    say = sight.say
    if row.lamp.extended is not None:
        yield say.tell("lamp", row.lamp.extended)
    if report is None:
        return
    if report.entered_by is not None:
        yield say.say("ledger.remark.on_behalf", source=report.source)
    if report.supersedes_id is not None:
        yield say.say("ledger.remark.corrected")
    if late:
        yield say.say("ledger.remark.late", days=late)
    confirmed = row.state.confirmed_at
    if confirmed is not None and row.state.reported_at is not None and confirmed > row.state.reported_at:
        yield say.say("ledger.remark.no_change", day=sight.day(confirmed), year=sight.plan.year)


def as_document(row: LedgerRow) -> dict[str, Any]:
    """The row as JSON values."""
    task, lamp = row.standing.row, row.standing.lamp
    return {
        "assignment_id": task.ref,
        "project_no": task.project.number,
        "project": task.project.name,
        "content": task.content,
        "short_name": task.short_name,
        "leaders": [link.person.name for link in task.leaders],
        "lead_unit": task.lead_unit.name,
        "targets": [
            {
                "label": line.label,
                "target": line.target,
                "unit": line.unit or None,
                "done": line.done,
                "share": line.share,
                "expected": line.expected,
            }
            for line in row.lines
        ],
        "lamp": str(lamp.colour),
        "column": str(lamp.column),
        "reason": row.reason,
        "words": row.words,
        "problem": row.problem,
        "next_step": row.next_step,
        "expected_date": row.expected_date.isoformat() if row.expected_date else None,
        "deadline": row.deadline.isoformat(),
        "unit": row.unit,
        "reported_on": row.reported_on.isoformat() if row.reported_on else None,
        "remarks": row.remarks or None,
    }
