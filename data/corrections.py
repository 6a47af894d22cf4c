"""The days that an admin made working days or days off, beside the statutory calendar: one row, read once in each
transaction until that transaction changes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Setting

KEY: Final = "calendar.corrections"
KEPT: Final = select(Setting.value).where(Setting.key == KEY)
CHANGED: Final = "calendar.corrections.changed"  # in `session.info`: from now on each reading is a new one


def corrections(session: Session) -> dict[date, bool]:
    """day → whether it is worked, for the corrected days alone; ascending."""
    known: dict[date, bool] | None = session.info.get(KEY)
    if known is not None and CHANGED not in session.info:
        return known
    kept: Mapping[str, bool] = session.scalar(KEPT) or {}
    found = {date.fromisoformat(day): worked for day, worked in sorted(kept.items())}
    session.info[KEY] = found
    return found


def correct(session: Session, days: Mapping[date, bool | None]) -> dict[date, bool | None]:
    """Make days worked or off, or (None) what the statutory calendar says; what they were corrected to before."""
    session.info[CHANGED] = True
    kept = corrections(session)
    before = {day: kept.get(day) for day in days}
    wanted = {day: worked for day, worked in {**kept, **days}.items() if worked is not None}
    session.merge(Setting(key=KEY, value={day.isoformat(): worked for day, worked in sorted(wanted.items())}))
    session.flush()
    return before
