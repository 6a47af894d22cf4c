"""What a frame of the AI bot's connection says. Pure; the models name the few fields that matter."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from bot.channels.wecom_aibot.files import key_of
from bot.channels.wecom_cards import read_key
from bot.message import Inbound, Kind, SentFile, Update

MESSAGE, EVENT = "aibot_msg_callback", "aibot_event_callback"
DISCONNECTED = "disconnected_event"
GROUP = "group:"
MENTION = re.compile(r"^\s*@\S+\s*")
# A message carries no time of its own: later than any, so that 'never later than received' gives that of receiving.
UNTIMED = datetime(9999, 12, 1, tzinfo=UTC)

Seconds = Annotated[int, Field(ge=0, le=253402300799)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)


class _Content(_Part):
    content: str = ""


class _File(_Part):
    url: str = ""
    aeskey: str = ""
    filename: str | None = None
    name: str | None = None


class _Item(_Part):
    msgtype: str = ""
    text: _Content | None = None
    image: _File | None = None
    file: _File | None = None
    video: _File | None = None


class _Mixed(_Part):
    msg_item: tuple[_Item, ...] = ()


class _Chosen(_Part):
    option_id: tuple[str, ...] = ()


class _Selected(_Part):
    option_ids: _Chosen = _Chosen()


class _Selection(_Part):
    selected_item: tuple[_Selected, ...] = ()


class _CardEvent(_Part):
    event_key: str = ""
    task_id: str = ""
    selected_items: _Selection = _Selection()


class _Event(_Part):
    eventtype: str = ""
    template_card_event: _CardEvent | None = None


class _From(_Part):
    userid: str = ""


class _Body(_Part):
    msgid: str = ""
    create_time: Seconds | None = None
    chatid: str = ""
    chattype: str = ""
    sender: _From = Field(_From(), alias="from")
    msgtype: str = ""
    text: _Content | None = None
    voice: _Content | None = None
    image: _File | None = None
    file: _File | None = None
    video: _File | None = None
    mixed: _Mixed | None = None
    event: _Event | None = None
    quote: Any = None

    @property
    def group(self) -> bool:
        return bool(self.chatid) and self.chattype != "single"

    @property
    def chat(self) -> str:
        return f"{GROUP}{self.chatid}" if self.group else self.sender.userid


class _Headers(_Part):
    req_id: str = ""


class _Frame(_Part):
    cmd: str
    headers: _Headers = _Headers()
    body: _Body


def update_of(frame: dict[str, Any]) -> Update:
    """A callback as it came; a repeated one has the same `msgid`."""
    raw = json.dumps(frame, ensure_ascii=False)
    try:
        raw.encode()
    except UnicodeEncodeError:
        raw = json.dumps(frame)
    body = frame.get("body")
    body = body if isinstance(body, dict) else {}
    message_id, sender = body.get("msgid"), body.get("from")
    key = str(message_id)[:100] if message_id else hashlib.sha256(raw.encode()).hexdigest()[:40]
    return Update(key, str(sender.get("userid", ""))[:120] if isinstance(sender, dict) else "", raw)


def parse(raw: str) -> Inbound:
    """What was said or done. Raises ValueError (pydantic's) for what is no callback."""
    frame = _Frame.model_validate_json(raw)
    body = frame.body
    if frame.cmd == EVENT or body.msgtype == "event":
        return _event(frame)
    if not body.sender.userid:
        return _inbound(body, Kind.IGNORED)
    return _message(body)


def _message(body: _Body) -> Inbound:
    words = _words(body)
    if body.group:
        words = MENTION.sub("", words)
    if body.msgtype in ("text", "voice"):
        return _inbound(body, Kind.TEXT, text=words)
    media = body.msgtype
    if body.mixed is not None:
        media = next((item.msgtype for item in body.mixed.msg_item if item.msgtype != "text"), "mixed")
    return _inbound(body, Kind.MEDIA, text=words, media=media or "unknown", files=_files(body))


def _words(body: _Body) -> str:
    """What was written or, by WeCom's own transcript, spoken."""
    if body.mixed is not None:
        return "\n".join(item.text.content for item in body.mixed.msg_item if item.text is not None)
    said = body.text or body.voice
    return said.content if said is not None else ""


def _quoted(quote: Any) -> str | None:
    """The words of the quoted message, in whatever form: WeCom does not give its id."""
    parts = quote.values() if isinstance(quote, dict) else ()
    said = [part["content"] for part in parts if isinstance(part, dict) and isinstance(part.get("content"), str)]
    return _storable(said[0]) if said and said[0] else None


def _files(body: _Body) -> tuple[SentFile, ...]:
    """What can be fetched of a message, for five minutes."""
    parts: tuple[_Body | _Item, ...] = (body,) if body.mixed is None else body.mixed.msg_item
    found = [(kind, file) for part in parts for kind, file in _of_a_kind(part) if file is not None and file.url]
    return tuple(
        SentFile(_storable(key_of(file.url, file.aeskey)), kind, _storable(file.filename or file.name or "") or None)
        for kind, file in found
    )


def _of_a_kind(part: _Body | _Item) -> tuple[tuple[str, _File | None], ...]:
    return ("photo", part.image), ("document", part.file), ("video", part.video)


def _event(frame: _Frame) -> Inbound:
    body = frame.body
    event = body.event or _Event()
    note = {"req_id": frame.headers.req_id}
    if event.eventtype == "enter_chat" and not body.group:
        return _inbound(body, Kind.IGNORED, acknowledge=json.dumps(note))
    card = event.template_card_event
    chosen = (
        [] if card is None else [i for item in card.selected_items.selected_item for i in item.option_ids.option_id]
    )
    pressed = None if card is None else read_key(card.event_key, chosen)
    if card is None or pressed is None or not body.sender.userid:
        return _inbound(body, Kind.IGNORED)
    note |= {"label": pressed.label, "title": pressed.title, "task_id": card.task_id}
    return _inbound(body, Kind.BUTTON, text=pressed.label, token=_storable(pressed.token), acknowledge=json.dumps(note))


def _inbound(
    body: _Body,
    kind: Kind,
    *,
    text: str = "",
    token: str | None = None,
    media: str | None = None,
    files: tuple[SentFile, ...] = (),
    acknowledge: str | None = None,
) -> Inbound:
    said_at = UNTIMED if body.create_time is None else datetime.fromtimestamp(body.create_time, UTC)
    return Inbound(
        kind,
        sender=body.sender.userid,
        chat=body.chat,
        message_id=body.msgid or None,
        said_at=said_at,
        text=_storable(text),
        token=token,
        group=body.group,
        quoted=_quoted(body.quote),
        media=media,
        files=files,
        acknowledge=acknowledge,
    )


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
