"""The bot as it runs, without Telegram's pace: so that a benchmark measures the bot and not the limit."""

from __future__ import annotations

import asyncio

from bot import logs, service
from bot.channels.telegram import Telegram
from bot.config import load
from bot.message import Limits


def main() -> None:
    Telegram.limits = Limits(in_flight=64)
    settings = load()
    logs.set_up(settings.log.level, json_lines=False, secrets=())
    asyncio.run(service.run(settings))


if __name__ == "__main__":
    main()
