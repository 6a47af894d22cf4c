"""What came over the line on its way to the disk, in order. WeCom does not send it again: we try until it is there."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog
from tenacity import AsyncRetrying, RetryCallState, wait_exponential, wait_random

from bot.message import Receive, Update

log = structlog.get_logger()

BATCH = 100
DRAIN_SECONDS = 3.0
WAIT = wait_exponential(multiplier=0.25, max=10) + wait_random(0, 0.25)


class Intake:
    """Hands updates to `receive`, those that came meanwhile together, until `stop`."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._waiting: list[Update] = []
        self._filled = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._task = asyncio.create_task(self._run(), name="wecom-aibot-intake")

    def put(self, update: Update) -> None:
        self._waiting.append(update)
        self._empty.clear()
        self._filled.set()

    async def stop(self) -> None:
        """Ends when all is on disk; what can't be stored within a few seconds is lost, and said so."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), DRAIN_SECONDS)
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        if self._waiting:
            log.error("wecom_aibot_messages_lost", count=len(self._waiting))

    async def _run(self) -> None:
        retrying = AsyncRetrying(wait=WAIT, before_sleep=_note, sleep=asyncio.sleep)
        while True:
            await self._filled.wait()
            await retrying(self._store)

    async def _store(self) -> None:
        batch = self._waiting[:BATCH]
        await self._receive(batch)
        del self._waiting[: len(batch)]
        if not self._waiting:
            self._filled.clear()
            self._empty.set()


def _note(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    log.error("wecom_aibot_updates_not_stored", reason=type(error).__name__, tries=state.attempt_number)
