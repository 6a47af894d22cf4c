"""From a liaison's words to reports: corrected, taken back, and never forgotten."""

from __future__ import annotations

import re

import pytest

from tests.bot.cast import Cast


@pytest.mark.parametrize(
    "words", ["更正：1 学位3400", "说错了，1 学位 3400个", "correction: 1 学位 3400", "更正 1、学位3400个"]
)
def test_a_row_that_is_named_is_corrected_whichever_was_reported_last(office: Cast, words: str) -> None:
    office.says("education", "1 学位3500个")
    office.says("education", "2 没变化")
    [corrected, *_digest] = office.says("education", words)
    assert str(corrected) == "已更正：（序号1）学位 3400/5000 个（原报 3500）。"
    assert [report.no_change for report in office.stored("5.6")] == [True]


def test_a_report_is_echoed_against_its_target_and_can_be_corrected_in_free_words(office: Cast) -> None:
    (noted,) = [said for said in office.says("education", "1 新增学位3500个，预计11月底完成") if "记下了" in said.text]
    assert "学位 3500/5000 个 · 预计11月30日前完成" in noted.text
    assert [button.label for button in noted.buttons] == ["更正", "撤回"]
    corrected = office.says("education", "说错了，是3300")
    assert any("学位 3300/5000 个（原报 3500）" in said.text for said in corrected)
    first, second = office.stored("1")
    assert (first.standing, second.standing, second.supersedes_id) == (False, True, first.id)
    assert first.text == "1 新增学位3500个，预计11月底完成"


def test_the_last_report_is_taken_back_by_a_word_and_its_words_stay_with_a_mark(office: Cast) -> None:
    office.says("education", "1 新增学位3500个")
    office.says("education", "撤回")
    (report,) = office.stored("1")
    assert not report.standing
    (source,) = office.says("admin", "出处 1")
    assert "“1 新增学位3500个”（已撤回）" in source.text


def test_when_a_correction_is_taken_back_the_report_before_stands_again(office: Cast) -> None:
    office.says("education", "1 新增学位3500个")
    office.says("education", "说错了，是3300")
    replies = office.presses("education", "撤回这次更正")
    assert "恢复为上一次报的内容" in replies[0].text
    assert [report.standing for report in office.stored("1")] == [True, False]


def test_a_report_can_be_taken_back_after_its_round_is_over(office: Cast) -> None:
    office.says("education", "1 新增学位3500个")
    office.at("2021-11-02T10:00")
    office.ticks()
    office.says("education", "撤回")
    (report,) = office.stored("1")
    assert not report.standing
    assert report.withdrawn_at is not None
    assert report.withdrawn_at.month == 11


def test_nothing_changed_states_nothing_and_is_kept_as_such(office: Cast) -> None:
    office.says("education", "1 新增学位3200个")
    replies = office.says("education", "1 没变化")
    assert any("没有变化" in said.text for said in replies)
    last = office.stored("1")[-1]
    assert last.no_change
    assert (last.status, last.percent, last.expected_date) == (None, None, None)


def test_a_figure_that_is_far_from_what_was_said_last_is_asked_about_with_buttons(office: Cast) -> None:
    office.says("education", "1 新增学位3500个；2 开放了9所")
    office.says("education", "2 应该是8")
    before = len(office.stored("5.6"))
    [asked] = office.says("education", "数字应该是3390个")
    assert asked.text == "“3390”是更正哪一项？"
    assert asked.labels == ["增加教育资源供给（序号1）增加学位"]
    assert office.presses("education", asked.labels[0])[0].text == "已更正：（序号1）学位 3390/5000 个（原报 3500）。"
    assert len(office.stored("5.6")) == before


def test_before_any_list_a_bare_number_that_may_be_two_rows_is_asked_with_both(cast: Cast) -> None:
    (asked,) = cast.says("education", "1 新增学位3200个")
    assert len(asked.buttons) >= 2
    assert cast.stored("1") == []
    cast.presses("education", asked.buttons[0].label)
    (report,) = cast.stored("1")
    assert report.text == "1 新增学位3200个"


def test_nothing_changed_two_rounds_running_is_told_to_the_office(office: Cast) -> None:
    office.says("education", "1 没变化")
    office.at("2021-10-25T09:00")
    office.ticks()
    office.wait(minutes=5)
    office.says("education", "1 没变化")
    office.at("2021-10-29T10:00")
    (said,) = office.says("admin", "谁没反馈")
    assert "连续两轮没有变化：增加教育资源供给（序号1）。" in said.text


def test_the_office_sees_who_wrote_and_when_others_see_the_unit(office: Cast) -> None:
    office.says("education", "1 新增学位3500个")
    assert re.search(r"日 \d{1,2}:\d{2} 教育局 周敏：“1 新增学位3500个”", office.says("admin", "出处 1")[0].text)
    assert "日 教育局：“1 新增学位3500个”" in office.says("leader", "出处 1")[0].text
