"""10月8日报: a unit names the day on which it will answer, and is left alone until then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.context import Context
from bot.handlers import office
from bot.message import Outgoing
from data.errors import UserError
from scheduler import promises
from scheduler.workdays import next_workday


def keep(context: Context, day: date) -> list[Outgoing]:
    """Remember the day; the office hears of it, nobody else."""
    made = promises.promise(context.session, context.person, day, context.inbound.said_at, context.now)
    context.record("promise", "person", context.person.id, None, {"day": day.isoformat()})
    told = office.tell(context, "progress.office_promised", day=day)
    return [Outgoing(context.say("nag.promised" if made is not None else "progress.promised", day=day)), *told]


def pressed(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """The nag's button; pressed after its day it means the next working one."""
    if context.person.unit_id is None:
        raise UserError("no_unit")
    day = date.fromisoformat(args["day"])
    today = next_workday(context.said_on, context.office.calendar)
    return keep(context, max(day, today))


ACTIONS = {"promise": pressed}
