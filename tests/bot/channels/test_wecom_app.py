from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from bot.channels.wecom_app import WecomApp, channel
from bot.inbox_rows import store_updates
from bot.message import Call, Inbound, Kind, Payload, SendFailed, SentButton
from bot.texts import LANGUAGES, texts
from data.errors import UserError
from data.models import Inbox
from data.store import Store
from tests.bot.channels.test_wecom_app_contract import app_of, app_of_nothing
from tests.bot.channels.wecom_desk import TEACHER, Taken, app_at, server_with_teacher
from tests.bot.doors.channel import NOW
from tests.servers.bot_faults import Fault
from tests.servers.waiting import until
from tests.servers.wecom_app import Member, WecomServer
from tests.servers.wecom_seal import seal, signature


@pytest.fixture
async def server() -> AsyncIterator[WecomServer]:
    async with server_with_teacher() as server:
        yield server


@pytest.fixture
async def app(server: WecomServer) -> AsyncIterator[WecomApp]:
    async with app_at(server) as app:
        yield app


@pytest.fixture
def teacher(server: WecomServer) -> Member:
    return server.members[TEACHER.lower()]


@pytest.fixture
async def taken(app: WecomApp) -> Taken:
    taken = Taken()
    await app.start(taken)
    return taken


def call(text: str = "在吗", *labels: str, outbox_id: int = 1, chat: str = TEACHER, **how: Any) -> Call:
    row = tuple(SentButton(label, f"token{outbox_id:03}{number:04}") for number, label in enumerate(labels))
    return Call(outbox_id, chat, Payload(how.pop("title", None), text, (row,) if row else ()), **how)


async def failure(app: WecomApp, wanted: Call) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await app.send(wanted)
    return caught.value


def heard(app: WecomApp, taken: Taken) -> list[Inbound]:
    return [app.parse(update.raw) for update in taken.updates]


# The address


async def test_the_consoles_test_of_our_address_is_answered_with_the_bare_text(
    server: WecomServer, app: WecomApp
) -> None:
    sealed = seal(server.aes_key, "1616140317555161061", server.corp_id)
    async with ClientSession() as session:
        query = {**server.query(sealed), "echostr": sealed}
        async with session.get(server.callback_url, params=query) as answer:
            assert (answer.status, await answer.read()) == (200, b"1616140317555161061")


async def test_a_wrong_token_is_named_as_the_trouble(server: WecomServer, app: WecomApp) -> None:
    sealed = seal(server.aes_key, "1", server.corp_id)
    query = {"msg_signature": signature("another", "1", "2", sealed), "timestamp": "1", "nonce": "2"}
    with pytest.raises(PermissionError):
        app.verify({**query, "echostr": sealed})
    assert app.trouble is not None
    assert app.trouble.code == "wecom.callback_token"
    app.verify({**server.query(sealed), "echostr": sealed})
    assert app.trouble is None


@pytest.mark.parametrize("missing", ["msg_signature", "timestamp", "nonce", "echostr"])
def test_a_call_without_a_parameter_is_no_call_of_wecom(missing: str) -> None:
    query = {name: "x" for name in ("msg_signature", "timestamp", "nonce", "echostr") if name != missing}
    with pytest.raises(ValueError, match=missing):
        app_of_nothing().verify(query)


def test_without_a_callback_every_call_is_refused() -> None:
    with pytest.raises(PermissionError):
        WecomApp("corp", "1", "secret").verify({"echostr": "x"})


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"<xml>", b"<xml/>", b"<!DOCTYPE x [<!ENTITY a 'b'>]><xml><Encrypt>&a;</Encrypt></xml>"]
)
async def test_a_body_that_is_no_envelope_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        await app_of_nothing().callback({"msg_signature": "x", "timestamp": "1", "nonce": "2"}, body)


async def test_a_body_beyond_a_mebibyte_is_not_looked_at() -> None:
    with pytest.raises(ValueError, match="long"):
        await app_of_nothing().callback({}, b"x" * (1 << 20 | 1))


# In


async def test_a_callback_is_answered_empty_and_only_when_it_is_stored(
    app: WecomApp, taken: Taken, teacher: Member
) -> None:
    taken.gate.clear()
    saying = asyncio.create_task(teacher.says("早"))
    await asyncio.wait([saying], timeout=0.2)
    assert not saying.done()
    taken.gate.set()
    assert await saying == 200
    assert [said.text for said in heard(app, taken)] == ["早"]
    assert app.last_heard is not None


