"""Rounds: opened by a schedule's time or by an order, closed by the next one. Rows in, rows out; `now` is handed in.

A tick makes and moves rows only: the round, its rows with their numbers, a reminder for each contact. What the
reminders say is decided when their time has come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from data import queries
from data.errors import Reason, UserError
from data.kinds import ReminderState, RoundState, ScopeKind
from data.models import Reminder, Round, RoundItem, Schedule
from scheduler import sharing, steps
from scheduler.answers import (
    Answer,
    RoundProgress,
    UnitAnswer,
    acknowledge,
    answered,
    answered_rows,
    progress,
    round_for,
    unanswered,
    units_without_contact,
)
from scheduler.office import Office
from scheduler.openings import Fire, cadence_of, due_day, fires, into_hours, skipped_round, wall_time
from scheduler.reminding import ASKING, order, remind, tell_admins
from scheduler.rules import asks_of
from scheduler.scope import Ask, Scope, askable, contacts, named, scope_of
from scheduler.workdays import add_workdays

__all__ = [
    "Answer",
    "RoundProgress",
    "Ticked",
    "UnitAnswer",
    "acknowledge",
    "advance",
    "answered",
    "answered_rows",
    "open_now",
    "progress",
    "round_for",
    "tick",
    "unanswered",
    "units_without_contact",
]

MISSED: Final = "missed"
NOTHING_TO_ASK: Final = "nothing_to_ask"
# Who is asked by several gets the most urgent first.
URGENCY: Final = (Schedule.next_at, Schedule.due_workdays, Schedule.id)
CLOSED: Final = "round_closed"


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a tick did: ids of rounds; (round, unit) of the units that have nobody to be asked."""

    opened: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()
    unreachable_units: tuple[tuple[int, int], ...] = ()

    def __add__(self, other: Ticked) -> Ticked:
        return Ticked(
            self.opened + other.opened,
            self.skipped + other.skipped,
            self.closed + other.closed,
            self.unreachable_units + other.unreachable_units,
        )


def tick(session: Session, now: datetime, office: Office) -> Ticked:
    """Open what is due, each opening exactly once, and move every schedule on.

    Of several missed openings only the last can open, and only while it is worth it; the others are recorded as
    skipped, with the reason, and the admins are told.
    """
    due = session.scalars(select(Schedule).where(Schedule.next_at <= now).order_by(*URGENCY)).all()
    done = Ticked()
    for schedule in due:
        done += advance(session, schedule, now, office)
    return done


def advance(session: Session, schedule: Schedule, now: datetime, office: Office) -> Ticked:
    """Open or skip what is due of one schedule and move it on; nothing where nothing is due."""
    due = _take(session, schedule, now, office)
    if due is None:
        return Ticked()
    fresh = list(due.fresh)
    opens = fresh and fresh[-1] is due.last and _worth(due.last, due.following, now, office)
    last = fresh.pop() if opens else None
    skipped = _skip(session, schedule, fresh, Reason(MISSED, {"count": len(fresh)}), now, office)
    return skipped if last is None else skipped + _open_due(session, schedule, last, now, office)


def pass_over(session: Session, schedule: Schedule, reason: Reason, now: datetime, office: Office) -> None:
    """Record what is due of one schedule as skipped, and move it on."""
    due = _take(session, schedule, now, office)
    if due is not None:
        session.add_all(skipped_round(schedule, fire, reason) for fire in due.fresh)
        session.flush()


@dataclass(frozen=True, slots=True)
class _Due:
    """Claimed openings: those that are not on record yet, the last of all, and the one after it."""

    fresh: tuple[Fire, ...]
    last: Fire
    following: Fire | None


def _take(session: Session, schedule: Schedule, now: datetime, office: Office) -> _Due | None:
    if schedule.next_at is None or schedule.next_at > now:
        return None
    found, following = _until(schedule, now, office)
    if not _claim(session, schedule, following) or schedule.plan.closed_at is not None:
        return None
    known = _recorded(session, schedule, found)
    return _Due(tuple(fire for fire in found if fire.local not in known), found[-1], following)


def _until(schedule: Schedule, now: datetime, office: Office) -> tuple[list[Fire], Fire | None]:
    """The openings from the one that the schedule waits for until now, and the one after them."""
    assert schedule.next_at is not None
    opens = office.local(schedule.next_at)
    before = schedule.next_at - timedelta(microseconds=1)
    missed: list[Fire] = []
    for fire in fires(cadence_of(schedule), before, office, schedule.due_workdays):
        if fire.at > now:
            return missed or [_unnamed(opens, schedule, office)], fire
        if _within(schedule, fire):
            missed.append(fire)
    return missed or [_unnamed(opens, schedule, office)], None


