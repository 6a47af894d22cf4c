"""In December, once: next year's holidays are missing, and how to add them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.message import Outgoing
from bot.outbox import Postbox
from bot.texts import texts
from data import queries
from data.kinds import Priority, Role
from data.models import Setting
from scheduler.office import Office, in_force
from scheduler.openings import into_hours

WARNED: Final = "calendar.warned"
DECEMBER: Final = 12


def warn(session: Session, now: datetime, office: Office, postbox: Postbox) -> int:
    """Tell every admin in working hours, once a year, unless the days were written down by hand; how many."""
    office, local = in_force(session, office), office.local(now)
    year = local.year + 1
    if local.month != DECEMBER or _is_known(office, year) or into_hours(local, office) != local:
        return 0
    kept = session.get(Setting, WARNED)
    if kept is not None and kept.value == year:
        return 0
    told = sum(
        postbox.enqueue(
            session,
            Outgoing(texts(admin.language).say("calendar.missing", year=year), person_id=admin.id,
                     priority=Priority.NOTICE),
            now,
        )
        is not None
        for admin in queries.people_with(session, Role.ADMIN)
    )  # fmt: skip
    if told:
        session.merge(Setting(key=WARNED, value=year))
    return told


def _is_known(office: Office, year: int) -> bool:
    by_hand = any(day.year == year for day in office.calendar.corrections)
    return by_hand or office.calendar.known(year)
