"""The calendar to subscribe to: whose rows and rounds it shows, what its events are, how it ends."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.passes import hashed
from data.models import Assignment, Person, ReadPass
from data.queries import current_plan
from tests.bot.cast import Cast, person
from tests.bot.real import Browser


def address_for(cast: Cast, who: str, order: str = "订阅日历") -> str:
    """What the person is told."""
    (said,) = cast.says(who, order)
    found = re.search(r"/calendar/[\w-]{20,}\.ics", said.text)
    assert found, said.text
    return found[0]


def events(cast: Cast, address: str) -> list[Event]:
    answer = Browser(cast).get(address)
    assert answer.status_code == 200, answer.text
    return [each for each in Calendar.from_ical(answer.content).walk() if isinstance(each, Event)]


def deadlines(found: list[Event]) -> list[Event]:
    return [event for event in found if str(event["UID"]).startswith("row-")]


def rounds(found: list[Event]) -> list[Event]:
    return [event for event in found if str(event["UID"]).startswith("round-")]


@pytest.mark.parametrize(("who", "count"), [("education", 2), ("leader", 10), ("admin", 25)])
def test_everybody_subscribes_to_what_they_may_see(office: Cast, who: str, count: int) -> None:
    found = events(office, address_for(office, who))
    assert len(deadlines(found)) == count
    assert rounds(found)
    told = " ".join(str(event["SUMMARY"]) + str(event["DESCRIPTION"]) for event in found)
    assert "周敏" not in told
    assert "陈刚" not in told


def test_a_deadline_is_a_whole_day_without_an_alarm(office: Cast) -> None:
    found = deadlines(events(office, address_for(office, "admin")))

    def look(session: Session) -> dict[str, date]:
        plan = current_plan(session)
        assert plan is not None
        rows = session.scalars(select(Assignment).where(Assignment.plan_id == plan.id))
        return {f"row-{row.id}@duban": row.deadline for row in rows}

    assert {str(event["UID"]): event.start for event in found} == office.read(look)
    assert all(event.duration == timedelta(days=1) and not event.subcomponents for event in found)
    assert {event.DTSTAMP for event in found} == {office.now}


def test_a_round_opens_at_the_offices_time_and_says_when_it_is_due(office: Cast) -> None:
    first = min(rounds(events(office, address_for(office, "education"))), key=lambda event: event.start)
    assert first.start == datetime(2021, 9, 26, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert first["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert "9月29日" in str(first["SUMMARY"])


def test_rounds_are_foreseen_once_each_and_for_a_year_at_most(office: Cast) -> None:
    address = address_for(office, "admin")
    starts = [event.start for event in rounds(events(office, address))]
    assert len(starts) == len(set(starts)) > 1
    assert max(starts) <= office.now + timedelta(days=365)


def test_an_event_keeps_its_uid(office: Cast) -> None:
    address = address_for(office, "admin")
    before = {str(event["UID"]): event.start for event in events(office, address)}
    office.at("2021-10-25T09:05")
    office.ticks()
    after = {str(event["UID"]): event.start for event in events(office, address)}
    assert after == before


def test_it_is_a_calendar_that_is_asked_for_again_and_kept_by_nobody(office: Cast) -> None:
    answer = Browser(office).get(address_for(office, "education"))
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in answer.content
    assert b"BEGIN:VTIMEZONE" in answer.content


def test_a_calendar_that_was_ended_opens_nothing(office: Cast) -> None:
    pressed, said, left = (address_for(office, who) for who in ("education", "leader", "admin"))
    assert "已停用 1 号" in office.presses("education", "停用 1")[0].text
    assert "已停用 1 个" in office.says("leader", "订阅日历 停用")[0].text

    def leave(session: Session) -> None:
        person(session, "林岚").left_at = office.now

    office.write(leave)
    assert [Browser(office).get(address).status_code for address in (pressed, said, left)] == [404] * 3


def test_only_the_hash_is_kept(office: Cast) -> None:
    token = address_for(office, "education").removeprefix("/calendar/").removesuffix(".ics")
    assert office.read(lambda session: session.scalars(select(ReadPass.token_hash)).all()) == [hashed(token)]


def test_a_link_is_no_calendar_and_who_tries_many_has_to_wait(office: Cast) -> None:
    client = Browser(office)
    (said,) = office.says("admin", "链接 何海平 7天")
    link = re.search(r"/look/([\w-]{20,})", said.text)
    assert link
    answers = [client.get(f"/calendar/{link[1]}.ics") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [404] * 10 + [429]


def test_an_address_is_not_told_in_a_group_and_there_are_three_at_most(office: Cast) -> None:
    office.says_in("-100", "admin", "绑定 教育局")
    assert "群里不说" in office.says_in("-100", "education", "订阅日历")[0].text
    for _ in range(3):
        address_for(office, "admin")
    assert "已经有 3 个" in office.says("admin", "订阅日历")[0].text


def test_it_speaks_the_persons_language(office: Cast) -> None:
    def english(session: Session) -> None:
        session.get_one(Person, office.people["education"]).language = "en"

    office.write(english)
    found = events(office, address_for(office, "education", "feed"))
    assert all(str(event["SUMMARY"]).endswith(": deadline") for event in deadlines(found))
    assert "1 calendar address(es) ended" in office.says("education", "feed stop")[0].text
