"""The office that runs the plan: its zone, calendar and habits, handed down to whatever needs them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from data.calendar import Calendar
from data.corrections import corrections

NAG_DELAY: Final = timedelta(minutes=7)


@dataclass(frozen=True)
class Office:
    """`name` signs what is sent; `day_start` to `day_end` are working hours on working days, in `zone`.

    In working days, 0 is never: `nag_after` the due day the silent are asked again, `nag_again` after that for the last
    time, `list_after` that the office gets its list; `second_after`, `head_after` and `leader_after` the due day the
    second contact (B 角), the unit's head and the leader are told; `rest_after_ack` the day of a 收到 its writer is
    asked again at the earliest. `warn_workdays` before a deadline the digest says
    so. `monthly_cap`: who got so many messages in a month gets none that the bot repeats by itself.
    `yellow`, `red`: percentage points behind the schedule that lamps allow, where a plan has none of its own.
    `open_to_all`: everybody who is bound may read every row. `joining`: a stranger may ask to be let in.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    calendar: Calendar = field(default_factory=Calendar)
    name: str = "区政府督查室"
    day_start: time = time(9, 0)
    day_end: time = time(17, 30)
    due_workdays: int = 3
    nag_after: int = 1
    nag_again: int = 2
    list_after: int = 1
    rest_after_ack: int = 2
    second_after: int = 0
    head_after: int = 0
    leader_after: int = 0
    warn_workdays: tuple[int, ...] = (30, 7, 3, 1)
    monthly_cap: int = 12
    open_to_all: bool = False
    joining: bool = True
    yellow: float = 10.0
    red: float = 25.0

    @property
    def nag_at(self) -> time:
        """When the day's repeats go out: soon after work begins, off the full and the half hour."""
        return (datetime.combine(date.min, self.day_start) + NAG_DELAY).time()

    def local(self, moment: datetime) -> datetime:
        """An instant as the office's wall time (aware)."""
        return moment.astimezone(self.zone)

    def today(self, moment: datetime) -> date:
        return self.local(moment).date()


def in_force(session: Session, office: Office) -> Office:
    """The office with the days that its admins have corrected; read by whatever begins a transaction."""
    corrected = corrections(session)
    return office if corrected == office.calendar.corrections else replace(office, calendar=Calendar(corrected))
