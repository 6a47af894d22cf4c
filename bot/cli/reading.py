"""How a text is read, and why: explain, dates."""

from __future__ import annotations

import difflib
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.cli.tools import State, json_lines, language, print_json, said, state_of
from bot.texts import texts
from data.errors import UserError

if TYPE_CHECKING:
    from data.calendar import Calendar


def add_to(app: typer.Typer) -> None:
    app.command(help=said("explain"))(explain)
    app.command(help=said("dates"))(dates)


def explain(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(help=said("text"))] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help=said("jsonl"))] = False,
    unit: Annotated[str | None, typer.Option("--unit", help=said("unit"))] = None,
    assignment: Annotated[str | None, typer.Option("--assignment", help=said("assignment"))] = None,
    today: Annotated[datetime | None, typer.Option("--today", help=said("today"), formats=["%Y-%m-%d"])] = None,
    as_json: Annotated[bool, typer.Option("--json", help=said("json"))] = False,
) -> None:
    """A sentence as a person sees it; `--json` the same as a document, `--jsonl` a stream."""
    from bot.reading.jsonl import explain as read

    state = state_of(context)
    plan = plan_or_shipped(state)
    if jsonl or text is None:
        json_lines(lambda line: read(line, plan))
        return
    day = today.date() if today else state.office.today(state.now())
    rows = _rows_of(plan, unit)
    about: dict[str, Any] = {"unit": unit, "open_assignments": rows, "today": day.isoformat()}
    if assignment is not None:
        about["asked_assignment"] = _known(assignment, rows)
    if as_json:
        print_json(read({"id": "", "context": about, "text": text}, plan))
        return
    _show(text, about, plan)


def _show(text: str, about: dict[str, Any], plan: dict[str, Any]) -> None:
    from bot.cli.explained import show, terminal
    from bot.echo import row_tag
    from bot.explaining import explained
    from bot.reading.jsonl import context_of
    from bot.reading.read import read
    from data.calendar import Calendar

    words = texts(language())
    titles = {row["id"]: (row.get("short_name") or row["project"] or "") + row_tag(words, row["id"])
              for row in plan["assignments"]}  # fmt: skip
    found = read(text, context_of(about, plan, Calendar()))
    show(terminal(), words, explained(words, text, found, titles, int(plan["year"]), about["unit"]))


def _rows_of(plan: dict[str, Any], unit: str | None) -> list[str]:
    """The rows that the unit leads, all where none is named. Raises UserError `no_such_unit`."""
    leads = {row["id"]: row["lead_unit"] for row in plan["assignments"]}
    if unit is not None and unit not in leads.values():
        near = difflib.get_close_matches(unit, set(leads.values()), n=3, cutoff=0.3)
        raise UserError("no_such_unit", name=unit, near=near)
    return [row for row, lead in leads.items() if unit in (None, lead)]


def _known(row: str, rows: list[str]) -> str:
    """Raises UserError `no_such_row`."""
    if row not in rows:
        raise UserError("no_such_row", said=row, near=difflib.get_close_matches(row, rows, n=3))
    return row


def plan_or_shipped(state: State) -> dict[str, Any]:
    """The plan in the database, or the shipped one of 2021 where there is none."""
    from importlib.resources import as_file, files

    from bot import exports
    from data.tables import plan_json, read_table

    try:
        return state.read(exports.plan_json)
    except UserError as error:
        if error.code not in ("database_empty", "no_plan"):
            raise
        with as_file(files("data.shipped") / "2021.txt") as path:
            return plan_json(read_table(path, year=2021))


def dates(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(help=said("text"))] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help=said("jsonl"))] = False,
    prefer: Annotated[Literal["future", "past"], typer.Option("--prefer", help=said("prefer"))] = "future",
) -> None:
    from data.calendar import Calendar
    from data.language.dates import read_date

    state = state_of(context)
    calendar = Calendar()
    now = state.office.local(state.now()).replace(tzinfo=None)
    if jsonl or text is None:
        json_lines(lambda line: _date_line(line, now, calendar))
        return
    print_json(read_date(text, now, prefer, calendar))


def _date_line(line: dict[str, Any], now: datetime, calendar: Calendar) -> dict[str, Any]:
    from data.language.dates import read_date

    told = line.get("now")
    moment = _moment(str(told)) if told else now
    return {"id": line.get("id"), **read_date(str(line["text"]), moment, line.get("prefer", "future"), calendar)}


def _moment(text: str) -> datetime:
    if len(text) == len("2021-09-26"):
        return datetime.combine(date.fromisoformat(text), datetime.min.time())
    return datetime.fromisoformat(text).replace(tzinfo=None)
