"""An AI bot of WeCom as a channel."""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog

from bot.channels.pages import pages, utf8_bytes
from bot.channels.wecom_aibot import files, updates
from bot.channels.wecom_aibot.intake import Intake
from bot.channels.wecom_aibot.line import Frame, Line, LineLost, Refused, new_id
from bot.channels.wecom_cards import Card, Form, Pressed, arranged, form_of, spent, task_id_of, written
from bot.channels.wecom_codes import Meaning, meaning, send_failed
from bot.channels.wecom_markdown import markdown
from bot.channels.wecom_quota import LIMITS, Quota
from bot.message import Call, FileRef, Inbound, Payload, Receive, SendFailed
from bot.texts import texts
from data.errors import UserError

log = structlog.get_logger()

DEFAULT_URL = "wss://openws.work.weixin.qq.com"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
BYTES = 20480
LONGEST_PAGE = 4000
REPLY_SECONDS = 24 * 3600 - 300
MOST_CHATS = 10_000
MOST_HALVES = 1000
MOST_UPLOADED = 100
IMAGE_BYTES = 10 << 20
START_SECONDS = 5.0
LINE_SECONDS = 3.0
BAD_SECRET = 853000
SINGLE, GROUP = 1, 2


@dataclass(frozen=True)
class Opening:
    """A message that may still be answered: its request, and the monotonic moment until which."""

    req_id: str
    until: float


