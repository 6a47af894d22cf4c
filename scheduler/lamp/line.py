"""Scheduled progress (序时进度): how far a row should be on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the plan's own stages: `percent` of the whole by the end of `day`."""

    day: date
    percent: float


def scheduled_percent(day: date, start: date, deadline: date, stages: Sequence[Stage] = ()) -> float:
    """How far a row should be at the end of `day`: 0 before `start`, 100 from `deadline` on, unrounded.

    A straight line without `stages`; with them (oldest first) straight from one to the next, the whole stretched
    or shortened so that the last one falls on `deadline`.
    """
    return float(100 * scheduled_share(day, start, deadline, stages))


def scheduled_share(day: date, start: date, deadline: date, stages: Sequence[Stage] = ()) -> Fraction:
    """`scheduled_percent` as an exact share of 1, for comparisons that stand on the edge."""
    whole = _days(start, deadline)
    if whole <= 0:
        return Fraction(day >= deadline)
    passed = Fraction(min(max(_days(start, day), 0), whole), whole)
    if stages and _days(start, stages[-1].day) > 0:
        return _on_stages(passed, start, stages)
    return passed


def exact(value: float) -> Fraction:
    """The number as it was written (0.1 is a tenth), so that 60 % of 10 is 6 and not 5.999…"""
    return Fraction(str(value))


def _days(start: date, day: date) -> int:
    return (day - start).days + 1


def _on_stages(passed: Fraction, start: date, stages: Sequence[Stage]) -> Fraction:
    here = passed * _days(start, stages[-1].day)
    begin, reached = Fraction(0), Fraction(0)
    for stage in stages:
        end, share = Fraction(_days(start, stage.day)), exact(stage.percent) / 100
        if begin < end and here <= end:
            return reached + (share - reached) * (here - begin) / (end - begin)
        begin, reached = max(begin, end), share
    return reached
