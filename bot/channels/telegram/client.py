"""python-telegram-bot's client, used raw: plain dictionaries in, plain dictionaries out, nothing of it logged."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from typing import Any, TypeVar
from urllib.parse import quote

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram.request import DEFAULT, AiohttpRequest, Seconds

T = TypeVar("T")


class RawBot(Bot):
    """The library's `Bot` without its types for what comes back, its log and its `repr`.

    Its log holds addresses with the token, and people's words; its types raise on an update of a newer Bot API, and
    on a message that was already sent. `do_api_request` warns at every call of a method that has a typed one.
    """

    __slots__ = ()
    _LOGGER = logging.Logger("unheard", level=logging.CRITICAL + 1)

    def __repr__(self) -> str:
        return "RawBot()"

    async def open(self) -> None:
        for request in self._request:
            await request.initialize()

    async def close_connections(self) -> None:
        for request in self._request:
            await request.shutdown()

    async def call(
        self, method: str, parameters: dict[str, Any], returns: type[T], *, read_timeout: Seconds = DEFAULT
    ) -> T:
        """The method's result. Raises TelegramError, never with the token in its text, also where the result is no
        `returns`. A parameter that is None is left out."""
        try:
            result = await self._post(method, parameters, read_timeout=read_timeout)
            failure = None if isinstance(result, returns) else TelegramError("unexpected answer")
        except TelegramError as error:
            error.message = self._without_token(error.message)
            failure = error
        except Exception as error:
            failure = TelegramError(f"unexpected answer ({type(error).__name__})")
        if failure is not None:
            raise failure
        return result  # type: ignore[no-any-return]

    def download(self, path: str) -> AsyncGenerator[bytes, None]:
        """A file's bytes by what getFile told. Raises TelegramError, never with an address in its text."""
        request = self._request[1]
        assert isinstance(request, AiohttpRequest)
        return request.download(f"{self._base_file_url}/{quote(path)}")

    def _without_token(self, text: str) -> str:
        return text.replace(self.token, "…").replace(self.token.partition(":")[2], "…")


def raw_bot(token: str, base_url: str, base_file_url: str, proxy: str | None) -> RawBot:
    """A client whose long poll has a connection of its own."""
    return RawBot(
        token,
        base_url=base_url,
        base_file_url=base_file_url,
        request=AiohttpRequest(proxy=proxy),
        get_updates_request=AiohttpRequest(connections=1, proxy=proxy),
    )
