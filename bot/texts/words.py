"""How numbers, days and lists are written in each language: the filters of the templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any

WEEKDAYS = {"zh-CN": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
MONTHS = tuple(name[:3] for name in MONTH_NAMES)
Filters = dict[str, Callable[..., str]]


def filters(language: str) -> Filters:
    """`number`, `percent`, `day`, `weekday`, `month`, `month_name`, `clock`, `moment`, `joined`, `clauses` (of one
    sentence), `listed` (what could stand alone) for a language."""
    shared: Filters = {"number": number, "percent": percent, "clock": clock}
    return shared | (ENGLISH if language == "en" else CHINESE)


def number(value: float) -> str:
    """5000.0 → 5000, 2.5 → 2.5, 0.3333 → 0.33; never with separators, so that it can be copied."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def percent(value: float) -> str:
    """33.333 → 33%, 2.1 stays 2.1% below ten where it isn't whole."""
    return f"{round(value)}%" if abs(value) >= 10 or value == int(value) else f"{number(round(value, 1))}%"


def clock(value: time | datetime) -> str:
    return f"{value.hour}:{value.minute:02d}"


def _cn_day(value: date, year: int | None = None) -> str:
    shown = f"{value.month}月{value.day}日"
    return shown if year in (None, value.year) else f"{value.year}年{shown}"


def _cn_weekday(value: date) -> str:
    return f"周{WEEKDAYS['zh-CN'][value.weekday()]}"


def _cn_joined(values: Iterable[Any]) -> str:
    return "、".join(str(value) for value in values)


def _cn_clauses(values: Iterable[Any]) -> str:
    return "，".join(str(value) for value in values)


def _cn_listed(values: Iterable[Any]) -> str:
    return "；".join(str(value) for value in values)


def _cn_month_name(value: int) -> str:
    return f"{value}月"


def _cn_month(value: date) -> str:
    return f"{value.month}月"


def _cn_moment(value: datetime, year: int | None = None) -> str:
    return f"{_cn_day(value, year)} {clock(value)}"


def _en_day(value: date, year: int | None = None) -> str:
    shown = f"{value.day} {MONTHS[value.month - 1]}"
    return shown if year in (None, value.year) else f"{shown} {value.year}"


def _en_weekday(value: date) -> str:
    return WEEKDAYS["en"][value.weekday()]


def _en_joined(values: Iterable[Any]) -> str:
    return ", ".join(str(value) for value in values)


def _en_listed(values: Iterable[Any]) -> str:
    return "; ".join(str(value) for value in values)


def _en_month_name(value: int) -> str:
    return MONTH_NAMES[value - 1]


def _en_month(value: date | int) -> str:
    return MONTHS[(value if isinstance(value, int) else value.month) - 1]


def _en_moment(value: datetime, year: int | None = None) -> str:
    return f"{_en_day(value, year)}, {clock(value)}"


CHINESE: Filters = {
    "day": _cn_day,
    "weekday": _cn_weekday,
    "joined": _cn_joined,
    "clauses": _cn_clauses,
    "listed": _cn_listed,
    "month": _cn_month,
    "month_name": _cn_month_name,
    "moment": _cn_moment,
}
ENGLISH: Filters = {
    "day": _en_day,
    "weekday": _en_weekday,
    "joined": _en_joined,
    "clauses": _en_joined,
    "listed": _en_listed,
    "month": _en_month,
    "month_name": _en_month_name,
    "moment": _en_moment,
}
