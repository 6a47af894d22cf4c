"""Both ways of WeCom in a whole bot: doors, database and channels are real, only WeCom is the tests' own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import access
from bot.channels.wecom_aibot import WecomAibot
from bot.channels.wecom_app import NotReceiving
from bot.clock import Clock
from bot.compose import Bot, put_together, running
from bot.config import Settings
from bot.message import Channel, Outgoing
from bot.texts import texts
from data.kinds import Role
from data.models import Account, Inbox, Outbox, Person, PersonRole
from data.store import Store
from tests.bot.channels.test_wecom_app_contract import app_of
from tests.servers.waiting import until
from tests.servers.wecom_aibot import Person as Chatter
from tests.servers.wecom_aibot import WecomBotServer
from tests.servers.wecom_app import Doorstep, Member, WecomServer
from tests.servers.wecom_seal import need_openssl


@dataclass
class House:
    """A bot with both ways; the office's admin is `member` to the one and `chatter` to the other."""

    bot: Bot
    member: Member
    chatter: Chatter
    person_id: int

    async def invite(self) -> str:
        def work(session: Session) -> str:
            now = datetime.now(UTC)
            return access.make_invite(session, session.get_one(Person, self.person_id), now)[0]

        return str(await self.bot.write(work))

    async def tells(self, text: str) -> None:
        """The bot says something to the person by itself, wherever it reaches the person."""
        outgoing = Outgoing(text, person_id=self.person_id)
        await self.bot.write(lambda session: self.bot.postbox.enqueue(session, outgoing, datetime.now(UTC)))

    async def an_hour_passes(self) -> None:
        """As far as the accounts know: who spoke last is noted once a minute."""

        def work(session: Session) -> None:
            for account in session.scalars(select(Account)):
                account.last_heard_at = account.last_heard_at and account.last_heard_at - timedelta(hours=1)

        await self.bot.write(work)

    def by_app(self) -> list[str]:
        return [shown.text for shown in self.member.log]

    def by_bot(self) -> list[str]:
        return [shown.text for shown in self.chatter.private.log]


def an_admin(session: Session) -> int:
    person = Person(name="林岚", language="zh-CN", created_at=datetime.now(UTC))
    person.roles.append(PersonRole(role=Role.ADMIN))
    session.add(person)
    session.flush()
    return person.id


@asynccontextmanager
async def house_of(store: Store) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(WecomServer())
        line = await stack.enter_async_context(WecomBotServer())
        app = app_of(server)
        channels: dict[str, Channel] = {
            "wecom_app": app,
            "wecom_aibot": WecomAibot(line.bot_id, line.secret, line.url),
        }
        doorstep = await stack.enter_async_context(Doorstep(app.verify, app.callback, NotReceiving))
        server.callback_url = doorstep.url
        server.ahead = 5  # with its whole seconds what is said would count as said before what was bound just now
        settings = Settings()
        bot = put_together(settings, store, Clock(None, None), channels)
        person_id = await store.write(an_admin)
        await stack.enter_async_context(running(bot))
        yield House(bot, server.member("LinLan"), line.person("LinLan"), person_id)


@pytest.fixture
async def house(store: Store) -> AsyncIterator[House]:
    need_openssl()
    async with house_of(store) as house:
        yield house


async def test_a_stranger_is_told_once_by_either_way(house: House) -> None:
    sentence = texts("zh-CN").say("welcome.stranger_may_ask")
    await house.member.says("你好")
    await house.chatter.says("你好")
    await until(lambda: house.by_app() and house.by_bot())
    assert (house.by_app(), house.by_bot()) == ([sentence], [sentence])


async def test_one_person_by_both_ways_hears_everything_once_and_where_the_last_word_was(house: House) -> None:
    await house.member.says(await house.invite())
    await until(lambda: any("已绑定" in text for text in house.by_app()))
    await house.chatter.says(await house.invite())
    await until(lambda: any("已绑定" in text for text in house.by_bot()))
    await house.tells("一")
    await until(lambda: "一" in house.by_bot())
    await house.an_hour_passes()
    await house.member.says("帮助")
    await until(lambda: len(house.by_app()) > 1)
    await house.tells("二")
    await until(lambda: "二" in house.by_app())
    assert "一" not in house.by_app()
    assert "二" not in house.by_bot()


async def test_whom_the_one_way_no_longer_reaches_is_reached_by_the_other(house: House) -> None:
    await house.member.says(await house.invite())
    await until(house.by_app)
    await house.chatter.says(await house.invite())
    await until(house.by_bot)
    house.chatter.private.closed = True
    await house.tells("要紧")
    await until(lambda: "要紧" in house.by_app())

    def reasons(session: Session) -> list[str | None]:
        return list(session.scalars(select(Account.blocked_reason).where(Account.channel == "wecom_aibot")))

    assert await house.bot.store.read(reasons) == ["not_spoken"]
    house.chatter.private.closed = False
    await house.chatter.says("帮助")
    await until(lambda: len(house.by_bot()) > 1)


async def test_what_wecom_brings_again_is_answered_once(house: House) -> None:
    server = house.member.server
    xml = house.member.xml("text", "<Content><![CDATA[你好]]></Content><MsgId>7300000000000000999</MsgId>")
    for _ in range(3):
        assert await server.call_back(xml) == 200
    await house.chatter.says("你好")
    await house.chatter.server.again()
    await until(lambda: house.by_app() and house.by_bot())

    def counts(session: Session) -> tuple[int, int]:
        return session.query(Inbox).count(), session.query(Outbox).count()

    assert await house.bot.store.read(counts) == (2, 2)
