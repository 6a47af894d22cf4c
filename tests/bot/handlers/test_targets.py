"""指标: what was read out of a row is seen and set right in chat, and taken back."""

from __future__ import annotations

from sqlalchemy import select

from data.models import Assignment, AuditEvent, Target
from tests.bot.cast import Cast


def of_row(cast: Cast, ref: str) -> list[tuple[str, str, float | None]]:
    query = select(Target).join(Assignment).where(Assignment.ref == ref, Target.retired_at.is_(None))
    found = cast.read(lambda session: session.scalars(query.order_by(Target.position)).all())
    return [(target.short_label, target.kind, target.value) for target in found]


def test_a_rows_targets_are_listed_with_their_kinds(office: Cast) -> None:
    (said,) = office.says("admin", "指标 1")
    assert said.title == "增加教育资源供给（序号1）的指标"
    assert "5000 个（数量）" in said.text
    assert said.labels == [str(n) for n in range(1, len(of_row(office, "1")) + 1)]


def test_a_number_is_changed_with_a_word_and_reports_are_held_against_it(office: Cast) -> None:
    at = [value for _label, _kind, value in of_row(office, "1")].index(5000) + 1
    (told,) = office.says("admin", f"指标 1 {at} 5200")
    assert "5200 个（数量）" in told.text
    assert "学位 3500/5200 个" in office.says("education", "1 学位3500个")[0].text
    office.presses("admin", "撤回")
    assert 5000 in [value for _label, _kind, value in of_row(office, "1")]


def test_a_kind_is_changed_by_button_or_word(office: Cast) -> None:
    before = of_row(office, "1")
    at = [value for _label, _kind, value in before].index(5000)
    office.says("admin", "指标 1")
    office.presses("admin", str(at + 1))
    office.presses("admin", "小数目")
    assert of_row(office, "1")[at][1] == "few"
    office.says("admin", f"/targets 1 {at + 1} 数量")
    assert of_row(office, "1") == before


def test_one_is_removed_and_comes_back(office: Cast) -> None:
    before = of_row(office, "1")
    (told,) = office.says("admin", "指标 1 1 删")
    assert told.text.startswith("已删：增加教育资源供给（序号1）")
    assert of_row(office, "1") == before[1:]
    office.presses("admin", "撤回")
    assert of_row(office, "1") == before


def test_one_is_added_and_reported_against(office: Cast) -> None:
    office.says("admin", "指标 1 加 新增车位 300 个")
    assert of_row(office, "1")[-1] == ("新增车位", "figure", 300)
    assert "车位 120/300 个" in office.says("education", "1 新增车位120个")[0].text
    trail = office.read(lambda session: session.scalars(select(AuditEvent).where(AuditEvent.action == "target")).all())
    assert [(event.before, event.after) for event in trail] == [
        ({"kind": "figure", "value": 300, "live": False}, {"kind": "figure", "value": 300, "live": True})
    ]


def test_what_does_not_fit_is_said_with_an_example(office: Cast) -> None:
    assert office.says("admin", "指标")[0].text == "请写上要看哪一项，如“指标 5.6”。"
    assert "没有第 99 个指标" in office.says("admin", "指标 1 99 删")[0].text
    for said in ("指标 1 1 随便", "指标 1 加 车位", "指标 1 改"):
        assert office.says("admin", said)[0].text.startswith("没看懂怎么改。")
    assert "没有" in office.says("admin", "指标 77")[0].text


def test_it_is_for_admins_and_speaks_english(office: Cast) -> None:
    assert "指标" in office.says("education", "/targets 1")[0].text
    office.says("admin", "/lang en")
    assert str(office.says("admin", "targets 1")[0]).startswith("Targets of")
