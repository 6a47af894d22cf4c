"""What becomes of a liaison's words: filed, asked, corrected, withdrawn, kept as a draft."""

from __future__ import annotations

from tests.bot.cast import Cast


def standing(cast: Cast, ref: str) -> list[tuple[str | None, float | None, list[float]]]:
    def figures(session) -> list[tuple[str | None, float | None, list[float]]]:  # type: ignore[no-untyped-def]
        from sqlalchemy import select

        from data.models import Assignment, Report

        query = select(Report).join(Assignment).where(Assignment.ref == ref, Report.standing.is_(True))
        found = session.scalars(query.order_by(Report.id))
        return [(r.status, r.percent, [figure.value for figure in r.figures]) for r in found]

    return cast.read(figures)


def test_a_percent_that_names_no_row_asks_which_one_and_a_press_files_it(office: Cast) -> None:
    asked, *_ = office.says("education", "80%")
    assert "是哪一项" in str(asked)
    assert standing(office, "1") == []
    office.presses("education", asked.labels[0])
    assert [percent for _status, percent, _figures in standing(office, "1")] == [80]


def test_a_figure_above_the_target_is_asked_about_and_not_stored(office: Cast) -> None:
    asked, *_ = office.says("education", "1 学位5300个")
    assert "超出 300" in str(asked)
    assert standing(office, "1") == []
    office.presses("education", "对，超额完成")
    assert [figures for _status, _percent, figures in standing(office, "1")] == [[5300.0]]


def test_free_words_answer_the_open_question(office: Cast) -> None:
    office.says("education", "1 学位5300个")
    office.says("education", "对")
    assert [figures for _status, _percent, figures in standing(office, "1")] == [[5300.0]]


def test_what_is_plain_is_stored_while_the_rest_is_asked(office: Cast) -> None:
    said, *_ = office.says("education", "1 学位5300个；2 开放了9所")
    assert "记下了" in str(said)
    assert "超出 300" in str(said)
    assert [figures for _status, _percent, figures in standing(office, "5.6")] == [[9.0]]
    assert standing(office, "1") == []


def test_a_question_is_put_down_by_cancel(office: Cast) -> None:
    office.says("education", "1 学位5300个")
    said, *_ = office.says("education", "取消")
    assert "先放下" in str(said)
    office.says("education", "对")
    assert standing(office, "1") == []


def test_a_lower_figure_asks_whether_it_was_wrong_before(office: Cast) -> None:
    office.says("education", "1 学位3500个")
    asked, *_ = office.says("education", "1 学位3300个")
    assert "少 200" in str(asked)
    corrected, *_ = office.presses("education", "上次报错了")
    assert "已更正" in str(corrected)
    assert [figures for _status, _percent, figures in standing(office, "1")] == [[3300.0]]


def test_a_month_and_a_total_are_told_apart_by_asking(office: Cast) -> None:
    office.reports("education", "新增学位3200个", "2021-08-25T10:00")
    asked, *_ = office.says("education", "1 本月新增学位400个")
    assert "累计" in str(asked)
    office.presses("education", next(label for label in asked.labels if "3600" in label))
    assert [figures for _status, _percent, figures in standing(office, "1")][-1] == [3600.0]


def test_a_month_without_a_known_total_asks_for_the_total(office: Cast) -> None:
    office.says("education", "1 本月新增学位400个")
    said, *_ = office.presses("education", "本月")
    assert "累计" in str(said)
    assert standing(office, "1") == []
    office.says("education", "3600")
    assert [figures for _status, _percent, figures in standing(office, "1")] == [[3600.0]]


def test_withdrawing_makes_the_report_before_stand_again(office: Cast) -> None:
    office.says("education", "1 学位3500个")
    office.says("education", "说错了，是3300")
    office.presses("education", "撤回这次更正")
    assert [figures for _status, _percent, figures in standing(office, "1")] == [[3500.0]]


def test_a_draft_counts_only_when_it_is_reported(office: Cast) -> None:
    kept, *_ = office.says("education", "1 学位3500个，先存着，等局领导看过再报")
    assert "草稿" in str(kept)
    assert standing(office, "1") == []
    replies = office.says("education", "报出")
    assert any("已报出" in str(said) for said in replies)
    assert [figures for _status, _percent, figures in standing(office, "1")] == [[3500.0]]


def test_an_acknowledgement_gets_no_answer_and_is_no_report(office: Cast) -> None:
    assert office.says("education", "收到") == []
    assert standing(office, "1") == []


def test_what_is_not_understood_is_said_and_kept(office: Cast) -> None:
    said, *_ = office.says("education", "天气不错啊今天")
    assert "原话已留存" in str(said) or "您好" in str(said)


def test_a_wish_for_a_date_after_the_deadline_is_told_to_the_office(office: Cast) -> None:
    asked, *_ = office.says("education", "1 完不成了，想延期到2022年1月20日")
    assert "2022年1月20日" in str(asked)
    office.presses("education", "是，申请延期")
    assert any("想延期" in str(said) for said in office.heard("admin"))


def test_no_change_by_button_counts_as_an_answer(office: Cast) -> None:
    office.reports("education", "新增学位3200个", "2021-08-25T10:00")
    replies = office.says("education", "1 没变化")
    assert any("没有变化" in str(said) for said in replies)


def test_full_width_and_forwarded_and_emoji_do_no_harm(office: Cast) -> None:
    said, *_ = office.says("education", "１　学位３５００个👍")
    assert "3500/5000" in str(said)


def test_somebody_elses_button_is_refused(office: Cast) -> None:
    echo, *_ = office.says("education", "1 学位3500个")
    said, *_ = office.presses("housing", "撤回", echo)
    assert "发给别人" in str(said)
    assert [figures for _status, _percent, figures in standing(office, "1")] == [[3500.0]]
