"""The digest: the demo's texts letter by letter, what is known of a row, pages, the same message after an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import digest, lastknown, shown
from bot.digest import plan_name
from bot.lastknown import last_known
from bot.message import Outgoing
from bot.texts import texts
from data.kinds import OutboxState, PartKind, Priority, Role, RoundState, Status
from data.models import Assignment, Outbox, Person, Project, Report, Round, RoundItem, Target, Unit
from data.queries import State, Stated
from tests.bot.cast import Cast, Said

TITLE = "【区政府督查室】2021年重大民生实事 9月调度"
EDUCATION = """教育局：请反馈 2 项任务的进展，9月29日（周三）下班前即可。数字报今年累计数。
1. 增加教育资源供给（序号1）
  8月25日：学位 3200/5000 个，竣工 1/3 个
2. 体育设施开放、健康促进学校（5.6）
  还没有反馈过

直接回一句话就行，没变化的点一下。"""
HOUSING = """住建局：请反馈 8 项任务的进展，9月29日（周三）下班前即可。数字报今年累计数，没变化的不用写。

1. 老城厢道路整治（3.2）
  8月25日：推进中
2. 水环境整治（序号6）
  8月25日：约60%
3. 老旧小区改造（8.1）· 慢于序时
  8月25日：35%，序时65%；管线迁改
4. 加装电梯（8.2）
  8月25日：推进中；缺2020年基数
5. 棚户区改造（8.3）
  8月25日：新开工 1800/2500 套；预计12月25日前完成
6. 桂花路桥等道路（9.1）
  8月25日：道路 6/10 条；预计12月31日前完成
7. 停车泊位（9.2）· 慢于序时
  8月25日：新增 1150/2000 个，接入 2300/4200 个
8. 新增绿地（10.1）
  8月25日：85/150 亩

直接回一段话就行，如“3 完成到××%，卡在××；7 新增××个；其他没变化”。"""
EXAMPLE = "1新增学位3500个，预计11月底完成；2 开放了9所，心理普测还没开始，等市里文件"
LOCAL = datetime.fromisoformat


def rendered(cast: Cast, unit: str, page: int = 0, change: Callable[[Session], Any] | None = None) -> Outgoing:
    """The digest of the open round for the unit's liaison, as it would be sent now."""

    def render(session: Session) -> Outgoing:
        if change is not None:
            change(session)
        round_ = session.scalars(select(Round).where(Round.state == RoundState.OPEN)).one()
        person = session.scalars(select(Person).join(Unit).where(Unit.name == unit)).one()
        return digest.digest(session, round_, person, cast.now, cast.office, page=page)

    return cast.write(render)


def labels(outgoing: Outgoing) -> list[list[str]]:
    return [[button.label for button in line] for line in outgoing.buttons]


def shown_now(cast: Cast, who: str) -> Said:
    """The digest as it stands in the chat, after all edits."""
    return [said for said in cast.heard(who) if said.title == TITLE][-1]


# As it is sent ---------------------------------------------------------------------------------------------


def test_the_demo_s_digest_is_sent_letter_by_letter(demo_cast: Cast) -> None:
    said = demo_cast.heard("education")[-1]
    assert (said.title, said.text) == (TITLE, EDUCATION)
    assert said.labels == ["1 没变化", "1", "2", "怎么写", "联络员换人了"]


def test_the_longest_digest_names_only_lamps_that_are_not_green(demo_cast: Cast) -> None:
    outgoing = rendered(demo_cast, "住建局")
    assert (outgoing.title, outgoing.text) == (TITLE, HOUSING)
    assert labels(outgoing) == [
        ["全部没变化"],
        ["1", "2", "3", "4"],
        ["5", "6", "7", "8"],
        ["怎么写", "先存着", "联络员换人了"],
    ]


def test_the_longest_digest_fits_one_text_of_wecom(demo_cast: Cast) -> None:
    outgoing = rendered(demo_cast, "住建局")
    assert len(f"{outgoing.title}\n{outgoing.text}".encode()) <= 2048


def test_a_digest_carries_its_rows_in_order_and_what_the_buttons_do(demo_cast: Cast) -> None:
    outgoing = rendered(demo_cast, "教育局")
    assert outgoing.listing is not None
    first, second = outgoing.listing
    same, one, two = outgoing.buttons[0]
    round_id = outgoing.round_id
    assert outgoing.priority is Priority.DIGEST
    assert (same.action, same.args) == ("no_change", {"assignment_id": first, "round_id": round_id})
    assert (one.action, one.args) == ("row", {"assignment_id": first, "round_id": round_id})
    assert (two.action, two.args) == ("row", {"assignment_id": second, "round_id": round_id})
    assert [button.action for button in outgoing.buttons[1]] == ["how_to", "hand_over"]


