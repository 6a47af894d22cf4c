"""The door out, second half: claim rows, pace them, send them, record what became of them.

One sender for each channel. A transaction marks the last sends and claims the next. Within a chat calls go strictly
in sequence; chats by priority, then age. What is passing is tried again until it is of no more use.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import JSON, String, and_, bindparam, column, select, text, update
from sqlalchemy.orm import Session
from tenacity import RetryCallState, Retrying, wait_exponential_jitter

from bot import documents
from bot.accounts import preferred_account
from bot.lately import LEASE, called_lately, held_for, keep_hold
from bot.message import Call, Channel, Payload, SendFailed
from bot.metrics import SEND_SECONDS, SENDS
from bot.outbox import any_queued, token
from bot.pace import Pace, Slot
from data.kinds import OutboxState, ReminderState
from data.models import Account, Group, Outbox, Reminder, UtcDateTime
from data.store import Store, Urgency
from scheduler.answers import NO_ACCOUNT

log = structlog.get_logger()
CALL_SECONDS = 30.0
FILE_SECONDS = 50.0  # a call that carries a file; shorter than the lease too
HORIZON = 0.3
IDLE_SECONDS = 1.0
GATHER_SECONDS = 0.01  # while calls are in flight, what ends together is recorded together,
SHARE = 2  # or as soon as it is this share of what may be in flight
STOP_SECONDS = 8.0
WAIT = wait_exponential_jitter(initial=1, max=300, jitter=1)

CLAIMABLE = (
    text(
        """
        SELECT id, chat_id, payload, use_until,
          (SELECT edited.provider_message_id FROM outbox AS edited WHERE edited.id = mine.edits_id) AS edits
        FROM outbox AS mine
        WHERE channel = :channel AND state IN ('queued', 'claimed') AND state = 'queued'
          AND (not_before IS NULL OR not_before <= :now) AND chat_id NOT IN :resting
          AND NOT EXISTS (
            SELECT 1 FROM outbox AS earlier
            WHERE earlier.channel = mine.channel AND earlier.chat_id = mine.chat_id
              AND earlier.state IN ('queued', 'claimed') AND earlier.id < mine.id)
        ORDER BY priority, id LIMIT :most
        """
    )
    .bindparams(bindparam("now", type_=UtcDateTime), bindparam("resting", expanding=True, type_=String()))
    .columns(
        column("id"), column("chat_id"), column("payload", JSON), column("use_until", UtcDateTime), column("edits")
    )
)
CLAIM = (
    update(Outbox.__table__)  # type: ignore[arg-type]
    .where(Outbox.id == bindparam("row_id"), Outbox.state == OutboxState.QUEUED)
    .values(state=OutboxState.CLAIMED, claim=bindparam("new_claim"), claimed_until=bindparam("until"))
)
MARK_SENT = (
    update(Outbox.__table__)  # type: ignore[arg-type]
    .where(Outbox.id == bindparam("row_id"), Outbox.claim == bindparam("old_claim"))
    .values(
        state=OutboxState.SENT,
        sent_at=bindparam("at"),
        provider_message_id=bindparam("message_id"),
        claim=None,
        claimed_until=None,
    )
)


@dataclass(frozen=True)
class Done:
    """What became of a call: the provider's message id, or the failure."""

    outbox_id: int
    claim: str
    at: datetime
    message_id: str | None = None
    failure: SendFailed | None = None


@dataclass(frozen=True)
class Claimed:
    call: Call
    claim: str
    slot: Slot


