"""Who looks at a page: log-ins kept as hashes, the token against forged forms, the demo's cast."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import passes
from bot.channels.web import NAME, address_of
from bot.texts import nearest
from data.kinds import PassKind, Role
from data.models import Account, Person, WebSession

LASTS = timedelta(days=90)
SLIDES_AFTER = timedelta(days=1)
LOOK = "/look"


@dataclass(frozen=True)
class Viewer:
    """The person at a page. `login` is the row that remembers what was read; `csrf` stands in every form;
    `demo` is the role in the demo's address. `renew`: the log-in should be made to last anew. `look`: came by a
    read-only link, and sees the pages of the board alone."""

    person_id: int
    name: str
    unit: str | None
    roles: frozenset[str]
    language: str
    login: str
    read_upto: int
    csrf: str
    demo: str | None = None
    renew: bool = False
    look: bool = False

    @property
    def chat(self) -> str:
        return address_of(self.person_id)

    @property
    def role(self) -> str:
        """The role whose hints the page shows."""
        return self.demo or next((role for role in (Role.ADMIN, Role.LEADER) if role in self.roles), Role.LIAISON)

    @property
    def talk(self) -> str:
        """The address below which the chat is posted to."""
        return f"/demo/{self.demo}" if self.demo else "/chat"

    @property
    def home(self) -> str:
        return f"/demo/{self.demo}" if self.demo else LOOK if self.look else ""


def begin(session: Session, account_id: int, now: datetime) -> str:
    """Open a log-in; its token, of which only the hash is stored."""
    token = secrets.token_urlsafe(32)
    session.add(
        WebSession(token_hash=hashed(token), account_id=account_id, created_at=now, seen_at=now, expires_at=now + LASTS)
    )
    return token


def end(session: Session, token: str) -> None:
    if row := session.get(WebSession, hashed(token)):
        session.delete(row)


def slide(session: Session, token: str, now: datetime) -> None:
    """Let a log-in that is in use last for another 90 days."""
    if row := session.get(WebSession, hashed(token)):
        row.seen_at = now
        row.expires_at = now + LASTS


def viewer(session: Session, token: str, now: datetime) -> Viewer | None:
    """Who holds this token; None where it is unknown or over, or the person has left."""
    row = session.get(WebSession, hashed(token))
    if row is None or row.expires_at <= now:
        return None
    account = session.get_one(Account, row.account_id)
    person = session.get(Person, account.person_id) if account.person_id else None
    if person is None or person.left_at is not None:
        return None
    return _seen(person, account, row, row.token_hash, csrf_for(token), renew=now - row.seen_at > SLIDES_AFTER)


def demo_viewer(session: Session, role: str, person_id: int, secret: str) -> Viewer:
    """A member of the demo's cast; who runs the demo needs no log-in."""
    person = session.get_one(Person, person_id)
    login = _demo_login(role)
    row = session.get(WebSession, login)
    return _seen(person, _account(session, person_id), row, login, csrf_for(secret + role), demo=role)


def looker(session: Session, token: str, now: datetime) -> Viewer | None:
    """Who a read-only link shows the pages to; None where it is unknown or over."""
    found = passes.holder(session, PassKind.LINK, token, now)
    if found is None:
        return None
    return replace(_seen(found.person, None, None, f"look {found.id}", csrf_for(token)), look=True)


def looks_in(session: Session, token: str, now: datetime, today: date) -> datetime | None:
    """Until when a link shows its pages, noted as used today; None where it is unknown or over."""
    found = passes.holder(session, PassKind.LINK, token, now)
    if found is None:
        return None
    found.used_on = today
    return found.expires_at


def mark_read(session: Session, viewer: Viewer, upto: int, now: datetime) -> None:
    """Remember the newest outbox row that the viewer has seen; never goes back."""
    row = session.get(WebSession, viewer.login)
    account = _account(session, viewer.person_id)
    if row is None and viewer.demo and account is not None:
        row = WebSession(
            token_hash=viewer.login,
            account_id=account.id,
            created_at=now,
            seen_at=now,
            expires_at=now,
            read_outbox_id=0,
        )
        session.add(row)
    if row is not None:
        row.read_outbox_id = max(row.read_outbox_id, upto)


def csrf_for(secret: str) -> str:
    """The token of a secret's forms: it can't be made without the secret, and doesn't tell it."""
    return hmac.new(secret.encode(), b"duban form", hashlib.sha256).hexdigest()[:32]


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _demo_login(role: str) -> str:
    """No hash of a token looks like this, so nobody can log in by it."""
    return f"demo {role}"


def _account(session: Session, person_id: int) -> Account | None:
    return session.scalar(select(Account).where(Account.channel == NAME, Account.external_id == address_of(person_id)))


def _seen(
    person: Person,
    account: Account | None,
    row: WebSession | None,
    login: str,
    csrf: str,
    *,
    demo: str | None = None,
    renew: bool = False,
) -> Viewer:
    return Viewer(
        person_id=person.id,
        name=person.name,
        unit=person.unit.name if person.unit else None,
        roles=frozenset(role.role for role in person.roles),
        language=nearest((account.language if account else None) or person.language),
        login=login,
        read_upto=row.read_outbox_id if row else 0,
        csrf=csrf,
        demo=demo,
        renew=renew,
    )
