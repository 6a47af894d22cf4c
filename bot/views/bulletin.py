"""The bulletin (通报): a draft of the official document, from a template that an office can replace with its own."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from bot.views.bulletin_facts import Facts, Period, Undelivered, facts, month_period
from bot.views.ledger_rows import Sight
from data.errors import UserError

__all__ = ["Bulletin", "Facts", "Period", "Undelivered", "bulletin", "facts", "month_period"]

TEMPLATE = "bulletin.docx"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Bulletin:
    """`document`: .docx. `undelivered`: what the office has to know before it is final, never inside."""

    document: bytes
    facts: Facts

    @property
    def undelivered(self) -> tuple[Undelivered, ...]:
        return self.facts.undelivered


def bulletin(sight: Sight, period: Period, template: Path | None = None) -> Bulletin:
    """The draft of what happened in the period, as of its end (or now).

    `template`: the office's own .docx with the places of the built-in one. Raises UserError
    `bulletin.template_broken`, `bulletin.period_reversed`, `bulletin.period_ahead`.
    """
    told = facts(sight, period)
    return Bulletin(_filled(template, told, sight), told)


def _filled(template: Path | None, told: Facts, sight: Sight) -> bytes:
    source = (files("bot.views.templates") / TEMPLATE).read_bytes() if template is None else _own(template)
    try:
        document = DocxTemplate(io.BytesIO(source))
        document.render(_printable(told.context), _environment(), autoescape=True)
        properties = document.docx.core_properties
        properties.title = told.title
        properties.created = properties.modified = sight.now
        out = io.BytesIO()
        document.save(out)
    except TemplateError as error:
        raise UserError("bulletin.template_broken", file=_name(template), why=error.message or "") from error
    except Exception as error:  # a file by a stranger can break the library anywhere
        if template is None:
            raise
        raise UserError("bulletin.template_broken", file=_name(template), why=type(error).__name__) from error
    return out.getvalue()


def _environment() -> SandboxedEnvironment:
    """A template that came with a mail can fill places and nothing else; a place that it misspells is an error."""
    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def _own(template: Path) -> bytes:
    try:
        return template.read_bytes()
    except OSError as error:
        raise UserError("bulletin.template_broken", file=template.name, why=error.strerror or str(error)) from error


def _name(template: Path | None) -> str:
    return template.name if template else TEMPLATE


def _printable(value: Any) -> Any:
    """The values without signs that XML has no place for."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value)
    if isinstance(value, Mapping):
        return {key: _printable(one) for key, one in value.items()}
    return [_printable(one) for one in value] if isinstance(value, list | tuple) else value
