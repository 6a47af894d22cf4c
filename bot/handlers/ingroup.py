"""What is said to the bot in a group: a bound one is its unit's room, in any other nothing about rows is told."""

from __future__ import annotations

from dataclasses import replace

from bot import groups
from bot.commands import command_of
from bot.context import Context
from bot.handlers.route import route
from bot.message import Kind, Outgoing
from data.kinds import Role

BINDING = ("bind", "unbind")
SPOKEN = ("report", "mine", "source", "undo", "drafts", "help", "cancel")


def spoken_to(context: Context) -> list[Outgoing]:
    """The answers, in the group; only the unit's own contacts report there, each for who wrote."""
    command = command_of(context.inbound.text) if context.inbound.kind is not Kind.BUTTON else None
    name = command[0].name if command is not None else None
    if name not in BINDING and not (_at_home(context) and (name is None or name in SPOKEN)):
        return [Outgoing(context.say("errors.only_private"), chat=context.inbound.chat)]
    if name in BINDING and not context.may(Role.ADMIN):
        return [Outgoing(context.say("errors.only_private"), chat=context.inbound.chat)]
    return [_here(reply, context.inbound.chat) for reply in route(context)]


def _at_home(context: Context) -> bool:
    group = groups.of_chat(context.session, context.channel, context.inbound.chat)
    return group is not None and context.may(Role.LIAISON) and context.person.unit_id == group.unit_id


def _here(reply: Outgoing, chat: str) -> Outgoing:
    """An answer to whoever wrote is given where it was asked; what goes to others, or changes a message, is not."""
    mine = reply.person_id is None and reply.edits is None
    return replace(reply, chat=chat) if mine else reply
