"""The same kills with a self-built app of WeCom as the channel: callbacks in, the server API out.

WeCom brings a callback until it is answered 200; here it goes on for as long as the bot is down, where the real one
gives up after three times. What it takes twice it shows once, for the bot asks it to look.
"""

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
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.wecom_app.updates import parse
from bot.contacts import PersonDraft, apply_people
from data import plans
from data.kinds import InboxState, OutboxState, Role
from data.models import Account, Dialog, Inbox, Outbox, Report
from data.store import migrate, open_store
from data.tables import read_table
from tests.proof.kills import ALLOWED, ROOT, TABLE, UNITS, Tally
from tests.servers.wecom_app import WecomServer

T = TypeVar("T")
PEOPLE = 40
PER_SECOND = 8
AGAIN_SECONDS = 0.1


@dataclass
class Scene:
    """The database, WeCom, the bot's port; userid → the unit's sentence; what was said and taken."""

    database: Path
    server: WecomServer
    port: int
    talkers: dict[str, str] = field(default_factory=dict)
    said: list[tuple[str, str]] = field(default_factory=list)
    brought: int = 0

    @property
    def url(self) -> str:
        return f"sqlite:///{self.database}"

    def read(self, fn: Callable[[Session], T]) -> T:
        store = open_store(self.url)
        try:
            return store.read_now(fn)
        finally:
            store.close()


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
        apply_people(session, drafts, now)

    store = open_store(made.url)
    try:
        migrate(store)
        store.write_now(work)
    finally:
        store.close()
    made.talkers = {userid: UNITS[unit] for userid, unit in units.items()}


async def start_bot(made: Scene) -> asyncio.subprocess.Process:
    """The bot as it is run, its door open to WeCom."""
    environment = {name: os.environ[name] for name in ALLOWED if name in os.environ} | {
        "DUBAN_DATABASE__URL": made.url,
        "DUBAN_WEB__ENABLED": "false",
        "DUBAN_WEB__PORT": str(made.port),
        "DUBAN_WECOM_APP__CORP_ID": made.server.corp_id,
        "DUBAN_WECOM_APP__AGENT_ID": str(made.server.agent_id),
        "DUBAN_WECOM_APP__SECRET": made.server.secret,
        "DUBAN_WECOM_APP__TOKEN": made.server.token,
        "DUBAN_WECOM_APP__ENCODING_AES_KEY": made.server.aes_key,
        "DUBAN_WECOM_APP__API_BASE": made.server.url,
        "DUBAN_LOG__LEVEL": "ERROR",
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environment, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
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
        await bring(made, rng.choice(people), sentence.format(number))
        await asyncio.sleep(rng.expovariate(PER_SECOND / len(UNITS)))


async def bring(made: Scene, userid: str, text: str) -> None:
    """Bring one message until it is taken, the same each time."""
    member = made.server.members[userid]
    number = next(made.server.numbers)
    xml = member.xml("text", f"<Content><![CDATA[{text}]]></Content><MsgId>{number}</MsgId>")
    made.said.append((userid, text))
    made.brought += 1
    while await made.server.call_back(xml, tries=1) != 200:
        made.brought += 1
        await asyncio.sleep(AGAIN_SECONDS)


async def play(folder: Path, kills: int, seed: int) -> Tally:
    """Talk, kill, start again; then let the bot finish, and count."""
    rng = random.Random(seed)
    tally = Tally(seed=seed)
    async with WecomServer() as server:
        made = Scene(folder / "duban.db", server, free_port(rng))
        server.callback_url = f"http://127.0.0.1:{made.port}/wecom/app"
        await asyncio.to_thread(prepare, made)
        for userid in made.talkers:
            server.member(userid)
        stop = asyncio.Event()
        talking = asyncio.create_task(talk(made, rng, stop))
        for _ in range(kills):
            bot = await start_bot(made)
            await _busy(made, bot, rng)
            bot.send_signal(signal.SIGKILL)
            await bot.wait()
            tally.kills += 1
            tally.in_flight += await asyncio.to_thread(made.read, _claimed)
        bot = await start_bot(made)
        await _busy(made, bot, rng)
        stop.set()
        await talking
        await _settled(made, bot)
        bot.send_signal(signal.SIGTERM)
        code = await bot.wait()
        assert code == 0, f"the bot ended with {code}"
        await asyncio.to_thread(made.read, lambda session: _compare(session, made, tally))
    return tally


def free_port(rng: random.Random) -> int:
    """A port that no outgoing connection gets: knocking at a closed door on such a port may connect it to itself."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", rng.randrange(20_000, 30_000)))
            return int(probe.getsockname()[1])


async def _busy(made: Scene, bot: asyncio.subprocess.Process, rng: random.Random) -> None:
    """Until the bot has sent something since it was started, and a random instant more."""
    before = len(made.server.delivered)
    while len(made.server.delivered) == before:
        assert bot.returncode is None, "the bot ended by itself"
        await asyncio.sleep(0.01)
    await asyncio.sleep(rng.uniform(0, 0.4))


async def _settled(made: Scene, bot: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(120):
        while await asyncio.to_thread(made.read, _open):
            assert bot.returncode is None, "the bot ended by itself"
            await asyncio.sleep(0.05)


def _claimed(session: Session) -> int:
    return len(session.scalars(select(Outbox.id).where(Outbox.state == OutboxState.CLAIMED)).all())


def _open(session: Session) -> int:
    waiting = session.scalars(select(Inbox.id).where(Inbox.state == InboxState.NEW)).all()
    return len(waiting) + len(session.scalars(select(Outbox.id).where(Outbox.state.in_(("queued", "claimed")))).all())


def _filed(session: Session, table: type[Report] | type[Dialog]) -> Counter[tuple[str, str]]:
    """Who said what, of the messages that gave a report, or were asked back about: who was held up by a kill may be
    overtaken by a colleague, and then has fewer than was reported before."""
    rows = session.execute(
        select(Account.external_id, Inbox.raw)
        .join(Inbox, Inbox.account_id == Account.id)
        .join(table, table.inbox_id == Inbox.id)
    )
    return Counter((userid, parse(raw).text) for userid, raw in rows)


def _compare(session: Session, made: Scene, tally: Tally) -> None:
    told, kept = Counter(made.said), _filed(session, Report)
    tally.said, tally.stored = sum(told.values()), sum(kept.values())
    tally.lost = sum((told - kept - _filed(session, Dialog)).values())
    tally.doubled = sum((kept - told).values())
    answered = set(session.scalars(select(Outbox.answers_id).where(Outbox.state == OutboxState.SENT)))
    tally.unanswered = sum(row not in answered for row in session.scalars(select(Inbox.id)))
    states = Counter(session.scalars(select(Inbox.state)))
    tally.unhandled = states[InboxState.NEW] + states[InboxState.ASIDE]
    sent = Counter(session.scalars(select(Outbox.state)))
    tally.unsent = sum(count for state, count in sent.items() if state != OutboxState.SENT)
    tally.sends = sum(len(member.log) for member in made.server.members.values())
    tally.repeated = tally.sends - sent[OutboxState.SENT]


def main() -> None:
    """`python -m tests.proof.wecom_kills [KILLS] [SEED]`: the long run."""
    import tempfile

    kills, seed = (int(value) for value in (*sys.argv[1:], *("100", "1")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory(prefix="duban-kills-") as folder:
        tally = asyncio.run(play(Path(folder), kills, seed))
    print(tally)  # noqa: T201
    raise SystemExit(not tally.clean)


if __name__ == "__main__":
    main()
