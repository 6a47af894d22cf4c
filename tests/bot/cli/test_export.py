"""`duban export`: the plan and the reports, handed back."""

from __future__ import annotations

import csv
import io
import json

from tests.bot.cli.desk import Desk
from tests.data.tables.test_seed import GOLDEN

KEYS = {
    "id", "assignment_id", "unit", "person", "channel", "at", "text", "status", "percent", "figures",
    "expected_date", "problem", "next_step", "standing", "supersedes",
}  # fmt: skip


def test_the_exported_plan_is_the_checked_one(desk: Desk) -> None:
    exported = desk.duban("export", "plan", "--format", "json").json
    assert exported == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_reports_come_as_one_document_with_words_figures_and_standing(reported: Desk) -> None:
    reports = reported.duban("export", "reports", "--format", "json").json["reports"]
    assert len(reports) > 20
    assert all(report.keys() >= KEYS for report in reports)
    aged = next(report for report in reports if report["assignment_id"] == "4.3")
    assert (aged["unit"], aged["standing"], aged["supersedes"]) == ("民政局", True, None)
    assert aged["figures"] == [{"label": "适老化改造", "value": 186.0, "unit": "户"}]
    assert aged["at"].endswith("Z")


def test_reports_as_csv_have_the_same_rows_and_open_in_a_spreadsheet(reported: Desk) -> None:
    path = reported.folder / "reports.csv"
    assert reported.duban("export", "reports", "--format", "csv", "-o", path).code == 0
    written = path.read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))
    assert len(rows) == len(reported.duban("export", "reports").json["reports"])
    assert {row["unit"] for row in rows} >= {"教育局", "民政局"}


def test_rounds_people_and_the_trail_come_as_json_and_as_csv_without_a_secret(reported: Desk) -> None:
    for what, some in (("rounds", "教育局"), ("people", "何海平"), ("audit", "import")):
        records = reported.duban("export", what).json[what]
        assert some in str(records)
        text = reported.duban("export", what, "--format", "csv").out
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        assert [row["id"] for row in rows] == [str(record["id"]) for record in records]
        assert not {"code", "token", "hash", "accounts", "external_id"} & set(rows[0])


def test_without_a_plan_it_says_what_to_do_first(empty: Desk) -> None:
    ended = empty.duban("export", "plan")
    assert ended.code == 1
    assert "duban import" in ended.err
    assert list(empty.folder.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(desk: Desk) -> None:
    ended = desk.duban("export", "plan", "-o", desk.folder / "nowhere" / "plan.json")
    assert ended.code == 1
    assert "nowhere" in ended.err
    assert "Traceback" not in ended.err
