"""The dates of a message as reading needs them: looking ahead and looking back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.reading.model import ReadingContext
from data.language.dates import DateFound, find_dates


@dataclass(frozen=True, slots=True)
class Day:
    """A date of the text: its last day if the sentence looks ahead (`ahead`), and if it looks back (`back`).

    `is_past`: over, as far as the nearer reading tells. `is_limit`: 前, 内, 底. `begins`: 起, 后, 开始. `unclear`: nobody can
    tell the day. `is_month`: a whole month, so that a count in it may be the month's.
    """

    start: int
    end: int
    ahead: date
    back: date
    is_past: bool = False
    is_limit: bool = False
    begins: bool = False
    unclear: bool = False
    is_month: bool = False


def find_days(folded: str, context: ReadingContext) -> list[Day]:
    """All dates; 10.1竣工, which may be row 10.1, is left to the numbers, and so are whole years (今年)."""
    ids = {row.id for row in context.rows}
    ahead = [
        found for found in find_dates(folded, context.today, "future", context.calendar)
        if not (_may_be_row(found, folded, ids) or (found.end - found.start).days > 360)
    ]  # fmt: skip
    if not ahead:
        return []
    back = {found.begin: found for found in find_dates(folded, context.today, "past", context.calendar)}
    return [_day(found, back.get(found.begin, found), folded, context.today) for found in ahead]


def _may_be_row(found: DateFound, folded: str, ids: set[str]) -> bool:
    return found.rule == "dotted" and found.ask and folded[found.begin : found.stop] in ids


def _day(found: DateFound, back: DateFound, folded: str, today: date) -> Day:
    """Without a year the nearer of the two counts as meant: 8月底 in September is over, 1月底 in September is to come."""
    text = folded[found.begin : found.stop]
    begins = text.endswith(("起", "后", "开始", "以来", "至今"))
    limit = found.before or text.endswith(("底", "末", "前", "内"))
    is_past = found.end < today or (back.end < today and (today - back.end) < (found.end - today))
    unclear = found.ask and not begins and found.rule != "dotted"
    span = (found.end - found.start).days
    return Day(found.begin, found.stop, found.end, back.end, is_past, limit, begins, unclear, 26 <= span <= 31 and not limit)
