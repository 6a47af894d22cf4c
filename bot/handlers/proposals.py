"""What an edit of a schedule would mean, in words and numbers, and carrying it out once it is confirmed.

Chat and the page of schedules say and do the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from typing import Any, Final

from bot import overview
from bot.context import Context
from bot.handlers.scopes import scope_from, scope_words
from data.errors import UserError
from data.kinds import ScopeKind
from data.models import Schedule
from scheduler import openings, rules, schedules
from scheduler.cadence import Cadence
from scheduler.openings import Fire
from scheduler.phrases import words
from scheduler.scope import Scope, askable, in_scope, scope_of

SHOWN: Final = 5


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
    """When it fires, as it was said; in another language than Chinese, out of the cadence.

    That a day off is passed over for the next working one goes without saying.
    """
    language, cadence = context.texts.language, schedules.cadence_of(one)
    if language.startswith("zh"):
        return one.phrase
    return words(replace(cadence, shift="none") if cadence.shift == "next" else cadence, language)


def facts_of(context: Context, number: int, one: Schedule) -> dict[str, Any]:
    """A schedule as its line of the list tells it (the places of `schedule.line`)."""
    effect = schedules.effect(context.session, one, context.now, context.office)
    return {
        "number": number,
        "words": phrase_of(context, one),
        "scope": scope_words(context, scope_of(one)),
        "units": effect.units,
        "rows": effect.rows,
        "due_workdays": one.due_workdays,
        "lead": schedules.cadence_of(one).lead is not None,
        "paused": one.paused_at is not None,
        "until": one.paused_until,
        "fires": ahead(context, one),
    }


def the_schedule(context: Context, schedule_id: int) -> Schedule:
    one = context.session.get(Schedule, schedule_id)
    if one is None or one.removed_at is not None:
        raise UserError("schedule.changed_meanwhile")
    return one


# What it would mean ----------------------------------------------------------------------------------------


def change_text(
    context: Context, one: Schedule, cadence: Cadence, due_workdays: int | None = None
) -> tuple[str, Sequence[Fire]]:
    """将改为 …: what would come, what is skipped and why, whom it reaches; and the openings."""
    days = one.due_workdays if due_workdays is None else due_workdays
    fires = schedules.preview_change(
        context.session, one, cadence, context.now, context.office, SHOWN, due_workdays=days
    )
    effect = schedules.effect(context.session, one, context.now, context.office)
    return _preview_text(context, "change", cadence, fires, days, effect, before=phrase_of(context, one)), fires


def new_text(context: Context, cadence: Cadence, scope: Scope, days: int) -> tuple[str, Sequence[Fire]]:
    """将新增 …: what would come and whom it reaches; and the openings. Raises UserError where it would ask nobody."""
    office, covered = context.office, len(askable(context.session, context.plan.id, scope))
    if not covered:
        raise UserError("schedule.asks_nobody", scope=scope_words(context, scope))
    fires = schedules.preview(cadence, context.now, office, context.plan, None, SHOWN, due_workdays=days)
    effect = schedules.effect_of_new(context.session, context.plan.id, scope, context.now, office)
    text = _preview_text(
        context, "add", cadence, fires, days, effect,
        scope=scope_words(context, scope), others=len(all_schedules(context)), wins=scope.kind is not ScopeKind.PLAN,
        elsewhere=covered - effect.rows,
    )  # fmt: skip
    return text, fires


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


def stop_text(context: Context, what: str, one: Schedule, until: date | None = None) -> str:
    """将暂停, 将恢复, 将删除 …: whom it concerns, and what opens then. Raises UserError where it is so already."""
    if (what == "pause") == (one.paused_at is not None) and what != "remove":
        raise UserError(f"schedule.already_{what}d")
    effect = schedules.effect(context.session, one, context.now, context.office)
    cadence = schedules.cadence_of(one)
    after = schedules.preview_change(context.session, one, cadence, context.now, context.office, SHOWN)
    going = overview.open_round(context.session, context.plan)
    return context.say(
        f"schedule.ask_{what}",
        words=phrase_of(context, one),
        units=effect.units,
        rows=effect.rows,
        fire=next((fire for fire in after if fire.skipped is None), None),
        instead=_taking_over(context, one) if what == "remove" else [],
        going=overview.fired_on(going) if going is not None else None,
        until=until,
        year=context.plan.year,
    )


def skip_text(context: Context, one: Schedule, why: str) -> str:
    """将跳过 …: whom it would have asked, and when the next one comes then. Raises UserError where nothing comes."""
    fires = ahead(context, one)
    if not fires:
        raise UserError("schedule.nothing_to_skip")
    effect = schedules.effect(context.session, one, context.now, context.office)
    return context.say(
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


# Doing it --------------------------------------------------------------------------------------------------


def done_text(context: Context, what: str, one: Schedule) -> str:
    """已改, 已新增 …, with the next opening."""
    return context.say(
        f"schedule.done_{what}",
        fire=next(iter(ahead(context, one)), None),
        paused=one.paused_at is not None,
        until=one.paused_until,
        instead=_taking_over(context, one) if what == "remove" else [],
        year=context.plan.year,
    )


def _taking_over(context: Context, one: Schedule) -> list[str]:
    """The rules that ask for all of a schedule's rows once it is removed, the most special first; none where some row
    is asked for by nobody then."""
    session, plan_id, scope = context.session, context.plan.id, scope_of(one)
    left = {ask.assignment_id for ask in askable(session, plan_id, scope)}
    others = [each for each in all_schedules(context) if each.id != one.id and each.next_at is not None]
    found = []
    for each in sorted(others, key=rules.speciality, reverse=True):
        if rules.speciality(each) <= rules.speciality(one) and left:
            asked = {ask.assignment_id for ask in askable(session, plan_id, scope, in_scope(scope_of(each)))}
            found += [rule_words(context, each)] if left & asked else []
            left -= asked
    return [] if left else found


def rule_words(context: Context, one: Schedule) -> str:
    """`每月25日 9:00，全部单位`: why a round comes."""
    return context.say("schedule.rule", words=phrase_of(context, one), scope=scope_words(context, scope_of(one)))


def carry_out(context: Context, args: Mapping[str, Any]) -> Schedule:
    """What was confirmed. Raises UserError where somebody changed the schedule since it was proposed."""
    session, now, office = context.session, context.now, context.office
    by = schedules.By(context.person.id, context.channel)
    if args["what"] == "add":
        cadence = Cadence.from_json(args["cadence"])
        return schedules.add(
            session, context.plan, cadence, words(cadence), now, office,
            scope=scope_from(args), due_workdays=args.get("due_workdays"), by=by,
        )  # fmt: skip
    one = the_schedule(context, args["id"])
    refuse_changed(one, args["seen"])
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
    return schedules.change(
        session, one.id, cadence, words(cadence), now, office,
        due_workdays=args.get("due_workdays"), keep_first=keep_first, by=by,
    )  # fmt: skip


def refuse_changed(one: Schedule, seen: str) -> None:
    """Raise UserError where somebody changed the schedule since."""
    if one.changed_at != datetime.fromisoformat(seen):
        raise UserError("schedule.changed_meanwhile")
