"""What breaks around the bot: a full or read-only disk, a locked database, a clock that is set. Nothing is lost."""

from __future__ import annotations

import asyncio
import json
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from bot import jumps
from bot.outbox import Postbox
from bot.sender import Sender
from data import store as stores
from data.models import Inbox, Outbox, Setting
from data.store import Store, migrate, open_store
from scheduler.office import Office
from tests.bot.doors.channel import NOW, PaperChannel, passing
from tests.bot.doors.test_life import bot_of, settled, stopped, talk, until_sent
from tests.bot.doors.test_poison import POISON, Desk, desk, people, poisoned
from tests.bot.doors.test_sender import Hands, plain, queue, sending, until
from tests.proof.kills import Scene, scene

__all__ = ["poisoned"]
LONG = "1 完成到60%，" + "困难是资金没有到位，" * 400


def _pragma(store: Store, statement: str) -> int:
    """On the writing connection itself: a transaction could not begin where it is read only."""
    with closing(store.writer.raw_connection()) as connection:
        found = connection.cursor().execute(f"PRAGMA {statement}").fetchone()
        return int(found[0]) if found else 0


async def pragma(store: Store, statement: str) -> int:
    return await asyncio.to_thread(_pragma, store, statement)


async def refused(here: Desk, number: int) -> None:
    """The provider is not told that the message was received."""
    with pytest.raises(OperationalError):
        await here.takes(number, LONG)


async def test_a_full_disk_refuses_what_comes_and_takes_it_when_there_is_room(store: Store) -> None:
    full = await pragma(store, "page_count")
    async with desk(store) as here:
        await pragma(store, f"max_page_count={full + 1}")
        for number in range(1, 4):
            await refused(here, number)
        await pragma(store, "max_page_count=1000000")
        for number in range(1, 4):
            await here.takes(number, "帮助")
        await here.settles("done", "done", "done")


async def test_what_is_on_disk_waits_while_it_is_full_and_no_try_is_counted(store: Store) -> None:
    here = Desk(store)
    await store.write(people)
    await here.takes(1, "帮助")
    await pragma(store, "query_only=ON")
    task = asyncio.create_task(here.door.run())
    with capture_logs() as logs:
        await until(lambda: any(each["event"] == "inbox_turn_failed" and each["passing"] for each in logs))
    await pragma(store, "query_only=OFF")
    await here.settles("done")
    await here.door.stop()
    await task
    assert await store.read(lambda session: session.scalars(select(Inbox.tries)).one()) == 0


async def test_a_read_only_database_refuses_what_comes(store: Store) -> None:
    async with desk(store) as here:
        await pragma(store, "query_only=ON")
        await refused(here, 1)
        await pragma(store, "query_only=OFF")
        await here.takes(1, "帮助")
        await here.settles("done")


async def test_sent_messages_are_marked_once_the_disk_has_room_again(store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    channel.hold.clear()
    await queue(store, *plain("1"))
    async with sending(store, channel, clock):
        await until(lambda: channel.in_flight)
        await pragma(store, "query_only=ON")
        with capture_logs() as logs:
            channel.hold.set()
            await until(lambda: any(each["event"] == "outbox_turn_failed" for each in logs))
        await pragma(store, "query_only=OFF")
        await until(lambda: channel.sent)
    assert channel.texts() == ["1"]
    states = await store.read(lambda session: session.scalars(select(Outbox.state)).all())
    assert states == ["sent"]


HOLDER = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
held.execute("ROLLBACK")
"""


async def test_a_database_locked_by_another_process_is_waited_for(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "BUSY_SECONDS", 0.1)
    opened = await asyncio.to_thread(open_store, sqlite_url)
    await asyncio.to_thread(migrate, opened)
    async with desk(opened) as here:
        path = str(opened.sqlite_path)
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert holder.stdout is not None
        await asyncio.to_thread(holder.stdout.readline)
        await refused(here, 1)
        await asyncio.to_thread(holder.communicate, "\n")
        await here.takes(1, "帮助")
        await here.settles("done")
    await asyncio.to_thread(opened.close)


def limit(pid: int, size: int) -> None:
    """The largest file that a running process may write."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


async def polls(made: Scene) -> int:
    return len(await made.server.control("calls", method="getUpdates"))


async def test_a_bot_whose_disk_is_full_confirms_nothing_and_loses_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path) as made, bot_of(made) as bot:
        await talk(made, 3)
        await until_sent(made, 3)
        await settled(made, bot)
        limit(bot.pid, 4096)
        await talk(made, 10)
        before = await polls(made)
        async with asyncio.timeout(60):
            while await polls(made) < before + 2:
                await asyncio.sleep(0.05)
        assert (await made.server.control("counts"))["pending"] > 0
        assert bot.returncode is None
        limit(bot.pid, resource.RLIM_INFINITY)
        await settled(made, bot)
        await stopped(bot)


