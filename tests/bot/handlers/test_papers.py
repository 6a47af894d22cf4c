"""台账, 通报, 图 asked for in chat: what is understood, who gets what, and that nothing is lost on the way."""

from __future__ import annotations

import io
from datetime import datetime
from functools import partial

import pytest
from docx import Document as Word
from openpyxl import load_workbook
from sqlalchemy import select, update

from bot import documents, makers, making
from bot.message import CAPTION, Outgoing
from bot.views import chart
from bot.views.ledger_rows import Sight
from data.errors import UserError
from data.kinds import DocumentState
from data.models import Document, Outbox, Person, PersonRole, Reminder, Unit
from tests.bot.cast import Cast, Said


def got(cast: Cast, who: str, words: str) -> Said:
    """The file that answers some words."""
    cast.says(who, words)
    cast.makes()
    return cast.heard(who)[-1]


LIAISONS = select(Person.name).join(PersonRole).where(PersonRole.role == "liaison")


def recipe(cast: Cast) -> Document:
    """The newest thing that was asked for."""
    query = select(Document).order_by(Document.id.desc()).limit(1)
    return cast.read(lambda session: session.scalars(query).one())


def cells(cast: Cast, said: Said, sheet: int = 0) -> list[str]:
    book = load_workbook(io.BytesIO(cast.file(said)))
    return [str(cell.value) for row in book.worksheets[sheet].iter_rows() for cell in row if cell.value is not None]


def paragraphs(cast: Cast, said: Said) -> str:
    return "\n".join(paragraph.text for paragraph in Word(io.BytesIO(cast.file(said))).paragraphs)


def test_the_ledger_is_promised_and_then_comes_as_a_file(demo_cast: Cast) -> None:
    (promise,) = demo_cast.says("admin", "台账")
    assert promise.text == "正在做台账，做好就发在这里。"
    demo_cast.makes()
    said = demo_cast.heard("admin")[-1]
    assert said.file is not None
    assert said.file.name == "2021年重大民生实事台账（截至2021年9月26日）.xlsx"
    assert said.title == "台账"
    assert "25 项任务，数据截至9月26日" in said.text


def test_a_leaders_ledger_has_the_own_rows_and_no_liaisons_name(demo_cast: Cast) -> None:
    mine, all_rows = got(demo_cast, "leader", "台账"), got(demo_cast, "admin", "台账")
    assert "10 项任务" in mine.text
    assert not [cell for cell in cells(demo_cast, mine) if "农村公路" in cell]
    names = {name for (name,) in demo_cast.read(lambda session: session.execute(LIAISONS).all())}
    assert names & set(cells(demo_cast, all_rows, 2))
    assert not names & set(cells(demo_cast, mine, 2))


def test_the_office_gets_the_leaders_copy_by_a_button(demo_cast: Cast) -> None:
    got(demo_cast, "admin", "台账 截至8月31日")
    demo_cast.presses("admin", "给领导的一份")
    demo_cast.makes()
    said = demo_cast.heard("admin")[-1]
    assert said.file is not None
    assert said.file.name == "2021年重大民生实事台账（截至2021年8月31日）（报领导）.xlsx"
    assert said.labels == []


def test_a_ledger_tells_an_earlier_day(demo_cast: Cast) -> None:
    for words in (
        *("台账截至8月31日", "台账 截至8月31日", "导出台账 截止到8月31日", "截至8月31日的台账"),
        "/ledger as of 31 August",
    ):
        demo_cast.says("admin", words)
        assert recipe(demo_cast).args["until"] == "2021-08-31", words


def test_a_ledger_of_one_unit(demo_cast: Cast) -> None:
    demo_cast.says("admin", "教育局的台账")
    of = recipe(demo_cast).args
    assert "2 项任务" in got(demo_cast, "admin", "台账 教育局").text
    assert recipe(demo_cast).args == of


DAYS = [
    ("通报", "2021-09-01", "2021-09-30"),
    ("通报 8月", "2021-08-01", "2021-08-31"),
    ("8月份的通报", "2021-08-01", "2021-08-31"),
    ("生成通报草稿", "2021-09-01", "2021-09-30"),
    ("通报 上个月", "2021-08-01", "2021-08-31"),
    ("通报 8月1日到9月24日", "2021-08-01", "2021-09-24"),
    ("通报 9月1日-9月24日", "2021-09-01", "2021-09-24"),
    ("通报 截至9月24日", "2021-09-01", "2021-09-24"),
    ("通报 上半年", "2021-01-01", "2021-06-30"),
    ("/bulletin August", "2021-08-01", "2021-08-31"),
]


