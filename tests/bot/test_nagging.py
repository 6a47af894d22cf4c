"""Who is silent after the due day: asked again twice, left alone once a day is promised, then the office has a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import access
from data.kinds import ReminderKind, ReminderState, Role, RoundState
from data.models import Account, Assignment, Promise, Reminder, Round, Step
from tests.bot.cast import Cast

EDUCATION = "学位3500个，预计11月底完成"
FIRST, LAST, LIST = "2021-09-30T09:07", "2021-10-09T09:07", "2021-10-11T09:07"


def kinds(cast: Cast, who: str) -> list[tuple[str, int, str]]:
    """(kind, number, state) of a person's reminders."""
    query = select(Reminder).where(Reminder.person_id == cast.people[who]).order_by(Reminder.id)
    return cast.read(lambda session: [(r.kind, r.number, r.state) for r in session.scalars(query)])


def nags(cast: Cast, who: str) -> list[str]:
    """The messages of kind nag that a person was sent."""
    query = select(Reminder.outbox_id).where(
        Reminder.person_id == cast.people[who], Reminder.kind == ReminderKind.NAG, Reminder.outbox_id.is_not(None)
    )
    ids = set(cast.read(lambda session: session.scalars(query).all()))
    return [said.text for said in cast.heard(who) if said.outbox_id in ids]


def beats(cast: Cast, *moments: str) -> None:
    for moment in moments:
        cast.at(moment)
        cast.ticks()


# When ------------------------------------------------------------------------------------------------------


def test_the_silent_are_asked_again_on_the_next_working_day_soon_after_nine(office: Cast) -> None:
    beats(office, "2021-09-29T17:00", "2021-09-30T09:06")
    assert nags(office, "housing") == []
    beats(office, FIRST)
    [said] = nags(office, "housing")
    assert said.startswith("【区政府督查室】住建局 9月调度还差 8 项：1. 老城厢道路整治（3.2）；2. 水环境整治（序号6）")


def test_a_last_time_comes_two_working_days_later_and_no_more(office: Cast) -> None:
    beats(office, FIRST, "2021-10-08T10:00")
    assert len(nags(office, "housing")) == 1
    beats(office, LAST, LIST, "2021-10-12T09:07", "2021-10-20T10:00")
    assert len(nags(office, "housing")) == 2


@pytest.mark.parametrize(
    ("after", "again", "moments"),
    [(1, 2, [FIRST, LAST]), (2, 3, ["2021-10-08T09:07", "2021-10-12T09:07"]), (2, 0, ["2021-10-08T09:07"]), (0, 2, [])],
)
def test_when_and_how_often_are_settings(cast: Cast, after: int, again: int, moments: Sequence[str]) -> None:
    cast.office = replace(cast.office, nag_after=after, nag_again=again)
    cast.ticks()
    steps = cast.read(lambda session: session.scalars(select(Step).where(Step.kind == "nag").order_by(Step.at)).all())
    assert [cast.office.local(step.at).isoformat()[:16] for step in steps] == moments


# Whom ------------------------------------------------------------------------------------------------------


def test_who_has_answered_all_is_left_alone(office: Cast) -> None:
    office.says("education", "1新增学位3500个，预计11月底完成；2 开放了9所，心理普测还没开始")
    beats(office, FIRST, LAST)
    assert nags(office, "education") == []


def test_numbers_stay_as_they_were_in_the_list(office: Cast) -> None:
    office.says("education", EDUCATION)
    beats(office, FIRST)
    [said] = nags(office, "education")
    assert said == ("【区政府督查室】教育局 9月调度还差 1 项：2. 体育设施开放、健康促进学校（5.6）。回一句话即可。")
    assert office.heard("education")[-1].labels == ["10月8日报", "怎么写", "联络员换人了"]
    [echo, *_] = office.says("education", "2 开放了9所")
    assert "（5.6）开放学校 9/11 所" in str(echo)


def test_an_answer_between_the_step_and_the_message_drops_it(office: Cast) -> None:
    office.at("2021-09-30T08:00")
    office.says("education", "1新增学位3500个，预计11月底完成；2 开放了9所，心理普测还没开始")
    beats(office, FIRST)
    assert nags(office, "education") == []


def test_who_comes_new_in_the_middle_of_a_round_is_shown_all_that_is_open(office: Cast) -> None:
    office.joins("successor", "赵宁", Role.LIAISON, "民政局")
    beats(office, FIRST)
    assert kinds(office, "successor") == [("digest", 1, "queued")]
    assert "养老" in office.heard("successor")[-1].text or "民政局" in office.heard("successor")[-1].text


