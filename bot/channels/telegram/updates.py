"""What an update of the Bot API says. Pure; the models name the few fields that matter and let the rest be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from bot.message import Inbound, Kind, SentFile

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")

# In this order: an animation carries a document too, a venue a location.
MEDIA = (
    *("animation", "audio", "document", "photo", "sticker", "story", "video", "video_note", "voice", "contact", "dice"),
    *("game", "poll", "venue", "location", "checklist", "invoice", "paid_media", "giveaway", "live_photo"),
)
FILES = ("photo", "document", "animation", "video", "video_note", "audio", "voice")
GROUPS = ("group", "supergroup")
PRESENT = ("creator", "administrator", "member")
UNTIMED = datetime(9999, 12, 1, tzinfo=UTC)
COMMAND = re.compile(r"^/([A-Za-z0-9_]{1,32})@([A-Za-z0-9_]+)")
UNSTORABLE = str.maketrans({"\x00": "\ufffd"})

Seconds = Annotated[int, Field(ge=0, le=253402300799)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)


class _User(_Part):
    id: int
    is_bot: bool = False
    first_name: str = ""
    last_name: str = ""
    language_code: str | None = None


class _Chat(_Part):
    id: int
    type: str


class _Entity(_Part):
    type: str
    user: _User | None = None


class _Quoted(_Part):
    message_id: int
    sender: _User | None = Field(None, alias="from")


class _Message(_Part):
    message_id: int
    date: Seconds
    edit_date: Seconds | None = None
    chat: _Chat
    sender: _User | None = Field(None, alias="from")
    sender_chat: _Chat | None = None
    text: str | None = None
    caption: str = ""
    entities: tuple[_Entity, ...] = ()
    caption_entities: tuple[_Entity, ...] = ()
    reply_to_message: _Quoted | None = None
    forward_origin: Any = None
    is_automatic_forward: bool = False
    migrate_to_chat_id: int | None = None
    migrate_from_chat_id: int | None = None
    media_group_id: str | None = None

    @property
    def media(self) -> str | None:
        return next((name for name in MEDIA if name in (self.model_extra or ())), None)


class _Pressed(_Part):
    """The message under a pressed button: a whole one, or only its place when it is too old."""

    message_id: int
    chat: _Chat


class _Press(_Part):
    id: str
    sender: _User = Field(alias="from")
    message: _Pressed | None = None
    data: str | None = None


class _Member(_Part):
    status: str
    is_member: bool = False

    @property
    def present(self) -> bool:
        return self.status in PRESENT or self.is_member


class _Membership(_Part):
    chat: _Chat
    sender: _User = Field(alias="from")
    date: Seconds
    old_chat_member: _Member
    new_chat_member: _Member


class _Update(_Part):
    update_id: int
    message: _Message | None = None
    edited_message: _Message | None = None
    callback_query: _Press | None = None
    my_chat_member: _Membership | None = None


@dataclass(frozen=True)
class Me:
    """Who the bot is, as far as it is known: the username only after Telegram said it."""

    id: int
    username: str = ""
    mention: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        name = re.escape(self.username) or r"\w+bot"
        pattern = re.compile(rf"(?<![A-Za-z0-9_])@{name}(?![A-Za-z0-9_])[\s,，:：]*", re.IGNORECASE)
        object.__setattr__(self, "mention", pattern)

    def is_called(self, username: str) -> bool:
        return not self.username or username.lower() == self.username.lower()


def parse(raw: str, me: Me) -> Inbound:
    """What was said or done. Raises ValueError (pydantic's) for what is no update.

    A press has no time of its own: its `said_at` is `UNTIMED`, later than any, so that 'never later than
    it was received' gives the time of receiving.
    """
    update = _Update.model_validate_json(raw)
    if update.callback_query is not None:
        return _pressed(update.callback_query)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    if update.edited_message is not None:
        return _edited(update.edited_message, me)
    if update.message is not None:
        return _said(update.message, me)
    return Inbound(Kind.IGNORED, "", "", None, UNTIMED)


def sender_of(update: dict[str, Any]) -> str:
    """The id of who caused an update, empty where nobody is named: read with no trust in its form."""
    for part in update.values():
        if isinstance(part, dict):
            named = (part.get(name) for name in ("from", "user", "chat"))
            return next((str(who["id"]) for who in named if isinstance(who, dict) and "id" in who), "")
    return ""


def _pressed(press: _Press) -> Inbound:
    place = press.message
    return Inbound(
        Kind.BUTTON if place and press.data else Kind.IGNORED,
        sender=str(press.sender.id),
        chat=str(place.chat.id) if place else "",
        message_id=str(place.message_id) if place else None,
        said_at=UNTIMED,
        token=press.data,
        group=place is not None and place.chat.type in GROUPS,
        display_name=_name(press.sender),
        language=press.sender.language_code,
        acknowledge=press.id,
    )


def _membership(change: _Membership) -> Inbound:
    before, after = change.old_chat_member.present, change.new_chat_member.present
    kind = Kind.UNBLOCKED if after else Kind.BLOCKED
    return Inbound(
        kind if before != after and change.chat.type != "channel" else Kind.IGNORED,
        sender=str(change.sender.id),
        chat=str(change.chat.id),
        message_id=None,
        said_at=_instant(change.date),
        group=change.chat.type in GROUPS,
        display_name=_name(change.sender),
        language=change.sender.language_code,
    )


def _said(message: _Message, me: Me) -> Inbound:
    inbound = _plain(message)
    if message.migrate_to_chat_id is not None:
        return replace(inbound, kind=Kind.MIGRATED, migrated_to=str(message.migrate_to_chat_id))
    if message.migrate_from_chat_id is not None:
        old = str(message.migrate_from_chat_id)
        return replace(inbound, kind=Kind.MIGRATED, chat=old, migrated_to=str(message.chat.id))
    if not _by_a_person(message):
        return inbound
    if message.text is not None:
        return _addressed(replace(inbound, kind=Kind.TEXT), message, me)
    if message.media is not None:
        return _addressed(replace(inbound, kind=Kind.MEDIA), message, me)
    return inbound


def _edited(message: _Message, me: Me) -> Inbound:
    """Changed words; a place that moves, a stopped poll and the like change none."""
    inbound = replace(_plain(message), said_at=_instant(message.edit_date or message.date))
    if not _by_a_person(message) or not inbound.text:
        return inbound
    return _addressed(replace(inbound, kind=Kind.EDIT), message, me)


def _plain(message: _Message) -> Inbound:
    """Everything but what it is: not meant for the bot until proven."""
    person = message.sender
    return Inbound(
        Kind.IGNORED,
        sender=str(person.id if person else message.chat.id),
        chat=str(message.chat.id),
        message_id=str(message.message_id),
        said_at=_instant(message.date),
        text=(message.caption if message.text is None else message.text).translate(UNSTORABLE),
        reply_to=str(message.reply_to_message.message_id) if message.reply_to_message else None,
        group=message.chat.type in GROUPS,
        display_name=_name(person) if person else None,
        language=person.language_code if person else None,
        media=message.media if message.text is None else None,
        files=_files(message),
        album=message.media_group_id,
        forwarded=message.forward_origin is not None,
    )


def _files(message: _Message) -> tuple[SentFile, ...]:
    """What can be downloaded of a message: a photo in its largest size; a form that is unknown is left out."""
    kind = message.media
    if kind not in FILES:
        return ()
    told = (message.model_extra or {}).get(kind)
    sizes = [each for each in (told if isinstance(told, list) else [told]) if isinstance(each, dict)]
    found = [each for each in sizes if isinstance(each.get("file_id"), str)]
    return (_file(kind, found[-1]),) if found else ()


def _file(kind: str, told: dict[str, Any]) -> SentFile:
    name, size = told.get("file_name"), told.get("file_size")
    return SentFile(
        told["file_id"],
        kind,
        name.translate(UNSTORABLE) if isinstance(name, str) and name else None,
        size if isinstance(size, int) and size >= 0 else None,
    )


def _by_a_person(message: _Message) -> bool:
    if message.sender is None or message.sender.is_bot or message.chat.type == "channel":
        return False
    return message.sender_chat is None and not message.is_automatic_forward


def _addressed(inbound: Inbound, message: _Message, me: Me) -> Inbound:
    """With the bot's own name taken off the words, and with whether they are meant for it."""
    command = COMMAND.match(inbound.text)
    if command and not me.is_called(command[2]):
        other_bot = command[2].lower().endswith("bot")
        return replace(inbound, kind=Kind.IGNORED) if other_bot else _spoken_to(inbound, message, me)
    if command:
        inbound = replace(inbound, text=f"/{command[1]}{inbound.text[command.end() :]}")
    return _spoken_to(inbound, message, me)


def _spoken_to(inbound: Inbound, message: _Message, me: Me) -> Inbound:
    if not inbound.group:
        return inbound
    addressed = (
        inbound.text.startswith("/")
        or me.mention.search(inbound.text) is not None
        or _names(me, (*message.entities, *message.caption_entities))
        or _answers(me, message.reply_to_message)
    )
    return replace(inbound, text=_without_address(inbound.text, me), addressed=addressed)


def _names(me: Me, entities: Iterable[_Entity]) -> bool:
    return any(entity.user is not None and entity.user.id == me.id for entity in entities)


def _answers(me: Me, quoted: _Quoted | None) -> bool:
    return quoted is not None and quoted.sender is not None and quoted.sender.id == me.id


def _without_address(text: str, me: Me) -> str:
    """The words without '@the_bot' before or after them; inside them it stays."""
    if opening := me.mention.match(text):
        return text[opening.end() :]
    for mention in me.mention.finditer(text):
        if mention.end() == len(text):
            return text[: mention.start()].rstrip()
    return text


def _name(person: _User) -> str:
    return f"{person.first_name} {person.last_name}".strip().translate(UNSTORABLE)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
