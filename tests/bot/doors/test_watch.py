"""How the bot is, and who is told when a part of it is not well."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot import access, compose, health, unreached
from bot.channels.web import WebChat
from bot.config import Settings
from bot.health import Part
from bot.message import Payload
from bot.metrics import exposition
from bot.outbox import Postbox
from bot.watch import Watch
from data.errors import UserError
from data.kinds import Role
from data.models import Account, Outbox, Plan, Schedule, Setting
from data.store import Store
from scheduler.office import Office
from tests.bot.doors.channel import NOW, PaperChannel
from tests.bot.doors.test_sender import Hands
from tests.servers.waiting import until

OFFICE = Office()


class Line(PaperChannel):
    """A channel that knows when its line was good last."""

    last_good: float | None = None
    trouble: UserError | None = None


class HandClock(Hands):
    is_real = True


class Bench:
    """A bot that is put together, its clocks in the test's hands, and what its admin was told."""

    def __init__(self, store: Store, folder: Path, **more: Any) -> None:
        self.clock, self.line, self.seconds = HandClock(), Line(), 0.0
        settings = Settings.model_validate(
            {"database": {"url": f"sqlite:///{folder / 'duban.db'}"}, "backup": {"keep": 0}, **more}
        )
        channels = {"paper": self.line, "web": WebChat()}
        self.bot = compose.put_together(settings, store, self.clock, channels)  # type: ignore[arg-type]
        self.bot.vitals = health.Vitals(monotonic=lambda: self.seconds)
        self.watch = Watch(self.bot)
        self.well()

    def well(self) -> None:
        self.bot.vitals.ticked = self.line.last_good = self.seconds

    def later(self, **by: float) -> None:
        step = timedelta(**by)
        self.clock.now += step
        self.seconds += step.total_seconds()

    async def parts(self) -> dict[str, Part]:
        self.bot.vitals.kept = None
        return {part.name: part for part in await health.look(self.bot)}

    async def told(self) -> list[tuple[str, str]]:
        """(channel, words) of everything that was queued."""
        rows = await self.bot.store.read(lambda session: session.scalars(select(Outbox).order_by(Outbox.id)).all())
        return [(row.channel, Payload.from_json(row.payload).text) for row in rows]


def admin(session: Session) -> None:
    """林岚, whose last words came over `paper`."""
    person = access.add_person(session, "林岚", Role.ADMIN, NOW)
    for channel, heard in (("paper", NOW), ("web", NOW - timedelta(days=3))):
        account = Account(channel=channel, external_id="b", chat_id="b", created_at=NOW, last_heard_at=heard)
        session.add(account)
        session.flush()
        access.bind(session, account, person, NOW)


@pytest.fixture
async def bench(store: Store, tmp_path: Path) -> Bench:
    await store.write(admin)
    return Bench(store, tmp_path)


async def test_all_is_well_at_first(bench: Bench) -> None:
    assert await health.readiness(bench.bot) == {
        "ok": True,
        "parts": {
            name: {"ok": True, "seconds": 0.0} for name in ("database", "ticker", "channel.paper", "outbox", "rounds")
        },
    }
    await bench.watch.turn()
    assert await bench.told() == []


async def test_a_dead_channel_is_told_once_over_another_one_and_its_return_too(bench: Bench) -> None:
    for _ in range(40):
        bench.later(seconds=15)
        bench.bot.vitals.ticked = bench.seconds
        await bench.watch.turn()
    assert [channel for channel, _words in await bench.told()] == ["web"]
    assert "已有 5 分钟连不上" in (await bench.told())[0][1]
    assert not (await health.readiness(bench.bot))["ok"]
    bench.later(seconds=15)
    bench.well()
    await bench.watch.turn()
    assert "已恢复" in (await bench.told())[1][1]


async def test_what_an_admin_has_to_mend_is_seen_where_readiness_is(bench: Bench) -> None:
    bench.line.trouble = UserError("wecom.app_secret")
    bench.later(seconds=200)
    found = await health.readiness(bench.bot)
    assert found["parts"]["channel.paper"] == {"ok": False, "seconds": 200.0, "why": "wecom.app_secret"}
    assert found["ok"] is False


async def test_a_bot_that_starts_again_and_again_does_not_tell_it_each_time(bench: Bench) -> None:
    bench.later(minutes=6)
    for _start in range(3):
        await Watch(bench.bot).turn()
    assert len(await bench.told()) == 1


async def test_admins_hear_within_ten_minutes_that_no_tick_comes(bench: Bench) -> None:
    for _ in range(40):
        bench.later(seconds=15)
        bench.line.last_good = bench.seconds
        await bench.watch.turn()
    assert any("调度已有" in words for _channel, words in await bench.told())


