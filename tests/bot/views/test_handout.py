"""Everything that is handed out as a file, by the table of makers and by `duban export`."""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from bot import handout
from bot.cli import app
from bot.cli import handout as cli_handout
from bot.handout import MAKERS, Made, Wanted, form_of
from bot.views.bulletin import month_period
from bot.views.ledger import ledger
from data.errors import UserError
from tests.bot.views.conftest import Desk

AUGUST = month_period(date(2021, 8, 1))
TEXTS = [key for key in MAKERS if key[1] in handout.TEXT_FORMS and key[0] != "corrections"]
OFFICE_FILES = [key for key in MAKERS if key[1] in ("xlsx", "docx")]


def made(desk: Desk, what: str, form: str) -> Made:
    return desk.see(lambda sight: handout.make(what, form, Wanted(sight, AUGUST)))


@pytest.mark.parametrize(("what", "form"), TEXTS)
def test_texts_can_be_read_by_other_programs(desk: Desk, what: str, form: str) -> None:
    content = made(desk, what, form).content
    assert isinstance(content, str)
    if form == "json":
        assert json.loads(content)
        return
    rows = list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))
    assert len(rows) > (8 if what in ("rounds", "people") else 25)
    assert {len(row) for row in rows} == {len(rows[0])}


@pytest.mark.parametrize(("what", "form"), OFFICE_FILES)
def test_office_files_open(desk: Desk, what: str, form: str) -> None:
    content = made(desk, what, form).content
    assert isinstance(content, bytes)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    if form == "xlsx":
        assert load_workbook(io.BytesIO(content)).worksheets[0].max_row > 25


def test_the_form_follows_the_file_s_name() -> None:
    assert form_of("ledger", None, "台账.csv") == "csv"
    assert form_of("ledger", None, None) == "xlsx"
    assert form_of("bulletin", None, "通报.pdf") == "pdf"
    assert form_of("plan", None, "plan.txt") == "json"
    assert form_of("plan", "csv", "plan.json") == "csv"


@pytest.mark.parametrize(("what", "form"), [("ledger", "docx"), ("bulletin", "csv"), ("all", None)])
def test_what_can_not_be_made_names_what_can(what: str, form: str | None) -> None:
    with pytest.raises(UserError) as refused:
        form_of(what, form, None)
    assert "ledger --format xlsx" in refused.value.values["known"]


# The command -----------------------------------------------------------------------------------------------


@pytest.fixture
def command(desk: Desk, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(desk.folder)
    monkeypatch.setenv("DUBAN_DATABASE__URL", sqlite_url)
    monkeypatch.setenv("DUBAN_CLOCK__START", "2021-09-26T09:30")
    return CliRunner()


def test_a_ledger_is_written_to_a_file(command: CliRunner, tmp_path: Path) -> None:
    result = command.invoke(app, ["export", "ledger", "-o", "out.xlsx", "--leaders", "--to", "2021-08-31"])
    assert result.exit_code == 0, result.output
    assert "2021年8月31日" in str(load_workbook(tmp_path / "out.xlsx")["台账"]["A2"].value)


def test_a_file_is_not_written_to_the_screen(command: CliRunner) -> None:
    result = command.invoke(app, ["export", "bulletin"])
    assert isinstance(result.exception, UserError)
    assert result.exception.code == "export.needs_output"
    assert result.exception.values["example"] == "bulletin.docx"


def test_a_bulletin_of_a_month_by_an_own_template(command: CliRunner, tmp_path: Path) -> None:
    from docx import Document

    template = Document()
    template.add_paragraph("{{ title }}")
    template.save(str(tmp_path / "own.docx"))
    arguments = ["export", "bulletin", "--month", "2021-08", "--template", "own.docx", "-o", "out.docx"]
    result = command.invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "8月份" in Document(str(tmp_path / "out.docx")).paragraphs[0].text


def test_plan_and_reports_are_json_on_standard_output(command: CliRunner) -> None:
    for what, key in (("plan", "assignments"), ("reports", "reports")):
        result = command.invoke(app, ["export", what])
        assert result.exit_code == 0, result.output
        assert len(json.loads(result.stdout)[key]) >= 25


@pytest.mark.parametrize("said", ["2021-13", "September"])
def test_a_month_that_is_none_is_refused(command: CliRunner, said: str) -> None:
    result = command.invoke(app, ["export", "bulletin", "--month", said, "-o", "out.docx"])
    assert isinstance(result.exception, UserError)
    assert result.exception.code == "bulletin.period_unknown"


class Terminal(io.StringIO):
    """Standard error where somebody looks."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "seen"), [(Terminal(), True), (io.StringIO(), False)])
def test_there_is_a_bar_where_somebody_looks_and_none_in_a_pipe(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, seen: bool
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    with cli_handout.progress_bar() as bar:
        assert (bar is not None) is seen
        told: list[tuple[int, int]] = []

        def tell(done: int, total: int) -> None:
            told.append((done, total))
            if bar is not None:
                bar(done, total)

        desk.see(lambda sight: ledger(sight, progress=tell))
    assert told[-1] == (25, 25)
    assert ("100%" in stream.getvalue()) is seen
