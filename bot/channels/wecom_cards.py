"""A message with buttons as a card of WeCom, as words with a card below, or as words with labels to type. Pure."""

from __future__ import annotations

import base64
import binascii
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.pages import HAN
from bot.message import Call, Payload, SentButton
from bot.texts import texts

TITLE, SUBTITLE, TEXT = 36, 44, 112
LABEL, OPTION = 10.0, 16.0  # in wide characters; a narrow one is half of one
MOST_BUTTONS, MOST_OPTIONS = 6, 10
PICK, SPENT = "pick", "spent"
DONE = "✓"
LISTED = re.compile(r"^(\d{1,3})[.．、 ✓]+\s*(\S[^（(·\n]*)", re.MULTILINE)
NUMBER = re.compile(r"\d{1,3}")
BLUE, GREY = 1, 2

Card = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """What to send: words (title, text), a card, or the one and then the other."""

    words: tuple[str | None, str] | None
    card: Card | None = None


@dataclass(frozen=True)
class Pressed:
    """What the key of a pressed button holds: enough to know it and to show its card as spent."""

    token: str
    label: str
    title: str


def form_of(payload: Payload, task_id: str, *, interactive: bool = True) -> Form:
    """The best form that carries everything; without `interactive` there are no cards."""
    buttons = [button for row in payload.buttons for button in row]
    if not buttons:
        return Form((payload.title, payload.text))
    card = _card(payload, buttons, task_id) if interactive else None
    if card is None:
        return Form((payload.title, with_labels(payload.text, buttons)))
    if (place := _placed(payload)) is not None:
        return Form(None, card | place)
    return Form((payload.title, payload.text), card | _heading(payload))


def with_labels(text: str, buttons: Sequence[SentButton]) -> str:
    """The text, and a last line with what can be answered."""
    labels = [button.label for button in buttons]
    language = "zh-CN" if HAN.search(text + "".join(labels)) else "en"
    return f"{text}\n\n{texts(language).say('wecom.type_one', labels=labels)}"


def written(payload: Payload) -> tuple[str | None, str]:
    """The words of a message with its buttons as labels to type."""
    buttons = [button for row in payload.buttons for button in row]
    return payload.title, with_labels(payload.text, buttons) if buttons else payload.text


def note_of(payload: Payload, task_id: str) -> Card | None:
    """A card in place of one whose question is settled: no button lives; None where its words are too many."""
    place = _placed(payload)
    return None if place is None else _spent(task_id, DONE) | place | {"replace_text": DONE}


def spent(pressed: Pressed, task_id: str) -> Card:
    """The card of a pressed button, with the choice in place of the buttons."""
    return _spent(task_id, done(pressed.label)) | {"main_title": {"title": pressed.title or pressed.label}}


def done(label: str) -> str:
    return _cut(f"{DONE} {label}", LABEL)


def task_id_of(call: Call) -> str:
    """The same for each try of a row, and for no other card of the app for ever: its first token is random."""
    first = next((button.token for row in call.payload.buttons for button in row), "note")
    return f"duban-{call.outbox_id}-{re.sub('[^0-9A-Za-z]', '', first)}"


def key_of(button: SentButton, title: str) -> str:
    """A button's key, in letters that no provider changes; at most some 300 of the 1,024 bytes."""
    packed = json.dumps([button.label[:40], title], ensure_ascii=False).encode()
    return f"{button.token}.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def read_key(key: str, options: Iterable[str] = ()) -> Pressed | None:
    """What was pressed; with the drop-down's button, what is chosen there. None for a card that is spent."""
    if key == PICK:
        key = next(iter(options), "")
    if key in ("", SPENT):
        return None
    token, _, packed = key.partition(".")
    try:
        label, title = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        return Pressed(token, str(label), str(title))
    except (binascii.Error, ValueError, TypeError):
        return Pressed(token, "", "")


