from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.web.chart import BOTTOM, LEFT, RIGHT, TOP, chart
from bot.web.views import Point
from tests.bot.web.sample import ROW

CURVE = ROW.curves[0]


def test_the_line_of_the_schedule_goes_from_nothing_to_the_target() -> None:
    assert chart(CURVE).plan == f"M{LEFT:g} {BOTTOM:g}L{RIGHT:g} {TOP:.1f}"


def test_half_the_target_is_half_the_height() -> None:
    half = replace(CURVE, points=(Point(date(2021, 12, 31), 5000, 100),))
    spot = chart(half).spots[0]
    assert (spot.x, spot.y) == (RIGHT, (TOP + BOTTOM) / 2)


def test_the_gap_stands_between_the_last_figure_and_the_schedule_of_its_day() -> None:
    drawn = chart(CURVE)
    should = BOTTOM - (BOTTOM - TOP) * 0.65
    assert drawn.gap == f"M{drawn.spots[-1].x:.1f} {should:.1f}V{drawn.spots[-1].y - 4:.1f}"


def test_a_figure_on_schedule_has_no_gap() -> None:
    ahead = replace(CURVE, points=(Point(date(2021, 8, 25), 7000, 65),), gap=None)
    assert chart(ahead).gap is None


def test_a_figure_above_the_target_stays_inside_the_picture() -> None:
    above = chart(replace(CURVE, points=(Point(date(2021, 12, 31), 12000, 100),), gap=None))
    assert above.spots[0].y == TOP
    assert above.ticks[-1][0] > TOP
    assert above.label_end


def test_a_day_outside_the_line_stays_at_its_edge() -> None:
    outside = chart(replace(CURVE, points=(Point(date(2020, 6, 1), 1, 0), Point(date(2022, 6, 1), 2, 100)), gap=None))
    assert [spot.x for spot in outside.spots] == [LEFT, RIGHT]
