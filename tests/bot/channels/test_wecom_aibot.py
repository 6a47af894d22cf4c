from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs
from tenacity import wait_none

from bot.channels.wecom_aibot import WecomAibot
from bot.message import Call, Inbound, Kind, Payload, SendFailed, SentButton
from bot.texts import LANGUAGES, texts
from data.errors import UserError
from tests.bot.channels.wecom_desk import TEACHER, Taken
from tests.servers.waiting import until
from tests.servers.wecom_aibot import Person, WecomBotServer

LINE = "bot.channels.wecom_aibot.line"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{LINE}.WAIT", wait_none())
    monkeypatch.setattr(f"{LINE}.WAIT_REFUSED", wait_none())
    monkeypatch.setattr("bot.channels.wecom_aibot.intake.WAIT", wait_none())


@pytest.fixture
async def server() -> AsyncIterator[WecomBotServer]:
    async with WecomBotServer() as server:
        yield server


@pytest.fixture
def teacher(server: WecomBotServer) -> Person:
    return server.person(TEACHER)


@pytest.fixture
async def bot(server: WecomBotServer) -> AsyncIterator[WecomAibot]:
    bot = WecomAibot(server.bot_id, server.secret, server.url)
    yield bot
    await bot.stop_receiving()
    await bot.close()


@pytest.fixture
async def taken(bot: WecomAibot) -> Taken:
    taken = Taken()
    await bot.start(taken)
    return taken


def call(text: str = "在吗", *labels: str, outbox_id: int = 1, chat: str = TEACHER, title: str | None = None) -> Call:
    row = tuple(SentButton(label, f"token{outbox_id:03}{number:04}") for number, label in enumerate(labels))
    return Call(outbox_id, chat, Payload(title, text, (row,) if row else ()))


async def failure(bot: WecomAibot, wanted: Call) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await bot.send(wanted)
    return caught.value


async def heard(bot: WecomAibot, taken: Taken, count: int) -> list[Inbound]:
    await until(lambda: len(taken.updates) >= count)
    return [bot.parse(update.raw) for update in taken.updates]


# The line


@pytest.mark.parametrize("code", [1000, 1001, 1011, 1012, 4000, 0])
async def test_however_the_line_ends_it_is_there_again(
    server: WecomBotServer, bot: WecomAibot, taken: Taken, teacher: Person, code: int
) -> None:
    await server.ends(code)
    await until(lambda: server.subscribed == 2)
    await teacher.says("还在吗")
    assert [said.text for said in await heard(bot, taken, 1)] == ["还在吗"]
    await bot.send(call("在"))
    assert [shown.text for shown in teacher.private.log] == ["在"]


