"""The same kills with WeCom as the channel, either way: a self-built app by callbacks, an AI bot by its long line."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.contacts import PersonDraft, apply_people
from data import plans
from data.kinds import InboxState, OutboxState, Role
from data.models import Account, Dialog, Inbox, Outbox, Report
from data.store import migrate, open_store
from data.tables import read_table
from tests.proof.kills import ALLOWED, ROOT, TABLE, UNITS, Tally
from tests.proof.wecom_ways import WAYS, Life, Way, arrived, beyond, due

T = TypeVar("T")
PEOPLE = 40
PER_SECOND = 8


@dataclass
class WecomTally(Tally):
    """`air`: messages that were lost with the line that carried them, which only the AI bot's can; `beyond`: shown
    again though nothing accounts for it; `doubtful`: shown though the bot was told otherwise."""

    air: int = 0
    beyond: int = 0
    doubtful: int = 0

    @property
    def clean(self) -> bool:
        return not any((self.lost, self.doubled, self.unanswered, self.unhandled, self.unsent, self.beyond))


@dataclass
class Scene:
    """The database and the way; userid → the unit's sentence; what was said."""

    database: Path
    way: Way
    talkers: dict[str, str] = field(default_factory=dict)
    said: list[tuple[str, str]] = field(default_factory=list)
    lives: list[Life] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"sqlite:///{self.database}"

    def read(self, fn: Callable[[Session], T]) -> T:
        store = open_store(self.url)
        try:
            return store.read_now(fn)
        finally:
            store.close()


class Running(Protocol):
    """A process of the bot."""

    @property
    def returncode(self) -> int | None: ...
    def send_signal(self, number: int) -> None: ...
    async def wait(self) -> int: ...


def prepare(made: Scene) -> None:
    """The table, and liaisons who are known by their userids."""
    units = {f"user{number}": list(UNITS)[number % len(UNITS)] for number in range(PEOPLE)}
    drafts = [
        PersonDraft(f"{unit}联络员{userid}", Role.LIAISON, place, unit, wecom=userid)
        for place, (userid, unit) in enumerate(units.items())
    ]
    now = datetime.now(UTC)

    def work(session: Session) -> None:
        plans.apply(session, read_table(TABLE, year=2021), now, None)
        apply_people(session, drafts, now, channels=[made.way.name])

    store = open_store(made.url)
    try:
        migrate(store)
        store.write_now(work)
    finally:
        store.close()
    made.talkers = {userid: UNITS[unit] for userid, unit in units.items()}
    for userid in made.talkers:
        made.way.knows(userid)


def environment(made: Scene) -> dict[str, str]:
    """What the bot is told: its door is open to WeCom and to nobody else."""
    return {name: os.environ[name] for name in ALLOWED if name in os.environ} | {
        "DUBAN_DATABASE__URL": made.url,
        "DUBAN_WEB__ENABLED": "false",
        "DUBAN_LOG__LEVEL": "ERROR",
        **made.way.settings(),
    }


async def start_bot(made: Scene) -> asyncio.subprocess.Process:
    """The bot as it is run."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environment(made), cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
    )


async def talk(made: Scene, rng: random.Random, stop: asyncio.Event) -> None:
    """Everybody writes reports until told to stop; each row's numbers rise, and come in that order."""
    async with asyncio.TaskGroup() as units:
        for sentence in UNITS.values():
            people = [userid for userid, own in made.talkers.items() if own == sentence]
            units.create_task(_report(made, people, sentence, random.Random(rng.random()), stop))


async def _report(made: Scene, people: list[str], sentence: str, rng: random.Random, stop: asyncio.Event) -> None:
    number = 0
    while not stop.is_set():
        number += 1
        said = (rng.choice(people), sentence.format(number))
        made.said.append(said)
        await made.way.bring(*said)
        await asyncio.sleep(rng.expovariate(PER_SECOND / len(UNITS)))


async def play(folder: Path, kills: int, seed: int, way: str = "wecom_app") -> WecomTally:
    """Talk, kill, start again; then let the bot finish, and count."""
    rng = random.Random(seed)
    tally = WecomTally(seed=seed)
    async with WAYS[way](free_port(rng)) as played:
        made = Scene(folder / "duban.db", played)
        await asyncio.to_thread(prepare, made)
        stop = asyncio.Event()
        talking = asyncio.create_task(talk(made, rng, stop))
        for _ in range(kills):
            bot = await start_bot(made)
            await busy(made, bot, rng)
            await kill(made, bot, tally)
        bot = await start_bot(made)
        await busy(made, bot, rng)
        stop.set()
        await talking
        await finish(made, bot)
        await asyncio.to_thread(made.read, lambda session: compare(session, made, tally))
    return tally


