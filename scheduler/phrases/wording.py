"""Cadence → words that read back to the same cadence, in Chinese and English."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from typing import Final, Literal

from scheduler.cadence import ALL_MONTHS, Cadence
from scheduler.days import Daily, Monthly, Nth, Once, Period, Rule, Weekly, Workdays, Yearly

Language = Literal["zh-CN", "en"]


def words(cadence: Cadence, language: str = "zh-CN") -> str:
    """The cadence in words: 每月最后一个工作日 15:00, on the last working day of every month at 15:00."""
    return _english(cadence) if language.startswith("en") else _chinese(cadence)


def clock(at: time) -> str:
    """9:00, 15:00; 03:00 with its zero, since 3:00 may be meant for the afternoon."""
    return f"{at:%H:%M}" if 1 <= at.hour <= 6 else f"{at.hour}:{at:%M}"


# Months that have a name of their own: (how long the period is, which of its months).
_NAMED_MONTHS: Final = {
    frozenset(range(nth, 13, length)): (period, nth)
    for period, length, places in (("quarter", 3, (1, 2, 3)), ("half", 6, (1, 6)))
    for nth in places
}


def _spelt_months(cadence: Cadence) -> bool:
    """Whether the months are part of the rule's own words (每年3月25日) and not added (7月、8月除外)."""
    named = isinstance(cadence.rule, Monthly) or (isinstance(cadence.rule, Nth) and cadence.rule.period == "month")
    every = getattr(cadence.rule, "every", 1)
    few = len(cadence.months) <= 6 or cadence.months in _NAMED_MONTHS
    return named and every == 1 and few and cadence.months != ALL_MONTHS


