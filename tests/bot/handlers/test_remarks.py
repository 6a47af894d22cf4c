"""请督查室了解: from the leader's tap to the unit's answer, through the office."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from bot.rowpage import row_page
from bot.web.views import RowView
from tests.bot.cast import Cast


def remark(cast: Cast, words: str = "为什么还没测") -> None:
    (row,) = cast.says("leader", "5.6")
    cast.says("leader", words, quoting=row)


def test_a_leaders_tap_goes_to_the_office_and_not_to_the_unit(office: Cast) -> None:
    office.says("leader", "5.6")
    before = len(office.heard("education"))
    (said,) = office.presses("leader", "请督查室了解")
    assert "已请督查室了解：体育设施开放、健康促进学校（5.6）" in said.text
    assert len(office.heard("education")) == before
    told = office.heard("admin")[-1]
    assert told.text == "何海平想了解：体育设施开放、健康促进学校（5.6）（教育局）"
    assert told.labels == ["转给单位", "已了解", "看原话"]


def test_a_reply_to_a_rows_view_is_a_remark_in_the_leaders_own_words(office: Cast) -> None:
    remark(office)
    assert "：“为什么还没测”" in office.heard("admin")[-1].text


def test_the_office_sees_what_the_unit_would_get_and_confirms(office: Cast) -> None:
    remark(office)
    (preview,) = office.presses("admin", "转给单位")
    sentence = (
        "【区政府督查室】体育设施开放、健康促进学校（5.6）：请说明“为什么还没测”，10月8日（周五）前回一句话即可。"
    )
    assert preview.text == f"将以督查室名义发给教育局周敏：\n{sentence}"
    (other,) = office.presses("admin", "3 个工作日内")
    assert "9月29日（周三）前" in other.text
    before = len(office.heard("education"))
    office.presses("admin", "确认转办")
    (asked,) = office.heard("education")[before:]
    assert "9月29日（周三）前回一句话即可" in asked.text
    assert "何海平" not in asked.text
    assert asked.labels == ["回复"]


def test_the_units_answer_goes_to_the_leader_and_the_office_once(office: Cast) -> None:
    remark(office)
    office.presses("admin", "转给单位")
    office.presses("admin", "确认转办")
    office.presses("education", "回复")
    office.says("education", "开放了9所，心理普测还没开始，等市里文件")
    office.says("education", "5.6 开放了10所")
    for who in ("leader", "admin"):
        told = [said.text for said in office.heard(who) if "教育局答复了" in said.text]
        assert len(told) == 1, who
        assert "“开放了9所，心理普测还没开始，等市里文件”" in told[0]
    (mine,) = office.says("leader", "我的批注")
    assert "为什么还没测” — 教育局9月26日答复：“开放了9所" in mine.text
    (row,) = office.says("leader", "5.6")
    assert "批注：9月26日" in row.text


def test_what_the_office_noted_asks_nobody(office: Cast) -> None:
    remark(office)
    before = len(office.heard("education"))
    office.presses("admin", "已了解")
    (late,) = office.presses("admin", "转给单位")
    assert "已经有人处理了" in late.text
    assert len(office.heard("education")) == before
    assert "督查室已了解" in office.says("leader", "我的批注")[0].text
    assert office.says("admin", "批注")[0].text == "没有待办的批注。"


def test_a_remark_is_taken_back_until_the_office_is_at_it(office: Cast) -> None:
    remark(office)
    assert office.presses("leader", "撤回")[0].text == "已撤回。"
    assert "领导已经撤回了" in office.presses("admin", "转给单位")[0].text
    assert "还没有批注" in office.says("leader", "/remarks")[0].text


@pytest.mark.parametrize("who", ["admin", "education"])
def test_nobody_but_a_leader_has_the_button(office: Cast, who: str) -> None:
    (row,) = office.says(who, "出处 5.6")
    assert "请督查室了解" not in row.labels


def test_the_page_of_a_row_shows_a_remark_and_its_state_to_the_leader_and_the_office(office: Cast) -> None:
    remark(office)
    office.presses("admin", "已了解")

    def remarks(who: str, on: date | None = None) -> list[tuple[str, str | None, str | None]]:
        def look(session: Session) -> RowView | None:
            person = office.people[who]
            return row_page(session, person, "5.6", office.now, everything=False, office=office.office, on=on)

        view = office.read(look)
        assert view is not None
        return [(entry.who, entry.words, entry.note) for entry in view.timeline if entry.remark]

    assert remarks("leader") == remarks("admin") == [("何海平", "为什么还没测", "督查室已了解")]
    assert remarks("education") == remarks("admin", date(2021, 9, 20)) == []


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("5.6 请抓紧", "体育设施开放、健康促进学校（5.6）"),
        ("1 为什么这么慢", "增加教育资源供给（序号1）"),
        ("第2项抓紧", "促进就业（序号2）"),
        ("促进就业要加快，下周报我", "促进就业（序号2）"),
    ],
)
def test_a_reply_to_a_line_of_a_summary_is_a_remark_on_its_row(office: Cast, words: str, title: str) -> None:
    (seen,) = office.says("leader", "汇总")
    (said,) = office.says("leader", words, quoting=seen)
    assert said.text.startswith(f"已请督查室了解：{title}，“{words}”")
    assert office.heard("admin")[-1].text.startswith(f"何海平想了解：{title}")


def test_a_reply_to_a_digest_that_came_by_itself_is_a_remark_too(office: Cast) -> None:
    office.says("leader", "每周一8:30给我汇总，没变化也发")
    office.at("2021-09-27T08:31")
    office.ticks()
    digest = office.heard("leader")[-1]
    assert "您分管的 10 项" in str(digest)
    assert "已请督查室了解" in office.says("leader", "5.6 为何还没有报", quoting=digest)[0].text


@pytest.mark.parametrize("words", ["学位完成了多少", "5.6进展", "教育局怎么样", "请抓紧", "请教育局抓紧"])
def test_a_question_or_words_of_no_one_row_in_reply_to_a_summary_are_no_remark(office: Cast, words: str) -> None:
    (seen,) = office.says("leader", "汇总")
    before = len(office.heard("admin"))
    (said,) = office.says("leader", words, quoting=seen)
    assert "已请督查室了解" not in said.text
    assert len(office.heard("admin")) == before


def test_what_a_leader_wants_without_quoting_is_passed_on_by_one_tap(office: Cast) -> None:
    (row,) = office.says("leader", "5.6 请抓紧")
    assert "已请督查室了解" not in row.text
    (said,) = office.presses("leader", "请督查室了解这句话")
    assert "“5.6 请抓紧”" in said.text


@pytest.mark.parametrize("who", ["admin", "education"])
def test_a_reply_of_somebody_else_is_no_remark(office: Cast, who: str) -> None:
    (seen,) = office.says(who, "汇总" if who == "admin" else "我的任务")
    assert "已请督查室了解" not in str(office.says(who, "5.6 请抓紧", quoting=seen)[0])
