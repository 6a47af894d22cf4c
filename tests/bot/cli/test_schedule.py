"""`duban schedule` and `duban remind`."""

from __future__ import annotations

import json

import pytest

from tests.bot.cli.desk import Desk

KEPT = "SELECT id FROM schedule WHERE removed_at IS NULL"
LAST_WORKDAY = "每月最后一个工作日下午3点"


def schedules(desk: Desk) -> list[dict[str, object]]:
    found: list[dict[str, object]] = desk.duban("schedule", "list", "--json").json["schedules"]
    return found


def test_an_import_leaves_the_default_schedule_on_the_next_working_day(desk: Desk) -> None:
    (one,) = schedules(desk)
    assert one.keys() == {"id", "phrase", "words", "scope", "next_at", "paused"}
    assert (one["phrase"], one["next_at"], one["paused"]) == ("每月25日 9:00", "2021-09-26T01:00:00Z", False)


def test_a_schedule_is_added_by_phrase_and_removed_by_id(desk: Desk) -> None:
    made = desk.duban("schedule", "add", LAST_WORKDAY, "--json").json
    assert (made["words"], made["next_at"]) == ("每月最后一个工作日 15:00", "2021-09-30T07:00:00Z")
    assert desk.duban("schedule", "remove", str(made["id"])).code == 0
    assert made["id"] not in desk.ask(KEPT)
    assert desk.duban("schedule", "remove", "99").code == 1


def test_a_preview_says_the_phrase_back_with_its_dates(empty: Desk) -> None:
    ended = empty.duban("schedule", "preview", LAST_WORKDAY, "--from", "2021-09-26T09:00", "--count", "2")
    assert ended.out == "每月最后一个工作日 15:00\n9月30日（周四）15:00\n10月29日（周五）15:00\n"
    assert list(empty.folder.iterdir()) == []


@pytest.mark.parametrize("phrase", ["每分钟", "二月三十日9点"])
def test_a_phrase_that_cannot_be_kept_is_refused_with_a_better_one(desk: Desk, phrase: str) -> None:
    ended = desk.duban("schedule", "add", phrase)
    assert ended.code == 1
    assert ended.err.count("\n") == 1
    assert len(desk.ask(KEPT)) == 1


def test_a_preview_of_lines_streams_fires_errors_and_questions(empty: Desk) -> None:
    asked = [
        {"id": "a", "text": "每月25日9点", "now": "2021-09-24T09:00"},
        {"id": "b", "text": "每月32日"},
        {"id": "c", "text": "每周一9点", "now": "2021-09-24T09:00", "tz": "Asia/Shanghai"},
    ]
    typed = "\n".join(json.dumps(line, ensure_ascii=False) for line in asked)
    first, second, third = empty.duban("schedule", "preview", "--jsonl", typed=typed).lines
    assert first["fires"][:2] == ["2021-09-25T09:00", "2021-10-25T09:00"]
    assert (second["id"], "error" in second) == ("b", True)
    assert third["fires"][0] == "2021-09-27T09:00"


def test_a_moment_that_cannot_be_read_is_wrong_usage(empty: Desk) -> None:
    ended = empty.duban("schedule", "preview", LAST_WORKDAY, "--from", "bald")
    assert ended.code == 2
    assert "bald" in ended.err


def test_a_round_is_opened_only_once_it_is_confirmed(desk: Desk) -> None:
    desk.duban("people", "add", "周敏", "--role", "liaison", "--unit", "教育局")
    asked = desk.duban("remind", "--all")
    assert asked.code == 1
    assert "将提醒 8 家单位 1 人、25 项任务" in asked.out
    assert "民政局" in asked.out
    assert desk.ask("SELECT fire_local FROM round") == []
    ordered = desk.duban("remind", "--unit", "教育局", "--yes")
    assert ordered.code == 0
    assert "1 人、2 项任务" in ordered.out
    assert desk.ask("SELECT fire_local FROM round") == ["2021-09-24T09:00"]


def test_an_order_names_exactly_one_of_all_unit_and_row(desk: Desk) -> None:
    assert desk.duban("remind", "--yes").code == 2
    assert desk.duban("remind", "--all", "--row", "5.6", "--yes").code == 2
    unknown = desk.duban("remind", "--row", "99", "--yes")
    assert unknown.code == 1
    assert "99" in unknown.err
