from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from bot.channels.telegram import Telegram
from bot.channels.telegram.failures import Floods
from bot.channels.telegram.wording import parameters
from bot.message import Call, FetchFailed, FileRef, Inbound, Kind, Payload, SendFailed, SentButton
from data.errors import UserError
from tests.servers.bot_api import BotApi, Called
from tests.servers.bot_faults import Fault, Flood
from tests.servers.bot_people import Person

TEACHER, STRANGER = 5_000_000_001, 5_000_000_009
GROUP = -100_2_000_000_001


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        server.user(TEACHER, "王老师")
        server.user(STRANGER, "生人", started=False)
        yield server


@pytest.fixture
async def telegram(server: BotApi) -> AsyncIterator[Telegram]:
    telegram = Telegram(server.token, server.base_url, server.base_file_url)
    await telegram.check()
    yield telegram
    await telegram.close()


@pytest.fixture
def teacher(server: BotApi) -> Person:
    return server.people[TEACHER]


def call(text: str = "在吗", chat: int = TEACHER, **how: Any) -> Call:
    payload = Payload(how.pop("title", None), text, how.pop("buttons", ()))
    return Call(1, str(chat), payload, **how)


async def failure(telegram: Telegram, wanted: Call) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await telegram.send(wanted)
    return caught.value


def button(label: str, token: str) -> tuple[tuple[SentButton, ...], ...]:
    return ((SentButton(label, token),),)


# Files


def file_call(name: str, media_type: str, content: bytes, **how: Any) -> Call:
    file = FileRef(7, name, media_type, len(content))
    return Call(1, str(TEACHER), Payload("通报 <稿>", "请核对 & 再发", how.pop("buttons", ()), file), content=content)


async def test_a_document_arrives_with_its_name_words_and_buttons(
    telegram: Telegram, teacher: Person, server: BotApi
) -> None:
    content = bytes(range(256)) * 400
    assert await telegram.send(file_call("9月通报.docx", "x/y", content, buttons=button("PDF", "a" * 12))) == "1"
    (message,) = teacher.chat_log()
    assert message.text == "通报 <稿>\n请核对 & 再发"
    assert message.labels == ["PDF"]
    assert message.extra["document"]["file_name"] == "9月通报.docx"
    assert server.world.files[message.extra["document"]["file_id"]] == content


async def test_a_picture_is_shown_and_one_that_telegram_refuses_goes_as_a_file(
    telegram: Telegram, teacher: Person
) -> None:
    await telegram.send(file_call("图.png", "image/png", b"\x89PNG..."))
    await telegram.send(file_call("图.png", "image/png", b"no picture"))
    shown, refused = teacher.chat_log()
    assert "photo" in shown.extra
    assert refused.extra["document"]["file_name"] == "图.png"


async def test_a_file_for_whom_nobody_can_reach_is_a_permanent_failure(telegram: Telegram, teacher: Person) -> None:
    teacher.blocks()
    caught = await failure(telegram, file_call("表.xlsx", "x/y", b"abc"))
    assert (caught.permanent, caught.blocked) == (True, True)


# The message


async def test_a_title_is_bold_and_nothing_else_is_markup(telegram: Telegram, teacher: Person) -> None:
    await telegram.send(call("<i>x</i> & y", title="<标题>"))
    (message,) = teacher.chat_log()
    assert message.text == "<标题>\n<i>x</i> & y"
    assert message.entities == [{"type": "bold", "offset": 0, "length": 4}]


async def test_buttons_stand_in_their_rows_and_links_have_no_preview(
    telegram: Telegram, teacher: Person, server: BotApi
) -> None:
    rows = ((SentButton("好", "a" * 12), SentButton("不", "b" * 12)), (SentButton("帮助", "c" * 12, primary=True),))
    await telegram.send(call("见 https://example.org", buttons=rows))
    assert teacher.chat_log()[0].buttons == [[("好", "a" * 12), ("不", "b" * 12)], [("帮助", "c" * 12)]]
    assert server.called("sendMessage")[0].parameters["link_preview_options"] == '{"is_disabled": true}'


async def test_a_reply_quotes_its_message_and_does_without_one_that_is_gone(
    telegram: Telegram, teacher: Person
) -> None:
    said = teacher.says("3.2 完成60%")
    await telegram.send(call("已记录", reply_to=str(said)))
    await telegram.send(call("已记录", reply_to="99999"))
    assert [message.reply_to for message in teacher.chat_log()] == [None, said, None]


