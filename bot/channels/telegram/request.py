"""The Bot API's requests on aiohttp: a third of the CPU of the client library's own, and failures mapped exactly."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import quote_plus

import aiohttp
from aiohttp.abc import AbstractResolver
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

PIECE = 256 * 1024
DEFAULT = BaseRequest.DEFAULT_NONE
Seconds = Any  # a float, None for no limit, or DEFAULT


class AiohttpRequest(BaseRequest):
    """A pool of connections of its own. All times in seconds.

    Whatever took too long is `TimedOut`; every other failure before a whole answer was read is `NetworkError`. Their
    texts name the kind of failure, never an address, since a Bot API address holds the token; for the same reason
    they carry no cause, and an answer that is no JSON object is not quoted.
    """

    def __init__(
        self,
        *,
        connections: int = 32,
        connect_timeout: float = 5,
        pool_timeout: float = 5,
        write_timeout: float = 5,
        media_write_timeout: float = 120,
        read_timeout: float = 10,
        proxy: str | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._connections = connections
        self._connect, self._pool = connect_timeout, pool_timeout
        self._write, self._media_write = write_timeout, media_write_timeout
        self._read = read_timeout
        self._proxy = proxy
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, ttl_dns_cache=300, resolver=self._resolver)
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), headers={"User-Agent": self.USER_AGENT}
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Seconds = DEFAULT,
        write_timeout: Seconds = DEFAULT,
        connect_timeout: Seconds = DEFAULT,
        pool_timeout: Seconds = DEFAULT,
    ) -> tuple[int, bytes]:
        """The status and the whole body. Raises TimedOut and NetworkError, nothing else."""
        if self._session is None:
            raise NetworkError("not initialised")
        media = request_data is not None and request_data.contains_files
        timeout = _limits(
            _given(connect_timeout, self._connect),
            _given(pool_timeout, self._pool),
            _given(write_timeout, self._media_write if media else self._write),
            _given(read_timeout, self._read),
            whole=method != "GET",
        )
        try:
            body, headers = _body(request_data)
            async with self._session.request(
                method,
                URL(url, encoded=True),
                data=body,
                headers=headers,
                timeout=timeout,
                proxy=self._proxy,
                allow_redirects=False,
            ) as response:
                return response.status, _speakable(response.status, await response.read())
        except TimeoutError as error:
            failure: TelegramError = TimedOut(type(error).__name__)
        except Exception as error:
            failure = NetworkError(_kind(error))
        raise failure  # outside the handler: no cause, which could quote the address

    async def download(self, url: str) -> AsyncGenerator[bytes, None]:
        """The body of a file, piece by piece; it takes as long as it flows. Raises as `do_request`."""
        if self._session is None:
            raise NetworkError("not initialised")
        timeout = _limits(self._connect, self._pool, self._write, self._read, whole=False)
        try:
            async with self._session.get(
                URL(url, encoded=True), timeout=timeout, proxy=self._proxy, allow_redirects=False
            ) as response:
                if response.status != 200:
                    raise NetworkError(f"status {response.status}")
                async for piece in response.content.iter_chunked(PIECE):
                    yield piece
                return
        except TelegramError as error:
            failure: TelegramError = error
        except TimeoutError as error:
            failure = TimedOut(type(error).__name__)
        except Exception as error:
            failure = NetworkError(_kind(error))
        raise failure

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """An answer's object. Raises TelegramError without quoting it: it may hold people's words."""
        try:
            parsed = json.loads(payload)
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict):
            raise TelegramError("the answer is no JSON object")
        return parsed


def _given(value: Seconds, default: float) -> float | None:
    return default if value is DEFAULT else value


def _limits(
    connect: float | None, pool: float | None, write: float | None, read: float | None, *, whole: bool
) -> aiohttp.ClientTimeout:
    """A download may take as long as it flows; a call as a whole takes no longer than its parts together."""
    total = None
    if whole and None not in (connect, pool, write, read):
        total = (connect or 0) + (pool or 0) + (write or 0) + (read or 0)
    wait = None if connect is None or pool is None else connect + pool
    return aiohttp.ClientTimeout(total=total, connect=wait, sock_connect=connect, sock_read=read)


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str] | None]:
    if data is None:
        return None, None
    if not data.contains_files:
        form = "&".join(f"{name}={_quoted(value)}" for name, value in data.json_parameters.items())
        return form.encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    return _multipart(data), None


def _quoted(value: str) -> str:
    """For a form. Where every byte is quoted the library's C does it, many times as fast; most text here is Chinese."""
    return quote_plus(value) if value.isascii() else f"%{value.encode().hex('%')}"


def _multipart(data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    for name, text in data.json_parameters.items():
        form.add_field(name, text)
    for name, (filename, content, media_type) in data.multipart_data.items():
        file = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, file, filename=filename, content_type=media_type)
    return form


def _speakable(status: int, body: bytes) -> bytes:
    """An error's page that is no JSON object (a proxy's) is left out: it would be quoted in the error's text."""
    if 200 <= status <= 299:
        return body
    try:
        return body if isinstance(json.loads(body), dict) else b"{}"
    except ValueError:
        return b"{}"


def _kind(error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) else None
    return f"{type(error).__name__}: {reason}" if reason else type(error).__name__
