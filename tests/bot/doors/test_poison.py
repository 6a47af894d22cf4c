"""A message that makes a handler fail is set aside: the person hears once, admins see it, the queue goes on."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import access, aside
from bot.conversation import Conversation
from bot.handlers import route
from bot.inbox import DEATHS, Door
from bot.inbox_rows import AGES, claim_left, claim_one, left_behind, store_updates
from bot.message import Payload
from bot.outbox import Postbox
from data.kinds import Role
from data.models import Account, Button, Inbox, Outbox
from data.store import Store
from scheduler.office import Office
from tests.bot.doors.channel import NOW, PaperChannel, update
from tests.bot.doors.test_sender import Hands, until, watched

POISON = "毒药 60%"


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """While POISON is in the list, that text makes a handler fail; `errors` raised name no words."""
    poisons = [POISON]
    words = route.words

    def fails(context: Any, text: str) -> Any:
        if text in poisons:
            raise KeyError("no such thing")
        return words(context, text)

    monkeypatch.setattr(route, "words", fails)
    return poisons


def people(session: Session) -> None:
    for chat, name, role in (("a", "李敏", Role.LIAISON), ("b", "林岚", Role.ADMIN)):
        person = access.add_person(session, name, role, NOW)
        account = Account(channel="paper", external_id=chat, chat_id=chat, created_at=NOW)
        session.add(account)
        session.flush()
        access.bind(session, account, person, NOW)


class Desk:
    """A door with the real handlers behind it; `clock` stands still unless told."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock, self.channel = store, Hands(), PaperChannel()
        postbox = Postbox({"paper": self.channel.split})
        conversation = Conversation(postbox, Office(), {"paper": self.channel}, "zh-CN")
        handling = conversation.handling()
        self.door = Door(store, {"paper": self.channel}, handling, self.clock, lambda: None)

    async def takes(self, number: int, text: str, chat: str = "a", **more: object) -> None:
        await self.door.receive(self.channel)([update(number, text, chat, **more)])

    async def presses(self, number: int, label: str, chat: str = "b") -> None:
        token = await self.store.read(
            lambda session: session.scalars(
                select(Button.token).where(Button.label == label).order_by(Button.outbox_id.desc())
            ).first()
        )
        await self.takes(number, "", chat, kind="button", token=token)

    def later(self) -> None:
        self.clock.now += timedelta(minutes=1)
        self.door.wake()

    async def states(self) -> list[str]:
        return await self.store.read(lambda session: list(session.scalars(select(Inbox.state).order_by(Inbox.id))))

    async def settles(self, *wanted: str) -> None:
        async with asyncio.timeout(20):
            while await self.states() != list(wanted):
                self.later()
                await asyncio.sleep(0.01)

    async def told(self, chat: str) -> list[str]:
        rows = await self.store.read(
            lambda session: session.scalars(select(Outbox).where(Outbox.chat_id == chat).order_by(Outbox.id)).all()
        )
        return [Payload.from_json(row.payload).text for row in rows]


@asynccontextmanager
async def desk_again(store: Store) -> AsyncIterator[Desk]:
    """A process that was started after another one had died."""
    made = Desk(store)
    await made.door.look_back()
    task = asyncio.create_task(made.door.run())
    try:
        yield made
    finally:
        await made.door.stop()
        await task


@asynccontextmanager
async def desk(store: Store) -> AsyncIterator[Desk]:
    made = Desk(store)
    await store.write(people)
    task = asyncio.create_task(made.door.run())
    try:
        yield made
    finally:
        await made.door.stop()
        await task


async def test_after_three_tries_the_person_hears_once_and_the_queue_goes_on(
    any_store: Store, poisoned: list[str]
) -> None:
    async with desk(any_store) as here:
        await here.takes(1, POISON)
        await here.takes(2, "帮助")
        await here.settles("aside", "done")
        told = await here.told("a")
    assert len(told) == 2
    assert "原话已留存" in told[0]
    assert "您可以" not in told[0]
    row = await any_store.read(lambda session: session.scalars(select(Inbox).order_by(Inbox.id)).first())
    assert row is not None
    assert (row.tries, (row.error or "").partition(":")[0]) == (3, "KeyError")


async def test_admins_see_the_words_the_kind_of_error_and_a_button(store: Store, poisoned: list[str]) -> None:
    async with desk(store) as here:
        await here.takes(1, POISON)
        await here.settles("aside")
        (told,) = await here.told("b")
    assert POISON in told
    assert "李敏" in told
    assert "KeyError" in told
    labels = await store.read(lambda session: list(session.scalars(select(Button.label))))
    assert labels == ["再处理一次"]


