"""A burst of reminders under Telegram's limits, which the server enforces exactly, while people ask and are answered.

`python -m benchmarks.burst [--reminders 5000] [--groups 4] [--render]`: the real bot with its own pace. Everybody is
asked to report; a few groups get thirty messages each; once a second somebody asks something. Printed are the seconds
that it took, those that the limits alone allow for as many messages, the refusals (429), and how long people waited
for their answers. The digests are ready to be sent when the bot starts, or with `--render` it makes them too. Ends
with 1 where it took 2 % longer than the limits allow, or was refused, or the median wait was over a second.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import logs, reminders
from bot.channels.telegram import Telegram
from bot.message import Outgoing
from bot.orders import order_round
from bot.outbox import Postbox
from data.kinds import OutboxState, Priority, ReminderState
from data.models import Account, Inbox, Outbox, Reminder
from data.store import open_store
from scheduler.office import Office
from tests.proof.kills import FIRST_USER, UNITS, Scene, prepare, scene, start_bot, within

PER_SECOND = 30
FIRST_GROUP = -1_002_000_000_001
EACH_GROUP = 30
ASK_SECONDS = 1.0
ASKED = "帮助"
AT_ONCE = 200


@dataclass
class Burst:
    """What came of it. Seconds are the server's."""

    reminders: int
    sends: int
    seconds: float
    refused: int
    waits: list[float]

    @property
    def allowed(self) -> float:
        """Seconds for as many messages if nothing but the limit of the whole bot held them."""
        return (self.sends - PER_SECOND) / PER_SECOND

    @property
    def good(self) -> bool:
        return self.seconds <= 1.02 * self.allowed and not self.refused and statistics.median(self.waits) < 1

    def show(self) -> None:
        waits = sorted(self.waits)
        print(f"{self.reminders} reminders and group messages, {self.sends} messages in all with the answers")
        print(f"seconds {self.seconds:.1f}, allowed {self.allowed:.1f}, ratio {self.seconds / self.allowed:.4f}")
        print(f"refused (429) {self.refused}")
        median, most = statistics.median(waits), waits[len(waits) * 9 // 10]
        print(f"answers {len(waits)}: median {median:.2f} s, 90 % {most:.2f} s, the last {waits[-1]:.2f} s")


async def run(count: int, groups: int, seed: int, *, render: bool) -> Burst:
    with tempfile.TemporaryDirectory(prefix="duban-burst-") as folder:
        async with scene(Path(folder), 0) as made:
            await made.server.control("users", first=FIRST_USER, count=count)
            for number in range(groups):
                await made.server.control("group", id=FIRST_GROUP - number, title=f"group {number}")
            await asyncio.to_thread(fill, made, count, groups, render=render)
            await made.server.control("flood", per_second=PER_SECOND, burst=3, group_per_minute=20, slack=0)
            return await measure(made, count, seed)


def fill(made: Scene, count: int, groups: int, *, render: bool) -> None:
    store = open_store(made.url)
    now, office = datetime.now(UTC), Office()
    try:
        prepare(store, now, count, UNITS)
        store.write_now(lambda session: order_round(session, None, None, now, office))
        store.write_now(lambda session: to_groups(session, groups, now))
        while not render and store.write_now(
            lambda session: reminders.render_due(session, now, office, post(), AT_ONCE)
        ):
            pass
    finally:
        store.close()


def post() -> Postbox:
    return Postbox({"telegram": Telegram("1:AAA").split})


def to_groups(session: Session, groups: int, now: datetime) -> None:
    account = session.scalars(select(Account).limit(1)).one()
    for number in range(groups):
        for line in range(EACH_GROUP):
            said = Outgoing(f"通报 {line}", chat=str(FIRST_GROUP - number), priority=Priority.DIGEST)
            post().enqueue(session, said, now, account=account)


async def measure(made: Scene, count: int, seed: int) -> Burst:
    asked: list[tuple[int, float]] = []
    bot = await start_bot(made)
    asking = asyncio.create_task(ask(made, random.Random(seed), count, asked))
    while await asyncio.to_thread(within, made, unsent):
        assert bot.returncode is None, "the bot ended by itself"
        await asyncio.sleep(1)
    asking.cancel()
    await asyncio.sleep(2)
    bot.send_signal(signal.SIGTERM)
    assert await bot.wait() == 0
    journal = await made.server.control("journal")
    refused = (await made.server.control("counts"))["refused"]
    return await asyncio.to_thread(within, made, lambda session: counted(session, journal, refused, asked))


async def ask(made: Scene, rng: random.Random, count: int, asked: list[tuple[int, float]]) -> None:
    await made.server.control("beyond", sent=PER_SECOND, seconds=60)
    while True:
        user = FIRST_USER + rng.randrange(count)
        asked.append((user, time.monotonic()))
        await made.server.control("says", user=user, text=ASKED)
        await asyncio.sleep(ASK_SECONDS)


def unsent(session: Session) -> bool:
    waiting = select(func.count()).select_from(Reminder).where(Reminder.state == ReminderState.WAITING)
    rows = select(func.count()).select_from(Outbox).where(Outbox.state.in_((OutboxState.QUEUED, OutboxState.CLAIMED)))
    return bool(session.scalar(waiting) or session.scalar(rows.where(Outbox.answers_id.is_(None))))


def counted(session: Session, journal: list[dict[str, Any]], refused: int, asked: list[tuple[int, float]]) -> Burst:
    at = {(str(entry["chat_id"]), str(entry["message_id"])): entry["at"] for entry in journal}
    rows = session.execute(select(Outbox.chat_id, Outbox.provider_message_id, Outbox.answers_id, Outbox.state)).all()
    started = [at[row.chat_id, row.provider_message_id] for row in rows if row.answers_id is None]
    answers = {row.answers_id: at[row.chat_id, row.provider_message_id] for row in rows if row.answers_id is not None}
    said = session.execute(select(Inbox.id, Inbox.sender).order_by(Inbox.id)).all()
    waits = []
    for user, moment in asked:
        inbox_id = next((row.id for row in said if row.sender == str(user) and answers.get(row.id, 0) > moment), None)
        if inbox_id is not None:
            waits.append(answers.pop(inbox_id) - moment)
    first, last = min(started), max(started)
    sends = sum(entry["at"] <= last for entry in journal)
    return Burst(len(started), sends, last - first, refused, waits)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reminders", type=int, default=5000)
    parser.add_argument("--groups", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--render", action="store_true")
    told = parser.parse_args()
    logs.set_up("ERROR", json_lines=False, secrets=())
    found = asyncio.run(run(told.reminders, told.groups, told.seed, render=told.render))
    found.show()
    raise SystemExit(not found.good)


if __name__ == "__main__":
    main()