def _card(payload: Payload, buttons: list[SentButton], task_id: str) -> Card | None:
    """The buttons' part of a card; None where no card carries them."""
    listed = _options(payload, buttons) if len(buttons) > MOST_BUTTONS else {}
    plain = [button for button in buttons if button.token not in listed]
    room = MOST_BUTTONS - bool(listed)
    labels = [_cut(button.label, LABEL) for button in plain]
    if len(plain) > room or len(set(labels)) < len(labels) or any(not label.strip() for label in labels):
        return None
    title = _title(payload)
    shown = [
        {"text": label, "style": BLUE if button.primary else GREY, "key": key_of(button, title)}
        for label, button in zip(labels, plain, strict=True)
    ]
    card: Card = {"card_type": "button_interaction", "task_id": task_id, "button_list": shown}
    return card | _selection(listed, shown, title) if listed else card


def _options(payload: Payload, buttons: list[SentButton]) -> Mapping[str, tuple[SentButton, str]]:
    """The buttons of a list's rows by token, each with its number and name; none where they are too many."""
    names = {number: name.strip() for number, name in LISTED.findall(payload.text)}
    rows = [button for button in buttons if (NUMBER.match(button.label))]
    if not 1 < len(rows) <= MOST_OPTIONS:
        return {}
    return {row.token: (row, _cut(_named(row.label, names), OPTION)) for row in rows}


def _named(label: str, names: Mapping[str, str]) -> str:
    return f"{label} {names[label]}" if NUMBER.fullmatch(label) and label in names else label


def _selection(listed: Mapping[str, tuple[SentButton, str]], shown: list[dict[str, Any]], title: str) -> Card:
    options = [{"id": key_of(button, title), "text": text} for button, text in listed.values()]
    say = texts("zh-CN" if HAN.search("".join(option["text"] for option in options)) else "en").say
    pick = {"text": say("wecom.pick"), "style": BLUE, "key": PICK}
    selection = {"question_key": "row", "title": say("wecom.pick_title"), "option_list": options}
    return {"button_selection": selection, "button_list": [pick, *shown]}


def _placed(payload: Payload) -> Card | None:
    """All words in a card's three places; None where they don't fit."""
    title, rest = payload.title, payload.text.strip("\n")
    if title is None and len(rest) > TEXT:
        title, _, rest = rest.partition("\n")
    if title is not None and len(title) > TITLE:
        return None
    desc = ""
    if len(rest) > TEXT:
        desc, _, rest = rest.partition("\n")
    if len(desc) > SUBTITLE or len(rest) > TEXT:
        return None
    return _places(title or "", desc, rest.strip("\n"))


def _heading(payload: Payload) -> Card:
    """What a card below the words says: what it belongs to, and how to answer."""
    last = payload.text.rstrip().rpartition("\n")[2].strip()
    return _places(_title(payload), "", last if len(last) <= TEXT else "")


def _places(title: str, desc: str, text: str) -> Card:
    heading = {name: words for name, words in (("title", title), ("desc", desc)) if words}
    card: Card = {"main_title": heading} if heading else {}
    return card | {"sub_title_text": text} if text else card


def _title(payload: Payload) -> str:
    first = payload.title or payload.text.strip().partition("\n")[0]
    return first if len(first) <= TITLE else f"{first[: TITLE - 1]}…"


def _spent(task_id: str, label: str) -> Card:
    dead = {"text": label, "style": GREY, "key": SPENT}
    return {"card_type": "button_interaction", "task_id": task_id, "button_list": [dead]}


def _cut(text: str, width: float) -> str:
    """At most so many wide characters, with … where something is left out."""
    text = " ".join(text.split())
    if sum(_widths(text)) <= width:
        return text
    used, kept = 1.0, 0
    for each in _widths(text):
        if (used := used + each) > width:
            break
        kept += 1
    return f"{text[:kept].rstrip()}…"


def _widths(text: str) -> Iterator[float]:
    return (1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.5 for letter in text)
