"""What goes around every page: headers that tell a browser what it may do, the hosts served, how much is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex",
}
MOST_BYTES = 256 * 1024
DRAINED_BYTES = 4 * 1024 * 1024


class Refused(Exception):
    """A request that is not served: the status, and the sentence's key below `web.error` (with `<key>_head`)."""

    def __init__(self, status: int, key: str, headers: Mapping[str, str] | None = None, **values: Any) -> None:
        super().__init__(status, key)
        self.status = status
        self.key = key
        self.headers = headers
        self.values = values


class Shield:
    """Adds the headers, and raises Refused where the body is read and too large. `uploads` are the bytes that a form
    with files may have; only who is known has it read."""

    def __init__(self, app: ASGIApp, uploads: int = 0) -> None:
        self._app = app
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = MOST_BYTES + (self._uploads if _brings_files(scope) else 0)
        await self._app(scope, _limited(receive, most), _headed(send))


def _headed(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending


def _brings_files(scope: Scope) -> bool:
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return bool(scope["path"].endswith("/say") and kind.startswith(b"multipart/form-data"))


def _limited(receive: Receive, most: int) -> Receive:
    """The body up to the limit; what is beyond is read away (a browser would not show an answer otherwise)."""
    read = 0

    async def receiving() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read <= most:
            return message
        while message.get("more_body") and read <= most + DRAINED_BYTES:
            message = await receive()
            read += len(message.get("body", b""))
        raise Refused(413, "too_large")

    return receiving


def same_site(headers: Mapping[str, str], hosts: Sequence[str]) -> bool:
    """Whether a posted form can have come from our own pages, by what the browser says; without a word: yes.

    Pages are sent with `no-referrer`, so a browser may say `Origin: null` for our own forms: then only the form's
    token decides.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin", "null")
    return origin == "null" or origin.partition("://")[2] in hosts
