"""Schedules for a part of the plan, the most special of which wins; skipping, pausing until, rehearsing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from data.kinds import Role, RoundState
from data.models import Assignment, Person, Reminder, Round, RoundItem, Schedule
from tests.bot.cast import Cast, person


def asked(cast: Cast, day: str) -> list[str]:
    """The rows that rounds opened on a day ask for."""
    query = (
        select(Assignment.ref)
        .join(RoundItem, RoundItem.assignment_id == Assignment.id)
        .join(Round, Round.id == RoundItem.round_id)
        .where(Round.fire_local.like(f"{day}%"), Round.state != RoundState.SKIPPED)
        .order_by(Assignment.position)
    )
    return cast.read(lambda session: list(session.scalars(query)))


def scopes(cast: Cast) -> list[str]:
    query = select(Schedule.scope_kind).where(Schedule.removed_at.is_(None)).order_by(Schedule.id)
    return cast.read(lambda session: list(session.scalars(query)))


def beat(cast: Cast, moment: str) -> None:
    cast.at(moment)
    cast.ticks()


def add(cast: Cast, said: str) -> str:
    [proposal] = cast.says("admin", f"安排 加 {said}")
    cast.presses("admin", "确定")
    return str(proposal)


# The most special wins -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "kind", "rows"),
    [
        ("住建局", "unit", 8),
        ("何海平", "leader", 10),
        ("3", "project", 2),
        ("项目3", "project", 2),
        ("3.2", "row", 1),
    ],
)
def test_a_unit_a_portfolio_a_project_and_a_row_can_have_their_own(
    office: Cast, scope: str, kind: str, rows: int
) -> None:
    said = add(office, f"{scope} 每周五上午9点")
    assert f"、{rows} 项任务；原有的 1 个安排不变" in said
    assert scopes(office) == ["plan", kind]


def test_rows_with_a_rule_of_their_own_are_left_out_of_the_general_round(office: Cast) -> None:
    add(office, "3 每周五上午9点")
    beat(office, "2021-10-25T09:00")
    general = asked(office, "2021-10-25")
    assert len(general) == 23
    assert not {"3.1", "3.2"} & set(general)
    beat(office, "2021-10-29T09:00")
    assert asked(office, "2021-10-29") == ["3.1", "3.2"]


def test_a_row_goes_before_its_project_and_its_unit(office: Cast) -> None:
    add(office, "住建局 每周一上午9点")
    add(office, "3 每周二上午9点")
    add(office, "3.2 每周三上午9点")
    beat(office, "2021-10-11T09:00")
    assert "3.2" not in asked(office, "2021-10-11")
    assert "8.1" in asked(office, "2021-10-11")
    beat(office, "2021-10-12T09:00")
    assert asked(office, "2021-10-12") == ["3.1"]
    beat(office, "2021-10-13T09:00")
    assert asked(office, "2021-10-13") == ["3.2"]


def test_a_rule_that_is_removed_gives_its_rows_back(office: Cast) -> None:
    add(office, "3.2 每周三上午9点")
    office.says("admin", "安排 删除 2")
    office.presses("admin", "删除")
    beat(office, "2021-10-25T09:00")
    assert "3.2" in asked(office, "2021-10-25")


def test_rows_whose_rule_is_paused_are_not_asked_by_the_general_one(office: Cast) -> None:
    add(office, "3.2 每周三上午9点")
    office.says("admin", "安排 暂停 2")
    office.presses("admin", "暂停")
    beat(office, "2021-10-25T09:00")
    assert "3.2" not in asked(office, "2021-10-25")


def test_the_listing_counts_what_each_asks_for(office: Cast) -> None:
    add(office, "3.2 每周三上午9点")
    [listed] = office.says("admin", "安排")
    assert "全部单位（8 家、24 项）" in listed.text
    assert "老城厢道路整治（3.2）（1 家、1 项）" in listed.text


def test_who_is_asked_by_two_rules_gets_one_message_a_day(office: Cast) -> None:
    add(office, "3.2 每月25日上午9点")
    beat(office, "2021-10-25T09:00")
    digests = [said for said in office.heard("housing") if said.title]
    assert len(digests) == 2
    beat(office, "2021-10-26T09:00")
    assert len([said for said in office.heard("housing") if said.title]) == 3


def test_anybody_can_ask_which_rule_applies_and_why(office: Cast) -> None:
    add(office, "3.2 每周三上午9点")
    [row] = office.says("housing", "安排 3.2")
    assert str(row).startswith(
        "老城厢道路整治（3.2）\n按“每周三 9:00，老城厢道路整治（3.2）”，下一轮 9月29日（周三）9:00 发出"
    )
    [other] = office.says("housing", "安排 8.1")
    assert "按“每月25日 9:00，全部单位”" in str(other)
    [coming] = office.says("housing", "安排")
    assert str(coming).endswith("截止，按“每周三 9:00，老城厢道路整治（3.2）”。")


def test_in_english_it_says_why(office: Cast) -> None:
    office.says("education", "/lang en")
    [coming] = office.says("education", "/schedule")
    assert "by “" in str(coming)
    assert "all units”." in str(coming)


# Skipping and pausing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["跳过", "跳过 下一轮", "跳过下一轮", "跳过本期", "/skip", "跳过 1"])
def test_the_next_round_is_passed_over_after_its_effect_was_said(office: Cast, said: str) -> None:
    [ask] = office.says("admin", said)
    assert str(ask) == (
        "将跳过 10月25日（周一）9:00 这一轮（每月25日 9:00，全部单位）：8 家单位、25 项任务、2 人不会收到。"
        "再下一轮 11月25日（周四）照常。"
    )
    [done] = office.presses("admin", "跳过")
    assert str(done) == "已跳过，下次 11月25日（周四）9:00。24 小时内可撤回。"
    beat(office, "2021-10-25T09:00")
    assert asked(office, "2021-10-25") == []
    beat(office, "2021-11-25T09:00")
    assert len(asked(office, "2021-11-25")) == 25


def test_the_reason_is_kept(office: Cast) -> None:
    [ask] = office.says("admin", "跳过 下一轮 迎检")
    assert str(ask).endswith("原因：迎检。")
    office.presses("admin", "跳过")
    kept = office.read(lambda session: session.scalars(select(Round).where(Round.state == "skipped")).all())
    assert [each.reason for each in kept] == [{"code": "by_order", "values": {"why": "迎检"}}]


def test_a_skip_can_be_taken_back(office: Cast) -> None:
    office.says("admin", "跳过 下一轮")
    office.presses("admin", "跳过")
    [undone] = office.says("admin", "撤回")
    assert "下次 10月25日（周一）9:00" in str(undone)
    beat(office, "2021-10-25T09:00")
    assert len(asked(office, "2021-10-25")) == 25


@pytest.mark.parametrize("said", ["暂停到11月1日", "安排 暂停 到11月1日", "安排 暂停 1 至11月1日"])
def test_a_pause_can_end_by_itself(office: Cast, said: str) -> None:
    [ask] = office.says("admin", said)
    assert "10月25日（周一）起不再自动发出" in str(ask) or "11月1日恢复" in str(ask)
    [done] = office.presses("admin", "暂停")
    assert str(done) == "已暂停，11月1日恢复，下次 11月25日（周四）。24 小时内可撤回。"
    beat(office, "2021-10-25T09:00")
    assert asked(office, "2021-10-25") == []
    beat(office, "2021-11-25T09:00")
    assert len(asked(office, "2021-11-25")) == 25


def test_a_pause_until_a_day_that_is_over_is_refused(office: Cast) -> None:
    [refused] = office.says("admin", "暂停到昨天")
    assert "没看懂暂停到哪一天" in str(refused)


def test_only_an_admin_skips(office: Cast) -> None:
    assert "只有负责这件事的人能用" in str(office.says("education", "跳过")[0])


# Rehearsing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["演练 2021-10", "演练 10月", "/rehearse 2021-10", "演练 2021年10月"])
def test_a_month_is_rehearsed_with_everybody_who_would_be_asked(office: Cast, said: str) -> None:
    [told] = office.says("admin", said)
    assert told.title == "演练：10月1日至10月31日（没有发出任何消息）"
    assert told.text.startswith(
        "10月25日（周一）9:00 “每月25日 9:00，全部单位”：8 家单位、25 项任务、2 人，10月28日（周四）截止。\n"
        "  教育局 周敏：2 项\n  住建局 陈刚：8 项\n  没有联络员："
    )
    assert "没反馈的之后提醒：10月29日、11月2日" in told.text
    assert asked(office, "2021-10-25") == []


def test_a_rehearsal_shows_who_stands_in_and_what_is_skipped(office: Cast) -> None:
    office.says("admin", "跳过 下一轮")
    office.presses("admin", "跳过")
    [told] = office.says("admin", "演练 2021-10-25")
    assert "：跳过，督查室跳过。" in told.text


def test_a_time_without_rounds_and_a_time_nobody_knows(office: Cast) -> None:
    assert "没有要发出的" in str(office.says("admin", "演练 2021-10-03")[0])
    assert "请写“演练 2021-10”" in str(office.says("admin", "演练 2021-13")[0])
    assert "请写“演练 2021-10”" in str(office.says("admin", "演练 那时候")[0])


def test_a_trial_goes_to_the_admin_alone_and_changes_nothing(office: Cast) -> None:
    before = len(office.heard("housing"))
    [sample] = office.says("admin", "试发 住建局")
    assert sample.title == "【区政府督查室】2021年重大民生实事 9月调度"
    assert sample.text.startswith("试发：住建局会收到下面这条（按钮略），只发给您。\n\n住建局：请反馈 8 项任务的进展")
    assert sample.labels == []
    assert len(office.heard("housing")) == before
    assert office.read(lambda session: len(session.scalars(select(Round)).all())) == 1


def test_a_rehearsal_leads_to_a_trial(office: Cast) -> None:
    office.says("admin", "演练 2021-10")
    [sample] = office.presses("admin", "试发")
    assert "教育局：请反馈 2 项任务的进展" in sample.text


def test_rehearsing_in_english(office: Cast) -> None:
    office.says("admin", "/lang en")
    [told] = office.says("admin", "/rehearse 2021-10")
    assert told.title == "Rehearsal: 1 Oct to 31 Oct (nothing was sent)"
    assert "8 units, 25 assignments, 2 people, due Thu 28 Oct." in told.text
    assert "Trial: this is what 教育局 would get" in office.says("admin", "/trial")[0].text


def test_what_goes_by_a_more_special_schedule_is_not_counted_before_it_is_added(office: Cast) -> None:
    add(office, "住建局 每周五上午9点")
    said = add(office, "芮春祥 每月10日9点")
    assert "影响 0 家单位、0 项任务，另外 8 项有管得更细的安排，不受影响；原有的 2 个安排不变" in said


def test_a_schedule_that_would_ask_nobody_is_not_added(office: Cast) -> None:
    [said] = office.says("admin", "安排 加 各街道 每周五上午9点")
    assert str(said) == "各街道现在没有要反馈的任务（不牵头，或都已报完成），加了也不会提醒谁。"
    assert scopes(office) == ["plan"]


# People by name, copies ------------------------------------------------------------------------------------


def deputy(cast: Cast) -> None:
    cast.joins("deputy", "王强", Role.LIAISON, "住建局")
    cast.write(lambda session: setattr(person(session, "王强"), "order", "B"))


def digests(cast: Cast, who: str) -> int:
    return len([said for said in cast.heard(who) if said.title])


def test_people_by_name_are_asked_for_the_rows_of_their_units(office: Cast) -> None:
    deputy(office)
    said = add(office, "王强、周敏 每周五上午9点")
    assert "王强、周敏" in said or "周敏、王强" in said
    assert "影响 2 家单位、10 项任务" in said
    before = digests(office, "housing")
    beat(office, "2021-10-08T09:00")
    assert (digests(office, "deputy"), digests(office, "housing")) == (1, before)
    assert len(asked(office, "2021-10-08")) == 10


def test_the_named_are_asked_again_and_nobody_else(office: Cast) -> None:
    deputy(office)
    add(office, "王强 每周五上午9点")
    beat(office, "2021-10-08T09:00")
    beat(office, "2021-10-14T09:10")
    query = (
        select(Reminder.kind, Person.name)
        .join(Round, Round.id == Reminder.round_id)
        .join(Person, Person.id == Reminder.person_id)
        .where(Round.fire_local == "2021-10-08T09:00")
        .order_by(Reminder.id)
    )
    kinds = office.read(lambda session: [tuple(row) for row in session.execute(query)])
    assert kinds == [("digest", "王强"), ("nag", "王强")]


def test_people_go_before_their_unit_and_after_a_project(office: Cast) -> None:
    add(office, "住建局 每周一上午9点")
    add(office, "陈刚 每周二上午9点")
    add(office, "3 每周三上午9点")
    beat(office, "2021-10-11T09:00")
    beat(office, "2021-10-12T09:00")
    beat(office, "2021-10-13T09:00")
    assert asked(office, "2021-10-11") == []
    assert "8.1" in asked(office, "2021-10-12")
    assert asked(office, "2021-10-13") == ["3.1", "3.2"]


def test_a_name_that_is_nobodys_is_told(office: Cast) -> None:
    assert "没有叫李四的联络员" in str(office.says("admin", "安排 加 周敏、李四 每周五上午9点")[0])


@pytest.mark.parametrize(
    "said",
    ["安排 复制 1 给 住建局", "复制 1 给 住建局", "复制给住建局", "copy 1 to 住建局", "/schedule copy 1 to 住建局"],
)
def test_a_schedule_is_copied_for_somebody_else(office: Cast, said: str) -> None:
    [preview] = office.says("admin", said)
    assert "将新增：每月25日 9:00" in str(preview)
    assert "住建局" in str(preview)
    assert scopes(office) == ["plan"]
    office.presses("admin", "确定")
    assert scopes(office) == ["plan", "unit"]
    office.says("admin", "撤回")
    assert scopes(office) == ["plan"]


def test_the_button_asks_for_whom(office: Cast) -> None:
    office.says("admin", "安排")
    assert "复制给谁" in str(office.presses("admin", "复制")[0])
    assert "没有" in str(office.says("admin", "某某局")[0])
    office.presses("admin", "复制")
    assert "周敏" in str(office.says("admin", "周敏")[0])
    office.presses("admin", "确定")
    assert scopes(office) == ["plan", "people"]


def test_a_copy_keeps_the_days_to_answer_and_needs_somebody_else(office: Cast) -> None:
    office.write(lambda session: setattr(session.scalars(select(Schedule)).one(), "due_workdays", 5))
    assert "5 个工作日内反馈" in str(office.says("admin", "复制 1 给 3.2")[0])
    assert "没有改动" in str(office.says("admin", "复制 1 给 全部单位")[0])
    assert "请写复制哪一个" in str(office.says("admin", "安排 复制 1")[0])


# When next, and why ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    ["下次什么时候提醒", "下次什么时候提醒我？", "下一轮是什么时候", "什么时候再提醒我", "下次几号报",
     "下次提醒是什么时候", "when is the next reminder?", "when will you ask me again"],
)  # fmt: skip
@pytest.mark.parametrize("who", ["education", "leader", "admin"])
def test_everybody_can_ask_when_the_next_round_comes(office: Cast, who: str, said: str) -> None:
    assert "下一轮 10月25日（周一）9:00 发出" in str(office.says(who, said)[0])


@pytest.mark.parametrize(
    "said", ["为什么提醒我", "为什么又催我？", "怎么老提醒我", "为啥给我发消息", "why am I reminded?"]
)
def test_who_was_asked_hears_why(office: Cast, said: str) -> None:
    [told] = office.says("education", said)
    assert str(told) == (
        "9月26日 9:00 提醒您，是因为教育局牵头的 2 项任务按“每月25日 9:00，全部单位”调度，9月29日（周三）截止。"
        "还有 2 项没反馈。"
    )


def test_why_says_which_of_several_rules_asks_for_what(office: Cast) -> None:
    add(office, "3.2 每周三上午9点")
    [told] = office.says("housing", "为什么提醒我")
    assert "按“每周三 9:00，老城厢道路整治（3.2）”的 1 项；按“每月25日 9:00，全部单位”的 7 项。" in str(told)
    assert "另有“每月25日 9:00，全部单位”也管到它" in str(office.says("housing", "安排 3.2")[0])


def test_why_for_a_repeat_an_order_and_who_was_never_asked(office: Cast) -> None:
    assert "最近没有提醒过您" in str(office.says("leader", "为什么提醒我")[0])
    office.at("2021-09-30T09:10")
    office.ticks()
    assert "再次提醒您，是因为9月这一轮已于 9月29日 截止" in str(office.says("education", "为什么催我")[0])
    office.says("education", "/lang en")
    for asked in ("why am I reminded", "Why was I reminded again?", "why did you ask us"):
        assert "You were reminded again on 30 Sep" in str(office.says("education", asked)[0])


def test_other_questions_are_no_question_about_reminders(office: Cast) -> None:
    assert "提醒您" not in str(office.says("education", "为什么学位只有3200个")[0])
    assert "下一轮" not in str(office.says("education", "1 下次什么时候能竣工还不知道")[0])
