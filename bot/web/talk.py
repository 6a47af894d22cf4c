"""The chat's pages and forms."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any
from urllib.parse import quote

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.channels.web import NAME, WebChat
from bot.web import access, demo, files, history
from bot.web.access import Viewer
from bot.web.history import Entry, History
from bot.web.pages import form_id
from bot.web.services import Demo
from bot.web.shield import Refused
from bot.web.site import MOST_FILES, Site, Visit
from data.kinds import InboxState, OutboxState
from data.models import Inbox, Outbox

SHOWN = 60
MOST_CHARACTERS = 5000
SETTLES_WITHIN = 1.0
FILLED = ("report", "correct", "figure", "schedule")
SAID = ("summary", "silent")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class DemoSide:
    """The demo's part of a page."""

    cast: tuple[demo.Member, ...]
    card: demo.Card
    facts: demo.Facts | None


@dataclass(frozen=True)
class Snapshot:
    """All that a chat page shows, read in one transaction."""

    history: History
    side: DemoSide | None


@dataclass(frozen=True)
class Progress:
    """What became of a posted message: its row, whether the answer is there, the newest row of the bot."""

    own: int
    answered: bool
    newest: int


class Talk:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._store = site.services.store
        self._posting: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @property
    def _chat(self) -> WebChat:
        return self._site.services.chat

    # Pages ----------------------------------------------------------------------------------------------------

    async def page(self, visit: Visit) -> Response:
        """The newest messages (`?before=` for older ones), with what is to be said in the input line (`?say=`)."""
        query = visit.request.query_params
        before = _instant(query.get("before", ""))
        draft = query.get("say", "")[:MOST_CHARACTERS]
        if (example := query.get("fill")) in FILLED and visit.viewer.demo:
            draft = self._site.say(visit.viewer, f"demo.words.{example}")
        return await self._page(visit, before=before, draft=draft)

    async def _page(
        self, visit: Visit, *, draft: str = "", problem: str = "", before: datetime | None = None, status: int = 200
    ) -> Response:
        viewer, site = visit.viewer, self._site
        shot = await self._store.read(
            partial(read_snapshot, viewer=viewer, now=visit.now, before=before, cast=site.services.demo)
        )
        unread = history.first_unread(shot.history.entries, viewer.read_upto)
        await self._mark_read(viewer, shot.history.last_said if before is None else 0, visit.now)
        return site.html(
            "chat.html",
            viewer,
            status,
            here="chat",
            identity=identity(site, viewer),
            menu=site.services.menu(viewer.roles, viewer.language),
            can_fill=site.services.form is not None and viewer.role == "liaison",
            days=self._days(shot.history.entries),
            history=shot.history,
            unread_key=shot.history.entries[unread].key if unread is not None else None,
            unread_count=len(shot.history.entries) - unread if unread is not None else 0,
            earlier=_stamp(shot.history.entries[0].at) if shot.history.more else None,
            older=before is not None,
            cursor=f"{shot.history.last_own}.{shot.history.last_said}",
            draft=draft,
            problem=problem,
            upload_most=site.services.uploads.most if site.services.uploads else 0,
            upload_files=MOST_FILES,
            **self._side(visit, shot),
        )

    def _side(self, visit: Visit, shot: Snapshot) -> dict[str, Any]:
        if shot.side is None:
            return {"card": None, "cast": (), "facts": None}
        facts = shot.side.facts if not shot.history.more else None
        today = self._site.pages.local(visit.now).date()
        told = facts and self._site.say(
            visit.viewer,
            "demo.facts",
            title=facts.title,
            projects=facts.projects,
            rows=facts.rows,
            units=facts.units,
            day=today,
            makeup=self._site.services.makeup_day(today),
        )
        return {"card": shot.side.card, "cast": shot.side.cast, "facts": told}

    def _days(self, entries: Sequence[Entry]) -> list[tuple[date, list[Entry]]]:
        days = groupby(entries, lambda entry: self._site.pages.local(entry.at).date())
        return [(day, list(of_day)) for day, of_day in days]

    async def _mark_read(self, viewer: Viewer, upto: int, now: datetime) -> None:
        if upto > viewer.read_upto:
            await self._store.write(partial(access.mark_read, viewer=viewer, upto=upto, now=now))
            self._chat.wake(viewer.chat)

    async def file(self, visit: Visit) -> Response:
        """The file of a message of this chat: a picture to look at, another one to save."""
        wanted = visit.request.path_params["message"]
        find = partial(history.sent_file, chat=visit.viewer.chat, outbox_id=wanted)
        found = await self._store.read(find)
        if found is None:
            raise Refused(404, "missing")
        if found.content is None:
            raise Refused(410, "file_gone")
        how = "inline" if found.file.is_picture else "attachment"
        headers = {
            "content-disposition": f"{how}; filename*=UTF-8''{quote(found.file.name)}",
            "cache-control": "private, max-age=86400, immutable",
        }
        return Response(found.content, media_type=found.file.media_type, headers=headers)

    # Forms ----------------------------------------------------------------------------------------------------

    async def say(self, visit: Visit) -> Response:
        """Take in what was written. A form posted twice, or after a crash, is one message."""
        words = visit.form.get("text", "").replace("\r\n", "\n").strip()
        if not words and not visit.files:
            return self._problem(visit, "empty") if visit.live else RedirectResponse(visit.viewer.talk, 303)
        if len(words) > MOST_CHARACTERS:
            if visit.live:
                return self._problem(visit, "too_long", limit=MOST_CHARACTERS, count=len(words))
            problem = self._site.say(visit.viewer, "too_long", limit=MOST_CHARACTERS, count=len(words))
            return await self._page(visit, draft=words, problem=problem, status=422)
        uploads = self._site.services.uploads
        posted = await files.take(uploads, visit.files) if uploads and visit.files else files.NONE
        return await self.take_in(visit, "text", words, posted)

    async def press(self, visit: Visit) -> Response:
        """Take in a press; the same form and button pressed twice are one press."""
        token = visit.form.get("token", "")[:64]
        if not token:
            return RedirectResponse(visit.viewer.talk, 303)
        return await self.take_in(visit, "button", token)

    async def seen(self, visit: Visit) -> Response:
        """The page has shown the bot's messages up to a row."""
        upto = visit.form.get("upto", "")
        await self._mark_read(visit.viewer, int(upto) if upto.isdecimal() and len(upto) < 18 else 0, visit.now)
        return Response(status_code=204)

    async def step(self, visit: Visit) -> Response:
        """A button of the demo's card: words for the input line, a message, a skipped step, a new beginning."""
        kind, _, value = visit.form.get("do", "").partition(":")
        viewer = visit.viewer
        if kind == "fill" and value in FILLED:
            return RedirectResponse(f"{viewer.talk}?fill={value}#say", 303)
        if kind == "say" and value in SAID:
            return await self.take_in(visit, "text", self._site.say(viewer, f"demo.words.{value}"))
        if kind == "skip" and value in ("1", "2", "3"):
            await self._store.write(partial(demo.skip, step=int(value)))
        if kind == "restart":
            return await self._restart(visit)
        return RedirectResponse(viewer.talk, 303)

    async def _restart(self, visit: Visit) -> Response:
        cast = self._site.services.demo
        if cast is not None and cast.restart is not None:
            await cast.restart()
        return RedirectResponse("/", 303)

    async def take_in(self, visit: Visit, kind: str, value: str, posted: files.Posted = files.NONE) -> Response:
        """Store a message, `text` or `button`, once, and go back to the chat when it was answered."""
        form = visit.form.get("form", "")[:40].replace(":", "") or form_id()
        update_id = f"{form}:{hashlib.sha256((value + posted.mark).encode()).hexdigest()[:16]}"
        try:
            await self._post_once(visit, update_id, kind, value, posted)
        except Exception:
            return self._not_kept(visit, kind, value)
        if visit.live:
            return JSONResponse({"form": form})
        return RedirectResponse(f"{visit.viewer.talk}#{await self._settled(visit.viewer, update_id)}", 303)

    async def _post_once(self, visit: Visit, update_id: str, kind: str, value: str, posted: files.Posted) -> None:
        fields = {"text": value} if kind == "text" else {"token": value}
        fields |= {"files": posted.to_json()} if posted.files else {}
        async with self._posting[visit.viewer.chat]:
            if not await self._store.read(partial(is_stored, update_id=update_id)):
                await self._chat.post(visit.viewer.chat, update_id, kind, fields, visit.now)
                return
        for file in posted.files:
            await self._chat.let_go(file.key)

    def _problem(self, visit: Visit, key: str, **values: Any) -> Response:
        return JSONResponse({"problem": self._site.say(visit.viewer, key, **values)}, 422)

    def _not_kept(self, visit: Visit, kind: str, value: str) -> Response:
        reference = self._site.logged("message_not_kept", visit.request)
        head, sentence = (self._site.say(visit.viewer, f"error.{key}") for key in ("head", "not_kept"))
        if visit.live:
            return JSONResponse({"problem": sentence}, 503)
        words = value if kind == "text" else ""
        again = f"{visit.viewer.talk}/say" if words else None
        return self._site.error(visit.viewer, 503, head, sentence, words=words, again=again, reference=reference)

    async def _settled(self, viewer: Viewer, update_id: str) -> str:
        """Wait a moment for the answer, for a page without script; the key of the newest message then."""
        find = partial(read_posted, chat=viewer.chat, update_id=update_id)
        with self._chat.listening([viewer.chat]) as listener:
            loop = asyncio.get_running_loop()
            until = loop.time() + SETTLES_WITHIN
            found = await self._store.read(find)
            while not found.answered and (left := until - loop.time()) > 0:
                await listener.wait(min(left, 0.2))
                found = await self._store.read(find)
        return f"mo{found.newest}" if found.answered and found.newest else f"mi{found.own}"


