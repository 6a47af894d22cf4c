"""Which days are working days: the State Council's yearly calendar, corrected by the office where it must be."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

import chinese_calendar as statutory  # type: ignore[import-untyped]

# The names people use, and the plain one. Add a name here.
HOLIDAY_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("元旦", "新年"), "元旦"),
        **dict.fromkeys(("春节", "过年"), "春节"),
        **dict.fromkeys(("清明", "清明节"), "清明"),
        **dict.fromkeys(("五一", "劳动节", "五一劳动节", "五一节"), "五一"),
        **dict.fromkeys(("端午", "端午节"), "端午"),
        **dict.fromkeys(("中秋", "中秋节"), "中秋"),
        **dict.fromkeys(("国庆", "国庆节", "十一"), "国庆"),
    }
)
# The holidays whose day is the same every year: month and day.
FIXED_DAYS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType({"元旦": (1, 1), "五一": (5, 1), "国庆": (10, 1)})

_PLAIN: Final = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明",
    "Labour Day": "五一",
    "Dragon Boat Festival": "端午",
    "Mid-autumn Festival": "中秋",
    "National Day": "国庆",
}
_OFF: Final[Mapping[date, str]] = {day: _PLAIN.get(name, name) for day, name in statutory.holidays.items()}
_MADE_UP: Final[frozenset[date]] = frozenset(statutory.workdays)
_YEARS: Final = range(min(_OFF).year, max(_OFF).year + 1)
# Changes when holidays were published since.
PUBLISHED: Final = hashlib.sha256(repr((sorted(_OFF), sorted(_MADE_UP))).encode()).hexdigest()[:12]
_FARTHEST: Final = 400  # days without a working day after which a calendar is taken to be wrong
_NEVER: Final[Mapping[date, bool]] = MappingProxyType({})


class Calendar:
    """The statutory calendar and the single days an admin has corrected (`corrections`: day → is it worked).

    Beyond the years that are known, Monday to Friday are working days; ask `known` and say so.
    """

    def __init__(self, corrections: Mapping[date, bool] = _NEVER) -> None:
        self.corrections: Mapping[date, bool] = MappingProxyType(dict(corrections))

    def is_workday(self, day: date) -> bool:
        """2021-09-26, a Sunday, is one; 2021-10-01, a Friday, is none."""
        corrected = self.corrections.get(day)
        if corrected is not None:
            return corrected
        return day in _MADE_UP or (day.weekday() < 5 and day not in _OFF)

    def add_workdays(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it where negative), never `day` itself; 0 is `day`."""
        step = timedelta(days=1 if count > 0 else -1)
        for _ in range(abs(count)):
            day = self.nearest_workday(day + step, step.days)
        return day

    def nearest_workday(self, day: date, step: int) -> date:
        """The day itself if it is worked, else the first worked one after (step 1) or before it (step -1)."""
        for _ in range(_FARTHEST):
            if self.is_workday(day):
                return day
            day += timedelta(days=step)
        raise ValueError(f"no working day within {_FARTHEST} days of {day}")

    @property
    def last_known(self) -> int:
        """The last year whose holidays have been published and are here."""
        return _YEARS[-1]

    def known(self, year: int) -> bool:
        """Whether the holidays of that year have been published and are here."""
        return year in _YEARS

    def holiday_name(self, day: date) -> str | None:
        """The plain name of the statutory holiday that the day belongs to; None where it is no holiday."""
        return None if self.corrections.get(day) else _OFF.get(day)

    def holiday(self, year: int, name: str) -> tuple[date, date] | None:
        """The first and last day off of that year's holiday (元旦 may begin in December before).

        None where nobody knows yet: 春节, 清明, 端午, 中秋 of a year that is not `known`, or joined to another holiday.
        """
        plain = HOLIDAY_NAMES.get(name, name)
        anchor = _anchor(year, plain)
        if anchor is None:
            return None
        if anchor not in _OFF:
            return anchor, anchor
        return _edge(anchor, plain, -1), _edge(anchor, plain, 1)


def _anchor(year: int, name: str) -> date | None:
    if name in FIXED_DAYS:
        return date(year, *FIXED_DAYS[name])
    return next((day for day in _by_name(name) if day.year == year), None)


def _by_name(name: str) -> list[date]:
    return sorted(day for day, called in _OFF.items() if called == name)


def _edge(anchor: date, name: str, step: int) -> date:
    """The end of the days off around `anchor`; a holiday in the middle (国庆 2025 holds 中秋) does not part them."""
    edge = day = anchor
    while day in _OFF:
        if _OFF[day] == name:
            edge = day
        day += timedelta(days=step)
    return edge
