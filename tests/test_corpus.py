"""The corpus is whole: enough lines, both parts, known rows, real dates."""

import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.data.tables.test_seed import LEADS

FOLDER = Path(__file__).parent / "corpus"
SIZES = {"replies": 640, "dates": 320, "schedules": 320, "numbers": 60}
KINDS = {
    *("progress", "greeting", "ack", "thanks", "question", "command"),
    *("correction", "undo", "extension", "already_reported", "other"),
}
STATUSES = {None, "not_started", "in_progress", "delayed", "done"}


def lines(name: str) -> list[dict[str, Any]]:
    paths = sorted(FOLDER.glob(f"{name}*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("name", SIZES)
def test_a_file_has_enough_lines_with_ids_of_their_own(name: str) -> None:
    found = lines(name)
    assert len(found) >= SIZES[name]
    assert len({line["id"] for line in found}) == len(found)
    assert all(line["text"] for line in found)


@pytest.mark.parametrize("name", SIZES)
def test_a_measured_part_is_of_use_beside_what_is_developed_on(name: str) -> None:
    parts = Counter(line["part"] for line in lines(name))
    assert set(parts) == {"dev", "measured"}
    assert parts["measured"] >= 0.48 * SIZES[name]
    assert parts["dev"] >= 0.98 * parts["measured"]


def test_no_text_of_one_surrounding_is_in_both_parts() -> None:
    seen: dict[str, str] = {}
    for line in lines("replies"):
        key = json.dumps([line["text"], line["context"]], ensure_ascii=False, sort_keys=True)
        assert seen.setdefault(key, line["part"]) == line["part"], line["id"]


def test_replies_use_every_unit_and_every_row_in_both_parts() -> None:
    for part in ("dev", "measured"):
        mine = [line for line in lines("replies") if line["part"] == part]
        assert {line["context"]["unit"] for line in mine} == set(LEADS)
        named = {item["assignment_id"] for line in mine for item in line["expect"]["items"]}
        assert named == {row for rows in LEADS.values() for row in rows}


def test_a_reply_names_open_rows_of_its_unit_and_real_days() -> None:
    for line in lines("replies"):
        context, expect = line["context"], line["expect"]
        assert set(context["open_assignments"]) <= set(LEADS[context["unit"]]), line["id"]
        assert {item["assignment_id"] for item in expect["items"]} <= set(context["open_assignments"]), line["id"]
        days = [context["today"], expect["extension_to"], *(item["expected_date"] for item in expect["items"])]
        assert all(date.fromisoformat(day) for day in days if day is not None), line["id"]


def test_a_reply_expects_known_kinds_and_statuses() -> None:
    for line in lines("replies"):
        expect = line["expect"]
        assert {expect["kind"], *expect.get("kind_any", ())} <= KINDS, line["id"]
        assert {item["status"] for item in expect["items"]} <= STATUSES, line["id"]
        assert not expect["ask"] or expect["items_any"], line["id"]


def test_an_expected_finish_lies_not_before_the_day_of_writing() -> None:
    for line in lines("replies"):
        for item in line["expect"]["items"]:
            assert item["expected_date"] is None or item["expected_date"] >= line["context"]["today"], line["id"]


def test_words_of_a_problem_and_a_next_step_stand_in_the_text() -> None:
    for line in lines("replies"):
        for item in line["expect"]["items"]:
            said = [item[name] for name in ("problem", "next_step") if item[name]]
            assert all(words in line["text"] for words in said), line["id"]


def test_a_date_expects_one_real_form() -> None:
    for line in lines("dates"):
        assert line["prefer"] in ("past", "future")
        assert datetime.fromisoformat(line["now"])
        for one in (line["expect"], *line["expect"].get("or", ())):
            shape = set(one) - {"or"}
            assert shape in ({"date"}, {"start", "end"}, {"datetime"}, {"ask"}, {"nothing"}), line["id"]
            days = [value for key, value in one.items() if key in ("date", "start", "end", "datetime")]
            assert all(datetime.fromisoformat(day) for day in days), line["id"]


def test_fires_are_up_to_five_moments_after_now_in_order() -> None:
    for line in lines("schedules"):
        assert ZoneInfo(line["tz"])
        for one in (line["expect"], *line["expect"].get("or", ())):
            fires = [datetime.fromisoformat(moment) for moment in one.get("fires", ())]
            assert len(set(one) & {"fires", "error", "ask"}) == 1, line["id"]
            assert len(fires) <= 5
            assert [datetime.fromisoformat(line["now"]), *fires] == sorted(
                {datetime.fromisoformat(line["now"]), *fires}
            )
