"""`duban import`: what it prints, what it asks, what it refuses, and that a bad file does no harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.cli.desk import TABLE, Desk

SENTENCE = "读到 10 个项目、25 项任务、3 位区分管领导、8 家牵头单位。"
SHORT = "2021年民生实事责任分解表\n项目名称,主要内容,{},完成时限\n教育,新增学位5000个,教育局,12月底前\n"


def contents(desk: Desk) -> list[str]:
    return desk.ask("SELECT content FROM assignment ORDER BY id")


def test_a_first_import_without_a_terminal_shows_the_plan_and_writes_nothing(empty: Desk) -> None:
    ended = empty.duban("import", TABLE)
    assert ended.code == 1
    assert SENTENCE in ended.out
    assert "适老化改造" in ended.out
    assert "5.6：牵头单位是教育局，配合单位一格是空的" in ended.out
    assert "--yes" in ended.err
    assert list(empty.folder.iterdir()) == []


def test_with_yes_it_is_written_and_the_same_file_again_changes_nothing(empty: Desk) -> None:
    ended = empty.duban("import", TABLE, "--yes")
    assert ended.code == 0
    assert "已导入：10 个项目、25 项任务。" in ended.out
    again = empty.duban("import", TABLE)
    assert again.code == 0
    assert "和数据库里的一样，没有要改的。" in again.out


def test_a_changed_file_shows_what_changed_and_asks_before_it_is_applied(desk: Desk) -> None:
    changed = desk.write("2021.txt", TABLE.read_text(encoding="utf-8").replace("5000个", "6000个"))
    before = contents(desk)
    asked = desk.duban("import", changed)
    assert asked.code == 1
    assert "有变化：1 增加教育资源供给" in asked.out
    assert "增加学位5000个 → 增加学位6000个" in asked.out
    assert contents(desk) == before
    assert desk.duban("import", changed, "--yes").code == 0
    assert "增加学位6000个" in str(contents(desk))


def test_a_dry_run_only_looks(desk: Desk) -> None:
    changed = desk.write("2021.txt", TABLE.read_text(encoding="utf-8").replace("5000个", "6000个"))
    before = contents(desk)
    ended = desk.duban("import", changed, "--dry-run", "--yes")
    assert ended.code == 0
    assert "数据库没有变" in ended.out
    assert contents(desk) == before


@pytest.mark.parametrize(
    ("name", "content", "way_out"),
    [
        ("empty.csv", b"", "没有可导入的内容"),
        ("binary.bin", bytes(range(256)) * 40, ".docx、.xlsx 或 .csv"),
        ("units.csv", SHORT.format("联系人").encode(), "请把那一列改成其中一个名字"),
        ("old.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504, "另存为"),
        ("cut.xlsx", b"PK\x03\x04" + b"\0" * 40, "另存为"),
        ("noyear.csv", SHORT.format("牵头单位").removeprefix("2021年").encode(), "--year"),
    ],
)
def test_a_bad_file_gets_one_sentence_with_the_way_out_and_the_database_stays(
    desk: Desk, name: str, content: bytes, way_out: str
) -> None:
    before = desk.database.read_bytes()
    ended = desk.duban("import", desk.write(name, content), "--yes")
    assert ended.code == 1
    assert ended.out == ""
    assert ended.err.count("\n") == 1
    assert name in ended.err
    assert way_out in ended.err
    assert desk.database.read_bytes() == before


def test_a_file_that_is_not_there_is_named(empty: Desk) -> None:
    ended = empty.duban("import", "nowhere.xlsx", "--yes")
    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert "nowhere.xlsx" in ended.err
    assert list(empty.folder.iterdir()) == []


def test_what_looks_like_markup_in_a_cell_is_printed_as_it_is(empty: Desk) -> None:
    path = empty.write("t.csv", SHORT.format("牵头单位").replace("新增学位", "[bold]新增学位[/]"))
    assert "[bold]" in empty.duban("import", path).out


def test_the_year_can_be_told(empty: Desk, tmp_path: Path) -> None:
    path = empty.write("t.csv", SHORT.format("牵头单位"))
    assert empty.duban("import", path, "--year", "2022", "--yes").code == 0
    assert empty.duban("export", "plan").json["year"] == 2022
