"""An AI bot's server of WeCom on loopback: the long connection that `wss://openws.work.weixin.qq.com` offers.

async with WecomBotServer() as server:
    teacher = server.person("WangLaoShi")
    …  WecomAibot(server.bot_id, server.secret, server.url)  …
    await teacher.says("3.2 完成60%")
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import json
import logging
import os
import time
from collections import deque
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request as Upgrade
from websockets.http11 import Response

from tests.servers.bot_faults import Fault, Faults
from tests.servers.waiting import until
from tests.servers.wecom_app import Arrived, Media
from tests.servers.wecom_card_rules import words_of, wrong_with
from tests.servers.wecom_seal import sealed_bytes

HOST = "127.0.0.1"
EVENT_SECONDS = 5.0
UNREAD_SECONDS = 0.2
NOT_SPOKEN, NOT_SUBSCRIBED, BAD_REQUEST, BAD_SECRET, BAD_CARD, BUSY = 93006, 846609, 846605, 853000, 40058, -1
UNDONE = {Fault.ERROR: BUSY, Fault.FLOOD: 45009, Fault.CONFLICT: 6000}
LOST = (Fault.DROP, Fault.HANG, Fault.HALF, Fault.LATE_ERROR)
UNHEARD = logging.Logger("unheard", level=logging.CRITICAL + 1)  # the caller's log is looked at for secrets
Frame = dict[str, Any]


@dataclass
class Shown:
    """A message as people in the chat see it. `way` is the command that brought it."""

    text: str
    way: str
    card: Frame | None = None
    media: Media | None = None


@dataclass
class Upload:
    """A file on its way, piece by piece."""

    kind: str
    name: str
    total: int
    md5: str
    chunks: dict[int, bytes] = field(default_factory=dict)


@dataclass
class Chat:
    """A private chat, or a group's. `spoken`: somebody has written to the bot here."""

    server: WecomBotServer
    id: str
    group: bool = False
    spoken: bool = False
    closed: bool = False
    log: list[Shown] = field(default_factory=list)


@dataclass
class Person:
    server: WecomBotServer
    id: str

    @property
    def private(self) -> Chat:
        return self.server.chats[self.id]

    async def says(self, text: str, chat: Chat | None = None, *, quote: str | None = None) -> str:
        """The message's id."""
        said = f"@督办助手 {text}" if chat is not None and chat.group else text
        quoted = {"quote": {"msgtype": "text", "text": {"content": quote}}} if quote else {}
        return await self.sends("text", {"text": {"content": said}, **quoted}, chat)

    async def sends(self, kind: str, content: Frame, chat: Chat | None = None) -> str:
        place = chat or self.private
        place.spoken = True
        return await self.server.message(self._body(place) | {"msgtype": kind, **content}, place)

    async def enters(self) -> str:
        return await self._event(self.private, {"eventtype": "enter_chat"}, "enter_chat")

    async def presses(self, label: str, chat: Chat | None = None) -> str:
        """Press the newest button with that label, or choose it in a drop-down and press what goes with it."""
        place = chat or self.private
        for shown in reversed(place.log):
            for button in (shown.card or {}).get("button_list", []):
                if button["text"] == label:
                    return await self.presses_key(shown.card or {}, button["key"], place)
            for option in (shown.card or {}).get("button_selection", {}).get("option_list", []):
                if option["text"] == label:
                    return await self.presses_key(
                        shown.card or {}, (shown.card or {})["button_list"][0]["key"], place, option["id"]
                    )
        raise LookupError(label)

    async def presses_key(self, card: Frame, key: str, chat: Chat, option: str | None = None) -> str:
        event: Frame = {"card_type": "button_interaction", "event_key": key, "task_id": card["task_id"]}
        if option:
            chosen = {"question_key": "row", "option_ids": {"option_id": [option]}}
            event["selected_items"] = {"selected_item": [chosen]}
        return await self._event(chat, {"eventtype": "template_card_event", "template_card_event": event}, "card")

    async def _event(self, chat: Chat, event: Frame, kind: str) -> str:
        body = self._body(chat) | {"create_time": int(time.time()), "msgtype": "event", "event": event}
        return await self.server.event(body, chat, kind)

    def _body(self, chat: Chat) -> Frame:
        body: Frame = {"msgid": f"CAIQ{next(self.server.numbers)}", "aibotid": self.server.bot_id}
        place = {"chatid": chat.id, "chattype": "group"} if chat.group else {"chattype": "single"}
        return body | place | {"from": {"userid": self.id}}


