"""Live pages: what changed in the rows since, as fragments of HTML over server-sent events.

Every fragment has an id and a mark (`data-v`); the page puts it in the place of the element with that id, or at the
end of the log, and leaves alone what it already has. An event's id is the newest row of either door (`12.34`), so a
page that comes back gets what it missed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from bot.channels.web import Wake, address_of
from bot.web.access import Viewer
from bot.web.board import Board, LivePart
from bot.web.history import Entry, History, Own
from bot.web.pages import mark
from bot.web.shield import Refused
from bot.web.site import Site, Visit
from bot.web.talk import Snapshot, read_snapshot
from data.errors import UserError
from data.models import AuditEvent, Report

WORK_SHOWN_AFTER = 0.4
LOOKS_AT_WORK_EVERY = 3.0
BOARD_LOOKS_EVERY = 3.0
PING_SECONDS = 20


@dataclass(frozen=True)
class Cursor:
    """The newest rows that a page has: of the door in, and of the door out."""

    own: int = 0
    said: int = 0

    @classmethod
    def of(cls, text: str) -> Cursor:
        own, _, said = text.partition(".")
        whole = own.isdecimal() and said.isdecimal() and len(text) < 40
        return cls(int(own), int(said)) if whole else cls()

    def __str__(self) -> str:
        return f"{self.own}.{self.said}"

    def has(self, entry: Entry) -> bool:
        """Whether a page that has come this far shows the entry as it is: buttons may have changed since."""
        if isinstance(entry, Own):
            return entry.id <= self.own and not entry.pending
        return entry.touched <= self.said and not entry.rows and entry.spent is None


class Live:
    def __init__(self, site: Site, board: Board) -> None:
        self._site = site
        self._services = site.services
        self._board = board

    async def chat(self, visit: Visit) -> Response:
        """The events of a chat, from the last one that the page has."""
        request = visit.request
        after = request.headers.get("last-event-id") or request.query_params.get("after", "")
        return self._stream(self._chat_events(visit, Cursor.of(after)))

    async def board(self, visit: Visit) -> Response:
        """The events of a board: its head when that changed, a hint when rows did."""
        return self._stream(self._looked_at(visit, self._board.live_part))

    async def row(self, visit: Visit) -> Response:
        """The events of a row's page: a hint when it changed."""
        await self._board.live_row(visit)
        return self._stream(self._looked_at(visit, self._board.live_row))

    def _stream(self, events: AsyncIterator[ServerSentEvent]) -> Response:
        return EventSourceResponse(events, ping=PING_SECONDS, sep="\n", headers={"x-accel-buffering": "no"})

    async def _still_in(self, visit: Visit) -> bool:
        """Whether the viewer may still look: not logged out, not gone."""
        return await self._site.viewer(visit.request, self._services.clock()) is not None

    async def _chat_events(self, visit: Visit, after: Cursor) -> AsyncIterator[ServerSentEvent]:
        sent: dict[str, str] = {}
        pause, shown = WORK_SHOWN_AFTER, False
        with self._services.chat.listening(self._chats(visit.viewer)) as listener:
            while await self._still_in(visit):
                shot = await self._snapshot(visit.viewer)
                for event in self._changes(visit.viewer, shot, sent, after):
                    yield event
                if not shot.history.pending:
                    pause, shown = WORK_SHOWN_AFTER, False
                    yield ServerSentEvent("off", event="working")
                elif pause > WORK_SHOWN_AFTER and not shown:
                    shown = True
                    yield ServerSentEvent("on", event="working")
                wake = await listener.wait(pause if shot.history.pending else None)
                if wake is Wake.CLOSED:
                    return
                if wake is Wake.WAITED:
                    pause = min(pause * 2, LOOKS_AT_WORK_EVERY)
        yield ServerSentEvent("", event="gone")

    def _chats(self, viewer: Viewer) -> list[str]:
        demo = self._services.demo
        return [address_of(person) for person in demo.people.values()] if viewer.demo and demo else [viewer.chat]

    async def _snapshot(self, viewer: Viewer) -> Snapshot:
        read = partial(read_snapshot, viewer=viewer, now=self._services.clock(), before=None, cast=self._services.demo)
        return await self._services.store.read(read)

    def _changes(
        self, viewer: Viewer, shot: Snapshot, sent: dict[str, str], after: Cursor
    ) -> Iterator[ServerSentEvent]:
        """The fragments that differ from what was sent; the last one carries how far the page then is."""
        first = not sent
        fragments = [*self._entries(viewer, shot.history, sent, after, first), *self._side(viewer, shot, sent)]
        for at, fragment in enumerate(fragments):
            cursor = Cursor(shot.history.last_own, shot.history.last_said) if at == len(fragments) - 1 else None
            yield ServerSentEvent(fragment, event="part", id=str(cursor) if cursor else None)

    def _entries(
        self, viewer: Viewer, shown: History, sent: dict[str, str], after: Cursor, first: bool
    ) -> Iterator[str]:
        for entry in shown.entries:
            version = mark(entry)
            if sent.get(entry.key) != version and not (first and after.has(entry)):
                yield self._site.pages.fragment("message", viewer.language, entry, viewer=viewer)
            sent[entry.key] = version

    def _side(self, viewer: Viewer, shot: Snapshot, sent: dict[str, str]) -> Iterator[str]:
        if shot.side is None:
            return
        for macro, values in (("who", (shot.side.cast, "")), ("steps", (shot.side.card,))):
            version = mark(values)
            if sent.get(macro) != version:
                yield self._site.pages.fragment(macro, viewer.language, *values, viewer=viewer)
            sent[macro] = version

    async def _looked_at(
        self, visit: Visit, look: Callable[[Visit], Awaitable[LivePart]]
    ) -> AsyncIterator[ServerSentEvent]:
        seen: tuple[int, int] | None = None
        head = rows = ""
        with self._services.chat.listening([]) as listener:
            while await self._still_in(visit):
                newest = await self._services.store.read(read_newest)
                if newest != seen:
                    seen = newest
                    try:
                        shown = await look(visit)
                    except (Refused, UserError):
                        break
                    if head and shown.head != head:
                        yield ServerSentEvent(shown.head, event="part")
                    if rows and shown.rows != rows:
                        yield ServerSentEvent("", event="stale")
                    head, rows = shown.head, shown.rows
                if await listener.wait(BOARD_LOOKS_EVERY) is Wake.CLOSED:
                    return
        yield ServerSentEvent("", event="gone")


def read_newest(session: Session) -> tuple[int, int]:
    """The newest report and the newest audit row: whatever changes a board leaves one of them."""
    newest = (session.scalar(select(func.max(of.id))) or 0 for of in (Report, AuditEvent))
    return next(newest), next(newest)
