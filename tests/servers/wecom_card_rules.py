"""What WeCom takes for a card, as documented; both ways share it."""

from __future__ import annotations

import re
from typing import Any

TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
PLACES = {
    *("card_type", "task_id", "main_title", "sub_title_text", "button_list", "button_selection", "replace_text"),
    *("source", "horizontal_content_list"),
}
UNKNOWN_TO_US = 49999


def wrong_with(card: Any) -> str | None:
    """What is wrong with a button card; None where nothing is."""
    if not isinstance(card, dict) or card.get("card_type") != "button_interaction":
        return "card_type"
    if not set(card) <= PLACES:
        return f"unknown places {set(card) - PLACES}"
    if not TASK_ID.fullmatch(str(card.get("task_id", ""))):
        return "task_id"
    if not (card.get("main_title", {}).get("title") or card.get("sub_title_text")):
        return "no title"
    return _wrong_buttons(card) or _wrong_lengths(card)


def _wrong_buttons(card: dict[str, Any]) -> str | None:
    buttons = card.get("button_list", [])
    options = card.get("button_selection", {}).get("option_list", [])
    keys = [button.get("key") for button in buttons] + [option.get("id") for option in options]
    if not 1 <= len(buttons) <= 6 or len(options) > 10:
        return "too many or no buttons"
    if len(set(keys)) != len(keys) or not all(keys) or any(len(key.encode()) > 1024 for key in keys):
        return "keys"
    if any(len(option["id"].encode()) > 128 for option in options):
        return "an option's id"
    if not all(1 <= button.get("style", 1) <= 4 and button.get("text") for button in buttons):
        return "a button's text or style"
    return None


def _wrong_lengths(card: dict[str, Any]) -> str | None:
    title = card.get("main_title", {})
    lengths = (
        (title.get("title", ""), 36),
        (title.get("desc", ""), 44),
        (card.get("sub_title_text", ""), 160),
        (card.get("source", {}).get("desc", ""), 26),
        *((button["text"], 20) for button in card["button_list"]),
        *((line["keyname"], 10) for line in card.get("horizontal_content_list", [])),
        *((line["value"], 60) for line in card.get("horizontal_content_list", [])),
    )
    if len(card.get("horizontal_content_list", [])) > 6:
        return "more than six lines"
    return next((f"longer than {most}: {text}" for text, most in lengths if len(text) > most), None)


def words_of(card: dict[str, Any]) -> str:
    """A card's words as a person reads them, without the buttons."""
    title = card.get("main_title", {})
    lines = [f"{line['keyname']} {line['value']}" for line in card.get("horizontal_content_list", [])]
    parts = (title.get("title"), title.get("desc"), card.get("sub_title_text"), *lines)
    return "\n".join(part for part in parts if part)


def labels_of(card: dict[str, Any]) -> list[str]:
    """What can be pressed."""
    if card.get("replace_text"):
        return []
    return [str(button["text"]) for button in card["button_list"]]
