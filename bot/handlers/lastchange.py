"""撤回 of an admin, for a day: the last change of a schedule, the calendar, hours, a mark, lamps, or an import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select

from bot.context import Context
from bot.handlers import calendar, confirm, excusing, hours, importing, judging, reschedule, standard
from bot.importing import UNDO
from bot.message import Outgoing
from data import reverting
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

JUDGED: Final[Mapping[str, Undo]] = {judging.STAGES: judging.undo_stages, standard.ACTION: standard.undo}
BY_ACTION: Final[Mapping[str, Undo]] = {**JUDGED, reverting.ACTION: importing.undo}
OF_JUDGED: Final = ("plan", "assignment")


def undo(context: Context) -> list[Outgoing]:
    """Take back the newest of these changes. Raises UserError where there is none, or it was taken back already."""
    event = newest(context)
    if event is None:
        raise UserError("schedule.nothing_to_undo")
    return _undo_of(event)(context, event)


def undo_own(context: Context) -> list[Outgoing]:
    """The last change of one's own hours, which is all that a leader and a unit's head can change. Raises UserError
    where there is none."""
    mine = (AuditEvent.entity == hours.ENTITY) & (AuditEvent.entity_id == context.person.id)
    event = context.session.scalar(
        select(AuditEvent).where(mine, _lately(context)).order_by(AuditEvent.id.desc()).limit(1)
    )
    if event is None or event.action == "undo":
        raise UserError("nothing_to_withdraw")
    return hours.undo(context, event)


def _lately(context: Context) -> ColumnElement[bool]:
    return AuditEvent.at > context.now - UNDO_WITHIN


def _undo_of(event: AuditEvent) -> Undo:
    return BY_ACTION[event.action] if event.action in BY_ACTION else UNDOES[event.entity]


def newest(context: Context) -> AuditEvent | None:
    """The newest of these changes; None where it was taken back, or nobody made it: an import's own schedule stays,
    and so do the hours that somebody else chose."""
    taken_back = and_(AuditEvent.action == "undo", AuditEvent.entity.in_(OF_JUDGED))
    imported = and_(AuditEvent.action == reverting.ACTION, AuditEvent.actor_id.is_not(None))
    of_somebody = and_(AuditEvent.entity == hours.ENTITY, AuditEvent.entity_id == AuditEvent.actor_id)
    event = context.session.scalar(
        select(AuditEvent)
        .where(or_(AuditEvent.entity.in_(UNDOES), AuditEvent.action.in_(JUDGED), imported, taken_back))
        .where(_lately(context), or_(~of_somebody, AuditEvent.actor_id == context.person.id))
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
    return event if event is not None and event.action != "undo" and event.actor_id is not None else None


def undo_this(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """撤回 by the button under a change of how lamps are judged: that change alone."""
    event = context.session.get_one(AuditEvent, args["event"])
    if event.at <= context.now - UNDO_WITHIN:
        raise UserError("schedule.nothing_to_undo")
    return BY_ACTION[event.action](context, event)


ACTIONS = confirm.for_admins({"judging_undo": undo_this, UNDO: undo_this})
