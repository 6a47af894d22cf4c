"""Photos and documents: with words they belong to what the words report, after words to the report of just now, and
alone the bot asks which row they are for. Welcome, never required.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from bot import attachments
from bot.attachments import ASKED_FOR, FOLLOWED, summed
from bot.commands import command_of
from bot.context import Context
from bot.echo import row_title
from bot.handlers import importing, known
from bot.message import Button, Outgoing
from data.errors import UserError
from data.kinds import FileState, Role
from data.models import Assignment, Attachment, Outbox

PER_LINE = 2


def with_words(context: Context, replies: list[Outgoing]) -> list[Outgoing]:
    """After a message's words were acted on: its files, and those sent just before, go with what it reported."""
    files = attachments.take_in(context)
    before = attachments.open_files(context, FOLLOWED) if context.may(Role.LIAISON, Role.ADMIN) else []
    earlier = [file for file in before if file not in files]
    if not files and not earlier:
        return replies
    if not attachments.said_something(context, context.inbox_id):
        return _no_report(context, files, replies) if files else replies
    album = [file for file in attachments.of_album(context) if file not in files]
    attachments.give(context.session, [*files, *earlier, *album], words_id=context.inbox_id, assignment_id=None)
    lines = [
        context.say(f"files.{key}", files=summed(context.texts, found))
        for key, found in (("with_words", [*files, *album]), ("taken_up", [f for f in earlier if f not in album]))
        if found
    ]
    return _said_too(replies, lines)


def _said_too(replies: list[Outgoing], lines: Sequence[str]) -> list[Outgoing]:
    """The reply with further lines, so that one message gets one answer."""
    more = "\n".join(lines)
    at = next((n for n, each in enumerate(replies) if each.person_id is None and each.edits is None), None)
    if at is None:
        return [Outgoing(more), *replies]
    return [*replies[:at], replace(replies[at], text=f"{replies[at].text}\n{more}"), *replies[at + 1 :]]


def _no_report(context: Context, files: Sequence[Attachment], replies: list[Outgoing]) -> list[Outgoing]:
    """Words that report nothing (现场照片): the files find their place as if there were none, commands apart."""
    found = command_of(context.inbound.text)
    if found is None:
        return _placed(context, files)
    command, argument = found
    if command.name == "import" and context.may(Role.ADMIN):
        return importing.sent(context, files, argument)
    return replies


def alone(context: Context) -> list[Outgoing]:
    """A message without words: files find their place; a sticker or a place on a map is told so."""
    files = attachments.take_in(context)
    if not files:
        return [Outgoing(context.say("progress.media", media=context.inbound.media))]
    return _placed(context, files)


def _placed(context: Context, files: Sequence[Attachment]) -> list[Outgoing]:
    if importing.are_tables(context, files) and _quoted_words(context) is None:
        return importing.sent(context, files)
    siblings = [file for file in attachments.of_album(context) if file not in files]
    if siblings:
        first = siblings[0]
        attachments.give(context.session, files, words_id=first.words_id, assignment_id=first.assignment_id)
        return []
    if not context.may(Role.LIAISON):
        return [_told(context, files, "kept_only")]
    words_id = _quoted_words(context) or attachments.last_words(context)
    if words_id is not None:
        attachments.give(context.session, files, words_id=words_id, assignment_id=None)
        return [_told(context, files, "placed_words", _after(context, files))]
    rows = known.own_rows(context)
    if len(rows) == 1:
        return [_at(context, files, rows[0])]
    return [_which(context, files, rows)]


def _quoted_words(context: Context) -> int | None:
    """The message that is answered by the one that this message quotes."""
    if context.inbound.reply_to is None:
        return None
    query = select(Outbox.answers_id).where(
        Outbox.channel == context.channel,
        Outbox.chat_id == context.inbound.chat,
        Outbox.provider_message_id == context.inbound.reply_to,
    )
    found = context.session.scalar(query)
    return found if found is not None and attachments.said_something(context, found) else None


