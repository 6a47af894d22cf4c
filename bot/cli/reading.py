"""How a text is read, and why: explain, dates."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.cli.tools import State, json_lines, print_json, said, say, state_of

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
    today: Annotated[str | None, typer.Option("--today", help=said("today"))] = None,
) -> None:
    from bot.reading.jsonl import explain as read

    state = state_of(context)
    plan = plan_or_shipped(state)
    if jsonl or text is None:
        json_lines(lambda line: read(line, plan))
        return
    day = today or state.office.today(state.now()).isoformat()
    about: dict[str, Any] = {"unit": unit, "open_assignments": _rows_of(plan, unit), "today": day}
    if assignment is not None:
        about["asked_assignment"] = assignment
    print_json(read({"id": "", "context": about, "text": text}, plan))


def _rows_of(plan: dict[str, Any], unit: str | None) -> list[str]:
    return [row["id"] for row in plan["assignments"] if unit in (None, row["lead_unit"])]


def plan_or_shipped(state: State) -> dict[str, Any]:
    """The plan in the database, or the shipped one of 2021 where there is none."""
    from importlib.resources import as_file, files

    from bot import exports
    from data.errors import UserError
    from data.tables import plan_json, read_table

    try:
        return state.read(exports.plan_json)
    except UserError:
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
    typer.echo(say("dates_read", found=read_date(text, now, prefer, calendar)))


def _date_line(line: dict[str, Any], now: datetime, calendar: Calendar) -> dict[str, Any]:
    from data.language.dates import read_date

    told = line.get("now")
    moment = _moment(str(told)) if told else now
    return {"id": line.get("id"), **read_date(str(line["text"]), moment, line.get("prefer", "future"), calendar)}


def _moment(text: str) -> datetime:
    if len(text) == len("2021-09-26"):
        return datetime.combine(date.fromisoformat(text), datetime.min.time())
    return datetime.fromisoformat(text).replace(tzinfo=None)
