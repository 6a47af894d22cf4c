"""A message that was changed is read anew in the original's place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from bot import drafts, filing
from bot.context import Context
from bot.filing import Words
from bot.handlers import known, questions
from bot.handlers.progress import settle
from bot.handlers.replying import Rows
from bot.message import Outgoing
from bot.reading.read import read
from data.errors import UserError
from data.models import Dialog, Inbox, Report


def edited(context: Context, original: Inbox) -> list[Outgoing]:
    """A message that was changed is read anew in place of the first reading.

    What it said of rows that other units lead by now stands. Raises UserError `no_rows`.
    """
    text = context.inbound.text
    rows = {row.ref: row for row in known.own_rows(context)}
    dialog = context.session.scalar(
        select(Dialog).where(Dialog.inbox_id == original.id, Dialog.closed_at.is_(None), Dialog.kind == questions.KIND)
    )
    reports = filing.standing_of_message(context.session, original.id)
    held = drafts.of_message(context.session, original.id)
    if not rows and (dialog is not None or reports or held):
        raise UserError("no_rows", helps=bool(known.helped_rows(context)))
    standing, drafted = _of(rows, reports), _of(rows, held)
    if dialog is None and not standing and not drafted:
        return [Outgoing(context.say("progress.edit_too_late"))]
    if dialog is not None:
        questions.close_open(context, "edited")
    about = known.reading_context(context, list(rows.values()))
    found = read(text, about)
    first_said = standing[0].said_at if standing else context.inbound.said_at
    asked = dialog is not None and bool(dialog.state.get("draft"))
    words = Words(text, first_said, original.id)
    old = {report.assignment.ref: report for report in standing}
    for report in standing:
        filing.fall(report, context.now)
    context.session.flush()
    replies = settle(context, found, rows, words, draft=asked or bool(drafted))
    if drafted:
        known_before = {draft.id for draft in drafted}
        anew = [new for new in drafts.of_message(context.session, original.id) if new.id not in known_before]
        drafts.carry_over(context, drafted, anew)
    _link(context, original, old)
    return replies


def _of(rows: Rows, reports: Iterable[Report]) -> list[Report]:
    return [report for report in reports if report.assignment.ref in rows]


def _link(context: Context, original: Inbox, old: Mapping[str, Report]) -> None:
    new = {report.assignment.ref: report for report in filing.standing_of_message(context.session, original.id)}
    for ref, report in old.items():
        if ref in new:
            new[ref].supersedes_id, new[ref].as_of, new[ref].round_id = report.id, report.as_of, report.round_id
        else:
            report.withdrawn_at = context.now
    context.session.flush()
