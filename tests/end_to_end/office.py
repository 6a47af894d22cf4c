"""The whole bot in this process, on an SQLite file, speaking real HTTP to a Bot API server on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import access, compose
from bot.config import Settings
from bot.office import clock_of
from data import plans, queries
from data.kinds import Role
from data.models import Outbox
from data.tables import read_table
from scheduler import schedules
from tests.servers.bot_api import BotApi
from tests.servers.bot_people import Person

T = TypeVar("T")
TABLE = Path(__file__).resolve().parents[2] / "data" / "shipped" / "2021.txt"
START = datetime(2021, 9, 26, 8, 59, 58)  # noqa: DTZ001 - the office's wall time, just before a round opens


@dataclass
class Office:
    """A running bot and its Telegram."""

    bot: compose.Bot
    telegram: BotApi

    async def invites(self, name: str, role: Role, unit: str | None = None) -> str:
        """Add a person; the invite's code."""

        def work(session: Session) -> str:
            led = access.unit_named(session, unit) if unit else None
            person = access.add_person(session, name, role, self.bot.clock(), unit=led)
            return access.make_invite(session, person, self.bot.clock())[0]

        return await self.bot.store.write(work)

    async def joins(self, user: int, name: str, role: Role, unit: str | None = None) -> Person:
        """A person who has already sent the code."""
        code = await self.invites(name, role, unit)
        person = self.telegram.user(user, name)
        person.says(f"/start {code}")
        await person.hears("已绑定")
        return person

    async def settled(self) -> None:
        """Until everything queued is recorded as sent: a list counts as seen from then on."""
        async with asyncio.timeout(20):
            while await self.bot.store.read(_unsent):
                await asyncio.sleep(0.01)

    async def read(self, fn: Callable[[Session], T]) -> T:
        return await self.bot.store.read(fn)


def _unsent(session: Session) -> int:
    open_rows = select(func.count()).select_from(Outbox).where(Outbox.state.in_(("queued", "claimed")))
    return session.scalar(open_rows) or 0


def settings_for(folder: Path, telegram: BotApi, start: datetime | None = START) -> Settings:
    return Settings.model_validate(
        {
            "database": {"url": f"sqlite:///{folder / 'duban.db'}"},
            "web": {"enabled": False},
            "telegram": {
                "token": telegram.token,
                "base_url": telegram.base_url,
                "base_file_url": telegram.base_file_url,
            },
            "clock": {"start": start, "allow": True},
        }
    )


@asynccontextmanager
async def running_office(folder: Path, start: datetime | None = START) -> AsyncIterator[Office]:
    """The shipped table is loaded, with its default schedule; nobody has joined yet."""
    async with BotApi() as telegram:
        settings = settings_for(folder, telegram, start)
        opening = compose.opened(settings)
        store = await asyncio.to_thread(opening.__enter__)
        try:
            bot = compose.put_together(settings, store, clock_of(settings), compose.make_channels(settings))
            await store.write(lambda session: _load(session, bot))
            async with compose.running(bot):
                yield Office(bot, telegram)
        finally:
            await asyncio.to_thread(opening.__exit__, None, None, None)


def _load(session: Session, bot: compose.Bot) -> None:
    now = bot.clock()
    plans.apply(session, read_table(TABLE, year=2021), now, None)
    plan = queries.current_plan(session)
    assert plan is not None
    schedules.default_schedule(session, plan, now, bot.office)
