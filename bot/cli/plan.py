"""The plan in; what goes out is registered beside it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.handout import export
from bot.cli.tools import State, confirm, language, said, say, state_of
from bot.texts import texts

if TYPE_CHECKING:
    from data.tables.draft import PlanDraft

PROGRESS_FROM = 2_000


def add_to(app: typer.Typer) -> None:
    app.command("import", help=said("import"))(import_file)
    app.command("export", help=said("export"))(export)


def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=said("import_file"))],
    year: Annotated[int | None, typer.Option("--year", help=said("year"))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=said("dry_run"))] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=said("yes"))] = False,
) -> None:
    from bot.cli.understood import show_difference, show_plan
    from bot.importing_plan import apply_plan

    state = state_of(context)
    now = state.now()
    draft = read_with_progress(file, year)
    show_plan(draft)
    difference = _difference(state, draft)
    if difference is not None:
        show_difference(difference)
        if not difference.changes_anything:
            typer.echo(say("import_same"))
            return
    if dry_run:
        typer.echo(say("import_dry"))
        return
    confirm(say("import_confirm"), yes)
    renamed = difference.renames if difference is not None else ()
    state.write(lambda session: apply_plan(session, draft, now, None, renamed, state.office), create=True)
    typer.echo(texts(language()).say("import.done", projects=len(draft.projects), rows=len(draft.assignments)))


def read_with_progress(file: Path, year: int | None) -> PlanDraft:
    """Read a table, with a bar where it is large and somebody looks."""
    from data.tables import read_table

    if not sys.stderr.isatty():
        return read_table(file, year=year)
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(file.name, total=None)
        return read_table(file, year=year, progress=lambda done, total: bar.update(task, completed=done, total=total))


def _difference(state: State, draft: PlanDraft) -> Any:
    """What would change; None where the database has no plan of that year yet."""
    from data import plans
    from data.store import open_store, require_schema, schema_version

    if state.database_missing:
        return None
    store = open_store(state.settings.database.url)
    try:
        if schema_version(store) is None:
            return None
        require_schema(store)
        return store.read_now(lambda session: plans.compare(session, draft))
    finally:
        store.close()