def test_a_bulletin_tells_of_the_days_that_are_named(demo_cast: Cast) -> None:
    for words, start, end in DAYS:
        demo_cast.says("admin", words)
        asked = recipe(demo_cast)
        assert (asked.what, asked.args) == ("bulletin", {"start": start, "end": end}), words


def test_the_bulletin_is_a_draft_in_word(demo_cast: Cast) -> None:
    said = got(demo_cast, "admin", "通报 8月")
    assert said.file is not None
    assert said.file.name == "2021年重大民生实事8月通报（征求意见稿）.docx"
    assert "8月1日至8月31日" in said.text
    assert "应报8家单位" in paragraphs(demo_cast, said)


def test_a_leaders_bulletin_tells_of_the_own_rows_and_units_alone(demo_cast: Cast) -> None:
    told = paragraphs(demo_cast, got(demo_cast, "leader", "通报 8月"))
    assert "10项任务" in told
    assert "应报4家单位" in told
    assert "住建局" not in told


def unreached(cast: Cast, unit: str) -> None:
    """No reminder of September reached that unit."""
    of = select(Reminder.id).join(Person).join(Unit, Unit.id == Person.unit_id).where(Unit.name == unit)
    cast.write(lambda session: session.execute(update(Reminder).where(Reminder.id.in_(of)).values(state="dropped")))


def test_who_could_not_be_reached_is_said_before_and_never_in_the_bulletin(office: Cast) -> None:
    unreached(office, "住建局")
    (asked,) = office.says("admin", "通报 9月")
    assert "未送达" in asked.text
    assert "住建局" in asked.text
    assert asked.labels == ["照样生成", "算了"]
    office.makes()
    assert office.heard("admin")[-1].file is None
    office.presses("admin", "照样生成")
    office.makes()
    said = office.heard("admin")[-1]
    assert said.file is not None
    assert "未送达" not in paragraphs(office, said)


def test_what_cannot_be_is_told_at_once(demo_cast: Cast) -> None:
    for words, told in (
        ("通报 12月", "12月1日还没有到"),
        ("通报 随便什么", "没看懂“随便什么”要哪一段时间"),
        ("台账 火星局", "没看懂“火星局”"),
    ):
        (said,) = demo_cast.says("admin", words)
        assert told in said.text
        assert demo_cast.write(partial(documents.take_next, now=demo_cast.now)) is None


def test_a_liaison_gets_no_papers(demo_cast: Cast) -> None:
    (said,) = demo_cast.says("education", "台账")
    assert said.file is None
    assert "通报" not in demo_cast.says("education", "帮助")[0].text


def test_the_summary_has_a_button_for_the_picture(demo_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart, "progress_chart", lambda rows, *_args: b"\x89PNG of %d" % len(rows))
    demo_cast.says("leader", "汇总")
    demo_cast.presses("leader", "看图")
    demo_cast.makes()
    said = demo_cast.heard("leader")[-1]
    assert said.file is not None
    assert said.file.is_picture
    assert demo_cast.file(said) == b"\x89PNG of 10"


def test_without_a_font_the_text_is_sent_and_admins_hear_of_it_once(
    demo_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chart, "progress_chart", lambda *_args: chart.NoChart("no_font"))
    for _ in range(2):
        said = got(demo_cast, "leader", "图")
        assert said.file is None
        assert "画不了图" in said.text
    told = [each.text for each in demo_cast.heard("admin") if "中文字体" in each.text]
    assert len(told) == 1


