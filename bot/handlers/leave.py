"""请假: a liaison is away until a day; somebody else is asked, and nothing counts as missed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from bot import access
from bot.context import Context
from bot.handlers import office
from bot.message import Button, Outgoing
from data import queries
from data.errors import UserError
from data.kinds import Role
from data.language.dates import DateFound, find_dates
from data.models import Leave, Person
from scheduler import leave, repeats

STAND_IN = re.compile(
    r"[,，、;；\s]*(?:期间)?(?:由|请|让)\s*(?P<name>[^\s,，。；;由请让]{1,20}?)\s*(?:来|负责)?(?:代|顶)(?:班|办|报|为|替|理|反馈)*[。.]?\s*$"
    r"|[\s,]+(?:by|stand-?in:?)\s+(?P<english>.+?)\s*$",
    re.I,
)
UNTIL = re.compile(r"(?:至|到|截至|截止到|until|till|through|to)\s*$", re.I)
ENDS = ("取消", "销假", "回来了", "back", "cancel")
SAID = re.compile(r"^(?:我)?(?:要|想)?(?:请假|休假)\s*(?=至|到|从|自|\d|今|明|后|下|本|这|$)")
BACK = re.compile(r"^(?:我)?(?:销假|回来上班了)[。.]?$")
SECOND = ("B角", "b角", "B 角", "副手")


def ordered(context: Context, text: str) -> list[Outgoing] | None:
    """`请假至9月30日` without a space, `销假`; None for anything else."""
    if BACK.match(text.strip()):
        return away(context, ENDS[0])
    said = SAID.match(text.strip())
    return away(context, text.strip()[said.end() :]) if said is not None else None


def away(context: Context, argument: str) -> list[Outgoing]:
    """请假 [姓名] 至9月30日 [由乙代]; 请假 取消; alone: who is away."""
    said = argument.strip()
    if not said:
        return [_who_is_away(context)]
    person, said = _whose(context, said)
    if said.split()[0].lower() in ENDS:
        return _back(context, person)
    stand_in = STAND_IN.search(said)
    if stand_in is not None:
        said = said[: stand_in.start()]
    first, last = _days(context, said)
    name = (stand_in["name"] or stand_in["english"]) if stand_in is not None else None
    return _take(context, person, first, last, _stand_in(context, person, name))


def _whose(context: Context, said: str) -> tuple[Person, str]:
    """An admin names somebody; a liaison speaks of oneself."""
    head, _, rest = said.partition(" ")
    if not context.may(Role.ADMIN):
        return context.person, said
    named = access.people_named(context.session, head)
    if named:
        return access.one_person(context.session, head), rest.strip() or ENDS[0]
    if context.may(Role.LIAISON):
        return context.person, said
    raise UserError("leave.whose")


def _days(context: Context, said: str) -> tuple[date, date]:
    """The first and last day of leave; a single day named by 至 is the last, else the only one."""
    today = context.said_on
    found = find_dates(said, today, "future", context.office.calendar)
    if not found or found[0].ask:
        raise UserError("leave.how")
    first, last = _span(said, found, today)
    if last < max(first, today):
        raise UserError("leave.over", day=last)
    return first, last


def _span(said: str, found: Sequence[DateFound], today: date) -> tuple[date, date]:
    one = found[0]
    if len(found) > 1:
        return one.start, found[1].end
    until = UNTIL.search(said[: one.begin]) or said[one.begin : one.stop].lower().startswith(("until", "till"))
    return (today, one.end) if until or one.before else (one.start, one.end)


def _stand_in(context: Context, person: Person, name: str | None) -> Person | None:
    if name is None or person.unit_id is None:
        return None
    others = [each for each in queries.liaisons(context.session, person.unit_id) if each.id != person.id]
    found = [each for each in others if each.name == name or (name in SECOND and each.order == "B")]
    if not found:
        unit = person.unit.name if person.unit is not None else ""
        raise UserError("leave.no_such_stand_in", name=name, unit=unit, others=[each.name for each in others])
    return found[0]


def _take(context: Context, person: Person, first: date, last: date, stand_in: Person | None) -> list[Outgoing]:
    made = leave.take(
        context.session, person.id, first, last, context.now,
        stand_in_id=stand_in.id if stand_in is not None else None, entered_by=context.person.id,
    )  # fmt: skip
    context.record("leave", "person", person.id, None, {"from": str(first), "until": str(last)})
    asked = _asked_instead(context, person, first)
    repeats.cover(context.session, person, context.now, context.office)
    values = {
        "name": person.name,
        "unit": person.unit.name if person.unit is not None else "",
        "first": first if first > context.today else None,
        "last": last,
        "year": context.plan.year,
        "others": [each.name for each in asked],
    }
    back = Button(context.say("leave.button_back"), "leave_end", {"id": made.id}, once=True)
    mine = person.id == context.person.id
    text = context.say("leave.taken" if mine else "leave.taken_for", **values)
    told = office.tell(context, "leave.office", last=last, others=values["others"], year=context.plan.year)
    return [Outgoing(text, buttons=[[back]]), *(told if mine else [])]


def _asked_instead(context: Context, person: Person, day: date) -> list[Person]:
    if person.unit_id is None:
        return []
    liaisons = [(each.order, each.id) for each in queries.liaisons(context.session, person.unit_id)]
    asked = leave.instead(context.session, liaisons, day)
    return [context.session.get_one(Person, each) for each in asked if each != person.id]


def _back(context: Context, person: Person) -> list[Outgoing]:
    """销假."""
    if not leave.end(context.session, person.id, context.now, first=context.today):
        raise UserError("leave.not_away", name=person.name)
    context.record("leave_end", "person", person.id)
    return [Outgoing(context.say("leave.ended", name=person.name))]


def end(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """[销假], under the leave that was taken."""
    taken = context.session.get_one(Leave, args["id"])
    if taken.person_id != context.person.id and not context.may(Role.ADMIN):
        raise UserError("button_gone")
    return _back(context, taken.person)


def _who_is_away(context: Context) -> Outgoing:
    """Leaves that are not over: all for an admin, one's own for a liaison."""
    query = select(Leave).where(Leave.cancelled_at.is_(None), Leave.until_on >= context.today)
    if not context.may(Role.ADMIN):
        query = query.where(Leave.person_id == context.person.id)
    found = context.session.scalars(query.order_by(Leave.from_on, Leave.id)).all()
    lines = [_line(context, each) for each in found]
    return Outgoing("\n".join([*lines, context.say("leave.how")]) if lines else context.say("leave.nobody"))


def _line(context: Context, each: Leave) -> str:
    return context.say(
        "leave.line",
        name=each.person.name,
        unit=each.person.unit.name if each.person.unit is not None else "",
        first=each.from_on,
        last=each.until_on,
        stand_in=each.stand_in.name if each.stand_in is not None else "",
        year=context.plan.year,
    )


ACTIONS = {"leave_end": end}
