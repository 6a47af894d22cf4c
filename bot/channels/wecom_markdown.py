"""Plain words as WeCom's markdown that shows them as they are."""

from __future__ import annotations

import re

NBSP = "\u00a0"
INLINE = re.compile(
    r"[\\`*_]"  # code, emphasis, and what escapes
    r"|~(?=~)"
    r"|\[(?=[^\]\n]*\]\()"
    r"|!(?=\[)"
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=#?\w+;)"
)
LINE_START = re.compile(r"^(?:#{1,6}(?=\s|$)|>|[-+](?=\s|$)|-+(?=\s*$)|=+(?=\s*$)|\|)", re.MULTILINE)
NUMBERED = re.compile(r"^(\d{1,9}[.)])[ \t]", re.MULTILINE)
INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


def markdown(title: str | None, text: str) -> str:
    """The title in bold above the text; nothing in either is markup, and no list is numbered anew."""
    words = escaped(text)
    head = escaped(title).strip() if title else ""
    return f"**{head}**\n{words}" if head else words


def escaped(text: str) -> str:
    """A no-break space keeps indents, and keeps `3. ` from becoming an item that is renumbered."""
    text = INLINE.sub(lambda found: f"\\{found[0]}", text)
    text = INDENT.sub(lambda found: NBSP * len(found[0]), text)
    text = LINE_START.sub(lambda found: f"\\{found[0]}", text)
    return NUMBERED.sub(rf"\1{NBSP}", text)
