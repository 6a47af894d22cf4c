"""工作时间: a person's own hours, by the person or by an admin; what the bot sends by itself keeps to them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any, Final

from sqlalchemy import select

from bot import access
from bot.context import Context
from bot.message import Button, Outgoing
from data.errors import UserError
from data.kinds import Role
from data.models import AuditEvent, Person
from scheduler import hours as keeping
from scheduler.hours import Span
from scheduler.schedules import UNDO_WITHIN

ENTITY: Final = "hours"
SAID: Final = re.compile(
    r"^(?:我的?)?(?:工作|上班|办公)时间(?:是|为|改成|改为|改到)?[\s:：]*(?P<rest>.*\d.*|默认|照常)$"
)
SPAN: Final = re.compile(
    r"(?P<from>\d{1,2})(?:[:：点时](?P<from_minute>\d{1,2}|半)?分?)?\s*(?:-|—|–|~|～|到|至|to)+\s*"
    r"(?P<to>\d{1,2})(?:[:：点时](?P<to_minute>\d{1,2}|半)?分?)?",
    re.I,
)
LEFT: Final = re.compile(r"[\s,，、;；和及与。.]|上午|下午|早上|中午|晚上|and")
DEFAULT: Final = ("默认", "照常", "恢复", "default", "reset")


def hours(context: Context, argument: str) -> list[Outgoing]:
    """工作时间 [姓名] 8:30-12:00 13:30-17:30; 默认 gives the office's; alone: what they are."""
    person, said = _whose(context, argument.strip())
    if not said:
        return [Outgoing(context.say("hours.are", **_values(context, person)))]
    wanted = None if said.lower() in DEFAULT else keeping.kept_hours(spans_said(said))
    return [_set(context, person, wanted)]


def ordered(context: Context, text: str) -> list[Outgoing] | None:
    """`我的工作时间是8:30到12:00，13:30到17:30`; None for anything else."""
    found = SAID.match(text.strip())
    return hours(context, found["rest"]) if found is not None else None


def _whose(context: Context, said: str) -> tuple[Person, str]:
    """An admin may name somebody; everybody else speaks of oneself."""
    head, _, rest = said.partition(" ")
    if head and context.may(Role.ADMIN) and access.people_named(context.session, head):
        return access.one_person(context.session, head), rest.strip()
    return context.person, said


def spans_said(said: str) -> list[Span]:
    """The spans of a text. Raises UserError `hours.how` where it says anything else."""
    found = list(SPAN.finditer(said))
    if not found or LEFT.sub("", SPAN.sub("", said)):
        raise UserError("hours.how")
    try:
        return [(_moment(one["from"], one["from_minute"]), _moment(one["to"], one["to_minute"])) for one in found]
    except ValueError:
        raise UserError("hours.how") from None


def _moment(hour: str, minute: str | None) -> time:
    return time(int(hour), 30 if minute == "半" else int(minute or 0))


def _set(context: Context, person: Person, wanted: Sequence[Any] | None) -> Outgoing:
    before = person.hours
    if before == wanted:
        return Outgoing(context.say("hours.are", **_values(context, person)))
    _keep(context, person, wanted, "change")
    event = context.session.scalar(_newest(person))
    assert event is not None
    button = Button(context.say("schedule.undo"), "hours_undo", {"event": event.id}, once=True)
    return Outgoing(context.say("hours.done", **_values(context, person)), buttons=[[button]])


def _keep(context: Context, person: Person, wanted: Sequence[Any] | None, action: str) -> None:
    before, person.hours = person.hours, list(wanted) if wanted else None
    context.record(action, ENTITY, person.id, {"hours": before}, {"hours": person.hours})
    context.session.flush()


def _newest(person: Person) -> Any:
    query = select(AuditEvent).where(AuditEvent.entity == ENTITY, AuditEvent.entity_id == person.id)
    return query.order_by(AuditEvent.id.desc()).limit(1)


def _values(context: Context, person: Person) -> dict[str, Any]:
    found = keeping.hours_of(person, context.office)
    own = keeping.spans(person.hours) if person.hours else [(found.start, found.end)]
    return {"spans": own, "own": bool(person.hours), "name": person.name if person.id != context.person.id else ""}


def undo_this(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """撤回 by button: only the change that it stands under."""
    event = context.session.get_one(AuditEvent, args["event"])
    last = context.session.scalar(_newest(context.session.get_one(Person, event.entity_id)))
    if last is None or last.id != event.id or event.at <= context.now - UNDO_WITHIN:
        raise UserError("schedule.nothing_to_undo")
    return undo(context, event)


def undo(context: Context, event: AuditEvent) -> list[Outgoing]:
    """Put somebody's hours back to what they were before a change."""
    person = context.session.get_one(Person, event.entity_id)
    _keep(context, person, (event.before or {}).get("hours"), "undo")
    return [Outgoing(context.say("hours.undone", **_values(context, person)))]


ACTIONS = {"hours_undo": undo_this}
