"""What an import understood, as a table that a person can check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from bot.cli.tools import language, say
from bot.texts import texts

if TYPE_CHECKING:
    from data.tables.draft import AssignmentDraft, PlanDraft

ROWS_SHOWN = 200
CONTENT_SHOWN = 40


def show_plan(draft: PlanDraft) -> None:
    """The plan as it was read, and what was not sure."""
    console = Console()
    table = Table(title=f"{draft.title}（{draft.year}）", show_lines=False)
    for name in ("row", "content", "leader", "lead_unit", "supporting", "targets"):
        table.add_column(say(f"column_{name}"), overflow="fold")
    for row in draft.assignments[:ROWS_SHOWN]:
        table.add_row(*_cells(row))
    console.print(table)
    if len(draft.assignments) > ROWS_SHOWN:
        console.print(say("more_rows", count=len(draft.assignments) - ROWS_SHOWN))
    counts = {"projects": len(draft.projects), "rows": len(draft.assignments)}
    counts |= {"leaders": len(draft.leaders), "units": len(draft.lead_units)}
    console.print(say("understood", **counts), markup=False, highlight=False)
    for doubt in draft.all_doubts:
        console.print("? " + texts(language()).tell("import", doubt), markup=False, highlight=False)


def _cells(row: AssignmentDraft) -> tuple[str, ...]:
    content = row.content if len(row.content) <= CONTENT_SHOWN else row.content[:CONTENT_SHOWN] + "…"
    number = texts(language()).filters["number"]
    targets = [f"{t.short_label} {number(t.value)}{t.unit or ''}" for t in row.targets if t.value is not None]
    return (
        row.id,
        content,
        "、".join(row.leaders),
        "、".join(filter(None, [row.lead_unit, *row.co_lead_units])),
        "、".join(row.supporting_units),
        "；".join(targets),
    )


def show_difference(difference: Any) -> None:
    """New, changed and gone rows against the plan in the database."""
    console = Console()
    for rename in difference.renames:
        console.print(say("difference_rename", old=rename.old, new=rename.new), markup=False, highlight=False)
    for name in ("new", "changed", "gone"):
        rows = getattr(difference, name)
        if rows:
            console.print(say(f"difference_{name}", rows=[str(row) for row in rows]), markup=False, highlight=False)
