"""What the office entered on behalf of a unit goes to its liaison, to be checked and corrected by replying."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.accounts import preferred_account
from bot.echo import report_words, row_title
from bot.message import Outgoing
from bot.texts import Texts, texts
from data import queries
from data.kinds import Priority, ReminderKind, ReminderState
from data.models import Person, Reminder, Report, Round, RoundItem
from scheduler import leave
from scheduler.answers import NO_ACCOUNT
from scheduler.office import Office
from scheduler.openings import into_hours
from scheduler.workdays import add_workdays

KEPT_WORKDAYS = 40


def send(session: Session, reports: Sequence[Report], now: datetime, office: Office) -> tuple[list[Person], bool]:
    """A copy for each of the unit's liaisons, in working hours; who gets it, and whether all can be reached now.

    It waits for who can't be reached, for forty working days. What belongs to no round is not copied.
    """
    about = next((report for report in reports if report.round_id is not None and report.unit_id is not None), None)
    if about is None or about.unit_id is None or about.round_id is None:
        return [], False
    people = queries.liaisons(session, about.unit_id)
    gone = leave.away(session, [person.id for person in people], office.today(now))
    there = [person for person in people if person.id not in gone] or people
    for person in there:
        session.add(_reminder(session, about.round_id, person, now, office))
    session.flush()
    reached = [preferred_account(session, person.id) is not None for person in there]
    return there, bool(there) and all(reached)


def _reminder(session: Session, round_id: int, person: Person, now: datetime, office: Office) -> Reminder:
    last = session.scalar(
        select(func.max(Reminder.number)).where(
            Reminder.round_id == round_id, Reminder.person_id == person.id, Reminder.kind == ReminderKind.COPY
        )
    )
    send_from = into_hours(office.local(now), office)
    until = add_workdays(send_from.date(), KEPT_WORKDAYS, office.calendar)
    return Reminder(
        round_id=round_id,
        person_id=person.id,
        kind=ReminderKind.COPY,
        number=(last or 0) + 1,
        send_from=send_from,
        use_until=datetime.combine(until, office.day_end, tzinfo=office.zone),
        reason=NO_ACCOUNT if preferred_account(session, person.id) is None else None,
    )


def copy(session: Session, reminder: Reminder, office: Office) -> Outgoing | None:
    """What was entered for the person's unit in a round and still stands; None where nothing does, or it was sent."""
    person, round_ = reminder.person, reminder.round
    reports = _entered(session, round_, person)
    if person.unit is None or not reports or _is_older(session, reminder):
        return None
    say = texts(person.language)
    positions = _positions(session, round_, person)
    text = say.say(
        "behalf.copy",
        office=office.name,
        month=date.fromisoformat(round_.fire_local[:10]),
        lines=[_line(say, report, positions, round_.plan.year) for report in reports],
    )
    return Outgoing(text, person_id=person.id, priority=Priority.NOTICE, listing=tuple(positions), round_id=round_.id)


def _is_older(session: Session, reminder: Reminder) -> bool:
    """Whether a newer copy waits, which tells the same and more."""
    newer = session.scalar(
        select(Reminder.id).where(
            Reminder.round_id == reminder.round_id,
            Reminder.person_id == reminder.person_id,
            Reminder.kind == ReminderKind.COPY,
            Reminder.state == ReminderState.WAITING,
            Reminder.number > reminder.number,
        )
    )
    return newer is not None


def _entered(session: Session, round_: Round, person: Person) -> list[Report]:
    return list(
        session.scalars(
            select(Report)
            .where(
                Report.round_id == round_.id,
                Report.unit_id == person.unit_id,
                Report.entered_by.is_not(None),
                queries.stands(Report),
            )
            .order_by(Report.id)
        )
    )


def _positions(session: Session, round_: Round, person: Person) -> dict[int, int]:
    """assignment id → its number in the unit's list, in that order."""
    rows = session.execute(
        select(RoundItem.assignment_id, RoundItem.position)
        .where(RoundItem.round_id == round_.id, RoundItem.unit_id == person.unit_id)
        .order_by(RoundItem.position)
    )
    return {row[0]: row[1] for row in rows}


def _line(say: Texts, report: Report, positions: dict[int, int], year: int) -> str:
    return say.say(
        "behalf.copy_line",
        number=positions.get(report.assignment_id),
        words=entry_words(say, report, year),
        source=report.source or "",
    )


def entry_words(say: Texts, report: Report, year: int) -> str:
    """`适老化改造（4.3）240/300 户 · 10月31日前完成`; a figure that is called like its row does not repeat it."""
    words = report_words(say, report, year)
    name = report.assignment.short_name
    first = words[0].removeprefix(name).strip() or words[0]
    return f"{row_title(say, report.assignment)}{say.say('behalf.between')}{' · '.join([first, *words[1:]])}"
