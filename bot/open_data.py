"""What programs read: the same rows, counts and words as the board, for whoever the token belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot import board, exports, overview, seeing
from bot.board import Reader, reader
from bot.roll import Line, Roll, Rolls
from bot.views.ledger_rows import Sight, as_document, ledger_rows, reason_words
from bot.views.ledger_sheets import opened_rounds
from bot.web.schemas import (
    AssignmentOut,
    AssignmentsOut,
    AttentionOut,
    CountsOut,
    PlanOut,
    ReportOut,
    ReportsOut,
    RoundOut,
    RoundsOut,
    SummaryOut,
    UnitOut,
)
from bot.web.views import Filters
from data import plans
from data.kinds import RoundState
from data.models import Assignment, Figure, Report, Round
from scheduler import answers
from scheduler.lamp import Column
from scheduler.office import Office
from scheduler.standing import Standing

MOST_ROUNDS: Final = 60


@dataclass(frozen=True)
class OpenData:
    """Each read is of one person's sight at a moment. All raise UserError `no_plan`."""

    office: Office
    rolls: Rolls

    def plan(self, session: Session, person_id: int, now: datetime) -> PlanOut:
        who = reader(session, person_id, now, self.office)
        document = plans.plan_document(session, who.plan.id)
        seen = {line.ref for line in board.seen_lines(who, self._roll(who))}
        document["assignments"] = [row for row in document["assignments"] if row["id"] in seen]
        return PlanOut.model_validate(document)

    def assignments(
        self, session: Session, person_id: int, now: datetime, filters: Filters, per_page: int
    ) -> AssignmentsOut:
        """A page of the rows that pass the filter; counts are those before it."""
        who = reader(session, person_id, now, self.office, filters.on)
        roll = self._roll(who)
        lines = board.seen_lines(who, roll)
        found = [line.id for line in lines if board.passes(line, filters)]
        pages = max(1, -(-len(found) // per_page))
        page = min(max(filters.page, 1), pages)
        shown = board.standings_of(who, roll, found[(page - 1) * per_page : page * per_page])
        return AssignmentsOut(
            as_of=who.local(who.now),
            counts=_counts(lines),
            total=len(found),
            page=page,
            pages=pages,
            items=_documents(who, shown),
        )

    def assignment(
        self, session: Session, person_id: int, now: datetime, ref: str, on: date | None
    ) -> AssignmentOut | None:
        """One row; None where there is none or it may not be seen."""
        who = reader(session, person_id, now, self.office, on)
        found = _documents(who, who.rows(Assignment.ref == ref))
        return found[0] if found else None

    def reports(
        self, session: Session, person_id: int, now: datetime, *, ref: str | None, after: int, limit: int
    ) -> ReportsOut:
        """Every report but drafts of the rows that may be seen, by ascending id."""
        who = reader(session, person_id, now, self.office)
        query = (
            select(Report)
            .join(Report.assignment)
            .where(Assignment.plan_id == who.plan.id, Report.draft.is_(False), Report.id > after)
            .order_by(Report.id)
            .limit(limit + 1)
            .options(
                joinedload(Report.assignment),
                joinedload(Report.person),
                joinedload(Report.unit),
                selectinload(Report.figures).joinedload(Figure.target),
            )
        )
        if who.own is not None:
            query = query.where(who.own)
        if ref is not None:
            query = query.where(Assignment.ref == ref)
        found = session.scalars(query).all()
        everybody = seeing.sees_all(who.person)
        items = [_report(report, named=everybody) for report in found[:limit]]
        return ReportsOut(items=items, next=items[-1].id if len(found) > limit else None)

    def rounds(self, session: Session, person_id: int, now: datetime) -> RoundsOut:
        who = reader(session, person_id, now, self.office)
        seen = {line.id for line in board.seen_lines(who, self._roll(who))}
        opened = opened_rounds(session, who.plan.id, until=now)[:MOST_ROUNDS]
        told = [_round(session, each, seen) for each in opened]
        return RoundsOut(items=[each for each in told if each.units])

    def summary(self, session: Session, person_id: int, now: datetime) -> SummaryOut:
        who = reader(session, person_id, now, self.office)
        roll = self._roll(who)
        lines = board.seen_lines(who, roll)
        asking = [line.id for line in lines if line.column in (Column.BEHIND, Column.SILENT) or line.hard]
        each = overview.open_round(session, who.plan)
        return SummaryOut(
            title=who.plan.title,
            year=who.plan.year,
            as_of=who.local(now),
            counts=_counts(lines),
            attention=[_attention(who, row) for row in overview.attention(board.standings_of(who, roll, asking))],
            round=_round(session, each, {line.id for line in lines}) if each is not None else None,
        )

    def _roll(self, who: Reader) -> Roll:
        return self.rolls.of(who.session, who.plan, who.now, who.office, who.as_of)


def _counts(lines: Sequence[Line]) -> CountsOut:
    return CountsOut(**{str(column): sum(line.column is column for line in lines) for column in Column})


def _documents(who: Reader, rows: Sequence[Standing]) -> list[AssignmentOut]:
    sight = Sight(who.session, who.plan, who.now, who.office, who.say, as_of=who.as_of)
    return [AssignmentOut.model_validate(as_document(row)) for row in ledger_rows(sight, rows)]


def _report(report: Report, *, named: bool) -> ReportOut:
    document: dict[str, Any] = exports.as_document(report)
    return ReportOut.model_validate(document if named else document | {"person": None})


def _round(session: Session, each: Round, seen: set[int]) -> RoundOut:
    units = overview.unit_answers(session, each, seen)
    return RoundOut(
        id=each.id,
        opened_at=each.opened_at or each.fire_at,
        due_on=each.due_on,
        state="open" if each.state == RoundState.OPEN else "closed",
        units=[
            UnitOut(unit=unit.name, asked=unit.asked, answered=unit.answered, answer=_answer(unit)) for unit in units
        ],
    )


def _answer(unit: answers.UnitAnswer) -> Any:
    return unit.answer.value


def _attention(who: Reader, row: Standing) -> AttentionOut:
    return AttentionOut(
        assignment_id=row.row.ref,
        short_name=row.row.short_name,
        lead_unit=row.row.lead_unit.name,
        lamp=row.lamp.colour.value,
        difficulty=row.lamp.difficulty,
        reason=reason_words(who.say, row),
    )
