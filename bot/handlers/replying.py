"""What is said back to reports and drafts: one echo for a message, then what is still to be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.context import Context
from bot.echo import echo
from bot.filing import Words
from bot.handlers import behind, correcting, known, office, questions
from bot.handlers import drafts as drafting
from bot.message import Button, Outgoing
from bot.reading.model import Question
from data.models import Assignment, Report

Rows = Mapping[str, Assignment]


@dataclass(frozen=True)
class Left:
    """What a message leaves beside its reports: what is still to be asked, and the parts that nobody understood."""

    rows: Rows
    words: Words
    questions: Sequence[Question] = ()
    leftovers: Sequence[str] = ()


def reply(context: Context, reports: Sequence[Report], left: Left) -> list[Outgoing]:
    """The echo with its buttons, or the first question, or that nothing was understood; and the digests refreshed."""
    said_back = _with_leftovers(context, noted(context, reports), left)
    refreshed = office.refresh_digests(context, reports)
    if left.questions:
        return [questions.ask(context, left.questions, left.words, left.rows, before=said_back), *refreshed]
    if not said_back:
        return [not_understood(context)]
    rows_behind = behind.behind(context, reports)
    if rows_behind and not left.leftovers:
        asked, answers_ = behind.question(context, len(reports), rows_behind)
        return [Outgoing(asked, buttons=[answers_, *correcting.undo_buttons(context, reports)]), *refreshed]
    return [Outgoing(said_back, buttons=correcting.undo_buttons(context, reports)), *refreshed]


def _with_leftovers(context: Context, said: str, left: Left) -> str:
    told = context.say("progress.leftover", parts=left.leftovers) if left.leftovers else ""
    return "\n".join(part for part in (said, told) if part)


def kept(context: Context, reports: Sequence[Report], left: Left, *, asked: bool) -> list[Outgoing]:
    """As `reply`, of drafts; `asked`: the person wanted them kept."""
    made = drafting.kept(context, reports, known.positions(context), asked=asked) if reports else None
    said_back = _with_leftovers(context, made.text if made else "", left)
    if left.questions:
        return [questions.ask(context, left.questions, left.words, left.rows, draft=asked, before=said_back)]
    if not said_back:
        return [not_understood(context)]
    return [Outgoing(said_back, buttons=made.buttons if made else ())]


def noted(context: Context, reports: Sequence[Report]) -> str:
    if not reports:
        return ""
    if len(reports) > 1 and all(report.no_change for report in reports):
        return context.say("progress.noted_all_no_change", count=len(reports))
    return context.say("progress.noted", lines=echo(context, reports, known.positions(context)))


def not_understood(context: Context) -> Outgoing:
    return Outgoing(
        context.say("progress.not_understood"), buttons=[[Button(context.say("reminders.how_to"), "how_to")]]
    )
