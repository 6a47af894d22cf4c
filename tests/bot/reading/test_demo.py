"""The demo's own replies come out as the demo says."""

from __future__ import annotations

from datetime import date

from bot.reading.model import LastItem
from bot.reading.read import read
from tests.bot.reading.plan import after_report, context

EXAMPLE = "1新增学位3500个，预计11月底完成；2 开放了9所，心理普测还没开始，等市里文件"


def test_the_example_reply_is_read_as_two_rows_without_a_question() -> None:
    reading = read(EXAMPLE, context("教育局"))

    first, second = reading.items
    assert (reading.kind, reading.ask) == ("progress", False)
    assert (first.row_id, first.expected_date, first.problem) == ("1", date(2021, 11, 30), None)
    assert [(figure.label, figure.value, figure.unit) for figure in first.figures] == [("增加学位", 3500, "个")]
    assert (second.row_id, second.problem) == ("5.6", "心理普测还没开始，等市里文件")
    assert [(figure.label, figure.value) for figure in second.figures] == [("开放学校", 9)]


def test_a_correction_without_a_label_takes_the_place_of_the_only_figure_it_can_be() -> None:
    said = read(EXAMPLE, context("教育局"))
    last = [
        LastItem(item.row_id or "", tuple((figure.target or 0, figure.value) for figure in item.figures))
        for item in said.items
    ]

    reading = read("说错了，是3300", after_report(context("教育局"), *last))

    assert (reading.kind, reading.ask) == ("correction", False)
    assert [(item.row_id, [figure.value for figure in item.figures]) for item in reading.items] == [("1", [3300])]
