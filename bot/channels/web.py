"""The built-in web chat as a channel: what a page posts becomes an update; what is sent is a row that pages read.

A message of the web is its outbox row and nothing else, so sending only wakes the pages that show its chat.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from enum import Enum, auto
from pathlib import Path

from bot.message import Call, FetchFailed, Inbound, Kind, Limits, Receive, SentFile, Update
from data.files import upload_of

NAME = "web"
PIECE = 256 * 1024
KINDS = {"text": Kind.TEXT, "button": Kind.BUTTON}


class Wake(Enum):
    """Why a listener stopped waiting."""

    WOKEN = auto()
    WAITED = auto()
    CLOSED = auto()


class Listener:
    """One open page: told when anything happened in its chats; what happened is read from the rows."""

    def __init__(self, chats: Collection[str]) -> None:
        self.chats = frozenset(chats)
        self._bell = asyncio.Event()
        self._closed = False

    def ring(self) -> None:
        self._bell.set()

    def close(self) -> None:
        self._closed = True
        self._bell.set()

    async def wait(self, seconds: float | None = None) -> Wake:
        """Until something happened, the channel closed, or the seconds went by; several wakes may be told as one."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        if self._closed:
            return Wake.CLOSED
        rung = self._bell.is_set()
        self._bell.clear()
        return Wake.WOKEN if rung else Wake.WAITED


class WebChat:
    """The channel `web`. A person's account and chat are both called `p<person id>` (`address_of`).

    `files` is the folder below which uploads wait until they are fetched; None: none are taken.
    """

    name = NAME
    bot_id = NAME
    limits = Limits()

    def __init__(self, public_url: str = "", files: Path | None = None) -> None:
        self._public_url = public_url.rstrip("/")
        self._files = files
        self._receive: Receive | None = None
        self._listeners: set[Listener] = set()
        self._closed = False

    async def start(self, receive: Receive) -> None:
        self._receive = receive

    async def stop_receiving(self) -> None:
        self._receive = None

    async def close(self) -> None:
        """End every page's stream of events, so that the server can stop."""
        self._closed = True
        self.hang_up()

    def hang_up(self) -> None:
        """End the streams that are open now; the pages come back by themselves."""
        for listener in self._listeners:
            listener.close()

    def invite_link(self, code: str) -> str | None:
        """The address of the log-in with the code filled in; None where no address of ours is known."""
        return f"{self._public_url}/login?code={code}" if self._public_url else None

    def page_link(self, path: str) -> str | None:
        """The address of one of our pages; None where no address of ours is known."""
        return f"{self._public_url}{path}" if self._public_url else None

    @property
    def receiving(self) -> bool:
        """Whether messages are taken in at the moment."""
        return self._receive is not None

    async def post(self, sender: str, update_id: str, kind: str, fields: Mapping[str, str], at: datetime) -> None:
        """Take in what a page posted at an instant; returns when it is on disk.

        `kind` is `text` (fields: text, files: a JSON list of the fields of `SentFile`s) or `button` (fields: token).
        Raises ConnectionError while nothing is taken in.
        """
        if self._receive is None:
            raise ConnectionError("the web chat takes nothing in")
        message = {"kind": kind, "sender": sender, "chat": sender, "id": update_id, "said_at": at.isoformat(), **fields}
        await self._receive([Update(update_id, sender, json.dumps(message, ensure_ascii=False))])
        self.wake(sender)

    def wake(self, chat: str) -> None:
        """Have every page that shows this chat read it anew."""
        for listener in self._listeners:
            if chat in listener.chats:
                listener.ring()

    @contextmanager
    def listening(self, chats: Collection[str]) -> Iterator[Listener]:
        """A listener to these chats, until the block ends."""
        listener = Listener(chats)
        if self._closed:
            listener.close()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def parse(self, raw: str) -> Inbound:
        message = json.loads(raw)
        if not isinstance(message, dict) or not all(isinstance(value, str) for value in message.values()):
            raise ValueError("not a message of the web chat")
        try:
            return _inbound(message)
        except KeyError as error:
            raise ValueError(f"not a message of the web chat: {error} is missing") from error

    def split(self, title: str | None, text: str) -> list[tuple[str | None, str]]:
        return [(title, text)]

    def is_group(self, chat: str) -> bool:
        return False

    async def send(self, call: Call) -> str:
        self.wake(call.chat)
        return call.edits or f"o{call.outbox_id}"

    async def acknowledge(self, inbound: Inbound) -> None:
        self.wake(inbound.chat)

    async def fetch(self, key: str) -> AsyncGenerator[bytes, None]:
        """An upload's bytes, by the name under which it waits."""
        try:
            path = self._upload(key)
            with await asyncio.to_thread(path.open, "rb") as file:
                while piece := await asyncio.to_thread(file.read, PIECE):
                    yield piece
        except (FileNotFoundError, ValueError) as error:
            raise FetchFailed("the upload is gone", permanent=True) from error

    async def let_go(self, key: str) -> None:
        with suppress(OSError, ValueError):
            await asyncio.to_thread(self._upload(key).unlink)

    def _upload(self, key: str) -> Path:
        if self._files is None:
            raise ValueError("no uploads are taken")
        return upload_of(self._files, key)


def _inbound(message: Mapping[str, str]) -> Inbound:
    said_at = datetime.fromisoformat(message["said_at"])
    if said_at.tzinfo is None:
        raise ValueError("a message without a time zone")
    files = _files(message)
    return Inbound(
        kind=Kind.MEDIA if files else KINDS[message["kind"]],
        sender=message["sender"],
        chat=message["chat"],
        message_id=message["id"],
        said_at=said_at,
        text=message.get("text", "").replace("\0", ""),
        token=message.get("token"),
        media=files[0].kind if files else None,
        files=files,
    )


def _files(message: Mapping[str, str]) -> tuple[SentFile, ...]:
    """Raises ValueError for what is no list of files."""
    try:
        return tuple(SentFile(**file) for file in json.loads(message.get("files", "[]")))
    except TypeError as error:
        raise ValueError("not the files of a message") from error


def address_of(person_id: int) -> str:
    """A person's external id and chat id in the web chat."""
    return f"p{person_id}"
