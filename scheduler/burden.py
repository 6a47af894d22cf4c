"""How many messages a person gets by the bot's own doing, month by month, and how many are enough."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, time
from typing import Final

from sqlalchemy import Row, func, literal, select
from sqlalchemy.orm import Session

from data.kinds import ReminderState
from data.models import DigestIssue, LeaderDigest, Reminder
from scheduler.office import Office
from scheduler.reminding import BROUGHT

OVER_CAP: Final = "over_cap"
SUMMARY: Final = "summary"


def month_counts(session: Session, people: Collection[int], month: date, office: Office) -> dict[int, dict[str, int]]:
    """person id → kind of reminder → how many went out in the month of that day."""
    start = month.replace(day=1)
    after = start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    rows = session.execute(
        select(Reminder.person_id, Reminder.kind, func.count())
        .where(
            Reminder.person_id.in_(people),
            Reminder.kind.in_(BROUGHT),
            Reminder.state == ReminderState.QUEUED,
            Reminder.send_from >= datetime.combine(start, time(), tzinfo=office.zone),
            Reminder.send_from < datetime.combine(after, time(), tzinfo=office.zone),
        )
        .group_by(Reminder.person_id, Reminder.kind)
    )
    found: dict[int, dict[str, int]] = {}
    for person_id, kind, count in [*rows, *_own_digests(session, people, start, after, office)]:
        found.setdefault(person_id, {})[kind] = count
    return found


def _own_digests(
    session: Session, people: Collection[int], start: date, after: date, office: Office
) -> Iterable[Row[tuple[int, str, int]]]:
    """(person, kind, how many) of the digests that readers get by cadences of their own."""
    return session.execute(
        select(LeaderDigest.person_id, literal(SUMMARY), func.count())
        .join(DigestIssue, DigestIssue.digest_id == LeaderDigest.id)
        .where(
            LeaderDigest.person_id.in_(people),
            DigestIssue.outcome == "sent",
            DigestIssue.at >= datetime.combine(start, time(), tzinfo=office.zone),
            DigestIssue.at < datetime.combine(after, time(), tzinfo=office.zone),
        )
        .group_by(LeaderDigest.person_id)
    )


def is_full(session: Session, person_id: int, now: datetime, office: Office) -> bool:
    """Whether the person has had so many messages this month that nothing is repeated any more.

    The digests of schedules count, but are never withheld: the office ordered them, and sees the numbers.
    """
    counts = month_counts(session, [person_id], office.today(now), office)
    return sum(counts.get(person_id, {}).values()) >= office.monthly_cap
