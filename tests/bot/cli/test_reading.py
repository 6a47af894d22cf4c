"""`duban explain` and `duban dates`: a line in, a line out, without the bot."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.bot.cli.desk import Desk


def test_a_sentence_is_explained_by_the_plan_in_the_database_with_reasons(desk: Desk) -> None:
    read = desk.duban(
        "explain", "适老化改造完成210户，预计10月底完成", "--unit", "民政局", "--today", "2021-09-24"
    ).json
    (item,) = read["items"]
    assert (read["kind"], item["assignment_id"], item["expected_date"]) == ("progress", "4.3", "2021-10-31")
    assert item["figures"] == [{"label": "适老化改造", "value": 210, "unit": "户"}]
    assert item["why"]["figures"]["rule"]


def test_without_a_database_lines_are_read_by_the_shipped_table(empty: Desk) -> None:
    context = {"unit": "民政局", "asked_assignment": "4.3", "today": "2021-09-24"}
    asked = {"id": "r1", "context": context, "text": "已改造210户"}
    (read,) = empty.duban("explain", "--jsonl", typed=json.dumps(asked)).lines
    assert (read["id"], read["items"][0]["assignment_id"]) == ("r1", "4.3")
    assert list(empty.folder.iterdir()) == []


def test_an_unknown_unit_or_row_is_named(empty: Desk) -> None:
    unit = empty.duban("explain", "已完成", "--unit", "民政厅")
    row = empty.duban("explain", "已完成", "--assignment", "77")
    assert (unit.code, row.code) == (1, 1)
    assert "民政局" in unit.err
    assert "77" in row.err


def test_a_date_is_read_from_the_clock_or_from_the_moment_of_the_line(empty: Desk) -> None:
    assert empty.duban("dates", "三季度末").json == {"date": "2021-09-30"}
    asked = [
        {"id": 1, "text": "国庆前", "now": "2021-09-26"},
        {"id": 2, "text": "11月底", "now": "2021-09-26T09:00"},
    ]
    typed = "\n".join(map(json.dumps, asked))
    assert empty.duban("dates", "--jsonl", typed=typed).lines == [
        {"id": 1, "date": "2021-09-30"},
        {"id": 2, "date": "2021-11-30"},
    ]


@pytest.mark.parametrize("words", [("dates",), ("explain",), ("schedule", "preview")])
def test_lines_are_answered_as_they_come(empty: Desk, words: tuple[str, ...]) -> None:
    """The answer to the first line is there before the second one is written."""
    from tests.bot.cli.desk import command, surroundings

    running = subprocess.Popen(
        [*command(), *words, "--jsonl"],
        cwd=empty.folder,
        env=surroundings(empty.environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdin is not None
    assert running.stdout is not None
    with running:
        for number in (1, 2):
            running.stdin.write(json.dumps({"id": number, "text": "11月底"}) + "\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["id"] == number
        running.stdin.close()
    assert running.returncode == 0


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}', '{"id": 1, "text": "x", "now": "bald"}'])
def test_a_line_that_cannot_be_taken_is_named_by_its_number(empty: Desk, line: str) -> None:
    ended = empty.duban("dates", "--jsonl", typed='{"id": 0, "text": "11月底"}\n' + line + "\n")
    assert ended.code == 1
    assert len(ended.lines) == 1
    assert "第 2 行" in ended.err
    assert "Traceback" not in ended.err
