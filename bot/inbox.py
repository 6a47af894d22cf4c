"""The door in: an update is on disk before its provider hears that it was received; then it is handled.

`Door.receive` stores, in a commit of its own. The worker handles rows in order, at most 50 in a transaction and no more
than last took 150 ms: in one savepoint, and where that fails again with a savepoint for each. A handler that fails is
tried again after 2 and 20 seconds, the person's later messages waiting; then the message is set aside. A locked, full
or absent database is no fault of the message: the batch waits.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache, partial

import structlog
from sqlalchemy.orm import Session

from bot.inbox_rows import (
    BATCH,
    any_waiting,
    claim_left,
    claim_one,
    left_behind,
    record,
    store_updates,
    unsuspected,
    waiting_rows,
)
from bot.logs import whereabouts
from bot.message import Channel, Inbound, Kind, Receive, Update
from bot.metrics import HANDLED, RECEIVED
from data.errors import UserError
from data.kinds import InboxState
from data.models import Inbox
from data.store import Store, Urgency, is_passing

log = structlog.get_logger()
FIRST_BATCH = 4
BATCH_SECONDS = 0.15
WAITS = (timedelta(seconds=2), timedelta(seconds=20))
# How many processes may die with a message in hand before it is blamed: one may be killed for other reasons just then,
# again and again; what kills it does so each time.
DEATHS = 10
IDLE_SECONDS = 1.0

Prepare = Callable[[Session, Sequence[Inbox]], None]
Finish = Callable[[Session], None]
Handle = Callable[[Session, Inbox, Inbound, datetime], None]
Refuse = Callable[[Session, Inbox, Inbound, datetime, UserError], None]
GiveUp = Callable[[Session, Inbox, Inbound | None, datetime, BaseException | None], None]


@dataclass(frozen=True)
class Handling:
    """What the worker calls, in the batch's transaction: `prepare` before a batch, `handle` for a message, `refuse`
    for one whose handling raised a UserError and was undone, `give_up` for one that is set aside, `finish` after it."""

    prepare: Prepare
    handle: Handle
    refuse: Refuse
    give_up: GiveUp
    finish: Finish

    def attempt(self, session: Session, row: Inbox, inbound: Inbound, now: datetime) -> None:
        """Handle a message in a savepoint; what a refused one had begun is undone."""
        try:
            with session.begin_nested():
                self.handle(session, row, inbound, now)
        except UserError as error:
            self.refuse(session, row, inbound, now, error)


class Door:
    """Takes in the updates of all channels. `after` is called when a batch was handled and committed."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        handling: Handling,
        clock: Callable[[], datetime],
        after: Callable[[], None],
    ) -> None:
        self._store = store
        self._channels = channels
        self._handling = handling
        self._clock = clock
        self._after = after
        self._parse = {name: lru_cache(maxsize=2048)(channel.parse) for name, channel in channels.items()}
        self._wake = asyncio.Event()
        self._wake.set()
        self._most = FIRST_BATCH
        self._careful_until = 0
        self._suspects = False
        self._stopping = False
        self._acknowledging: set[asyncio.Task[None]] = set()

    def receive(self, channel: Channel) -> Receive:
        """What a channel hands its updates to; returns when they are on disk."""

        async def take(updates: Sequence[Update]) -> None:
            now = self._clock()
            await self._store.write(partial(store_updates, channel=channel, updates=updates, now=now), Urgency.INBOX)
            RECEIVED.labels(channel.name).inc(len(updates))
            log.info("updates_stored", channel=channel.name, update_ids=[update.update_id for update in updates])
            self.wake()
            self._acknowledge(channel, updates)

        return take

    def wake(self) -> None:
        self._wake.set()

    async def look_back(self) -> None:
        """Before anything new comes in: what an earlier process left will be handled with its tries counted first."""
        self._careful_until = await self._store.write(partial(left_behind, now=self._clock()), Urgency.HANDLE)

    async def run(self) -> None:
        """Handle what is stored until `stop`."""
        while not self._stopping:
            self._wake.clear()
            try:
                if not await self._turn():
                    await self._wait()
            except Exception as error:
                log.exception("inbox_turn_failed", passing=is_passing(error))
                await asyncio.sleep(IDLE_SECONDS)

    async def stop(self) -> None:
        self._stopping = True
        self.wake()
        if self._acknowledging:
            await asyncio.wait(self._acknowledging, timeout=2)

    async def _wait(self) -> None:
        """Until woken, or a look finds what nobody told of: a message to be tried again, a row of another process."""
        while not self._stopping:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
                return
            if await self._store.read(partial(any_waiting, now=self._clock())):
                return

    async def _turn(self) -> bool:
        """Handle one batch; whether there was anything."""
        now = self._clock()
        ids: list[int] | None = None
        if self._careful_until or self._suspects:
            claim = claim_left if self._careful_until else claim_one
            told = partial(claim, upto=self._careful_until, now=now, most=self._most)
            ids = await self._store.write(told, Urgency.HANDLE)
            if not ids:
                self._careful_until, self._suspects = 0, False
                return True
        # What was counted is in hand: nothing comes between, lest a process that dies of something else blames it.
        urgency = Urgency.HANDLE if ids is None else Urgency.INBOX
        handled = await self._store.write(partial(self._handle_timed, ids=ids, now=now), urgency)
        if handled:
            self._after()
        return handled > 0 or self._suspects

    def _handle_timed(self, session: Session, *, ids: list[int] | None, now: datetime) -> int:
        """Handle a batch; the next one is as large as takes no longer than it may."""
        began = time.monotonic()
        handled = self._handle_rows(session, ids=ids, now=now)
        if handled:
            fitting = int(handled * BATCH_SECONDS / max(time.monotonic() - began, 0.001))
            self._most = max(FIRST_BATCH, min(BATCH, 2 * self._most, fitting))
        return handled

    def _handle_rows(self, session: Session, *, ids: list[int] | None, now: datetime) -> int:
        rows = self._unsuspected(session, now) if ids is None else [session.get_one(Inbox, i) for i in ids]
        for row in rows:
            session.expunge(row)
        if ids is not None or len(rows) < 2 or not self._handled_together(session, rows, now):
            self._handle_each(session, rows, now, counted=ids is not None)
        return len(rows)

    def _handled_together(self, session: Session, rows: Sequence[Inbox], now: datetime) -> bool:
        """Handle a batch in one savepoint, as nearly every one can be; False where a message is refused or fails, and
        then nothing was done."""
        try:
            with session.begin_nested():
                self._handling.prepare(session, rows)
                for row in self._in_turn(session, rows):
                    self._handling.handle(session, row, self._understood(row), now)
                    row.state, row.handled_at, row.error = InboxState.DONE, now, None
                self._handling.finish(session)
        except Exception as error:
            if is_passing(error):
                raise
            session.info.clear()
            for row in rows:
                row.state, row.handled_at, row.account_id = InboxState.NEW, None, None
            return False
        for row in rows:
            _count_done(row)
        return True

    def _handle_each(self, session: Session, rows: Sequence[Inbox], now: datetime, *, counted: bool) -> None:
        """Handle each message in a savepoint of its own."""
        self._handling.prepare(session, rows)
        held: set[tuple[str, str]] = set()
        for row in self._in_turn(session, rows):
            if (row.channel, row.sender) in held:
                continue
            self._handle_row(session, row, now, counted=counted)
            if row.state == InboxState.NEW:
                held.add((row.channel, row.sender))
        self._handling.finish(session)

    def _in_turn(self, session: Session, rows: Sequence[Inbox]) -> Iterator[Inbox]:
        """One row after the other; what became of them is written down at the end, and before a message that changes
        one of them, which then must be found in the database."""
        noted = 0
        for at, row in enumerate(rows):
            if at > noted and self._is_edit(row):
                record(session, rows[noted:at])
                noted = at
            yield row
        record(session, rows[noted:])

    def _unsuspected(self, session: Session, now: datetime) -> list[Inbox]:
        """The next rows that may be handled together: none that has failed or was in hand when a process died, and
        nothing of the same sender after it. Those are handled alone, by the next turn."""
        rows = waiting_rows(session, now, self._most)
        self._suspects = any(row.tries for row in rows)
        return unsuspected(rows)

    def _is_edit(self, row: Inbox) -> bool:
        try:
            return self._parse[row.channel](row.raw).kind is Kind.EDIT
        except ValueError:
            return False

    def _handle_row(self, session: Session, row: Inbox, now: datetime, *, counted: bool) -> None:
        inbound: Inbound | None = None
        if counted and row.tries > DEATHS:
            self._set_aside(session, row, None, now, None)
            return
        try:
            inbound = self._understood(row)
            self._handling.attempt(session, row, inbound, now)
            row.state, row.handled_at, row.error = InboxState.DONE, now, None
            _count_done(row)
        except Exception as error:
            if is_passing(error):
                raise
            row.account_id = None
            self._failed(session, row, inbound, now, error, counted=counted)

    def _understood(self, row: Inbox) -> Inbound:
        """What came in. Raises ValueError where it can't be read."""
        inbound = self._parse[row.channel](row.raw)
        return replace(inbound, said_at=row.received_at) if inbound.said_at > row.received_at else inbound

    def _failed(
        self, session: Session, row: Inbox, inbound: Inbound | None, now: datetime, error: Exception, *, counted: bool
    ) -> None:
        if not counted:
            row.tries += 1
        row.error = f"{type(error).__name__}: {error}"[:2000]
        HANDLED.labels(row.channel, "failed").inc()
        log.error(
            "message_failed", inbox_id=row.id, channel=row.channel, tries=row.tries,
            error=type(error).__name__, at=whereabouts(error),
        )  # fmt: skip
        if inbound is not None and row.tries <= len(WAITS):
            row.next_try_at = now + WAITS[row.tries - 1]
            return
        self._set_aside(session, row, inbound, now, error)

    def _set_aside(
        self, session: Session, row: Inbox, inbound: Inbound | None, now: datetime, error: Exception | None
    ) -> None:
        row.state, row.handled_at = InboxState.ASIDE, now
        HANDLED.labels(row.channel, "aside").inc()
        log.error("message_set_aside", inbox_id=row.id, channel=row.channel)
        try:
            with session.begin_nested():
                self._handling.give_up(session, row, inbound, now, error)
        except Exception as second:
            if is_passing(second):
                raise
            log.exception("give_up_failed", inbox_id=row.id)

    def _acknowledge(self, channel: Channel, updates: Sequence[Update]) -> None:
        for item in updates:
            try:
                inbound = self._parse[channel.name](item.raw)
            except ValueError:
                continue
            if inbound.acknowledge is not None:
                task = asyncio.create_task(channel.acknowledge(inbound))
                self._acknowledging.add(task)
                task.add_done_callback(self._acknowledging.discard)


def _count_done(row: Inbox) -> None:
    HANDLED.labels(row.channel, "done").inc()
    log.info("message_handled", inbox_id=row.id, channel=row.channel, update_id=row.update_id)
