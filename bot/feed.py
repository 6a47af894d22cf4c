"""What a person's calendar shows: the deadlines of the rows that may be seen, and the rounds that ask for them."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Final

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from bot import passes, seeing
from bot.board import Reader, reader
from bot.digest import plan_name
from bot.texts import texts
from bot.views.feed import Contents, Entry, calendar_bytes
from bot.views.ledger_sheets import opened_rounds
from data import queries
from data.installation import calendar_home
from data.kinds import PassKind
from data.models import Assignment, Person, Round, RoundItem, Schedule, Unit
from scheduler import schedules
from scheduler.office import Office
from scheduler.openings import Fire, cadence_of, fires
from scheduler.scope import asks_any, scope_of

AHEAD: Final = timedelta(days=365)
INSTANT: Final = timedelta(microseconds=1)
KEPT: Final = 8


class Calendars:
    """The calendars of an office. What one says is read at each look; the file is made only when that has changed."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._kept: dict[str, bytes] = {}

    def opened(self, session: Session, token: str, now: datetime) -> tuple[int, int] | None:
        """(pass, person) of a feed's token, noted as used today; None where it opens nothing."""
        found = passes.holder(session, PassKind.FEED, token, now)
        if found is None:
            return None
        if found.used_on != self._office.today(now):
            found.used_on = self._office.today(now)
        return found.id, found.person_id

    def calendar(
        self, session: Session, person_id: int, now: datetime, known: Container[str] = ()
    ) -> tuple[str, bytes | None]:
        """The tag of the person's calendar, and the file; None where the tag is one of those known."""
        contents = contents_of(session, person_id, now, self._office)
        tag = contents.tag()
        if tag in known:
            return tag, None
        made = self._kept.get(tag) or calendar_bytes(contents, now)
        self._kept = {**dict(list(self._kept.items())[-KEPT + 1 :]), tag: made}
        return tag, made


def contents_of(session: Session, person_id: int, now: datetime, office: Office) -> Contents:
    """The person's calendar in the person's language; without a plan it is empty."""
    uid, home = f"feed-{person_id}", calendar_home(session)
    if queries.current_plan(session) is None:
        say = texts(session.get_one(Person, person_id).language)
        return Contents(uid, home, say.say("feed.title"), say.language)
    found = reader(session, person_id, now, office)
    who = replace(found, own=seeing.board_rows(found.person, office))
    name = who.say.say("feed.title_of", plan=plan_name(who.plan.title))
    return Contents(uid, home, name, who.say.language, (*_deadlines(who), *_opened(who), *_to_come(who)))


def _deadlines(who: Reader) -> Iterator[Entry]:
    query = (
        select(Assignment.id, Assignment.ref, Assignment.short_name, Assignment.deadline, Unit.name.label("unit"))
        .join(Unit, Unit.id == Assignment.lead_unit_id)
        .where(Assignment.plan_id == who.plan.id, Assignment.retired_at.is_(None), *_own(who))
        .order_by(Assignment.position, Assignment.id)
    )
    for row in who.session.execute(query):
        words = {"ref": row.ref, "name": row.short_name, "unit": row.unit}
        summary, description = (who.say.say(f"feed.{key}", **words) for key in ("deadline", "deadline_more"))
        yield Entry(f"row-{row.id}", row.deadline, summary, description)


def _own(who: Reader) -> tuple[ColumnElement[bool], ...]:
    return () if who.own is None else (who.own,)


# Rounds ------------------------------------------------------------------------------------------------------


def _opened(who: Reader) -> Iterator[Entry]:
    """The rounds that asked for a row that may be seen."""
    item = exists().where(RoundItem.round_id == Round.id, RoundItem.assignment_id == Assignment.id, *_own(who))
    asked = set(who.session.scalars(select(Round.id).where(Round.plan_id == who.plan.id, item)))
    shown = [each for each in opened_rounds(who.session, who.plan.id, until=who.now) if each.id in asked]
    known = {each.id: each for each in who.session.scalars(select(Schedule).where(Schedule.plan_id == who.plan.id))}
    fired = {each.schedule_id for each in shown if each.schedule_id is not None}
    names = {each: _names(who, known[each], shown) for each in fired & known.keys()}
    for each in shown:
        if each.due_on is not None:
            uid = _uid(each, names.get(each.schedule_id or 0, {}))
            yield _round(who, uid, who.office.local(each.fire_at), each.due_on, known.get(each.schedule_id or 0))


def _names(who: Reader, schedule: Schedule, rounds: list[Round]) -> Mapping[datetime, str]:
    """What the schedule calls its openings since the first of its rounds."""
    first = min(each.fire_at for each in rounds if each.schedule_id == schedule.id)
    past = fires(cadence_of(schedule), first - INSTANT, who.office, schedule.due_workdays)
    return {fire.at: fire.name for fire in takewhile(lambda fire: fire.at <= who.now, past)}


def _uid(each: Round, names: Mapping[datetime, str]) -> str:
    """As `_to_come` named it before it was opened; one that the schedule doesn't name any more goes by its moment."""
    if each.schedule_id is None:
        return f"order-{each.id}"
    return f"round-{each.schedule_id}-{names.get(each.fire_at) or f'at-{each.fire_local}'}"


def _to_come(who: Reader) -> Iterator[Entry]:
    """What the schedules will open in a year from now, as far as they ask for a row that may be seen."""
    for schedule in schedules.list_schedules(who.session, who.plan.id):
        if asks_any(who.session, who.plan.id, scope_of(schedule), *_own(who)):
            for fire in _fires(who, schedule):
                yield _round(who, f"round-{schedule.id}-{fire.name}", fire.opens, fire.due, schedule)


def _fires(who: Reader, schedule: Schedule) -> Iterator[Fire]:
    if schedule.next_at is None or schedules.is_stopped(schedule):
        return iter(())
    last = min(schedule.ends_on or date.max, who.office.today(who.now + AHEAD))
    ahead = fires(cadence_of(schedule), schedule.next_at - INSTANT, who.office, schedule.due_workdays)
    return takewhile(lambda fire: fire.opens.date() <= last, ahead)


def _round(who: Reader, uid: str, opens: datetime, due: date, schedule: Schedule | None) -> Entry:
    by = cadence_of(schedule).due_at if schedule is not None else None
    words = {"due": due, "by": datetime.combine(due, by or time(), who.office.zone) if by else None}
    summary, description = (who.say.say(f"feed.{key}", **words) for key in ("round", "round_more"))
    return Entry(uid, opens, summary, description)
