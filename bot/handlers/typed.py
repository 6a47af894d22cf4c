"""A button's words, typed: where no card can be pressed, or for who would rather type."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from sqlalchemy import Row, bindparam, func, select

from bot.context import Context
from bot.handlers.known import seen_by
from data.kinds import OutboxState
from data.models import Button, Outbox, UtcDateTime

Offered = Row[str, str, str | None, datetime | None, datetime | None]
LONGEST = 40
NO_WORD = re.compile(r"(?:[^\w.]|_|\.(?!\d)|(?<!\d)\.)+")
NEEDLESS_SPACE = re.compile(r"(?<![a-z0-9]) | (?![a-z0-9])")


def token_of(context: Context, text: str) -> str | None:
    """The token of the live button whose label this is, among those of the newest message with buttons that the
    person had before writing. A bare number is none: it means a place in a list, or a row."""
    said = plain(text)
    if len(said) > LONGEST or not any(letter.isalpha() for letter in said):
        return None
    found = [button.token for button in offered(context) if plain(button.label) == said]
    return found[0] if len(found) == 1 else None


def plain(words: str) -> str:
    """Letters and digits alone, in one form: `✓ 1 没变化。` and `1没变化` are the same, `3.2` and `32` are not."""
    folded = unicodedata.normalize("NFKC", words).casefold()
    return NEEDLESS_SPACE.sub("", NO_WORD.sub(" ", folded).strip())


def offered(context: Context) -> list[Offered]:
    """The live buttons (token, label, …) of the newest message, in whatever channel it was sent; one that was edited
    stays where it was."""
    told = {"person": context.person.id, "seen": seen_by(context)}
    context.session.flush()
    buttons = context.session.connection().execute(OFFERED, told).all()
    spent = {button.group for button in buttons if button.used_at is not None}
    return [
        button
        for button in buttons
        if button.used_at is None
        and (button.group is None or button.group not in spent)
        and (button.expires_at is None or button.expires_at > context.now)
    ]


# Made once: making a statement costs more than running it.
NEWEST = (
    select(Outbox.id)
    .join(Button, Button.outbox_id == Outbox.id)
    .where(
        Button.person_id == bindparam("person"),
        Outbox.state == OutboxState.SENT,
        Outbox.sent_at <= bindparam("seen", type_=UtcDateTime),
    )
    .order_by(func.coalesce(Outbox.edits_id, Outbox.id).desc(), Outbox.id.desc())
    .limit(1)
    .scalar_subquery()
)
OFFERED = select(
    Button.token, Button.label, Button.group.label("group"), Button.used_at, Button.expires_at
).where(Button.outbox_id == NEWEST, Button.person_id == bindparam("person"))  # fmt: skip
