"""The messages of a round as rows: who gets one, from when, until when it is of use. Rendered when the time comes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from data import queries
from data.kinds import ReminderKind, ReminderState, Role
from data.models import Reminder, Round
from scheduler import leave
from scheduler.hours import hours_by_person
from scheduler.office import Office
from scheduler.openings import into_hours
from scheduler.workdays import WorkingHours, add_workdays

NOTICE_WORKDAYS: Final = 5
ASKED_AGAIN: Final = "asked_again"
ASKING: Final = (ReminderKind.DIGEST, ReminderKind.NAG, ReminderKind.ESCALATION)
# What a round brings to its people: what asks, and what is only for information.
BROUGHT: Final = (*ASKING, ReminderKind.CO_LEAD)


def remind(session: Session, opened: Round, people: Iterable[int], now: datetime, office: Office) -> None:
    """A digest for each, in working hours, on the first day on which the person is there and gets none yet."""
    ids = list(dict.fromkeys(people))
    busy = _asked_days(session, ids, now, office)
    gone = leave.away(session, ids, office.today(now))
    hours = hours_by_person(session, ids, office)
    for person_id in ids:
        start = _return(session, person_id, now, office) if person_id in gone else office.local(now)
        send_from = free_moment(start, busy.get(person_id, ()), office, hours.get(person_id))
        session.add(
            Reminder(
                round_id=opened.id,
                person_id=person_id,
                kind=ReminderKind.DIGEST,
                send_from=send_from,
                use_until=_useful_until(opened, send_from.date(), office),
            )
        )
    session.flush()


def _return(session: Session, person_id: int, now: datetime, office: Office) -> datetime:
    return datetime.combine(leave.back_on(session, person_id, office.today(now)), office.day_start, office.zone)


def free_moment(local: datetime, busy: Collection[date], office: Office, hours: WorkingHours | None = None) -> datetime:
    """The first moment in working hours, from a local one on, on a day that is not among the busy ones."""
    moment = into_hours(local, office, hours)
    while moment.date() in busy:
        moment = into_hours(datetime.combine(moment.date() + timedelta(days=1), time(), office.zone), office, hours)
    return moment


def _asked_days(session: Session, people: Collection[int], now: datetime, office: Office) -> dict[int, set[date]]:
    """person id → the local days from today on for which something is out or waiting."""
    today = datetime.combine(office.today(now), time(), tzinfo=office.zone)
    found: dict[int, set[date]] = {}
    for person_id, send_from in session.execute(
        select(Reminder.person_id, Reminder.send_from).where(
            Reminder.person_id.in_(people),
            Reminder.kind.in_(ASKING),
            Reminder.state != ReminderState.DROPPED,
            Reminder.send_from >= today,
        )
    ):
        found.setdefault(person_id, set()).add(office.today(send_from))
    return found


def _useful_until(opened: Round, day: date, office: Office) -> datetime:
    last = max(opened.due_on or day, day)
    return datetime.combine(last, office.day_end, tzinfo=office.zone)


def tell_admins(session: Session, about: Round, now: datetime, office: Office) -> None:
    """A notice to every admin about a round, once, in working hours: skipped, or whom it doesn't reach."""
    told = set(
        session.scalars(
            select(Reminder.person_id).where(Reminder.round_id == about.id, Reminder.kind == ReminderKind.NOTICE)
        )
    )
    send_from = into_hours(office.local(now), office)
    last = add_workdays(send_from.date(), NOTICE_WORKDAYS, office.calendar)
    session.add_all(
        Reminder(
            round_id=about.id,
            person_id=admin.id,
            kind=ReminderKind.NOTICE,
            send_from=send_from,
            use_until=datetime.combine(last, office.day_end, tzinfo=office.zone),
        )
        for admin in queries.people_with(session, Role.ADMIN)
        if admin.id not in told
    )
    session.flush()


def order(session: Session, opened: Round, people: Iterable[int], now: datetime, office: Office) -> None:
    """A digest for each at once, in place of one that still waits."""
    ids = list(dict.fromkeys(people))
    session.execute(
        update(Reminder)
        .where(
            Reminder.round_id == opened.id,
            Reminder.person_id.in_(ids),
            Reminder.kind == ReminderKind.DIGEST,
            Reminder.state == ReminderState.WAITING,
        )
        .values(state=ReminderState.DROPPED, reason=ASKED_AGAIN)
    )
    asked = _last_numbers(session, opened, ids)
    last = add_workdays(office.today(now), office.due_workdays, office.calendar)
    session.add_all(
        Reminder(
            round_id=opened.id,
            person_id=person_id,
            kind=ReminderKind.DIGEST,
            number=asked.get(person_id, 0) + 1,
            send_from=now,
            use_until=_useful_until(opened, last, office),
        )
        for person_id in ids
    )
    session.flush()


def _last_numbers(session: Session, opened: Round, people: Collection[int]) -> dict[int, int]:
    rows = session.execute(
        select(Reminder.person_id, func.max(Reminder.number))
        .where(
            Reminder.round_id == opened.id,
            Reminder.person_id.in_(people),
            Reminder.kind == ReminderKind.DIGEST,
        )
        .group_by(Reminder.person_id)
    ).all()
    return {row[0]: row[1] for row in rows}


def is_ordered(reminder: Reminder, round_: Round) -> bool:
    """Whether a person ordered this digest, so that it goes at once, at any hour."""
    return reminder.kind == ReminderKind.DIGEST and (round_.schedule_id is None or reminder.number > 1)
