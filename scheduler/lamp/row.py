"""Table B of the rule book: the lamp of a row, out of its parts, its rounds and what the office decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from data.errors import Reason
from data.kinds import PartKind, Status
from scheduler.lamp.facts import BEHIND, Colour, Column, LampResult, Manual, PartResult, RoundFacts, RowFacts
from scheduler.lamp.green import all_of, part_step, step
from scheduler.lamp.parts import judge_parts, late_colour

SEVERITY = (Colour.NONE, Colour.GREEN, Colour.YELLOW, Colour.RED)
TOLD_FIRST = (
    PartKind.FIGURE,
    PartKind.FEW,
    PartKind.MILESTONE,
    PartKind.ONGOING,
    PartKind.BOUND,
    PartKind.KEPT,
    PartKind.NO_BASE,
)


@dataclass(frozen=True, slots=True)
class Ground:
    """A line of table B that holds, with what would lift it."""

    line: str
    colour: Colour
    reason: Reason
    steps: tuple[Reason, ...] = ()


def judge(row: RowFacts, next_due: date | None = None) -> LampResult:
    """The row's lamp on `row.today`.

    `next_due`: the next day by which the unit is asked (that of an open round first), for what turns it green; the
    deadline where there is none.
    """
    parts = judge_parts(row)
    system = _by_the_system(row, parts, next_due or row.deadline)
    if row.struck_off:
        return _settled(system, "B1", Colour.DONE, _reason("struck_off", row, day=row.struck_off))
    if row.reported_done:
        return _settled(system, "B2", Colour.GREEN, _reason("reported_done", row))
    return _by_hand(system, row, row.manual) if row.manual else system


def _reason(code: str, row: RowFacts, **values: Any) -> Reason:
    return Reason(code, {"year": row.year, **values})


def _settled(system: LampResult, line: str, colour: Colour, reason: Reason, green: Reason | None = None) -> LampResult:
    column = _column(colour, silent_only=False)
    return replace(
        system, ground=line, colour=colour, reason=reason, column=column, also=(), others=None, turns_green=green
    )


def _by_hand(system: LampResult, row: RowFacts, manual: Manual) -> LampResult:
    told = {"colour": manual.colour, "system": system.colour, "why": manual.reason, "by": manual.by, "day": manual.day}
    green = step("manual", row, by=manual.by) if manual.colour in BEHIND else None
    return _settled(system, "B3", manual.colour, _reason("manual", row, **told), green)


def _by_the_system(row: RowFacts, parts: tuple[PartResult, ...], due: date) -> LampResult:
    worst = _worst(parts)
    waiting = _not_yet(row)
    grounds = [waiting] if waiting else _grounds(row, parts, worst, due)
    first, also = grounds[0], grounds[1:]
    told_parts = any(ground.line == "B11" for ground in grounds)
    return LampResult(
        colour=first.colour,
        reason=first.reason,
        ground=first.line,
        column=_column(first.colour, silent_only=[ground.line for ground in grounds] == ["B8"]),
        part_results=parts,
        deciding=worst if worst.colour is not Colour.NONE else None,
        expected_percent=_expected(worst, row),
        difficulty=row.problem is not None,
        also=tuple(ground.reason for ground in also),
        others=_others(parts, worst, row) if told_parts else None,
        extended=_reason("extended", row, deadline=row.original_deadline) if row.original_deadline else None,
        turns_green=all_of(_steps(grounds)),
    )


def _expected(worst: PartResult, row: RowFacts) -> float:
    return worst.expected if worst.expected is not None else float(100 * row.share_on(row.today))


def _column(colour: Colour, *, silent_only: bool) -> Column:
    if colour in BEHIND:
        return Column.SILENT if silent_only else Column.BEHIND
    return {Colour.DONE: Column.DONE, Colour.GREEN: Column.ON_SCHEDULE}.get(colour, Column.NOT_RATED)


def _grounds(row: RowFacts, parts: Sequence[PartResult], worst: PartResult, due: date) -> list[Ground]:
    """The lines 5 to 11 that hold, worst first, in the book's order where equal; where one is yellow or red, only
    those that are."""
    candidates = (
        _overdue(row),
        _expected_late(row),
        _delayed(row),
        _silence(row, parts, worst),
        _standstill(row, parts, due),
        _by_parts(row, parts, worst, due),
    )
    grounds = sorted((ground for ground in candidates if ground), key=lambda ground: -SEVERITY.index(ground.colour))
    behind = [ground for ground in grounds if ground.colour in BEHIND]
    return [ground for ground in behind if not _said_already(ground, behind)] or grounds[:1]


def _said_already(ground: Ground, behind: Sequence[Ground]) -> bool:
    """A milestone without a date of its own is late or missed as the row is: said once."""
    of_the_row = ground.reason.code in ("milestone.late", "milestone.missed") and not ground.reason.values["own_node"]
    return of_the_row and any(other.line in ("B5", "B6") for other in behind)


def _steps(grounds: Sequence[Ground]) -> list[Reason]:
    """What is needed for all grounds. After the deadline only finishing it or an extension helps; an answer is not
    named beside a figure, which is one."""
    steps: list[Reason] = []
    for ground in grounds:
        if ground.line == "B5":
            return list(ground.steps)
        steps += [one for one in ground.steps if one not in steps]
    return [one for one in steps if one.code != "green.answer"] or steps


# The lines --------------------------------------------------------------------------------------------------------


def _not_yet(row: RowFacts) -> Ground | None:
    if row.last_report_day is not None:
        return None
    asked = _asked(row)
    if not asked:
        code = "first_round_ahead"
    elif not asked[-1].delivered:
        code = "undelivered"
    elif asked[-1].excused:
        code = "excused"
    elif asked[-1].on_leave:
        code = "on_leave"
    else:
        return None
    return Ground("B4", Colour.NONE, _reason(code, row))


def _overdue(row: RowFacts) -> Ground | None:
    days = (row.today - row.deadline).days
    if days <= 0:
        return None
    return Ground("B5", Colour.RED, _reason("overdue", row, days=days, deadline=row.deadline), (step("overdue", row),))


def _expected_late(row: RowFacts) -> Ground | None:
    finish = row.expected_date
    if finish is None or finish <= row.deadline:
        return None
    asked = "extended" if row.original_deadline else "asked" if row.extension_asked else "not_asked"
    reason = _reason("expected_late", row, finish=finish, days=(finish - row.deadline).days, extension=asked)
    return Ground("B6", late_colour(finish, row.deadline), reason, (step("expected", row),))


def _delayed(row: RowFacts) -> Ground | None:
    if row.status is not Status.DELAYED:
        return None
    return Ground("B7", Colour.YELLOW, _reason("delayed", row, problem=row.problem), (step("delayed", row),))


def _silence(row: RowFacts, parts: Sequence[PartResult], worst: PartResult) -> Ground | None:
    """B8, or B9 in its place."""
    asked = _asked(row)
    if not asked or not _silent(asked[-1], row):
        return None
    answer = (step("answer", row),)
    limit = -row.thresholds.yellow
    was_slow = any(part.colour in BEHIND and part.gap is not None and part.gap < limit for part in parts)
    if was_slow and len(asked) > 1 and _silent(asked[-2], row):
        return Ground("B9", Colour.RED, _reason("silent_twice", row), answer)
    told = {"opened": asked[-1].opened, "last": row.last_report_day, "was": worst.colour}
    return Ground("B8", Colour.YELLOW, _reason("silent", row, **told), answer)


def _standstill(row: RowFacts, parts: Sequence[PartResult], due: date) -> Ground | None:
    """Two rounds without a new figure or percent. Few things don't count: they come one by one, late in the year."""
    asked = _asked(row)[-2:]
    stuck = [part for part in parts if _lags(part)]
    if len(asked) < 2 or not all(one.no_new_figures for one in asked) or not stuck:
        return None
    part = min(stuck, key=lambda part: part.gap or 0)
    told = {name: part.reason.values.get(name) for name in ("value", "target", "unit", "stated")}
    return Ground("B10", Colour.YELLOW, _reason("standstill", row, **told), (part_step(part, row, due),))


