"""Receiving, storing and answering, everything on disk, beside echo bots that store nothing; one interleaved run.

`python -m benchmarks.inbound [--updates 3000] [--rounds 3]`: updates a second and CPU an update, as ratios to
python-telegram-bot's own echo bot. Ours reads each message as a liaison's report, files it and echoes it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from benchmarks.flood import CHATS, FIRST_CHAT, TOKEN

ROOT = Path(__file__).resolve().parents[1]
UNIT = "民政局"
ASKED = "帮助"
REPORTED = "上门服务{}名"


@dataclass(frozen=True)
class Case:
    """What is run, and what people write to it."""

    label: str
    bot: str
    package: str
    text: str


CASES = (
    Case("echo, nothing stored", "ptb", "python-telegram-bot", ASKED),
    Case("a question answered", "duban", "duban", ASKED),
    Case("a report read and filed", "duban", "duban", REPORTED),
    Case("echo, nothing stored", "aiogram", "aiogram", ASKED),
)


@dataclass(frozen=True)
class Measured:
    """Updates a second, and CPU seconds of the bot's process for a thousand updates."""

    rate: float
    cpu: float


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def process(*arguments: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, cwd=ROOT, env={**os.environ, **environment},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


def prepare(path: Path) -> None:
    """A plan, and a liaison behind each chat of the flood."""
    from bot import access
    from data import plans
    from data.kinds import Role
    from data.models import Account
    from data.store import migrate, open_store
    from data.tables import read_table

    store = open_store(f"sqlite:///{path}")
    now = datetime.now(UTC)

    def work(session: Any) -> None:
        plans.apply(session, read_table(ROOT / "data/shipped/2021.txt", year=2021), now, None)
        unit = access.unit_named(session, UNIT)
        for number in range(CHATS):
            person = access.add_person(session, f"联络员{number}", Role.LIAISON, now, unit=unit)
            name = str(FIRST_CHAT + number)
            account = Account(channel="telegram", external_id=name, chat_id=name, created_at=now)
            session.add(account)
            session.flush()
            access.bind(session, account, person, now)

    migrate(store)
    store.write_now(work)
    store.close()


async def measure(case: Case, updates: int, template: Path) -> Measured:
    port = free_port()
    server = f"http://127.0.0.1:{port}"
    async with process("benchmarks.flood", str(port), str(updates), case.text), aiohttp.ClientSession() as http:
        with tempfile.TemporaryDirectory(prefix="duban-bench-") as folder:
            arguments, environment = command(case.bot, server, Path(folder), template)
            await answered(http, f"{server}/result")
            async with process(*arguments, **environment) as bot:
                await result(http, server, "polled", bot)
                before = psutil.Process(bot.pid).cpu_times()
                await http.post(f"{server}/go")
                found = await result(http, server, "done", bot)
                after = psutil.Process(bot.pid).cpu_times()
    cpu = after.user + after.system - before.user - before.system
    return Measured(updates / found["seconds"], cpu / updates * 1000)


def command(peer: str, server: str, folder: Path, template: Path) -> tuple[list[str], Mapping[str, str]]:
    if peer != "duban":
        return ["benchmarks.echo_bots", peer, server], {}
    database = folder / "duban.db"
    database.write_bytes(template.read_bytes())
    return ["benchmarks.unpaced"], {
        "DUBAN_DATABASE__URL": f"sqlite:///{database}",
        "DUBAN_WEB__ENABLED": "false",
        "DUBAN_TELEGRAM__TOKEN": TOKEN,
        "DUBAN_TELEGRAM__BASE_URL": f"{server}/bot",
        "DUBAN_LOG__LEVEL": "ERROR",
    }


async def answered(http: aiohttp.ClientSession, url: str) -> None:
    while True:
        try:
            await http.get(url)
        except aiohttp.ClientError:
            await asyncio.sleep(0.02)
        else:
            return


async def result(http: aiohttp.ClientSession, server: str, key: str, bot: asyncio.subprocess.Process) -> dict[str, Any]:
    """The flood's result as soon as `key` holds."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        if bot.returncode is not None:
            raise RuntimeError("the bot ended")
        async with http.get(f"{server}/result") as answer:
            found: dict[str, Any] = await answer.json()
        if found[key]:
            return found
        await asyncio.sleep(0.05)
    raise TimeoutError(key)


async def run(updates: int, rounds: int) -> dict[Case, list[Measured]]:
    found: dict[Case, list[Measured]] = {case: [] for case in CASES}
    with tempfile.TemporaryDirectory(prefix="duban-bench-") as folder:
        template = Path(folder) / "template.db"
        await asyncio.to_thread(prepare, template)
        for _ in range(rounds):
            for case in CASES:
                found[case].append(await measure(case, updates, template))
    return found


def show(found: Mapping[Case, list[Measured]], updates: int) -> None:
    anchor, anchor_cpu = medians(found[CASES[0]])
    print(
        f"{updates} updates, medians of {len(found[CASES[0]])} interleaved rounds; Python {platform.python_version()}"
    )
    print(f"{'':52}{'updates/s':>12}{'ratio':>8}{'CPU ms':>10}{'ratio':>8}")
    for case, measured in found.items():
        rate, cpu = medians(measured)
        name = f"{case.package} {version(case.package)}: {case.label}"
        print(f"{name:52}{rate:>12.0f}{rate / anchor:>8.2f}{cpu:>10.2f}{cpu / anchor_cpu:>8.2f}")


def medians(measured: Sequence[Measured]) -> tuple[float, float]:
    return statistics.median(m.rate for m in measured), statistics.median(m.cpu for m in measured)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    told = parser.parse_args()
    show(asyncio.run(run(told.updates, told.rounds)), told.updates)


if __name__ == "__main__":
    main()
