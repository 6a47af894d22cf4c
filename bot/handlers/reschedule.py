"""Proposals to change when rounds open: the effect in days and numbers, and doing it once it is confirmed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from typing import Any, Final

from bot import overview
from bot.context import Context
from bot.handlers import confirm, questions
from bot.handlers.confirm import Answer
from bot.handlers.scopes import people_said, scope_args, scope_from, scope_said, scope_words
from bot.message import Button, Outgoing
from data.errors import UserError
from data.kinds import ScopeKind
from data.models import Dialog, Schedule
from scheduler import openings, schedules
from scheduler.cadence import Cadence
from scheduler.days import Monthly
from scheduler.openings import Fire
from scheduler.phrases import Unclear, read_phrase, words
from scheduler.scope import Scope, scope_of

AWAITS_PHRASE: Final = "schedule_phrase"
SHOWN: Final = 5
NUMBERED = re.compile(r"^(?:序号|项目|第)?\d+(?:\.\d+)?项?$")
KEPT: Final = timedelta(hours=1)
TIMELY = re.compile(r"[\d每逢周月日天点时季年]|工作日|day|week|month", re.I)


def all_schedules(context: Context) -> list[Schedule]:
    return schedules.list_schedules(context.session, context.plan.id)


def ahead(context: Context, one: Schedule) -> list[Fire]:
    """The next two openings, as they stand."""
    if one.next_at is None:
        return []
    before = one.next_at - timedelta(microseconds=1)
    coming = openings.fires(schedules.cadence_of(one), before, context.office, one.due_workdays)
    within = takewhile(lambda fire: one.ends_on is None or fire.opens.date() <= one.ends_on, coming)
    return list(islice(within, 2))


def phrase_of(context: Context, one: Schedule) -> str:
    """When it fires, as it was said; in another language than Chinese, out of the cadence."""
    language = context.texts.language
    return one.phrase if language.startswith("zh") else words(schedules.cadence_of(one), language)


def the_schedule(context: Context, schedule_id: int) -> Schedule:
    one = context.session.get(Schedule, schedule_id)
    if one is None or one.removed_at is not None:
        raise UserError("schedule.changed_meanwhile")
    return one


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
    questions.close_open(context, "replaced")
    dialog = Dialog(
        person_id=context.person.id, kind=AWAITS_PHRASE, state={"row": None, **target}, inbox_id=context.inbox_id,
        opened_at=context.now, expires_at=context.now + KEPT,
    )  # fmt: skip
    context.session.add(dialog)
    context.session.flush()
    return Outgoing(context.say(key), dialog_id=dialog.id)


def preview(context: Context, one: Schedule, cadence: Cadence) -> list[Outgoing]:
    """将改为 …: what would come, what is skipped and why, whom it reaches; nothing has changed yet."""
    fires = schedules.preview_change(context.session, one, cadence, context.now, context.office, SHOWN)
    effect = schedules.effect(context.session, one, context.now, context.office)
    text = _preview_text(context, "change", cadence, fires, one.due_workdays, effect, before=phrase_of(context, one))
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


def _preview_text(
    context: Context,
    what: str,
    cadence: Cadence,
    fires: Sequence[Fire],
    due_workdays: int,
    effect: schedules.Effect,
    **more: Any,
) -> str:
    opened = [fire for fire in fires if fire.skipped is None]
    if not opened:
        raise UserError("schedule.nothing_left", until=openings.ends_on(context.plan, cadence))
    going = overview.open_round(context.session, context.plan)
    shared = {"year": context.plan.year, "times": len({fire.opens.time() for fire in fires}) > 1}
    return context.say(
        f"schedule.preview_{what}",
        year=context.plan.year,
        words=words(cadence, context.texts.language),
        lead=cadence.lead is not None,
        due_workdays=due_workdays,
        fires=[_fire_words(context, fire, shared) for fire in fires],
        next_month=all((fire.due.year, fire.due.month) > (fire.opens.year, fire.opens.month) for fire in opened),
        until=openings.ends_on(context.plan, cadence),
        units=effect.units,
        rows=effect.rows,
        going=overview.fired_on(going) if going is not None else None,
        going_due=going.due_on if going is not None else None,
        **more,
    )


def _fire_words(context: Context, fire: Fire, shared: Mapping[str, Any]) -> str:
    if fire.skipped is None:
        return context.say("schedule.fire", opens=fire.opens, due=fire.due, **shared)
    why = context.say(f"schedule.skipped.{fire.skipped.code}", **fire.skipped.values)
    return context.say("schedule.fire_skipped", opens=fire.opens, why=why, **shared)


# Adding, pausing, removing ---------------------------------------------------------------------------------


def ask_to_add(context: Context, said: str) -> list[Outgoing]:
    """加 [单位] PHRASE: the preview of a new schedule beside the others."""
    scope, phrase = _scope_before(context, said)
    target = scope_args(scope)
    return read_then(context, phrase, lambda cadence: [preview_new(context, cadence, scope)], target)


def _scope_before(context: Context, said: str) -> tuple[Scope, str]:
    head, _, rest = said.strip().partition(" ")
    people = people_said(context, head) if rest else None
    if people is not None:
        return people, rest.strip()
    if rest and (NUMBERED.match(head) or not TIMELY.search(head)):
        return scope_said(context, head), rest.strip()
    return Scope(), said


def preview_new(context: Context, cadence: Cadence, scope: Scope, due_workdays: int | None = None) -> Outgoing:
    """将新增 …: what would come and whom it reaches; nothing has changed yet."""
    office = context.office
    days = office.due_workdays if due_workdays is None else due_workdays
    fires = schedules.preview(cadence, context.now, office, context.plan, None, SHOWN, due_workdays=days)
    effect = schedules.effect_on(context.session, context.plan.id, scope, context.now, office)
    text = _preview_text(
        context, "add", cadence, fires, days, effect,
        scope=scope_words(context, scope), others=len(all_schedules(context)), wins=scope.kind is not ScopeKind.PLAN,
    )  # fmt: skip
    args = {"what": "add", "cadence": cadence.to_json(), "due_workdays": days, **scope_args(scope)}
    answers = [Answer(context.say("schedule.confirm"), "schedule_do", args, primary=True)]
    return confirm.propose(context, text, [*answers, confirm.never_mind(context)])


def ask_to(context: Context, what: str, one: Schedule, until: date | None = None) -> list[Outgoing]:
    """Pause (perhaps until a day), resume or remove: what it would mean, then a confirmation."""
    if (what == "pause") == (one.paused_at is not None) and what != "remove":
        raise UserError(f"schedule.already_{what}d")
    effect = schedules.effect(context.session, one, context.now, context.office)
    cadence = schedules.cadence_of(one)
    after = schedules.preview_change(context.session, one, cadence, context.now, context.office, SHOWN)
    going = overview.open_round(context.session, context.plan)
    text = context.say(
        f"schedule.ask_{what}",
        words=phrase_of(context, one),
        units=effect.units,
        rows=effect.rows,
        fire=next((fire for fire in after if fire.skipped is None), None),
        going=overview.fired_on(going) if going is not None else None,
        until=until,
        year=context.plan.year,
    )
    args = {"what": what, "id": one.id, "seen": one.changed_at.isoformat()}
    if until is not None:
        args["until"] = until.isoformat()
    answer = Answer(context.say(f"schedule.{what}"), "schedule_do", args)
    return [confirm.propose(context, text, [answer, confirm.never_mind(context)])]


def ask_to_skip(context: Context, one: Schedule, why: str) -> list[Outgoing]:
    """跳过下一轮: which one, whom it would have asked, and when the next one comes then."""
    fires = ahead(context, one)
    if not fires:
        raise UserError("schedule.nothing_to_skip")
    effect = schedules.effect(context.session, one, context.now, context.office)
    text = context.say(
        "schedule.ask_skip",
        words=phrase_of(context, one),
        scope=scope_words(context, scope_of(one)),
        fire=fires[0],
        after=fires[1] if len(fires) > 1 else None,
        units=effect.units,
        rows=effect.rows,
        people=effect.people,
        why=why,
        year=context.plan.year,
    )
    args = {"what": "skip", "id": one.id, "seen": one.changed_at.isoformat(), "why": why}
    answer = Answer(context.say("schedule.skip"), "schedule_do", args)
    return [confirm.propose(context, text, [answer, confirm.never_mind(context)])]


# Doing it --------------------------------------------------------------------------------------------------


def do(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """What was confirmed, unless somebody changed the schedule since it was proposed."""
    one = _carry_out(context, args)
    text = context.say(
        f"schedule.done_{args['what']}",
        fire=next(iter(ahead(context, one)), None),
        paused=one.paused_at is not None,
        until=one.paused_until,
        year=context.plan.year,
    )
    seen = {"id": one.id, "seen": one.changed_at.isoformat()}
    return [Outgoing(text, buttons=[[Button(context.say("schedule.undo"), "schedule_undo", seen, once=True)]])]


def _carry_out(context: Context, args: Mapping[str, Any]) -> Schedule:
    session, now, office = context.session, context.now, context.office
    by = schedules.By(context.person.id, context.channel)
    if args["what"] == "add":
        cadence = Cadence.from_json(args["cadence"])
        return schedules.add(
            session, context.plan, cadence, words(cadence), now, office,
            scope=scope_from(args), due_workdays=args.get("due_workdays"), by=by,
        )  # fmt: skip
    one = the_schedule(context, args["id"])
    _refuse_changed(one, args["seen"])
    match args["what"]:
        case "pause":
            until = date.fromisoformat(args["until"]) if "until" in args else None
            return schedules.pause(session, one.id, now, office, until=until, by=by)
        case "skip":
            schedules.skip_next(session, one.id, now, office, why=args["why"], by=by)
            return one
        case "resume":
            return schedules.resume(session, one.id, now, office, by=by)
        case "remove":
            return schedules.remove(session, one.id, now, office, by=by)
    cadence = Cadence.from_json(args["cadence"])
    keep_first = bool(args.get("keep_first"))
    return schedules.change(session, one.id, cadence, words(cadence), now, office, keep_first=keep_first, by=by)


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
    _refuse_changed(one, args["seen"])
    return undo(context)


def _refuse_changed(one: Schedule, seen: str) -> None:
    """Raise UserError where somebody changed the schedule since."""
    if one.changed_at != datetime.fromisoformat(seen):
        raise UserError("schedule.changed_meanwhile")
