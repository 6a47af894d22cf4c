"""What the commands share: settings, the database, questions, what is printed."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

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


def say(key: str, /, **values: Any) -> str:
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
        from bot.office import office_of

        return office_of(self.settings)

    def now(self) -> datetime:
        """This instant; a command reads the clock once."""
        from bot.office import clock_of

        return clock_of(self.settings)()

    @property
    def database_missing(self) -> bool:
        """Whether there is no SQLite file yet: a command that only looks makes none."""
        from data.store import parse_url

        url = parse_url(self.settings.database.url)
        return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()

    @contextmanager
    def store(self, *, create: bool = False) -> Iterator[Store]:
        """The database. `create`: an empty one is made and migrated; else another schema is refused in a sentence."""
        from data.store import exclusive, migrate, open_store, require_schema, schema_version

        if not create and self.database_missing:
            raise UserError("database_empty")
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
    """To a file, or standard output. Raises UserError `cli.not_writable`."""
    if output is None or output == "-":
        typer.echo(text, nl=not text.endswith("\n"))
        return
    with writing(output):
        Path(output).write_text(text, encoding="utf-8")


@contextmanager
def writing(path: str) -> Iterator[None]:
    """What can't be written is said in a sentence: UserError `cli.not_writable`."""
    try:
        yield
    except OSError as error:
        raise UserError("cli.not_writable", path=path, why=error.strerror or str(error)) from error


def wrong_usage(error: UserError) -> typer.BadParameter:
    """The same sentence as wrong usage, which leaves with 2."""
    return typer.BadParameter(explain_error(error))


def json_lines(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Read one JSON object a line on standard input, write one a line on standard output, as they come.

    A line that can't be taken is answered by one with its number and what is wrong (`id` where it has one), and said on
    standard error; the stream goes on, and the command leaves with 1 at its end.
    """
    refused = False
    for number, line in enumerate(getattr(sys.stdin, "buffer", sys.stdin), 1):
        if not line.strip():
            continue
        try:
            answered = _answer(line, number, answer)
        except UserError as error:
            answered, refused = _refusal(line, number, error), True
            typer.echo(answered["error"], err=True)
        print(_one_line(answered), flush=True)  # noqa: T201
    if refused:
        raise typer.Exit(1)


def _answer(line: bytes | str, number: int, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    """Raises UserError `bad_json_line`, and what a right line asks in vain."""
    asked = _taken(line, number)
    try:
        return answer(asked)
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        raise UserError("bad_json_line", line=number, why=repr(error)) from error


def _refusal(line: bytes | str, number: int, error: UserError) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except ValueError:
        asked = None
    ident = asked.get("id") if isinstance(asked, dict) else None
    return {"id": ident, "line": number, "error": explain_error(error)}


def _one_line(value: dict[str, Any]) -> str:
    """As it is written, but for halves of signs, which no file can hold."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isascii() or not _HALF.search(text) else json.dumps(value)


_HALF = re.compile("[\ud800-\udfff]")


def _taken(line: bytes | str, number: int) -> dict[str, Any]:
    """The object of a line: `text` is a string, `now`, `tz` and the context's `today` can be read where they are."""
    try:
        asked = json.loads(line)
        if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
            raise TypeError('not an object with a "text"')
        context = asked.get("context") or {}
        for moment in filter(None, (asked.get("now"), context.get("today"))):
            datetime.fromisoformat(moment)
        if asked.get("tz"):
            ZoneInfo(asked["tz"])
    except (ValueError, TypeError, AttributeError, ZoneInfoNotFoundError, RecursionError) as error:
        raise UserError("bad_json_line", line=number, why=str(error)) from error
    return asked
