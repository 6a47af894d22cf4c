"""代录: what the office heard on the phone is read as the unit's own, marked, and shown to the unit."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from data.kinds import Role
from data.models import Account, Figure
from tests.bot.cast import Cast

SAID = "代录 民政局 4.3 累计240户，10月底完成（电话，值班室）"


@pytest.fixture
def phoned(office: Cast) -> Cast:
    office.joins("civil", "王静", Role.LIAISON, "民政局")
    office.at("2021-10-11T10:00")
    return office


def test_an_entry_is_read_as_the_units_own_and_marked_with_its_source(phoned: Cast) -> None:
    [echo] = phoned.says("admin", SAID)
    assert str(echo) == (
        "记下了（代录）：适老化改造（4.3）240/300 户 · 预计10月31日前完成。来源：电话，值班室。已抄送民政局联络员核对。"
    )
    assert echo.labels == ["更正", "撤回"]
    [report] = phoned.stored("4.3")
    assert (report.person_id, report.entered_by, report.source) == (None, phoned.people["admin"], "电话，值班室")
    assert report.text == "4.3 累计240户，10月底完成"
    assert report.round_id is not None


def test_its_words_are_shown_with_the_source_and_to_the_office_with_who_typed(phoned: Cast) -> None:
    phoned.says("admin", SAID)
    assert "（迟报 4 天、代录：电话，值班室，林岚录入）" in phoned.says("admin", "出处 4.3")[0].text
    assert "（迟报 4 天、代录：电话，值班室）" in phoned.says("civil", "出处 4.3")[0].text


def test_the_liaison_gets_a_copy_and_corrects_it_by_replying(phoned: Cast) -> None:
    phoned.says("admin", SAID)
    phoned.ticks()
    copy = next(said for said in reversed(phoned.heard("civil")) if "代录" in said.text)
    assert "适老化改造（4.3）240/300 户 · 预计10月31日前完成（来源：电话，值班室）" in copy.text
    number = next(line for line in copy.text.splitlines() if "适老化" in line).partition(".")[0]
    [echo, *_] = phoned.says("civil", f"更正 {number} 是236户", quoting=copy)
    assert "已更正：（4.3）适老化改造 236/300 户（原报 240）" in str(echo)
    figures = phoned.read(lambda session: session.scalars(select(Figure).order_by(Figure.id)).all())
    assert figures[-1].value == 236


def test_the_unit_counts_as_having_answered(phoned: Cast) -> None:
    phoned.says("admin", SAID)
    [told] = phoned.says("admin", "谁没反馈")
    assert "部分反馈 1（民政局 1/5）" in str(told)


def test_who_has_stopped_the_bot_gets_the_copy_on_coming_back(phoned: Cast) -> None:
    mine = Account.external_id == phoned.chat("civil")
    phoned.write(lambda session: session.execute(update(Account).where(mine).values(blocked_at=phoned.now)))
    [echo] = phoned.says("admin", SAID)
    assert str(echo).endswith("民政局联络员恢复使用后抄送核对。")
    phoned.ticks()
    assert not any("代录" in said.text for said in phoned.heard("civil"))
    phoned.write(lambda session: session.execute(update(Account).where(mine).values(blocked_at=None)))
    phoned.at("2021-10-13T10:00")
    phoned.ticks()
    assert any("代录" in said.text for said in phoned.heard("civil"))


def test_a_copy_waits_for_working_hours_and_tells_several_entries_once(phoned: Cast) -> None:
    phoned.at("2021-10-11T20:00")
    phoned.says("admin", SAID)
    phoned.says("admin", "代录 民政局 4.2 改造5家（电话）")
    phoned.ticks()
    assert not any("代录" in said.text for said in phoned.heard("civil"))
    phoned.at("2021-10-12T09:00")
    phoned.ticks()
    [copy] = [said for said in phoned.heard("civil") if "代录" in said.text]
    assert "（4.2）" in copy.text
    assert "（4.3）" in copy.text


def test_an_entry_can_be_taken_back(phoned: Cast) -> None:
    phoned.says("admin", SAID)
    [gone] = phoned.presses("admin", "撤回")
    assert str(gone).startswith("已撤回代录：适老化改造（4.3）240/300 户")
    assert [report.standing for report in phoned.stored("4.3")] == [False]


def test_what_is_unsure_is_asked_and_then_entered(phoned: Cast) -> None:
    [ask] = phoned.says("admin", "代录 民政局 4.3 累计340户（电话）")
    assert "340" in str(ask)
    phoned.presses("admin", ask.labels[0])
    [report] = phoned.stored("4.3")
    assert (report.entered_by, report.source, [figure.value for figure in figures(phoned)]) == (
        phoned.people["admin"],
        "电话",
        [340],
    )


def figures(cast: Cast) -> list[Figure]:
    return cast.read(lambda session: list(session.scalars(select(Figure).order_by(Figure.id))))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("代录", "请写“代录 单位 内容（来源）”"),
        ("代录 民政局", "请写上内容"),
        ("代录 民政句 4.3 累计240户", "没有“民政句”这个单位，是不是民政局"),
        ("代录 民政局 领导很重视（电话）", "没看懂是民政局哪一项的进展，没有记下"),
    ],
)
def test_what_cannot_be_entered_is_said_to_be(phoned: Cast, said: str, answer: str) -> None:
    [reply] = phoned.says("admin", said)
    assert str(reply).startswith(answer)
    assert phoned.stored("4.3") == []


def test_only_an_admin_enters_on_behalf(phoned: Cast) -> None:
    [refused] = phoned.says("education", SAID)
    assert "只有负责这件事的人能用" in str(refused)


def test_in_english(phoned: Cast) -> None:
    phoned.says("admin", "/lang en")
    phoned.says("civil", "/lang en")
    [echo] = phoned.says("admin", "/behalf 民政局 4.3 累计240户，10月底完成 (phone, duty office)")
    assert str(echo).startswith("Noted (on behalf): 适老化改造 (4.3): 240/300 户")
    assert "Source: phone, duty office." in str(echo)
    phoned.ticks()
    assert any("entered on behalf of your unit" in said.text for said in phoned.heard("civil"))


def test_without_a_source_it_says_who_typed_it(phoned: Cast) -> None:
    phoned.says("admin", "代录 民政局 4.3 累计240户")
    assert phoned.stored("4.3")[0].source == "林岚录入"


def test_the_offices_list_leads_to_it(phoned: Cast) -> None:
    for moment in ("2021-09-30T09:07", "2021-10-09T09:07", "2021-10-11T09:07"):
        phoned.at(moment)
        phoned.ticks()
    [how] = phoned.presses("admin", "代录")
    assert str(how).startswith("请写“代录 单位 内容（来源）”")
