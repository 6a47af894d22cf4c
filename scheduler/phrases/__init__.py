"""Schedule phrases: 每月25日9点 ⇄ Cadence, in Chinese and English, both ways."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from data.calendar import Calendar
from data.errors import UserError
from data.language.folding import fold
from scheduler.cadence import Cadence, next_fires
from scheduler.phrases import chinese, english
from scheduler.phrases.draft import Unclear, compose
from scheduler.phrases.wording import words

__all__ = ["Unclear", "read_phrase", "read_schedule", "words"]

_CHINESE: Final = re.compile("[\u4e00-\u9fff]")
_LONGEST: Final = 300


def read_phrase(text: str, now: datetime, calendar: Calendar) -> Cadence:
    """The cadence that a phrase says; `now` is the office's local time, with or without its zone.

    No time of day means 9:00. A due day (25日前报送) opens three working days before. Raises `UserError` for what
    cannot be (每月32日, every minute) and `Unclear`, with likely cadences, for what has to be asked (每月25日报一次).
    """
    phrase = fold(text).strip()
    if not phrase or len(phrase) > _LONGEST:
        raise UserError("schedule_not_understood", text=phrase[:40])
    wall = now.replace(tzinfo=None)
    reader = chinese.read if _CHINESE.search(phrase) else english.read
    return compose(reader(phrase, wall, calendar), wall, calendar)


def read_schedule(text: str, now: datetime, zone: ZoneInfo, calendar: Calendar) -> dict[str, Any]:
    """`{"fires": [five local times]}`, `{"error": code}` for an impossible phrase, `{"ask": code}` for an unclear one.

    `now` is local wall time in `zone`, or an instant.
    """
    local = now.replace(tzinfo=zone) if now.tzinfo is None else now.astimezone(zone)
    try:
        cadence = read_phrase(text, local, calendar)
    except UserError as error:
        return {"error": error.code}
    except Unclear as unclear:
        return {"ask": unclear.code, "candidates": [words(one) for one in unclear.candidates]}
    return {"fires": [f"{at:%Y-%m-%dT%H:%M}" for at in next_fires(cadence, local, zone, calendar, 5)]}
