"""The heartbeat: one job of APScheduler calls a tick with the time, and a watchdog sees to it that it comes.

APScheduler counts by the wall clock: set back by an hour, it sleeps for an hour. So the watchdog goes by the monotonic
clock, and the job is woken when its beat is overdue. Where the wall clock jumps, nothing opens until it is known that
the new time stays.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.base import BaseTrigger  # type: ignore[import-untyped]

log = structlog.get_logger()

JUMP: Final = timedelta(minutes=10)
HOLD_SECONDS: Final = 300.0
EVERY_SECONDS: Final = 1.0
OVERDUE_BEATS: Final = 3

Tick = Callable[[datetime], Awaitable[None]]
Jumped = Callable[[timedelta], Awaitable[None]]
T = TypeVar("T")


class Beat(BaseTrigger):  # type: ignore[misc]
    """Fires so long after now, however many beats were missed.

    An interval trigger counts the missed ones one by one: a clock that comes up in 1970 and is then set right would
    cost a billion steps.
    """

    def __init__(self, every: timedelta) -> None:
        self.every = every

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        return now if previous_fire_time is None else now + self.every


class Ticker:
    """Calls `tick` with the clock's time every so many seconds, never twice at once; an error is logged, no more.

    `jumped` hears by how much the clock has jumped (negative: back), if by more than `JUMP` against the monotonic
    clock; then no tick comes for `hold` seconds.
    """

    def __init__(
        self,
        tick: Tick,
        clock: Callable[[], datetime],
        jumped: Jumped | None = None,
        *,
        every: float = EVERY_SECONDS,
        hold: float = HOLD_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tick, self._clock, self._jumped = tick, clock, jumped
        self._every, self._hold, self._monotonic = every, hold, monotonic
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._watch: asyncio.Task[None] | None = None
        self._seen: tuple[datetime, float] | None = None
        self._held_until = 0.0
        self._last_beat = 0.0
        logging.getLogger("apscheduler").setLevel(logging.ERROR)

    def start(self) -> None:
        """Begin to beat, at once. Needs a running loop."""
        self._last_beat = self._monotonic()
        self._scheduler.add_job(
            self.beat,
            Beat(timedelta(seconds=self._every)),
            id="tick",
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        self._scheduler.start()
        self._watch = asyncio.create_task(self._watchdog(), name="watchdog")

    def stop(self) -> None:
        """No beat begins any more. What one under way has handed to the database happens whole or not at all."""
        if self._watch is not None:
            self._watch.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def beat(self) -> None:
        """One beat: look at the clocks, and tick unless the time is in doubt."""
        self._last_beat = self._monotonic()
        now = self._clock()
        jump = self._jump(now)
        if abs(jump) > JUMP:
            self._held_until = self._last_beat + self._hold
            log.warning("clock_jumped", seconds=jump.total_seconds())
            await self._safely(self._jumped, jump)
        if self._last_beat >= self._held_until:
            await self._safely(self._tick, now)

    def _jump(self, now: datetime) -> timedelta:
        """By how much the wall clock went ahead of the monotonic one since the last beat."""
        before, self._seen = self._seen, (now, self._last_beat)
        if before is None:
            return timedelta()
        return (now - before[0]) - timedelta(seconds=self._last_beat - before[1])

    async def _safely(self, call: Callable[[T], Awaitable[None]] | None, value: T) -> None:
        if call is None:
            return
        try:
            await call(value)
        except Exception:
            log.exception("tick_failed")

    async def _watchdog(self) -> None:
        overdue = self._every * OVERDUE_BEATS
        while True:
            await asyncio.sleep(overdue)
            if self._monotonic() - self._last_beat > overdue:
                log.warning("tick_overdue")
                with contextlib.suppress(Exception):
                    self._scheduler.modify_job("tick", next_run_time=datetime.now(UTC))
