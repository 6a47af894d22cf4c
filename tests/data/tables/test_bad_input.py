"""Files that can't be read: one clear error that says where and why, and no harm."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from data.errors import UserError
from data.tables import read_table, read_text
from data.tables.archive import check_unpacked
from tests.data.tables import writing
from tests.data.tables.writing import Printed

HEAD = ["序号", "项目名称", "主要内容", "牵头单位"]
ROW = ["1", "教育", "新增学位500个", "教育局"]


def refused(path: Path) -> UserError:
    with pytest.raises(UserError) as caught:
        read_table(path, year=2021)
    assert caught.value.values["file"] == path.name
    return caught.value


@pytest.mark.parametrize(
    "content", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\0" * 100], ids=["nothing", "blank", "mark", "zeros"]
)
def test_an_empty_file_is_called_empty(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "空.csv"
    path.write_bytes(content)
    assert refused(path).code == "import.file_empty"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "import.file_old_spreadsheet"),
        ("表.et", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "import.file_old_spreadsheet"),
        ("表.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "import.file_old_document"),
        ("表.wps", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "import.file_old_document"),
        ("表.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "import.file_locked"),
        ("表.rtf", b"{\\rtf1\\ansi}", "import.file_old_document"),
        ("表.pdf", b"%PDF-1.7\n%\xe2\xe3", "import.file_pdf"),
        ("表.xls", b"<html><table><tr><td>1</td></tr></table></html>", "import.file_html"),
        ("表.xlsx", b"not a zip at all", "import.file_broken"),
        ("表.csv", b"a,b\0\1\2,c\n", "import.file_binary"),
        ("图.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "import.file_binary"),
        ("表.csv", b"\xff\xff\xff,\x81\n", "import.encoding"),
        ("表.xlsx", b"PK\x03\x04" + b"cut off", "import.file_broken"),
    ],
)
def test_a_file_of_another_kind_is_named_with_the_way_out(name: str, content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refused(path).code == code


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        read_table(tmp_path / "没有.xlsx", year=None)
    assert caught.value.code == "import.file_unreadable"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"import\.file_unreadable"):
        read_table(tmp_path, year=None)


def test_a_zip_that_is_no_office_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "资料.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    assert refused(path).code == "import.file_other"


# ------------------------------------------------------------------ tables that are not plans


def test_a_table_without_a_lead_unit_names_its_columns_and_those_sought(tmp_path: Path) -> None:
    path = writing.xlsx(
        Printed([["序号", "主要内容", "完成时限"], ["1", "新增学位500个", "12月底"]]), tmp_path / "t.xlsx"
    )
    error = refused(path)
    assert error.code == "import.no_lead_unit"
    assert error.values["found"] == ("序号", "主要内容", "完成时限")
    assert "牵头单位" in error.values["sought"]


def test_a_table_without_a_content_names_its_columns(tmp_path: Path) -> None:
    path = writing.xlsx(Printed([["序号", "责任单位", "联系电话"], ["1", "教育局", "0519-1"]]), tmp_path / "t.xlsx")
    error = refused(path)
    assert (error.code, error.values["found"]) == ("import.no_content", ("序号", "责任单位", "联系电话"))


def test_a_table_whose_columns_mean_nothing_is_shown_as_it_is(tmp_path: Path) -> None:
    path = writing.delimited(Printed([["甲", "乙", "丙"], ["1", "2", "3"]]), tmp_path / "t.csv")
    error = refused(path)
    assert (error.code, error.values["found"]) == ("import.no_table", ("甲", "乙", "丙"))


def test_a_document_without_a_table_is_told(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("2021年民生实事")
    path = tmp_path / "t.docx"
    document.save(str(path))
    error = refused(path)
    assert (error.code, error.values["found"]) == ("import.no_table", ())


def test_a_table_of_nothing_but_a_header_is_told(tmp_path: Path) -> None:
    assert refused(writing.xlsx(Printed([HEAD]), tmp_path / "t.xlsx")).code == "import.no_rows"


def test_a_sentence_where_a_unit_should_stand_names_its_row(tmp_path: Path) -> None:
    rows = [HEAD, ROW, ["2", "就业", "新增就业900人", "由各有关单位按照职责分工共同负责并抓好落实" * 4]]
    error = refused(writing.xlsx(Printed(rows), tmp_path / "t.xlsx"))
    assert (error.code, error.values["row"]) == ("import.name_too_long", 4)


def test_a_long_sentence_above_the_table_is_not_its_title(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("2021年民生实事责任分解表")
    document.add_paragraph("为做好2021年民生实事项目，现将各项目标任务分解如下，请各单位认真抓好落实。" * 2)
    table = document.add_table(rows=2, cols=4)
    for cells, texts in zip(table.rows, [HEAD, ROW], strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    document.save(str(tmp_path / "t.docx"))
    assert read_table(tmp_path / "t.docx", year=None).title == "2021年民生实事责任分解表"


def test_a_text_of_columns_named_like_an_old_spreadsheet_is_read(tmp_path: Path) -> None:
    path = writing.delimited(Printed([HEAD, ROW]), tmp_path / "t.xls", delimiter="\t", encoding="gb18030")
    assert [row.lead_unit for row in read_table(path, year=None).assignments] == ["教育局"]


def test_a_plan_of_no_year_asks_for_it(tmp_path: Path) -> None:
    path = writing.xlsx(Printed([HEAD, ROW], title="民生实事"), tmp_path / "t.xlsx")
    with pytest.raises(UserError, match=r"import\.year_unknown"):
        read_table(path, year=None)
    assert read_table(path, year=2024).year == 2024


# ------------------------------------------------------------------ doubles


def test_a_row_that_stands_there_twice_is_taken_once_and_told(tmp_path: Path) -> None:
    rows = [HEAD, ROW, ROW, ["2", "就业", "新增就业900人", "人社局"]]
    plan = read_table(writing.xlsx(Printed(rows), tmp_path / "t.xlsx"), year=2021)
    assert [row.id for row in plan.assignments] == ["1", "2"]
    (doubt,) = plan.doubts
    assert doubt.code == "row_twice"
    assert (doubt.values["first"], doubt.values["second"]) == (3, 4)


def test_one_number_for_two_things_names_both_places(tmp_path: Path) -> None:
    rows = [HEAD, ROW, ["2", "就业", "新增就业900人", "人社局"], ["1", "养老", "改造300户", "民政局"]]
    error = refused(writing.xlsx(Printed(rows), tmp_path / "t.xlsx"))
    assert error.code == "import.number_twice"
    assert (error.values["number"], error.values["first"], error.values["second"]) == ("1", 3, 5)


# ------------------------------------------------------------------ too much


HUGE = "学" * 400_000


@pytest.mark.parametrize("writer", [writing.docx, writing.delimited, writing.flat])
def test_a_cell_of_a_megabyte_is_named(writer: writing.Writer, tmp_path: Path) -> None:
    path = writer(Printed([HEAD, ROW, ["2", "就业", HUGE, "人社局"]]), tmp_path / "t.docx")
    error = refused(path.rename(tmp_path / ("t.docx" if writer is writing.docx else "t.csv")))
    assert error.code in ("import.cell_too_long", "import.csv_broken")
    assert error.values["row"] >= 3


def test_a_cell_of_a_megabyte_in_a_spreadsheet_is_named(tmp_path: Path) -> None:
    small = writing.xlsx(Printed([HEAD, ["1", "教育", "placeholder", "教育局"]]), tmp_path / "small.xlsx")
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(small) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"placeholder", HUGE.encode()))
    error = refused(path)
    assert (error.code, error.values["row"], error.values["column"]) == ("import.cell_too_long", 3, 3)


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (40 << 20))
    error = refused(path)
    assert error.code == "import.zip_bomb"
    assert path.stat().st_size < 1 << 20


def test_a_member_larger_than_bearable_is_refused_while_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.xml", b"x" * (3 << 20))
    with pytest.raises(UserError, match=r"import\.zip_bomb"):
        check_unpacked(path, "big.xml", 2 << 20)


def test_a_directory_that_lies_about_a_size_does_not_get_more_in(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (40 << 20))
    content = path.read_bytes()
    path.write_bytes(content.replace((40 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    assert refused(path).code == "import.file_broken"


# ------------------------------------------------------------------ entities


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("prolog", [BOMB, OUTSIDE], ids=["bomb", "outside"])
@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_entities_in_a_spreadsheet_are_refused(prolog: bytes, member: str, tmp_path: Path) -> None:
    path = with_prolog(writing.xlsx(Printed([HEAD, ROW]), tmp_path / "t.xlsx"), member, prolog)
    error = refused(path)
    assert (error.code, error.values["part"]) == ("import.file_entities", member)


@pytest.mark.parametrize("prolog", [BOMB, OUTSIDE], ids=["bomb", "outside"])
@pytest.mark.parametrize("member", ["word/document.xml", "word/styles.xml", "[Content_Types].xml"])
def test_entities_in_a_document_are_refused(prolog: bytes, member: str, tmp_path: Path) -> None:
    path = with_prolog(writing.docx(Printed([HEAD, ROW]), tmp_path / "t.docx"), member, prolog)
    error = refused(path)
    assert (error.code, error.values["part"]) == ("import.file_entities", member)


def with_prolog(path: Path, member: str, prolog: bytes) -> Path:
    changed = path.with_name(f"changed{path.suffix}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == member:
                content = prolog + content.split(b"?>", 1)[-1]
            target.writestr(name, content)
    return changed


# ------------------------------------------------------------------ broken inside


@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"])
def test_a_spreadsheet_that_is_broken_inside_is_refused(member: str, tmp_path: Path) -> None:
    path = writing.xlsx(Printed([HEAD, ROW]), tmp_path / "t.xlsx")
    changed = tmp_path / "changed.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[: len(content) // 2] if name == member else content)
    assert refused(changed).code == "import.file_broken"


def test_a_document_that_is_broken_inside_is_refused(tmp_path: Path) -> None:
    path = writing.docx(Printed([HEAD, ROW]), tmp_path / "t.docx")
    changed = tmp_path / "changed.docx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[: len(content) // 2] if name == "word/document.xml" else content)
    assert refused(changed).code == "import.file_broken"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    writer=st.sampled_from([writing.docx, writing.xlsx, writing.delimited, writing.flat]),
    damage=st.lists(st.tuples(st.floats(0, 0.9999), st.integers(0, 255)), min_size=1, max_size=20),
)
def test_a_file_that_was_damaged_anywhere_is_read_or_refused(
    writer: writing.Writer, damage: list[tuple[float, int]], tmp_path: Path
) -> None:
    path = writer(Printed([HEAD, ROW]), tmp_path / "t.bin")
    content = bytearray(path.read_bytes())
    for place, byte in damage:
        content[int(place * len(content))] = byte
    path.write_bytes(bytes(content))
    with suppress(UserError):
        assert read_table(path, year=2021).assignments


def test_an_unclosed_quotation_mark_names_its_row(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = "".join(f"{number},学校,新建学校{number}所,教育局\n" for number in range(2, 9000))
    path.write_text(",".join(HEAD) + '\n1,教育,"新增学位500个,教育局\n' + rows, encoding="utf-8")
    error = refused(path)
    assert error.code in ("import.csv_broken", "import.cell_too_long")
    assert error.values["row"] == 2


def test_blank_pasted_text_is_called_empty() -> None:
    with pytest.raises(UserError, match=r"import\.file_empty"):
        read_text(" \n ", year=2021)


def test_the_file_is_never_changed(tmp_path: Path) -> None:
    path = writing.xlsx(Printed([HEAD, ROW]), tmp_path / "t.xlsx")
    before = path.read_bytes()
    read_table(path, year=2021)
    assert path.read_bytes() == before
    assert load_workbook(path).sheetnames == Workbook().sheetnames
