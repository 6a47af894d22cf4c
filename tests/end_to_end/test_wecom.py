"""A liaison's month over either way of WeCom, over both, and beside Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.contacts import PersonDraft
from data.kinds import Role
from data.models import Account, Attachment, Report
from tests.end_to_end.wecom import PATIENCE, House, Talk, running_house
from tests.servers.waiting import until
from tests.servers.wecom_app import Member
from tests.servers.wecom_seal import need_openssl, seal

TEACHER = PersonDraft("王老师", Role.LIAISON, 2, "教育局", wecom="wanglaoshi")
HOUSING = PersonDraft("陈刚", Role.LIAISON, 3, "住建局", wecom="chengang")
ADMIN = PersonDraft("林岚", Role.ADMIN, 4, wecom="linlan")
PHOTO = b"\xff\xd8\xff\xe0" + bytes(2000)
TELEGRAM_ID = 5_000_000_001
REPLY = "1新增学位3500个，预计11月底完成；2 开放了9所，心理普测还没开始，等市里文件"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    need_openssl()
    async with running_house(tmp_path, [TEACHER, HOUSING, ADMIN]) as running:
        yield running


def standing(session: Session) -> list[tuple[str, list[float]]]:
    found = session.scalars(select(Report).where(Report.standing).order_by(Report.id))
    return sorted((r.assignment.ref, [figure.value for figure in r.figures]) for r in found)


def cards(talk: Talk, words: str) -> list[str | None]:
    """The cards that say this: what stands in place of their buttons, None where they can be pressed."""
    return [
        getattr(shown, "label", None) or (None if shown.card["button_list"][0]["key"] != "spent" else "spent")
        for shown in talk.log
        if shown.card is not None and words in shown.text
    ]


async def test_a_month_over_the_app(house: House) -> None:
    teacher = house.by_app("WangLaoShi")
    digest = await teacher.hears("9月调度", card=True)
    await house.settles()
    assert "1. 增加教育资源供给（序号1）" in digest.text
    await teacher.says(REPLY)
    echo = await teacher.hears("记下了", card=True)
    assert "1（序号1）学位 3500/5000 个 · 预计11月30日前完成" in echo.text
    assert await house.read(standing) == [("1", [3500.0]), ("5.6", [9.0])]
    await until(lambda: "2 项都已反馈" in digest.text)
    await teacher.presses("撤回")
    await teacher.hears("已撤回")
    await until(lambda: cards(teacher, "记下了") == ["✓ 撤回"])
    assert await house.read(standing) == []


async def test_a_month_over_the_ai_bot(house: House) -> None:
    admin, teacher = house.by_app("LinLan"), house.by_bot("WangLaoShi")
    house.app.member("WangLaoShi").visible = False
    await until(lambda: house.app.called("message/send"))
    await teacher.says("你好")
    await teacher.hears("您好")
    await teacher.hears("9月调度", card=True)
    await house.settles()
    await teacher.says(REPLY)
    await teacher.hears("记下了", card=True)
    await teacher.says("说错了，是3300")
    await teacher.hears("已更正：（序号1）学位 3300/5000 个（原报 3500）")
    assert await house.read(standing) == [("1", [3300.0]), ("5.6", [9.0])]
    await admin.says("汇总")
    await admin.hears("心理普测还没开始，等市里文件")


async def test_a_leader_joins_by_invite_and_reads_on_the_way_that_suits(house: House) -> None:
    leader = house.by_bot("HeHaiPing")
    await leader.says(await house.invites("何海平"))
    await leader.hears("已绑定")
    await leader.says("汇总")
    await leader.hears("您分管的 10 项")
    await leader.presses("按单位")
    await leader.hears("看哪个单位")
    await leader.presses("教育局")
    await leader.hears("教育局")


async def test_each_reminder_goes_once_to_where_the_person_spoke_last_and_any_way_answers(house: House) -> None:
    by_app, by_bot = house.by_app("WangLaoShi"), house.by_bot("WangLaoShi")
    await by_app.hears("9月调度")
    await house.settles()
    await by_bot.says(REPLY)
    await by_bot.hears("记下了")
    phone = house.telegram.user(TELEGRAM_ID, "王老师")
    phone.says(f"/start {await house.invites('王老师')}")
    await phone.hears("已绑定")
    phone.says("说错了，是3300")
    await phone.hears("3300/5000 个")

    def persons(session: Session) -> int:
        return session.scalar(select(func.count(func.distinct(Report.person_id)))) or 0

    def accounts(session: Session) -> list[str]:
        query = select(Account.channel).where(Account.person_id == select(Report.person_id).limit(1).scalar_subquery())
        return sorted(session.scalars(query))

    assert await house.read(persons) == 1
    assert await house.read(accounts) == ["telegram", "wecom_aibot", "wecom_app"]
    assert sum("9月调度" in text for text in by_app.texts()) == 1
    assert not any("请反馈" in text for text in by_bot.texts())


async def test_whom_the_ai_bot_may_not_write_to_is_shown_with_what_to_send_them_and_gets_it_later(
    tmp_path: Path,
) -> None:
    need_openssl()
    async with running_house(tmp_path, [TEACHER, ADMIN], wecom_app={}) as house:
        admin, teacher = house.by_bot("LinLan"), house.by_bot("WangLaoShi")
        await admin.says("人员")
        listed = await admin.hears("教育局：王老师（企业微信未开通，编号")
        sentence = "请在企业微信里找到“督办助手”，发一句“你好”即可开通。"
        assert f"王老师还没有开通，请把这句话转给本人：{sentence}" in listed.text
        await admin.hears("教育局 王老师：企业微信未开通，请转告本人")
        await admin.says("谁没反馈")
        await admin.hears("教育局，联络员的企业微信未开通")
        assert teacher.texts() == []
        await teacher.says("你好")
        await teacher.hears("9月调度")


async def test_a_buttons_words_may_be_typed_over_any_way(house: House) -> None:
    teacher = house.by_app("WangLaoShi")
    await teacher.hears("9月调度")
    await house.settles()
    await teacher.says("怎么写。")
    await teacher.hears("写上列表里的序号")
    await teacher.says(REPLY)
    await teacher.hears("记下了")
    await house.settles()
    await teacher.says("撤回")
    await teacher.hears("已撤回")
    assert await house.read(standing) == []


async def test_a_card_that_offers_more_than_one_press_comes_again_once(house: House) -> None:
    teacher = house.by_app("WangLaoShi")
    await teacher.hears("9月调度")
    first = teacher.log[0].card
    assert first is not None
    await teacher.presses("怎么写")
    await teacher.hears("9月调度", card=True)
    assert cards(teacher, "请反馈") == ["✓ 怎么写", None]
    await teacher.presses("1")
    await teacher.hears("增加教育资源供给")
    await until(lambda: len(cards(teacher, "请反馈")) == 3)
    assert sorted(map(str, cards(teacher, "请反馈"))) == ["None", "✓ 1", "✓ 怎么写"]


async def test_a_long_digest_is_one_card_to_choose_from_and_shows_what_is_left(house: House) -> None:
    housing = house.by_app("ChenGang")
    await housing.hears("9月调度：请住建局反馈 8 项任务", card=True)
    assert housing.labels()[:3] == ["填选中项", "怎么写", "联络员换人了"]
    await house.settles()
    await housing.presses("3 老旧小区改造")
    await housing.hears("老旧小区改造（8.1）")
    await house.settles()
    assert cards(housing, "住建局反馈 8 项") == ["✓ 3 填写", None]
    await housing.says("到40%")
    await housing.hears("记下了")
    await until(lambda: any("住建局还差 7 项" in shown.text for shown in housing.log))
    assert len(cards(housing, "住建局")) == 2


async def test_an_old_card_that_still_looks_alive_brings_no_third_one(house: House) -> None:
    teacher = house.by_app("WangLaoShi")
    await teacher.hears("9月调度")
    house.app.answers("message/update_template_card", 40058)
    await teacher.presses("怎么写")
    await teacher.hears("9月调度", card=True)
    assert cards(teacher, "请反馈") == [None, None]
    old = teacher.log[0].card
    assert old is not None
    member = house.app.members["wanglaoshi"]
    await member._press(old, next(b["key"] for b in old["button_list"] if b["text"] == "怎么写"))
    await until(lambda: sum("写上列表里的序号" in text for text in teacher.texts()) == 2)

    await house.settles()
    assert len(cards(teacher, "请反馈")) == 2


async def test_files_go_both_ways_over_either_way(house: House) -> None:
    teacher, admin = house.by_app("WangLaoShi"), house.by_bot("LinLan")
    await teacher.hears("9月调度")
    await house.settles()
    await teacher.says("1新增学位3500个")
    await teacher.hears("记下了")
    assert isinstance(teacher.person, Member)
    await teacher.person.sends("image", PHOTO)
    await teacher.hears("收到照片 1 张，和刚才那条反馈放在一起")
    await admin.says("台账")
    shown = await admin.hears("[file]")
    assert shown.text.endswith(".xlsx")

    def kept(session: Session) -> list[tuple[str, str | None]]:
        return [(file.state, file.type) for file in session.scalars(select(Attachment))]

    async with asyncio.timeout(PATIENCE):
        while await house.read(kept) != [("kept", "image/jpeg")]:
            await asyncio.sleep(0.05)


async def test_the_callbacks_route_answers_as_wecom_wants(house: House) -> None:
    sealed = seal(house.app.aes_key, "1616140317555161061", house.app.corp_id)
    good = house.app.query(sealed) | {"echostr": sealed}
    member = house.app.member("WangLaoShi")
    message = seal(house.app.aes_key, member.xml("text", "<Content>你好</Content><MsgId>73</MsgId>"), house.app.corp_id)
    async with httpx.AsyncClient(base_url=house.address) as client:
        answer = await client.get("/wecom/app", params=good)
        assert (answer.status_code, answer.content) == (200, b"1616140317555161061")
        assert (await client.get("/wecom/app", params=good | {"msg_signature": "0" * 40})).status_code == 403
        health = (await client.get("/healthz")).json()
        assert health["channels"]["wecom_app"]["trouble"] == "wecom.callback_token"
        assert health["channels"]["wecom_aibot"]["trouble"] is None
        parts = (await client.get("/readyz")).json()["parts"]
        assert {"channel.wecom_aibot", "channel.wecom_app"} <= parts.keys()
        assert (await client.get("/wecom/app")).status_code == 400
        body, query = house.app.body(message), house.app.query(message)
        assert (await client.post("/wecom/app", params=query, content=body)).content == b""
        assert (await client.post("/wecom/app", params=query, content=b"<xml/>")).status_code == 400
        assert (await client.post("/telegram")).status_code == 404
        await house.bot.channels["wecom_app"].stop_receiving()
        assert (await client.post("/wecom/app", params=query, content=body)).status_code == 503
