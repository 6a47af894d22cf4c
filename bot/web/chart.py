"""The geometry of a curve: figures against the line of the schedule, in the picture's own units; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.web.views import Curve, Point

LEFT, RIGHT, TOP, BOTTOM = 46.0, 386.0, 24.0, 224.0
LABEL_WIDTH = 112.0
MONTHS = (3, 6, 9, 12)


@dataclass(frozen=True)
class Spot:
    """A figure's place, with the figure."""

    x: float
    y: float
    point: Point


@dataclass(frozen=True)
class Chart:
    """All that the picture needs. `ticks` are heights with their value, `months` places with their month; `gap` the
    upright line from the last figure to the schedule, None where it is not behind. `label_x`, `label_y`: where the
    last figure is written, `label_end` whether it ends there."""

    curve: Curve
    spots: tuple[Spot, ...]
    ticks: tuple[tuple[float, float], ...]
    months: tuple[tuple[float, int], ...]
    plan: str
    real: str
    gap: str | None
    gap_x: float
    gap_y: float
    label_x: float
    label_y: float
    label_end: bool


def chart(curve: Curve) -> Chart:
    """Lay out a curve; the height goes up to the target, or to the highest figure where that is above."""
    top = max([curve.target, *(point.value for point in curve.points)])
    spots = tuple(Spot(_x(curve, point.day), _y(point.value, top), point) for point in curve.points)
    last = spots[-1]
    should = _y(curve.target * last.point.expected / 100, top)
    behind = curve.gap is not None and should < last.y
    ends = last.x + LABEL_WIDTH > RIGHT
    return Chart(
        curve=curve,
        spots=spots,
        ticks=tuple((_y(value, top), value) for value in (0.0, curve.target / 2, curve.target)),
        months=tuple((_month(curve, month), month) for month in MONTHS),
        plan=_plan(curve, top),
        real="M" + " L".join(f"{spot.x:.1f} {spot.y:.1f}" for spot in spots),
        gap=f"M{last.x:.1f} {should:.1f}V{last.y - 4:.1f}" if behind else None,
        gap_x=round(last.x - 6, 1),
        gap_y=round(should + 2, 1),
        label_x=round(last.x + (-2 if ends else 9), 1),
        label_y=round(last.y + (22 if ends else 12), 1),
        label_end=ends,
    )


def _plan(curve: Curve, top: float) -> str:
    """The line of the schedule: straight, or from stage to stage."""
    steps = [(_x(curve, day), _y(curve.target * percent / 100, top)) for day, percent in curve.stages]
    ends = steps or [(RIGHT, _y(curve.target, top))]
    return f"M{LEFT:g} {BOTTOM:g}" + "".join(f"L{x:g} {y:.1f}" for x, y in ends)


def _x(curve: Curve, day: date) -> float:
    share = (day - curve.begin).days / max((curve.end - curve.begin).days, 1)
    return LEFT + (RIGHT - LEFT) * min(max(share, 0.0), 1.0)


def _y(value: float, top: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * (value / top if top else 0.0)


def _month(curve: Curve, month: int) -> float:
    return round(_x(curve, date(curve.end.year, month, 1)), 1)
