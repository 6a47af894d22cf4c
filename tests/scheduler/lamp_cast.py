"""The rows and parts that play in the lamp's tests, and their words."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.texts import texts
from data.errors import Reason
from data.kinds import PartKind
from scheduler.lamp import LampResult, Part, RoundFacts, RowFacts

NEW_YEAR, YEAR_END = date(2021, 1, 1), date(2021, 12, 31)
AUGUST, SEPTEMBER, DEMO_DAY, OCTOBER = date(2021, 8, 25), date(2021, 9, 22), date(2021, 9, 26), date(2021, 10, 28)


def a_row(*parts: Part, **facts: Any) -> RowFacts:
    """A row of 2021 with all of the year for it, last reported on 22 September."""
    known: dict[str, Any] = {
        "label": "老旧小区改造",
        "year": 2021,
        "today": DEMO_DAY,
        "started": NEW_YEAR,
        "deadline": YEAR_END,
        "last_report_day": SEPTEMBER,
    }
    return RowFacts(parts=parts, **(known | facts))


def a_part(
    kind: PartKind, label: str, value: float | None = None, target: float | None = None, unit: str = "", **more: Any
) -> Part:
    known: dict[str, Any] = {"key": label, "day": SEPTEMBER if value is not None else None}
    return Part(kind=kind, label=label, value=value, target=target, unit=unit, **(known | more))


def figure(label: str, value: float | None, target: float, unit: str, **more: Any) -> Part:
    return a_part(PartKind.FIGURE, label, value, target, unit, **more)


def few(label: str, value: float | None, target: float, unit: str, **more: Any) -> Part:
    return a_part(PartKind.FEW, label, value, target, unit, **more)


def milestone(label: str, value: float | None = None, **more: Any) -> Part:
    return a_part(PartKind.MILESTONE, label, value, **more)


def ongoing(label: str = "水环境整治") -> Part:
    return a_part(PartKind.ONGOING, label)


def bound(value: float | None) -> Part:
    return a_part(PartKind.BOUND, "登记失业率", value, 3, "%")


def kept(value: float | None, **more: Any) -> Part:
    return a_part(PartKind.KEPT, "零就业家庭动态清零", value, **more)


def a_round(opened: date, due: date, **more: Any) -> RoundFacts:
    return RoundFacts(opened, due, **more)


AUGUST_ROUND = (AUGUST, date(2021, 8, 30))
SEPTEMBER_ROUND = (date(2021, 9, 26), date(2021, 9, 29))
OCTOBER_ROUND = (date(2021, 10, 25), OCTOBER)


def say(reason: Reason | None, language: str = "zh-CN", **more: Any) -> str:
    if reason is None:
        return ""
    return texts(language).say(f"lamp.{reason.code}", **reason.values, **more)


def sentence(result: LampResult, language: str = "zh-CN") -> str:
    return say(result.sentence, language)
