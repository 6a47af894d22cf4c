"""The bulletin: an official document's shape, honest counts, nothing that nobody said."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from openpyxl import load_workbook
from sqlalchemy import select

from bot.views import bulletin_paper
from bot.views.bulletin import Bulletin, Period, bulletin, month_period
from bot.views.ledger import ledger
from bot.views.pdf import as_pdf, libreoffice
from data.errors import UserError
from data.kinds import ReminderState, RoundState
from data.models import Assignment, Reminder, Report, Round, RoundItem, Unit
from scheduler.lamp import Column
from tests.bot.views.conftest import NOW, OFFICE, Desk
from tests.requirements import need

SAID = NOW.replace(month=8, day=26)
AUGUST = month_period(date(2021, 8, 1))


def made(desk: Desk, period: Period = AUGUST, template: Path | None = None) -> Bulletin:
    return desk.see(lambda sight: bulletin(sight, period, template))


def paper(made: Bulletin) -> Any:
    return Document(io.BytesIO(made.document))


def paragraphs(made: Bulletin) -> list[str]:
    return [paragraph.text for paragraph in paper(made).paragraphs]


def words(made: Bulletin) -> str:
    document = paper(made)
    table = [cell.text for row in document.tables[0].rows for cell in row.cells]
    return "\n".join([*paragraphs(made), *table])


def section(made: Bulletin, heading: str, following: str) -> list[str]:
    found = paragraphs(made)
    return found[found.index(heading) + 1 : found.index(following)]


# The shape -------------------------------------------------------------------------------------------------


def test_the_paper_is_that_of_an_official_document(desk: Desk) -> None:
    page = paper(made(desk)).sections[0]
    assert [round((length or 0) / Mm(1)) for length in (page.page_width, page.page_height)] == [210, 297]
    lengths = (page.top_margin, page.left_margin, page.right_margin, page.bottom_margin)
    assert [round((length or 0) / Mm(1)) for length in lengths] == [37, 28, 26, 35]


def test_the_body_is_indented_by_two_characters_in_lines_of_one_height(desk: Desk) -> None:
    document = paper(made(desk))
    body = next(paragraph for paragraph in document.paragraphs if "25项任务" in paragraph.text)
    indent = body._p.pPr.find(qn("w:ind"))
    assert (indent.get(qn("w:firstLineChars")), indent.get(qn("w:firstLine"))) == ("200", "640")
    assert body.runs[0].font.size.pt == 16
    assert body.runs[0]._r.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) == "仿宋_GB2312"
    normal = document.styles["Normal"].paragraph_format
    assert 28 < normal.line_spacing.pt < 29
    assert normal.line_spacing.mm * 22 <= 225


def test_each_kind_of_line_names_its_font(desk: Desk) -> None:
    document = paper(made(desk))
    fonts = {p.text: p.runs[0]._r.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) for p in document.paragraphs if p.runs}
    assert fonts["关于2021年重大民生实事8月份\n进展情况的通报"] == "方正小标宋简体"
    assert fonts["（征求意见稿）"] == "楷体_GB2312"
    assert fonts["一、总体进展"] == "黑体"
    assert fonts["（一）慢于序时的任务"] == "楷体_GB2312"
    head = document.tables[0].rows[0].cells[0].paragraphs[0].runs[0]
    assert head._r.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) == "黑体"


def test_page_numbers_stand_on_the_outside_edge(desk: Desk) -> None:
    document = paper(made(desk))
    page = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer
    for footer, side in ((page.footer, "right"), (page.even_page_footer, "left")):
        line = footer.paragraphs[0]
        assert line._p.pPr.find(qn("w:ind")).get(qn(f"w:{side}Chars")) == "100"
        assert "PAGE" in line._p.xml
        assert line.text.strip().startswith("—")


def test_the_annex_repeats_its_head_on_each_page(desk: Desk) -> None:
    table = paper(made(desk)).tables[0]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert [cell.text for cell in table.rows[0].cells] == ["序号", "任务", "牵头单位", "进展情况", "时限", "评价"]
    assert len(table.rows) == 1 + 25


def test_the_built_in_template_is_the_one_that_is_made(tmp_path: Path) -> None:
    anew = tmp_path / "t.docx"
    bulletin_paper.main([str(anew)])
    kept = Path(bulletin_paper.__file__).parent / "templates" / "bulletin.docx"
    assert parts(anew) == parts(kept)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith(".xml")}


# What it says ----------------------------------------------------------------------------------------------


def test_it_counts_rows_and_answers(desk: Desk) -> None:
    told = made(desk)
    first = next(line for line in paragraphs(told) if line.startswith("2021年重大民生实事共"))
    assert first == (
        "2021年重大民生实事共10个项目、25项任务。截至2021年8月31日，完成0项，达序时19项，慢于序时4项，未反馈1项，"
        "未评1项。8月调度应报8家单位，已报8家（其中部分反馈1家）。现将有关情况通报如下。"
    )
    assert sum(told.facts.counts.values()) == 25
    assert "据牵头单位反馈已启动24项，开工率96%" in words(told)


def test_rows_behind_schedule_stand_with_schedule_reason_and_next_step(desk: Desk) -> None:
    lines = section(made(desk), "三、慢于序时的项目", "四、存在的主要问题和需要协调的事项")
    assert lines[1] == (
        "1．促进就业（序号2，人社局）。慢于序时：职业技能培训5100/10000人次（51%），8月25日序时65%，慢14个百分点；"
        "其余7项指标达序时。下一步：9月起补开线下培训（单位反馈）。"
    )
    renovation = next(line for line in lines if "8.1" in line)
    assert "原因：管线迁改（单位反馈）。" in renovation


def test_no_reason_is_given_that_the_unit_did_not_give(desk: Desk) -> None:
    lines = section(made(desk), "三、慢于序时的项目", "四、存在的主要问题和需要协调的事项")
    assert "原因" not in next(line for line in lines if "居家养老服务中心" in line)
    assert section(made(desk), "四、存在的主要问题和需要协调的事项", "五、下一步工作要求") == [
        "1．老旧小区改造（8.1，住建局）。管线迁改。"
    ]


def test_silence_is_no_lag(desk: Desk) -> None:
    lines = section(made(desk), "三、慢于序时的项目", "四、存在的主要问题和需要协调的事项")
    assert lines[-2:] == ["（二）未按期反馈的任务", "1．教育局1项：体育设施开放、健康促进学校（5.6）。"]


def test_it_is_a_draft_without_number_seal_or_signature(desk: Desk) -> None:
    lines = paragraphs(made(desk))
    assert lines[1] == "（征求意见稿）"
    assert lines[3] == "各有关单位："
    assert "督查室" not in "".join(line for line in lines if "补充" not in line)
    assert not any("号" in line and "〔" in line for line in lines)
    assert "2021年8月31日" in lines


def undelivered(session: Any, unit: str) -> None:
    """The unit was not reached in August and never reported anything."""
    each = session.scalars(select(Round).where(Round.state == RoundState.CLOSED)).one()
    found = session.scalars(select(Unit).where(Unit.name == unit)).one()
    for reminder in session.scalars(select(Reminder).where(Reminder.round_id == each.id)):
        if reminder.person.unit_id == found.id:
            reminder.state, reminder.reason = ReminderState.DROPPED, "blocked"
    for report in session.scalars(select(Report).where(Report.unit_id == found.id)):
        report.standing, report.fell_at = False, NOW


def test_a_unit_that_was_not_reached_never_stands_in_it_and_is_told_before(desk: Desk) -> None:
    desk.write(lambda session: undelivered(session, "卫健局"))
    told = made(desk)
    assert [(one.opened, one.units) for one in told.undelivered] == [(date(2021, 8, 25), ("卫健局",))]
    assert "应报7家单位，已报7家" in words(told)
    assert "未送达" not in words(told)
    assert "送达" not in words(told)
    assert not any("卫健局" in line for line in paragraphs(told) if "调度" in line or "未按期" in line)


def test_units_still_have_time_while_a_round_is_open(desk: Desk) -> None:
    def open_round(session: Any) -> None:
        plan = desk.sight(session).plan
        each = Round(plan_id=plan.id, fire_local="2021-09-26T09:00", fire_at=NOW, opened_at=NOW, state=RoundState.OPEN)
        each.due_on = date(2021, 9, 29)
        session.add(each)
        session.flush()
        for row in session.scalars(select(Assignment).where(Assignment.ref.in_(("1", "2")))):
            session.add(RoundItem(round_id=each.id, assignment_id=row.id, unit_id=row.lead_unit_id, position=1))
        for number, person_id in enumerate(session.scalars(select(Reminder.person_id).distinct())):
            state = ReminderState.WAITING if number < 8 else ReminderState.QUEUED
            at = {"send_from": NOW, "use_until": NOW + timedelta(days=3)}
            session.add(Reminder(round_id=each.id, person_id=person_id, kind="digest", state=state, **at))

    desk.write(open_round)
    told = made(desk, month_period(date(2021, 9, 1)))
    assert "9月调度应报2家单位，已报0家，其余2家反馈期限为9月29日。" in words(told)
    assert told.facts.title == "关于2021年重大民生实事9月份进展情况的通报"


def test_an_answer_after_the_period_counts_neither_in_the_bulletin_nor_in_the_ledger_of_its_end(desk: Desk) -> None:
    def answer_late(session: Any) -> None:
        row = session.scalars(select(Assignment).where(Assignment.ref == "7.1")).one()
        for report in session.scalars(select(Report).where(Report.assignment_id == row.id)):
            report.said_at = datetime(2021, 9, 2, 10, tzinfo=OFFICE.zone)

    desk.write(answer_late)
    assert "8月调度应报8家单位，已报7家（其中部分反馈1家），未反馈1家（卫健局）。" in words(made(desk))
    assert rounds_of(desk, date(2021, 8, 31))["卫健局"] == "未反馈"
    assert rounds_of(desk, date(2021, 9, 26))["卫健局"] == "全部反馈"


def test_what_people_wrote_can_not_break_the_document(desk: Desk) -> None:
    def write(session: Any) -> None:
        row = session.scalars(select(Assignment).where(Assignment.ref == "8.1")).one()
        report = session.scalars(select(Report).where(Report.assignment_id == row.id)).one()
        report.problem = "<w:t>{{ title }}\x08&\n第二行。"

    desk.write(write)
    assert "原因：<w:t>{{ title }}&第二行（单位反馈）。" in words(made(desk))


def rounds_of(desk: Desk, on: date) -> dict[str, str]:
    """Unit → what the ledger of that day says of its answer."""
    sheet = load_workbook(io.BytesIO(desk.see(lambda sight: ledger(sight.until(on)))))["调度情况"]
    return {str(row[3]): str(row[6]) for row in sheet.iter_rows(min_row=4, values_only=True)}


def told_of(session: Any, ref: str, **stated: Any) -> None:
    row = session.scalars(select(Assignment).where(Assignment.ref == ref)).one()
    at = {"said_at": SAID, "as_of": SAID, "created_at": SAID}
    session.add(Report(assignment_id=row.id, unit_id=row.lead_unit_id, channel="web", reading={}, **at, **stated))


def test_done_is_not_said_before_the_office_has_checked(desk: Desk) -> None:
    desk.write(lambda session: told_of(session, "3.2", text="都做完了", status="done"))
    told = made(desk)
    assert any(line.endswith("．老城厢道路整治（3.2，住建局）。报完成（待核）。") for line in paragraphs(told))
    row = next(row for row in paper(told).tables[0].rows if row.cells[0].text == "3.2")
    assert row.cells[3].text == "报完成（待核）"
    assert told.facts.counts[Column.DONE] == 0


def test_nobody_is_asked_to_report_otherwise(desk: Desk) -> None:
    late = {"text": "拖到明年", "status": "delayed", "expected_date": date(2022, 1, 20), "problem": "资金没到位"}
    desk.write(lambda session: told_of(session, "3.2", **late))
    lines = paragraphs(made(desk))
    assert any(
        line.endswith("（3.2，住建局）：不能按期完成的，请按程序申请延期；请报送加快推进的措施。") for line in lines
    )
    behind = next(line for line in lines if "单位报滞后" in line)
    assert behind.count("资金没到位") == 1


# Periods, templates, PDF -----------------------------------------------------------------------------------


def test_it_tells_of_any_span_of_days(desk: Desk) -> None:
    told = made(desk, Period(date(2021, 5, 1), date(2021, 7, 31)))
    assert told.facts.title == "关于2021年重大民生实事进展情况的通报"
    assert "2021年5月1日至2021年7月31日，共收到反馈3条，涉及1项任务。" in words(told)
    assert "期间没有发出调度。" in words(told)


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (date(2021, 9, 2), date(2021, 9, 1), "bulletin.period_reversed"),
        (date(2021, 10, 1), date(2021, 10, 31), "bulletin.period_ahead"),
    ],
)
def test_a_span_that_can_not_be_told_is_refused(desk: Desk, start: date, end: date, code: str) -> None:
    with pytest.raises(UserError) as refused:
        made(desk, Period(start, end))
    assert refused.value.code == code


def own_template(folder: Path, *lines: str) -> Path:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(folder / "own.docx"))
    return folder / "own.docx"


def test_an_office_can_use_its_own_template(desk: Desk) -> None:
    template = own_template(
        desk.folder,
        "{{ office }}关于{{ plan }}",
        "{%p for row in behind_rows %}",
        "{{ row.unit }}：{{ row.sentence }}",
        "{%p endfor %}",
    )
    document = paper(made(desk, template=template))
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert lines[0] == "区政府督查室关于2021年重大民生实事"
    assert lines[1].startswith("人社局：慢于序时：职业技能培训")
    assert len(lines) == 1 + 4


@pytest.mark.parametrize("line", ["{{ tittle }}", "{% for %}", "{{ ''.__class__.__mro__ }}", "{{ 1 / 0 }}"])
def test_a_template_that_can_not_be_filled_is_refused_in_a_sentence(desk: Desk, line: str) -> None:
    with pytest.raises(UserError) as refused:
        made(desk, template=own_template(desk.folder, line))
    assert refused.value.code == "bulletin.template_broken"
    assert refused.value.values["file"] == "own.docx"


def test_a_file_that_is_no_document_is_refused(desk: Desk) -> None:
    broken = desk.folder / "own.docx"
    broken.write_bytes(b"no document")
    with pytest.raises(UserError, match="template_broken"):
        made(desk, template=broken)
    with pytest.raises(UserError, match="template_broken"):
        made(desk, template=desk.folder / "absent.docx")


def test_without_libreoffice_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UserError) as refused:
        as_pdf(b"")
    assert refused.value.code == "bulletin.no_libreoffice"


def test_libreoffice_prints_it(desk: Desk) -> None:
    need("libreoffice", libreoffice() is not None, "apt install libreoffice-writer")
    assert as_pdf(made(desk).document).startswith(b"%PDF-")


def test_in_english_it_is_punctuated_as_english_and_names_the_month(desk: Desk) -> None:
    desk.language = "en"
    told = words(made(desk))
    assert "Bulletin on the progress of\n2021年重大民生实事, August" in told
    assert not set("；，。：（）") & set(told)
    assert "2020年" not in told
