"""The real process: it stops within ten seconds and loses nothing, goes on where it stopped, and says what it found."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.proof.kills import ALLOWED, ROOT, Scene, scene, start_bot, unfinished

STOPS_WITHIN = 10.0


async def talk(made: Scene, count: int) -> None:
    """Each of the first people says a number of their own."""
    for number, (user, sentence) in enumerate(list(made.talkers.items())[:count], 1):
        text = sentence.format(number)
        await made.server.control("says", user=user, text=text)
        made.said.append((user, text))


async def until_sent(made: Scene, count: int) -> None:
    async with asyncio.timeout(60):
        while len(await made.server.control("journal")) < count:
            await asyncio.sleep(0.02)


async def stopped(bot: asyncio.subprocess.Process) -> float:
    """Seconds from SIGTERM to its end; it ends as it should."""
    began = time.monotonic()
    bot.send_signal(signal.SIGTERM)
    async with asyncio.timeout(STOPS_WITHIN):
        assert await bot.wait() == 0
    return time.monotonic() - began


async def settled(made: Scene, bot: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(60):
        while await asyncio.to_thread(unfinished, made):
            assert bot.returncode is None, f"the bot ended by itself: {bot.returncode}"
            await asyncio.sleep(0.05)


async def duban(made: Scene, *arguments: str) -> tuple[int, str]:
    """A command beside the bot: its exit code and what it printed."""
    environment = {name: os.environ[name] for name in ALLOWED if name in os.environ} | {"DUBAN_DATABASE__URL": made.url}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, env=environment, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await process.communicate()
    return process.returncode or 0, told.decode()


async def status(made: Scene) -> dict[str, Any]:
    code, told = await duban(made, "status", "--json")
    assert code == 0, told
    found: dict[str, Any] = json.loads(told)["bot"]
    return found


@asynccontextmanager
async def bot_of(made: Scene) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await start_bot(made)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_signal_ends_it_soon_and_the_next_start_goes_on(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        async with bot_of(made) as bot:
            await talk(made, 20)
            await until_sent(made, 1)
            await stopped(bot)
        await talk(made, 10)
        async with bot_of(made) as bot:
            await settled(made, bot)
            assert len(await made.server.control("journal")) == 30
            await stopped(bot)
        known = await status(made)
    assert known["found"]["crashed"] is False
    assert known["stopped_at"] is not None


async def test_a_provider_that_never_answers_does_not_hold_up_the_end(tmp_path: Path) -> None:
    """What hangs is given up and goes again after the next start: repeated, never lost."""
    async with scene(tmp_path) as made:
        await made.server.control("fault", method="sendMessage", faults=["hang"] * 5)
        async with bot_of(made) as bot:
            await talk(made, 5)
            await until_sent(made, 5)
            await stopped(bot)
        async with bot_of(made) as bot:
            await settled(made, bot)
            assert len(await made.server.control("journal")) == 10
            await stopped(bot)


async def test_after_a_kill_it_says_what_it_found(tmp_path: Path) -> None:
    async with scene(tmp_path) as made:
        await made.server.control("fault", method="sendMessage", faults=["hang"] * 3)
        async with bot_of(made) as bot:
            await talk(made, 3)
            await until_sent(made, 3)
            bot.kill()
            await bot.wait()
        async with bot_of(made) as bot:
            await settled(made, bot)
            known = await status(made)
            _code, words = await duban(made, "status")
    assert known["found"]["crashed"] is True
    assert known["found"]["released"] == 3
    assert "上次没有正常停止" in words
    assert "发到一半的 3 条重新发" in words


async def test_a_second_bot_on_the_same_database_says_so_and_leaves(tmp_path: Path) -> None:
    async with scene(tmp_path) as made, bot_of(made) as first:
        await talk(made, 1)
        await until_sent(made, 1)
        code, told = await duban(made, "run")
        assert code == 1
        assert "已有一个督办在使用这个数据库" in told
        assert first.returncode is None


async def test_a_backup_is_taken_beside_a_bot_at_work_and_a_restore_is_refused(tmp_path: Path) -> None:
    async with scene(tmp_path) as made, bot_of(made) as bot:
        await talk(made, 10)
        await until_sent(made, 1)
        code, told = await duban(made, "backup", "-o", str(tmp_path / "copy.db"))
        assert code == 0, told
        assert bot.returncode is None
        refused, why = await duban(made, "restore", str(tmp_path / "copy.db"), "--yes")
        assert refused == 1, (why, bot.returncode)
        assert "已有一个督办" in why
        await settled(made, bot)
        await stopped(bot)


@pytest.mark.parametrize("faults", [{"duplicates": 0.5, "shuffles": 0.5}])
async def test_updates_that_come_twice_or_out_of_order_are_stored_once(
    tmp_path: Path, faults: dict[str, float]
) -> None:
    async with scene(tmp_path) as made:
        await made.server.control("faults", **faults)
        async with bot_of(made) as bot:
            await talk(made, 30)
            await settled(made, bot)
            assert len(await made.server.control("journal")) == 30
            await stopped(bot)
