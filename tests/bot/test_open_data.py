"""The JSON API: who may read what, its description, its pages and its ETags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.bot.cast import Cast
from tests.bot.real import Browser

PATHS = ("plan", "summary", "assignments", "assignments/1", "reports", "rounds")


def token_for(cast: Cast, name: str = "林岚") -> str:
    """What an admin is told."""
    (said,) = cast.says("admin", f"令牌 {name} 30天")
    found = re.search(r"duban_[\w-]{20,}", said.text)
    assert found, said.text
    return found[0]


class Program:
    """Something that reads the API of the cast's office with a token."""

    def __init__(self, cast: Cast, name: str = "林岚") -> None:
        self.browser, self.token = Browser(cast), token_for(cast, name)

    def ask(self, path: str, **headers: str) -> Any:
        bearer = {"authorization": f"Bearer {self.token}"}
        return self.browser.get(f"/api/v1/{path}", headers=bearer | headers)

    def read(self, path: str) -> Any:
        answer = self.ask(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


# Who may read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, "duban_wrong", "Basic x"])
def test_without_a_token_nothing_is_told(office: Cast, token: str | None) -> None:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = Browser(office).get("/api/v1/plan", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert set(answer.json()) == {"detail"}


def test_a_leaders_token_reads_the_portfolio_alone_and_names_nobody(office: Cast) -> None:
    office.says("education", "1 学位到3500个")
    office.says("housing", "老旧小区改造（8.1）报40%")
    leader, admin = Program(office, "何海平"), Program(office)
    assert (leader.read("assignments")["total"], admin.read("assignments")["total"]) == (10, 25)
    assert len(leader.read("plan")["assignments"]) == 10
    assert leader.ask("assignments/8.1").status_code == 404
    assert [report["assignment_id"] for report in leader.read("reports")["items"]] == ["1"]
    assert {report["person"] for report in leader.read("reports")["items"]} == {None}
    assert {report["person"] for report in admin.read("reports")["items"]} == {"周敏", "陈刚"}
    assert "住建局" not in str(leader.read("rounds"))


def test_a_token_ends_on_its_day_and_when_it_is_revoked(office: Cast) -> None:
    first, second = Program(office), Program(office)
    office.says("admin", "令牌 停用 1")
    assert (first.ask("plan").status_code, second.ask("plan").status_code) == (401, 200)
    office.now += timedelta(days=30)
    assert second.ask("plan").status_code == 401


def test_a_link_is_no_token(office: Cast) -> None:
    found = re.search(r"/look/(\S+)", office.says("admin", "链接 何海平 7天")[0].text)
    assert found
    answer = Browser(office).get("/api/v1/plan", headers={"authorization": f"Bearer {found[1]}"})
    assert answer.status_code == 401


def test_who_asks_too_often_is_told_when_to_come_again(office: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.api.A_MINUTE", 3)
    program = Program(office)
    answers = [program.ask("rounds") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_the_api_only_reads(office: Cast) -> None:
    program = Program(office)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = program.browser.ask(
            method, "/api/v1/assignments", headers={"authorization": f"Bearer {program.token}"}
        )
        assert answer.status_code == 405


# What is told ----------------------------------------------------------------------------------------------


def test_a_row_is_told_with_its_lamp_its_reason_and_the_words(office: Cast) -> None:
    office.says("education", "1 学位到3500个，预计11月底完成")
    row = Program(office).read("assignments/1")
    assert (row["lamp"], row["column"], row["lead_unit"]) == ("green", "on_schedule", "教育局")
    assert row["words"] == "1 学位到3500个，预计11月底完成"
    assert row["expected_date"] == "2021-11-30"
    assert {"label": "学位", "done": 3500, "target": 5000}.items() <= row["targets"][2].items() or any(
        part["done"] == 3500 for part in row["targets"]
    )


def test_rows_are_filtered_and_come_in_pages(office: Cast) -> None:
    program = Program(office)
    pages = [program.read(f"assignments?per_page=10&page={page}") for page in (1, 2, 3)]
    assert [len(page["items"]) for page in pages] == [10, 10, 5]
    assert len({row["assignment_id"] for page in pages for row in page["items"]}) == 25
    assert sum(pages[0]["counts"].values()) == 25
    assert {row["lead_unit"] for row in program.read("assignments?unit=教育局")["items"]} == {"教育局"}
    assert program.read("assignments?q=适老化")["total"] == 1


def test_an_earlier_day_can_be_asked_for(office: Cast) -> None:
    office.reports("education", "序号1 学位到3200个", "2021-09-10T10:00")
    office.says("education", "1 学位到3500个")
    program = Program(office)
    assert program.read("assignments/1?on=2021-09-15")["words"] == "序号1 学位到3200个"
    assert program.read("assignments?on=2021-09-15")["as_of"] == "2021-09-15"


def test_reports_are_read_on_from_the_last_one(office: Cast) -> None:
    for words in ("1 学位到3500个", "刚才说错了，是3300", "5.6 开放了9所"):
        office.says("education", words)
    program = Program(office)
    first = program.read("reports?limit=2")
    rest = program.read(f"reports?limit=2&after={first['next']}")
    assert [report["standing"] for report in first["items"] + rest["items"]] == [False, True, True]
    assert (first["next"], rest["next"]) == (first["items"][-1]["id"], None)


def test_nonsense_in_the_address_is_refused_with_its_place(office: Cast) -> None:
    answer = Program(office).ask("assignments?lamp=blue&page=0&on=yesterday")
    assert answer.status_code == 422
    assert {problem["loc"][-1] for problem in answer.json()["detail"]} == {"lamp", "page", "on"}


def test_what_has_not_changed_is_not_sent_again(office: Cast) -> None:
    program = Program(office)
    tag = program.ask("assignments").headers["etag"]
    again = program.ask("assignments", **{"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    office.says("education", "1 学位到3500个")
    assert program.ask("assignments", **{"if-none-match": tag}).status_code == 200


# How it is described ---------------------------------------------------------------------------------------


def problems(value: Any, schema: dict[str, Any], document: dict[str, Any], at: str = "") -> Iterator[str]:
    """Where a value is not what its schema says: the part of JSON Schema that the description uses."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        if not any(not list(problems(value, one, document, at)) for one in schema["anyOf"]):
            yield f"{at}: {value!r} is none of {schema['anyOf']}"
        return
    kinds: dict[str, Any] = {
        "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool,
        "null": type(None),
    }  # fmt: skip
    kind = schema.get("type")
    if kind and (not isinstance(value, kinds[kind]) or (kind in ("integer", "number") and isinstance(value, bool))):
        yield f"{at}: {value!r} is no {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    if schema.get("format") == "date":
        date.fromisoformat(value)
    if schema.get("format") == "date-time":
        assert datetime.fromisoformat(value).tzinfo is not None
    if kind == "object" and "properties" in schema:
        yield from (f"{at}: no {name}" for name in schema.get("required", ()) if name not in value)
        yield from (f"{at}: {name} is not described" for name in value if name not in schema["properties"])
        for name, one in value.items():
            yield from problems(one, schema["properties"].get(name, {}), document, f"{at}.{name}")
    if kind == "array":
        for number, one in enumerate(value):
            yield from problems(one, schema["items"], document, f"{at}[{number}]")


def test_every_answer_is_as_the_description_says(office: Cast) -> None:
    for words in ("1 学位到3500个，困难：缺地", "5.6 开放了9所", "2 全部没变化"):
        office.says("education", words)
    program = Program(office)
    document = program.browser.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.")
    assert {path.removeprefix("/v1/") for path in document["paths"]} == {path.replace("/1", "/{ref}") for path in PATHS}
    for path in PATHS:
        described = document["paths"][f"/v1/{path.replace('/1', '/{ref}')}"]["get"]
        assert described["security"]
        assert {"200", "304", "401", "429"} <= described["responses"].keys()
        schema = described["responses"]["200"]["content"]["application/json"]["schema"]
        assert not list(problems(program.read(path), schema, document, path))


def test_the_description_is_there_without_a_token_and_loads_nothing(office: Cast) -> None:
    browser = Browser(office)
    assert browser.get("/api/openapi.json").json()["servers"] == [{"url": "/api"}]
    for page in ("/api/docs", "/api/redoc"):
        assert browser.get(page).status_code == 404