async def test_admins_hear_within_ten_minutes_of_a_round_that_does_not_open(bench: Bench, store: Store) -> None:
    def due(session: Session) -> None:
        plan = Plan(title="", year=2021, source_name="", source_sha256="", imported_at=NOW)
        session.add(plan)
        session.flush()
        session.add(Schedule(plan_id=plan.id, phrase="x", cadence={}, next_at=NOW, created_at=NOW, changed_at=NOW))

    await store.write(due)
    bench.later(minutes=9)
    bench.well()
    await bench.watch.turn()
    assert [words for _channel, words in await bench.told()] == ["有一轮调度到点 9 分钟还没有发出，请查看日志。"]


async def test_an_old_backup_is_told(store: Store, tmp_path: Path) -> None:
    await store.write(admin)
    bench = Bench(store, tmp_path, backup={"keep": 3, "at": time(23, 59)})
    await store.write(lambda session: session.add(Setting(key="backup.taken", value=NOW.isoformat())))
    bench.later(hours=27)
    bench.well()
    await bench.watch.turn()
    assert any("备份是 27 小时以前" in words for _channel, words in await bench.told())


async def test_a_copy_is_taken_once_a_day_at_its_hour_and_old_ones_go(store: Store, tmp_path: Path) -> None:
    await store.write(admin)
    bench = Bench(store, tmp_path, backup={"keep": 2, "at": time(10, 0)})

    async def turn() -> list[str]:
        bench.well()
        await bench.watch.turn()
        assert bench.watch._backing is not None
        await bench.watch._backing
        return sorted(path.name for path in (tmp_path / "duban-files").glob("*"))

    assert await turn() == []
    bench.later(hours=2)
    assert len(await turn()) == 1
    assert len(await turn()) == 1
    for _day in range(3):
        bench.later(days=1)
        names = await turn()
    assert len(names) == 2
    assert names[-1].startswith("backup-20210929T")


async def test_a_copy_that_fails_is_told_to_admins_once_a_day(store: Store, tmp_path: Path) -> None:
    await store.write(admin)
    (tmp_path / "no folder").write_text("")
    bench = Bench(store, tmp_path, backup={"keep": 2, "at": time(0, 0), "folder": str(tmp_path / "no folder")})
    for _ in range(3):
        bench.later(hours=2)
        bench.well()
        await bench.watch.turn()
        assert bench.watch._backing is not None
        await bench.watch._backing
    assert len([words for _channel, words in await bench.told() if "没有备份成" in words]) == 1


async def test_a_database_that_can_not_be_written_is_seen(bench: Bench, store: Store) -> None:
    def read_only(session: Session) -> None:
        session.execute(text("PRAGMA query_only=ON"))

    await store.write(read_only)
    bench.later(minutes=2)
    parts = await bench.parts()
    assert not parts["database"].ready
    assert parts["database"].late
    assert parts["database"].why == "OperationalError"
    assert not (await health.readiness(bench.bot))["ok"]
    assert (await health.alive(bench.bot))["ok"]


async def test_the_oldest_unsent_message_is_seen_but_not_one_that_has_to_wait(bench: Bench, store: Store) -> None:
    def queue(session: Session) -> None:
        row = {"channel": "paper", "chat_id": "b", "payload": Payload(None, "x").to_json(), "created_at": NOW}
        session.add(Outbox(**row))
        session.add(Outbox(**row, not_before=NOW + timedelta(days=1)))

    await store.write(queue)
    bench.later(minutes=3)
    assert (await bench.parts())["outbox"].seconds == 180
    await store.write(lambda session: session.execute(text("UPDATE outbox SET state='sent' WHERE not_before IS NULL")))
    assert (await bench.parts())["outbox"].seconds == 0


# The watchdog outside --------------------------------------------------------------------------------------


