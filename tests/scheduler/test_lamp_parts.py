"""Table A of the rule book, line by line: the lamp of a part and its sentence, letter by letter."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from data.kinds import PartKind, Status
from scheduler.lamp import Colour, Part, PartResult, RowFacts, Thresholds, judge, judge_part
from tests.scheduler.lamp_cast import (
    AUGUST,
    DEMO_DAY,
    SEPTEMBER,
    a_part,
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

G, Y, R, NO = Colour.GREEN, Colour.YELLOW, Colour.RED, Colour.NONE
IDLE, GOING = Status.NOT_STARTED, Status.IN_PROGRESS
OLD_TOWN = figure("老旧小区改造", None, 28, "个")
CENTRES = few("改造服务中心", 4, 8, "家", day=AUGUST)


def on(day: date, **facts: Any) -> dict[str, Any]:
    return {"last_report_day": day, **facts}


def told(result: PartResult) -> tuple[Colour, str]:
    return result.colour, say(result.reason)


CASES: list[tuple[str, Part, dict[str, Any], Colour, str]] = [
    ("a target met", figure("康复辅具", 1027, 1000, "人"), {}, G, "已达年度目标：康复辅具 1027/1000 人"),
    ("on the line", figure("上门服务", 18600, 23000, "人"), {}, G, "达序时：上门服务 18600/23000 人（81%），序时 73%"),
    (
        "a little behind",
        figure("适老化改造", 210, 300, "户"),
        {},
        G,
        "基本达序时：适老化改造 210/300 户（70%），序时 73%",
    ),
    (
        "behind",
        figure("职业技能培训", 5100, 10000, "人次", day=AUGUST),
        {},
        Y,
        "慢于序时：职业技能培训 5100/10000 人次（51%），8月25日序时 65%，慢 14 个百分点",
    ),
    (
        "far behind",
        figure("老旧小区改造", 40, 100, "%"),
        {},
        R,
        "明显慢于序时：老旧小区改造报 40%，9月22日序时 73%，慢 33 个百分点",
    ),
    (
        "far behind in numbers",
        figure("职业技能培训", 3000, 10000, "人次", day=AUGUST),
        {},
        R,
        "明显慢于序时：职业技能培训 3000/10000 人次（30%），8月25日序时 65%，慢 35 个百分点",
    ),
    (
        "all of a percent",
        figure("老旧小区改造", 100, 100, "%"),
        {},
        G,
        "已达年度目标：老旧小区改造报 100%",
    ),
    (
        "only a percent of the whole, on the line",
        OLD_TOWN,
        {"percent": 75, "percent_day": SEPTEMBER},
        G,
        "达序时：老旧小区改造报 75%（单位自评），序时 73%",
    ),
    (
        "only a percent of the whole, far behind",
        OLD_TOWN,
        {"percent": 40, "percent_day": SEPTEMBER},
        R,
        "明显慢于序时：老旧小区改造报 40%（单位自评），9月22日序时 73%，慢 33 个百分点",
    ),
    (
        "a counted figure goes before the percent",
        figure("老旧小区改造", 21, 28, "个"),
        {"percent": 40, "percent_day": SEPTEMBER},
        G,
        "达序时：老旧小区改造 21/28 个（75%），序时 73%",
    ),
    (
        "few things in time",
        few("开放学校", 9, 11, "所", day=DEMO_DAY),
        {},
        G,
        "达序时：开放学校 9/11 所，按序时应 8 所",
    ),
    (
        "few things all there",
        few("健身讲座", 3, 3, "场"),
        {},
        G,
        "已达年度目标：健身讲座 3/3 场",
    ),
    (
        "few things late by the line but in time by the unit's plan",
        few("秋白书苑", 0, 2, "家"),
        {"status": GOING, "expected_date": date(2021, 11, 30)},
        G,
        "按单位计划：秋白书苑 0/2 家，预计11月底前完成",
    ),
    (
        "a plan that ends within a month names the day",
        few("秋白书苑", 0, 2, "家"),
        {"expected_date": date(2021, 11, 20)},
        G,
        "按单位计划：秋白书苑 0/2 家，预计11月20日前完成",
    ),
    ("few things behind", CENTRES, {}, Y, "慢于序时：改造服务中心 4/8 家，按序时应 5 家"),
    (
        "few things far behind without a date",
        few("改造服务中心", 3, 8, "家", day=date(2021, 10, 1)),
        {},
        R,
        "明显慢于序时：改造服务中心 3/8 家，按序时应 6 家，未报预计完成时间",
    ),
    (
        "few things far behind, but the day they come is after the deadline",
        few("改造服务中心", 3, 8, "家", day=date(2021, 10, 1)),
        {"expected_date": date(2022, 1, 20)},
        Y,
        "慢于序时：改造服务中心 3/8 家，按序时应 6 家",
    ),
    (
        "few things not begun are not excused by a date",
        few("改造服务中心", 0, 8, "家", day=AUGUST),
        {"status": IDLE, "expected_date": date(2021, 11, 30)},
        Y,
        "慢于序时：改造服务中心 0/8 家，按序时应 5 家",
    ),
    (
        "few things short at the end of the year are not excused by a date",
        few("改造服务中心", 5, 8, "家", day=date(2021, 12, 1)),
        {"status": GOING, "expected_date": date(2021, 12, 31)},
        R,
        "明显慢于序时：改造服务中心 5/8 家，按序时应 7 家",
    ),
    (
        "few things short by little at the end of the year",
        few("演出", 18, 20, "场", day=date(2021, 12, 29)),
        {},
        Y,
        "慢于序时：演出 18/20 场，按序时应 19 场",
    ),
    (
        "a milestone reached",
        milestone("桂花路桥开工", 1, day=date(2021, 9, 15)),
        {},
        G,
        "节点已完成：桂花路桥已开工（9月15日报）",
    ),
    (
        "a milestone with a date",
        milestone("主体封顶"),
        {"expected_date": date(2021, 12, 20)},
        G,
        "按计划推进：预计12月20日前主体封顶",
    ),
    (
        "a milestone without a date early in the year",
        milestone("主体封顶"),
        on(date(2021, 3, 25), status=GOING),
        G,
        "按计划推进：主体封顶，时限12月31日",
    ),
    (
        "a milestone without a date past half of the time",
        milestone("主体封顶"),
        {"status": GOING},
        Y,
        "时间已过半，未报主体封顶的预计时间",
    ),
    (
        "a milestone not begun past a quarter of the time",
        milestone("主体封顶"),
        on(date(2021, 5, 25), status=IDLE),
        Y,
        "尚未启动，时间已过四分之一，未报主体封顶的预计时间",
    ),
    (
        "a milestone not begun past three quarters of the time",
        milestone("主体封顶"),
        on(date(2021, 10, 25), status=IDLE),
        R,
        "尚未启动，也未报预计时间",
    ),
    (
        "a milestone past its own date",
        milestone("主体封顶", node_date=date(2021, 9, 20)),
        {"expected_date": date(2021, 9, 20)},
        R,
        "主体封顶已过节点 6 天（节点9月20日）",
    ),
    (
        "a milestone announced for after its own date",
        milestone("主体封顶", node_date=date(2021, 10, 31)),
        {"expected_date": date(2021, 11, 10)},
        Y,
        "预计11月10日主体封顶，晚于节点 10 天（节点10月31日）",
    ),
    (
        "a milestone announced for long after its own date",
        milestone("主体封顶", node_date=date(2021, 10, 31)),
        {"expected_date": date(2021, 12, 10)},
        R,
        "预计12月10日主体封顶，晚于节点 40 天（节点10月31日）",
    ),
    (
        "ongoing work by the unit's own estimate",
        ongoing(),
        on(AUGUST, percent=60, percent_day=AUGUST),
        G,
        "基本达序时：水环境整治约60%（单位自评），序时 65%",
    ),
    (
        "ongoing work behind by the unit's own estimate",
        ongoing(),
        on(AUGUST, percent=50, percent_day=AUGUST),
        Y,
        "慢于序时：水环境整治约50%（单位自评），8月25日序时 65%，慢 15 个百分点",
    ),
    ("ongoing work", ongoing(), {"status": GOING}, G, "推进中（单位自评，无量化目标）"),
    ("ongoing work not begun in spring", ongoing(), on(date(2021, 3, 25), status=IDLE), G, "尚未启动"),
    (
        "ongoing work not begun past a quarter",
        ongoing(),
        on(date(2021, 5, 25), status=IDLE),
        Y,
        "尚未启动，时间已过四分之一",
    ),
    (
        "ongoing work not begun past half",
        ongoing(),
        on(AUGUST, status=IDLE),
        R,
        "尚未启动，时间已过一半",
    ),
    ("something kept", kept(0), {}, G, "保持：零就业家庭动态清零"),
    ("something broken", kept(2, broken_rounds=1), {}, Y, "有 2 户零就业家庭未清零"),
    ("something broken in two rounds", kept(2, broken_rounds=2), {}, R, "有 2 户零就业家庭未清零"),
    (
        "a service not kept up",
        a_part(PartKind.KEPT, "心理热线", 1, broken_rounds=1),
        {},
        Y,
        "未保持：心理热线",
    ),
    ("within a bound", bound(2.1), {}, G, "在控制线内：登记失业率 2.1%（≤3%）"),
    ("on a bound", bound(3), {}, G, "在控制线内：登记失业率 3%（≤3%）"),
    ("over a bound", bound(3.2), {}, R, "超出控制线：登记失业率 3.2%（≤3%）"),
    (
        "a multiple of an unknown base",
        a_part(PartKind.NO_BASE, "加装电梯", 12, 2, "倍", base="2020年"),
        {"status": GOING},
        NO,
        "缺2020年基数，请督查室补录后再评",
    ),
    ("no figure yet", few("健康促进学校", None, 7, "所"), {}, NO, "健康促进学校（目标 7 所）还没有数"),
    ("no figure yet for a bound", bound(None), {}, NO, "登记失业率（≤3%）还没有数"),
    ("something kept of which nobody spoke", kept(None), {}, NO, "零就业家庭动态清零还没有说到"),
    ("ongoing work of which only a problem is known", ongoing(), {"problem": "等文件"}, NO, "水环境整治还没有说到"),
    ("never reported", figure("学位", None, 5000, "个"), {"last_report_day": None}, NO, "还没有反馈过"),
]


@pytest.mark.parametrize(
    ("part", "facts", "colour", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_part_has_the_lamp_and_the_words_of_the_rule_book(
    part: Part, facts: dict[str, Any], colour: Colour, words: str
) -> None:
    assert told(judge_part(part, a_row(part, **facts))) == (colour, words)


@pytest.mark.parametrize(
    ("value", "colour"),
    [(60, G), (50, G), (49.9, Y), (35, Y), (34.9, R)],
)
def test_the_thresholds_are_exact_at_their_edges(value: float, colour: Colour) -> None:
    day = date(2021, 8, 7)  # day 219 of 365: 60 %
    part = figure("学位", value, 100, "个", day=day)
    assert judge_part(part, a_row(part)).colour is colour


def test_few_things_are_counted_exactly_where_floats_would_round_down() -> None:
    part = few("道路", 6, 10, "条", day=date(2021, 8, 7))
    assert told(judge_part(part, a_row(part))) == (G, "达序时：道路 6/10 条，按序时应 6 条")


def test_a_plan_may_set_its_own_thresholds() -> None:
    part = figure("适老化改造", 210, 300, "户")
    strict = a_row(part, thresholds=Thresholds(yellow=1, red=2))
    assert judge_part(part, strict).colour is R
    assert judge_part(part, a_row(part)).colour is G


def test_each_figure_is_judged_by_the_schedule_of_its_own_day() -> None:
    march, september = (figure("学位", 1250, 5000, "个", day=day) for day in (date(2021, 3, 25), SEPTEMBER))
    row = a_row(march, september)
    assert [judge_part(part, row).colour for part in row.parts] == [G, R]


def test_the_line_alone_gives_no_red_before_the_end_of_march() -> None:
    part = figure("学位", 0, 5000, "个", day=date(2021, 3, 31))
    assert judge_part(part, a_row(part)).colour is Y


def test_a_percent_is_no_figure_of_eight_parts_and_is_judged_once_for_the_whole() -> None:
    parts = (figure("新增就业", None, 15000, "人"), figure("再就业", None, 5800, "人"))
    result = judge(a_row(*parts, label="促进就业", percent=40, percent_day=SEPTEMBER))
    assert result.colour is R
    assert sentence(result) == (
        "明显慢于序时：促进就业约40%（单位自评），9月22日序时 73%，慢 33 个百分点；"
        "新增就业（目标 15000 人）还没有数；再就业（目标 5800 人）还没有数"
    )


def test_a_row_without_parts_is_ongoing_work() -> None:
    result = judge(a_row(status=GOING))
    assert (result.colour, sentence(result)) == (G, "推进中（单位自评，无量化目标）")


@pytest.mark.parametrize(
    ("label", "event"), [("大板房封顶", "大板房已封顶"), ("茶花路北延打通", "茶花路北延已打通"), ("验收", "验收")]
)
def test_a_milestone_reached_is_told_as_done(label: str, event: str) -> None:
    part = milestone(label, 1)
    assert say(judge_part(part, a_row(part)).reason) == f"节点已完成：{event}（9月22日报）"


def test_the_word_before_the_colon_can_be_left_out() -> None:
    part = figure("职业技能培训", 5100, 10000, "人次", day=AUGUST)
    reason = judge_part(part, a_row(part)).reason
    assert say(reason, bare=True) == "职业技能培训 5100/10000 人次（51%），8月25日序时 65%，慢 14 个百分点"


def test_percents_are_shown_whole_with_halves_up() -> None:
    part = figure("学位", 62.5, 100, "个", day=date(2021, 8, 7))
    assert "（63%）" in say(judge_part(part, a_row(part)).reason)


def test_the_result_keeps_the_unrounded_percents() -> None:
    part = figure("职业技能培训", 5100, 10000, "人次", day=AUGUST)
    result = judge_part(part, a_row(part))
    assert result.percent == 51
    assert result.expected == pytest.approx(64.9315, abs=1e-4)
    assert result.gap == pytest.approx(-13.9315, abs=1e-4)


def test_a_part_that_cannot_be_counted_has_no_percents() -> None:
    row: RowFacts = a_row(milestone("主体封顶"))
    result = judge_part(row.parts[0], row)
    assert (result.percent, result.expected, result.gap) == (None, None, None)
