"""演练: who would get what on days to come; 试发: one digest to the admin, as a unit would see it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot import access
from bot.asked import Line, Sheet
from bot.context import Context
from bot.digest import render
from bot.handlers import confirm
from bot.handlers.proposals import phrase_of
from bot.handlers.scopes import scope_words
from bot.message import Button, Outgoing
from data import queries
from data.errors import UserError
from data.kinds import RoundState, ScopeKind, StepKind
from data.language.dates import find_dates
from data.models import Person, Round, Unit
from scheduler import rehearsal, steps
from scheduler.openings import due_day, wall_time
from scheduler.rehearsal import Rehearsed
from scheduler.scope import Scope, askable, scope_of
from scheduler.standing import standings

MONTH = re.compile(r"^(?P<year>\d{4})[-年/.](?P<month>\d{1,2})月?$")
DAY = re.compile(r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})$")
AHEAD = timedelta(days=31)
SHOWN = 12


# 演练 ------------------------------------------------------------------------------------------------------


def rehearse(context: Context, argument: str) -> list[Outgoing]:
    """演练 [2021-10 | 10月 | 10月25日]: what would open and whom it would ask; nothing is sent."""
    first, last = _days(context, argument.strip())
    found = rehearsal.rehearse(context.session, context.plan, first, last, context.office)
    title = context.say("rehearse.title", first=first, last=last, year=context.plan.year)
    if not found:
        return [Outgoing(context.say("rehearse.nothing"), title=title)]
    lines = [_opening(context, each) for each in found[:SHOWN]]
    more = context.say("rehearse.more", count=max(len(found) - SHOWN, 0))
    text = "\n\n".join([*lines, more])
    units = [unit for each in found for unit in each.units if unit in each.people]
    buttons = [[Button(context.say("rehearse.trial"), "trial", {"unit": units[0]})]] if units else []
    return [Outgoing(text, title=title, buttons=buttons)]


def _days(context: Context, said: str) -> tuple[date, date]:
    """The month or the day that was named; the next 31 days where none is."""
    if not said:
        return context.today, context.today + AHEAD
    found = MONTH.match(said) or DAY.match(said)
    try:
        if found is not None and "day" in found.groupdict():
            day = date(int(found["year"]), int(found["month"]), int(found["day"]))
            return day, day
        if found is not None:
            return _month(date(int(found["year"]), int(found["month"]), 1))
    except ValueError:
        raise UserError("rehearse.how") from None
    dates = find_dates(said, context.today, "future", context.office.calendar)
    if not dates or dates[0].ask:
        raise UserError("rehearse.how")
    return dates[0].start, dates[0].end


def _month(first: date) -> tuple[date, date]:
    following = (first + timedelta(days=31)).replace(day=1)
    return first, following - timedelta(days=1)


def _opening(context: Context, each: Rehearsed) -> str:
    schedule, fire, office = each.schedule, each.fire, context.office
    reached = [unit for unit in each.units if unit in each.people]
    nags = [day for kind, _number, day in steps.days(fire.due, office) if kind is StepKind.NAG]
    return context.say(
        "rehearse.opening",
        opens=fire.opens,
        due=fire.due,
        year=context.plan.year,
        rule=phrase_of(context, schedule),
        scope=scope_words(context, scope_of(schedule)),
        units=len(each.units),
        rows=len(each.asks),
        people=len({person for people in each.people.values() for person in people}),
        skipped=context.say(f"rehearse.skipped.{each.skipped}") if each.skipped else "",
        lines=[_unit(context, each, unit) for unit in reached],
        without=[context.session.get_one(Unit, unit).name for unit in each.units if unit not in each.people],
        nags=nags,
    )


def _unit(context: Context, each: Rehearsed, unit_id: int) -> str:
    people = [context.session.get_one(Person, person).name for person in each.people[unit_id]]
    unit = context.session.get_one(Unit, unit_id)
    return context.say("rehearse.unit", unit=unit.name, people=people, rows=each.rows_of(unit_id))


# 试发 ------------------------------------------------------------------------------------------------------


def trial(context: Context, argument: str) -> list[Outgoing]:
    """试发 [单位]: the digest that a unit would get now, to the admin alone."""
    if argument.strip():
        return [_sample(context, access.unit_named(context.session, argument.strip()))]
    asks = askable(context.session, context.plan.id, Scope())
    if not asks:
        raise UserError("nothing_to_ask")
    return [_sample(context, context.session.get_one(Unit, asks[0].unit_id))]


def _sample(context: Context, unit: Unit) -> Outgoing:
    sheet = _sheet(context, unit)
    like = Person(name="", unit_id=unit.id, unit=unit, language=context.person.language)
    made = render(sheet, like)
    text = f"{context.say('rehearse.sample', unit=unit.name)}\n\n{made.text}"
    return replace(made, text=text, buttons=(), listing=None, round_id=None, person_id=context.person.id)


def _sheet(context: Context, unit: Unit) -> Sheet:
    """A round of that unit's rows that is opened nowhere but here."""
    asks = askable(context.session, context.plan.id, Scope(ScopeKind.UNIT, unit.id))
    rows = queries.assignments(context.session, context.plan.id, queries.led_by_unit(unit.id))
    wanted = [row for row in rows if row.id in {ask.assignment_id for ask in asks}]
    if not wanted:
        raise UserError("nothing_to_ask")
    known = standings(context.session, context.plan, wanted, context.now, context.office)
    lines = [Line(number, each.row, each, False) for number, each in enumerate(known, 1)]
    with context.session.no_autoflush:
        round_ = _round(context)
    return Sheet(round_, context.now, context.office, {unit.id: lines}, {unit.id: tuple(row.id for row in wanted)})


def _round(context: Context) -> Round:
    due = due_day(context.today, None, context.office, context.office.due_workdays)
    return Round(
        plan=context.plan,
        fire_local=wall_time(context.office.local(context.now)),
        fire_at=context.now,
        opened_at=context.now,
        due_on=due,
        state=RoundState.OPEN,
    )


def trial_of(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """[试发], under a rehearsal."""
    return [_sample(context, context.session.get_one(Unit, args["unit"]))]


ACTIONS = confirm.for_admins({"trial": trial_of})
