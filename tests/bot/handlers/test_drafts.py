"""先存着, 报出, 报前确认: what is kept counts for nothing until the unit has nodded."""

from __future__ import annotations

from collections.abc import Sequence

from bot.exports import reports_json
from data.kinds import Role
from data.models import Report
from tests.bot.cast import Cast

DRAFT = "1 学位3500个，先存着，等局领导看过再报"


def live(cast: Cast, ref: str) -> list[tuple[str, list[float]]]:
    """The reports and drafts of a row that were not withdrawn, with their figures."""
    return [
        ("draft" if report.draft else "stands", figures_of(cast, report))
        for report in cast.stored(ref)
        if report.withdrawn_at is None and (report.draft or report.standing)
    ]


def figures_of(cast: Cast, report: Report) -> list[float]:
    return cast.read(lambda session: [figure.value for figure in session.get_one(Report, report.id).figures])


def text(said: Sequence[object]) -> str:
    return "\n".join(str(each) for each in said)


def test_a_draft_is_shown_to_nobody_else(office: Cast) -> None:
    office.says("education", DRAFT)
    assert "3500" not in text(office.says("admin", "出处 1"))
    assert "3500" not in text(office.says("admin", "汇总"))
    assert "3500" not in text(office.says("leader", "学位完成了多少"))
    assert office.read(reports_json) == {"reports": []}


def test_a_draft_is_reported_with_the_time_at_which_it_is_sent(office: Cast) -> None:
    office.says("education", DRAFT)
    office.at("2021-09-28T15:00")
    (told, *_) = office.says("education", "报出")
    assert told.text == "已报出：\n1（序号1）学位 3500/5000 个"
    (report,) = office.stored("1")
    assert (report.standing, report.as_of) == (True, report.said_at)
    assert report.said_at == office.now.replace(minute=0, second=0)
    assert report.round_id is not None


def test_sent_twice_it_is_one_report(office: Cast) -> None:
    kept, *_ = office.says("education", DRAFT)
    office.presses("education", "报出", kept)
    again, *_ = office.presses("education", "报出", kept)
    assert "报出" in again.text
    assert office.says("education", "报出")[0].text == "没有待报的草稿。"
    assert live(office, "1") == [("stands", [3500])]


def test_once_a_list_was_sent_off_its_other_buttons_do_nothing_more(office: Cast) -> None:
    office.says("education", DRAFT)
    [listed] = office.says("education", "草稿")
    office.presses("education", "报出", listed)
    assert office.presses("education", "改", listed)[0].text.startswith("“改”")
    assert live(office, "1") == [("stands", [3500])]


def test_the_report_of_just_now_becomes_a_draft_by_a_word(office: Cast) -> None:
    office.says("education", "1 学位3500个；2 开放了9所")
    (told, *_) = office.says("education", "先存着")
    assert told.text.startswith("已存为草稿，还没有报出：\n1（序号1）学位 3500/5000 个\n2（5.6）")
    assert live(office, "1") == [("draft", [3500])]
    assert told.labels == ["报出", "改", "删掉"]


def test_a_word_before_anything_was_said_keeps_what_comes_next(office: Cast) -> None:
    (told,) = office.says("education", "先存着")
    assert told.text == "好的，接下来发的进展先存为草稿，回“报出”才算数。"
    office.says("education", "1 学位3500个")
    assert live(office, "1") == [("draft", [3500])]
    office.says("education", "2 开放了9所")
    assert [state for state, _figures in live(office, "5.6")] == ["stands"]


def test_what_is_asked_about_a_draft_stays_a_draft(office: Cast) -> None:
    asked, *_ = office.says("education", "1 学位5300个，先存着")
    assert "超出 300" in asked.text
    office.presses("education", "对，超额完成")
    assert live(office, "1") == [("draft", [5300])]


def test_free_words_correct_a_draft(office: Cast) -> None:
    office.says("education", DRAFT)
    (told, *_) = office.says("education", "说错了，是3300")
    assert "已存为草稿" in told.text
    assert live(office, "1") == [("draft", [3300])]


def test_changing_the_message_changes_the_draft(office: Cast) -> None:
    office.says("education", DRAFT)
    message = office.last_message
    office.edits("education", message, "1 学位3600个")
    assert live(office, "1") == [("draft", [3600])]