async def test_an_edit_without_buttons_takes_them_away(telegram: Telegram, teacher: Person) -> None:
    sent = await telegram.send(call("问", buttons=button("好", "t")))
    assert await telegram.send(call("已答", edits=sent)) == sent
    assert (teacher.chat_log()[0].text, teacher.chat_log()[0].buttons) == ("已答", [])


async def test_an_edit_that_changes_nothing_is_done(telegram: Telegram, teacher: Person) -> None:
    sent = await telegram.send(call("问", buttons=button("好", "t")))
    assert await telegram.send(call("问", buttons=button("好", "t"), edits=sent)) == sent
    assert teacher.chat_log()[0].labels == ["好"]


async def test_half_a_character_does_not_stop_a_message(telegram: Telegram, teacher: Person) -> None:
    await telegram.send(call("坏\ud83d字"))
    assert teacher.chat_log()[0].text == "坏\ufffd字"


async def test_every_part_of_a_long_message_is_taken(telegram: Telegram, teacher: Person) -> None:
    text = "\n".join(f"{n}. 完成 <投资> & 建设 👍" for n in range(1500))
    for title, part in telegram.split("本月 <任务>", text):
        await telegram.send(call(part, title=title))
    assert len(teacher.chat_log()) > 3


# What is refused


async def test_refused_markup_is_sent_plain(
    telegram: Telegram, teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.wording._html", lambda payload: f"<blink>{payload.text}")
    await telegram.send(call("好", title="标题", buttons=button("是", "t")))
    assert (teacher.chat_log()[0].text, teacher.chat_log()[0].labels) == ("标题\n好", ["是"])


async def test_refused_buttons_are_left_out(telegram: Telegram, teacher: Person) -> None:
    await telegram.send(call("好", buttons=button("是", "字" * 22)))
    assert (teacher.chat_log()[0].text, teacher.chat_log()[0].labels) == ("好", [])


@pytest.mark.parametrize("text", ["", "   ", "长" * 4097])
async def test_what_telegram_never_takes_is_permanent(telegram: Telegram, text: str) -> None:
    found = await failure(telegram, call(text))
    assert (found.permanent, found.blocked) == (True, False)


@pytest.mark.parametrize("state", ["never", "blocked", "deactivated", "kicked", "left"])
async def test_every_kind_of_forbidden_is_permanent_and_blocked(
    telegram: Telegram, teacher: Person, state: str
) -> None:
    teacher.private.state = state
    found = await failure(telegram, call())
    assert (found.permanent, found.blocked) == (True, True)
    assert found.reason.startswith("Forbidden: ")


@pytest.mark.parametrize("chat", [404, -404])
async def test_a_chat_that_is_not_there_is_permanent_and_blocked(telegram: Telegram, chat: int) -> None:
    found = await failure(telegram, call(chat=chat))
    assert (found.permanent, found.blocked, found.reason) == (True, True, "Chat not found")


async def test_a_group_that_moved_tells_its_new_id(telegram: Telegram, server: BotApi, teacher: Person) -> None:
    group = server.group(GROUP, "教育局工作群", kind="group")
    group.becomes_supergroup(GROUP - 1, teacher)
    found = await failure(telegram, call(chat=GROUP))
    assert (found.moved_to, found.permanent) == (str(GROUP - 1), False)
    assert await telegram.send(call(chat=GROUP - 1))


# What passes


@pytest.mark.parametrize(
    "fault",
    [Fault.REFUSE, Fault.ERROR, Fault.PAGE, Fault.DROP, Fault.HALF, Fault.LATE_ERROR, Fault.REVOKED, Fault.CONFLICT],
)
async def test_a_fault_on_the_way_passes(telegram: Telegram, server: BotApi, fault: Fault) -> None:
    server.faults.next("sendMessage", fault)
    found = await failure(telegram, call())
    assert (found.permanent, found.blocked, found.retry_after, found.moved_to) == (False, False, None, None)
    assert found.reason
    assert server.token.partition(":")[2] not in found.reason
    assert await telegram.send(call())


async def test_a_flood_tells_its_wait_in_seconds(telegram: Telegram, server: BotApi) -> None:
    server.faults.next("sendMessage", Fault.FLOOD)
    found = await failure(telegram, call())
    assert (found.retry_after, found.whole_bot, found.permanent) == (1.0, False, False)


async def test_an_edit_meets_failures_as_a_send_does(telegram: Telegram, server: BotApi) -> None:
    sent = await telegram.send(call())
    server.faults.next("editMessageText", Fault.FLOOD, Fault.DROP)
    assert (await failure(telegram, call("新", edits=sent))).retry_after == 1.0
    assert not (await failure(telegram, call("新", edits=sent))).permanent


async def test_floods_in_two_private_chats_at_once_bind_the_whole_bot() -> None:
    now = [0.0]
    floods = Floods(lambda: now[0])
    assert [floods.bind_all(chat, 5) for chat in ("1", "1", "-7", "2", "1")] == [False, False, False, True, True]
    now[0] = 10
    assert not floods.bind_all("3", 5)


async def test_real_limits_are_told_as_a_chats_own(telegram: Telegram, server: BotApi) -> None:
    server.flood = Flood(burst=3)
    for _ in range(3):
        await telegram.send(call())
    found = await failure(telegram, call())
    assert (found.retry_after, found.whole_bot) == (1.0, False)


# Presses, menus, links


async def test_a_press_is_acknowledged(telegram: Telegram, server: BotApi, teacher: Person) -> None:
    await telegram.send(call(buttons=button("好", "t")))
    query = teacher.presses("好")
    await telegram.acknowledge(press(query))
    assert server.world.answered == [query]


async def test_a_press_that_telegram_forgot_is_no_error(telegram: Telegram, server: BotApi) -> None:
    await telegram.acknowledge(press("999"))
    assert server.world.answered == []


def press(query: str) -> Inbound:
    raw = (
        '{"update_id":1,"callback_query":{"id":"%s","from":{"id":1},"data":"t",'
        '"message":{"message_id":1,"chat":{"id":1,"type":"private"}}}}'
    )
    inbound = Telegram("1:abc").parse(raw % query)
    assert inbound.kind is Kind.BUTTON
    return inbound


async def test_each_chat_can_have_its_menu_and_everybody_else_one_per_language(
    telegram: Telegram, server: BotApi
) -> None:
    assert await telegram.show_menu(None, [("help", "帮助")])
    assert await telegram.show_menu(None, [("help", "Help")], "en")
    assert await telegram.show_menu(str(TEACHER), [("mine", "我的任务")], "zh-CN")
    assert server.world.menus == {
        "default": [{"command": "help", "description": "帮助"}],
        "default/en": [{"command": "help", "description": "Help"}],
        f"chat {TEACHER}": [{"command": "mine", "description": "我的任务"}],
    }
    assert await telegram.show_menu(str(TEACHER), [])
    assert f"chat {TEACHER}" not in server.world.menus


@pytest.mark.parametrize(("chat", "word"), [(404, "help"), (TEACHER, "帮助"), (STRANGER, "help")])
async def test_a_menu_that_cannot_be_set_is_no_error(telegram: Telegram, chat: int, word: str) -> None:
    assert not await telegram.show_menu(str(chat), [(word, "帮助")])


async def test_an_invite_link_opens_the_chat_with_the_code(telegram: Telegram) -> None:
    assert telegram.invite_link("K7M2P9") == "https://t.me/duban_test_bot?start=K7M2P9"


@pytest.mark.parametrize("code", ["", "带汉字", "a" * 65])
async def test_a_code_that_no_link_can_carry_is_refused(telegram: Telegram, code: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        telegram.invite_link(code)


def test_there_is_no_link_before_the_name_is_known() -> None:
    with pytest.raises(ValueError, match="username"):
        Telegram("1:abc").invite_link("K7M2P9")


# Configuration


async def test_a_wrong_token_is_told(server: BotApi) -> None:
    telegram = Telegram("7000000001:AAwrong", server.base_url, server.base_file_url)
    with pytest.raises(UserError) as caught:
        await telegram.check()
    assert (caught.value.code, caught.value.values) == ("telegram_token", {})
    await telegram.close()


@pytest.mark.parametrize("token", ["", "abc", "1:", ":abc", "１：ａｂｃ", "1:a b c"])
def test_what_can_be_no_token_is_told_at_once(token: str) -> None:
    with pytest.raises(UserError, match="telegram_token"):
        Telegram(token)


@pytest.mark.parametrize("secret", [None, "", "mit leer", "字", "a" * 257])
def test_a_webhook_needs_a_usable_secret(secret: str | None) -> None:
    with pytest.raises(UserError, match="telegram_secret"):
        Telegram("1:abc", webhook_url="https://duban.example/telegram", webhook_secret=secret)


def test_a_proxy_that_cannot_be_used_is_told() -> None:
    with pytest.raises(UserError, match="network_proxy"):
        Telegram("1:abc", proxy="socks5://127.0.0.1:1080")


async def test_a_server_out_of_reach_is_told_without_the_token() -> None:
    telegram = Telegram("1:abcSecret", "http://127.0.0.1:1/bot", "http://127.0.0.1:1/file/bot")
    with pytest.raises(UserError) as caught:
        await telegram.check()
    assert caught.value.code == "telegram_unreachable"
    assert "abcSecret" not in str(caught.value)
    await telegram.close()


def test_neither_the_channel_nor_its_client_shows_the_token() -> None:
    telegram = Telegram("1:abcSecret")
    assert "abcSecret" not in f"{telegram!r}{telegram._bot!r}"


# Another author's schema


async def test_every_call_has_the_parameters_that_the_bot_api_knows(
    telegram: Telegram, server: BotApi, teacher: Person
) -> None:
    async def receive(updates: object) -> None: ...

    await telegram.start(receive)
    sent = await telegram.send(call("问", title="标题", buttons=button("好", "t"), reply_to=str(teacher.says("早"))))
    await telegram.send(call("改", edits=sent, buttons=button("好", "t")))
    await telegram.acknowledge(press(teacher.presses("好")))
    await telegram.show_menu(None, [("help", "帮助")], "zh-CN")
    await telegram.show_menu(str(TEACHER), [("help", "帮助")])
    await telegram.show_menu(str(TEACHER), [])
    await telegram.stop_receiving()
    webhook = Telegram(server.token, server.base_url, server.base_file_url, "https://duban.example/telegram", "secret")
    await webhook.start(receive)
    await server.wait_for(lambda: server.called("getWebhookInfo"))
    await webhook.stop_receiving()
    await webhook.close()
    methods = {called.method for called in server.calls}
    assert methods == {
        *("getMe", "deleteWebhook", "getUpdates", "setWebhook", "getWebhookInfo", "sendMessage", "editMessageText"),
        *("answerCallbackQuery", "setMyCommands", "deleteMyCommands"),
    }
    for called in server.calls:
        validate(called)


def validate(called: Called) -> None:
    """Raises where a parameter is unknown, missing or of another type in aiogram's models of the Bot API."""
    from aiogram import methods

    model = getattr(methods, called.method[0].upper() + called.method[1:])
    assert set(called.parameters) <= set(model.model_fields), called
    try:
        found = model.model_validate(called.parameters)
    except ValidationError as error:
        objects = {str(problem["loc"][0]) for problem in error.errors()} & set(called.parameters)
        found = model.model_validate(
            called.parameters | {name: json.loads(called.parameters[name]) for name in objects}
        )
    assert not unknown(found), called


def unknown(value: Any) -> list[str]:
    """Fields that no model names, however deep."""
    if isinstance(value, (list, tuple)):
        return [name for item in value for name in unknown(item)]
    if not isinstance(value, BaseModel):
        return []
    return [*(value.model_extra or {}), *(name for _, inner in value for name in unknown(inner))]


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("sendMessage", {"chat_id": "1"}),
        ("sendMessage", {"chat_id": "1", "text": "x", "txt": "x"}),
        ("sendMessage", {"chat_id": "1", "text": "x", "link_preview_options": '{"disabled":true}'}),
        ("editMessageText", {"chat_id": "1", "text": "x", "message_id": "abc"}),
    ],
)
def test_the_schema_finds_what_is_wrong(method: str, parameters: dict[str, Any]) -> None:
    with pytest.raises((AssertionError, ValueError)):
        validate(Called(0, method, parameters))