class Sender:
    """Sends one channel's rows until stopped. `on_failed` is called with each permanent failure's row id. `channels`
    are the names of all that are on: whom this one no longer reaches is written to over another."""

    def __init__(
        self,
        store: Store,
        channel: Channel,
        clock: Callable[[], datetime],
        on_failed: Callable[[int], None] | None = None,
        channels: Collection[str] | None = None,
    ) -> None:
        self._store = store
        self._channel = channel
        self._clock = clock
        self._on_failed = on_failed
        self._channels = channels
        self._pace = Pace(channel.limits, channel.is_group)
        self._rests_until = 0.0
        self._wake = asyncio.Event()
        self._enough = asyncio.Event()
        self._done: list[Done] = []
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._turning = asyncio.Lock()
        self._stopping = False

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    def recall(self, session: Session, now: datetime) -> None:
        """Before the first call: count what an earlier process called, for the provider counts it too."""
        moment = time.monotonic()
        self._pace.recall(called_lately(session, self._channel.name, now), moment)
        self._pace.held_until = moment + held_for(session, self._channel.name, now)

    async def run(self) -> None:
        """Work until `stop`."""
        while not self._stopping:
            try:
                async with self._turning:
                    await self._turn()
            except Exception:
                log.exception("outbox_turn_failed", channel=self._channel.name)
                await asyncio.sleep(IDLE_SECONDS)

    async def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Claim nothing more, wait for what is in flight for so long, record it; what lasts longer is sent again."""
        self._stopping = True
        self.wake()
        async with self._turning:  # a claim that is under way begins its calls, which are waited for like the others
            if self._tasks:
                await asyncio.wait(self._tasks.values(), timeout=max(seconds - 1, 0.1))
            for task in list(self._tasks.values()):
                task.cancel()
            await self._exchange(room=0)

    async def _turn(self) -> None:
        if self._tasks:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._enough.wait(), GATHER_SECONDS)
        self._enough.clear()
        self._wake.clear()
        room = self._channel.limits.in_flight - len(self._tasks)
        for claimed in await self._exchange(room):
            self._tasks[claimed.call.outbox_id] = asyncio.create_task(self._send(claimed))
        if not self._done and not self._stopping:
            await self._wait()

    async def _wait(self) -> None:
        opens = max(self._pace.held_until, self._rests_until - HORIZON) - time.monotonic()
        if opens <= 0 and not self._tasks:
            await self._rest()
            return
        wait = opens if opens > 0 else HORIZON if self._tasks else IDLE_SECONDS
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), min(wait, IDLE_SECONDS))

    async def _rest(self) -> None:
        """Until woken, or a look finds what nobody told of: a row whose time has come, or one of another process."""
        while not self._stopping:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
                return
            if await self._store.read(partial(any_queued, channel=self._channel.name, now=self._clock())):
                return

    async def _exchange(self, room: int) -> list[Claimed]:
        """Hand in what became of the last calls and take the next, in one transaction."""
        done, self._done = self._done, []
        now = self._clock()
        try:
            return await self._store.write(partial(self._mark_and_claim, done=done, room=room, now=now), Urgency.CLAIM)
        except Exception:
            self._done = done + self._done
            raise

    def _mark_and_claim(self, session: Session, *, done: list[Done], room: int, now: datetime) -> list[Claimed]:
        self._mark(session, done, now)
        return self._claim(session, room, now) if room > 0 else []

    def _claim(self, session: Session, room: int, now: datetime) -> list[Claimed]:
        moment = time.monotonic()
        resting = self._pace.waiting(moment, HORIZON)
        self._rests_until = min(resting.values(), default=0.0)
        told = {"channel": self._channel.name, "now": now, "most": room, "resting": list(resting)}
        found = session.connection().execute(CLAIMABLE, told).all()
        late = [row.id for row in found if row.use_until is not None and row.use_until < now]
        if late:
            session.execute(
                update(Outbox).where(Outbox.id.in_(late)).values(state=OutboxState.DROPPED, reason="too_late")
            )
        claimed = []
        for row in found:
            if row.id in late:
                continue
            slot = self._pace.reserve(row.chat_id, moment, HORIZON)
            if slot is None:
                self._rests_until = self._pace.opens_at
                break
            call = Call(row.id, row.chat_id, Payload.from_json(row.payload), edits=row.edits)
            claimed.append(Claimed(call, token(), slot))
        self._note_claims(session, claimed, now + LEASE)
        return claimed

    @staticmethod
    def _note_claims(session: Session, claimed: list[Claimed], until: datetime) -> None:
        told = [{"row_id": each.call.outbox_id, "new_claim": each.claim, "until": until} for each in claimed]
        if told:
            session.connection().execute(CLAIM, told)

    async def _send(self, claimed: Claimed) -> None:
        call = claimed.call
        message_id, failure = None, None
        try:
            while (wait := self._pace.delay(claimed.slot, time.monotonic())) > 0:
                await asyncio.sleep(wait)
            async with asyncio.timeout(FILE_SECONDS if call.payload.file else CALL_SECONDS):
                call = await self._with_file(call)
                with SEND_SECONDS.labels(self._channel.name).time():
                    message_id = await self._channel.send(call)
        except SendFailed as error:
            failure = error
        except TimeoutError:
            failure = SendFailed("timeout")
        except Exception as error:
            log.exception("send_broke", channel=self._channel.name, outbox_id=call.outbox_id)
            failure = SendFailed(type(error).__name__)
        finally:
            self._pace.answered(claimed.slot, time.monotonic())
            self._tasks.pop(call.outbox_id, None)
        self._done.append(Done(call.outbox_id, claimed.claim, self._clock(), message_id, failure))
        if len(self._done) >= self._channel.limits.in_flight / SHARE:
            self._enough.set()
        self.wake()

    async def _with_file(self, call: Call) -> Call:
        """The call with its file's bytes. Raises SendFailed where they were cleared away."""
        if call.payload.file is None:
            return call
        content = await self._store.read(partial(documents.content, document_id=call.payload.file.document_id))
        if content is None:
            raise SendFailed("file_gone", permanent=True)
        return replace(call, content=content)

    def _mark(self, session: Session, done: list[Done], now: datetime) -> None:
        sent = [
            {"row_id": d.outbox_id, "old_claim": d.claim, "at": d.at, "message_id": d.message_id}
            for d in done
            if d.failure is None
        ]
        if sent:
            session.connection().execute(MARK_SENT, sent)
            SENDS.labels(self._channel.name, "sent").inc(len(sent))
            for each in sent:
                log.info(
                    "message_sent", outbox_id=each["row_id"], channel=self._channel.name, message_id=each["message_id"]
                )
        for failed in (d for d in done if d.failure is not None):
            self._record_failure(session, failed, now)

    def _record_failure(self, session: Session, done: Done, now: datetime) -> None:
        row = session.get_one(Outbox, done.outbox_id)
        failure = done.failure
        if row.claim != done.claim or failure is None:
            return
        row.claim = row.claimed_until = None
        row.reason = failure.reason
        row.tries += 1
        SENDS.labels(row.channel, "failed").inc()
        log.warning("send_failed", outbox_id=row.id, channel=row.channel, reason=failure.reason, tries=row.tries)
        if failure.moved_to is not None:
            move_chat(session, row.channel, row.chat_id, failure.moved_to)
            row.state = OutboxState.QUEUED
        elif failure.permanent:
            self._give_up(session, row, failure, now)
        else:
            row.state = OutboxState.QUEUED
            seconds = failure.retry_after if failure.retry_after is not None else backoff(row.tries)
            row.not_before = now + timedelta(seconds=seconds)
            if failure.whole_bot:
                self._pace.held_until = time.monotonic() + seconds
                keep_hold(session, row.channel, row.not_before)

    def _give_up(self, session: Session, row: Outbox, failure: SendFailed, now: datetime) -> None:
        row.state = OutboxState.FAILED
        if failure.blocked and row.account_id is not None and not self._channel.is_group(row.chat_id):
            account = session.get_one(Account, row.account_id)
            account.blocked_at = account.blocked_at or now
            account.blocked_reason = failure.reason
            session.flush()
            if send_elsewhere(session, row, now, self._channels):
                return
            await_account(session, row)
        elif not failure.blocked and send_over_another(session, row, now, self._channels):
            return
        if self._on_failed is not None:
            self._on_failed(row.id)


