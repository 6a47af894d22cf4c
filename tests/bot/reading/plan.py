"""The shipped 2021 table as the readers of these tests see it, with the figures of the demo's August round."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Any

from bot.reading.jsonl import context_of
from bot.reading.model import LastItem, ReadingContext, RowState
from data.calendar import Calendar
from data.tables import plan_json, read_table

TODAY = date(2021, 9, 26)


@lru_cache(maxsize=1)
def plan() -> dict[str, Any]:
    with as_file(files("data.shipped") / "2021.txt") as path:
        return plan_json(read_table(path, year=2021))


@lru_cache(maxsize=16)
def context(unit: str) -> ReadingContext:
    """All rows of the unit open, nothing reported yet."""
    open_ids = [row["id"] for row in plan()["assignments"] if row["lead_unit"] == unit]
    return context_of({"unit": unit, "open_assignments": open_ids, "today": TODAY.isoformat()}, plan(), Calendar())


def with_last(known: ReadingContext, row_id: str, *, percent: float | None = None, **figures: float) -> ReadingContext:
    """The same with what was reported last of one row; figures by the target's label."""
    rows = []
    for row in known.rows:
        if row.id == row_id:
            targets = tuple(replace(target, last=figures.get(target.label, target.last)) for target in row.targets)
            pairs = tuple((target.key, figures[target.label]) for target in targets if target.label in figures)
            row = replace(row, targets=targets, last=RowState(percent, "in_progress", pairs))
        rows.append(row)
    return replace(known, rows=tuple(rows))


def after_report(known: ReadingContext, *items: LastItem) -> ReadingContext:
    return replace(known, last_report=items)