def test_all_unchanged_is_offered_for_rows_reported_before(office: Cast) -> None:
    """Nothing was ever reported there: neither one nor all can be unchanged."""
    assert labels(rendered(office, "住建局"))[0] == ["1", "2", "3", "4"]
    assert labels(rendered(office, "教育局"))[0] == ["1", "2"]
    assert rendered(office, "教育局").text.endswith("\n直接回一句话就行。")


def test_the_digest_speaks_the_person_s_language(demo_cast: Cast) -> None:
    english = rendered(
        demo_cast, "教育局", change=lambda session: session.execute(update(Person).values(language="en"))
    )
    assert english.title == "[区政府督查室] 2021年重大民生实事, Sep round"
    assert english.text.splitlines()[0] == (
        "教育局: please report on 2 assignments, by the end of Wed 29 Sep. Figures are this year's totals."
    )
    assert labels(english)[0] == ["1 no change", "1", "2"]


def test_after_the_due_day_the_head_says_when_it_was_due(demo_cast: Cast) -> None:
    demo_cast.at("2021-09-30T10:00")
    assert "，原定9月29日（周三）下班前。" in rendered(demo_cast, "教育局").text


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("2021年重大民生实事项目目标任务责任分解表", "2021年重大民生实事"),
        ("2023年为民办实事任务分解表", "2023年为民办实事"),
        ("重点工作责任分工一览表", "重点工作"),
        ("2022年重点工作", "2022年重点工作"),
        ("责任分解表", "责任分解表"),
    ],
)
def test_the_plan_goes_by_its_short_name(title: str, name: str) -> None:
    assert plan_name(title) == name


# After an answer -------------------------------------------------------------------------------------------


def test_after_a_part_the_same_message_shows_what_is_left(office: Cast) -> None:
    office.says("housing", "8 新增绿地100亩")
    text = shown_now(office, "housing").text
    assert text.splitlines()[0] == ("住建局：还差 7 项，9月29日（周三）下班前即可。数字报今年累计数，没变化的不用写。")
    assert "8 ✓ 新增绿地（10.1）：100/150 亩" in text
    assert shown_now(office, "housing").labels == [*"1234567", "怎么写", "先存着", "联络员换人了"]


def test_when_everything_is_answered_nothing_is_left_to_press(demo_cast: Cast) -> None:
    demo_cast.says("education", EXAMPLE)
    said = shown_now(demo_cast, "education")
    assert said.text.splitlines() == [
        "教育局：2 项都已反馈。",
        "1 ✓ 增加教育资源供给（序号1）：学位 3500/5000 个，竣工 1/3 个；预计11月30日前完成",
        "2 ✓ 体育设施开放、健康促进学校（5.6）：开放学校 9/11 所；心理普测还没开始，等市里文件",
    ]
    assert said.labels == []


def test_an_answer_that_is_taken_back_asks_again(demo_cast: Cast) -> None:
    demo_cast.says("education", EXAMPLE)
    demo_cast.presses("education", "撤回")
    assert shown_now(demo_cast, "education").text == EDUCATION


def test_an_answer_edits_the_message_and_sends_no_second_one(demo_cast: Cast) -> None:
    before = demo_cast.heard("education")[-1]
    refreshed = demo_cast.read(lambda session: _refreshed(session, demo_cast, "1"))
    assert [(each.edits, each.listing, each.person_id) for each in refreshed] == [
        (before.outbox_id, None, demo_cast.people["education"])
    ]


def test_a_report_of_a_row_that_no_open_round_asks_edits_nothing(demo_cast: Cast) -> None:
    demo_cast.write(lambda session: session.execute(update(Round).values(state=RoundState.CLOSED)))
    assert demo_cast.read(lambda session: _refreshed(session, demo_cast, "1")) == []


def test_a_digest_that_a_channel_cut_in_two_is_left_as_it_is(demo_cast: Cast) -> None:
    """An edit replaces one message; its second part would be sent anew each time."""
    demo_cast.write(lambda session: session.execute(update(Outbox).values(parts=2)))
    assert demo_cast.read(lambda session: _refreshed(session, demo_cast, "1")) == []


def test_a_digest_that_never_arrived_is_not_edited(demo_cast: Cast) -> None:
    demo_cast.write(lambda session: session.execute(update(Outbox).values(state=OutboxState.FAILED)))
    assert demo_cast.read(lambda session: _refreshed(session, demo_cast, "1")) == []


def test_a_deputy_s_digest_shows_the_answer_too(cast: Cast) -> None:
    cast.joins("deputy", "吴芳", Role.LIAISON, "教育局")
    cast.ticks()
    cast.wait(minutes=5)
    cast.says("education", "1 新增学位3500个")
    assert "1 ✓ 增加教育资源供给（序号1）：学位 3500/5000 个" in shown_now(cast, "deputy").text


