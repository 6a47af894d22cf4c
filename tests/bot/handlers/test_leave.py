"""请假: somebody else is asked, nobody is chased while away, and nothing of it counts as missed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from data import queries
from data.kinds import Role
from data.models import Leave, Person, Reminder
from scheduler.answers import Answer, answered
from scheduler.lamp import Column
from scheduler.standing import standings
from tests.bot.cast import Cast


def deputy(cast: Cast, who: str = "deputy", name: str = "李敏", unit: str = "教育局") -> int:
    person_id = cast.joins(who, name, Role.LIAISON, unit)

    def second(session: Session) -> None:
        session.get_one(Person, person_id).order = "B"

    cast.write(second)
    return person_id


def digests(cast: Cast, who: str) -> int:
    return sum("调度" in (said.title or "") for said in cast.heard(who))


def leaves(cast: Cast) -> list[tuple[str, str, int | None]]:
    found = cast.read(lambda session: session.scalars(select(Leave).where(Leave.cancelled_at.is_(None))).all())
    return [(str(each.from_on), str(each.until_on), each.stand_in_id) for each in found]


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("请假至9月30日", ("2021-09-26", "2021-09-30")),
        ("请假 到9月30日", ("2021-09-26", "2021-09-30")),
        ("我请假9月27日至30日", ("2021-09-27", "2021-09-30")),
        ("请假 明天", ("2021-09-27", "2021-09-27")),
        ("/leave until 30 Sep", ("2021-09-26", "2021-09-30")),
        ("请假到月底", ("2021-09-26", "2021-09-30")),
    ],
)
def test_days_are_read_as_people_write_them(cast: Cast, said: str, days: tuple[str, str]) -> None:
    cast.says("education", said)
    assert leaves(cast) == [(*days, None)]


def test_without_a_stand_in_or_a_deputy_it_says_that_nothing_is_counted(cast: Cast) -> None:
    [reply] = cast.says("education", "请假至9月30日")
    assert str(reply) == ("记下了：请假至9月30日。期间没有人代，这段时间的调度不算未反馈，回来后再请您报。")
    assert reply.labels == ["销假"]
    assert cast.heard("admin")[-1].text == "教育局周敏 请假至9月30日，没有人代，这段时间不算未反馈。"


def test_the_deputy_is_asked_instead(cast: Cast) -> None:
    deputy(cast)
    [reply] = cast.says("education", "请假至9月30日")
    assert "期间请李敏反馈" in str(reply)
    cast.ticks()
    assert (digests(cast, "deputy"), digests(cast, "education")) == (1, 0)


def test_a_stand_in_that_is_named_goes_before_the_deputy(cast: Cast) -> None:
    deputy(cast)
    deputy(cast, "third", "吴桐")
    [reply] = cast.says("education", "请假至9月30日，由吴桐代")
    assert "期间请吴桐反馈" in str(reply)
    cast.ticks()
    assert (digests(cast, "third"), digests(cast, "deputy"), digests(cast, "education")) == (1, 0, 0)


def test_the_deputy_can_be_named_by_its_place(cast: Cast) -> None:
    person_id = deputy(cast)
    cast.says("education", "请假至9月30日 由B角代")
    assert leaves(cast) == [("2021-09-26", "2021-09-30", person_id)]


def test_a_stand_in_who_is_unknown_is_refused_with_those_there_are(cast: Cast) -> None:
    deputy(cast)
    [reply] = cast.says("education", "请假至9月30日，由王五代")
    assert str(reply).startswith("教育局没有登记叫“王五”的联络员，现有 李敏")
    assert leaves(cast) == []


def test_leave_in_the_middle_of_a_round_hands_on_what_is_left(office: Cast) -> None:
    deputy(office)
    office.says("education", "学位3500个，预计11月底完成")
    office.says("education", "请假至9月30日")
    office.ticks()
    [said] = [said for said in office.heard("deputy") if said.title]
    assert "还差 1 项" in said.text
    office.at("2021-09-30T09:07")
    office.ticks()
    assert not any("还差 1 项：2." in said.text for said in office.heard("education"))
    assert any("还差 1 项：2." in said.text for said in office.heard("deputy"))


def test_where_all_was_answered_the_deputy_is_not_asked(office: Cast) -> None:
    deputy(office)
    office.says("education", "1新增学位3500个，预计11月底完成；2 开放了9所，心理普测还没开始")
    office.says("education", "请假至9月30日")
    office.ticks()
    assert digests(office, "deputy") == 0


def test_who_is_alone_is_asked_on_coming_back(cast: Cast) -> None:
    cast.says("education", "请假至10月8日")
    cast.ticks()
    for moment in ("2021-09-30T09:07", "2021-10-08T16:00"):
        cast.at(moment)
        cast.ticks()
    assert digests(cast, "education") == 0
    cast.at("2021-10-09T09:07")
    cast.ticks()
    assert digests(cast, "education") == 1
    assert "原定9月29日" in cast.heard("education")[-1].text


def test_leave_is_not_counted_as_missed(cast: Cast) -> None:
    cast.says("education", "请假至10月8日")
    cast.ticks()
    cast.at("2021-09-30T10:00")
    [told] = cast.says("admin", "谁没反馈")
    assert "请假 1（教育局）" in str(told)
    assert "未反馈 1（住建局，已提醒 1 次）" in str(told)


def test_leave_lights_no_lamp(cast: Cast) -> None:
    cast.says("education", "请假至10月8日")
    cast.ticks()
    cast.at("2021-09-30T10:00")

    def columns(session: Session) -> list[Column]:
        plan = queries.current_plan(session)
        assert plan is not None
        rows = queries.assignments(session, plan.id)
        found = standings(session, plan, rows, cast.now, cast.office)
        return [each.lamp.column for each in found if each.row.lead_unit.name == "教育局"]

    assert set(cast.read(columns)) == {Column.NOT_RATED}


def test_a_leave_that_ends_before_the_due_day_excuses_nothing(cast: Cast) -> None:
    cast.says("education", "请假至9月27日")
    cast.ticks()
    cast.at("2021-09-28T09:00")
    cast.ticks()
    assert digests(cast, "education") == 1

    def answer(session: Session) -> Answer:
        round_id = session.scalars(select(Reminder.round_id)).first() or 0
        found = answered(session, round_id)
        return next(unit.answer for unit in found.values() if unit.name == "教育局")

    assert cast.read(answer) is Answer.SILENT


def test_whoever_comes_back_early_is_asked_again(cast: Cast) -> None:
    cast.says("education", "请假至9月30日")
    [reply] = cast.says("education", "销假")
    assert str(reply) == "周敏已销假。"
    assert leaves(cast) == []
    cast.ticks()
    assert digests(cast, "education") == 1


def test_the_office_enters_leave_for_somebody(cast: Cast) -> None:
    deputy(cast)
    [reply] = cast.says("admin", "请假 周敏 至9月30日，由李敏代")
    assert str(reply) == "记下了：教育局周敏 请假至9月30日。期间请李敏反馈。"
    [listed] = cast.says("admin", "请假")
    assert str(listed).startswith("教育局 周敏：9月26日至9月30日，由李敏代")
    [ended] = cast.says("admin", "请假 周敏 取消")
    assert str(ended) == "周敏已销假。"


@pytest.mark.parametrize(
    ("who", "said", "answer"),
    [
        ("education", "请假 一阵子", "请写“请假至9月30日”"),
        ("admin", "请假 至9月30日", "请写明是谁"),
        ("education", "销假", "周敏没有请假。"),
        ("education", "请假", "现在没有人请假。"),
    ],
)
def test_what_is_missing_is_asked_for(cast: Cast, who: str, said: str, answer: str) -> None:
    [reply] = cast.says(who, said)
    assert str(reply).startswith(answer)


def test_words_that_only_begin_like_it_are_a_report(office: Cast) -> None:
    office.says("education", "请假的工人回来了，1 新增学位3500个，预计11月底完成")
    assert leaves(office) == []


def test_a_second_leave_takes_the_place_of_one_that_overlaps(cast: Cast) -> None:
    cast.says("education", "请假至9月30日")
    cast.says("education", "请假至10月8日")
    assert leaves(cast) == [("2021-09-26", str(date(2021, 10, 8)), None)]


def test_in_english(cast: Cast) -> None:
    deputy(cast)
    cast.says("education", "/lang en")
    [reply] = cast.says("education", "leave until 30 Sep by 李敏")
    assert str(reply) == "Noted: on leave until 30 Sep. Meanwhile 李敏 will be asked."
    assert reply.labels == ["Back again"]
    [ended] = cast.presses("education", "Back again")
    assert str(ended) == "周敏 is back."