async def test_what_wecom_brings_again_is_stored_once(
    server: WecomServer, app: WecomApp, taken: Taken, teacher: Member, store: Store
) -> None:
    text = teacher.xml("text", "<Content><![CDATA[3.2 完成60%]]></Content><MsgId>7300000000000000777</MsgId>")
    enter = teacher.xml("event", "<Event><![CDATA[enter_agent]]></Event><EventKey></EventKey>")
    for xml in (text, enter, text, enter):
        assert await server.call_back(xml) == 200
    assert len(taken.updates) == 4
    await store.write(lambda session: store_updates(session, channel=app, updates=taken.updates, now=NOW))
    assert await store.read(lambda session: session.query(Inbox).count()) == 2


async def test_a_replayed_request_is_stored_once(server: WecomServer, taken: Taken, teacher: Member) -> None:
    xml = teacher.xml("text", "<Content><![CDATA[好]]></Content><MsgId>7300000000000000778</MsgId>")
    sealed = seal(server.aes_key, xml, server.corp_id)
    async with ClientSession() as session:
        for _ in range(2):
            await session.post(server.callback_url, params=server.query(sealed), data=server.body(sealed))
    assert len({update.update_id for update in taken.updates}) == 1
    assert len(taken.updates) == 2


async def test_two_things_done_in_one_second_are_two(app: WecomApp, taken: Taken, teacher: Member) -> None:
    await app.send(call("问", "好", "不"))
    await teacher.does("subscribe")
    await teacher.does("enter_agent")
    await teacher.presses("好")
    await teacher.presses("不")
    assert len({update.update_id for update in taken.updates}) == 4
    kinds = [said.kind for said in heard(app, taken)]
    assert kinds == [Kind.UNBLOCKED, Kind.IGNORED, Kind.BUTTON, Kind.BUTTON]


@pytest.mark.parametrize("kind", ["image", "voice", "video", "location", "link"])
async def test_what_is_no_text_is_media(app: WecomApp, taken: Taken, teacher: Member, kind: str) -> None:
    await teacher.sends(kind)
    (said,) = heard(app, taken)
    assert (said.kind, said.media, said.text) == (Kind.MEDIA, kind, "")


async def test_leaving_and_coming_into_the_visible_range_is_heard(app: WecomApp, taken: Taken, teacher: Member) -> None:
    await teacher.does("unsubscribe")
    await teacher.does("subscribe")
    assert [said.kind for said in heard(app, taken)] == [Kind.BLOCKED, Kind.UNBLOCKED]


async def test_a_menus_key_is_what_the_person_said(app: WecomApp, taken: Taken, teacher: Member) -> None:
    await teacher.does("click", "汇总")
    (said,) = heard(app, taken)
    assert (said.kind, said.text) == (Kind.TEXT, "汇总")


async def test_a_signed_callback_that_makes_no_sense_is_stored_all_the_same(
    server: WecomServer, app: WecomApp, taken: Taken
) -> None:
    assert await server.call_back("no XML at all") == 200
    assert [update.raw for update in taken.updates] == ["no XML at all"]
    with pytest.raises(ValueError):  # noqa: PT011
        app.parse(taken.updates[0].raw)


async def test_news_of_a_suspended_app_is_logged_loudly(taken: Taken, teacher: Member) -> None:
    with capture_logs() as logged:
        await teacher.does("close_inactive_agent")
    assert [(line["log_level"], line["news"]) for line in logged] == [("error", "close_inactive_agent")]
    assert len(taken.updates) == 1


async def test_before_the_start_and_after_the_stop_nothing_is_taken(app: WecomApp, teacher: Member) -> None:
    assert await teacher.says("早") == 503
    taken = Taken()
    await app.start(taken)
    await app.stop_receiving()
    assert await teacher.says("晚") == 503
    assert taken.updates == []


# Out


async def test_a_title_stands_above_the_text(app: WecomApp, teacher: Member) -> None:
    await app.send(call("第一行\n第二行", title="标题"))
    assert [shown.text for shown in teacher.log] == ["标题\n第一行\n第二行"]


async def test_the_same_answer_twice_arrives_twice_but_a_second_try_only_once(app: WecomApp, teacher: Member) -> None:
    await app.send(call("没有可以撤回的反馈。", outbox_id=1))
    await app.send(call("没有可以撤回的反馈。", outbox_id=2))
    await app.send(call("没有可以撤回的反馈。", outbox_id=2))
    assert len(teacher.log) == 2


