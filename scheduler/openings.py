"""What a schedule will open: the firings of its cadence, moved into working hours. Pure; the office is handed in.

Several firings that fall on one moment (Saturday's and Sunday's both on Monday at nine) are one opening, and one that
was moved from a day off gives way to one that the day has of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain, groupby, islice, pairwise
from typing import Final

from data.errors import Reason
from data.kinds import RoundState
from data.models import Plan, Round, Schedule
from scheduler.cadence import Cadence, Opening, next_openings
from scheduler.office import Office
from scheduler.workdays import WorkingHours, add_workdays, previous_workday

TOO_SOON: Final = "too_soon"
_LOOK_BACK: Final = timedelta(days=16)  # a firing that falls into the longest holiday opens after it
_BATCH: Final = 8


@dataclass(frozen=True, slots=True)
class Fire:
    """One opening to come. `opens` is local and aware; `skipped` says why it will not be opened; `name`: as that of the
    firing (`Opening`), the first of those that open together."""

    opens: datetime
    due: date
    skipped: Reason | None = None
    name: str = field(default="", compare=False)

    @property
    def local(self) -> str:
        """The wall time that `Round.fire_local` and `Schedule.next_local` hold."""
        return wall_time(self.opens)

    @property
    def at(self) -> datetime:
        """The same moment in UTC."""
        return self.opens.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Past:
    """What a schedule has opened last, and its last fire that was opened or skipped (aware)."""

    opening: datetime | None = None
    fire: datetime | None = None


def wall_time(local: datetime) -> str:
    """`2021-09-26T09:00`."""
    return f"{local:%Y-%m-%dT%H:%M}"


def into_hours(local: datetime, office: Office, hours: WorkingHours | None = None) -> datetime:
    """The moment itself in working hours (a person's, else the office's), else the next one that is: when the bot may
    write by itself."""
    return (hours or WorkingHours(office.day_start, office.day_end)).next_open(local, office.calendar)


def fires(cadence: Cadence, after: datetime, office: Office, due_workdays: int) -> Iterator[Fire]:
    """The openings after an instant, without end unless the cadence has one."""
    for opens, firing in _moments(cadence, after - _LOOK_BACK, office):
        if opens > after:
            yield Fire(opens, due_day(opens.date(), firing.due, office, due_workdays), name=firing.name)


def _moments(cadence: Cadence, after: datetime, office: Office) -> Iterator[tuple[datetime, Opening]]:
    """Each moment in working hours once, with the first firing that falls on it."""
    firings = ((into_hours(opening.at, office), opening) for opening in _firings(cadence, after, office))
    each = ((opens, [opening for _, opening in same]) for opens, same in groupby(firings, lambda pair: pair[0]))
    for (opens, found), following in pairwise(chain(each, ((None, ()),))):
        moved = all(opening.at.date() != opens.date() for opening in found)
        if not (moved and following[0] is not None and following[0].date() == opens.date()):
            yield opens, found[0]


def _firings(cadence: Cadence, after: datetime, office: Office) -> Iterator[Opening]:
    while batch := next_openings(cadence, after, office.zone, office.calendar, _BATCH):
        yield from batch
        after = batch[-1].at


def due_day(opens_on: date, named: date | None, office: Office, due_workdays: int) -> date:
    """The day by which answers are due: so many working days after the opening, or the one that the cadence names,
    where that is a day off the working day before it."""
    if named is not None:
        return max(previous_workday(named, office.calendar), opens_on)
    return add_workdays(opens_on, due_workdays, office.calendar)


def ends_on(plan: Plan, cadence: Cadence) -> date:
    """The last day on which a schedule opens anything: the end of the plan's year at the latest."""
    last = date(plan.year, 12, 31)
    return min(last, cadence.until) if cadence.until else last


def preview(
    cadence: Cadence,
    now: datetime,
    office: Office,
    plan: Plan,
    last_opening: datetime | None,
    count: int = 5,
    *,
    last_fire: datetime | None = None,
    due_workdays: int | None = None,
    keep_first: bool = False,
) -> tuple[Fire, ...]:
    """The next openings if a schedule got this cadence now; fewer where it or the plan's year ends.

    Those that come less than half the interval after the last opening are marked as skipped, unless `keep_first`.
    """
    past = Past(last_opening, last_fire or last_opening)
    days = office.due_workdays if due_workdays is None else due_workdays
    ahead = fires_ahead(cadence, now, office, days, ends_on(plan, cadence), past, keep_first=keep_first)
    return tuple(islice(ahead, count))


def fires_ahead(
    cadence: Cadence,
    start: datetime,
    office: Office,
    due_workdays: int,
    last_day: date,
    past: Past,
    *,
    keep_first: bool = False,
) -> Iterator[Fire]:
    """The openings after the later of `start` and the last fire, until `last_day`; see `preview`."""
    after = max(start, past.fire or start)
    checking = not keep_first
    for fire, following in pairwise(chain(fires(cadence, after, office, due_workdays), (None,))):
        if fire is None or fire.opens.date() > last_day:
            return
        reason = _too_soon(fire, following, past.opening, office) if checking else None
        checking = reason is not None
        yield replace(fire, skipped=reason)


def _too_soon(fire: Fire, following: Fire | None, opening: datetime | None, office: Office) -> Reason | None:
    if following is None or opening is None or fire.at - opening >= (following.at - fire.at) / 2:
        return None
    opened = office.today(opening)
    return Reason(TOO_SOON, {"days": (fire.opens.date() - opened).days, "month": opened.month, "day": opened.day})


# As rows ---------------------------------------------------------------------------------------------------


def cadence_of(schedule: Schedule) -> Cadence:
    return Cadence.from_json(schedule.cadence)


def skipped_round(schedule: Schedule, fire: Fire, reason: Reason) -> Round:
    """The record of an opening that is passed over."""
    return Round(
        plan_id=schedule.plan_id,
        schedule_id=schedule.id,
        fire_local=fire.local,
        fire_at=fire.at,
        state=RoundState.SKIPPED,
        reason={"code": reason.code, "values": dict(reason.values)},
    )
