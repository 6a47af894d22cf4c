"""After the wall clock was set: waits that were counted by the old time, and word to the admins."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import reminders
from bot.outbox import Postbox
from data.kinds import InboxState, OutboxState
from data.models import Inbox, Outbox
from scheduler.office import Office, in_force
from scheduler.schedules import realign


def settle(session: Session, by: timedelta, now: datetime, office: Office, postbox: Postbox) -> int:
    """Count the waits after failures and the next openings by the new time, and tell the admins; how many messages
    waited.

    Without it a clock set back by a day would have what failed once wait for a day.
    """
    waiting = _shift(session, by) if by < timedelta() else 0
    realign(session, now, in_force(session, office))
    reminders.tell_clock_jump(session, by, now, office, postbox)
    return waiting


def _shift(session: Session, by: timedelta) -> int:
    unsent = session.scalars(
        select(Outbox).where(Outbox.state == OutboxState.QUEUED, Outbox.tries > 0, Outbox.not_before.is_not(None))
    ).all()
    for message in unsent:
        message.not_before = message.not_before + by if message.not_before is not None else None
    unhandled = session.scalars(
        select(Inbox).where(Inbox.state == InboxState.NEW, Inbox.next_try_at.is_not(None))
    ).all()
    for row in unhandled:
        row.next_try_at = row.next_try_at + by if row.next_try_at is not None else None
    return len(unsent) + len(unhandled)