@dataclass
class Request:
    """A callback's request id, and what may be answered to it until when (monotonic)."""

    chat: Chat
    kind: str
    until: float


class WecomBotServer:
    """Says what happened in `frames`, `subscribed` and `connections`.

    `deaf`: pings are not answered. `errcodes` answers the coming commands of a name instead; `faults` does worse, by
    chance (ERROR busy, FLOOD over the limit, CONFLICT parallel, REVOKED the subscription lost, REFUSE and DROP the line
    cut before and after the work, HANG no answer, LATE_ERROR done and told otherwise). Messages are lost while nobody
    is subscribed, as nothing else is documented; `message` waits for that.
    """

    bot_id = "aibTestOnly_0001"
    secret = "TheBotsSecret-Xyz_0123456789"

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.chats: dict[str, Chat] = {}
        self.people: dict[str, Person] = {}
        self.frames: list[Frame] = []
        self.errcodes: dict[str, deque[int]] = {}
        self.deaf = False
        self.forgets = False
        self.mute: set[str] = set()
        self.connections = 0
        self.subscribed = 0
        self.numbers = itertools.count(1)
        self.current: ServerConnection | None = None
        self.requests: dict[str, Request] = {}
        self.brought: list[str] = []
        self.faults = Faults()
        self.journal: list[Arrived] = []
        self.files: dict[str, bytes] = {}
        self.uploads: dict[str, Upload] = {}
        self.media: dict[str, Media] = {}
        self._carried: dict[str, ServerConnection] = {}
        self._ended: set[ServerConnection] = set()
        self._unread: deque[tuple[ServerConnection, float]] = deque(maxlen=200)
        self._arriving: ServerConnection | None = None
        self._farewell: asyncio.Task[None] | None = None
        self._tasks: set[str] = set()
        self._server: Server | None = None

    async def __aenter__(self) -> WecomBotServer:
        self._server = await serve(
            self._serve, HOST, self.port, ping_interval=None, close_timeout=0.2, logger=UNHEARD,
            process_request=self._file, max_size=4 << 20,
        )  # fmt: skip
        self.port = next(iter(self._server.sockets)).getsockname()[1]
        return self

    async def __aexit__(self, *reason: object) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"ws://{HOST}:{self.port}"

    def person(self, id: str) -> Person:
        self.chats[id] = Chat(self, id)
        self.people[id] = Person(self, id)
        return self.people[id]

    def group(self, id: str) -> Chat:
        self.chats[id] = Chat(self, id, group=True)
        return self.chats[id]

    def answers(self, cmd: str, *errcodes: int) -> None:
        """The coming frames of a command get these errcodes; 0 is answered as usual."""
        self.errcodes.setdefault(cmd, deque()).extend(errcodes)

    def sent(self, cmd: str) -> list[Frame]:
        return [frame for frame in self.frames if frame["cmd"] == cmd]

    async def ends(self, code: int) -> None:
        """Close the line with a code; 0 cuts it without a word."""
        socket = await self.line()
        self.current = None
        if code:
            await socket.close(code)
        else:
            socket.transport.abort()

    async def line(self) -> ServerConnection:
        """The subscribed connection, once there is one."""
        return await until(lambda: self.current)

    async def message(self, body: Frame, chat: Chat) -> str:
        return await self._bring("aibot_msg_callback", body, Request(chat, "message", time.monotonic() + 86400))

    async def event(self, body: Frame, chat: Chat, kind: str) -> str:
        request = Request(chat, kind, time.monotonic() + EVENT_SECONDS)
        return await self._bring("aibot_event_callback", body, request)

    async def again(self, number: int = -1) -> None:
        """Bring a callback once more, as it was."""
        socket = await self.line()
        await socket.send(self.brought[number])

    async def _bring(self, cmd: str, body: Frame, request: Request) -> str:
        req_id = f"cb-{next(self.numbers)}"
        self.requests[req_id] = request
        raw = json.dumps({"cmd": cmd, "headers": {"req_id": req_id}, "body": body}, ensure_ascii=False)
        self.brought.append(raw)
        socket = await self.line()
        self._carried[str(body["msgid"])] = socket
        with suppress(ConnectionClosed):
            await socket.send(raw)
            if self.faults.random.random() < self.faults.duplicates:
                await socket.send(raw)
        return str(body["msgid"])

    def lost_with_their_line(self, stored: Collection[str]) -> set[str]:
        """The messages that are not stored and came last on a line that has ended: nobody can tell them from those
        that never arrived. One that is not stored though a later one of its line is, is not among them."""
        lost = set()
        newest: set[ServerConnection] = set()
        for message_id, socket in reversed(self._carried.items()):
            if message_id in stored:
                newest.add(socket)
            elif socket in self._ended and socket not in newest:
                lost.add(message_id)
        return lost

    # Files

    def holds(self, content: bytes) -> Frame:
        """A file that somebody sends: its address, and the key that opens it."""
        key = base64.b64encode(os.urandom(32)).decode().rstrip("=")
        pad = 32 - len(content) % 32
        sealed = sealed_bytes(key, content + bytes([pad]) * pad)
        path = f"/file/{len(self.files)}"
        self.files[path] = sealed
        return {"url": f"http://{HOST}:{self.port}{path}", "aeskey": key}

    def _file(self, _socket: ServerConnection, request: Upgrade) -> Response | None:
        """A plain GET is for a file; one that is not there (any more) is refused."""
        if not request.path.startswith("/file/"):
            return None
        body = self.files.get(request.path)
        status, reason = (403, "Forbidden") if body is None else (200, "OK")
        headers = Headers([("Connection", "close"), ("Content-Length", str(len(body or b"")))])
        return Response(status, reason, headers, body or b"")

    def _upload(self, cmd: str, body: Frame) -> Frame:
        if cmd == "aibot_upload_media_init":
            upload_id = f"up-{len(self.uploads)}"
            self.uploads[upload_id] = Upload(body["type"], body["filename"], body["total_chunks"], body["md5"])
            return {"body": {"upload_id": upload_id}}
        upload = self.uploads[body["upload_id"]]
        if cmd == "aibot_upload_media_chunk":
            chunk = base64.b64decode(body["base64_data"])
            assert len(chunk) <= 512 << 10
            upload.chunks[body["chunk_index"]] = chunk
            return {}
        content = b"".join(upload.chunks[number] for number in range(upload.total))
        if hashlib.md5(content, usedforsecurity=False).hexdigest() != upload.md5:
            return _error(BAD_CARD)
        media_id = f"media-{len(self.media)}"
        self.media[media_id] = Media(upload.kind, upload.name, content)
        return {"body": {"type": upload.kind, "media_id": media_id, "created_at": 1380000000}}

    # Commands

    async def _serve(self, socket: ServerConnection) -> None:
        self.connections += 1
        with suppress(ConnectionClosed):
            async for raw in socket:
                frame = json.loads(raw)
                self.frames.append(frame)
                await asyncio.sleep(self.faults.delay())
                if answer := self._answered(socket, frame):
                    await socket.send(json.dumps({"headers": {"req_id": frame["headers"]["req_id"]}, **answer}))
                if frame["cmd"] == "aibot_subscribe" and self.current is None and self._arriving is socket:
                    self.current, self._arriving = socket, None
                    self.subscribed += 1
        self._ended.add(socket)
        if self.current is socket:
            self.current = None

    def _answered(self, socket: ServerConnection, frame: Frame) -> Frame | None:
        """The answer, unless a fault keeps it or puts another in its place."""
        fault = self.faults.draw(frame["cmd"])
        if fault in UNDONE:
            return _error(UNDONE[fault])
        if fault is Fault.REFUSE:
            self._cut(socket)
            return None
        if fault is Fault.REVOKED:
            self.forgets = True
        before = len(self.journal)
        answer = self._answer(socket, frame)
        showed = len(self.journal) - before
        self._unread.extend((socket, time.monotonic()) for _ in range(showed))
        if fault in (Fault.DROP, Fault.HALF):
            self._cut(socket)
        elif fault in LOST:
            self.faults.doubtful += showed
        return answer if fault not in LOST else _error(BUSY) if fault is Fault.LATE_ERROR else None

    def _cut(self, socket: ServerConnection) -> None:
        """Answers that are still on the way are lost with it."""
        since = time.monotonic() - UNREAD_SECONDS
        self.faults.doubtful += sum(each is socket and at > since for each, at in self._unread)
        socket.transport.abort()

    def _answer(self, socket: ServerConnection, frame: Frame) -> Frame | None:
        cmd, body = frame["cmd"], frame.get("body")
        if cmd in self.mute or (cmd == "ping" and self.deaf):
            return None
        planned = self.errcodes.get(cmd)
        if planned and (errcode := planned.popleft()):
            return _error(errcode)
        if cmd == "aibot_subscribe":
            return self._subscribe(socket, body or {})
        if cmd == "ping":
            return _error(40058) if "body" in frame else _error(0)
        if self.forgets or socket is not self.current:
            return _error(NOT_SUBSCRIBED)
        if cmd.startswith("aibot_upload_media"):
            return _error(0) | self._upload(cmd, body or {})
        return _error(self._work(cmd, body or {}, frame["headers"]["req_id"]))

    def _subscribe(self, socket: ServerConnection, body: Frame) -> Frame:
        if body != {"bot_id": self.bot_id, "secret": self.secret}:
            return _error(BAD_SECRET)
        old, self.current, self._arriving, self.forgets = self.current, None, socket, False
        if old is not None:
            self._displace(old)
        return _error(0)

    def _displace(self, old: ServerConnection) -> None:
        event = {"msgid": "d", "create_time": 1, "msgtype": "event", "event": {"eventtype": "disconnected_event"}}
        frame = {"cmd": "aibot_event_callback", "headers": {"req_id": "d1"}, "body": event}
        self._farewell = asyncio.create_task(old.send(json.dumps(frame)))

    def _work(self, cmd: str, body: Frame, req_id: str) -> int:
        if cmd == "aibot_send_msg":
            return self._push(body)
        request = self.requests.get(req_id)
        allowed = {
            "message": "aibot_respond_msg",
            "enter_chat": "aibot_respond_welcome_msg",
            "card": "aibot_respond_update_msg",
        }
        if request is None or time.monotonic() > request.until or allowed[request.kind] != cmd:
            return BAD_REQUEST
        if request.chat.closed:
            return NOT_SPOKEN
        if cmd == "aibot_respond_update_msg":
            return self._update(request.chat, body)
        if body.get("msgtype") == "text" and cmd == "aibot_respond_welcome_msg":
            request.chat.log.append(Shown(body["text"]["content"], cmd))
            return 0
        return self._show(request.chat, body, cmd)

    def _push(self, body: Frame) -> int:
        chat = self.chats.get(body.get("chatid", ""))
        if chat is None or not chat.spoken or chat.closed or body.get("chat_type") != (2 if chat.group else 1):
            return NOT_SPOKEN
        return self._show(chat, body, "aibot_send_msg")

    def _show(self, chat: Chat, body: Frame, way: str) -> int:
        if body.get("msgtype") == "markdown":
            content = body["markdown"]["content"]
            if len(content.encode()) > 20480:
                return BAD_CARD
            chat.log.append(Shown(read(content), way))
            self.journal.append(Arrived(chat.id, chat.log[-1].text, card=False))
            return 0
        if body.get("msgtype") in ("image", "file"):
            found = self.media.get(body[body["msgtype"]]["media_id"])
            if found is None or found.kind != body["msgtype"]:
                return 40007
            chat.log.append(Shown(f"[{found.kind}] {found.name}", way, media=found))
            return 0
        card = body.get("template_card", {})
        if body.get("msgtype") != "template_card" or wrong_with(card) or card["task_id"] in self._tasks:
            return BAD_CARD
        self._tasks.add(card["task_id"])
        chat.log.append(Shown(words_of(card), way, card))
        self.journal.append(Arrived(chat.id, words_of(card), card=True))
        return 0

    @staticmethod
    def _update(chat: Chat, body: Frame) -> int:
        card = body.get("template_card", {})
        if body.get("response_type") != "update_template_card" or wrong_with(card):
            return BAD_CARD
        for shown in chat.log:
            if shown.card is not None and shown.card["task_id"] == card["task_id"]:
                shown.card, shown.text = card, words_of(card)
                return 0
        return BAD_CARD


def _error(errcode: int) -> Frame:
    return {"errcode": errcode, "errmsg": "ok" if errcode == 0 else f"error {errcode}"}


def read(content: str) -> str:
    """Markdown as a reader sees it, by CommonMark; a line end in a paragraph is one. Fails where it is a list, a
    heading, a link or the like: we never mean that."""
    blocks = []
    for token in MarkdownIt("commonmark").parse(content):
        if token.type == "inline":
            blocks.append("".join(_shown(child) for child in token.children or []))
        elif token.type not in ("paragraph_open", "paragraph_close"):
            raise AssertionError(f"markup: {token.type}")
    return "\n\n".join(blocks).replace("\u00a0", " ")


def _shown(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type not in ("text", "text_special", "strong_open", "strong_close"):
        raise AssertionError(f"markup: {token.type}")
    return token.content