def backoff(tries: int) -> float:
    """Seconds to wait after so many tries: growing, jittered, five minutes at most."""
    state = RetryCallState(retry_object=Retrying(), fn=None, args=(), kwargs={})
    state.attempt_number = tries
    return WAIT(state)


def send_over_another(session: Session, row: Outbox, now: datetime, channels: Collection[str] | None) -> bool:
    """What one channel does not take another may: queue the row anew there, once."""
    others = [name for name in channels or () if name != row.channel]
    alike = and_(
        Outbox.person_id == row.person_id,
        Outbox.part == row.part,
        Outbox.round_id.is_not_distinct_from(row.round_id),
        Outbox.answers_id.is_not_distinct_from(row.answers_id),
    )
    failed = select(Outbox.channel).where(alike, Outbox.state == OutboxState.FAILED, Outbox.id < row.id)
    tried = set(session.scalars(failed))
    return send_elsewhere(session, row, now, [name for name in others if name not in tried])


def send_elsewhere(session: Session, row: Outbox, now: datetime, channels: Collection[str] | None = None) -> bool:
    """Queue the row anew on another account of the same person, if there is one."""
    other = preferred_account(session, row.person_id, channels) if row.person_id is not None else None
    if other is None or other.id == row.account_id or row.kind == "edit":
        return False
    copied = Outbox(
        channel=other.channel,
        chat_id=other.chat_id or other.external_id,
        account_id=other.id,
        created_at=now,
        state=OutboxState.QUEUED,
        tries=0,
        **{name: getattr(row, name) for name in COPIED},
    )
    session.add(copied)
    session.flush()
    session.execute(update(Reminder).where(Reminder.outbox_id == row.id).values(outbox_id=copied.id))
    return True


def await_account(session: Session, row: Outbox) -> None:
    """The reminder whose message nobody got goes out again once its person can be reached, while it is of use."""
    session.execute(
        update(Reminder)
        .where(Reminder.outbox_id == row.id, Reminder.state == ReminderState.QUEUED)
        .values(state=ReminderState.WAITING, reason=NO_ACCOUNT)
    )


COPIED = ("person_id", "kind", "part", "parts", "payload", "priority", "answers_id", "listing", "round_id", "use_until")


def move_chat(session: Session, channel: str, old: str, new: str) -> None:
    """A group that became another chat: its open rows, its account and whose it is go on there."""
    session.execute(
        update(Outbox)
        .where(Outbox.channel == channel, Outbox.chat_id == old, Outbox.state.in_(("queued", "claimed")))
        .values(chat_id=new)
    )
    for table in (Account, Group):
        session.execute(update(table).where(table.channel == channel, table.chat_id == old).values(chat_id=new))


def release_claims(session: Session) -> int:
    """At start, with the database's lock held: nobody is sending, so every claim is free again. How many there were."""
    return session.execute(  # type: ignore[attr-defined,no-any-return]
        update(Outbox)
        .where(Outbox.state == OutboxState.CLAIMED)
        .values(state=OutboxState.QUEUED, claim=None, claimed_until=None)
    ).rowcount
