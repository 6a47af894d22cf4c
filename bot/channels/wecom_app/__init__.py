"""WeCom (企业微信), by a self-built app: its callback in, the server API out."""

from bot.channels.wecom_app.channel import NotReceiving, WecomApp

__all__ = ["NotReceiving", "WecomApp"]
