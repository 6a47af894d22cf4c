"""Who is this, what may they do: accounts, roles, invites.

An invite is a one-time code of 10 letters and digits without look-alikes; only its hash is stored. After five wrong
tries an account or an address waits.
"""

from __future__ import annotations

import difflib
import hashlib
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.message import Inbound, Kind
from data import audit
from data.errors import UserError
from data.kinds import Role
from data.models import Account, Guess, Invite, Person, PersonRole, Unit

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 10
INVITE_DAYS = 14
TRIES = 5
FIRST_WAIT = timedelta(minutes=15)
GUESSES_FADE = timedelta(days=1)
HEARD_EVERY = timedelta(minutes=1)
REMEMBERED = "accounts"
CASELESS = ("wecom_app", "wecom_aibot")
SPOKEN = (Kind.TEXT, Kind.BUTTON, Kind.EDIT, Kind.MEDIA)
ACCOUNTS = select(Account).options(
    joinedload(Account.person).joinedload(Person.unit), joinedload(Account.person).selectinload(Person.roles)
)


def remember_accounts(session: Session, senders: Collection[tuple[str, str]]) -> set[int]:
    """Read the accounts of a batch, with their people, in one go; `account_of` finds them there. The people's ids."""
    found = session.scalars(ACCOUNTS.where(tuple_(Account.channel, Account.external_id).in_(senders))).all()
    session.info[REMEMBERED] = {(account.channel, account.external_id): account for account in found}
    return {account.person_id for account in found if account.person_id is not None}


def account_of(session: Session, channel: str, inbound: Inbound, now: datetime) -> Account:
    """The account that wrote; made at its first message. Remembers where its private messages go."""
    key = (channel, inbound.sender)
    account: Account | None = session.info.get(REMEMBERED, {}).get(key)
    if account is None or account not in session:
        account = session.scalar(ACCOUNTS.where(Account.channel == channel, Account.external_id == inbound.sender))
    if account is None:
        account = _entered(session, channel, inbound.sender)
    if account is None:
        account = Account(channel=channel, external_id=inbound.sender, created_at=now, person_id=None)
        session.add(account)
        session.flush()
    if not inbound.group:
        _note(account, chat_id=inbound.chat, blocked_at=None)
        if inbound.kind not in SPOKEN:
            return account
        if account.last_heard_at is None or inbound.said_at - account.last_heard_at > HEARD_EVERY:
            account.last_heard_at = inbound.said_at
    _note(account, display_name=inbound.display_name or account.display_name)
    return account


def _note(account: Account, **told: object) -> None:
    """Set what is different: a value set to itself costs the session a look at the row at each message."""
    for name, value in told.items():
        if getattr(account, name) != value:
            setattr(account, name, value)


def _entered(session: Session, channel: str, sender: str) -> Account | None:
    """The account that was made from the people file, however its letters were written there; from now on it is
    written as the provider does. One that has spoken has its spelling."""
    if channel not in CASELESS:
        return None
    account = session.scalar(
        ACCOUNTS.where(
            Account.channel == channel,
            Account.last_heard_at.is_(None),
            func.lower(Account.external_id) == sender.lower(),
        )
    )
    if account is not None:
        account.external_id = account.chat_id = sender
    return account


def roles_of(person: Person) -> frozenset[Role]:
    return frozenset(Role(role.role) for role in person.roles)


# Invites ---------------------------------------------------------------------------------------------------


