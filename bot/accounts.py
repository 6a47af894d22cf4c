"""Which of a person's accounts can be written to, and which one is preferred."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from data.models import Account

SPEAK_FIRST: Final = ("wecom_aibot",)  # WeCom lets a bot write only to who has written to it
NOT_SPOKEN: Final = "not_spoken"

Names = Collection[str] | None


class Reach(StrEnum):
    """Whether somebody can be written to, and why not."""

    OPEN = "open"
    NOT_SPOKEN = "not_spoken"
    BLOCKED = "blocked"
    UNBOUND = "unbound"


def reachable(channels: Names = None) -> ColumnElement[bool]:
    """What holds for an account that can be written to. `channels` are those that are on; None: all."""
    spoke = or_(Account.channel.not_in(SPEAK_FIRST), Account.last_heard_at.is_not(None))
    free = and_(Account.blocked_at.is_(None), spoke)
    return free if channels is None else and_(free, Account.channel.in_(channels))


def reach_of(account: Account) -> Reach:
    if account.blocked_at is not None:
        return Reach.NOT_SPOKEN if account.blocked_reason == NOT_SPOKEN else Reach.BLOCKED
    if account.channel in SPEAK_FIRST and account.last_heard_at is None:
        return Reach.NOT_SPOKEN
    return Reach.OPEN


def best_reach(accounts: Iterable[Account], channels: Names = None) -> Reach:
    """Of somebody with these accounts: the best that one of them gives."""
    found = {reach_of(account) for account in accounts if channels is None or account.channel in channels}
    return next((each for each in Reach if each in found), Reach.UNBOUND)


def preferred_account(session: Session, person_id: int, channels: Names = None) -> Account | None:
    """Where a person is written to: the account last heard from among those that can be reached."""
    accounts = session.scalars(select(Account).where(Account.person_id == person_id, reachable(channels)))
    return max(accounts, key=_heard, default=None)


def _heard(account: Account) -> tuple[bool, datetime, int]:
    """Where somebody has spoken goes before where the office only knows a name."""
    moment = account.last_heard_at or account.bound_at or account.created_at
    return account.last_heard_at is not None, moment, account.id
