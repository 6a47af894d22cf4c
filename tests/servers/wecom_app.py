"""A WeCom server on loopback: the API that a self-built app calls, and the callbacks that it gets.

async with WecomServer() as server:
    teacher = server.member("WangLaoShi")
    server.callback_url = "http://127.0.0.1:…/wecom/app"
    …  WecomApp(server.corp_id, server.agent_id, server.secret, server.token, server.aes_key, server.url)  …
    await teacher.says("3.2 完成60%")
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import BodyPartReader, ClientError, ClientSession, ClientTimeout, web

from tests.servers.bot_faults import WORKING, Fault, Faults
from tests.servers.wecom_card_rules import UNKNOWN_TO_US, words_of, wrong_with
from tests.servers.wecom_seal import seal, signature

HOST = "127.0.0.1"
TRIES = 3
PER_MINUTE = 30


@dataclass(frozen=True)
class Media:
    """A file that lies at WeCom."""

    kind: str
    name: str
    content: bytes


@dataclass
class Shown:
    """A message as a member sees it. `card` is None for words; `label` stands where a card's buttons were."""

    text: str
    card: dict[str, Any] | None = None
    label: str | None = None
    code: str = ""
    media: Media | None = None


@dataclass(frozen=True)
class Arrived:
    """A message as it reached somebody, whatever became of it later."""

    chat: str
    text: str
    card: bool


@dataclass
class Member:
    server: WecomServer
    id: str
    visible: bool = True
    licensed: bool = True
    log: list[Shown] = field(default_factory=list)
    minute: deque[float] = field(default_factory=deque)

    async def says(self, text: str) -> int:
        """How WeCom was answered at last: a status of HTTP, 0 for none."""
        return await self._message("text", f"<Content><![CDATA[{text}]]></Content>")

    async def sends(self, kind: str, content: bytes = b"") -> int:
        media_id = f"sent-{len(self.server.media)}"
        self.server.media[media_id] = Media(kind, "", content)
        return await self._message(kind, f"<PicUrl><![CDATA[x]]></PicUrl><MediaId><![CDATA[{media_id}]]></MediaId>")

    async def does(self, event: str, key: str = "") -> int:
        return await self.server.call_back(
            self.xml("event", f"<Event><![CDATA[{event}]]></Event><EventKey><![CDATA[{key}]]></EventKey>")
        )

    async def presses(self, label: str) -> int:
        """Press the newest live button with that label, or choose it in a drop-down and press what goes with it."""
        for shown in reversed(self.log):
            if shown.card is not None and shown.label is None:
                for button in shown.card["button_list"]:
                    if button["text"] == label:
                        return await self._press(shown.card, button["key"])
                if option := self._option(shown.card, label):
                    return await self._press(shown.card, shown.card["button_list"][0]["key"], option)
        raise LookupError(label)

    @staticmethod
    def _option(card: dict[str, Any], label: str) -> str:
        options = card.get("button_selection", {}).get("option_list", [])
        return next((str(option["id"]) for option in options if option["text"] == label), "")

    async def _press(self, card: dict[str, Any], key: str, option: str = "") -> int:
        code = self.server.new_code(self, card["task_id"])
        chosen = (
            "<SelectedItems><SelectedItem><QuestionKey><![CDATA[row]]></QuestionKey><OptionIds>"
            f"<OptionId><![CDATA[{option}]]></OptionId></OptionIds></SelectedItem></SelectedItems>"
        )
        inner = (
            f"<Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[{key}]]></EventKey>"
            f"<TaskId><![CDATA[{card['task_id']}]]></TaskId><CardType><![CDATA[button_interaction]]></CardType>"
            f"<ResponseCode><![CDATA[{code}]]></ResponseCode>{chosen if option else ''}"
        )
        return await self.server.call_back(self.xml("event", inner))

    async def _message(self, kind: str, inner: str) -> int:
        number = next(self.server.numbers)
        return await self.server.call_back(self.xml(kind, f"{inner}<MsgId>{number}</MsgId>"))

    def xml(self, kind: str, inner: str) -> str:
        return (
            f"<xml><ToUserName><![CDATA[{self.server.corp_id}]]></ToUserName>"
            f"<FromUserName><![CDATA[{escape(self.id)}]]></FromUserName>"
            f"<CreateTime>{int(time.time()) + self.server.ahead}</CreateTime>"
            f"<MsgType><![CDATA[{kind}]]></MsgType>{inner}"
            f"<AgentID>{self.server.agent_id}</AgentID></xml>"
        )


