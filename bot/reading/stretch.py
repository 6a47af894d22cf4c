"""A stretch of the person's own words, as a problem and a next step are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.reading.clauses import Clause

EDGE: Final = " \t\n\r，,。；;、:：.()（）"


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of the person's own words."""

    text: str
    span: tuple[int, int]
    rule: str


def stretch(clauses: list[Clause], start: int, end: int, lead: re.Pattern[str], rule: str) -> Words | None:
    first, last = clauses[start].start, clauses[end].end
    parts = [clauses[start].text]
    for place in range(start + 1, end + 1):
        gap = clauses[place].start - clauses[place - 1].end
        parts.append("，" * min(gap, 1) + clauses[place].text)
    text = lead.sub("", "".join(parts)).strip(EDGE)
    return Words(text, (first, last), rule) if text else None
