"""What a callback of WeCom says: XML, opened but not yet looked into, and understood. Pure."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree  # type: ignore[import-untyped]

from bot.channels.wecom_cards import read_key
from bot.message import Inbound, Kind, SentFile, Update

MEDIA = ("image", "voice", "video", "location", "link", "file")
FILES = {"image": "photo", "file": "document"}
LATEST_SECOND = 253402300799
EVENTS = {"subscribe": Kind.UNBLOCKED, "unsubscribe": Kind.BLOCKED}
# What an unused app hears before WeCom suspends it, and other news of the app itself.
ALARMS = ("inactive_alert", "close_inactive_agent", "reopen_inactive_agent", "low_active_alert", "low_active")
EVENT_KEY = ("FromUserName", "CreateTime", "Event", "EventKey", "TaskId")


def sealed_in(body: bytes) -> str:
    """The sealed text in a callback's body. Raises ValueError."""
    return _text(tree(body.decode()), "Encrypt")


def update_of(xml: str) -> Update:
    """An opened callback, whatever it holds: what can't be understood is for `parse` to refuse, once it is stored.

    A message is known by its MsgId. An event has none and its time only seconds: two of one person in one second
    differ in what was pressed.
    """
    try:
        root = tree(xml)
    except ValueError:
        return Update(f"x{_digest(xml)}", "", xml)
    sender, message_id = root.findtext("FromUserName", "").strip(), root.findtext("MsgId")
    if message_id:
        return Update(f"m{message_id}"[:100], sender, xml)
    return Update(f"e{_digest(json.dumps([root.findtext(name, '') for name in EVENT_KEY]))}", sender, xml)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:40]


def alarm_in(xml: str) -> str | None:
    """The name of an event that the app's admin should hear of."""
    try:
        event = tree(xml).findtext("Event", "")
    except ValueError:
        return None
    return event if event in ALARMS else None


def parse(raw: str) -> Inbound:
    """What was said or done. Raises ValueError."""
    root = tree(raw)
    kind = root.findtext("MsgType", "")
    if kind == "event":
        return _event(root, root.findtext("Event", ""))
    if kind == "text":
        return _inbound(root, Kind.TEXT, text=root.findtext("Content", ""))
    if kind in MEDIA:
        return _inbound(root, Kind.MEDIA, text=root.findtext("Recognition", ""), media=kind, files=_files(root, kind))
    return _inbound(root, Kind.IGNORED)


def tree(xml: str) -> Element:
    """Raises ValueError for what is no XML, or has a document type."""
    try:
        root: Element = defusedxml.ElementTree.fromstring(xml, forbid_dtd=True)
    except ParseError as error:
        raise ValueError("not XML") from error
    return root


def _event(root: Element, event: str) -> Inbound:
    if event == "template_card_event":
        return _press(root)
    if event == "click":
        return _inbound(root, Kind.TEXT, text=root.findtext("EventKey", ""))
    return _inbound(root, EVENTS.get(event, Kind.IGNORED))


def _press(root: Element) -> Inbound:
    pressed = read_key(root.findtext("EventKey", ""), (option.text or "" for option in root.iter("OptionId")))
    if pressed is None:
        return _inbound(root, Kind.IGNORED)
    code = root.findtext("ResponseCode", "")
    note = json.dumps({"code": code, "label": pressed.label}) if code else None
    return _inbound(root, Kind.BUTTON, text=pressed.label, token=pressed.token, acknowledge=note)


def _files(root: Element, kind: str) -> tuple[SentFile, ...]:
    """The file of an image, voice or video; its name and size are not told."""
    media_id = root.findtext("MediaId", "").strip()
    return (SentFile(_storable(media_id), FILES.get(kind, kind)),) if media_id else ()


def _inbound(
    root: Element,
    kind: Kind,
    *,
    text: str = "",
    token: str | None = None,
    media: str | None = None,
    files: tuple[SentFile, ...] = (),
    acknowledge: str | None = None,
) -> Inbound:
    sender = _text(root, "FromUserName")
    return Inbound(
        kind,
        sender=sender,
        chat=sender,
        message_id=root.findtext("MsgId"),
        said_at=_instant(_text(root, "CreateTime")),
        text=_storable(text),
        token=_storable(token) if token else None,
        media=media,
        files=files,
        acknowledge=acknowledge,
    )


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def _text(root: Element, name: str) -> str:
    found = root.findtext(name, "").strip()
    if not found:
        raise ValueError(f"{name} is missing")
    return found


def _instant(seconds: str) -> datetime:
    if not (seconds.isascii() and seconds.isdecimal()) or int(seconds) > LATEST_SECOND:
        raise ValueError("CreateTime is no time")
    return datetime.fromtimestamp(int(seconds), UTC)
