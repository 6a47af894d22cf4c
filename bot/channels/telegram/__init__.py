"""Telegram, by long polling or webhook."""

from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.polling import NotReceiving

__all__ = ["NotReceiving", "Telegram"]
