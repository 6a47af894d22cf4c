"""The whole bot as it is configured for WeCom: both ways, Telegram beside them, callbacks over its own web server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import access, compose, contacts
from bot.config import Settings
from bot.contacts import PersonDraft
from bot.office import clock_of
from bot.pages import app_of
from data import plans, queries
from data.kinds import OutboxState
from data.models import Outbox
from data.tables import read_table
from scheduler import schedules
from tests.end_to_end.office import TABLE
from tests.servers import wecom_aibot
from tests.servers.bot_api import BotApi
from tests.servers.wecom_aibot import WecomBotServer
from tests.servers.wecom_app import Member, WecomServer

T = TypeVar("T")
START = datetime(2021, 9, 26, 9, 1)  # noqa: DTZ001 - the office's wall time, a minute after the round's
PATIENCE = 15.0
USERIDS = {"wanglaoshi": "WangLaoShi", "chengang": "ChenGang", "linlan": "LinLan"}  # as WeCom spells them


class Shown(Protocol):
    text: str
    card: dict[str, Any] | None


@dataclass
class Talk:
    """A person in WeCom, by one of the two ways: what is shown there is heard once, in order."""

    person: Member | wecom_aibot.Person
    read: int = 0

    @property
    def log(self) -> Sequence[Shown]:
        return self.person.log if isinstance(self.person, Member) else self.person.private.log

    async def says(self, text: str) -> None:
        await self.person.says(text)

    async def presses(self, label: str) -> None:
        await self.person.presses(label)

    async def hears(self, words: str, *, card: bool | None = None) -> Shown:
        """Wait for a message that was not yet heard; what came before it counts as heard too."""

        def found() -> Shown | None:
            for place in range(self.read, len(self.log)):
                shown = self.log[place]
                if words in shown.text and card in (None, shown.card is not None):
                    self.read = place + 1
                    return shown
            return None

        try:
            async with asyncio.timeout(PATIENCE):
                while (shown := found()) is None:
                    await asyncio.sleep(0.02)
                return shown
        except TimeoutError:
            came = [shown.text for shown in self.log[self.read :]]
            raise TimeoutError(f"did not hear {words!r} but {came!r}") from None

    def labels(self) -> list[str]:
        """What the newest card offers: buttons, then the options of its list."""
        card = next(shown.card for shown in reversed(self.log) if shown.card is not None)
        options = card.get("button_selection", {}).get("option_list", [])
        return [button["text"] for button in card["button_list"]] + [option["text"] for option in options]

    def texts(self) -> list[str]:
        return [shown.text for shown in self.log]


@dataclass
class House:
    bot: compose.Bot
    app: WecomServer
    line: WecomBotServer
    telegram: BotApi
    address: str
    talks: dict[str, Talk] = field(default_factory=dict)

    def by_app(self, userid: str) -> Talk:
        return Talk(self.app.members.get(userid.lower()) or self.app.member(userid))

    def by_bot(self, userid: str) -> Talk:
        return Talk(self.line.person(userid))

    async def invites(self, name: str) -> str:
        def work(session: Session) -> str:
            person = access.one_person(session, name)
            return access.make_invite(session, person, self.bot.clock())[0]

        return await self.write(work)

    async def write(self, fn: Callable[[Session], T]) -> T:
        result: T = await self.bot.write(fn)
        return result

    async def settles(self) -> None:
        """Until everything that was queued is marked as sent."""
        query = select(func.count()).where(Outbox.state.in_((OutboxState.QUEUED, OutboxState.CLAIMED)))
        async with asyncio.timeout(PATIENCE):
            while await self.read(lambda session: session.scalar(query)):
                await asyncio.sleep(0.02)

    async def read(self, fn: Callable[[Session], T]) -> T:
        return await self.bot.store.read(fn)


def settings_for(
    folder: Path, app: WecomServer, line: WecomBotServer, telegram: BotApi | None = None, **other: Any
) -> Settings:
    sections: dict[str, Any] = {
        "database": {"url": f"sqlite:///{folder / 'duban.db'}"},
        "web": {"enabled": False},
        "wecom_app": {
            "corp_id": app.corp_id,
            "agent_id": app.agent_id,
            "secret": app.secret,
            "token": app.token,
            "encoding_aes_key": app.aes_key,
            "api_base": app.url,
        },
        "wecom_aibot": {"bot_id": line.bot_id, "secret": line.secret, "url": line.url},
        "clock": {"start": START, "allow": True},
    }
    if telegram is not None:
        sections["telegram"] = {
            "token": telegram.token,
            "base_url": telegram.base_url,
            "base_file_url": telegram.base_file_url,
        }
    return Settings.model_validate(sections | other)


@asynccontextmanager
async def running_house(folder: Path, people: Sequence[PersonDraft] = (), **other: Any) -> AsyncIterator[House]:
    """The shipped table is loaded, with the people and the default schedule, whose first round is due."""
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(WecomServer())
        for person in people:
            app.member(USERIDS.get(person.wecom or "", person.wecom or ""))
        line = await stack.enter_async_context(WecomBotServer())
        telegram = await stack.enter_async_context(BotApi())
        settings = settings_for(folder, app, line, telegram, **other)
        opening = compose.opened(settings)
        store = await asyncio.to_thread(opening.__enter__)
        stack.push_async_callback(asyncio.to_thread, opening.__exit__, None, None, None)
        bot = compose.put_together(settings, store, clock_of(settings), compose.make_channels(settings))
        await store.write(lambda session: _load(session, bot, people))
        sock = compose.listen("127.0.0.1", 0)
        await stack.enter_async_context(compose.serving(app_of(bot), sock))
        address = f"http://127.0.0.1:{sock.getsockname()[1]}"
        app.callback_url = f"{address}/wecom/app"
        await stack.enter_async_context(compose.running(bot))
        yield House(bot, app, line, telegram, address)


def _load(session: Session, bot: compose.Bot, people: Sequence[PersonDraft]) -> None:
    now = bot.clock() - timedelta(minutes=5)
    plans.apply(session, read_table(TABLE, year=2021), now, None)
    plan = queries.current_plan(session)
    assert plan is not None
    contacts.apply_people(session, people, now, channels=bot.channels)
    schedules.default_schedule(session, plan, now, bot.office)
