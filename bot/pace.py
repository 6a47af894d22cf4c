"""How fast a channel may be called, by the provider's rules: pure arithmetic over a monotonic clock."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.message import Limits

GROUP_MINUTE = 60.0


@dataclass
class Pace:
    """Gives each call its moment: evenly over the whole bot, with gaps within a chat, after a few quick ones.

    All moments are seconds of one monotonic clock. `held_until` is a provider's order to be silent.
    """

    limits: Limits
    held_until: float = 0.0
    _next: float = 0.0
    _chats: dict[str, float] = field(default_factory=dict)

    def reserve(self, chat: str, group: bool, now: float, horizon: float) -> float | None:
        """The moment at which the call may start, reserved; None if that lies beyond `horizon` seconds from now."""
        start = max(now, self.held_until, self._next, self.chat_ready(chat, group))
        if start > now + horizon:
            return None
        self._next = start + 1 / self.limits.per_second
        self.count(chat, group, start)
        return start

    def chat_ready(self, chat: str, group: bool) -> float:
        """When the chat may be written to again."""
        gap, burst = self._rule(group)
        return self._chats.get(chat, -gap * burst) - gap * (burst - 1)

    def count(self, chat: str, group: bool, moment: float) -> None:
        """Remember a call, at its moment."""
        gap, _burst = self._rule(group)
        if gap:
            self._chats[chat] = max(self._chats.get(chat, moment), moment) + gap

    def forget(self, now: float) -> None:
        """Drop the chats that may be written to at once anyway."""
        self._chats = {chat: full for chat, full in self._chats.items() if full > now}

    def _rule(self, group: bool) -> tuple[float, int]:
        if group:
            return GROUP_MINUTE / self.limits.group_per_minute, 1
        return self.limits.chat_gap, self.limits.burst
