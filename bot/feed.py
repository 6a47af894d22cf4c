"""What a person's calendar shows: the deadlines of the rows that may be seen, and the rounds that ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import passes, seeing
from bot.board import Reader, reader
from bot.digest import plan_name
from bot.texts import texts
from bot.views.feed import Entry, calendar_bytes
from bot.views.ledger_sheets import opened_rounds
from data import queries
from data.kinds import PassKind
from data.models import Assignment, Person, Round, RoundItem, Schedule
from scheduler import schedules
from scheduler.office import Office
from scheduler.openings import Fire, cadence_of, fires
from scheduler.scope import askable, scope_of

AHEAD: Final = timedelta(days=365)
INSTANT: Final = timedelta(microseconds=1)


def opened(session: Session, token: str, now: datetime, office: Office) -> tuple[int, int] | None:
    """(pass, person) of a feed's token, noted as used today; None where it opens nothing."""
    found = passes.holder(session, PassKind.FEED, token, now)
    if found is None:
        return None
    if found.used_on != office.today(now):
        found.used_on = office.today(now)
    return found.id, found.person_id


def calendar_of(session: Session, person_id: int, now: datetime, office: Office) -> bytes:
    """The person's calendar as an iCalendar file, in the person's language; without a plan it is empty."""
    if queries.current_plan(session) is None:
        say = texts(session.get_one(Person, person_id).language)
        return calendar_bytes(say.say("feed.title"), say.language, (), now)
    who = reader(session, person_id, now, office)
    entries = [*_deadlines(who), *_opened(who), *_to_come(who)]
    name = who.say.say("feed.title_of", plan=plan_name(who.plan.title))
    return calendar_bytes(name, who.say.language, entries, now)


def _deadlines(who: Reader) -> Iterator[Entry]:
    for row in seeing.visible_rows(who.session, who.plan.id, who.person):
        words = {"ref": row.ref, "name": row.short_name, "unit": row.lead_unit.name}
        summary, description = (who.say.say(f"feed.{key}", **words) for key in ("deadline", "deadline_more"))
        yield Entry(f"row-{row.id}@duban", row.deadline, summary, description)


def _opened(who: Reader) -> Iterator[Entry]:
    """The rounds that asked for a row that may be seen."""
    query = select(RoundItem.round_id).join(Assignment, Assignment.id == RoundItem.assignment_id)
    asked = set(who.session.scalars(query if who.own is None else query.where(who.own)))
    for each in opened_rounds(who.session, who.plan.id, until=who.now):
        if each.id in asked and each.due_on is not None:
            schedule = who.session.get(Schedule, each.schedule_id) if each.schedule_id else None
            yield _round(who, _uid(each), who.office.local(each.fire_at), each.due_on, schedule)


def _uid(each: Round) -> str:
    named = each.schedule_id is not None
    return f"round-{each.schedule_id}-{each.fire_local}@duban" if named else f"order-{each.id}@duban"


def _to_come(who: Reader) -> Iterator[Entry]:
    """What the schedules will open in a year from now, as far as they ask for a row that may be seen."""
    own = () if who.own is None else (who.own,)
    for schedule in schedules.list_schedules(who.session, who.plan.id):
        if askable(who.session, who.plan.id, scope_of(schedule), *own):
            for fire in _fires(who, schedule):
                yield _round(who, f"round-{schedule.id}-{fire.local}@duban", fire.opens, fire.due, schedule)


def _fires(who: Reader, schedule: Schedule) -> Iterator[Fire]:
    if schedule.next_at is None or schedules.is_stopped(schedule):
        return iter(())
    last = schedule.ends_on or date.max
    ahead = fires(cadence_of(schedule), schedule.next_at - INSTANT, who.office, schedule.due_workdays)
    return takewhile(lambda fire: fire.at <= who.now + AHEAD and fire.opens.date() <= last, ahead)


def _round(who: Reader, uid: str, opens: datetime, due: date, schedule: Schedule | None) -> Entry:
    by = cadence_of(schedule).due_at if schedule is not None else None
    words = {"due": due, "by": datetime.combine(due, by or time(), who.office.zone) if by else None}
    summary, description = (who.say.say(f"feed.{key}", **words) for key in ("round", "round_more"))
    return Entry(uid, opens, summary, description)
