"""A year of invented reports on the shipped table, by a seed: what people wrote, rounds, corrections, silence."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import queries
from data.kinds import PartKind, ReminderKind, ReminderState, Role, RoundState, Status
from data.models import Assignment, Figure, Plan, Reminder, Report, Round, RoundItem, Schedule
from scheduler.office import Office

WORDS = ("按计划推进", "=1+1", "@SUM(A1)", "卡在管线迁改，等批复", "-5户退出\n+20户新增", "做完一半")


def year_of_reports(session: Session, office: Office, seed: int, until: date) -> None:
    """Monthly rounds from March on, answered by some; every unit has liaisons already."""
    chance = random.Random(seed)
    plan = queries.current_plan(session)
    assert plan is not None
    for month in range(3, until.month + 1):
        opened = datetime.combine(date(plan.year, month, 20), time(9), office.zone)
        if opened.date() > until:
            break
        _month(session, plan, opened, chance, until)
    session.flush()


def _month(session: Session, plan: Plan, opened: datetime, chance: random.Random, until: date) -> None:
    schedule = session.scalars(select(Schedule).where(Schedule.plan_id == plan.id)).first()
    due = opened.date() + timedelta(days=5)
    each = Round(
        plan_id=plan.id,
        schedule_id=schedule.id if schedule else None,
        fire_local=f"{opened.date()}T09:00",
        fire_at=opened,
        opened_at=opened,
        due_on=due,
        state=RoundState.CLOSED if due < until else RoundState.OPEN,
    )
    session.add(each)
    session.flush()
    unreached: set[int] = set()
    for row in queries.assignments(session, plan.id):
        if row.lead_unit_id not in unreached and not _asked(session, each, row, opened, chance):
            unreached.add(row.lead_unit_id)
        session.add(RoundItem(round_id=each.id, assignment_id=row.id, unit_id=row.lead_unit_id, position=row.position))
        if row.lead_unit_id not in unreached and chance.random() < 0.75:
            _answer(session, each, row, opened + timedelta(days=chance.randrange(3), hours=chance.randrange(8)), chance)
    session.flush()


def _asked(session: Session, each: Round, row: Assignment, opened: datetime, chance: random.Random) -> bool:
    """Whether a reminder reached the unit; one for each unit and round."""
    person = queries.liaisons(session, row.lead_unit_id)[0]
    known = session.scalar(select(Reminder).where(Reminder.round_id == each.id, Reminder.person_id == person.id))
    if known is not None:
        return known.state == ReminderState.QUEUED
    reached = chance.random() < 0.85
    session.add(
        Reminder(
            round_id=each.id,
            person_id=person.id,
            kind=ReminderKind.DIGEST,
            send_from=opened,
            use_until=opened + timedelta(days=5),
            state=ReminderState.QUEUED if reached else ReminderState.DROPPED,
            reason=None if reached else "blocked",
        )
    )
    session.flush()
    return reached


def _answer(session: Session, each: Round, row: Assignment, said_at: datetime, chance: random.Random) -> None:
    nothing_new = chance.random() < 0.15
    report = _report(session, each, row, said_at, chance, nothing_new)
    session.add(report)
    session.flush()
    if chance.random() < 0.1 and not nothing_new:
        report.standing, report.fell_at = False, said_at + timedelta(hours=1)
        for figure in report.figures:
            figure.standing = False
        second = _report(session, each, row, said_at + timedelta(hours=1), chance, nothing_new=False)
        second.supersedes_id = report.id
        session.add(second)
        session.flush()


def _report(
    session: Session, each: Round, row: Assignment, said_at: datetime, chance: random.Random, nothing_new: bool
) -> Report:
    people, admins = queries.liaisons(session, row.lead_unit_id), queries.people_with(session, Role.ADMIN)
    report = Report(
        assignment_id=row.id,
        unit_id=row.lead_unit_id,
        person_id=people[0].id,
        entered_by=admins[0].id if admins and chance.random() < 0.1 else None,
        channel="web",
        round_id=each.id,
        said_at=said_at,
        as_of=said_at,
        created_at=said_at,
        text=chance.choice(WORDS),
        no_change=nothing_new,
        reading={},
    )
    if nothing_new:
        return report
    report.status = chance.choice([None, *Status])
    report.percent = chance.choice([None, None, float(chance.randrange(101))])
    report.expected_date = chance.choice([None, None, said_at.date() + timedelta(days=chance.randrange(150))])
    report.problem = chance.choice([None, None, "管线迁改", "=cmd|'/c calc'!A1"])
    report.next_step = chance.choice([None, None, "下月补开"])
    report.figures = [
        Figure(target_id=target.id, value=_value(target.kind, target.value, chance), as_of=said_at, standing=True)
        for target in row.targets
        if target.retired_at is None and chance.random() < 0.6
    ]
    return report


def _value(kind: str, target: float | None, chance: random.Random) -> float:
    if kind in (PartKind.MILESTONE, PartKind.KEPT, PartKind.ONGOING) or target is None:
        return float(chance.randrange(2))
    return float(round(target * chance.random() * 1.1, 1 if target < 10 else 0))