def _told(
    context: Context, files: Sequence[Attachment], key: str, buttons: Sequence[Sequence[Button]] = (), **values: Any
) -> Outgoing:
    """What became of files; of a voice message also that nobody has understood it."""
    text = context.say(f"files.{key}", files=summed(context.texts, files), **values)
    if all(file.kind == "voice" for file in files):
        text = f"{text}\n{context.say('files.voice')}"
    return Outgoing(text, buttons=buttons)


def _at(context: Context, files: Sequence[Attachment], row: Assignment) -> Outgoing:
    attachments.give(context.session, files, words_id=None, assignment_id=row.id)
    context.record("attach", "assignment", row.id, None, {"files": [file.id for file in files]})
    return _told(context, files, "placed", _after(context, files), rows=[row_title(context.texts, row)])


def _after(context: Context, files: Sequence[Attachment]) -> list[list[Button]]:
    ids = {"files": [file.id for file in files], "album": files[0].album}
    other = Button(context.say("files.other_row"), "file_elsewhere", ids)
    return [[other, Button(context.say("files.take_back"), "file_take_back", ids, once=True)]]


def _which(context: Context, files: Sequence[Attachment], rows: Sequence[Assignment]) -> Outgoing:
    buttons = _row_buttons(context, rows, {"files": [file.id for file in files], "album": files[0].album})
    return _told(context, files, "which", [*buttons, *importing.offered(context, files)])


def _row_buttons(context: Context, rows: Sequence[Assignment], args: Mapping[str, Any]) -> list[list[Button]]:
    """A button for each row: its number in the list last shown, else its id, and its name."""
    listed = known.listed(context)
    buttons = [
        Button(
            context.say(
                "files.which_button",
                number=listed.index(row.id) + 1 if row.id in listed else row.ref,
                name=row.short_name,
            ),
            "file_row",
            {**args, "assignment_id": row.id},
            expires_after=ASKED_FOR,
        )
        for row in rows
    ]
    return [buttons[start : start + PER_LINE] for start in range(0, len(buttons), PER_LINE)]


# Buttons ---------------------------------------------------------------------------------------------------


def _own(context: Context, args: Mapping[str, Any]) -> list[Attachment]:
    """The person's files of a button, with those of their album that came later. Raises UserError where none is."""
    query = select(Attachment).where(Attachment.person_id == context.person.id, Attachment.state.in_(attachments.SHOWN))
    mine = list(context.session.scalars(query.where(Attachment.id.in_(args["files"]))))
    if mine and args.get("album") is not None:
        mine = list(context.session.scalars(query.where(Attachment.album == args["album"])))
    if not mine:
        raise UserError("files.nothing_open")
    return mine


def to_row(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """The row that files are for was named."""
    row = next((row for row in known.own_rows(context) if row.id == args["assignment_id"]), None)
    if row is None:
        raise UserError("no_such_row", said="", near=[])
    return [_at(context, _own(context, args), row)]


def elsewhere(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """换一项."""
    _own(context, args)
    buttons = _row_buttons(context, known.own_rows(context), args)
    return [Outgoing(context.say("files.which_instead"), buttons=buttons)]


def take_back(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """撤回附件: shown to nobody any more."""
    files = _own(context, args)
    for file in files:
        file.state = FileState.TAKEN_BACK
    context.record("take_back", "attachment", files[0].id, None, {"files": [file.id for file in files]})
    return [_told(context, files, "taken_back")]


def row_line(context: Context, row: Assignment) -> list[str]:
    """What a row's words are followed by: its newest files by name, none where there are none."""
    files = attachments.of_rows(context.session, [row.id], viewer=context.person)
    names = [attachments.title_of(context.texts, file) for file in files[:NAMED]]
    return [context.say("files.of_row", names=names, more=max(len(files) - NAMED, 0))] if names else []


NAMED = 6
ACTIONS = {"file_row": to_row, "file_elsewhere": elsewhere, "file_take_back": take_back}
