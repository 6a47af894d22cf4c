"""From when and until when a schedule runs, and the dates of one that fires once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from data.calendar import Calendar
from data.language.dates import DateFound, find_dates
from scheduler.phrases.draft import Draft

# What stands before or behind a date that begins or ends the time in which a schedule runs. Add a word here.
_FROM: Final = re.compile(r"(?:从|自|由|from|starting(?: on)?|beginning|as of)[ ]?$")
_TO: Final = re.compile(
    r"(?:,|，)?[ ]?(?:直到|直至|一直到|到|至|截至|截止到|止于|until|till|through|to|ending(?: on)?)[ ]?$"
)
_ENDS: Final = re.compile(r"[ ]?(?:为止|止|结束|当天)?")
_SINCE: Final = re.compile(r"起|开始|(?:from|starting|after|since)")
_UNTIL_WORD: Final = re.compile(r"(?:until|till|through|to)[ ]")
_STOP: Final = re.compile(r"为止|(?<!截)止$")
_LONG: Final = ("range", "months", "days")
_WEEKDAY_WORDS: Final = ("周", "星期", "礼拜", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Rules of data.language.dates that name a day or a span by themselves; the 25th alone belongs to the cadence.
_WHOLE: Final = frozenset(
    ("day", "signs", "month", "months", "range", "days", "year_part", "year", "quarter", "half", "near_day", "week")
) | {"holiday", "period", "dotted", "open", "nth"}


def take_window(text: str, draft: Draft, now: datetime, calendar: Calendar) -> str:
    """The text without 从…起, 到…止 and 10月至12月, which go into the draft."""
    rest, moved = text, 0
    for found in _dates(text, now, calendar):
        cut = _window(text, found, draft)
        if cut:
            begin, stop = cut[0] - moved, cut[1] - moved
            rest = f"{rest[:begin]} {rest[stop:]}"
            moved += cut[1] - cut[0] - 1
    return rest


def _dates(text: str, now: datetime, calendar: Calendar) -> Iterator[DateFound]:
    for found in find_dates(text, now.date(), "future", calendar):
        if found.rule in _WHOLE and not text.startswith(_WEEKDAY_WORDS, found.begin):
            yield found


def _window(text: str, found: DateFound, draft: Draft) -> tuple[int, int] | None:
    """What to cut out, where the date begins or ends the time; the draft has it then."""
    words = text[found.begin : found.stop]
    ahead = text[max(0, found.begin - 12) : found.begin]
    if words.startswith("月") and re.search(r"[0-9][日号]?(?:到|至|-|~)$", ahead):  # 每月20日到月底
        return None
    if re.match(r"[0-9]+(?:st|nd|rd|th)\b", words):
        return None
    begins, ends = _FROM.search(ahead), _TO.search(ahead)
    start = found.begin - (len(begins[0]) if begins else len(ends[0]) if ends else 0)
    both = begins or _SINCE.search(words) or _repeats(text[found.stop :])
    if both and found.rule in _LONG and not _STOP.search(words):
        draft.start, draft.until = found.start, found.end
        return start, _behind(text, found.stop)
    if found.ask and not _SINCE.search(words):
        return None
    if begins or _SINCE.search(words):
        draft.start = found.start
        return start, _behind(text, found.stop)
    before = words.endswith(("前", "内")) and found.rule != "holiday" and _repeats(text[found.stop :])
    if before or ends or _UNTIL_WORD.match(words) or _STOP.search(words) or text.startswith("止", found.stop):
        draft.until = found.end
        return start, _behind(text, found.stop)
    return None


def _repeats(behind: str) -> bool:
    return re.search(r"每|逢|(?<!个)工作日|every|each|daily", behind) is not None


def _behind(text: str, stop: int) -> int:
    match = _ENDS.match(text, stop)
    return match.end() if match else stop


def take_once(text: str, draft: Draft, now: datetime, calendar: Calendar) -> str:
    """The text without the single days that it names; an impossible one stays and is not understood."""
    rest, moved = text, 0
    for found in find_dates(text, now.date(), "future", calendar):
        if found.ask or found.start != found.end or found.rule in ("duration", "weekday", "time", "day_alone"):
            continue
        draft.once.append(found.end)
        draft.undated = len(draft.once) > 1 and "年" not in text and "20" not in text
        draft.due = draft.due or (found.before and "内" not in text[found.begin : found.stop])
        rest = f"{rest[: found.begin - moved]} {rest[found.stop - moved :]}"
        moved += found.stop - found.begin - 1
    return rest


def date_of(text: str, now: datetime, calendar: Calendar) -> date | None:
    """The only day that the text names, or None."""
    days = {found.end for found in find_dates(text, now.date(), "future", calendar) if found.start == found.end}
    return days.pop() if len(days) == 1 else None
