"""Faults and kills, in one run beside the peers' own loops: what was said and due, what was stored and sent.

`python -m benchmarks.chaos [--kills 20] [--peer-kills N] [--seeds 1] [--keep FILE]`: the bot and the Bot
API server are processes; the server breaks calls by chance; people talk; the bot is killed at random instants and,
every few kills, everybody is asked to report. Each start is forked from a process that has loaded the program
(`benchmarks.nursery`). The instants are drawn from the seed; how the processes interleave is the machine's. `--keep`
adds each finished play to a file, and takes from there what is in it already. Ends with 1 where Duban lost or doubled
anything, or where more was sent again for a kill than was in flight at it or in doubt before it.
`--channel wecom_app` and `wecom_aibot` are told of in `benchmarks.chaos_wecom`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import platform
import random
import signal
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.chaos_said import ANSWER
from benchmarks.nursery import Child, Nursery
from bot.orders import order_round
from data.kinds import InboxState, OutboxState, ReminderKind, ReminderState
from data.models import Inbox, Outbox, Reminder
from data.store import open_store
from scheduler.office import Office
from tests.proof.kills import Scene, Tally, compare, count, environment, scene, settled, talk, within

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
BACKLOG = 60  # who sees that so much waits writes no more until the next kill
SENDS, LONGEST = 40, 6.0  # a life ends after so many sends at most, or so many seconds
ORDER_EVERY = 4
EARLY = 0.15  # of the kills come while the bot starts, whatever it is doing
EARLY_SECONDS = 0.6
SETTLE_SECONDS = 120
QUIET_TURNS = 30
# Chances a call: nothing done (refuse … page), or done and the bot told otherwise (drop … late_error).
RATES = {
    "refuse": 0.01, "error": 0.02, "flood": 0.005, "page": 0.005, "drop": 0.01, "half": 0.01, "late_error": 0.01,
}  # fmt: skip
LATENCY = (0.0, 0.03)
DIGESTS = (Reminder.kind == ReminderKind.DIGEST,)


@dataclass(frozen=True)
class Life:
    """From one start to its kill: how many messages had reached chats and how many sends were in doubt when it was
    over, and how many calls were claimed just then."""

    sent: int
    doubtful: int
    claimed: int


@dataclass
class Outcome(Tally):
    """A tally with reminders (`needless`: dropped because they were answered meanwhile) and faults; `doubtful` are
    sends that came through though the bot was told otherwise, `beyond` those sent again for which neither a kill nor
    a doubt accounts."""

    due: int = 0
    delivered: int = 0
    needless: int = 0
    forgotten: int = 0
    doubtful: int = 0
    faults: int = 0
    ended: int = 0
    beyond: int = 0
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        """Nothing lost or doubled, nothing sent again that was not in flight or in doubt, kill by kill."""
        broken = (self.lost, self.doubled, self.unanswered, self.unhandled, self.unsent, self.forgotten, self.beyond)
        return not any(broken)

    def __add__(self, other: Outcome) -> Outcome:
        added = {each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)}
        return Outcome(**added)


@dataclass
class Play:
    """One peer's run: the scene, the dice, what came of it."""

    peer: str
    made: Scene
    nursery: Nursery
    rng: random.Random
    told: Outcome
    lives: list[Life] = field(default_factory=list)
    backlog: int = 0

    async def run(self, times: int) -> None:
        stop = asyncio.Event()
        talking = asyncio.create_task(talk(self.made, self.rng, stop, PER_SECOND, lambda: self.backlog < BACKLOG))
        for number in range(times):
            if self.peer == "duban" and number % ORDER_EVERY == 0:
                await asyncio.to_thread(order, self.made)
            await self._kill()
        stop.set()
        await talking
        await (self._finish() if self.peer == "duban" else self._finish_peer())

    async def _kill(self) -> None:
        """Start, let it work, kill. A bot that ends by itself is counted and started again."""
        while True:
            bot = await self.nursery.start()
            if self.rng.random() < EARLY:
                await asyncio.sleep(self.rng.uniform(0, EARLY_SECONDS))
            else:
                await self._busy()
            if bot.returncode is None:
                break
            self.told.ended += 1
        bot.send_signal(signal.SIGKILL)
        await bot.wait()
        self.told.kills += 1
        claimed = waits = 0
        if self.peer == "duban":
            claimed = await asyncio.to_thread(count, self.made, Outbox, OutboxState.CLAIMED)
            waits = await asyncio.to_thread(count, self.made, Inbox, InboxState.NEW)
        await self._note(claimed)
        self.backlog = waits + (await self.made.server.control("counts"))["pending"]

    async def _busy(self) -> None:
        """Until so many messages reached their chats as the dice say, and an instant more."""
        before = (await self.made.server.control("counts"))["sent"]
        wished = before + self.rng.randrange(SENDS)
        await self.made.server.control("beyond", sent=wished, seconds=LONGEST)
        await asyncio.sleep(self.rng.uniform(0, 0.1))

    async def _note(self, claimed: int) -> None:
        """Where the server stands once it has done all that the dead process asked of it."""
        while True:
            counts = await self.made.server.control("counts")
            if not counts["under_way"]:
                break
            await asyncio.sleep(0.01)
        found = await self.made.server.control("faulted")
        self.lives.append(Life(counts["sent"], found["doubtful"], claimed))
        self.told.in_flight += claimed

    async def _finish(self) -> None:
        """Let the bot finish, and count."""
        bot = await self.nursery.start()
        await settled(self.made, bot)
        async with asyncio.timeout(SETTLE_SECONDS):
            while await asyncio.to_thread(lambda: within(self.made, waiting)):
                await asyncio.sleep(0.1)
        await settled(self.made, bot)
        bot.send_signal(signal.SIGTERM)
        assert await bot.wait() == 0
        await self._note(0)
        await self._note_faults()
        journal = await self.made.server.control("journal")
        await asyncio.to_thread(compare, self.made, journal, self.told)
        recorded = await asyncio.to_thread(lambda: within(self.made, sent_messages))
        self.told.beyond = beyond(self.lives, journal, recorded)
        await asyncio.to_thread(lambda: within(self.made, lambda session: reminders(session, self.told)))

    async def _finish_peer(self) -> None:
        """Let the peer take all that waits, and end as it does on a signal; what it stored is what counts."""
        bot = await self.nursery.start()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_SECONDS):
                while (await self.made.server.control("counts"))["pending"]:
                    bot = await self._still(bot)
                    await asyncio.sleep(0.1)
                await quiet(self.made)
        bot.send_signal(signal.SIGTERM)
        await bot.wait()
        await self._note_faults()
        with contextlib.closing(sqlite3.connect(rows_of(self.made))) as rows:
            stored = Counter((int(person), words) for person, words in rows.execute("SELECT person, words FROM said"))
        said = Counter(self.made.said)
        answers = Counter((entry["chat_id"], entry["text"]) for entry in await self.made.server.control("journal"))
        asked = Counter((person, ANSWER.format(words)) for person, words in self.made.said)
        told = self.told
        told.said, told.stored, told.sends = sum(said.values()), sum(stored.values()), sum(answers.values())
        told.lost, told.doubled = sum((said - stored).values()), sum((stored - said).values())
        told.repeated, told.unanswered = sum((answers - asked).values()), sum((asked - answers).values())

    async def _still(self, bot: Child) -> Child:
        if bot.returncode is None:
            return bot
        self.told.ended += 1
        return await self.nursery.start()

    async def _note_faults(self) -> None:
        found = await self.made.server.control("faulted")
        self.told.doubtful = found.pop("doubtful")
        self.told.faults = sum(found.values())


