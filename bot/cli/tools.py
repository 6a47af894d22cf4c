"""What the commands share: settings, the database, questions, what is printed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from bot.texts import catalogue, nearest, texts
from data.errors import UserError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.config import Settings
    from data.store import Store
    from scheduler.office import Office

T = TypeVar("T")


def language() -> str:
    """The language of the command line: the office's, Chinese where nothing is said."""
    return nearest(os.environ.get("DUBAN_OFFICE__LANGUAGE", "zh-CN"))


def said(key: str) -> str:
    """A help text, which needs no values."""
    return catalogue(language())[f"cli.{key}"]


def say(key: str, **values: Any) -> str:
    return texts(language()).say(f"cli.{key}", **values)


def explain_error(error: UserError) -> str:
    return texts(language()).error(error)


@dataclass
class State:
    """What the options before the command said."""

    config: str | None = None

    @cached_property
    def settings(self) -> Settings:
        from bot.config import load

        return load(Path(self.config) if self.config else None)

    @cached_property
    def office(self) -> Office:
        from bot.compose import office_of

        return office_of(self.settings)

    def now(self) -> datetime:
        """This instant; a command reads the clock once."""
        from bot.compose import clock_of

        return clock_of(self.settings)()

    @contextmanager
    def store(self, *, create: bool = False) -> Iterator[Store]:
        """The database. `create`: an empty one is made and migrated; else another schema is refused in a sentence."""
        from data.store import exclusive, migrate, open_store, require_schema, schema_version

        store = open_store(self.settings.database.url)
        try:
            if create and schema_version(store) is None:
                with exclusive(store):
                    migrate(store)
            require_schema(store)
            yield store
        finally:
            store.close()

    def read(self, fn: Callable[[Session], T]) -> T:
        with self.store() as store:
            return store.read_now(fn)

    def write(self, fn: Callable[[Session], T], *, create: bool = False) -> T:
        with self.store(create=create) as store:
            return store.write_now(fn)


def state_of(context: typer.Context) -> State:
    state = context.find_object(State)
    assert state is not None
    return state


def confirm(question: str, yes: bool) -> None:
    """Go on only with --yes or a yes at the terminal; else say that nothing was done and leave with 1."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UserError("needs_yes")
    if not typer.confirm(question):
        raise typer.Exit(1)


def print_json(value: Any) -> None:
    """One document on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def write_out(text: str, output: str | None) -> None:
    """To a file, or standard output."""
    if output is None or output == "-":
        typer.echo(text, nl=not text.endswith("\n"))
    else:
        Path(output).write_text(text, encoding="utf-8")


def json_lines(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Read one JSON object a line on standard input, write one a line on standard output, as they come."""
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
        except json.JSONDecodeError as error:
            raise UserError("bad_json_line", line=number, why=str(error)) from error
        if not isinstance(asked, dict):
            raise UserError("bad_json_line", line=number, why="not an object")
        print(json.dumps(answer(asked), ensure_ascii=False), flush=True)  # noqa: T201
