"""更正迟报: a wrong mark of late or silent is lifted, with the reason, and comes back when that is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.texts import texts
from bot.views.ledger_rows import Sight, ledger_rows
from bot.views.ledger_sheets import round_lines
from data import queries
from tests.bot.cast import Cast, Said

WHY = "平台故障没有收到"


@pytest.fixture
def late(office: Cast) -> Cast:
    """教育局 answered two working days late, 住建局 not at all."""
    office.at("2021-10-08T10:00")
    office.says("education", "1 新增学位3300个；2 开放了9所")
    return office


def remarks(cast: Cast) -> str:
    """What the ledger remarks of 教育局's first row."""

    def read(session: Session) -> str:
        plan = queries.current_plan(session)
        assert plan is not None
        sight = Sight(session, plan, cast.now, cast.office, texts("zh-CN"))
        rows = [row for row in sight.standings() if row.row.ref == "1"]
        return ledger_rows(sight, rows)[0].remarks

    return cast.read(read)


def test_the_ledger_s_rounds_tell_what_was_sent_and_why_a_unit_is_excused(office: Cast) -> None:
    office.at("2021-09-30T09:10")
    office.ticks()
    office.at("2021-10-08T10:00")
    office.says("education", "1 新增学位3300个；2 开放了9所")
    office.says("admin", f"更正迟报 教育局 {WHY}")
    office.presses("admin", "更正")

    def read(session: Session) -> dict[Any, list[Any]]:
        plan = queries.current_plan(session)
        assert plan is not None
        lines = round_lines(Sight(session, plan, office.now, office.office, texts("zh-CN")))
        return {line[3]: line[-2:] for line in lines}

    told = office.read(read)
    assert told["教育局"] == ["9月26日提醒、9月30日催办", WHY]


def test_a_late_mark_is_lifted_after_its_effect_was_said(late: Cast) -> None:
    assert "迟报：教育局 2 天。" in late.says("admin", "谁没反馈")[0].text
    [ask] = late.says("admin", f"更正迟报 教育局 {WHY}")
    assert ask.text == (
        "将更正：教育局 9月调度的“迟报 2 天”不再标注。原因：平台故障没有收到。"
        "名单、出处、台账和灯都跟着改，反馈和原来的时间不变。"
    )
    assert "迟报：教育局 2 天。" in late.says("admin", "谁没反馈")[0].text
    late.says("admin", f"更正迟报 教育局 {WHY}")
    [done] = late.presses("admin", "更正")
    assert done.text.startswith("已更正：教育局 9月调度不再标“迟报 2 天”，原因：平台故障没有收到。")
    waiting = late.says("admin", "谁没反馈")[0].text
    assert "\n迟报：" not in waiting
    assert "迟报已更正：教育局：平台故障没有收到。" in waiting
    assert "迟报" not in late.says("admin", "出处 1")[0].text


def test_silence_is_counted_by_itself_and_no_longer_as_silence(late: Cast) -> None:
    late.says("admin", "更正迟报 住建局 联络员换人没有交接")
    late.presses("admin", "更正")
    waiting = late.says("admin", "谁没反馈")[0].text
    assert "不计 1（住建局：联络员换人没有交接）" in waiting
    assert "未反馈" not in waiting
    assert "不计 1" in late.says("admin", "汇总")[0].text


def test_the_ledger_goes_by_it_and_counts_working_days(late: Cast) -> None:
    assert "迟报 2 天" in remarks(late)
    late.says("admin", f"更正迟报 教育局 {WHY}")
    late.presses("admin", "更正")
    assert "迟报" not in remarks(late)


def test_it_is_taken_back_by_button_and_by_word(late: Cast) -> None:
    undoings: tuple[Callable[[], list[Said]], ...] = (
        lambda: late.presses("admin", "撤回"),
        lambda: late.says("admin", "撤回"),
    )
    for undo in undoings:
        late.says("admin", f"更正迟报 教育局 9月 {WHY}")
        late.presses("admin", "更正")
        [undone] = undo()
        assert undone.text == "已撤回：教育局 9月调度恢复原来的标注。"
        assert "迟报：教育局 2 天。" in late.says("admin", "谁没反馈")[0].text


def test_without_a_reason_or_a_mark_nothing_is_lifted(late: Cast) -> None:
    assert late.says("admin", "更正迟报 教育局")[0].text.startswith("请写上原因，")
    assert late.says("admin", f"更正迟报 教育局 8月 {WHY}")[0].text == ("教育局 8 月没有迟报或未反馈的标注，不用更正。")
    assert "9月调度 教育局（迟报 2 天）、住建局（未反馈）" in late.says("admin", "更正迟报")[0].text
    late.says("admin", f"更正迟报 教育局 {WHY}")
    late.presses("admin", "更正")
    assert late.says("admin", f"更正迟报 教育局 {WHY}")[0].text == f"教育局 9月调度已经更正过了：{WHY}。"


def test_only_an_admin_lifts_a_mark(late: Cast) -> None:
    assert "只有负责这件事的人能用" in late.says("education", f"更正迟报 教育局 {WHY}")[0].text


def test_in_english(late: Cast) -> None:
    late.says("admin", "/lang en")
    [ask] = late.says("admin", "/excuse 教育局 the platform was down")
    assert ask.text.startswith("This lifts the mark of 教育局 in the Sep round: 2 days late. Reason: the platform")
