"""How the channels reach their providers, as values: for health pages and the check."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from bot.message import Channel
from data.errors import UserError


def states(channels: Mapping[str, Channel]) -> dict[str, dict[str, Any]]:
    """Each channel of the outside by name: `trouble` is the code of what an admin has to mend (`bot/texts`), the
    seconds count since the provider's last good answer and since it last brought something; None before that."""
    return {name: _state(channel) for name, channel in channels.items() if name != "web"}


def _state(channel: Channel) -> dict[str, Any]:
    trouble: UserError | None = getattr(channel, "trouble", None)
    return {
        "trouble": trouble.code if trouble is not None else None,
        "good_seconds": _ago(getattr(channel, "last_good", None)),
        "heard_seconds": _ago(getattr(channel, "last_heard", None)),
    }


def _ago(moment: float | None) -> int | None:
    return None if moment is None else round(time.monotonic() - moment)