def read_snapshot(
    session: Session, viewer: Viewer, now: datetime, before: datetime | None, cast: Demo | None
) -> Snapshot:
    side = _read_side(session, viewer.demo, cast) if viewer.demo and cast else None
    return Snapshot(history.read(session, viewer.chat, now, SHOWN, before), side)


def _read_side(session: Session, role: str, cast: Demo) -> DemoSide:
    progress = demo.read_progress(session, cast.people)
    card = demo.card(role, progress, can_restart=cast.restart is not None)
    return DemoSide(demo.read_cast(session, cast.people), card, demo.read_facts(session))


def is_stored(session: Session, update_id: str) -> bool:
    query = select(Inbox.id).where(Inbox.channel == NAME, Inbox.bot_id == NAME, Inbox.update_id == update_id)
    return session.scalar(query) is not None


def read_posted(session: Session, chat: str, update_id: str) -> Progress:
    own = session.execute(
        select(Inbox.id, Inbox.state).where(Inbox.channel == NAME, Inbox.bot_id == NAME, Inbox.update_id == update_id)
    ).one_or_none()
    if own is None:
        return Progress(0, answered=False, newest=0)
    mine = select(func.count()).where(Outbox.answers_id == own.id, Outbox.state == OutboxState.QUEUED)
    newest = select(func.max(Outbox.id)).where(
        Outbox.channel == NAME, Outbox.chat_id == chat, Outbox.state.in_(history.SHOWN), Outbox.edits_id.is_(None)
    )
    done = own.state != InboxState.NEW and not session.scalar(mine.where(Outbox.channel == NAME))
    return Progress(own.id, done, session.scalar(newest) or 0)


def identity(site: Site, viewer: Viewer) -> str:
    """Who the page is for (教育局联络员)."""
    return site.say(viewer, f"identity.{viewer.role}", name=viewer.name, unit=viewer.unit)


def _stamp(at: datetime) -> int:
    """An instant as whole microseconds, for an address."""
    return (at - EPOCH) // timedelta(microseconds=1)


def _instant(stamp: str) -> datetime | None:
    if not stamp.isdecimal() or len(stamp) > 16:
        return None
    return EPOCH + timedelta(microseconds=int(stamp))
