"""`duban export`: everything handed back as a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.tools import State, language, state_of, write_out, writing, wrong_usage
from bot.texts import catalogue, texts
from data.errors import UserError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.handout import Made, Wanted
    from bot.views.bulletin_facts import Period


KINDS = "plan|reports|ledger|bulletin|corrections|rounds|people|audit"


def _help(key: str) -> str:
    return catalogue(language())[f"export.{key}"]


def export(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help=_help("what"), metavar=KINDS)],
    form: Annotated[str | None, typer.Option("--format", "-f", help=_help("form"))] = None,
    output: Annotated[str | None, typer.Option("--output", "-o", help=_help("output"))] = None,
    month: Annotated[str | None, typer.Option("--month", help=_help("month"))] = None,
    start: Annotated[str | None, typer.Option("--from", help=_help("from"))] = None,
    end: Annotated[str | None, typer.Option("--to", help=_help("to"))] = None,
    template: Annotated[Path | None, typer.Option("--template", help=_help("template"))] = None,
    leaders: Annotated[bool, typer.Option("--leaders", help=_help("leaders"))] = False,
) -> None:
    from bot import handout

    state = state_of(context)
    now = state.now()
    chosen = _form(what, form, output)
    if chosen not in handout.TEXT_FORMS and output in (None, "-"):
        raise UserError("export.needs_output", form=chosen, example=f"{what}.{chosen}")
    period, until = _period(month, start, end, now, state), _day(end)
    with progress_bar() as progress:
        made = _make(
            state,
            now,
            what,
            chosen,
            lambda sight: handout.Wanted(sight, period, until, template, leaders, progress),
        )
    _write(made, output)


def _form(what: str, form: str | None, output: str | None) -> str:
    from bot.handout import form_of

    try:
        return form_of(what, form, output)
    except UserError as error:
        raise wrong_usage(error) from None


def _make(state: State, now: datetime, what: str, form: str, wanted: Callable[..., Wanted]) -> Made:
    from bot import handout

    return state.read(
        lambda session: handout.make(what, form, wanted(handout.seen_by_office(session, now, state.office, language())))
    )


def _write(made: Made, output: str | None) -> None:
    """What must be known before goes to standard error, never into the file."""
    say = texts(language())
    for one in made.undelivered:
        typer.echo(say.say("bulletin.undelivered", round=one.opened, units=one.units), err=True)
    if isinstance(made.content, str):
        write_out(made.content, output)
        return
    assert output is not None
    with writing(output):
        Path(output).write_bytes(made.content)


def _period(month: str | None, start: str | None, end: str | None, now: datetime, state: State) -> Period | None:
    from bot.views.bulletin_facts import Period, month_period

    if month is not None:
        return month_period(_parsed(f"{month}-01", month))
    first, last = _day(start), _day(end)
    if first is None and last is None:
        return None
    today = state.office.today(now)
    last = last or today
    return Period(first or last.replace(day=1), last)


def _day(said: str | None) -> date | None:
    return None if said is None else _parsed(said, said)


def _parsed(text: str, said: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError("bulletin.period_unknown", said=said) from None


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None] | None]:
    """A bar on standard error, where somebody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
