"""Backup and restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.tools import confirm, language, said, state_of
from bot.texts import texts


def add_to(app: typer.Typer) -> None:
    app.command(help=said("backup"))(backup)
    app.command(help=said("restore"))(restore)


def backup(
    context: typer.Context,
    output: Annotated[str | None, typer.Option("--output", "-o", help=said("backup_file"), metavar="FILE")] = None,
) -> None:
    from data.backup import folder_of, name_of, take
    from data.files import FOLDER, folder_beside, take_along

    state = state_of(context)
    now = state.now()
    with state.store() as store:
        folder = folder_of(store.url, state.settings.backup.folder)
        path = Path(output) if output else folder / name_of("backup", store.url, now)
        made = take(store, path, now)
        beside = path.parent / FOLDER
        count = take_along(folder_beside(store.url, state.settings.files.folder), beside)
    typer.echo(texts(language()).say("delivery.backup_done", path=made.path, size=made.size, revision=made.revision))
    typer.echo(texts(language()).say("delivery.backup_files", path=beside, count=count))


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=said("restore_file"))],
    yes: Annotated[bool, typer.Option("--yes", "-y", help=said("yes"))] = False,
) -> None:
    from bot.restoring import has_content, restore_from

    state = state_of(context)
    say = texts(language())
    if has_content(state.settings):
        confirm(say.say("delivery.restore_confirm"), yes)
    lines, kept = restore_from(state.settings, file, state.now(), say)
    typer.echo(say.say("delivery.restore_done", kept=str(kept) if kept else None))
    for line in lines:
        typer.echo(line)
