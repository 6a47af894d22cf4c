"""What the office can do about silence, from its list: a new liaison, an entry on behalf, a word to the leaders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from bot import upward
from bot.context import Context
from bot.handlers import confirm
from bot.handlers.confirm import Answer
from bot.handlers.remind import reachable_people
from bot.message import Outgoing
from data import queries
from data.errors import UserError
from data.kinds import ReminderKind, RoundState, StepKind
from data.models import Person, Reminder, Round, Unit
from scheduler import escalation
from scheduler.openings import into_hours


def change_liaison(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """换联络员: who it is now in the silent units, and how a new one is registered."""
    units = [context.session.get_one(Unit, unit_id) for unit_id in args["units"]]
    lines = [_liaisons(context, unit) for unit in units]
    unit = units[0].name if len(units) == 1 else context.say("nag.any_unit")
    return [Outgoing(context.say("nag.change_how", lines=lines, unit=unit))]


def _liaisons(context: Context, unit: Unit) -> str:
    people = [person.name for person in queries.liaisons(context.session, unit.id)]
    key = "nag.change_line" if people else "nag.change_nobody"
    return context.say(key, unit=unit.name, people=people)


def to_leaders(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """报区分管领导: who would hear what; nothing goes before 报送 is pressed."""
    round_ = _open(context, args["round_id"])
    had = _told(context, round_)
    people = [context.session.get_one(Person, person) for person in escalation.leaders(context.session, round_)]
    wanted = [person for person in people if person.id not in had]
    if not wanted:
        raise UserError("nag.no_leaders")
    there = reachable_people(context, [person.id for person in wanted])
    text = context.say(
        "nag.ask_leaders",
        month=upward.fired(round_),
        count=len(wanted),
        lines=[_leader_line(context, round_, person) for person in wanted],
        unbound=[person.name for person in wanted if person.id not in there],
        had=[person.name for person in people if person.id in had],
    )
    answer = Answer(context.say("nag.send_leaders"), "to_leaders_do", {"round_id": round_.id})
    return [confirm.propose(context, text, [answer, confirm.never_mind(context)])]


def _open(context: Context, round_id: int) -> Round:
    round_ = context.session.get_one(Round, round_id)
    if round_.state != RoundState.OPEN:
        raise UserError("nag.round_over")
    return round_


def _leader_line(context: Context, round_: Round, person: Person) -> str:
    return context.say(
        "nag.leader_line", name=person.name, units=upward.leader_words(context.session, round_, person, context.texts)
    )


def _told(context: Context, round_: Round) -> set[int]:
    number = escalation.NUMBERS[StepKind.LEADER]
    return set(
        context.session.scalars(
            select(Reminder.person_id).where(
                Reminder.round_id == round_.id,
                Reminder.kind == ReminderKind.ESCALATION,
                Reminder.number == number,
            )
        )
    )


def tell_leaders(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """报送, pressed by an admin."""
    round_ = _open(context, args["round_id"])
    session, now, office = context.session, context.now, context.office
    told = escalation.tell(session, round_, StepKind.LEADER, escalation.leaders(session, round_), now, office)
    if not told:
        raise UserError("nag.no_leaders")
    there = reachable_people(context, told)
    names = {person: session.get_one(Person, person).name for person in told}
    context.record("to_leaders", "round", round_.id, None, {"people": told})
    later = into_hours(office.local(now), office) > now
    reached = [name for person, name in names.items() if person in there]
    unbound = [name for person, name in names.items() if person not in there]
    return [Outgoing(context.say("nag.sent_leaders", names=reached, unbound=unbound, hours=later))]


ACTIONS = confirm.for_admins(
    {"change_liaison": change_liaison, "to_leaders": to_leaders, "to_leaders_do": tell_leaders}
)
