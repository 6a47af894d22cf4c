"""The people file: read by the names of its columns, refused as a whole, applied once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.access import account_of
from bot.contacts import HEAD, PersonDraft, apply_people, people_list, read_people, template
from bot.message import Inbound, Kind
from bot.texts import texts
from bot.views.sheet import write_sheet
from data.errors import UserError
from data.kinds import Role, Scope
from data.models import Account, Invite, Person
from tests.bot.cast import Cast

ROWS = (
    ("张  静", "民政局", "联络员", "A", "13900000000", "", "", ""),
    ("李敏", "教育局", "联络员", "B角", "", "英文", "123456", "limin"),
    ("何海平", "", "区分管领导", "", "", "", "", ""),
    ("周书记", "全区", "区分管领导", "", "", "", "", ""),
    ("吴主任", "督查室", "管理员", "", "", "", "", ""),
)


def people_file(folder: Path, rows: Sequence[Sequence[str]] = ROWS, name: str = "people.xlsx") -> Path:
    path = folder / name
    write_sheet(path, HEAD, rows)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(UserError) as refused:
        read_people(path)
    return texts("zh-CN").error(refused.value)


@pytest.mark.parametrize("name", ["people.xlsx", "people.csv"])
def test_everybody_is_read_with_role_order_scope_and_language(tmp_path: Path, name: str) -> None:
    assert read_people(people_file(tmp_path, name=name)) == [
        PersonDraft("张静", Role.LIAISON, 2, "民政局", "A", phone="13900000000"),
        PersonDraft("李敏", Role.LIAISON, 3, "教育局", "B", language="en", telegram="123456", wecom="limin"),
        PersonDraft("何海平", Role.LEADER, 4),
        PersonDraft("周书记", Role.LEADER, 5, scope=Scope.ALL),
        PersonDraft("吴主任", Role.ADMIN, 6, "督查室"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_columns_are_found_by_name_in_any_order_below_a_title(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "people.csv"
    text = "2021年联络员名单,,\n身份,联系电话,姓名,所在单位\n联络员,0519-8888,张静,民政局\n,,,\n"
    path.write_text(text, encoding=encoding)
    assert read_people(path) == [PersonDraft("张静", Role.LIAISON, 3, "民政局", phone="0519-8888")]


def test_every_faulty_row_is_named_with_its_number(tmp_path: Path) -> None:
    rows = [
        ("", "民政局", "联络员"),
        ("王一", "民政局", "科员"),
        ("王二", "", "联络员"),
        ("王三", "民政局", "联络员", "C"),
        ("王四", "民政局", "联络员", "", "", "", "@wangsi"),
        ("王五", "民政局", "联络员"),
        ("王五", "民政局", "联络员"),
    ]
    assert refusal(people_file(tmp_path, rows)) == (
        "people.xlsx 有 6 处要改，一个人也没有写入：\n"
        "第 2 行：没有姓名\n"
        "第 3 行：角色“科员”不认识，请写联络员、区分管领导、管理员或单位负责人\n"
        "第 4 行：联络员王二没有写单位\n"
        "第 5 行：次序“C”不认识，请写 A 或 B\n"
        "第 6 行：Telegram 请写数字编号（不是“@wangsi”），不知道就空着，用邀请码绑定\n"
        "第 8 行：王五和第 7 行重复"
    )


def test_a_file_without_the_columns_it_needs_says_which_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("名称,金额\n甲,1\n", encoding="utf-8")
    assert refusal(path) == (
        "other.csv：没有找到“姓名”和“角色”两列（第一行是：名称、金额）。可用 duban people template 生成空白表。"
    )


@pytest.mark.parametrize("name", ["empty.xlsx", "empty.csv"])
def test_the_template_is_an_empty_people_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    template(path)
    assert refusal(path) == f"{name}：只有表头，没有人员。"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\x00\x01\x02\x03"])
def test_a_file_that_is_none_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(content)
    assert "people.xlsx" in refusal(path)


def test_whoever_can_not_be_reached_yet_gets_an_invite(tmp_path: Path, cast: Cast) -> None:
    drafts = read_people(people_file(tmp_path))
    added = cast.write(lambda session: apply_people(session, drafts, cast.now))
    assert [(one.name, one.role, one.unit, one.new, one.code is not None) for one in added] == [
        ("张静", Role.LIAISON, "民政局", True, True),
        ("李敏", Role.LIAISON, "教育局", True, False),
        ("何海平", Role.LEADER, None, False, False),
        ("周书记", Role.LEADER, None, True, True),
        ("吴主任", Role.ADMIN, "督查室", True, True),
    ]
    codes = {one.name: one.code for one in added}
    assert codes["张静"] is not None
    [bound] = cast.says("newcomer", codes["张静"])
    assert str(bound).startswith("已绑定：民政局联络员。")


def test_the_same_file_again_changes_nothing(tmp_path: Path, cast: Cast) -> None:
    drafts = read_people(people_file(tmp_path))

    def counted() -> tuple[int, ...]:
        tables = (Person, Account, Invite)
        return cast.read(
            lambda session: tuple(session.scalar(select(func.count()).select_from(t)) or 0 for t in tables)
        )

    cast.write(lambda session: apply_people(session, drafts, cast.now))
    before = counted()
    again = cast.write(lambda session: apply_people(session, drafts, cast.now))
    assert counted() == before
    assert [(one.new, one.code) for one in again] == [(False, None)] * len(ROWS)


def test_a_unit_that_does_not_exist_is_named_with_the_nearest_and_nobody_is_stored(tmp_path: Path, cast: Cast) -> None:
    drafts = read_people(people_file(tmp_path, [("张静", "民政局", "联络员"), ("李敏", "教肓局", "联络员")]))
    before = cast.read(lambda session: session.scalar(select(func.count()).select_from(Person)))
    with pytest.raises(UserError) as refused:
        cast.write(lambda session: apply_people(session, drafts, cast.now, file="people.xlsx"))
    assert "第 3 行：没有“教肓局”这个单位，是不是教育局" in texts("zh-CN").error(refused.value)
    assert cast.read(lambda session: session.scalar(select(func.count()).select_from(Person))) == before


def test_an_account_that_is_somebody_elses_is_refused(cast: Cast) -> None:
    taken = Account(channel="telegram", external_id="99", person_id=cast.people["housing"], created_at=cast.now)
    cast.write(lambda session: session.add(taken))
    draft = PersonDraft("李敏", Role.LIAISON, 2, "教育局", telegram="99")
    with pytest.raises(UserError) as refused:
        cast.write(lambda session: apply_people(session, [draft], cast.now))
    assert "Telegram 99 已绑定给陈刚" in texts("zh-CN").error(refused.value)


def test_two_roles_of_one_person_in_one_unit_are_one_person(cast: Cast) -> None:
    drafts = [PersonDraft("吴主任", role, n, "教育局") for n, role in enumerate((Role.LIAISON, Role.ADMIN), 2)]
    added = cast.write(lambda session: apply_people(session, drafts, cast.now))
    assert added[0].person_id == added[1].person_id
    listed = cast.read(lambda session: [one for one in people_list(session) if one["name"] == "吴主任"])
    assert [one["roles"] for one in listed] == [["admin", "liaison"]]


def test_the_list_says_who_is_bound_where_and_who_is_invited(cast: Cast) -> None:
    cast.says("admin", "人员 添加 李敏 联络员 教育局 13800000000")
    listed = {one["name"]: one for one in cast.read(lambda session: people_list(session, cast.now))}
    assert listed["周敏"]["channels"] == ["telegram"]
    assert listed["周敏"]["invite"] is None
    assert listed["李敏"]["channels"] == []
    assert listed["李敏"]["invite"].startswith("2021-10-10")
    assert (listed["李敏"]["unit"], listed["李敏"]["phone"]) == ("教育局", "13800000000")


def accounts(cast: Cast, name: str) -> list[tuple[str, str, str]]:
    """Each account's channel, external id and reach."""
    people = cast.read(lambda session: people_list(session, cast.now))
    [person] = [one for one in people if one["name"] == name]
    stored = cast.read(lambda session: list(session.scalars(select(Account).where(Account.person_id == person["id"]))))
    reaches = [one["reach"] for one in person["accounts"]]
    return [(each.channel, each.external_id, reached) for each, reached in zip(stored, reaches, strict=True)]


