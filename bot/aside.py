"""Messages that could not be handled: kept, told once to who wrote, shown to admins, run again when they say so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.inbox import GiveUp
from bot.message import Button, Inbound, Outgoing
from bot.outbox import Postbox
from bot.texts import Texts, texts
from data import queries
from data.kinds import InboxState, Priority, Role
from data.models import Account, Inbox, Outbox

SHOWN: Final = 300
WORDS: Final = ("text", "caption", "content")
KILLED: Final = "killed"


def giving_up(postbox: Postbox) -> GiveUp:
    """What the door calls for a message that is set aside."""
    return partial(give_up, postbox)


def give_up(
    postbox: Postbox,
    session: Session,
    row: Inbox,
    inbound: Inbound | None,
    now: datetime,
    error: BaseException | None,
) -> None:
    """Tell the person, once however often it fails, and every admin. `error` is None where the process died of it."""
    if error is None:
        row.error = KILLED
    account = _account(session, row)
    if account is not None and account.person is not None and not _answered(session, row):
        said = texts(account.person.language).say("errors.set_aside")
        chat = inbound.chat if inbound is not None else None
        postbox.enqueue(session, Outgoing(said, chat=chat), now, account=account, answers=row.id)
    for admin in queries.people_with(session, Role.ADMIN):
        postbox.enqueue(session, notice(session, row, admin.id, texts(admin.language)), now)


def _account(session: Session, row: Inbox) -> Account | None:
    return session.scalar(select(Account).where(Account.channel == row.channel, Account.external_id == row.sender))


def _answered(session: Session, row: Inbox) -> bool:
    return session.scalar(select(Outbox.id).where(Outbox.answers_id == row.id).limit(1)) is not None


def notice(session: Session, row: Inbox, admin_id: int, say: Texts) -> Outgoing:
    """What an admin is told of a message set aside: whose it is, its words, the error's kind, a button."""
    return Outgoing(
        say.say("delivery.aside_notice", **facts(session, row, say)),
        buttons=[[Button(say.say("delivery.run_again"), "run_again", {"inbox_id": row.id}, primary=True)]],
        person_id=admin_id,
        priority=Priority.NOTICE,
    )


def facts(session: Session, row: Inbox, say: Texts) -> dict[str, Any]:
    """number, whose, text, error: what the sentences about a message set aside are filled with."""
    account = _account(session, row)
    person = account.person if account is not None else None
    kind = (row.error or "").partition(":")[0]
    return {
        "number": row.id,
        "whose": person.name if person is not None else say.say("delivery.somebody"),
        "text": words_in(row.raw),
        "error": say.say("delivery.killed") if kind == KILLED else kind,
    }


def words_in(raw: str) -> str:
    """The words of a stored update whose channel can't read it, or that nobody may read again; else the update."""
    try:
        found = next(_strings(json.loads(raw)), None)
    except (ValueError, RecursionError):
        found = None
    shown = " ".join((found or raw).split())
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (value[name] for name in WORDS if isinstance(value.get(name), str) and value[name].strip())
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def waiting(session: Session, most: int) -> Sequence[Inbox]:
    """The newest messages that are set aside, newest first."""
    query = select(Inbox).where(Inbox.state == InboxState.ASIDE).order_by(Inbox.id.desc()).limit(most)
    return session.scalars(query).all()


def run_again(session: Session, inbox_id: int) -> bool:
    """Have a message handled as if it were new, read as on the day it was written; False where it is not set aside."""
    row = session.get(Inbox, inbox_id)
    if row is None or row.state != InboxState.ASIDE:
        return False
    row.state, row.tries = InboxState.NEW, 0
    row.next_try_at = row.handled_at = None
    return True
