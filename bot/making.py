"""Makes the files that were asked for in chat, and has those read that were sent, outside every transaction of a
handler; what came of it is queued.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final, Protocol

import structlog
from sqlalchemy.orm import Session

from bot import documents
from bot.documents import Instead, Made, Recipe
from bot.message import Outgoing
from bot.outbox import Postbox
from bot.texts import Texts, texts
from data import queries
from data.errors import UserError
from data.kinds import Priority, Role
from data.models import Account, Person, Setting
from data.store import Store, Urgency, is_passing
from scheduler.office import Office

log = structlog.get_logger()
IDLE_SECONDS: Final = 5.0
TABLE: Final = "table"  # the form of what is read instead of made
DEATHS: Final = 5  # so often a process may die of a file before it is given up
TOLD: Final = "chart.told"


class Reader(Protocol):
    """Reads what people sent; runs on a thread of its own."""

    def finished(
        self,
        read: Callable[[Callable[[Session], Any]], Any],
        recipe: Recipe,
        now: datetime,
        given_up: Callable[[], bool] = lambda: False,
    ) -> Callable[[Session], Any]:
        """What is to be written of a recipe; `read` runs something on a reading session. Raises UserError, and anything
        else soon after it was `given_up`."""


class Died(Exception):
    """The process died of it again and again."""


# Handing over ----------------------------------------------------------------------------------------------


def hand_over(session: Session, recipe: Recipe, made: Made | Instead, now: datetime, postbox: Postbox) -> None:
    """Keep the file and queue the message that carries it, in one transaction."""
    if isinstance(made, Instead):
        documents.failed(session, recipe.id, made.admins or "", now, final=True)
        answer(session, recipe, Outgoing(made.words), now, postbox)
        if made.admins is not None:
            _tell_admins_once(session, made.admins, now, postbox)
        return
    documents.keep(session, recipe.id, made.file, now)
    keys = [made.buttons] if made.buttons else []
    outgoing = Outgoing(made.words, title=made.title, buttons=keys, document_id=recipe.id)
    answer(session, recipe, outgoing, now, postbox)


def refuse(session: Session, recipe: Recipe, error: UserError, now: datetime, postbox: Postbox) -> None:
    """What the person has to hear instead of the file."""
    documents.failed(session, recipe.id, error.code, now, final=True)
    answer(session, recipe, Outgoing(texts_of(session, recipe).error(error)), now, postbox)


def broke(session: Session, recipe: Recipe, error: Exception, now: datetime, postbox: Postbox) -> None:
    """Try again later; at last the person is told."""
    if documents.failed(session, recipe.id, f"{type(error).__name__}: {error}", now, final=False):
        say = texts_of(session, recipe)
        told = say.say("import.broke" if recipe.form == TABLE else "documents.broke")
        answer(session, recipe, Outgoing(told), now, postbox)


def texts_of(session: Session, recipe: Recipe) -> Texts:
    """In the language of who asked."""
    return texts(session.get_one(Person, recipe.person_id).language)


def answer(session: Session, recipe: Recipe, outgoing: Outgoing, now: datetime, postbox: Postbox) -> None:
    """To the account that asked, where it is still that person's; else wherever the person can be reached."""
    account = session.get(Account, recipe.account_id) if recipe.account_id is not None else None
    if account is not None and account.person_id != recipe.person_id:
        account = None
    postbox.enqueue(
        session, replace(outgoing, person_id=recipe.person_id), now, account=account, answers=recipe.inbox_id
    )


def _tell_admins_once(session: Session, code: str, now: datetime, postbox: Postbox) -> None:
    if session.get(Setting, TOLD) is not None:
        return
    session.add(Setting(key=TOLD, value=code))
    for admin in queries.people_with(session, Role.ADMIN):
        words = texts(admin.language).say(f"chart.{code}")
        postbox.enqueue(session, Outgoing(words, person_id=admin.id, priority=Priority.NOTICE), now)


# The worker ------------------------------------------------------------------------------------------------


class Maker:
    """Makes what waits, one after the other, until stopped. `after` is called when something was queued."""

    def __init__(
        self,
        store: Store,
        office: Office,
        postbox: Postbox,
        clock: Callable[[], datetime],
        after: Callable[[], None],
        reader: Reader | None = None,
    ) -> None:
        self._store, self._office, self._postbox = store, office, postbox
        self._clock, self._after, self._reader = clock, after, reader
        self._wake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """There may be something to make."""
        self._wake.set()

    def stop(self) -> None:
        """Begin nothing more; what is under way is made again after the next start."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                if await self._turn():
                    continue
            except Exception as error:
                log.exception("making_turn_failed", passing=is_passing(error))
            await self._wait()

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
        except TimeoutError:
            return

    async def _turn(self) -> bool:
        """Make one; whether there was one."""
        if not await self._store.read(partial(documents.any_waiting, now=self._clock())):
            return False
        recipe = await self._store.write(partial(documents.take_next, now=self._clock()), Urgency.HANDLE)
        if recipe is None:
            return False
        finish = await self._finished(recipe)
        if self._stopping:
            return False
        try:
            await self._store.write(finish, Urgency.HANDLE)
        except Exception as error:
            log.exception("document_not_kept", document_id=recipe.id, what=recipe.what)
            await self._store.write(self._broke(recipe, error), Urgency.HANDLE)
        log.info("document_done", document_id=recipe.id, what=recipe.what, form=recipe.form)
        self._after()
        return True

    async def _finished(self, recipe: Recipe) -> Callable[[Session], Any]:
        """What is to be written of it."""
        if recipe.tries > DEATHS:
            return self._broke(recipe, Died())
        try:
            if self._reader is not None and recipe.form == TABLE:
                read = partial(self._reader.finished, self._store.read_now, recipe, self._clock())
                return await asyncio.to_thread(read, lambda: self._stopping)
            from bot import makers  # brings writers of Excel, Word and pictures: not before somebody asks

            made = await self._store.read(partial(makers.make, recipe=recipe, office=self._office))
            if isinstance(made, Made):
                made = await asyncio.to_thread(makers.printed, made, lambda: self._stopping)
        except UserError as error:
            return partial(refuse, recipe=recipe, error=error, now=self._clock(), postbox=self._postbox)
        except Exception as error:
            log.exception("document_not_made", document_id=recipe.id, what=recipe.what)
            return self._broke(recipe, error)
        return partial(hand_over, recipe=recipe, made=made, now=self._clock(), postbox=self._postbox)

    def _broke(self, recipe: Recipe, error: Exception) -> Callable[[Session], Any]:
        return partial(broke, recipe=recipe, error=error, now=self._clock(), postbox=self._postbox)