@pytest.mark.parametrize("buttons", [(), ("好", "不")])
async def test_a_lost_answer_is_passing_and_the_second_try_is_no_second_message(
    server: WecomServer, app: WecomApp, teacher: Member, buttons: tuple[str, ...]
) -> None:
    server.faults.next("message/send", Fault.DROP)
    assert not (await failure(app, call("问", *buttons))).permanent
    await app.send(call("问", *buttons))
    assert len(teacher.log) == 1


@pytest.mark.parametrize("fault", [Fault.REFUSE, Fault.ERROR, Fault.PAGE, Fault.DROP])
async def test_a_fault_on_the_way_passes_and_names_no_secret(
    server: WecomServer, app: WecomApp, teacher: Member, fault: Fault
) -> None:
    server.faults.next("message/send", fault)
    found = await failure(app, call())
    assert (found.permanent, found.blocked, found.whole_bot) == (False, False, False)
    assert "secret" not in found.reason.lower()
    await app.send(call())
    assert len(teacher.log) == 1


@pytest.mark.parametrize("errcode", [40014, 41001, 42001])
async def test_a_token_that_ended_is_fetched_anew_once_for_all(
    server: WecomServer, app: WecomApp, teacher: Member, errcode: int
) -> None:
    await app.send(call(outbox_id=1))
    server.end_tokens(errcode)
    await asyncio.gather(*(app.send(call(outbox_id=number)) for number in range(2, 12)))
    assert (len(teacher.log), len(server.called("gettoken"))) == (11, 2)


async def test_a_late_refusal_of_the_old_token_does_not_cost_the_new_one(server: WecomServer, app: WecomApp) -> None:
    await app.send(call(outbox_id=1))
    old = app._api._token
    server.end_tokens()
    await app.send(call(outbox_id=2))
    app._api._forget(old)
    await app.send(call(outbox_id=3))
    assert len(server.called("gettoken")) == 2


async def test_a_token_that_is_never_right_is_tried_twice_and_no_more(server: WecomServer, app: WecomApp) -> None:
    server.answers("message/send", 42001, 42001)
    assert not (await failure(app, call())).permanent
    assert (len(server.called("message/send")), len(server.called("gettoken"))) == (2, 2)


@pytest.mark.parametrize(
    ("errcode", "permanent", "blocked", "wait", "everybody"),
    [
        *((code, False, False, None, False) for code in (-1, 6000, 12345)),
        *((code, False, False, 60, True) for code in (45009, 45033)),
        *((code, False, False, 300, True) for code in (40001, 40013, 40056, 48002, 60020, 301002)),
        *((code, True, True, None, False) for code in (40003, 40031, 60111, 81013)),
        *((code, True, False, None, False) for code in (40007, 40008, 40058, 44004, 45002, 47001)),
    ],
)
async def test_an_errcode_says_whether_another_try_helps(
    server: WecomServer,
    app: WecomApp,
    errcode: int,
    permanent: bool,
    blocked: bool,
    wait: float | None,
    everybody: bool,
) -> None:
    server.answers("message/send", errcode)
    found = await failure(app, call())
    assert (found.permanent, found.blocked, found.retry_after, found.whole_bot) == (permanent, blocked, wait, everybody)


async def test_a_member_left_out_of_a_message_that_was_taken_is_unreachable(
    server: WecomServer, app: WecomApp, teacher: Member
) -> None:
    teacher.licensed = False
    found = await failure(app, call())
    assert (found.permanent, found.blocked, found.reason) == (True, True, "not_licensed")
    assert (await failure(app, call(chat="nobody"))).reason == "not_visible"


async def test_a_link_in_somebodys_words_is_no_link(app: WecomApp, teacher: Member) -> None:
    await app.send(call('看<a href="https://example.org">这里</a>，a<b'))
    assert teacher.log[0].text == '看＜a href="https://example.org">这里＜/a>，a<b'


async def test_what_wecom_would_discard_in_silence_waits(app: WecomApp, teacher: Member) -> None:
    for number in range(30):
        await app.send(call(outbox_id=number))
    found = await failure(app, call(outbox_id=31))
    assert (found.reason, found.permanent, found.whole_bot) == ("member_limit", False, False)
    assert found.retry_after is not None
    assert 50 < found.retry_after <= 60
    assert len(teacher.log) == 30


