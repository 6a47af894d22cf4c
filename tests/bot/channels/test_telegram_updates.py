from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.telegram.updates import UNTIMED, Me, parse, sender_of
from bot.message import Inbound, Kind, SentFile
from tests.servers.bot_api import BotApi
from tests.servers.bot_people import Group, Person

ME = Me(7_000_000_001, "duban_test_bot")
GROUP = -100_2_000_000_001
SAID = datetime(2021, 9, 26, 1, 2, 3, tzinfo=UTC)


class Stage:
    """One teacher, one group, and what the bot understood of the last thing that happened."""

    def __init__(self) -> None:
        self.server = BotApi()
        self.teacher: Person = self.server.user(5_000_000_001, "王老师")
        self.group: Group = self.server.group(GROUP, "教育局工作群")

    @property
    def last(self) -> dict[str, Any]:
        return self.server.world.updates[-1]

    def understood(self, me: Me = ME) -> Inbound:
        return parse(json.dumps(self.last), me)

    def in_group(self, text: str, **how: Any) -> Inbound:
        self.teacher.says(text, self.group.chat, **how)
        return self.understood()


@pytest.fixture
def stage() -> Stage:
    return Stage()


def altered(stage: Stage, **message: Any) -> Inbound:
    """The last message with some of its fields replaced."""
    update = {"update_id": 1, "message": stage.last["message"] | message}
    return parse(json.dumps(update), ME)


# Words


def test_words_come_with_who_where_and_when(stage: Stage) -> None:
    stage.teacher.says("3.2 完成60%", at=SAID, reply_to=7)
    assert stage.understood() == Inbound(
        Kind.TEXT,
        sender="5000000001",
        chat="5000000001",
        message_id="1",
        said_at=SAID,
        text="3.2 完成60%",
        display_name="王老师",
        language="zh-hans",
    )


@pytest.mark.parametrize("text", ["👨‍👩‍👧 好👍🏽", "\u200f‏مرحبا\u202e 3.2", "  两边空格 \n", "é\u0301", "𠮷野家"])
def test_words_are_kept_as_they_are(stage: Stage, text: str) -> None:
    stage.teacher.says(text)
    assert stage.understood().text == text


def test_a_null_character_that_no_database_takes_is_replaced(stage: Stage) -> None:
    stage.teacher.says("3.2\x00 完成")
    assert stage.understood().text == "3.2\ufffd 完成"


def test_an_invite_link_arrives_as_the_start_command(stage: Stage) -> None:
    stage.teacher.starts("K7M2P9")
    assert stage.understood().text == "/start K7M2P9"


def test_a_reply_tells_which_message_it_answers(stage: Stage) -> None:
    first = stage.teacher.says("列表")
    stage.teacher.says("2 完成", reply_to=first)
    assert stage.understood().reply_to == str(first)


def test_forwarded_words_are_marked(stage: Stage) -> None:
    stage.teacher.says("转发的清单", forwarded=True)
    assert stage.understood().forwarded


def test_a_person_without_a_language_has_none(stage: Stage) -> None:
    stage.teacher.language = None
    stage.teacher.says("你好")
    assert stage.understood().language is None


def test_a_last_name_is_part_of_the_name(stage: Stage) -> None:
    stage.teacher.says("你好")
    person = stage.last["message"]["from"] | {"first_name": "Wei", "last_name": "Wang"}
    assert altered(stage, **{"from": person}).display_name == "Wei Wang"


# Edits


def test_an_edit_names_its_message_and_the_time_of_the_edit(stage: Stage) -> None:
    message_id = stage.teacher.says("3.2 完成60%", at=SAID)
    stage.teacher.edits(message_id, "3.2 完成70%")
    inbound = stage.understood()
    assert (inbound.kind, inbound.message_id, inbound.text) == (Kind.EDIT, str(message_id), "3.2 完成70%")
    assert inbound.said_at == datetime.fromtimestamp(stage.last["edited_message"]["edit_date"], UTC)


def test_a_place_that_moves_is_no_edit(stage: Stage) -> None:
    message_id = stage.teacher.sends("location")
    stage.teacher.edits(message_id, "")
    assert stage.understood().kind is Kind.IGNORED


# Commands


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("/summary@duban_test_bot", "/summary"),
        ("/summary@DUBAN_test_BOT 3.2", "/summary 3.2"),
        ("/summary", "/summary"),
        ("/汇总", "/汇总"),
    ],
)
def test_a_command_for_this_bot_comes_without_its_name(stage: Stage, said: str, text: str) -> None:
    inbound = stage.in_group(said)
    assert (inbound.kind, inbound.text, inbound.addressed) == (Kind.TEXT, text, True)


def test_a_command_for_another_bot_is_ignored(stage: Stage) -> None:
    assert stage.in_group("/summary@weather_bot").kind is Kind.IGNORED


