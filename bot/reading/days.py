"""The dates of a message as reading needs them: looking ahead and looking back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.reading.model import ReadingContext
from data.language.dates import DateFound, find_dates


@dataclass(frozen=True, slots=True)
class Day:
    """A date of the text: its last day if the sentence looks ahead (`ahead`), and if it looks back (`back`).

    `is_past`: over, however one looks. `is_limit`: 前, 内, 底. `begins`: 起, 后, 开始. `unclear`: nobody can tell the day.
    """

    start: int
    end: int
    ahead: date
    back: date
    is_past: bool = False
    is_limit: bool = False
    begins: bool = False
    unclear: bool = False
    year_given: bool = False


def find_days(folded: str, context: ReadingContext) -> list[Day]:
    """All dates; 10.1竣工, which may be a row, is left to the numbers."""
    ahead = [found for found in find_dates(folded, context.today, "future", context.calendar) if not _may_be_row(found)]
    if not ahead:
        return []
    back = {found.begin: found for found in find_dates(folded, context.today, "past", context.calendar)}
    return [_day(found, back.get(found.begin, found), folded, context.today) for found in ahead]


def _may_be_row(found: DateFound) -> bool:
    return found.rule == "dotted" and found.ask


def _day(found: DateFound, back: DateFound, folded: str, today: date) -> Day:
    text = folded[found.begin : found.stop]
    begins = text.endswith(("起", "后", "开始", "以来", "至今"))
    limit = found.before or text.endswith(("底", "末", "前", "内"))
    return Day(found.begin, found.stop, found.end, back.end, found.end < today, limit, begins, found.ask and not begins)
