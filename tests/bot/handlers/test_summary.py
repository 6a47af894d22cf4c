"""汇总: the whole first, then any part of it, down to the words that were written."""

from __future__ import annotations

import re

import pytest

from tests.bot.cast import Cast


def counts(text: str) -> dict[str, int]:
    line = next(line for line in text.splitlines() if line.startswith("完成 "))
    return {name: int(number) for name, number in re.findall(r"(\S+) (\d+)", line)}


@pytest.mark.parametrize(("who", "rows"), [("leader", 10), ("admin", 25)])
def test_the_five_counts_add_up_to_the_rows_that_the_reader_may_see(demo_cast: Cast, who: str, rows: int) -> None:
    (said,) = demo_cast.says(who, "汇总")
    assert list(counts(said.text)) == ["完成", "达序时", "慢于序时", "未反馈", "未评"]
    assert sum(counts(said.text).values()) == rows


def test_what_is_behind_comes_first_with_its_reason_and_then_who_has_answered(demo_cast: Cast) -> None:
    (said,) = demo_cast.says("leader", "/summary")
    assert "黄 促进就业（序号2）：职业技能培训 5100/10000 人次（51%）" in said.text
    assert said.text.index("需要您关注") < said.text.index("9月调度 4 家单位")


def test_what_changed_is_told_since_the_readers_own_last_look(demo_cast: Cast) -> None:
    demo_cast.says("leader", "汇总")
    demo_cast.says("education", "1新增学位3500个")
    (said,) = demo_cast.says("leader", "汇总")
    assert "比上次您看时：学位（序号1）3200 → 3500 个" in said.text
    (again,) = demo_cast.says("leader", "汇总")
    assert "比上次您看时：没有变化" in again.text


@pytest.mark.parametrize(
    ("words", "shown", "count"),
    [
        ("汇总 教育局", "教育局", 2),
        ("汇总 红", "老旧小区", 1),
        ("汇总 芮春祥", "住建局", 8),
        ("汇总 项目4", "民政局", 4),
    ],
)
def test_a_unit_a_colour_a_leader_or_a_project_narrows_it(demo_cast: Cast, words: str, shown: str, count: int) -> None:
    (said,) = demo_cast.says("admin", words)
    assert said.title is not None
    assert f"（{count} 项）" in said.title
    assert len(said.text.splitlines()) == count
    assert shown in said.text


def test_a_leader_finds_no_rows_of_another_leader(demo_cast: Cast) -> None:
    (said,) = demo_cast.says("leader", "汇总 农业农村局")
    assert "没有找到" in said.text


def test_from_the_whole_to_a_project_to_the_words_that_were_written(demo_cast: Cast) -> None:
    demo_cast.says("leader", "汇总")
    demo_cast.presses("leader", "按项目")
    (source,) = demo_cast.says("leader", "出处 2")
    assert "人社局" in source.text
    assert "8月线下培训停班" in source.text
