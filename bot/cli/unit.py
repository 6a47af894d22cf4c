"""The systemd unit."""

from __future__ import annotations

import getpass
import sys
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.tools import said, state_of

TEMPLATE = "duban.service"


def add_to(app: typer.Typer) -> None:
    app.command(help=said("service"))(service)


def service(
    context: typer.Context,
    user: Annotated[str | None, typer.Option("--user", help=said("service_user"))] = None,
    folder: Annotated[Path, typer.Option("--folder", help=said("service_folder"))] = Path(),
) -> None:
    command = [str(executable()), *config_of(state_of(context).config), "run"]
    typer.echo(
        files("bot.cli")
        .joinpath(TEMPLATE)
        .read_text(encoding="utf-8")
        .format(
            user=user or getpass.getuser(),
            folder=quoted(str(folder.resolve())),
            command=" ".join(quoted(part) for part in command),
        ),
        nl=False,
    )


def executable() -> Path:
    """The `duban` of this Python."""
    return Path(sys.executable).with_name("duban")


def config_of(config: str | None) -> list[str]:
    return ["--config", str(Path(config).resolve())] if config else []


def quoted(value: str) -> str:
    """As systemd reads it: `%` is its own, a space needs quotes."""
    escaped = value.replace("%", "%%")
    return f'"{escaped}"' if " " in escaped else escaped
