"""A self-built app of WeCom as a channel."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from typing import Any

import structlog

from bot.channels.pages import pages, utf8_bytes
from bot.channels.wecom_app import updates
from bot.channels.wecom_app.client import Answer, Api, Refused, Unreachable
from bot.channels.wecom_app.crypto import Envelope, Refusal
from bot.channels.wecom_cards import Card, Form, arranged, done, form_of, note_of, task_id_of, written
from bot.channels.wecom_codes import Meaning, fetch_failed, meaning, send_failed, unreachable
from bot.channels.wecom_quota import LIMITS, Quota
from bot.message import Call, FetchFailed, FileRef, Inbound, Payload, Receive, SendFailed
from data.errors import UserError

log = structlog.get_logger()

DEFAULT_BASE = "https://qyapi.weixin.qq.com"
LONGEST_BODY = 1 << 20
LONGEST_ID = 120
BYTES = 2048
MARK_LETTERS = 6
START_SECONDS = 8
BEAT_SECONDS = 45.0
SAME_AGAIN_SECONDS = 600
FEWEST_BYTES, IMAGE_BYTES, FILE_BYTES = 5, 10 << 20, 20 << 20
MOST_UPLOADED = 100
CARD = "card "
LINK = re.compile(r"<(?=/?a[\s>])", re.IGNORECASE)
FROM_IP = re.compile(r"from ip:\s*([0-9a-fA-F.:]+)")
PROBLEMS = {
    40001: "wecom.app_secret",
    40013: "wecom.corp_id",
    40056: "wecom.agent_id",
    301002: "wecom.agent_id",
    48002: "wecom.app_no_right",
    60020: "wecom.ip_not_trusted",
}


class NotReceiving(Exception):
    """A callback that is not on disk, for the bot is stopping or not yet started: answered 503, it comes again."""


class WecomApp:
    """Messages in by callback, out by the server API. Implements `bot.message.Channel`.

    Without `token` and `encoding_aes_key` it only sends, with labels to type in place of cards, since WeCom takes no
    interactive card from an app without a callback. Raises UserError `wecom.corp_id`, `wecom.agent_id`,
    `wecom.app_secret`, `wecom.callback_half`, `wecom.encoding_aes_key`.
    """

    name = "wecom_app"
    limits = LIMITS

    def __init__(
        self,
        corp_id: str,
        agent_id: str | int,
        secret: str,
        token: str = "",
        encoding_aes_key: str = "",
        api_base: str = DEFAULT_BASE,
        proxy: str | None = None,
    ) -> None:
        if not corp_id.strip():
            raise UserError("wecom.corp_id")
        if not str(agent_id).isdecimal():
            raise UserError("wecom.agent_id")
        if not secret.strip():
            raise UserError("wecom.app_secret")
        self._envelope = _envelope(corp_id, token, encoding_aes_key)
        self._agent_id = int(agent_id)
        self.bot_id = f"{corp_id}-{self._agent_id}"
        self._api = Api(api_base, corp_id, secret, proxy or None)
        self._quota = Quota()
        self._storing = asyncio.Lock()
        self._receive: Receive | None = None
        self._uploaded: OrderedDict[int, str] = OrderedDict()
        self.last_heard: float | None = None
        self._problem: UserError | None = None
        self._bad_callback: UserError | None = None
        self._heart: asyncio.Task[None] | None = None

    @property
    def last_good(self) -> float | None:
        """`time.monotonic()` of WeCom's last good answer, a heartbeat's included; None before it."""
        return self._api.last_good

    @property
    def trouble(self) -> UserError | None:
        """What an admin has to mend: what the last heartbeat met, else why the last callback was refused."""
        return self._problem or self._bad_callback

    @property
    def interactive(self) -> bool:
        """Whether cards can be pressed: only where there is a callback."""
        return self._envelope is not None

    async def check(self) -> str:
        """Ask WeCom once who the app is: its name. Raises UserError with what an admin has to mend (`wecom.…`)."""
        try:
            name = _usable(await self._api.call("agent/get", agentid=str(self._agent_id)))
        except Refused as refused:
            self._problem = problem_of(refused)
        except Unreachable as failure:
            self._problem = UserError("wecom.app_unreachable", reason=failure.reason)
        except UserError as error:
            self._problem = error
        else:
            self._problem = None
            return name
        raise self._problem

    async def start(self, receive: Receive) -> None:
        """What is wrong with the settings is logged; it can be mended in the console while the bot runs."""
        self._receive = receive
        try:
            async with asyncio.timeout(START_SECONDS):
                await self.check()
        except (UserError, TimeoutError) as error:
            log.error("wecom_app_not_usable", problem=getattr(error, "code", "timeout"))
        self._heart = asyncio.create_task(self._beat(), name="wecom-app-heartbeat")

    async def _beat(self) -> None:
        """Nobody may write for days: whether WeCom still answers us is seen all the same."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            with suppress(UserError):
                await self.check()

    async def stop_receiving(self) -> None:
        async with self._storing:
            self._receive = None

    async def close(self) -> None:
        if self._heart is not None:
            self._heart.cancel()
            with suppress(asyncio.CancelledError):
                await self._heart
        await self._api.close()

    def verify(self, query: Mapping[str, str]) -> str:
        """The answer to the console's test of our address. Raises PermissionError (403), and ValueError (400) where a
        parameter is missing."""
        return self._opened(query, _given(query, "echostr"))

    async def callback(self, query: Mapping[str, str], body: bytes) -> bytes:
        """Take a callback in: the (empty) answer, once it is on disk. Raises as `verify`, and NotReceiving (503)."""
        if len(body) > LONGEST_BODY:
            raise ValueError("too long")
        xml = self._opened(query, updates.sealed_in(body))
        async with self._storing:
            if self._receive is None:
                raise NotReceiving
            await self._receive([updates.update_of(xml)])
        self.last_heard = time.monotonic()
        if alarm := updates.alarm_in(xml):
            log.error("wecom_app_alarm", news=alarm)
        return b""

    def parse(self, raw: str) -> Inbound:
        return updates.parse(raw)

    def split(self, title: str | None, text: str) -> list[tuple[str | None, str]]:
        """Parts of at most 2,048 bytes in UTF-8, title and line feed included; more than one carry page marks."""
        return pages(title, text, BYTES - 2 * MARK_LETTERS, utf8_bytes)

    def arrange(self, payload: Payload) -> list[Payload]:
        """A message as single calls: `bot.message.Arranges`."""
        return arranged(payload, interactive=self.interactive)

    def is_group(self, chat: str) -> bool:
        return False

    async def send(self, call: Call) -> str:
        """A card where one carries it, else words. An edit of a card takes its place once; any other is sent anew, a
        quiet one not at all."""
        try:
            if call.edits and (await self._replaced(call) or call.payload.quiet):
                return call.edits
            return await self._send(call)
        except Refused as refused:
            log.warning("wecom_app_refused", outbox_id=call.outbox_id, errcode=refused.errcode)
            failure = send_failed(refused.errcode)
        except Unreachable as lost:
            failure = SendFailed(lost.reason)
        raise failure

    async def fetch(self, key: str) -> AsyncGenerator[bytes, None]:
        """A file's bytes by its media id, which lives three days."""
        try:
            async with aclosing(self._api.download(key)) as pieces:
                async for piece in pieces:
                    yield piece
            return
        except Refused as refused:
            failure = fetch_failed(refused.errcode)
        except Unreachable as lost:
            failure = FetchFailed(lost.reason)
        raise failure

    async def acknowledge(self, inbound: Inbound) -> None:
        """Show the pressed card as spent, to who pressed it."""
        if inbound.acknowledge is None:
            return
        try:
            note = json.loads(inbound.acknowledge)
            await self._update(inbound.sender, note["code"], {"button": {"replace_name": done(note["label"])}})
        except (Refused, Unreachable) as error:
            log.debug("wecom_press_not_acknowledged", reason=str(error))

    def _opened(self, query: Mapping[str, str], sealed: str) -> str:
        if self._envelope is None:
            raise Refusal("callback_half")
        signature, timestamp, nonce = (_given(query, name) for name in ("msg_signature", "timestamp", "nonce"))
        try:
            opened = self._envelope.open(signature, timestamp, nonce, sealed)
        except Refusal as refusal:
            self._bad_callback = UserError(f"wecom.{refusal.code}")
            log.warning("wecom_callback_refused", why=refusal.code)
            raise
        self._bad_callback = None
        return opened

    async def _send(self, call: Call) -> str:
        form = form_of(call.payload, task_id_of(call), interactive=self.interactive)
        message_id = ""
        if form.words is not None:
            message_id = await self._say(call, *form.words)
        if form.card is not None:
            message_id = await self._show(call, form, form.card)
        return await self._hand_over(call, call.payload.file) if call.payload.file is not None else message_id

    async def _hand_over(self, call: Call, file: FileRef) -> str:
        """A file: an image where it is one that WeCom shows. Uploaded once, so that another try is the same message."""
        kind = "image" if file.is_picture and file.size <= IMAGE_BYTES else "file"
        if not FEWEST_BYTES < file.size <= FILE_BYTES:
            raise SendFailed("file_size", permanent=True)
        media_id = self._uploaded.get(file.document_id)
        if media_id is None:
            media_id = await self._api.upload(kind, file.name, call.content or b"")
            self._uploaded[file.document_id] = media_id
            while len(self._uploaded) > MOST_UPLOADED:
                self._uploaded.popitem(last=False)
        try:
            return _message_id(await self._post(call, {"msgtype": kind, kind: {"media_id": media_id}}))
        except Refused as refused:
            if meaning(refused.errcode) is Meaning.CONTENT:
                self._uploaded.pop(file.document_id, None)
            raise

    async def _say(self, call: Call, title: str | None, text: str) -> str:
        """Words in as many messages as they need: labels to type may have made a last part too long."""
        message_id = ""
        for part in self.split(title, text):
            content = f"{plain(*part)}{_mark(call.outbox_id)}"
            message_id = _message_id(await self._post(call, {"msgtype": "text", "text": {"content": content}}))
        return message_id

    async def _show(self, call: Call, form: Form, card: Card) -> str:
        """A card, or labels to type where WeCom does not take it."""
        try:
            answer = await self._post(call, {"msgtype": "template_card", "template_card": card})
        except Refused as refused:
            if meaning(refused.errcode) not in (Meaning.CONTENT, Meaning.OTHER):
                raise
            log.error("wecom_app_refuses_a_card", outbox_id=call.outbox_id, errcode=refused.errcode)
            title, text = written(call.payload)
            return await self._say(call, title, text if form.words is None else text.rpartition("\n")[2])
        code = f"{CARD}{answer.get('response_code', '')}"
        return code if len(CARD) < len(code) <= LONGEST_ID else _message_id(answer)

    async def _post(self, call: Call, message: dict[str, Any]) -> Answer:
        """Send one message. The check for doubles makes a second try harmless: the first may have arrived."""
        if wait := self._quota.take(call.chat):
            raise SendFailed("member_limit", retry_after=wait)
        body = {
            "touser": call.chat,
            "agentid": self._agent_id,
            **message,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": SAME_AGAIN_SECONDS,
        }
        answer = await self._api.call("message/send", body)
        _refuse_unreached(answer, call.chat)
        return answer

    async def _replaced(self, call: Call) -> bool:
        """Whether the edited message is a card that could be replaced: its code is good once, for 72 hours."""
        code = str(call.edits).removeprefix(CARD)
        card = self._replacement(call.payload, task_id_of(call))
        if code == call.edits or card is None or not self.interactive:
            return False
        try:
            answer = await self._update(call.chat, code, {"template_card": card})
        except Refused as refused:
            if meaning(refused.errcode) in (Meaning.CONTENT, Meaning.OTHER):
                return False
            raise
        return not answer.get("invaliduser")

    @staticmethod
    def _replacement(payload: Payload, task_id: str) -> Card | None:
        """A card that holds the whole message; None where none does."""
        if not any(payload.buttons):
            return note_of(payload, task_id)
        form = form_of(payload, task_id)
        return form.card if form.words is None else None

    async def _update(self, user: str, code: str, change: dict[str, Any]) -> Answer:
        body = {"userids": [user], "agentid": self._agent_id, "response_code": code, **change}
        return await self._api.call("message/update_template_card", body)


