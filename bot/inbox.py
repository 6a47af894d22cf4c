"""The door in: an update is on disk before its provider hears that it was received; then it is handled.

`Door.receive` stores, in a commit of its own. The worker handles rows in order, each in a savepoint, at most 50 in a
transaction and no more than last took 150 ms. A handler that fails is tried again after 2 and 20 seconds, the person's
later messages waiting; then the message is set aside. A locked, full or absent database is no fault of the message:
the batch waits.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache, partial

import structlog
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.logs import whereabouts
from bot.message import Channel, Inbound, Kind, Receive, Update
from bot.metrics import HANDLED, RECEIVED
from data.errors import UserError
from data.kinds import InboxState
from data.models import Inbox
from data.store import Store, Urgency, is_passing

log = structlog.get_logger()
BATCH = 50
FIRST_BATCH = 4
BATCH_SECONDS = 0.15
WAITS = (timedelta(seconds=2), timedelta(seconds=20))
# For what was in hand when a process died: how old the next one has to be, and how many may die before it is blamed.
# A process may be killed for other reasons just then, again and again; what kills it does so each time.
AGES = (timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=3), timedelta(seconds=4))
DEATHS = 10
IDLE_SECONDS = 1.0
KEY = ("channel", "bot_id", "update_id")

INSERT = {
    name: module.insert(Inbox.__table__).on_conflict_do_nothing(index_elements=KEY)
    for name, module in (("sqlite", sqlite), ("postgresql", postgresql))
}
MARKED = ("state", "tries", "next_try_at", "handled_at", "error", "message_id", "chat_id", "account_id")
MARK = (
    update(Inbox.__table__)  # type: ignore[arg-type]
    .where(Inbox.id == bindparam("row_id"))
    .values({name: bindparam(name) for name in MARKED})
)
# Written out, not bound: SQLite takes a partial index only where it can see that its condition holds.
WAITING = text("inbox.state = 'new'")

Prepare = Callable[[Session, Sequence[Inbox]], None]
Handle = Callable[[Session, Inbox, Inbound, datetime], None]
Refuse = Callable[[Session, Inbox, Inbound, datetime, UserError], None]
GiveUp = Callable[[Session, Inbox, Inbound | None, datetime, BaseException | None], None]


@dataclass(frozen=True)
class Handling:
    """What the worker calls, in the batch's transaction: `prepare` for a batch, `handle` for a message, `refuse` for
    one whose handling raised a UserError and was undone, `give_up` for one that is set aside."""

    prepare: Prepare
    handle: Handle
    refuse: Refuse
    give_up: GiveUp

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
                more = await self._turn()
            except Exception as error:
                log.exception("inbox_turn_failed", passing=is_passing(error))
                await asyncio.sleep(IDLE_SECONDS)
                continue
            if not more:
                await self._wait()

    async def stop(self) -> None:
        self._stopping = True
        self.wake()
        if self._acknowledging:
            await asyncio.wait(self._acknowledging, timeout=2)

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
        except TimeoutError:
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
        self._handling.prepare(session, rows)
        for row in rows:
            session.expunge(row)
        noted = 0
        held: set[tuple[str, str]] = set()
        for at, row in enumerate(rows):
            if (row.channel, row.sender) in held:
                continue
            if at > noted and self._is_edit(row):
                record(session, rows[noted:at])
                noted = at
            self._handle_row(session, row, now, counted=ids is not None)
            if row.state == InboxState.NEW:
                held.add((row.channel, row.sender))
        record(session, rows[noted:])
        return len(rows)

    def _unsuspected(self, session: Session, now: datetime) -> list[Inbox]:
        """The next rows that may be handled together: none that has failed or was in hand when a process died, and
        nothing of the same sender after it. Those are handled alone, by the next turn."""
        rows = waiting_rows(session, now, self._most)
        self._suspects = any(row.tries for row in rows)
        return unsuspected(rows)

    def _is_edit(self, row: Inbox) -> bool:
        """Whether a row changes a message before it, which must then be found in the database."""
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
            inbound = self._parse[row.channel](row.raw)
            inbound = replace(inbound, said_at=min(inbound.said_at, row.received_at))
            self._handling.attempt(session, row, inbound, now)
            row.state, row.handled_at, row.error = InboxState.DONE, now, None
            HANDLED.labels(row.channel, "done").inc()
            log.info("message_handled", inbox_id=row.id, channel=row.channel, update_id=row.update_id)
        except Exception as error:
            if is_passing(error):
                raise
            row.account_id = None
            self._failed(session, row, inbound, now, error, counted=counted)

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


# Rows ------------------------------------------------------------------------------------------------------


def record(session: Session, rows: Sequence[Inbox]) -> None:
    """Write down what became of rows that were taken out of the session: one statement for all."""
    if rows:
        told = [{"row_id": row.id} | {name: getattr(row, name) for name in MARKED} for row in rows]
        session.connection().execute(MARK, told)


def store_updates(session: Session, *, channel: Channel, updates: Sequence[Update], now: datetime) -> None:
    """Insert what is new.

    A repeated update is dropped; one that is different under a known id is kept beside it.
    """
    rows = [
        {
            "channel": channel.name,
            "bot_id": channel.bot_id,
            "update_id": item.update_id,
            "sender": item.sender,
            "raw": item.raw,
            "received_at": now,
            "state": InboxState.NEW,
            "tries": 0,
        }
        for item in updates
    ]
    if rows and _insert(session, rows) < len(rows):
        _keep_different(session, channel, rows)


def _insert(session: Session, rows: list[dict[str, object]]) -> int:
    result = session.connection().execute(INSERT[session.get_bind().dialect.name], rows)
    return result.rowcount


def _keep_different(session: Session, channel: Channel, rows: list[dict[str, object]]) -> None:
    known = session.execute(
        select(Inbox.update_id, Inbox.raw).where(
            Inbox.channel == channel.name,
            Inbox.bot_id == channel.bot_id,
            Inbox.update_id.in_([row["update_id"] for row in rows]),
        )
    )
    stored = {row.update_id: row.raw for row in known}
    other = [
        row | {"update_id": f"{row['update_id']}#{_digest(str(row['raw']))}"}
        for row in rows
        if stored[str(row["update_id"])] != row["raw"]
    ]
    if other:
        log.warning("update_id_reused", channel=channel.name, count=len(other))
        _insert(session, other)


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode()).hexdigest()[:16]


def left_behind(session: Session, *, now: datetime) -> int:
    """The newest row that waits, 0 where none does; who calls has just started.

    Rows that were in hand when processes died wait until this one is of some age: if it dies of one of them then,
    that is no chance.
    """
    for row in session.scalars(select(Inbox).where(WAITING, Inbox.tries > 0)):
        row.next_try_at = now + AGES[min(row.tries, len(AGES)) - 1]
    return session.scalar(select(Inbox.id).where(WAITING).order_by(Inbox.id.desc()).limit(1)) or 0


def claim_left(session: Session, *, upto: int, now: datetime, most: int) -> list[int]:
    """The next rows that an earlier process left and had not begun, their try counted before they are handled."""
    rows = waiting_rows(session, now, max(BATCH // 2, most))
    return _claimed([row for row in unsuspected(rows) if row.id <= upto][:most])


def unsuspected(rows: Sequence[Inbox]) -> list[Inbox]:
    """The rows without those that were tried before, and without their senders' other ones."""
    lanes = {(row.channel, row.sender) for row in rows if row.tries}
    return [row for row in rows if (row.channel, row.sender) not in lanes]


