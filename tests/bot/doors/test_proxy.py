"""`network.proxy` is asked for every call that leaves the machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from bot import compose
from bot.config import Settings
from bot.health import Part
from bot.watch import Watch
from data.errors import UserError
from data.store import Store
from tests.bot.doors.test_watch import Bench

TELEGRAM = {"token": "1:AAtestOnly", "base_url": "https://telegram.invalid/bot"}
APP = {"corp_id": "ww1", "agent_id": "1", "secret": "s", "api_base": "https://app.invalid"}
AIBOT = {"bot_id": "b", "secret": "s", "url": "wss://bot.invalid"}


@asynccontextmanager
async def proxying() -> AsyncIterator[tuple[str, list[str]]]:
    """A proxy that notes what it is asked for, and refuses it."""
    asked: list[str] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            asked.append(head.split(b" HTTP/")[0].decode())
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked


@pytest.mark.parametrize(
    ("section", "host"),
    [({"telegram": TELEGRAM}, "telegram"), ({"wecom_app": APP}, "app"), ({"wecom_aibot": AIBOT}, "bot")],
)
async def test_every_channel_goes_by_the_proxy(section: dict[str, dict[str, str]], host: str) -> None:
    async with proxying() as (proxy, asked):
        settings = Settings.model_validate({"web": {"enabled": False}, "network": {"proxy": proxy}, **section})
        (channel,) = compose.make_channels(settings).values()
        with pytest.raises(UserError):
            await channel.check()  # type: ignore[attr-defined]
        await channel.close()
    assert asked
    assert set(asked) == {f"CONNECT {host}.invalid:443"}


async def test_the_watchdog_is_called_by_the_proxy(store: Store, tmp_path: Path) -> None:
    async with proxying() as (proxy, asked):
        bench = Bench(store, tmp_path, watchdog={"url": "http://localhost/ping"}, network={"proxy": proxy})
        await Watch(bench.bot)._ping([Part("ticker", 0.0)])
    assert asked == ["GET http://localhost/ping"]
