"""Read-only passes: what holds a link or a token sees what its person may see, and can change nothing.

The token is told once, when the pass is made; only its hash is kept. A pass ends on its day, when it is revoked, and
when its person leaves.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot import access
from data import audit
from data.errors import UserError
from data.kinds import PassKind, Role
from data.models import Person, ReadPass

DEFAULT_DAYS: Final = {PassKind.LINK: 7, PassKind.API: 365}
MOST_DAYS: Final = {PassKind.LINK: 92, PassKind.API: 731}
API_PREFIX: Final = "duban_"  # lets scanners for secrets know one
BYTES: Final = 24


@dataclass(frozen=True)
class Made:
    """A new pass with its token, which nobody is told again."""

    id: int
    token: str
    expires_at: datetime | None


def make(
    session: Session,
    person: Person,
    kind: PassKind,
    now: datetime,
    *,
    days: int | None = None,
    label: str = "",
    actor_id: int | None = None,
) -> Made:
    """A pass for `days` (the kind's own where None). Raises UserError `passes.not_reader`, `passes.days`."""
    if kind is not PassKind.FEED and not access.roles_of(person) & {Role.LEADER, Role.ADMIN}:
        raise UserError("passes.not_reader", name=person.name)
    token = (API_PREFIX if kind is PassKind.API else "") + secrets.token_urlsafe(BYTES)
    made = ReadPass(
        kind=kind,
        person_id=person.id,
        label=label,
        token_hash=hashed(token),
        created_at=now,
        created_by=actor_id,
        expires_at=_end(kind, days, now),
    )
    session.add(made)
    session.flush()
    end = made.expires_at.isoformat() if made.expires_at else None
    audit.record(session, now, "open", "pass", made.id, None, _told(made) | {"until": end}, actor_id)
    return Made(made.id, token, made.expires_at)


def _end(kind: PassKind, days: int | None, now: datetime) -> datetime | None:
    if kind is PassKind.FEED:
        return None
    wanted = DEFAULT_DAYS[kind] if days is None else days
    if not 0 < wanted <= MOST_DAYS[kind]:
        raise UserError("passes.days", days=wanted, most=MOST_DAYS[kind])
    return now + timedelta(days=wanted)


def _told(one: ReadPass) -> dict[str, object]:
    return {"kind": one.kind, "person": one.person_id}


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def holder(session: Session, kind: PassKind, token: str, now: datetime) -> ReadPass | None:
    """The pass of a token; None where it is unknown, over, revoked, of another kind, or its person has left."""
    found = session.scalar(select(ReadPass).where(ReadPass.token_hash == hashed(token), ReadPass.kind == kind))
    if found is None or found.revoked_at is not None or found.person.left_at is not None:
        return None
    return None if found.expires_at is not None and found.expires_at <= now else found


def open_passes(session: Session, kind: PassKind, now: datetime, person_id: int | None = None) -> Sequence[ReadPass]:
    """The passes of a kind that still open something, oldest first; `person_id`: of that person alone."""
    query = select(ReadPass).where(
        ReadPass.kind == kind,
        ReadPass.revoked_at.is_(None),
        or_(ReadPass.expires_at.is_(None), ReadPass.expires_at > now),
    )
    if person_id is not None:
        query = query.where(ReadPass.person_id == person_id)
    return [one for one in session.scalars(query.order_by(ReadPass.id)) if one.person.left_at is None]


def as_document(one: ReadPass) -> dict[str, Any]:
    """A pass as JSON values; its token nobody knows any more."""
    return {
        "id": one.id,
        "kind": one.kind,
        "name": one.person.name,
        "label": one.label,
        "expires_at": one.expires_at.isoformat() if one.expires_at else None,
        "used_on": one.used_on.isoformat() if one.used_on else None,
    }


def revoke(session: Session, pass_id: int, now: datetime, actor_id: int | None = None) -> ReadPass:
    """End a pass at once; one that is over already stays as it is. Raises UserError `passes.none`."""
    found = session.get(ReadPass, pass_id)
    if found is None:
        raise UserError("passes.none", id=pass_id)
    if found.revoked_at is None:
        found.revoked_at = now
        audit.record(session, now, "revoke", "pass", found.id, _told(found), None, actor_id)
    return found
