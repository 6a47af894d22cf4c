"""Table A of the rule book: the lamp of each part of a row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

from data.errors import Reason
from data.kinds import PartKind, Status
from scheduler.lamp.facts import Colour, Part, PartResult, RowFacts
from scheduler.lamp.line import exact

QUARTER, HALF, THREE_QUARTERS, NEARLY_ALL = Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(9, 10)
LATE_DAYS = 30
# How the label of a milestone ends: 桂花路桥 | 开工 → 桂花路桥已开工. The longer one first.
EVENTS = (
    "开工建设",
    "对外开放",
    "建成投运",
    "修缮展陈",
    "开工",
    "竣工",
    "封顶",
    "打通",
    "完工",
    "开放",
    "投运",
    "建成",
)


def judge_parts(row: RowFacts) -> tuple[PartResult, ...]:
    """Each part's lamp, in order. The whole row stands first as a part of its own where it has no parts, or where only
    a percent of the whole was given and several of its parts can be counted."""
    results = tuple(judge_part(part, row) for part in row.parts)
    if row.parts and not (_only_a_percent(row) and len(_countable(row)) > 1):
        return results
    return (judge_part(Part("", row.label, PartKind.ONGOING), row), *results)


def judge_part(part: Part, row: RowFacts) -> PartResult:
    """The lamp of one part, by the schedule of the day of its own data."""
    if row.last_report_day is None:
        return _unrated(part, row, "not_reported")
    return _JUDGES[part.kind](part, row, row.last_report_day)


def late_colour(expected: date, limit: date) -> Colour:
    """A finish announced for after its limit."""
    return Colour.YELLOW if (expected - limit).days <= LATE_DAYS else Colour.RED


def shown(share: Fraction) -> int:
    """A share as it is shown: whole percent, halves up."""
    return floor(share * 100 + HALF)


def _countable(row: RowFacts) -> list[Part]:
    return [part for part in row.parts if part.kind in (PartKind.FIGURE, PartKind.FEW)]


def _only_a_percent(row: RowFacts) -> bool:
    """Nothing of the row was counted, but a percent of the whole given."""
    return row.percent is not None and all(part.value is None for part in _countable(row))


def _named(part: Part, row: RowFacts) -> dict[str, Any]:
    return {"label": part.label, "unit": part.unit or "", "year": row.year}


def _unrated(part: Part, row: RowFacts, code: str, **values: Any) -> PartResult:
    return PartResult(part, Colour.NONE, Reason(code, _named(part, row) | values))


def _uncounted(part: Part, row: RowFacts) -> PartResult:
    return _unrated(part, row, "no_figure", target=part.target, bound=part.kind is PartKind.BOUND)


def _figure(part: Part, row: RowFacts, last: date) -> PartResult:
    if part.value is None or not part.target:
        return _without_count(part, row, last)
    done = exact(part.value) / exact(part.target)
    if part.unit == "%" and part.target == 100:
        return _on_line(
            part, row, done, part.day or last, "estimate", {"stated": part.value, "about": False, "own": False}
        )
    return _on_line(part, row, done, part.day or last, "figure", {"value": part.value, "target": part.target})


def _without_count(part: Part, row: RowFacts, last: date) -> PartResult:
    if _only_a_percent(row) and len(_countable(row)) == 1:
        return _estimate(part, row, last, about=False)
    return _uncounted(part, row)


def _estimate(part: Part, row: RowFacts, last: date, *, about: bool) -> PartResult:
    stated = row.percent or 0
    values = {"stated": stated, "about": about, "own": True}
    return _on_line(part, row, exact(stated) / 100, row.percent_day or last, "estimate", values)


def _on_line(part: Part, row: RowFacts, done: Fraction, day: date, family: str, values: dict[str, Any]) -> PartResult:
    expected = row.share_on(day)
    level, colour = _level(done, done - expected, row)
    told = {"day": day, "percent": shown(done), "expected": shown(expected), "behind": shown(expected - done)}
    reason = Reason(f"{family}.{level}", _named(part, row) | values | told)
    return _counted(part, colour, reason, done, expected)


def _counted(part: Part, colour: Colour, reason: Reason, done: Fraction, expected: Fraction) -> PartResult:
    percents = (float(100 * share) for share in (done, expected, done - expected))
    return PartResult(part, colour, reason, *percents)


def _level(done: Fraction, gap: Fraction, row: RowFacts) -> tuple[str, Colour]:
    if done >= 1:
        return "target_met", Colour.GREEN
    if gap >= 0:
        return "on_schedule", Colour.GREEN
    if gap >= -row.thresholds.yellow_share():
        return "nearly", Colour.GREEN
    if gap >= -row.thresholds.red_share():
        return "slow", Colour.YELLOW
    return "very_slow", Colour.RED


def _few(part: Part, row: RowFacts, last: date) -> PartResult:
    if part.value is None or not part.target:
        return _without_count(part, row, last)
    value, target, expected = exact(part.value), exact(part.target), row.share_on(part.day or last)
    should = floor(target * expected)
    level, colour = _few_level(value, target, should, expected, row)
    told = {"value": part.value, "target": part.target, "should": should, **_finish(row)}
    return _counted(part, colour, Reason(level, _named(part, row) | told), value / target, expected)


def _finish(row: RowFacts) -> dict[str, Any]:
    day = row.expected_date
    ends_month = day is not None and (day + timedelta(days=1)).day == 1 and day.year == row.year
    return {"finish": day, "month_end": ends_month}


def _few_level(value: Fraction, target: Fraction, should: int, expected: Fraction, row: RowFacts) -> tuple[str, Colour]:
    if value >= target:
        return "figure.target_met", Colour.GREEN
    if value >= should:
        return "few.on_schedule", Colour.GREEN
    if _by_plan(row) and expected < NEARLY_ALL:
        return "few.by_plan", Colour.GREEN
    short = (should - value) / target
    undated = row.expected_date is None and short > row.thresholds.red_share()
    if undated or (expected >= NEARLY_ALL and short > row.thresholds.yellow_share()):
        return "few.very_slow", Colour.RED
    return "few.slow", Colour.YELLOW


def _by_plan(row: RowFacts) -> bool:
    """The unit is at work (推进中, or says nothing against it) and names a day within the deadline."""
    at_work = row.status in (None, Status.IN_PROGRESS)
    return at_work and row.expected_date is not None and row.expected_date <= row.deadline


def _milestone(part: Part, row: RowFacts, last: date) -> PartResult:
    node = part.node_date or row.deadline
    level, colour = _milestone_level(part, row, node, row.share_on(last))
    finish = row.expected_date
    told = {
        "event": next((event for event in EVENTS if part.label.endswith(event)), ""),
        "day": part.day or last,
        "node": node,
        "finish": finish,
        "own_node": part.node_date is not None,
        "late": (finish - node).days if finish else 0,
        "overdue": (row.today - node).days,
    }
    return PartResult(part, colour, Reason(f"milestone.{level}", _named(part, row) | told))


def _milestone_level(part: Part, row: RowFacts, node: date, expected: Fraction) -> tuple[str, Colour]:
    if part.value:
        return "reached", Colour.GREEN
    if row.today > node:
        return "missed", Colour.RED
    if row.expected_date is None:
        return _undated_milestone(row.status is Status.NOT_STARTED, expected)
    if row.expected_date <= node:
        return "planned", Colour.GREEN
    return "late", late_colour(row.expected_date, node)


def _undated_milestone(idle: bool, expected: Fraction) -> tuple[str, Colour]:
    if idle and expected >= THREE_QUARTERS:
        return "not_started", Colour.RED
    if expected >= HALF:
        return "undated", Colour.YELLOW
    if idle and expected >= QUARTER:
        return "idle", Colour.YELLOW
    return "open", Colour.GREEN


def _ongoing(part: Part, row: RowFacts, last: date) -> PartResult:
    if row.percent is not None:
        return _estimate(part, row, last, about=True)
    if row.status is None:
        return _unrated(part, row, "not_said")
    level, colour = _ongoing_level(row.status, row.share_on(last))
    return PartResult(part, colour, Reason(f"ongoing.{level}", _named(part, row)))


def _ongoing_level(status: Status, expected: Fraction) -> tuple[str, Colour]:
    if status is not Status.NOT_STARTED:
        return "under_way", Colour.GREEN
    if expected >= HALF:
        return "not_started_half", Colour.RED
    if expected >= QUARTER:
        return "not_started_quarter", Colour.YELLOW
    return "not_started", Colour.GREEN


def _kept(part: Part, row: RowFacts, _last: date) -> PartResult:
    if part.value is None:
        return _unrated(part, row, "not_said")
    if part.value == 0:
        return PartResult(part, Colour.GREEN, Reason("kept.kept", _named(part, row)))
    colour = Colour.RED if part.broken_rounds > 1 else Colour.YELLOW
    return PartResult(part, colour, Reason("kept.broken", _named(part, row) | {"value": part.value}))


def _bound(part: Part, row: RowFacts, _last: date) -> PartResult:
    if part.value is None or part.target is None:
        return _uncounted(part, row)
    within = part.value <= part.target
    reason = Reason(
        "bound.within" if within else "bound.over", _named(part, row) | {"value": part.value, "target": part.target}
    )
    return PartResult(part, Colour.GREEN if within else Colour.RED, reason)


def _no_base(part: Part, row: RowFacts, _last: date) -> PartResult:
    return _unrated(part, row, "no_base", base=part.base or "")


_JUDGES: dict[PartKind, Callable[[Part, RowFacts, date], PartResult]] = {
    PartKind.FIGURE: _figure,
    PartKind.FEW: _few,
    PartKind.MILESTONE: _milestone,
    PartKind.ONGOING: _ongoing,
    PartKind.KEPT: _kept,
    PartKind.BOUND: _bound,
    PartKind.NO_BASE: _no_base,
}
