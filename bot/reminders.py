"""Reminders whose time has come: looked at again, rendered, handed to the outbox, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, bindparam, case, literal_column, or_, select, text, update
from sqlalchemy.orm import Session

from bot import copies, groups, leader_digests, nags, roundlist, upward
from bot.accounts import Names, Reach, best_reach, preferred_account, reachable
from bot.asked import Sheet, read_sheet
from bot.channels.wecom_quota import SPREAD, spread
from bot.digest import co_lead_notice, render
from bot.message import Outgoing
from bot.outbox import Postbox
from bot.texts import Texts, texts
from data import queries
from data.errors import Reason
from data.kinds import Priority, ReminderKind, ReminderState, Role, RoundState
from data.models import Account, Person, Reminder, Round, UtcDateTime
from scheduler import burden, repeats, rounds
from scheduler.answers import NO_ACCOUNT, units_without_contact
from scheduler.office import Office, in_force
from scheduler.openings import into_hours
from scheduler.reminding import ASKING, is_ordered, tell_admins

BATCH: Final = 50
TELLING: Final = (ReminderKind.NOTICE, ReminderKind.LIST, ReminderKind.COPY, ReminderKind.CO_LEAD)


# Asked every second, all day long, mostly for nothing: one statement, made once.
ANYTHING_DUE: Final = text(
    """
    SELECT EXISTS (SELECT 1 FROM schedule WHERE next_at <= :now)
        OR EXISTS (SELECT 1 FROM reminder WHERE state = 'waiting' AND send_from <= :now)
        OR EXISTS (SELECT 1 FROM step WHERE done_at IS NULL AND at <= :now)
        OR EXISTS (SELECT 1 FROM leader_digest WHERE next_at <= :now)
    """
).bindparams(bindparam("now", type_=UtcDateTime))


def anything_due(session: Session, now: datetime) -> bool:
    """Whether a beat has anything to do."""
    return bool(session.scalar(ANYTHING_DUE, {"now": now}))


def tick(session: Session, now: datetime, office: Office, postbox: Postbox) -> int:
    """One beat: open what is due, take the steps of open rounds, then queue what may go; how many were queued."""
    if not anything_due(session, now):
        return 0
    office = in_force(session, office)
    rounds.tick(session, now, office)
    repeats.tick(session, now, office)
    return render_due(session, now, office, postbox) + leader_digests.tick(session, now, office, postbox)


def render_due(session: Session, now: datetime, office: Office, postbox: Postbox, most: int = BATCH) -> int:
    """Queue up to `most` waiting messages whose time has come and that are still of use; how many were queued.

    A person without a reachable account is waited for until the message is of no more use; the admins are told.
    """
    due = session.scalars(_due(now, postbox.channels).limit(most)).all()
    if not due:
        return 0
    desk = Desk(session, now, office, postbox)
    return sum(desk.handle(reminder) for reminder in due)


def _due(now: datetime, channels: Names = None) -> Select[Reminder]:
    reached = select(Account.id).where(Account.person_id == Reminder.person_id, reachable(channels)).exists()
    return (
        select(Reminder)
        .where(
            literal_column("reminder.state = 'waiting'"),
            Reminder.send_from <= now,
            or_(Reminder.reason.is_(None), reached, Reminder.use_until < now),
        )
        .order_by(Reminder.send_from, case((Reminder.kind.in_(TELLING), 1), else_=0), Reminder.id)
    )


@dataclass
class Desk:
    """One batch of reminders; what a round's digests share is read once."""

    session: Session
    now: datetime
    office: Office
    postbox: Postbox
    _sheets: dict[int, Sheet] = field(default_factory=dict)

    def handle(self, reminder: Reminder) -> bool:
        """Queue, hold or drop a reminder; whether it was queued."""
        useless = self._useless(reminder)
        if useless is not None:
            reminder.state, reminder.reason = ReminderState.DROPPED, useless
            return False
        if self._held(reminder):
            return False
        if self._crowded(reminder):
            return False
        outgoing = self._rendered(reminder)
        if outgoing is None:
            reminder.state, reminder.reason = ReminderState.DROPPED, "settled"
            return False
        return self._claimed(reminder) and self._queued(reminder, outgoing)

    def _useless(self, reminder: Reminder) -> str | None:
        """Why a message is of no use any more."""
        if reminder.use_until < self.now:
            return reminder.reason or "too_late"
        if reminder.person.left_at is not None:
            return "left"
        if reminder.kind in TELLING:
            return None
        if reminder.round.state != RoundState.OPEN:
            return rounds.CLOSED
        if reminder.kind == ReminderKind.ESCALATION:
            return None
        if self._too_much(reminder):
            return burden.OVER_CAP
        lines = self._sheet(reminder.round).lines.get(reminder.person.unit_id or 0, ())
        if not lines:
            return "nothing_asked"
        return "answered" if all(line.answered for line in lines) else None

    def _too_much(self, reminder: Reminder) -> bool:
        is_repeat = reminder.kind == ReminderKind.NAG
        return is_repeat and burden.is_full(self.session, reminder.person_id, self.now, self.office)

    def _held(self, reminder: Reminder) -> bool:
        """Move what the bot sends by itself to when it may go; hand it on where its person is away."""
        if is_ordered(reminder, reminder.round):
            return False
        if reminder.kind in ASKING and repeats.handed_on(self.session, reminder, self.now, self.office):
            return True
        moment = repeats.may_go(self.session, reminder, self.now, self.office)
        if moment <= self.now:
            return False
        repeats.hold(self.session, reminder, moment, self.now, self.office)
        return True

    def _crowded(self, reminder: Reminder) -> bool:
        """Put off by minutes what would go out over WeCom just when all the world sends."""
        moment = spread(self.now, str(reminder.person_id))
        if moment == self.now or is_ordered(reminder, reminder.round):
            return False
        account = preferred_account(self.session, reminder.person_id, self.postbox.channels)
        late = into_hours(self.office.local(moment), self.office) != self.office.local(moment)
        if account is None or account.channel not in SPREAD or late:
            return False
        reminder.send_from = moment
        return True

    def _rendered(self, reminder: Reminder) -> Outgoing | None:
        made = self._message(reminder)
        return replace(made, use_until=reminder.use_until) if made is not None else None

    def _message(self, reminder: Reminder) -> Outgoing | None:
        match reminder.kind:
            case ReminderKind.DIGEST:
                return render(self._sheet(reminder.round), reminder.person)
            case ReminderKind.NAG:
                return nags.nag(self.session, self._sheet(reminder.round), reminder.person)
            case ReminderKind.LIST:
                return roundlist.to_admin(self.session, reminder.round, reminder.person, self.now, self.office)
            case ReminderKind.CO_LEAD:
                return co_lead_notice(self._sheet(reminder.round), reminder.person)
            case ReminderKind.COPY:
                return copies.copy(self.session, reminder, self.office)
            case ReminderKind.ESCALATION:
                return upward.told(self.session, reminder, self.now, self.office)
        said = notice(self.session, reminder.round, texts(reminder.person.language), self.postbox.channels)
        return Outgoing(said, person_id=reminder.person_id, priority=Priority.NOTICE) if said is not None else None

    def _claimed(self, reminder: Reminder) -> bool:
        """Take the reminder; False where somebody else has."""
        taken = self.session.execute(
            update(Reminder)
            .where(Reminder.id == reminder.id, Reminder.state == ReminderState.WAITING)
            .values(state=ReminderState.QUEUED)
        )
        return bool(taken.rowcount)  # type: ignore[attr-defined]

    def _queued(self, reminder: Reminder, outgoing: Outgoing) -> bool:
        outbox_id = self.postbox.enqueue(self.session, outgoing, self.now)
        if outbox_id is None:
            reminder.state, reminder.reason = ReminderState.WAITING, NO_ACCOUNT
            if reminder.kind == ReminderKind.DIGEST:
                tell_admins(self.session, reminder.round, self.now, self.office)
            return False
        reminder.outbox_id, reminder.reason = outbox_id, None
        if reminder.kind == ReminderKind.DIGEST:
            self._show_in_groups(reminder)
        if self.office.today(reminder.send_from) < self.office.today(self.now):
            reminder.send_from = self.now
        self.session.flush()
        return True

    def _show_in_groups(self, reminder: Reminder) -> None:
        unit_id = reminder.person.unit_id
        if unit_id is not None and groups.of_units(self.session, [unit_id]):
            told = render(self._sheet(reminder.round), reminder.person, in_group=True)
            told = replace(told, use_until=reminder.use_until)
            groups.show(self.session, told, unit_id, self.now, self.postbox)

    def _sheet(self, round_: Round) -> Sheet:
        if round_.id not in self._sheets:
            self._sheets[round_.id] = read_sheet(self.session, round_, self.now, self.office)
        return self._sheets[round_.id]


