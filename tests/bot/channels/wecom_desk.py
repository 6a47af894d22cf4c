"""A WeCom server with one member, the app at its door, and what it took in."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from bot.channels.wecom_app import NotReceiving, WecomApp
from bot.message import Update
from tests.bot.channels.test_wecom_app_contract import app_of
from tests.servers.wecom_app import Doorstep, WecomServer
from tests.servers.wecom_seal import need_openssl

TEACHER = "WangLaoShi"


class Taken:
    """Keeps what a channel hands in; while the gate is shut it takes nothing."""

    def __init__(self) -> None:
        self.updates: list[Update] = []
        self.batches: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, updates: Sequence[Update]) -> None:
        await self.gate.wait()
        self.updates += updates
        self.batches.append(len(updates))


@contextlib.asynccontextmanager
async def server_with_teacher() -> AsyncIterator[WecomServer]:
    need_openssl()
    async with WecomServer() as server:
        server.member(TEACHER)
        yield server


@contextlib.asynccontextmanager
async def app_at(server: WecomServer) -> AsyncIterator[WecomApp]:
    app = app_of(server)
    async with Doorstep(app.verify, app.callback, NotReceiving) as doorstep:
        server.callback_url = doorstep.url
        yield app
    await app.close()
