"""Photos and documents find the report or the row that they belong to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from bot.message import SentFile
from data.models import Assignment, Attachment, Report
from tests.bot.cast import Cast

PHOTO = SentFile("photo-1", "photo")
OTHER = SentFile("photo-2", "photo")
PERMIT = SentFile("doc-1", "document", "施工许可.pdf", 1000)


def files(cast: Cast) -> Sequence[Attachment]:
    return cast.read(lambda session: session.scalars(select(Attachment).order_by(Attachment.id)).all())


def rows_of(cast: Cast, file: Attachment) -> list[str]:
    """The rows that a file belongs to, through the reports of its words or by itself."""
    words = select(Assignment.ref).join(Report).where(Report.inbox_id == file.words_id)
    own = select(Assignment.ref).where(Assignment.id == file.assignment_id)
    return cast.read(lambda session: [*session.scalars(words), *session.scalars(own)])


def test_a_photo_with_words_belongs_to_what_the_words_report(office: Cast) -> None:
    echo, *_ = office.sends("education", PHOTO, words="1新增学位3500个，预计11月底完成；2 开放了9所")
    assert echo.text.splitlines()[0] == "记下了："
    assert echo.text.splitlines()[-1] == "附件：照片 1 张。"
    (file,) = files(office)
    assert rows_of(office, file) == ["1", "5.6"]
    assert (file.key, file.state) == ("photo-1", "to_fetch")


def test_a_file_soon_after_a_report_belongs_to_it(office: Cast) -> None:
    office.says("education", "1新增学位3500个")
    office.wait(minutes=5)
    (told,) = office.sends("education", PERMIT)
    assert told.text == "收到“施工许可.pdf”，和刚才那条反馈放在一起。"
    assert rows_of(office, files(office)[0]) == ["1"]


def test_a_file_long_after_any_report_is_asked_about_and_a_button_names_its_row(office: Cast) -> None:
    office.says("education", "1新增学位3500个")
    office.wait(minutes=11)
    asked, *_ = office.sends("education", PHOTO)
    assert asked.text.startswith("收到照片 1 张，是哪一项的？")
    assert asked.labels == ["1 增加教育资源供给", "2 体育设施开放、健康促进学校"]
    (told,) = office.presses("education", "2 体育设施开放、健康促进学校")
    assert told.text == "收到照片 1 张，放在：体育设施开放、健康促进学校（5.6）。"
    assert rows_of(office, files(office)[0]) == ["5.6"]
    (again,) = office.presses("education", "换一项")
    office.presses("education", "1 增加教育资源供给", again)
    assert rows_of(office, files(office)[0]) == ["1"]


def test_words_that_follow_a_file_take_it_along(office: Cast) -> None:
    office.sends("education", PHOTO)
    echo, *_ = office.says("education", "2 开放了9所")
    assert echo.text.endswith("刚才发的照片 1 张也放在一起了。")
    assert rows_of(office, files(office)[0]) == ["5.6"]


def test_photos_sent_together_stay_together_and_are_answered_once(office: Cast) -> None:
    first = office.sends("education", PHOTO, album="a")
    second = office.sends("education", OTHER, album="a")
    assert (len(first), len(second)) == (1, 0)
    office.presses("education", "1 增加教育资源供给")
    assert [rows_of(office, file) for file in files(office)] == [["1"], ["1"]]
    third = office.sends("education", SentFile("photo-3", "photo"), album="a")
    assert (third, rows_of(office, files(office)[2])) == ([], ["1"])


def test_the_words_of_an_album_count_for_all_its_photos_whichever_comes_first(office: Cast) -> None:
    office.sends("education", PHOTO, album="a")
    echo, *_ = office.sends("education", OTHER, words="2 开放了9所", album="a")
    assert echo.text.endswith("附件：照片 2 张。")
    assert [rows_of(office, file) for file in files(office)] == [["5.6"], ["5.6"]]


def test_words_that_are_asked_about_keep_their_file(office: Cast) -> None:
    asked, *_ = office.sends("education", PHOTO, words="80%")
    assert asked.text.splitlines() == ["“80%”是哪一项？", "附件：照片 1 张。"]
    office.presses("education", asked.labels[0])
    assert len(rows_of(office, files(office)[0])) == 1


def test_words_that_report_nothing_leave_the_question_which_row(office: Cast) -> None:
    asked, *_ = office.sends("education", PHOTO, words="现场照片")
    assert "是哪一项的？" in asked.text


def test_a_caption_that_is_a_mistake_loses_no_file(office: Cast) -> None:
    (told,) = office.sends("education", PHOTO, words="/abc")
    assert "是哪一项的？" in told.text or "/abc" in told.text
    assert len(files(office)) == 1


def test_a_quoted_echo_says_which_report_is_meant(office: Cast) -> None:
    echo, *_ = office.says("education", "2 开放了9所")
    office.wait(hours=3)
    office.says("education", "1新增学位3500个")
    office.wait(hours=3)
    office.sends("education", PHOTO, quoting=echo)
    assert rows_of(office, files(office)[0]) == ["5.6"]


def test_a_file_taken_back_is_shown_no_more(office: Cast) -> None:
    office.says("education", "2 开放了9所")
    office.sends("education", PERMIT)
    assert "附件：施工许可.pdf" in office.says("admin", "出处 5.6")[0].text
    (told,) = office.presses("education", "撤回附件")
    assert told.text == "已撤回“施工许可.pdf”，不再显示。"
    assert "附件" not in office.says("admin", "出处 5.6")[0].text


def test_the_files_of_a_withdrawn_report_go_with_it(office: Cast) -> None:
    office.sends("education", PERMIT, words="2 开放了9所")
    office.says("education", "撤回")
    assert "附件" not in office.says("admin", "出处 5.6")[0].text


def test_whoever_reports_nothing_is_told_that_a_file_is_kept(office: Cast) -> None:
    (told,) = office.sends("leader", PHOTO)
    assert told.text == "收到照片 1 张，已留存。附件请由单位联络员随反馈一起发来。"


def test_a_sticker_is_no_file(office: Cast) -> None:
    (told,) = office.sends("education")
    assert told.text == "这条消息里没有看到文字，请写一句进展发来。"
    assert files(office) == []
