"""Files that people sent are fetched: each row `to_fetch` is got from its channel, looked into, and kept or refused.

A report never waits for its files. What fails for now is tried again for three days; whoever sent a file hears once
where it was refused or could not be got.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy.orm import Session

from bot import attachments, documents
from bot.attachments import Wanted, summed
from bot.importing import named
from bot.message import Channel, FetchFailed, HasFiles, HoldsFiles, Outgoing
from bot.outbox import Postbox
from bot.sender import backoff
from bot.texts import texts
from data.errors import UserError
from data.files import TooLarge, Writing, writing
from data.filetypes import FileType, type_of
from data.kinds import FileState, Priority
from data.models import Attachment
from data.store import Store, Urgency

log = structlog.get_logger()
AT_ONCE: Final = 3
IDLE_SECONDS: Final = 2.0
FILE_SECONDS: Final = 600.0
MEGABYTE: Final = 1_000_000
GIVE_UP_AFTER: Final = timedelta(days=3)


@dataclass(frozen=True)
class Kept:
    """A file that is on disk."""

    sha256: str
    size: int
    found: FileType


@dataclass(frozen=True)
class Desk:
    """How people are told, and the largest size in bytes."""

    postbox: Postbox
    most: int


class Refused(Exception):
    """A file that is not kept: `reason` is `type` or `too_large`; `why` is what is said of it as a table."""

    def __init__(self, reason: str, why: UserError | None = None) -> None:
        super().__init__(reason)
        self.reason, self.why = reason, why


class Fetcher:
    """Fetches the files of all channels until stopped. `most` is the largest size in bytes."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        folder: Path,
        most: int,
        clock: Callable[[], datetime],
        postbox: Postbox,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        self._store, self._channels = store, channels
        self.folder, self.most = folder, most
        self._clock, self._after = clock, after
        self._desk = Desk(postbox, most)
        self._wake = asyncio.Event()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._stopping = False

    def wake(self) -> None:
        """There may be something to fetch."""
        self._wake.set()

    async def run(self) -> None:
        """Work until `stop`."""
        while not self._stopping:
            self._wake.clear()
            try:
                if not await self._turn():
                    await self._wait()
            except Exception:
                log.exception("fetching_turn_failed")
                await asyncio.sleep(IDLE_SECONDS)

    async def stop(self) -> None:
        """What is under way is given up, and begun anew at the next start."""
        self._stopping = True
        self.wake()
        for task in list(self._tasks.values()):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=2)

    async def _turn(self) -> bool:
        """Begin what there is room for; whether anything was begun."""
        room = AT_ONCE - len(self._tasks)
        if room <= 0:
            return False
        find = partial(attachments.to_fetch, now=self._clock(), most=room, busy=tuple(self._tasks))
        wanted = await self._store.read(find)
        for each in wanted:
            self._tasks[each.id] = asyncio.create_task(self._fetch(each))
        return bool(wanted)

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
        except TimeoutError:
            return

    async def _fetch(self, wanted: Wanted) -> None:
        try:
            await self.fetch(wanted)
        except Exception:
            log.exception("fetching_failed", attachment_id=wanted.id)
            await asyncio.sleep(IDLE_SECONDS)
        finally:
            self._tasks.pop(wanted.id, None)
            self.wake()

    async def fetch(self, wanted: Wanted) -> None:
        """Get one file and record what became of it."""
        try:
            async with asyncio.timeout(FILE_SECONDS):
                became = partial(_kept, kept=await self._got(wanted))
        except Refused as refused:
            reason, why = refused.reason, refused.why
            became = partial(_given_up, state=FileState.REFUSED, reason=reason, why=why, desk=self._desk)
        except FetchFailed as failed:
            log.warning("file_not_got", attachment_id=wanted.id, channel=wanted.channel, reason=failed.reason)
            became = partial(_failed, permanent=failed.permanent, desk=self._desk)
        except (OSError, TimeoutError) as error:
            log.warning("file_not_got", attachment_id=wanted.id, channel=wanted.channel, reason=type(error).__name__)
            became = partial(_failed, permanent=False, desk=self._desk)
        settled = await self._store.write(partial(became, file_id=wanted.id, now=self._clock()), Urgency.HANDLE)
        if settled and isinstance(channel := self._channels.get(wanted.channel), HoldsFiles):
            await channel.let_go(wanted.key)
        self._after()

    async def _got(self, wanted: Wanted) -> Kept:
        """The file on disk. Raises Refused, FetchFailed, OSError."""
        channel = self._channels.get(wanted.channel)
        if not isinstance(channel, HasFiles):
            raise FetchFailed("the channel is off")
        if wanted.size is not None and wanted.size > self.most:
            raise Refused("too_large", _too_large(wanted, self.most))
        with writing(self.folder, self.most) as made:
            try:
                async with aclosing(channel.fetch(wanted.key)) as pieces:
                    async for piece in pieces:
                        await asyncio.to_thread(made.write, piece)
            except TooLarge as error:
                raise Refused("too_large") from error
            return await asyncio.to_thread(_looked_into, made, wanted.name)


