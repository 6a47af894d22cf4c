"""The day that a deadline names."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

_DAY = re.compile(r"(?:(20\d\d)[年./-])?\s*(1[0-2]|0?[1-9])[月./-]\s*([12]\d|3[01]|0?[1-9])[日号]?")
_MONTH = re.compile(r"(?:(20\d\d)[年./-])?\s*(1[0-2]|0?[1-9])月")
_PARTS = {
    "一季度": 3,
    "上半年": 6,
    "二季度": 6,
    "三季度": 9,
    "四季度": 12,
    "下半年": 12,
    "年底": 12,
    "年内": 12,
    "全年": 12,
}


def deadline_day(text: str | None, year: int) -> date | None:
    """The last day that the words allow (12月底前 is 31 December of the plan's year), None where they name none."""
    if not text:
        return None
    days = list(_DAY.finditer(text))
    if days:
        found = days[-1]
        return _last(int(found[1] or year), int(found[2]), int(found[3]))
    months = list(_MONTH.finditer(text))
    if months:
        return _last(int(months[-1][1] or year), int(months[-1][2]), _part_of_month(text))
    return next((_last(year, month, 31) for word, month in _PARTS.items() if word in text), None)


def _part_of_month(text: str) -> int:
    return 10 if "上旬" in text else 20 if "中旬" in text else 31


def _last(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))