def _lags(result: PartResult) -> bool:
    counted = result.reason.code.startswith(("figure.", "estimate."))
    return counted and (result.gap or 0) < 0 and (result.percent or 0) < 100


def _by_parts(row: RowFacts, parts: Sequence[PartResult], worst: PartResult, due: date) -> Ground:
    steps = tuple(part_step(part, row, due) for part in parts if part.colour in BEHIND)
    return Ground("B11", worst.colour, worst.reason, steps)


# What the lines look at -------------------------------------------------------------------------------------------


def _asked(row: RowFacts) -> list[RoundFacts]:
    """The rounds that count: due before today, or answered already."""
    return [one for one in row.rounds if one.due < row.today or one.answered]


def _silent(one: RoundFacts, row: RowFacts) -> bool:
    answered = one.answered or (row.last_report_day is not None and row.last_report_day > one.due)
    return one.delivered and not (one.on_leave or one.excused or answered)


def _worst(parts: Sequence[PartResult]) -> PartResult:
    """The part whose sentence is told: the worst lamp; among equals what can be counted and lags most."""
    return min(parts, key=_told_first)


def _told_first(result: PartResult) -> tuple[int, bool, int, float]:
    met = result.reason.code.endswith(".target_met")
    return -SEVERITY.index(result.colour), met, TOLD_FIRST.index(result.part.kind), result.gap or 0


def _others(parts: Sequence[PartResult], worst: PartResult, row: RowFacts) -> Reason | None:
    rest = [part for part in parts if part is not worst] if worst.colour is not Colour.NONE else []
    green = sum(part.colour is Colour.GREEN for part in rest)
    behind = sum(part.colour in BEHIND for part in rest)
    missing = tuple(part.reason for part in rest if part.reason.code == "no_figure")
    if not (green or behind or missing):
        return None
    return _reason("others", row, green=green, behind=behind, missing=missing)
