"""催办 and 谁没反馈: who would be asked, who has answered, and why somebody has not."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from data.kinds import ReminderKind, Role
from data.models import Account, Reminder, Round
from tests.bot.cast import Cast

ANSWER = "1新增学位3500个，预计11月底完成；2 开放了9所，心理普测还没开始"


def digests(cast: Cast, who: str) -> int:
    query = select(func.count()).where(Reminder.person_id == cast.people[who], Reminder.kind == ReminderKind.DIGEST)
    return cast.read(lambda session: session.scalar(query) or 0)


@pytest.mark.parametrize(
    "order", ["现在催一下住建局", "催办 住建局", "催住建局", "请马上提醒一下住建局", "/remind 住建局"]
)
def test_an_order_says_first_whom_it_reaches_and_that_they_were_asked_today(office: Cast, order: str) -> None:
    [ask] = office.says("admin", order)
    assert str(ask) == "将提醒住建局 1 人、8 项任务，今天已提醒过 1 次。"
    assert ask.labels == ["仍要提醒", "算了"]
    assert digests(office, "housing") == 1


def test_one_person_by_name_is_reminded_and_nobody_else_of_the_unit(office: Cast) -> None:
    office.joins("colleague", "李敏", Role.LIAISON, "住建局")
    [ask] = office.says("admin", "催办 陈刚")
    assert str(ask) == "将提醒陈刚 1 人、8 项任务，今天已提醒过 1 次。"
    [done] = office.presses("admin", "仍要提醒")
    assert str(done) == "这就发出：陈刚，1 人、8 项任务，9月29日（周三）截止。"
    office.ticks()
    assert digests(office, "housing") == 2
    assert digests(office, "colleague") == 0
    [ask] = office.says("admin", "催一下陈刚、周敏")
    assert str(ask) == "将提醒周敏、陈刚 2 人、10 项任务，其中 2 人今天已提醒过。"


def test_a_name_that_is_nobodys_is_said_so(office: Cast) -> None:
    assert "没有叫王五的联络员" in str(office.says("admin", "催办 陈刚、王五")[0])
    assert "没有“王五”" in str(office.says("admin", "催办 王五")[0])


def test_confirmed_it_goes_out_at_once(office: Cast) -> None:
    office.says("admin", "现在催一下住建局")
    [done] = office.presses("admin", "仍要提醒")
    assert str(done) == "这就发出：住建局，1 人、8 项任务，9月29日（周三）截止。"
    before = len(office.heard("housing"))
    office.ticks()
    assert len(office.heard("housing")) == before + 1
    assert office.heard("housing")[-1].text.startswith("住建局：请反馈 8 项任务的进展")


def test_put_down_it_asks_nobody(office: Cast) -> None:
    office.says("admin", "现在催一下住建局")
    office.presses("admin", "算了")
    office.ticks()
    assert digests(office, "housing") == 1


def test_out_of_hours_it_says_so(office: Cast) -> None:
    office.at("2021-09-27T20:30")
    [ask] = office.says("admin", "催办 住建局")
    assert str(ask) == "将提醒住建局 1 人、8 项任务。现在不是工作时间，会立即发出。"
    assert ask.labels == ["仍要提醒", "算了"]


def test_rows_that_are_answered_are_not_asked_again(office: Cast) -> None:
    office.says("education", "学位3500个，预计11月底完成")
    [ask] = office.says("admin", "催办 教育局")
    assert "教育局 1 人、1 项任务" in str(ask)


def test_a_unit_that_has_answered_everything_is_said_to_have(office: Cast) -> None:
    office.says("education", ANSWER)
    [ask] = office.says("admin", "催办 教育局")
    assert str(ask).startswith("教育局这一轮都已反馈。将提醒教育局 1 人、2 项任务")


def test_everybody_a_project_a_leader_and_one_row_can_be_asked(office: Cast) -> None:
    assert str(office.says("admin", "催办 全部")[0]).startswith(
        "将提醒 8 家单位 2 人、25 项任务，其中 2 人今天已提醒过。"
    )
    assert str(office.says("admin", "催办 3")[0]).startswith("将提醒 1 人：老城厢复兴发展（3），共 2 项任务")
    assert str(office.says("admin", "催办 3.2")[0]).startswith("将提醒 1 人：老城厢道路整治（3.2），共 1 项任务")
    assert str(office.says("admin", "催办 芮春祥")[0]).startswith("将提醒 1 人：芮春祥分管的任务，共 8 项任务")


def test_those_who_cannot_be_reached_are_named(office: Cast) -> None:
    stopped = update(Account).where(Account.external_id == office.chat("housing")).values(blocked_at=office.now)
    office.write(lambda session: session.execute(stopped))
    [ask] = office.says("admin", "催办 全部")
    assert "有 1 人还没有绑定或停用了本助手，收不到。" in str(ask)
    assert "没有联络员的单位：人社局、文体旅局" in str(ask)


def test_without_a_name_it_asks_whom_and_offers_those_that_have_not_answered(office: Cast) -> None:
    office.says("education", ANSWER)
    [ask] = office.says("admin", "催办")
    assert "教育局" not in ask.labels
    assert ask.labels[-1] == "全部单位"
    [proposal] = office.presses("admin", "住建局")
    assert str(proposal).startswith("将提醒住建局 1 人")


def test_a_unit_that_does_not_exist_is_refused_with_the_nearest(office: Cast) -> None:
    assert str(office.says("admin", "催办 住建句")[0]).startswith("没有“住建句”这个单位，是不是住建局")


def test_only_an_admin_may_order(office: Cast) -> None:
    [refused] = office.says("leader", "催办 住建局")
    assert "只有负责这件事的人能用" in str(refused)


def test_before_any_round_nobody_is_waited_for(cast: Cast) -> None:
    assert str(cast.says("admin", "谁没反馈")[0]) == "现在没有正在进行的调度。"


def test_an_order_opens_a_round_where_none_is_open(cast: Cast) -> None:
    cast.at("2021-09-22T10:00")
    cast.says("admin", "催办 3.2")
    cast.presses("admin", "提醒")
    cast.ticks()
    assert cast.read(lambda session: session.scalar(select(func.count(Round.id)))) == 1
    assert "老城厢道路整治（3.2）" in cast.heard("housing")[-1].text


def test_after_the_due_day_each_answer_has_its_own_name_and_reason(office: Cast) -> None:
    office.joins("civil", "王静", Role.LIAISON, "民政局")
    office.says("education", "学位3500个，预计11月底完成")
    office.at("2021-09-30T10:00")
    [told] = office.says("admin", "谁没反馈")
    assert str(told) == (
        "9月调度 8 家单位：全部反馈 0，部分反馈 1（教育局 1/2），未反馈 1（住建局，已提醒 1 次），"
        "未送达 6（人社局、文体旅局、卫健局、生态环境局、农业农村局，没有登记联络员；民政局，没有送到，请打电话），"
        "已于 9月29日（周三）截止。"
    )
    assert "催 住建局" in told.labels


def test_a_liaison_who_stopped_the_bot_is_undelivered_not_silent(cast: Cast) -> None:
    blocked = update(Account).where(Account.external_id == cast.chat("housing")).values(blocked_at=cast.now)
    cast.write(lambda session: session.execute(blocked))
    cast.ticks()
    cast.at("2021-09-30T10:00")
    assert "住建局，联络员停用了本助手，请打电话" in str(cast.says("admin", "谁没反馈")[0])


def test_a_leader_hears_only_of_the_own_rows_and_gets_no_buttons(office: Cast) -> None:
    office.says("education", ANSWER)
    office.at("2021-09-30T10:00")
    [told] = office.says("leader", "还有谁没报")
    assert str(told).startswith("9月调度 4 家单位：全部反馈 1")
    assert "住建局" not in str(told)
    assert told.labels == []


def test_the_phone_list_names_whom_to_call(office: Cast) -> None:
    office.says("admin", "人员 添加 李敏 联络员 教育局 13800000000")
    office.at("2021-09-30T10:00")
    office.says("admin", "谁没反馈")
    [phones] = office.presses("admin", "电话名单")
    assert "教育局：周敏 没有登记电话，李敏 13800000000" in str(phones)
