"""Templates, and how values are written into them: every page and every live fragment comes from here."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.texts import texts
from bot.web.history import Own, Said
from bot.web.shape import Block, blocks

KEPT_TOGETHER = re.compile(
    r"\d{1,2}月\d{1,2}日(?:序时 ?\d+%|前完成)?|慢 ?\d+ 个百分点|\d+(?:\.\d+)? (?:points|percentage points)"
)
STATIC_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
LIVE_TEXTS = ("received", "live", "reconnecting", "refresh", "unread", "press_failed", "board_changed", "remove_file")
MARKS = {f"colour.{colour}": colour for colour in ("red", "yellow", "green", "none")} | {"difficulty": "hard"}


@dataclass(frozen=True)
class Static:
    """A file that every page needs: its bytes, type and a short hash that stands in its address."""

    body: bytes
    type: str
    version: str


class Pages:
    """All templates for one office's zone and calendar; made once."""

    def __init__(self, zone: ZoneInfo, makeup_day: Callable[[date], bool]) -> None:
        self._zone = zone
        self._makeup_day = makeup_day
        self.static = dict(_static_files())
        self._environments = {language: self._environment(language) for language in ("zh-CN", "en")}

    def render(self, template: str, language: str, **values: Any) -> str:
        """A whole page."""
        return self._environments[language].get_template(template).render(language=language, **values)

    def fragment(self, macro: str, language: str, *values: Any, **context: Any) -> str:
        """One macro of `parts.html`, with `viewer` (and what else it needs) in the context."""
        module = self._environments[language].get_template("parts.html").make_module(context)
        return str(getattr(module, macro)(*values))

    def live_texts(self, language: str) -> str:
        """What our script says, as JSON."""
        return json.dumps({key: self.say(language, key) for key in LIVE_TEXTS}, ensure_ascii=False)

    def say(self, language: str, key: str, **values: Any) -> str:
        """A sentence of the subject `web`."""
        return texts(language).say(f"web.{key}", **values)

    def local(self, at: datetime) -> datetime:
        """An instant as the office's clock shows it."""
        return at.astimezone(self._zone)

    def _environment(self, language: str) -> Environment:
        environment = Environment(
            loader=PackageLoader("bot.web", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.do"],
        )
        lamp = partial(_lamp, language)
        marks = {lamp(key): mark for key, mark in MARKS.items()}
        environment.filters |= texts(language).filters
        environment.filters |= {
            "tidy": tidy,
            "local": self.local,
            "mark": mark,
            "names": row_names,
            "is_own": lambda entry: isinstance(entry, Own),
            "blocks": lambda entry: blocks(entry.text, marks) if isinstance(entry, Said) else (),
        }
        environment.globals |= {
            "t": partial(self.say, language),
            "lamp_word": lamp,
            "static": self._static_address,
            "form_id": form_id,
            "makeup": self._makeup_day,
        }
        return environment

    def _static_address(self, name: str) -> str:
        return f"/static/{name}?v={self.static[name].version}"


def _lamp(language: str, key: str) -> str:
    """A word of the lamp, as it stands in messages too."""
    word = texts(language).say(f"lamp.{key}")
    return word[:1].upper() + word[1:]


def form_id() -> str:
    """Names one rendering of a form, so that posting it twice is one message."""
    return secrets.token_urlsafe(12)


def mark(value: object) -> str:
    """Changes when what is shown changes: a page keeps a fragment whose mark it has."""
    return hashlib.sha256(repr(value).encode()).hexdigest()[:12]


def tidy(text: str) -> Markup:
    """Escape a line, and keep a day with its percent on one line."""
    shown: list[str] = []
    end = 0
    for found in KEPT_TOGETHER.finditer(text):
        shown += [escape(text[end : found.start()]), Markup('<span class="nowrap">{}</span>').format(found[0])]
        end = found.end()
    return Markup("").join([*shown, escape(text[end:])])


def row_names(parts: Iterable[Block]) -> Mapping[str, str]:
    """Number → the row's name, for buttons that show the number alone."""
    return {item.number: item.text for part in parts if part.kind == "digest" for item in part.items}


def _static_files() -> Iterable[tuple[str, Static]]:
    for file in files("bot.web").joinpath("static").iterdir():
        body = file.read_bytes()
        kind = STATIC_TYPES.get(file.name.rpartition(".")[2])
        if kind:
            yield file.name, Static(body, kind, hashlib.sha256(body).hexdigest()[:10])
