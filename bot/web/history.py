"""What was said in a person's web chat, read from the rows of the two doors."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import attachments, documents
from bot.channels.web import NAME
from bot.message import FileRef, Payload, SentButton
from data.kinds import InboxState, OutboxState
from data.models import Attachment, Button, Inbox, Outbox

SHOWN = (OutboxState.SENT, OutboxState.CLAIMED)


@dataclass(frozen=True)
class Own:
    """What the person wrote or pressed. `form` is the posted form's id; `pending`: the bot is still at it. `files` are
    what came with it: the name, and the id to download it by (None while, or if, it is not to be had)."""

    id: int
    at: datetime
    text: str
    form: str
    pressed: bool
    pending: bool
    files: tuple[tuple[str, int | None], ...] = ()

    @property
    def key(self) -> str:
        return f"mi{self.id}"


@dataclass(frozen=True)
class Said:
    """What the bot said, as it stands now. `rows` are the buttons that can still be pressed, `spent` the label of the
    one that was; `updated_at` is the last edit's time and `touched` the outbox row that last changed it."""

    id: int
    at: datetime
    title: str | None
    text: str
    rows: tuple[tuple[SentButton, ...], ...] = ()
    spent: str | None = None
    updated_at: datetime | None = None
    touched: int = 0
    file: FileRef | None = None

    @property
    def key(self) -> str:
        return f"mo{self.id}"


Entry = Own | Said


@dataclass(frozen=True)
class History:
    """The newest entries, oldest first. `last_own` and `last_said` are the newest rows of either door that were seen;
    `more`: there are older ones."""

    entries: tuple[Entry, ...]
    last_own: int
    last_said: int
    more: bool

    @property
    def pending(self) -> bool:
        return any(isinstance(entry, Own) and entry.pending for entry in self.entries)


def read(session: Session, chat: str, now: datetime, limit: int, before: datetime | None = None) -> History:
    """The newest `limit` entries of a chat (those before an instant), with the state of their buttons at `now`."""
    inbox = _inbox(session, chat, limit, before)
    outbox = _outbox(session, chat, limit, before)
    presses = {_raw(row).get("token", "") for row in inbox}
    said = _with_buttons(session, _said(outbox), presses, now)
    labels = _labels(session, presses)
    sent = attachments.of_messages(session, [row.id for row in inbox])
    entries: list[Entry] = [*(_own(row, labels, sent.get(row.id, ())) for row in inbox), *said]
    entries.sort(key=_order)
    more = len(inbox) == limit or len(outbox) == limit or len(entries) > limit
    own, said_last = (max((row.id for row in rows), default=0) for rows in (inbox, outbox))
    return History(tuple(entries[-limit:]), own, said_last, more)


@dataclass(frozen=True)
class Sent:
    """A file of a chat with its bytes; None where those were cleared away."""

    file: FileRef
    content: bytes | None


def sent_file(session: Session, chat: str, outbox_id: int) -> Sent | None:
    """The file that a message of the chat carries; None where there is no such message."""
    row = session.get(Outbox, outbox_id)
    if row is None or (row.channel, row.chat_id) != (NAME, chat) or row.state not in SHOWN:
        return None
    file = Payload.from_json(row.payload).file
    return Sent(file, documents.content(session, file.document_id)) if file is not None else None


def unread(session: Session, chat: str, since: int) -> int:
    """How many messages (edits apart) of a chat have come after an outbox row."""
    query = select(func.count()).where(
        Outbox.channel == NAME, Outbox.chat_id == chat, Outbox.id > since, Outbox.state.in_(SHOWN)
    )
    return session.scalar(query.where(Outbox.edits_id.is_(None))) or 0


def first_unread(entries: Sequence[Entry], since: int) -> int | None:
    """Where the unread begin: the first of the bot's messages after the outbox row and after the last own message."""
    own = max((at for at, entry in enumerate(entries) if isinstance(entry, Own)), default=-1)
    fresh = (at for at, entry in enumerate(entries) if at > own and isinstance(entry, Said) and entry.id > since)
    return next(fresh, None)


def _order(entry: Entry) -> tuple[datetime, bool, int]:
    return entry.at, isinstance(entry, Said), entry.id