async def play(peer: str, folder: Path, times: int, seed: int) -> Outcome:
    """One peer's run."""
    began = time.monotonic()
    async with scene(folder, PEOPLE, SENTENCES) as made:
        await made.server.control("faults", rates=RATES, latency=LATENCY, duplicates=0.1, shuffles=0.1, seed=seed)
        async with Nursery(*command(peer, made), environment=environment(made)) as nursery:
            playing = Play(peer, made, nursery, random.Random(seed), Outcome(seed=seed))
            await playing.run(times)
    playing.told.seconds = time.monotonic() - began
    return playing.told


def command(peer: str, made: Scene) -> Sequence[str]:
    return (peer,) if peer == "duban" else (peer, made.server.url, str(rows_of(made)))


def rows_of(made: Scene) -> Path:
    return made.database.with_name("said.db")


def order(made: Scene) -> None:
    """Ask everybody to report, as `duban remind --all` does beside a running bot."""
    store = open_store(made.url)
    try:
        store.write_now(lambda session: order_round(session, None, None, datetime.now(UTC), Office()))
    finally:
        store.close()


def waiting(session: Session) -> int:
    return len(session.scalars(select(Reminder.id).where(*DIGESTS, Reminder.state == ReminderState.WAITING)).all())


def sent_messages(session: Session) -> set[tuple[int, int]]:
    """Chat and message id of everything that is recorded as sent."""
    rows = session.execute(select(Outbox.chat_id, Outbox.provider_message_id).where(Outbox.state == OutboxState.SENT))
    return {(int(chat), int(message or 0)) for chat, message in rows}