def _unnamed(opens: datetime, schedule: Schedule, office: Office) -> Fire:
    """The opening that a schedule waits for, where its cadence doesn't name it any more (the calendar was changed)."""
    return Fire(opens, due_day(opens.date(), None, office, schedule.due_workdays))


def _within(schedule: Schedule, fire: Fire) -> bool:
    return schedule.ends_on is None or fire.opens.date() <= schedule.ends_on


def _claim(session: Session, schedule: Schedule, following: Fire | None) -> bool:
    """Move the schedule on; False where somebody else has done it."""
    fire = following if following is not None and _within(schedule, following) else None
    ended = fire is None or schedule.plan.closed_at is not None
    values: dict[str, Any] = {"next_at": None, "next_local": None}
    if fire is not None and not ended:
        values = {"next_at": fire.at, "next_local": fire.local}
    claimed = session.execute(
        update(Schedule)
        .where(Schedule.id == schedule.id, Schedule.next_at == schedule.next_at)
        .values(**values, paused_at=None, paused_until=None, keep_first=False)
    )
    return bool(claimed.rowcount)  # type: ignore[attr-defined]


def _recorded(session: Session, schedule: Schedule, found: Sequence[Fire]) -> set[str]:
    locals_ = [fire.local for fire in found]
    return set(
        session.scalars(
            select(Round.fire_local).where(
                Round.schedule_id == schedule.id,
                Round.fire_local >= locals_[0],
                Round.fire_local <= locals_[-1],
            )
        )
    )


def _worth(fire: Fire, following: Fire | None, now: datetime, office: Office) -> bool:
    """Whether a missed opening can still be made up for: not half way to the next, and five working days at most."""
    last_day = add_workdays(fire.opens.date(), steps.CATCH_UP_WORKDAYS, office.calendar)
    until = datetime.combine(last_day, fire.opens.time(), tzinfo=office.zone)
    if following is not None:
        until = min(until, fire.at + (following.at - fire.at) / 2)
    return now < until


def _skip(
    session: Session, schedule: Schedule, passed: Sequence[Fire], reason: Reason, now: datetime, office: Office
) -> Ticked:
    rounds = [skipped_round(schedule, fire, reason) for fire in passed]
    session.add_all(rounds)
    session.flush()
    if rounds:
        tell_admins(session, rounds[-1], now, office)
    return Ticked(skipped=tuple(round_.id for round_ in rounds))


def _open_due(session: Session, schedule: Schedule, fire: Fire, now: datetime, office: Office) -> Ticked:
    asks = asks_of(session, schedule)
    if not asks:
        return _skip(session, schedule, [fire], Reason(NOTHING_TO_ASK), now, office)
    closed = _close_before(session, schedule, now)
    opens_on = into_hours(office.local(now), office).date()
    named = fire.due if cadence_of(schedule).lead is not None else None
    opened = Round(
        plan_id=schedule.plan_id,
        schedule_id=schedule.id,
        fire_local=fire.local,
        fire_at=fire.at,
        opened_at=now,
        due_on=due_day(opens_on, named, office, schedule.due_workdays),
        state=RoundState.OPEN,
    )
    people = _fill(session, opened, asks, office.today(now), scope_of(schedule).people)
    steps.plan(session, opened, office)
    remind(session, opened, chain(*people.values()), now, office)
    sharing.tell(session, opened, chain(*people.values()), now, office)
    lonely = [unit_id for unit_id in dict.fromkeys(ask.unit_id for ask in asks) if unit_id not in people]
    if lonely:
        tell_admins(session, opened, now, office)
    return Ticked((opened.id,), closed=closed, unreachable_units=tuple((opened.id, unit_id) for unit_id in lonely))


def _fill(
    session: Session, opened: Round, asks: Sequence[Ask], day: date, among: Collection[int] = ()
) -> dict[int, list[int]]:
    """Store the round with its rows, numbered for each unit from 1; unit id → the people to ask."""
    session.add(opened)
    session.flush()
    _number(session, opened, asks, {})
    return contacts(session, (ask.unit_id for ask in asks), day, among)


