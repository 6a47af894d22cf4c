"""Where each row stands: its state out of the reports, its rounds, and the lamp that follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import queries
from data.kinds import OutboxState, PartKind, ReminderState, RoundState, Status
from data.models import Assignment, Figure, Outbox, Person, Plan, Reminder, Report, Round, RoundItem, Target
from data.queries import State
from scheduler import lamp, leave
from scheduler.office import Office


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
    asked = _rounds(session, ids, office, as_of)
    breaches = _breaches(session, ids)
    next_due = due_of_open_round(session, plan.id)
    return [
        _standing(row, states[row.id], asked.get(row.id, ()), breaches, plan, now, office, next_due) for row in rows
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
        reported_done=state.status is not None and state.status.value == Status.DONE,
        thresholds=lamp.Thresholds(office.yellow, office.red),
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
    session: Session, ids: Sequence[int], office: Office, as_of: datetime | None
) -> dict[int, list[lamp.RoundFacts]]:
    query = (
        select(RoundItem.assignment_id, RoundItem.unit_id, Round)
        .join(Round, Round.id == RoundItem.round_id)
        .where(RoundItem.assignment_id.in_(ids), Round.state.in_((RoundState.OPEN, RoundState.CLOSED)))
        .order_by(Round.fire_at, Round.id)
    )
    if as_of is not None:
        query = query.where(Round.opened_at <= as_of)
    items = session.execute(query).all()
    rounds = {item.Round.id for item in items}
    answers = _answers(session, rounds)
    reached = delivered_units(session, rounds)
    absent = leave.absences(session, {item.unit_id for item in items})
    found: dict[int, list[lamp.RoundFacts]] = {}
    for assignment_id, unit_id, each in items:
        if each.due_on is None or each.opened_at is None:
            continue
        answer = answers.get((each.id, assignment_id))
        found.setdefault(assignment_id, []).append(
            lamp.RoundFacts(
                opened=office.today(each.opened_at),
                due=each.due_on,
                delivered=(each.id, unit_id) in reached,
                answered=answer is not None,
                no_new_figures=answer is False,
                on_leave=absent(unit_id, each.due_on),
            )
        )
    return found


def _answers(session: Session, rounds: Iterable[int]) -> dict[tuple[int, int], bool]:
    """(round, assignment) → whether an answer of it had content."""
    found: dict[tuple[int, int], bool] = {}
    query = select(Report.round_id, Report.assignment_id, Report.no_change).where(
        Report.round_id.in_(list(rounds)), queries.stands(Report)
    )
    for round_id, assignment_id, no_change in session.execute(query):
        key = (round_id or 0, assignment_id)
        found[key] = found.get(key, False) or not no_change
    return found


def delivered_units(session: Session, rounds: Iterable[int]) -> set[tuple[int, int]]:
    """(round, unit) of those whom a reminder of the round reached, or that answered without one.

    A reminder without an outbox row that counts as sent was delivered before its round was taken over.
    """
    rows = session.execute(
        select(Reminder.round_id, Person.unit_id, Reminder.state, Outbox.state)
        .join(Person, Person.id == Reminder.person_id)
        .outerjoin(Outbox, Outbox.id == Reminder.outbox_id)
        .where(Reminder.round_id.in_(list(rounds)))
    )
    return {
        (round_id, unit_id)
        for round_id, unit_id, state, sent in rows
        if unit_id is not None and state == ReminderState.QUEUED and sent in (None, OutboxState.SENT)
    }


def _breaches(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """How many of the last figures of each kept part were breaches, without a break."""
    rows = session.execute(
        select(Figure.target_id, Figure.value)
        .join(Target, Target.id == Figure.target_id)
        .where(Target.assignment_id.in_(ids), Target.kind == PartKind.KEPT, queries.stands(Figure))
        .order_by(Figure.target_id, Figure.as_of.desc(), Figure.id.desc())
    )
    counts: dict[int, int] = {}
    ended: set[int] = set()
    for target_id, value in rows:
        if not value:
            ended.add(target_id)
        elif target_id not in ended:
            counts[target_id] = counts.get(target_id, 0) + 1
    return counts
