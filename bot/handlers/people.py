"""人员: who is who, who is bound, new invites, who leaves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from sqlalchemy import delete, select, update

from bot import access, contacts, invitations, joining
from bot.accounts import Reach
from bot.context import Context
from bot.handlers import confirm
from bot.handlers.confirm import Answer
from bot.message import Outgoing
from data import queries
from data.errors import UserError
from data.kinds import OutboxState, ReminderState, Role, Scope
from data.models import Account, Assignment, Dialog, Invite, Outbox, Person, Reminder, Unit, WebSession

ADD = ("添加", "新增", "登记", "add")
INVITE = ("邀请", "重新邀请", "invite")
REMOVE = ("移除", "删除", "移走", "remove")
PHONE = re.compile(r"\+?[\d-]{7,20}")


def people(context: Context, argument: str) -> list[Outgoing]:
    """人员: the list; 添加, 邀请, 移除; with a name or a unit, that part of the list."""
    word, _, rest = argument.partition(" ")
    for words, run in ((ADD, add), (INVITE, invite), (REMOVE, ask_removal)):
        if word.lower() in words:
            return run(context, rest.strip())
    return everybody(context, argument)


# The list --------------------------------------------------------------------------------------------------


def everybody(context: Context, wanted: str) -> list[Outgoing]:
    """Unit by unit, then leaders and admins; each with where they can be reached."""
    found = contacts.people_list(context.session, context.now, context.channels)
    if wanted:
        found = [one for one in found if wanted in (one["name"], one["unit"], str(one["id"]), f"区{one['unit']}")]
        if not found:
            raise UserError("no_such_person", name=wanted)
    lines = [*_unit_lines(context, found), *_role_lines(context, found), *_not_spoken(context, found)]
    if not wanted:
        lines += [*_units_without(context, found), *_asking(context), context.say("people.how")]
    return [Outgoing("\n".join(lines), title=context.say("people.title", count=len(found)))]


def _unit_lines(context: Context, found: Sequence[Mapping[str, Any]]) -> list[str]:
    units: dict[str, list[str]] = {}
    for one in found:
        if Role.LIAISON in one["roles"]:
            units.setdefault(one["unit"] or "", []).append(_person(context, one))
    return [context.say("people.line", whose=unit, people=names) for unit, names in units.items()]


def _role_lines(context: Context, found: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    for role in (Role.HEAD, Role.LEADER, Role.ADMIN):
        names = [_person(context, one) for one in found if role in one["roles"]]
        if names:
            lines.append(context.say("people.line", whose=context.say(f"people.role.{role}"), people=names))
    return lines


def _units_without(context: Context, found: Sequence[Mapping[str, Any]]) -> list[str]:
    """The lead units that nobody answers for yet."""
    plan = queries.current_plan(context.session)
    rows = queries.assignments(context.session, plan.id) if plan is not None else []
    leads = dict.fromkeys(row.lead_unit.name for row in rows if not row.lead_unit.collective)
    known = {one["unit"] for one in found if Role.LIAISON in one["roles"]}
    missing = [unit for unit in leads if unit not in known]
    return [context.say("people.units_without", units=missing)] if missing else []


def _asking(context: Context) -> list[str]:
    """That strangers ask to be let in."""
    waiting = len(joining.open_ones(context.session, context.now))
    return [context.say("join.some", count=waiting)] if waiting else []


def _not_spoken(context: Context, found: Sequence[Mapping[str, Any]]) -> list[str]:
    """What to send to those whom WeCom's AI bot may not write to yet."""
    names = [one["name"] for one in found if one["reach"] == Reach.NOT_SPOKEN]
    return [context.say("people.to_open", people=names)] if names else []


def _person(context: Context, one: Mapping[str, Any]) -> str:
    return context.say(
        "people.person", id=one["id"], name=one["name"], order=one["order"], everything=one["scope"] == Scope.ALL,
        state=_state(context, one),
    )  # fmt: skip


def _state(context: Context, one: Mapping[str, Any]) -> str:
    """`Telegram、网页`, `停用了本助手`, `未开通`, `未绑定，邀请码10月10日前有效`, `未绑定，没有邀请码`."""
    if one["channels"]:
        return context.texts.filters["joined"](dict.fromkeys(channel_name(context, each) for each in one["channels"]))
    if one["reach"] in (Reach.NOT_SPOKEN, Reach.BLOCKED):
        return context.say(f"people.{one['reach']}")
    expires = contacts.open_invite(context.session, one["id"], context.now)
    if expires is None:
        return context.say("people.not_invited")
    return context.say("people.invited", day=context.office.today(expires.expires_at))


def channel_name(context: Context, channel: str) -> str:
    return invitations.channel_name(context.texts, channel)


# Adding and inviting ---------------------------------------------------------------------------------------


