"""What a channel called lately, read from its rows: a start does not forget the pace of the process before it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from data.kinds import OutboxState
from data.models import Outbox, Setting

WINDOW: Final = timedelta(seconds=60)
LEASE: Final = timedelta(seconds=60)
NEWEST: Final = 50_000
LONGEST_HOLD: Final = timedelta(hours=1)


def called_lately(session: Session, channel: str, now: datetime) -> list[tuple[str, float]]:
    """(chat, seconds ago) of each call of the last minute, oldest first; before the claims of a dead process are
    freed, for what was under way may have arrived. Looks at the newest 50,000 rows."""
    newest = session.scalar(select(func.max(Outbox.id))) or 0
    sent = and_(Outbox.state == OutboxState.SENT, Outbox.sent_at > now - WINDOW)
    rows = session.execute(
        select(Outbox.chat_id, Outbox.sent_at, Outbox.claimed_until).where(
            Outbox.id > newest - NEWEST, Outbox.channel == channel, or_(sent, Outbox.state == OutboxState.CLAIMED)
        )
    )
    calls = ((row.chat_id, row.sent_at or row.claimed_until - LEASE) for row in rows)
    ages = [(chat, max(0.0, (now - at).total_seconds())) for chat, at in calls]
    return sorted((each for each in ages if each[1] < WINDOW.total_seconds()), key=lambda each: -each[1])


def keep_hold(session: Session, channel: str, until: datetime) -> None:
    """The provider has ordered the whole bot to be silent."""
    session.merge(Setting(key=_key(channel), value=until.isoformat()))


def held_for(session: Session, channel: str, now: datetime) -> float:
    """Seconds for which the bot still has to be silent; an hour at most, however the clock was set meanwhile."""
    row = session.get(Setting, _key(channel))
    left = datetime.fromisoformat(row.value) - now if row is not None else timedelta()
    return min(max(left, timedelta()), LONGEST_HOLD).total_seconds()


def _key(channel: str) -> str:
    return f"pace.held.{channel}"