def claim_one(session: Session, *, upto: int, now: datetime, most: int) -> list[int]:
    """The waiting row that has failed or was in hand when a process died, first the one that was so most seldom: it
    is handled alone, and what is most suspect when all else is done."""
    lanes: dict[tuple[str, str], Inbox] = {}
    for row in waiting_rows(session, now):
        lanes.setdefault((row.channel, row.sender), row)
    suspects = sorted((row for row in lanes.values() if row.tries), key=lambda row: (row.tries, row.id))
    return _claimed(suspects[:1])


def _claimed(rows: Sequence[Inbox]) -> list[int]:
    for row in rows:
        row.tries, row.next_try_at = row.tries + 1, None
    return [row.id for row in rows]


def waiting_rows(session: Session, now: datetime, limit: int = BATCH) -> list[Inbox]:
    """The next rows to handle, oldest first; nobody's message overtakes one of the same sender that has to wait."""
    waiting = session.execute(select(Inbox.channel, Inbox.sender).where(WAITING, Inbox.next_try_at > now))
    held = {(row.channel, row.sender) for row in waiting}
    query = select(Inbox).where(WAITING).order_by(Inbox.id).limit(limit)
    for channel, sender in held:
        query = query.where((Inbox.channel != channel) | (Inbox.sender != sender))
    return list(session.scalars(query))