class WecomAibot:
    """Messages in and out over one long connection. Implements `bot.message.Channel`.

    A chat is the person's user id, or `group:` and the group's chat id. WeCom lets a bot write only where somebody
    wrote to it first: elsewhere a send fails with the reason `not_spoken`. `language` is that of what the channel
    says by itself. Raises UserError `wecom.bot_id`, `wecom.bot_secret`, `wecom.bot_url`.
    """

    name = "wecom_aibot"
    limits = LIMITS

    def __init__(
        self, bot_id: str, secret: str, url: str = DEFAULT_URL, proxy: str | None = None, language: str = "zh-CN"
    ) -> None:
        if not bot_id.strip():
            raise UserError("wecom.bot_id")
        if not secret.strip():
            raise UserError("wecom.bot_secret")
        if not _safe(url):
            raise UserError("wecom.bot_url", url=url)
        self.bot_id = bot_id
        self._proxy = proxy or None
        self._line = Line(url, bot_id, secret, self._take, proxy or None)
        self._say = texts(language).say
        self._quota = Quota()
        self._intake: Intake | None = None
        self._openings: OrderedDict[str, Opening] = OrderedDict()
        self._halves: OrderedDict[int, None] = OrderedDict()
        self._uploaded: OrderedDict[int, str] = OrderedDict()
        self._excuses: set[asyncio.Task[None]] = set()
        self.last_heard: float | None = None

    @property
    def last_good(self) -> float | None:
        """`time.monotonic()` of the server's last good answer, a heartbeat's included; None before it."""
        return self._line.last_good

    @property
    def trouble(self) -> UserError | None:
        """What an admin has to mend before the bot can go on."""
        if self._line.replaced:
            return UserError("wecom.bot_replaced")
        return None if self._line.trouble is None else _refusal(self._line.trouble)

    async def check(self, *, subscribe: bool = False) -> str:
        """Connect once: the bot id. Raises UserError `wecom.bot_unreachable`, and with `subscribe` what is wrong with
        the credentials. Subscribing throws out a bot that is running, which then stays out: only where none runs."""
        try:
            await self._line.probe(subscribe=subscribe)
        except LineLost as lost:
            problem = UserError("wecom.bot_unreachable", reason=str(lost))
        except Refused as refused:
            problem = _refusal(refused.errcode)
        else:
            return self.bot_id
        raise problem

    async def start(self, receive: Receive) -> None:
        """Without a network, or refused, it goes on trying beside the rest of the bot, and says so."""
        self._intake = Intake(receive)
        self._line.start()
        await self._line.judged(START_SECONDS)

    async def stop_receiving(self) -> None:
        intake, self._intake = self._intake, None
        if intake is not None:
            await intake.stop()

    async def close(self) -> None:
        await self._line.stop()
        for excuse in list(self._excuses):
            excuse.cancel()

    def parse(self, raw: str) -> Inbound:
        return updates.parse(raw)

    def split(self, title: str | None, text: str) -> list[tuple[str | None, str]]:
        """Parts of at most 4,000 bytes in UTF-8: with what markup adds they stay below the 20,480 that WeCom takes."""
        return pages(title, text, LONGEST_PAGE, utf8_bytes)

    def arrange(self, payload: Payload) -> list[Payload]:
        """A message as single calls: `bot.message.Arranges`."""
        return arranged(payload)

    def is_group(self, chat: str) -> bool:
        return chat.startswith(updates.GROUP)

    async def send(self, call: Call) -> str:
        """A card where one carries it, else words. Nothing that was sent can be edited: an edit is sent anew, a quiet
        one not at all."""
        if call.edits and call.payload.quiet:
            return call.edits
        try:
            return await self._send(call)
        except Refused as refused:
            log.warning("wecom_aibot_refused", outbox_id=call.outbox_id, errcode=refused.errcode)
            failure = send_failed(refused.errcode)
            failure.blocked = failure.blocked and not self.is_group(call.chat)  # it is the group, not who asked in it
        except (LineLost, TimeoutError) as lost:
            failure = SendFailed(f"{type(lost).__name__}: {lost}")
        raise failure

    def fetch(self, key: str) -> AsyncGenerator[bytes, None]:
        """A file's bytes from the address that came with it, which is good for five minutes."""
        return files.fetched(key, self._proxy)

    async def acknowledge(self, inbound: Inbound) -> None:
        """Show the pressed card as spent, or welcome who opened the chat: WeCom takes either for five seconds."""
        if inbound.acknowledge is None:
            return
        note = json.loads(inbound.acknowledge)
        try:
            if "task_id" in note:
                await self._spend(note, inbound.sender)
            else:
                hello = {"msgtype": "text", "text": {"content": self._say("wecom.welcome")}}
                await self._line.request("aibot_respond_welcome_msg", hello, note["req_id"])
        except (Refused, LineLost, TimeoutError) as error:
            log.debug("wecom_press_not_acknowledged", reason=str(error))

    async def _spend(self, note: dict[str, str], user: str) -> None:
        card = spent(Pressed("", note["label"], note["title"]), note["task_id"])
        change = {"response_type": "update_template_card", "userids": [user], "template_card": card}
        await self._line.request("aibot_respond_update_msg", change, note["req_id"])

    def _take(self, frame: Frame) -> None:
        self.last_heard = time.monotonic()
        if frame.get("cmd") == updates.MESSAGE:
            self._open(frame)
        if self._intake is not None:
            self._intake.put(updates.update_of(frame))
        elif frame.get("cmd") == updates.MESSAGE:
            self._excuse(frame)

    def _open(self, frame: Frame) -> None:
        """Remember that the message can be answered."""
        try:
            chat = updates.parse(json.dumps(frame)).chat
        except ValueError:
            return
        self._openings[chat] = Opening(str(frame["headers"]["req_id"]), time.monotonic() + REPLY_SECONDS)
        self._openings.move_to_end(chat)
        while len(self._openings) > MOST_CHATS:
            self._openings.popitem(last=False)

    def _excuse(self, frame: Frame) -> None:
        """While stopping nothing is taken in, and WeCom won't bring it again: so the person is told."""
        log.warning("wecom_aibot_message_not_taken")
        task = asyncio.create_task(self._answer_that_it_is_lost(str(frame["headers"]["req_id"])))
        self._excuses.add(task)
        task.add_done_callback(self._excuses.discard)

    async def _answer_that_it_is_lost(self, req_id: str) -> None:
        try:
            words = {"msgtype": "markdown", "markdown": {"content": self._say("wecom.restarting")}}
            await self._line.request("aibot_respond_msg", words, req_id)
        except (Refused, LineLost, TimeoutError) as error:
            log.debug("wecom_aibot_excuse_not_sent", reason=str(error))

    async def _send(self, call: Call) -> str:
        form = form_of(call.payload, task_id_of(call))
        if form.words is not None and call.outbox_id not in self._halves:
            await self._write(call, *form.words)
        if form.card is not None:
            self._keep_half(call, form)
            await self._show(call, form, form.card)
        if call.payload.file is not None:
            self._keep_half(call, form)
            await self._hand_over(call, call.payload.file)
        self._halves.pop(call.outbox_id, None)
        return new_id("sent")

    async def _hand_over(self, call: Call, file: FileRef) -> None:
        """A file, uploaded once for all tries."""
        kind = "image" if file.is_picture and file.size <= IMAGE_BYTES else "file"
        media_id = self._uploaded.get(file.document_id)
        if media_id is None:
            try:
                media_id = await files.uploaded(self._ask, kind, file.name, call.content or b"")
            except ValueError:
                raise SendFailed("file_size", permanent=True) from None
            self._uploaded[file.document_id] = media_id
            while len(self._uploaded) > MOST_UPLOADED:
                self._uploaded.popitem(last=False)
        try:
            await self._post(call, {"msgtype": kind, kind: {"media_id": media_id}})
        except Refused as refused:
            if meaning(refused.errcode) is Meaning.CONTENT:
                self._uploaded.pop(file.document_id, None)
            raise

    async def _ask(self, cmd: str, body: dict[str, Any]) -> Frame:
        return await self._line.request(cmd, body, within=LINE_SECONDS)

    def _keep_half(self, call: Call, form: Form) -> None:
        """The words are out: another try sends only the card."""
        if form.words is not None:
            self._halves[call.outbox_id] = None
            while len(self._halves) > MOST_HALVES:
                self._halves.popitem(last=False)

    async def _write(self, call: Call, title: str | None, text: str) -> None:
        await self._post(call, {"msgtype": "markdown", "markdown": {"content": markdown(title, text)}})

    async def _show(self, call: Call, form: Form, card: Card) -> None:
        """A card, or labels to type where WeCom does not take it."""
        try:
            await self._post(call, {"msgtype": "template_card", "template_card": card})
        except Refused as refused:
            if meaning(refused.errcode) not in (Meaning.CONTENT, Meaning.OTHER):
                raise
            log.error("wecom_aibot_refuses_a_card", outbox_id=call.outbox_id, errcode=refused.errcode)
            title, text = written(call.payload)
            await self._write(call, title, text if form.words is None else text.rpartition("\n")[2])

    async def _post(self, call: Call, message: dict[str, Any]) -> None:
        """An answer while the chat's last message may be answered, else a message of its own."""
        if wait := self._quota.take(call.chat):
            raise SendFailed("member_limit", retry_after=wait)
        opening = self._openings.get(call.chat)
        if opening is not None and time.monotonic() < opening.until:
            try:
                await self._line.request("aibot_respond_msg", message, opening.req_id, within=LINE_SECONDS)
                return
            except Refused as refused:
                if meaning(refused.errcode) is not Meaning.STALE:
                    raise
            self._openings.pop(call.chat, None)
        await self._line.request("aibot_send_msg", _addressed(call.chat) | message, within=LINE_SECONDS)


def _addressed(chat: str) -> dict[str, Any]:
    """Without a kind WeCom would look among groups first."""
    group = chat.startswith(updates.GROUP)
    return {"chatid": chat.removeprefix(updates.GROUP), "chat_type": GROUP if group else SINGLE}


def _refusal(errcode: int) -> UserError:
    return UserError("wecom.bot_secret") if errcode == BAD_SECRET else UserError("wecom.bot_refused", errcode=errcode)


def _safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "wss" or (parts.scheme == "ws" and parts.hostname in LOOPBACK)
