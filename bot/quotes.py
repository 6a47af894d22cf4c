"""Which of our messages somebody quotes, where the provider gives its words and not its id."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.message import Inbound, Payload
from data.kinds import OutboxState
from data.models import Outbox, UtcDateTime

MOST_LOOKED_AT: Final = 50
FEWEST_LETTERS: Final = 4
LETTERS: Final = 200  # a provider cuts long quotes
MARKUP: Final = re.compile(r"[\s\\*_`#>…]+")
SENT: Final = (
    select(Outbox.payload, Outbox.provider_message_id)
    .where(
        Outbox.channel == bindparam("channel"),
        Outbox.chat_id == bindparam("chat"),
        Outbox.state == OutboxState.SENT,
        Outbox.provider_message_id.is_not(None),
        Outbox.sent_at <= bindparam("until", type_=UtcDateTime),
    )
    .order_by(Outbox.id.desc())
    .limit(MOST_LOOKED_AT)
)


def resolved(session: Session, channel: str, inbound: Inbound) -> Inbound:
    """The message with `reply_to`, where its `quoted` words are those of a message that was sent to the chat."""
    wanted = _plain(inbound.quoted or "")
    if inbound.reply_to is not None or len(wanted) < FEWEST_LETTERS:
        return inbound
    told = {"channel": channel, "chat": inbound.chat, "until": inbound.said_at}
    for row in session.execute(SENT, told):
        payload = Payload.from_json(row.payload)
        shown = _plain(f"{payload.title or ''}{payload.text}")
        if wanted in (shown, shown[: len(wanted)]) or (len(wanted) >= LETTERS and shown.startswith(wanted[:LETTERS])):
            return replace(inbound, reply_to=row.provider_message_id)
    return inbound


def _plain(words: str) -> str:
    """Without white space and markup."""
    return MARKUP.sub("", words)
