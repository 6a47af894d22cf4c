"""A stranger gets one polite sentence; an invite code binds the account, 申请 asks an admin to."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot import access, joining
from bot.message import Inbound, Kind, Outgoing
from bot.texts import Texts
from data.models import Account, Person
from scheduler import newcomers
from scheduler.office import Office

STRANGER_EVERY = timedelta(minutes=10)


def stranger(
    session: Session, account: Account, inbound: Inbound, now: datetime, say: Texts, office: Office
) -> list[Outgoing]:
    """Bind the account if the message holds an invite code, pass on what it asks to be let in with, else one sentence,
    at most every ten minutes."""
    code = code_in(inbound)
    if code is not None:
        return redeemed(session, account, code, now, say)
    said = joining.words_in(inbound) if office.joining else None
    if said is not None:
        return joining.asked(session, account, said, now, say, office)
    if account.told_stranger_at is not None and now - account.told_stranger_at < STRANGER_EVERY:
        return []
    account.told_stranger_at = now
    return [Outgoing(say.say("welcome.stranger_may_ask" if office.joining else "welcome.stranger"))]


def code_in(inbound: Inbound) -> str | None:
    """The invite code in `/start CODE` or in a message of its own."""
    if inbound.kind is not Kind.TEXT:
        return None
    text = inbound.text.strip()
    for start in ("/start", "开始"):
        text = text.removeprefix(start).strip()
    return text if access.looks_like_code(text) else None


def redeemed(session: Session, account: Account, code: str, now: datetime, say: Texts) -> list[Outgoing]:
    result = access.redeem(session, code, [f"{account.channel}:{account.external_id}"], now)
    if result.person is None:
        assert result.refusal is not None
        return [Outgoing(say.error(result.refusal))]
    access.bind(session, account, result.person, now)
    joining.settle(session, account, now, "code")
    newcomers.show_open(session, result.person, now)
    return [bound(result.person, say)]


def bound(person: Person, say: Texts) -> Outgoing:
    roles = access.roles_of(person)
    role = next(role for role in ("admin", "leader", "liaison", "head") if role in roles)
    unit = person.unit.name if person.unit else ""
    return Outgoing(say.say(f"welcome.bound_{role}", unit=unit, person=person.name))
