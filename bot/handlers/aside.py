"""待处理: messages that could not be handled, and what a restored backup left open. For admins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot import aside as kept
from bot.context import Context
from bot.handlers import confirm
from bot.message import Button, Outgoing

MOST: Final = 10


def aside(context: Context, _argument: str) -> list[Outgoing]:
    """待处理: what is set aside, with a button for each."""
    rows = kept.waiting(context.session, MOST)
    if not rows:
        return [Outgoing(context.say("delivery.nothing_aside"))]
    lines = [
        context.say("delivery.aside_line", **kept.facts(context.session, row, context.texts), at=_local(context, row))
        for row in rows
    ]
    buttons = [
        [Button(context.say("delivery.run_again_number", number=row.id), "run_again", {"inbox_id": row.id})]
        for row in rows
    ]
    return [Outgoing("\n".join(lines), title=context.say("delivery.aside_title", count=len(rows)), buttons=buttons)]


def _local(context: Context, row: Any) -> Any:
    return context.office.local(row.received_at)


def run_again(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """再处理一次: the message is new again, with all its tries."""
    number = int(args["inbox_id"])
    if not kept.run_again(context.session, number):
        return [Outgoing(context.say("delivery.not_aside", number=number))]
    context.record("run_again", "inbox", number)
    return [Outgoing(context.say("delivery.runs_again", number=number))]


ACTIONS = confirm.for_admins({"run_again": run_again})
