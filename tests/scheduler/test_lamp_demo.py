"""The seeded reports of 25 August on the 2021 table: 19 green, 4 yellow, 1 red, 1 not rated."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from data.kinds import PartKind, Status
from scheduler.lamp import Colour, Column, LampResult, Part, RowFacts, judge
from tests.scheduler.lamp_cast import (
    AUGUST,
    AUGUST_ROUND,
    DEMO_DAY,
    SEPTEMBER_ROUND,
    a_part,
    a_round,
    a_row,
    bound,
    few,
    figure,
    kept,
    milestone,
    ongoing,
    say,
    sentence,
)

GOING = {"status": Status.IN_PROGRESS}
Seed = tuple[tuple[Part, ...], dict[str, Any]]


def n(label: str, value: float, target: float, unit: str) -> Part:
    """A number as in the demo's table; the kind follows from the target."""
    return (few if target <= 20 else figure)(label, value, target, unit, day=AUGUST)


SEEDS: dict[str, Seed] = {
    "1": ((n("实施项目", 12, 12, "个"), n("竣工", 1, 3, "个"), n("学位", 3200, 5000, "个")), GOING),
    "2": (
        (
            n("新增就业", 10300, 15000, "人"),
            n("再就业", 4020, 5800, "人"),
            n("参保大学生", 3650, 5400, "人"),
            kept(0, day=AUGUST),
            bound(2.1),
            n("自主创业", 1420, 2000, "人"),
            n("大学生创业", 166, 240, "人"),
            n("职业技能培训", 5100, 10000, "人次"),
        ),
        {"label": "促进就业"},
    ),
    "3.1": (
        (milestone("瞿秋白纪念馆对外开放"), milestone("盛宣怀故居修缮展陈")),
        GOING | {"expected_date": date(2021, 11, 30)},
    ),
    "3.2": ((ongoing("老城厢道路整治"),), GOING),
    "4.1": ((n("上门服务", 15400, 23000, "人"),), {}),
    "4.2": ((n("改造服务中心", 4, 8, "家"),), {}),
    "4.3": ((n("适老化改造", 186, 300, "户"),), {}),
    "4.4": ((n("康复辅具", 690, 1000, "人"),), {}),
    "5.1": (
        (
            n("秋白书苑", 1, 2, "家"),
            n("演出", 13, 20, "场"),
            n("送戏", 52, 80, "场"),
            n("电影", 66, 100, "场"),
            n("送书", 10000, 10000, "册"),
            n("活动", 70, 100, "期次"),
        ),
        {},
    ),
    "5.2": ((n("二代健身路径", 2, 3, "个"), n("一代健身路径", 21, 30, "个")), {}),
    "5.3": ((n("慢病运动干预", 2100, 3000, "人次"),), {}),
    "5.4": ((n("群众性赛事", 7, 10, "项"), a_part(PartKind.KEPT, "钟楼全民健身运动会")), {}),
    "5.5": ((n("讲座", 3, 3, "场"), n("体质测定", 2050, 3000, "人"), n("指导员", 100, 100, "人")), {}),
    "5.6": (
        (few("开放学校", None, 11, "所"), few("健康促进学校", None, 7, "所")),
        {"last_report_day": None, "rounds": (a_round(*AUGUST_ROUND), a_round(*SEPTEMBER_ROUND))},
    ),
    "6": ((ongoing("水环境整治"),), {"percent": 60, "percent_day": AUGUST}),
    "7.1": ((milestone("主体封顶"),), GOING | {"expected_date": date(2021, 12, 20)}),
    "7.2": ((n("德康驿站", 2, 3, "个"), n("服务患者", 480, 700, "人")), {}),
    "8.1": ((figure("老旧小区改造", None, 28, "个"),), {"percent": 35, "percent_day": AUGUST, "problem": "管线迁改"}),
    "8.2": ((a_part(PartKind.NO_BASE, "加装电梯", None, 2, "倍", base="2020年"),), GOING),
    "8.3": (
        (n("新开工", 1800, 2500, "套"), milestone("大板房封顶")),
        {"expected_date": date(2021, 12, 25)},
    ),
    "9.1": (
        (n("道路", 6, 10, "条"), milestone("桂花路桥开工"), milestone("茶花路北延打通")),
        {"expected_date": date(2021, 12, 31)},
    ),
    "9.2": ((n("新增泊位", 1150, 2000, "个"), n("接入泊位", 2300, 4200, "个")), {}),
    "10.1": ((n("新增绿地", 85, 150, "亩"),), {}),
    "10.2": ((ongoing("生态圈连廊"),), {"percent": 60, "percent_day": AUGUST}),
    "10.3": ((n("五好河道", 1, 2, "条"), n("示范村", 1, 2, "个")), {}),
}


