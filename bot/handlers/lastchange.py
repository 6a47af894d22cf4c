"""撤回 of an admin: the last change of a schedule, the calendar, somebody's hours or a mark, for a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import select

from bot.context import Context
from bot.handlers import calendar, excusing, hours, reschedule
from bot.message import Outgoing
from data.errors import UserError
from data.models import AuditEvent
from scheduler import correcting
from scheduler.schedules import UNDO_WITHIN

Undo = Callable[[Context, AuditEvent], list[Outgoing]]
UNDOES: Final[Mapping[str, Undo]] = {
    "schedule": lambda context, _event: reschedule.undo(context),
    correcting.ENTITY: calendar.undo,
    hours.ENTITY: hours.undo,
    excusing.ENTITY: excusing.undo,
}


def undo(context: Context) -> list[Outgoing]:
    """Take back the newest of these changes. Raises UserError where there is none, or it was taken back already."""
    event = newest(context)
    if event is None:
        raise UserError("schedule.nothing_to_undo")
    return UNDOES[event.entity](context, event)


def newest(context: Context) -> AuditEvent | None:
    """The newest of these changes; None where it was taken back, or nobody made it: an import's own schedule stays."""
    event = context.session.scalar(
        select(AuditEvent)
        .where(AuditEvent.entity.in_(UNDOES), AuditEvent.at > context.now - UNDO_WITHIN)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
    return event if event is not None and event.action != "undo" and event.actor_id is not None else None
