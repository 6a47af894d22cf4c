"""提级提醒 in words: each step its own short, neutral text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.asked import read_sheet
from bot.message import Outgoing
from bot.nags import row_words
from bot.roundlist import times_reminded
from bot.texts import Texts
from bot.wording import own_texts
from data import queries
from data.kinds import Priority, StepKind
from data.models import Person, Reminder, Round
from scheduler import escalation
from scheduler.answers import UnitAnswer
from scheduler.escalation import NUMBERS
from scheduler.office import Office


def told(session: Session, reminder: Reminder, now: datetime, office: Office) -> Outgoing | None:
    """The message of a step up, as things stand now; None where nobody is silent any more."""
    person, round_ = reminder.person, reminder.round
    if reminder.number == NUMBERS[StepKind.LEADER]:
        return to_leader(session, round_, person, office)
    if reminder.number == NUMBERS[StepKind.HEAD]:
        return _to_head(session, round_, person, office)
    return _to_second(session, round_, person, now, office)


def _to_second(session: Session, round_: Round, person: Person, now: datetime, office: Office) -> Outgoing | None:
    if person.unit is None:
        return None
    sheet = read_sheet(session, round_, now, office, [person.unit.id])
    left = [line for line in sheet.lines.get(person.unit.id, ()) if not line.answered]
    if not left:
        return None
    say = own_texts(session, person.language)
    text = say.say(
        "nag.second",
        office=office.name,
        unit=person.unit.name,
        month=fired(round_),
        count=len(left),
        rows=row_words(say, left),
    )
    return Outgoing(
        text,
        person_id=person.id,
        priority=Priority.DIGEST,
        listing=sheet.listings.get(person.unit.id, ()),
        round_id=round_.id,
    )


def _to_head(session: Session, round_: Round, person: Person, office: Office) -> Outgoing | None:
    unit = next((each for each in escalation.silent(session, round_) if each.unit_id == person.unit_id), None)
    if unit is None:
        return None
    text = own_texts(session, person.language).say(
        "nag.head",
        office=office.name,
        month=fired(round_),
        count=unit.asked - unit.answered,
        times=times_reminded(session, round_, unit.unit_id),
    )
    return Outgoing(text, person_id=person.id, priority=Priority.NOTICE)


def to_leader(session: Session, round_: Round, person: Person, office: Office) -> Outgoing | None:
    """What a leader hears of a round: units, rows and how often they were asked, of the own rows only."""
    say = own_texts(session, person.language)
    units = leader_words(session, round_, person, say)
    if not units:
        return None
    text = say.say("nag.leader", office=office.name, month=fired(round_), units=units)
    return Outgoing(text, person_id=person.id, priority=Priority.NOTICE)


def leader_words(session: Session, round_: Round, person: Person, say: Texts) -> list[str]:
    """`住建局 8 项（已提醒 2 次）` for each silent unit of a leader's rows."""
    mine = {row.id for row in queries.assignments(session, round_.plan_id, queries.led_by_leader(person.id))}
    return [
        say.say("nag.leader_unit", unit=unit.name, count=count, times=times_reminded(session, round_, unit.unit_id))
        for unit, count in leader_units(escalation.silent(session, round_), mine)
    ]


def leader_units(units: Sequence[UnitAnswer], mine: set[int]) -> list[tuple[UnitAnswer, int]]:
    """The silent units with how many of a leader's rows each has left open."""
    counts = [(unit, len(mine & set(escalation.open_rows([unit])))) for unit in units]
    return [(unit, count) for unit, count in counts if count]


def fired(round_: Round) -> date:
    """The day that a round is called after: 9月调度."""
    return date.fromisoformat(round_.fire_local[:10])
