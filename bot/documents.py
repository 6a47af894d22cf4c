"""Files that people asked for, and tables that they sent to be read, as rows: the recipe, the worker's claim, the bytes
that came of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from bot.context import Context
from bot.message import Button, FileRef
from data.kinds import DocumentState
from data.models import Attachment, Document, DocumentContent

KEPT = timedelta(days=30)
WAITS = (timedelta(seconds=2), timedelta(seconds=20))


@dataclass(frozen=True)
class Recipe:
    """A file to be made or read: what, in which form, for whom, as of when. `args` are the maker's own (JSON)."""

    id: int
    what: str
    form: str
    args: Mapping[str, Any]
    person_id: int
    account_id: int | None
    inbox_id: int | None
    asked_at: datetime
    tries: int = field(default=1, compare=False)


@dataclass(frozen=True)
class File:
    """A file that was made: what it is called, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Made:
    """A file with what is written beside it; a .docx that still has to be printed says so."""

    file: File
    title: str
    words: str
    buttons: tuple[Button, ...] = ()
    to_pdf: bool = False


@dataclass(frozen=True)
class Instead:
    """Why there is no file: what the person is told, and what the admins are told once."""

    words: str
    admins: str | None = None


def ask(context: Context, what: str, form: str, args: Mapping[str, Any], *, held: bool = False) -> None:
    """Keep what was asked for; the worker makes it after this transaction and sends it as an answer.

    What is `held` waits until the file that `args["file"]` names (an Attachment's id) is there (`file_came`).
    """
    context.session.add(
        Document(
            what=what,
            form=form,
            args=dict(args),
            person_id=context.person.id,
            account_id=context.account.id,
            inbox_id=context.inbox_id,
            asked_at=context.now,
            state=DocumentState.HELD if held else DocumentState.WAITING,
        )
    )


def held_for(session: Session, file: Attachment) -> list[Document]:
    """What waits for a file that is being fetched."""
    waiting = session.scalars(select(Document).where(Document.state == DocumentState.HELD))
    return [row for row in waiting if row.args.get("file") == file.id]


def file_came(session: Session, file: Attachment) -> None:
    """The worker may begin."""
    for row in held_for(session, file):
        row.state = DocumentState.WAITING


def file_lost(session: Session, file: Attachment, reason: str) -> bool:
    """Nothing comes of it; whether anything had waited for the file."""
    waiting = held_for(session, file)
    for row in waiting:
        row.state, row.reason = DocumentState.FAILED, reason
    return bool(waiting)


def any_waiting(session: Session, now: datetime) -> bool:
    """Whether there is work for the worker."""
    return bool(session.scalar(select(exists().where(_due(now)))))


def _due(now: datetime) -> ColumnElement[bool]:
    tried = or_(Document.next_try_at.is_(None), Document.next_try_at <= now)
    return and_(Document.state == DocumentState.WAITING, tried)


def take_next(session: Session, now: datetime) -> Recipe | None:
    """The oldest one that waits, its try counted before it is made; None where there is none."""
    row = session.scalar(select(Document).where(_due(now)).order_by(Document.id).limit(1))
    if row is None:
        return None
    claimed = session.execute(
        update(Document)
        .where(Document.id == row.id, Document.state == DocumentState.WAITING)
        .values(state=DocumentState.MAKING, tries=Document.tries + 1)
    )
    if not claimed.rowcount:  # type: ignore[attr-defined]
        return None
    session.refresh(row, ["tries"])
    return Recipe(
        row.id, row.what, row.form, row.args, row.person_id, row.account_id, row.inbox_id, row.asked_at, row.tries
    )


def release(session: Session) -> int:
    """At start, with the database's lock held: what an earlier process had in its hands waits again. How many."""
    return session.execute(  # type: ignore[attr-defined,no-any-return]
        update(Document).where(Document.state == DocumentState.MAKING).values(state=DocumentState.WAITING)
    ).rowcount


def keep(session: Session, document_id: int, file: File, now: datetime) -> None:
    """Store what was made. A repeated call changes nothing."""
    row = session.get_one(Document, document_id)
    if row.state == DocumentState.MADE:
        return
    row.state, row.made_at, row.reason = DocumentState.MADE, now, None
    row.name, row.media_type, row.size = file.name, file.media_type, len(file.content)
    row.sha256 = hashlib.sha256(file.content).hexdigest()
    session.add(DocumentContent(document_id=document_id, content=file.content))
    session.flush()


def done(session: Session, document_id: int, now: datetime) -> None:
    """What was asked for is done, and no file came of it."""
    row = session.get_one(Document, document_id)
    row.state, row.made_at, row.reason = DocumentState.MADE, now, None


def failed(session: Session, document_id: int, reason: str, now: datetime, *, final: bool) -> bool:
    """Note a failure; whether it was the last: a file that can't be made is given up, others after three tries."""
    row = session.get_one(Document, document_id)
    row.reason = reason[:2000]
    if final or row.tries > len(WAITS):
        row.state = DocumentState.FAILED
        return True
    row.state, row.next_try_at = DocumentState.WAITING, now + WAITS[row.tries - 1]
    return False


def reference(session: Session, document_id: int) -> FileRef:
    """How a message names a document that was made."""
    row = session.get_one(Document, document_id)
    assert row.name is not None
    assert row.media_type is not None
    assert row.size is not None
    return FileRef(row.id, row.name, row.media_type, row.size)


def content(session: Session, document_id: int) -> bytes | None:
    """The bytes; None where they were cleared away."""
    return session.scalar(select(DocumentContent.content).where(DocumentContent.document_id == document_id))


def clear(session: Session, now: datetime) -> int:
    """Let go of bytes older than 30 days; they can be made again. How many."""
    old = select(Document.id).where(Document.made_at < now - KEPT)
    return session.execute(  # type: ignore[attr-defined,no-any-return]
        delete(DocumentContent).where(DocumentContent.document_id.in_(old))
    ).rowcount
