"""Where each row stands: its state out of the reports, its rounds, and the lamp that follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile

from sqlalchemy import ColumnElement, Row, ScalarSelect, and_, case, exists, literal_column, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from data import queries
from data.kinds import PartKind, RoundState, Status
from data.models import Assignment, Figure, Plan, Report, Round, RoundItem, Target
from data.queries import State
from scheduler import answers, judging, lamp, leave
from scheduler.office import Office

DUE_COUNTED = 2  # a lamp looks back no further
BREACHES_COUNTED = 2


@dataclass(frozen=True)
class Standing:
    """A row with what is known of it and its lamp."""

    row: Assignment
    state: State
    facts: lamp.RowFacts
    lamp: lamp.LampResult


def standings(
    session: Session,
    plan: Plan,
    rows: Sequence[Assignment],
    now: datetime,
    office: Office,
    *,
    as_of: datetime | None = None,
) -> list[Standing]:
    """Every row's standing, in the order given. `as_of`: as reports told it then."""
    ids = [row.id for row in rows]
    states = queries.states(session, ids, as_of=as_of)
    asked = _rounds(session, ids, office.today(now), office, as_of)
    breaches = _breaches(session, ids, as_of)
    next_due = due_of_open_round(session, plan.id)
    manual = judging.manual_lamps(session, ids, office, as_of)
    return [
        _standing(row, states[row.id], asked.get(row.id, ()), breaches, plan, now, office, next_due, manual.get(row.id))
        for row in rows
    ]


def due_of_open_round(session: Session, plan_id: int) -> date | None:
    """The day by which the plan's open round is to be answered."""
    return session.scalar(
        select(Round.due_on)
        .where(Round.plan_id == plan_id, Round.state == RoundState.OPEN)
        .order_by(Round.fire_at.desc())
        .limit(1)
    )


def _standing(
    row: Assignment,
    state: State,
    asked: Sequence[lamp.RoundFacts],
    breaches: Mapping[int, int],
    plan: Plan,
    now: datetime,
    office: Office,
    next_due: date | None,
    manual: lamp.Manual | None,
) -> Standing:
    facts = lamp.RowFacts(
        label=row.short_name,
        year=plan.year,
        today=office.today(now),
        started=date(plan.year, 1, 1),
        deadline=row.deadline,
        parts=tuple(_part(target, state, breaches, office) for target in row.targets if _is_judged(target)),
        status=Status(state.status.value) if state.status else None,
        percent=state.percent.value if state.percent else None,
        percent_day=office.today(state.percent.as_of) if state.percent else None,
        expected_date=state.expected_date.value if state.expected_date else None,
        problem=state.problem.value if state.problem else None,
        last_report_day=office.today(state.confirmed_at) if state.confirmed_at else None,
        rounds=tuple(asked),
        stages=judging.stages_of(row.stages if row.stages is not None else plan.stages),
        reported_done=state.status is not None and state.status.value == Status.DONE,
        manual=manual,
        thresholds=judging.thresholds_of(plan, office),
    )
    return Standing(row, state, facts, lamp.judge(facts, next_due))


def _is_judged(target: Target) -> bool:
    """Only totals are judged; breakdowns are shown."""
    return target.retired_at is None and target.parent_id is None


def _part(target: Target, state: State, breaches: Mapping[int, int], office: Office) -> lamp.Part:
    figure = state.figures.get(target.id)
    return lamp.Part(
        key=target.id,
        label=target.label if target.kind == PartKind.KEPT else target.short_label,
        kind=PartKind(target.kind),
        target=target.value,
        unit=target.unit,
        value=figure.value if figure else None,
        day=office.today(figure.as_of) if figure else None,
        base=target.baseline,
        broken_rounds=breaches.get(target.id, 0),
    )


def _rounds(
    session: Session, ids: Sequence[int], today: date, office: Office, as_of: datetime | None
) -> dict[int, list[lamp.RoundFacts]]:
    """The rounds that a lamp looks at: of each row those that are not due yet, and the last that were due."""
    open_, due = _rounds_of(session, ids, today, as_of)
    counted: dict[int, int] = dict.fromkeys(ids, 0)
    items = [*_items(session, ids, open_, as_of)]
    for start in range(0, len(due), DUE_COUNTED):
        short = [row for row in ids if counted[row] < DUE_COUNTED]
        if not short:
            break
        found = _items(session, short, due[start : start + DUE_COUNTED], as_of)
        for item in found:
            counted[item.assignment_id] += 1
        items += found
    return _round_facts(session, items, {each.id: each for each in (*open_, *due)}, office)


def _rounds_of(
    session: Session, ids: Sequence[int], today: date, as_of: datetime | None
) -> tuple[list[Round], list[Round]]:
    """The rounds in which any of the rows was asked, newest first: those that are not due yet, those that were."""
    asked = select(RoundItem.round_id).where(RoundItem.round_id == Round.id, RoundItem.assignment_id.in_(ids)).exists()
    query = (
        select(Round)
        .where(Round.state.in_((RoundState.OPEN, RoundState.CLOSED)), Round.due_on.is_not(None), asked)
        .where(Round.opened_at.is_not(None) if as_of is None else Round.opened_at <= as_of)
        .order_by(Round.fire_at.desc(), Round.id.desc())
    )
    found = session.scalars(query).all()
    due = [each for each in found if each.due_on is not None and each.due_on < today]
    return [each for each in found if each not in due], due