def test_a_successor_sees_all_that_is_open_when_the_invite_is_used(office: Cast) -> None:
    office.at("2021-09-27T10:00")
    office.says("education", EDUCATION)
    [invitation] = office.says("admin", "人员 添加 赵宁 联络员 教育局")
    code = invitation.text.split("邀请码：")[1][:11]
    office.says("successor", code)
    office.ticks()
    [said] = [said for said in office.heard("successor") if said.title]
    assert "还差 1 项" in said.text
    assert "2. 体育设施开放、健康促进学校（5.6）" in said.text
    office.ticks()
    assert len([said for said in office.heard("successor") if said.title]) == 1


# A promise -------------------------------------------------------------------------------------------------


def test_a_promise_by_button_holds_the_last_nag_until_its_day_is_over(office: Cast) -> None:
    beats(office, FIRST)
    [reply] = office.presses("housing", "10月8日报")
    assert str(reply) == "好的，10月8日等您的反馈，之前不再提醒。"
    kept = office.read(lambda session: session.scalars(select(Promise)).all())
    assert [(str(each.day), each.person_id) for each in kept] == [("2021-10-08", office.people["housing"])]
    beats(office, LAST)
    assert len(nags(office, "housing")) == 2


def test_a_promise_for_later_moves_the_nag_behind_it(office: Cast) -> None:
    office.at("2021-09-29T16:00")
    office.says("housing", "10月12日报")
    beats(office, FIRST, LAST, "2021-10-12T10:00")
    assert nags(office, "housing") == []
    beats(office, "2021-10-13T09:07")
    assert len(nags(office, "housing")) == 1


def test_a_promise_is_shown_to_the_office_and_to_nobody_else(office: Cast) -> None:
    office.at("2021-09-29T16:00")
    office.says("housing", "明天报")
    assert "住建局陈刚 表示 9月30日 反馈" in office.heard("admin")[-1].text
    office.at("2021-09-30T10:00")
    [told] = office.says("admin", "谁没反馈")
    assert "住建局，已提醒 1 次，9月30日报" in str(told)
    assert office.heard("leader") == []


# One a day, in hours ---------------------------------------------------------------------------------------


def test_what_falls_into_quiet_hours_is_held_and_sent_once(office: Cast) -> None:
    beats(office, "2021-09-30T20:00", "2021-10-03T11:00")
    assert nags(office, "housing") == []
    beats(office, "2021-10-08T09:00", "2021-10-08T09:07", "2021-10-08T15:00")
    assert len(nags(office, "housing")) == 1


def test_whoever_was_asked_today_is_not_nagged_today(office: Cast) -> None:
    office.at("2021-09-30T09:01")
    office.says("admin", "催办 住建局")
    office.presses("admin", "提醒")
    office.ticks()
    beats(office, FIRST)
    assert nags(office, "housing") == []
    beats(office, "2021-10-08T09:07")
    assert len(nags(office, "housing")) == 1


def test_of_the_nags_missed_in_a_long_stop_one_is_left(office: Cast) -> None:
    beats(office, "2021-10-14T10:00")
    assert len(nags(office, "housing")) == 1
    beats(office, "2021-10-18T10:00")
    assert len(nags(office, "housing")) == 1


def outcomes(cast: Cast) -> list[tuple[str, int, str | None]]:
    query = select(Step.kind, Step.number, Step.outcome).order_by(Step.at, Step.id)
    return cast.read(lambda session: [(row.kind, row.number, row.outcome) for row in session.execute(query)])


def test_after_a_stop_of_a_month_nobody_is_asked_again_for_the_old_round(cast: Cast) -> None:
    cast.office = replace(cast.office, second_after=2, head_after=3, leader_after=6)
    cast.joins("head", "刘洋", Role.HEAD, "住建局")
    cast.ticks()
    heard = len(cast.heard("housing"))
    beats(cast, "2021-11-02T10:00", "2021-11-03T10:00")
    assert len(cast.heard("housing")) == heard
    assert (cast.heard("head"), cast.heard("leader")) == ([], [])
    told = [said.text for said in cast.heard("admin")]
    assert any("10月25日 9:00 的调度没有发出" in text for text in told)
    assert any("教育局，已提醒 1 次；住建局，已提醒 1 次" in text for text in told)
    missed = {(kind, number) for kind, number, outcome in outcomes(cast) if outcome == "missed"}
    assert missed == {("nag", 2), ("second", 1), ("head", 1), ("leader", 1)}


def test_where_the_next_opening_was_missed_too_the_round_before_nags_nobody(office: Cast) -> None:
    office.says("admin", "改成每周一上午9点")
    office.presses("admin", "确定")
    beats(office, "2021-10-14T22:00", "2021-10-15T09:30")
    assert nags(office, "housing") == []


