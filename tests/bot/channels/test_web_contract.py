from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from bot.channels.web import WebChat
from bot.message import Call, Channel, Payload
from tests.bot.channels.contract import ChannelContract, Provider
from tests.servers.waiting import until

T = TypeVar("T")
CHAT = "p5"
NOW = datetime(2021, 9, 26, 1, 0, tzinfo=UTC)


class Rows(WebChat):
    """The web chat with its rows: what is sent is one, an edit changes it."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, Payload] = {}
        self.files: list[tuple[str, bytes]] = []

    async def send(self, call: Call) -> str:
        message_id = await super().send(call)
        self.rows[message_id] = call.payload
        if call.payload.file is not None:
            self.files.append((call.payload.file.name, call.content or b""))
        return message_id


class OverPages:
    """教育局's liaison at a page, which posts again what was not taken."""

    chat = CHAT
    secrets: tuple[str, ...] = ()

    def __init__(self) -> None:
        self._chat = Rows()
        self.channel: Channel = self._chat
        self._numbers = itertools.count(1)

    async def says(self, text: str) -> None:
        await self._post("text", {"text": text})

    async def presses(self, label: str) -> None:
        buttons = [button for payload in self._chat.rows.values() for row in payload.buttons for button in row]
        await self._post("button", {"token": next(each.token for each in buttons if each.label == label)})

    async def _post(self, kind: str, fields: dict[str, str]) -> None:
        update_id = f"form-{next(self._numbers)}"
        while self._chat.receiving:
            try:
                await self._chat.post(CHAT, update_id, kind, fields, NOW)
            except OSError:
                continue
            return

    async def wait_for(self, condition: Callable[[], T | None]) -> T:
        return await until(condition)

    def shown(self) -> list[str]:
        return [f"{said.title}\n{said.text}" if said.title else said.text for said in self._chat.rows.values()]

    def files(self) -> list[tuple[str, bytes]]:
        return self._chat.files

    def bar(self) -> None:
        raise NotImplementedError

    def break_next_send(self) -> None:
        raise NotImplementedError

    async def leave(self) -> None:
        """The last page is closed; the chat stays."""


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    over = OverPages()
    yield over
    await over.channel.stop_receiving()
    await over.channel.close()


def samples() -> list[str]:
    said = {"sender": CHAT, "chat": CHAT, "id": "form-1", "said_at": NOW.isoformat()}
    messages = [
        {"kind": "text", "text": "3.2 完成60%"},
        {
            "kind": "text",
            "text": "",
            "files": json.dumps([{"key": "k", "kind": "photo", "name": "现场.jpg", "size": 9}]),
        },
        {"kind": "button", "token": "abcdefghijkl"},
    ]
    return [json.dumps(said | each, ensure_ascii=False) for each in messages]


class TestWebChat(ChannelContract):
    limit = 1 << 30
    samples = samples()
    fails = False

    def fresh(self) -> Channel:
        return WebChat(files=Path())

    def measure(self, title: str | None, text: str) -> int:
        return len(text if title is None else f"{title}\n{text}")

    def test_a_long_list_is_cut_at_line_ends_and_its_pages_are_numbered(self) -> None:
        pytest.skip("a page of the web has no end")
