"""A provider at the outermost edge: remembers what was sent, fails as it is told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.message import Call, Inbound, Kind, Limits, Receive, SendFailed, Update

NOW = datetime(2021, 9, 26, 1, 0, tzinfo=UTC)


class PaperChannel:
    """Messages are JSON objects `{"text", "chat"}`; `failures` are raised, one for each next send of a chat."""

    name = "paper"
    bot_id = "1"

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits(in_flight=4)
        self.sent: list[Call] = []
        self.failures: dict[str, list[Exception]] = {}
        self.acknowledged: list[str] = []
        self.hold = asyncio.Event()
        self.hold.set()
        self.in_flight = 0
        self.most_in_flight = 0
        self.receive: Receive | None = None

    async def start(self, receive: Receive) -> None:
        self.receive = receive

    async def stop_receiving(self) -> None:
        self.receive = None

    async def close(self) -> None:
        return

    def parse(self, raw: str) -> Inbound:
        try:
            told = json.loads(raw)
            return Inbound(
                Kind(told.get("kind", "text")),
                sender=told["chat"],
                chat=told["chat"],
                message_id=told.get("id"),
                said_at=NOW,
                text=told.get("text", ""),
                token=told.get("token"),
                acknowledge=told.get("acknowledge"),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(raw) from error

    def split(self, title: str | None, text: str) -> list[tuple[str | None, str]]:
        return [(title if n == 0 else None, part) for n, part in enumerate(text.split("\f"))]

    def is_group(self, chat: str) -> bool:
        return chat.startswith("g")

    async def send(self, call: Call) -> str:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await self.hold.wait()
            failures = self.failures.get(call.chat)
            if failures:
                raise failures.pop(0)
            self.sent.append(call)
            return f"m{call.outbox_id}"
        finally:
            self.in_flight -= 1

    async def acknowledge(self, inbound: Inbound) -> None:
        self.acknowledged.append(inbound.acknowledge or "")

    def texts(self, chat: str | None = None) -> list[str]:
        return [call.payload.text for call in self.sent if chat in (None, call.chat)]


def update(number: int, text: str, chat: str = "a", **more: object) -> Update:
    return Update(str(number), chat, json.dumps({"text": text, "chat": chat, "id": f"u{number}", **more}))


def updates(texts: Sequence[str], chat: str = "a") -> list[Update]:
    return [update(number, text, chat) for number, text in enumerate(texts, 1)]


def passing(reason: str = "down", **values: float) -> SendFailed:
    return SendFailed(reason, **values)  # type: ignore[arg-type]
