"""How fast a channel may be called, by the provider's rules: arithmetic over a monotonic clock.

A provider counts a call when it arrives, which is some time between our start and its answer. So a call counts here
from its start plus what its answer took longer than the quickest answers do: then no provider sees more than its
rules allow, however the machine or the network stumbles, and a long way to it costs nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import inf
from threading import Lock

from bot.message import Limits

MINUTE = 60.0
SECOND = 1.0
EDGE = 0.004  # how much later than reckoned a provider may count
CREDIT = 1.0  # seconds of pace that may be caught up after a stall,
CATCH_UP = 1.5  # so many times as fast
UNANSWERED = 1.0
FEWEST = 30  # before so many answers nobody knows how quick the quickest are
KEPT = 3.0


@dataclass(eq=False)
class Slot:
    """A call's place: when it starts, and the last moment at which the provider may have counted it."""

    chat: str
    start: float
    latest: float
    began: bool = False


@dataclass
class Pace:
    """Gives each call its moment: evenly over the whole bot, with gaps within a chat, after a few quick ones.

    `reserve` gives a slot, `delay` is asked until it is 0 and the call starts, `answered` ends it. All moments are
    seconds of one monotonic clock. `held_until` is a provider's order to be silent, `opens_at` the start of the call
    that was refused a slot last. Any thread may ask.
    """

    limits: Limits
    is_group: Callable[[str], bool]
    held_until: float = 0.0
    opens_at: float = 0.0
    _next: float = 0.0
    _soonest: float = 0.0
    _slots: deque[Slot] = field(default_factory=deque)
    _took: deque[float] = field(default_factory=lambda: deque(maxlen=100))
    _chats: dict[str, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def reserve(self, chat: str, now: float, horizon: float) -> Slot | None:
        """The next call's slot; None if its start lies beyond `horizon` seconds from now."""
        with self._lock:
            self._next = max(self._next, now - CREDIT)
            turn = max(now, self.held_until, self._next, self._soonest, self._ready(self._slots))
            start = max(turn, self._chat_ready(chat))
            if start > now + horizon:
                self.opens_at = start
                return None
            self._next += 1 / self.limits.per_second
            self._soonest = turn + 1 / self.limits.per_second / CATCH_UP
            return self._count(Slot(chat, start, start))

    def delay(self, slot: Slot, now: float) -> float:
        """Seconds that the call has still to wait; at 0 it starts now."""
        with self._lock:
            before = [other for other in self._slots if other.start <= slot.start and other is not slot]
            wait = max(slot.start, self.held_until, self._ready(before)) - now
            if wait > 0:
                return wait
            self._move(slot, now + UNANSWERED)
            slot.start, slot.began = now, True
            return 0.0

    def answered(self, slot: Slot, now: float) -> None:
        """The call has ended, in whatever way."""
        with self._lock:
            if not slot.began:
                return
            took = now - slot.start
            self._took.append(took)
            quickest = min(self._took) if len(self._took) >= FEWEST else 0.0
            self._move(slot, slot.start + took - quickest + EDGE)
            while self._slots and self._slots[0].latest < now - KEPT:
                self._slots.popleft()

    def waiting(self, now: float, horizon: float) -> dict[str, float]:
        """The chats that may not be written to within `horizon` seconds, each with when it may."""
        with self._lock:
            self._chats = {chat: full for chat, full in self._chats.items() if full > now}
            ready = {chat: self._chat_ready(chat) for chat in self._chats}
            return {chat: moment for chat, moment in ready.items() if moment > now + horizon}

    def recall(self, calls: Iterable[tuple[str, float]], now: float) -> None:
        """Count what an earlier process called: chat, seconds ago; oldest first."""
        with self._lock:
            for chat, ago in calls:
                self._count(Slot(chat, now - ago, now - ago + EDGE))

    def _chat_ready(self, chat: str) -> float:
        """When the chat may be written to again."""
        gap, burst = self._rule(chat)
        return self._chats.get(chat, -inf) - gap * (burst - 1)

    def _ready(self, slots: Iterable[Slot]) -> float:
        """When one more call fits among those of a second."""
        if self.limits.per_second == inf:
            return 0.0
        most = int(self.limits.per_second)
        counted = sorted(slot.latest for slot in slots)
        return counted[-most] + SECOND if len(counted) >= most else 0.0

    def _count(self, slot: Slot) -> Slot:
        gap, _burst = self._rule(slot.chat)
        if gap:
            self._chats[slot.chat] = max(self._chats.get(slot.chat, slot.latest), slot.latest) + gap
        if self.limits.per_second < inf:
            self._slots.append(slot)
        return slot

    def _move(self, slot: Slot, latest: float) -> None:
        """Count a call at another moment than before."""
        if slot.chat in self._chats:
            self._chats[slot.chat] += latest - slot.latest
        slot.latest = latest

    def _rule(self, chat: str) -> tuple[float, int]:
        if self.is_group(chat):
            return MINUTE / self.limits.group_per_minute, 1
        return self.limits.chat_gap, self.limits.burst
