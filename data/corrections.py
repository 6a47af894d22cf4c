"""The days that an admin made working days or days off, beside the statutory calendar: one row, read anew each time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Setting

KEY: Final = "calendar.corrections"
KEPT: Final = select(Setting.value).where(Setting.key == KEY)


def corrections(session: Session) -> dict[date, bool]:
    """day → whether it is worked, for the corrected days alone; ascending."""
    kept: Mapping[str, bool] = session.scalar(KEPT) or {}
    return {date.fromisoformat(day): worked for day, worked in sorted(kept.items())}


def correct(session: Session, days: Mapping[date, bool | None]) -> dict[date, bool | None]:
    """Make days worked or off, or (None) what the statutory calendar says; what they were corrected to before."""
    kept = corrections(session)
    before = {day: kept.get(day) for day in days}
    wanted = {day: worked for day, worked in {**kept, **days}.items() if worked is not None}
    session.merge(Setting(key=KEY, value={day.isoformat(): worked for day, worked in sorted(wanted.items())}))
    session.flush()
    return before
