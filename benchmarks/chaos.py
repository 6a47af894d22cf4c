"""Faults and kills, in one run beside the peers' own loops: what was said and due, what was stored and sent.

`python -m benchmarks.chaos [--kills 20] [--seed 1] [--peers duban,ptb,aiogram]`: the bot's process and the Bot API
server's are real; the server breaks calls by chance; people talk; the bot is killed at random instants and, every few
kills, everybody is asked to report. The instants are drawn from the seed; how the processes interleave is the
machine's. Ends with 1 where Duban lost or doubled anything, or sent more again than was in flight or in doubt.
`--channel wecom_app` and `wecom_aibot` are told of in `benchmarks.chaos_wecom`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import platform
import random
import signal
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.orders import order_round
from data.kinds import OutboxState, ReminderKind, ReminderState
from data.models import Outbox, Reminder
from data.store import open_store
from scheduler.office import Office
from tests.proof.kills import Scene, Tally, busy, compare, count, scene, settled, start_bot, talk, within

NAMES = {"duban": "duban", "ptb": "python-telegram-bot", "aiogram": "aiogram"}
PEOPLE = 12
# Each stands by itself, in whatever order it comes: a figure lower than the last would be asked about.
SENTENCES = {
    "教育局": "新增学位正在推进，困难是第{}批材料没到",
    "人社局": "新增就业正在推进，困难是第{}批材料没到",
    "民政局": "上门服务正在推进，困难是第{}批材料没到",
    "文体旅局": "慢病干预正在推进，困难是第{}批材料没到",
}
PER_SECOND = 8.0
ORDER_EVERY = 3
SETTLE_SECONDS = 60
QUIET_TURNS = 30
# Chances a call: nothing done (refuse … page), or done and the bot told otherwise (drop … late_error).
RATES = {
    "refuse": 0.01, "error": 0.02, "flood": 0.005, "page": 0.005, "drop": 0.01, "half": 0.01, "late_error": 0.01,
}  # fmt: skip
LATENCY = (0.0, 0.03)
ANSWERED = ("answered", "asked_again", "settled", "nothing_asked", "round_closed")


@dataclass
class Outcome(Tally):
    """A tally with reminders (`needless`: dropped because they were answered meanwhile) and faults; `doubtful` are
    sends that came through though the bot was told otherwise."""

    due: int = 0
    delivered: int = 0
    needless: int = 0
    forgotten: int = 0
    doubtful: int = 0
    faults: int = 0
    ended: int = 0
    orders: list[datetime] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Nothing lost or doubled; sent again at most what was in flight or in doubt."""
        broken = (self.lost, self.doubled, self.unanswered, self.unhandled, self.unsent, self.forgotten)
        return not any(broken) and self.repeated <= self.in_flight + self.doubtful


async def play(peer: str, folder: Path, times: int, seed: int) -> Outcome:
    """One peer's run."""
    rng, told = random.Random(seed), Outcome(seed=seed)
    async with scene(folder, PEOPLE, SENTENCES) as made:
        await made.server.control("faults", rates=RATES, latency=LATENCY, duplicates=0.1, shuffles=0.1, seed=seed)
        stop = asyncio.Event()
        talking = asyncio.create_task(talk(made, rng, stop, PER_SECOND))
        for number in range(times):
            if peer == "duban" and number % ORDER_EVERY == 0:
                await asyncio.to_thread(order, made, told)
            await killed(peer, made, rng, told)
        stop.set()
        await talking
        await (finish(made, told) if peer == "duban" else finish_peer(peer, made, told))
    return told


async def killed(peer: str, made: Scene, rng: random.Random, told: Outcome) -> None:
    """Start, let it work, kill. A bot that ends by itself is counted and started again."""
    while True:
        bot = await start_bot(made, *command(peer, made))
        try:
            await busy(made, bot, rng)
        except AssertionError:
            told.ended += 1
            continue
        bot.send_signal(signal.SIGKILL)
        await bot.wait()
        told.kills += 1
        if peer == "duban":
            told.in_flight += await asyncio.to_thread(count, made, Outbox, OutboxState.CLAIMED)
        return


def command(peer: str, made: Scene) -> Sequence[str]:
    if peer == "duban":
        return ("benchmarks.unpaced",)
    return ("benchmarks.chaos_peers", peer, made.server.url, str(rows_of(made)))


def rows_of(made: Scene) -> Path:
    return made.database.with_name("said.db")


def order(made: Scene, told: Outcome) -> None:
    """Ask everybody to report, as `duban remind --all` does beside a running bot."""
    store = open_store(made.url)
    now = datetime.now(UTC)
    try:
        store.write_now(lambda session: order_round(session, None, None, now, Office()))
    finally:
        store.close()
    told.orders.append(now)