def _refreshed(session: Session, cast: Cast, ref: str) -> list[Outgoing]:
    row = session.scalars(select(Assignment).where(Assignment.ref == ref)).one()
    return shown.refreshed(session, [Report(assignment_id=row.id)], cast.now, cast.office)


# Long lists ------------------------------------------------------------------------------------------------


def crowd(session: Session) -> None:
    """45 more rows for the education bureau, in the open round."""
    round_ = session.scalars(select(Round).where(Round.state == RoundState.OPEN)).one()
    unit = session.scalars(select(Unit).where(Unit.name == "教育局")).one()
    project = session.scalars(select(Project).where(Project.number == "10")).one()
    for number in range(45):
        row = Assignment(
            plan_id=round_.plan_id,
            project_id=project.id,
            position=100 + number,
            row=100 + number,
            ref=f"10.{100 + number}",
            content="…",
            short_name=f"任务{number}",
            lead_unit_id=unit.id,
            deadline=date(2021, 12, 31),
        )
        session.add(row)
        session.flush()
        session.add(RoundItem(round_id=round_.id, assignment_id=row.id, unit_id=unit.id, position=3 + number))
    session.flush()


def test_a_list_that_is_too_long_is_turned_page_by_page(demo_cast: Cast) -> None:
    demo_cast.write(crowd)
    first, middle, last = (rendered(demo_cast, "教育局", page) for page in range(3))
    assert first.title == "【区政府督查室】2021年重大民生实事 9月调度（第 1/3 页）"
    assert [line[0] for line in labels(first)[-1:]] == ["下一页"]
    assert labels(middle)[-1] == ["上一页", "下一页"]
    assert labels(last)[-1] == ["上一页"]
    assert [text in first.text for text in ("1. 增加", "20. 任务17", "21. 任务18")] == [True, True, False]
    assert [text in last.text for text in ("40. 任务37", "41. 任务38", "47. 任务44")] == [False, True, True]
    assert first.listing == last.listing
    assert first.listing is not None
    assert len(first.listing) == 47


def test_a_page_is_turned_by_its_button_in_the_same_message(demo_cast: Cast) -> None:
    sent = demo_cast.heard("education")[-1]
    demo_cast.write(crowd)
    demo_cast.says("education", "1 新增学位3500个")
    (turned,) = demo_cast.presses("education", "下一页")
    assert turned.title is not None
    assert turned.title.endswith("（第 2/3 页）")
    edits = demo_cast.read(lambda session: _edits(session, turned.outbox_id))
    assert edits == sent.outbox_id


def _edits(session: Session, outbox_id: int) -> int | None:
    return session.get_one(Outbox, outbox_id).edits_id


def test_long_words_make_more_pages_not_more_messages(demo_cast: Cast) -> None:
    def wordy(session: Session) -> None:
        crowd(session)
        session.execute(update(Assignment).where(Assignment.position >= 100).values(short_name="很长的任务名称" * 40))

    outgoing = rendered(demo_cast, "教育局", change=wordy)
    assert len(outgoing.text) < 4000


def test_a_row_that_was_retired_leaves_the_others_their_numbers(office: Cast) -> None:
    def retire(session: Session) -> None:
        session.execute(update(Assignment).where(Assignment.ref == "1").values(retired_at=office.now))

    outgoing = rendered(office, "教育局", change=retire)
    assert "\n2. 体育设施开放" in outgoing.text
    assert "1. " not in outgoing.text
    assert outgoing.listing is not None
    assert len(outgoing.listing) == 2


# What is known of a row ------------------------------------------------------------------------------------

SAID = LOCAL("2021-08-25T10:00+08:00")


def row_with(*targets: Target, name: str = "停车泊位") -> Assignment:
    for number, target in enumerate(targets, 1):
        target.id, target.retired_at = number, None
    return Assignment(id=1, short_name=name, targets=list(targets))


def target(kind: PartKind, label: str, value: float | None = None, unit: str = "个", **more: Any) -> Target:
    return Target(kind=kind, label=label, short_label=label, value=value, unit=unit, comparator="eq", **more)


def known(row: Assignment, *figures: float | None, expected: float | None = None, **values: Any) -> str:
    stated: dict[str, Any] = {name: Stated(value, SAID, 1) for name, value in values.items() if name != "last_text"}
    told = {key: Stated(value, SAID, 1) for key, value in enumerate(figures, 1) if value is not None}
    state = State(1, figures=told, confirmed_at=SAID, last_text=values.get("last_text"), **stated)
    return last_known(texts("zh-CN"), state, row, 2021, expected)


NEW, JOINED = target(PartKind.FIGURE, "新增", 2000), target(PartKind.FIGURE, "接入", 4200)


