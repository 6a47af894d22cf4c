"""What a failed call means: whether trying again helps, whom it binds, and what to do instead."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.message import FetchFailed, SendFailed

# The library's way to get durations as timedelta; without it each 429 is also a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "1")

LONGEST_REASON = 200
UNREACHABLE = (
    *("chat not found", "user not found", "peer_id_invalid", "input_user_deactivated", "user is deactivated"),
    *("group chat was deactivated", "bot was kicked", "chat_write_forbidden"),
)
NOT_EDITABLE = ("message to edit not found", "message can't be edited", "message_id_invalid")
BAD_MARKUP = ("can't parse entities", "can't parse message text", "entity_", "unsupported start tag")
BAD_PICTURE = (
    "photo_invalid",
    "image_process_failed",
    "wrong type of the web page",
    "photo_save",
    "too big for a photo",
)
BAD_BUTTONS = ("button", "keyboard", "reply markup", "reply_markup", "replymarkup")


def not_modified(error: TelegramError) -> bool:
    return _says(error, ("message is not modified",))


def not_editable(error: TelegramError) -> bool:
    return _says(error, NOT_EDITABLE)


def bad_markup(error: TelegramError) -> bool:
    return _says(error, BAD_MARKUP)


def bad_picture(error: TelegramError) -> bool:
    return _says(error, BAD_PICTURE)


def bad_buttons(error: TelegramError) -> bool:
    """'Not modified' speaks of the reply markup too."""
    return _says(error, BAD_BUTTONS) and not not_modified(error)


def _says(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    text = error.message.lower()
    return isinstance(error, BadRequest) and any(phrase in text for phrase in phrases)


def retry_after(error: RetryAfter) -> float:
    """The wait in seconds, whichever form the library gives it."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, (int, float)) else wait.total_seconds()


class Floods:
    """Tells a chat's limit from the bot's: Telegram's answer is the same.

    A group has a limit of its own. A private chat's is only reached by sending faster than the sender ever does; so
    when a second private chat is told to wait while the first still waits, the limit is the bot's.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._waiting: dict[str, float] = {}

    def bind_all(self, chat: str, wait: float) -> bool:
        """Note that `chat` was told to wait `wait` seconds; whether that binds every chat."""
        if chat.startswith("-"):
            return False
        now = self._monotonic()
        self._waiting = {other: until for other, until in self._waiting.items() if until > now}
        self._waiting[chat] = now + wait
        return len(self._waiting) > 1


def send_failed(error: TelegramError, chat: str, floods: Floods) -> SendFailed:
    """`BadRequest` and `TimedOut` are `NetworkError`s to the library: the order here matters."""
    reason = error.message[:LONGEST_REASON]
    match error:
        case RetryAfter():
            wait = retry_after(error)
            return SendFailed(reason, retry_after=wait, whole_bot=floods.bind_all(chat, wait))
        case ChatMigrated():
            return SendFailed(reason, moved_to=str(error.new_chat_id))
        case Forbidden():
            return SendFailed(reason, permanent=True, blocked=True)
        case BadRequest():
            return SendFailed(reason, permanent=True, blocked=_says(error, UNREACHABLE))
        case InvalidToken():
            return SendFailed("Telegram refuses the token")
        case TimedOut():
            return SendFailed(f"timed out: {reason}")
    return SendFailed(reason)


def fetch_failed(error: TelegramError) -> FetchFailed:
    """A refused file id is dead; but Telegram says the same of one that is away for a moment."""
    dead = isinstance(error, BadRequest) and "temporarily" not in error.message.lower()
    reason = "Telegram refuses the token" if isinstance(error, InvalidToken) else error.message[:LONGEST_REASON]
    return FetchFailed(reason, permanent=dead)
