"""A message with buttons as a card of WeCom, as words with a card below, or as words with labels to type. Pure."""

from __future__ import annotations

import base64
import binascii
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.channels.pages import HAN
from bot.message import Brief, Call, Choice, Payload, SentButton
from bot.texts import texts

TITLE, SUBTITLE, TEXT = 36, 44, 112
SOURCE, FACT_NAME, FACT = 13.0, 5.0, 30.0
LABEL, OPTION = 10.0, 16.0  # in wide characters; a narrow one is half of one
MOST_BUTTONS, MOST_OPTIONS, MOST_FACTS = 6, 10, 6
OPTION_BYTES = 80  # of a label, so that with its token and in Base64 it stays below the 128 of an option's id
PICK, SPENT, TOKENS = "pick", "spent", "~"
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
        said = payload.title or payload.text or payload.file is None
        return Form((payload.title, payload.text) if said else None)
    card = _card(payload, buttons, task_id) if interactive else None
    if card is not None and (place := _placed(payload)) is not None:
        return Form(None, card | place)
    if interactive and payload.brief is not None and (short := _brief_card(payload.brief, task_id)) is not None:
        return Form(None if payload.brief.whole else (payload.title, payload.text), short)
    if card is None:
        return Form(written(payload))
    return Form((payload.title, payload.text), card | _heading(payload))


def arranged(payload: Payload, *, interactive: bool = True) -> list[Payload]:
    """As many messages as are needed for each to be one call: words, their buttons on a card below, a file."""
    if payload.file is not None and (payload.title or payload.text or payload.buttons):
        return [*arranged(replace(payload, file=None), interactive=interactive), Payload(None, "", file=payload.file)]
    form = form_of(payload, "", interactive=interactive)
    if form.words is None or form.card is None:
        return [payload]
    below = Payload(_title(payload), form.card.get("sub_title_text", ""), _renamed(payload))
    if payload.brief is not None and not payload.brief.whole:
        below = Payload(payload.brief.title, payload.brief.subtitle, (payload.brief.buttons,))
    if form_of(below, "").words is not None:
        return [payload]
    return [Payload(payload.title, payload.text), below]


def with_labels(text: str, buttons: Sequence[SentButton]) -> str:
    """The text, and a last line with what can be answered."""
    labels = [button.label for button in buttons]
    return f"{text}\n\n{texts(_language(labels, text)).say('wecom.type_one', labels=labels)}"


def _language(labels: Sequence[str], text: str) -> str:
    """What most labels are written in: rows keep their Chinese names in English too. Numbers alone go by the text."""
    han = sum(bool(HAN.search(label)) for label in labels)
    other = sum(any(letter.isalpha() for letter in label) and not HAN.search(label) for label in labels)
    return "zh-CN" if han > other or (han == other and HAN.search(text)) else "en"


def written(payload: Payload) -> tuple[str | None, str]:
    """The words of a message with its buttons as labels to type; the numbers of a list's rows need not be said."""
    buttons = [button for row in payload.buttons for button in row]
    if payload.brief is not None:
        buttons = [button for button in buttons if not NUMBER.fullmatch(button.label)]
    return payload.title, with_labels(payload.text, buttons) if buttons else payload.text


def note_of(payload: Payload, task_id: str) -> Card | None:
    """A card in place of one whose question is settled: no button lives; None where its words are too many."""
    place = _placed(payload)
    if place is None and payload.brief is not None:
        place = _brief_places(payload.brief)
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
    return f"{button.token}.{_packed(button.label[:40], title)}"


def option_of(button: SentButton) -> str:
    """An option's id: at most 128 bytes."""
    label = button.label.encode("utf-8", "ignore")[:OPTION_BYTES].decode("utf-8", "ignore")
    return f"{button.token}.{_base64(label)}"


def read_key(key: str, options: Iterable[str] = ()) -> Pressed | None:
    """What was pressed; with the drop-down's button, what is chosen there. None for a card that is spent."""
    head, _, packed = key.partition(".")
    if head.startswith(PICK) and (not head[len(PICK) :] or head[len(PICK) :].isdecimal()):
        return _picked(int(head[len(PICK) :] or 0), _unpacked(packed), next(iter(options), ""))
    if key in ("", SPENT):
        return None
    label, title = (*_unpacked(packed), "", "")[:2]
    return Pressed(head, label, title)


