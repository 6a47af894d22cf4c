"""Table B of the rule book: a row's lamp, the order of its lines, what turns it green."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from data.kinds import PartKind, Status
from scheduler.lamp import Colour, Column, Manual, Part, RoundFacts, RowFacts, judge
from tests.scheduler.lamp_cast import (
    AUGUST,
    AUGUST_ROUND,
    DEMO_DAY,
    OCTOBER,
    OCTOBER_ROUND,
    SEPTEMBER,
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

G, Y, R, NO = Colour.GREEN, Colour.YELLOW, Colour.RED, Colour.NONE
TRAINING = figure("职业技能培训", 5100, 10000, "人次", day=AUGUST)
JOBS = figure("新增就业", 10300, 15000, "人", day=AUGUST)
HOMES = figure("适老化改造", 186, 300, "户", day=AUGUST)
PLACES = figure("新增泊位", 1150, 2000, "个", day=AUGUST)
STREETS = figure("老旧小区改造", None, 28, "个")
UNCOUNTED = few("健康促进学校", None, 7, "所")
BY_PHONE = Manual(R, "现场核查未开工", "督查室", date(2021, 9, 28))
OCTOBER_1 = date(2021, 10, 1)


def in_august(*parts: Part, **facts: Any) -> RowFacts:
    """A row last reported on 25 August, when its round was answered."""
    rounds = (a_round(*AUGUST_ROUND, answered=True),)
    return a_row(*parts, **{"last_report_day": AUGUST, "rounds": rounds, **facts})


def never(*rounds: RoundFacts, **facts: Any) -> RowFacts:
    return a_row(UNCOUNTED, **{"last_report_day": None, "rounds": rounds, **facts})


SILENT = (a_round(*AUGUST_ROUND, answered=True), a_round(*SEPTEMBER_ROUND))
SILENT_TWICE = (*SILENT, a_round(*OCTOBER_ROUND))
STILL = tuple(a_round(*days, answered=True, no_new_figures=True) for days in (SEPTEMBER_ROUND, OCTOBER_ROUND))
LATE_YEAR = date(2021, 11, 1)

CASES: list[tuple[str, RowFacts, str, Colour, Column, str]] = [
    (
        "struck off",
        in_august(TRAINING, struck_off=date(2021, 11, 12), reported_done=True, manual=BY_PHONE),
        "B1",
        Colour.DONE,
        Column.DONE,
        "已完成，11月12日核实",
    ),
    (
        "reported done, not yet checked",
        in_august(TRAINING, reported_done=True, manual=BY_PHONE),
        "B2",
        G,
        Column.ON_SCHEDULE,
        "报完成（待核）",
    ),
    (
        "set by hand",
        in_august(TRAINING, manual=BY_PHONE),
        "B3",
        R,
        Column.BEHIND,
        "人工判红（系统判黄）：现场核查未开工。督查室 9月28日",
    ),
    (
        "set by hand where the system gives none",
        never(manual=Manual(G, "电话核实在做", "督查室", date(2021, 9, 28))),
        "B3",
        G,
        Column.ON_SCHEDULE,
        "人工判绿（系统未评）：电话核实在做。督查室 9月28日",
    ),
    ("no round yet", never(), "B4", NO, Column.NOT_RATED, "还没到首次反馈时间"),
    (
        "the first round not due yet",
        never(a_round(*SEPTEMBER_ROUND)),
        "B4",
        NO,
        Column.NOT_RATED,
        "还没到首次反馈时间",
    ),
    (
        "never reported, not delivered",
        never(a_round(*AUGUST_ROUND, delivered=False)),
        "B4",
        NO,
        Column.NOT_RATED,
        "提醒未送达，不计单位",
    ),
    (
        "never reported, on leave",
        never(a_round(*AUGUST_ROUND, on_leave=True)),
        "B4",
        NO,
        Column.NOT_RATED,
        "联络员请假，无人代报，不计单位",
    ),
    (
        "never reported, excused by the office",
        never(a_round(*AUGUST_ROUND, excused=True)),
        "B4",
        NO,
        Column.NOT_RATED,
        "未反馈已由督查室更正，不计单位",
    ),
    (
        "past the deadline",
        in_august(few("开放学校", 11, 11, "所"), today=date(2022, 1, 4)),
        "B5",
        R,
        Column.BEHIND,
        "已过时限 4 天（时限12月31日）",
    ),
    (
        "announced for after the deadline",
        in_august(HOMES, expected_date=date(2022, 1, 20)),
        "B6",
        Y,
        Column.BEHIND,
        "预计2022年1月20日完成，晚于时限 20 天，未申请延期",
    ),
    (
        "announced for long after the deadline",
        in_august(HOMES, expected_date=date(2022, 1, 31)),
        "B6",
        R,
        Column.BEHIND,
        "预计2022年1月31日完成，晚于时限 31 天，未申请延期",
    ),
    (
        "announced for after the deadline, an extension asked for",
        in_august(HOMES, expected_date=date(2022, 1, 20), extension_asked=True),
        "B6",
        Y,
        Column.BEHIND,
        "预计2022年1月20日完成，晚于时限 20 天，已申请延期，待批",
    ),
    (
        "the unit itself says it is delayed",
        in_august(HOMES, status=Status.DELAYED, problem="管线迁改"),
        "B7",
        Y,
        Column.BEHIND,
        "单位报滞后：管线迁改",
    ),
    (
        "the unit says it is delayed without a word why",
        in_august(HOMES, status=Status.DELAYED),
        "B7",
        Y,
        Column.BEHIND,
        "单位报滞后",
    ),
    (
        "the last due round unanswered",
        in_august(HOMES, rounds=SILENT, today=date(2021, 9, 30)),
        "B8",
        Y,
        Column.SILENT,
        "9月调度未反馈（上次 8月25日，当时达序时）",
    ),
    (
        "the last due round unanswered, never reported",
        never(a_round(*AUGUST_ROUND)),
        "B8",
        Y,
        Column.SILENT,
        "8月调度未反馈，今年还没有反馈过",
    ),
    (
        "one round unanswered, already slow before",
        in_august(TRAINING, rounds=SILENT, today=OCTOBER_1),
        "B8",
        Y,
        Column.BEHIND,
        "9月调度未反馈（上次 8月25日，当时慢于序时）；"
        "慢于序时：职业技能培训 5100/10000 人次（51%），8月25日序时 65%，慢 14 个百分点",
    ),
    (
        "two rounds unanswered, already slow before",
        in_august(TRAINING, rounds=SILENT_TWICE, today=LATE_YEAR),
        "B9",
        R,
        Column.BEHIND,
        "两轮未反馈，上次已慢于序时；慢于序时：职业技能培训 5100/10000 人次（51%），8月25日序时 65%，慢 14 个百分点",
    ),
    (
        "two rounds unanswered, on schedule before",
        in_august(HOMES, rounds=SILENT_TWICE, today=LATE_YEAR),
        "B8",
        Y,
        Column.SILENT,
        "10月调度未反馈（上次 8月25日，当时达序时）",
    ),
    (
        "two rounds without a new figure",
        in_august(PLACES, rounds=STILL, last_report_day=OCTOBER, today=LATE_YEAR),
        "B10",
        Y,
        Column.BEHIND,
        "两轮没有新数字，停在 1150/2000 个",
    ),
    (
        "two rounds without a new percent",
        in_august(STREETS, rounds=STILL, last_report_day=OCTOBER, today=LATE_YEAR, percent=60, percent_day=AUGUST),
        "B10",
        Y,
        Column.BEHIND,
        "两轮没有新数字，停在 60%",
    ),
    (
        "the worst part, then the others as a count",
        in_august(JOBS, TRAINING, kept(0), bound(2.1)),
        "B11",
        Y,
        Column.BEHIND,
        "慢于序时：职业技能培训 5100/10000 人次（51%），8月25日序时 65%，慢 14 个百分点；其余 3 项指标达序时",
    ),
    (
        "two parts behind, one without a figure",
        in_august(TRAINING, few("改造服务中心", 4, 8, "家", day=AUGUST), JOBS, UNCOUNTED),
        "B11",
        Y,
        Column.BEHIND,
        "慢于序时：职业技能培训 5100/10000 人次（51%），8月25日序时 65%，慢 14 个百分点；"
        "另有 1 项慢于序时；其余 1 项指标达序时；健康促进学校（目标 7 所）还没有数",
    ),
    (
        "no part has a lamp",
        in_august(a_part(PartKind.NO_BASE, "加装电梯", base="2020年"), status=Status.IN_PROGRESS),
        "B11",
        NO,
        Column.NOT_RATED,
        "缺2020年基数，请督查室补录后再评",
    ),
    (
        "extended",
        in_august(HOMES, deadline=date(2022, 1, 31), original_deadline=date(2021, 12, 31)),
        "B11",
        G,
        Column.ON_SCHEDULE,
        "达序时：适老化改造 186/300 户（62%），序时 60%；已延期（原时限12月31日）",
    ),
    (
        "extended and done",
        in_august(HOMES, deadline=date(2022, 1, 31), original_deadline=date(2021, 12, 31), struck_off=date(2022, 1, 5)),
        "B1",
        Colour.DONE,
        Column.DONE,
        "已完成，2022年1月5日核实；已延期（原时限12月31日）",
    ),
    (
        "extended and announced for later still",
        in_august(
            HOMES,
            deadline=date(2022, 1, 31),
            original_deadline=date(2021, 12, 31),
            expected_date=date(2022, 2, 10),
        ),
        "B6",
        Y,
        Column.BEHIND,
        "预计2022年2月10日完成，晚于时限 10 天；已延期（原时限12月31日）",
    ),
]


@pytest.mark.parametrize(
    ("row", "ground", "colour", "column", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_row_has_the_lamp_and_the_words_of_the_rule_book(
    row: RowFacts, ground: str, colour: Colour, column: Column, words: str
) -> None:
    result = judge(row)
    assert (result.ground, result.colour, result.column, sentence(result)) == (ground, colour, column, words)


def test_an_open_round_that_is_not_due_yet_is_no_silence() -> None:
    assert judge(in_august(HOMES, rounds=SILENT, today=DEMO_DAY)).ground == "B11"


def test_a_round_is_silent_from_the_day_after_it_was_due() -> None:
    due = SEPTEMBER_ROUND[1]
    assert judge(in_august(HOMES, rounds=SILENT, today=due)).colour is G
    assert judge(in_august(HOMES, rounds=SILENT, today=date(2021, 9, 30))).colour is Y


@pytest.mark.parametrize("excused", [replace(SILENT[1], delivered=False), replace(SILENT[1], on_leave=True)])
def test_an_undelivered_round_or_a_leave_is_no_silence(excused: RoundFacts) -> None:
    assert judge(in_august(HOMES, rounds=(SILENT[0], excused), today=OCTOBER_1)).colour is G


def test_a_report_after_the_due_day_ends_the_silence() -> None:
    row = in_august(HOMES, rounds=SILENT, today=date(2021, 10, 9))
    assert judge(row).colour is Y
    assert judge(replace(row, last_report_day=date(2021, 10, 8))).colour is G


def test_an_answer_to_the_open_round_ends_the_silence_of_the_one_before() -> None:
    answered = (*SILENT, a_round(*OCTOBER_ROUND, answered=True))
    row = in_august(HOMES, rounds=answered, today=date(2021, 10, 26), last_report_day=date(2021, 10, 26))
    assert judge(row).colour is G


def test_a_figure_that_moved_in_one_of_two_rounds_is_no_standstill() -> None:
    moved = (replace(STILL[0], no_new_figures=False), STILL[1])
    assert judge(in_august(PLACES, rounds=moved, last_report_day=OCTOBER, today=LATE_YEAR)).ground == "B11"


@pytest.mark.parametrize(
    "part",
    [
        figure("上门服务", 23000, 23000, "人", day=AUGUST),
        figure("上门服务", 18600, 23000, "人", day=AUGUST),
        few("秋白书苑", 1, 2, "家", day=AUGUST),
        milestone("主体封顶", 1, day=AUGUST),
    ],
    ids=["target reached", "ahead of the line", "few things", "milestone reached"],
)
def test_no_new_figure_is_no_standstill_where_none_is_needed(part: Part) -> None:
    assert judge(in_august(part, rounds=STILL, last_report_day=OCTOBER, today=LATE_YEAR)).colour is G


def test_a_difficulty_sets_its_mark_and_changes_no_lamp() -> None:
    row = in_august(HOMES)
    troubled = judge(replace(row, problem="等市里文件"))
    assert (troubled.colour, troubled.difficulty) == (G, True)
    assert not judge(row).difficulty


def test_a_lamp_set_by_hand_stays_beside_the_systems_parts() -> None:
    result = judge(in_august(TRAINING, manual=BY_PHONE))
    assert [part.colour for part in result.part_results] == [Y]
    assert say(result.turns_green) == "由督查室解除后按系统评灯"


def test_red_grounds_are_told_before_yellow_ones() -> None:
    row = in_august(STREETS, percent=35, percent_day=AUGUST, status=Status.DELAYED, problem="管线迁改")
    result = judge(row)
    assert (result.colour, result.ground) == (R, "B11")
    assert sentence(result) == (
        "明显慢于序时：老旧小区改造报 35%（单位自评），8月25日序时 65%，慢 30 个百分点；单位报滞后：管线迁改"
    )


def test_a_milestone_late_like_its_row_is_said_once() -> None:
    result = judge(in_august(milestone("主体封顶"), expected_date=date(2022, 1, 20)))
    assert sentence(result) == "预计2022年1月20日完成，晚于时限 20 天，未申请延期"


def test_the_part_that_lags_most_is_told_and_its_schedule_shown() -> None:
    result = judge(in_august(HOMES, JOBS, few("书苑", 2, 2, "家", day=AUGUST)))
    assert result.deciding is not None
    assert result.deciding.part is HOMES
    assert result.expected_percent == pytest.approx(64.9315, abs=1e-4)


def test_a_row_without_data_shows_the_schedule_of_today() -> None:
    result = judge(never(a_round(*AUGUST_ROUND)))
    assert result.deciding is None
    assert result.expected_percent == pytest.approx(73.6986, abs=1e-4)


def test_the_summary_leaves_out_the_word_before_the_colon() -> None:
    result = judge(in_august(JOBS, TRAINING))
    assert say(result.sentence, bare=True) == (
        "职业技能培训 5100/10000 人次（51%），8月25日序时 65%，慢 14 个百分点；其余 1 项指标达序时"
    )


GREEN: list[tuple[str, RowFacts, date | None, str]] = [
    ("a figure", in_august(TRAINING), OCTOBER, "到10月28日累计 7247 人次即转绿"),
    ("a figure, by the open round", in_august(TRAINING), date(2021, 9, 29), "到9月29日累计 6453 人次即转绿"),
    ("a figure, no round left", in_august(TRAINING), None, "到12月31日累计 9000 人次即转绿"),
    (
        "a target with decimals",
        in_august(figure("清淤", 1.1, 2.5, "公里", day=AUGUST)),
        OCTOBER,
        "到10月28日累计 1.9 公里即转绿",
    ),
    (
        "a percent",
        in_august(STREETS, percent=40, percent_day=SEPTEMBER),
        OCTOBER,
        "到10月28日完成 73%即转绿",
    ),
    (
        "few things",
        in_august(few("改造服务中心", 4, 8, "家", day=AUGUST)),
        OCTOBER,
        "到10月28日累计 6 家，或报一个12月31日以前的预计完成时间，即转绿",
    ),
    (
        "few things at the end of the year",
        in_august(few("改造服务中心", 4, 8, "家", day=AUGUST)),
        date(2021, 11, 28),
        "到11月28日累计 7 家即转绿",
    ),
    (
        "a milestone without a date",
        in_august(milestone("主体封顶"), status=Status.IN_PROGRESS),
        OCTOBER,
        "报一个12月31日以前的主体封顶时间，即转绿",
    ),
    (
        "a milestone past its date",
        in_august(milestone("主体封顶", node_date=date(2021, 9, 20))),
        OCTOBER,
        "报主体封顶完成，即转绿",
    ),
    ("work not begun", in_august(ongoing(), status=Status.NOT_STARTED), OCTOBER, "报已启动，即转绿"),
    ("something broken", in_august(kept(2)), OCTOBER, "恢复零就业家庭动态清零即转绿"),
    ("over a bound", in_august(bound(3.2)), OCTOBER, "登记失业率回到 3%以内即转绿"),
    ("silence", in_august(HOMES, rounds=SILENT, today=OCTOBER_1), OCTOBER, "反馈一次即按数字评灯"),
    (
        "silence of a slow row",
        in_august(TRAINING, rounds=SILENT_TWICE, today=LATE_YEAR),
        date(2021, 11, 28),
        "到11月28日累计 8096 人次即转绿",
    ),
    (
        "a standstill just behind the line",
        in_august(PLACES, rounds=STILL, last_report_day=OCTOBER, today=LATE_YEAR),
        date(2021, 11, 28),
        "到11月28日累计 1620 个即转绿",
    ),
    (
        "overdue",
        in_august(TRAINING, today=date(2022, 1, 4)),
        None,
        "报完成，或经批准延期，即转绿",
    ),
    (
        "announced for after the deadline",
        in_august(HOMES, expected_date=date(2022, 1, 20)),
        OCTOBER,
        "预计完成时间改到12月31日以前，或经批准延期，即转绿",
    ),
    ("delayed", in_august(HOMES, status=Status.DELAYED), OCTOBER, "改报推进中，即按数字评灯"),
    (
        "two parts",
        in_august(TRAINING, few("改造服务中心", 4, 8, "家", day=AUGUST)),
        OCTOBER,
        "职业技能培训到10月28日累计 7247 人次；"
        "改造服务中心到10月28日累计 6 家，或报一个12月31日以前的预计完成时间，都做到即转绿",
    ),
    ("a green lamp", in_august(HOMES), OCTOBER, ""),
    ("no lamp", never(), OCTOBER, ""),
]


@pytest.mark.parametrize(("row", "due", "words"), [case[1:] for case in GREEN], ids=[case[0] for case in GREEN])
def test_every_yellow_and_red_says_what_turns_it_green(row: RowFacts, due: date | None, words: str) -> None:
    assert say(judge(row, due).turns_green) == words


@pytest.mark.parametrize("row", [case[1] for case in CASES] + [case[1] for case in GREEN])
def test_a_lamp_is_told_in_english_too(row: RowFacts) -> None:
    result = judge(row, OCTOBER)
    assert sentence(result, "en")
    assert bool(say(result.turns_green, "en")) is (result.colour in (Y, R))
