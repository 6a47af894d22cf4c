from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.message import Outgoing
from tests.bot.web.forms import Page, browsing, get, log_in, press, say
from tests.bot.web.office import EXAMPLE, Office, digest, open_office


@dataclass(frozen=True)
class Event:
    name: str
    data: str
    id: str


class Stream:
    """The events of a page as they come."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def next(self) -> Event:
        fields: dict[str, list[str]] = {}
        async with asyncio.timeout(10):
            async for line in self._lines:
                name, _, value = line.partition(":")
                if name:
                    fields.setdefault(name, []).append(value.removeprefix(" "))
                elif fields:
                    return Event(*("\n".join(fields.get(key, [])) for key in ("event", "data", "id")))
        raise EOFError

    async def until(self, words: str) -> Event:
        """The next fragment with these words."""
        while True:
            event = await self.next()
            if words in event.data:
                return event

    async def named(self, name: str) -> Event:
        while True:
            event = await self.next()
            if event.name == name:
                return event


@asynccontextmanager
async def live(client: httpx.AsyncClient, address: str, after: str = "", last: str = "") -> AsyncIterator[Stream]:
    headers = {"last-event-id": last} if last else {}
    async with client.stream("GET", address, params={"after": after} if after else {}, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Stream(answer.aiter_lines())


async def cursor(client: httpx.AsyncClient, address: str) -> str:
    return (await client.get(address)).text.partition('data-after="')[2].partition('"')[0]


async def test_a_new_message_comes_as_a_fragment_with_its_id(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    async with live(client, "/chat/events") as stream:
        await stream.named("working")
        await office.tell("liaison", digest())
        event = await stream.until("请反馈 2 项任务的进展")
    assert event.name == "part"
    assert event.data.lstrip().startswith('<article class="msg" id="mo1"')
    assert event.id == "0.1"
    assert any("怎么写" in form.buttons for form in Page(event.data).forms)


async def test_what_is_written_in_one_window_shows_in_the_other(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    async with live(client, "/chat/events") as stream:
        await say(client, "/chat", EXAMPLE)
        own = await stream.until("msg mine")
        assert EXAMPLE in own.data
        assert "记下了" in (await stream.until("记下了")).data


async def test_a_page_that_comes_back_gets_what_it_missed_and_nothing_else(
    office: Office, client: httpx.AsyncClient
) -> None:
    await log_in(client, office, "liaison")
    await office.tell("liaison", Outgoing("第一条"))
    await office.sent(1)
    async with live(client, "/chat/events") as stream:
        last = (await stream.until("第一条")).id
    await office.tell("liaison", Outgoing("第二条"))
    await office.sent(2)
    async with live(client, "/chat/events", last=last) as stream:
        assert "第二条" in (await stream.next()).data
        assert (await stream.next()).name == "working"


async def test_a_fresh_page_gets_nothing_twice(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    await office.tell("liaison", Outgoing("第一条"))
    await office.sent(1)
    async with live(client, "/chat/events", after=await cursor(client, "/chat")) as stream:
        assert (await stream.next()).name == "working"


async def test_a_cursor_of_nonsense_is_a_page_that_has_nothing(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    await office.tell("liaison", Outgoing("第一条"))
    await office.sent(1)
    for after in ("x", "1", "9" * 60, "-1.-1", "1.x"):
        async with live(client, "/chat/events", after=after) as stream:
            assert "第一条" in (await stream.next()).data


async def test_an_edited_message_comes_again_under_its_id(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    await office.tell("liaison", digest())
    await office.sent(1)
    async with live(client, "/chat/events", after=await cursor(client, "/chat")) as stream:
        await press(client, "/chat", "1 没变化")
        event = await stream.until("2 项都已反馈。")
    assert 'id="mo1"' in event.data
    assert "9:00 更新" in event.data


async def test_pressed_buttons_give_way_to_what_was_chosen(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    await say(client, "/chat", "改成每月最后一个工作日下午3点")
    async with live(client, "/chat/events", after=await cursor(client, "/chat")) as stream:
        await press(client, "/chat", "算了")
        event = await stream.until("已选“算了”")
    assert Page(event.data).forms == []


async def test_work_that_takes_a_while_is_shown_and_its_end_too(tmp_path: Path) -> None:
    async with open_office(tmp_path, answering=False) as office, browsing(office) as client:
        await log_in(client, office, "liaison")
        async with live(client, "/chat/events") as stream:
            await client.post("/chat/say", data=await fields(client, "这个数报到几月？"), headers={"x-live": "1"})
            assert [(await stream.named("working")).data for _ in range(2)] == ["off", "on"]
            await office.answer()
            assert (await stream.named("working")).data == "off"


async def test_who_logs_out_hears_nothing_more(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    async with live(client, "/chat/events") as stream:
        await stream.named("working")
        form = (await get(client, "/board")).form("/logout")
        cookie = client.cookies["duban"]
        await client.post(form.action, data=form.fields)
        assert cookie
        await office.tell("liaison", Outgoing("不该再看到"))
        assert (await stream.next()).name == "gone"


async def test_nobody_hears_anothers_messages(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    async with live(client, "/chat/events") as stream:
        await stream.named("working")
        await office.tell("leader", Outgoing("只给区领导"))
        await office.sent(1)
        await office.tell("liaison", Outgoing("给联络员"))
        assert "给联络员" in (await stream.next()).data


async def test_stopping_ends_the_streams(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    async with live(client, "/chat/events") as stream:
        await stream.named("working")
        await office.chat.close()
        try:
            await stream.named("never")
        except EOFError:
            ended = True
    assert ended


async def fields(client: httpx.AsyncClient, text: str) -> dict[str, str]:
    return {**(await get(client, "/chat")).form("/say").fields, "text": text}
