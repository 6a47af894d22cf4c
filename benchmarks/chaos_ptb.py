"""python-telegram-bot's own loop with a handler that writes the row and answers.

`python -m benchmarks.chaos_ptb BASE_URL DATABASE` (the URL up to, without, `/bot`).
"""

from __future__ import annotations

import logging
import sys

from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

from benchmarks.chaos_said import ANSWER, Said
from tests.servers.bot_api import TOKEN


def main() -> None:
    server, said = sys.argv[1], Said(sys.argv[2])
    logging.disable()

    async def report(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        assert update.effective_user is not None
        words = update.message.text or ""
        said.keep(update.effective_user.id, words)
        await update.message.reply_text(ANSWER.format(words))

    application = ApplicationBuilder().token(TOKEN).base_url(f"{server}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, report))
    application.run_polling(bootstrap_retries=-1)


if __name__ == "__main__":
    main()
