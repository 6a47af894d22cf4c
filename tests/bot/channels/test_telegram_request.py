from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from telegram import Bot, InputFile
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.request import AiohttpRequest
from tests.servers.bot_api import BotApi
from tests.servers.bot_faults import Fault

SECRET = "AAsecret"
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 36\r\n\r\n{"ok":true,"result":{"is_bot":true}}'
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(talk: Talk) -> AsyncIterator[str]:
    """A server that speaks raw bytes after it has read a request's head; the address of a method."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await talk(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot1:{SECRET}/getMe"


def says(answer: bytes, *, reset: bool = False) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        if reset:
            writer.transport.abort()

    return talk


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)


def page(status: str, body: bytes) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def failure(url: str, **settings: Any) -> TelegramError:
    """What a call ended with; its text and what it drags along hold no token."""
    request = AiohttpRequest(**settings)
    async with request:
        with pytest.raises(TelegramError) as caught:
            await request.post(url)
    error: BaseException | None = caught.value
    while error is not None:
        assert SECRET not in f"{error!s}{error!r}"
        error = error.__cause__ or error.__context__
    return caught.value


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class NoSuchName(AbstractResolver):
    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        raise OSError(socket.EAI_NONAME, "Name or service not known")

    async def close(self) -> None: ...


async def test_a_good_answer_gives_its_result() -> None:
    async with serving(says(OK)) as url, AiohttpRequest() as request:
        assert await request.post(url) == {"is_bot": True}


async def test_a_refused_connection_is_a_network_error() -> None:
    error = await failure(f"http://127.0.0.1:{free_port()}/bot1:{SECRET}/getMe")
    assert type(error) is NetworkError
    assert "ClientConnectorError" in error.message


async def test_a_name_that_does_not_resolve_is_a_network_error() -> None:
    error = await failure(f"http://telegram.invalid/bot1:{SECRET}/getMe", resolver=NoSuchName())
    assert type(error) is NetworkError
    assert "DNS" in error.message


async def test_an_address_that_is_none_is_a_network_error() -> None:
    assert type(await failure(f"nowhere/bot1:{SECRET}/getMe")) is NetworkError


@pytest.mark.parametrize(
    "answer",
    [b"", OK[:20], OK[:-10], b"no http at all\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"],
    ids=["nothing", "half a head", "half a body", "no http", "half a chunk"],
)
@pytest.mark.parametrize("reset", [True, False], ids=["reset", "closed"])
async def test_an_answer_that_breaks_off_is_a_network_error(answer: bytes, reset: bool) -> None:
    async with serving(says(answer, reset=reset)) as url:
        assert type(await failure(url)) is NetworkError


async def test_an_answer_that_does_not_come_is_a_timeout() -> None:
    async with serving(silence) as url:
        assert type(await failure(url, read_timeout=0.05)) is TimedOut


async def test_an_answer_that_only_trickles_is_a_timeout() -> None:
    async with serving(trickle) as url:
        short = {"connect_timeout": 0.05, "pool_timeout": 0.05, "write_timeout": 0.05, "read_timeout": 0.1}
        assert type(await failure(url, **short)) is TimedOut


async def test_a_connection_that_is_never_made_is_a_timeout() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        error = await failure(f"http://127.0.0.1:{address[1]}/bot1:{SECRET}/getMe", connect_timeout=0.1)
        for filler in fillers:
            filler.close()
    assert type(error) is TimedOut


async def test_a_full_pool_is_a_timeout() -> None:
    async with (
        serving(silence) as url,
        AiohttpRequest(connections=1, connect_timeout=0.05, pool_timeout=0.05) as request,
    ):
        first = asyncio.create_task(request.post(url, read_timeout=30))
        await asyncio.sleep(0)
        with pytest.raises(TimedOut):
            await request.post(url)
        first.cancel()
        await asyncio.wait([first])


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        ("500 Internal Server Error", b'{"ok":false,"description":"Internal Server Error"}', NetworkError),
        ("502 Bad Gateway", b"<html>/bot1:AAsecret/getMe</html>", NetworkError),
        ("502 Bad Gateway", b"[1]", NetworkError),
        ("302 Found", b"", NetworkError),
        ("413 Request Entity Too Large", b"", NetworkError),
        ("400 Bad Request", b'{"ok":false,"description":"Bad Request: chat not found"}', BadRequest),
        ("401 Unauthorized", b'{"ok":false,"description":"Unauthorized"}', InvalidToken),
        ("403 Forbidden", b'{"ok":false,"description":"Forbidden: bot was blocked by the user"}', Forbidden),
        ("409 Conflict", b'{"ok":false,"description":"Conflict: terminated"}', Conflict),
        ("200 OK", b"<html>/bot1:AAsecret/getMe</html>", TelegramError),
        ("200 OK", b"[]", TelegramError),
        ("200 OK", b"", TelegramError),
    ],
)
async def test_a_status_tells_the_kind_of_failure(status: str, body: bytes, kind: type[TelegramError]) -> None:
    async with serving(says(page(status, body))) as url:
        assert type(await failure(url)) is kind


async def test_a_call_that_breaks_is_made_once_only() -> None:
    async with BotApi() as server, AiohttpRequest() as request:
        await request.post(f"{server.base_url}{server.token}/getMe")
        server.faults.next("getMe", Fault.DROP)
        with pytest.raises(NetworkError):
            await request.post(f"{server.base_url}{server.token}/getMe")
        assert len(server.called("getMe")) == 2


async def test_a_flood_tells_how_long_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    body = b'{"ok":false,"description":"Too Many Requests","parameters":{"retry_after":7}}'
    async with serving(says(page("429 Too Many Requests", body))) as url:
        error = await failure(url)
    assert isinstance(error, RetryAfter)


async def test_files_arrive_with_their_names_and_bytes() -> None:
    content = bytes(range(256)) * 8000
    async with BotApi() as server:
        server.user(5_000_000_001, "王老师")
        bot = Bot(server.token, server.base_url, server.base_file_url, AiohttpRequest(), AiohttpRequest())
        async with bot:
            sent = await bot.send_document(5_000_000_001, InputFile(content, "通报 1.docx"), caption="九月")
            assert sent.document is not None
            assert sent.document.file_name == "通报 1.docx"
            assert bytes(await (await bot.get_file(sent.document.file_id)).download_as_bytearray()) == content


async def test_a_proxy_is_asked_for_everything() -> None:
    heads: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(proxy, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, AiohttpRequest(proxy=address) as request:
        assert await request.post("http://telegram.invalid/bot1:x/getMe") == {"is_bot": True}
    assert heads[0].startswith(b"POST http://telegram.invalid/bot1:x/getMe ")


async def test_it_can_be_closed_twice_and_opened_again() -> None:
    request = AiohttpRequest()
    async with serving(says(OK)) as url:
        for _ in range(2):
            await request.initialize()
            assert await request.post(url) == {"is_bot": True}
            await request.shutdown()
            await request.shutdown()
        with pytest.raises(NetworkError):
            await request.post(url)