def beyond(lives: Iterable[Life], journal: Sequence[dict[str, Any]], recorded: set[tuple[int, int]]) -> int:
    """How many messages reached chats without being the one on record, for which neither the calls in flight at the
    next kill nor those answered wrongly before it account."""
    found, start, doubtful = 0, 0, 0
    for life in lives:
        sent = journal[start : life.sent]
        again = sum(
            entry["method"].lower() == "sendmessage" and (entry["chat_id"], entry["message_id"]) not in recorded
            for entry in sent
        )
        found += max(0, again - life.claimed - (life.doubtful - doubtful))
        start, doubtful = life.sent, life.doubtful
    return found


ANSWERED = ("answered", "asked_again", "settled", "nothing_asked", "round_closed")


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


async def quiet(made: Scene) -> None:
    """Until nothing was sent for a while: what was taken in was handled."""
    sends, still = -1, 0
    while still < QUIET_TURNS:
        now = (await made.server.control("counts"))["sent"]
        sends, still = now, still + 1 if now == sends else 0
        await asyncio.sleep(0.1)


# Showing ---------------------------------------------------------------------------------------------------

COLUMNS = (
    ("kills", "kills"), ("faults", "faults"), ("said", "said"), ("stored", "stored"), ("lost", "lost"),
    ("doubled", "doubled"), ("unanswered", "no answer"), ("due", "due"), ("delivered", "sent"),
    ("needless", "needless"), ("forgotten", "not sent"), ("repeated", "repeated"), ("in_flight", "in flight"),
    ("doubtful", "in doubt"), ("beyond", "beyond"),
)  # fmt: skip
OURS = ("due", "delivered", "needless", "forgotten", "in_flight", "beyond")


def show(title: str, found: dict[str, Outcome]) -> None:
    print(f"\n{title}")
    print(f"{'':28}" + "".join(f"{head:>10}" for _name, head in COLUMNS) + f"{'seconds':>10}")
    for peer, told in found.items():
        name = f"{NAMES[peer]} {version(NAMES[peer])}"
        cells = ("-" if peer != "duban" and name in OURS else str(getattr(told, name)) for name, _head in COLUMNS)
        print(f"{name:28}" + "".join(f"{cell:>10}" for cell in cells) + f"{told.seconds:>10.0f}", flush=True)


async def run(times: Mapping[str, int], seed: int, kept: dict[str, Any], keep: Path | None) -> dict[str, Outcome]:
    """One seed: so many kills of each peer."""
    found = {}
    for peer, kills in times.items():
        key = f"{peer} {kills} {seed}"
        if key not in kept:
            with tempfile.TemporaryDirectory(prefix="duban-chaos-") as folder:
                kept[key] = asdict(await play(peer, Path(folder), kills, seed))
            if keep is not None:
                keep.write_text(json.dumps(kept))
        found[peer] = Outcome(**kept[key])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="for each seed")
    parser.add_argument("--peer-kills", type=int, help="the same unless said")
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--peers", default="duban,ptb,aiogram")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--channel", default="telegram", choices=("telegram", "wecom_app", "wecom_aibot"))
    asked = parser.parse_args()
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    seeds = [int(seed) for seed in asked.seeds.split(",")]
    if asked.channel != "telegram":
        from benchmarks import chaos_wecom

        raise SystemExit(not chaos_wecom.run(asked.channel, asked.kills, seeds))
    kept = json.loads(asked.keep.read_text()) if asked.keep and asked.keep.exists() else {}
    peer_kills = asked.kills if asked.peer_kills is None else asked.peer_kills
    times = {peer: asked.kills if peer == "duban" else peer_kills for peer in asked.peers.split(",")}
    total: dict[str, Outcome] = {}
    for seed in seeds:
        found = asyncio.run(run(times, seed, kept, asked.keep))
        show(f"Python {platform.python_version()}, seed {seed}", found)
        total = {peer: total[peer] + told if peer in total else told for peer, told in found.items()}
    show(f"all seeds ({asked.seeds})", total)
    raise SystemExit("duban" in total and not total["duban"].good)


if __name__ == "__main__":
    main()
