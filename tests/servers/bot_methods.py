"""The methods of the Bot API, as strict as Telegram where a reminder bot can go wrong."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tests.servers.bot_world import BARRED, Chat, Message, World
from tests.servers.telegram_html import BadMarkup, plain, utf16

MOST_CHARACTERS = 4096
MOST_IN_CAPTION = 1024
MOST_DATA_BYTES = 64
MOST_BUTTONS = 100
OTHER_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)

Parameters = Mapping[str, Any]
Method = Callable[["Methods", Parameters], Awaitable[Any]]


class Refused(Exception):
    """An answer with ok = false."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(code, description)
        self.code, self.description, self.parameters = code, description, parameters


def bad(description: str, parameters: dict[str, Any] | None = None) -> Refused:
    return Refused(400, f"Bad Request: {description}", parameters)


class Methods:
    """`parameters` are strings as they came, JSON where Telegram wants an object; files are (name, bytes)."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.webhook: dict[str, str] = {}
        self.webhook_error: str | None = None
        self._poller: asyncio.Future[str] | None = None

    async def run(self, name: str, parameters: Parameters) -> Any:
        method = TABLE.get(name.lower())
        if method is None:
            raise Refused(404, "Not Found: method not found")
        return await method(self, parameters)

    async def get_me(self, parameters: Parameters) -> Any:
        rights = {"can_join_groups": True, "can_read_all_group_messages": True, "supports_inline_queries": False}
        return self.world.bot | rights

    async def get_updates(self, parameters: Parameters) -> Any:
        if self.webhook:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
        self._end_poll(OTHER_POLL)
        self._allow(parameters)
        self.world.confirm(int(parameters.get("offset", 0)))
        ended = self._poller = asyncio.get_running_loop().create_future()
        await self._updates_or(ended, float(parameters.get("timeout", 0)))
        if ended.done():
            raise Refused(409, ended.result())
        self._poller = None
        return list(self.world.updates)[: min(int(parameters.get("limit", 100)), 100)]

    async def _updates_or(self, ended: asyncio.Future[str], seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.world.updates and not ended.done() and (left := until - time.monotonic()) > 0:
            changed = asyncio.ensure_future(self.world.changed.wait())
            try:
                await asyncio.wait((changed, ended), timeout=left, return_when=asyncio.FIRST_COMPLETED)
            finally:
                changed.cancel()

    def _end_poll(self, reason: str) -> None:
        if self._poller is not None:
            self._poller.set_result(reason)
            self._poller = None

    async def set_webhook(self, parameters: Parameters) -> Any:
        url = parameters.get("url", "")
        if url and not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", parameters.get("secret_token", "")):
            raise bad("bad webhook: secret token contains unallowed characters")
        self._allow(parameters)
        self._end_poll("Conflict: terminated by setWebhook request")
        self.webhook = {"url": url, "secret": parameters.get("secret_token", "")} if url else {}
        self.world.touch()
        return True

    async def delete_webhook(self, parameters: Parameters) -> Any:
        self.webhook = {}
        if parameters.get("drop_pending_updates") == "true":
            self.world.updates.clear()
        self.world.touch()
        return True

    async def get_webhook_info(self, parameters: Parameters) -> Any:
        error = {"last_error_message": self.webhook_error} if self.webhook_error else {}
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.world.updates),
            "allowed_updates": self.world.allowed,
        } | error

    def _allow(self, parameters: Parameters) -> None:
        if "allowed_updates" in parameters:
            self.world.allowed = _json(parameters, "allowed_updates", [])

    async def send_message(self, parameters: Parameters) -> Any:
        chat = self._chat(parameters)
        text, entities = _words(parameters)
        message = self.world.write(
            chat,
            self.world.bot,
            text=text,
            html=parameters.get("text"),
            entities=entities,
            buttons=_buttons(parameters),
            reply_to=self._reply_to(chat, parameters),
            from_bot=True,
        )
        self.world.record("sendMessage", message)
        return self.world.to_json(message)

    async def send_document(self, parameters: Parameters) -> Any:
        return self._send_file("document", "sendDocument", parameters)

    async def send_photo(self, parameters: Parameters) -> Any:
        _name, content = parameters.get("photo") or ("", b"")
        if not content.startswith((b"\x89PNG", b"\xff\xd8")):
            raise bad("IMAGE_PROCESS_FAILED")
        return self._send_file("photo", "sendPhoto", parameters)

    def _send_file(self, kind: str, method: str, parameters: Parameters) -> Any:
        chat = self._chat(parameters)
        if not isinstance(parameters.get(kind), tuple):
            raise bad(f"there is no {kind} in the request")
        caption, entities = _caption(parameters)
        name, content = parameters[kind]
        file_id = f"file{len(self.world.files) + 1}"
        self.world.files[file_id] = content
        about = {"file_id": file_id, "file_unique_id": file_id, "file_size": len(content)}
        shown = about | {"file_name": name} if kind == "document" else [about | {"width": 1080, "height": 720}]
        extra = {kind: shown} | ({"caption": caption, "caption_entities": entities} if caption else {})
        message = self.world.write(
            chat,
            self.world.bot,
            text=caption,
            extra=extra,
            buttons=_buttons(parameters),
            reply_to=self._reply_to(chat, parameters),
            from_bot=True,
        )
        self.world.record(method, message)
        return self.world.to_json(message)

    async def get_file(self, parameters: Parameters) -> Any:
        file_id = parameters.get("file_id", "")
        if file_id not in self.world.files:
            raise bad("invalid file_id")
        size = len(self.world.files[file_id])
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": size, "file_path": f"documents/{file_id}"}

    async def edit_message_text(self, parameters: Parameters) -> Any:
        chat = self._chat(parameters)
        message = chat.messages.get(_number(parameters.get("message_id")))
        if message is None:
            raise bad("message to edit not found")
        if not message.from_bot:
            raise bad("message can't be edited")
        text, entities = _words(parameters)
        buttons = _buttons(parameters)
        if (text, entities, buttons) == (message.text, message.entities, message.buttons):
            raise bad(NOT_MODIFIED)
        message.text, message.entities, message.buttons = text, entities, buttons
        message.html, message.edit_date = parameters.get("text"), self.world.now()
        self.world.record("editMessageText", message)
        return self.world.to_json(message)

    async def delete_message(self, parameters: Parameters) -> Any:
        if self._chat(parameters).messages.pop(_number(parameters.get("message_id")), None) is None:
            raise bad("message to delete not found")
        return True

    async def answer_callback_query(self, parameters: Parameters) -> Any:
        query = parameters.get("callback_query_id", "")
        if query not in self.world.queries or query in self.world.answered:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if len(parameters.get("text", "")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        self.world.answered.append(query)
        self.world.touch()
        return True

    async def set_my_commands(self, parameters: Parameters) -> Any:
        commands = _json(parameters, "commands", [])
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        if len(commands) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        self.world.menus[self._menu(parameters)] = commands
        return True

    async def delete_my_commands(self, parameters: Parameters) -> Any:
        self.world.menus.pop(self._menu(parameters), None)
        return True

    async def get_my_commands(self, parameters: Parameters) -> Any:
        return self.world.menus.get(self._menu(parameters), [])

    async def send_chat_action(self, parameters: Parameters) -> Any:
        self._chat(parameters)
        return True

    def _menu(self, parameters: Parameters) -> str:
        """Where a menu is kept: `default`, `default/zh`, `chat 5000000001`, …"""
        scope = _json(parameters, "scope", {"type": "default"})
        if scope["type"] == "chat":
            self._chat({"chat_id": str(scope["chat_id"])})
        place = " ".join(str(value) for value in scope.values())
        return "/".join(filter(None, (place, parameters.get("language_code", ""))))

    def _chat(self, parameters: Parameters) -> Chat:
        chat = self.world.chats.get(_number(parameters.get("chat_id")))
        if chat is None:
            raise bad("chat not found")
        if chat.migrated_to:
            moved = {"migrate_to_chat_id": chat.migrated_to}
            raise bad("group chat was upgraded to a supergroup chat", moved)
        if chat.state != "open":
            raise Refused(403, f"Forbidden: {BARRED[chat.state].format(kind=chat.kind)}")
        return chat

    def _reply_to(self, chat: Chat, parameters: Parameters) -> int | None:
        reply = _json(parameters, "reply_parameters", {})
        if reply and reply["message_id"] not in chat.messages:
            if not reply.get("allow_sending_without_reply"):
                raise bad("message to be replied not found")
            return None
        return reply.get("message_id")  # type: ignore[no-any-return]


def _words(parameters: Parameters) -> tuple[str, list[dict[str, Any]]]:
    mode = parameters.get("parse_mode", "")
    text: str = parameters.get("text", "")
    entities: list[dict[str, Any]] = []
    if mode.lower() == "html":
        try:
            text, entities = plain(text)
        except BadMarkup as error:
            raise bad(f"can't parse entities: {error}") from None
    elif mode:
        raise bad("unsupported parse_mode")
    if not text.strip():
        raise bad("message text is empty")
    if utf16(text) > MOST_CHARACTERS:
        raise bad("message is too long")
    return text, entities


def _caption(parameters: Parameters) -> tuple[str, list[dict[str, Any]]]:
    """What stands beside a file: at most 1,024 characters after its entities were read."""
    caption: str = parameters.get("caption", "")
    entities: list[dict[str, Any]] = []
    if parameters.get("parse_mode", "").lower() == "html":
        try:
            caption, entities = plain(caption)
        except BadMarkup as error:
            raise bad(f"can't parse entities: {error}") from None
    if utf16(caption) > MOST_IN_CAPTION:
        raise bad("message caption is too long")
    return caption, entities


def _buttons(parameters: Parameters) -> list[list[tuple[str, str]]]:
    rows = _json(parameters, "reply_markup", {}).get("inline_keyboard", [])
    found = [[_button(button) for button in row] for row in rows]
    if sum(map(len, found)) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    return found


def _button(button: dict[str, str]) -> tuple[str, str]:
    if not button.get("text"):
        raise bad('can\'t parse inline keyboard button: Field "text" must be of type String')
    if "callback_data" not in button:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if not 1 <= len(button["callback_data"].encode()) <= MOST_DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    return button["text"], button["callback_data"]


def _json(parameters: Parameters, name: str, default: Any) -> Any:
    value = parameters.get(name)
    if value is None:
        return default
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise bad(f"can't parse {name} JSON object") from None


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


TABLE: dict[str, Method] = {
    "getme": Methods.get_me,
    "getupdates": Methods.get_updates,
    "setwebhook": Methods.set_webhook,
    "deletewebhook": Methods.delete_webhook,
    "getwebhookinfo": Methods.get_webhook_info,
    "sendmessage": Methods.send_message,
    "senddocument": Methods.send_document,
    "sendphoto": Methods.send_photo,
    "sendchataction": Methods.send_chat_action,
    "getfile": Methods.get_file,
    "editmessagetext": Methods.edit_message_text,
    "deletemessage": Methods.delete_message,
    "answercallbackquery": Methods.answer_callback_query,
    "setmycommands": Methods.set_my_commands,
    "deletemycommands": Methods.delete_my_commands,
    "getmycommands": Methods.get_my_commands,
}

__all__ = ["Message", "Methods", "Refused"]