def _inbox(session: Session, chat: str, limit: int, before: datetime | None) -> Sequence[Inbox]:
    query = select(Inbox).where(Inbox.channel == NAME, Inbox.sender == chat)
    if before is not None:
        query = query.where(Inbox.received_at < before)
    return session.scalars(query.order_by(Inbox.id.desc()).limit(limit)).all()


def _outbox(session: Session, chat: str, limit: int, before: datetime | None) -> Sequence[Outbox]:
    query = select(Outbox).where(Outbox.channel == NAME, Outbox.chat_id == chat, Outbox.state.in_(SHOWN))
    if before is not None:
        query = query.where(func.coalesce(Outbox.sent_at, Outbox.created_at) < before)
    return session.scalars(query.order_by(Outbox.id.desc()).limit(limit)).all()


def _raw(row: Inbox) -> Mapping[str, str]:
    """The posted message; empty where the row holds something else."""
    try:
        found = json.loads(row.raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _own(row: Inbox, labels: Mapping[str, str], sent: Sequence[Attachment]) -> Own:
    message = _raw(row)
    pressed = message.get("kind") == "button"
    text = labels.get(message.get("token", ""), "") if pressed else message.get("text", "")
    form = row.update_id.partition(":")[0]
    kept = {file.position: file.id for file in sent if file.state in attachments.SHOWN}
    names = [str(file.get("name") or "") for file in json.loads(message.get("files", "[]"))]
    files = tuple((name, kept.get(position)) for position, name in enumerate(names))
    return Own(row.id, row.received_at, text, form, pressed, row.state == InboxState.NEW, files)


def _said(rows: Sequence[Outbox]) -> list[Said]:
    """Messages with their newest edit in place; an edit of an edit is one of the first message.

    A chat's messages are sent in the order of their rows, so none is older than the one before it: what is on its way
    has no time of sending yet.
    """
    found: dict[int, Said] = {}
    first: dict[int, int] = {}
    at = datetime.min.replace(tzinfo=UTC)
    for row in sorted(rows, key=lambda row: row.id):
        payload = Payload.from_json(row.payload)
        at = max(at, row.sent_at or row.created_at)
        original = first.get(row.edits_id, row.edits_id) if row.edits_id else None
        if original is None:
            found[row.id] = Said(
                row.id, at, payload.title, payload.text, payload.buttons, touched=row.id, file=payload.file
            )
        elif original in found:
            first[row.id] = original
            found[original] = replace(
                found[original],
                title=payload.title,
                text=payload.text,
                rows=payload.buttons,
                updated_at=at,
                touched=row.id,
            )
    return list(found.values())


def _with_buttons(session: Session, said: list[Said], presses: set[str], now: datetime) -> list[Said]:
    tokens = [button.token for one in said for button in _flat(one.rows)]
    known = {row.token: row for row in session.scalars(select(Button).where(Button.token.in_(tokens)))}
    return [_settled(one, known, presses, now) for one in said]


def _settled(said: Said, known: Mapping[str, Button], presses: set[str], now: datetime) -> Said:
    """The message with the buttons that can still be pressed, and the label of the one that was."""
    used = [known[b.token] for b in _flat(said.rows) if b.token in known and _used(known[b.token])]
    groups = {button.group for button in used if button.group}

    def alive(button: SentButton) -> bool:
        row = known.get(button.token)
        expired = row is not None and row.expires_at is not None and row.expires_at <= now
        return row is not None and not expired and not _used(row) and row.group not in groups

    rows = tuple(kept for row in said.rows if (kept := tuple(button for button in row if alive(button))))
    pressed = [button for button in used if button.token in presses] or [button for button in used if button.result]
    return replace(said, rows=rows, spent=pressed[0].label if pressed else None)


def _used(row: Button) -> bool:
    return row.once and row.used_at is not None


def _flat(rows: Iterable[Iterable[SentButton]]) -> list[SentButton]:
    return [button for row in rows for button in row]


def _labels(session: Session, tokens: set[str]) -> dict[str, str]:
    rows = session.execute(select(Button.token, Button.label).where(Button.token.in_(tokens)))
    return {row.token: row.label for row in rows}
