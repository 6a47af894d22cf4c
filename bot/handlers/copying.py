"""复制: a schedule once more, for another unit, leader, project, row, or people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from bot.context import Context
from bot.handlers import questions
from bot.handlers.proposals import all_schedules, the_schedule
from bot.handlers.reschedule import KEPT, preview_new
from bot.handlers.scopes import scope_or_people, scope_words
from bot.message import Outgoing
from data.errors import UserError
from data.models import Dialog, Schedule
from scheduler import schedules
from scheduler.scope import scope_of

AWAITS_SCOPE: Final = "schedule_scope"
SAID: Final = re.compile(
    r"^(?:复制|copy)?\s*(?:第)?(?P<number>\d+)?(?:个)?(?:安排)?\s*(?:给|到|to)\s*(?P<whom>.+?)[。.]?$", re.I
)


def copy(context: Context, said: str) -> list[Outgoing]:
    """复制 1 给 住建局: the preview of the same schedule for somebody else."""
    found = SAID.match(said.strip())
    if found is None:
        raise UserError("schedule.copy_how")
    return _preview(context, _chosen(context, found["number"]), found["whom"])


def _chosen(context: Context, number: str | None) -> Schedule:
    there = all_schedules(context)
    if not there:
        raise UserError("schedule.none_yet")
    if number is None and len(there) == 1:
        return there[0]
    if number is None or not 1 <= int(number) <= len(there):
        raise UserError("schedule.which_copy", count=len(there))
    return there[int(number) - 1]


def _preview(context: Context, one: Schedule, whom: str) -> list[Outgoing]:
    scope = scope_or_people(context, whom.strip())
    if scope == scope_of(one):
        raise UserError("schedule.same_scope", scope=scope_words(context, scope))
    return [preview_new(context, schedules.cadence_of(one), scope, one.due_workdays)]


def whom(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """[复制]: the next words say for whom."""
    one = the_schedule(context, args["id"])
    dialog_id = questions.await_words(context, AWAITS_SCOPE, {"id": one.id}, KEPT, inbox_id=context.inbox_id)
    return [Outgoing(context.say("schedule.copy_whom"), dialog_id=dialog_id)]


def to(context: Context, dialog: Dialog, said: str) -> list[Outgoing]:
    """The answer to whom."""
    return _preview(context, the_schedule(context, dialog.state["id"]), said)
