"""A stranger's way, and a liaison's month, over Telegram's protocol."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.kinds import Role
from data.models import Account, Report
from tests.end_to_end.office import Office, running_office

TEACHER, HOUSING, LEADER, ADMIN, STRANGER = (5_000_000_000 + n for n in range(1, 6))


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with running_office(tmp_path) as running:
        yield running


def reports(session: Session) -> list[tuple[str, bool, list[float]]]:
    found = session.scalars(select(Report).order_by(Report.id))
    return [(r.assignment.ref, r.standing, [figure.value for figure in r.figures]) for r in found]


async def test_a_stranger_gets_one_polite_sentence_and_nothing_else(office: Office) -> None:
    stranger = office.telegram.user(STRANGER, "路人")
    stranger.says("你好")
    assert "本助手只为已登记的联络员服务" in (await stranger.hears("邀请码")).text
    stranger.says("汇总")
    stranger.says("/summary")
    code = await office.invites("王老师", Role.LIAISON, "教育局")
    stranger.says(code.lower())
    await stranger.hears("已绑定：教育局联络员")
    assert sum("只为已登记" in sent.text for sent in office.telegram.journal) == 1


async def test_an_invite_works_once_and_wrong_ones_are_slowed(office: Office) -> None:
    await office.joins(TEACHER, "王老师", Role.LIAISON, "教育局")
    stranger = office.telegram.user(STRANGER, "路人")
    for _ in range(5):
        stranger.says("AAAAABBBBB")
        await stranger.hears("邀请码不对")
    stranger.says("AAAAABBBBB")
    await stranger.hears("分钟后再试")


async def test_a_round_opens_and_a_reply_is_filed_echoed_corrected_and_seen_by_the_leader(office: Office) -> None:
    leader = await office.joins(LEADER, "何海平", Role.LEADER)
    teacher = await office.joins(TEACHER, "王老师", Role.LIAISON, "教育局")
    digest = await teacher.hears("9月调度")
    await office.settled()
    assert "1. 增加教育资源供给（序号1）" in digest.text
    teacher.says("1新增学位3500个，预计11月底完成；2 开放了9所，心理普测还没开始，等市里文件")
    echo = await teacher.hears("记下了")
    assert "1（序号1）学位 3500/5000 个 · 预计11月30日前完成" in echo.text
    teacher.says("说错了，是3300")
    await teacher.hears("已更正：（序号1）学位 3300/5000 个（原报 3500）")
    stored = await office.read(reports)
    assert [(ref, values) for ref, standing, values in stored if standing] == [("5.6", [9.0]), ("1", [3300.0])]
    leader.says("/summary")
    summary = await leader.hears("您分管的 10 项")
    assert "心理普测还没开始，等市里文件" in summary.text


async def test_an_edited_message_replaces_its_report_and_the_history_stays(office: Office) -> None:
    teacher = await office.joins(TEACHER, "王老师", Role.LIAISON, "教育局")
    await teacher.hears("9月调度")
    await office.settled()
    message = teacher.says("1 新增学位3500个")
    await teacher.hears("记下了")
    teacher.edits(message, "1 新增学位3600个")
    await teacher.hears("3600/5000")
    assert await office.read(reports) == [("1", False, [3500.0]), ("1", True, [3600.0])]


async def test_no_change_by_button_and_a_second_press_does_no_harm(office: Office) -> None:
    teacher = await office.joins(TEACHER, "王老师", Role.LIAISON, "教育局")
    await teacher.hears("9月调度")
    await office.settled()
    teacher.says("1 新增学位3500个")
    await teacher.hears("记下了")
    teacher.presses("撤回")
    await teacher.hears("已撤回")
    teacher.presses("撤回")
    await teacher.hears("选过了")
    assert [standing for _ref, standing, _values in await office.read(reports)] == [False]


async def test_things_that_are_no_words_are_met_with_a_sentence(office: Office) -> None:
    teacher = await office.joins(TEACHER, "王老师", Role.LIAISON, "教育局")
    teacher.sends("sticker")
    await teacher.hears("没有看到文字")
    teacher.sends("voice")
    await teacher.hears("语音还听不懂")
    teacher.says("/nonsense")
    await teacher.hears("没有“/nonsense”这个指令")
    teacher.says("进展" * 5000)
    await teacher.hears("太长")


async def test_in_a_group_nothing_about_rows_is_shown(office: Office) -> None:
    teacher = await office.joins(TEACHER, "王老师", Role.LIAISON, "教育局")
    group = office.telegram.group(-1_002_000_000_001, "督办群")
    teacher.says("大家好", group.chat)
    teacher.says("/mine@duban_test_bot", group.chat)
    heard = await office.telegram.wait_for(
        lambda: [sent for sent in office.telegram.journal if sent.chat_id == group.chat.id]
    )
    assert [sent.text for sent in heard] == ["任务的事请私聊我，群里不说。"]


async def test_a_blocked_chat_is_marked_and_comes_back(office: Office) -> None:
    teacher = await office.joins(TEACHER, "王老师", Role.LIAISON, "教育局")
    teacher.blocks()

    async def blocked() -> bool:
        return await office.read(lambda session: session.scalars(select(Account.blocked_at)).one() is not None)

    async with asyncio.timeout(10):
        while not await blocked():
            await asyncio.sleep(0.02)
    teacher.unblocks()
    teacher.says("你好")
    await teacher.hears("您好")
    assert not await blocked()


async def test_each_chat_has_the_menu_of_its_roles(office: Office) -> None:
    await office.joins(TEACHER, "王老师", Role.LIAISON, "教育局")
    await office.joins(ADMIN, "林岚", Role.ADMIN)

    def menus() -> dict[str, list[str]]:
        return {
            str(call.parameters["scope"]): [command["command"] for command in json.loads(call.parameters["commands"])]
            for call in office.telegram.called("setMyCommands")
        }

    found = await office.telegram.wait_for(lambda: menus() if len(menus()) == 2 else None, seconds=20)
    liaison, admin = sorted(found.values(), key=lambda words: "people" in words)
    assert "report" in liaison
    assert "people" not in liaison
    assert "people" in admin
