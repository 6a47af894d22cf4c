"""Where a message goes: to a button's action, a command, an open question, or the reading of what was written."""

from __future__ import annotations

import difflib
from datetime import datetime

from sqlalchemy import select, update

from bot.commands import COMMANDS, Command, command_of
from bot.context import Context
from bot.handlers import (
    ask,
    calendar,
    choosing,
    digestreply,
    digests,
    edits,
    files,
    hours,
    leave,
    papers,
    progress,
    remarks,
    schedule,
    typed,
    why,
    wording,
)
from bot.handlers.table import RUNS
from bot.message import Inbound, Kind, Outgoing
from data.errors import UserError
from data.kinds import Role
from data.models import Button, Inbox


def route(context: Context) -> list[Outgoing]:
    """The replies to one message of a person who is known. Raises UserError for what the person should hear."""
    inbound = context.inbound
    match inbound.kind:
        case Kind.BUTTON:
            return press(context, inbound.token or "")
        case Kind.EDIT:
            return edit(context)
        case Kind.MEDIA if not inbound.text:
            return files.alone(context)
        case Kind.TEXT | Kind.MEDIA:
            return files.with_words(context, caption(context) if inbound.files else words(context, inbound.text))
    return []


def caption(context: Context) -> list[Outgoing]:
    """What the words beside files ask for; where they are a mistake the files are kept all the same."""
    try:
        with context.session.begin_nested():
            return words(context, context.inbound.text)
    except UserError as error:
        return [Outgoing(context.texts.error(error))]


def words(context: Context, text: str) -> list[Outgoing]:
    """What was typed: a button's words, a command by its word, else what the person's role makes of it."""
    token = typed.token_of(context, text)
    if token is not None:
        return press(context, token)
    timed = schedule.begins_like_command(context, text) if context.may(Role.ADMIN) else None
    if timed is not None:
        return timed
    found = command_of(text)
    if found is not None:
        return run(context, *found)
    if text.lstrip().startswith(("/", "／")):
        raise UserError("unknown_command", said=text.split()[0], near=near_command(context, text))
    worded = wording.worded(context, text) if context.may(Role.ADMIN) else None
    if worded is not None:
        return worded
    explained = why.asked(context, text) or hours.ordered(context, text)
    if explained is not None:
        return explained
    if context.may(Role.ADMIN, Role.LEADER):
        digest = digests.ordered(context, text)
        if digest is not None:
            return digest
    if context.may(Role.ADMIN):
        chosen = choosing.typed(context, text)
        if chosen is not None:
            return chosen
        ordered = schedule.ordered(context, text) or calendar.ordered(context, text)
        if ordered is not None:
            return ordered
    if context.may(Role.ADMIN, Role.LEADER):
        paper = papers.ordered(context, text) or remarks.said_of(context, text) or digestreply.said_of(context, text)
        if paper is not None:
            return paper
    if context.may(Role.LIAISON):
        return leave.ordered(context, text) or progress.said(context, text)
    return ask.asked(context, text)


def run(context: Context, command: Command, argument: str) -> list[Outgoing]:
    if not context.roles & command.roles:
        raise UserError("not_allowed", command=shown_name(context, command))
    return RUNS[command.name](context, argument)


def shown_name(context: Context, command: Command) -> str:
    """What the person would type: the Chinese word, or in English the command's name."""
    return command.words[0] if context.texts.language.startswith("zh") else command.name


def near_command(context: Context, text: str) -> str:
    """The command that was perhaps meant, among those the person may use."""
    allowed = [c for c in COMMANDS if context.roles & c.roles]
    names = {name: c for c in allowed for name in (c.name, *c.words)}
    word = text.split()[0].lstrip("/／").lower()
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    return shown_name(context, names[near[0]]) if near else ""


def press(context: Context, token: str) -> list[Outgoing]:
    """A button: the person's own, alive, and if it counts once, the first press of its message wins."""
    button = context.session.get(Button, token)
    if button is None or (button.expires_at is not None and button.expires_at <= context.now):
        raise UserError("button_gone")
    if button.person_id != context.person.id:
        raise UserError("button_of_other")
    if button.once and not take(context, button):
        when = context.office.local(used_at(context, button) or context.now)
        return [Outgoing(context.say("errors.button_used", label=button.label, when=when))]
    return choosing.act(context, button.action, button.args)


def take(context: Context, button: Button) -> bool:
    """Spend the button, and with it the others of its message that exclude it; False if one was pressed before."""
    if used_at(context, button) is not None:
        return False
    taken = context.session.execute(
        update(Button).where(Button.token == button.token, Button.used_at.is_(None)).values(used_at=context.now)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def used_at(context: Context, button: Button) -> datetime | None:
    """When this button, or one of its message that excludes it, was pressed."""
    same = Button.group == button.group if button.group is not None else Button.token == button.token
    return context.session.scalar(select(Button.used_at).where(same, Button.used_at.is_not(None)))


def edit(context: Context) -> list[Outgoing]:
    """A message that was changed: only one that gave reports, or that we asked about, is read anew."""
    original = original_of(context)
    if original is None or not context.may(Role.LIAISON) or command_of(context.inbound.text) is not None:
        return [Outgoing(context.say("progress.edit_too_late"))]
    return edits.edited(context, original)


def original_of(context: Context) -> Inbox | None:
    """The first row of the message that was edited."""
    inbound: Inbound = context.inbound
    return context.session.scalar(
        select(Inbox)
        .where(
            Inbox.channel == context.channel,
            Inbox.sender == inbound.sender,
            Inbox.chat_id == inbound.chat,
            Inbox.message_id == inbound.message_id,
            Inbox.id != context.inbox_id,
        )
        .order_by(Inbox.id)
        .limit(1)
    )
