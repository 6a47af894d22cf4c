"""An admin changes when rounds open; everybody sees when the next one comes."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from data.kinds import Role
from data.models import PersonRole, Schedule
from tests.bot.cast import Cast

CHANGED = "改成每月最后一个工作日下午3点"


def phrases(cast: Cast) -> list[str]:
    query = select(Schedule.phrase).where(Schedule.removed_at.is_(None)).order_by(Schedule.id)
    return cast.read(lambda session: list(session.scalars(query)))


def test_an_admin_sees_each_schedule_in_words_with_its_next_times(office: Cast) -> None:
    [listing] = office.says("admin", "安排")
    assert str(listing) == (
        "时间安排（1 个）\n"
        "1. 每月25日 9:00，全部单位（8 家、25 项），3 个工作日内反馈\n"
        "  下次 10月25日（周一）9:00，再下次 11月25日（周四）9:00"
    )
    assert listing.labels == ["改时间", "暂停", "复制", "删除", "加一个"]


@pytest.mark.parametrize("who", ["education", "leader"])
def test_others_see_when_the_next_round_comes_and_no_buttons(office: Cast, who: str) -> None:
    [told] = office.says(who, "安排")
    assert str(told) == (
        "9月这一轮 9月29日（周三）截止。"
        "下一轮 10月25日（周一）9:00 发出，10月28日（周四）截止，按“每月25日 9:00，全部单位”。"
    )
    assert told.labels == []


@pytest.mark.parametrize(
    "order",
    [
        "安排 每月最后一个工作日下午3点",
        "安排 改成 每月最后一个工作日下午3点",
        "改为每月最后一个工作日下午3点",
        "把时间改成每月最后一个工作日下午3点",
        "每月最后一个工作日下午3点",
        "/schedule 每月最后一个工作日下午3点",
    ],
)
def test_a_time_is_understood_however_the_order_is_worded(office: Cast, order: str) -> None:
    [preview] = office.says("admin", order)
    assert preview.text.startswith("将改为：每月最后一个工作日 15:00 发出，3 个工作日内反馈。\n接下来：")


def test_the_word_of_a_button_can_be_typed(office: Cast) -> None:
    office.says("admin", CHANGED)
    [done] = office.says("admin", "确定")
    assert done.text.startswith("已改，下次 10月29日")
    assert phrases(office) == ["每月最后一个工作日 15:00"]


def test_a_proposal_that_was_left_can_not_be_confirmed_any_more(office: Cast) -> None:
    [preview] = office.says("admin", CHANGED)
    assert str(office.presses("admin", "算了")[0]) == "好的，没有改动。"
    [late] = office.presses("admin", "确定", on=preview)
    assert "已经在" in str(late)
    assert str(office.says("admin", "确定")[0]).startswith("没听懂")
    assert phrases(office) == ["每月25日 9:00"]


def test_an_older_proposal_gives_way_to_a_newer_one(office: Cast) -> None:
    [older] = office.says("admin", CHANGED)
    office.says("admin", "改成每周五上午10点")
    [refused] = office.presses("admin", "确定", on=older)
    assert str(refused) == "这一条已经处理过，或被新的代替了。"
    assert phrases(office) == ["每月25日 9:00"]


def test_a_proposal_is_not_carried_out_when_somebody_else_changed_the_schedule_meanwhile(office: Cast) -> None:
    office.joins("second admin", "高远", Role.ADMIN)
    [mine] = office.says("admin", CHANGED)
    office.says("second admin", "改成每周五上午10点")
    office.presses("second admin", "确定")
    [refused] = office.presses("admin", "确定", on=mine)
    assert str(refused).startswith("这个安排在这之后又改过了")
    assert phrases(office) == ["每周五 10:00"]


def test_a_proposal_is_only_for_whom_it_was_made(office: Cast) -> None:
    [preview] = office.says("admin", CHANGED)
    office.joins("second admin", "高远", Role.ADMIN)
    [refused] = office.presses("second admin", "确定", on=preview)
    assert str(refused) == "这个按钮是发给别人的。"
    assert phrases(office) == ["每月25日 9:00"]


def test_a_day_that_may_open_or_be_due_is_asked_about(office: Cast) -> None:
    [question] = office.says("admin", "每月25日报一次")
    assert str(question) == "您说的25日，是发出提醒的日子，还是反馈截止的日子？"
    assert question.labels == ["25日发出", "25日截止", "算了"]
    [preview] = office.presses("admin", "25日截止")
    assert preview.text.startswith(
        "将改为：每月25日截止，提前3个工作日 9:00 发出。\n接下来：10月20日（周三）发出，10月25日（周一）截止\n"
    )


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("改成每月32日", "没有每月 32 日。最接近的是每月 31 日"),
        ("改成每分钟", "太频繁了"),
        ("改成2月30日每年", "2月没有 30 日，最接近的是2月29日。"),
        ("改成教育资源", "没看懂“教育资源”是什么时间。"),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_the_nearest_that_can(office: Cast, phrase: str, said: str) -> None:
    [refused] = office.says("admin", phrase)
    assert said in str(refused)
    assert phrases(office) == ["每月25日 9:00"]


def test_a_time_after_the_plan_has_ended_is_refused(office: Cast) -> None:
    [refused] = office.says("admin", "改成2022年3月1日9点")
    assert str(refused).startswith("本计划到2021年12月31日为止")


def test_change_by_button_awaits_a_time_in_free_words(office: Cast) -> None:
    office.says("admin", "安排")
    [prompt] = office.presses("admin", "改时间")
    assert prompt.text.startswith("请直接写时间")
    [preview] = office.says("admin", "周五上午10点，每周")
    assert preview.text.startswith("将改为：每周五 10:00 发出")


def test_a_question_is_still_answered_while_a_time_is_awaited(office: Cast) -> None:
    office.says("admin", "安排")
    office.presses("admin", "改时间")
    [answer] = office.says("admin", "教育局怎么样")
    assert answer.title == "教育局（2 项）"


def test_a_pause_is_confirmed_with_its_effect_and_ended_again(office: Cast) -> None:
    [ask] = office.says("admin", "暂停")
    assert str(ask) == (
        "将暂停：每月25日 9:00（8 家单位、25 项任务）。10月25日（周一）起不再自动发出，直到恢复。9月这一轮照常。"
    )
    office.presses("admin", "暂停")
    assert "已暂停" in str(office.says("admin", "安排")[0])
    assert str(office.says("admin", "暂停")[0]) == "这个安排已经暂停了。"
    [ask] = office.says("admin", "恢复")
    assert "下次 10月25日（周一）9:00 发出" in str(ask)
    [done] = office.presses("admin", "恢复")
    assert str(done) == "已恢复，下次 10月25日（周一）9:00。24 小时内可撤回。"


def test_a_schedule_of_a_unit_is_added_beside_the_others_and_removed(office: Cast) -> None:
    [preview] = office.says("admin", "安排 加 住建局 每周一9点")
    assert preview.text.startswith("将新增：每周一 9:00 发出，3 个工作日内反馈，住建局。\n")
    assert "影响 1 家单位、8 项任务；原有的 1 个安排不变，几条都管到的任务以管得更细的为准。" in preview.text
    office.presses("admin", "确定")
    assert phrases(office) == ["每月25日 9:00", "每周一 9:00"]
    assert "将删除：每周一 9:00（1 家单位、8 项任务）。这些任务之后按“每月25日 9:00，全部单位”。" in str(
        office.says("admin", "安排 删除 2")[0]
    )
    [removed] = office.presses("admin", "删除")
    assert str(removed) == "已删除，之后按“每月25日 9:00，全部单位”。24 小时内可撤回。"
    assert phrases(office) == ["每月25日 9:00"]
    assert str(office.says("admin", "撤回")[0]).startswith("已撤回，恢复为每周一 9:00")
    assert phrases(office) == ["每月25日 9:00", "每周一 9:00"]


def test_after_add_one_the_name_may_stand_right_before_the_time(office: Cast) -> None:
    office.says("admin", "安排")
    [asked] = office.presses("admin", "加一个")
    assert "“教育局 每周五下午4点”" in asked.text
    [preview] = office.says("admin", "教育局每周五下午4点")
    assert preview.text.startswith("将新增：每周五 16:00 发出，3 个工作日内反馈，教育局。")


def test_with_several_schedules_the_one_to_change_is_asked(office: Cast) -> None:
    office.says("admin", "安排 加 住建局 每周一9点")
    office.presses("admin", "确定")
    [which] = office.says("admin", CHANGED)
    assert which.labels == ["1 每月25日 9:00", "2 每周一 9:00", "算了"]
    [preview] = office.presses("admin", "2 每周一 9:00")
    assert "原来是每周一 9:00" in preview.text
    assert "影响 1 家单位、8 项任务" in preview.text
    assert str(office.says("admin", "安排 暂停")[0]).startswith("有 2 个时间安排")


def test_the_list_says_until_when_a_schedule_is_paused(office: Cast) -> None:
    office.says("admin", "暂停到10月20日")
    office.presses("admin", "暂停")
    assert "已暂停，10月20日恢复" in office.says("admin", "安排")[0].text


def test_after_a_holiday_a_weekly_round_comes_once_on_its_own_day(office: Cast) -> None:
    [preview] = office.says("admin", "安排 加 教育局 每周五下午4点")
    assert "接下来：10月8日（周五）发出，10月12日（周二）截止\n　　　　10月15日" in preview.text


def test_a_day_that_is_due_on_a_day_off_is_due_the_working_day_before(office: Cast) -> None:
    office.says("admin", "每月25日截止")
    assert "12月22日（周三）发出，12月24日（周五）截止" in office.heard("admin")[-1].text


def test_an_addition_that_is_undone_is_gone(office: Cast) -> None:
    office.says("admin", "安排 加 每周一9点")
    office.presses("admin", "确定")
    [undone] = office.presses("admin", "撤回")
    assert str(undone) == "已撤回，“每周一 9:00”这个安排不再有了。"
    assert phrases(office) == ["每月25日 9:00"]


def test_a_change_cannot_be_undone_after_a_day(office: Cast) -> None:
    office.says("admin", CHANGED)
    office.presses("admin", "确定")
    office.wait(hours=25)
    assert str(office.says("admin", "撤回")[0]) == "最近 24 小时没有可撤回的改动。"
    assert phrases(office) == ["每月最后一个工作日 15:00"]


def test_the_schedule_that_came_with_the_import_is_not_taken_back_by_undo(office: Cast) -> None:
    office.at("2021-09-01T10:00")
    assert str(office.says("admin", "撤回")[0]) == "最近 24 小时没有可撤回的改动。"
    assert phrases(office) == ["每月25日 9:00"]


def test_undo_by_an_older_button_does_not_take_back_a_newer_change(office: Cast) -> None:
    office.says("admin", CHANGED)
    [first] = office.presses("admin", "确定")
    office.says("admin", "改成每周五上午10点")
    office.presses("admin", "确定")
    [refused] = office.presses("admin", "撤回", on=first)
    assert str(refused).startswith("这个安排在这之后又改过了")
    assert phrases(office) == ["每周五 10:00"]


def test_buttons_of_an_admin_are_dead_when_the_role_is_taken(office: Cast) -> None:
    [preview] = office.says("admin", CHANGED)
    taken = update(PersonRole).where(PersonRole.person_id == office.people["admin"]).values(role=Role.LEADER)
    office.write(lambda session: session.execute(taken))
    [refused] = office.presses("admin", "确定", on=preview)
    assert str(refused).startswith("这个按钮已经过期了")
    assert phrases(office) == ["每月25日 9:00"]


def test_a_report_that_begins_like_a_time_is_no_order(office: Cast) -> None:
    both = PersonRole(person_id=office.people["education"], role=Role.ADMIN)
    office.write(lambda session: session.add(both))
    replies = office.says("education", "每月培训100人，1 学位3500个")
    assert not any("将改为" in str(reply) for reply in replies)
    assert phrases(office) == ["每月25日 9:00"]


@pytest.mark.parametrize("who", ["education", "leader"])
def test_only_an_admin_changes_anything(office: Cast, who: str) -> None:
    office.says(who, CHANGED)
    office.says(who, "安排 每周五上午10点")
    office.says(who, "确定")
    assert phrases(office) == ["每月25日 9:00"]


def test_a_time_alone_is_an_order_in_english_too(office: Cast) -> None:
    office.says("admin", "/lang en")
    for words in ("on the last working day of every month at 15:00", "every Friday at 16:00"):
        assert office.says("admin", words)[0].text.startswith(f"It would be: {words}, answers due in 3 working days.")


def test_a_time_after_the_word_of_a_command_is_a_time(office: Cast) -> None:
    office.says("admin", "/lang en")
    [asked] = office.says("admin", "report on the 25th of every month")
    assert asked.labels[:2] == [f"{role}: on the 25th of every month at 9:00" for role in ("Opens", "Due")]
    assert office.says("admin", "remind every Friday at 16:00")[0].text.startswith("It would be: every Friday at 16:00")
    assert office.says("admin", "remind 住建局")[0].text.startswith("This reminds 住建局")


def test_the_whole_talk_can_be_had_in_english(office: Cast) -> None:
    office.says("admin", "语言 en")
    [preview] = office.says("admin", "change to 每月最后一个工作日下午3点")
    assert preview.text.startswith(
        "It would be: on the last working day of every month at 15:00, answers due in 3 working days."
    )
    assert preview.labels == ["Confirm", "30 Sep too", "Change again", "Leave it"]
    [done] = office.says("admin", "Confirm")
    assert str(done) == "Changed, next Fri 29 Oct, 15:00. It can be undone for 24 hours."
