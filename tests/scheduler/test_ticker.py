"""The heartbeat comes, one at a time, whatever the wall clock does; after a jump nothing opens for a while."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.ticker import Beat, Tick, Ticker

START = datetime(2021, 9, 26, 1, 0, tzinfo=UTC)


class Clocks:
    """A wall clock and a monotonic one, both moved by hand."""

    def __init__(self) -> None:
        self.wall, self.steady = START, 100.0

    def pass_by(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.steady += seconds


class Heard:
    """What a ticker under test called."""

    def __init__(self) -> None:
        self.clocks = Clocks()
        self.ticks: list[datetime] = []
        self.jumps: list[timedelta] = []
        self.ticker = Ticker(
            self.tick, lambda: self.clocks.wall, self.jumped, monotonic=lambda: self.clocks.steady, hold=300
        )

    async def tick(self, now: datetime) -> None:
        self.ticks.append(now)

    async def jumped(self, by: timedelta) -> None:
        self.jumps.append(by)

    async def beat_after(self, seconds: float) -> None:
        self.clocks.pass_by(seconds)
        await self.ticker.beat()


@asynccontextmanager
async def beating(tick: Tick) -> AsyncIterator[Ticker]:
    ticker = Ticker(tick, lambda: datetime.now(UTC), every=0.01)
    ticker.start()
    try:
        yield ticker
    finally:
        ticker.stop()


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not done():
            await asyncio.sleep(0.005)


# While it runs ---------------------------------------------------------------------------------------------


async def test_ticks_come_until_it_is_stopped() -> None:
    ticks: list[datetime] = []

    async def tick(now: datetime) -> None:
        ticks.append(now)

    async with beating(tick) as ticker:
        await until(lambda: len(ticks) >= 3)
        watch = ticker._watch
    assert ticks == sorted(ticks)
    assert ticks[0].tzinfo is not None
    await until(lambda: not ticker._scheduler.running and watch is not None and watch.done())


async def test_a_slow_tick_is_not_joined_by_a_second() -> None:
    running, most, done = 0, 0, 0

    async def tick(_now: datetime) -> None:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1
        done += 1

    async with beating(tick):
        await until(lambda: done >= 3)
    assert most == 1


async def test_an_error_does_not_stop_the_heart() -> None:
    ticks = 0

    async def tick(_now: datetime) -> None:
        nonlocal ticks
        ticks += 1
        raise RuntimeError("the disk is full")

    async with beating(tick):
        await until(lambda: ticks >= 3)


async def test_the_watchdog_wakes_a_heart_that_sleeps_because_the_clock_was_set_back() -> None:
    ticks = 0

    async def tick(_now: datetime) -> None:
        nonlocal ticks
        ticks += 1

    async with beating(tick) as ticker:
        await until(lambda: ticks >= 1)
        in_an_hour = datetime.now(UTC) + timedelta(hours=1)  # how a clock set back by an hour looks to APScheduler
        ticker._scheduler.modify_job("tick", next_run_time=in_an_hour)
        seen = ticks
        await until(lambda: ticks > seen + 1)


def test_missed_beats_are_one() -> None:
    beat, now = Beat(timedelta(seconds=1)), START
    assert beat.get_next_fire_time(datetime(1970, 1, 1, tzinfo=UTC), now) == now + timedelta(seconds=1)


# When the clock jumps --------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=3650)])
async def test_after_a_jump_nothing_ticks_for_five_minutes_and_it_is_told_once(by: timedelta) -> None:
    heard = Heard()
    await heard.beat_after(0)
    heard.clocks.wall += by
    for _ in range(300):
        await heard.beat_after(1)
    assert len(heard.ticks) == 1
    await heard.beat_after(1)
    assert heard.ticks == [START, START + by + timedelta(seconds=301)]
    assert heard.jumps == [by]


async def test_a_clock_that_jumps_back_again_is_waited_for_anew() -> None:
    heard = Heard()
    await heard.beat_after(0)
    for by in (timedelta(hours=1), timedelta(hours=-1)):
        heard.clocks.wall += by
        await heard.beat_after(200)
    await heard.beat_after(299)
    assert len(heard.ticks) == 1
    await heard.beat_after(1)
    assert heard.ticks[1] == START + timedelta(seconds=700)
    assert len(heard.jumps) == 2


async def test_a_small_correction_of_the_clock_is_no_jump() -> None:
    heard = Heard()
    await heard.beat_after(0)
    heard.clocks.wall += timedelta(minutes=10)
    await heard.beat_after(1)
    heard.clocks.wall -= timedelta(minutes=10)
    await heard.beat_after(1)
    assert len(heard.ticks) == 3
    assert heard.jumps == []


async def test_a_long_pause_of_both_clocks_is_no_jump() -> None:
    heard = Heard()
    await heard.beat_after(0)
    await heard.beat_after(7200)
    assert len(heard.ticks) == 2


async def test_where_telling_of_a_jump_fails_the_hold_stays() -> None:
    heard = Heard()

    async def broken(_by: timedelta) -> None:
        raise RuntimeError("nobody hears")

    heard.ticker._jumped = broken
    await heard.beat_after(0)
    heard.clocks.wall += timedelta(hours=1)
    await heard.beat_after(1)
    assert len(heard.ticks) == 1
