"""Every sentence people read. `Texts("zh-CN").say("errors.no_such_row", row="4.9")` fills a template.

Templates (Jinja2) live in `<language>/<subject>.toml`, one file a subject, the same keys in both languages.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.texts import words
from data.errors import Fact, UserError

LANGUAGES = ("zh-CN", "en")


class Texts:
    """The sentences of one language; made once (`texts(language)`)."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.filters = words.filters(language)
        self._environment = Environment(
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=False
        )
        self._environment.filters.update(self.filters)
        self._environment.globals["say"] = self.say
        self._sources = catalogue(language)
        self._templates: dict[str, Template | str] = {}

    def say(self, key: str, /, **values: Any) -> str:
        """Fill the template `subject.key`. Raises KeyError for an unknown key, UndefinedError for a missing value."""
        template = self._templates.get(key)
        if template is None:
            template = self._templates[key] = self._made(self._sources[key])
        return template if isinstance(template, str) else template.render(values)

    def _made(self, source: str) -> Template | str:
        """A template that is filled fast: a sentence without a place to fill is itself."""
        if "{" not in source:
            return source.removesuffix("\n")
        made = self._environment.from_string(source)
        made.globals = dict(made.globals)  # a chain of maps, read anew for each filling, took half the time
        return made

    def tell(self, subject: str, fact: Fact) -> str:
        """Word a fact of that subject."""
        return self.say(f"{subject}.{fact.code}", **fact.values)

    def error(self, error: UserError) -> str:
        """Word a person's mistake so that it helps: `errors.<code>`, or the code itself where it names its subject."""
        key = error.code if "." in error.code else f"errors.{error.code}"
        return self.say(key, **error.values)

    def has(self, key: str) -> bool:
        return key in self._sources


@cache
def texts(language: str) -> Texts:
    """The texts of a language; the nearest one we have where it is unknown."""
    return Texts(nearest(language))


def nearest(language: str | None) -> str:
    """`en-GB` → `en`; anything unknown → `zh-CN`."""
    return "en" if (language or "").lower().startswith("en") else "zh-CN"


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All templates of a language by `subject.key`."""
    found: dict[str, str] = {}
    for file in files("bot.texts").joinpath(language).iterdir():
        if file.name.endswith(".toml"):
            found |= _flatten(file.name.removesuffix(".toml"), tomllib.loads(file.read_text(encoding="utf-8")))
    return found


def _flatten(prefix: str, table: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        name = f"{prefix}.{key}"
        found |= _flatten(name, value) if isinstance(value, Mapping) else {name: str(value)}
    return found


# Words that people wrote -----------------------------------------------------------------------------------


SANDBOX = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=False)


def places_in(wording: str) -> list[str] | None:
    """The names that stand in double braces, in order; None where it holds anything but words and such names."""
    try:
        body = SANDBOX.parse(wording).body
    except TemplateError:
        return None
    parts = [part for node in body if isinstance(node, nodes.Output) for part in node.nodes]
    if any(not isinstance(node, nodes.Output) for node in body):
        return None
    if any(not isinstance(part, (nodes.TemplateData, nodes.Name)) for part in parts):
        return None
    return [part.name for part in parts if isinstance(part, nodes.Name)]


def render_places(wording: str, values: Mapping[str, str]) -> str:
    """Fill a wording whose places are names (`places_in`). Raises UndefinedError for one that has no value."""
    return SANDBOX.from_string(wording).render(values)