def test_a_bulletin_as_pdf_where_libreoffice_is(demo_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.makers.libreoffice", lambda: "soffice")
    monkeypatch.setattr("bot.makers.as_pdf", lambda document, given_up: b"%PDF of " + document[:2])
    got(demo_cast, "admin", "通报 8月")
    demo_cast.presses("admin", "PDF")
    demo_cast.makes()
    said = demo_cast.heard("admin")[-1]
    assert said.file is not None
    assert said.file.name.endswith("（征求意见稿）.pdf")
    assert demo_cast.file(said) == b"%PDF of PK"


def test_without_libreoffice_a_pdf_is_refused_with_the_way_out(
    demo_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.views.pdf.libreoffice", lambda: None)
    said = got(demo_cast, "admin", "通报 8月 pdf")
    assert "没有找到 LibreOffice" in said.text


# Durable


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger that is no workbook: what is in it is not looked at."""

    def ledger(sight: Sight, _recipe: documents.Recipe) -> documents.Made:
        return documents.Made(documents.File("台账.xlsx", "x/y", b"abc"), "台账", f"数据截至{sight.today}")

    monkeypatch.setattr(makers, "MAKERS", {"ledger": ledger})


def test_what_was_asked_for_survives_a_death_while_it_is_made(demo_cast: Cast, quick: None) -> None:
    demo_cast.says("admin", "台账")
    assert demo_cast.write(lambda session: documents.take_next(session, demo_cast.now)) is not None
    assert demo_cast.write(lambda session: documents.take_next(session, demo_cast.now)) is None
    assert demo_cast.write(documents.release) == 1
    demo_cast.makes()
    assert demo_cast.heard("admin")[-1].file is not None


def test_what_breaks_is_tried_three_times_and_then_told(demo_cast: Cast) -> None:
    demo_cast.says("admin", "台账")
    for _ in range(3):
        taken = demo_cast.write(partial(documents.take_next, now=demo_cast.now))
        assert taken is not None
        broken = partial(making.broke, recipe=taken, error=RuntimeError("boom"), now=demo_cast.now)
        demo_cast.write(partial(broken, postbox=demo_cast.postbox))
        demo_cast.wait(seconds=30)
    demo_cast.deliver()
    assert recipe(demo_cast).state == DocumentState.FAILED
    assert "没有做成" in demo_cast.heard("admin")[-1].text
    assert demo_cast.write(lambda session: documents.take_next(session, demo_cast.now)) is None


def test_a_file_and_its_message_are_one_transaction(demo_cast: Cast) -> None:
    demo_cast.says("admin", "台账")
    taken = demo_cast.write(lambda session: documents.take_next(session, demo_cast.now))
    assert taken is not None
    made = documents.Made(documents.File("台账.xlsx", "x/y", b"abc"), "台账", "")

    def hand_over_and_die(session: object) -> None:
        making.hand_over(session, taken, made, demo_cast.now, demo_cast.postbox)  # type: ignore[arg-type]
        raise UserError("died")

    with pytest.raises(UserError):
        demo_cast.write(hand_over_and_die)
    assert recipe(demo_cast).state == DocumentState.MAKING
    assert demo_cast.read(lambda session: documents.content(session, taken.id)) is None


def test_bytes_are_cleared_away_after_a_month(demo_cast: Cast, quick: None) -> None:
    said = got(demo_cast, "admin", "台账")
    assert said.file is not None
    demo_cast.wait(days=29)
    assert demo_cast.write(lambda session: documents.clear(session, demo_cast.now)) == 0
    demo_cast.wait(days=2)
    assert demo_cast.write(lambda session: documents.clear(session, demo_cast.now)) == 1


def test_more_words_than_fit_beside_a_file_go_before_it(demo_cast: Cast, quick: None) -> None:
    said = got(demo_cast, "admin", "台账")
    assert said.file is not None
    long = Outgoing("进" * (CAPTION + 1), person_id=demo_cast.people["admin"], document_id=said.file.document_id)
    demo_cast.write(lambda session: demo_cast.postbox.enqueue(session, long, demo_cast.now))
    newest = select(Outbox.kind).order_by(Outbox.id.desc()).limit(2)
    kinds = demo_cast.read(lambda session: session.scalars(newest).all())
    assert kinds == ["file", "send"]


def test_it_is_as_of_the_moment_of_asking(demo_cast: Cast, quick: None) -> None:
    demo_cast.says("admin", "台账")
    demo_cast.at("2021-10-02T09:00")
    demo_cast.makes()
    assert demo_cast.heard("admin")[-1].text == "数据截至2021-09-26"
    assert recipe(demo_cast).asked_at < datetime(2021, 9, 27, tzinfo=demo_cast.office.zone)
