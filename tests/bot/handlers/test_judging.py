"""判灯, 序时, 类型: what the office decides about lamps, and what becomes of them."""

from __future__ import annotations

from sqlalchemy import select

from data.models import AuditEvent
from tests.bot.cast import Cast


def row(cast: Cast, ref: str) -> str:
    return cast.says("admin", ref)[0].text


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
