"""The peers: echo bots as their libraries' own documentation writes them. They store nothing.

`python -m benchmarks.echo_bots ptb|aiogram BASE_URL` (up to, without, `/bot`).
"""

from __future__ import annotations

import asyncio
import sys

from benchmarks.flood import TOKEN


def run_ptb(server: str) -> None:
    from telegram import Update
    from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

    async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_text(update.message.text or "")

    application = ApplicationBuilder().token(TOKEN).base_url(f"{server}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()


def run_aiogram(server: str) -> None:
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message

    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    session = AiohttpSession(api=TelegramAPIServer.from_base(server))
    asyncio.run(dispatcher.start_polling(Bot(TOKEN, session=session)))


if __name__ == "__main__":
    {"ptb": run_ptb, "aiogram": run_aiogram}[sys.argv[1]](sys.argv[2])
