"""A stranger without a code asks to be let in, and an admin agrees or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from data.kinds import Role
from data.models import Account, AuditEvent, Joining, Person
from tests.bot.cast import OFFICE, Cast, Scene, person, playing

SENT = "收到，已转给督查室；同意以后会在这里告诉您。有邀请码的，直接发邀请码更快。"


def account(cast: Cast, who: str) -> Account:
    query = select(Account).where(Account.external_id == cast.chat(who))
    return cast.read(lambda session: session.scalars(query).one())


def applications(cast: Cast) -> Sequence[Joining]:
    return cast.read(lambda session: session.scalars(select(Joining).order_by(Joining.id)).all())


def answer(cast: Cast, who: str, text: str) -> str:
    (said,) = cast.says(who, text)
    return said.text


def test_the_polite_sentence_says_how_to_ask(office: Cast) -> None:
    assert "或回“申请 姓名 单位”，由督查室同意。" in answer(office, "stranger", "你好")


def test_a_known_person_is_bound_when_an_admin_agrees_and_is_welcomed(office: Cast) -> None:
    assert answer(office, "stranger", "申请 周敏 教育局") == SENT
    asked = office.heard("admin")[-1]
    assert asked.text.splitlines() == [
        "有人申请加入（1 号）：自称教育局的周敏，来自Telegram，昵称“stranger”。",
        "人员表里有：教育局联络员周敏（编号 4，已绑定Telegram）。",
        "请先向本人核实，再同意。",
    ]
    assert asked.labels == ["同意", "不同意"]
    assert account(office, "stranger").person_id is None
    told = office.presses("admin", "同意")[0]
    assert told.text.startswith("已同意：绑定为教育局联络员周敏（编号 4）")
    bound = account(office, "stranger")
    assert bound.person_id == office.people["education"]
    assert office.heard("stranger")[-1].text.startswith("已绑定：教育局联络员。")
    assert office.heard("education")[-1].text.startswith("您在Telegram又绑定了一个账号")
    query = select(AuditEvent.actor_id).where(AuditEvent.action == "bind", AuditEvent.entity_id == bound.id)
    assert office.read(lambda session: session.scalars(query).all()) == [office.people["admin"]]


def test_who_is_not_listed_is_registered_with_the_unit_when_an_admin_agrees(office: Cast) -> None:
    answer(office, "stranger", "/join 李敏，区教育局")
    assert "人员表里没有这个人，同意就登记为教育局的联络员。" in office.heard("admin")[-1].text
    office.says("admin", "加入申请 同意 1")
    found = office.read(lambda session: _facts(person(session, "李敏")))
    assert found == ("教育局", ["liaison"], "B")
    assert office.heard("stranger")[-1].text.startswith("已绑定：教育局联络员。")


def _facts(found: Person) -> tuple[str, list[str], str]:
    assert found.unit is not None
    return found.unit.name, [role.role for role in found.roles], found.order


def test_a_stranger_hears_the_same_whoever_is_claimed(office: Cast) -> None:
    said = [
        answer(office, f"stranger-{n}", f"申请 {who}")
        for n, who in enumerate(("周敏 教育局", "某人 教育局", "林岚 督查室", "某人 某局"))
    ]
    assert set(said) == {SENT}


def test_no_admin_is_claimed_in_the_chat(office: Cast) -> None:
    answer(office, "stranger", "申请 林岚 督查室")
    asked = office.heard("admin")[-1]
    assert "管理员只能在运行督办的机器上用 duban invite 邀请，这里不能同意。" in asked.text
    assert asked.labels == ["不同意"]
    assert answer(office, "admin", "加入申请 同意 1").startswith("管理员不能在对话里添加")
    assert account(office, "stranger").person_id is None


def test_a_unit_that_is_not_known_can_not_be_agreed_to(office: Cast) -> None:
    answer(office, "stranger", "申请 某人 教肓局")
    asked = office.heard("admin")[-1]
    assert "也没有“教肓局”这个单位（是不是教育局、" in asked.text
    assert asked.labels == ["不同意"]
    office.says("admin", "人员 添加 某人 联络员 教育局")
    (again,) = office.says("admin", "加入申请")
    assert again.labels == ["同意", "不同意"]


def test_of_two_of_a_name_the_admin_says_which(office: Cast) -> None:
    office.says("admin", "人员 添加 王强 联络员 教育局")
    office.says("admin", "人员 添加 王强 联络员 住建局")
    answer(office, "stranger", "申请 王强 某局")
    asked = office.heard("admin")[-1]
    assert [label.split("（")[0] for label in asked.labels] == [
        "同意：教育局联络员王强",
        "同意：住建局联络员王强",
        "不同意",
    ]
    assert "请用编号" in answer(office, "admin", "加入申请 同意 1")
    office.presses("admin", asked.labels[1])
    assert office.heard("stranger")[-1].text.startswith("已绑定：住建局联络员。")


def test_a_refusal_is_said_politely_and_a_second_word_does_no_harm(office: Cast) -> None:
    answer(office, "stranger", "申请 周敏 教育局")
    office.joins("second", "赵平", Role.ADMIN)
    office.presses("admin", "不同意")
    assert office.heard("stranger")[-1].text == "您好，督查室没有同意这次申请。如有疑问，请直接联系督查室。"
    assert answer(office, "second", "加入申请 同意 1").startswith("这个申请已由林岚在9月26日 9:05不同意")
    assert account(office, "stranger").person_id is None
    assert answer(office, "admin", "加入申请") == "没有等着同意的申请。"


def test_one_is_open_for_an_account_and_the_admins_hear_once_a_day(office: Cast) -> None:
    answer(office, "stranger", "申请 周敏 教育局")
    heard = len(office.heard("admin"))
    assert "请等答复" in answer(office, "stranger", "申请 何海平 区政府")
    office.presses("admin", "不同意")
    assert "请明天再申请" in answer(office, "stranger", "申请 周敏 教育局")
    office.wait(days=1)
    assert answer(office, "stranger", "申请 周敏 教育局") == SENT
    assert [row.name for row in applications(office)] == ["周敏", "周敏"]
    assert len([said for said in office.heard("admin")[heard:] if "有人申请加入" in said.text]) == 1


def test_tries_are_slowed_as_codes_are(office: Cast) -> None:
    for _ in range(5):
        assert answer(office, "stranger", "申请") == "请写成“申请 姓名 单位”，如“申请 李敏 教育局”。"
    assert answer(office, "stranger", "申请 周敏 教育局") == "您申请得太频繁了，请 15 分钟后再试。"
    assert applications(office) == []
    assert office.says("stranger", "AAAAABBBBB")[0].text.startswith("邀请码不对")


def test_a_crowd_of_strangers_does_not_flood_the_admins(office: Cast) -> None:
    for number in range(13):
        assert answer(office, f"stranger-{number}", "申请 某人 教育局") == SENT
    assert sum("有人申请加入" in said.text for said in office.heard("admin")) == 10
    assert "有 13 个加入申请等着同意" in office.says("admin", "人员")[0].text


def test_at_night_the_admins_hear_in_the_morning(office: Cast) -> None:
    office.at("2021-09-27T22:00")
    answer(office, "stranger", "申请 周敏 教育局")
    assert "有人申请加入" not in office.heard("admin")[-1].text
    office.at("2021-09-28T09:01")
    office.deliver()
    assert "有人申请加入" in office.heard("admin")[-1].text


def test_who_comes_in_by_a_code_meanwhile_needs_no_word(office: Cast) -> None:
    answer(office, "stranger", "申请 周敏 教育局")
    code = office.says("admin", "人员 邀请 周敏")[0].text.partition("邀请码：")[2][:11]
    office.says("stranger", code)
    assert "对方已用邀请码绑定" in office.presses("admin", "同意")[0].text
    assert [row.outcome for row in applications(office)] == ["code"]


@pytest.mark.parametrize("said", ["申请 看这里http://x.cn 教育局", "申请 周敏", "申请 " + "长" * 30 + " 教育局"])
def test_what_is_no_name_and_unit_is_not_passed_on(office: Cast, said: str) -> None:
    assert answer(office, "stranger", said).startswith("请写成“申请 姓名 单位”")
    assert applications(office) == []


def test_in_a_group_nobody_applies(office: Cast) -> None:
    assert office.says_in("-7", "stranger", "申请 周敏 教育局") == []
    assert applications(office) == []


def test_it_can_be_switched_off(office_scene: Scene, tmp_path: Path) -> None:
    with playing(office_scene, tmp_path, office=replace(OFFICE, joining=False)) as cast:
        assert "申请" not in answer(cast, "stranger", "申请 周敏 教育局")
        assert applications(cast) == []


def test_a_liaison_who_writes_the_word_reports_as_ever(office: Cast) -> None:
    said, *_ = office.says("education", "申请 延期到11月底，1新增学位3500个")
    assert "3500" in said.text
    refused = office.says("education", "人员")[0].text
    assert office.says("education", "加入申请")[0].text == refused.replace("人员", "加入申请")
