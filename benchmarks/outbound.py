"""Sending without limits: our sender, each send recorded on disk, beside peers that record nothing; interleaved.

`python -m benchmarks.outbound [--messages 3000] [--rounds 3]`: everybody sends as many messages with 32 calls in
flight to the same lean server (`benchmarks.flood`), stock python-telegram-bot and aiogram by their own clients. Ours
takes them from outbox rows, claims each, sends it and writes down the provider's message id (`synchronous=FULL`).
"""

from __future__ import annotations

import argparse
import asyncio
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version

import aiohttp

from benchmarks.flood import FIRST_CHAT, TOKEN
from benchmarks.inbound import answered, free_port, process

AT_ONCE = 32
PEERS = {"ptb": "python-telegram-bot", "duban": "duban", "aiogram": "aiogram"}
WORDS = "慢病干预：累计管理 1,200 人，还差 300 人，预计 11 月底完成。"
CHATS = 500


Spent = tuple[float, float]


class Watch:
    """Seconds, and CPU seconds of this process, since it was made."""

    def __init__(self) -> None:
        self._began, self._cpu = time.perf_counter(), time.process_time()

    def spent(self) -> Spent:
        return time.perf_counter() - self._began, time.process_time() - self._cpu


# Each sends so many messages, and gives what that took ---------------------------------------------------------


async def ptb(server: str, count: int) -> Spent:
    from telegram import Bot
    from telegram.request import HTTPXRequest

    request = HTTPXRequest(connection_pool_size=AT_ONCE)
    async with Bot(TOKEN, base_url=f"{server}/bot", request=request) as bot:
        return await at_once(count, lambda chat: bot.send_message(chat, WORDS))


async def aiogram(server: str, count: int) -> Spent:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    async with Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(server))) as bot:
        return await at_once(count, lambda chat: bot.send_message(chat, WORDS))


async def at_once(count: int, send: Callable[[int], Awaitable[object]]) -> Spent:
    chats = iter(FIRST_CHAT + number % CHATS for number in range(count))

    async def work() -> None:
        for chat in chats:
            await send(chat)

    await send(FIRST_CHAT)
    watch = Watch()
    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return watch.spent()


async def duban(server: str, count: int) -> Spent:
    from bot import logs
    from bot.channels.telegram import Telegram
    from bot.message import Limits
    from bot.sender import Sender
    from data.store import migrate, open_store

    logs.set_up("ERROR", json_lines=False, secrets=())
    channel = Telegram(TOKEN, f"{server}/bot")
    channel.limits = Limits(in_flight=AT_ONCE)
    with tempfile.TemporaryDirectory(prefix="duban-out-") as folder:
        store = await asyncio.to_thread(open_store, f"sqlite:///{folder}/duban.db")
        await asyncio.to_thread(migrate, store)
        await store.write(lambda session: fill(session, channel, count))
        await channel.check()
        sender = Sender(store, channel, lambda: datetime.now(UTC))
        watch = Watch()
        running = asyncio.create_task(sender.run())
        while await store.read(unsent):
            await asyncio.sleep(0.02)
        spent = watch.spent()
        await sender.stop()
        await running
        await channel.close()
        await asyncio.to_thread(store.close)
    return spent


def fill(session: object, channel: object, count: int) -> None:
    from sqlalchemy.orm import Session

    from bot.channels.telegram import Telegram
    from bot.message import Outgoing
    from bot.outbox import Postbox
    from data.models import Account

    assert isinstance(session, Session)
    assert isinstance(channel, Telegram)
    now, postbox = datetime.now(UTC), Postbox({channel.name: channel.split})
    accounts = []
    for number in range(CHATS):
        name = str(FIRST_CHAT + number)
        account = Account(channel=channel.name, external_id=name, chat_id=name, created_at=now)
        session.add(account)
        accounts.append(account)
    session.flush()
    for number in range(count):
        postbox.enqueue(session, Outgoing(WORDS), now, account=accounts[number % CHATS])


def unsent(session: object) -> bool:
    from sqlalchemy import text
    from sqlalchemy.orm import Session

    assert isinstance(session, Session)
    return session.scalar(text("SELECT 1 FROM outbox WHERE state IN ('queued', 'claimed') LIMIT 1")) is not None


# The rounds ------------------------------------------------------------------------------------------------


async def measure(peer: str, count: int) -> tuple[float, float]:
    """Messages a second, CPU milliseconds each, of a process of its own."""
    port = free_port()
    server = f"http://127.0.0.1:{port}"
    async with process("benchmarks.flood", str(port), "1", "x"), aiohttp.ClientSession() as http:
        await answered(http, f"{server}/result")
        own = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.outbound", "--own", peer, server, str(count),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        told, _ = await own.communicate()
        async with http.get(f"{server}/result") as answer:
            sends = (await answer.json())["sends"]
    assert count <= sends <= count + 1, f"{peer} sent {sends} of {count}"
    seconds, cpu = map(float, told.split())
    return count / seconds, cpu / count * 1000


def own(peer: str, server: str, count: int) -> None:
    send = {"ptb": ptb, "aiogram": aiogram, "duban": duban}[peer]

    print(*asyncio.run(send(server, count)))


def show(found: Mapping[str, Sequence[tuple[float, float]]], count: int) -> None:
    print(f"{count} messages, {AT_ONCE} at once, medians; Python {platform.python_version()}")
    print(f"{'':34}{'messages/s':>12}{'ratio':>8}{'CPU ms':>10}")
    anchor = statistics.median(rate for rate, _ in found["aiogram"])
    for peer, measured in found.items():
        rate, cpu = (statistics.median(values) for values in zip(*measured, strict=True))
        print(f"{PEERS[peer] + ' ' + version(PEERS[peer]):34}{rate:>12.0f}{rate / anchor:>8.2f}{cpu:>10.2f}")


async def rounds(count: int, times: int) -> dict[str, list[tuple[float, float]]]:
    found: dict[str, list[tuple[float, float]]] = {peer: [] for peer in PEERS}
    for _ in range(times):
        for peer, measured in found.items():
            measured.append(await measure(peer, count))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--own", nargs=3, metavar=("PEER", "SERVER", "COUNT"), help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.own:
        own(told.own[0], told.own[1], int(told.own[2]))
        return
    show(asyncio.run(rounds(told.messages, told.rounds)), told.messages)


if __name__ == "__main__":
    main()
