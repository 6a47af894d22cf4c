"""The door out, first half: a reply becomes rows, in the transaction of what caused it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import bindparam, insert, text, update
from sqlalchemy.orm import Session

from bot import documents
from bot.accounts import preferred_account
from bot.message import CAPTION, Button, Outgoing, Payload, SentButton
from data.kinds import OutboxState, Priority
from data.models import Account, Dialog, Outbox, UtcDateTime
from data.models import Button as ButtonRow

Split = Callable[[str | None, str], list[tuple[str | None, str]]]
Arrange = Callable[[Payload], list[Payload]]
log = structlog.get_logger()
TOKEN_BYTES = 9
INSERT = insert(Outbox.__table__).returning(Outbox.__table__.c.id)  # type: ignore[arg-type]
SUPERSEDED = "superseded"
LANES = "lanes"  # in `session.info`
# Who waits for an answer does not wait for a digest that stands before it in the same chat: that goes as fast.
HURRY = (
    update(Outbox.__table__)  # type: ignore[arg-type]
    .where(
        Outbox.channel == bindparam("of_channel"),
        Outbox.chat_id == bindparam("of_chat"),
        text("state IN ('queued', 'claimed') AND id > 0"),  # as the index of open lanes has it
        (Outbox.priority + 0) > Priority.ANSWER,
    )
    .values(priority=int(Priority.ANSWER))
)
# Of several changes of one message only the last is worth a call.
SUPERSEDE = (
    update(Outbox.__table__)  # type: ignore[arg-type]
    .where(
        Outbox.channel == bindparam("of_channel"),
        Outbox.chat_id == bindparam("of_chat"),
        text("state IN ('queued', 'claimed') AND state = 'queued' AND id > 0"),
        Outbox.edits_id == bindparam("of_message"),
    )
    .values(state=OutboxState.DROPPED, reason=SUPERSEDED)
)


class _Keys:
    """The rows of one message's buttons. One that a brief shows a second time is the same."""

    def __init__(self, to: Account, now: datetime, outgoing: Outgoing) -> None:
        self._to, self._now = to, now
        self._group = token() if any(button.once for row in outgoing.buttons for button in row) else None
        self._made: list[tuple[Button, ButtonRow]] = []

    def sent(self, button: Button) -> SentButton:
        row = next((row for known, row in self._made if known == button), None)
        if row is None:
            row = _button_row(button, self._to, self._now, self._group)
            self._made.append((button, row))
        return SentButton(button.label, row.token, button.primary)

    def belong_to(self, session: Session, outbox_id: int) -> None:
        for _button, row in self._made:
            row.outbox_id = outbox_id
            session.add(row)