def test_before_the_own_name_is_known_a_command_counts_as_ones_own(stage: Stage) -> None:
    stage.in_group("/summary@duban_test_bot")
    inbound = stage.understood(Me(ME.id))
    assert (inbound.kind, inbound.text, inbound.addressed) == (Kind.TEXT, "/summary", True)


def test_a_colleague_after_a_slash_is_no_bot(stage: Stage) -> None:
    assert stage.in_group("/report@zhangsan 3.2").kind is Kind.TEXT


# Groups


def test_words_between_colleagues_are_not_meant_for_the_bot(stage: Stage) -> None:
    inbound = stage.in_group("中午吃什么")
    assert (inbound.group, inbound.addressed, inbound.chat) == (True, False, str(GROUP))


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("@duban_test_bot 3.2 完成60%", "3.2 完成60%"),
        ("@Duban_Test_Bot：3.2 完成60%", "3.2 完成60%"),
        ("@duban_test_bot请看3.2", "请看3.2"),
        ("3.2 完成60% @duban_test_bot", "3.2 完成60%"),
        ("请 @duban_test_bot 记下3.2", "请 @duban_test_bot 记下3.2"),
    ],
)
def test_a_mention_addresses_the_bot_and_is_taken_off_the_ends(stage: Stage, said: str, text: str) -> None:
    inbound = stage.in_group(said)
    assert (inbound.addressed, inbound.text) == (True, text)


@pytest.mark.parametrize("said", ["@duban_test_bot2 好", "信箱 x@duban_test_bot", "@duban 好"])
def test_a_name_that_only_resembles_the_bots_does_not_address_it(stage: Stage, said: str) -> None:
    assert not stage.in_group(said).addressed


def test_a_mention_without_a_username_addresses_the_bot(stage: Stage) -> None:
    stage.in_group("督办测试 好")
    entity = {"type": "text_mention", "offset": 0, "length": 4, "user": stage.server.world.bot}
    assert altered(stage, entities=[entity]).addressed


def test_an_answer_to_the_bot_addresses_it_and_one_to_a_colleague_does_not(stage: Stage) -> None:
    world, chat = stage.server.world, stage.group.chat
    asked = world.write(chat, world.bot, text="3.2 怎样了？", from_bot=True)
    other = stage.teacher.says("好的", chat)
    assert stage.in_group("完成60%", reply_to=asked.message_id).addressed
    assert not stage.in_group("完成60%", reply_to=other).addressed


def test_in_a_private_chat_everything_is_meant_for_the_bot(stage: Stage) -> None:
    stage.teacher.says("3.2 完成60%")
    assert stage.understood().addressed
    assert not stage.understood().group


# Buttons


def test_a_press_has_its_token_its_message_and_no_time_of_its_own(stage: Stage) -> None:
    world = stage.server.world
    asked = world.write(stage.teacher.private, world.bot, text="问", buttons=[[("好", "t-1")]], from_bot=True)
    query = stage.teacher.presses("好")
    inbound = stage.understood()
    assert (inbound.kind, inbound.token, inbound.acknowledge) == (Kind.BUTTON, "t-1", query)
    assert (inbound.message_id, inbound.said_at) == (str(asked.message_id), UNTIMED)


def test_a_press_on_a_message_too_old_to_be_shown_is_a_press(stage: Stage) -> None:
    place = {"message_id": 3, "date": 0, "chat": {"id": 5_000_000_001, "type": "private"}}
    press = {"id": "9", "from": stage.teacher.to_json(), "chat_instance": "1", "data": "t-1", "message": place}
    inbound = parse(json.dumps({"update_id": 1, "callback_query": press}), ME)
    assert (inbound.kind, inbound.chat, inbound.token) == (Kind.BUTTON, "5000000001", "t-1")


def test_a_press_without_a_chat_is_ignored_but_can_be_acknowledged(stage: Stage) -> None:
    press = {"id": "9", "from": stage.teacher.to_json(), "chat_instance": "1", "inline_message_id": "x", "data": "t"}
    inbound = parse(json.dumps({"update_id": 1, "callback_query": press}), ME)
    assert (inbound.kind, inbound.acknowledge) == (Kind.IGNORED, "9")


# What is no words


@pytest.mark.parametrize("media", ["sticker", "voice", "photo", "document", "video", "location", "contact", "poll"])
def test_what_is_no_words_is_named(stage: Stage, media: str) -> None:
    stage.teacher.sends(media)
    inbound = stage.understood()
    assert (inbound.kind, inbound.media, inbound.text) == (Kind.MEDIA, media, "")


def test_a_caption_is_the_words_of_a_photo(stage: Stage) -> None:
    stage.teacher.sends("photo", "3.2 现场")
    assert (stage.understood().media, stage.understood().text) == ("photo", "3.2 现场")


def test_an_animation_is_not_taken_for_the_document_that_it_carries(stage: Stage) -> None:
    stage.teacher.sends("document")
    assert altered(stage, animation={"file_id": "a"}).media == "animation"


