"""定期汇总 and 代阅: at the reader's own time, only with news; a secretary sees what a leader sees."""

from __future__ import annotations

from sqlalchemy import select

from data.models import DigestIssue
from tests.bot.cast import Cast, Said


def digests(cast: Cast, who: str = "leader") -> list[Said]:
    return [said for said in cast.heard(who) if "不用发了" in said.labels and said.title is not None]


def at(cast: Cast, local: str) -> None:
    cast.at(local)
    cast.ticks()


def outcomes(cast: Cast) -> list[str]:
    return list(cast.read(lambda session: session.scalars(select(DigestIssue.outcome).order_by(DigestIssue.id)).all()))


def test_a_leader_gets_a_summary_at_the_own_time_and_stops_it_by_a_word(office: Cast) -> None:
    (said,) = office.says("leader", "每周一8:30给我汇总")
    assert "每周一 8:30发汇总，没变化不发。下次9月27日 8:30（周一）" in said.text
    at(office, "2021-09-27T08:29")
    assert digests(office) == []
    at(office, "2021-09-27T08:30")
    (first,) = digests(office)
    assert first.title == "您分管的 10 项（9月27日）"
    assert "完成 0" in first.text
    assert "看图" in first.labels
    office.at("2021-09-28T10:00")
    assert "不再定期发汇总" in office.says("leader", "不用发了")[0].text
    at(office, "2021-10-11T10:00")
    assert len(digests(office)) == 1


def test_nothing_is_sent_where_nothing_changed_unless_that_is_wanted(office: Cast) -> None:
    office.says("leader", "每个工作日8:30给我汇总")
    at(office, "2021-09-27T08:30")
    at(office, "2021-09-28T08:30")
    assert outcomes(office) == ["sent", "unchanged"]
    office.at("2021-09-28T10:00")
    office.says("education", "5.6 开放了9所")
    at(office, "2021-09-29T08:30")
    assert "开放学校 9/11 所" in digests(office)[-1].text
    office.at("2021-09-29T10:00")
    office.says("leader", "定期汇总")
    assert "没变化也发" in office.presses("leader", "没变化也发")[0].text
    at(office, "2021-09-30T08:30")
    assert outcomes(office) == ["sent", "unchanged", "sent", "sent"]


def test_a_day_off_is_passed_and_a_stop_is_caught_up_once(office: Cast) -> None:
    office.says("leader", "每天8:30给我汇总，没变化也发")
    at(office, "2021-09-30T21:00")
    assert digests(office) == []
    at(office, "2021-10-03T12:00")
    assert digests(office) == []
    at(office, "2021-10-08T09:00")
    at(office, "2021-10-08T09:01")
    assert len(digests(office)) == 1
    at(office, "2021-10-09T08:30")
    assert len(digests(office)) == 2


def test_the_office_orders_one_for_a_leader_in_working_hours(office: Cast) -> None:
    (said,) = office.says("admin", "每周一8:30给何海平发三行汇总")
    assert "给何海平每周一 8:30发汇总（三行版）" in said.text
    assert "下次9月27日 9:00" in said.text
    at(office, "2021-09-27T09:00")
    (first,) = digests(office)
    assert len(first.text.splitlines()) == 3
    assert "不再" in office.presses("leader", "不用发了")[0].text


def test_what_is_no_order_is_left_alone_and_a_liaison_has_none(office: Cast) -> None:
    assert "发汇总" not in office.says("education", "每周一8:30给我汇总")[0].text
    assert "给领导定请督查室来办" in office.says("leader", "每周一8:30给林岚汇总")[0].text
    assert "您分管的 10 项" in (office.says("leader", "汇总")[0].title or "")
    assert "不是区分管领导" in office.says("admin", "定期汇总 周敏 每周一8:30")[0].text


def test_in_english_too(office: Cast) -> None:
    office.says("leader", "/lang en")
    (said,) = office.says("leader", "send me a short summary every Monday at 8:30, even when nothing changed")
    assert said.text.startswith("Very well: a summary of three lines every Monday at 8:30, even when nothing changed.")
    assert "no more digests" in office.says("leader", "no more summaries")[0].text


def test_a_secretary_sees_what_the_leader_sees_and_remarks_nothing(office: Cast) -> None:
    (entered, invited) = office.says("admin", "代阅 王秘书 何海平")
    assert "王秘书可以代何海平看" in entered.text
    code = next(word for word in invited.text.split("邀请码：")[1].split("（"))
    office.says("secretary", code)
    (said,) = office.says("secretary", "汇总")
    assert said.title == "何海平分管的 10 项（9月26日）"
    (row,) = office.says("secretary", "5.6")
    assert "请督查室了解" not in row.labels
    assert "由其他区领导分管" in office.says("secretary", "3.2")[0].text
    assert "王秘书代何海平" in office.says("admin", "代阅")[0].text
    office.says("admin", "代阅 王秘书 停")
    assert "没有" in office.says("secretary", "汇总")[0].text


def test_only_a_leader_can_be_read_for_and_only_by_nobody_else(office: Cast) -> None:
    assert "不是区分管领导" in office.says("admin", "代阅 王秘书 周敏")[0].text
    assert "已有别的身份" in office.says("admin", "代阅 周敏 何海平")[0].text
    assert "登记发" in office.says("admin", "/secretary")[0].text