class Postbox:
    """Makes outbox rows; `splits` are the channels' own ways to cut long texts, `arrangements` to make one message
    into several calls, by channel name."""

    def __init__(
        self, splits: Mapping[str, Split] | None = None, arrangements: Mapping[str, Arrange] | None = None
    ) -> None:
        self._splits = splits or {}
        self._arrangements = arrangements or {}

    @property
    def channels(self) -> Collection[str] | None:
        """The channels that something can be sent over; None where nobody has said."""
        return self._splits.keys() or None

    def enqueue(
        self,
        session: Session,
        outgoing: Outgoing,
        now: datetime,
        *,
        account: Account | None = None,
        answers: int | None = None,
    ) -> int | None:
        """Store a message; the id of its first row, None where the person has no account that can be reached.

        `account`: whom it answers, where the message names nobody. Buttons go with the last part, and become rows.
        """
        to = self._recipient(session, outgoing, account)
        if to is None:
            return None
        keys = _Keys(to, now, outgoing)
        payloads = self._calls(to.channel, self._payloads(session, to.channel, outgoing, keys.sent))
        rows = [self._row(outgoing, to, now, answers, each, at, len(payloads)) for at, each in enumerate(payloads, 1)]
        _make_way(session, outgoing, {"of_channel": to.channel, "of_chat": rows[0]["chat_id"]})
        ids: list[int] = [session.connection().execute(INSERT, row).scalar_one() for row in rows]
        keys.belong_to(session, ids[-1])
        if outgoing.dialog_id is not None:
            session.get_one(Dialog, outgoing.dialog_id).outbox_id = ids[-1]
        log.info("message_queued", outbox_id=ids[0], parts=len(ids), channel=to.channel, inbox_id=answers)
        return ids[0]

    def _calls(self, channel: str, payloads: list[Payload]) -> list[Payload]:
        """One for each call that the channel will make: what a kill interrupts is then sent again alone."""
        arrange = self._arrangements.get(channel)
        return payloads if arrange is None else [call for payload in payloads for call in arrange(payload)]

    def _recipient(self, session: Session, outgoing: Outgoing, account: Account | None) -> Account | None:
        if outgoing.edits is not None:
            edited = session.get_one(Outbox, outgoing.edits)
            return session.get(Account, edited.account_id) if edited.account_id else account
        if outgoing.account_id is not None:
            return session.get(Account, outgoing.account_id)
        if outgoing.person_id is None or (account is not None and account.person_id == outgoing.person_id):
            return account
        return preferred_account(session, outgoing.person_id, self.channels)

    def _payloads(
        self, session: Session, channel: str, outgoing: Outgoing, stored: Callable[[Button], SentButton]
    ) -> list[Payload]:
        """The message cut as the channel cuts it; the buttons, and what goes on a card, with the last part."""
        shown = tuple(tuple(map(stored, line)) for line in outgoing.buttons)
        file = documents.reference(session, outgoing.document_id) if outgoing.document_id is not None else None
        if file is not None and len(outgoing.title or "") + len(outgoing.text) <= CAPTION:
            return [Payload(outgoing.title, outgoing.text, shown, file)]
        brief = outgoing.brief.each(stored) if outgoing.brief and channel in self._arrangements else None
        split = None if brief is not None and brief.whole else self._splits.get(channel)
        parts = split(outgoing.title, outgoing.text) if split else [(outgoing.title, outgoing.text)]
        words = [Payload(title, text, quiet=outgoing.quiet) for title, text in parts]
        if file is not None:  # too many words to stand beside it
            return [*words, Payload(None, "", shown, file)]
        return [*words[:-1], replace(words[-1], buttons=shown, brief=brief, mentions=outgoing.mentions)]

    def _row(
        self,
        outgoing: Outgoing,
        to: Account,
        now: datetime,
        answers: int | None,
        payload: Payload,
        part: int,
        parts: int,
    ) -> dict[str, Any]:
        first = part == 1
        return {
            "channel": to.channel,
            "chat_id": outgoing.chat or to.chat_id or to.external_id,
            "account_id": to.id,
            "person_id": to.person_id,
            "kind": "file" if payload.file else "edit" if outgoing.edits is not None and first else "send",
            "part": part,
            "parts": parts,
            "payload": payload.to_json(),
            "priority": int(outgoing.priority),
            "edits_id": outgoing.edits if first else None,
            "answers_id": answers,
            "listing": list(outgoing.listing) if outgoing.listing is not None else None,
            "round_id": outgoing.round_id,
            "created_at": now,
            "not_before": outgoing.not_before,
            "use_until": outgoing.use_until,
            "state": "queued",
            "tries": 0,
        }


# At rest ---------------------------------------------------------------------------------------------------

# The states are named twice so that the index of what is open serves it.
ANY_QUEUED = text(
    """
    SELECT EXISTS (
      SELECT 1 FROM outbox WHERE channel = :channel AND state IN ('queued', 'claimed') AND state = 'queued'
        AND (not_before IS NULL OR not_before <= :now))
    """
).bindparams(bindparam("now", type_=UtcDateTime))


def any_queued(session: Session, *, channel: str, now: datetime) -> bool:
    """Whether a row of the channel may go out by now."""
    return bool(session.scalar(ANY_QUEUED, {"channel": channel, "now": now}))


# Lanes -----------------------------------------------------------------------------------------------------


def gather_lanes(session: Session) -> None:
    """From here on what stands before answers is hurried for all of them at once, by `hurry_lanes`."""
    session.info[LANES] = {}


def hurry_lanes(session: Session) -> None:
    """Hurry what stands before the answers that were queued since `gather_lanes`, in the same transaction."""
    lanes = session.info.pop(LANES, None)
    if lanes:
        session.connection().execute(HURRY, list(lanes.values()))


def _make_way(session: Session, outgoing: Outgoing, lane: Mapping[str, str]) -> None:
    """An edit supersedes what was to change the same message before; what waits in the lane goes with an answer."""
    if outgoing.edits is not None:
        session.connection().execute(SUPERSEDE, {**lane, "of_message": outgoing.edits})
    elif outgoing.priority == Priority.ANSWER:
        _hurry(session, lane)


def _hurry(session: Session, lane: Mapping[str, str]) -> None:
    gathered = session.info.get(LANES)
    if gathered is None:
        session.connection().execute(HURRY, lane)
    else:
        gathered[tuple(lane.values())] = lane


# Rows ------------------------------------------------------------------------------------------------------


def _button_row(button: Button, to: Account, now: datetime, group: str | None) -> ButtonRow:
    return ButtonRow(
        token=token(),
        person_id=to.person_id,
        label=button.label,
        action=button.action,
        args=dict(button.args),
        once=button.once,
        group=group if button.once else None,
        created_at=now,
        expires_at=now + button.expires_after if button.expires_after else None,
    )


def token() -> str:
    """12 random letters, digits, `-` and `_`: fits every provider's button."""
    return secrets.token_urlsafe(TOKEN_BYTES)