async def test_every_part_of_a_long_message_is_taken_whole(app: WecomApp, teacher: Member) -> None:
    text = "\n".join(f"{number}. 完成投资与建设 👍" for number in range(200))
    for number, (title, part) in enumerate(app.split("本月任务", text)):
        await app.send(call(part, title=title, outbox_id=number))
    assert len(teacher.log) > 2
    lines = [line for shown in teacher.log for line in shown.text.split("\n") if "完成" in line]
    assert lines == text.split("\n")


# Cards


async def test_a_pressed_card_is_spent_and_its_label_is_what_was_said(
    app: WecomApp, taken: Taken, teacher: Member
) -> None:
    await app.send(call("没有变化吗？", "全部没变化", "怎么写", title="9月调度"))
    await teacher.presses("全部没变化")
    (said,) = heard(app, taken)
    assert (said.token, said.text) == ("token0010000", "全部没变化")
    await app.acknowledge(said)
    assert teacher.log[0].label == "✓ 全部没变化"
    with pytest.raises(LookupError):
        await teacher.presses("怎么写")


async def test_a_row_chosen_in_the_drop_down_gives_its_token(app: WecomApp, taken: Taken, teacher: Member) -> None:
    rows = "\n".join(f"{number}. 任务{number}（{number}.1）" for number in range(1, 9))
    await app.send(call(rows, "全部没变化", *"12345678", title="9月调度"))
    await teacher.presses("3 任务3")
    (said,) = heard(app, taken)
    assert (said.token, said.text) == ("token0010003", "3")


async def test_a_long_text_and_its_card_are_two_messages(app: WecomApp, teacher: Member) -> None:
    await app.send(call("进展。" * 100, "更正", "撤回"))
    assert [shown.card is not None for shown in teacher.log] == [False, True]


async def test_an_edit_of_a_card_takes_its_place_once_and_then_comes_anew(
    server: WecomServer, app: WecomApp, teacher: Member
) -> None:
    first = await app.send(call("问一", "好", "不", outbox_id=1))
    assert await app.send(call("问二", "是", "否", outbox_id=2, edits=first)) == first
    assert [shown.text for shown in teacher.log] == ["问二"]
    await app.send(call("问三", "是", "否", outbox_id=3, edits=first))
    assert [shown.text for shown in teacher.log] == ["问二", "问三"]


async def test_an_edit_without_buttons_takes_them_away(app: WecomApp, teacher: Member) -> None:
    first = await app.send(call("问", "好", outbox_id=1))
    assert await app.send(call("已答", outbox_id=2, edits=first)) == first
    assert [(shown.text, shown.label) for shown in teacher.log] == [("已答", "✓")]


async def test_an_edit_of_words_is_sent_anew(app: WecomApp, teacher: Member) -> None:
    first = await app.send(call("旧", outbox_id=1))
    await app.send(call("新", outbox_id=2, edits=first))
    assert [shown.text for shown in teacher.log] == ["旧", "新"]


async def test_a_card_that_wecom_refuses_is_sent_as_labels_to_type(
    server: WecomServer, app: WecomApp, teacher: Member
) -> None:
    server.has_callback = False
    await app.send(call("没有变化吗？", "全部没变化", "怎么写"))
    await app.send(call("进展。" * 100, "更正", "撤回", outbox_id=2))
    texts_shown = [shown.text for shown in teacher.log]
    assert texts_shown == ["没有变化吗？\n\n回复：全部没变化 ｜ 怎么写", "进展。" * 100, "回复：更正 ｜ 撤回"]


async def test_without_a_callback_no_card_is_tried(server: WecomServer, teacher: Member) -> None:
    sender = WecomApp(server.corp_id, str(server.agent_id), server.secret, api_base=server.url)
    await sender.send(call("没有变化吗？", "全部没变化", "怎么写"))
    assert [called.body["msgtype"] for called in server.called("message/send")] == ["text"]
    await sender.close()


# Configuration


async def test_a_good_configuration_gives_the_apps_name(app: WecomApp) -> None:
    assert await app.check() == "督办助手"


async def problem(app: WecomApp) -> UserError:
    with pytest.raises(UserError) as caught:
        await app.check()
    await app.close()
    for language in LANGUAGES:
        assert len(texts(language).error(caught.value)) > 10
    return caught.value


