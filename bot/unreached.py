"""Who could not be reached: one message a working day to every admin, with the numbers to call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from bot.message import Outgoing
from bot.outbox import Postbox
from bot.texts import Texts, texts
from data import queries
from data.kinds import OutboxState, Priority, Role
from data.models import Account, Outbox, Person, Setting
from scheduler.office import Office, in_force

LISTED: Final = "unreached.listed"
BEFORE_END: Final = timedelta(minutes=30)
WINDOW: Final = timedelta(days=10)
TOO_LATE: Final = "too_late"


def tell(session: Session, now: datetime, office: Office, postbox: Postbox) -> int:
    """Half an hour before the end of a working day, if anybody was not reached since the last list; how many."""
    office, local = in_force(session, office), office.local(now)
    at = datetime.combine(local.date(), office.day_end, tzinfo=office.zone) - BEFORE_END
    if local < at or not office.calendar.is_workday(local.date()):
        return 0
    row = session.get(Setting, LISTED)
    kept: dict[str, Any] = row.value if row is not None else {"day": "", "ids": []}
    day = local.date().isoformat()
    if kept["day"] == day:
        return 0
    found = [each for each in failures(session, now) if each.id not in set(kept["ids"])]
    session.merge(Setting(key=LISTED, value={"day": day, "ids": [each.id for each in failures(session, now)]}))
    people = _people(session, found)
    for admin in queries.people_with(session, Role.ADMIN) if people else ():
        postbox.enqueue(session, _list(texts(admin.language), people, found, admin.id), now)
    return len(people)


def failures(session: Session, now: datetime) -> Sequence[Outbox]:
    """Messages of the last days that reached nobody, and went out over no other channel."""
    again = aliased(Outbox)
    copied = (
        select(again.id)
        .where(
            again.id > Outbox.id,
            again.person_id == Outbox.person_id,
            again.channel != Outbox.channel,
            again.part == Outbox.part,
            again.round_id.is_not_distinct_from(Outbox.round_id),
            again.answers_id.is_not_distinct_from(Outbox.answers_id),
            again.state.in_((OutboxState.SENT, OutboxState.QUEUED, OutboxState.CLAIMED)),
        )
        .exists()
    )
    lost = or_(
        Outbox.state == OutboxState.FAILED,
        and_(Outbox.state == OutboxState.DROPPED, Outbox.reason == TOO_LATE),
    )
    return session.scalars(
        select(Outbox)
        .where(lost, Outbox.person_id.is_not(None), Outbox.created_at > now - WINDOW, ~copied)
        .order_by(Outbox.id)
    ).all()


def _people(session: Session, found: Sequence[Outbox]) -> list[Person]:
    ids = {each.person_id for each in found}
    query = select(Person).where(Person.id.in_(ids), Person.left_at.is_(None)).order_by(Person.unit_id, Person.id)
    return list(session.scalars(query))


def _list(say: Texts, people: Sequence[Person], found: Sequence[Outbox], admin_id: int) -> Outgoing:
    lines = [
        say.say(
            "delivery.unreached_line",
            unit=person.unit.name if person.unit is not None else "",
            name=person.name,
            count=sum(each.person_id == person.id for each in found),
            blocked=_is_blocked(person.accounts),
            phone=person.phone or "",
        )
        for person in people
    ]
    title = say.say("delivery.unreached_title", count=len(people))
    return Outgoing("\n".join(lines), title=title, person_id=admin_id, priority=Priority.NOTICE)


def _is_blocked(accounts: Sequence[Account]) -> bool:
    return any(account.blocked_at is not None for account in accounts)