def problem_of(refused: Refused) -> UserError:
    """What an admin has to mend."""
    code = PROBLEMS.get(refused.errcode)
    if code is None:
        return UserError("wecom.app_refused", errcode=refused.errcode)
    if code != "wecom.ip_not_trusted":
        return UserError(code)
    found = FROM_IP.search(refused.text)
    return UserError(code, ip=found[1] if found else "")


def plain(title: str | None, text: str) -> str:
    """As one text message; WeCom would make links of `<a …>` in people's words."""
    words = text if title is None else f"{title}\n{text}"
    return LINK.sub("＜", words).encode("utf-8", "replace").decode()


def _mark(outbox_id: int) -> str:
    """Spaces at the end that nobody sees: the check for doubles would drop the second of two equal answers."""
    return f"{outbox_id % 2**MARK_LETTERS:0{MARK_LETTERS}b}".translate({ord("0"): " ", ord("1"): "\u00a0"})


def _envelope(corp_id: str, token: str, encoding_aes_key: str) -> Envelope | None:
    if not token and not encoding_aes_key:
        return None
    if not token or not encoding_aes_key:
        raise UserError("wecom.callback_half")
    try:
        return Envelope(token, encoding_aes_key, corp_id)
    except ValueError:
        raise UserError("wecom.encoding_aes_key") from None


def _given(query: Mapping[str, str], name: str) -> str:
    value = query.get(name)
    if not value:
        raise ValueError(f"{name} is missing")
    return value


def _message_id(answer: Answer) -> str:
    return str(answer.get("msgid") or "sent")[:LONGEST_ID]


def _refuse_unreached(answer: Answer, user: str) -> None:
    """Raises SendFailed where WeCom took the message and left this member out. It answers in lower case."""
    for field, reason in (("invaliduser", "not_visible"), ("unlicenseduser", "not_licensed")):
        if user.lower() in str(answer.get(field) or "").lower().split("|"):
            raise unreachable(reason)


def _usable(app: Answer) -> str:
    """The app's name. Raises UserError where nobody can hear it."""
    if app.get("close"):
        raise UserError("wecom.app_closed")
    seen_by = (("allow_userinfos", "user"), ("allow_partys", "partyid"), ("allow_tags", "tagid"))
    if not any((app.get(field) or {}).get(inner) for field, inner in seen_by):
        raise UserError("wecom.app_without_members")
    return str(app.get("name", ""))
