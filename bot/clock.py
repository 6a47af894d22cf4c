"""The one clock: the real time, or one that started at another moment and runs on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


class Clock:
    """`start`: the office's wall time at which it starts; without one it shows the real time."""

    def __init__(self, start: datetime | None = None, zone: ZoneInfo | None = None) -> None:
        real = datetime.now(UTC)
        shown = start.replace(tzinfo=start.tzinfo or zone or UTC) if start is not None else real
        self.offset: timedelta = shown - real

    @property
    def is_real(self) -> bool:
        return not self.offset

    def __call__(self) -> datetime:
        """This instant, aware UTC. Only entry points ask."""
        return datetime.now(UTC) + self.offset
