"""The server is as strict as the real one: what it lets pass proves something."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession

from tests.servers.bot_api import BotApi, RemoteBotApi
from tests.servers.bot_faults import Fault, Flood
from tests.servers.bot_people import Person
from tests.servers.telegram_html import BadMarkup, plain

TEACHER = 5_000_000_001


class Caller:
    """A bot of the plainest kind."""

    def __init__(self, url: str, token: str, session: ClientSession) -> None:
        self.url, self.token, self.session = url, token, session

    async def __call__(self, method: str, **parameters: Any) -> tuple[int, Any]:
        """The status, and the result or the description."""
        form = {name: v if isinstance(v, str) else json.dumps(v) for name, v in parameters.items()}
        async with self.session.post(f"{self.url}{self.token}/{method}", data=form) as answer:
            body = await answer.json()
            return answer.status, body["result"] if body["ok"] else body["description"]


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        server.user(TEACHER, "王老师")
        yield server


@pytest.fixture
async def call(server: BotApi) -> AsyncIterator[Caller]:
    async with ClientSession() as session:
        yield Caller(server.base_url, server.token, session)


@pytest.fixture
def teacher(server: BotApi) -> Person:
    return server.people[TEACHER]


async def test_a_wrong_token_is_unauthorized(server: BotApi, call: Caller) -> None:
    call.token = "1:wrong"
    assert await call("getMe") == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"chat_id": 404, "text": "x"}, (400, "Bad Request: chat not found")),
        ({"text": "x"}, (400, "Bad Request: chat not found")),
        ({"chat_id": TEACHER, "text": " "}, (400, "Bad Request: message text is empty")),
        ({"chat_id": TEACHER, "text": "x" * 4097}, (400, "Bad Request: message is too long")),
        ({"chat_id": TEACHER, "text": "👍" * 2049}, (400, "Bad Request: message is too long")),
        (
            {"chat_id": TEACHER, "text": "<p>x</p>", "parse_mode": "HTML"},
            (400, 'Bad Request: can\'t parse entities: Unsupported start tag "p"'),
        ),
        (
            {"chat_id": TEACHER, "text": "x", "reply_parameters": {"message_id": 9}},
            (400, "Bad Request: message to be replied not found"),
        ),
        (
            {
                "chat_id": TEACHER,
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "字" * 22}]]},
            },
            (400, "Bad Request: BUTTON_DATA_INVALID"),
        ),
        (
            {"chat_id": TEACHER, "text": "x", "reply_markup": "{"},
            (400, "Bad Request: can't parse reply_markup JSON object"),
        ),
    ],
)
async def test_bad_messages_are_refused(call: Caller, parameters: dict[str, Any], refusal: tuple[int, str]) -> None:
    assert await call("sendMessage", **parameters) == refusal


async def test_tags_do_not_count_towards_the_length(call: Caller) -> None:
    assert (await call("sendMessage", chat_id=TEACHER, text=f"<b>{'x' * 4096}</b>", parse_mode="HTML"))[0] == 200


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("never", "bot can't initiate conversation with a user"),
        ("blocked", "bot was blocked by the user"),
        ("deactivated", "user is deactivated"),
        ("kicked", "bot was kicked from the private chat"),
    ],
)
async def test_whoever_cannot_be_written_to_is_forbidden(
    call: Caller, teacher: Person, state: str, reason: str
) -> None:
    teacher.private.state = state
    assert await call("sendMessage", chat_id=TEACHER, text="x") == (403, f"Forbidden: {reason}")


async def test_who_writes_first_can_be_answered(server: BotApi, call: Caller) -> None:
    stranger = server.user(5_000_000_002, "生人", started=False)
    stranger.says("你好")
    assert (await call("sendMessage", chat_id=stranger.id, text="您好"))[0] == 200


async def test_message_ids_start_anew_in_each_chat(server: BotApi, call: Caller) -> None:
    server.user(5_000_000_002, "李老师")
    sent = [(await call("sendMessage", chat_id=chat, text="x"))[1] for chat in (TEACHER, TEACHER, 5_000_000_002)]
    assert [message["message_id"] for message in sent] == [1, 2, 1]


async def test_edits_are_refused_as_telegram_does(call: Caller, teacher: Person) -> None:
    theirs = teacher.says("我的话")
    ours = (await call("sendMessage", chat_id=TEACHER, text="<b>问</b>", parse_mode="HTML"))[1]["message_id"]
    edit = {"chat_id": TEACHER, "message_id": ours, "text": "<b>问</b>", "parse_mode": "HTML"}
    assert (await call("editMessageText", **edit))[1].startswith("Bad Request: message is not modified")
    assert (await call("editMessageText", **edit | {"text": "问"}))[0] == 200
    assert (await call("editMessageText", **edit | {"message_id": 99}))[1] == "Bad Request: message to edit not found"
    assert (await call("editMessageText", **edit | {"message_id": theirs}))[1] == "Bad Request: message can't be edited"


async def test_offsets_confirm(call: Caller, teacher: Person) -> None:
    for number in range(3):
        teacher.says(str(number))
    first = (await call("getUpdates", limit=2))[1]
    again = (await call("getUpdates"))[1]
    assert [len(first), len(again)] == [2, 3]
    rest = (await call("getUpdates", offset=first[-1]["update_id"] + 1))[1]
    assert [update["message"]["text"] for update in rest] == ["2"]


async def test_a_long_poll_waits_for_words(server: BotApi, call: Caller, teacher: Person) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=30))
    await server.wait_for(lambda: server.called("getUpdates"))
    assert not poll.done()
    teacher.says("早")
    assert (await poll)[1][0]["message"]["text"] == "早"


async def test_a_second_poll_ends_the_first(server: BotApi, call: Caller, teacher: Person) -> None:
    first = asyncio.create_task(call("getUpdates", timeout=30))
    await server.wait_for(lambda: server.called("getUpdates"))
    second = asyncio.create_task(call("getUpdates", timeout=30))
    assert (await first)[0] == 409
    teacher.says("早")
    assert (await second)[0] == 200


async def test_a_poll_beside_a_webhook_is_a_conflict(call: Caller) -> None:
    await call("setWebhook", url="https://duban.example/telegram")
    assert (await call("getUpdates"))[0] == 409
    assert (await call("getWebhookInfo"))[1]["url"] == "https://duban.example/telegram"
    await call("deleteWebhook")
    assert (await call("getUpdates"))[0] == 200


async def test_kinds_that_were_not_asked_for_do_not_come(call: Caller, teacher: Person) -> None:
    await call("getUpdates", allowed_updates=["message"])
    teacher.blocks()
    teacher.unblocks()
    teacher.says("早")
    updates = (await call("getUpdates"))[1]
    assert [set(update) for update in updates] == [{"update_id", "message"}]


async def test_a_press_is_answered_once(call: Caller, teacher: Person) -> None:
    await call(
        "sendMessage",
        chat_id=TEACHER,
        text="问",
        reply_markup={"inline_keyboard": [[{"text": "好", "callback_data": "t"}]]},
    )
    query = teacher.presses("好")
    assert (await call("answerCallbackQuery", callback_query_id=query))[0] == 200
    assert (await call("answerCallbackQuery", callback_query_id=query))[0] == 400
    with pytest.raises(LookupError):
        teacher.presses("不存在")


@pytest.mark.parametrize("command", ["Help", "帮助", "a" * 33, ""])
async def test_bad_commands_are_refused(call: Caller, command: str) -> None:
    assert (await call("setMyCommands", commands=[{"command": command, "description": "x"}]))[0] == 400


async def test_the_pace_is_enforced() -> None:
    now = [0.0]
    flood = Flood(monotonic=lambda: now[0])
    assert [flood.wait(1) for _ in range(4)] == [0, 0, 0, 1]
    assert [flood.wait(chat) for chat in range(2, 30)] == [0] * 27 + [1]
    now[0] = 1
    assert flood.wait(1) == 0
    slow = Flood(monotonic=lambda: now[0])
    for _ in range(20):
        now[0] += 1
        assert slow.wait(-1) == 0
    now[0] += 1
    assert slow.wait(-1) == 40
    assert (flood.refused, slow.refused) == (2, 1)


async def test_work_is_done_before_an_answer_is_dropped(server: BotApi, call: Caller, teacher: Person) -> None:
    server.faults.next("sendMessage", Fault.DROP, Fault.REFUSE)
    for _ in range(2):
        with pytest.raises(ClientError):
            await call("sendMessage", chat_id=TEACHER, text="x")
    assert len(teacher.chat_log()) == len(server.journal) == 1


async def test_what_the_bot_says_is_heard_in_order(call: Caller, teacher: Person) -> None:
    await call("sendMessage", chat_id=TEACHER, text="第一句")
    await call("sendMessage", chat_id=TEACHER, text="第二句")
    assert (await teacher.hears("第二")).message_id == 2
    with pytest.raises(TimeoutError, match="王老师"):
        await teacher.hears("第一", seconds=0.05)


async def test_what_is_no_file_is_refused(server: BotApi, call: Caller) -> None:
    assert (await call("sendDocument", chat_id=TEACHER))[0] == 400
    assert (await call("getFile", file_id="file1"))[0] == 400


@pytest.mark.parametrize("html", ["<b>x", "x</b>", "<b><i>x</b></i>", "<br>", "a < b", "<!-- x -->", "<?x?>", "<!x>"])
def test_markup_that_telegram_refuses_is_refused(html: str) -> None:
    with pytest.raises(BadMarkup):
        plain(html)


@pytest.mark.parametrize(
    ("html", "text"),
    [("<b>a</b>&lt;&amp;&gt;&quot;", 'a<&>"'), ("&#39;&#x4e2d;", "'中"), ("a & b > c", "a & b > c"), ("x &", "x &")],
)
def test_markup_that_telegram_takes_is_taken(html: str, text: str) -> None:
    assert plain(html)[0] == text


def test_entities_are_measured_in_utf16_units() -> None:
    assert plain("👍<b>好</b>")[1] == [{"type": "bold", "offset": 2, "length": 1}]


async def test_as_a_process_it_is_played_over_http() -> None:
    async with RemoteBotApi() as server, ClientSession() as session:
        await server.control("user", id=TEACHER, name="王老师")
        call = Caller(server.base_url, server.token, session)
        assert await server.control("says", user=TEACHER, text="早") == 1
        assert (await call("getUpdates"))[1][0]["message"]["text"] == "早"
        keyboard = {"inline_keyboard": [[{"text": "好", "callback_data": "t"}]]}
        await call("sendMessage", chat_id=TEACHER, text="问", reply_markup=keyboard)
        await server.control("presses", user=TEACHER, label="好")
        assert [sent["text"] for sent in await server.control("journal")] == ["问"]
        assert [message["text"] for message in await server.control("log", chat=TEACHER)] == ["早", "问"]
        assert (await server.control("counts"))["pending"] == 2
        await server.control("fault", method="getMe", faults=["error"])
        assert (await call("getMe"))[0] == 500
        await server.control("flood", per_second=1)
        assert [(await call("sendMessage", chat_id=TEACHER, text="x"))[0] for _ in range(2)] == [200, 429]
        with pytest.raises(RuntimeError, match="KeyError"):
            await server.control("says", user=404, text="x")
