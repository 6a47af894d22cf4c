"""Kill the real process again and again while people talk over HTTP, then compare what was said with what is stored.

The bot, and a Bot API server, are processes of their own. People write reports with a number of their own in each;
the bot is killed (SIGKILL) at random instants and started again on the same database.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import access
from data import plans
from data.kinds import InboxState, OutboxState, Role
from data.models import Account, Figure, Inbox, Outbox, Report, Target
from data.store import Store, migrate, open_store
from data.tables import read_table
from tests.servers.bot_api import TOKEN, RemoteBotApi

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "data" / "shipped" / "2021.txt"
# Each stands by itself: a lower figure than a colleague's, overtaken by a kill, would be asked about and not filed.
UNITS = {
    "教育局": "新增学位正在推进，困难是第{}批材料没到",
    "人社局": "新增就业正在推进，困难是第{}批材料没到",
    "民政局": "上门服务正在推进，困难是第{}批材料没到",
    "文体旅局": "慢病干预正在推进，困难是第{}批材料没到",
}
FIRST_USER = 5_000_000_001
PEOPLE = 60  # so many that the provider's pace for one chat holds nobody up
PER_SECOND = 4
ALLOWED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV")


@dataclass
class Tally:
    """What was said and what became of it; `in_flight` sums up the calls that were claimed at each kill."""

    kills: int = 0
    said: int = 0
    stored: int = 0
    lost: int = 0
    doubled: int = 0
    unanswered: int = 0
    sends: int = 0
    repeated: int = 0
    in_flight: int = 0
    unhandled: int = 0
    unsent: int = 0
    seed: int = 0

    @property
    def clean(self) -> bool:
        kept = (self.lost, self.doubled, self.unanswered, self.unhandled, self.unsent)
        return not any(kept) and self.repeated <= self.in_flight

    def __str__(self) -> str:
        return "  ".join(f"{name} {value}" for name, value in vars(self).items())


@dataclass
class Scene:
    """The database, the server, and who talks: Telegram user id → the unit's sentence with a place for the number."""

    database: Path
    server: RemoteBotApi
    talkers: dict[int, str] = field(default_factory=dict)
    said: list[tuple[int, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"sqlite:///{self.database}"


def prepare(store: Store, now: datetime, people: int = PEOPLE, sentences: Mapping[str, str] = UNITS) -> dict[int, str]:
    """The table, and a bound Telegram account for the liaison of each unit."""

    def work(session: Session) -> dict[int, str]:
        plans.apply(session, read_table(TABLE, year=2021), now, None)
        talkers = {}
        for number in range(people):
            unit = list(sentences)[number % len(sentences)]
            led = access.unit_named(session, unit)
            person = access.add_person(session, f"{unit}联络员{number}", Role.LIAISON, now, unit=led)
            user = FIRST_USER + number
            account = Account(channel="telegram", external_id=str(user), chat_id=str(user), created_at=now)
            session.add(account)
            session.flush()
            access.bind(session, account, person, now)
            talkers[user] = sentences[unit]
        return talkers

    return store.write_now(work)


@asynccontextmanager
async def scene(folder: Path, people: int = PEOPLE, sentences: Mapping[str, str] = UNITS) -> AsyncIterator[Scene]:
    async with RemoteBotApi() as server:
        made = Scene(folder / "duban.db", server)

        def begin() -> dict[int, str]:
            store = open_store(made.url)
            try:
                migrate(store)
                return prepare(store, datetime.now(UTC), people, sentences)
            finally:
                store.close()

        made.talkers = await asyncio.to_thread(begin)
        for user in made.talkers:
            await server.control("user", id=user, name=str(user))
        yield made


def environment(made: Scene) -> dict[str, str]:
    """What a bot is told that polls the scene's server."""
    return {name: os.environ[name] for name in ALLOWED if name in os.environ} | {
        "DUBAN_DATABASE__URL": made.url,
        "DUBAN_WEB__ENABLED": "false",
        "DUBAN_TELEGRAM__TOKEN": TOKEN,
        "DUBAN_TELEGRAM__BASE_URL": made.server.base_url,
        "DUBAN_TELEGRAM__BASE_FILE_URL": made.server.base_file_url,
        "DUBAN_LOG__LEVEL": "ERROR",
    }


async def start_bot(made: Scene) -> asyncio.subprocess.Process:
    """The bot as it is run."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environment(made), cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
    )


async def talk(
    made: Scene,
    rng: random.Random,
    stop: asyncio.Event,
    per_second: float = PER_SECOND,
    may: Callable[[], bool] = lambda: True,
) -> None:
    """Everybody writes reports with ever higher numbers, until told to stop, while they `may`."""
    numbers = dict.fromkeys(made.talkers.values(), 0)
    while not stop.is_set():
        if not may():
            await asyncio.sleep(rng.expovariate(per_second))
            continue
        user = rng.choice(list(made.talkers))
        sentence = made.talkers[user]
        numbers[sentence] += 1
        text = sentence.format(numbers[sentence])
        await made.server.control("says", user=user, text=text)
        made.said.append((user, text))
        await asyncio.sleep(rng.expovariate(per_second))


async def play(folder: Path, kills: int, seed: int) -> Tally:
    """Talk, kill, start again; then let the bot finish, and count."""
    rng = random.Random(seed)
    tally = Tally(seed=seed)
    async with scene(folder) as made:
        stop = asyncio.Event()
        talking = asyncio.create_task(talk(made, rng, stop))
        for _ in range(kills):
            bot = await start_bot(made)
            await busy(made, bot, rng)
            bot.send_signal(signal.SIGKILL)
            await bot.wait()
            tally.kills += 1
            tally.in_flight += await asyncio.to_thread(count, made, Outbox, OutboxState.CLAIMED)
        bot = await start_bot(made)
        await busy(made, bot, rng)
        stop.set()
        await talking
        await settled(made, bot)
        bot.send_signal(signal.SIGTERM)
        assert await bot.wait() == 0
        journal = await made.server.control("journal")
        await asyncio.to_thread(compare, made, journal, tally)
    return tally


class Running(Protocol):
    @property
    def returncode(self) -> int | None: ...


async def busy(made: Scene, bot: Running, rng: random.Random) -> None:
    """Until the bot has sent something since it was started, and a random instant more."""
    before = await sends(made)
    while not await made.server.control("beyond", sent=before, seconds=1.0):
        assert bot.returncode is None, "the bot ended by itself"
    await asyncio.sleep(rng.uniform(0, 1))


async def sends(made: Scene) -> int:
    return int((await made.server.control("counts"))["sent"])


async def settled(made: Scene, bot: Running) -> None:
    """Until everything that was said is stored, handled and answered."""
    async with asyncio.timeout(900):
        while await asyncio.to_thread(unfinished, made):
            assert bot.returncode is None, "the bot ended by itself"
            await asyncio.sleep(0.3)


def within(made: Scene, fn: Any) -> Any:
    store = open_store(made.url)
    try:
        return store.read_now(fn)
    finally:
        store.close()


def count(made: Scene, table: Any, state: str) -> int:
    return len(within(made, lambda session: session.scalars(select(table.id).where(table.state == state)).all()))


def unfinished(made: Scene) -> int:
    def work(session: Session) -> int:
        stored = len(session.scalars(select(Inbox.id)).all())
        waiting = session.scalars(select(Inbox.id).where(Inbox.state == InboxState.NEW)).all()
        unsent = session.scalars(select(Outbox.id).where(Outbox.state.in_(("queued", "claimed")))).all()
        return len(made.said) - stored + len(waiting) + len(unsent)

    return int(within(made, work))


def compare(made: Scene, journal: list[dict[str, Any]], tally: Tally) -> None:
    def work(session: Session) -> None:
        told = Counter(made.said)
        stored = Counter(
            session.execute(
                select(Account.external_id, Report.text, Report.id)
                .join(Inbox, Inbox.id == Report.inbox_id)
                .join(Account, Account.id == Inbox.account_id)
            ).all()
        )
        kept = Counter((int(user), text) for user, text, _id in stored)
        tally.said, tally.stored = sum(told.values()), sum(kept.values())
        tally.lost = sum((told - kept).values())
        tally.doubled = sum((kept - told).values())
        _check_figures(session)
        answered = set(session.scalars(select(Outbox.answers_id).where(Outbox.state == OutboxState.SENT)))
        tally.unanswered = sum(row not in answered for row in session.scalars(select(Inbox.id)))
        tally.unhandled = states(session, Inbox, InboxState.NEW, InboxState.ASIDE)
        tally.unsent = states(session, Outbox, "queued", "claimed", "failed")
        sent = select(Outbox.id).where(Outbox.state == OutboxState.SENT, Outbox.kind == "send")
        tally.sends = sum(entry["method"].lower() == "sendmessage" for entry in journal)
        tally.repeated = tally.sends - len(session.scalars(sent).all())

    within(made, work)


def states(session: Session, table: Any, *states: str) -> int:
    return len(session.scalars(select(table.id).where(table.state.in_(states))).all())


def _check_figures(session: Session) -> None:
    """Each figure is the number of its sentence."""
    rows = session.execute(select(Report.text, Figure.value).join(Figure).join(Target, Target.id == Figure.target_id))
    for text, value in rows:
        assert str(int(value)) in text, (text, value)


def main() -> None:
    """`python -m tests.proof.kills [KILLS] [SEED]`: the long run."""
    import tempfile

    kills, seed = (int(value) for value in (*sys.argv[1:], *("200", "1")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory(prefix="duban-kills-") as folder:
        tally = asyncio.run(play(Path(folder), kills, seed))
    print(tally)  # noqa: T201
    raise SystemExit(not tally.clean)


if __name__ == "__main__":
    main()