# Files


async def got(telegram: Telegram, key: str) -> bytes:
    async with aclosing(telegram.fetch(key)) as pieces:
        return b"".join([piece async for piece in pieces])


async def test_a_file_is_got_by_its_id(telegram: Telegram, server: BotApi) -> None:
    server.world.files["f1"] = b"y" * 700_000
    assert await got(telegram, "f1") == b"y" * 700_000


async def test_a_file_that_is_gone_is_gone_for_good_and_a_silent_server_is_not(
    telegram: Telegram, server: BotApi
) -> None:
    with pytest.raises(FetchFailed) as gone:
        await got(telegram, "nothing")
    assert gone.value.permanent
    await server.__aexit__()
    with pytest.raises(FetchFailed) as silent:
        await got(telegram, "f1")
    assert not silent.value.permanent
    assert server.token not in f"{silent.value.reason}{silent.value.__cause__}"


def test_who_is_named_in_a_group_is_told() -> None:
    payload = Payload("标题", "请 <回>", mentions=(("77", "周<敏>"),))
    told = parameters(payload)["text"]
    assert told == '<b>标题</b>\n请 &lt;回&gt;\n<a href="tg://user?id=77">@周&lt;敏&gt;</a>'
    assert parameters(payload, markup=False)["text"].endswith("\n@周<敏>")
    assert Payload.from_json(payload.to_json()) == payload
