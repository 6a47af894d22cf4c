"""What an import understood, as a table that a person can check."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from bot import understood
from bot.cli.tools import language, say
from bot.texts import texts

if TYPE_CHECKING:
    from data.differences import Difference
    from data.tables.draft import AssignmentDraft, PlanDraft

ROWS_SHOWN = 200
PIPED_WIDTH = 120


def show_plan(draft: PlanDraft) -> None:
    """The plan as it was read, and what was not sure."""
    console = _console()
    table = Table(title=understood.heading(draft), show_lines=False)
    for name in ("row", "content", "leader", "lead_unit", "supporting", "targets"):
        table.add_column(say(f"column_{name}"), overflow="fold")
    for row in draft.assignments[:ROWS_SHOWN]:
        table.add_row(*_cells(row))
    console.print(table)
    if len(draft.assignments) > ROWS_SHOWN:
        console.print(say("more_rows", count=len(draft.assignments) - ROWS_SHOWN))
    words = texts(language())
    _line(console, understood.counted(words, draft))
    for doubt in understood.doubts(words, draft):
        _line(console, "? " + doubt)


def _console() -> Console:
    """As wide as the terminal; wide enough to be read where there is none."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(width=width, markup=False, highlight=False)


def _line(console: Console, text: str) -> None:
    """A sentence as it is: broken only by whoever shows it."""
    console.print(text, soft_wrap=True)


def _cells(row: AssignmentDraft) -> tuple[str, ...]:
    number = texts(language()).filters["number"]
    targets = [f"{t.short_label} {number(t.value)}{t.unit or ''}" for t in row.targets if t.value is not None]
    return (
        row.id,
        understood.cut(row.content),
        "、".join(row.leaders),
        "、".join(filter(None, [row.lead_unit, *row.co_lead_units])),
        "、".join(row.supporting_units),
        "；".join(targets),
    )


def show_difference(difference: Difference) -> None:
    """New, changed and gone rows against the plan in the database, with what changed in each."""
    console = _console()
    for line in understood.changes(texts(language()), difference):
        _line(console, line)