def test_taking_back_drops_the_draft_and_not_the_report_before_it(office: Cast) -> None:
    office.says("education", "2 开放了9所")
    office.says("education", DRAFT)
    assert office.says("education", "撤回")[0].text == "草稿已删除。"
    assert (live(office, "1"), [state for state, _f in live(office, "5.6")]) == ([], ["stands"])


def test_a_units_drafts_are_listed_and_a_colleague_can_send_them(office: Cast) -> None:
    office.joins("deputy", "李敏", Role.LIAISON, "教育局")
    office.says("education", DRAFT)
    (told,) = office.says("deputy", "报出")
    assert told.text == "草稿 1 条，还没有报出：\n（序号1）学位 3500/5000 个（周敏，9月26日）"
    office.presses("deputy", "报出", told)
    assert live(office, "1") == [("stands", [3500])]
    assert office.says("housing", "/drafts")[0].text == "没有待报的草稿。"


def test_a_unit_that_signs_off_reports_only_after_somebody_looked(office: Cast) -> None:
    (set_,) = office.says("education", "报前确认 开")
    assert set_.text.startswith("教育局：报前确认已打开")
    (echo, *_) = office.says("education", "1 学位3500个")
    assert echo.text == "记下了，还没有报出：\n1（序号1）学位 3500/5000 个\n本单位设了报前确认，请负责人看过再报。"
    assert echo.labels == ["看过，报出", "先存着"]
    assert live(office, "1") == [("draft", [3500])]
    office.presses("education", "看过，报出", echo)
    assert live(office, "1") == [("stands", [3500])]


def test_the_echos_other_button_keeps_it(office: Cast) -> None:
    office.says("education", "报前确认 开")
    echo, *_ = office.says("education", "1 学位3500个")
    (told,) = office.presses("education", "先存着", echo)
    assert told.labels == ["报出", "改", "删掉"]
    assert live(office, "1") == [("draft", [3500])]


def test_where_a_unit_signs_off_a_report_stands_until_its_correction_is_sent(office: Cast) -> None:
    office.says("education", "1 学位3500个")
    office.says("education", "报前确认 开")
    office.says("education", "说错了，是3300")
    assert live(office, "1") == [("stands", [3500]), ("draft", [3300])]
    office.says("education", "报出")
    assert live(office, "1") == [("stands", [3300])]


def test_no_change_by_button_waits_too(office: Cast) -> None:
    office.reports("education", "新增学位3200个", "2021-08-25T10:00")
    office.says("education", "报前确认 开")
    office.says("education", "1 没变化")
    assert [report.draft for report in office.stored("1")] == [False, True]


def test_an_admin_sets_it_for_any_unit_and_a_liaison_for_the_own_only(office: Cast) -> None:
    (told,) = office.says("admin", "/signoff 教育局 on")
    assert told.text.startswith("教育局：报前确认已打开")
    office.presses("admin", "关闭报前确认")
    assert "已关闭" in office.heard("admin")[-1].text
    assert office.says("housing", "报前确认 教育局 开")[0].text == "只能设本单位（住建局）的报前确认。"
    assert office.says("admin", "报前确认 开")[0].text == "请写上单位，如“报前确认 教育局 开”。"


def test_in_english(office: Cast) -> None:
    office.says("education", "/lang en")
    office.says("education", "signoff on")
    echo, *_ = office.says("education", "1 学位3500个")
    assert echo.labels == ["Looked at, send", "Keep as a draft"]
    assert echo.text.startswith("Noted, not yet sent off:")


def test_a_draft_is_changed_by_its_button(office: Cast) -> None:
    office.says("education", DRAFT)
    office.presses("education", "改")
    office.says("education", "是3400")
    assert live(office, "1") == [("draft", [3400])]


def test_the_list_itself_has_a_button_to_keep_what_comes_next(office: Cast) -> None:
    [said] = office.presses("housing", "先存着")
    assert said.text == "好的，接下来发的进展先存为草稿，回“报出”才算数。"
    [kept] = office.says("housing", "2 完成60%")
    assert kept.text.startswith("已存为草稿，还没有报出：")
    assert office.stored("6")[0].draft


def test_in_a_unit_that_signs_off_it_has_none_since_all_is_kept(cast: Cast) -> None:
    cast.says("admin", "报前确认 住建局 开")
    cast.ticks()
    assert "先存着" not in cast.heard("housing")[-1].labels
