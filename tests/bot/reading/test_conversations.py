"""The examples of the office's conversations come out as they stand there."""

from __future__ import annotations

from datetime import date

import pytest

from bot.reading.model import LastItem, Reading
from bot.reading.read import read
from tests.bot.reading.plan import after_report, context, with_last


def question(reading: Reading) -> tuple[str, str | None]:
    assert len(reading.questions) == 1
    return reading.questions[0].code, reading.questions[0].row_id


def figures(reading: Reading) -> dict[str, float]:
    return {figure.label: figure.value for item in reading.items for figure in item.figures}


def test_a_percent_without_a_row_asks_which_row_and_offers_all() -> None:
    reading = read("80%", context("教育局"))

    asked = reading.questions[0]
    assert (asked.code, asked.values["rows"]) == ("which_row", ("1", "5.6"))
    assert [option.code for option in asked.options] == ["row", "row", "all_rows"]
    assert [[item.row_id for item in option.items] for option in asked.options] == [["1"], ["5.6"], ["1", "5.6"]]
    assert all(item.percent == 80 for option in asked.options for item in option.items)
    assert reading.plain == ()


def test_a_figure_above_the_target_is_asked() -> None:
    reading = read("学位5300个", context("教育局"))

    asked = reading.questions[0]
    assert question(reading) == ("above_target", "1")
    assert {name: asked.values[name] for name in ("value", "target", "over")} == {
        "value": 5300,
        "target": 5000,
        "over": 300,
    }
    assert asked.options[0].items[0].figures[0].value == 5300


def test_a_much_lower_figure_is_the_months_or_the_years_and_the_sum_is_offered() -> None:
    reading = read("培训1200人次", with_last(context("人社局"), "2", 职业技能补贴培训=5100))

    asked = reading.questions[0]
    assert question(reading) == ("month_or_total", "2")
    assert (asked.values["last"], asked.values["total"]) == (5100, 6300)
    assert [option.items[0].figures[0].value for option in asked.options] == [6300, 1200]


def test_a_slightly_lower_cumulative_figure_is_a_correction_or_a_reduction() -> None:
    reading = read("培训累计4980人次", with_last(context("人社局"), "2", 职业技能补贴培训=5100))

    assert question(reading) == ("lower_figure", "2")
    assert reading.questions[0].values["less"] == 120
    assert [option.code for option in reading.questions[0].options] == ["wrong_before", "struck_off", "change"]


@pytest.mark.parametrize("said", ["刚才说错了，是3300", "应该是3300", "it should be 3300", "1 should be 3300"])
def test_a_correction_of_the_only_figure_it_can_be_is_stored(said: str) -> None:
    last = (LastItem("1", ((5, 3500.0),), expected_date=date(2021, 11, 30)), LastItem("5.6", ((0, 9.0),)))

    reading = read(said, after_report(context("教育局"), *last))

    assert (reading.kind, reading.ask, figures(reading)) == ("correction", False, {"增加学位": 3300})


def test_a_dotted_number_before_竣工_is_a_date_or_a_row() -> None:
    reading = read("10.1竣工", context("住建局"))

    assert question(reading) == ("date_or_row", "10.1")
    assert [option.code for option in reading.questions[0].options] == ["date", "row"]


def test_a_whole_number_beside_a_dotted_one_is_no_date() -> None:
    reading = read("1①2.1完工家", context("人社局"))

    assert {asked.code for asked in reading.questions}.isdisjoint({"date_or_row"})


def test_a_dotted_number_before_竣工_is_a_date_where_no_such_row_is_the_persons() -> None:
    reading = read("主体10.1封顶", context("卫健局"))

    assert (reading.ask, reading.items[0].expected_date) == (False, date(2021, 10, 1))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("收到", "ack"),
        ("这个数报到几月？", "question"),
        ("先存着，等局领导看过再报", "draft"),
        ("报出", "release_draft"),
        ("联络员换人了", "handover"),
        ("怎么写", "command"),
        ("全部没变化", "already_reported"),
        ("10月8日报", "promise"),
        ("撤回", "undo"),
        ("谢谢", "thanks"),
        ("您好", "greeting"),
    ],
)
def test_what_is_no_progress_is_known_as_what_it_is(text: str, kind: str) -> None:
    reading = read(text, context("教育局"))

    assert (reading.kind, reading.ask) == (kind, False)


def test_more_time_within_the_deadline_is_a_finish_date_to_be_confirmed() -> None:
    reading = read("4.3月底可能完不成，想延到10月20日", context("民政局"))

    assert (reading.kind, reading.extension_to) == ("progress", None)
    assert question(reading) == ("within_deadline", "4.3")
    assert reading.questions[0].options[0].items[0].expected_date == date(2021, 10, 20)


def test_more_time_after_the_deadline_is_an_extension() -> None:
    reading = read("适老化改造想延到2022年1月20日，老人住院不方便施工", context("民政局"))

    assert (reading.kind, reading.extension_to) == ("extension", date(2022, 1, 20))
    assert question(reading) == ("after_deadline", "4.3")
    assert reading.items[0].row_id == "4.3"


def test_a_finish_after_the_deadline_asks_whether_an_extension_is_meant() -> None:
    reading = read("适老化改造已完成210户，预计2022年1月20日全部完成", context("民政局"))

    assert (reading.kind, question(reading)) == ("progress", ("after_deadline", "4.3"))
    assert reading.plain[0].expected_date is None
    assert [figure.value for figure in reading.plain[0].figures] == [210]


def test_no_change_for_all_gives_every_row_of_the_list() -> None:
    reading = read("全部没变化", context("住建局"))

    assert [item.row_id for item in reading.items] == ["3.2", "6", "8.1", "8.2", "8.3", "9.1", "9.2", "10.1"]
    assert all(item.no_change for item in reading.items)


def test_the_others_are_those_that_were_not_named() -> None:
    reading = read("3 完成到40%，卡在管线；7 新增1200个；其他没变化", context("住建局"))

    told = {item.row_id: (item.percent, item.problem, item.no_change) for item in reading.items}
    assert told["8.1"] == (40, "卡在管线", False)
    assert [row for row, (_, _, same) in told.items() if same] == ["3.2", "6", "8.2", "8.3", "9.1", "10.1"]
    assert figures(reading) == {"新增公共停车泊位": 1200}


def test_a_figure_that_reaches_the_target_asks_whether_the_row_is_done() -> None:
    reading = read("适老化改造300户", context("民政局"))

    assert question(reading) == ("report_done", "4.3")
    assert reading.items[0].status == "in_progress"
    assert [figure.value for figure in reading.plain[0].figures] == [300]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("6道路7条", "9.1"),
        ("6 桥还没开工", "9.1"),
        ("6水环境70%", "6"),
        ("6 泵站已经好了", "6"),
        ("6 排水整治完成75%", "6"),
    ],
)
def test_where_a_bare_number_is_a_position_and_a_row_the_words_decide(text: str, row: str) -> None:
    reading = read(text, context("住建局"))

    assert ([item.row_id for item in reading.items], reading.ask) == ([row], False)


def test_where_the_words_do_not_decide_a_bare_number_is_asked() -> None:
    assert question(read("6 完成60%", context("住建局"))) == ("position_or_row", "9.1")


def test_a_number_beyond_the_list_is_asked_and_not_filed() -> None:
    reading = read("2 完成80%", context("人社局"))

    assert question(reading) == ("number_beyond_list", "2")
    assert reading.plain == ()
