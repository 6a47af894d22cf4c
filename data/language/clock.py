"""Times of day: 下午3点, 15:00, 九点半, 9点一刻, 3pm, noon."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

from data.language.numerals import chinese_value

# Parts of the day: the hours they can hold; an hour below the first of them is counted on from noon. Add a word here.
DAY_PARTS: Final[dict[str, tuple[int, int]]] = {
    **dict.fromkeys(("凌晨", "清晨", "早上", "早晨", "早", "上午", "晨"), (0, 12)),
    **dict.fromkeys(("中午", "正午"), (11, 14)),
    **dict.fromkeys(("下午", "午后", "傍晚", "晚上", "晚间", "晚", "夜里"), (12, 24)),
}
NAMED: Final = {"noon": time(12), "midday": time(12), "midnight": time(0), "零点": time(0), "正午": time(12)}
_PART: Final = "|".join(sorted(DAY_PARTS, key=len, reverse=True))
_NUMBER: Final = "[0-9]{1,2}|[零〇一二两三四五六七八九十]{1,3}"
_TIME: Final = re.compile(
    rf"""
    (?P<named>{"|".join(NAMED)})(?![A-Za-z])
  | (?P<part>{_PART})?[ ]?
    (?: (?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{2}})(?::[0-9]{{2}})?(?![0-9])(?:[ ]?(?P<half>[ap])\.?m\.?(?![a-z]))?
      | (?P<only>[0-9]{{1,2}})[ ]?(?P<half2>[ap])\.?m\.?(?![a-z])
      | (?P<oclock>{_NUMBER})[ ]?(?:点钟?|时)(?!间|候|段|尚|期|意|建|要)
        (?:(?P<half3>半)|(?P<quarters>[一二三1-3])刻|整|(?P<minutes>{_NUMBER})分?(?![0-9个万]))?
      | (?P<bare>[0-9]{{1,2}})[ ]?o'?clock
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PART_ALONE: Final = re.compile(rf"{_PART}")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as written: `at` None where there is none such (25点); `part` what part of the day was named.

    `day_end`: 24点, the end of the day. `vague`: an hour from 1 to 6 that nothing tells to be at
    night or in the afternoon (3点).
    """

    at: time | None
    end: int
    part: str | None = None
    vague: bool = False
    day_end: bool = False


def clock_at(text: str, position: int, part: str | None = None) -> Clock | None:
    """The time of day that begins there in the folded text; `part` is a part of the day named before (下午2点、4点)."""
    match = _TIME.match(text, position)
    if match is None:
        return None
    if match["named"]:
        return Clock(NAMED[match["named"].lower()], match.end())
    part = match["part"] or part
    hour, minute = _hour(match), _minute(match)
    half = (match["half"] or match["half2"] or "").lower()
    if half:
        at = _at(hour % 12 + (12 if half == "p" else 0), minute) if 1 <= hour <= 12 else None
        return Clock(at, match.end(), part)
    vague = part is None and 1 <= hour <= 6 and not (match["hour"] or "").startswith("0")
    return Clock(_at(_in_part(hour, part), minute), match.end(), part, vague, (hour, minute) == (24, 0))


def _hour(match: re.Match[str]) -> int:
    return _number(match["hour"] or match["only"] or match["oclock"] or match["bare"])


def _minute(match: re.Match[str]) -> int:
    if match["half3"]:
        return 30
    if match["quarters"]:
        return 15 * _number(match["quarters"])
    return _number(match["minute"] or match["minutes"] or "0")


def _number(text: str) -> int:
    if text.isdigit() and text.isascii():
        return int(text)
    value = chinese_value(text.lstrip("零〇") or "零")
    return 99 if value is None else value


def _in_part(hour: int, part: str | None) -> int:
    if part is None:
        return hour
    first, last = DAY_PARTS[part]
    if hour < first and hour <= 12:
        hour += 12
    if last == 24 and hour == 12 and part.startswith("晚"):
        return 99
    return hour if first <= hour <= last else 99


def _at(hour: int, minute: int) -> time | None:
    return time(hour, minute) if hour < 24 and minute < 60 else None


def day_part_at(text: str, position: int) -> tuple[str, int] | None:
    """A part of the day without an hour (明天上午): the word, where it ends."""
    match = _PART_ALONE.match(text, position)
    return (match[0], match.end()) if match else None
