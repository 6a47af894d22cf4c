"""Random edits, replies, stops, clock moves and corrections of the calendar: each opening of a schedule is opened
exactly once, or on record as skipped, with the reason."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy.orm import Session

from data.kinds import ReminderKind, ReminderState, RoundState
from data.models import Round, Schedule
from data.store import migrate, open_store
from scheduler import correcting, schedules
from scheduler.cadence import Cadence
from scheduler.days import Daily, Monthly, Nth, Weekly
from scheduler.office import in_force
from scheduler.openings import TOO_SOON, fires
from tests.scheduler.asking import OFFICE, Asking, at

CADENCES = st.sampled_from(
    [
        Cadence(Monthly((25,)), shift="next"),
        Cadence(Monthly((5, 20)), times=(time(10), time(16))),
        Cadence(Nth((-1,), "month"), times=(time(15),)),
        Cadence(Weekly((1, 4)), times=(time(8, 30),)),
        Cadence(Weekly((5,), every=2), start=at("2021-08-02T09:00").date()),
        Cadence(Daily(), times=(time(9), time(15, 30))),
    ]
)
SPANS = st.one_of(
    st.timedeltas(timedelta(seconds=1), timedelta(hours=3)),
    st.timedeltas(timedelta(hours=3), timedelta(days=9)),
    st.timedeltas(timedelta(days=9), timedelta(days=50)),
)
ON_TIME = timedelta(minutes=1)


@cache
def template() -> Path:
    """A database with the plan and its liaisons, to be copied."""
    path = Path(tempfile.mkdtemp()) / "template.db"
    store = open_store(f"sqlite:///{path}")
    migrate(store)
    Asking(store).everybody()
    store.close()
    return path


class Years(RuleBasedStateMachine):
    """One schedule of the plan. `due` are the openings that have come so far, by the cadence that was in force."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(template(), self.folder / "duban.db")
        self.store = open_store(f"sqlite:///{self.folder / 'duban.db'}")
        self.asking = Asking.__new__(Asking)
        self.asking.store, self.asking.office, self.asking.now = self.store, OFFICE, at("2021-08-01T09:00")
        self.due: set[str] = set()
        self.since = self.asking.now
        self.cadence: Cadence | None = None
        self.fresh: list[str] = []
        self.corrected: set[date] = set()

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @initialize(cadence=CADENCES)
    def begin(self, cadence: Cadence) -> None:
        self.schedule_id = self.asking.schedule(cadence)
        self.cadence = cadence

    # What happens

    @rule(span=SPANS)
    def time_passes_while_stopped(self, span: timedelta) -> None:
        self.asking.now += span

    @rule(span=st.timedeltas(timedelta(seconds=1), timedelta(days=3)))
    def the_clock_is_set_back(self, span: timedelta) -> None:
        self.asking.now -= span

    @rule()
    def a_tick(self) -> None:
        self._goes_on(self.asking.tick)

    @precondition(lambda self: self._coming() is not None)
    @rule(late=st.timedeltas(timedelta(), ON_TIME))
    def the_next_opening_comes(self, late: timedelta) -> None:
        coming = self._coming()
        assert coming is not None
        self.asking.now = coming + late
        self._goes_on(self.asking.tick)

    @precondition(lambda self: self.cadence is not None)
    @rule(cadence=CADENCES, keep=st.booleans())
    def it_is_changed(self, cadence: Cadence, keep: bool) -> None:
        self._edited(
            lambda s, now: schedules.change(
                s, self.schedule_id, cadence, "…", now, self.asking.office, keep_first=keep
            ),
            cadence,
        )

    @rule()
    def it_is_paused(self) -> None:
        self._edited(lambda s, now: schedules.pause(s, self.schedule_id, now, self.asking.office), None)

    @precondition(lambda self: self.cadence is None)
    @rule()
    def it_goes_on(self) -> None:
        stored = self.asking.read(lambda s: schedules.cadence_of(s.get_one(Schedule, self.schedule_id)))
        self._edited(lambda s, now: schedules.resume(s, self.schedule_id, now, self.asking.office), stored)

    @rule()
    def it_is_aligned_anew(self) -> None:
        self.asking.write(lambda session: schedules.realign(session, self.asking.now, self.asking.office))

    @rule(ahead=st.integers(0, 12))
    def the_calendar_is_corrected(self, ahead: int) -> None:
        """Some day from today on is worked instead of off, or the other way round. The bot has been beating."""
        self._goes_on(self.asking.tick)
        asking = self.asking
        day = asking.office.today(asking.now) + timedelta(days=ahead)
        days: dict[date, bool | None] = {day: not asking.office.calendar.is_workday(day)}
        asking.write(lambda session: correcting.correct(session, days, asking.now, asking.office))
        asking.office = asking.read(lambda session: in_force(session, asking.office))
        self.since = max([self.since, *(at(local) for local in self.due)])
        self.corrected.add(day)

    @precondition(lambda self: self._coming() is not None)
    @rule()
    def the_next_one_is_skipped(self) -> None:
        self._goes_on(self.asking.tick)
        skip = self.asking.write(
            lambda s: schedules.skip_next(s, self.schedule_id, self.asking.now, self.asking.office, why="…")
        )
        self.due |= {skip.local} if skip is not None else set()

    @rule(ref=st.sampled_from(["1", "3.2", "8.1"]), status=st.sampled_from([None, "in_progress", "done"]))
    def somebody_replies(self, ref: str, status: str | None) -> None:
        self.asking.reports(ref, f"{OFFICE.local(self.asking.now):%Y-%m-%dT%H:%M}", status=status)

    # What is expected

    def _coming(self) -> datetime | None:
        if self.cadence is None:
            return None
        return self.asking.read(lambda session: session.get_one(Schedule, self.schedule_id).next_at)

    def _goes_on(self, act: Callable[[], object]) -> None:
        before = set(self._recorded())
        self._expect()
        act()
        self.fresh = sorted(set(self._recorded()) - before)

    def _edited(self, edit: Callable[[Session, datetime], object], cadence: Cadence | None) -> None:
        foreseen = {local for local, each in self._recorded().items() if self._is_foreseen(each)}
        self._goes_on(lambda: self.asking.write(lambda session: edit(session, self.asking.now)))
        self.due -= foreseen
        last = max((at(local) for local in self.due), default=self.asking.now)
        self.cadence, self.since = cadence, max(self.asking.now, last)

    def _expect(self) -> None:
        if self.cadence is not None:
            self.due |= set(self._until_now())

    def _until_now(self) -> Iterator[str]:
        assert self.cadence is not None
        for fire in fires(self.cadence, self.since, self.asking.office, 3):
            if fire.at > self.asking.now or fire.opens.year > 2021:
                return
            yield fire.local

    def _recorded(self) -> dict[str, Round]:
        return {each.fire_local: each for each in self.asking.rounds()}

    def _is_foreseen(self, each: Round) -> bool:
        return (each.reason or {}).get("code") == TOO_SOON and each.fire_at > self.asking.now

    # What always holds

    @invariant()
    def every_opening_is_on_record_once(self) -> None:
        """Beside what an edit foresaw: skipped before its time, and after everything that has come."""
        recorded = [each.fire_local for each in self.asking.rounds()]
        foreseen = {local for local in recorded if local > max(self.due, default="")} & set(self.asking.skipped())
        assert sorted(set(recorded) - foreseen) == sorted(self.due)
        assert len(recorded) == len(set(recorded))
        assert {self.asking.skipped()[local] for local in foreseen} <= {TOO_SOON}

    @invariant()
    def what_was_not_opened_says_why(self) -> None:
        assert all((each.reason or {}).get("code") for each in self.asking.rounds() if each.state == RoundState.SKIPPED)

    @invariant()
    def at_most_one_round_is_open(self) -> None:
        assert sum(each.state == RoundState.OPEN for each in self.asking.rounds()) <= 1

    @invariant()
    def of_what_a_beat_found_only_the_last_was_opened(self) -> None:
        recorded = self._recorded()
        fresh = [recorded[local] for local in self.fresh if local in recorded and local in self.due]
        assert all(each.state == RoundState.SKIPPED for each in fresh[:-1])
        self.fresh = []

    @invariant()
    def nobody_is_asked_twice_a_day_or_out_of_hours(self) -> None:
        asked = [
            (each.person_id, OFFICE.local(each.send_from))
            for each in self.asking.reminders()
            if each.kind == ReminderKind.DIGEST and each.state != ReminderState.DROPPED
        ]
        assert len({(person, moment.date()) for person, moment in asked}) == len(asked)
        days = {moment.date() for _person, moment in asked} - self.corrected
        assert all(OFFICE.calendar.is_workday(day) for day in days)
        assert all(OFFICE.day_start <= moment.time() < OFFICE.day_end for _person, moment in asked)


TestYears = Years.TestCase
TestYears.settings = settings(
    max_examples=20, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck)
)
