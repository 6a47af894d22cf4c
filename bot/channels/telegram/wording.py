"""A payload as the parameters of a Bot API call."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from bot.message import Payload, SentButton

LIMIT = 4096
SURROGATE = re.compile("[\ud800-\udfff]")


def parameters(payload: Payload, *, markup: bool = True, buttons: bool = True) -> dict[str, Any]:
    """Text with its mode, and the keyboard; link previews off. Without `markup` the same words, plain."""
    keyboard = payload.buttons if buttons else ()
    return {
        "text": SURROGATE.sub("\ufffd", _html(payload) if markup else _plain(payload)),
        "parse_mode": "HTML" if markup else None,
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [[_button(b) for b in row] for row in keyboard]} if keyboard else None,
    }


def caption(payload: Payload, *, markup: bool = True, buttons: bool = True) -> dict[str, Any]:
    """The same beside a file."""
    told = parameters(payload, markup=markup, buttons=buttons)
    told.pop("link_preview_options")
    return told | {"caption": told.pop("text") or None}


def _html(payload: Payload) -> str:
    text = escape(payload.text, quote=False) + _named([_link(*each) for each in payload.mentions])
    if payload.title is None:
        return text
    return f"<b>{escape(payload.title, quote=False)}</b>\n{text}"


def _plain(payload: Payload) -> str:
    text = payload.text + _named([f"@{name}" for _who, name in payload.mentions])
    return text if payload.title is None else f"{payload.title}\n{text}"


def _link(who: str, name: str) -> str:
    return f'<a href="tg://user?id={who}">@{escape(name)}</a>'


def _named(mentions: list[str]) -> str:
    """A last line of those who are told of a group's message."""
    return f"\n{' '.join(mentions)}" if mentions else ""


def _button(button: SentButton) -> dict[str, str]:
    return {"text": button.label, "callback_data": button.token}
