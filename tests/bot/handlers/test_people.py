"""An admin keeps the list of people: who is bound, new invites, who leaves."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from data.kinds import Role
from data.models import Account, AuditEvent, Outbox, Person
from tests.bot.cast import Cast, Said

CODE = re.compile(r"邀请码：([A-Z2-9]{5}-[A-Z2-9]{5})")


def code_in(said: Said) -> str:
    found = CODE.search(said.text)
    assert found is not None, said.text
    return found[1]


def test_the_list_goes_by_unit_and_says_where_each_can_be_reached(cast: Cast) -> None:
    [listing] = cast.says("admin", "人员")
    assert listing.title == "人员（6 人）"
    assert "教育局：周敏（Telegram，编号 4）\n住建局：陈刚（Telegram，编号 5）" in listing.text
    assert "区分管领导：何海平（Telegram，编号 1）、芮春祥（未绑定，没有邀请码，编号 2）" in listing.text
    assert "还没有联络员：人社局、文体旅局、民政局、卫健局、生态环境局、农业农村局" in listing.text


def test_a_person_is_added_and_the_invite_binds_whoever_sends_it(cast: Cast) -> None:
    [said] = cast.says("admin", "人员 添加 李敏 联络员 民政局 13800000000")
    assert said.text.startswith("已登记：民政局联络员李敏（编号 7）。")
    assert "10月10日前有效，只能用一次" in said.text
    code = code_in(said)
    assert f"Telegram：https://chat.example/{code.replace('-', '')}" in said.text
    [bound] = cast.says("newcomer", code)
    assert str(bound).startswith("已绑定：民政局联络员。")
    assert str(cast.says("another", code)[0]) == "这个邀请码已经用过或作废了，请向督查室要一个新的。"


@pytest.mark.parametrize(
    ("words", "role", "unit", "order", "scope"),
    [
        ("李敏 民政局", Role.LIAISON, "民政局", "A", "own"),
        ("李敏 联络员 区民政局 B角", Role.LIAISON, "民政局", "B", "own"),
        ("李敏，联络员，民政局", Role.LIAISON, "民政局", "A", "own"),
        ("Li Min liaison 民政局", Role.LIAISON, "民政局", "A", "own"),
        ("李敏 区分管领导", Role.LEADER, None, "A", "own"),
        ("李敏 领导 全区", Role.LEADER, None, "A", "all"),
    ],
)
def test_what_is_added_may_be_written_in_several_ways(
    cast: Cast, words: str, role: Role, unit: str | None, order: str, scope: str
) -> None:
    cast.says("admin", f"人员 添加 {words}")
    query = select(Person).where(Person.name.in_(("李敏", "Li Min")))
    added = cast.read(lambda session: _facts(session.scalars(query).one()))
    assert added == ([role], unit, order, scope)


def _facts(person: Person) -> tuple[list[str], str | None, str, str]:
    unit = person.unit.name if person.unit is not None else None
    return [role.role for role in person.roles], unit, person.order, person.scope


@pytest.mark.parametrize("words", ["", "李敏", "李敏 联络员", "联络员 民政局"])
def test_an_addition_that_lacks_something_is_answered_with_an_example(cast: Cast, words: str) -> None:
    assert str(cast.says("admin", f"人员 添加 {words}")[0]).startswith("请写成“人员 添加 姓名 联络员 单位”")


def test_a_leader_of_the_table_gets_an_invite_by_name(cast: Cast) -> None:
    [said] = cast.says("admin", "人员 邀请 芮春祥")
    assert said.text.startswith("区分管领导芮春祥的新邀请码")
    [bound] = cast.says("rui", code_in(said))
    assert str(bound) == "已绑定：芮春祥。发“汇总”看您分管的任务进展。"


def test_a_new_invite_ends_the_one_before(cast: Cast) -> None:
    [first] = cast.says("admin", "人员 邀请 芮春祥")
    cast.says("admin", "人员 邀请 芮春祥")
    assert "已经用过或作废" in str(cast.says("rui", code_in(first))[0])


def test_an_ambiguous_name_is_answered_with_the_ids_and_an_id_will_do(cast: Cast) -> None:
    cast.says("admin", "人员 添加 李敏 联络员 民政局")
    cast.says("admin", "人员 添加 李敏 联络员 人社局")
    assert str(cast.says("admin", "人员 邀请 李敏")[0]) == "有 2 位“李敏”，请用编号：7、8。"
    assert "人社局联络员李敏" in str(cast.says("admin", "人员 邀请 8")[0])


def test_a_removal_says_first_what_it_means(cast: Cast) -> None:
    [ask] = cast.says("admin", "人员 移除 陈刚")
    assert str(ask) == (
        "将移除住建局联络员陈刚（编号 5）：Telegram的绑定立即失效，未用的邀请码作废，以前的反馈保留。"
        "住建局 8 项任务将没有联络员。"
    )
    assert ask.labels == ["移除", "算了"]
    cast.presses("admin", "算了")
    assert "陈刚" in str(cast.says("admin", "人员 住建局")[0])


def test_who_was_removed_is_a_stranger_at_once_and_the_reports_stay(office: Cast) -> None:
    office.says("housing", "1 已完成60%")
    reports = len(office.stored("3.2"))
    assert reports == 1
    office.says("admin", "人员 移除 陈刚")
    [done] = office.presses("admin", "移除")
    assert str(done).startswith("已移除住建局联络员陈刚。住建局现在没有联络员")
    [stranger] = office.says("housing", "1 完成70%")
    assert str(stranger).startswith("您好，本助手只为已登记的联络员服务。")
    assert len(office.stored("3.2")) == reports


def test_who_was_removed_is_shown_no_more_of_the_list_that_they_had(office: Cast) -> None:
    office.joins("deputy", "李敏", Role.LIAISON, "教育局")
    before = len(office.heard("education"))
    office.says("admin", "人员 移除 周敏")
    office.presses("admin", "移除")
    office.says("deputy", "1新增学位3500个")
    assert len(office.heard("education")) == before


def test_a_channel_without_an_address_gives_no_link(cast: Cast) -> None:
    cast.channel.invite_link = lambda code: None  # type: ignore[attr-defined]
    [said] = cast.says("admin", "人员 添加 李敏 联络员 民政局")
    assert "None" not in said.text
    assert "Telegram" not in said.text


def test_a_removal_revokes_invites_stops_what_is_queued_and_is_in_the_trail(cast: Cast) -> None:
    [invite] = cast.says("admin", "人员 邀请 陈刚")
    person_id = cast.people["housing"]
    queued = Outbox(
        channel="telegram", chat_id="x", person_id=person_id, payload={"title": None, "text": "x", "buttons": []},
        created_at=cast.now, not_before=cast.now.replace(year=2022),
    )  # fmt: skip
    cast.write(lambda session: session.add(queued))
    cast.says("admin", "人员 移除 陈刚")
    cast.presses("admin", "移除")
    assert "已经用过或作废" in str(cast.says("housing", code_in(invite))[0])
    states = select(Outbox.state).where(Outbox.chat_id == "x")
    assert cast.read(lambda session: session.scalars(states).all()) == ["dropped"]
    trail = select(AuditEvent.actor_id).where(AuditEvent.action == "leave", AuditEvent.entity_id == person_id)
    assert cast.read(lambda session: session.scalars(trail).all()) == [cast.people["admin"]]
    bound = select(func.count()).where(Account.person_id == person_id)
    assert cast.read(lambda session: session.scalar(bound)) == 0


@pytest.mark.parametrize("order", ["人员 移除 林岚", "人员 邀请 林岚", "人员 添加 高远 管理员"])
def test_nobody_acts_on_an_equal(cast: Cast, order: str) -> None:
    assert str(cast.says("admin", order)[0]).startswith("管理员不能在对话里添加、邀请或移除")


def test_a_unit_and_a_name_narrow_the_list(cast: Cast) -> None:
    assert str(cast.says("admin", "人员 教育局")[0]) == "人员（1 人）\n教育局：周敏（Telegram，编号 4）"
    assert "何海平" in str(cast.says("admin", "人员 何海平")[0])
    assert str(cast.says("admin", "人员 没有的")[0]).startswith("没有叫“没有的”的人")


@pytest.mark.parametrize("who", ["education", "leader"])
def test_only_an_admin_sees_people(cast: Cast, who: str) -> None:
    [refused] = cast.says(who, "人员")
    assert "只有负责这件事的人能用" in str(refused)
