"""Files of the AI bot: those that people send lie sealed at an address for five minutes; ours go up in pieces."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from bot.message import FetchFailed

Ask = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
BLOCK_BYTES, IV_BYTES = 32, 16
PIECE = 256 << 10
CHUNK_BYTES, MOST_CHUNKS = 512 << 10, 100
FLOWING = aiohttp.ClientTimeout(connect=6, sock_connect=5, sock_read=20)


def key_of(url: str, aes_key: str) -> str:
    """What is stored of a file that came in."""
    return json.dumps({"url": url, "aeskey": aes_key})


class Opener:
    """Opens a sealed file piece by piece: AES-256-CBC, its IV the key's first half, padded to 32 bytes.

    Raises ValueError for what can be no key, and in `finish` where the key does not fit.
    """

    def __init__(self, aes_key: str) -> None:
        try:
            key = base64.b64decode(aes_key + "=" * (-len(aes_key) % 4), validate=True)
        except binascii.Error as error:
            raise ValueError("not Base64") from error
        self._opener = Cipher(algorithms.AES256(key), modes.CBC(key[:IV_BYTES])).decryptor()
        self._unpadder = PKCS7(BLOCK_BYTES * 8).unpadder()

    def update(self, piece: bytes) -> bytes:
        return self._unpadder.update(self._opener.update(piece))

    def finish(self) -> bytes:
        return self._unpadder.update(self._opener.finalize()) + self._unpadder.finalize()


async def fetched(key: str, proxy: str | None) -> AsyncGenerator[bytes, None]:
    """A file's bytes by what `key_of` made. Raises FetchFailed."""
    try:
        told = json.loads(key)
        url, opener = _safe(str(told["url"])), Opener(str(told["aeskey"]))
    except (ValueError, KeyError, TypeError):
        raise FetchFailed("no address or no key", permanent=True) from None
    try:
        async with (
            aiohttp.ClientSession(timeout=FLOWING, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(url, proxy=proxy, allow_redirects=False) as response,
        ):
            _check(response.status)
            async for piece in response.content.iter_chunked(PIECE):
                yield opener.update(piece)
        yield opener.finish()
        return
    except FetchFailed as known:
        failure = known
    except TimeoutError:
        failure = FetchFailed("timeout")
    except ValueError:
        failure = FetchFailed("the key does not open it")
    except (OSError, aiohttp.ClientError) as error:
        failure = FetchFailed(_kind(error))
    raise failure  # outside the handler: no cause, which could quote the address


async def uploaded(ask: Ask, kind: str, name: str, content: bytes) -> str:
    """The media id of a file, good for three days. Raises ValueError where it is too large, and what `ask` raises."""
    chunks = [content[start : start + CHUNK_BYTES] for start in range(0, len(content), CHUNK_BYTES)]
    if not 0 < len(chunks) <= MOST_CHUNKS:
        raise ValueError("too large or empty")
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    sizes = {"total_size": len(content), "total_chunks": len(chunks), "md5": digest}
    begun = await ask("aibot_upload_media_init", {"type": kind, "filename": name, **sizes})
    upload = {"upload_id": _told(begun, "upload_id")}
    for number, chunk in enumerate(chunks):
        piece = {"chunk_index": number, "base64_data": base64.b64encode(chunk).decode()}
        await ask("aibot_upload_media_chunk", upload | piece)
    return _told(await ask("aibot_upload_media_finish", upload), "media_id")


def _told(answer: dict[str, Any], name: str) -> str:
    body = answer.get("body")
    return str(body.get(name, "")) if isinstance(body, dict) else ""


def _check(status: int) -> None:
    """Raises FetchFailed: an address that is refused has gone out of date."""
    if status != 200:
        raise FetchFailed(f"HTTP {status}", permanent=400 <= status < 500 and status not in (408, 429))


def _safe(url: str) -> str:
    """Raises ValueError for an address that nobody should be asked at."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("not https")
    return url


def _kind(error: Exception) -> str:
    number = error.errno if isinstance(error, OSError) else None
    return f"{type(error).__name__}: {os.strerror(number)}" if number else type(error).__name__
