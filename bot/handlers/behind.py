"""After 全部没变化: one question for the rows that lie behind. Whoever does not answer it has answered all the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.context import Context
from bot.echo import row_tag
from bot.handlers import known, questions
from bot.message import Button, Outgoing
from data.errors import UserError
from data.models import Assignment, Report
from scheduler.lamp import Column
from scheduler.standing import standings


def behind(context: Context, reports: Sequence[Report]) -> list[Assignment]:
    """The rows of several 没变化 that lie behind by what was reported before; none where anything else was said."""
    if len(reports) < 2 or not all(report.no_change for report in reports):
        return []
    ids = {report.assignment_id for report in reports}
    rows = [row for row in known.own_rows(context) if row.id in ids]
    found = standings(context.session, context.plan, rows, context.now, context.office)
    return [each.row for each in found if each.lamp.column is Column.BEHIND and each.state.reported_at is not None]


def question(context: Context, count: int, rows: Sequence[Assignment]) -> tuple[str, list[Button]]:
    """`其中 3（8.1）、7（9.2）慢于序时，补一句原因吗？` with its two answers."""
    positions = known.positions(context)
    named = [f"{positions.get(row.id, '')}{row_tag(context.texts, row.ref)}" for row in rows]
    text = context.say("progress.noted_behind", count=count, rows=named)
    tell = Button(context.say("progress.behind_tell"), "behind_tell", {"rows": [row.id for row in rows]})
    return text, [tell, Button(context.say("progress.behind_skip"), "behind_skip")]


def tell(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """补一句: the next words are of the row, where there is but one; else they name it."""
    rows = [row for row in known.own_rows(context) if row.id in args["rows"]]
    if not rows:
        raise UserError("no_rows", helps=False)
    if len(rows) > 1:
        return [Outgoing(context.say("progress.behind_waiting", several=True))]
    dialog_id = questions.await_words(context, "row", {"row": rows[0].ref})
    return [Outgoing(context.say("progress.behind_waiting", several=False), dialog_id=dialog_id)]


def skip(context: Context, _args: Mapping[str, Any]) -> list[Outgoing]:
    """不补，就这样."""
    return [Outgoing(context.say("progress.behind_skipped"))]


ACTIONS = {"behind_tell": tell, "behind_skip": skip}
