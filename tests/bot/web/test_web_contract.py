from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web import Wake, WebChat, address_of
from bot.message import Call, Inbound, Kind, Payload, Update
from tests.bot.channels.contract import JSON, assert_total, damaged

AT = datetime(2021, 9, 26, 1, 0, tzinfo=UTC)
CHAT = address_of(7)


class Taken:
    def __init__(self) -> None:
        self.updates: list[Update] = []

    async def __call__(self, updates: Sequence[Update]) -> None:
        self.updates += updates


async def posted(kind: str, fields: dict[str, str]) -> Inbound:
    chat, taken = WebChat(), Taken()
    await chat.start(taken)
    await chat.post(CHAT, "form:1", kind, fields, AT)
    (update,) = taken.updates
    assert (update.update_id, update.sender) == ("form:1", CHAT)
    return chat.parse(update.raw)


async def test_what_was_written_arrives_with_its_words_and_time() -> None:
    inbound = await posted("text", {"text": "3.2 完成60% 👍 <b>&\u202e"})
    assert (inbound.kind, inbound.text, inbound.chat) == (Kind.TEXT, "3.2 完成60% 👍 <b>&\u202e", CHAT)
    assert inbound.said_at == AT


async def test_a_press_arrives_with_its_token() -> None:
    inbound = await posted("button", {"token": "abcdefghijkl"})
    assert (inbound.kind, inbound.token, inbound.text) == (Kind.BUTTON, "abcdefghijkl", "")


@pytest.mark.parametrize(
    "raw", ["", "[]", "null", "7", '"x"', "{}", json.dumps({"kind": "text", "said_at": "gestern"})]
)
def test_garbage_is_refused(raw: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the reason, it is this kind
        WebChat().parse(raw)


SAMPLE = {"kind": "text", "sender": CHAT, "chat": CHAT, "id": "form:1", "said_at": AT.isoformat(), "text": "60%"}


@given(raw=st.text() | JSON.map(json.dumps) | damaged(json.dumps(SAMPLE)))
def test_a_damaged_update_is_refused_or_understood_and_nothing_else(raw: str) -> None:
    assert_total(WebChat(), raw)


async def test_nothing_is_taken_in_after_stopping() -> None:
    chat, taken = WebChat(), Taken()
    await chat.start(taken)
    await chat.stop_receiving()
    with pytest.raises(ConnectionError):
        await chat.post(CHAT, "form:1", "text", {"text": "晚"}, AT)
    assert taken.updates == []


async def test_sending_wakes_the_pages_of_that_chat_and_no_others() -> None:
    chat = WebChat()
    with chat.listening([CHAT]) as mine, chat.listening([address_of(8)]) as other:
        message_id = await chat.send(Call(41, CHAT, Payload(None, "记下了")))
        assert message_id == "o41"
        assert await mine.wait() is Wake.WOKEN
        assert await other.wait(0) is Wake.WAITED


async def test_an_edit_keeps_its_messages_id() -> None:
    assert await WebChat().send(Call(42, CHAT, Payload(None, "新"), edits="o41")) == "o41"


async def test_closing_ends_every_wait() -> None:
    chat = WebChat()
    with chat.listening([CHAT]) as listener:
        waiting = asyncio.create_task(listener.wait())
        await asyncio.sleep(0)
        await chat.close()
        assert await waiting is Wake.CLOSED
    with chat.listening([CHAT]) as late:
        assert await late.wait() is Wake.CLOSED
