"""Percent, status, dates, problem and next step."""

from __future__ import annotations

from datetime import date

import pytest

from bot.reading.read import read
from tests.bot.reading.plan import context, with_last


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("完成80%", 80),
        ("总体进度六成", 60),
        ("完成过半", 50),
        ("完成三分之二", 66.7),
        ("形象进度48%", 48),
        ("序时要求74%，实际48%", 48),
        ("上次45%，现在52%", 52),
        ("从65%提高到68%", 68),
        ("完成率由上月的65%提高到68%", 68),
        ("序时进度74%", None),
        ("投资完成80%，工程进度48%", 48),
        ("较上月提高5个百分点，达到66%", 66),
        ("开工率90%", None),
        ("投资完成60%", None),
        ("预计年底达到90%", None),
        ("桩基完成80%", None),
        ("同比增长12%", None),
    ],
)
def test_a_percent_is_that_of_the_whole_task(text: str, percent: float | None) -> None:
    items = read("8.1 " + text, context("住建局")).items

    assert [item.percent for item in items] == [percent]


def test_the_percent_of_one_of_several_targets_is_not_the_rows() -> None:
    item = read("新增学位3200个，占计划64%", context("教育局")).items[0]

    assert (item.percent, [figure.value for figure in item.figures]) == (None, [3200])


@pytest.mark.parametrize(
    ("text", "row", "status"),
    [
        ("3.2正在推进", "3.2", "in_progress"),
        ("3.2还没开工", "3.2", "not_started"),
        ("3.2尚未正式启动", "3.2", "not_started"),
        ("3.2进度滞后", "3.2", "delayed"),
        ("3.2没有滞后", "3.2", "in_progress"),
        ("3.2已全部完成", "3.2", "done"),
        ("3.2未完成", "3.2", "in_progress"),
        ("3.2快完成了", "3.2", "in_progress"),
        ("3.2完成招标", "3.2", "in_progress"),
        ("3.2预计11月底完成", "3.2", "in_progress"),
        ("3.2三堡街已完成", "3.2", "in_progress"),
        ("绿地全部建成，150亩", "10.1", "done"),
    ],
)
def test_the_status_is_that_of_the_whole_row(text: str, row: str, status: str) -> None:
    reading = read(text, context("住建局"))

    assert [(item.row_id, item.status) for item in reading.items] == [(row, status)]


def test_the_milestone_of_a_row_without_numbers_finishes_it() -> None:
    assert read("公卫中心主体已经封顶", context("卫健局")).items[0].status == "done"


def test_a_finished_part_does_not_finish_the_row() -> None:
    assert read("3.1纪念馆已开放，故居还在修", context("文体旅局")).items[0].status == "in_progress"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("预计11月底完成", date(2021, 11, 30)),
        ("年底前全部竣工", date(2021, 12, 31)),
        ("争取国庆前完工", date(2021, 9, 30)),
        ("完成时间12月上旬", date(2021, 12, 10)),
        ("推迟到11月底完成", date(2021, 11, 30)),
        ("剩下的预计12月15日完成", date(2021, 12, 15)),
        ("截至9月底推进中", None),
        ("10月开工", None),
        ("10月中旬招标", None),
        ("9月15日已开工", None),
        ("3月开工，正在施工", None),
        ("10月12日召开推进会，正在推进", None),
        ("11月底前完成招标", None),
        ("预计国庆后完成", None),
        ("开放日期定在11月18日", date(2021, 11, 18)),
        ("北大街11月10日铺完，最后一条12月5日", date(2021, 12, 5)),
        ("原定11月底完不成了，得12月20日", date(2021, 12, 20)),
        ("正在推进，离年底还有一段", None),
    ],
)
def test_only_the_day_of_the_finish_is_the_expected_date(text: str, day: date | None) -> None:
    items = read("3.2 " + text, context("住建局")).items

    assert [item.expected_date for item in items] == [day]


def test_a_finish_that_is_past_is_asked() -> None:
    asked = read("适老化预计9月20日完成", context("民政局")).questions[0]

    assert (asked.code, asked.values["date"], asked.values["next"]) == (
        "date_past",
        date(2021, 9, 20),
        date(2022, 9, 20),
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("完成40%，苗木没到", "苗木没到"),
        ("完成40%，困难：管线迁改难", "管线迁改难"),
        ("完成40%，卡在征收", "卡在征收"),
        ("完成40%，等市里文件", "等市里文件"),
        ("完成40%，缺20名工人", "缺20名工人"),
        ("完成40%，没有困难", None),
        ("完成40%，未发现问题", None),
        ("完成40%，征收问题已解决", None),
    ],
)
def test_a_problem_is_kept_in_the_persons_words(text: str, problem: str | None) -> None:
    assert read("8.1 " + text, context("住建局")).items[0].problem == problem


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("完成40%，下一步抓紧竣工验收", "抓紧竣工验收"),
        ("完成40%。下一步：倒排工期，抓紧施工", "倒排工期，抓紧施工"),
        ("8月停班，10月起补开", "10月起补开"),
        ("完成40%，预计11月底完成", None),
    ],
)
def test_a_next_step_is_kept_in_the_persons_words(text: str, step: str | None) -> None:
    assert read("8.1 " + text, context("住建局")).items[0].next_step == step


def test_a_lower_percent_is_asked() -> None:
    reading = read("8.1完成30%", with_last(context("住建局"), "8.1", percent=35))

    assert [question.code for question in reading.questions] == ["lower_percent"]
    assert all(item.percent is None for item in reading.plain)


