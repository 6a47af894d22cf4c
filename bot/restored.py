"""After a backup was put back: what may have gone out since is held until an admin says so; the clock goes on from now.

Messages that were taken in but not handled are handled: in this database nothing came of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.message import Button, Outgoing, Payload
from bot.outbox import Postbox
from bot.texts import Texts, texts
from data import audit, queries
from data.backup import Lost
from data.errors import Reason
from data.kinds import OutboxState, Priority, ReminderState, Role
from data.models import Outbox, Person, Reminder, Schedule, Step
from scheduler.correcting import follow
from scheduler.office import Office, in_force
from scheduler.rounds import pass_over

RESTORED: Final = "restored"
SHOWN: Final = 60


@dataclass(frozen=True)
class Aftermath:
    """How many messages, reminders and later steps are held or passed over, and openings skipped."""

    messages: int
    reminders: int
    steps: int
    openings: int


def settle(
    session: Session, now: datetime, office: Office, postbox: Postbox, lost: Lost | None, taken: datetime | None
) -> Aftermath:
    """Hold what was queued or claimed and what was due, go on from now, tell the admins what is lost."""
    office = in_force(session, office)
    found = Aftermath(_hold_messages(session), _hold_reminders(session, now), _end_steps(session, now), 0)
    openings = _pass_over(session, now, office)
    follow(session, now, office)
    found = Aftermath(found.messages, found.reminders, found.steps, openings)
    audit.record(session, now, RESTORED, "database", None, None, asdict(found))
    for admin in queries.people_with(session, Role.ADMIN):
        postbox.enqueue(session, notice(texts(admin.language), found, lost, taken, admin.id, office), now)
    return found


def _hold_messages(session: Session) -> int:
    return _changed(
        session,
        update(Outbox)
        .where(Outbox.state.in_((OutboxState.QUEUED, OutboxState.CLAIMED)))
        .values(state=OutboxState.HELD, reason=RESTORED, claim=None, claimed_until=None),
    )


def _hold_reminders(session: Session, now: datetime) -> int:
    return _changed(
        session,
        update(Reminder)
        .where(Reminder.state == ReminderState.WAITING, Reminder.send_from <= now)
        .values(state=ReminderState.HELD),
    )


def _end_steps(session: Session, now: datetime) -> int:
    return _changed(
        session, update(Step).where(Step.done_at.is_(None), Step.at <= now).values(done_at=now, outcome=RESTORED)
    )


def _pass_over(session: Session, now: datetime, office: Office) -> int:
    due = session.scalars(select(Schedule).where(Schedule.next_at <= now)).all()
    for schedule in due:
        pass_over(session, schedule, Reason(RESTORED), now, office)
    return len(due)


def _changed(session: Session, statement: Any) -> int:
    return session.execute(statement).rowcount  # type: ignore[attr-defined,no-any-return]


# What admins are told --------------------------------------------------------------------------------------


def notice(
    say: Texts, found: Aftermath, lost: Lost | None, taken: datetime | None, admin_id: int, office: Office
) -> Outgoing:
    """What an admin is told, with the choice between sending again and dropping."""
    said = "\n".join(told(say, found, lost, taken, office))
    shown = buttons(say, found.messages + found.reminders)
    return Outgoing(said, person_id=admin_id, priority=Priority.NOTICE, buttons=shown)


def told(say: Texts, found: Aftermath, lost: Lost | None, taken: datetime | None, office: Office) -> list[str]:
    """What was restored, what is lost, what is not made up for, what is held; a sentence a line."""
    at = office.local(taken) if taken is not None else None
    lines = [say.say("delivery.restored", at=at), *lost_lines(say, lost, office)]
    if found.openings or found.steps:
        lines.append(say.say("delivery.passed_over", openings=found.openings, steps=found.steps))
    if found.messages or found.reminders:
        lines.append(say.say("delivery.held", messages=found.messages, reminders=found.reminders))
    return lines


def buttons(say: Texts, held: int) -> Sequence[Sequence[Button]]:
    if not held:
        return ()
    return [[Button(say.say("delivery.send_held"), "send_held"), Button(say.say("delivery.drop_held"), "drop_held")]]


def lost_lines(say: Texts, lost: Lost | None, office: Office) -> list[str]:
    """What can be known of what is lost, a sentence a line."""
    if lost is None:
        return [say.say("delivery.lost_unknown")]
    if not (lost.messages or lost.reports or lost.sent):
        return [say.say("delivery.lost_nothing", since=office.local(lost.since))]
    people = [
        say.say("delivery.lost_person", name=name or say.say("delivery.somebody"), count=count)
        for name, count in lost.people
    ]
    return [
        say.say(
            "delivery.lost",
            since=office.local(lost.since),
            messages=lost.messages,
            reports=lost.reports,
            sent=lost.sent,
            people=people,
        )
    ]


# What admins decide ----------------------------------------------------------------------------------------


def held(session: Session) -> list[Mapping[str, Any]]:
    """The messages that are held: number, to whom, the first words."""
    rows = session.scalars(select(Outbox).where(Outbox.state == OutboxState.HELD).order_by(Outbox.id)).all()
    people = session.scalars(select(Person).where(Person.id.in_({row.person_id for row in rows})))
    names = {person.id: person.name for person in people}
    return [
        {"number": row.id, "to": names.get(row.person_id or 0, row.chat_id), "text": _first_words(row)} for row in rows
    ]


def _first_words(row: Outbox) -> str:
    payload = Payload.from_json(row.payload)
    words = " ".join(f"{payload.title or ''} {payload.text}".split())
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}…"


def held_reminders(session: Session) -> int:
    return session.scalar(select(func.count()).where(Reminder.state == ReminderState.HELD)) or 0


def send_held(session: Session) -> int:
    """Queue all that is held; reminders are looked at again when they go out. How many there were."""
    return _decide(session, OutboxState.QUEUED, ReminderState.WAITING, None)


def drop_held(session: Session) -> int:
    """Send nothing of what is held; how many there were."""
    return _decide(session, OutboxState.DROPPED, ReminderState.DROPPED, RESTORED)


def _decide(session: Session, message: OutboxState, reminder: ReminderState, reason: str | None) -> int:
    messages = update(Outbox).where(Outbox.state == OutboxState.HELD).values(state=message, reason=reason)
    reminders = update(Reminder).where(Reminder.state == ReminderState.HELD).values(state=reminder, reason=reason)
    return _changed(session, messages) + _changed(session, reminders)
