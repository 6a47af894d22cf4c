"""What people corrected is kept beside what was read, for whoever mends the rules."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import corrections, handout
from data.kinds import Role
from data.models import Assignment, Unit
from tests.bot.cast import Cast


def kept(office: Cast) -> list[dict[str, Any]]:
    return office.read(corrections.corrections)


def test_a_correcting_reply_stands_beside_the_first_reading(office: Cast) -> None:
    office.says("education", "1 新增学位3500个，预计11月底完成")
    office.says("education", "说错了，是3300")
    (found,) = kept(office)
    assert (found["way"], found["unit"], found["changed"]) == ("correction", "教育局", ["figures"])
    assert (found["text"], found["said"]) == ("1 新增学位3500个，预计11月底完成", "说错了，是3300")
    assert found["read"]["figures"] == [{"label": "学位", "value": 3500, "unit": "个"}]
    assert found["corrected"]["figures"] == [{"label": "学位", "value": 3300, "unit": "个"}]
    assert found["corrected"]["expected_date"] == found["read"]["expected_date"] == "2021-11-30"
    assert found["read"]["why"]["figures"]["rule"]


def test_after_the_button_the_next_words_correct_even_if_they_say_less(office: Cast) -> None:
    office.says("education", "1 新增学位3500个")
    office.presses("education", "更正")
    (said, *_) = office.says("education", "3300")
    assert "学位 3300/5000 个（原报 3500）" in said.text
    first, second = office.stored("1")
    assert (first.standing, second.supersedes_id) == (False, first.id)
    (found,) = kept(office)
    assert (found["way"], found["said"]) == ("correction", "3300")


def test_the_button_waits_for_one_message_only(office: Cast) -> None:
    office.says("education", "1 新增学位3500个")
    office.presses("education", "更正")
    office.says("education", "谢谢")
    office.says("education", "1 新增学位3600个")
    assert [report.supersedes_id for report in office.stored("1")] == [None, None]


def test_after_the_button_what_is_unclear_is_still_asked_and_then_corrects(office: Cast) -> None:
    office.says("education", "1 新增学位3500个")
    office.presses("education", "更正")
    (asked, *_) = office.says("education", "5300")
    assert "5000" in asked.text
    office.says("education", "3300")
    first, second = office.stored("1")
    assert second.supersedes_id == first.id


def test_a_withdrawal_leaves_nothing_that_is_right(office: Cast) -> None:
    office.says("education", "5.6 开放了9所")
    office.says("education", "撤回")
    (found,) = kept(office)
    assert (found["way"], found["corrected"], found["said"]) == ("withdrawal", None, None)
    assert found["read"]["assignment_id"] == "5.6"


def test_an_edited_message_is_beside_its_first_text_even_where_the_row_changes(office: Cast) -> None:
    office.says("education", "1 新增学位3500个")
    office.edits("education", office.last_message, "5.6 开放了9所")
    (found,) = kept(office)
    assert (found["way"], found["text"], found["said"]) == ("edit", "1 新增学位3500个", "5.6 开放了9所")
    assert (found["read"]["assignment_id"], found["corrected"]["assignment_id"]) == ("1", "5.6")
    assert "assignment_id" in found["changed"]


def test_an_edit_leaves_what_was_said_of_rows_that_another_unit_leads_by_now(office: Cast) -> None:
    office.says("education", "1 新增学位3500个\n5.6 开放了8所")
    message = office.last_message
    _moves(office, "1", "民政局")
    office.edits("education", message, "5.6 开放了9所")
    (degrees,) = office.stored("1")
    first, second = office.stored("5.6")
    assert (degrees.standing, first.standing, second.supersedes_id) == (True, False, first.id)

    _moves(office, "5.6", "民政局")
    (said, *_) = office.edits("education", message, "5.6 开放了10所")
    assert "没有要反馈的任务" in said.text
    assert [report.standing for report in (*office.stored("1"), *office.stored("5.6"))] == [True, False, True]


def test_an_edit_of_a_message_that_reported_nothing_is_answered_as_such_whoever_wrote_it(office: Cast) -> None:
    office.joins("watcher", "看工", Role.LEADER)
    office.says("watcher", "汇总")
    (said, *_) = office.edits("watcher", office.last_message, "汇总 红")
    assert said.text == "这条消息已经处理过了，请重新写一条。"


def _moves(office: Cast, ref: str, unit: str) -> None:
    """The row is led by that unit from now on."""

    def move(session: Session) -> None:
        row = session.scalars(select(Assignment).where(Assignment.ref == ref)).one()
        row.lead_unit_id = session.scalars(select(Unit.id).where(Unit.name == unit)).one()

    office.write(move)


def test_an_answer_that_changes_a_field_is_kept_with_its_question(office: Cast) -> None:
    office.says("education", "1 新增学位3200个")
    office.says("education", "1 本月新增学位3300个，预计11月底完成")
    office.presses("education", "今年累计就是3300")
    (found,) = kept(office)
    assert (found["way"], found["question"], found["said"]) == ("answer", "month_or_total", "今年累计就是3300")
    assert found["text"] == "1 本月新增学位3300个，预计11月底完成"
    assert found["changed"] == ["figures"]
    assert found["read"]["figures"] == [{"label": "学位", "value": 6500, "unit": "个"}]
    assert found["corrected"]["figures"] == [{"label": "学位", "value": 3300, "unit": "个"}]
    assert found["corrected"]["expected_date"] == "2021-11-30"


def test_an_answer_in_words_that_changes_a_field_is_kept_too(office: Cast) -> None:
    office.says("education", "1 新增学位5300个")
    office.says("education", "改成3500")
    (found,) = kept(office)
    assert (found["question"], found["said"]) == ("above_target", "改成3500")
    assert found["corrected"]["figures"] == [{"label": "学位", "value": 3500, "unit": "个"}]


def test_an_answer_that_confirms_what_was_read_is_no_correction(office: Cast) -> None:
    office.says("education", "1 新增学位3200个")
    office.says("education", "1 本月新增学位300个")
    office.presses("education", "本月，累计3500")
    assert len(office.stored("1")) == 2
    assert kept(office) == []


def test_the_row_that_was_asked_for_is_kept(office: Cast) -> None:
    (asked, *_) = office.says("education", "80%")
    office.presses("education", asked.buttons[0].label)
    (found,) = kept(office)
    assert (found["read"]["assignment_id"], found["corrected"]["assignment_id"]) == (None, "1")


@pytest.mark.parametrize("form", ["csv", "jsonl", "json"])
def test_the_list_is_exported_without_naming_persons(office: Cast, form: str) -> None:
    office.says("education", "1 新增学位3500个")
    office.says("education", "说错了，是3300")
    content = office.read(
        lambda session: handout.make(
            "corrections", form, handout.Wanted(handout.seen_by_office(session, office.now, office.office, "zh-CN"))
        )
    ).content
    assert isinstance(content, str)
    assert "周敏" not in content
    if form != "csv":
        (line,) = json.loads(content)["corrections"] if form == "json" else map(json.loads, content.splitlines())
        assert (line["read"]["figures"][0]["value"], line["corrected"]["figures"][0]["value"]) == (3500, 3300)
    else:
        (row,) = csv.DictReader(io.StringIO(content.removeprefix("\ufeff")))
        assert (row["way"], row["read_figures"], row["right_figures"]) == ("correction", "学位 3500个", "学位 3300个")
