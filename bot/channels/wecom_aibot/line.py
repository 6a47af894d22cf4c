"""Keeping one subscribed connection to the AI bot's server, whatever ends it; requests and their answers over it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential, wait_random
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bot.channels.wecom_aibot.updates import DISCONNECTED, EVENT, MESSAGE
from bot.channels.wecom_codes import Meaning, meaning

log = structlog.get_logger()

OPEN_SECONDS = 10.0
CLOSE_SECONDS = 2.0
ACK_SECONDS = 10.0
BEAT_SECONDS = 30.0
MOST_MISSED = 2
STEADY_SECONDS = 30.0
ALARM_SECONDS = 600.0
LONGEST_FRAME = 4 << 20
WAIT = wait_exponential(multiplier=0.5, max=30) + wait_random(0, 0.5)
WAIT_REFUSED = wait_exponential(multiplier=30, max=900) + wait_random(0, 5)
# The library's log holds whole frames: the secret, and people's words.
UNHEARD = logging.Logger("unheard", level=logging.CRITICAL + 1)

Frame = dict[str, Any]


class Refused(Exception):
    """The server answered a request with an errcode."""

    def __init__(self, errcode: int) -> None:
        super().__init__(f"errcode {errcode}")
        self.errcode = errcode


class LineLost(Exception):
    """There is no subscribed connection (any more); whether a request was done nobody knows."""


class Line:
    """One connection at a time, subscribed, watched by heartbeats and replaced when it ends, in whatever way.

    `take` gets each callback's frame. Where another program takes the bot's place the line stays down and says so
    every ten minutes: taking it back would have the two throw each other out for ever. `last_good` is the monotonic
    time of the server's last good answer; `trouble` the errcode of a refused subscription.
    """

    def __init__(self, url: str, bot_id: str, secret: str, take: Callable[[Frame], None], proxy: str | None) -> None:
        self._url, self._bot_id, self._secret = url, bot_id, secret
        self._take = take
        self._proxy = proxy
        self._socket: ClientConnection | None = None
        self._ready = asyncio.Event()
        self._judged = asyncio.Event()
        self._dropped: asyncio.Future[str] | None = None
        self._waiting: dict[str, asyncio.Future[Frame]] = {}
        self._task: asyncio.Task[None] | None = None
        self.replaced = False
        self.trouble: int | None = None
        self.last_good: float | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="wecom-aibot-line")

    async def stop(self) -> None:
        if self._task is None:
            return
        task, self._task = self._task, None
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def judged(self, seconds: float) -> None:
        """Until the first subscription was taken or refused, or the seconds went by."""
        await _set_within(self._judged, seconds)

    async def request(self, cmd: str, body: Frame | None, req_id: str | None = None, *, within: float = 0) -> Frame:
        """The answer's frame. Waits up to `within` seconds for the line. Raises Refused, LineLost, TimeoutError.

        Two requests with one `req_id` go one after the other: their answers look the same.
        """
        await _set_within(self._ready, within)
        if not self._ready.is_set() or self._socket is None:
            raise LineLost("no connection")
        return await self._ask(self._socket, cmd, body, req_id or new_id(cmd))

    async def probe(self, *, subscribe: bool) -> None:
        """Connect once, beside the line; a subscription throws out whoever holds one. Raises Refused, LineLost."""
        try:
            async with asyncio.timeout(OPEN_SECONDS), self._connect() as socket:
                if subscribe:
                    await socket.send(_written("aibot_subscribe", self._hello(), new_id("aibot_subscribe")))
                    _good(json.loads(await socket.recv()))
        except (OSError, TimeoutError, WebSocketException, ValueError) as error:
            raise LineLost(_kind(error)) from None

    async def _run(self) -> None:
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Exception), wait=_wait, before_sleep=self._note, sleep=asyncio.sleep
        )
        while not self.replaced:
            await retrying(self._hold)
        while True:
            log.error("wecom_aibot_replaced_by_another_program")
            await asyncio.sleep(ALARM_SECONDS)

    async def _hold(self) -> None:
        """Connect, subscribe, and stay until it ends. Returns if it had held for a while, raises else: only then do
        the waits begin anew."""
        try:
            async with self._connect() as socket:
                began = time.monotonic()
                why = await self._stay(socket)
        except (OSError, TimeoutError, WebSocketException) as error:
            raise LineLost(_kind(error)) from None
        if self.replaced:
            return
        if time.monotonic() - began < STEADY_SECONDS:
            raise LineLost(why)
        log.warning("wecom_aibot_line_lost", reason=why)

    def _connect(self) -> connect:
        return connect(
            self._url,
            proxy=self._proxy,
            open_timeout=OPEN_SECONDS,
            close_timeout=CLOSE_SECONDS,
            ping_interval=None,
            max_size=LONGEST_FRAME,
            logger=UNHEARD,
        )

    async def _stay(self, socket: ClientConnection) -> str:
        """Why the subscribed connection ended. Raises Refused, LineLost where it never was subscribed."""
        self._dropped = asyncio.get_running_loop().create_future()
        reading = asyncio.create_task(self._read(socket))
        holding = asyncio.create_task(self._subscribe_and_beat(socket))
        ends: list[asyncio.Future[str]] = [reading, holding, self._dropped]
        try:
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            return (holding if holding in done else done.pop()).result()
        finally:
            self._ready.clear()
            self._socket = None
            for task in (reading, holding):
                task.cancel()
            await asyncio.gather(reading, holding, return_exceptions=True)
            self._fail_waiting()

    async def _subscribe_and_beat(self, socket: ClientConnection) -> str:
        try:
            await self._ask(socket, "aibot_subscribe", self._hello(), new_id("aibot_subscribe"))
        except Refused as refused:
            self.trouble = refused.errcode
            self._judged.set()
            raise
        self.trouble = None
        self._socket = socket
        self._ready.set()
        self._judged.set()
        log.info("wecom_aibot_subscribed")
        return await self._beat(socket)

    async def _beat(self, socket: ClientConnection) -> str:
        """A ping has no body: an empty one was seen to end the line."""
        missed = 0
        while missed < MOST_MISSED:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                await self._ask(socket, "ping", None, new_id("ping"))
                missed = 0
            except TimeoutError:
                missed += 1
            except Refused as refused:
                return f"ping refused: {refused}"
        return "no answer to pings"

    async def _read(self, socket: ClientConnection) -> str:
        """Hand on what comes, until the connection ends: with an exception or, closed in good order, without."""
        try:
            async for raw in socket:
                self._got(raw)
        except ConnectionClosed:
            pass
        return f"closed, code {socket.close_code}"

    def _got(self, raw: str | bytes) -> None:
        try:
            frame = json.loads(raw)
            req_id = str(frame["headers"]["req_id"])
        except (ValueError, TypeError, KeyError):
            log.warning("wecom_aibot_frame_not_understood")
            return
        if frame.get("cmd") in (MESSAGE, EVENT):
            if _event_type(frame) == DISCONNECTED:
                self._displaced()
            else:
                self._take(frame)
        elif (waiting := self._waiting.get(req_id)) is not None and not waiting.done():
            waiting.set_result(frame)

    def _displaced(self) -> None:
        self.replaced = True
        self._drop("another program took the bot's place")

    def _drop(self, why: str) -> None:
        if self._dropped is not None and not self._dropped.done():
            self._dropped.set_result(why)

    async def _ask(self, socket: ClientConnection, cmd: str, body: Frame | None, req_id: str) -> Frame:
        while (earlier := self._waiting.get(req_id)) is not None:
            await asyncio.wait([earlier])
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._waiting[req_id] = answer
        try:
            await socket.send(_written(cmd, body, req_id))
            async with asyncio.timeout(ACK_SECONDS):
                frame = _good(await answer)
        except ConnectionClosed:
            raise LineLost("closed") from None
        except Refused as refused:
            if meaning(refused.errcode) is Meaning.LINE:
                self._drop("the subscription is lost")
            raise
        finally:
            if self._waiting.get(req_id) is answer:
                del self._waiting[req_id]
            answer.cancel()
        self.last_good = time.monotonic()
        return frame

    def _fail_waiting(self) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(LineLost("closed"))

    def _hello(self) -> Frame:
        return {"bot_id": self._bot_id, "secret": self._secret}

    def _note(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        wait = round(state.next_action.sleep, 1) if state.next_action else None
        if isinstance(error, Refused):
            log.error("wecom_aibot_subscription_refused", errcode=error.errcode, wait=wait)
        elif isinstance(error, LineLost):
            log.warning("wecom_aibot_line_lost", reason=str(error), tries=state.attempt_number, wait=wait)
        else:
            log.error("wecom_aibot_line_broke", reason=type(error).__name__, tries=state.attempt_number, wait=wait)


def new_id(cmd: str) -> str:
    return f"{cmd}_{uuid.uuid4().hex}"


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def _written(cmd: str, body: Frame | None, req_id: str) -> str:
    frame: Frame = {"cmd": cmd, "headers": {"req_id": req_id}}
    return json.dumps(frame if body is None else frame | {"body": body}, ensure_ascii=False)


def _good(frame: Frame) -> Frame:
    """Raises Refused for an answer with an errcode."""
    errcode = frame.get("errcode") or 0
    if errcode:
        raise Refused(int(errcode))
    return frame


def _event_type(frame: Frame) -> str:
    body = frame.get("body")
    event = body.get("event") if isinstance(body, dict) else None
    return str(event.get("eventtype", "")) if isinstance(event, dict) else ""


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return (WAIT_REFUSED if isinstance(error, Refused) else WAIT)(state)


def _kind(error: Exception) -> str:
    number = error.errno if isinstance(error, OSError) else None
    return f"{type(error).__name__}: {os.strerror(number)}" if number else type(error).__name__
