"""What another way of judging does to the lamps: tried and told before it is confirmed, taken back for a day after."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from bot.context import Context
from bot.echo import row_title
from bot.message import Button
from data import queries
from data.models import AuditEvent
from scheduler.standing import Standing, standings


def changes(context: Context, put: Callable[[], None]) -> list[str]:
    """A line for each row whose lamp `put` would change; nothing stays of it."""
    before = {each.row.id: each for each in _all(context)}
    with context.session.begin_nested() as trial:
        put()
        after = _all(context)
        trial.rollback()
    changed = [(before[each.row.id], each) for each in after if before[each.row.id].lamp.colour != each.lamp.colour]
    return [
        context.say(
            "judging.lamp_change",
            title=row_title(context.texts, new.row),
            old=context.say(f"lamp.colour.{old.lamp.colour}"),
            new=context.say(f"lamp.colour.{new.lamp.colour}"),
        )
        for old, new in changed
    ]


def _all(context: Context) -> list[Standing]:
    rows = queries.assignments(context.session, context.plan.id)
    return standings(context.session, context.plan, rows, context.now, context.office)


def way_back(context: Context) -> list[list[Button]]:
    """[撤回] of the change that was recorded just now."""
    context.session.flush()
    newest = context.session.scalar(select(AuditEvent.id).order_by(AuditEvent.id.desc()).limit(1))
    return [[Button(context.say("schedule.undo"), "judging_undo", {"event": newest}, once=True)]]
