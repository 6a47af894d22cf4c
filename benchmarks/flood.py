"""A Bot API server as lean as it can be: hands out updates as fast as they are asked for, counts what is sent.

Run as a process: `python -m benchmarks.flood PORT UPDATES TEXT [PER_SECOND]`; GET /result gives the seconds from the
first to the last answer, as soon as every update was answered. TEXT may hold several, separated by `|`, said in turn;
`{}` in one is a number that rises in each chat.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import deque
from typing import Any

from aiohttp import web

TOKEN = "7000000001:AAbenchOnly-TheSecretPartOfTheToken"
CHATS = 100
BATCH = 100
FIRST_CHAT = 6_000_000_001
ME = {"id": 7_000_000_001, "is_bot": True, "first_name": "bench", "username": "bench_bot", "can_join_groups": True,
      "can_read_all_group_messages": False, "supports_inline_queries": False}  # fmt: skip


class Flood:
    def __init__(self, updates: int, text: str, per_second: float = 0) -> None:
        self.total = updates
        self.texts = text.split("|")
        self.per_second = per_second
        self.confirmed = 0
        self.sends = 0
        self.started: float | None = None
        self.finished = 0.0
        self.asked_at: dict[int, float] = {}
        self.waits: deque[float] = deque(maxlen=100_000)
        self.first_poll: float | None = None
        self.going = asyncio.Event()

    def update(self, number: int) -> dict[str, Any]:
        chat = FIRST_CHAT + number % CHATS
        person = {"id": chat, "is_bot": False, "first_name": str(chat), "language_code": "zh-hans"}
        text = self.texts[number % len(self.texts)].format(number // CHATS + 1)
        message = {"message_id": number + 1, "date": int(time.time()), "text": text, "from": person,
                   "chat": {"id": chat, "type": "private", "first_name": str(chat)}}  # fmt: skip
        return {"update_id": number + 1, "message": message}

    async def get_updates(self, told: dict[str, Any]) -> list[dict[str, Any]]:
        self.first_poll = self.first_poll or time.perf_counter()
        offset = int(told.get("offset") or 0)
        self.confirmed = max(self.confirmed, offset - 1)
        if not self.going.is_set() or self.confirmed >= self.total:
            await asyncio.sleep(0.2)
            return []
        now = time.perf_counter()
        self.started = self.started or now
        limit = min(int(told.get("limit") or BATCH), BATCH)
        until = min(self.confirmed + limit, self._released(now))
        if until <= self.confirmed:
            await asyncio.sleep(0.01)
            return []
        for number in range(self.confirmed, until):
            self.asked_at.setdefault(number, now)
        return [self.update(number) for number in range(self.confirmed, until)]

    def _released(self, now: float) -> int:
        if not self.per_second:
            return self.total
        assert self.started is not None
        return min(self.total, int((now - self.started) * self.per_second) + 1)

    def send(self, told: dict[str, Any]) -> dict[str, Any]:
        self.sends += 1
        self.finished = time.perf_counter()
        if self.sends <= self.total:
            self.waits.append(self.finished - self.asked_at.pop(self.sends - 1, self.finished))
        chat = int(told["chat_id"])
        return {"message_id": 1_000_000 + self.sends, "date": int(time.time()), "chat": {"id": chat, "type": "private"},
                "text": "x"}  # fmt: skip

    async def call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"].lower()
        told = await told_of(request)
        result: Any = True
        if method == "getupdates":
            result = await self.get_updates(told)
        elif method == "sendmessage":
            result = self.send(told)
        elif method == "getme":
            result = ME
        elif method == "getwebhookinfo":
            result = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
        return web.json_response({"ok": True, "result": result})

    async def result(self, _request: web.Request) -> web.Response:
        waits = sorted(self.waits)
        done = self.sends >= self.total
        return web.json_response(
            {
                "done": done,
                "sends": self.sends,
                "polled": self.first_poll is not None,
                "seconds": self.finished - self.started if done and self.started else None,
                "p50": waits[len(waits) // 2] if waits else None,
                "p99": waits[len(waits) * 99 // 100] if waits else None,
            }
        )

    async def go(self, _request: web.Request) -> web.Response:
        self.going.set()
        return web.Response()


async def told_of(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    if request.method == "POST":
        return dict(await request.post())
    return dict(request.query)


def main() -> None:
    port, updates, text = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    per_second = float(sys.argv[4]) if len(sys.argv) > 4 else 0

    async def app() -> web.Application:
        flood = Flood(updates, text, per_second)
        made = web.Application()
        made.router.add_route("*", "/bot{token}/{method}", flood.call)
        made.router.add_get("/result", flood.result)
        made.router.add_post("/go", flood.go)
        return made

    web.run_app(app(), host="127.0.0.1", port=port, print=lambda *_: None, access_log=None)


if __name__ == "__main__":
    main()