def seeded(ref: str) -> RowFacts:
    parts, facts = SEEDS[ref]
    rounds = (a_round(*AUGUST_ROUND, answered=True), a_round(*SEPTEMBER_ROUND))
    return a_row(*parts, **{"last_report_day": AUGUST, "rounds": rounds, "today": DEMO_DAY, **facts})


@pytest.fixture(scope="module")
def lamps() -> dict[str, LampResult]:
    return {ref: judge(seeded(ref), SEPTEMBER_ROUND[1]) for ref in SEEDS}


def test_the_demo_opens_with_19_green_4_yellow_1_red_and_1_not_rated(lamps: dict[str, LampResult]) -> None:
    assert Counter(lamp.colour for lamp in lamps.values()) == {
        Colour.GREEN: 19,
        Colour.YELLOW: 4,
        Colour.RED: 1,
        Colour.NONE: 1,
    }


def test_the_lamps_that_are_not_green_are_those_of_the_demo(lamps: dict[str, LampResult]) -> None:
    assert {ref: str(lamp.colour) for ref, lamp in lamps.items() if lamp.colour is not Colour.GREEN} == {
        "2": "yellow",
        "4.2": "yellow",
        "5.6": "yellow",
        "8.1": "red",
        "8.2": "none",
        "9.2": "yellow",
    }


def test_the_five_columns_add_up_to_the_25_rows(lamps: dict[str, LampResult]) -> None:
    assert Counter(lamp.column for lamp in lamps.values()) == {
        Column.ON_SCHEDULE: 19,
        Column.BEHIND: 4,
        Column.SILENT: 1,
        Column.NOT_RATED: 1,
    }


def test_only_the_relocation_of_pipes_is_a_difficulty(lamps: dict[str, LampResult]) -> None:
    assert [ref for ref, lamp in lamps.items() if lamp.difficulty] == ["8.1"]


@pytest.mark.parametrize(
    ("ref", "words"),
    [
        ("1", "基本达序时：学位 3200/5000 个（64%），序时 65%；其余 2 项指标达序时"),
        (
            "2",
            "慢于序时：职业技能培训 5100/10000 人次（51%），8月25日序时 65%，慢 14 个百分点；其余 7 项指标达序时",
        ),
        ("3.2", "推进中（单位自评，无量化目标）"),
        ("4.1", "达序时：上门服务 15400/23000 人（67%），序时 65%"),
        ("4.2", "慢于序时：改造服务中心 4/8 家，按序时应 5 家"),
        ("5.1", "达序时：送戏 52/80 场（65%），序时 65%；其余 5 项指标达序时"),
        ("5.4", "达序时：群众性赛事 7/10 项，按序时应 6 项"),
        ("5.6", "8月调度未反馈，今年还没有反馈过"),
        ("6", "基本达序时：水环境整治约60%（单位自评），序时 65%"),
        ("7.1", "按计划推进：预计12月20日前主体封顶"),
        ("8.1", "明显慢于序时：老旧小区改造报 35%（单位自评），8月25日序时 65%，慢 30 个百分点"),
        ("8.2", "缺2020年基数，请督查室补录后再评"),
        ("9.1", "达序时：道路 6/10 条，按序时应 6 条；其余 2 项指标达序时"),
        (
            "9.2",
            "慢于序时：接入泊位 2300/4200 个（55%），8月25日序时 65%，慢 10 个百分点；其余 1 项指标达序时",
        ),
    ],
)
def test_the_demo_says_why(lamps: dict[str, LampResult], ref: str, words: str) -> None:
    assert sentence(lamps[ref]) == words


def test_the_demo_says_what_turns_row_2_green(lamps: dict[str, LampResult]) -> None:
    assert say(lamps["2"].turns_green) == "到9月29日累计 6453 人次即转绿"


def test_the_first_answer_to_5_6_turns_it_green() -> None:
    answered = a_row(
        few("开放学校", 9, 11, "所", day=DEMO_DAY),
        few("健康促进学校", None, 7, "所"),
        last_report_day=DEMO_DAY,
        rounds=(a_round(*AUGUST_ROUND), a_round(*SEPTEMBER_ROUND, answered=True)),
        problem="心理普测还没开始，等市里文件",
    )
    result = judge(answered)
    assert (result.colour, result.difficulty) == (Colour.GREEN, True)
    assert sentence(result) == "达序时：开放学校 9/11 所，按序时应 8 所；健康促进学校（目标 7 所）还没有数"


def test_3300_places_are_still_nearly_on_schedule_after_a_correction() -> None:
    row = a_row(figure("学位", 3300, 5000, "个", day=DEMO_DAY), last_report_day=DEMO_DAY)
    assert sentence(judge(row)) == "基本达序时：学位 3300/5000 个（66%），序时 74%"
