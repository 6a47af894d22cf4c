"""How often somebody may ask: so many at once, so many a minute after that. Counts live in memory, like a sender's
pace; a restart forgives."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

MOST_KEYS: Final = 4_096


class Allowance:
    """`a_minute` requests for each key, all at once if it likes."""

    def __init__(self, a_minute: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._most = float(a_minute)
        self._monotonic = monotonic
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait(self, key: Hashable) -> int:
        """Take one; 0, or how many seconds to wait where there is none left."""
        now = self._monotonic()
        left, since = self._left.pop(key, (self._most, now))
        left = min(self._most, left + (now - since) * self._most / 60)
        self._left[key] = (max(left - 1, 0.0) if left >= 1 else left, now)
        if len(self._left) > MOST_KEYS:
            self._left.popitem(last=False)
        return 0 if left >= 1 else max(1, -int(-(1 - left) * 60 // self._most))
