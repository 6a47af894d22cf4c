"""订阅日历: the own deadlines and rounds in the calendar of a phone or a desktop."""

from __future__ import annotations

import re
from typing import Final

from bot import passes
from bot.context import Context
from bot.message import Button, Outgoing
from data.errors import UserError
from data.kinds import PassKind

STOP: Final = re.compile(r"^(?:停用|作废|撤销|取消|revoke|stop)$", re.I)
MOST: Final = 3


def feed(context: Context, argument: str) -> list[Outgoing]:
    """A new address, told once, with buttons that end it and those made before; `停用` ends all of the own."""
    said = argument.strip()
    if STOP.match(said):
        return [_stopped(context)]
    if said:
        raise UserError("feed.how")
    if len(_own(context)) >= MOST:
        raise UserError("feed.enough", most=MOST)
    made = passes.make(context.session, context.person, PassKind.FEED, context.now, actor_id=context.person.id)
    path = f"/calendar/{made.token}.ics"
    link = getattr(context.links.get("web"), "page_link", None)
    address = (link(path) if link is not None else None) or path
    return [Outgoing(context.say("feed.made", address=address), buttons=[_buttons(context)])]


def _own(context: Context) -> list[int]:
    found = passes.open_passes(context.session, PassKind.FEED, context.now, context.person.id)
    return [one.id for one in found]


def _buttons(context: Context) -> list[Button]:
    return [
        Button(context.say("passes.revoke", id=each), "pass_revoke", {"id": each, "kind": PassKind.FEED}, once=True)
        for each in _own(context)
    ]


def _stopped(context: Context) -> Outgoing:
    own = _own(context)
    for each in own:
        passes.revoke(context.session, each, context.now, context.person.id)
    return Outgoing(context.say("feed.stopped", count=len(own)))
