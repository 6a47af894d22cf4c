"""Tables as offices lay them out: names of columns, merges, headings, totals, notes, several tables in a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from openpyxl import Workbook

from data.tables import PlanDraft, plan_json, read_table, read_text
from data.tables.cleaning import is_collective, one_line, people_in, units_in
from data.tables.grid import Merge, Row
from data.tables.header import Column, meaning
from data.tables.rows import plain_number
from tests.data.tables import writing
from tests.data.tables.writing import Printed

HEAD = ["序号", "项目名称", "主要内容", "区政府分管领导", "牵头单位", "配合单位"]


def plan_of(
    tmp_path: Path, rows: Sequence[Sequence[str]], merges: Sequence[Merge] = (), title: str = "2021年实事"
) -> PlanDraft:
    return read_table(writing.xlsx(Printed(rows, merges, title), tmp_path / "t.xlsx"), year=None)


def csv_plan(rows: Sequence[Sequence[str]]) -> PlanDraft:
    return read_text("\n".join("\t".join(row) for row in rows), year=2021)


# ------------------------------------------------------------------ names of columns


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("序　号", Column.NUMBER),
        ("NO.", Column.NUMBER),
        ("项目\n名称", Column.PROJECT),
        ("主要内容", Column.CONTENT),
        ("2021年目标任务", Column.CONTENT),
        ("工作内容（具体）", Column.CONTENT),
        ("区政府分管领导", Column.LEADER),
        ("责任领导", Column.LEADER),
        ("牵头领导", Column.LEADER),
        ("牵 头 单 位", Column.LEAD),
        ("牵头部门（第一责任）", Column.LEAD),
        ("承办单位", Column.HOST),
        ("主办单位", Column.HOST),
        ("责任单位", Column.RESPONSIBLE),
        ("协办单位", Column.SUPPORTING),
        ("配合部门", Column.SUPPORTING),
        ("完成时限", Column.DEADLINE),
        ("时间节点", Column.DEADLINE),
        ("联系电话", Column.CONTACT),
        ("天气", None),
        ("", None),
        ("本年度将围绕群众最关心的问题，由各牵头单位负责落实", None),
    ],
)
def test_a_column_is_known_by_the_names_that_offices_use(name: str, column: Column | None) -> None:
    assert meaning(name) is column


def test_the_header_may_stand_below_a_title_and_a_note(tmp_path: Path) -> None:
    rows = [["单位：个", "", "", "", "", ""], HEAD, ["1", "教育", "新增学位500个", "何海平", "教育局", ""]]
    plan = plan_of(tmp_path, rows, [Merge(0, 0, 0, 5)], "2021年重大民生实事责任分解表")
    assert plan.title == "2021年重大民生实事责任分解表"
    assert [row.id for row in plan.assignments] == ["1"]


def test_the_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    rows = [["牵头单位", "完成时间", "工作内容", "编号"], ["教育局", "12月底前", "新增学位500个", "1"]]
    (row,) = plan_of(tmp_path, rows).assignments
    assert (row.id, row.lead_unit, row.content, row.deadline) == ("1", "教育局", "新增学位500个", "12月底前")


def test_responsible_units_alone_give_the_lead_and_the_supporting_units(tmp_path: Path) -> None:
    rows = [["序号", "工作任务", "责任单位"], ["1", "新增学位500个", "教育局、住建局、各街道"]]
    (row,) = plan_of(tmp_path, rows).assignments
    assert (row.lead_unit, row.co_lead_units, row.supporting_units) == ("教育局", (), ("住建局", "各街道"))


def test_responsible_units_beside_a_lead_unit_support(tmp_path: Path) -> None:
    rows = [["序号", "工作任务", "牵头单位", "责任单位"], ["1", "新增学位500个", "教育局", "住建局\n各街道"]]
    (row,) = plan_of(tmp_path, rows).assignments
    assert (row.lead_unit, row.supporting_units) == ("教育局", ("住建局", "各街道"))


def test_of_several_lead_units_the_first_leads_and_the_others_stand_beside_it(tmp_path: Path) -> None:
    rows = [["序号", "工作任务", "牵头单位", "配合单位"], ["1", "新增学位500个", "教育局、住建局", "各街道"]]
    (row,) = plan_of(tmp_path, rows).assignments
    assert (row.lead_unit, row.co_lead_units, row.supporting_units) == ("教育局", ("住建局",), ("各街道",))


def test_units_may_be_labelled_within_one_cell(tmp_path: Path) -> None:
    rows = [["序号", "工作任务", "责任单位"], ["1", "新增学位500个", "牵头单位：教育局\n配合单位：住建局、各街道"]]
    (row,) = plan_of(tmp_path, rows).assignments
    assert (row.lead_unit, row.supporting_units) == ("教育局", ("住建局", "各街道"))


def test_a_header_of_two_rows_is_read_by_its_lower_names(tmp_path: Path) -> None:
    rows = [
        ["序号", "主要内容", "责任单位", ""],
        ["", "", "牵头", "配合"],
        ["1", "新增学位500个", "教育局", "各街道"],
    ]
    merges = [Merge(0, 0, 1, 0), Merge(0, 1, 1, 1), Merge(0, 2, 0, 3)]
    (row,) = plan_of(tmp_path, rows, merges).assignments
    assert (row.lead_unit, row.supporting_units) == ("教育局", ("各街道",))


def test_a_goal_beside_the_content_is_part_of_it(tmp_path: Path) -> None:
    rows = [["序号", "主要内容", "年度目标", "牵头单位"], ["1", "推进学校建设", "新增学位500个", "教育局"]]
    (row,) = plan_of(tmp_path, rows).assignments
    assert row.content == "推进学校建设。新增学位500个"
    assert [part.value for part in row.targets] == [500]


def test_a_category_is_the_project_where_nothing_else_is(tmp_path: Path) -> None:
    rows = [["类别", "工作任务", "牵头单位"], ["教育", "新增学位500个", "教育局"], ["", "新建学校3所", "教育局"]]
    plan = plan_of(tmp_path, rows, [Merge(1, 0, 2, 0)])
    assert [(row.id, row.project) for row in plan.assignments] == [("1.1", "教育"), ("1.2", "教育")]


def test_without_a_project_column_each_number_is_a_project_without_a_name(tmp_path: Path) -> None:
    rows = [["序号", "主要内容", "牵头单位"], ["一", "新增学位500个", "教育局"], ["二", "新增绿地150亩", "住建局"]]
    document = plan_json(plan_of(tmp_path, rows))
    assert [(row["id"], row["project"]) for row in document["assignments"]] == [("1", None), ("2", None)]


def test_without_numbers_the_projects_are_counted(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "主要内容", "牵头单位"],
        ["教育", "新增学位500个", "教育局"],
        ["就业", "新增就业90人", "人社局"],
    ]
    assert [row.id for row in plan_of(tmp_path, rows).assignments] == ["1", "2"]


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("１", "1"), ("一", "1"), ("十二", "12"), ("二十", "20"), ("（三）", "3"), ("4、", "4"), ("5.", "5"),
        ("5.0", "5"), ("No.6", "6"), ("3-2", "3.2"), ("3．2", "3.2"), ("01", "1"), ("", ""), ("甲", "甲"),
    ],
)  # fmt: skip
def test_a_number_is_written_plainly(printed: str, plain: str) -> None:
    assert plain_number(printed) == plain


def test_rows_that_carry_their_own_numbers_belong_to_the_project_before_the_dot(tmp_path: Path) -> None:
    rows = [
        ["序号", "主要内容", "牵头单位"],
        ["1.1", "新增学位500个", "教育局"],
        ["1.2", "新建学校3所", "教育局"],
        ["2", "新增绿地150亩", "住建局"],
    ]
    assert [row.id for row in plan_of(tmp_path, rows).assignments] == ["1.1", "1.2", "2"]


# ------------------------------------------------------------------ merges, certain and lost

BODY = [
    HEAD,
    ["1", "养老", "改造中心8家", "张  菁", "民政局", "各街道"],
    ["", "", "改造300户", "", "", ""],
    ["", "", "开放11所学校", "何海平", "教育局", ""],
]


def test_merged_cells_are_inherited_and_empty_ones_are_empty(tmp_path: Path) -> None:
    merges = [Merge(1, column, 3, column) for column in (0, 1)] + [Merge(1, column, 2, column) for column in (3, 4, 5)]
    second, third = plan_of(tmp_path, BODY, merges).assignments[1:]
    assert (second.leaders, second.lead_unit, second.supporting_units) == (("张菁",), "民政局", ("各街道",))
    assert (third.leaders, third.lead_unit, third.supporting_units) == (("何海平",), "教育局", ())
    assert second.unsure == third.unsure == []


def test_an_empty_cell_that_is_not_merged_inherits_nothing_but_a_lead_unit(tmp_path: Path) -> None:
    merges = [Merge(1, column, 3, column) for column in (0, 1)]
    second = plan_of(tmp_path, BODY, merges).assignments[1]
    assert (second.leaders, second.supporting_units) == ((), ())
    assert (second.lead_unit, second.unsure) == ("民政局", ["lead_unit"])


def test_a_sheet_that_lost_its_merges_is_read_like_a_text(tmp_path: Path) -> None:
    second, third = plan_of(tmp_path, BODY).assignments[1:]
    assert (second.leaders, second.lead_unit, second.supporting_units) == (("张菁",), "民政局", ("各街道",))
    assert (third.supporting_units, third.unsure) == ((), ["supporting_units"])


def test_an_empty_lead_cell_beside_filled_supporting_units_inherits() -> None:
    plan = csv_plan([HEAD, BODY[1], ["", "", "改造300户", "", "", "相关街道"]])
    row = plan.assignments[1]
    assert (row.lead_unit, row.supporting_units, row.unsure) == ("民政局", ("相关街道",), [])


def test_nothing_is_inherited_from_another_project() -> None:
    plan = csv_plan([HEAD, BODY[1], ["2", "就业", "新增就业90人", "何海平", "人社局", ""]])
    row = plan.assignments[1]
    assert (row.supporting_units, row.unsure) == ((), [])


def test_a_first_row_without_a_lead_unit_is_told_and_not_guessed() -> None:
    plan = csv_plan([HEAD, BODY[1], ["2", "就业", "新增就业90人", "何海平", "", ""]])
    row = plan.assignments[1]
    assert (row.lead_unit, row.unsure) == (None, ["lead_unit"])
    assert plan_json(plan)["assignments"][1]["lead_unit"] is None


def test_one_content_over_two_rows_of_units_is_one_assignment(tmp_path: Path) -> None:
    rows = [
        ["序号", "主要内容", "牵头单位", "配合单位"],
        ["1", "新增学位500个", "教育局", "各街道"],
        ["", "", "住建局", "经开区"],
    ]
    (row,) = plan_of(tmp_path, rows, [Merge(1, 0, 2, 0), Merge(1, 1, 2, 1)]).assignments
    assert (row.lead_unit, row.co_lead_units, row.supporting_units) == ("教育局", ("住建局",), ("各街道", "经开区"))


# ------------------------------------------------------------------ what is no assignment


def test_headings_totals_notes_and_repeated_headers_are_no_assignments(tmp_path: Path) -> None:
    rows = [
        HEAD,
        ["一、社会事业", "", "", "", "", ""],
        ["1", "教育", "新增学位500个", "何海平", "教育局", ""],
        HEAD,
        ["二、城乡建设", "", "", "", "", ""],
        ["2", "绿地", "新增绿地150亩", "芮春祥", "住建局", "各街道"],
        ["合计", "", "共2项", "", "", ""],
        ["注：各项目须在年底前完成。", "", "", "", "", ""],
        ["联系人：王某", "", "电话：0519-88888888", "", "", ""],
    ]
    merges = [Merge(1, 0, 1, 5), Merge(7, 0, 7, 5)]
    plan = plan_of(tmp_path, rows, merges)
    assert [(row.id, row.content) for row in plan.assignments] == [("1", "新增学位500个"), ("2", "新增绿地150亩")]
    assert plan.doubts == ()


def test_numbers_that_start_anew_in_each_section_are_counted_through(tmp_path: Path) -> None:
    rows = [
        HEAD,
        ["一、社会事业", "", "", "", "", ""],
        ["1", "教育", "新增学位500个", "何海平", "教育局", ""],
        ["二、城乡建设", "", "", "", "", ""],
        ["1", "绿地", "新增绿地150亩", "芮春祥", "住建局", ""],
    ]
    plan = plan_of(tmp_path, rows)
    assert [row.id for row in plan.assignments] == ["1", "2"]
    assert [doubt.code for doubt in plan.doubts] == ["renumbered"]


def test_tables_of_contacts_in_a_document_are_left_out(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("2021年民生实事责任分解表")
    _table(document, [["单位", "姓名", "联系电话"], ["教育局", "王某", "1"]])
    document.add_paragraph("责任分解")
    _table(document, [HEAD, ["1", "教育", "新增学位500个", "何海平", "教育局", ""]])
    _table(document, [["责任单位", "联系人", "电话", "手机", "传真", "备注"], ["教育局", "王某", "1", "2", "3", ""]])
    document.save(str(tmp_path / "t.docx"))
    plan = read_table(tmp_path / "t.docx", year=2021)
    assert [row.lead_unit for row in plan.assignments] == ["教育局"]


def test_a_table_that_goes_on_in_another_one_is_read_to_its_end(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("2021年民生实事")
    _table(document, [HEAD, ["1", "教育", "新增学位500个", "何海平", "教育局", ""]])
    document.add_paragraph()
    _table(document, [["2", "就业", "新增就业90人", "何海平", "人社局", ""]])
    _table(document, [HEAD, ["3", "绿地", "新增绿地150亩", "芮春祥", "住建局", ""]])
    document.save(str(tmp_path / "t.docx"))
    assert [row.id for row in read_table(tmp_path / "t.docx", year=None).assignments] == ["1", "2", "3"]


def _table(document: object, rows: Sequence[Sequence[str]]) -> object:
    table = document.add_table(rows=len(rows), cols=len(rows[0]))  # type: ignore[attr-defined]
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    return table


# ------------------------------------------------------------------ Word's own ways


def test_irregular_merges_of_word_do_not_confuse_it(tmp_path: Path) -> None:
    """Rows whose cells are of different widths, as a table looks after columns were dragged by hand."""
    document = Document()
    document.add_paragraph("2021年民生实事")
    body = document.element.body
    body.insert(1, parse_xml(f"<w:tbl {nsdecls('w')}>{''.join(map(_row_xml, _IRREGULAR))}</w:tbl>"))
    document.save(str(tmp_path / "t.docx"))
    plan = read_table(tmp_path / "t.docx", year=None)
    assert [(row.id, row.content, row.lead_unit) for row in plan.assignments] == [
        ("1.1", "新增学位500个", "教育局"),
        ("1.2", "新建学校3所", "教育局"),
        ("2", "新增绿地150亩", "住建局"),
    ]


# (text, columns, vertical merge) of each cell
_IRREGULAR = [
    [("序号", 1, ""), ("主要内容", 2, ""), ("牵头单位", 2, "")],
    [("1", 1, "restart"), ("新增学位500个", 1, ""), ("", 1, ""), ("教育局", 2, "restart")],
    [("", 1, "continue"), ("新建学校3所", 2, ""), ("", 2, "continue")],
    [("2", 1, ""), ("新增绿地150亩", 2, ""), ("住建局", 1, "")],
    [("", 9, "continue")],
]


def _row_xml(cells: list[tuple[str, int, str]]) -> str:
    def cell(text: str, span: int, merge: str) -> str:
        vertical = f'<w:vMerge w:val="{merge}"/>' if merge else ""
        return (
            f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{vertical}</w:tcPr>'
            f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"
        )

    return "<w:tr>" + "".join(cell(*each) for each in cells) + "</w:tr>"


def test_numbers_that_word_makes_by_itself_are_counted(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("2021年民生实事")
    table = _table(
        document,
        [HEAD, ["", "教育", "新增学位500个", "", "教育局", ""], ["", "就业", "新增就业90人", "", "人社局", ""]],
    )
    for row in table.rows[1:]:  # type: ignore[attr-defined]
        numbering = parse_xml(
            f'<w:pPr {nsdecls("w")}><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr>'
        )
        row.cells[0].paragraphs[0]._p.insert(0, numbering)
    document.save(str(tmp_path / "t.docx"))
    assert [row.id for row in read_table(tmp_path / "t.docx", year=None).assignments] == ["1", "2"]


def test_what_was_deleted_under_review_is_not_read_and_what_was_inserted_is(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("2021年民生实事")
    table = _table(document, [HEAD, ["1", "教育", "", "", "教育局", ""]])
    paragraph = table.rows[1].cells[2].paragraphs[0]._p  # type: ignore[attr-defined]
    for xml in (
        "<w:r><w:t>新增学位</w:t></w:r>",
        '<w:del w:id="1" w:author="a"><w:r><w:delText>400</w:delText></w:r></w:del>',
        '<w:ins w:id="2" w:author="a"><w:r><w:t>500</w:t></w:r></w:ins>',
        "<w:r><w:t>个</w:t></w:r>",
    ):
        paragraph.append(parse_xml(xml.replace(">", f" {nsdecls('w')}>", 1)))
    assert paragraph.tag == qn("w:p")
    document.save(str(tmp_path / "t.docx"))
    assert read_table(tmp_path / "t.docx", year=None).assignments[0].content == "新增学位500个"


# ------------------------------------------------------------------ Excel's own ways


def test_hidden_sheets_are_not_read(tmp_path: Path) -> None:
    workbook = Workbook()
    old = workbook.active
    assert old is not None
    old.title, old.sheet_state = "去年", "hidden"
    old.append(HEAD)
    old.append([1, "旧项目", "新增学位300个", "何海平", "教育局", ""])
    sheet = workbook.create_sheet("今年")
    sheet.append(["2021年民生实事"])
    sheet.append(HEAD)
    sheet.append([1, "教育", "新增学位500个", "何海平", "教育局", ""])
    workbook.save(tmp_path / "t.xlsx")
    assert [row.project for row in read_table(tmp_path / "t.xlsx", year=None).assignments] == ["教育"]


def test_dates_numbers_and_percents_are_read_as_they_are_printed(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["序号", "主要内容", "年度目标", "牵头单位", "完成时限"])
    sheet.append([1.0, "提高登记率", 0.85, "教育局", datetime(2024, 6, 30, 0, 0)])  # noqa: DTZ001
    sheet["C2"].number_format = "0%"
    workbook.save(tmp_path / "t.xlsx")
    plan = read_table(tmp_path / "t.xlsx", year=2024)
    (row,) = plan.assignments
    assert (row.id, row.deadline, str(row.deadline_date)) == ("1", "2024-06-30", "2024-06-30")
    assert row.content.endswith("85%")


def test_the_year_comes_from_the_title_the_sheet_or_the_file(tmp_path: Path) -> None:
    rows = [HEAD, ["1", "教育", "新增学位500个", "何海平", "教育局", ""]]
    assert plan_of(tmp_path, rows, title="钟楼区2023年民生实事").year == 2023
    path = writing.xlsx(Printed(rows, title="民生实事"), tmp_path / "2022年实事.xlsx")
    assert read_table(path, year=None).year == 2022
    assert read_table(path, year=2025).year == 2025


# ------------------------------------------------------------------ cells


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("经开区\n高新园\n（邹区镇）\n各街道", ["经开区", "高新园（邹区镇）", "各街道"]),
        ("高新园\n（邹区镇）各街道\n市排水处", ["高新园（邹区镇）", "各街道", "市排水处"]),
        ("教育局、住建局，民政局；残联", ["教育局", "住建局", "民政局", "残联"]),
        ("教育局 民政局", ["教育局", "民政局"]),
        ("残  联\n卫 健 局", ["残联", "卫健局"]),
        ("生态环境\n局\n住建局", ["生态环境局", "住建局"]),
        ("各辖市（区）政府、各镇（街道）", ["各辖市（区）政府", "各镇（街道）"]),
        ("市场监管局（知识产权局）", ["市场监管局（知识产权局）"]),
        ("区安委会各成员单位", ["区安委会各成员单位"]),
        ("教育局、教育局", ["教育局"]),
        ("教育局、住建局等", ["教育局", "住建局"]),
        ("[bookmark: _Hlk58839401]生态环境局", ["生态环境局"]),
        ("", []),
    ],
)
def test_a_list_of_units_is_taken_apart(cell: str, units: list[str]) -> None:
    assert list(units_in(cell)) == units


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("张  菁", ["张菁"]),
        ("张　菁\n何海平", ["张菁", "何海平"]),
        ("何海平、芮春祥", ["何海平", "芮春祥"]),
        ("何海平（常务副区长）", ["何海平"]),
        ("何海平副区长", ["何海平"]),
        ("张\n菁", ["张菁"]),
        ("", []),
    ],
)
def test_names_of_leaders_lose_their_padding(cell: str, names: list[str]) -> None:
    assert list(people_in(cell)) == names


@pytest.mark.parametrize(
    "unit", ["各街道", "相关街道", "区安委会各成员单位", "各有关单位", "相关镇（街道）", "各辖市（区）政府"]
)
def test_a_group_of_units_is_collective(unit: str) -> None:
    assert is_collective(unit)


@pytest.mark.parametrize("unit", ["教育局", "高新园（邹区镇）", "市国有公司", "残联", "五星街道", "公共资源交易中心"])
def test_a_single_unit_is_not_collective(unit: str) -> None:
    assert not is_collective(unit)


def test_line_breaks_in_a_text_are_joined_and_its_words_stay() -> None:
    assert one_line("提升公共卫生和\n医疗服务水平") == "提升公共卫生和医疗服务水平"
    assert one_line("Build new\nschools") == "Build new schools"
    assert one_line("打通茶花路北延等 “断头路”") == "打通茶花路北延等 “断头路”"
    assert one_line("\ufeff学\u200b位\u202e") == "学位"


def test_a_row_gives_the_texts_of_several_columns_once() -> None:
    row = Row(1, ("甲", "乙", "甲"), frozenset({2}))
    assert row.cell((0, 1, 2)) == "甲\n乙"
    assert row.cell(()) == row.cell((7,)) == ""
    assert row.goes_on((1, 2))
    assert not row.goes_on((0,))


def test_progress_is_told_up_to_the_last_row(tmp_path: Path) -> None:
    rows = [
        HEAD,
        *([str(number), f"学校{number}", f"新建学校{number}所", "", "教育局", ""] for number in range(1, 2501)),
    ]
    steps: list[tuple[int, int]] = []
    path = writing.xlsx(Printed(rows), tmp_path / "t.xlsx")
    plan = read_table(path, year=2021, progress=lambda done, total: steps.append((done, total)))
    assert len(plan.assignments) == 2500
    assert len(steps) > 5
    assert steps[-1] == (5000, 5000)
    assert all(done <= total for done, total in steps)
