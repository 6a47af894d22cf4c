"""催办: the office's order to ask now; 谁没反馈: who has answered the round and who has not, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from bot import overview, roundlist
from bot.accounts import reachable
from bot.context import Context
from bot.handlers import confirm
from bot.handlers.confirm import Answer
from bot.handlers.rows import visible_rows
from bot.handlers.scopes import EVERYBODY, scope_args, scope_from, scope_or_people, scope_words
from bot.message import Button, Outgoing
from data import queries
from data.errors import UserError
from data.kinds import ReminderState, Role
from data.models import Account, Reminder, Unit
from scheduler import rounds
from scheduler.openings import into_hours
from scheduler.reminding import ASKING
from scheduler.rounds import Answer as Answered
from scheduler.rounds import RoundProgress, UnitAnswer
from scheduler.scope import Ask, Scope, askable, contacts

PER_LINE = 3
UNITS_SHOWN = 9


# Asking now ------------------------------------------------------------------------------------------------


def remind(context: Context, argument: str) -> list[Outgoing]:
    """催办 [全部|单位|行号|姓名]: first whom it would reach, and whether they were asked today already."""
    if not argument:
        return [_whom(context)]
    return [_proposal(context, scope_or_people(context, argument.strip()))]


def _whom(context: Context) -> Outgoing:
    """催办 alone: everybody, or one of those that have not answered."""
    going = overview.open_round(context.session, context.plan)
    waiting_units = _silent(rounds.progress(context.session, going)) if going is not None else []
    buttons = [Button(unit.name, "remind", {"of": unit.name}) for unit in waiting_units[:UNITS_SHOWN]]
    lines = [buttons[start : start + PER_LINE] for start in range(0, len(buttons), PER_LINE)]
    everybody = Button(context.say("schedule.scope_plan"), "remind", {"of": EVERYBODY[0]})
    return Outgoing(context.say("schedule.remind_whom"), buttons=[*lines, [everybody]])


def _silent(progress: RoundProgress) -> list[UnitAnswer]:
    return [unit for unit in progress.units if unit.answer is not Answered.FULL]


def _proposal(context: Context, order: Scope) -> Outgoing:
    asks = askable(context.session, context.plan.id, order)
    if not asks:
        raise UserError("nothing_to_ask")
    waiting_asks = _unanswered(context, asks)
    told = waiting_asks or asks
    reach = _reach(context, told, order.people)
    late = into_hours(context.office.local(context.now), context.office) != context.office.local(context.now)
    text = context.say(
        "schedule.remind_effect",
        whom=scope_words(context, order),
        kind=order.kind.value,
        answered=not waiting_asks,
        out_of_hours=late,
        **reach,
    )
    label = "schedule.remind_still" if reach["times"] or late or not waiting_asks else "schedule.remind_now"
    args = {**scope_args(order), "reach": {name: reach[name] for name in ("units", "people", "rows")}}
    return confirm.propose(context, text, [Answer(context.say(label), "remind_do", args), confirm.never_mind(context)])


def _unanswered(context: Context, asks: Sequence[Ask]) -> list[Ask]:
    """Those that wait for an answer in an open round, and those that no open round asks for."""
    going = overview.open_round(context.session, context.plan)
    if going is None:
        return list(asks)
    asked = {row for unit in rounds.progress(context.session, going).units for row in unit.rows}
    waiting_rows = set(rounds.unanswered(context.session, [ask.assignment_id for ask in asks]))
    return [ask for ask in asks if ask.assignment_id in waiting_rows or ask.assignment_id not in asked]


def _reach(context: Context, asks: Sequence[Ask], among: Sequence[int]) -> dict[str, Any]:
    """Units, rows and people; who of them can't be reached; how often they were asked today. `among`: they alone."""
    units = list(dict.fromkeys(ask.unit_id for ask in asks))
    found = contacts(context.session, units, context.today, among)
    people = {person for each in found.values() for person in each}
    times = _asked_today(context, people)
    return {
        "units": len(units),
        "rows": len(asks),
        "people": len(people),
        "asked": len(times),
        "times": sum(times.values()),
        "unbound": len(people - reachable_people(context, people)),
        "without": [context.session.get_one(Unit, unit).name for unit in units if unit not in found],
    }


def _asked_today(context: Context, people: Iterable[int]) -> dict[int, int]:
    start = datetime.combine(context.today, time(), tzinfo=context.office.zone)
    rows = context.session.execute(
        select(Reminder.person_id, func.count())
        .where(
            Reminder.person_id.in_(list(people)),
            Reminder.kind.in_(ASKING),
            Reminder.state == ReminderState.QUEUED,
            Reminder.send_from >= start,
            Reminder.send_from < start + timedelta(days=1),
        )
        .group_by(Reminder.person_id)
    )
    return {row[0]: row[1] for row in rows}


def reachable_people(context: Context, people: Iterable[int]) -> set[int]:
    """Those of the people whom a message can reach now."""
    query = select(Account.person_id).where(Account.person_id.in_(list(people)), reachable(context.channels))
    return {person_id for person_id in context.session.scalars(query) if person_id is not None}


def do(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """仍要提醒: the reminders are made, and go out at once."""
    order = scope_from(args)
    opened = rounds.open_now(
        context.session, order.kind, order.id, context.now, context.office, context.person.id, order.people
    )
    context.record("remind", "round", opened.id, None, scope_args(order))
    due = opened.due_on if opened.due_on is not None and opened.due_on >= context.today else None
    whom = scope_words(context, order)
    return [Outgoing(context.say("schedule.reminded", whom=whom, due=due, **args["reach"]))]


# Who has answered ------------------------------------------------------------------------------------------


def waiting(context: Context, _argument: str) -> list[Outgoing]:
    """谁没反馈: the open round's units by their answer, of the rows that the person may see."""
    going = overview.open_round(context.session, context.plan)
    if going is None:
        return [Outgoing(context.say("schedule.no_round"))]
    units = roundlist.units_of(context.session, going, {row.id for row in visible_rows(context)})
    if not units:
        return [Outgoing(context.say("schedule.no_round"))]
    text = roundlist.words(context.session, going, units, context.now, context.office, context.texts, context.channels)
    over = going.due_on is not None and going.due_on < context.today
    return [Outgoing(text, buttons=_buttons(context, units) if over else ())]


def _buttons(context: Context, units: Sequence[UnitAnswer]) -> list[list[Button]]:
    open_units = [unit for unit in units if unit.answer is not Answered.FULL]
    if not context.may(Role.ADMIN) or not open_units:
        return []
    buttons = [
        Button(context.say("schedule.remind_unit", unit=unit.name), "remind", {"of": unit.name})
        for unit in open_units[:UNITS_SHOWN]
    ]
    lines = [buttons[start : start + PER_LINE] for start in range(0, len(buttons), PER_LINE)]
    phones = Button(context.say("schedule.phones"), "phones", {"units": [unit.unit_id for unit in open_units]})
    return [*lines, [phones]]


def phones(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """电话名单: whom to call."""
    if not context.may(Role.ADMIN):
        raise UserError("not_allowed", command=context.say("schedule.phones"))
    lines = []
    for unit_id in args["units"]:
        unit = context.session.get_one(Unit, unit_id)
        people = [(person.name, person.phone) for person in queries.liaisons(context.session, unit_id)]
        lines.append(context.say("schedule.phone_line", unit=unit.name, people=people))
    return [Outgoing("\n".join(lines), title=context.say("schedule.phones"))]


ACTIONS = {
    "remind": lambda context, args: remind(context, args["of"]),
    "remind_do": do,
    "phones": phones,
}
