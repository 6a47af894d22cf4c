"""Where providers bring what people wrote: 200 means that it is on disk, anything else that it has to come again."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.shield import Refused

log = structlog.get_logger()
TELEGRAM_SECRET = "x-telegram-bot-api-secret-token"


class TelegramDoor(Protocol):
    """A Telegram channel. Raises PermissionError where the secret is wrong, ValueError for what is no update."""

    async def webhook(self, secret_header: str | None, body: bytes) -> None: ...


class WecomDoor(Protocol):
    """A self-built app of WeCom. Both raise PermissionError where a signature is wrong, ValueError for what is none."""

    def verify(self, query: Mapping[str, str]) -> str: ...

    async def callback(self, query: Mapping[str, str], body: bytes) -> bytes: ...


@dataclass(frozen=True)
class Doors:
    """The channels that get their updates over our own server; a door without one is not there (404)."""

    telegram: TelegramDoor | None = None
    wecom_app: WecomDoor | None = None

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/telegram", self._telegram, methods=["POST"]),
            Route("/wecom/app", self._wecom_app, methods=["GET", "POST"]),
        ]

    async def _telegram(self, request: Request) -> Response:
        if self.telegram is None:
            return PlainTextResponse("", 404)
        return await _answered(_by_telegram(self.telegram, request))

    async def _wecom_app(self, request: Request) -> Response:
        """A GET is the console's test of the address: answered with the bare text that it sealed."""
        if self.wecom_app is None:
            return PlainTextResponse("", 404)
        return await _answered(_by_wecom(self.wecom_app, request))


async def _by_telegram(door: TelegramDoor, request: Request) -> str:
    await door.webhook(request.headers.get(TELEGRAM_SECRET), await request.body())
    return ""


async def _by_wecom(door: WecomDoor, request: Request) -> str | bytes:
    if request.method == "POST":
        return await door.callback(request.query_params, await request.body())
    return door.verify(request.query_params)


async def _answered(taking: Awaitable[str | bytes]) -> Response:
    try:
        return PlainTextResponse(await taking)
    except Refused as refused:
        return PlainTextResponse("", refused.status)
    except PermissionError:
        return PlainTextResponse("", 403)
    except ValueError:
        return PlainTextResponse("", 400)
    except Exception as error:
        log.warning("delivery_not_stored", reason=type(error).__name__)
        return PlainTextResponse("", 503)
