"""A stranger asks to be let in: 申请 姓名 单位. The admins hear of it once and decide; the stranger hears nothing about
who is known and who is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot import access, invitations
from bot.message import Button, Inbound, Kind, Outgoing
from bot.texts import Texts, texts
from data import queries
from data.errors import UserError
from data.kinds import Priority, Role
from data.models import Account, Joining, Person, Unit
from scheduler.office import Office, in_force
from scheduler.openings import into_hours

WORDS: Final = ("申请", "加入申请", "join")
SAID: Final = re.compile(r"([\w·]{2,20}(?: [A-Za-z]{1,20}){0,3}) +([\w（）()·]{2,30})")
AGAIN_AFTER: Final = timedelta(days=1)  # so long after one application there is no other from the account
KEPT: Final = timedelta(days=14)
TOLD_A_DAY: Final = 10  # of more applications the admins hear when they ask
DISPLAYED: Final = 20
MOST_BUTTONS: Final = 3


@dataclass(frozen=True)
class Claim:
    """Who an application is about: people of that name (of that unit where it is known), and the unit."""

    people: tuple[Person, ...]
    unit: Unit | None
    near: tuple[str, ...] = ()

    @property
    def admin(self) -> bool:
        """Whether it claims an admin: nobody acts on an equal, so it can't be agreed to in the chat."""
        return any(Role.ADMIN in access.roles_of(person) for person in self.people)


def words_in(inbound: Inbound) -> str | None:
    """What follows 申请; None where the message is no application."""
    if inbound.kind is not Kind.TEXT:
        return None
    head, _, rest = re.sub(r"[\s,，、:：]+", " ", inbound.text.strip()).partition(" ")
    return rest.strip() if head.lstrip("/／").lower() in WORDS else None


def asked(session: Session, account: Account, said: str, now: datetime, say: Texts, office: Office) -> list[Outgoing]:
    """Take an application; the answer to the stranger, and what the admins hear of it."""
    refusal = access.tried(session, _who(account), now)
    if refusal is not None:
        return [Outgoing(say.say("join.too_often", minutes=refusal.values["minutes"]))]
    last = session.scalar(select(Joining).where(Joining.account_id == account.id).order_by(Joining.id.desc()).limit(1))
    if last is not None and last.decided_at is None and now - last.asked_at < KEPT:
        return [Outgoing(say.say("join.waiting"))]
    if last is not None and now - last.asked_at < AGAIN_AFTER:
        return [Outgoing(say.say("join.tomorrow"))]
    found = SAID.fullmatch(said)
    if found is None:
        return [Outgoing(say.say("join.how"))]
    settle(session, account, now, "lapsed")
    row = Joining(account_id=account.id, account=account, name=found[1], unit=found[2], asked_at=now)
    session.add(row)
    session.flush()
    return [Outgoing(say.say("join.sent")), *_to_admins(session, row, now, office)]


def _who(account: Account) -> str:
    return f"join:{account.channel}:{account.external_id}"


def _to_admins(session: Session, row: Joining, now: datetime, office: Office) -> list[Outgoing]:
    """One message for each, in working hours; none where there were too many that day."""
    today = session.scalar(select(func.count()).select_from(Joining).where(Joining.asked_at > now - AGAIN_AFTER))
    if (today or 0) > TOLD_A_DAY:
        return []
    office = in_force(session, office)
    opens = into_hours(office.local(now), office)
    claim = claim_of(session, row)
    return [
        Outgoing(
            worded(texts(admin.language), row, claim),
            buttons=buttons(texts(admin.language), row, claim),
            person_id=admin.id,
            priority=Priority.NOTICE,
            not_before=opens if opens > now else None,
        )
        for admin in queries.people_with(session, Role.ADMIN)
    ]


def claim_of(session: Session, row: Joining) -> Claim:
    """Whom an application means, as the people are now."""
    unit, near = None, ()
    try:
        unit = access.unit_named(session, row.unit)
    except UserError as error:
        near = tuple(error.values["near"])
    named = access.people_named(session, row.name) if not row.name.isdigit() else []
    fitting = [person for person in named if unit is None or person.unit_id in (None, unit.id)]
    return Claim(tuple(fitting), unit, near)


def worded(say: Texts, row: Joining, claim: Claim) -> str:
    """The application as an admin reads it, with what is known of that name."""
    display = "".join(letter for letter in row.account.display_name or "" if letter.isprintable())[:DISPLAYED]
    return say.say(
        "join.ask",
        id=row.id,
        name=row.name,
        unit=row.unit,
        channel=invitations.channel_name(say, row.account.channel),
        display=display,
        people=[known(say, person) for person in claim.people],
        admin=claim.admin,
        registered=claim.unit.name if claim.unit is not None else "",
        near=claim.near,
    )


def known(say: Texts, person: Person) -> str:
    """`教育局联络员周敏（编号 3，已绑定Telegram）`."""
    channels = dict.fromkeys(invitations.channel_name(say, account.channel) for account in person.accounts)
    return say.say("join.known", who=who(say, person), id=person.id, channels=list(channels))


def who(say: Texts, person: Person) -> str:
    roles = access.roles_of(person)
    role = next(role for role in (Role.LIAISON, Role.HEAD, Role.LEADER, Role.ADMIN) if role in roles)
    unit = person.unit.name if person.unit is not None else ""
    return say.say("people.who", unit=unit, role=say.say(f"people.role.{role}"), name=person.name)


def buttons(say: Texts, row: Joining, claim: Claim) -> Sequence[Sequence[Button]]:
    """同意 (for each who may be meant) and 不同意."""
    told = {"joining": row.id}
    refuse = Button(say.say("join.refuse"), "join_refuse", told, once=True)
    if claim.admin or (not claim.people and claim.unit is None) or len(claim.people) > MOST_BUTTONS:
        return [[refuse]]
    if len(claim.people) < 2:
        person = claim.people[0].id if claim.people else None
        accept = Button(say.say("join.accept"), "join_accept", told | {"person": person}, once=True, primary=True)
        return [[accept, refuse]]
    meant = [
        [Button(say.say("join.accept_as", who=who(say, person), id=person.id), "join_accept",
                told | {"person": person.id}, once=True)]
        for person in claim.people
    ]  # fmt: skip
    return [*meant, [refuse]]


# Deciding --------------------------------------------------------------------------------------------------


def open_ones(session: Session, now: datetime) -> Sequence[Joining]:
    """The applications that wait, the oldest first."""
    query = select(Joining).where(Joining.decided_at.is_(None), Joining.asked_at > now - KEPT)
    return session.scalars(query.order_by(Joining.id)).all()


def decide(session: Session, row: Joining, outcome: str, by: int | None, now: datetime) -> bool:
    """Close an application; whether this was what closed it."""
    done = session.execute(
        update(Joining)
        .where(Joining.id == row.id, Joining.decided_at.is_(None))
        .values(decided_at=now, decided_by=by, outcome=outcome)
    )
    session.refresh(row)
    return bool(done.rowcount)  # type: ignore[attr-defined]


def settle(session: Session, account: Account, now: datetime, outcome: str) -> None:
    """Close what the account has open: it came in by a code, or nobody decided."""
    session.execute(
        update(Joining)
        .where(Joining.account_id == account.id, Joining.decided_at.is_(None))
        .values(decided_at=now, outcome=outcome)
    )
