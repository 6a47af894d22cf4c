"""请督查室了解: a leader's tap or remark becomes the office's to-do, to note or to put to the unit.

The unit's next report on the row is the answer; it goes back to the office and to the leader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from bot import followups, seeing
from bot.accounts import preferred_account
from bot.context import Context
from bot.echo import row_title
from bot.handlers import confirm, known
from bot.handlers.confirm import Answer, never_mind, propose
from bot.message import Button, Outgoing
from bot.texts import Texts, texts
from data import queries
from data.errors import UserError
from data.kinds import FollowUpState, Priority, Role
from data.models import Assignment, FollowUp, Person
from scheduler.openings import into_hours
from scheduler.scope import contacts
from scheduler.workdays import add_workdays

GOING: Final = (FollowUpState.OPEN, FollowUpState.SENT)
WORKDAYS: Final = (5, 3, 10)
SHOWN: Final = 10
LONGEST: Final = 500
# What a leader wants of a row, beside what the bot can answer itself.
WANTS: Final = re.compile(
    r"请(?!问)|抓紧|尽快|加快|赶紧|务必|督促|催|盯|报我|向我|重视|为什么|为何|怎么还|原因|落实|协调|说明|必须|不能再"
    r"|please|\bwhy\b|hurry|speed up|must|urgent",
    re.I,
)


# The leader ------------------------------------------------------------------------------------------------


def may_remark(context: Context) -> bool:
    """A leader, and not a secretary who reads for one."""
    return context.may(Role.LEADER) and context.person.reads_for is None


def button(context: Context, row: Assignment) -> Button:
    """[请督查室了解] below a row; with what the leader wrote, where that wants something of it."""
    words = context.inbound.text.strip()[:LONGEST]
    if not wants(words):
        return Button(context.say("remarks.let_know"), "let_know", {"assignment_id": row.id}, once=True)
    args = {"assignment_id": row.id, "words": words}
    return Button(context.say("remarks.let_know_words"), "let_know", args, once=True)


def wants(text: str) -> bool:
    return WANTS.search(text) is not None


def let_know(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """The leader's tap."""
    return taken(context, _visible(context, args["assignment_id"]), args.get("words"))


def said_of(context: Context, text: str) -> list[Outgoing] | None:
    """A leader's words in reply to the view of one row; None for anything else."""
    rows = known.quoted(context)
    if len(rows) != 1 or not may_remark(context) or not text.strip():
        return None
    return taken(context, _visible(context, rows[0]), text.strip()[:LONGEST])


def _visible(context: Context, assignment_id: int) -> Assignment:
    mine = seeing.visible_rows(context.session, context.plan.id, context.person, Assignment.id == assignment_id)
    if not mine or not may_remark(context):
        raise UserError("button_gone")
    return mine[0]


def taken(context: Context, row: Assignment, words: str | None) -> list[Outgoing]:
    """Keep it and tell the office."""
    made = FollowUp(person_id=context.person.id, assignment_id=row.id, words=words, created_at=context.now)
    context.session.add(made)
    context.session.flush()
    context.record("remark", "assignment", row.id, None, {"follow_up": made.id})
    back = Button(context.say("remarks.take_back"), "remark_back", {"id": made.id}, once=True)
    said = context.say("remarks.taken", title=row_title(context.texts, row), words=words)
    return [Outgoing(said, buttons=[[back]]), *_to_office(context, made, row)]


def _to_office(context: Context, made: FollowUp, row: Assignment) -> list[Outgoing]:
    told = []
    for admin in queries.people_with(context.session, Role.ADMIN):
        say = texts(admin.language)
        title = row_title(say, row)
        said = say.say(
            "remarks.to_office", leader=context.person.name, title=title, words=made.words, unit=row.lead_unit.name
        )
        keys = [
            Button(say.say("remarks.forward"), "remark_forward", {"id": made.id}, primary=True),
            Button(say.say("remarks.noted"), "remark_noted", {"id": made.id}),
            Button(say.say("summary.words"), "words", {"assignment_id": row.id}),
        ]
        told.append(Outgoing(said, person_id=admin.id, priority=Priority.NOTICE, buttons=[keys]))
    return told