def _number(session: Session, opened: Round, asks: Iterable[Ask], taken: dict[int, int]) -> None:
    for ask in asks:
        taken[ask.unit_id] = taken.get(ask.unit_id, 0) + 1
        session.add(
            RoundItem(
                round_id=opened.id,
                assignment_id=ask.assignment_id,
                unit_id=ask.unit_id,
                position=taken[ask.unit_id],
            )
        )
    session.flush()


# Closing ---------------------------------------------------------------------------------------------------


def _close_before(session: Session, schedule: Schedule, now: datetime) -> tuple[int, ...]:
    """Close what the schedule has open, and, where it asks for the whole plan, what was opened by order."""
    mine = Round.schedule_id == schedule.id
    if schedule.scope_kind == ScopeKind.PLAN:
        mine |= Round.schedule_id.is_(None)
    found = session.scalars(
        select(Round.id).where(Round.plan_id == schedule.plan_id, Round.state == RoundState.OPEN, mine)
    ).all()
    if found:
        close(session, found, now)
    return tuple(found)


def close(session: Session, round_ids: Collection[int], now: datetime) -> None:
    """End rounds; what still waits to be asked is dropped, the office's list comes now."""
    steps.hasten_list(session, round_ids, now)
    session.execute(
        update(Round)
        .where(Round.id.in_(round_ids), Round.state == RoundState.OPEN)
        .values(state=RoundState.CLOSED, closed_at=now)
    )
    session.execute(
        update(Reminder)
        .where(
            Reminder.round_id.in_(round_ids),
            Reminder.state == ReminderState.WAITING,
            Reminder.kind.in_(ASKING),
        )
        .values(state=ReminderState.DROPPED, reason=CLOSED)
    )


# By order --------------------------------------------------------------------------------------------------


def open_now(
    session: Session,
    scope_kind: ScopeKind,
    scope_id: int | None,
    now: datetime,
    office: Office,
    ordered_by: int | None = None,
    people: Collection[int] = (),
) -> Round:
    """Ask now, at once and at any hour: the unanswered rows of the open round again, under their numbers, else anew.

    `people`: of the scope PEOPLE, who is asked; nobody else of their units is.

    Raises UserError `no_plan`, `reminders.nothing_to_ask`.
    """
    plan = queries.current_plan(session)
    if plan is None:
        raise UserError("no_plan")
    asks = askable(session, plan.id, Scope(scope_kind, scope_id, tuple(people)))
    if not asks:
        raise UserError("reminders.nothing_to_ask")
    going = _asking(session, plan.id, asks)
    if going is not None:
        return _ask_again(session, going, asks, now, office, people)
    today = office.today(now)
    opened = Round(
        plan_id=plan.id,
        fire_local=wall_time(office.local(now)),
        fire_at=now,
        opened_at=now,
        due_on=due_day(today, None, office, office.due_workdays),
        state=RoundState.OPEN,
        ordered_by=ordered_by,
    )
    asked = _fill(session, opened, asks, today, people)
    steps.plan(session, opened, office)
    order(session, opened, chain(*asked.values()), now, office)
    return opened


def _asking(session: Session, plan_id: int, asks: Sequence[Ask]) -> Round | None:
    """The open round that asks for most of these rows and still waits for an answer to one; the newest of equals."""
    wanted = [ask.assignment_id for ask in asks]
    found = session.execute(
        select(Round, func.count())
        .join(RoundItem, RoundItem.round_id == Round.id)
        .where(Round.plan_id == plan_id, Round.state == RoundState.OPEN, RoundItem.assignment_id.in_(wanted))
        .group_by(Round.id)
        .order_by(func.count().desc(), Round.id.desc())
    ).all()
    return next((each for each, count in found if len(answered_rows(session, each.id) & set(wanted)) < count), None)


def _ask_again(
    session: Session, going: Round, asks: Sequence[Ask], now: datetime, office: Office, among: Collection[int]
) -> Round:
    items = session.scalars(select(RoundItem).where(RoundItem.round_id == going.id)).all()
    there = {item.assignment_id for item in items}
    taken: dict[int, int] = {}
    for item in items:
        taken[item.unit_id] = max(taken.get(item.unit_id, 0), item.position)
    _number(session, going, (ask for ask in asks if ask.assignment_id not in there), taken)
    done = answered_rows(session, going.id)
    waiting = {ask.unit_id for ask in asks if ask.assignment_id not in done}
    people = contacts(session, waiting, office.today(now), among or named(session, going))
    order(session, going, chain(*people.values()), now, office)
    return going
