"""The watch inside a running bot: it looks at every part, tells admins what is late, calls the watchdog outside, has
the database copied, and gives the day's list of who could not be reached.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

import aiohttp
import structlog
from sqlalchemy.orm import Session

from bot import collectives, health, nextyear, unreached
from bot.accounts import preferred_account
from bot.health import CHANNEL, Part
from bot.message import Outgoing
from bot.outbox import Postbox
from bot.texts import Texts, texts
from data import queries
from data.backup import Copy, Stopped, folder_of, name_of, rotate, take
from data.errors import UserError
from data.files import FOLDER, take_along
from data.kinds import Priority, Role
from data.models import Account, Person, Setting

if TYPE_CHECKING:
    from bot.fetching import Fetcher
    from scheduler.office import Office

log = structlog.get_logger()

EVERY_SECONDS: Final = 20.0
PING_SECONDS: Final = 10.0
RETRY_BACKUP_SECONDS: Final = 3600.0
TOLD: Final = "watch.told"
BACKUP_DAY: Final = "backup.day"
WELL: Final = ("database", "ticker", "rounds")

Word = Callable[[Texts], str]


class Watched(health.Looked, Protocol):
    """A running bot, with what the watch needs to do something about what it sees."""

    office: Office
    postbox: Postbox
    fetcher: Fetcher

    async def write(self, fn: Callable[[Session], Any]) -> Any:
        """A write whose messages go out at once."""


class Watch:
    """Looks every `every` seconds until stopped; what goes wrong in looking is logged, no more."""

    def __init__(self, bot: Watched, every: float = EVERY_SECONDS) -> None:
        self._bot = bot
        self._every = every
        self._stopping = False
        self._pinged: float | None = None
        self._backup_failed: float | None = None
        self._backing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.turn()
            except Exception:
                log.exception("watch_failed")

    async def turn(self) -> None:
        """Look once, and do what is to be done."""
        bot, now = self._bot, self._bot.clock()
        parts = await health.look(bot)
        for part in parts:
            if part.late:
                log.error("part_late", part=part.name, seconds=round(part.seconds), why=part.why)
        await bot.write(partial(_remember, parts=parts, now=now, postbox=bot.postbox))
        await self._ping(parts)
        if self._backing is None or self._backing.done():
            self._backing = asyncio.create_task(self._back_up(now), name="backup")
        await bot.write(partial(unreached.tell, now=now, office=bot.office, postbox=bot.postbox))
        await bot.write(partial(nextyear.warn, now=now, office=bot.office, postbox=bot.postbox))
        await bot.write(partial(collectives.tell, now=now, office=bot.office, postbox=bot.postbox))

    async def stop(self) -> None:
        """A copy under way is given up."""
        self._stopping = True
        if self._backing is not None:
            with suppress(Exception):
                await asyncio.wait_for(self._backing, 2)

    # The watchdog outside

    async def _ping(self, parts: Sequence[Part]) -> None:
        """Call the configured address, if the bot does its work and the time for it has come."""
        told, vitals = self._bot.settings.watchdog, self._bot.vitals
        waited = self._pinged is None or vitals.since(self._pinged) >= told.every
        if not told.url or not waited or any(not part.ready for part in parts if part.kind in WELL):
            return
        self._pinged = vitals.monotonic()
        timeout = aiohttp.ClientTimeout(total=PING_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as http,
                http.get(told.url, proxy=self._bot.settings.network.proxy or None) as answer,
            ):
                answer.raise_for_status()
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("watchdog_not_reached", error=type(error).__name__)

    # Copies

    async def _back_up(self, now: datetime) -> None:
        """The day's copy, if its hour has come and it was not taken yet."""
        bot = self._bot
        section, local = bot.settings.backup, bot.office.local(now)
        day = local.date().isoformat()
        failed = self._backup_failed is not None and bot.vitals.since(self._backup_failed) < RETRY_BACKUP_SECONDS
        if not section.keep or failed or local.time() < section.at:
            return
        if await bot.store.read(lambda session: _kept(session, BACKUP_DAY)) == day:
            return
        try:
            made = await asyncio.to_thread(self._copy, now)
        except Stopped:
            return
        except UserError as error:
            self._backup_failed = bot.vitals.monotonic()
            log.error("backup_failed", why=error.values.get("why"))
            await bot.write(partial(_tell_backup_failed, error=error, day=day, now=now, postbox=bot.postbox))
            return
        log.info("backed_up", path=str(made.path), size=made.size)
        await bot.store.write(lambda session: _keep(session, BACKUP_DAY, day))

    def _copy(self, now: datetime) -> Copy:
        store, section = self._bot.store, self._bot.settings.backup
        folder = folder_of(store.url, section.folder)
        made = take(store, folder / name_of("backup", store.url, now), now, lambda: self._stopping)
        take_along(self._bot.fetcher.folder, folder / FOLDER)
        rotate(folder, section.keep)
        return made


# Rows ------------------------------------------------------------------------------------------------------


def _kept(session: Session, key: str) -> object:
    row = session.get(Setting, key)
    return row.value if row is not None else None


def _keep(session: Session, key: str, value: object) -> None:
    session.merge(Setting(key=key, value=value))


def _remember(session: Session, *, parts: Sequence[Part], now: datetime, postbox: Postbox) -> None:
    """Let other processes read how the bot is; tell admins what is late now, and what is well again."""
    health.keep_parts(session, parts, now)
    kept = _kept(session, TOLD)
    told = set(kept) if isinstance(kept, list) else set()
    late = {part.name for part in parts if part.late}
    well = {part.name for part in parts if part.ready}
    dead = {name.removeprefix(CHANNEL) for name in late if name.startswith(CHANNEL)}
    for part in parts:
        if part.name in late - told:
            tell_admins(session, postbox, now, partial(_said, "late", part), dead)
        elif part.name in told & well:
            tell_admins(session, postbox, now, partial(_said, "well", part), dead)
    if told != (after := (told | late) - well):
        _keep(session, TOLD, sorted(after))


def _said(state: str, part: Part, say: Texts) -> str:
    channel = part.name.removeprefix(CHANNEL)
    label = say.say(f"people.channel.{channel}") if say.has(f"people.channel.{channel}") else channel
    return say.say(f"delivery.{state}.{part.kind}", minutes=max(1, round(part.seconds / 60)), channel=label)


def tell_admins(session: Session, postbox: Postbox, now: datetime, word: Word, dead: Collection[str] = ()) -> int:
    """Tell every admin, over a channel that is not dead if there is one; how many can be told."""
    told = 0
    for admin in queries.people_with(session, Role.ADMIN):
        notice = Outgoing(word(texts(admin.language)), priority=Priority.NOTICE)
        account = _living(session, postbox, admin, dead)
        told += account is not None and postbox.enqueue(session, notice, now, account=account) is not None
    return told


def _living(session: Session, postbox: Postbox, admin: Person, dead: Collection[str]) -> Account | None:
    on = postbox.channels
    alive = [name for name in on if name not in dead] if on is not None else None
    return preferred_account(session, admin.id, alive) or preferred_account(session, admin.id, on)


def _tell_backup_failed(session: Session, *, error: UserError, day: str, now: datetime, postbox: Postbox) -> None:
    """Once a day."""
    if _kept(session, "backup.failed") == day:
        return
    _keep(session, "backup.failed", day)
    tell_admins(session, postbox, now, lambda say: say.error(error))
