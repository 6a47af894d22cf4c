"""Cadences and rounds: schedule, remind."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.tools import confirm, json_lines, print_json, said, say, state_of, wrong_usage
from data.errors import UserError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
schedule = typer.Typer(no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(schedule, name="schedule", help=said("schedule"))
    app.command(help=said("remind"))(remind)


@schedule.command("list", help=said("schedule_list"))
def list_all(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help=said("json"))] = False
) -> None:
    from bot.orders import schedule_documents

    found = state_of(context).read(schedule_documents)
    if as_json:
        print_json({"schedules": found})
        return
    for one in found:
        typer.echo(say("schedule_line", **one))


@schedule.command("add", help=said("schedule_add"))
def add(
    context: typer.Context,
    phrase: Annotated[str, typer.Argument(help=said("phrase"))],
    as_json: Annotated[bool, typer.Option("--json", help=said("json"))] = False,
) -> None:
    from bot.orders import add_schedule

    state = state_of(context)
    now = state.now()
    made = state.write(lambda session: add_schedule(session, phrase, now, state.office))
    print_json(made) if as_json else typer.echo(say("schedule_line", **made))


@schedule.command("remove", help=said("schedule_remove"))
def remove(
    context: typer.Context, number: Annotated[int, typer.Argument(metavar="ID", help=said("schedule_id"))]
) -> None:
    from bot.orders import remove_schedule

    state = state_of(context)
    now = state.now()
    state.write(lambda session: remove_schedule(session, number, now, state.office))
    typer.echo(say("schedule_removed", number=number))


@schedule.command("preview", help=said("schedule_preview"))
def preview(
    context: typer.Context,
    phrase: Annotated[str | None, typer.Argument(help=said("phrase"))] = None,
    start: Annotated[datetime | None, typer.Option("--from", help=said("from"), formats=MOMENTS)] = None,
    count: Annotated[int, typer.Option("--count", min=1, max=100, help=said("count"))] = 5,
    jsonl: Annotated[bool, typer.Option("--jsonl", help=said("jsonl"))] = False,
) -> None:
    from bot.orders import preview_line, preview_phrase

    state = state_of(context)
    now = state.office.local(state.now())
    if jsonl or phrase is None:
        json_lines(lambda line: preview_line(line, now, state.office))
        return
    moment = start.replace(tzinfo=state.office.zone) if start else now
    words, fires = preview_phrase(phrase, moment, state.office, count)
    typer.echo(words)
    for fire in fires:
        typer.echo(say("fire_line", fire=fire))


def remind(
    context: typer.Context,
    everybody: Annotated[bool, typer.Option("--all", help=said("remind_all"))] = False,
    unit: Annotated[str | None, typer.Option("--unit", help=said("unit"))] = None,
    row: Annotated[str | None, typer.Option("--row", help=said("assignment"))] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=said("yes"))] = False,
) -> None:
    from bot.orders import effect_of, order_round

    if sum((everybody, unit is not None, row is not None)) != 1:
        raise wrong_usage(UserError("remind_whom"))
    state = state_of(context)
    now = state.now()
    effect: Any = state.read(lambda session: effect_of(session, unit, row, now, state.office))
    typer.echo(say("remind_effect", **effect))
    confirm(say("remind_confirm"), yes)

    def work(session: Session) -> None:
        order_round(session, unit, row, now, state.office)

    state.write(work)
    typer.echo(say("reminded", **effect))
