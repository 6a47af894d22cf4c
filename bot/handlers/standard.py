"""亮灯标准: how many points behind the schedule make a plan's lamps yellow and red; an admin sets it in a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from bot.context import Context
from bot.handlers import confirm, lampeffect
from bot.handlers.confirm import Answer, never_mind, propose
from bot.message import Outgoing
from data.errors import UserError
from data.models import AuditEvent, Plan
from scheduler import judging
from scheduler.lamp import Thresholds

ACTION: Final = "thresholds"
DONE: Final = "judging.thresholds_done"
DEFAULT: Final = ("默认", "恢复默认", "恢复", "default", "reset")
TOLD: Final = re.compile(r"(?P<colour>黄|红|yellow|red)|(?P<points>(?<![\d.])\d{1,3}(?:\.\d+)?(?![\d.]))", re.I)
BOTH: Final = ("yellow", "red")
COLOURS: Final = {"黄": "yellow", "红": "red"}


def standard(context: Context, argument: str) -> list[Outgoing]:
    """亮灯标准 黄8 红20, 亮灯标准 8/20, 亮灯标准 默认; alone: what is in force."""
    said = argument.strip()
    if not said:
        return [Outgoing(_in_force(context))]
    wanted = None if said.lower() in DEFAULT else _read(context, said)
    return [_proposed(context, wanted)]


def _read(context: Context, said: str) -> Thresholds:
    """Colour before number or number before colour, as the sentence begins; a colour left out stays as it is.

    Raises UserError `judging.thresholds`.
    """
    told = list(TOLD.finditer(said))
    points = [float(each["points"]) for each in told if each["points"]]
    names = [COLOURS.get(each["colour"], each["colour"].lower()) for each in told if each["colour"]]
    in_turn = all(bool(one["points"]) != bool(other["points"]) for one, other in pairwise(told))
    if not names and len(points) == len(BOTH):
        names = list(BOTH)
    elif not in_turn or len(names) != len(points) or len(set(names)) != len(names) or not names:
        raise UserError("judging.thresholds")
    now = judging.thresholds_of(context.plan, context.office)
    return judging.checked_thresholds({"yellow": now.yellow, "red": now.red} | dict(zip(names, points, strict=True)))


def _kept(plan: Plan) -> dict[str, Any]:
    return {"yellow": plan.yellow, "red": plan.red}


def _put(context: Context, kept: Mapping[str, Any]) -> None:
    context.plan.yellow, context.plan.red = kept["yellow"], kept["red"]
    context.session.flush()


def _in_force(context: Context, key: str = "judging.thresholds_now", **values: bool) -> str:
    now = judging.thresholds_of(context.plan, context.office)
    return context.say(key, yellow=now.yellow, red=now.red, own=context.plan.yellow is not None, **values)


def _proposed(context: Context, wanted: Thresholds | None) -> Outgoing:
    """What the standard would change, before it is set."""
    now = judging.thresholds_of(context.plan, context.office)
    kept = {"yellow": wanted.yellow, "red": wanted.red} if wanted else {"yellow": None, "red": None}
    told = wanted or Thresholds(context.office.yellow, context.office.red)
    text = context.say(
        "judging.thresholds_preview",
        yellow=told.yellow,
        red=told.red,
        before=now,
        changes=lampeffect.changes(context, lambda: _put(context, kept)),
    )
    yes = Answer(context.say("judging.sure"), "thresholds_set", kept, primary=True)
    return propose(context, text, [yes, never_mind(context)])


def set_standard(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """What was confirmed, with the way back."""
    before = _kept(context.plan)
    _put(context, args)
    context.record(ACTION, "plan", context.plan.id, before, _kept(context.plan))
    return [Outgoing(_in_force(context, DONE, undone=False), buttons=lampeffect.way_back(context))]


def undo(context: Context, event: AuditEvent) -> list[Outgoing]:
    """撤回: as it was before that change. Raises UserError where it was changed again since."""
    plan = context.session.get_one(Plan, event.entity_id)
    now, before = _kept(plan), dict(event.before or {})
    if now != event.after:
        raise UserError("schedule.changed_meanwhile")
    plan.yellow, plan.red = before["yellow"], before["red"]
    context.session.flush()
    context.record("undo", "plan", plan.id, now, before)
    return [Outgoing(_in_force(context, DONE, undone=True))]


ACTIONS = confirm.for_admins({"thresholds_set": set_standard})