async def test_run_again_handles_it_as_if_it_were_new(store: Store, poisoned: list[str]) -> None:
    async with desk(store) as here:
        await here.takes(1, POISON)
        await here.settles("aside")
        poisoned.clear()
        await here.presses(2, "再处理一次")
        await here.settles("done", "done")
        await here.presses(3, "再处理一次")
        await here.settles("done", "done", "done")
        admin = await here.told("b")
    assert "重新处理" in admin[1]
    assert "不在待处理里" in admin[2]


async def test_what_fails_again_is_set_aside_again_and_the_person_is_not_told_twice(
    store: Store, poisoned: list[str]
) -> None:
    async with desk(store) as here:
        await here.takes(1, POISON)
        await here.settles("aside")
        await here.presses(2, "再处理一次")
        await here.settles("aside", "done")
        assert len(await here.told("a")) == 1
        assert len(await here.told("b")) == 3


async def test_the_command_lists_what_is_set_aside(store: Store, poisoned: list[str]) -> None:
    async with desk(store) as here:
        await here.takes(1, "待处理", "b")
        await here.settles("done")
        await here.takes(2, POISON)
        await here.settles("done", "aside")
        await here.takes(3, "待处理", "b")
        await here.settles("done", "aside", "done")
        first, _notice, listed = await here.told("b")
    assert first == "没有待处理的消息。"
    assert re.search(rf"第 2 号 9月26日 9:\d\d 李敏（KeyError）：{POISON}", listed)


async def test_a_message_that_kills_the_process_again_and_again_is_set_aside(
    any_store: Store, poisoned: list[str]
) -> None:
    """Each start counts the try before it handles, and dies of it; after the tenth it is set aside."""
    before = Desk(any_store)
    await any_store.write(people)
    await before.takes(1, POISON)
    await before.takes(2, "帮助")
    now = NOW
    for start in range(DEATHS):
        upto = await any_store.write(partial(left_behind, now=now))
        claim = claim_one if start else claim_left
        if start:
            early = await any_store.write(partial(claim, upto=upto, now=now, most=9))
            assert early == [], "what was in hand when a process died waits, and its sender's messages with it"
            now += AGES[-1]
        claimed = await any_store.write(partial(claim, upto=1, now=now, most=9))
        assert claimed == [1], f"start {start}"
    started = Desk(any_store)
    poisoned[0] = "nobody handles it this time"
    await started.door.look_back()
    task = asyncio.create_task(started.door.run())
    await started.settles("aside", "done")
    await started.door.stop()
    await task
    assert "程序退出" in (await started.told("b"))[0]
    assert POISON in (await started.told("b"))[0]
    assert len(await started.told("a")) == 2


async def test_a_message_that_was_in_hand_by_chance_is_handled_after_a_while(any_store: Store) -> None:
    before = Desk(any_store)
    await any_store.write(people)
    await before.takes(1, "帮助")
    assert await any_store.write(partial(claim_left, upto=1, now=NOW, most=9)) == [1]
    async with desk_again(any_store) as started:
        await started.settles("done")


async def test_what_can_not_be_understood_is_set_aside_at_once_and_nobody_waits(store: Store) -> None:
    async with desk(store) as here:
        await here.takes(1, "x", kind="no such kind")
        await here.takes(2, "帮助")
        await here.settles("aside", "done")
        assert POISON not in await here.told("b")
        assert "ValueError" in (await here.told("b"))[0]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ('{"update_id": 1, "message": {"chat": {"id": 1}, "text": "完成60%"}}', "完成60%"),
        ('{"message": {"caption": "看图"}}', "看图"),
        ("no json", "no json"),
        ('{"a": ' * 100_000, None),
        ("长" * 1000, "长" * aside.SHOWN + "…"),
    ],
)
def test_the_words_are_found_in_any_stored_update(raw: str, words: str | None) -> None:
    found = aside.words_in(raw)
    assert len(found) <= aside.SHOWN + 1
    assert words is None or found == words


async def test_nobody_waits_for_a_message_of_somebody_else(store: Store, poisoned: list[str]) -> None:
    async with desk(store) as here:
        await here.takes(1, POISON)
        await here.takes(2, "帮助", "b")
        async with asyncio.timeout(20):
            while (await here.states())[1] != "done":
                await asyncio.sleep(0.01)
        assert await here.states() == ["new", "done"]


async def test_at_rest_the_door_looks_and_finds_what_another_process_stored(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.inbox.IDLE_SECONDS", 0.01)
    async with desk(store) as here:
        calls = watched(store, monkeypatch)
        await until(lambda: calls["read"] > 3)
        assert calls["write"] <= 1
        brought = [update(1, "帮助", "a")]
        await store.write(partial(store_updates, channel=here.channel, updates=brought, now=NOW))
        while await here.states() != ["done"]:
            await asyncio.sleep(0.01)
