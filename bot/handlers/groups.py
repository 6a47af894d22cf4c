"""绑定, 解绑: a group becomes a unit's when an admin says so in it, and an admin sees and ends all that there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import access, groups
from bot.context import Context
from bot.handlers import confirm
from bot.message import Button, Outgoing
from data.errors import UserError
from data.models import Group


def bind(context: Context, argument: str) -> list[Outgoing]:
    """绑定 UNIT, said in a group; said alone, what is bound."""
    if not context.inbound.group:
        return listing(context)
    if not argument.strip():
        raise UserError("groups.which_unit")
    unit = access.unit_named(context.session, argument.strip())
    group = groups.bind(context.session, context.channel, context.inbound.chat, unit, context.person, context.now)
    context.record("bind_group", "chat_group", group.id, None, {"unit": unit.id, "chat": group.chat_id})
    return [Outgoing(context.say("groups.bound", unit=unit.name))]


def unbind(context: Context, _argument: str) -> list[Outgoing]:
    """解绑, said in a group; said alone, what is bound."""
    if not context.inbound.group:
        return listing(context)
    group = groups.of_chat(context.session, context.channel, context.inbound.chat)
    if group is None:
        raise UserError("groups.not_bound")
    return [_ended(context, group)]


def _ended(context: Context, group: Group) -> Outgoing:
    said = context.say("groups.unbound", unit=group.unit.name)
    context.record("unbind_group", "chat_group", group.id, {"unit": group.unit_id, "chat": group.chat_id})
    groups.let_go(context.session, group.channel, group.chat_id)
    return Outgoing(said)


def listing(context: Context) -> list[Outgoing]:
    """All groups, each with what can be changed."""
    found = groups.every(context.session)
    if not found:
        return [Outgoing(context.say("groups.none"))]
    lines = [
        context.say(
            "groups.line", number=number, unit=group.unit.name, digests=group.digests,
            day=context.office.today(group.bound_at), year=context.plan.year,
        )
        for number, group in enumerate(found, 1)
    ]  # fmt: skip
    buttons = [
        [
            Button(
                context.say("groups.hide" if group.digests else "groups.show", number=number),
                "group_digests", {"group": group.id, "on": not group.digests},
            ),
            Button(context.say("groups.end", number=number), "group_end", {"group": group.id}, once=True),
        ]
        for number, group in enumerate(found, 1)
    ]  # fmt: skip
    return [Outgoing("\n".join([context.say("groups.list"), *lines]), buttons=buttons)]


def _group(context: Context, args: Mapping[str, Any]) -> Group:
    group = context.session.get(Group, args["group"])
    if group is None:
        raise UserError("groups.not_bound")
    return group


def end(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """解绑, by button."""
    return [_ended(context, _group(context, args))]


def digests(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """Whether the unit's reminders are shown in the group."""
    group = _group(context, args)
    context.record("group_digests", "chat_group", group.id, {"on": group.digests}, {"on": args["on"]})
    group.digests = bool(args["on"])
    context.session.flush()
    return listing(context)


ACTIONS = confirm.for_admins({"group_end": end, "group_digests": digests})
