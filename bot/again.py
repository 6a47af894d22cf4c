"""A pressed card of WeCom is spent as a whole: one that offers more than one press comes again behind the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.message import Payload, SentButton
from bot.outbox import token
from data.kinds import OutboxState
from data.models import Button, Inbox, Outbox, Reminder

SPENDING = ("wecom_app", "wecom_aibot")
MOST_LOOKED_AT = 50


def spends(session: Session, pressed: str, edits: int) -> bool:
    """Whether the message that is to be edited is the one whose button was pressed: its card can't be used again."""
    button = session.get(Button, pressed)
    if button is None or button.outbox_id is None:
        return False
    shown = session.get_one(Outbox, button.outbox_id)
    return edits in (shown.id, shown.edits_id)


def moved(session: Session, old: int, new: int) -> None:
    """What is to be edited from now on is the newer card."""
    session.execute(update(Reminder).where(Reminder.outbox_id == old).values(outbox_id=new))


def show_again(session: Session, press: Inbox, pressed: str, now: datetime) -> None:
    """Queue an equal message with live buttons of its own, where the press took one that counts more than once; where
    what it says has changed since, as it reads now.

    Not where an equal one was sent since: of equal cards at most two can be pressed, the one that did not show itself
    as spent and the newest.
    """
    button = session.get(Button, pressed)
    if button is None or button.once or button.outbox_id is None:
        return
    shown = session.get_one(Outbox, button.outbox_id)
    latest = _as_it_reads_now(session, shown)
    if _has_newer(session, latest):
        return
    payload = _with_buttons_of_its_own(session, latest, now)
    if not payload.all_buttons():
        return
    row = Outbox(
        channel=shown.channel,
        chat_id=shown.chat_id,
        account_id=shown.account_id,
        person_id=shown.person_id,
        payload=payload.to_json(),
        priority=shown.priority,
        answers_id=press.id,
        listing=shown.listing,
        round_id=shown.round_id,
        created_at=now,
        use_until=shown.use_until,
        state=OutboxState.QUEUED,
    )
    session.add(row)
    session.flush()
    for sent in payload.all_buttons():
        session.get_one(Button, sent.token).outbox_id = row.id
    moved(session, shown.edits_id or shown.id, row.id)


def _as_it_reads_now(session: Session, shown: Outbox) -> Outbox:
    """The newest text of a message, though its channel may have had no way to put it in place of the old one."""
    edit = (
        select(Outbox)
        .where(
            Outbox.channel == shown.channel,
            Outbox.chat_id == shown.chat_id,
            Outbox.id > shown.id,
            Outbox.edits_id == (shown.edits_id or shown.id),
        )
        .order_by(Outbox.id.desc())
        .limit(1)
    )
    return session.scalar(edit) or shown


def _has_newer(session: Session, shown: Outbox) -> bool:
    """Whether an equal message was queued in the chat since."""
    newer = session.scalars(
        select(Outbox.payload)
        .where(Outbox.channel == shown.channel, Outbox.chat_id == shown.chat_id, Outbox.id > shown.id)
        .order_by(Outbox.id.desc())
        .limit(MOST_LOOKED_AT)
    )
    return any(_words(payload) == _words(shown.payload) for payload in newer)


def _words(payload: dict[str, object]) -> tuple[object, object, bool]:
    return payload["title"], payload["text"], bool(payload["buttons"])


def _with_buttons_of_its_own(session: Session, shown: Outbox, now: datetime) -> Payload:
    """The message with new tokens for what can still be pressed; buttons that exclude each other still do."""
    payload = Payload.from_json(shown.payload)
    stored = {row.token: row for row in session.scalars(select(Button).where(Button.outbox_id == shown.id))}
    spent = {row.group for row in stored.values() if row.used_at is not None}

    def anew(sent: SentButton) -> SentButton | None:
        old = stored.get(sent.token)
        if old is None or old.used_at is not None or (old.group is not None and old.group in spent):
            return None
        copied = Button(
            token=token(), person_id=old.person_id, role=old.role, label=old.label, action=old.action,
            args=old.args, once=old.once, group=old.group, created_at=now, expires_at=old.expires_at,
        )  # fmt: skip
        session.add(copied)
        return replace(sent, token=copied.token)

    return replace(payload.each(anew), quiet=False)
