"""The ledger: the table as it was published, how far each row is behind it, and back again."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from bot.texts import LANGUAGES, texts
from bot.texts.words import MONTHS
from bot.views.ledger import ledger, plan_workbook
from bot.views.workbook import Book, Column
from data import plans, queries
from data.differences import Difference
from data.models import Assignment, Person, Report
from data.tables import read_table
from data.tables.header import LEDGER, LEDGER_TARGETS
from tests.bot.views.conftest import NOW, OFFICE, Desk
from tests.bot.views.reporting import year_of_reports

HEAD = [
    "年度目标", "累计完成", "完成率", "序时进度", "亮灯", "亮灯说明", "最新进展（单位原话）", "存在问题", "下一步举措",
    "预计完成时间", "时限（含延期）", "反馈单位", "反馈时间", "备注",
]  # fmt: skip


def opened(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


def column(sheet: Any, name: str) -> int:
    return next(int(cell.column) for cell in sheet[3] if cell.value == name)


def shown(sheet: Any, ref_content: str, name: str) -> Any:
    """The cell of a column in the first line of the row with this content."""
    content = column(sheet, "主要内容")
    row = next(row for row in range(4, sheet.max_row + 1) if ref_content in str(sheet.cell(row, content).value))
    return sheet.cell(row, column(sheet, name))


def cells(book: Any) -> Iterator[Any]:
    return (cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None)


@pytest.fixture
def book(desk: Desk) -> Any:
    return opened(desk.see(ledger))


def test_the_table_s_own_columns_come_first_and_ours_behind_them(book: Any) -> None:
    names = [cell.value for cell in book["台账"][3] if cell.value]
    assert names == ["序号", "项目名称", "主要内容", "区政府分管领导", "牵头单位", "配合单位", *HEAD]
    assert book["台账"]["A1"].value == "2021年重大民生实事项目目标任务责任分解表"
    assert "2021年9月26日" in book["台账"]["A2"].value


def test_cells_that_are_one_on_paper_are_merged(book: Any) -> None:
    ranges = {str(merged) for merged in book["台账"].merged_cells.ranges}
    sheet = book["台账"]
    rows = [row for row in range(4, sheet.max_row + 1) if sheet.cell(row, 1).value == 4]
    assert len(rows) == 1
    assert {f"A{rows[0]}:A{rows[0] + 3}", f"D{rows[0]}:D{rows[0] + 3}", f"F{rows[0]}:F{rows[0] + 3}"} <= ranges
    assert not any(merged.startswith(f"C{rows[0]}:") for merged in ranges)


def test_the_ledger_read_again_is_the_same_plan(desk: Desk, tmp_path: Path) -> None:
    for language in LANGUAGES:
        desk.language = language
        file = tmp_path / f"{language}.xlsx"
        file.write_bytes(desk.see(ledger))
        draft = read_table(file, year=None)
        assert (draft.title, draft.year) == ("2021年重大民生实事项目目标任务责任分解表", 2021)
        difference = changes(desk, file)
        assert not difference.changes_anything, difference
        assert len(draft.assignments) == 25
        assert draft.all_doubts == ()


def changes(desk: Desk, file: Path) -> Difference:
    """What importing the file would do."""
    draft = read_table(file, year=None)
    return desk.see(lambda sight: plans.compare(sight.session, draft))


OWN_TABLES = {
    "in an order of its own, with deadlines": """2022年重点项目任务清单
序号,牵头单位,项目,工作内容,完成时限,备注
1,教育局,学校,新建学校2所,2022-06-30,
1,教育局、住建局,学校,改造操场3处,12月底前,早办
2,=住建局,道路,=建设道路5条,,
""",
    "without projects and numbers": """2022年工作计划
工作任务,责任单位,责任领导
新增学位500个,教育局、各街道,李一
建成公园2个,城管局,王二、李一
""",
    "with labels in the cell of units": """2022年工作计划表
序号,工作内容,责任单位
1,新增学位500个,牵头：教育局、人社局；配合：各街道、住建局
2,建成公园2个,城管局、各街道
""",
    "with a goal beside the content": """2022年目标任务表
