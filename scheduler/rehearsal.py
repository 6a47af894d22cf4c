"""演练: what would open on days to come, and who would get what; nothing is written and nothing sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.kinds import RoundState
from data.models import Plan, Round, Schedule
from scheduler import schedules
from scheduler.office import Office
from scheduler.openings import Fire, cadence_of, fires
from scheduler.rules import asks_of
from scheduler.scope import Ask, contacts, scope_of


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """An opening that would come. `people`: unit id → whom it would ask that day; units without anybody are missing.

    `skipped` is the code of the reason where it would be passed over.
    """

    schedule: Schedule
    fire: Fire
    asks: Sequence[Ask]
    people: Mapping[int, Sequence[int]]
    skipped: str | None = None

    def rows_of(self, unit_id: int) -> int:
        return sum(ask.unit_id == unit_id for ask in self.asks)

    @property
    def units(self) -> list[int]:
        return list(dict.fromkeys(ask.unit_id for ask in self.asks))


def rehearse(session: Session, plan: Plan, first: date, last: date, office: Office) -> list[Rehearsed]:
    """What opens from one day to another, as schedules, people and rows stand now; in the order of time."""
    found = [
        each
        for schedule in schedules.list_schedules(session, plan.id)
        if not schedules.is_stopped(schedule)
        for each in _of_schedule(session, schedule, first, last, office)
    ]
    return sorted(found, key=lambda each: (each.fire.at, each.schedule.due_workdays, each.schedule.id))


def _of_schedule(session: Session, schedule: Schedule, first: date, last: date, office: Office) -> Iterator[Rehearsed]:
    asks = asks_of(session, schedule)
    units = [ask.unit_id for ask in asks]
    skipped = _skipped(session, schedule)
    for fire in _fires(schedule, first, last, office):
        people = contacts(session, units, fire.opens.date(), scope_of(schedule).people)
        yield Rehearsed(schedule, fire, asks, people, skipped.get(fire.local))


def _fires(schedule: Schedule, first: date, last: date, office: Office) -> Iterator[Fire]:
    start = max(first, schedule.paused_until or first)
    before = datetime.combine(start, time(), tzinfo=office.zone) - timedelta(microseconds=1)
    end = min(last, schedule.ends_on or last)
    for fire in fires(cadence_of(schedule), before, office, schedule.due_workdays):
        if fire.opens.date() > end:
            return
        yield fire


def _skipped(session: Session, schedule: Schedule) -> dict[str, str]:
    rounds = session.scalars(select(Round).where(Round.schedule_id == schedule.id, Round.state == RoundState.SKIPPED))
    return {each.fire_local: (each.reason or {})["code"] for each in rounds}
