"""`duban people` and `duban invite`."""

from __future__ import annotations

import re

from tests.bot.cli.desk import Desk

CODE = re.compile(r"[A-HJ-NP-Z2-9]{10}")
NAMES = "SELECT name FROM person ORDER BY id"
FILE = "姓名,单位,角色,电话\n周敏,教育局,联络员,0519-1\n何海平,,区分管领导,\n林岚,督查室,管理员,\n"


def test_adding_a_person_prints_the_invite_as_one_document(desk: Desk) -> None:
    made = desk.duban("people", "add", "周敏", "--role", "liaison", "--unit", "教育局", "--json").json
    assert (made["name"], made["role"], made["unit"], made["link"]) == ("周敏", "liaison", "教育局", None)
    assert CODE.fullmatch(made["code"])
    assert made["expires_at"].startswith("2021-10-")


def test_a_name_that_is_there_with_that_role_gets_a_new_invite(desk: Desk) -> None:
    before = desk.ask(NAMES)
    made = desk.duban("people", "add", "何海平", "--role", "leader", "--json").json
    assert CODE.fullmatch(made["code"])
    assert desk.ask(NAMES) == before


def test_a_unit_that_is_not_there_is_answered_with_the_nearest(desk: Desk) -> None:
    ended = desk.duban("people", "add", "周敏", "--role", "liaison", "--unit", "教育厅")
    assert ended.code == 1
    assert "教育局" in ended.err


def test_a_liaison_without_a_unit_and_an_unknown_role_are_wrong_usage(desk: Desk) -> None:
    no_unit = desk.duban("people", "add", "周敏", "--role", "liaison")
    no_role = desk.duban("people", "add", "周敏", "--role", "boss")
    assert (no_unit.code, no_role.code) == (2, 2)
    assert "--unit" in no_unit.err
    assert "liaison" in no_role.err


def test_people_are_imported_from_a_file_once_it_is_confirmed(desk: Desk) -> None:
    path = desk.write("people.csv", FILE)
    asked = desk.duban("people", "import", path)
    assert asked.code == 1
    assert "读到 3 人" in asked.out
    assert "周敏" not in desk.ask(NAMES)
    done = desk.duban("people", "import", path, "--yes", "--json").json["people"]
    assert [person["name"] for person in done] == ["周敏", "何海平", "林岚"]
    assert all(CODE.fullmatch(person["code"]) for person in done)
    listed = desk.duban("people", "list", "--json").json["people"]
    assert {(one["name"], *one["roles"]) for one in listed} >= {("周敏", "liaison"), ("林岚", "admin")}


def test_a_people_file_with_a_wrong_row_names_it_and_stores_nobody(desk: Desk) -> None:
    before = desk.ask(NAMES)
    path = desk.write("people.csv", FILE.replace("教育局", "教育厅"))
    ended = desk.duban("people", "import", path, "--yes")
    assert ended.code == 1
    assert "教育厅" in ended.err
    assert desk.ask(NAMES) == before


def test_the_template_is_written_once_and_not_overwritten(desk: Desk) -> None:
    assert desk.duban("people", "template", "p.xlsx").code == 0
    written = (desk.folder / "p.xlsx").read_bytes()
    again = desk.duban("people", "template", "p.xlsx")
    assert again.code == 1
    assert "p.xlsx" in again.err
    assert (desk.folder / "p.xlsx").read_bytes() == written


def test_a_new_invite_takes_the_place_of_the_old_and_a_stranger_has_none(desk: Desk) -> None:
    first = desk.duban("people", "add", "周敏", "--role", "liaison", "--unit", "教育局", "--json").json["code"]
    second = desk.duban("invite", "周敏", "--json").json["code"]
    assert first != second
    nobody = desk.duban("invite", "没有人")
    assert nobody.code == 1
    assert "没有人" in nobody.err


def test_an_ambiguous_name_is_answered_with_the_ids(desk: Desk) -> None:
    ids = [
        desk.duban("people", "add", "王芳", "--role", "liaison", "--unit", unit, "--json").json["id"]
        for unit in ("教育局", "民政局")
    ]
    ended = desk.duban("invite", "王芳")
    assert ended.code == 1
    assert all(str(each) in ended.err for each in ids)
    assert desk.duban("invite", str(ids[1]), "--json").json["unit"] == "民政局"