def _picked(number: int, told: Sequence[str], option: str) -> Pressed | None:
    """What a button of the drop-down does with what is chosen there; None where nothing is, or it can't be done."""
    tokens, _, packed = option.partition(".")
    title, done = (*told, "", "")[:2]
    label, *more = (*_unpacked(packed), "")
    token = (*tokens.split(TOKENS), *[""] * (number + 1))[number]
    if not token:
        return None
    return Pressed(token, f"{label} {done}".strip(), title or next(iter(more), ""))


def _packed(*words: str) -> str:
    return _base64(json.dumps(words, ensure_ascii=False))


def _base64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode("utf-8", "replace")).decode().rstrip("=")


def _unpacked(packed: str) -> tuple[str, ...]:
    """The words of a key, or the one of an option's id."""
    try:
        text = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except (binascii.Error, ValueError):
        return ()
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    return tuple(map(str, found)) if isinstance(found, list) else (text,)


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
    language = _language([button.label for button in plain], payload.text)
    return card | _selection(listed, shown, title, language) if listed else card


def _brief_card(brief: Brief[SentButton], task_id: str) -> Card | None:
    """None where its list or its buttons are too many."""
    picks = [(number, *pick) for number, pick in enumerate(brief.picks)] if brief.choices else []
    labels = [label for _number, label, _done in picks] + [button.label for button in brief.buttons]
    if not 0 < len(labels) <= MOST_BUTTONS or len(brief.choices) > MOST_OPTIONS:
        return None
    title = brief.title[:TITLE]
    shown = [
        {"text": _cut(label, LABEL), "style": BLUE, "key": f"{PICK}{number}.{_packed(title, done)}"}
        for number, label, done in picks
    ]
    shown += [
        {"text": _cut(button.label, LABEL), "style": BLUE if button.primary else GREY, "key": key_of(button, title)}
        for button in brief.buttons
    ]
    card: Card = {"card_type": "button_interaction", "task_id": task_id, "button_list": shown, **_brief_places(brief)}
    if not brief.choices:
        return card
    options = [{"id": _choice_id(choice), "text": _cut(choice.label, OPTION)} for choice in brief.choices]
    return card | {"button_selection": {"question_key": "row", "title": brief.choose, "option_list": options}}


def _choice_id(choice: Choice[SentButton]) -> str:
    """The tokens of what each pick does with it, and its number."""
    tokens = TOKENS.join("" if button is None else button.token for button in choice.buttons)
    number = NUMBER.match(choice.label)
    return f"{tokens}.{_base64(number[0] if number else '')}"


def _brief_places(brief: Brief[SentButton]) -> Card:
    facts = [{"keyname": _cut(name, FACT_NAME), "value": _cut(value, FACT)} for name, value in brief.facts]
    return {
        **({"source": {"desc": _cut(brief.source, SOURCE)}} if brief.source else {}),
        **_places(brief.title[:TITLE], brief.subtitle[:SUBTITLE], brief.text[:TEXT]),
        **({"horizontal_content_list": facts[:MOST_FACTS]} if facts else {}),
    }


def _options(payload: Payload, buttons: list[SentButton]) -> Mapping[str, tuple[SentButton, str]]:
    """The buttons of a list's rows by token, each with its number and name; none where they are too many."""
    names = {number: name.strip() for number, name in LISTED.findall(payload.text)}
    rows = [button for button in buttons if (NUMBER.match(button.label))]
    if not 1 < len(rows) <= MOST_OPTIONS:
        return {}
    return {row.token: (row, _cut(_named(row.label, names), OPTION)) for row in rows}


def _renamed(payload: Payload) -> tuple[tuple[SentButton, ...], ...]:
    """The buttons, those of a list's rows with the rows' names: the card has to do without the list."""
    names = {number: name.strip() for number, name in LISTED.findall(payload.text)}
    buttons = [button for row in payload.buttons for button in row]
    rows = set(_options(payload, buttons)) if len(buttons) > MOST_BUTTONS else set()
    return tuple(
        tuple(replace(each, label=_named(each.label, names)) if each.token in rows else each for each in row)
        for row in payload.buttons
    )


def _named(label: str, names: Mapping[str, str]) -> str:
    return f"{label} {names[label]}" if NUMBER.fullmatch(label) and label in names else label


def _selection(
    listed: Mapping[str, tuple[SentButton, str]], shown: list[dict[str, Any]], title: str, language: str
) -> Card:
    options = [{"id": option_of(button), "text": text} for button, text in listed.values()]
    say = texts(language).say
    pick = {"text": say("wecom.pick"), "style": BLUE, "key": f"{PICK}.{_packed(title)}"}
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
