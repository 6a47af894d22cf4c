"""The page of a row: what may be said of it in the chat, how a kept part reads, and the line of its stages."""

from __future__ import annotations

from datetime import date

from bot.rowpage import row_page
from bot.web.chart import chart
from bot.web.views import RowView
from tests.bot.cast import Cast


def page(cast: Cast, who: str, ref: str) -> RowView:
    person = cast.people[who]
    found = cast.read(lambda session: row_page(session, person, ref, cast.now, everything=False, office=cast.office))
    assert found is not None
    return found


def test_each_reader_may_say_of_a_row_what_the_chat_takes(demo_cast: Cast) -> None:
    said = {who: [action.say for action in page(demo_cast, who, "5.6").actions] for who in demo_cast.people}
    assert said["leader"] == ["出处 5.6", "一句话 5.6"]
    assert said["education"] == ["反馈 5.6 "]
    assert said["admin"] == ["出处 5.6", "一句话 5.6", "代录 教育局 5.6 ", "判灯 5.6 "]
    for words in (*said["leader"], *said["admin"][:2]):
        assert "没听懂" not in demo_cast.says("admin", words)[0].text


def test_a_kept_part_reads_as_kept(demo_cast: Cast) -> None:
    kept = next(line for line in page(demo_cast, "admin", "2").targets if "零就业" in line.name)
    assert (kept.name, kept.figure) == ("零就业家庭动态清零", "保持")
    assert "零就业家庭动态清零" in demo_cast.says("admin", "序号2")[0].text


def test_the_line_of_the_schedule_goes_from_stage_to_stage(demo_cast: Cast) -> None:
    straight = page(demo_cast, "admin", "2").curves[0]
    demo_cast.says("admin", "序时 5/10/20/100")
    demo_cast.presses("admin", "确定")
    staged = page(demo_cast, "admin", "2").curves[0]
    assert staged.stages[-1] == (date(2021, 12, 31), 100.0)
    assert chart(straight).plan.count("L") == 1
    assert chart(staged).plan.count("L") == 4
    assert staged.points[-1].expected < straight.points[-1].expected


def test_what_is_behind_stands_first_and_the_bars_are_explained(demo_cast: Cast) -> None:
    view = page(demo_cast, "admin", "2")
    assert [target.name for target in view.targets][:3] == ["职业技能培训", "新增就业", "再就业"]
    assert view.targets_note == "均为今年累计数，8月25日报。竖线是当日序时进度 65%。"
    assert page(demo_cast, "admin", "3.2").targets_note is None