def test_quantities_stand_before_the_few() -> None:
    row = row_with(target(PartKind.FEW, "竣工", 3), target(PartKind.FIGURE, "学位", 5000))
    assert known(row, 1, 3200) == "学位 3200/5000 个，竣工 1/3 个"


def test_parts_that_are_reached_are_left_out_while_others_are_not() -> None:
    row = row_with(target(PartKind.FEW, "讲座", 3), target(PartKind.FIGURE, "体质测定", 3000))
    assert known(row, 3, 2050) == "体质测定 2050/3000 个"
    assert known(row, 3, 3000) == "体质测定 3000/3000 个，讲座 3/3 个"


def test_a_label_that_only_repeats_the_row_is_left_out() -> None:
    assert known(row_with(target(PartKind.FIGURE, "新增绿地", 150, "亩"), name="新增绿地"), 85) == "85/150 亩"


def test_a_row_of_which_only_no_change_was_said_says_so(office: Cast) -> None:
    office.says("education", "全部没变化")
    assert "2 ✓ 体育设施开放、健康促进学校（5.6）：没有变化" in office.heard("education")[-1].text
    office.at("2021-10-25T09:00")
    office.ticks()
    assert office.heard("education")[-1].text.count("  9月26日：没有变化") == 2
    assert office.says("education", "我的任务")[0].text.count("  9月26日：没有变化") == 2


def test_breakdowns_and_retired_parts_are_not_shown() -> None:
    row = row_with(target(PartKind.FIGURE, "学位", 5000), target(PartKind.FIGURE, "幼儿园学位", 420, parent_id=1))
    row.targets[1].parent_id = 1
    assert known(row, 3200, 100) == "学位 3200/5000 个"
    row.targets[0].retired_at = SAID
    assert known(row, 3200, 100) == ""


def test_a_percent_is_shown_where_there_is_no_figure() -> None:
    row = row_with(target(PartKind.FIGURE, "老旧小区改造", 28))
    assert known(row, percent=35.0, problem="管线迁改", expected=64.6) == "35%，序时65%；管线迁改"
    assert known(row, 10, percent=35.0) == "老旧小区改造 10/28 个"


def test_a_percent_of_a_row_without_numbers_is_about() -> None:
    assert known(row_with(target(PartKind.ONGOING, "水环境整治", unit="")), percent=60.0) == "约60%"


def test_a_status_stands_alone_or_where_it_says_more_than_the_figures() -> None:
    row = row_with(target(PartKind.FIGURE, "新增", 2000))
    assert known(row, status=Status.IN_PROGRESS) == "推进中"
    assert known(row, 1150, status=Status.IN_PROGRESS) == "新增 1150/2000 个"
    assert known(row, 1150, status=Status.DELAYED) == "新增 1150/2000 个，滞后"


def test_a_missing_base_is_named() -> None:
    row = row_with(target(PartKind.NO_BASE, "加装电梯", 2, "倍", baseline="2020年"))
    assert known(row, status=Status.IN_PROGRESS) == "推进中；缺2020年基数"


def test_long_words_are_shortened() -> None:
    assert known(row_with(), problem="等\n文件" * 20).endswith("…")
    assert len(known(row_with(), problem="等文件" * 20)) == lastknown.WORDS_KEPT


def test_words_that_say_nothing_else_are_quoted_shortened() -> None:
    assert known(row_with(), last_text="正在和街道对接") == "正在和街道对接"


def test_nothing_known_is_nothing_said() -> None:
    assert last_known(texts("zh-CN"), State(1), row_with(NEW, JOINED), 2021) == ""


def test_the_english_example_is_read_as_it_stands(office: Cast) -> None:
    office.says("housing", "/lang en")
    [echo, *_digest] = office.says("housing", "1 at 60%, held up by the city's paper; 3 35%; the rest unchanged")
    assert echo.text.startswith(
        "Noted:\n1 (3.2) 60% done · difficulty: the city's paper\n3 (8.1) 35% done\n2 (no. 6) no change"
    )
    assert all(office.stored(ref)[-1].no_change for ref in ("6", "8.2", "8.3", "9.1", "9.2", "10.1"))


def test_a_row_in_progress_is_named_by_its_number_in_english(office: Cast) -> None:
    office.says("housing", "/lang en")
    [echo, *_digest] = office.says("housing", "4 in progress; 5 delayed")
    assert echo.text.splitlines()[1:] == ["4 (8.2) in progress", "5 (8.3) delayed"]


def test_no_change_in_all_is_offered_only_where_all_were_reported(office: Cast) -> None:
    office.reports("housing", "8.1 完成35%", "2021-08-25T10:00")
    office.at("2021-10-25T09:00")
    office.ticks()
    assert "报过的没变化" in office.heard("housing")[-1].labels
    [echo, *_digest] = office.presses("housing", "报过的没变化")
    assert echo.text == "记下了：\n3（8.1）没有变化"
