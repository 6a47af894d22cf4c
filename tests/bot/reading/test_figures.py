"""Which numbers are figures, and of what."""

from __future__ import annotations

import pytest

from bot.reading.read import read
from tests.bot.reading.plan import context, with_last


def figures(text: str, unit: str) -> dict[str, float]:
    reading = read(text, context(unit))
    return {figure.label: figure.value for item in reading.items for figure in item.figures}


SCHOOL, PLACES, FINISHED = "学校重点建设项目", "增加学位", "竣工"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12个项目全部实施，竣工2个，学位3900", {SCHOOL: 12, FINISHED: 2, PLACES: 3900}),
        ("学位 3500/5000 个，竣工 1/3 个", {PLACES: 3500, FINISHED: 1}),
        ("计划5000个学位，已完成3420个", {PLACES: 3420}),
        ("新增学位还没到4000，现在3880", {PLACES: 3880}),
        ("预计年底新增学位5000个，竣工3个，目前学位3500个", {PLACES: 3500}),
        ("去年新增学位4100个，今年3500个", {PLACES: 3500}),
        ("学位3500个，还差1500个", {PLACES: 3500}),
        ("学位3500个，同比增长12%", {PLACES: 3500}),
        ("在建项目9个，竣工1个", {FINISHED: 1}),
        ("投入资金3500万元，竣工1个", {FINISHED: 1}),
        ("竣工项目由1个增加到2个", {FINISHED: 2}),
        ("学位3500个，其中幼儿园300个、中小学3200个", {PLACES: 3500, "幼儿园学位": 300, "中小学学位": 3200}),
        ("截至8月底学位3200个，目前3500个", {PLACES: 3500}),
        ("学位三千五", {PLACES: 3500}),
        ("学位近3500个", {PLACES: 3500}),
    ],
)  # fmt: skip
def test_only_what_is_achieved_is_a_figure(text: str, expected: dict[str, float]) -> None:
    assert figures("1 " + text, "教育局") == expected


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("300户中已完成210户，剩余90户预计11月底前完成", "民政局", [210]),
        ("4.3已签约250户，完工186户", "民政局", [186]),
        ("4.3有30户不愿意改", "民政局", []),
        ("4.3已完成287户，13户因老人住院推迟", "民政局", [287]),
        ("4.3退出12户，实际完成198户", "民政局", [198]),
        ("65岁以上老人上门服务19800人", "民政局", [19800]),
        ("送戏全年80场，送了61场；电影全年100场，放了75场", "文体旅局", [61, 75]),
        ("国民体质测定3000人的任务，测了2200人", "文体旅局", [2200]),
        ("5.5讲座3场，听众620人", "文体旅局", [3]),
        ("讲座下周再办一场", "文体旅局", []),
        ("城镇登记失业率2.1%，新增就业10300人", "人社局", [10300, 2.1]),
        ("1-9月新增就业11200人", "人社局", [11200]),
        ("8.1 28个小区全部开工，完工12个", "住建局", [12]),
        ("8.2装了14部，还有6部在施工", "住建局", [14]),
        ("大龙新村和西林两个地块棚改合计开工1935套", "住建局", [1935]),
        ("8.3主体做到11层（共18层）", "住建局", []),
        ("210 of 300 homes retrofitted", "民政局", [210]),
        ("24期培训班，8100人次", "人社局", [8100]),
    ],
)
def test_numbers_that_count_something_else_are_left_out(text: str, unit: str, expected: list[float]) -> None:
    reading = read(text, context(unit))

    assert sorted(figure.value for item in reading.items for figure in item.figures) == sorted(expected)
    assert not reading.ask


@pytest.mark.parametrize(
    ("text", "unit", "code"),
    [
        ("本月培训1200人次", "人社局", "month_or_total"),
        ("9月服务患者540人", "民政局", "month_or_total"),
        ("学位比上月增加300个", "教育局", "month_or_total"),
        ("三季度新增就业3000人", "人社局", "month_or_total"),
        ("9月20日新开放2所学校", "教育局", "month_or_total"),
        ("学位完成3500万元", "教育局", "unit_mismatch"),
        ("送书9000场", "文体旅局", "unit_mismatch"),
        ("学位3500-3600个", "教育局", "range_figure"),
        ("适老化七八成了吧", "民政局", "vague_number"),
        ("辅具大概八百出头", "民政局", "vague_number"),
        ("听说适老化改了210户", "民政局", "hearsay"),
        ("幼儿园竣工2个，小学竣工1个", "教育局", "two_figures"),
        ("2 完成了3所", "教育局", "which_target"),
    ],
)
def test_a_doubtful_figure_is_asked_and_not_stored(text: str, unit: str, code: str) -> None:
    reading = read(text, context(unit))

    assert [question.code for question in reading.questions] == [code]
    assert all(not item.figures for item in reading.plain)


def test_a_month_figure_beside_the_cumulative_one_is_not_asked() -> None:
    reading = read("当月改造28户，累计214户", context("民政局"))

    assert (reading.ask, [figure.value for figure in reading.items[0].figures]) == (False, [214])


def test_the_month_is_added_to_what_was_known() -> None:
    reading = read("本月适老化改造24户", with_last(context("民政局"), "4.3", 适老化改造=186))

    month, total = reading.questions[0].options
    assert (month.code, month.items[0].figures[0].value) == ("month", 210)
    assert (total.code, total.items[0].figures[0].value) == ("total", 24)


def test_two_figures_for_one_target_can_be_added() -> None:
    reading = read("幼儿园竣工2个，小学竣工1个", context("教育局"))

    assert [option.items[0].figures[0].value for option in reading.questions[0].options] == [1, 2, 3]


def test_a_percent_that_follows_from_figure_and_target_is_marked_as_derived() -> None:
    item = read("适老化改造210户", context("民政局")).items[0]

    assert (item.percent, item.percent_derived) == (70, True)


def test_every_field_says_which_words_gave_it() -> None:
    text = "4.3完成210户，预计11月底完成，苗木没到"
    item = read(text, context("民政局")).items[0]

    said = {field: text[why.span[0] : why.span[1]] for field, why in item.why.items()}
    assert (said["row"], said["figures"], said["expected_date"], said["problem"]) == (
        "4.3",
        "210户",
        "11月底",
        "苗木没到",
    )
