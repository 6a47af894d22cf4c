"""导入: an admin sends the table of assignments or of people as a file. A worker reads it (`bot.importing`) and shows
what it would change; nothing is changed before 确认导入.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select

from bot import attachments, documents
from bot.context import Context
from bot.handlers import confirm
from bot.importing import APPLY, READ
from bot.making import TABLE
from bot.message import Button, Outgoing
from data import reverting
from data.errors import UserError
from data.kinds import FileState, Role
from data.models import Attachment, AuditEvent, Document

ENDINGS: Final = (".docx", ".xlsx", ".xlsm", ".csv", ".tsv", ".txt", ".xls", ".et", ".doc", ".wps")
NO_DOCUMENTS: Final = ("wecom_app",)  # there people can send pictures and voice, and no documents
YEAR: Final = re.compile(r"(20\d\d)\s*年?")
AGAIN_WITHIN: Final = timedelta(days=1)  # so long 导入 2022 is for the file that was sent last


def command(context: Context, argument: str) -> list[Outgoing]:
    """导入: how; 导入 2022: the file that was sent last, as that year's. Beside a file it is read by `sent`."""
    if context.inbound.files:
        return []
    year = year_in(argument)
    last = _last(context) if year is not None else None
    if last is None:
        return [Outgoing(context.say("import.how_elsewhere" if context.channel in NO_DOCUMENTS else "import.how"))]
    return [_read(context, last, year)]


def year_in(argument: str) -> int | None:
    """`2022年` → 2022. Raises UserError `import.year_how` for anything else but nothing."""
    if not argument.strip():
        return None
    found = YEAR.fullmatch(argument.strip())
    if found is None:
        raise UserError("import.year_how", said=argument.strip())
    return int(found[1])


def _last(context: Context) -> Attachment | None:
    query = (
        select(Document)
        .where(
            Document.person_id == context.person.id,
            Document.what == READ,
            Document.asked_at > context.now - AGAIN_WITHIN,
        )
        .order_by(Document.id.desc())
        .limit(1)
    )
    asked = context.session.scalar(query)
    return context.session.get(Attachment, asked.args["file"]) if asked is not None else None


def are_tables(context: Context, files: Sequence[Attachment]) -> bool:
    """Whether files that came without words are tables for the office: an admin's own, in private."""
    alone = not context.inbound.group and context.may(Role.ADMIN) and not context.may(Role.LIAISON)
    return alone and all(looks_like_table(file) for file in files)


def looks_like_table(file: Attachment) -> bool:
    """By the sender's name; a document without any may be one."""
    return file.kind in ("document", "file") and (file.name is None or file.name.lower().endswith(ENDINGS))


def sent(context: Context, files: Sequence[Attachment], argument: str = "") -> list[Outgoing]:
    """Have a file read; one at a time, since one proposal is open at a time."""
    attachments.give(context.session, files, words_id=context.inbox_id, assignment_id=None)
    if len(files) > 1 or len(attachments.of_album(context)) > 1:
        return [Outgoing(context.say("import.one_at_a_time"))]
    try:
        return [_read(context, files[0], year_in(argument))]
    except UserError as error:  # the file is kept all the same
        return [Outgoing(context.texts.error(error))]


def _read(context: Context, file: Attachment, year: int | None) -> Outgoing:
    if file.state not in attachments.SHOWN:
        raise UserError("import.file_gone", file=attachments.plain_name(file))
    told = {"file": file.id, "year": year}
    documents.ask(context, READ, TABLE, told, held=file.state == FileState.TO_FETCH)
    return Outgoing(context.say("import.reading", files=attachments.summed(context.texts, [file])))


def offered(context: Context, files: Sequence[Attachment]) -> list[list[Button]]:
    """For an admin who is a liaison too, beside the question which row a file is for."""
    if len(files) != 1 or context.inbound.group or not context.may(Role.ADMIN) or not looks_like_table(files[0]):
        return []
    return [[Button(context.say("import.as_table"), "import_read", {"file": files[0].id}, once=True)]]


def undo(context: Context, event: AuditEvent) -> list[Outgoing]:
    """撤回 of an import: the plan is what it was before. Raises UserError where somebody has built upon it since."""
    done = reverting.revert(context.session, event, context.now, context.person.id)
    counts = {"gone": len(done.gone), "changed": len(done.changed), "back": len(done.new)}
    return [Outgoing(context.say("import.undone", **counts))]


# Buttons ---------------------------------------------------------------------------------------------------


def read_it(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """按表格导入."""
    file = context.session.get(Attachment, args["file"])
    placed = file is None or file.words_id is not None or file.assignment_id is not None
    if file is None or placed or file.person_id != context.person.id:
        raise UserError("files.nothing_open")
    attachments.give(context.session, [file], words_id=file.inbox_id, assignment_id=None)
    return [_read(context, file, None)]


def apply(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """确认导入: the worker reads the same bytes again and applies them."""
    documents.ask(context, APPLY, TABLE, dict(args))
    return [Outgoing(context.say("import.applying"))]


def leave(context: Context, _args: Mapping[str, Any]) -> list[Outgoing]:
    """不导入."""
    return [Outgoing(context.say("import.left"))]


ACTIONS = confirm.for_admins({"import_read": read_it, APPLY: apply, "import_not": leave})
