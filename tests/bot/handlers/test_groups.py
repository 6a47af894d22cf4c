"""A unit's group: bound by an admin, shown the digest, where the unit's own contacts report in their own name."""

from __future__ import annotations

from sqlalchemy import select

from bot.message import Inbound, Kind, Payload
from bot.sender import move_chat
from data.kinds import Role
from data.models import Group, Outbox
from tests.bot.cast import Cast

ROOM = "-7"


def bound(cast: Cast) -> None:
    cast.says_in(ROOM, "admin", "绑定 教育局")


def test_an_admin_binds_a_group_to_a_unit_and_nobody_else_can(cast: Cast) -> None:
    (refused,) = cast.says_in(ROOM, "education", "绑定 教育局")
    assert "私聊" in refused.text
    (told,) = cast.says_in(ROOM, "admin", "绑定 教育局")
    assert told.text.startswith("本群已绑定：教育局。")
    (near,) = cast.says_in(ROOM, "admin", "绑定 教肓局")
    assert "教育局" in near.text


def test_the_units_digest_is_shown_there_once_with_its_contacts_named_and_without_buttons(cast: Cast) -> None:
    cast.joins("deputy", "李敏", Role.LIAISON, "教育局")
    bound(cast)
    before = len(cast.seen_in(ROOM))
    cast.ticks()
    (digest,) = cast.seen_in(ROOM)[before:]
    assert "请反馈 2 项任务的进展" in digest.text
    assert digest.text.endswith("在群里反馈请@我或引用这条，如“1 完成到60%”；没变化的回“2 没变化”。")
    assert digest.buttons == ()
    row = cast.read(lambda session: session.get_one(Outbox, digest.outbox_id))
    assert Payload.from_json(row.payload).mentions == (("chat-education", "周敏"), ("chat-deputy", "李敏"))
    assert row.person_id is None


def test_an_answer_there_counts_for_who_wrote(cast: Cast) -> None:
    bound(cast)
    cast.ticks()
    (echo,) = cast.says_in(ROOM, "education", "2 开放了9所")
    assert echo.text.startswith("记下了：\n2（5.6）开放学校 9/11 所")
    (report,) = cast.stored("5.6")
    assert report.person_id == cast.people["education"]
    (withdrawn,) = [said for said in cast.says_in(ROOM, "education", "撤回") if "已撤回" in said.text]
    assert "5.6" in withdrawn.text


def test_strangers_hear_nothing_and_other_units_one_sentence(cast: Cast) -> None:
    bound(cast)
    cast.ticks()
    assert cast.says_in(ROOM, "stranger", "1 学位3500个") == []
    for who in ("housing", "leader", "admin"):
        (told,) = cast.says_in(ROOM, who, "汇总")
        assert "教育" not in told.text
        assert "私聊" in told.text
    assert not cast.stored("1")


def test_what_was_not_said_to_the_bot_is_not_answered(cast: Cast) -> None:
    bound(cast)
    assert cast.says_in(ROOM, "education", "1 学位3500个", addressed=False) == []
    assert not cast.stored("1")


def test_what_is_not_for_a_group_is_not_told_there(cast: Cast) -> None:
    bound(cast)
    (told,) = cast.says_in(ROOM, "education", "减负自查")
    assert "私聊" in told.text


def test_let_go_it_is_a_group_like_any_other(cast: Cast) -> None:
    bound(cast)
    (told,) = cast.says_in(ROOM, "admin", "解绑")
    assert told.text == "已解绑：这个群不再是教育局的，不再说任务的事。"
    cast.ticks()
    assert "私聊" in cast.says_in(ROOM, "education", "我的任务")[0].text
    assert cast.says_in(ROOM, "admin", "解绑")[0].text == "这个群没有绑定单位。"


def test_an_admin_sees_all_groups_and_turns_their_digests_off(cast: Cast) -> None:
    assert cast.says("admin", "绑定")[0].text.startswith("还没有绑定的群。")
    bound(cast)
    (shown,) = cast.says("admin", "/bind")
    assert shown.text == "已绑定的群：\n1. 教育局（9月26日绑定，提醒发到群里）"
    cast.presses("admin", "1 提醒不发到群里")
    before = len(cast.seen_in(ROOM))
    cast.ticks()
    assert len(cast.seen_in(ROOM)) == before
    cast.presses("admin", "1 解绑")
    assert cast.says("admin", "/unbind")[0].text.startswith("还没有绑定的群。")


def test_thrown_out_the_bot_forgets_the_group(cast: Cast) -> None:
    bound(cast)
    inbound = Inbound(Kind.BLOCKED, cast.chat("admin"), ROOM, None, cast.now, group=True)
    cast.receives("admin", inbound)
    assert cast.read(lambda session: session.scalars(select(Group)).all()) == []


def test_a_group_that_moved_is_still_the_units(cast: Cast) -> None:
    bound(cast)
    cast.write(lambda session: move_chat(session, "telegram", ROOM, "-1007"))
    cast.ticks()
    assert "请反馈 2 项任务的进展" in cast.seen_in("-1007")[-1].text
    (echo,) = cast.says_in("-1007", "education", "2 开放了9所")
    assert echo.text.startswith("记下了")


def test_in_english(cast: Cast) -> None:
    cast.says("admin", "/lang en")
    (told,) = cast.says_in(ROOM, "admin", "/bind 教育局")
    assert told.text.startswith("This group is now 教育局's.")


def test_what_was_answered_is_ticked_in_the_groups_list_too_and_in_the_others(cast: Cast) -> None:
    bound(cast)
    cast.ticks()
    first = cast.seen_in(ROOM)[-1]
    cast.says("education", "1新增学位3500个")
    edit = cast.seen_in(ROOM)[-1]
    row = cast.read(lambda session: session.get_one(Outbox, edit.outbox_id))
    assert row.edits_id == first.outbox_id
    assert "还差 1 项" in edit.text
    assert "1 ✓ 增加教育资源供给（序号1）：学位 3500/5000 个" in edit.text
    assert edit.text.endswith("没变化的回“2 没变化”。")
    assert edit.buttons == ()
    cast.says_in(ROOM, "education", "2 开放了9所")
    assert "2 项都已反馈。" in cast.seen_in(ROOM)[-2].text + cast.seen_in(ROOM)[-1].text
    assert "还差" not in cast.heard("education")[-1].text


def test_a_group_that_is_let_go_is_not_edited_any_more(cast: Cast) -> None:
    bound(cast)
    cast.ticks()
    cast.says_in(ROOM, "admin", "解绑")
    before = len(cast.seen_in(ROOM))
    cast.says("education", "1新增学位3500个")
    assert len(cast.seen_in(ROOM)) == before