# The clock -------------------------------------------------------------------------------------------------


async def test_a_clock_set_back_does_not_make_what_failed_wait_for_a_day(store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    channel.failures["a"] = [passing(retry_after=60)]
    await queue(store, *plain("1"))
    async with sending(store, channel, clock) as sender:
        await until(lambda: not channel.failures["a"])

        def waits(session: Session) -> bool:
            return session.scalars(select(Outbox.tries)).one() == 1

        async with asyncio.timeout(20):
            while not await store.read(waits):
                await asyncio.sleep(0.01)
        clock.now -= timedelta(days=1)
        back = timedelta(days=-1)
        assert await store.write(lambda session: jumps.settle(session, back, clock.now, Office(), Postbox())) == 1
        clock.now += timedelta(seconds=61)
        await until(lambda: channel.sent, sender.wake)
    assert channel.texts() == ["1"]


async def test_a_clock_set_forward_changes_no_wait(store: Store) -> None:
    forward = timedelta(days=1)
    assert await store.write(lambda session: jumps.settle(session, forward, NOW, Office(), Postbox())) == 0


async def test_a_message_said_in_the_future_is_read_as_of_its_arrival(store: Store) -> None:
    async with desk(store) as here:
        here.clock.now = NOW - timedelta(days=3)
        await here.takes(1, "帮助")
        await here.settles("done")
        assert await here.told("a")


# What is logged of it --------------------------------------------------------------------------------------


async def test_the_log_follows_a_message_through_its_stations_without_its_words(
    store: Store, poisoned: list[str]
) -> None:
    with capture_logs() as logs:
        async with desk(store) as here:
            await here.takes(7, "帮助")
            await here.takes(8, POISON)
            await here.settles("done", "aside")
            sender = Sender(store, here.channel, here.clock)
            task = asyncio.create_task(sender.run())
            await until(lambda: len(here.channel.sent) == 3)
            await sender.stop()
            await task
    (stored,) = [each for each in logs if each["event"] == "updates_stored" and "7" in each["update_ids"]]
    (handled,) = [each for each in logs if each["event"] == "message_handled" and each["update_id"] == "7"]
    queued = [each for each in logs if each["event"] == "message_queued" and each["inbox_id"] == handled["inbox_id"]]
    sent = {each["outbox_id"] for each in logs if each["event"] == "message_sent"}
    assert stored["channel"] == "paper"
    assert {each["outbox_id"] for each in queued} <= sent
    failed = [each for each in logs if each["event"] == "message_failed"]
    assert [each["tries"] for each in failed] == [1, 2, 3]
    assert any("test_poison.py" in place for place in failed[0]["at"])
    written = json.dumps(logs, ensure_ascii=False, default=str)
    assert not any(words in written for words in (POISON, "李敏", "no such thing", "您可以"))


def _keep_two(session: Session, number: int) -> None:
    session.add_all(Setting(key=f"{each}{number}", value=number) for each in "ab")


def test_a_power_cut_at_any_byte_of_the_journal_leaves_whole_transactions(tmp_path: Path) -> None:
    """What was committed before the cut is there, of what came after nothing is: the disk holds the database and its
    journal as far as it was written."""
    database, journal = tmp_path / "duban.db", tmp_path / "duban.db-wal"
    store = open_store(f"sqlite:///{database}")
    migrate(store)
    _pragma(store, "wal_checkpoint(TRUNCATE)")
    written = []
    for number in range(12):
        store.write_now(partial(_keep_two, number=number))
        written.append(journal.stat().st_size)
    kept, whole = journal.read_bytes(), database.read_bytes()
    store.close()
    for cut in range(written[0], len(kept) + 1, 1777):
        (tmp_path / "cut.db").write_bytes(whole)
        (tmp_path / "cut.db-wal").write_bytes(kept[:cut])
        with closing(sqlite3.connect(tmp_path / "cut.db")) as after:
            assert after.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            found = after.execute("SELECT count(*) FROM setting WHERE key GLOB '[ab]*'").fetchone()
        assert found == (2 * sum(size <= cut for size in written),)