# What the office is told -----------------------------------------------------------------------------------


def tell_clock_jump(session: Session, by: timedelta, now: datetime, office: Office, postbox: Postbox) -> int:
    """The machine's clock has jumped: say so to every admin, at once and at any hour; how many were told."""
    told = 0
    for admin in queries.people_with(session, Role.ADMIN):
        said = texts(admin.language).say(
            "reminders.clock_jumped",
            minutes=abs(by) // timedelta(minutes=1),
            back=by < timedelta(),
            now=office.local(now),
        )
        notice = Outgoing(said, person_id=admin.id, priority=Priority.NOTICE)
        told += postbox.enqueue(session, notice, now) is not None
    return told


def notice(session: Session, about: Round, say: Texts, channels: Names = None) -> str | None:
    """Why a round was skipped, or whom it doesn't reach; None where there is nothing to tell any more."""
    fire = datetime.fromisoformat(about.fire_local)
    if about.state == RoundState.SKIPPED:
        reason = skip_reason(about)
        return say.say(
            "reminders.notice_skipped", fire=fire, reason=say.tell("reminders.skipped", reason), year=about.plan.year
        )
    units = [say.say("reminders.unreached_unit", unit=unit.name) for unit in units_without_contact(session, about.id)]
    people = [_unreached(say, person, channels) for person in _without_account(session, about)]
    if not units and not people:
        return None
    return say.say("reminders.notice_unreached", opened=fire.date(), who=[*units, *people])


def skip_reason(about: Round) -> Reason:
    """Why a round was skipped (`reminders.skipped.<code>`)."""
    kept = about.reason or {"code": rounds.MISSED, "values": {"count": 1}}
    return Reason(kept["code"], kept["values"])


def _without_account(session: Session, about: Round) -> Iterable[Person]:
    return session.scalars(
        select(Person)
        .join(Reminder, Reminder.person_id == Person.id)
        .where(
            Reminder.round_id == about.id,
            Reminder.kind == ReminderKind.DIGEST,
            Reminder.state == ReminderState.WAITING,
            Reminder.reason == NO_ACCOUNT,
        )
        .order_by(Person.id)
    )


UNREACHED: Final = {
    Reach.BLOCKED: "reminders.unreached_blocked",
    Reach.NOT_SPOKEN: "reminders.unreached_not_spoken",
}


def _unreached(say: Texts, person: Person, channels: Names) -> str:
    unit = person.unit.name if person.unit is not None else ""
    key = UNREACHED.get(best_reach(person.accounts, channels), "reminders.unreached_person")
    return say.say(key, unit=unit, person=person.name)
