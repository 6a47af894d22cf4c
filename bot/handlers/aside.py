"""待处理: messages that could not be handled, and what a restored backup left open. For admins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot import aside as kept
from bot import restored
from bot.context import Context
from bot.handlers import confirm
from bot.message import Button, Outgoing

MOST: Final = 10


def aside(context: Context, _argument: str) -> list[Outgoing]:
    """待处理: what is set aside, with a button for each; what is held since a restore."""
    found = [*_messages(context), *_held(context)]
    return found or [Outgoing(context.say("delivery.nothing_aside"))]


def _messages(context: Context) -> list[Outgoing]:
    rows = kept.waiting(context.session, MOST)
    if not rows:
        return []
    lines = [
        context.say(
            "delivery.aside_line",
            **kept.facts(context.session, row, context.texts),
            at=context.office.local(row.received_at),
        )
        for row in rows
    ]
    buttons = [
        [Button(context.say("delivery.run_again_number", number=row.id), "run_again", {"inbox_id": row.id})]
        for row in rows
    ]
    return [Outgoing("\n".join(lines), title=context.say("delivery.aside_title", count=len(rows)), buttons=buttons)]


def _held(context: Context) -> list[Outgoing]:
    messages, reminders = restored.held(context.session), restored.held_reminders(context.session)
    count = len(messages) + reminders
    if not count:
        return []
    lines = [context.say("delivery.held_line", **each) for each in messages[:MOST]]
    if reminders:
        lines.append(context.say("delivery.held_reminders", count=reminders))
    title = context.say("delivery.held_title", count=count)
    return [Outgoing("\n".join(lines), title=title, buttons=restored.buttons(context.texts, count))]


def run_again(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """再处理一次: the message is new again, with all its tries."""
    number = int(args["inbox_id"])
    if not kept.run_again(context.session, number):
        return [Outgoing(context.say("delivery.not_aside", number=number))]
    context.record("run_again", "inbox", number)
    return [Outgoing(context.say("delivery.runs_again", number=number))]


def send_held(context: Context, _args: Mapping[str, Any]) -> list[Outgoing]:
    """都再发一次."""
    return _decided(context, "send_held", restored.send_held(context.session), "delivery.held_sent")


def drop_held(context: Context, _args: Mapping[str, Any]) -> list[Outgoing]:
    """都不发了."""
    return _decided(context, "drop_held", restored.drop_held(context.session), "delivery.held_dropped")


def _decided(context: Context, action: str, count: int, said: str) -> list[Outgoing]:
    if not count:
        return [Outgoing(context.say("delivery.held_none"))]
    context.record(action, "outbox", None, None, {"count": count})
    return [Outgoing(context.say(said, count=count))]


ACTIONS = confirm.for_admins({"run_again": run_again, "send_held": send_held, "drop_held": drop_held})
