"""Proposals to change when rounds open: the effect in days and numbers, and doing it once it is confirmed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from bot.context import Context
from bot.handlers import confirm, questions
from bot.handlers.confirm import Answer
from bot.handlers.proposals import (
    ahead,
    all_schedules,
    carry_out,
    change_text,
    done_text,
    new_text,
    phrase_of,
    refuse_changed,
    skip_text,
    stop_text,
)
from bot.handlers.scopes import people_said, scope_args, scope_said, whom
from bot.message import Button, Outgoing
from data.errors import UserError
from data.models import Schedule
from scheduler import schedules
from scheduler.cadence import Cadence
from scheduler.days import Monthly
from scheduler.openings import Fire
from scheduler.phrases import Unclear, read_phrase, words
from scheduler.scope import Scope

AWAITS_PHRASE: Final = "schedule_phrase"
NUMBERED = re.compile(r"^(?:序号|项目|第)?\d+(?:\.\d+)?项?$")
KEPT: Final = timedelta(hours=1)
BEGINS = re.compile(r"(?:每|逢|按|every |on )", re.I)
TIMELY = re.compile(r"[\d每逢周月日天点时季年]|工作日|day|week|month", re.I)


# Changing --------------------------------------------------------------------------------------------------


def change_to(context: Context, phrase: str) -> list[Outgoing]:
    """The preview of another time for the schedule; which one, where there are several."""
    found = all_schedules(context)
    if not found:
        return ask_to_add(context, phrase)
    if len(found) == 1:
        one = found[0]
        return read_then(context, phrase, lambda cadence: preview(context, one, cadence), {"id": one.id})
    return read_then(context, phrase, lambda cadence: [_which(context, found, cadence)], {"id": found[0].id})


def _which(context: Context, found: Sequence[Schedule], cadence: Cadence) -> Outgoing:
    answers = [
        Answer(f"{number} {phrase_of(context, one)}", "schedule_preview", {"id": one.id, "cadence": cadence.to_json()})
        for number, one in enumerate(found, 1)
    ]
    return confirm.propose(context, context.say("schedule.which"), [*answers, confirm.never_mind(context)])


def read_then(
    context: Context, phrase: str, go_on: Callable[[Cadence], list[Outgoing]], target: Mapping[str, Any]
) -> list[Outgoing]:
    """Read a phrase; what is unclear is asked, with the likely cadences as answers."""
    try:
        return go_on(read_phrase(phrase, context.office.local(context.inbound.said_at), context.office.calendar))
    except Unclear as unclear:
        return [_unclear(context, unclear, target)]


def _unclear(context: Context, unclear: Unclear, target: Mapping[str, Any]) -> Outgoing:
    if not unclear.candidates:
        return await_phrase(context, f"schedule.unclear.{unclear.code}", target)
    labels = _labels(context, unclear)
    answers = [
        Answer(label, "schedule_preview", {**target, "cadence": cadence.to_json()})
        for label, cadence in zip(labels, unclear.candidates, strict=True)
    ]
    text = context.say(f"schedule.unclear.{unclear.code}", what=_days_said(context, unclear.candidates[0]))
    return confirm.propose(context, text, [*answers, confirm.never_mind(context)])


def _labels(context: Context, unclear: Unclear) -> list[str]:
    if unclear.code == "opening_or_due":
        what = _days_said(context, unclear.candidates[0])
        return [context.say(f"schedule.as_{role}", what=what) for role in ("opening", "due")]
    return [words(cadence, context.texts.language) for cadence in unclear.candidates]


def _days_said(context: Context, cadence: Cadence) -> str:
    """`25日` for a plain day of the month, else the cadence in words."""
    rule = cadence.rule
    if isinstance(rule, Monthly) and len(rule.days) == 1 and rule.days[0] > 0 and context.texts.language != "en":
        return f"{rule.days[0]}日"
    return words(cadence, context.texts.language)


def await_phrase(context: Context, key: str, target: Mapping[str, Any]) -> Outgoing:
    """Ask for a phrase in free words."""
    dialog_id = questions.await_words(context, AWAITS_PHRASE, target, KEPT, inbox_id=context.inbox_id)
    return Outgoing(context.say(key), dialog_id=dialog_id)


def preview(context: Context, one: Schedule, cadence: Cadence) -> list[Outgoing]:
    """将改为 …: what would come, what is skipped and why, whom it reaches; nothing has changed yet."""
    text, fires = change_text(context, one, cadence)
    return [confirm.propose(context, text, _preview_answers(context, one, cadence, fires))]


def _preview_answers(context: Context, one: Schedule, cadence: Cadence, fires: Sequence[Fire]) -> list[Answer]:
    args = {"what": "change", "id": one.id, "cadence": cadence.to_json(), "seen": one.changed_at.isoformat()}
    answers = [Answer(context.say("schedule.confirm"), "schedule_do", args, primary=True)]
    skipped = next((fire for fire in fires if fire.skipped is not None), None)
    if skipped is not None:
        label = context.say("schedule.keep_first", day=skipped.opens)
        answers.append(Answer(label, "schedule_do", {**args, "keep_first": True}))
    again = Answer(context.say("schedule.again"), "schedule_edit", {"id": one.id})
    return [*answers, again, confirm.never_mind(context)]


# Adding, pausing, removing ---------------------------------------------------------------------------------


def ask_to_add(context: Context, said: str) -> list[Outgoing]:
    """加 [单位] PHRASE: the preview of a new schedule beside the others."""
    scope, phrase = _scope_before(context, said)
    target = scope_args(scope)
    return read_then(context, phrase, lambda cadence: [preview_new(context, cadence, scope)], target)


def _scope_before(context: Context, said: str) -> tuple[Scope, str]:
    head, _, rest = _apart(context, said.strip()).partition(" ")
    people = people_said(context, head) if rest else None
    if people is not None:
        return people, rest.strip()
    if rest and (NUMBERED.match(head) or not TIMELY.search(head)):
        return scope_said(context, head), rest.strip()
    return Scope(), said


def _apart(context: Context, said: str) -> str:
    """`教育局每周五下午4点` with a space behind the name."""
    names = sorted(whom(context), key=len, reverse=True)
    name = next((name for name in names if said.startswith(name) and BEGINS.match(said, len(name))), "")
    return f"{name} {said[len(name) :].strip()}" if name else said


def preview_new(context: Context, cadence: Cadence, scope: Scope, due_workdays: int | None = None) -> Outgoing:
    """将新增 …: what would come and whom it reaches; nothing has changed yet."""
    days = context.office.due_workdays if due_workdays is None else due_workdays
    text, _fires = new_text(context, cadence, scope, days)
    args = {"what": "add", "cadence": cadence.to_json(), "due_workdays": days, **scope_args(scope)}
    answers = [Answer(context.say("schedule.confirm"), "schedule_do", args, primary=True)]
    return confirm.propose(context, text, [*answers, confirm.never_mind(context)])


def ask_to(context: Context, what: str, one: Schedule, until: date | None = None) -> list[Outgoing]:
    """Pause (perhaps until a day), resume or remove: what it would mean, then a confirmation."""
    text = stop_text(context, what, one, until)
    args = {"what": what, "id": one.id, "seen": one.changed_at.isoformat()}
    if until is not None:
        args["until"] = until.isoformat()
    answer = Answer(context.say(f"schedule.{what}"), "schedule_do", args)
    return [confirm.propose(context, text, [answer, confirm.never_mind(context)])]


def ask_to_skip(context: Context, one: Schedule, why: str) -> list[Outgoing]:
    """跳过下一轮: which one, whom it would have asked, and when the next one comes then."""
    text = skip_text(context, one, why)
    args = {"what": "skip", "id": one.id, "seen": one.changed_at.isoformat(), "why": why}
    answer = Answer(context.say("schedule.skip"), "schedule_do", args)
    return [confirm.propose(context, text, [answer, confirm.never_mind(context)])]


# Doing it --------------------------------------------------------------------------------------------------


def do(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """What was confirmed, unless somebody changed the schedule since it was proposed."""
    one = carry_out(context, args)
    text = done_text(context, args["what"], one)
    seen = {"id": one.id, "seen": one.changed_at.isoformat()}
    return [Outgoing(text, buttons=[[Button(context.say("schedule.undo"), "schedule_undo", seen, once=True)]])]


def undo(context: Context) -> list[Outgoing]:
    """撤回: take back the last change of any schedule, for a day."""
    by = schedules.By(context.person.id, context.channel)
    one = schedules.undo(context.session, context.now, context.office, by=by)
    if one is None:
        raise UserError("schedule.nothing_to_undo")
    fire = next(iter(ahead(context, one)), None)
    gone, paused = one.removed_at is not None, one.paused_at is not None
    values = {"words": phrase_of(context, one), "fire": fire, "gone": gone, "paused": paused, "year": context.plan.year}
    return [Outgoing(context.say("schedule.undone", **values))]


def undo_this(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """撤回 by button: only the change that it stands under."""
    one = context.session.get_one(Schedule, args["id"])
    refuse_changed(one, args["seen"])
    return undo(context)
