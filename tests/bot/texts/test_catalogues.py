"""The catalogues hold every sentence the code asks for, in both languages, with the same values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from jinja2 import meta

from bot.texts import LANGUAGES, Texts, catalogue

ROOT = Path(__file__).parents[3]
PACKAGES = ("bot", "scheduler", "data")
KEY = re.compile(r"[a-z_]+(\.[a-z_0-9]+)+")
SAYS = {"say", "tell"}
ERRORS = {"UserError"}
PAGES = "bot/web/"  # their sentences are asked for without the subject `web`
# Values that only one language has a use for: which part of a Chinese label is the event, what a command is called.
ONE_LANGUAGE_ONLY = {"lamp.milestone.reached": {"event"}, "help.line": {"name"}}


@dataclass(frozen=True)
class Use:
    """A sentence that the code asks for; `whole` is False where only the beginning of the key is written out."""

    key: str
    whole: bool
    place: str


@cache
def modules() -> dict[Path, ast.Module]:
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    return {file: ast.parse(file.read_text(encoding="utf-8")) for file in files}


@cache
def uses() -> tuple[Use, ...]:
    return tuple(use for file, tree in modules().items() for use in uses_in(tree, str(file.relative_to(ROOT))))


def uses_in(tree: ast.AST, file: str) -> Iterator[Use]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in SAYS:
            for n, argument in enumerate(node.args[:2]):
                for use in keys_in(argument, f"{file}:{node.lineno}"):
                    subject = name == "tell" and n == 0  # the fact's code follows it
                    yield Use(f"{use.key}.", False, use.place) if subject else use
        elif name in ERRORS and node.args:
            yield from (
                Use(use.key if "." in use.key else f"errors.{use.key}", use.whole, use.place)
                for use in codes_in(node.args[0], f"{file}:{node.lineno}")
            )


def keys_in(node: ast.AST, place: str) -> Iterator[Use]:
    """The keys that an expression may be: a constant, either side of an `if`, the beginning of an f-string."""
    return (use for use in codes_in(node, place) if "." in use.key and (not use.whole or KEY.fullmatch(use.key)))


def codes_in(node: ast.AST, place: str) -> Iterator[Use]:
    match node:
        case ast.Constant(value=str(value)):
            yield Use(value, True, place)
        case ast.IfExp(body=body, orelse=other):
            yield from codes_in(body, place)
            yield from codes_in(other, place)
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
            yield Use(start, False, place)


def filled(tree: ast.AST, file: str) -> Iterator[tuple[Use, set[str]]]:
    """The sentences whose key and values are all written out where they are said: (use, names of the values)."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args or any(word.arg is None for word in node.keywords):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for argument in node.args[:1] if name == "say" else []:
            for use in keys_in(argument, f"{file}:{node.lineno}"):
                if use.whole:
                    yield use, {word.arg for word in node.keywords if word.arg is not None}


def needed(language: str, key: str) -> set[str]:
    """The values without which a template can't be filled: those that it never asks whether they are there."""
    source = catalogue(language)[key]
    optional = set(re.findall(r"(\w+) is (?:not )?defined", source))
    return variables(language, key) - optional


def exists(use: Use, keys: set[str]) -> bool:
    wanted = (use.key, f"web.{use.key}") if use.place.startswith(PAGES) else (use.key,)
    return any(key in keys if use.whole else any(each.startswith(key) for each in keys) for key in wanted)


def variables(language: str, key: str) -> set[str]:
    environment = Texts(language)._environment
    return meta.find_undeclared_variables(environment.parse(catalogue(language)[key])) - set(environment.globals)


def test_both_languages_have_the_same_sentences() -> None:
    chinese, english = (set(catalogue(language)) for language in LANGUAGES)
    assert len(chinese) > 300
    assert chinese - english == set(), "only in Chinese"
    assert english - chinese == set(), "only in English"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_compiles(language: str) -> None:
    environment = Texts(language)._environment
    for source in catalogue(language).values():
        environment.from_string(source)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_break_is_swallowed_behind_a_block(language: str) -> None:
    swallowed = re.compile(r"(?<!\+)%\}\n")
    assert [key for key, source in catalogue(language).items() if swallowed.search(source)] == []


def test_a_sentence_is_filled_with_the_same_values_in_both_languages() -> None:
    shared = set(catalogue("zh-CN")) & set(catalogue("en"))
    differing = {
        key: (variables("zh-CN", key), variables("en", key))
        for key in shared
        if variables("zh-CN", key) ^ variables("en", key) != ONE_LANGUAGE_ONLY.get(key, set())
    }
    assert differing == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_that_the_code_asks_for_is_there(language: str) -> None:
    keys = set(catalogue(language))
    missing = sorted(f"{use.place}: {use.key}" for use in uses() if not exists(use, keys))
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_given_all_the_values_that_it_needs(language: str) -> None:
    said = [found for file, tree in modules().items() for found in filled(tree, str(file.relative_to(ROOT)))]
    known = [(use, given) for use, given in said if use.key in catalogue(language)]
    assert len(known) > 100
    lacking = [f"{use.place}: {use.key} {needed(language, use.key) - given}" for use, given in known
               if not needed(language, use.key) <= given]  # fmt: skip
    assert lacking == []


def test_every_part_of_the_house_was_searched() -> None:
    searched = {file.relative_to(ROOT).as_posix() for file in modules()}
    assert {"bot/handlers/route.py", "bot/echo.py", "data/store.py", "data/tables/files.py"} <= searched
    found = {use.key for use in uses()}
    assert len(found) > 150
    assert {"progress.noted", "progress.row_single", "errors.unknown_command", "errors.database_url"} <= found
    assert any(not use.whole and use.key == "lamp.colour." for use in uses())


def test_a_sentence_that_is_missing_is_found() -> None:
    tree = ast.parse("def f(context, a):\n    context.say('progress.none_such' if a else 'progress.noted')")
    missing = [use.key for use in uses_in(tree, "x") if not exists(use, set(catalogue("zh-CN")))]
    assert missing == ["progress.none_such"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_command_is_explained_where_it_is_in_the_table(language: str) -> None:
    from bot.commands import COMMANDS

    assert len(COMMANDS) > 10
    assert [command.name for command in COMMANDS if f"help.{command.name}" not in catalogue(language)] == []
