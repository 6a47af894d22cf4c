"""The day that a deadline names."""

from __future__ import annotations

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=1024)
def deadline_day(text: str | None, year: int) -> date | None:
    """The last day that the words allow (12月底前 is 31 December of the plan's year), None where they name none."""
    if not text:
        return None
    from data.calendar import Calendar
    from data.language.dates import find_dates

    days = [found.end for found in find_dates(text, date(year, 1, 1), "future", Calendar()) if not found.ask]
    return max(days, default=None)