async def finish(made: Scene, told: Outcome) -> None:
    """Let the bot finish, and count."""
    bot = await start_bot(made, *command("duban", made))
    await settled(made, bot)
    async with asyncio.timeout(SETTLE_SECONDS):
        while await asyncio.to_thread(lambda: within(made, waiting)):
            await asyncio.sleep(0.1)
    await settled(made, bot)
    bot.send_signal(signal.SIGTERM)
    assert await bot.wait() == 0
    await note_faults(made, told)
    journal = await made.server.control("journal")
    await asyncio.to_thread(compare, made, journal, told)
    await asyncio.to_thread(lambda: within(made, lambda session: reminders(session, told)))


def waiting(session: Session) -> int:
    return len(session.scalars(select(Reminder.id).where(*DIGESTS, Reminder.state == ReminderState.WAITING)).all())


DIGESTS = (Reminder.kind == ReminderKind.DIGEST,)


def reminders(session: Session, told: Outcome) -> None:
    """Each digest was sent, or there was no need any more; else it is forgotten."""
    rows = session.execute(
        select(Reminder.state, Reminder.reason, Outbox.state.label("sent"))
        .outerjoin(Outbox, Outbox.id == Reminder.outbox_id)
        .where(*DIGESTS)
    ).all()
    told.due = len(rows)
    told.delivered = sum(row.sent == OutboxState.SENT for row in rows)
    told.needless = sum(row.state == ReminderState.DROPPED and row.reason in ANSWERED for row in rows)
    told.forgotten = told.due - told.delivered - told.needless


async def finish_peer(peer: str, made: Scene, told: Outcome) -> None:
    """Let the peer take all that waits, and end as it does on a signal; what it stored is what counts."""
    bot = await start_bot(made, *command(peer, made))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SETTLE_SECONDS):
            while (await made.server.control("counts"))["pending"]:
                if bot.returncode is not None:
                    told.ended += 1
                    bot = await start_bot(made, *command(peer, made))
                await asyncio.sleep(0.1)
            await quiet(made)
    bot.send_signal(signal.SIGTERM)
    await bot.wait()
    await note_faults(made, told)
    with contextlib.closing(sqlite3.connect(rows_of(made))) as rows:
        stored = Counter((int(person), words) for person, words in rows.execute("SELECT person, words FROM said"))
    said = Counter(made.said)
    told.said, told.stored = sum(said.values()), sum(stored.values())
    told.lost, told.doubled = sum((said - stored).values()), sum((stored - said).values())
    journal = await made.server.control("journal")
    told.sends = len(journal)
    told.repeated = max(0, told.sends - len(made.said))
    told.unanswered = max(0, len(made.said) - told.sends)


async def quiet(made: Scene) -> None:
    """Until nothing was sent for a while: what was taken in was handled."""
    sends, still = -1, 0
    while still < QUIET_TURNS:
        now = (await made.server.control("counts"))["sent"]
        sends, still = now, still + 1 if now == sends else 0
        await asyncio.sleep(0.1)


async def note_faults(made: Scene, told: Outcome) -> None:
    found = await made.server.control("faulted")
    told.doubtful = found.pop("doubtful")
    told.faults = sum(found.values())


# Showing ---------------------------------------------------------------------------------------------------

COLUMNS = (
    ("kills", "kills"), ("faults", "faults"), ("said", "said"), ("stored", "stored"), ("lost", "lost"),
    ("doubled", "doubled"), ("unanswered", "no answer"), ("due", "due"), ("delivered", "sent"),
    ("needless", "needless"), ("forgotten", "not sent"), ("repeated", "repeated"), ("in_flight", "in flight"),
    ("doubtful", "in doubt"),
)  # fmt: skip


def show(found: dict[str, Outcome]) -> None:
    print(f"Python {platform.python_version()}, seed {next(iter(found.values())).seed}")
    print(f"{'':28}" + "".join(f"{title:>11}" for _name, title in COLUMNS))
    for peer, told in found.items():
        name = f"{NAMES[peer]} {version(NAMES[peer])}"
        cells = ("-" if peer != "duban" and name in REMINDERS else str(getattr(told, name)) for name, _title in COLUMNS)
        print(f"{name:28}" + "".join(f"{cell:>11}" for cell in cells))


REMINDERS = ("due", "delivered", "needless", "forgotten", "in_flight")


async def run(peers: Sequence[str], times: int, seed: int) -> dict[str, Outcome]:
    found = {}
    for peer in peers:
        with tempfile.TemporaryDirectory(prefix="duban-chaos-") as folder:
            found[peer] = await play(peer, Path(folder), times, seed)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", default="duban,ptb,aiogram")
    parser.add_argument("--channel", default="telegram", choices=("telegram", "wecom_app", "wecom_aibot"))
    told = parser.parse_args()
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    if told.channel != "telegram":
        from benchmarks import chaos_wecom

        raise SystemExit(not chaos_wecom.run(told.channel, told.kills, [told.seed]))
    found = asyncio.run(run(told.peers.split(","), told.kills, told.seed))
    show(found)
    raise SystemExit("duban" in found and not found["duban"].good)


if __name__ == "__main__":
    main()
