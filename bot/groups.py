"""Group chats that are a unit's: bound by an admin, let go when the bot is thrown out, moved when they move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.message import Outgoing
from bot.outbox import Postbox
from bot.texts import Texts
from data import queries
from data.models import Account, Group, Outbox, Person, Unit


def of_chat(session: Session, channel: str, chat: str) -> Group | None:
    """What a group chat is bound as."""
    return session.scalar(select(Group).where(Group.channel == channel, Group.chat_id == chat))


def every(session: Session) -> Sequence[Group]:
    return session.scalars(select(Group).order_by(Group.id)).all()


def bind(session: Session, channel: str, chat: str, unit: Unit, by: Person, now: datetime) -> Group:
    """From now on the chat is the unit's; what it was bound as before is forgotten."""
    group = of_chat(session, channel, chat)
    if group is None:
        group = Group(channel=channel, chat_id=chat, unit_id=unit.id, bound_by=by.id, bound_at=now)
        session.add(group)
    group.unit_id, group.unit, group.bound_by, group.bound_at = unit.id, unit, by.id, now
    if _account(session, group) is None:
        session.add(Account(channel=channel, external_id=f"group:{chat}", chat_id=chat, created_at=now))
    session.flush()
    return group


def let_go(session: Session, channel: str, chat: str) -> None:
    """The chat is nobody's any more."""
    session.execute(delete(Group).where(Group.channel == channel, Group.chat_id == chat))


def _account(session: Session, group: Group) -> Account | None:
    """What the group is written to by: an account of no person, so that it counts for nobody."""
    query = select(Account).where(
        Account.channel == group.channel, Account.chat_id == group.chat_id, Account.person_id.is_(None)
    )
    return session.scalar(query.order_by(Account.id).limit(1))


def show(session: Session, digest: Outgoing, person: Person, say: Texts, now: datetime, postbox: Postbox) -> int:
    """Show a digest that goes to a unit's contact in the unit's groups too, once a round; how many were queued.

    It names the contacts, and has no buttons: they are each person's own.
    """
    shown = 0
    for group in session.scalars(select(Group).where(Group.unit_id == person.unit_id, Group.digests)):
        account = _account(session, group)
        if account is None or (postbox.channels is not None and group.channel not in postbox.channels):
            continue
        if not _has(session, group, digest.round_id):
            contacts = queries.liaisons(session, group.unit_id)
            names = tuple(
                (each.external_id, who.name)
                for who in contacts
                for each in who.accounts
                if each.channel == group.channel and each.blocked_at is None
            )
            told = replace(
                digest, text=_for_all(digest.text, say), buttons=(), brief=None, person_id=None,
                chat=group.chat_id, mentions=names,
            )  # fmt: skip
            shown += postbox.enqueue(session, told, now, account=account) is not None
    return shown


def _for_all(text: str, say: Texts) -> str:
    """The list, with how to answer in a group in place of the last line."""
    rows, _, _ask = text.rpartition("\n")
    return f"{rows}\n{say.say('groups.ask')}"


def _has(session: Session, group: Group, round_id: int | None) -> bool:
    """Whether the round was shown there before."""
    query = select(Outbox.id).where(
        Outbox.channel == group.channel, Outbox.chat_id == group.chat_id, Outbox.round_id == round_id,
        Outbox.person_id.is_(None),
    )  # fmt: skip
    return session.scalar(query.limit(1)) is not None