序号,类别,主要内容,年度目标,牵头单位,配合单位
一,教育,新建学校,建成2所,教育局,住建局
,,改造操场,改造3处,教育局,
二,交通,建设道路,"5条，其中主干道2条",住建局,各街道
""",
}


@pytest.mark.parametrize("layout", OWN_TABLES)
def test_a_table_of_any_layout_comes_back_as_it_was(desk: Desk, tmp_path: Path, layout: str) -> None:
    source = tmp_path / "表.csv"
    source.write_text(OWN_TABLES[layout], encoding="utf-8")
    desk.write(lambda session: plans.apply(session, read_table(source, year=None), NOW, None))
    for name, made in (("ledger", desk.see(ledger)), ("plan", desk.see(plan_workbook))):
        file = tmp_path / f"{name}.xlsx"
        file.write_bytes(made)
        difference = changes(desk, file)
        assert not difference.changes_anything, difference


def test_a_table_keeps_the_names_and_order_of_its_columns(desk: Desk, tmp_path: Path) -> None:
    source = tmp_path / "表.csv"
    source.write_text(OWN_TABLES["in an order of its own, with deadlines"], encoding="utf-8")
    desk.write(lambda session: plans.apply(session, read_table(source, year=None), NOW, None))
    sheet = opened(desk.see(ledger))["台账"]
    assert [cell.value for cell in sheet[3]][:5] == ["序号", "牵头单位", "项目", "工作内容", "完成时限"]
    assert isinstance(sheet.cell(4, 5).value, datetime)
    assert sheet.cell(4, 1).value == 1


def test_the_reader_knows_how_a_ledger_s_columns_begin() -> None:
    for language in LANGUAGES:
        say = texts(language)
        run = tuple(say.say(f"ledger.head.{key}").replace(" ", "") for key in ("done", "share", "expected", "lamp"))
        assert run in LEDGER
        assert say.say("ledger.head.target").replace(" ", "") in LEDGER_TARGETS


def test_figures_are_numbers_and_dates_are_dates(book: Any) -> None:
    sheet = book["台账"]
    row = shown(sheet, "城镇新增就业15000人", "累计完成").row
    target = column(sheet, "年度目标")
    assert (sheet.cell(row, target).value, sheet.cell(row, target + 1).value) == ("新增就业", 15000)
    assert sheet.cell(row, target + 1).number_format == 'General" 人"'
    assert sheet.cell(row, target + 2).value == 10300
    assert sheet.cell(row, target + 3).value == pytest.approx(0.6867)
    assert sheet.cell(row, target + 3).number_format == "0%"
    assert sheet.cell(row, column(sheet, "反馈时间")).value.date() == date(2021, 8, 25)
    assert sheet.cell(row, column(sheet, "时限（含延期）")).value.date() == date(2021, 12, 31)


def test_the_lamp_is_a_word_beside_its_colour(book: Any) -> None:
    red = shown(book["台账"], "28个老旧小区", "亮灯")
    assert (red.value, red.fill.fgColor.rgb) == ("红", "00F8B4B4")
    yellow = shown(book["台账"], "职业技能补贴培训", "亮灯")
    assert (yellow.value, yellow.fill.fgColor.rgb) == ("黄", "00FFE699")
    reason = shown(book["台账"], "职业技能补贴培训", "亮灯说明").value
    assert "职业技能培训 5100/10000 人次（51%）" in reason
    assert "转绿" in reason


def test_what_the_unit_said_stands_in_its_own_words(book: Any) -> None:
    sheet = book["台账"]
    assert shown(sheet, "28个老旧小区", "最新进展（单位原话）").value == "完成35%，卡在管线迁改"
    assert shown(sheet, "28个老旧小区", "存在问题").value == "管线迁改"
    assert shown(sheet, "职业技能补贴培训", "下一步举措").value == "9月起补开线下培训"
    assert shown(sheet, "公共卫生中心", "预计完成时间").value.date() == date(2021, 12, 20)


def test_remarks_say_who_entered_it_and_that_nothing_changed(desk: Desk) -> None:
    def tell(session: Any) -> None:
        row = session.scalars(select(Assignment).where(Assignment.ref == "6")).one()
        when = NOW - timedelta(days=2)
        common = {"assignment_id": row.id, "unit_id": row.lead_unit_id, "channel": "web", "reading": {}}
        session.add(Report(**common, said_at=when, as_of=when, created_at=when, text="60%", percent=60, entered_by=1))
        session.add(Report(**common, said_at=NOW, as_of=NOW, created_at=NOW, text="没变化", no_change=True))

    desk.write(tell)
    remarks = shown(opened(desk.see(ledger))["台账"], "“333”行动", "备注").value
    assert remarks == "代录；9月26日报没有变化"


def test_it_is_set_up_for_printing(book: Any) -> None:
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 8)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.auto_filter.ref.startswith("A3:")
    assert book["台账"].freeze_panes == "C4"


def test_no_page_ends_within_a_project_and_each_repeats_the_columns_names(desk: Desk) -> None:
    desk.write(lambda session: year_of_reports(session, OFFICE, 3, date(2021, 9, 26)))
    for sheet in (opened(desk.see(ledger))["台账"], opened(desk.see(plan_workbook)).active):
        starts = {each.min_row for each in sheet.merged_cells.ranges if each.min_col == 1} | {
            cell.row for cell in sheet["A"][3:] if cell.value is not None and cell.coordinate not in sheet.merged_cells
        }
        ends = [each.id for each in sheet.row_breaks.brk]
        assert ends
        assert all(end + 1 in starts for end in ends)


def test_a_project_longer_than_a_page_is_named_on_each_and_read_again_as_one(desk: Desk, tmp_path: Path) -> None:
    lines = [f"1,学校,{'新建学校并完善配套设施，' * 12}第{at}所,教育局,各街道" for at in range(1, 41)]
    source = tmp_path / "表.csv"
    source.write_text(
        "\n".join(["2022年重点项目清单", "序号,项目,主要内容,牵头单位,配合单位", *lines]), encoding="utf-8"
    )
    desk.write(lambda session: plans.apply(session, read_table(source, year=None), NOW, None))
    for name, made in (("ledger", desk.see(ledger)), ("plan", desk.see(plan_workbook))):
        sheet = opened(made).worksheets[0]
        ends = [each.id for each in sheet.row_breaks.brk]
        assert ends
        assert not [each for each in sheet.merged_cells.ranges for end in ends if each.min_row <= end < each.max_row]
        assert {tuple(sheet.cell(end + 1, at).value for at in (1, 2, 4, 5)) for end in ends} == {
            (1, "学校", "教育局", "各街道")
        }
        file = tmp_path / f"{name}.xlsx"
        file.write_bytes(made)
        assert not changes(desk, file).changes_anything


def test_a_filter_finds_every_line_below_merged_cells(desk: Desk) -> None:
    sheet = load_workbook(io.BytesIO(desk.see(ledger)), read_only=True)["台账"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    lamp = HEAD.index("亮灯") + 7
    assert {row[4] for row in rows if row[0] == 2} == {"人社局"}
    assert len([row for row in rows if row[0] == 2 and row[lamp] == "黄"]) == 8


def test_a_target_has_a_line_with_a_column_for_each_month(book: Any) -> None:
    sheet = book["指标明细"]
    label, may = column(sheet, "指标"), column(sheet, "5月")
    row = next(row for row in range(4, sheet.max_row + 1) if sheet.cell(row, label).value == "职业技能培训")
    assert [sheet.cell(row, may + month).value for month in range(5)] == [2600, 3900, 4700, 5100, None]
    assert sheet.cell(row, column(sheet, "最新累计")).value == 5100
    breakdown = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[4] == "学位"]
    assert [row[6] for row in breakdown] == [420, 4580]


def test_in_english_months_have_names_and_sentences_are_sentences(desk: Desk) -> None:
    desk.language = "en"
    desk.write(lambda session: year_of_reports(session, OFFICE, 3, date(2021, 9, 26)))
    book = opened(desk.see(ledger))
    assert [cell.value for cell in book["Targets"][3]][7:19] == list(MONTHS)
    at = column(book["Ledger"], "Why")
    why = [row[at - 1] for row in book["Ledger"].iter_rows(min_row=4, values_only=True) if row[at - 1]]
    assert len(why) == 25
    assert not [line for each in why for line in each.split("\n") if line[0].islower() or "Green when" in line]
    assert not [each for each in why if re.search(r"; [A-Z][a-z]+ ", each)]
    assert not [cell.coordinate for sheet in book for cell in (sheet["A2"],) if "。" in cell.value]


def test_the_history_holds_every_report_but_drafts(desk: Desk) -> None:
    desk.write(lambda session: _draft(session))
    sheet = opened(desk.see(ledger))["反馈记录"]
    words = [cell.value for cell in sheet["F"][3:]]
    count = desk.see(lambda sight: len(sight.session.scalars(select(Report.id)).all()))
    assert len(words) == count - 1
    assert "草稿" not in words
    assert sheet.cell(4, 3).value.isoformat() == "2021-08-25T15:00:00"


def _draft(session: Any) -> None:
    row = session.scalars(select(Assignment).where(Assignment.ref == "6")).one()
    at = {"said_at": NOW, "as_of": NOW, "created_at": NOW}
    session.add(Report(assignment_id=row.id, channel="web", text="草稿", draft=True, standing=False, reading={}, **at))


def test_rounds_tell_each_unit_s_answer(desk: Desk) -> None:
    sheet = opened(desk.see(ledger))["调度情况"]
    answers = {row[3]: row[6] for row in sheet.iter_rows(min_row=4, values_only=True)}
    assert answers["教育局"] == "部分反馈"
    assert answers["人社局"] == "全部反馈"
    assert len(answers) == 8


def test_the_copy_for_leaders_names_no_liaison(desk: Desk) -> None:
    names = desk.see(lambda sight: [person.name for person in sight.session.scalars(select(Person)) if person.unit])
    assert len(names) == 8
    full = " ".join(str(cell.value) for cell in cells(opened(desk.see(ledger))))
    copy = " ".join(str(cell.value) for cell in cells(opened(desk.see(lambda s: ledger(s, for_leaders=True)))))
    assert any(name in full for name in names)
    assert not any(name in copy for name in names)


def test_no_cell_starts_a_formula(desk: Desk) -> None:
    desk.write(lambda session: year_of_reports(session, OFFICE, 3, date(2021, 9, 26)))
    book = opened(desk.see(ledger))
    found = list(cells(book))
    assert [cell.coordinate for cell in found if cell.data_type == "f"] == []
    words = [cell for cell in found if isinstance(cell.value, str) and cell.value.startswith(("=", "@", "+", "-"))]
    assert words == []
    assert any(str(cell.value) == "'=1+1" for cell in found)


def test_what_no_xml_can_hold_is_left_out_and_the_file_still_opens() -> None:
    odd = "甲\x0b乙\ufffe丙\ud800丁 <b>&amp;\r\n戊"
    book = Book()
    sheet = book.sheet("甲", [Column("乙", 20)], title="丙", note="丁", footer="")
    sheet.row([odd])
    sheet.end()
    assert opened(book.bytes())["甲"]["A4"].value == "甲乙丙丁 <b>&amp;\r\n戊"


def test_a_leader_s_ledger_has_the_own_rows_only(desk: Desk) -> None:
    def own(sight: Any) -> bytes:
        rows = [row for row in queries.assignments(sight.session, sight.plan.id) if row.lead_unit.name == "教育局"]
        return ledger(desk.sight(sight.session, frozenset(row.id for row in rows)), for_leaders=True)

    book = opened(desk.see(own))
    assert {row[3] for row in book["调度情况"].iter_rows(min_row=4, values_only=True)} == {"教育局"}
    assert {row[0] for row in book["反馈记录"].iter_rows(min_row=4, values_only=True)} == {"1"}
    assert book["台账"].max_row == 3 + 3 + 4


def test_it_can_be_as_of_an_earlier_day(desk: Desk) -> None:
    book = opened(desk.see(lambda sight: ledger(sight.until(date(2021, 6, 30)))))
    assert "2021年6月30日" in book["台账"]["A2"].value
    sheet = book["指标明细"]
    rows = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[3] == "职业技能培训"]
    assert rows[0][column(sheet, "最新累计") - 1] == 3900
    assert book["反馈记录"].max_row == 3 + 2
    assert book["调度情况"].max_row == 3


def test_progress_is_told_row_by_row(desk: Desk) -> None:
    told: list[tuple[int, int]] = []
    desk.see(lambda sight: ledger(sight, progress=lambda done, total: told.append((done, total))))
    assert told[-1] == (25, 25)