def _items(
    session: Session, ids: Sequence[int], rounds: Sequence[Round], as_of: datetime | None
) -> Sequence[Row[tuple[int, int, int, bool | None]]]:
    """(assignment_id, unit_id, round_id, quiet) of the rows in the rounds; `quiet`: whether all answers say nothing
    new, None where there is none."""
    loud_first = select(quiet := case((_nothing_new(), True), else_=False)).where(
        Report.round_id == RoundItem.round_id,
        Report.assignment_id == RoundItem.assignment_id,
        queries.stands_true(),
    )
    if as_of is not None:
        loud_first = loud_first.where(Report.said_at <= as_of)
    answer = loud_first.order_by(quiet).limit(1).correlate(RoundItem).scalar_subquery()
    query = select(RoundItem.assignment_id, RoundItem.unit_id, RoundItem.round_id, answer.label("quiet")).where(
        RoundItem.round_id.in_([each.id for each in rounds]), RoundItem.assignment_id.in_(ids)
    )
    return session.execute(query).all() if rounds and ids else []


def _nothing_new() -> ColumnElement[bool]:
    """That a report is 无变化, or that all its figures and its percent are those that stood before it."""
    figures = exists().where(Figure.report_id == Report.id).correlate(Report)
    moved = exists().where(Figure.report_id == Report.id, _figure_before().is_distinct_from(Figure.value))
    same = or_(Report.percent.is_(None), ~_percent_before().is_distinct_from(Report.percent))
    return or_(Report.no_change, and_(or_(figures, Report.percent.is_not(None)), ~moved.correlate(Report), same))


def _figure_before() -> ScalarSelect[float]:
    before = aliased(Figure, name="figure_before")
    earlier = tuple_(before.as_of, before.id) < tuple_(Figure.as_of, Figure.id)
    query = select(before.value).where(before.target_id == Figure.target_id, literal_column("figure_before.standing"))
    newest = query.where(earlier).order_by(before.as_of.desc(), before.id.desc())
    return newest.limit(1).correlate(Figure).scalar_subquery()


def _percent_before() -> ScalarSelect[float]:
    before = aliased(Report, name="report_before")
    stated: ColumnElement[bool] = literal_column("report_before.standing IS TRUE AND report_before.percent IS NOT NULL")
    earlier = tuple_(before.as_of, before.id) < tuple_(Report.as_of, Report.id)
    query = select(before.percent).where(before.assignment_id == Report.assignment_id, stated, earlier)
    newest = query.order_by(before.as_of.desc(), before.id.desc())
    return newest.limit(1).correlate(Report).scalar_subquery()


def _round_facts(
    session: Session,
    items: Sequence[Row[tuple[int, int, int, bool | None]]],
    rounds: Mapping[int, Round],
    office: Office,
) -> dict[int, list[lamp.RoundFacts]]:
    reached = answers.delivery(session, {item.round_id for item in items})
    absent = leave.absences(session, {item.unit_id for item in items})
    excused = answers.excuses(session, {item.round_id for item in items})
    found: dict[int, list[lamp.RoundFacts]] = {}
    for item in sorted(items, key=lambda item: _place(rounds[item.round_id])):
        each = rounds[item.round_id]
        assert each.due_on is not None
        assert each.opened_at is not None
        found.setdefault(item.assignment_id, []).append(
            lamp.RoundFacts(
                opened=office.today(each.opened_at),
                due=each.due_on,
                delivered=reached.get((each.id, item.unit_id)) is True,
                answered=item.quiet is not None,
                no_new_figures=item.quiet is True,
                on_leave=absent(item.unit_id, each.due_on),
                excused=(each.id, item.unit_id) in excused,
            )
        )
    return found


def _place(each: Round) -> tuple[datetime, int]:
    """Where a round stands among the others: oldest first."""
    return each.fire_at, each.id


def _breaches(session: Session, ids: Sequence[int], as_of: datetime | None) -> dict[int, int]:
    """How many of the last figures of each kept part were breaches, without a break; at most as many as matter."""
    query = select(Target.id, *(_value_before(back, as_of) for back in range(BREACHES_COUNTED))).where(
        Target.assignment_id.in_(ids), Target.kind == PartKind.KEPT
    )
    return {row[0]: len([*takewhile(bool, row[1:])]) for row in session.execute(query)}


def _value_before(back: int, as_of: datetime | None) -> ScalarSelect[float]:
    """A target's standing figure, so many before the last."""
    query = select(Figure.value).where(Figure.target_id == Target.id, queries.stands(Figure))
    if as_of is not None:
        query = query.where(Figure.as_of <= as_of)
    newest = query.order_by(Figure.as_of.desc(), Figure.id.desc())
    return newest.limit(1).offset(back).correlate(Target).scalar_subquery()
