"""What an import understood of a table and would change, in words: the same on the command line and in the chat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.texts import Texts

if TYPE_CHECKING:
    from data.differences import Difference, FieldChange, RowChange
    from data.tables.draft import PlanDraft

SHOWN = 40
AROUND = 8
NOTHING = "—"


def heading(draft: PlanDraft) -> str:
    """The table's title, with its year where that does not stand in it."""
    return draft.title if str(draft.year) in draft.title else f"{draft.title}（{draft.year}）"


def counted(say: Texts, draft: PlanDraft) -> str:
    counts = {"projects": len(draft.projects), "rows": len(draft.assignments)}
    counts |= {"leaders": len(draft.leaders), "units": len(draft.lead_units)}
    return say.say("import.understood", **counts)


def doubts(say: Texts, draft: PlanDraft) -> list[str]:
    """A line for each thing that was not sure."""
    return [say.tell("import", doubt) for doubt in draft.all_doubts]


def changes(say: Texts, difference: Difference, most: int | None = None) -> Iterator[str]:
    """New, changed and gone rows against the plan in the database, with what changed in each; of each kind `most`."""
    for rename in difference.renames:
        yield say.say("import.difference_rename", old=rename.old, new=rename.new)
    for name, rows in (("new", difference.new), ("gone", difference.gone)):
        if rows:
            yield say.say(f"import.difference_{name}", rows=named(rows, most), more=_more(rows, most))
    for row in difference.changed[:most]:
        yield say.say("import.difference_changed", row=str(row))
        for change in row.fields:
            before, after = _worded(change)
            name = say.say(f"import.field_{change.field}")
            yield say.say("import.difference_field", name=name, before=before, after=after)
    if more := _more(difference.changed, most):
        yield say.say("import.difference_more", count=more)


def named(rows: Sequence[RowChange], most: int | None = None) -> list[str]:
    return [str(row) for row in rows[:most]]


def _more(rows: Sequence[RowChange], most: int | None) -> int:
    return max(len(rows) - most, 0) if most is not None else 0


def cut(text: str) -> str:
    """A content as long as it is shown."""
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


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
    tail = max(same - AROUND, 0)
    return _window(before, start, len(before) - tail), _window(after, start, len(after) - tail)


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _window(text: str, start: int, end: int) -> str:
    shown = cut(text[start:end])
    return ("…" if start else "") + shown + ("…" if end < len(text) and not shown.endswith("…") else "") or NOTHING
