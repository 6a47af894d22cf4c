"""Taking updates in: by long polling, or by a webhook that is looked after. Neither ever ends by itself."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential, wait_random

from bot.channels.telegram.client import RawBot
from bot.channels.telegram.failures import retry_after
from bot.channels.telegram.updates import ALLOWED, sender_of
from bot.message import Receive, Update

log = structlog.get_logger()

POLL_SECONDS = 50
GRACE_SECONDS = 10
CONFIRM_SECONDS = 2.0
WATCH_SECONDS = 60
BATCH = 100
WAIT = wait_exponential(multiplier=0.5, max=30) + wait_random(0, 0.5)
WAIT_REFUSED = wait_exponential(multiplier=5, max=300) + wait_random(0, 5)


class Polling:
    """One job done over and over: `identify` until it worked, then `_begin`, then `_turn` for ever.

    After a failure everything waits, longer each time in a row, and the failed step is done again. `last_good` is the
    monotonic time of the last turn that worked.
    """

    def __init__(self, bot: RawBot, identify: Callable[[], Awaitable[None]], receive: Receive) -> None:
        self._bot = bot
        self._identify = identify
        self._receive = receive
        self._steps = [identify, self._begin]
        self._storing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._offset: int | None = None
        self.last_good: float | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="telegram-polling")

    async def stop(self) -> None:
        """End between two batches; tell Telegram what is on disk, if it answers soon."""
        if self._task is None:
            return
        task, self._task = self._task, None
        async with self._storing:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await self._end()

    async def _run(self) -> None:
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Exception), wait=_wait, before_sleep=_note, sleep=asyncio.sleep
        )
        while True:
            await retrying(self._step)

    async def _step(self) -> None:
        if self._steps:
            await self._steps[0]()
            self._steps.pop(0)
            return
        await self._turn()
        self.last_good = time.monotonic()

    async def _begin(self) -> None:
        """A webhook that is set would refuse every poll."""
        await self._bot.call("deleteWebhook", {"drop_pending_updates": False}, bool)

    async def _turn(self) -> None:
        try:
            found = await self._get_updates(BATCH, POLL_SECONDS)
        except Conflict as error:
            if "webhook" in error.message.lower():
                self._steps = [self._begin]
            raise
        if found:
            async with self._storing:
                await self._receive([as_update(update) for update in found])
                self._offset = found[-1]["update_id"] + 1

    async def _get_updates(self, limit: int, seconds: int) -> list[dict[str, Any]]:
        parameters = {"offset": self._offset, "limit": limit, "timeout": seconds, "allowed_updates": list(ALLOWED)}
        found = await self._bot.call("getUpdates", parameters, list, read_timeout=seconds + GRACE_SECONDS)
        if not all(_numbered(update) for update in found):
            raise TelegramError("getUpdates gave something else than updates")
        return sorted(found, key=lambda update: int(update["update_id"]))

    async def _end(self) -> None:
        """What this last poll finds is not confirmed by it, and comes again at the next start."""
        if self._offset is None:
            return
        with suppress(TelegramError, TimeoutError):
            await asyncio.wait_for(self._get_updates(1, 0), CONFIRM_SECONDS)


class NotReceiving(Exception):
    """A delivery that is not on disk, for the bot is stopping or its batch failed: answered 503, it comes again."""


@dataclass
class _Batch:
    updates: list[Update] = field(default_factory=list)
    stored: bool = False


class WebhookWatch(Polling):
    """Sets the webhook, and looks every minute whether it is still the one that Telegram calls."""

    def __init__(
        self, bot: RawBot, identify: Callable[[], Awaitable[None]], receive: Receive, url: str, secret: str
    ) -> None:
        super().__init__(bot, identify, receive)
        self._url, self._secret = url, secret
        self._gathering = _Batch()

    async def take(self, update: Update) -> None:
        """Returns when the update is on disk, together with those that came while the last ones were written.
        Raises NotReceiving where it is not."""
        batch = self._gathering
        batch.updates.append(update)
        async with self._storing:
            if batch is self._gathering and self._task is not None:
                self._gathering = _Batch()
                await self._receive(batch.updates)
                batch.stored = True
        if not batch.stored:
            raise NotReceiving
        self.last_good = time.monotonic()

    async def _begin(self) -> None:
        parameters = {"url": self._url, "secret_token": self._secret, "allowed_updates": list(ALLOWED)}
        await self._bot.call("setWebhook", parameters, bool)

    async def _turn(self) -> None:
        info = await self._bot.call("getWebhookInfo", {}, dict)
        if info.get("url") != self._url:
            log.warning("telegram_webhook_replaced")
            self._steps = [self._begin]
            return
        self.last_good = time.monotonic()
        await asyncio.sleep(WATCH_SECONDS)

    async def _end(self) -> None:
        """The webhook stays: Telegram keeps what comes and delivers it at the next start."""


def as_update(update: dict[str, Any]) -> Update:
    """As it came, in a form that any database stores: half a surrogate pair stays escaped."""
    raw = json.dumps(update, ensure_ascii=False)
    try:
        raw.encode()
    except UnicodeEncodeError:
        raw = json.dumps(update)
    return Update(str(update["update_id"]), sender_of(update), raw)


def from_webhook(body: bytes) -> Update:
    """Raises ValueError for what is no update at all."""
    update = json.loads(body)
    if not _numbered(update):
        raise ValueError("no update")
    return as_update(update)


def _numbered(update: object) -> bool:
    return isinstance(update, dict) and isinstance(update.get("update_id"), int)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, RetryAfter):
        return retry_after(error) + random.random()
    return (WAIT_REFUSED if isinstance(error, InvalidToken) else WAIT)(state)


def _note(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    wait = round(state.next_action.sleep, 1) if state.next_action else None
    if isinstance(error, InvalidToken):
        log.error("telegram_refuses_the_token", wait=wait)
    elif isinstance(error, Conflict):
        log.error("telegram_has_another_receiver", reason=error.message, wait=wait)
    elif isinstance(error, TelegramError):
        log.warning("telegram_poll_failed", reason=error.message[:200], tries=state.attempt_number, wait=wait)
    else:
        log.error("telegram_updates_not_stored", reason=type(error).__name__, tries=state.attempt_number, wait=wait)
