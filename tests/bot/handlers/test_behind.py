"""全部没变化 for rows that lie behind: one question, which nobody has to answer; corrections after the due day."""

from __future__ import annotations

import pytest

from tests.bot.cast import Cast


@pytest.fixture
def slow(office: Cast) -> Cast:
    """住建局 has reported two rows, which lie behind by now."""
    office.reports("housing", "8.1 完成35%", "2021-08-25T10:00")
    office.reports("housing", "9.2 累计新增停车泊位300个", "2021-08-25T10:05")
    return office


def test_for_rows_behind_a_reason_is_asked_once_by_their_numbers(slow: Cast) -> None:
    noted, *_digest = slow.says("housing", "全部没变化")
    assert noted.text == "记下了：8 项没有变化。其中 3（8.1）、7（9.2）慢于序时，补一句原因吗？"
    assert noted.labels[:2] == ["补一句", "不补，就这样"]
    assert "更正" in noted.labels
    assert str(slow.presses("housing", "不补，就这样")[0]) == "好的，就这样。"
    assert all(report.no_change for report in slow.stored("8.1")[1:])


def test_the_reason_is_kept_as_the_problem_of_its_row(slow: Cast) -> None:
    slow.says("housing", "全部没变化")
    assert str(slow.presses("housing", "补一句")[0]) == "请直接回一句原因，写上序号。"
    slow.says("housing", "3 卡在管线迁改")
    assert "管线迁改" in (slow.stored("8.1")[-1].problem or "")


def test_where_nothing_lies_behind_nothing_is_asked(office: Cast) -> None:
    noted, *_digest = office.says("education", "全部没变化")
    assert noted.text == "记下了：2 项没有变化。"


def test_one_row_behind_needs_no_number(office: Cast) -> None:
    office.reports("housing", "8.1 完成35%", "2021-08-25T10:00")
    noted, *_digest = office.says("housing", "全部没变化")
    assert "其中 3（8.1）慢于序时" in noted.text
    assert str(office.presses("housing", "补一句")[0]) == "请直接回一句原因。"
    office.says("housing", "管线迁改还没谈下来，有困难")
    assert "管线迁改" in (office.stored("8.1")[-1].problem or "")


def test_a_correction_after_the_due_day_is_marked_as_such(office: Cast) -> None:
    office.says("education", "1 新增学位3200个")
    office.at("2021-10-08T10:00")
    office.says("education", "说错了，1 是3300个")
    [told] = office.says("admin", "出处 1")
    assert "更正迟报 2 天" in told.text
    [waiting] = office.says("admin", "谁没反馈")
    assert "更正迟报：教育局 2 天。" in waiting.text
    assert "\n迟报：" not in waiting.text


def test_in_english(slow: Cast) -> None:
    slow.says("housing", "/lang en")
    noted, *_digest = slow.says("housing", "no change for all")
    assert "behind schedule: would you add a reason?" in noted.text


def test_one_row_without_change_can_be_given_with_its_reason(slow: Cast) -> None:
    [asked] = slow.presses("housing", "3")
    assert asked.labels == ["没变化", "没变化，说原因", "返回"]
    noted, *_digest = slow.presses("housing", "没变化，说原因")
    assert noted.text == "记下了：\n3（8.1）没有变化\n请直接回一句原因。"
    assert slow.stored("8.1")[-1].no_change
    slow.says("housing", "管线迁改还没谈下来")
    assert "管线迁改" in (slow.stored("8.1")[-1].problem or "")
