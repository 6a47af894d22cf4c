"""What an import understood, as a table that a person can check."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from bot.cli.tools import language, say
from bot.texts import texts

if TYPE_CHECKING:
    from data.differences import Difference, FieldChange
    from data.tables.draft import AssignmentDraft, PlanDraft

ROWS_SHOWN = 200
CONTENT_SHOWN = 40
PIPED_WIDTH = 120
AROUND = 8
NOTHING = "—"


def show_plan(draft: PlanDraft) -> None:
    """The plan as it was read, and what was not sure."""
    console = _console()
    title = draft.title if str(draft.year) in draft.title else f"{draft.title}（{draft.year}）"
    table = Table(title=title, show_lines=False)
    for name in ("row", "content", "leader", "lead_unit", "supporting", "targets"):
        table.add_column(say(f"column_{name}"), overflow="fold")
    for row in draft.assignments[:ROWS_SHOWN]:
        table.add_row(*_cells(row))
    console.print(table)
    if len(draft.assignments) > ROWS_SHOWN:
        console.print(say("more_rows", count=len(draft.assignments) - ROWS_SHOWN))
    counts = {"projects": len(draft.projects), "rows": len(draft.assignments)}
    counts |= {"leaders": len(draft.leaders), "units": len(draft.lead_units)}
    _line(console, say("understood", **counts))
    for doubt in draft.all_doubts:
        _line(console, "? " + texts(language()).tell("import", doubt))


def _console() -> Console:
    """As wide as the terminal; wide enough to be read where there is none."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(width=width, markup=False, highlight=False)


def _line(console: Console, text: str) -> None:
    """A sentence as it is: broken only by whoever shows it."""
    console.print(text, soft_wrap=True)


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


def show_difference(difference: Difference) -> None:
    """New, changed and gone rows against the plan in the database, with what changed in each."""
    console = _console()
    for rename in difference.renames:
        _line(console, say("difference_rename", old=rename.old, new=rename.new))
    for name, rows in (("new", difference.new), ("gone", difference.gone)):
        if rows:
            _line(console, say(f"difference_{name}", rows=[str(row) for row in rows]))
    for row in difference.changed:
        _line(console, say("difference_changed", row=str(row)))
        for change in row.fields:
            before, after = _worded(change)
            _line(console, say("difference_field", name=say(f"field_{change.field}"), before=before, after=after))


def _worded(change: FieldChange) -> tuple[str, str]:
    """Before and after as a person compares them: of lists what only one side has, of texts the place that differs."""
    if change.field == "targets":
        return _parted([part[4] for part in change.before], [part[4] for part in change.after])
    if isinstance(change.before, list):
        return _parted(change.before, change.after)
    return _places(str(change.before or ""), str(change.after or ""))


def _parted(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    gone, come = [each for each in before if each not in after], [each for each in after if each not in before]
    if not gone and not come:
        gone, come = list(before), list(after)
    return "、".join(gone) or NOTHING, "、".join(come) or NOTHING


def _places(before: str, after: str) -> tuple[str, str]:
    start = max(_alike(before, after) - AROUND, 0)
    same = _alike(before[start:][::-1], after[start:][::-1])
    cut = max(same - AROUND, 0)
    return _window(before, start, len(before) - cut), _window(after, start, len(after) - cut)


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _window(text: str, start: int, end: int) -> str:
    shown = text[start:end]
    shown = shown if len(shown) <= CONTENT_SHOWN else shown[:CONTENT_SHOWN] + "…"
    return ("…" if start else "") + shown + ("…" if end < len(text) and not shown.endswith("…") else "") or NOTHING
