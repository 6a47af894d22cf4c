"""WeCom's rules of pace: what goes beyond them is discarded without a word, so we count ourselves."""

from __future__ import annotations

import time
import zlib
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.message import Limits

WINDOWS = ((60.0, 30), (3600.0, 1000))
CROWDED_MINUTES = (0, 30)
SPREAD_SECONDS = 240
SPREAD = ("wecom_app", "wecom_aibot")
FEWEST_TO_SWEEP = 1000

# Ten quick ones and one each 3.7 seconds stay below 30 a minute and 1,000 an hour, in a group as in a private chat.
LIMITS = Limits(per_second=50, chat_gap=3.7, burst=10, group_per_minute=16, in_flight=16)


class Quota:
    """Counts messages to each chat: at most 30 in a minute and 1,000 in an hour."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._sent: dict[str, deque[float]] = {}

    def take(self, chat: str) -> float:
        """0 where one more may be sent now (and counts as sent), else the seconds to wait."""
        now = self._monotonic()
        self._sweep(now)
        sent = self._sent.setdefault(chat, deque(maxlen=WINDOWS[-1][1]))
        wait = max(_wait(sent, now, seconds, most) for seconds, most in WINDOWS)
        if wait <= 0:
            sent.append(now)
        return max(wait, 0)

    def _sweep(self, now: float) -> None:
        """Forget chats that have been silent for an hour."""
        if len(self._sent) >= FEWEST_TO_SWEEP:
            self._sent = {chat: sent for chat, sent in self._sent.items() if sent and sent[-1] > now - WINDOWS[-1][0]}


def _wait(sent: deque[float], now: float, seconds: float, most: int) -> float:
    return sent[-most] + seconds - now if len(sent) >= most else 0


def spread(moment: datetime, who: str = "") -> datetime:
    """A moment in minute :00 or :30, when all the world sends, moved by one to five minutes, the same for each `who`;
    every other moment as it is."""
    if moment.minute not in CROWDED_MINUTES:
        return moment
    start = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return start + timedelta(seconds=zlib.crc32(who.encode()) % SPREAD_SECONDS)
