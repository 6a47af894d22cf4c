"""The peers of the chaos bench: their libraries' own loops, with a handler that writes the row and answers.

`python -m benchmarks.chaos_peers ptb|aiogram BASE_URL DATABASE` (the URL up to, without, `/bot`).
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import sys

from tests.servers.bot_api import TOKEN


class Said:
    """The table of what was said, each row on disk when `keep` returns."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE IF NOT EXISTS said (id INTEGER PRIMARY KEY, person INTEGER, words TEXT)")

    def keep(self, person: int, words: str) -> None:
        self._connection.execute("INSERT INTO said (person, words) VALUES (?, ?)", (person, words))


def run_ptb(server: str, said: Said) -> None:
    from telegram import Update
    from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

    async def report(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        assert update.effective_user is not None
        said.keep(update.effective_user.id, update.message.text or "")
        await update.message.reply_text("已记录")

    application = ApplicationBuilder().token(TOKEN).base_url(f"{server}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, report))
    application.run_polling(bootstrap_retries=-1)


def run_aiogram(server: str, said: Said) -> None:
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message

    dispatcher = Dispatcher()

    @dispatcher.message()
    async def report(message: Message) -> None:
        assert message.from_user is not None
        said.keep(message.from_user.id, message.text or "")
        await message.answer("已记录")

    session = AiohttpSession(api=TelegramAPIServer.from_base(server))
    asyncio.run(dispatcher.start_polling(Bot(TOKEN, session=session)))


if __name__ == "__main__":
    logging.disable()
    {"ptb": run_ptb, "aiogram": run_aiogram}[sys.argv[1]](sys.argv[2], Said(sys.argv[3]))
