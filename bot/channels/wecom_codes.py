"""What an errcode of WeCom means for a message. The code decides, never its text, which changes."""

from __future__ import annotations

from enum import Enum, auto

from bot.message import FetchFailed, SendFailed

SETUP_SECONDS = 300.0
LIMIT_SECONDS = 60.0


class Meaning(Enum):
    """TOKEN: fetch a new access token. BUSY and LINE pass. LIMIT passes after a while. SETUP is for an admin to mend.
    PERSON: this receiver can't be reached. CONTENT: this message is not taken. STALE: no answer to this request any
    more, only a message of its own. OTHER is not in the documentation that we know."""

    TOKEN = auto()
    BUSY = auto()
    LINE = auto()
    LIMIT = auto()
    SETUP = auto()
    PERSON = auto()
    CONTENT = auto()
    STALE = auto()
    OTHER = auto()


MEANINGS: dict[Meaning, tuple[int, ...]] = {
    Meaning.TOKEN: (40014, 41001, 42001),
    Meaning.BUSY: (-1, 6000),
    Meaning.LINE: (846609,),
    Meaning.LIMIT: (45009, 45033),
    Meaning.SETUP: (40001, 40013, 40056, 48002, 60020, 301002, 853000),
    Meaning.PERSON: (40003, 40031, 60111, 81013, 93001, 93006, 93008),
    Meaning.CONTENT: (40004, 40007, 40008, 40058, 44004, 45002, 47001),
    Meaning.STALE: (846605, 846608),
}
BY_CODE = {code: meaning for meaning, codes in MEANINGS.items() for code in codes}
PERSON_REASONS = {93001: "not_in_group", 93006: "not_spoken", 93008: "not_in_group"}


def meaning(errcode: int) -> Meaning:
    return BY_CODE.get(errcode, Meaning.OTHER)


def send_failed(errcode: int) -> SendFailed:
    """`reason` is `wecom <code>`, or for a receiver a key of bot/texts: `wecom.<reason>`."""
    reason = f"wecom {errcode}"
    match meaning(errcode):
        case Meaning.PERSON:
            return unreachable(PERSON_REASONS.get(errcode, "not_visible"))
        case Meaning.CONTENT:
            return SendFailed(reason, permanent=True)
        case Meaning.LIMIT:
            return SendFailed(reason, retry_after=LIMIT_SECONDS, whole_bot=True)
        case Meaning.SETUP:
            return SendFailed(reason, retry_after=SETUP_SECONDS, whole_bot=True)
    return SendFailed(reason)


def unreachable(reason: str) -> SendFailed:
    return SendFailed(reason, permanent=True, blocked=True)


def fetch_failed(errcode: int) -> FetchFailed:
    """A media id that is not valid (any more) is gone for good: it lives three days."""
    return FetchFailed(f"wecom {errcode}", permanent=meaning(errcode) is Meaning.CONTENT)