def test_a_round_that_is_over_nags_nobody(office: Cast) -> None:
    office.write(lambda session: session.execute(update(Round).values(state=RoundState.CLOSED)))
    beats(office, FIRST, LAST)
    assert nags(office, "housing") == []


def test_who_has_had_enough_this_month_is_not_asked_again(office: Cast) -> None:
    office.office = replace(office.office, monthly_cap=1)
    beats(office, FIRST)
    assert kinds(office, "housing")[-1] == ("nag", 1, ReminderState.DROPPED)
    beats(office, LAST)
    assert len(nags(office, "housing")) == 1


# The words -------------------------------------------------------------------------------------------------


def test_where_all_was_reported_before_one_tap_is_enough(demo_cast: Cast) -> None:
    demo_cast.says("education", EDUCATION)
    demo_cast.says("education", "2 开放了9所")
    demo_cast.presses("education", "撤回")
    demo_cast.at(FIRST)
    demo_cast.ticks()
    assert "10月8日报" in demo_cast.heard("education")[-1].labels


def test_a_nag_tells_of_the_drafts(office: Cast) -> None:
    office.says("education", EDUCATION)
    office.says("education", "先存着，2 开放了9所")
    beats(office, FIRST)
    [said] = nags(office, "education")
    assert "其中 1 项已有草稿，领导同意后回“报出”。" in said
    office.presses("education", "报出")
    assert any(report.standing for report in office.stored("5.6"))


def test_in_english(office: Cast) -> None:
    office.says("education", EDUCATION)
    office.says("education", "/lang en")
    beats(office, FIRST)
    [said] = nags(office, "education")
    assert said.startswith("[区政府督查室] 教育局, Sep round, 1 still to come: 2. 体育设施开放")
    assert office.heard("education")[-1].labels == ["On 8 Oct", "How to write", "Someone else does this now"]
    [reply] = office.presses("education", "On 8 Oct")
    assert str(reply) == "All right, on 8 Oct; no reminder before."


# The office's list -----------------------------------------------------------------------------------------


def test_after_the_last_one_the_office_has_a_list_and_the_leader_hears_nothing(office: Cast) -> None:
    office.says("education", EDUCATION)
    blocked = update(Account).where(Account.external_id == office.chat("civil")).values(blocked_at=office.now)
    office.joins("civil", "王静", Role.LIAISON, "民政局")
    office.write(lambda session: session.execute(blocked))
    beats(office, FIRST, LAST)
    before = len(office.heard("admin"))
    beats(office, LIST)
    [told] = office.heard("admin")[before:]
    assert "部分反馈 1（教育局 1/2）" in told.text
    assert "未反馈 1（住建局，已提醒 3 次）" in told.text
    assert "民政局，联络员停用了本助手，请打电话" in told.text
    assert told.labels == ["电话名单", "换联络员", "代录", "报区分管领导"]
    assert office.heard("leader") == []


def test_where_all_have_answered_there_is_no_list(cast: Cast) -> None:
    only_education(cast)
    cast.ticks()
    cast.wait(minutes=5)
    cast.says("education", "1新增学位3500个，预计11月底完成；2 开放了9所，心理普测还没开始")
    before = len(cast.heard("admin"))
    beats(cast, FIRST, LAST, LIST)
    assert len(cast.heard("admin")) == before


def test_a_list_that_was_settled_meanwhile_is_not_sent(cast: Cast) -> None:
    only_education(cast)
    cast.ticks()
    before = len(cast.heard("admin"))
    beats(cast, FIRST, LAST)
    cast.at("2021-10-11T20:00")
    cast.ticks()
    cast.says("education", "1新增学位3500个，预计11月底完成；2 开放了9所，心理普测还没开始")
    beats(cast, "2021-10-12T09:07")
    assert len(cast.heard("admin")) == before


def test_the_list_comes_before_the_next_round_takes_its_place(office: Cast) -> None:
    office.says("admin", "改成每周一上午9点")
    office.presses("admin", "确定")
    before = len(office.heard("admin"))
    beats(office, "2021-10-11T09:00", "2021-10-11T09:01")
    told = [said.text for said in office.heard("admin")[before:]]
    assert any("9月调度 8 家单位" in text for text in told)


def test_a_change_of_liaison_is_explained_from_the_list(office: Cast) -> None:
    beats(office, FIRST, LAST, LIST)
    [how] = office.presses("admin", "换联络员")
    assert "住建局：现在是 陈刚" in str(how)
    assert "民政局：还没有联络员" in str(how)


def only_education(cast: Cast) -> None:
    """Of the plan only 教育局's rows are left."""

    def retire(session: Session) -> None:
        unit = access.unit_named(session, "教育局").id
        session.execute(update(Assignment).where(Assignment.lead_unit_id != unit).values(retired_at=cast.now))

    cast.write(retire)
