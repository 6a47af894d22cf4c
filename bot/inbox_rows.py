"""Rows of the inbox: stored, chosen to be handled, marked. Who handles them is `bot.inbox`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.message import Channel, Update
from data.kinds import InboxState
from data.models import Inbox, UtcDateTime

log = structlog.get_logger()
BATCH = 50
# For what was in hand when processes died: how old the next one has to be, by how many there were.
AGES = (timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=3), timedelta(seconds=4))
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
ANY_WAITING = text(
    "SELECT EXISTS (SELECT 1 FROM inbox WHERE state = 'new' AND (next_try_at IS NULL OR next_try_at <= :now))"
).bindparams(bindparam("now", type_=UtcDateTime))


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


def any_waiting(session: Session, *, now: datetime) -> bool:
    """Whether a row may be handled by now: looked at while nothing is heard, so that nobody's write has to wait."""
    return bool(session.scalar(ANY_WAITING, {"now": now}))


def waiting_rows(session: Session, now: datetime, limit: int = BATCH) -> list[Inbox]:
    """The next rows to handle, oldest first; nobody's message overtakes one of the same sender that has to wait."""
    waiting = session.execute(select(Inbox.channel, Inbox.sender).where(WAITING, Inbox.next_try_at > now))
    held = {(row.channel, row.sender) for row in waiting}
    query = select(Inbox).where(WAITING).order_by(Inbox.id).limit(limit)
    for channel, sender in held:
        query = query.where((Inbox.channel != channel) | (Inbox.sender != sender))
    return list(session.scalars(query))