def add(context: Context, said: str) -> list[Outgoing]:
    """`李敏 联络员 教育局 13800000000`, in any order behind the name."""
    words = said.replace("，", " ").replace("、", " ").split()
    roles = [contacts.ROLES[word.lower()] for word in words if word.lower() in contacts.ROLES]
    phones = [word for word in words if PHONE.fullmatch(word)]
    second = any(contacts.ORDERS.get(word.lower()) == "B" for word in words[1:])
    everything = any(word in contacts.WHOLE_DISTRICT for word in words)
    rest = [word for word in words if not _is_known(word)]
    if not rest:
        raise UserError("people.add_how")
    role = roles[0] if roles else Role.LIAISON
    if role is Role.ADMIN:
        raise UserError("people.admin_elsewhere")
    name, unit_name = _split(rest)
    if role in contacts.OF_A_UNIT and not unit_name:
        raise UserError("people.add_how")
    unit = access.unit_named(context.session, unit_name) if role in contacts.OF_A_UNIT else None
    person = access.add_person(
        context.session,
        name,
        role,
        context.now,
        unit=unit,
        order="B" if second else "A",
        scope=Scope.ALL if everything else Scope.OWN,
        phone=phones[0] if phones else None,
        actor_id=context.person.id,
    )
    return [invitation(context, person, added=True)]


def _split(words: Sequence[str]) -> tuple[str, str]:
    """The name and the unit; a name in Latin letters may have several words."""
    latin = list(takewhile(lambda word: word.isascii() and not word.isdigit(), words))
    return (" ".join(latin), "".join(words[len(latin) :])) if latin else (words[0], "".join(words[1:]))


def _is_known(word: str) -> bool:
    low = word.lower()
    if low in contacts.ROLES or word in contacts.WHOLE_DISTRICT or PHONE.fullmatch(word):
        return True
    return contacts.ORDERS.get(low) is not None


def invite(context: Context, said: str) -> list[Outgoing]:
    """A new invite in place of the old ones."""
    person = access.one_person(context.session, contacts.tidy_name(said))
    _refuse_equal(context, person)
    return [invitation(context, person, added=False)]


def invitation(context: Context, person: Person, *, added: bool) -> Outgoing:
    """The code and the ways to use it, to be handed on to the person."""
    code, expires = access.make_invite(context.session, person, context.now, context.person.id)
    text = context.say(
        "people.invitation",
        added=added,
        who=who(context, person),
        id=person.id,
        order=person.order,
        code=invitations.shown(code),
        until=context.office.today(expires),
        links=invitations.links(context.texts, context.links, code),
    )
    return Outgoing(text)


def who(context: Context, person: Person) -> str:
    """`教育局联络员周敏`."""
    return joining.who(context.texts, person)


def _refuse_equal(context: Context, person: Person) -> None:
    """Nobody acts on an equal: an admin's place is given and taken where the bot runs."""
    if Role.ADMIN in access.roles_of(person):
        raise UserError("people.admin_elsewhere")


# Leaving ---------------------------------------------------------------------------------------------------


def ask_removal(context: Context, said: str) -> list[Outgoing]:
    """What it would mean, before anything is done."""
    person = access.one_person(context.session, contacts.tidy_name(said))
    _refuse_equal(context, person)
    bound = [channel_name(context, account.channel) for account in person.accounts]
    text = context.say(
        "people.ask_removal",
        who=who(context, person),
        id=person.id,
        channels=list(dict.fromkeys(bound)),
        unit=person.unit.name if person.unit is not None else "",
        rows=_rows_left(context, person),
    )
    answers = [
        Answer(context.say("people.remove"), "person_remove", {"person_id": person.id}),
        confirm.never_mind(context),
    ]
    return [confirm.propose(context, text, answers)]


def _rows_left(context: Context, person: Person) -> int:
    """How many rows nobody would be asked for any more."""
    if person.unit is None or len(queries.liaisons(context.session, person.unit.id)) > 1:
        return 0
    return len(queries.assignments(context.session, context.plan.id, queries.led_by_unit(person.unit.id)))


def remove(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """移除, confirmed: from this moment the person's accounts are strangers' accounts."""
    person = access.one_person(context.session, str(args["person_id"]))
    _refuse_equal(context, person)
    unit, name = person.unit, who(context, person)
    leave(context, person)
    alone = unit is not None and not queries.liaisons(context.session, unit.id) and _leads(context, unit)
    return [Outgoing(context.say("people.removed", who=name, unit=unit.name if unit is not None and alone else ""))]


def leave(context: Context, person: Person) -> None:
    """Unbind, revoke, and let nothing more go out."""
    session, now = context.session, context.now
    accounts = [account.id for account in person.accounts]
    person.left_at = now
    session.execute(delete(WebSession).where(WebSession.account_id.in_(accounts)))
    session.execute(update(Account).where(Account.person_id == person.id).values(person_id=None, bound_at=None))
    session.execute(
        update(Invite)
        .where(Invite.person_id == person.id, Invite.used_at.is_(None), Invite.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    session.execute(
        update(Dialog)
        .where(Dialog.person_id == person.id, Dialog.closed_at.is_(None))
        .values(closed_at=now, outcome="left")
    )
    session.execute(
        update(Reminder)
        .where(Reminder.person_id == person.id, Reminder.state == ReminderState.WAITING)
        .values(state=ReminderState.DROPPED, reason="left")
    )
    session.execute(
        update(Outbox)
        .where(Outbox.person_id == person.id, Outbox.state == OutboxState.QUEUED)
        .values(state=OutboxState.DROPPED, reason="left")
    )
    session.flush()
    session.expire(person)
    context.record("leave", "person", person.id, {"accounts": accounts}, {"left_at": now.isoformat()})


def _leads(context: Context, unit: Unit) -> bool:
    row = select(Assignment.id).where(Assignment.lead_unit_id == unit.id, Assignment.retired_at.is_(None)).limit(1)
    return context.session.scalar(row) is not None


ACTIONS = confirm.for_admins({"person_remove": remove})
