"""`python -m benchmarks.board`: the board's first page and the ledger of a plan of ten thousand rows.

The pages are asked for as a browser does, in this process, log-in and template included: milliseconds of one core, and
what passed on the wall. `--memory` samples what the command that writes the ledger holds while it runs (Linux).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.crowd import NOW, OFFICE, wide
from bot.cli import GARBAGE
from bot.compose import make_channels, put_together
from bot.config import Settings
from bot.office import clock_of
from bot.pages import app_of
from bot.views.ledger import ledger, sight_of
from bot.web import access
from data import audit, queries
from data.kinds import Role
from data.models import Account, Assignment, Report
from data.store import Store

SAMPLED = 0.1  # seconds between two looks at a process
PAGES = {
    "the first page": "/board",
    "page 57": "/board?page=57",
    "one unit": "/board?unit=单位07",
    "red and yellow": "/board?lamp=red_yellow",
    "a word": "/board?q=第77类",
    "one row": "/row/77.7",
}


def logged_in(session: Session) -> str:
    admin = queries.people_with(session, Role.ADMIN)[0]
    account = session.scalars(select(Account).where(Account.person_id == admin.id)).one()
    return access.begin(session, account.id, NOW)


def reported(session: Session, turn: int) -> None:
    """One more report, as a handler files it."""
    row = session.scalars(select(Assignment).where(Assignment.position == turn * 7)).one()
    moment = NOW + timedelta(seconds=turn)
    report = Report(
        assignment_id=row.id, unit_id=row.lead_unit_id, channel="web", said_at=moment, as_of=moment, created_at=moment,
        text="已完工", status="in_progress", percent=88.0, reading={},
    )  # fmt: skip
    session.add(report)
    session.flush()
    audit.record(session, moment, "report", "report", report.id)


async def measure(path: Path, store: Store, times: int, title: str) -> Table:
    settings = Settings.model_validate(
        {"database": {"url": f"sqlite:///{path}"}, "clock": {"start": NOW.replace(tzinfo=None)}}
    )
    bot = put_together(settings, store, clock_of(settings), make_channels(settings))
    token = await store.write(logged_in)
    transport = httpx.ASGITransport(app=app_of(bot))
    table = Table("", "CPU ms", "wall ms", title=title)
    async with httpx.AsyncClient(transport=transport, base_url="http://duban", cookies={"duban": token}) as client:

        async def get(address: str) -> tuple[float, float]:
            cpu, wall = time.process_time(), time.perf_counter()
            answer = await client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)
            return 1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - wall)

        row(table, "the roll is made (once, at the start)", [await get("/board")])
        for title, address in PAGES.items():
            row(table, title, [await get(address) for _ in range(times)])
        after = []
        for turn in range(times):
            await store.write(partial(reported, turn=turn))
            after.append(await get("/board"))
        row(table, "the first page after one more report", after)
    return table


def row(table: Table, title: str, runs: list[tuple[float, float]]) -> None:
    table.add_row(title, *(f"{statistics.median(each):,.0f}" for each in zip(*runs, strict=True)))


def ledger_of(store: Store) -> tuple[float, float, int]:
    """Seconds of one core, seconds on the wall, bytes of the file."""

    def make(session: Session) -> tuple[float, float, int]:
        plan = queries.current_plan(session)
        assert plan is not None
        cpu, wall = time.thread_time(), time.perf_counter()
        made = ledger(sight_of(session, plan, NOW, OFFICE, "zh-CN"))
        return time.thread_time() - cpu, time.perf_counter() - wall, len(made)

    return store.read_now(make)


def held(path: Path) -> list[int]:
    """Resident megabytes of `duban export ledger` while it runs: at each tenth of its time, and the most."""
    with tempfile.TemporaryDirectory() as folder:
        order = [sys.executable, "-m", "bot", "export", "ledger", "-o", str(Path(folder) / "ledger.xlsx")]
        told = {"DUBAN_DATABASE__URL": f"sqlite:///{path}", "DUBAN_CLOCK__START": f"{NOW:%Y-%m-%dT%H:%M}"}
        with subprocess.Popen(order, env=os.environ | told) as running:
            seen = [_resident(running.pid)]
            while running.poll() is None:
                time.sleep(SAMPLED)
                seen.append(_resident(running.pid))
        assert running.returncode == 0
    alive = [each for each in seen if each]
    return [*(alive[len(alive) * tenth // 10] for tenth in range(1, 10)), max(alive)]


def _resident(pid: int) -> int:
    """0 of a process that is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1000 for line in lines if line.startswith("VmRSS")), 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--reports", type=int, default=1, help="of each row")
    parser.add_argument("--memory", action="store_true", help="sample the ledger's memory too")
    arguments = parser.parse_args()
    console = Console(width=100)
    gc.set_threshold(*GARBAGE)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wide.db"
        with wide(path, arguments.rows, arguments.reports) as store:
            title = f"{arguments.rows:,} rows, {arguments.rows * arguments.reports:,} reports"
            console.print(asyncio.run(measure(path, store, arguments.times, title)))
            cpu, wall, size = ledger_of(store)
            console.print(f"The ledger: {cpu:.1f} s of one core, {wall:.1f} s on the wall, {size / 1e6:.1f} MB")
            if arguments.memory:
                *tenths, most = held(path)
                told = ", ".join(map(str, tenths))
                console.print(f"`duban export ledger` held {told} MB at the tenths of its time, {most} MB at most")


if __name__ == "__main__":
    main()
