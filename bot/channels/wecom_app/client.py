"""The server API: JSON over HTTPS, with an access token that is fetched once and shared by all calls."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.channels.wecom_codes import Meaning, meaning

EARLY_SECONDS = 300
TIMEOUT = aiohttp.ClientTimeout(total=20, connect=6, sock_connect=5, sock_read=10)
CONNECTIONS = 32

Answer = dict[str, Any]


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
    """Calls below `base`/cgi-bin. Both failures above; a token that WeCom has dropped is fetched anew, once."""

    def __init__(self, base: str, corp_id: str, secret: str, proxy: str | None = None) -> None:
        self._base = f"{base.rstrip('/')}/cgi-bin/"
        self._corp_id, self._secret = corp_id, secret
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self._fetching = asyncio.Lock()
        self._token = ""
        self._fetch_at = 0.0

    async def close(self) -> None:
        """For good: a call that comes later is Unreachable, and opens no connection that nobody would close."""
        self._closed = True
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, path: str, body: Mapping[str, Any] | None = None, **query: str) -> Answer:
        """The answer of a GET, or with a body of a POST. Raises Refused, Unreachable."""
        token = await self._access_token()
        try:
            return await self._request(path, body, {**query, "access_token": token})
        except Refused as refused:
            if meaning(refused.errcode) is not Meaning.TOKEN:
                raise
        self._forget(token)
        return await self._request(path, body, {**query, "access_token": await self._access_token()})

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

    async def _request(self, path: str, body: Mapping[str, Any] | None, query: Mapping[str, str]) -> Answer:
        try:
            async with self._opened().request(
                "GET" if body is None else "POST",
                self._base + path,
                params=query,
                data=None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
                headers={"Content-Type": "application/json; charset=utf-8"},
                proxy=self._proxy,
                allow_redirects=False,
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