# Comings and goings


def test_blocking_and_unblocking_are_told(stage: Stage) -> None:
    stage.teacher.blocks()
    assert (stage.understood().kind, stage.understood().chat) == (Kind.BLOCKED, "5000000001")
    stage.teacher.unblocks()
    assert stage.understood().kind is Kind.UNBLOCKED


def test_being_thrown_out_of_a_group_and_let_in_are_told(stage: Stage) -> None:
    stage.group.kicks_bot(stage.teacher)
    inbound = stage.understood()
    assert (inbound.kind, inbound.chat, inbound.group) == (Kind.BLOCKED, str(GROUP), True)
    stage.group.adds_bot(stage.teacher)
    assert stage.understood().kind is Kind.UNBLOCKED


def test_a_change_of_rights_is_neither(stage: Stage) -> None:
    stage.group.adds_bot(stage.teacher)
    change = stage.last["my_chat_member"] | {
        "old_chat_member": {"status": "member"},
        "new_chat_member": {"status": "administrator"},
    }
    assert parse(json.dumps({"update_id": 1, "my_chat_member": change}), ME).kind is Kind.IGNORED


def test_a_group_that_becomes_a_supergroup_is_told_from_both_sides(stage: Stage) -> None:
    new = -100_2_000_000_002
    stage.group.becomes_supergroup(new, stage.teacher)
    both = [parse(json.dumps(update), ME) for update in list(stage.server.world.updates)[-2:]]
    assert [(inbound.kind, inbound.chat, inbound.migrated_to) for inbound in both] == [
        (Kind.MIGRATED, str(GROUP), str(new))
    ] * 2


@pytest.mark.parametrize(
    "fields",
    [
        {"from": {"id": 1, "is_bot": True, "first_name": "别的机器人"}},
        {"from": None},
        {"sender_chat": {"id": -1001, "type": "channel"}},
        {"is_automatic_forward": True},
        {"chat": {"id": -1001, "type": "channel", "title": "频道"}},
        {"text": None, "new_chat_title": "新群名"},
        {"text": None, "pinned_message": {"message_id": 1}},
    ],
)
def test_what_no_person_said_is_ignored(stage: Stage, fields: dict[str, Any]) -> None:
    stage.teacher.says("你好")
    assert altered(stage, **fields).kind is Kind.IGNORED


@pytest.mark.parametrize("kind", ["channel_post", "business_message", "poll", "something_new"])
def test_updates_of_other_kinds_are_ignored(kind: str) -> None:
    assert parse(json.dumps({"update_id": 1, kind: {"id": "1"}}), ME).kind is Kind.IGNORED


# What is no update


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"update_id":"x"}',
        '{"update_id":1,"message":{}}',
        '{"update_id":1,"message":7}',
        "{" * 9999,
    ],
)
def test_what_is_no_update_is_a_value_error(raw: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse(raw, ME)


@pytest.mark.parametrize("date", [-1, 2**63, 10**30, "x", 1.5])
def test_a_time_that_is_none_is_a_value_error(stage: Stage, date: Any) -> None:
    stage.teacher.says("你好")
    with pytest.raises(ValueError):  # noqa: PT011
        altered(stage, date=date)


@pytest.mark.parametrize(
    ("update", "sender"),
    [
        ({"update_id": 1, "message": {"from": {"id": 5_000_000_001}, "chat": {"id": -1}}}, "5000000001"),
        ({"update_id": 1, "channel_post": {"chat": {"id": -1}}}, "-1"),
        ({"update_id": 1, "poll_answer": {"user": {"id": 5}}}, "5"),
        ({"update_id": 1, "message": {"from": 7}}, ""),
        ({"update_id": 1, "message": 7}, ""),
        ({"update_id": 1}, ""),
    ],
)
def test_the_sender_is_read_without_trust(update: dict[str, Any], sender: str) -> None:
    assert sender_of(update) == sender


def test_the_files_of_a_message_are_what_can_be_got(stage: Stage) -> None:
    stage.teacher.sends("photo", "3.2 现场")
    small = {"file_id": "p0", "width": 90, "height": 90, "file_size": 10}
    large = {"file_id": "p1", "width": 900, "height": 900, "file_size": 1000}
    photo = altered(stage, photo=[small, large], media_group_id="77")
    assert (photo.files, photo.album) == ((SentFile("p1", "photo", None, 1000),), "77")
    document = altered(stage, photo=None, document={"file_id": "d", "file_name": "a\x00.pdf", "file_size": 5})
    assert document.files == (SentFile("d", "document", "a\ufffd.pdf", 5),)


@pytest.mark.parametrize("photo", [[], {}, "x", [{"width": 1}], [{"file_id": 5}]])
def test_a_photo_in_an_unknown_form_is_no_file(stage: Stage, photo: object) -> None:
    stage.teacher.sends("photo")
    assert altered(stage, photo=photo).files == ()
