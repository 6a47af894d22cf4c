"""WeCom (企业微信), by an AI bot over its long connection: no public address is needed."""

from bot.channels.wecom_aibot.channel import WecomAibot

__all__ = ["WecomAibot"]
