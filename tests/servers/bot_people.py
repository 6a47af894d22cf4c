"""People and groups as a test plays them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from tests.servers.bot_world import Chat, Message, World

T = TypeVar("T")
MEDIA: dict[str, Any] = {
    "sticker": {"file_id": "s1", "file_unique_id": "s1", "type": "regular", "width": 512, "height": 512},
    "voice": {"file_id": "v1", "file_unique_id": "v1", "duration": 3},
    "photo": [{"file_id": "p1", "file_unique_id": "p1", "width": 90, "height": 90}],
    "document": {"file_id": "d1", "file_unique_id": "d1", "file_name": "表.docx"},
    "video": {"file_id": "m1", "file_unique_id": "m1", "width": 90, "height": 90, "duration": 3},
    "location": {"latitude": 31.8, "longitude": 119.9},
    "contact": {"phone_number": "+8651900000000", "first_name": "某"},
    "poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0},
}


@dataclass
class Person:
    """A Telegram user. Where no `chat` is named, it is the private chat with the bot."""

    world: World
    id: int
    name: str
    language: str | None = "zh-hans"
    read: int = field(default=0, init=False)

    @property
    def private(self) -> Chat:
        return self.world.chats[self.id]

    def to_json(self) -> dict[str, Any]:
        user = {"id": self.id, "is_bot": False, "first_name": self.name}
        return user | ({"language_code": self.language} if self.language else {})

    def says(
        self,
        text: str,
        chat: Chat | None = None,
        *,
        reply_to: int | None = None,
        at: datetime | None = None,
        forwarded: bool = False,
    ) -> int:
        """The message's id."""
        extra = {"forward_origin": {"type": "hidden_user", "sender_user_name": "某", "date": 1}} if forwarded else {}
        return self._write(chat, at, text=text, reply_to=reply_to, extra=extra)

    def starts(self, code: str = "") -> int:
        return self.says(f"/start {code}".strip())

    def sends(self, media: str, caption: str = "", chat: Chat | None = None, *, at: datetime | None = None) -> int:
        """A sticker, voice, photo, document, location, …"""
        extra = {media: MEDIA[media]} | ({"caption": caption} if caption else {})
        return self._write(chat, at, extra=extra)

    def edits(self, message_id: int, text: str, chat: Chat | None = None) -> None:
        message = (chat or self.private).messages[message_id]
        message.text, message.entities, message.edit_date = text, self.world.entities(text), self.world.now()
        self.world.push("edited_message", self.world.to_json(message))

    def presses(self, label: str, chat: Chat | None = None, *, message_id: int | None = None) -> str:
        """Press the newest button with that label; the callback query's id. Raises LookupError where there is none."""
        message, data = self._button(label, chat or self.private, message_id)
        query = f"{self.id}{len(self.world.queries) + 1:06}"
        self.world.queries[query] = self.id
        body = {"id": query, "from": self.to_json(), "chat_instance": "1", "data": data}
        self.world.push("callback_query", body | {"message": self.world.to_json(message)})
        return query

    def blocks(self) -> None:
        self._membership("blocked", "member", "kicked")

    def unblocks(self) -> None:
        self._membership("open", "kicked", "member")

    def chat_log(self, chat: Chat | None = None) -> list[Message]:
        return list((chat or self.private).messages.values())

    async def hears(self, words: str, seconds: float = 10) -> Message:
        """Wait for a message or edit of the bot that was not yet heard and holds `words`; what came before it counts
        as heard too. Raises TimeoutError, naming what came instead."""

        def found() -> Message | None:
            for place in range(self.read, len(self.world.journal)):
                sent = self.world.journal[place]
                if sent.chat_id == self.id and words in sent.text:
                    self.read = place + 1
                    return self.private.messages[sent.message_id]
            return None

        try:
            return await wait_for(self.world, found, seconds)
        except TimeoutError:
            came = [sent.text for sent in self.world.journal[self.read :] if sent.chat_id == self.id]
            raise TimeoutError(f"{self.name} did not hear {words!r} but {came!r}") from None

    def _write(self, chat: Chat | None, at: datetime | None, **values: Any) -> int:
        place = chat or self.private
        if chat is None and place.state == "never":
            place.state = "open"
        values["date"] = int(at.timestamp()) if at else self.world.now()
        text = values.get("text", "")
        message = self.world.write(place, self.to_json(), entities=self.world.entities(text), **values)
        self.world.push("message", self.world.to_json(message))
        return message.message_id

    def _button(self, label: str, chat: Chat, message_id: int | None) -> tuple[Message, str]:
        for message in reversed(chat.messages.values()):
            for row in message.buttons if message_id in (None, message.message_id) else ():
                for shown, data in row:
                    if shown == label:
                        return message, data
        raise LookupError(f"no button {label!r}")

    def _membership(self, state: str, before: str, after: str) -> None:
        self.private.state = state
        self.world.push("my_chat_member", membership(self.world, self.private, self.to_json(), before, after))


@dataclass
class Group:
    """A group or supergroup with the bot in it."""

    world: World
    chat: Chat

    def adds_bot(self, by: Person) -> None:
        self._membership(by, "open", "left", "member")

    def kicks_bot(self, by: Person) -> None:
        self._membership(by, "kicked", "member", "kicked")

    def becomes_supergroup(self, new_id: int, by: Person) -> Chat:
        """The new chat; the service messages in both tell the bot."""
        old, new = self.chat, Chat(new_id, "supergroup", self.chat.title)
        self.world.chats[new_id], old.migrated_to = new, new_id
        for chat, extra in ((old, {"migrate_to_chat_id": new_id}), (new, {"migrate_from_chat_id": old.id})):
            message = self.world.write(chat, by.to_json(), extra=extra)
            self.world.push("message", self.world.to_json(message))
        self.chat = new
        return new

    def _membership(self, by: Person, state: str, before: str, after: str) -> None:
        self.chat.state = state
        self.world.push("my_chat_member", membership(self.world, self.chat, by.to_json(), before, after))


def membership(world: World, chat: Chat, by: dict[str, Any], before: str, after: str) -> dict[str, Any]:
    def member(status: str) -> dict[str, Any]:
        return {"user": world.bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})

    return {
        "chat": chat.to_json(),
        "from": by,
        "date": world.now(),
        "old_chat_member": member(before),
        "new_chat_member": member(after),
    }


async def wait_for(world: World, condition: Callable[[], T | None], seconds: float = 10) -> T:
    """The condition's first truthy value, looked at whenever something happens here, and often for what happens
    elsewhere. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not (value := condition()):
            with suppress(TimeoutError):
                await asyncio.wait_for(world.changed.wait(), 0.02)
        return value
