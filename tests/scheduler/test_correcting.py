"""A start with another zone or calendar than the last: everything follows, nothing is doubled or dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from data.errors import UserError
from data.store import Store
from scheduler import correcting, schedules
from scheduler.cadence import Cadence
from scheduler.days import Daily, Monthly, Workdays
from scheduler.office import Office, in_force
from tests.scheduler.asking import OFFICE, Asking


@pytest.fixture
def asking(store: Store) -> Asking:
    return Asking(store)


def aligned(asking: Asking, office: Office) -> correcting.Moved | None:
    return asking.write(lambda session: correcting.align(session, asking.now, office))


def corrected(asking: Asking, **days: bool) -> correcting.Moved:
    wanted: dict[date, bool | None] = {date(2021, int(name[1:3]), int(name[3:])): days[name] for name in days}
    moved = asking.write(lambda session: correcting.correct(session, wanted, asking.now, asking.office))
    asking.office = asking.read(lambda session: in_force(session, OFFICE))
    return moved


def test_a_start_with_the_same_zone_and_calendar_changes_nothing(asking: Asking) -> None:
    asking.schedule()
    assert aligned(asking, OFFICE) == correcting.Moved()
    assert aligned(asking, OFFICE) is None


def test_a_start_in_another_zone_finds_every_opening_anew(asking: Asking) -> None:
    schedule_id = asking.schedule()
    aligned(asking, OFFICE)
    moved = aligned(asking, replace(OFFICE, zone=ZoneInfo("Asia/Tokyo")))
    assert moved is not None
    assert [each[0] for each in moved.openings] == [schedule_id]
    assert asking.next_local(schedule_id) == "2021-08-25T09:00"


def test_a_start_with_other_hours_finds_every_opening_anew(asking: Asking) -> None:
    schedule_id = asking.schedule()
    aligned(asking, OFFICE)
    aligned(asking, replace(OFFICE, day_start=time(10)))
    assert asking.next_local(schedule_id) == "2021-08-25T10:00"


def test_a_last_opening_that_a_day_off_pushes_out_of_the_year_comes_back_with_the_day(asking: Asking) -> None:
    schedule_id = asking.schedule(Cadence(Workdays()))
    asking.now = asking.now.replace(month=12, day=30, hour=2)
    asking.tick()
    assert asking.next_local(schedule_id) == "2021-12-31T09:00"
    corrected(asking, d1231=False)
    assert asking.next_local(schedule_id) is None
    corrected(asking, d1231=True)
    assert asking.next_local(schedule_id) == "2021-12-31T09:00"


def test_foreseeing_changes_nothing(asking: Asking) -> None:
    schedule_id = asking.schedule()
    days: dict[date, bool | None] = {date(2021, 8, 25): False}
    foreseen = asking.write(lambda session: correcting.foresee(session, days, asking.now, OFFICE))
    assert len(foreseen.openings) == 1
    assert asking.next_local(schedule_id) == "2021-08-25T09:00"
    assert asking.read(lambda session: in_force(session, OFFICE)) is OFFICE


def test_a_paused_and_a_removed_schedule_stay_so(asking: Asking) -> None:
    paused, removed = asking.schedule(), asking.schedule(Cadence(Daily()))
    asking.write(lambda session: schedules.pause(session, paused, asking.now, OFFICE))
    asking.write(lambda session: schedules.remove(session, removed, asking.now, OFFICE))
    corrected(asking, d0825=False)
    assert (asking.next_local(paused), asking.next_local(removed)) == (None, None)


def test_a_day_that_is_over_is_refused(asking: Asking) -> None:
    with pytest.raises(UserError, match=r"calendar\.over"):
        corrected(asking, d0731=False)


def test_a_correction_never_drops_an_opening_that_regularly_comes_soon(asking: Asking) -> None:
    schedule_id = asking.schedule(Cadence(Monthly((3, 6))))
    asking.tick("2021-09-03T09:00")
    corrected(asking, d0910=False)
    assert asking.next_local(schedule_id) == "2021-09-06T09:00"
    asking.write(lambda session: schedules.pause(session, schedule_id, asking.now, OFFICE))
    asking.write(lambda session: schedules.resume(session, schedule_id, asking.now, OFFICE))
    assert asking.next_local(schedule_id) == "2021-09-06T09:00"
