"""A reader's own digest: due by the own cadence, sent where something changed, once after a stop, never twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import briefing, overview
from bot.briefing import Reader
from bot.message import Button, Outgoing
from bot.outbox import Postbox
from bot.texts import texts
from data import queries
from data.kinds import Priority
from data.models import DigestIssue, LeaderDigest
from scheduler import burden
from scheduler.cadence import Cadence, next_fires
from scheduler.office import Office
from scheduler.openings import into_hours
from scheduler.standing import Standing

LATE: Final = timedelta(hours=1)
KEPT: Final = timedelta(days=2)
SENT, UNCHANGED, MISSED, UNREACHABLE = "sent", "unchanged", "missed", "unreachable"


def next_moment(cadence: Cadence, after: datetime, office: Office, *, own: bool) -> datetime | None:
    """The first local moment after an instant: on a working day, at the time named by the reader; where somebody else
    set it (`own` False), in working hours."""
    for fire in next_fires(cadence, after - timedelta(days=15), office.zone, office.calendar, 60):
        moment = _worked(fire, office) if own else into_hours(fire, office)
        if moment > after:
            return moment
    return None


def _worked(fire: datetime, office: Office) -> datetime:
    day = office.calendar.nearest_workday(fire.date(), 1)
    return datetime.combine(day, fire.timetz())


def of(session: Session, person_id: int) -> LeaderDigest | None:
    """The digest of a person that is in force."""
    return session.scalar(
        select(LeaderDigest).where(LeaderDigest.person_id == person_id, LeaderDigest.stopped_at.is_(None))
    )


def set_next(digest: LeaderDigest, after: datetime, office: Office) -> None:
    cadence = Cadence.from_json(digest.cadence)
    moment = next_moment(cadence, after, office, own=digest.set_by == digest.person_id)
    digest.next_at = moment
    digest.next_local = f"{moment:%Y-%m-%dT%H:%M}" if moment is not None else None


def stop(session: Session, digest: LeaderDigest, now: datetime) -> None:
    digest.stopped_at, digest.next_at, digest.next_local = now, None, None
    session.flush()


def tick(session: Session, now: datetime, office: Office, postbox: Postbox) -> int:
    """Issue what is due; how many messages were queued."""
    due = session.scalars(select(LeaderDigest).where(LeaderDigest.next_at <= now)).all()
    return sum(_issue(session, each, now, office, postbox) for each in due)


def _issue(session: Session, digest: LeaderDigest, now: datetime, office: Office, postbox: Postbox) -> bool:
    """One that is due, however many were missed; late at night it waits for the morning."""
    assert digest.next_at is not None
    assert digest.next_local is not None
    if now - digest.next_at > LATE:
        moment = into_hours(office.local(now), office)
        if moment > office.local(now):
            digest.next_at = moment
            return False
    fire = digest.next_local
    claimed = session.execute(
        update(LeaderDigest)
        .where(LeaderDigest.id == digest.id, LeaderDigest.next_local == fire)
        .values(next_local=None)
    )
    if not claimed.rowcount:  # type: ignore[attr-defined]
        return False
    outcome, outbox_id = _send(session, digest, now, office, postbox)
    session.add(DigestIssue(digest_id=digest.id, fire_local=fire, at=now, outcome=outcome, outbox_id=outbox_id))
    set_next(digest, now, office)
    session.flush()
    return outcome == SENT


def _send(
    session: Session, digest: LeaderDigest, now: datetime, office: Office, postbox: Postbox
) -> tuple[str, int | None]:
    plan = queries.current_plan(session)
    person = digest.person
    if plan is None or person.left_at is not None:
        return MISSED, None
    if digest.set_by != person.id and burden.is_full(session, person.id, now, office):
        return MISSED, None
    reader = Reader(session, person, plan, now, office, texts(person.language))
    rows = reader.rows()
    since = overview.last_look(session, person.id, plan.id)
    if not rows or not (digest.always or _anything_new(reader, digest, rows, since)):
        return UNCHANGED, None
    outbox_id = postbox.enqueue(session, _message(reader, digest, rows, since), now)
    if outbox_id is None:
        return UNREACHABLE, None
    digest.seen = lamps(rows)
    overview.remember_look(session, person.id, plan.id, now)
    return SENT, outbox_id


def lamps(rows: list[Standing]) -> dict[str, Any]:
    return {str(row.row.id): str(row.lamp.colour) for row in rows}


def _anything_new(reader: Reader, digest: LeaderDigest, rows: list[Standing], since: datetime | None) -> bool:
    """A report since the reader looked last, or a lamp that is another than was told last."""
    if since is None or digest.seen != lamps(rows):
        return True
    return bool(overview.changes(reader.session, reader.texts, rows, since))


def _message(reader: Reader, digest: LeaderDigest, rows: list[Standing], since: datetime | None) -> Outgoing:
    made = briefing.three_lines if digest.brief else briefing.page
    said = made(reader, rows, since)
    end = Button(reader.say("digests.stop"), "digest_stop", {"id": digest.id})
    return Outgoing(
        said.text,
        title=said.title,
        buttons=[*said.buttons, [end]],
        person_id=reader.person.id,
        priority=Priority.DIGEST,
        use_until=reader.now + KEPT,
    )
