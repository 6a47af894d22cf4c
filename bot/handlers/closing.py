"""The closing question of the year's last round: done, done by the year's end, or carried over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.context import Context
from bot.filing import Words
from bot.handlers import known
from bot.message import Button, Outgoing
from bot.reading.model import Item, Reading
from data.errors import UserError
from data.kinds import Status
from data.models import Assignment, Round
from scheduler.deadlines import is_closing

ANSWERS = ("done", "by_year_end", "carried_over")


def buttons(context: Context, row: Assignment, round_id: int | None) -> list[list[Button]]:
    """The three answers, where the round asks the closing question."""
    round_ = context.session.get(Round, round_id) if round_id is not None else None
    if round_ is None or not is_closing(context.session, round_):
        return []
    return [
        [Button(context.say(f"closing.{answer}"), "closing", {"row": row.id, "answer": answer}) for answer in ANSWERS]
    ]


def answered(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """One of them was pressed."""
    from bot.handlers import progress

    rows = {row.ref: row for row in known.own_rows(context) if row.id == args["row"]}
    if not rows:
        raise UserError("no_such_row", said="", near=[])
    [ref] = rows
    said = context.say(f"closing.{args['answer']}")
    words = Words(said, context.inbound.said_at, context.inbox_id)
    return progress.settle(context, Reading("progress", (_item(context, ref, args["answer"], said),)), rows, words)


def _item(context: Context, ref: str, answer: str, said: str) -> Item:
    if answer == "done":
        return Item(ref, status=Status.DONE.value)
    if answer == "by_year_end":
        return Item(ref, status=Status.IN_PROGRESS.value, expected_date=date(context.plan.year, 12, 31))
    return Item(ref, status=Status.IN_PROGRESS.value, next_step=said)


ACTIONS = {"closing": answered}
