"""What turns a yellow or red lamp green, by the next due day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from data.errors import Reason
from data.kinds import Status
from scheduler.lamp.facts import PartResult, RowFacts
from scheduler.lamp.line import exact
from scheduler.lamp.parts import NEARLY_ALL


def all_of(steps: Sequence[Reason]) -> Reason | None:
    """One step as it is; several as one sentence that asks for all of them."""
    if len(steps) < 2:
        return steps[0] if steps else None
    return Reason("green.all", {"steps": tuple(steps)})


def step(code: str, row: RowFacts, **values: object) -> Reason:
    """A step of the row itself, such as an answer or an extension."""
    return Reason(f"green.{code}", {"year": row.year, "deadline": row.deadline, **values})


def part_step(result: PartResult, row: RowFacts, due: date) -> Reason:
    """What turns this part green at `due`, the next day by which the unit is asked."""
    part, family = result.part, result.reason.code.partition(".")[0]
    named = {"label": part.label, "unit": part.unit or "", "due": due, "finish_by": part.node_date or row.deadline}
    if family in ("figure", "estimate"):
        return step(family, row, **named, need=needed_figure(result, row, due))
    if family == "few":
        return step("few", row, **named, **_needed_few(result, row, due))
    if family == "bound":
        return step("bound", row, **named, target=part.target)
    if result.reason.code == "milestone.missed":
        return step("milestone_reached", row, **named)
    return step(family, row, **named)


def needed_figure(result: PartResult, row: RowFacts, due: date) -> float:
    """The least cumulative figure that is green at `due` and more than now, in the target's own decimals."""
    estimate = result.reason.code.startswith("estimate.")
    target = 100.0 if estimate else result.part.target or 0.0
    now = exact(result.reason.values["stated" if estimate else "value"])
    step_size = Fraction(1, 10 ** _decimals(target))
    least = exact(target) * (row.share_on(due) - row.thresholds.yellow_share())
    return float(max(ceil(least / step_size), floor(now / step_size) + 1) * step_size)


def _needed_few(result: PartResult, row: RowFacts, due: date) -> dict[str, object]:
    """The whole number by then; a date instead of it counts only while there is time and the work has begun."""
    expected = row.share_on(due)
    dated = expected < NEARLY_ALL and row.status in (None, Status.IN_PROGRESS)
    need = floor(exact(result.part.target or 0) * expected)
    return {"need": max(need, floor(result.part.value or 0) + 1), "dated": dated}


def _decimals(target: float) -> int:
    exponent = Decimal(str(target)).normalize().as_tuple().exponent
    return max(0, -int(exponent))
