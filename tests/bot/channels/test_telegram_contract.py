from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import pytest

from bot.channels.telegram import Telegram
from bot.message import Channel
from tests.bot.channels.contract import ChannelContract, Provider
from tests.servers.bot_api import TOKEN, BotApi
from tests.servers.bot_faults import Fault
from tests.servers.telegram_html import utf16

T = TypeVar("T")
TEACHER = 5_000_000_001


class OverBotApi:
    """教育局's liaison, at the tests' own Bot API server."""

    chat = str(TEACHER)
    secrets: tuple[str, ...] = (TOKEN, TOKEN.partition(":")[2])

    def __init__(self, server: BotApi) -> None:
        self.server = server
        self.person = server.user(TEACHER, "王老师")
        self.channel: Channel = Telegram(server.token, server.base_url, server.base_file_url)
        self.gone = False

    async def says(self, text: str) -> None:
        self.person.says(text)

    async def presses(self, label: str) -> None:
        self.person.presses(label)

    async def wait_for(self, condition: Callable[[], T | None]) -> T:
        return await self.server.wait_for(condition)

    def shown(self) -> list[str]:
        return [message.text for message in self.person.chat_log() if message.from_bot]

    def files(self) -> list[tuple[str, bytes]]:
        sent = [message.extra["document"] for message in self.person.chat_log() if "document" in message.extra]
        return [(each["file_name"], self.server.world.files[each["file_id"]]) for each in sent]

    def bar(self) -> None:
        self.person.blocks()

    def break_next_send(self) -> None:
        self.server.faults.next("sendMessage", Fault.ERROR)

    async def leave(self) -> None:
        self.gone = True
        await self.server.__aexit__()


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    server = await BotApi().__aenter__()
    over = OverBotApi(server)
    yield over
    await over.channel.stop_receiving()
    await over.channel.close()
    if not over.gone:
        await server.__aexit__()


def samples() -> list[str]:
    server = BotApi()
    teacher, group = server.user(TEACHER, "王老师"), server.group(-100_2_000_000_001, "教育局工作群")
    message = teacher.says("/start abc")
    teacher.edits(message, "3.2 完成60%")
    teacher.says("@duban_test_bot 3.2 完成60%", group.chat, reply_to=1)
    teacher.sends("photo", "现场")
    teacher.blocks()
    group.kicks_bot(teacher)
    group.becomes_supergroup(-100_2_000_000_002, teacher)
    sent = server.world.write(
        teacher.private, server.world.bot, text="问", buttons=[[("好", "token-1")]], from_bot=True
    )
    teacher.presses("好", message_id=sent.message_id)
    return [json.dumps(update, ensure_ascii=False) for update in server.world.updates]


class TestTelegram(ChannelContract):
    limit = 4096
    samples = samples()

    def fresh(self) -> Channel:
        return Telegram(TOKEN)

    def measure(self, title: str | None, text: str) -> int:
        return utf16(text if title is None else f"{title}\n{text}")
