"""The office that runs the plan: its zone, calendar and habits, handed down to whatever needs them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from data.calendar import Calendar


@dataclass(frozen=True)
class Office:
    """`name` signs what is sent; `day_start` to `day_end` are working hours on working days, in `zone`."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    calendar: Calendar = field(default_factory=Calendar)
    name: str = "区政府督查室"
    day_start: time = time(9, 0)
    day_end: time = time(17, 30)
    due_workdays: int = 3
    yellow: float = 10.0
    red: float = 25.0

    def local(self, moment: datetime) -> datetime:
        """An instant as the office's wall time (aware)."""
        return moment.astimezone(self.zone)

    def today(self, moment: datetime) -> date:
        return self.local(moment).date()