def _too_large(wanted: Wanted, most: int) -> UserError:
    """What an import says of a file of a size that was told."""
    megabytes, limit = -(-(wanted.size or 0) // MEGABYTE), most // MEGABYTE
    return UserError("import.file_too_large", file=wanted.name, megabytes=megabytes, limit=limit)


def _looked_into(made: Writing, name: str) -> Kept:
    """Keep the file if it is of a kind that is kept. Raises Refused."""
    made.flush()
    found = type_of(made.path)
    if found is None:
        raise Refused("type", _unreadable(made.path, name))
    return Kept(made.keep(), made.size, found)


def _unreadable(path: Path, name: str) -> UserError | None:
    """What an import says of a file of no kind that is kept."""
    from data.tables.files import refuse_unreadable

    try:
        with named(path, name) as place:
            refuse_unreadable(place)
    except UserError as error:
        return error
    return None


# Rows ------------------------------------------------------------------------------------------------------


def _kept(session: Session, *, kept: Kept, file_id: int, now: datetime) -> bool:
    told: dict[str, Any] = {"sha256": kept.sha256, "size": kept.size, "type": kept.found.media, "kept_at": now}
    file = attachments.settle(session, file_id, FileState.KEPT, reason=None, **told)
    if file is not None:
        documents.file_came(session, file)
    log.info("file_kept", attachment_id=file_id, size=kept.size, type=kept.found.media)
    return True


def _failed(session: Session, *, permanent: bool, desk: Desk, file_id: int, now: datetime) -> bool:
    """Try again later, as long as that is of use; whether it was not."""
    file = session.get_one(Attachment, file_id)
    if permanent or now - file.created_at > GIVE_UP_AFTER:
        return _given_up(session, state=FileState.LOST, reason="lost", desk=desk, file_id=file_id, now=now)
    file.tries += 1
    file.next_try_at = now + timedelta(seconds=backoff(file.tries))
    return False


def _given_up(
    session: Session,
    *,
    state: FileState,
    reason: str,
    desk: Desk,
    file_id: int,
    now: datetime,
    why: UserError | None = None,
) -> bool:
    """Tell whoever sent it, once; of a table that was to be read, what an import says."""
    file = attachments.settle(session, file_id, state, reason=reason)
    if file is not None:
        say = texts(file.person.language)
        wanted = documents.file_lost(session, file, reason)
        told = say.say(f"files.{reason}", what=summed(say, [file]), megabytes=desk.most / MEGABYTE)
        told = say.error(why) if wanted and why is not None else told
        desk.postbox.enqueue(session, Outgoing(told, person_id=file.person_id, priority=Priority.NOTICE), now)
    return True
