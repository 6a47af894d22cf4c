"""aiogram's own loop with a handler that writes the row and answers.

`python -m benchmarks.chaos_aiogram BASE_URL DATABASE` (the URL up to, without, `/bot`).
"""

from __future__ import annotations

import asyncio
import logging
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

from benchmarks.chaos_said import ANSWER, Said
from tests.servers.bot_api import TOKEN


def main() -> None:
    server, said = sys.argv[1], Said(sys.argv[2])
    logging.disable()
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def report(message: Message) -> None:
        assert message.from_user is not None
        words = message.text or ""
        said.keep(message.from_user.id, words)
        await message.answer(ANSWER.format(words))

    session = AiohttpSession(api=TelegramAPIServer.from_base(server))
    asyncio.run(dispatcher.start_polling(Bot(TOKEN, session=session)))


if __name__ == "__main__":
    main()
