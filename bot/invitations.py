"""How an invite is handed on: the code in two halves, and a line for each channel that can be opened by a link."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from bot.access import CODE_LENGTH
from bot.message import Channel
from bot.texts import Texts

HALF = CODE_LENGTH // 2


def shown(code: str) -> str:
    """`ABCDE-FGHJK`."""
    return f"{code[:HALF]}-{code[HALF:]}"


def links(say: Texts, channels: Mapping[str, Channel], code: str) -> list[str]:
    """A line for each channel that can be opened by a link."""
    lines = []
    for name, channel in channels.items():
        make = getattr(channel, "invite_link", None)
        with suppress(ValueError):  # a channel that does not yet know its own name
            link = make(code) if make is not None else None
            if link is not None:
                lines.append(say.say("people.link", channel=channel_name(say, name), link=link))
    return lines


def channel_name(say: Texts, channel: str) -> str:
    """What people call a channel."""
    key = f"people.channel.{channel}"
    return say.say(key) if say.has(key) else channel
