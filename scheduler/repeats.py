"""The steps of open rounds carried out, and when a message of a round may go."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from data.kinds import ReminderKind, ReminderState, RoundState, StepKind
from data.models import Person, Reminder, Round
from scheduler import escalation, leave, nagging, steps
from scheduler.answers import Answer, answered
from scheduler.effects import asked_on
from scheduler.hours import hours_of
from scheduler.nagging import after_promise, message
from scheduler.office import Office
from scheduler.openings import into_hours
from scheduler.promises import promised
from scheduler.reminding import ASKING, free_moment
from scheduler.scope import contacts, named
from scheduler.workdays import add_workdays

ON_LEAVE: Final = "on_leave"
REPEATED: Final = (ReminderKind.NAG, ReminderKind.ESCALATION)


def tick(session: Session, now: datetime, office: Office) -> None:
    """Carry out the steps whose time has come: rows of reminders, no texts."""
    for step in steps.take_due(session, now, office):
        if step.kind == StepKind.NAG:
            nagging.nag(session, step, now, office)
        else:
            escalation.carry_out(session, step, now, office)


def may_go(session: Session, reminder: Reminder, now: datetime, office: Office) -> datetime:
    """The moment from which a message may go: in working hours, one a day, after a promised day, after leave."""
    start, hours = now, hours_of(reminder.person, office)
    if reminder.kind in REPEATED:
        day = promised(session, reminder.round_id).get(reminder.person.unit_id or 0)
        start = max(after_promise(day, now, office), _after_ack(session, reminder, now, office))
    if reminder.kind not in ASKING:
        return into_hours(office.local(start), office, hours)
    today = office.today(now)
    back = leave.back_on(session, reminder.person_id, today)
    if back > today:
        start = max(start, datetime.combine(back, office.nag_at, tzinfo=office.zone))
    busy = {today} if asked_on(session, {reminder.person_id}, today, office) else set()
    return free_moment(office.local(start), busy, office, hours)


def _after_ack(session: Session, reminder: Reminder, now: datetime, office: Office) -> datetime:
    """Now, or some working days after a 收到 of the same round: it stops the repeats, silence starts them again."""
    acknowledged = session.scalar(
        select(func.max(Reminder.acknowledged_at)).where(
            Reminder.round_id == reminder.round_id, Reminder.person_id == reminder.person_id
        )
    )
    if acknowledged is None or not office.rest_after_ack:
        return now
    day = add_workdays(office.today(acknowledged), office.rest_after_ack, office.calendar)
    return max(now, datetime.combine(day, office.nag_at, tzinfo=office.zone))


def hold(session: Session, reminder: Reminder, moment: datetime, now: datetime, office: Office) -> None:
    """Let a message wait until then; what is asked again, or waits for its person's return, is of use for longer."""
    if office.today(moment) > office.today(now):
        if reminder.kind in REPEATED:
            again = message(reminder.round, reminder.person_id, ReminderKind(reminder.kind), 1, moment, office)
            reminder.use_until = max(reminder.use_until, again.use_until)
        elif leave.away(session, [reminder.person_id], office.today(now)):
            reminder.use_until = max(reminder.use_until, _day_end(moment, office))
    reminder.send_from = moment


def _day_end(moment: datetime, office: Office) -> datetime:
    return datetime.combine(office.today(moment), office.day_end, tzinfo=office.zone)


def handed_on(session: Session, reminder: Reminder, now: datetime, office: Office) -> bool:
    """Whether somebody else is asked because the person is away; the message is dropped then."""
    unit_id, today = reminder.person.unit_id, office.today(now)
    if unit_id is None or reminder.person_id not in leave.away(session, [reminder.person_id], today):
        return False
    people = contacts(session, [unit_id], today, named(session, reminder.round))[unit_id]
    others = [person for person in people if person != reminder.person_id]
    if not others:
        return False
    reminder.state, reminder.reason = ReminderState.DROPPED, ON_LEAVE
    for person_id in others:
        ask_too(session, reminder, person_id, now, office)
    session.flush()
    return True


def ask_too(session: Session, like: Reminder, person_id: int, now: datetime, office: Office) -> None:
    """The digest of a round for somebody who has had none of it."""
    known = session.scalar(
        select(Reminder.id).where(
            Reminder.round_id == like.round_id,
            Reminder.person_id == person_id,
            Reminder.kind == ReminderKind.DIGEST,
            Reminder.state != ReminderState.DROPPED,
        )
    )
    if known is None:
        moment = nagging.free_moment(session, person_id, now, office)
        number = _number(session, like, person_id)
        session.add(message(like.round, person_id, ReminderKind.DIGEST, number, moment, office))


def _number(session: Session, like: Reminder, person_id: int) -> int:
    numbers = session.scalars(
        select(Reminder.number).where(
            Reminder.round_id == like.round_id,
            Reminder.person_id == person_id,
            Reminder.kind == ReminderKind.DIGEST,
        )
    ).all()
    return max(numbers, default=0) + 1


def cover(session: Session, person: Person, now: datetime, office: Office) -> list[int]:
    """Who is asked instead of a person who is away today, of what their unit has not answered; the people."""
    if person.unit_id is None or person.id not in leave.away(session, [person.id], office.today(now)):
        return []
    others = [each for each in contacts(session, [person.unit_id], office.today(now)).get(person.unit_id, [])
              if each != person.id]  # fmt: skip
    for like in session.scalars(_digests(person)).all():
        unit = answered(session, like.round_id).get(person.unit_id)
        if unit is not None and unit.answer is not Answer.FULL:
            for person_id in others:
                ask_too(session, like, person_id, now, office)
    session.flush()
    return others


def _digests(person: Person) -> Select[Reminder]:
    """The person's digests of open rounds."""
    return (
        select(Reminder)
        .join(Round, Round.id == Reminder.round_id)
        .where(
            Reminder.person_id == person.id,
            Reminder.kind == ReminderKind.DIGEST,
            Reminder.state == ReminderState.QUEUED,
            Round.state == RoundState.OPEN,
        )
    )