def _in_runs(numbers: Sequence[int], name: Callable[[int], str], to: str, join: Callable[[list[str]], str]) -> str:
    """Three or more that follow each other as a run: 周一至周五, 1日至5日."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number > 0 and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    words_of: list[str] = []
    for run in parts:
        words_of += [f"{name(run[0])}{to}{name(run[-1])}"] if len(run) > 2 else map(name, run)
    return join(words_of)


# ------------------------------------------------------------------ Chinese

_NAMES: Final = "一二三四五六日"
_PERIODS: Final[dict[Period, str]] = {
    "week": "每周",
    "month": "每月",
    "quarter": "每季度",
    "half": "每半年",
    "year": "每年",
}
_SHIFTS: Final = {"none": "", "next": "，遇非工作日顺延", "previous": "，遇非工作日提前", "skip": "，遇非工作日跳过"}


def _chinese(cadence: Cadence) -> str:
    window = "".join(
        f"{before}{day.year}年{day.month}月{day.day}日{behind}，"
        for before, day, behind in (("从", cadence.start, "起"), ("到", cadence.until, "止"))
        if day
    )
    times = "、".join(clock(at) for at in cadence.times)
    return (
        window
        + _chinese_days(cadence)
        + _chinese_due(cadence, times)
        + _chinese_months(cadence)
        + _SHIFTS[cadence.shift]
    )


def _chinese_due(cadence: Cadence, times: str) -> str:
    lead = cadence.lead
    if not lead:
        return f" {times}"
    due_at = f" {clock(cadence.due_at)} " if cadence.due_at else ""
    return f"{due_at}截止，提前{lead.count}{'个工作日' if lead.working else '天'} {times} 发出"


def _chinese_months(cadence: Cadence) -> str:
    if cadence.months == ALL_MONTHS or _spelt_months(cadence):
        return ""
    left_out = ALL_MONTHS - cadence.months
    if len(left_out) <= 6:
        return f"，{_chinese_list(left_out)}除外"
    return f"，仅限{_chinese_list(cadence.months)}"


def _chinese_list(months: Iterable[int]) -> str:
    return "、".join(f"{month}月" for month in sorted(months))


def _chinese_days(cadence: Cadence) -> str:
    rule = cadence.rule
    match rule:
        case Once(days):
            return "、".join(f"{day.year}年{day.month}月{day.day}日" for day in days)
        case Daily(every):
            return "每天" if every == 1 else f"每{every}天"
        case Workdays():
            return "每个工作日"
        case Weekly(weekdays, every):
            named = _in_runs(weekdays, lambda day: f"周{_NAMES[day - 1]}", "至", "、".join)
            return f"每{named}" if every == 1 else f"每{every}周的{named}"
        case Yearly(days):
            return "每年" + "、".join(f"{month}月{_chinese_day(day)}" for month, day in days)
        case Monthly(days, every):
            return _chinese_months_of(cadence, every) + _in_runs(days, _chinese_day, "至", "、".join)
        case Nth(ordinals, period, weekday):
            counted = f"周{_NAMES[weekday - 1]}" if weekday else "工作日"
            head = _chinese_months_of(cadence, 1) if period == "month" else _PERIODS[period]
            return head + "和".join(map(_chinese_ordinal, ordinals)) + counted


def _chinese_months_of(cadence: Cadence, every: int) -> str:
    if every > 1:
        return f"每{every}个月的"
    if not _spelt_months(cadence):
        return "每月"
    period, nth = _NAMED_MONTHS.get(cadence.months, ("", 0))
    if period:
        name = {1: "首月", 3: "末月", 6: "末月"}.get(nth, "第2个月")
        return f"{'每季度' if period == 'quarter' else '每半年'}{name}的"
    return f"每年{_chinese_list(cadence.months)}" + ("的" if len(cadence.months) > 1 else "")


def _chinese_day(day: int) -> str:
    return f"{day}日" if day > 0 else "最后一天" if day == -1 else f"倒数第{-day}天"


def _chinese_ordinal(ordinal: int) -> str:
    return f"第{ordinal}个" if ordinal > 0 else "最后一个" if ordinal == -1 else f"倒数第{-ordinal}个"


# ------------------------------------------------------------------ English

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)
_UNITS: Final[dict[Period, str]] = {
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "half": "half-year",
    "year": "year",
}
_MOVES: Final = {
    "none": "",
    "next": ", moved to the next working day if it is not a working day",
    "previous": ", moved to the previous working day if it is not a working day",
    "skip": ", skipped if it is not a working day",
}


def _english(cadence: Cadence) -> str:
    times = _and(clock(at) for at in cadence.times)
    window = "".join(
        f", {word} {_MONTHS[day.month - 1]} {day.day}, {day.year}"
        for word, day in (("from", cadence.start), ("until", cadence.until))
        if day
    )
    days = _english_days(cadence)
    if cadence.lead:
        at = f" at {clock(cadence.due_at)}" if cadence.due_at else ""
        unit = "working day" if cadence.lead.working else "day"
        count = cadence.lead.count
        days = f"due {days}{at}, opening {count} {unit}{'s' if count > 1 else ''} before"
    return f"{days} at {times}{_english_months(cadence)}{window}{_MOVES[cadence.shift]}"


def _and(parts: Iterable[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def _english_months(cadence: Cadence) -> str:
    if cadence.months == ALL_MONTHS or _spelt_months(cadence):
        return ""
    left_out = ALL_MONTHS - cadence.months
    if len(left_out) <= 6:
        return f", except in {_english_list(left_out)}"
    return f", only in {_english_list(cadence.months)}"


def _english_list(months: Iterable[int]) -> str:
    return _and(_MONTHS[month - 1] for month in sorted(months))


def _english_days(cadence: Cadence) -> str:
    rule: Rule = cadence.rule
    match rule:
        case Once(days):
            return "on " + _and(_english_date(day) for day in days)
        case Daily(every):
            return "every day" if every == 1 else f"every {every} days"
        case Workdays():
            return "every working day"
        case Weekly(weekdays, every):
            named = _in_runs(weekdays, lambda day: _DAYS[day - 1], " to ", _and)
            return f"every {named}" if every == 1 else f"every {every} weeks on {named}"
        case Yearly(days):
            return "every year on " + _and(_english_year_day(month, day) for month, day in days)
        case Monthly(days, every):
            if _spelt_months(cadence) and len(cadence.months) == 1 and min(days) >= -1:
                (month,) = cadence.months
                return "every year on " + _and(_english_year_day(month, day) for day in days)
            return f"on the {_in_runs(days, _english_day, ' to ', _and)} of {_english_months_of(cadence, every)}"
        case Nth(ordinals, period, weekday):
            counted = _DAYS[weekday - 1] if weekday else "working day"
            of = _english_months_of(cadence, 1) if period == "month" else f"every {_UNITS[period]}"
            return f"on the {_and(map(_english_ordinal, ordinals))} {counted} of {of}"


def _english_date(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def _english_year_day(month: int, day: int) -> str:
    return f"{_MONTHS[month - 1]} {day}" if day > 0 else f"the last day of {_MONTHS[month - 1]}"


def _english_months_of(cadence: Cadence, every: int) -> str:
    if every > 1:
        return f"every {every} months"
    if not _spelt_months(cadence):
        return "every month"
    period, nth = _NAMED_MONTHS.get(cadence.months, ("", 0))
    if period:
        name = {1: "first", 3: "last", 6: "last"}.get(nth, "second")
        return f"the {name} month of every {'quarter' if period == 'quarter' else 'half-year'}"
    return f"{_english_list(cadence.months)} every year"


def _english_day(day: int) -> str:
    return _th(day) if day > 0 else "last day" if day == -1 else f"{_th(-day)} last day"


def _english_ordinal(ordinal: int) -> str:
    return _th(ordinal) if ordinal > 0 else "last" if ordinal == -1 else f"{_th(-ordinal)} last"


def _th(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
