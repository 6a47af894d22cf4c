"""The same faults and kills with WeCom as the channel: `python -m benchmarks.chaos --channel wecom_app|wecom_aibot`.

The app's server breaks calls like the Bot API's, storms with 45009, drops its tokens, answers half, and brings
callbacks twice. The AI bot's cuts the line before and after the work, is busy, over the limit, forgets the
subscription or refuses it, and leaves sends and pings unanswered. Nothing but waits is shortened
(`benchmarks.unpaced_wecom`). A message that was lost with the line that carried it counts as `in the air`: the long
connection brings nothing twice, and the app's callbacks have none.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.chaos import ORDER_EVERY, Outcome, reminders, waiting
from bot.orders import order_round
from data.store import open_store
from scheduler.office import Office
from tests.proof.kills import ROOT
from tests.proof.wecom_kills import (
    Running,
    Scene,
    WecomTally,
    compare,
    environment,
    finish,
    free_port,
    kill,
    prepare,
    settled,
    talk,
)  # fmt: skip
from tests.proof.wecom_ways import WAYS, AppWay
from tests.servers.bot_faults import Fault
from tests.servers.waiting import until

DROP_TOKENS_EVERY = 4
EARLY, EARLY_SECONDS = 0.15, 0.6  # some kills come while the bot starts, whatever it is doing
LIFE_SECONDS, MOST_SENDS = 120.0, 25
SETTLE_SECONDS = 600
LATENCY = (0.0, 0.03)
DUPLICATES = 0.1
RATES: dict[str, dict[Fault, float]] = {
    "wecom_app": {
        Fault.REFUSE: 0.01, Fault.ERROR: 0.02, Fault.FLOOD: 0.01, Fault.PAGE: 0.005,
        Fault.DROP: 0.01, Fault.HALF: 0.01, Fault.LATE_ERROR: 0.01,
    },
    "wecom_aibot": {
        Fault.REFUSE: 0.005, Fault.ERROR: 0.02, Fault.FLOOD: 0.01, Fault.CONFLICT: 0.01, Fault.REVOKED: 0.005,
        Fault.DROP: 0.005, Fault.HANG: 0.01, Fault.LATE_ERROR: 0.01,
    },
}  # fmt: skip


@dataclass
class WecomOutcome(Outcome, WecomTally):
    """An outcome, with what was lost in the air."""

    seconds: float = 0.0

    @property
    def good(self) -> bool:
        return self.clean and not self.forgotten


async def play(channel: str, folder: Path, times: int, seed: int) -> WecomOutcome:
    """One run over one of the ways."""
    began, rng, told = time.monotonic(), random.Random(seed), WecomOutcome(seed=seed)
    async with WAYS[channel](free_port(rng)) as way:
        made = Scene(folder / "duban.db", way)
        await asyncio.to_thread(prepare, made)
        await greet(made)
        way.faults.rates.update(RATES[channel])
        way.faults.latency, way.faults.duplicates = LATENCY, DUPLICATES
        way.faults.random.seed(seed)
        stop = asyncio.Event()
        talking = asyncio.create_task(talk(made, rng, stop))
        for number in range(times):
            if number % ORDER_EVERY == 0:
                await asyncio.to_thread(order, made)
            if number % DROP_TOKENS_EVERY == 0 and isinstance(way, AppWay):
                way.server.end_tokens()
            await kill_once(made, rng, told)
        bot = await start(made)
        stop.set()
        await talking
        await all_sent(made, bot)
        await finish(made, bot)
    told.faults = sum(way.faults.count.values())
    await asyncio.to_thread(made.read, lambda session: compare(session, made, told))
    await asyncio.to_thread(made.read, lambda session: reminders(session, told))
    told.seconds = time.monotonic() - began
    return told


async def start(made: Scene) -> Running:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.unpaced_wecom", env=environment(made), cwd=ROOT
    )


async def greet(made: Scene) -> None:
    """Everybody has spoken to the bot once: before that the AI bot may not write to them."""
    bot = await start(made)
    for userid in made.talkers:
        await made.way.bring(userid, "你好")
    await until(lambda: len(made.way.journal) >= len(made.talkers), 60)
    await finish(made, bot)


async def kill_once(made: Scene, rng: random.Random, told: WecomOutcome) -> None:
    """Start, let it work, kill. A bot that ends by itself is counted and started again."""
    while True:
        bot = await start(made)
        if rng.random() < EARLY:
            await asyncio.sleep(rng.uniform(0, EARLY_SECONDS))
        else:
            await works(made, bot, rng.randint(1, MOST_SENDS))
        if bot.returncode is None:
            return await kill(made, bot, told)
        told.ended += 1


async def works(made: Scene, bot: Running, sends: int) -> None:
    """Until it has sent so much, or has ended, or nothing came for a while."""
    wanted = len(made.way.journal) + sends
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LIFE_SECONDS):
            while len(made.way.journal) < wanted and bot.returncode is None:
                await asyncio.sleep(0.01)


def order(made: Scene) -> None:
    """Ask everybody to report, as `duban remind --all` does beside a running bot."""
    store = open_store(made.url)
    try:
        store.write_now(lambda session: order_round(session, None, None, datetime.now(UTC), Office()))
    finally:
        store.close()


async def all_sent(made: Scene, bot: Running) -> None:
    await settled(made, bot)
    async with asyncio.timeout(SETTLE_SECONDS):
        while await asyncio.to_thread(made.read, waiting):
            await asyncio.sleep(0.1)


# Showing ---------------------------------------------------------------------------------------------------

COLUMNS = (
    ("kills", "kills"), ("faults", "faults"), ("said", "said"), ("stored", "stored"), ("lost", "lost"),
    ("air", "in the air"), ("doubled", "doubled"), ("unanswered", "no answer"), ("due", "due"), ("delivered", "sent"),
    ("needless", "needless"), ("forgotten", "not sent"), ("unsent", "missing"), ("repeated", "repeated"),
    ("in_flight", "in flight"), ("doubtful", "in doubt"), ("beyond", "beyond"),
)  # fmt: skip


def run(channel: str, times: int, seeds: Sequence[int]) -> bool:
    """Play each seed and print a line for it; whether all were good."""
    print(f"{channel:>14}" + "".join(f"{head:>11}" for _name, head in COLUMNS) + f"{'seconds':>9}")
    good = True
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="duban-chaos-") as folder:
            told = asyncio.run(play(channel, Path(folder), times, seed))
        good = good and told.good
        cells = "".join(f"{getattr(told, name):>11}" for name, _head in COLUMNS)
        print(f"{'seed ' + str(seed):>14}{cells}{told.seconds:>9.0f}", flush=True)
    return good
