"""`duban explain` and `duban dates`: a line in, a line out, without the bot."""

from __future__ import annotations

import io
import json
import re
import subprocess
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from benchmarks.reading_readers import shipped_plan
from bot.cli.explained import show
from bot.explaining import explained
from bot.reading.jsonl import context_of
from bot.reading.read import read
from bot.texts import texts
from data.calendar import Calendar
from tests.bot.cli.desk import Desk


def test_a_sentence_is_explained_by_the_plan_in_the_database_with_reasons(desk: Desk) -> None:
    read = desk.duban(
        "explain", "适老化改造完成210户，预计10月底完成", "--unit", "民政局", "--today", "2021-09-24", "--json"
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


BAD = ["{", "[]", '{"id": 1}', '{"id": 1, "text": "x", "now": "bald"}', '{"id": 1, "text": "x", "context": [1]}']


def test_a_line_that_cannot_be_taken_is_named_and_the_stream_goes_on(empty: Desk) -> None:
    good = '{"id": 9, "text": "11月底", "now": "2021-09-26"}'
    ended = empty.duban("dates", "--jsonl", typed="\n".join([good, *BAD, good]) + "\n")
    first, *refused, last = ended.lines
    assert first == last == {"id": 9, "date": "2021-11-30"}
    assert [line["line"] for line in refused] == [2, 3, 4, 5, 6]
    assert [line["id"] for line in refused] == [None, None, 1, 1, 1]
    assert all("读不了" in line["error"] for line in refused)
    assert ended.code == 1
    assert "第 2 行" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("words", [("dates",), ("explain",), ("schedule", "preview")])
def test_long_lines_and_halves_of_signs_are_answered(empty: Desk, words: tuple[str, ...]) -> None:
    context = {"unit": "教育局", "open_assignments": ["1", "5.6"], "today": "2021-09-26"}
    texts = ["学位3500个，" * 15_000, "\ud800学位", "学位" * 50_000]
    typed = "\n".join(json.dumps({"id": n, "text": text, "context": context}) for n, text in enumerate(texts))
    ended = empty.duban(*words, "--jsonl", typed=typed + "\n")
    assert (ended.code, [line["id"] for line in ended.lines]) == (0, [0, 1, 2])


def test_a_context_that_makes_no_sense_is_a_line_that_cannot_be_taken(empty: Desk) -> None:
    asked = [{"id": 1, "text": "x", "context": {"open_assignments": 5}}, {"id": 2, "text": "x", "context": {}}]
    ended = empty.duban("explain", "--jsonl", typed="\n".join(map(json.dumps, asked)))
    assert [("error" in line, line["id"]) for line in ended.lines] == [(True, 1), (False, 2)]


# Explained for a person ------------------------------------------------------------------------------------

SENTENCE = "1新增学位3500个，预计11月底完成；2 开放了9所"


def test_a_sentence_is_explained_with_its_words_marked_below_it(empty: Desk) -> None:
    told = empty.duban("explain", SENTENCE, "--unit", "教育局", "--today", "2021-09-26").out.splitlines()
    assert told[0] == f"  {SENTENCE}"
    assert told[1].split() == ["1", "2~~~~~", "4~~~~~", "5", "6~~"]
    assert told[1].index("2~~~~~") == 2 + len("1") + 2 * len("新增学位")
    assert any(line.startswith("增加教育资源供给（序号1）  1 列表里的序号 · 确定") for line in told)
    assert any(line.split()[:3] == ["2", "数字", "增加学位"] and "确定" in line for line in told)
    assert any(line.startswith("体育设施开放") for line in told)
    assert not any("\x1b" in line for line in told)


def drawn(text: str, language: str = "zh-CN", **terminal: Any) -> str:
    """What a terminal shows of a sentence of 教育局."""
    plan = shipped_plan()
    about = {"unit": "教育局", "open_assignments": ["1", "5.6"], "today": "2021-09-26"}
    words = texts(language)
    titles = {"1": "增加教育资源供给（序号1）", "5.6": "体育设施开放（5.6）"}
    told = explained(words, text, read(text, context_of(about, plan, Calendar())), titles, 2021, "教育局")
    out = io.StringIO()
    show(Console(file=out, width=60, markup=False, highlight=False, **terminal), words, told)
    return out.getvalue()


def test_in_a_terminal_it_is_coloured_and_not_where_colour_is_unwanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    coloured = drawn(SENTENCE, force_terminal=True)
    assert "\x1b[36m" in coloured
    assert "\x1b[3" not in drawn(SENTENCE, force_terminal=True, no_color=True)
    assert "\x1b" not in drawn(SENTENCE)


def test_long_lines_are_broken_and_marks_stay_below_their_words() -> None:
    shown = drawn("先说几句别的话" * 8 + "，1新增学位3500个").splitlines()
    at = next(n for n, line in enumerate(shown) if "3500个" in line)
    assert cell_len(shown[at][: shown[at].index("3500个")]) == shown[at + 1].index("~~~") - 1
    assert all(cell_len(line.rstrip()) <= 60 for line in shown[: at + 2])


def test_every_reason_is_in_the_words_of_the_language() -> None:
    told = drawn("1新增学位3500个，竣工2个，预计11月底完成；5.6因没经费滞后，下一步找财政；其他没变化")
    assert not re.search("[a-z]{2,}", told)
    assert "报的数" in told
    assert "a number is told" in drawn("1新增学位3500个", "en")


def test_what_would_be_asked_and_what_nobody_understood_are_shown() -> None:
    assert "会问：“80%”是哪一项？" in drawn("80%")
    assert "没看懂" in drawn("天上飞过一只鸟儿叫喳喳")