def take_back(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """撤回: as long as the office has done nothing with it."""
    if not _move(context, args["id"], (FollowUpState.OPEN,), state=FollowUpState.TAKEN_BACK):
        raise UserError("remarks.too_late")
    return [Outgoing(context.say("remarks.taken_back"))]


# The office ------------------------------------------------------------------------------------------------


def _move(context: Context, follow_up: int, before: Sequence[str], **values: Any) -> bool:
    """Change its state where it still is what it was; whether that was so."""
    moved = context.session.execute(
        update(FollowUp).where(FollowUp.id == follow_up, FollowUp.state.in_(before)).values(**values)
    )
    return bool(moved.rowcount)  # type: ignore[attr-defined]


def _open(context: Context, follow_up: int) -> FollowUp:
    """Raises UserError `remarks.settled` where somebody of the office was first."""
    found = context.session.get_one(FollowUp, follow_up)
    if found.state != FollowUpState.OPEN:
        raise UserError("remarks.settled", state=found.state)
    return found


def noted(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """已了解."""
    found = _open(context, args["id"])
    _move(
        context, found.id, (FollowUpState.OPEN,), state=FollowUpState.NOTED, taken_by=context.person.id,
        taken_at=context.now,
    )  # fmt: skip
    context.record("remark_noted", "follow_up", found.id)
    return [Outgoing(context.say("remarks.noted_done", title=row_title(context.texts, found.assignment)))]


def forward(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """转给单位: what the unit would get, and by when, before it goes."""
    found = _open(context, args["id"])
    days = int(args.get("days", WORKDAYS[0]))
    due = add_workdays(context.today, days, context.office.calendar)
    people = _contacts(context, found)
    if not people:
        raise UserError("remarks.nobody", unit=found.assignment.lead_unit.name)
    text = context.say(
        "remarks.preview",
        unit=found.assignment.lead_unit.name,
        people=[person.name for person in people],
        said=_to_unit(context, texts(people[0].language), found, due),
        late=into_hours(context.office.local(context.now), context.office) > context.office.local(context.now),
    )
    told = {"id": found.id, "due": due.isoformat()}
    others = [
        Answer(context.say("remarks.days", days=other), "remark_forward", {"id": found.id, "days": other})
        for other in WORKDAYS
        if other != days
    ]
    yes = Answer(context.say("remarks.confirm"), "remark_send", told, primary=True)
    return [propose(context, text, [yes, never_mind(context), *others])]


def _contacts(context: Context, found: FollowUp) -> list[Person]:
    """The unit's contacts that can be reached today."""
    unit = found.assignment.lead_unit_id
    ids = contacts(context.session, [unit], context.today).get(unit, [])
    people = [context.session.get_one(Person, each) for each in ids]
    return [each for each in people if preferred_account(context.session, each.id, context.channels) is not None]


def _to_unit(context: Context, say: Texts, found: FollowUp, due: date) -> str:
    title = row_title(say, found.assignment)
    return say.say(
        "remarks.to_unit", office=context.office.name, title=title, words=found.words, due=due, year=context.plan.year
    )


def send(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """The unit is asked, in the office's name."""
    found = _open(context, args["id"])
    due = date.fromisoformat(args["due"])
    people = _contacts(context, found)
    if not people:
        raise UserError("remarks.nobody", unit=found.assignment.lead_unit.name)
    _move(
        context, found.id, (FollowUpState.OPEN,), state=FollowUpState.SENT, taken_by=context.person.id,
        taken_at=context.now, due_on=due,
    )  # fmt: skip
    context.record("remark_sent", "follow_up", found.id, None, {"due": args["due"]})
    asked = [_ask(context, person, found, due) for person in people]
    done = context.say("remarks.sent", unit=found.assignment.lead_unit.name, due=due, year=context.plan.year)
    return [Outgoing(done), *asked]


def _ask(context: Context, person: Person, found: FollowUp, due: date) -> Outgoing:
    say = texts(person.language)
    reply = Button(say.say("remarks.reply"), "row", {"assignment_id": found.assignment_id}, primary=True)
    return Outgoing(
        _to_unit(context, say, found, due),
        person_id=person.id,
        priority=Priority.NOTICE,
        buttons=[[reply]],
        listing=(found.assignment_id,),
    )


# The list --------------------------------------------------------------------------------------------------


def remarks(context: Context, _argument: str) -> list[Outgoing]:
    """我的批注: a leader's own with their state; an admin sees what is still with the office and with units."""
    query = select(FollowUp).where(FollowUp.state != FollowUpState.TAKEN_BACK).order_by(FollowUp.id.desc())
    if context.may(Role.ADMIN):
        query = query.where(FollowUp.state.in_(GOING))
    else:
        query = query.where(FollowUp.person_id == seeing.leader_of(context.person).id)
    found = context.session.scalars(query.limit(SHOWN).options(selectinload(FollowUp.answer))).all()
    if not found:
        return [Outgoing(context.say("remarks.none_open" if context.may(Role.ADMIN) else "remarks.none"))]
    named, year = context.may(Role.ADMIN), context.plan.year
    told = [followups.line(context.texts, each, context.office, year, named=named) for each in found]
    lines = [f"{number}. {line}" for number, line in enumerate(told, 1)]
    keys = []
    if context.may(Role.ADMIN):
        keys = [
            Button(context.say("remarks.forward_n", number=number), "remark_forward", {"id": each.id})
            for number, each in enumerate(found, 1)
            if each.state == FollowUpState.OPEN
        ]
    rows = [keys[start : start + 2] for start in range(0, len(keys), 2)]
    return [Outgoing("\n".join(lines), title=context.say("remarks.title", count=len(found)), buttons=rows)]


ACTIONS = {
    "let_know": let_know,
    "remark_back": take_back,
    **confirm.for_admins({"remark_noted": noted, "remark_forward": forward, "remark_send": send}),
}
