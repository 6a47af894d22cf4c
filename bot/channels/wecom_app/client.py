"""The server API: JSON over HTTPS, with an access token that is fetched once and shared by all calls."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, TypeVar

import aiohttp

from bot.channels.wecom_codes import Meaning, meaning

EARLY_SECONDS = 300
TIMEOUT = aiohttp.ClientTimeout(total=20, connect=6, sock_connect=5, sock_read=10)
CONNECTIONS = 32

UPLOADING = aiohttp.ClientTimeout(total=45, connect=6, sock_connect=5)
FLOWING = aiohttp.ClientTimeout(connect=6, sock_connect=5, sock_read=20)
UPLOAD = "media/upload"
PIECE = 256 << 10
LONGEST_ERROR = 64 << 10

Answer = dict[str, Any]
Body = bytes | aiohttp.FormData
T = TypeVar("T")


class Refused(Exception):
    """WeCom answered with an errcode; `text` is for the log, nothing may depend on it."""

    def __init__(self, errcode: int, text: str) -> None:
        super().__init__(f"errcode {errcode}")
        self.errcode = errcode
        self.text = text


class Unreachable(Exception):
    """No whole answer came: nobody knows whether the call was done. `reason` holds no address and no secret."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Api:
    """Calls below `base`/cgi-bin. Both failures above; a token that WeCom has dropped is fetched anew, once.

    `last_good` is the monotonic time of the last good answer.
    """

    def __init__(self, base: str, corp_id: str, secret: str, proxy: str | None = None) -> None:
        self._base = f"{base.rstrip('/')}/cgi-bin/"
        self._corp_id, self._secret = corp_id, secret
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self._fetching = asyncio.Lock()
        self._token = ""
        self._fetch_at = 0.0
        self.last_good: float | None = None

    async def close(self) -> None:
        """For good: a call that comes later is Unreachable, and opens no connection that nobody would close."""
        self._closed = True
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, path: str, body: Mapping[str, Any] | None = None, **query: str) -> Answer:
        """The answer of a GET, or with a body of a POST. Raises Refused, Unreachable."""
        json_body = None if body is None else partial(_json, body)
        return await self._with_token(lambda token: self._request(path, json_body, {**query, "access_token": token}))

    async def _with_token(self, ask: Callable[[str], Awaitable[T]]) -> T:
        answer = await self._asked(ask)
        self.last_good = time.monotonic()
        return answer

    async def _asked(self, ask: Callable[[str], Awaitable[T]]) -> T:
        token = await self._access_token()
        try:
            return await ask(token)
        except Refused as refused:
            if meaning(refused.errcode) is not Meaning.TOKEN:
                raise
        self._forget(token)
        return await ask(await self._access_token())

    async def upload(self, kind: str, name: str, content: bytes) -> str:
        """The media id of a file, good for three days. `kind` is image, voice, video or file. Raises as `call`."""
        form = partial(_form, name, content)
        answer = await self._with_token(
            lambda token: self._request(UPLOAD, form, {"access_token": token, "type": kind})
        )
        return str(answer.get("media_id", ""))

    async def download(self, media_id: str) -> AsyncGenerator[bytes, None]:
        """The bytes of a file that somebody sent. Raises as `call`."""
        opening = AsyncExitStack()
        async with opening:
            response = await self._with_token(lambda token: self._file(opening, media_id, token))
            try:
                async for piece in response.content.iter_chunked(PIECE):
                    yield piece
                return
            except TimeoutError:
                failure = Unreachable("timeout")
            except aiohttp.ClientError as error:
                failure = Unreachable(_kind(error))
        raise failure

    async def _file(self, opening: AsyncExitStack, media_id: str, token: str) -> aiohttp.ClientResponse:
        """The answer with the file in it; WeCom says in JSON why there is none."""
        try:
            response = await opening.enter_async_context(
                self._opened().get(
                    f"{self._base}media/get",
                    params={"access_token": token, "media_id": media_id},
                    proxy=self._proxy,
                    allow_redirects=False,
                    timeout=FLOWING,
                )
            )
            failed = response.status != 200 or "json" in response.content_type or "text" in response.content_type
            if not failed or "disposition" in "".join(response.headers).lower():
                return response
            status, content = response.status, await response.content.read(LONGEST_ERROR)
        except TimeoutError:
            failure = Unreachable("timeout")
        except Exception as error:
            failure = Unreachable(_kind(error))
        else:
            _good(status, content)
            failure = Unreachable("no file")
        raise failure

    async def _access_token(self) -> str:
        async with self._fetching:
            if time.monotonic() >= self._fetch_at:
                query = {"corpid": self._corp_id, "corpsecret": self._secret}
                answer = await self._request("gettoken", None, query)
                self._token = str(answer.get("access_token", ""))
                self._fetch_at = time.monotonic() + _seconds(answer.get("expires_in")) - EARLY_SECONDS
            return self._token

    def _forget(self, token: str) -> None:
        """Unless another call has fetched a new one meanwhile."""
        if token == self._token:
            self._fetch_at = 0.0

    async def _request(self, path: str, body: Callable[[], Body] | None, query: Mapping[str, str]) -> Answer:
        try:
            async with self._opened().request(
                "GET" if body is None else "POST",
                self._base + path,
                params=query,
                data=None if body is None else body(),
                headers=None if path == UPLOAD else {"Content-Type": "application/json; charset=utf-8"},
                proxy=self._proxy,
                allow_redirects=False,
                timeout=UPLOADING if path == UPLOAD else TIMEOUT,
            ) as response:
                status, content = response.status, await response.read()
        except TimeoutError:
            failure = Unreachable("timeout")
        except Exception as error:
            failure = Unreachable(_kind(error))
        else:
            return _good(status, content)
        raise failure  # outside the handler: no cause, which could quote the address with the token

    def _opened(self) -> aiohttp.ClientSession:
        if self._closed:
            raise ConnectionError("closed")
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=TIMEOUT
            )
        return self._session


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _form(name: str, content: bytes) -> aiohttp.FormData:
    """WeCom reads the name as plain UTF-8 and does not know RFC 5987's form of it."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("media", content, filename=name, content_type="application/octet-stream")
    return form


def _good(status: int, content: bytes) -> Answer:
    """Raises Unreachable for what is no answer of the API (a proxy's page), Refused for an errcode."""
    if status != 200:
        raise Unreachable(f"HTTP {status}")
    try:
        answer = json.loads(content)
        errcode = int(answer.get("errcode") or 0)
    except (ValueError, TypeError, AttributeError):
        raise Unreachable("the answer is no JSON object") from None
    if errcode:
        raise Refused(errcode, str(answer.get("errmsg", ""))[:300])
    return dict(answer)


def _seconds(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def _kind(error: Exception) -> str:
    """Never the library's own words: they quote the address, which holds the token."""
    number = error.errno if isinstance(error, OSError) else None
    return f"{type(error).__name__}: {os.strerror(number)}" if number else type(error).__name__
