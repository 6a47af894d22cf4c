from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import pytest

from bot.channels.wecom_aibot import WecomAibot
from bot.channels.wecom_cards import key_of
from bot.message import Channel, SentButton
from tests.bot.channels.contract import ChannelContract, Provider
from tests.servers.waiting import until
from tests.servers.wecom_aibot import WecomBotServer

T = TypeVar("T")


class OverLine:
    """教育局's liaison, at the tests' own server of AI bots."""

    chat = "WangLaoShi"
    secrets: tuple[str, ...] = (WecomBotServer.secret,)

    def __init__(self, server: WecomBotServer) -> None:
        self.server = server
        self.person = server.person(self.chat)
        self.person.private.spoken = True
        self.channel: Channel = WecomAibot(server.bot_id, server.secret, server.url)

    async def says(self, text: str) -> None:
        await self.person.says(text)

    async def presses(self, label: str) -> None:
        await self.person.presses(label)

    async def wait_for(self, condition: Callable[[], T | None]) -> T:
        return await until(condition)

    def shown(self) -> list[str]:
        return [shown.text for shown in self.person.private.log if shown.media is None]

    def files(self) -> list[tuple[str, bytes]]:
        log = self.person.private.log
        return [(shown.media.name, shown.media.content) for shown in log if shown.media is not None]

    def bar(self) -> None:
        self.person.private.closed = True

    def break_next_send(self) -> None:
        self.server.answers("aibot_send_msg", -1)
        self.server.answers("aibot_respond_msg", -1)

    async def leave(self) -> None:
        await self.server.__aexit__()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.wecom_aibot.channel.LINE_SECONDS", 0.5)


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with WecomBotServer() as server:
        over = OverLine(server)
        yield over
        await over.channel.stop_receiving()
        await over.channel.close()


def samples() -> list[str]:
    def frame(body: dict[str, Any], cmd: str = "aibot_msg_callback") -> str:
        whole = {"msgid": "M1", "aibotid": "B", "chattype": "single", "from": {"userid": "WangLaoShi"}, **body}
        return json.dumps({"cmd": cmd, "headers": {"req_id": "C1"}, "body": whole}, ensure_ascii=False)

    def event(name: str, **inner: Any) -> str:
        told = {"create_time": 1700000000, "msgtype": "event", "event": {"eventtype": name, **inner}}
        return frame(told, "aibot_event_callback")

    key = key_of(SentButton("没变化", "abcdefghijkl"), "9月调度")
    card = {"card_type": "button_interaction", "event_key": key, "task_id": "T"}
    chosen = {"selected_items": {"selected_item": [{"question_key": "row", "option_ids": {"option_id": [key]}}]}}
    items = [{"msgtype": "text", "text": {"content": "现场"}}, {"msgtype": "image", "image": {"url": "u"}}]
    quote = {"msgtype": "text", "text": {"content": "2. 体育设施"}}
    return [
        frame({"msgtype": "text", "text": {"content": "3.2 完成60%"}, "quote": quote}),
        frame({"msgtype": "text", "text": {"content": "@督办 你好"}, "chattype": "group", "chatid": "wr1"}),
        frame({"msgtype": "voice", "voice": {"content": "完成了百分之六十"}}),
        frame({"msgtype": "image", "image": {"url": "https://example.org", "aeskey": "k"}}),
        frame({"msgtype": "mixed", "mixed": {"msg_item": items}}),
        event("enter_chat"),
        event("template_card_event", template_card_event=card),
        event("template_card_event", template_card_event=card | {"event_key": "pick"} | chosen),
        event("feedback_event", feedback_event={"id": "F", "type": 1}),
    ]


class TestWecomAibot(ChannelContract):
    limit = 20480
    samples = samples()
    edits = False

    def fresh(self) -> Channel:
        return WecomAibot("bot", "secret")

    def measure(self, title: str | None, text: str) -> int:
        return len((text if title is None else f"{title}\n{text}").encode())
