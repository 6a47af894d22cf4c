"""What Telegram knows: chats, people, messages, and the updates that wait for the bot."""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.servers.telegram_html import utf16

FIRST_UPDATE = 870_000_001
BY_DEFAULT = ("chat_member", "message_reaction", "message_reaction_count")
BARRED = {
    "never": "bot can't initiate conversation with a user",
    "blocked": "bot was blocked by the user",
    "deactivated": "user is deactivated",
    "kicked": "bot was kicked from the {kind} chat",
    "left": "bot is not a member of the {kind} chat",
}


def wall() -> datetime:
    return datetime.now(UTC)


@dataclass
class Message:
    """`text` is plain, `html` as the bot sent it. `buttons` are rows of (label, callback data)."""

    message_id: int
    chat_id: int
    sender: dict[str, Any]
    date: int
    text: str = ""
    html: str | None = None
    entities: list[dict[str, Any]] = field(default_factory=list)
    buttons: list[list[tuple[str, str]]] = field(default_factory=list)
    reply_to: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    edit_date: int | None = None
    from_bot: bool = False

    @property
    def labels(self) -> list[str]:
        return [label for row in self.buttons for label, _ in row]


@dataclass
class Chat:
    """`state` is open, or why the bot may not write there (a key of BARRED)."""

    id: int
    kind: str
    title: str
    state: str = "open"
    messages: dict[int, Message] = field(default_factory=dict)
    next_id: int = 1
    migrated_to: int | None = None

    def to_json(self) -> dict[str, Any]:
        name = "first_name" if self.kind == "private" else "title"
        return {"id": self.id, "type": self.kind, name: self.title}


@dataclass(frozen=True)
class Sent:
    """A line of the journal: one message or edit of the bot that reached its chat. `at` is monotonic."""

    at: float
    method: str
    chat_id: int
    message_id: int
    text: str
    labels: tuple[str, ...]


class World:
    """Everything behind the HTTP front. `changed` is notified whenever anything happens."""

    def __init__(self, bot_id: int, username: str, clock: Callable[[], datetime] = wall) -> None:
        self.bot = {"id": bot_id, "is_bot": True, "first_name": "督办测试", "username": username}
        self.clock = clock
        self.chats: dict[int, Chat] = {}
        self.updates: deque[dict[str, Any]] = deque()
        self.confirmed: deque[dict[str, Any]] = deque(maxlen=1000)
        self.next_update = FIRST_UPDATE
        self.allowed: list[str] = []
        self.journal: list[Sent] = []
        self.queries: dict[str, int] = {}
        self.answered: list[str] = []
        self.menus: dict[str, list[dict[str, str]]] = {}
        self.files: dict[str, bytes] = {}
        self.changed = asyncio.Event()

    def now(self) -> int:
        return int(self.clock().timestamp())

    def touch(self) -> None:
        """Wake all that wait for anything to happen."""
        event, self.changed = self.changed, asyncio.Event()
        event.set()

    def push(self, kind: str, body: Any) -> int | None:
        """Queue an update if the bot asked for its kind; its id."""
        if (kind not in self.allowed) if self.allowed else (kind in BY_DEFAULT):
            return None
        update_id, self.next_update = self.next_update, self.next_update + 1
        self.updates.append({"update_id": update_id, kind: body})
        self.touch()
        return update_id

    def confirm(self, offset: int) -> None:
        while self.updates and self.updates[0]["update_id"] < offset:
            self.confirmed.append(self.updates.popleft())

    def write(self, chat: Chat, sender: dict[str, Any], **values: Any) -> Message:
        """A new message in a chat, with the chat's next id."""
        message_id, chat.next_id = chat.next_id, chat.next_id + 1
        message = Message(message_id, chat.id, sender, values.pop("date", self.now()), **values)
        chat.messages[message_id] = message
        return message

    def record(self, method: str, message: Message) -> None:
        self.journal.append(
            Sent(time.monotonic(), method, message.chat_id, message.message_id, message.text, tuple(message.labels))
        )
        self.touch()

    def to_json(self, message: Message, *, quoted: bool = False) -> dict[str, Any]:
        chat = self.chats[message.chat_id]
        found: dict[str, Any] = {
            "message_id": message.message_id,
            "from": message.sender,
            "chat": chat.to_json(),
            "date": message.date,
            **message.extra,
        }
        optional = {"text": message.text, "entities": message.entities, "edit_date": message.edit_date}
        if message.extra and "caption" in message.extra:
            optional = {"edit_date": message.edit_date}
        found |= {name: value for name, value in optional.items() if value}
        if message.buttons:
            rows = [[{"text": label, "callback_data": data} for label, data in row] for row in message.buttons]
            found["reply_markup"] = {"inline_keyboard": rows}
        if message.reply_to and message.reply_to in chat.messages and not quoted:
            found["reply_to_message"] = self.to_json(chat.messages[message.reply_to], quoted=True)
        return found

    def entities(self, text: str) -> list[dict[str, Any]]:
        """What Telegram marks in a person's words: a command at the start, mentions."""
        found = [("bot_command", command) for command in re.finditer(r"^/[A-Za-z0-9_]+(@[A-Za-z0-9_]+)?", text)]
        found += [("mention", name) for name in re.finditer(r"(?<![\w/])@[A-Za-z0-9_]{5,}", text)]
        return [
            {"type": kind, "offset": utf16(text[: match.start()]), "length": utf16(match.group())}
            for kind, match in found
        ]
