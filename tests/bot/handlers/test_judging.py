"""判灯, 序时, 类型: what the office decides about lamps, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from data.models import AuditEvent, Plan
from tests.bot.cast import Cast


def row(cast: Cast, ref: str) -> str:
    return cast.says("admin", ref)[0].text


def events(cast: Cast) -> Sequence[AuditEvent]:
    return cast.read(lambda session: session.scalars(select(AuditEvent)).all())


def test_a_lamp_set_by_hand_stands_beside_what_the_system_says_until_it_is_lifted(demo_cast: Cast) -> None:
    (said,) = demo_cast.says("admin", "判灯 4.2 红 现场核查未开工")
    assert "人工判红（系统判黄）：现场核查未开工。督查室 9月26日" in said.text
    demo_cast.says("admin", "代录 民政局 4.2 改造8家（电话）")
    assert row(demo_cast, "4.2").startswith("红 ")
    (lifted,) = demo_cast.says("admin", "判灯 4.2 解除")
    assert "已解除，按系统评灯" in lifted.text
    assert not row(demo_cast, "4.2").startswith("红 ")
    seen = demo_cast.read(lambda session: session.scalars(select(AuditEvent.action)).all())
    assert {"lamp", "lamp_lifted"} <= set(seen)


def test_a_lamp_by_hand_wants_a_reason_and_can_be_lifted_by_a_button(demo_cast: Cast) -> None:
    assert "请写上原因" in demo_cast.says("admin", "判灯 4.2 红")[0].text
    demo_cast.says("admin", "/lamp 4.2 绿 已现场核实")
    assert row(demo_cast, "4.2").startswith("绿 ")
    assert "已解除" in demo_cast.presses("admin", "解除")[0].text


def test_an_earlier_day_is_told_with_the_lamp_of_that_day(demo_cast: Cast) -> None:
    demo_cast.says("admin", "判灯 4.2 红 现场核查未开工")
    (listed,) = demo_cast.says("admin", "判灯")
    assert "优化" in listed.text or "养老" in listed.text
    assert "没有人工判的灯" not in listed.text


def test_stages_are_shown_with_the_lamps_that_they_change_and_set_when_confirmed(demo_cast: Cast) -> None:
    (preview,) = demo_cast.says("admin", "序时 15/45/75/100")
    assert "3月31日 15%，6月30日 45%，9月30日 75%，12月31日 100%" in preview.text
    before = row(demo_cast, "4.3")
    assert "从1月1日到时限匀速" in demo_cast.says("admin", "序时")[0].text
    demo_cast.says("admin", "序时 5/10/20/100")
    demo_cast.presses("admin", "确定")
    assert row(demo_cast, "4.3") != before
    assert "9月30日 20%" in demo_cast.says("admin", "/stages")[0].text
    demo_cast.says("admin", "序时 直线")
    demo_cast.presses("admin", "确定")
    assert row(demo_cast, "4.3") == before


def test_stages_are_told_month_by_month(demo_cast: Cast) -> None:
    (preview,) = demo_cast.says("admin", "序时 5/10/15/20/30/45/50/55/70/80/90/100")
    assert "1月31日 5%，2月28日 10%，3月31日 15%" in preview.text
    assert "11月30日 90%，12月31日 100%" in preview.text
    assert "序时要逐段上升" in demo_cast.says("admin", "序时 5/10/15/20/100")[0].text


def test_one_row_has_stages_of_its_own(demo_cast: Cast) -> None:
    demo_cast.says("admin", "序时 4.1 3月31日5%，6月30日10%，12月31日100%")
    demo_cast.presses("admin", "确定")
    assert "6月30日 10%" in demo_cast.says("admin", "序时 4.1")[0].text
    assert "匀速" in demo_cast.says("admin", "序时 4.2")[0].text


def test_stages_that_fall_or_do_not_end_at_the_whole_are_refused(demo_cast: Cast) -> None:
    for words in ("序时 15/45/40/100", "序时 15/45/75/90", "序时 很快", "序时 3月31日10%"):
        assert "序时要逐段上升" in demo_cast.says("admin", words)[0].text, words


def test_a_part_is_judged_as_another_kind_by_one_word_or_by_buttons(demo_cast: Cast) -> None:
    (parts,) = demo_cast.says("admin", "类型 4.2")
    assert "小数目" in parts.text
    (said,) = demo_cast.says("admin", "类型 4.2 数量")
    assert "改按“数量”评" in said.text
    assert "慢于序时" in said.text
    demo_cast.says("admin", "类型 4.2")
    demo_cast.presses("admin", "1")
    (back,) = demo_cast.presses("admin", "小数目")
    assert "改按“小数目”评" in back.text
    assert "请写明第几个" in demo_cast.says("admin", "/kind 5.1 小数目")[0].text
    assert "不能按数字评" in demo_cast.says("admin", "类型 3.1 1 数量")[0].text


def test_a_standard_is_shown_with_the_lamps_that_it_changes_and_set_when_confirmed(demo_cast: Cast) -> None:
    assert "超过 10 个百分点判黄，超过 25 个判红（默认）" in demo_cast.says("admin", "亮灯标准")[0].text
    (preview,) = demo_cast.says("admin", "亮灯标准 黄20 红40")
    assert "现在是 10 和 25" in preview.text
    assert "老旧小区改造（8.1）红 → 黄" in preview.text
    assert row(demo_cast, "8.1").startswith("红 ")
    (done,) = (demo_cast.says("admin", "亮灯标准 黄20 红40"), demo_cast.presses("admin", "确定"))[1]
    assert "超过 20 个百分点判黄，超过 40 个判红（本计划自定）" in done.text
    assert row(demo_cast, "8.1").startswith("黄 ")
    assert {event.action for event in events(demo_cast)} >= {"thresholds"}


def test_a_standard_is_taken_back_by_its_button_or_by_the_word_once(demo_cast: Cast) -> None:
    for undo in (demo_cast.presses, demo_cast.says):
        demo_cast.says("admin", "亮灯标准 20/40")
        demo_cast.presses("admin", "确定")
        assert "超过 25 个判红（默认）" in undo("admin", "撤回")[0].text
        assert row(demo_cast, "8.1").startswith("红 ")
    assert "没有可撤回的改动" in demo_cast.says("admin", "撤回")[0].text


def test_a_standard_that_was_changed_again_is_not_taken_back_by_the_older_button(demo_cast: Cast) -> None:
    demo_cast.says("admin", "亮灯标准 20/40")
    demo_cast.presses("admin", "确定")
    older = next(said for said in reversed(demo_cast.heard("admin")) if "撤回" in said.labels)
    demo_cast.says("admin", "亮灯标准 默认")
    demo_cast.presses("admin", "确定")
    assert "又改过" in demo_cast.presses("admin", "撤回", on=older)[0].text


@pytest.mark.parametrize(
    ("words", "yellow", "red"),
    [
        ("黄8 红20", 8, 20),
        ("8/20", 8, 20),
        ("慢8个百分点判黄，慢20个百分点判红", 8, 20),
        ("红灯改成慢30个百分点", 10, 30),
        ("red 20, yellow 7.5", 7.5, 20),
    ],
)
def test_a_standard_is_read_from_a_sentence(demo_cast: Cast, words: str, yellow: float, red: float) -> None:
    demo_cast.says("admin", f"/thresholds {words}")
    demo_cast.presses("admin", "确定")
    found = demo_cast.read(lambda session: session.execute(select(Plan.yellow, Plan.red)).one())
    assert tuple(found) == (yellow, red)


@pytest.mark.parametrize(
    "words", ["黄20 红10", "黄10 红10", "黄0 红20", "黄8 黄20", "很慢", "30", "黄灯从10改成8", "8/101"]
)
def test_a_standard_that_cannot_be_is_refused_with_an_example(demo_cast: Cast, words: str) -> None:
    assert "如“亮灯标准 黄8 红20”" in demo_cast.says("admin", f"亮灯标准 {words}")[0].text


def test_stages_are_taken_back_by_word(demo_cast: Cast) -> None:
    demo_cast.says("admin", "序时 4.1 3月31日5%，6月30日10%，12月31日100%")
    demo_cast.presses("admin", "确定")
    assert "匀速" in demo_cast.says("admin", "撤回")[0].text
    assert "匀速" in demo_cast.says("admin", "序时 4.1")[0].text