@dataclass(frozen=True)
class Called:
    """A request as it came."""

    path: str
    query: dict[str, str]
    body: dict[str, Any]


class WecomServer:
    """`calls` is every request. `errcodes` answers the coming calls of a path instead. `has_callback`: whether the
    console knows an address of the app. `ahead`: by how many seconds its clock is."""

    corp_id = "wx5823bf96d3bd56c7"
    agent_id = 1000002
    secret = "TheAppsSecret-Xyz_0123456789"
    token = "QDG6eK"
    aes_key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.calls: list[Called] = []
        self.faults = Faults()
        self.errcodes: dict[str, deque[int]] = {}
        self.app = {"name": "督办助手", "close": 0, "allow_userinfos": {"user": [{"userid": "WangLaoShi"}]}}
        self.callback_url = ""
        self.has_callback = True
        self.trusted = True
        self.numbers = itertools.count(7_300_000_000_000_000_001)
        self.codes: dict[str, tuple[str, str]] = {}
        self.media: dict[str, Media] = {}
        self.delivered: list[tuple[float, str]] = []
        self.journal: list[Arrived] = []
        self.answer_seconds = 5.0
        self.ahead = 0
        self._tokens: dict[str, str] = {}
        self._tasks: set[str] = set()
        self._recent: dict[str, float] = {}
        self._runner: web.AppRunner | None = None
        self._closing = asyncio.Event()

    async def __aenter__(self) -> WecomServer:
        app = web.Application()
        app.router.add_route("*", "/cgi-bin/{path:.*}", self._call)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *reason: object) -> None:
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    def member(self, id: str) -> Member:
        self.members[id.lower()] = Member(self, id)
        return self.members[id.lower()]

    def called(self, path: str) -> list[Called]:
        return [call for call in self.calls if call.path == path]

    def answers(self, path: str, *errcodes: int) -> None:
        """The coming calls of a path get these errcodes; 0 is answered as usual."""
        self.errcodes.setdefault(path, deque()).extend(errcodes)

    def end_tokens(self, errcode: int = 42001) -> None:
        """Every token given out so far is refused from now on."""
        self._tokens = {token: str(errcode) for token in self._tokens}

    def new_code(self, member: Member, task_id: str) -> str:
        code = f"code-{len(self.codes)}"
        self.codes[code] = (member.id.lower(), task_id)
        return code

    # Callbacks

    def query(self, sealed: str, *, timestamp: str = "", nonce: str = "1372623149") -> dict[str, str]:
        stamp = timestamp or str(int(time.time()))
        return {"msg_signature": signature(self.token, stamp, nonce, sealed), "timestamp": stamp, "nonce": nonce}

    def body(self, sealed: str) -> bytes:
        return (
            f"<xml><ToUserName><![CDATA[{self.corp_id}]]></ToUserName><AgentID><![CDATA[{self.agent_id}]]></AgentID>"
            f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        ).encode()

    async def call_back(self, xml: str, *, tries: int = TRIES) -> int:
        """Bring a callback until it is answered 200, three times in all, each with a new nonce. The last status."""
        status = 0
        async with ClientSession(timeout=ClientTimeout(total=self.answer_seconds)) as session:
            for number in range(tries):
                sealed = seal(self.aes_key, xml, self.corp_id)
                query = self.query(sealed, nonce=str(number))
                try:
                    async with session.post(self.callback_url, params=query, data=self.body(sealed)) as answer:
                        status = answer.status
                        if status == 200:
                            return status
                except (OSError, TimeoutError, ClientError):
                    status = 0
        return status

    # The API

    async def _call(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        body = await _uploaded(request) if path == "media/upload" else json.loads(await request.read() or b"{}")
        self.calls.append(Called(path, dict(request.query), body))
        await asyncio.sleep(self.faults.delay())
        fault = self.faults.draw(path)
        if fault is not None and fault not in WORKING:
            return self._broken(request, fault)
        answer = self._answer(path, dict(request.query), body)
        if path == "media/get" and answer["errcode"] == 0:
            return await self._file(request, fault)
        if fault is not None:
            self.faults.doubtful += path == "message/send" and answer["errcode"] == 0
            return await self._lost(request, fault, answer)
        return web.json_response(answer)

    async def _file(self, request: web.Request, fault: Fault | None) -> web.StreamResponse:
        content = self.media[request.query["media_id"]].content
        headers = {"Content-Disposition": 'attachment; filename="x.jpg"', "Content-Type": "image/jpeg"}
        if fault is None:
            return web.Response(body=content, headers=headers)
        half = web.StreamResponse(headers=headers)
        half.content_length = len(content)
        await half.prepare(request)
        await half.write(content[: len(content) // 2])
        if request.transport is not None:
            request.transport.abort()
        return half

    @staticmethod
    def _broken(request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault is Fault.REFUSE and request.transport is not None:
            request.transport.abort()
        if fault is Fault.PAGE:
            return web.Response(text=f"<html>{request.path_qs}</html>", content_type="text/html")
        if fault is Fault.FLOOD:
            return web.json_response(_error(45009))
        return web.Response(status=500, text="Internal Server Error")

    async def _lost(self, request: web.Request, fault: Fault, answer: dict[str, Any]) -> web.StreamResponse:
        """The work is done and the answer does not arrive."""
        if fault is Fault.LATE_ERROR:
            return web.Response(status=502, text="Bad Gateway")
        half = web.StreamResponse()
        if fault is Fault.HANG:
            await self._closing.wait()
        if fault is Fault.HALF:
            text = json.dumps(answer).encode()
            half.content_length = len(text)
            await half.prepare(request)
            await half.write(text[: len(text) // 2])
        if request.transport is not None:
            request.transport.abort()
        return half

    def _answer(self, path: str, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        planned = self.errcodes.get(path)
        if planned and (errcode := planned.popleft()):
            return _error(errcode)
        if path == "gettoken":
            return self._get_token(query)
        state = self._tokens.get(query.get("access_token", ""), "40014")
        if state != "good":
            return _error(int(state))
        if not self.trusted:
            return {
                "errcode": 60020,
                "errmsg": "not allow to access from your ip, hint: [1], from ip: 203.0.113.7, more",
            }
        if path == "media/get":
            return _error(0 if query.get("media_id") in self.media else 40007)
        if path == "media/upload":
            return self._keep(query["type"], body)
        ways = {"message/send": self._send, "message/update_template_card": self._update, "agent/get": self._agent}
        return ways[path](body or query) if path in ways else _error(40058)

    def _get_token(self, query: dict[str, str]) -> dict[str, Any]:
        if query.get("corpid") != self.corp_id:
            return _error(40013)
        if query.get("corpsecret") != self.secret:
            return _error(40001)
        good = [token for token, state in self._tokens.items() if state == "good"]
        token = good[0] if good else f"AccessToken-{len(self._tokens)}-secret"
        self._tokens[token] = "good"
        return {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200}

    def _agent(self, query: dict[str, Any]) -> dict[str, Any]:
        if query.get("agentid") != str(self.agent_id):
            return _error(301002)
        return {"errcode": 0, "errmsg": "ok", "agentid": self.agent_id, **self.app}

    def _send(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("agentid") != self.agent_id:
            return _error(40056)
        member = self.members.get(str(body.get("touser", "")).lower())
        if member is None or not member.visible:
            return {**_error(81013), "invaliduser": str(body.get("touser")).lower()}
        if not member.licensed:
            return {"errcode": 0, "errmsg": "ok", "invaliduser": "", "unlicenseduser": member.id, "msgid": "m"}
        if self._doubled(body):
            return {"errcode": 0, "errmsg": "ok", "invaliduser": "", "msgid": "doubled"}
        return self._shown(member, body)

    def _keep(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        if not 5 < len(body["content"]) <= {"image": 10 << 20, "file": 20 << 20}[kind]:
            return _error(40058)
        media_id = f"media-{len(self.media)}"
        self.media[media_id] = Media(kind, body["name"], body["content"])
        return {"errcode": 0, "errmsg": "ok", "type": kind, "media_id": media_id, "created_at": "1380000000"}

    def _doubled(self, body: dict[str, Any]) -> bool:
        """The same JSON within the interval, as far as it was asked to look."""
        key, now = json.dumps(body, sort_keys=True), time.monotonic()
        interval = body.get("duplicate_check_interval", 1800) if body.get("enable_duplicate_check") else 0
        doubled = now - self._recent.get(key, -1e9) < interval
        if interval:
            self._recent.setdefault(key, now)
        return doubled

    def _shown(self, member: Member, body: dict[str, Any]) -> dict[str, Any]:
        kind = body["msgtype"]
        if kind in ("image", "file"):
            shown: Shown | int = self._media(kind, body[kind]["media_id"])
        else:
            shown = self._text(body) if kind == "text" else self._card(member, body.get("template_card", {}))
        if isinstance(shown, int):
            return _error(shown)
        if self._within_the_minute(member):
            member.log.append(shown)
            self.delivered.append((time.monotonic(), member.id))
            self.journal.append(Arrived(member.id, shown.text, card=shown.card is not None))
        answer = {"errcode": 0, "errmsg": "ok", "invaliduser": "", "msgid": f"msg-{len(self.calls)}"}
        return answer | ({"response_code": shown.code} if shown.code else {})

    def _media(self, kind: str, media_id: str) -> Shown | int:
        found = self.media.get(media_id)
        return Shown(f"[{kind}] {found.name}", media=found) if found is not None and found.kind == kind else 40007

    @staticmethod
    def _text(body: dict[str, Any]) -> Shown | int:
        content = body["text"]["content"].encode()[:2048].decode(errors="replace")
        return Shown(content.rstrip(" \u00a0")) if content.strip() else 44004

    def _card(self, member: Member, card: dict[str, Any]) -> Shown | int:
        if not self.has_callback:
            return UNKNOWN_TO_US
        if wrong_with(card) or card["task_id"] in self._tasks:
            return 40058
        self._tasks.add(card["task_id"])
        return Shown(words_of(card), card, code=self.new_code(member, card["task_id"]))

    @staticmethod
    def _within_the_minute(member: Member) -> bool:
        now = time.monotonic()
        while member.minute and member.minute[0] <= now - 60:
            member.minute.popleft()
        member.minute.append(now)
        return len(member.minute) <= PER_MINUTE

    def _update(self, body: dict[str, Any]) -> dict[str, Any]:
        found = self.codes.pop(body.get("response_code", ""), None)
        if found is None or body.get("agentid") != self.agent_id:
            return _error(UNKNOWN_TO_US)
        user, task_id = found
        invalid = [name for name in body["userids"] if name.lower() != user]
        member = self.members[user]
        for shown in member.log:
            if not invalid and shown.card is not None and shown.card["task_id"] == task_id:
                _changed(shown, body)
        return {"errcode": 0, "errmsg": "ok", "invaliduser": invalid}


def _changed(shown: Shown, body: dict[str, Any]) -> None:
    if "button" in body:
        shown.label = body["button"]["replace_name"]
        return
    card = body["template_card"]
    assert wrong_with(card) is None, wrong_with(card)
    shown.card, shown.text, shown.label = card, words_of(card), card.get("replace_text")


async def _uploaded(request: web.Request) -> dict[str, Any]:
    """The part called media: its name as plain UTF-8, its bytes."""
    part = await (await request.multipart()).next()
    assert isinstance(part, BodyPartReader)
    assert part.name == "media"
    return {"name": part.filename or "", "content": bytes(await part.read())}


def _error(errcode: int) -> dict[str, Any]:
    return {"errcode": errcode, "errmsg": f"error {errcode}, hint: [1]"}


class Doorstep:
    """Our own server, as its route has to be written: `/wecom/app` for GET and POST."""

    def __init__(
        self, verify: Callable[[Any], str], callback: Callable[[Any, bytes], Awaitable[bytes]], busy: type[Exception]
    ) -> None:
        self._verify, self._callback, self._busy = verify, callback, busy
        self.statuses: list[int] = []
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Doorstep:
        app = web.Application()
        app.router.add_get("/wecom/app", self._answer)
        app.router.add_post("/wecom/app", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}/wecom/app"
        return self

    async def __aexit__(self, *reason: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        answer = await self._taken(request)
        self.statuses.append(answer.status)
        return answer

    async def _taken(self, request: web.Request) -> web.Response:
        try:
            if request.method == "GET":
                return web.Response(text=self._verify(request.query))
            return web.Response(body=await self._callback(request.query, await request.read()))
        except PermissionError:
            return web.Response(status=403)
        except ValueError:
            return web.Response(status=400)
        except (self._busy, OSError):
            return web.Response(status=503)