@pytest.mark.parametrize(
    ("corp_id", "agent_id", "secret", "code"),
    [
        ("wx0", WecomServer.agent_id, WecomServer.secret, "wecom.corp_id"),
        (WecomServer.corp_id, 7, WecomServer.secret, "wecom.agent_id"),
        (WecomServer.corp_id, WecomServer.agent_id, "wrong", "wecom.app_secret"),
    ],
)
async def test_what_is_wrong_is_told_by_its_setting(
    server: WecomServer, corp_id: str, agent_id: int, secret: str, code: str
) -> None:
    assert (await problem(WecomApp(corp_id, agent_id, secret, api_base=server.url))).code == code


async def test_an_ip_that_is_not_trusted_is_told_with_the_ip(server: WecomServer) -> None:
    server.trusted = False
    found = await problem(app_of(server))
    assert (found.code, found.values) == ("wecom.ip_not_trusted", {"ip": "203.0.113.7"})


@pytest.mark.parametrize(
    ("state", "code"),
    [({"close": 1}, "wecom.app_closed"), ({"allow_userinfos": {"user": []}}, "wecom.app_without_members")],
)
async def test_an_app_that_nobody_can_hear_is_told(server: WecomServer, state: dict[str, Any], code: str) -> None:
    server.app |= state
    assert (await problem(app_of(server))).code == code


async def test_a_code_that_nobody_knows_is_told_with_its_number(server: WecomServer) -> None:
    server.answers("agent/get", 99999)
    found = await problem(app_of(server))
    assert (found.code, found.values) == ("wecom.app_refused", {"errcode": 99999})


async def test_a_server_out_of_reach_is_told_without_the_secret() -> None:
    found = await problem(WecomApp("corp", "1", "TheSecret", api_base="http://127.0.0.1:1"))
    assert found.code == "wecom.app_unreachable"
    assert "TheSecret" not in str(found)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (("", "1", "s"), "wecom.corp_id"),
        (("c", "x", "s"), "wecom.agent_id"),
        (("c", "1", " "), "wecom.app_secret"),
        (("c", "1", "s", "token"), "wecom.callback_half"),
        (("c", "1", "s", "", WecomServer.aes_key), "wecom.callback_half"),
        (("c", "1", "s", "token", "short"), "wecom.encoding_aes_key"),
    ],
)
def test_what_can_be_no_setting_is_told_at_once(settings: tuple[str, ...], code: str) -> None:
    with pytest.raises(UserError) as caught:
        WecomApp(*settings)
    assert caught.value.code == code


async def test_it_starts_with_a_wrong_secret_and_says_so(server: WecomServer) -> None:
    app = WecomApp(server.corp_id, server.agent_id, "wrong", server.token, server.aes_key, server.url)
    with capture_logs() as logged:
        await app.start(Taken())
    assert [(line["log_level"], line["problem"]) for line in logged] == [("error", "wecom.app_secret")]
    await app.close()


def test_every_reason_for_an_unreachable_person_has_its_sentence() -> None:
    for language in LANGUAGES:
        for reason in ("not_visible", "not_licensed", "not_spoken", "not_in_group", "member_limit", "file_size"):
            assert texts(language).has(f"wecom.{reason}")


def test_the_channel_does_not_show_its_secrets() -> None:
    app = WecomApp("corp", "1", "TheSecret", "TheToken", WecomServer.aes_key)
    assert "TheSecret" not in f"{app!r}{app._api!r}{app._envelope!r}"


async def test_a_press_that_wecom_forgot_is_no_error(server: WecomServer, app: WecomApp) -> None:
    gone = Inbound(Kind.BUTTON, TEACHER, TEACHER, None, NOW, acknowledge=json.dumps({"code": "x", "label": "好"}))
    await app.acknowledge(gone)
    assert len(server.called("message/update_template_card")) == 1


async def test_a_call_after_the_end_opens_no_connection(server: WecomServer, app: WecomApp) -> None:
    await app.close()
    with pytest.raises(SendFailed, match="ConnectionError"):
        await app.send(call("迟到的"))
    assert server.calls == []
    assert app._api._session is None


async def test_what_turns_bad_in_the_console_is_seen_though_nobody_writes(
    server: WecomServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "BEAT_SECONDS", 0.01)
    app = app_of(server)
    await app.start(Taken())
    good = app.last_good
    assert good is not None
    assert app.trouble is None
    server.trusted = False
    await until(lambda: app.trouble is not None and app.trouble.code == "wecom.ip_not_trusted")
    server.trusted = True
    await until(lambda: app.trouble is None and (app.last_good or 0) > good)
    await app.close()
