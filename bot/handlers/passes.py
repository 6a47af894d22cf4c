"""链接, 令牌: an admin opens what a leader sees to a browser without an account, or to a program; both read only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from bot import access, contacts, passes
from bot.context import Context
from bot.message import Button, Outgoing
from bot.passes import Made
from data.errors import UserError
from data.kinds import PassKind
from data.models import Person, ReadPass

ORDER: Final = re.compile(r"^(?P<name>\S+(?: \S+)*?)(?:\s+(?P<days>\d{1,4})\s*(?:天|日|days?|d)?)?$", re.I)
REVOKE: Final = re.compile(r"^(?:停用|作废|撤销|revoke)\s*(?P<id>\d{1,9})$", re.I)
MOST_BUTTONS: Final = 8
PATHS: Final = {PassKind.LINK: "/look/{token}", PassKind.API: "/api/v1/summary"}


def _asked(context: Context, argument: str, kind: PassKind) -> list[Outgoing]:
    """`何海平 7天` makes one, `停用 3` ends one, alone: those that are open."""
    said = argument.strip()
    if not said:
        return [_listing(context, kind)]
    if order := REVOKE.match(said):
        return revoke(context, {"id": int(order["id"]), "kind": kind})
    order = ORDER.match(said)
    if order is None:
        raise UserError(f"passes.{kind}_how")
    person = access.one_person(context.session, contacts.tidy_name(order["name"]))
    days = int(order["days"]) if order["days"] else None
    made = passes.make(context.session, person, kind, context.now, days=days, actor_id=context.person.id)
    return [_told(context, kind, person, made)]


link = partial(_asked, kind=PassKind.LINK)
token = partial(_asked, kind=PassKind.API)


def _told(context: Context, kind: PassKind, person: Person, made: Made) -> Outgoing:
    assert made.expires_at is not None
    text = context.say(
        f"passes.{kind}_made",
        name=person.name,
        until=context.office.local(made.expires_at),
        token=made.token,
        address=_address(context, kind, made.token),
        id=made.id,
    )
    end = Button(context.say("passes.revoke", id=made.id), "pass_revoke", {"id": made.id, "kind": kind}, once=True)
    return Outgoing(text, buttons=[[end]])


def _address(context: Context, kind: PassKind, token: str) -> str:
    """Where it opens; without `web.public_url` the path alone."""
    path = PATHS[kind].format(token=token)
    make = getattr(context.links.get("web"), "page_link", None)
    return (make(path) if make is not None else None) or path


def _listing(context: Context, kind: PassKind) -> Outgoing:
    found = passes.open_passes(context.session, kind, context.now)
    lines = [context.say("passes.line", **_line(context, one)) for one in found]
    text = "\n".join([*lines, context.say(f"passes.{kind}_how")])
    title = context.say(f"passes.{kind}_title", count=len(found))
    return Outgoing(text, title=title, buttons=_buttons(context, kind, found[:MOST_BUTTONS]))


def _line(context: Context, one: ReadPass) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.person.name,
        "label": one.label,
        "until": context.office.local(one.expires_at) if one.expires_at else None,
        "used": one.used_on,
    }


def _buttons(context: Context, kind: PassKind, found: Sequence[ReadPass]) -> list[list[Button]]:
    buttons = [
        Button(context.say("passes.revoke", id=one.id), "pass_revoke", {"id": one.id, "kind": kind}, once=True)
        for one in found
    ]
    return [buttons[start : start + 4] for start in range(0, len(buttons), 4)]


def revoke(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """停用: from now on the link or token opens nothing."""
    one = passes.revoke(context.session, args["id"], context.now, context.person.id)
    if one.kind != args["kind"]:
        raise UserError("passes.none", id=args["id"])
    return [Outgoing(context.say("passes.revoked", id=one.id, name=one.person.name))]


ACTIONS = {"pass_revoke": revoke}
