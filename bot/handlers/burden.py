"""减负自查: how many messages the bot sent to whom this month; an admin sees all, everybody else the own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import select

from bot.context import Context
from bot.message import Outgoing
from data.errors import UserError
from data.kinds import ReminderKind, Role
from data.models import Person
from scheduler import burden as counting

MONTH = re.compile(r"^(?:(?P<year>\d{4})[-年/.])?(?P<month>\d{1,2})月?$")
LAST = ("上月", "上个月", "last month")


def burden(context: Context, argument: str) -> list[Outgoing]:
    """减负自查 [10月]: this month where none is named."""
    month = _month(context, argument.strip())
    if not context.may(Role.ADMIN):
        return [Outgoing(_own(context, month))]
    people = context.session.scalars(select(Person).where(Person.left_at.is_(None)).order_by(Person.unit_id, Person.id))
    known = {person.id: person for person in people}
    counts = counting.month_counts(context.session, list(known), month, context.office)
    lines = [_line(context, known[person], counts[person]) for person in known if person in counts]
    values = {"month": month, "cap": context.office.monthly_cap, "people": len(lines)}
    total = sum(sum(each.values()) for each in counts.values())
    full = [known[person].name for person, each in counts.items() if sum(each.values()) >= context.office.monthly_cap]
    text = context.say("burden.all", lines=lines, total=total, full=full, **values)
    return [Outgoing(text, title=context.say("burden.title", month=month))]


def _month(context: Context, said: str) -> date:
    first = context.today.replace(day=1)
    if not said:
        return first
    if said in LAST:
        return (first - timedelta(days=1)).replace(day=1)
    found = MONTH.match(said)
    if found is None or not 1 <= int(found["month"]) <= 12:
        raise UserError("burden.how")
    month = int(found["month"])
    year = int(found["year"] or context.today.year - (month > context.today.month))
    return date(year, month, 1)


def _own(context: Context, month: date) -> str:
    counts = counting.month_counts(context.session, [context.person.id], month, context.office)
    mine = counts.get(context.person.id, {})
    return context.say("burden.own", month=month, cap=context.office.monthly_cap, **_parts(mine))


def _line(context: Context, person: Person, counts: Mapping[str, int]) -> str:
    unit = person.unit.name if person.unit is not None else ""
    return context.say("burden.line", unit=unit, name=person.name, **_parts(counts))


def _parts(counts: Mapping[str, int]) -> dict[str, int]:
    return {
        "total": sum(counts.values()),
        "digests": counts.get(ReminderKind.DIGEST, 0) + counts.get(counting.SUMMARY, 0),
        "nags": counts.get(ReminderKind.NAG, 0),
        "escalations": counts.get(ReminderKind.ESCALATION, 0),
        "notices": counts.get(ReminderKind.CO_LEAD, 0),
    }