def make_invite(session: Session, person: Person, now: datetime, actor_id: int | None = None) -> tuple[str, datetime]:
    """A new code for a person, in place of the old ones; the code and when it expires."""
    session.execute(
        update(Invite)
        .where(Invite.person_id == person.id, Invite.used_at.is_(None), Invite.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    expires = now + timedelta(days=INVITE_DAYS)
    session.add(Invite(person_id=person.id, code_hash=code_hash(code), created_at=now, expires_at=expires))
    audit.record(session, now, "invite", "person", person.id, actor_id=actor_id)
    return code, expires


def code_hash(code: str) -> str:
    return hashlib.sha256(code.upper().encode()).hexdigest()


def looks_like_code(text: str) -> bool:
    """Whether a text may be an invite: ten letters and digits, perhaps in groups."""
    return len(tidy_code(text)) == CODE_LENGTH


def tidy_code(text: str) -> str:
    """`abcd-efgh 23` → `ABCDEFGH23`; empty for anything else than letters, digits, hyphens and spaces."""
    code = text.strip().upper().replace("-", "").replace(" ", "")
    return code if code.isascii() and code.isalnum() else ""


@dataclass(frozen=True)
class Redeemed:
    """Whose the code was, or why it can't be used; a refusal is returned, so that the wrong try is counted."""

    person: Person | None = None
    refusal: UserError | None = None


def redeem(session: Session, code: str, whos: Iterable[str], now: datetime) -> Redeemed:
    """Use an invite. `whos`: the account and the address that try, each with five wrong tries."""
    guesses = [_guess(session, who, now) for who in whos]
    refusal = _has_to_wait(guesses, now)
    if refusal is not None:
        return Redeemed(refusal=refusal)
    invite = session.scalar(select(Invite).where(Invite.code_hash == code_hash(tidy_code(code))))
    if invite is None:
        return Redeemed(refusal=_count_wrong(guesses, now))
    if invite.used_at is not None or invite.revoked_at is not None or invite.person.left_at is not None:
        return Redeemed(refusal=UserError("code_used"))
    if invite.expires_at <= now:
        return Redeemed(refusal=UserError("code_expired"))
    invite.used_at = now
    for guess in guesses:
        session.delete(guess)
    return Redeemed(person=invite.person)


def tried(session: Session, who: str, now: datetime) -> UserError | None:
    """Count a try of something that is slowed as wrong codes are; why it may not be made."""
    guess = _guess(session, who, now)
    refusal = _has_to_wait([guess], now)
    if refusal is None:
        _count_wrong([guess], now)
    return refusal


def _has_to_wait(guesses: Iterable[Guess], now: datetime) -> UserError | None:
    waiting = [guess.wait_until for guess in guesses if guess.wait_until and guess.wait_until > now]
    if not waiting:
        return None
    return UserError("too_many_tries", minutes=-(-int((max(waiting) - now).total_seconds()) // 60))


def _guess(session: Session, who: str, now: datetime) -> Guess:
    guess = session.get(Guess, who)
    if guess is None:
        guess = Guess(who=who, wrong=0, last_at=now)
        session.add(guess)
    elif now - guess.last_at > GUESSES_FADE:
        guess.wrong = 0
    return guess


def _count_wrong(guesses: Iterable[Guess], now: datetime) -> UserError:
    left = TRIES
    for guess in guesses:
        guess.wrong += 1
        guess.last_at = now
        if guess.wrong >= TRIES:
            guess.wait_until = now + FIRST_WAIT * 2 ** min(guess.wrong - TRIES, 6)
        left = min(left, TRIES - guess.wrong)
    return UserError("code_wrong", left=max(left, 0))


def bind(session: Session, account: Account, person: Person, now: datetime, *, actor_id: int | None = None) -> None:
    """From now on the account speaks for the person; `actor_id` is the admin who said so, None where a code did."""
    before = account.person_id
    account.person_id = person.id
    account.person = person
    account.bound_at = now
    account.blocked_at = None
    session.flush()
    audit.record(
        session,
        now,
        "bind",
        "account",
        account.id,
        {"person": before},
        {"person": person.id},
        person.id if actor_id is None else actor_id,
        account.channel,
    )


# People ----------------------------------------------------------------------------------------------------


def people_named(session: Session, name: str, role: Role | None = None) -> list[Person]:
    """Everybody of that name (or id) who has not left."""
    query = select(Person).where(Person.left_at.is_(None)).options(selectinload(Person.roles), joinedload(Person.unit))
    query = (
        query.where(Person.id == int(name)) if name.isascii() and name.isdigit() else query.where(Person.name == name)
    )
    found = session.scalars(query.order_by(Person.id)).all()
    return [person for person in found if role is None or role in roles_of(person)]


def one_person(session: Session, name: str) -> Person:
    """The person of that name or id. Raises UserError `no_such_person`, `ambiguous_person` with the ids."""
    found = people_named(session, name)
    if not found:
        raise UserError("no_such_person", name=name)
    if len(found) > 1:
        raise UserError("ambiguous_person", name=name, ids=[person.id for person in found])
    return found[0]


def add_person(
    session: Session,
    name: str,
    role: Role,
    now: datetime,
    *,
    unit: Unit | None = None,
    order: str = "A",
    scope: str = "own",
    phone: str | None = None,
    language: str = "zh-CN",
    actor_id: int | None = None,
) -> Person:
    """A person with that role; the one who exists with that name, role and unit, or a new one."""
    same = [p for p in people_named(session, name, role) if unit is None or p.unit_id in (None, unit.id)]
    person = same[0] if same else Person(name=name, created_at=now, order=order, scope=scope, language=language)
    if not same:
        session.add(person)
        person.roles.append(PersonRole(role=role))
    person.unit_id = unit.id if unit is not None else person.unit_id
    person.phone = phone or person.phone
    session.flush()
    audit.record(
        session, now, "person", "person", person.id, None, {"role": role, "unit": person.unit_id}, actor_id=actor_id
    )
    return person


def unit_named(session: Session, name: str) -> Unit:
    """The unit of that name or alias. Raises UserError `no_such_unit` with the nearest names."""
    units = session.scalars(select(Unit).order_by(Unit.id)).all()
    for unit in units:
        if name == unit.name or name in unit.aliases or name == f"区{unit.name}":
            return unit
    near = difflib.get_close_matches(name, [unit.name for unit in units], n=3, cutoff=0.3)
    raise UserError("no_such_unit", name=name, near=near)