@pytest.mark.parametrize("text", ["4.3完成", "4.3已全部完成", "适老化都改完了", "4.3基本完成"])
def test_done_without_the_figures_is_asked(text: str) -> None:
    asked = read(text, context("民政局")).questions[0]

    assert asked.code == "done_without_figures"
    assert [(item.status, [figure.value for figure in item.figures]) for item in asked.options[0].items] == [
        ("done", [300])
    ]


def test_done_with_the_figures_is_stored() -> None:
    reading = read("300户适老化全部改造完成", context("民政局"))

    assert (reading.ask, reading.items[0].status) == (False, "done")


def test_a_percent_in_a_question_is_no_report() -> None:
    reading = read("8.1按76%报会不会太低？", context("住建局"))

    assert (reading.kind, reading.items) == ("question", ())


@pytest.mark.parametrize(
    ("text", "unit", "day"),
    [
        ("绿地126亩，完成时间由11月底提前到11月20日", "住建局", date(2021, 11, 20)),
        ("4.3按原定12月底不变，248户", "民政局", date(2021, 12, 31)),
        ("66%，12月中旬", "生态环境局", date(2021, 12, 20)),
        ("完不成12月底了", "生态环境局", None),
        ("封顶日期12.28", "卫健局", date(2021, 12, 28)),
        ("竣工时间是11.30", "生态环境局", date(2021, 11, 30)),
        ("赶不上12月20日了", "生态环境局", None),
        ("培训9300人次，线下班预计10月中旬恢复开班", "人社局", None),
        ("4.3完成249户，剩下的11月", "民政局", date(2021, 11, 30)),
        ("棚改2340套，下月中旬开完", "住建局", date(2021, 10, 20)),
        ("养老中心完成七家，预计下月完成", "民政局", date(2021, 10, 31)),
        ("绿地124亩，打算11月再进一批香樟", "住建局", None),
        ("4.4 976人，协议签到2023年底", "民政局", None),
        ("5.4 9项，总结会12月10日开", "文体旅局", None),
        ("培训9300人次，预计10月底超万", "人社局", None),
        ("竣工1所，9月已投用", "教育局", None),
    ],
)
def test_the_day_of_another_deed_is_no_finish(text: str, unit: str, day: date | None) -> None:
    assert read(text, context(unit)).items[0].expected_date == day


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("76%，对接不上地铁施工", "对接不上地铁施工"),
        ("76%，挖机进不来", "挖机进不来"),
        ("76%，村里场地没平整好", "村里场地没平整好"),
        ("76%，便道被地铁项目占用", "便道被地铁项目占用"),
        ("76%，召集人手难", "召集人手难"),
        ("80%；难点：高架下光照不好", "高架下光照不好"),
        ("64%，两户养殖户闹着要走", "两户养殖户闹着要走"),
        ("64%，有三棵古树不让动", "有三棵古树不让动"),
        ("64%，红线内还有两户菜地没清", "红线内还有两户菜地没清"),
        ("64%，商户搬离慢", "商户搬离慢"),
        ("64%，跨年肯定不会", None),
        ("64%，投诉0起", None),
        ("70%，暂无需要区里协调解决的问题", None),
        ("70%，没发生安全事故", None),
        ("70%，差不多了，用不了多久", None),
        ("整体七成不到", None),
    ],
)
def test_what_cannot_be_done_is_a_problem_and_what_is_denied_none(text: str, problem: str | None) -> None:
    assert read(text, context("生态环境局")).items[0].problem == problem


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("王科长您好", "greeting"), ("谢谢您的耐心解答", "thanks"), ("ok收到", "ack"), ("怎么撤回", "question"),
        ("报9月25日还是9月30日的数", "question"), ("不用撤回了，数是对的", "ack"), ("把我上一条撤掉吧", "undo"),
        ("学位以3720为准", "correction"), ("学位写错行了，看错行，3720", "correction"), ("需要延期吗", "question"),
        ("1号项目想延到明年1月31日，行不行", "extension"), ("报错了怎么改", "question"),
        ("收到，正在对接各科室", "ack"), ("谢谢提醒，差点忘了", "thanks"), ("沿用8月数据", "already_reported"),
        ("刚才的当我没发", "undo"), ("等局长签了字就报", "promise"),
    ],
)  # fmt: skip
def test_a_short_message_is_what_it_says(text: str, kind: str) -> None:
    assert read(text, context("教育局")).kind == kind


def test_a_deed_of_somebody_elses_takes_nothing_back() -> None:
    reading = read("中心5家改好了，荷花池那家租约到期房东要收回", context("民政局"))
    assert (reading.kind, reading.items[0].problem) == ("progress", "荷花池那家租约到期房东要收回")


def test_the_signs_of_section_heads_are_no_rows() -> None:
    text = "一、进展情况：水环境整治总体完成66%。二、存在问题：泵站用电没批。三、下一步：约供电公司上门。"
    (item,) = read(text, context("住建局")).items
    assert (item.row_id, item.percent, item.problem, item.next_step) == ("6", 66, "泵站用电没批", "约供电公司上门")


def test_nearly_done_is_asked_even_where_nothing_is_counted() -> None:
    assert [question.code for question in read("基本贯通", context("生态环境局")).questions] == ["done_or_percent"]
    for text in ("差不多弄完了", "大体上都搞好了"):
        assert [question.code for question in read(text, context("卫健局")).questions] == ["done_or_percent"]


def test_a_percent_of_a_part_or_of_people_is_not_the_wholes() -> None:
    assert read("完成82%，其中绿化75%，步道90%", context("生态环境局")).items[0].percent == 82
    assert read("施工队撤了一半", context("卫健局")).items[0].percent is None
