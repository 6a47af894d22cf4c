"""A Bot API server on loopback for tests and proofs: in this process, or as one of its own.

async with BotApi() as server:
    teacher = server.user(5_000_000_001, "王老师")
    …  Telegram(server.token, server.base_url, server.base_file_url)  …
    teacher.says("3.2 完成60%")
    await teacher.hears("已记录")

python -m tests.servers.bot_api --port 8081      (then POST /control/<verb>; see `RemoteBotApi`)
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import inspect
import json
import signal
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import ClientSession, web

from tests.servers.bot_faults import WORKING, Fault, Faults, Flood
from tests.servers.bot_methods import Methods, Refused
from tests.servers.bot_people import Group, Person, wait_for
from tests.servers.bot_world import Chat, World, wall

T = TypeVar("T")
TOKEN = "7000000001:AAtestOnly-TheSecretPartOfTheToken_x"
SENDS = ("sendmessage", "editmessagetext", "senddocument", "sendphoto")
HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Called:
    """A request as it came. `at` is monotonic."""

    at: float
    method: str
    parameters: dict[str, Any]


class BotApi:
    """`journal` is what reached chats, `calls` every request. `flood` is None: no limits."""

    def __init__(
        self,
        token: str = TOKEN,
        username: str = "duban_test_bot",
        *,
        port: int = 0,
        flood: Flood | None = None,
        faults: Faults | None = None,
        clock: Callable[[], datetime] = wall,
    ) -> None:
        self.token = token
        self.username = username
        self.world = World(int(token.partition(":")[0]), username, clock)
        self.methods = Methods(self.world)
        self.faults = faults or Faults()
        self.flood = flood
        self.calls: deque[Called] = deque(maxlen=200_000)
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.port = port
        self._under_way = 0
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._webhook: asyncio.Task[None] | None = None

    async def __aenter__(self) -> BotApi:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.*}", self._file)
        app.router.add_post("/control/{verb}", self._control)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._webhook = asyncio.create_task(self._deliver())
        return self

    async def __aexit__(self, *reason: object) -> None:
        self._closing.set()
        if self._webhook is not None:
            self._webhook.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._webhook
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def base_url(self) -> str:
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.url}/file/bot"

    @property
    def journal(self) -> list[Any]:
        return self.world.journal

    def user(self, id: int, name: str, language: str | None = "zh-hans", *, started: bool = True) -> Person:
        """A person; not `started`: one who never wrote, whom the bot can't write to."""
        self.world.chats[id] = Chat(id, "private", name, "open" if started else "never")
        self.people[id] = Person(self.world, id, name, language)
        return self.people[id]

    def group(self, id: int, title: str, *, kind: str = "supergroup") -> Group:
        """A group (negative id) with the bot in it."""
        self.world.chats[id] = Chat(id, kind, title)
        self.groups[id] = Group(self.world, self.world.chats[id])
        return self.groups[id]

    def push(self, kind: str, body: Any) -> int | None:
        """Any update at all; its id."""
        return self.world.push(kind, body)

    async def wait_for(self, condition: Callable[[], T | None], seconds: float = 10) -> T:
        return await wait_for(self.world, condition, seconds)

    def called(self, method: str) -> list[Called]:
        return [call for call in self.calls if call.method == method]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _answer(Refused(401, "Unauthorized"))
        method = request.match_info["method"]
        if method.lower() == "getupdates":
            return await self._called(request, method)
        self._under_way += 1
        try:
            return await self._called(request, method)
        finally:
            self._under_way -= 1

    async def _called(self, request: web.Request, method: str) -> web.StreamResponse:
        parameters = await _parameters(request)
        self.calls.append(Called(time.monotonic(), method, parameters))
        self.world.touch()
        fault = self.faults.draw(method)
        if delay := self.faults.delay():
            await asyncio.sleep(delay)
        if fault is not None and fault not in WORKING:
            return self._broken(request, fault)
        answer = await self._work(method, parameters)
        if fault is None:
            return answer
        self.faults.doubtful += method.lower() == "sendmessage" and answer.status == 200
        return await self._cut(request, answer, fault)

    async def _work(self, method: str, parameters: dict[str, Any]) -> web.Response:
        try:
            self._pace(method, parameters)
            result = await self.methods.run(method, parameters)
        except Refused as refused:
            return _answer(refused)
        if method.lower() == "getupdates":
            result = self._disturbed(result)
        return web.json_response({"ok": True, "result": result})

    def _pace(self, method: str, parameters: dict[str, Any]) -> None:
        if self.flood is not None and method.lower() in SENDS and (wait := self.flood.wait(int(parameters["chat_id"]))):
            raise Refused(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})

    def _disturbed(self, updates: list[Any]) -> list[Any]:
        if self.world.confirmed and self.faults.random.random() < self.faults.duplicates:
            updates = [*updates, self.faults.random.choice(self.world.confirmed)]
        if self.faults.random.random() < self.faults.shuffles:
            updates = self.faults.random.sample(updates, len(updates))
        return updates

    def _broken(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault is Fault.PAGE:
            return web.Response(text=f"<html>{request.path}</html>", content_type="text/html")
        if fault is Fault.REFUSE:
            _hang_up(request)
        answers = {
            Fault.FLOOD: Refused(429, "Too Many Requests: retry after 1", {"retry_after": 1}),
            Fault.REVOKED: Refused(401, "Unauthorized"),
            Fault.CONFLICT: Refused(409, "Conflict: terminated by other getUpdates request"),
        }
        return _answer(answers.get(fault, Refused(500, "Internal Server Error")))

    async def _cut(self, request: web.Request, answer: web.Response, fault: Fault) -> web.StreamResponse:
        if fault is Fault.LATE_ERROR:
            return web.Response(status=502, text=f"<html>{request.path}</html>", content_type="text/html")
        if fault is Fault.HANG:
            await self._closing.wait()
        if fault is Fault.HALF:
            body = answer.body if isinstance(answer.body, bytes) else b""
            half = web.StreamResponse(headers={"Content-Length": str(len(body)), "Content-Type": "application/json"})
            await half.prepare(request)
            await half.write(body[: len(body) // 2])
        _hang_up(request)
        return answer

    async def _file(self, request: web.Request) -> web.StreamResponse:
        content = self.world.files.get(request.match_info["path"].rpartition("/")[2])
        if request.match_info["token"] != self.token or content is None:
            return _answer(Refused(404, "Not Found"))
        return web.Response(body=content)

    async def _deliver(self) -> None:
        """Bring updates to the webhook, in order, each until it is answered 2xx."""
        async with ClientSession() as session:
            tries = 0
            while True:
                if not (self.methods.webhook and self.world.updates):
                    await self.world.changed.wait()
                    continue
                update = self.world.updates[0]
                if await self._delivered(session, update):
                    self.world.confirm(update["update_id"] + 1)
                    tries = 0
                else:
                    tries += 1
                    await asyncio.sleep(min(0.05 * 2**tries, 5))

    async def _delivered(self, session: ClientSession, update: dict[str, Any]) -> bool:
        webhook = self.methods.webhook
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook["secret"]} if webhook["secret"] else {}
        try:
            async with session.post(webhook["url"], json=update, headers=headers) as answer:
                self.methods.webhook_error = None if answer.ok else f"Wrong response from the webhook: {answer.status}"
                return answer.ok
        except OSError:
            self.methods.webhook_error = "Connection refused"
            return False

    async def _control(self, request: web.Request) -> web.StreamResponse:
        verb = getattr(Control(self), request.match_info["verb"], None)
        if verb is None:
            return web.json_response({"error": "unknown verb"}, status=404)
        try:
            told = verb(**await request.json())
            return web.json_response(await told if inspect.isawaitable(told) else told)
        except (LookupError, TypeError, ValueError) as error:
            return web.json_response({"error": repr(error)}, status=400)


class Control:
    """What can be done from another process: POST /control/<method>, a JSON object of its arguments."""

    def __init__(self, server: BotApi) -> None:
        self._server = server

    def user(self, id: int, name: str, language: str | None = "zh-hans", started: bool = True) -> None:
        self._server.user(id, name, language, started=started)

    def users(self, first: int, count: int) -> None:
        for id in range(first, first + count):
            self._server.user(id, str(id))

    def group(self, id: int, title: str, kind: str = "supergroup") -> None:
        self._server.group(id, title, kind=kind)

    def says(self, user: int, text: str, chat: int | None = None, reply_to: int | None = None) -> int:
        return self._server.people[user].says(text, self._chat(chat), reply_to=reply_to)

    def edits(self, user: int, message_id: int, text: str, chat: int | None = None) -> None:
        self._server.people[user].edits(message_id, text, self._chat(chat))

    def sends(self, user: int, media: str, caption: str = "", chat: int | None = None) -> int:
        return self._server.people[user].sends(media, caption, self._chat(chat))

    def presses(self, user: int, label: str, chat: int | None = None, message_id: int | None = None) -> str:
        return self._server.people[user].presses(label, self._chat(chat), message_id=message_id)

    def blocks(self, user: int) -> None:
        self._server.people[user].blocks()

    def unblocks(self, user: int) -> None:
        self._server.people[user].unblocks()

    def log(self, chat: int) -> list[dict[str, Any]]:
        return [asdict(message) for message in self._server.world.chats[chat].messages.values()]

    def journal(self, since: int = 0) -> list[dict[str, Any]]:
        return [asdict(sent) for sent in self._server.journal[since:]]

    def calls(self, method: str) -> list[dict[str, Any]]:
        return [asdict(call) for call in self._server.called(method)]

    def counts(self) -> dict[str, int]:
        """Updates not yet confirmed, sends, calls, those under way but for polls, refusals by the flood limits."""
        server = self._server
        refused = server.flood.refused if server.flood else 0
        return {
            "pending": len(server.world.updates),
            "sent": len(server.journal),
            "calls": len(server.calls),
            "under_way": server._under_way,
            "refused": refused,
        }

    async def beyond(self, sent: int, seconds: float) -> bool:
        """Whether more than so many messages have reached chats, as soon as they have."""
        try:
            await self._server.wait_for(lambda: len(self._server.journal) > sent, seconds)
        except TimeoutError:
            return False
        return True

    def faults(
        self,
        rates: dict[str, float] | None = None,
        latency: tuple[float, float] = (0, 0),
        duplicates: float = 0,
        shuffles: float = 0,
        seed: int = 1,
    ) -> None:
        chances = {Fault(name): rate for name, rate in (rates or {}).items()}
        self._server.faults = Faults(seed, chances, (latency[0], latency[1]), duplicates, shuffles)

    def faulted(self) -> dict[str, int]:
        """How often each fault came, and the sends that came through all the same."""
        faults = self._server.faults
        return {str(name): count for name, count in faults.count.items()} | {"doubtful": faults.doubtful}

    def fault(self, method: str, faults: list[str]) -> None:
        self._server.faults.next(method, *map(Fault, faults))

    def flood(self, on: bool = True, **limits: float) -> None:
        self._server.flood = Flood(**limits) if on else None  # type: ignore[arg-type]

    def _chat(self, chat: int | None) -> Chat | None:
        return None if chat is None else self._server.world.chats[chat]


class RemoteBotApi:
    """A server in a process of its own, and the way to it: `await server.control("says", user=…, text=…)`."""

    token = TOKEN

    async def __aenter__(self) -> RemoteBotApi:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.servers.bot_api", cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout is not None
        self.url = (await self._process.stdout.readline()).decode().strip()
        self._session = ClientSession()
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self._session.close()
        self._process.terminate()
        await self._process.communicate()

    @property
    def base_url(self) -> str:
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.url}/file/bot"

    async def control(self, verb: str, **arguments: Any) -> Any:
        """What the verb gives (see `Control`). Raises RuntimeError with the server's word."""
        async with self._session.post(f"{self.url}/control/{verb}", json=arguments) as answer:
            value = await answer.json()
        if not answer.ok:
            raise RuntimeError(value["error"])
        return value


async def _parameters(request: web.Request) -> dict[str, Any]:
    """By address, form, file form or JSON; a file is (name, bytes)."""
    found: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = json.loads(await request.read() or b"{}")
        return found | {name: v if isinstance(v, str) else json.dumps(v) for name, v in body.items()}
    for name, value in (await request.post()).items():
        found[name] = (value.filename, value.file.read()) if isinstance(value, web.FileField) else value
    return found


def _answer(refused: Refused) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return web.json_response(body, status=refused.code)


def _hang_up(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _serve(port: int) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with BotApi(port=port) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="A Bot API server on loopback")
    arguments.add_argument("--port", type=int, default=0)
    asyncio.run(_serve(arguments.parse_args().port))