async def kill(made: Scene, bot: Running, tally: Tally) -> None:
    bot.send_signal(signal.SIGKILL)
    await bot.wait()
    tally.kills += 1
    claimed = await asyncio.to_thread(made.read, _claimed)
    tally.in_flight += claimed
    made.lives.append(Life(len(made.way.journal), made.way.faults.doubtful, claimed))


async def settled(made: Scene, bot: Running) -> None:
    """Until all that was taken in is handled and answered."""
    async with asyncio.timeout(900):
        while await asyncio.to_thread(made.read, _open):
            assert bot.returncode is None, "the bot ended by itself"
            await asyncio.sleep(0.05)


async def finish(made: Scene, bot: Running) -> None:
    """Let it do what is left, and end."""
    await settled(made, bot)
    bot.send_signal(signal.SIGTERM)
    code = await bot.wait()
    assert code == 0, f"the bot ended with {code}"
    made.lives.append(Life(len(made.way.journal), made.way.faults.doubtful, 0))


def free_port(rng: random.Random) -> int:
    """A port that no outgoing connection gets: knocking at a closed door on such a port may connect it to itself."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", rng.randrange(20_000, 30_000)))
            return int(probe.getsockname()[1])


async def busy(made: Scene, bot: Running, rng: random.Random) -> None:
    """Until the bot has sent something since it was started, and a random instant more."""
    before = len(made.way.journal)
    while len(made.way.journal) == before:
        assert bot.returncode is None, "the bot ended by itself"
        await asyncio.sleep(0.01)
    await asyncio.sleep(rng.uniform(0, 0.4))


def _claimed(session: Session) -> int:
    return len(session.scalars(select(Outbox.id).where(Outbox.state == OutboxState.CLAIMED)).all())


def _open(session: Session) -> int:
    waiting = session.scalars(select(Inbox.id).where(Inbox.state == InboxState.NEW)).all()
    return len(waiting) + len(session.scalars(select(Outbox.id).where(Outbox.state.in_(("queued", "claimed")))).all())


def _filed(session: Session, made: Scene, table: type[Report] | type[Dialog]) -> Counter[tuple[str, str]]:
    """Who said what, of the messages that gave a report, or were asked back about: who was held up by a kill may be
    overtaken by a colleague, and then has fewer than was reported before."""
    rows = session.execute(
        select(Account.external_id, Inbox.raw)
        .join(Inbox, Inbox.account_id == Account.id)
        .join(table, table.inbox_id == Inbox.id)
    )
    return Counter((userid, made.way.parse(raw).text) for userid, raw in rows)


def compare(session: Session, made: Scene, tally: WecomTally) -> None:
    """What was said with what is stored, what is on record as sent with what was shown."""
    told, kept, air = Counter(made.said), _filed(session, made, Report), made.way.lost_on_the_way(session)
    tally.said, tally.stored, tally.air = sum(told.values()), sum(kept.values()), sum(air.values())
    tally.lost = sum((told - kept - _filed(session, made, Dialog) - air).values())
    tally.doubled = sum((kept - told).values())
    answered = set(session.scalars(select(Outbox.answers_id).where(Outbox.state == OutboxState.SENT)))
    tally.unanswered = sum(row not in answered for row in session.scalars(select(Inbox.id)))
    states = Counter(session.scalars(select(Inbox.state)))
    tally.unhandled = states[InboxState.NEW] + states[InboxState.ASIDE]
    wanted = due(session, made.way)
    shown = arrived(made.way.journal, wanted.instead)
    missing, again = wanted.must - Counter(shown), Counter(shown) - wanted.must - wanted.may
    left = session.scalars(select(Outbox.id).where(Outbox.state.in_(("queued", "claimed", "failed")))).all()
    tally.unsent = len(left) + sum(missing.values())
    tally.sends, tally.repeated = len(shown), sum(again.values())
    tally.doubtful = made.way.faults.doubtful
    tally.beyond = beyond(made.lives, shown, wanted.must + wanted.may)


def main() -> None:
    """`python -m tests.proof.wecom_kills [KILLS] [SEED] [wecom_app|wecom_aibot]`: the long run."""
    import tempfile

    kills, seed, way = (*sys.argv[1:], *("100", "1", "wecom_app")[len(sys.argv) - 1 :])
    with tempfile.TemporaryDirectory(prefix="duban-kills-") as folder:
        tally = asyncio.run(play(Path(folder), int(kills), int(seed), way))
    print(tally)  # noqa: T201
    raise SystemExit(not tally.clean)


if __name__ == "__main__":
    main()
