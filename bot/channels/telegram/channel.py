"""Telegram as a channel."""

from __future__ import annotations

import hmac
import re
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import structlog
from telegram import InputFile
from telegram.error import InvalidToken, TelegramError
from telegram.helpers import create_deep_linked_url

from bot.channels.pages import pages, utf16_units
from bot.channels.telegram import updates, wording
from bot.channels.telegram.client import raw_bot
from bot.channels.telegram.failures import (
    Floods,
    bad_buttons,
    bad_markup,
    bad_picture,
    fetch_failed,
    not_editable,
    not_modified,
    send_failed,
)
from bot.channels.telegram.polling import NotReceiving, Polling, WebhookWatch, from_webhook
from bot.channels.telegram.updates import Me
from bot.message import Call, FileRef, Inbound, Limits, Receive, Update
from data.errors import UserError

log = structlog.get_logger()

TOKEN = re.compile(r"([0-9]{1,16}):[A-Za-z0-9_-]{3,}")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
DEFAULT_URL = "https://api.telegram.org/bot"
DEFAULT_FILE_URL = "https://api.telegram.org/file/bot"


class Telegram:
    """Long polling, or a webhook where `webhook_url` is given. Implements `bot.message.Channel`.

    Raises UserError `telegram_token` for what can be no token, `telegram_secret` for a webhook without a
    usable secret, `network_proxy` for a proxy that is none of http and https. One call takes at most 25 seconds.
    """

    name = "telegram"
    limits = Limits(per_second=30, chat_gap=1.0, burst=3, group_per_minute=20, in_flight=16)

    def __init__(
        self,
        token: str,
        base_url: str = DEFAULT_URL,
        base_file_url: str = DEFAULT_FILE_URL,
        webhook_url: str | None = None,
        webhook_secret: str | None = None,
        proxy: str | None = None,
    ) -> None:
        shape = TOKEN.fullmatch(token)
        if shape is None:
            raise UserError("telegram_token")
        if webhook_url and not SECRET.fullmatch(webhook_secret or ""):
            raise UserError("telegram_secret")
        if proxy and not proxy.startswith(("http://", "https://")):
            raise UserError("network_proxy", scheme=proxy.partition("://")[0])
        self.bot_id = shape[1]
        self._token = token
        self._me = Me(int(self.bot_id))
        self._webhook_url, self._webhook_secret = webhook_url or "", webhook_secret or ""
        self._bot = raw_bot(token, base_url, base_file_url, proxy or None)
        self._floods = Floods()
        self._polling: Polling | None = None

    @property
    def username(self) -> str:
        """Without @; empty until Telegram told it."""
        return self._me.username

    @property
    def last_good(self) -> float | None:
        """`time.monotonic()` of the last good poll (or look at the webhook, or delivery by it); None before it."""
        return self._polling.last_good if self._polling else None

    def invite_link(self, code: str) -> str:
        """A link that opens the chat and says `/start code`. Raises ValueError before the username is known, and for
        a code that is not 1 to 64 of A-Z a-z 0-9 _ -."""
        if not self.username or not code:
            raise ValueError("no link without a username and a code")
        return create_deep_linked_url(self.username, code)

    async def check(self) -> str:
        """Ask Telegram once who the bot is: its username. Raises UserError `telegram_token`, `telegram_unreachable`."""
        await self._bot.open()
        try:
            await self._identify()
        except InvalidToken:
            problem = UserError("telegram_token")
        except TelegramError as error:
            problem = UserError("telegram_unreachable", reason=error.message)
        else:
            return self.username
        raise problem

    async def start(self, receive: Receive) -> None:
        """Raises UserError `telegram_token`. Without a network it goes on trying, beside the rest of the bot."""
        try:
            await self.check()
        except UserError as error:
            if error.code == "telegram_token":
                await self.close()
                raise
            log.warning("telegram_unreachable", **error.values)
        self._polling = self._receiver(receive)
        self._polling.start()

    async def stop_receiving(self) -> None:
        if self._polling is not None:
            await self._polling.stop()
            self._polling = None

    async def close(self) -> None:
        await self._bot.close_connections()

    def webhook_body(self, secret_header: str | None, body: bytes) -> Update:
        """A delivery's update. Raises PermissionError (answered 403) where the header is not our secret, ValueError
        (400) for what is no update."""
        if not self._webhook_secret or not hmac.compare_digest(
            (secret_header or "").encode(), self._webhook_secret.encode()
        ):
            raise PermissionError("wrong webhook secret")
        return from_webhook(body)

    async def webhook(self, secret_header: str | None, body: bytes) -> None:
        """Take a delivery in: returns when it is on disk (answered 200). Raises as `webhook_body`, and NotReceiving
        (503)."""
        update = self.webhook_body(secret_header, body)
        if not isinstance(self._polling, WebhookWatch):
            raise NotReceiving
        await self._polling.take(update)

    def parse(self, raw: str) -> Inbound:
        return updates.parse(raw, self._me)

    def split(self, title: str | None, text: str) -> list[tuple[str | None, str]]:
        """Parts of at most 4,096 UTF-16 units, title and line feed included; more than one carry page marks."""
        return pages(title, text, wording.LIMIT, utf16_units)

    def is_group(self, chat: str) -> bool:
        return chat.startswith("-")

    async def send(self, call: Call) -> str:
        """What is refused for its markup goes plain, for its buttons without them; what can't be edited goes anew."""
        try:
            return await self._edit(call) if call.edits else await self._send(call)
        except TelegramError as error:
            if isinstance(error, InvalidToken):
                log.error("telegram_refuses_the_token")
            failure = send_failed(error, call.chat, self._floods)
        raise failure

    async def fetch(self, key: str) -> AsyncGenerator[bytes, None]:
        """A file's bytes by its file_id; the address is asked for anew each time, since it lives an hour."""
        try:
            told = await self._bot.call("getFile", {"file_id": key}, dict)
            async for piece in self._bot.download(str(told.get("file_path", ""))):
                yield piece
            return
        except TelegramError as error:
            failure = fetch_failed(error)
        raise failure

    async def acknowledge(self, inbound: Inbound) -> None:
        if inbound.acknowledge is None:
            return
        try:
            await self._bot.call("answerCallbackQuery", {"callback_query_id": inbound.acknowledge}, bool)
        except TelegramError as error:
            log.debug("telegram_press_not_acknowledged", reason=error.message)

    async def show_menu(
        self, chat: str | None, commands: Sequence[tuple[str, str]], language: str | None = None
    ) -> bool:
        """Set the menu of one chat, or with None the one that everybody else sees; no commands, no menu of its own.

        `commands` are words of a-z 0-9 _ with what they do. `language` (zh-CN, en) restricts the menu for everybody
        to programs in that language; a chat's own shows in any. Never raises; whether it worked.
        """
        scope = {"type": "chat", "chat_id": chat} if chat else {"type": "default"}
        code = language.split("-")[0].lower() if language and not chat else None
        menu = [{"command": word, "description": does} for word, does in commands]
        try:
            if menu:
                await self._bot.call("setMyCommands", {"commands": menu, "scope": scope, "language_code": code}, bool)
            else:
                await self._bot.call("deleteMyCommands", {"scope": scope, "language_code": code}, bool)
        except TelegramError as error:
            log.warning("telegram_menu_not_set", reason=error.message)
            return False
        return True

    def _receiver(self, receive: Receive) -> Polling:
        if self._webhook_url:
            return WebhookWatch(self._bot, self._identify, receive, self._webhook_url, self._webhook_secret)
        return Polling(self._bot, self._identify, receive)

    async def _identify(self) -> None:
        if not self.username:
            me = await self._bot.call("getMe", {}, dict)
            self._me = Me(self._me.id, str(me.get("username", "")))

    async def _send(self, call: Call) -> str:
        place: dict[str, Any] = {"chat_id": call.chat}
        if call.reply_to and call.reply_to.isdecimal():
            place["reply_parameters"] = {"message_id": int(call.reply_to), "allow_sending_without_reply": True}
        sent = (
            await self._write_file(place, call) if call.payload.file else await self._write("sendMessage", place, call)
        )
        if not isinstance(sent, dict) or "message_id" not in sent:
            raise TelegramError("unexpected answer")
        return str(sent["message_id"])

    async def _edit(self, call: Call) -> str:
        place = {"chat_id": call.chat, "message_id": call.edits}
        try:
            await self._write("editMessageText", place, call)
        except TelegramError as error:
            if not_editable(error):
                return str(call.edits) if call.payload.quiet else await self._send(call)
            if not not_modified(error):
                raise
        return str(call.edits)

    async def _write_file(self, place: dict[str, Any], call: Call) -> Any:
        """A picture that Telegram won't show goes as a file."""
        file = call.payload.file
        assert file is not None
        if file.is_picture:
            try:
                return await self._write("sendPhoto", place | {"photo": _attached(call, file)}, call)
            except TelegramError as error:
                if not bad_picture(error):
                    raise
                log.warning("telegram_refuses_picture", outbox_id=call.outbox_id, reason=error.message)
        return await self._write("sendDocument", place | {"document": _attached(call, file)}, call)

    async def _write(self, method: str, place: dict[str, Any], call: Call) -> Any:
        markup = buttons = True
        written = wording.caption if call.payload.file else wording.parameters
        while True:
            try:
                words = written(call.payload, markup=markup, buttons=buttons)
                return await self._bot.call(method, place | words, object)
            except TelegramError as error:
                if markup and bad_markup(error):
                    markup = False
                elif buttons and bad_buttons(error):
                    buttons = False
                else:
                    raise
                log.error("telegram_refuses_markup", outbox_id=call.outbox_id, reason=error.message)


def _attached(call: Call, file: FileRef) -> InputFile:
    return InputFile(call.content or b"", filename=file.name)
