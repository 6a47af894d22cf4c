"""Group chats that are a unit's: bound by an admin, let go when the bot is thrown out, moved when they move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.message import Outgoing
from bot.outbox import Postbox
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


def of_units(session: Session, units: Iterable[int]) -> Sequence[Group]:
    """The groups of these units in which reminders are shown."""
    return session.scalars(select(Group).where(Group.unit_id.in_(list(units)), Group.digests).order_by(Group.id)).all()


def show(session: Session, digest: Outgoing, unit_id: int, now: datetime, postbox: Postbox) -> int:
    """Show a digest, made for a group, in the unit's groups, once a round; how many were queued."""
    shown = 0
    for group in of_units(session, [unit_id]):
        account = _account(session, group)
        if account is None or (postbox.channels is not None and group.channel not in postbox.channels):
            continue
        if message_of(session, group, digest.round_id) is None:
            shown += postbox.enqueue(session, addressed(session, group, digest), now, account=account) is not None
    return shown


def addressed(session: Session, group: Group, digest: Outgoing) -> Outgoing:
    """The digest as it goes there: it names the unit's contacts."""
    names = tuple(
        (each.external_id, who.name)
        for who in queries.liaisons(session, group.unit_id)
        for each in who.accounts
        if each.channel == group.channel and each.blocked_at is None
    )
    return replace(digest, chat=group.chat_id, mentions=names)


def message_of(session: Session, group: Group, round_id: int | None) -> int | None:
    """The outbox row with which the round was shown there; None where it was not."""
    query = select(Outbox.id).where(
        Outbox.channel == group.channel, Outbox.chat_id == group.chat_id, Outbox.round_id == round_id,
        Outbox.person_id.is_(None), Outbox.edits_id.is_(None),
    )  # fmt: skip
    return session.scalar(query.order_by(Outbox.id).limit(1))
