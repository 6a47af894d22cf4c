"""The bot as it runs over WeCom with shorter waits, so that a run of faults and kills ends today."""

from __future__ import annotations

import asyncio

from tenacity import wait_random

from bot import logs, service
from bot.channels import wecom_codes
from bot.channels.wecom_aibot import WecomAibot, line
from bot.channels.wecom_app import WecomApp
from bot.config import load
from bot.message import Limits


def main() -> None:
    WecomApp.limits = WecomAibot.limits = Limits(in_flight=16)
    wecom_codes.LIMIT_SECONDS = 1.0
    line.WAIT = line.WAIT_REFUSED = wait_random(0.05, 0.1) + wait_random(0, 0.2)
    line.BEAT_SECONDS = 1.0
    settings = load()
    logs.set_up(settings.log.level, json_lines=False, secrets=())
    asyncio.run(service.run(settings))


if __name__ == "__main__":
    main()