def test_a_userid_makes_both_accounts_of_wecom_and_whoever_writes_with_it_is_known(cast: Cast) -> None:
    draft = PersonDraft("李敏", Role.LIAISON, 2, "教育局", wecom="limin")
    [added] = cast.write(lambda session: apply_people(session, [draft], cast.now))
    assert added.code is None
    assert accounts(cast, "李敏") == [("wecom_app", "limin", "open"), ("wecom_aibot", "limin", "not_spoken")]
    inbound = Inbound(Kind.TEXT, "LiMin", "LiMin", "1", cast.now, text="你好")
    found = cast.write(lambda session: account_of(session, "wecom_aibot", inbound, cast.now).person_id)
    assert found == added.person_id
    assert accounts(cast, "李敏") == [("wecom_app", "limin", "open"), ("wecom_aibot", "LiMin", "open")]


def test_another_spelling_of_an_account_that_has_spoken_is_somebody_else(cast: Cast) -> None:
    def known(session: Session) -> list[bool]:
        found = [
            account_of(session, "wecom_aibot", Inbound(Kind.TEXT, name, name, "1", cast.now, text="你好"), cast.now)
            for name in ("woAJ2G", "woaj2g")
        ]
        return [account is found[0] for account in found]

    assert cast.write(known) == [True, False]


def test_an_account_where_no_channel_is_on_saves_nobody_the_invite(cast: Cast) -> None:
    draft = PersonDraft("李敏", Role.LIAISON, 2, "教育局", wecom="limin")
    [added] = cast.write(lambda session: apply_people(session, [draft], cast.now, channels=("telegram",)))
    assert added.code is not None
    [listed] = cast.read(
        lambda session: [one for one in people_list(session, cast.now, ("telegram",)) if one["name"] == "李敏"]
    )
    assert (listed["channels"], listed["reach"]) == ([], "unbound")


def test_a_userid_is_no_name_and_nobody_shares_one(tmp_path: Path) -> None:
    rows = [
        ("张静", "民政局", "联络员", "", "", "", "", "张静"),
        ("李敏", "教育局", "联络员", "", "", "", "", "LiMin"),
        ("王强", "住建局", "联络员", "", "", "", "", "limin"),
    ]
    said = refusal(people_file(tmp_path, rows))
    assert "第 2 行：企业微信请写账号，即管理后台里的 userid（不是“张静”）" in said
    assert "第 4 行：企业微信 limin 和第 3 行（李敏）相同" in said
