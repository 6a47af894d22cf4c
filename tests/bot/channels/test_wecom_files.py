"""Files over both ways of WeCom: what people send is fetched and opened, what they asked for goes up and arrives."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from bot.channels.wecom_aibot import WecomAibot, files
from bot.channels.wecom_app import WecomApp
from bot.message import Call, FetchFailed, FileRef, HasFiles, Inbound, Kind, Payload, SendFailed
from tests.bot.channels.wecom_desk import TEACHER, Taken, app_at, server_with_teacher
from tests.servers import wecom_aibot
from tests.servers.bot_faults import Fault
from tests.servers.waiting import until
from tests.servers.wecom_aibot import WecomBotServer
from tests.servers.wecom_app import WecomServer
from tests.servers.wecom_seal import need_openssl

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 5000
LEDGER = FileRef(
    7, "2021年台账（9月）.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 700_000
)
SHEET = bytes(range(256)) * 2734 + bytes(96)


@pytest.fixture
async def server() -> AsyncIterator[WecomServer]:
    async with server_with_teacher() as server:
        yield server


@pytest.fixture
async def app(server: WecomServer) -> AsyncIterator[WecomApp]:
    async with app_at(server) as app:
        yield app


@pytest.fixture
async def line() -> AsyncIterator[WecomBotServer]:
    need_openssl()
    async with WecomBotServer() as line:
        yield line


@pytest.fixture
def teacher(line: WecomBotServer) -> wecom_aibot.Person:
    return line.person(TEACHER)


@pytest.fixture
async def bot(line: WecomBotServer) -> AsyncIterator[WecomAibot]:
    bot = WecomAibot(line.bot_id, line.secret, line.url)
    yield bot
    await bot.stop_receiving()
    await bot.close()


async def arrived(channel: WecomApp | WecomAibot, taken: Taken) -> Inbound:
    await until(lambda: taken.updates)
    return channel.parse(taken.updates[-1].raw)


async def got(channel: HasFiles, key: str) -> bytes:
    async with aclosing(channel.fetch(key)) as pieces:
        return b"".join([piece async for piece in pieces])


def call(file: FileRef = LEDGER, content: bytes = SHEET) -> Call:
    return Call(1, TEACHER, Payload(None, "", file=file), content=content)


# The app -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "named"), [("image", "photo"), ("voice", "voice"), ("video", "video")])
async def test_a_file_sent_to_the_app_is_got_by_its_id(
    server: WecomServer, app: WecomApp, kind: str, named: str
) -> None:
    taken = Taken()
    await app.start(taken)
    await server.members[TEACHER.lower()].sends(kind, PHOTO)
    inbound = await arrived(app, taken)
    assert (inbound.kind, [file.kind for file in inbound.files]) == (Kind.MEDIA, [named])
    server.end_tokens()
    assert await got(app, inbound.files[0].key) == PHOTO


async def test_what_the_app_cannot_get_is_gone_or_tried_again(server: WecomServer, app: WecomApp) -> None:
    taken = Taken()
    await app.start(taken)
    await server.members[TEACHER.lower()].sends("image", PHOTO)
    key = (await arrived(app, taken)).files[0].key
    for fault in (Fault.ERROR, Fault.PAGE, Fault.HALF):
        server.faults.next("media/get", fault)
        with pytest.raises(FetchFailed) as caught:
            await got(app, key)
        assert not caught.value.permanent
        assert "AccessToken" not in str(caught.value)
    with pytest.raises(FetchFailed) as caught:
        await got(app, "old")
    assert caught.value.permanent


async def test_a_document_reaches_a_member_with_its_name(server: WecomServer, app: WecomApp) -> None:
    await app.send(call())
    (shown,) = server.members[TEACHER.lower()].log
    assert shown.media is not None
    assert (shown.media.kind, shown.media.name, shown.media.content) == ("file", LEDGER.name, SHEET)


async def test_after_a_lost_answer_the_same_document_is_shown_once(server: WecomServer, app: WecomApp) -> None:
    server.faults.next("message/send", Fault.DROP)
    with pytest.raises(SendFailed):
        await app.send(call())
    await app.send(call())
    assert len(server.called("media/upload")) == 1
    assert len(server.members[TEACHER.lower()].log) == 1


async def test_a_picture_is_shown_as_one(server: WecomServer, app: WecomApp) -> None:
    await app.send(call(FileRef(8, "进度.png", "image/png", 900), b"\x89PNG" + bytes(896)))
    assert [shown.text for shown in server.members[TEACHER.lower()].log] == ["[image] 进度.png"]


async def test_a_file_that_wecom_does_not_take_is_no_more_tried(app: WecomApp, bot: WecomAibot) -> None:
    for channel, size in ((app, 21 << 20), (app, 3), (bot, 0)):
        with pytest.raises(SendFailed, match="file_size") as caught:
            await channel.send(call(FileRef(9, "大.docx", "application/x", size), bytes(size if size < 10 else 10)))
        assert caught.value.permanent


# The AI bot --------------------------------------------------------------------------------------------------


async def test_files_sent_to_the_bot_are_got_and_opened(
    line: WecomBotServer, bot: WecomAibot, teacher: wecom_aibot.Person
) -> None:
    taken = Taken()
    await bot.start(taken)
    await teacher.sends("file", {"file": line.holds(PHOTO) | {"filename": "批复.pdf"}})
    inbound = await arrived(bot, taken)
    assert [(file.kind, file.name) for file in inbound.files] == [("document", "批复.pdf")]
    assert await got(bot, inbound.files[0].key) == PHOTO


async def test_words_and_pictures_of_one_message_stay_together(
    line: WecomBotServer, bot: WecomAibot, teacher: wecom_aibot.Person
) -> None:
    taken = Taken()
    await bot.start(taken)
    items = [{"msgtype": "text", "text": {"content": "现场"}}] + [
        {"msgtype": "image", "image": line.holds(bytes([number]) * 40)} for number in (1, 2)
    ]
    await teacher.sends("mixed", {"mixed": {"msg_item": items}})
    inbound = await arrived(bot, taken)
    assert (inbound.text, [file.kind for file in inbound.files]) == ("现场", ["photo", "photo"])
    assert [await got(bot, file.key) for file in inbound.files] == [b"\1" * 40, b"\2" * 40]


async def test_what_the_bot_cannot_get_is_gone_or_tried_again(line: WecomBotServer, bot: WecomAibot) -> None:
    good = line.holds(PHOTO)
    other = line.holds(b"x")["aeskey"]
    old = {"url": good["url"].replace("/file/0", "/file/9"), "aeskey": good["aeskey"]}
    cases = [(files.key_of(**_named(old)), True), (files.key_of(good["url"], other), False), ("{}", True)]
    cases += [(files.key_of("http://10.0.0.1/x", good["aeskey"]), True), (files.key_of(good["url"], "short"), True)]
    cases += [(files.key_of("http://127.0.0.1:1/x", good["aeskey"]), False)]
    for key, permanent in cases:
        with pytest.raises(FetchFailed) as caught:
            await got(bot, key)
        assert caught.value.permanent is permanent, key
        assert good["aeskey"] not in str(caught.value)


def _named(told: dict[str, Any]) -> dict[str, str]:
    return {"url": told["url"], "aes_key": told["aeskey"]}


async def test_a_document_goes_up_in_pieces_once_and_arrives(
    line: WecomBotServer, bot: WecomAibot, teacher: wecom_aibot.Person
) -> None:
    await bot.start(Taken())
    await teacher.says("台账")
    line.answers("aibot_respond_msg", -1)
    with pytest.raises(SendFailed):
        await bot.send(call())
    await bot.send(call())
    (shown,) = teacher.private.log
    assert shown.media is not None
    assert (shown.media.kind, shown.media.name, shown.media.content) == ("file", LEDGER.name, SHEET)
    assert len(line.sent("aibot_upload_media_init")) == 1
    assert len(line.sent("aibot_upload_media_chunk")) == 2


@pytest.mark.parametrize("size", [0, 1, 31, 32, 33, 700_000])
def test_any_length_is_opened_as_it_was(size: int) -> None:
    need_openssl()
    server = WecomBotServer()
    content = bytes(n % 251 for n in range(size))
    told = server.holds(content)
    sealed = server.files["/file/0"]
    opener = files.Opener(told["aeskey"])
    pieces = [opener.update(sealed[start : start + 1000]) for start in range(0, len(sealed), 1000)]
    assert b"".join(pieces) + opener.finish() == content
    assert json.loads(files.key_of(told["url"], told["aeskey"]))["url"] == told["url"]


async def test_words_go_before_a_file_and_both_arrive(app: WecomApp, server: WecomServer) -> None:
    message = Payload("9月台账", "25 项，到9月26日。", file=LEDGER)
    for number, part in enumerate(app.arrange(message)):
        await app.send(Call(number, TEACHER, part, content=SHEET if part.file else None))
    assert [shown.text for shown in server.members[TEACHER.lower()].log] == [
        "9月台账\n25 项，到9月26日。", f"[file] {LEDGER.name}",
    ]  # fmt: skip
