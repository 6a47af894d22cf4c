"""What can go wrong between a bot and Telegram, and Telegram's own limits."""

from __future__ import annotations

import math
import random
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """DROP, HALF, HANG and LATE_ERROR do the work first; the others do none."""

    REFUSE = "refuse"
    ERROR = "error"
    FLOOD = "flood"
    REVOKED = "revoked"
    CONFLICT = "conflict"
    PAGE = "page"
    DROP = "drop"
    HALF = "half"
    HANG = "hang"
    LATE_ERROR = "late_error"


WORKING = (Fault.DROP, Fault.HALF, Fault.HANG, Fault.LATE_ERROR)


@dataclass
class Faults:
    """`next` breaks the coming calls of a method; `rates` breaks any, by chance; `latency` is a range in seconds.
    `duplicates` and `shuffles` are chances that a batch of updates brings old ones again, or in another order.
    Repeatable by `seed`. `doubtful` counts the sends that came through though the bot was told otherwise."""

    seed: int = 1
    rates: dict[Fault, float] = field(default_factory=dict)
    latency: tuple[float, float] = (0, 0)
    duplicates: float = 0
    shuffles: float = 0
    count: dict[Fault, int] = field(default_factory=lambda: defaultdict(int))
    doubtful: int = 0
    _planned: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def next(self, method: str, *faults: Fault) -> None:
        self._planned[method.lower()].extend(faults)

    def draw(self, method: str) -> Fault | None:
        planned = self._planned[method.lower()]
        fault = planned.popleft() if planned else self._by_chance()
        if fault is not None:
            self.count[fault] += 1
        return fault

    def delay(self) -> float:
        return self.random.uniform(*self.latency)

    def _by_chance(self) -> Fault | None:
        return next((fault for fault, rate in self.rates.items() if self.random.random() < rate), None)


@dataclass
class Flood:
    """Telegram's pace, enforced: `per_second` over all chats, one a second in a chat after `burst` quick ones,
    `group_per_minute` in a group. Windows are `slack` seconds shorter, since arrivals jitter. `refused` counts."""

    per_second: int = 30
    burst: int = 3
    group_per_minute: int = 20
    slack: float = 0.1
    refused: int = 0
    monotonic: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._all: deque[float] = deque()
        self._chats: dict[int, tuple[float, float]] = {}
        self._groups: dict[int, deque[float]] = defaultdict(deque)

    def wait(self, chat: int) -> int:
        """0 where a message may be sent now (and counts as sent), else the seconds to wait."""
        now = self.monotonic()
        waits = [_window(self._all, now, 1 - self.slack, self.per_second)]
        if chat < 0:
            waits.append(_window(self._groups[chat], now, 60 - self.slack, self.group_per_minute))
        saved, last = self._chats.get(chat, (self.burst, now))
        saved = min(self.burst, saved + (now - last) / (1 - self.slack))
        waits.append(1 - saved)
        if max(waits) > 0:
            self.refused += 1
            return max(1, math.ceil(max(waits)))
        self._chats[chat] = (saved - 1, now)
        self._all.append(now)
        if chat < 0:
            self._groups[chat].append(now)
        return 0


def _window(times: deque[float], now: float, seconds: float, most: int) -> float:
    """How long until one more fits among `most` in `seconds`; 0 or less: it fits now."""
    while times and times[0] <= now - seconds:
        times.popleft()
    return times[0] + seconds - now if len(times) >= most else 0