async def test_a_line_whose_pings_are_not_answered_is_replaced_though_it_still_closes_politely(
    server: WecomBotServer, bot: WecomAibot, teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{LINE}.BEAT_SECONDS", 0.01)
    monkeypatch.setattr(f"{LINE}.ACK_SECONDS", 0.1)
    taken = Taken()
    server.deaf = True
    await bot.start(taken)
    await until(lambda: server.subscribed >= 2)
    server.deaf = False
    await teacher.says("早")
    assert [said.text for said in await heard(bot, taken, 1)] == ["早"]


async def test_pings_have_no_body_and_their_answers_are_a_sign_of_health(
    server: WecomBotServer, bot: WecomAibot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{LINE}.BEAT_SECONDS", 0.01)
    assert bot.last_good is None
    await bot.start(Taken())
    first = bot.last_good
    assert first is not None
    await until(lambda: len(server.sent("ping")) > 3)
    assert all(set(ping) == {"cmd", "headers"} for ping in server.sent("ping"))
    assert bot.last_good is not None
    assert bot.last_good > first
    assert server.subscribed == 1


async def test_a_subscription_that_got_lost_is_made_anew_and_the_message_can_be_tried_again(
    server: WecomBotServer, bot: WecomAibot, taken: Taken, teacher: Person
) -> None:
    teacher.private.spoken = server.forgets = True
    assert not (await failure(bot, call())).permanent
    await until(lambda: server.subscribed == 2)
    await bot.send(call())
    assert len(teacher.private.log) == 1


async def test_a_refused_subscription_is_said_each_time_and_tried_on(
    server: WecomBotServer, bot: WecomAibot, teacher: Person
) -> None:
    server.answers("aibot_subscribe", 853000, 853000, -1)
    taken = Taken()
    with capture_logs() as logged:
        await bot.start(taken)
        await until(lambda: server.subscribed == 1)
    refusals = [line["errcode"] for line in logged if line["event"] == "wecom_aibot_subscription_refused"]
    assert refusals == [853000, 853000, -1]
    await until(lambda: bot.trouble is None)
    await teacher.says("早")
    await heard(bot, taken, 1)


async def test_while_it_is_refused_the_trouble_is_told(server: WecomBotServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{LINE}.WAIT_REFUSED", lambda _state: 60.0)
    bot = WecomAibot(server.bot_id, "wrong", server.url)
    await bot.start(Taken())
    assert bot.trouble is not None
    assert bot.trouble.code == "wecom.bot_secret"
    assert (server.connections, bot.last_good) == (1, None)
    await bot.stop_receiving()
    await bot.close()


async def test_a_bot_whose_place_was_taken_says_so_and_does_not_take_it_back(
    server: WecomBotServer, bot: WecomAibot, taken: Taken, teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{LINE}.ALARM_SECONDS", 0.01)
    monkeypatch.setattr("bot.channels.wecom_aibot.channel.LINE_SECONDS", 0.01)
    other = WecomAibot(server.bot_id, server.secret, server.url)
    others = Taken()
    with capture_logs() as logged:
        await other.start(others)
        await until(lambda: sum(line["event"] == "wecom_aibot_replaced_by_another_program" for line in logged) > 2)
    assert (server.subscribed, server.connections) == (2, 2)
    assert bot.trouble is not None
    assert bot.trouble.code == "wecom.bot_replaced"
    assert not (await failure(bot, call())).permanent
    await teacher.says("早")
    await heard(other, others, 1)
    assert taken.updates == []
    await other.stop_receiving()
    await other.close()


async def test_it_starts_without_a_network_and_goes_on_when_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.wecom_aibot.channel.START_SECONDS", 0.05)
    async with WecomBotServer() as server:
        port = server.port
    bot, taken = WecomAibot(server.bot_id, server.secret, server.url), Taken()
    await bot.start(taken)
    async with WecomBotServer(port) as back:
        await back.person(TEACHER).says("早")
        await heard(bot, taken, 1)
        await bot.stop_receiving()
        await bot.close()


@pytest.mark.parametrize("seed", range(3))
async def test_under_a_storm_of_ends_nothing_that_came_is_lost_or_out_of_order(
    server: WecomBotServer, bot: WecomAibot, taken: Taken, teacher: Person, seed: int
) -> None:
    chance = random.Random(seed)
    for number in range(200):
        await teacher.says(str(number))
        if chance.random() < 0.1:
            await server.again()
        if chance.random() < 0.1:
            await server.ends(chance.choice((1000, 1001, 1011, 1012)))
    await until(lambda: len({update.update_id for update in taken.updates}) == 200)
    once = {update.update_id: bot.parse(update.raw).text for update in taken.updates}
    assert list(once.values()) == [str(number) for number in range(200)]
    assert server.subscribed > 5


@pytest.mark.parametrize("raw", ["", "[]", "{}", '{"headers":{}}', "\x00", '{"headers":{"req_id":"x"},"errcode":0}'])
async def test_a_frame_that_makes_no_sense_does_not_end_the_line(
    server: WecomBotServer, bot: WecomAibot, taken: Taken, teacher: Person, raw: str
) -> None:
    await (await server.line()).send(raw)
    await teacher.says("早")
    await heard(bot, taken, 1)
    assert server.subscribed == 1


async def test_a_callback_whose_body_makes_no_sense_is_stored_all_the_same(
    server: WecomBotServer, bot: WecomAibot, taken: Taken
) -> None:
    odd = {"cmd": "aibot_event_callback", "headers": {"req_id": "x"}, "body": ["?"]}
    await (await server.line()).send(json.dumps(odd))
    await until(lambda: taken.updates)
    with pytest.raises(ValueError):  # noqa: PT011
        bot.parse(taken.updates[0].raw)
    assert server.subscribed == 1


# In


async def test_what_comes_twice_has_the_same_id(server: WecomBotServer, taken: Taken, teacher: Person) -> None:
    await teacher.says("早")
    await server.again()
    await until(lambda: len(taken.updates) == 2)
    assert len({(update.update_id, update.raw) for update in taken.updates}) == 1


async def test_messages_that_come_while_the_disk_is_busy_are_stored_together_and_in_order(
    bot: WecomAibot, taken: Taken, teacher: Person
) -> None:
    taken.gate.clear()
    for number in range(250):
        await teacher.says(str(number))
    await until(lambda: bot._intake is not None and len(bot._intake._waiting) == 250)
    taken.gate.set()
    assert [said.text for said in await heard(bot, taken, 250)] == [str(number) for number in range(250)]
    assert max(taken.batches) == 100


async def test_stopping_waits_for_what_was_taken_in(bot: WecomAibot, taken: Taken, teacher: Person) -> None:
    taken.gate.clear()
    await teacher.says("早")
    await until(lambda: bot.last_heard)
    stopping = asyncio.create_task(bot.stop_receiving())
    await asyncio.sleep(0)
    taken.gate.set()
    await stopping
    assert len(taken.updates) == 1


async def test_what_comes_while_stopping_is_told_to_be_lost(bot: WecomAibot, taken: Taken, teacher: Person) -> None:
    await bot.stop_receiving()
    await teacher.says("晚")
    await until(lambda: teacher.private.log)
    assert teacher.private.log[0].text == texts("zh-CN").say("wecom.restarting")
    assert taken.updates == []


async def test_a_spoken_message_arrives_as_its_words(bot: WecomAibot, taken: Taken, teacher: Person) -> None:
    await teacher.sends("voice", {"voice": {"content": "完成了百分之六十"}})
    (said,) = await heard(bot, taken, 1)
    assert (said.kind, said.text) == (Kind.TEXT, "完成了百分之六十")


@pytest.mark.parametrize("kind", ["image", "file", "video"])
async def test_what_has_no_words_is_media(bot: WecomAibot, taken: Taken, teacher: Person, kind: str) -> None:
    await teacher.sends(kind, {kind: {"url": "https://example.org", "aeskey": "k"}})
    (said,) = await heard(bot, taken, 1)
    assert (said.kind, said.media, said.text) == (Kind.MEDIA, kind, "")


async def test_words_with_a_picture_keep_their_words(bot: WecomAibot, taken: Taken, teacher: Person) -> None:
    items = [{"msgtype": "image", "image": {"url": "u"}}, {"msgtype": "text", "text": {"content": "3.2 完成60%"}}]
    await teacher.sends("mixed", {"mixed": {"msg_item": items}})
    (said,) = await heard(bot, taken, 1)
    assert (said.kind, said.media, said.text) == (Kind.MEDIA, "image", "3.2 完成60%")


async def test_a_quote_does_not_become_part_of_what_was_said(bot: WecomAibot, taken: Taken, teacher: Person) -> None:
    await teacher.says("完成60%", quote="2. 体育设施（5.6）")
    (said,) = await heard(bot, taken, 1)
    assert (said.text, said.reply_to, said.quoted) == ("完成60%", None, "2. 体育设施（5.6）")


async def test_in_a_group_the_address_is_taken_off_and_the_answer_goes_there(
    server: WecomBotServer, bot: WecomAibot, taken: Taken, teacher: Person
) -> None:
    group = server.group("wrkSFfCgAA-x")
    await teacher.says("汇总", group)
    (said,) = await heard(bot, taken, 1)
    assert (said.text, said.group, said.addressed, said.sender) == ("汇总", True, True, TEACHER)
    assert bot.is_group(said.chat)
    assert not bot.is_group(TEACHER)
    await bot.send(call("群里不说", chat=said.chat))
    assert [shown.text for shown in group.log] == ["群里不说"]


async def test_who_opens_the_chat_is_welcomed(bot: WecomAibot, taken: Taken, teacher: Person) -> None:
    await teacher.enters()
    (came,) = await heard(bot, taken, 1)
    assert came.kind is Kind.IGNORED
    await bot.acknowledge(came)
    assert [shown.text for shown in teacher.private.log] == [texts("zh-CN").say("wecom.welcome")]


# Out


async def test_an_answer_goes_to_its_request_and_what_comes_by_itself_is_pushed(
    server: WecomBotServer, bot: WecomAibot, taken: Taken, teacher: Person
) -> None:
    teacher.private.spoken = True
    await bot.send(call("自己发的"))
    await teacher.says("早")
    await heard(bot, taken, 1)
    await bot.send(call("回答"))
    assert [shown.way for shown in teacher.private.log] == ["aibot_send_msg", "aibot_respond_msg"]
    assert server.sent("aibot_send_msg")[0]["body"]["chat_type"] == 1


async def test_an_answer_that_comes_too_late_is_pushed(
    server: WecomBotServer, bot: WecomAibot, taken: Taken, teacher: Person
) -> None:
    await teacher.says("早")
    await heard(bot, taken, 1)
    server.requests.clear()
    await bot.send(call("一"))
    await bot.send(call("二"))
    assert [shown.way for shown in teacher.private.log] == ["aibot_send_msg"] * 2
    assert len(server.sent("aibot_respond_msg")) == 1


async def test_whoever_never_wrote_cannot_be_written_to_until_then(
    bot: WecomAibot, taken: Taken, teacher: Person
) -> None:
    found = await failure(bot, call())
    assert (found.permanent, found.blocked, found.reason) == (True, True, "not_spoken")
    await teacher.says("你好")
    await heard(bot, taken, 1)
    await bot.send(call())
    assert len(teacher.private.log) == 1


async def test_a_group_that_put_the_bot_out_is_told_as_such(
    server: WecomBotServer, bot: WecomAibot, taken: Taken
) -> None:
    server.answers("aibot_send_msg", 93008)
    found = await failure(bot, call(chat="group:wr1"))
    assert (found.permanent, found.blocked, found.reason) == (True, False, "not_in_group")


async def test_no_answer_at_all_is_passing(
    server: WecomBotServer, bot: WecomAibot, taken: Taken, teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{LINE}.ACK_SECONDS", 0.05)
    teacher.private.spoken = True
    server.mute.add("aibot_send_msg")
    assert not (await failure(bot, call())).permanent
    server.mute.clear()
    await bot.send(call())


async def test_a_send_on_a_line_that_ends_meanwhile_is_passing(
    server: WecomBotServer, bot: WecomAibot, taken: Taken, teacher: Person
) -> None:
    teacher.private.spoken = True
    server.mute.add("aibot_send_msg")
    sending = asyncio.create_task(failure(bot, call()))
    await until(lambda: server.sent("aibot_send_msg"))
    await server.ends(1001)
    found = await sending
    assert (found.permanent, found.reason) == (False, "LineLost: closed")


async def test_answers_to_one_request_go_one_after_the_other(
    server: WecomBotServer, bot: WecomAibot, taken: Taken, teacher: Person
) -> None:
    await teacher.says("早")
    await heard(bot, taken, 1)
    await asyncio.gather(*(bot.send(call(str(number), outbox_id=number)) for number in range(10)))
    assert sorted(int(shown.text) for shown in teacher.private.log) == list(range(10))


async def test_lists_keep_their_numbers_and_words_their_marks(bot: WecomAibot, taken: Taken, teacher: Person) -> None:
    teacher.private.spoken = True
    text = "3. 道路（3.2）\n  8月25日：*推进中*\n7. 车位（9.2）\n\n- 回一句话即可"
    await bot.send(call(text, title="【督查室】9月"))
    assert teacher.private.log[0].text == f"【督查室】9月\n{text}"


# Cards


async def test_a_pressed_card_is_spent_and_its_label_is_what_was_said(
    bot: WecomAibot, taken: Taken, teacher: Person
) -> None:
    teacher.private.spoken = True
    await bot.send(call("没有变化吗？", "全部没变化", "怎么写", title="9月调度"))
    await teacher.presses("全部没变化")
    (said,) = await heard(bot, taken, 1)
    assert (said.kind, said.token, said.text) == (Kind.BUTTON, "token0010000", "全部没变化")
    await bot.acknowledge(said)
    (shown,) = teacher.private.log
    assert shown.text == "9月调度"
    assert shown.card is not None
    assert [button["text"] for button in shown.card["button_list"]] == ["✓ 全部没变化"]


async def test_a_spent_card_pressed_again_is_nothing(bot: WecomAibot, taken: Taken, teacher: Person) -> None:
    teacher.private.spoken = True
    await bot.send(call("没有变化吗？", "全部没变化"))
    await teacher.presses("全部没变化")
    await bot.acknowledge((await heard(bot, taken, 1))[0])
    await teacher.presses("✓ 全部没变化")
    assert [said.kind for said in await heard(bot, taken, 2)] == [Kind.BUTTON, Kind.IGNORED]


async def test_a_row_chosen_in_the_drop_down_gives_its_token(bot: WecomAibot, taken: Taken, teacher: Person) -> None:
    teacher.private.spoken = True
    rows = "\n".join(f"{number}. 任务{number}（{number}.1）" for number in range(1, 9))
    await bot.send(call(rows, "全部没变化", *"12345678", title="9月调度"))
    await teacher.presses("3 任务3")
    (said,) = await heard(bot, taken, 1)
    assert (said.token, said.text) == ("token0010003", "3")


async def test_a_press_acknowledged_too_late_is_no_error(
    server: WecomBotServer, bot: WecomAibot, taken: Taken, teacher: Person
) -> None:
    teacher.private.spoken = True
    await bot.send(call("问", "好"))
    await teacher.presses("好")
    (said,) = await heard(bot, taken, 1)
    server.requests.clear()
    await bot.acknowledge(said)
    assert len(server.sent("aibot_respond_update_msg")) == 1


async def test_the_words_above_a_card_are_not_sent_again_when_only_the_card_failed(
    server: WecomBotServer, bot: WecomAibot, taken: Taken, teacher: Person
) -> None:
    teacher.private.spoken = True
    server.answers("aibot_send_msg", 0, -1)
    assert not (await failure(bot, call("进展。" * 100, "更正", "撤回"))).permanent
    await bot.send(call("进展。" * 100, "更正", "撤回"))
    assert [shown.card is not None for shown in teacher.private.log] == [False, True]


async def test_a_card_that_wecom_refuses_is_sent_as_labels_to_type(
    server: WecomBotServer, bot: WecomAibot, taken: Taken, teacher: Person
) -> None:
    teacher.private.spoken = True
    server.answers("aibot_send_msg", 40058, 0, 0, 49999)
    await bot.send(call("没有变化吗？", "全部没变化", "怎么写"))
    await bot.send(call("进展。" * 100, "更正", "撤回", outbox_id=2))
    assert [shown.text for shown in teacher.private.log] == [
        "没有变化吗？\n\n回复：全部没变化 ｜ 怎么写",
        "进展。" * 100,
        "回复：更正 ｜ 撤回",
    ]


# Configuration


async def problem(bot: WecomAibot, *, subscribe: bool) -> UserError:
    with pytest.raises(UserError) as caught:
        await bot.check(subscribe=subscribe)
    for language in LANGUAGES:
        assert len(texts(language).error(caught.value)) > 10
    return caught.value


async def test_a_check_beside_a_running_bot_does_not_throw_it_out(
    server: WecomBotServer, bot: WecomAibot, taken: Taken, teacher: Person
) -> None:
    assert await WecomAibot(server.bot_id, "anything", server.url).check() == server.bot_id
    await teacher.says("早")
    await heard(bot, taken, 1)
    assert bot.trouble is None


async def test_a_check_that_may_subscribe_tells_a_wrong_secret(server: WecomBotServer) -> None:
    good = WecomAibot(server.bot_id, server.secret, server.url)
    assert await good.check(subscribe=True) == server.bot_id
    wrong = WecomAibot(server.bot_id, "wrong", server.url)
    assert (await problem(wrong, subscribe=True)).code == "wecom.bot_secret"
    server.answers("aibot_subscribe", 99999)
    assert (await problem(good, subscribe=True)).code == "wecom.bot_refused"


async def test_a_server_out_of_reach_is_told() -> None:
    bot = WecomAibot("bot", "TheSecret", "ws://127.0.0.1:1")
    found = await problem(bot, subscribe=False)
    assert found.code == "wecom.bot_unreachable"
    assert "TheSecret" not in str(found)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (("", "s"), "wecom.bot_id"),
        (("b", " "), "wecom.bot_secret"),
        (("b", "s", "ws://openws.work.weixin.qq.com"), "wecom.bot_url"),
        (("b", "s", "https://openws.work.weixin.qq.com"), "wecom.bot_url"),
    ],
)
def test_what_can_be_no_setting_is_told_at_once(settings: tuple[Any, ...], code: str) -> None:
    with pytest.raises(UserError) as caught:
        WecomAibot(*settings)
    assert caught.value.code == code
