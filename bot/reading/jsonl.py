"""`duban explain --jsonl`: one line in, one line out, by the plan as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, Final

from bot.reading.model import (
    Item,
    LastItem,
    Question,
    Reading,
    ReadingContext,
    RowContext,
    RowState,
    TargetContext,
    Why,
)
from bot.reading.read import read
from data.calendar import Calendar

_OUTER_KINDS: Final = frozenset(
    [
        "progress",
        "greeting",
        "ack",
        "thanks",
        "question",
        "command",
        "correction",
        "undo",
        "extension",
        "already_reported",
        "other",
    ]
)


def explain(line: dict[str, Any], plan: dict[str, Any], calendar: Calendar | None = None) -> dict[str, Any]:
    """The reading of one line `{id, context, text}` by the plan document, both as facts/reading-jsonl.md has them."""
    context = context_of(line.get("context") or {}, plan, calendar or _statutory())
    return {"id": line.get("id"), **shown(read(str(line.get("text") or ""), context))}


@lru_cache(maxsize=1)
def _statutory() -> Calendar:
    return Calendar()


# ------------------------------------------------------------------ in


def context_of(given: dict[str, Any], plan: dict[str, Any], calendar: Calendar) -> ReadingContext:
    """The context of a line. Without open assignments there is no list, and all rows of the unit are the person's."""
    year = int(plan.get("year") or date.fromisoformat(given["today"]).year)
    today = date.fromisoformat(given["today"]) if given.get("today") else date(year, 12, 31)
    open_ids = tuple(str(row_id) for row_id in given.get("open_assignments") or ())
    unit, asked = given.get("unit"), given.get("asked_assignment")
    last = _last_report(given.get("last_report"), plan)
    named = {*open_ids, *([str(asked)] if asked else ()), *(item.row_id for item in last)}
    states = {item.row_id: item for item in last}
    rows = tuple(
        _row(assignment, year, states.get(assignment["id"]))
        for assignment in plan.get("assignments", ())
        if assignment["id"] in named or (unit and assignment.get("lead_unit") == unit) or not (unit or named)
    )
    return ReadingContext(
        unit,
        rows,
        open_ids,
        today,
        year,
        asked_id=str(asked) if asked else None,
        last_report=last or None,
        calendar=calendar,
    )


def _row(assignment: dict[str, Any], year: int, last: LastItem | None) -> RowContext:
    figures = dict(last.figures) if last else {}
    targets = tuple(
        TargetContext(
            at, target["label"], target.get("short_label") or "", target.get("value"), target.get("unit"),
            target.get("comparator") or "eq", target.get("text") or "", "", target.get("parent"), figures.get(at),
        )
        for at, target in enumerate(assignment.get("targets", ()))
    )  # fmt: skip
    state = RowState(last.percent, last.status, last.figures, last.expected_date) if last else None
    names = tuple(name for name in (assignment.get("short_name"), assignment.get("project")) if name)
    return RowContext(
        assignment["id"], names, assignment.get("content") or "", targets, _deadline(assignment, year), state
    )


def _deadline(assignment: dict[str, Any], year: int) -> date:
    try:
        return date.fromisoformat(str(assignment.get("deadline")))
    except ValueError:
        return date(year, 12, 31)


def _last_report(given: Any, plan: dict[str, Any]) -> tuple[LastItem, ...]:
    """What was stored last, in whatever form: an item, a list of items, an object with items."""
    if isinstance(given, dict):
        given = given.get("items", [given])
    if not isinstance(given, list):
        return ()
    assignments = {assignment["id"]: assignment for assignment in plan.get("assignments", ())}
    made = (_last_item(item, assignments) for item in given if isinstance(item, dict))
    return tuple(item for item in made if item is not None)


def _last_item(given: dict[str, Any], assignments: dict[str, Any]) -> LastItem | None:
    row_id = str(given.get("assignment_id") or given.get("assignment") or given.get("id") or "")
    assignment = assignments.get(row_id)
    if assignment is None:
        return None
    figures = tuple(_keyed(figure, assignment) for figure in given.get("figures") or () if isinstance(figure, dict))
    expected = given.get("expected_date")
    return LastItem(
        row_id, tuple(pair for pair in figures if pair), given.get("percent"), _iso(expected), given.get("status")
    )


def _keyed(figure: dict[str, Any], assignment: dict[str, Any]) -> tuple[int, float] | None:
    value = figure.get("value")
    if not isinstance(value, int | float):
        return None
    label = str(figure.get("label") or "")
    targets = assignment.get("targets", ())
    shared = [
        len(set(label) & set(target["label"])) / (1 + len(set(target["label"]) | set(label))) for target in targets
    ]
    if not shared or max(shared) == 0:
        return None
    return shared.index(max(shared)), value


def _iso(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except (TypeError, ValueError):
        return None


# ------------------------------------------------------------------ out


def shown(reading: Reading) -> dict[str, Any]:
    """A reading as JSON; kinds the format does not know are `other`."""
    return {
        "kind": _outer_kind(reading),
        "ask": reading.ask,
        "extension_to": reading.extension_to.isoformat() if reading.extension_to else None,
        "items": [_item(item) for item in reading.items if _is_named(item)],
        "no_change": [item.row_id for item in reading.items if item.no_change],
        "said_kind": reading.kind,
        "questions": [_question(question) for question in reading.questions],
        "leftovers": list(reading.leftovers),
        "why": {name: _why(why) for name, why in reading.why.items()},
    }


def _is_named(item: Item) -> bool:
    """Rows without change are items where they were named, not where they are 其他."""
    why = item.why.get("no_change")
    return not item.no_change or why is None or why.rule != "no change for the others"


def _outer_kind(reading: Reading) -> str:
    if reading.kind == "release_draft":
        return "command"
    if reading.kind == "promise" and reading.command == "ack":
        return "ack"
    return reading.kind if reading.kind in _OUTER_KINDS else "other"


def _item(item: Item) -> dict[str, Any]:
    made: dict[str, Any] = {
        "assignment_id": item.row_id,
        "status": item.status,
        "percent": item.percent,
        "figures": [{"label": figure.label, "value": figure.value, "unit": figure.unit} for figure in item.figures],
        "expected_date": item.expected_date.isoformat() if item.expected_date else None,
        "problem": item.problem,
        "next_step": item.next_step,
        "why": {name: _why(why) for name, why in item.why.items()},
    }
    if item.percent_derived:
        made["percent_derived"] = True
    if item.no_change:
        made["no_change"] = True
    return made


def _why(why: Why) -> dict[str, Any]:
    return {"span": list(why.span), "rule": why.rule, "certainty": why.certainty}


def _question(question: Question) -> dict[str, Any]:
    values = {name: _plain(value) for name, value in question.values.items()}
    return {"code": question.code, "assignment_id": question.row_id, "values": values,
            "options": [option.code for option in question.options]}  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return list(value)
    return value