async def test_the_watchdog_is_called_while_all_is_well_and_not_when_ticks_stop(store: Store, tmp_path: Path) -> None:
    calls: list[str] = []

    async def take(request: web.Request) -> web.Response:
        calls.append(request.path)
        return web.Response()

    app = web.Application()
    app.router.add_get("/ping", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        port = runner.addresses[0][1]
        bench = Bench(store, tmp_path, watchdog={"url": f"http://127.0.0.1:{port}/ping", "every": 60})
        for _ in range(4):
            bench.well()
            await bench.watch.turn()
            bench.later(seconds=30)
        assert len(calls) == 2
        bench.later(minutes=5)
        await bench.watch.turn()
        assert len(calls) == 2
    finally:
        await runner.cleanup()


async def test_a_watchdog_that_can_not_be_reached_harms_nobody(store: Store, tmp_path: Path) -> None:
    bench = Bench(store, tmp_path, watchdog={"url": "http://127.0.0.1:9/ping"})
    await bench.watch.turn()
    assert bench.watch._pinged is not None


# Numbers for monitors --------------------------------------------------------------------------------------


async def test_metrics_name_parts_and_rows_and_nobody(bench: Bench, store: Store) -> None:
    told = (await exposition(bench.bot)).decode()
    assert 'duban_part_ready{part="database"} 1.0' in told
    assert "duban_sends_total" in told
    assert "process_resident_memory_bytes" in told
    assert "林岚" not in told


async def test_status_in_another_process_reads_how_the_bot_is(bench: Bench, store: Store) -> None:
    await store.write(lambda session: health.begin_life(session, NOW, 2))
    await bench.watch.turn()
    known = await store.read(lambda session: health.last_known(session, bench.clock.now))
    assert known["running"] is True
    assert known["found"]["released"] == 2
    assert known["parts"]["ticker"]["ok"] is True
    assert json.dumps(known)
    bench.later(minutes=5)
    assert (await store.read(lambda session: health.last_known(session, bench.clock.now)))["running"] is False


async def test_a_start_says_whether_the_last_run_ended_as_it_should(store: Store) -> None:
    first = await store.write(lambda session: health.begin_life(session, NOW, 0))
    second = await store.write(lambda session: health.begin_life(session, NOW + timedelta(hours=1), 3))
    await store.write(lambda session: health.end_life(session, NOW + timedelta(hours=2)))
    third = await store.write(lambda session: health.begin_life(session, NOW + timedelta(hours=5), 0))
    assert (first.crashed, second.crashed, third.crashed) == (False, True, False)
    assert (second.released, third.down_seconds) == (3, 3 * 3600)


# Who could not be reached ----------------------------------------------------------------------------------


def lost(session: Session, name: str, state: str = "failed", **more: Any) -> int:
    person = access.add_person(session, name, Role.LIAISON, NOW, phone="13800000000")
    row = Outbox(
        channel="paper", chat_id=name, person_id=person.id, payload=Payload(None, "x").to_json(), created_at=NOW,
        state=state, **more,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return person.id


async def lists(store: Store, at: datetime) -> list[str]:
    """The newest list after the day's turn at a moment."""
    postbox = Postbox()

    def work(session: Session) -> list[str]:
        before = session.scalars(select(Outbox.id)).all()
        unreached.tell(session, at, OFFICE, postbox)
        rows = session.scalars(select(Outbox).where(Outbox.id.not_in(before)))
        return [f"{(p := Payload.from_json(row.payload)).title}\n{p.text}" for row in rows]

    return await store.write(work)


EVENING = datetime(2021, 9, 26, 17, 0, tzinfo=OFFICE.zone)


async def test_the_same_day_admins_get_one_list_of_who_was_not_reached(store: Store) -> None:
    await store.write(admin)
    await store.write(lambda session: lost(session, "李敏"))
    await store.write(lambda session: lost(session, "陈刚", "dropped", reason="too_late"))
    await store.write(lambda session: lost(session, "周敏", "sent"))
    assert await lists(store, EVENING - timedelta(minutes=1)) == []
    (told,) = await lists(store, EVENING)
    assert told.startswith("今天有 2 人未送达")
    assert "李敏：1 条，电话 13800000000" in told
    assert "周敏" not in told
    assert await lists(store, EVENING + timedelta(minutes=5)) == []
    assert await lists(store, EVENING + timedelta(days=1)) == []


async def test_who_was_reached_over_another_channel_is_not_on_the_list(store: Store) -> None:
    await store.write(admin)
    person = await store.write(lambda session: lost(session, "李敏"))
    copy = Outbox(
        channel="web", chat_id="p", person_id=person, payload=Payload(None, "x").to_json(), created_at=NOW, state="sent"
    )
    await store.write(lambda session: session.add(copy))
    assert await lists(store, EVENING) == []


async def test_no_list_comes_on_a_day_off(store: Store) -> None:
    await store.write(admin)
    await store.write(lambda session: lost(session, "李敏"))
    assert await lists(store, datetime(2021, 9, 25, 17, 0, tzinfo=OFFICE.zone)) == []
    assert len(await lists(store, EVENING)) == 1


async def test_the_watch_goes_on_after_an_error(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = 0

    async def fails() -> None:
        nonlocal turns
        turns += 1
        raise ValueError("once more")

    monkeypatch.setattr(bench.watch, "turn", fails)
    bench.watch._every = 0.001
    task = asyncio.create_task(bench.watch.run())
    await until(lambda: turns > 2)
    task.cancel()
    assert turns > 2
