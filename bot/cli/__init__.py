"""The command line: `duban`. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated

import typer

from bot.cli import passes, people, plan, reading, safe, schedule, service, unit
from bot.cli.tools import State, explain_error, said
from data.errors import UserError

# Rows by the thousand are made and dropped whole; looking for garbage as often as by default takes a fifth of the time.
GARBAGE = (20_000, 50, 100)

app = typer.Typer(
    no_args_is_help=True, add_completion=True, rich_markup_mode=None, pretty_exceptions_enable=False, help=said("help")
)
service.add_to(app)
safe.add_to(app)
unit.add_to(app)
plan.add_to(app)
schedule.add_to(app)
reading.add_to(app)
app.add_typer(people.app, name="people", help=said("people"))
people.add_to(app)
app.add_typer(passes.app, name="token", help=said("token"))
passes.add_to(app)


@app.callback(invoke_without_command=True)
def options(
    context: typer.Context,
    config: Annotated[str, typer.Option("--config", help=said("config_option"), metavar="FILE")] = "",
    version: Annotated[bool, typer.Option("--version", help=said("version"), is_eager=True)] = False,
) -> None:
    """Options that go before the command."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"duban {installed('duban')}")
        raise typer.Exit
    context.obj = State(config or None)


def main() -> None:
    """Run a command. A person's mistake is one sentence and exit code 1, wrong usage is 2."""
    gc.set_threshold(*GARBAGE)
    try:
        app()
    except UserError as error:
        print(explain_error(error), file=sys.stderr)  # noqa: T201
        raise SystemExit(1) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
