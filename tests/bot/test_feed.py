"""The calendar to subscribe to: whose rows and rounds it shows, what its events are, how it ends."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import demo, feed, passes
from bot.passes import hashed
from bot.views.feed import Contents, Entry, calendar_bytes
from data.calendar import Calendar as WorkCalendar
from data.installation import calendar_home
from data.kinds import PassKind
from data.models import Assignment, Person, ReadPass
from data.queries import current_plan
from data.store import Store, migrate, open_store
from scheduler.openings import fires
from scheduler.phrases import read_phrase
from tests.bot.cast import OFFICE, START, Cast, person
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
        return {f"row-{row.id}@{calendar_home(session)}": row.deadline for row in rows}

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
    assert answer.headers["cache-control"] == "private, no-cache"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in answer.content
    assert b"BEGIN:VTIMEZONE" in answer.content


def test_a_round_that_a_corrected_calendar_moves_keeps_its_uid(office: Cast) -> None:
    address = address_for(office, "admin")
    before = {str(event["UID"]): event.start for event in events(office, address)}
    office.says("admin", "10月25日放假")
    office.presses("admin", "确定")
    after = {str(event["UID"]): event.start for event in events(office, address)}
    moved = {uid for uid in before if before[uid] != after.get(uid)}
    assert before.keys() == after.keys()
    assert [(before[uid].day, after[uid].day) for uid in moved] == [(25, 26)]
    office.at("2021-10-26T09:05")
    office.ticks()
    assert {str(event["UID"]): event.start for event in events(office, address)} == after


@pytest.mark.parametrize("phrase", ["每月最后一个工作日9点", "每月25日前3个工作日", "每周五15点"])
def test_a_firing_is_called_the_same_wherever_corrections_move_it(phrase: str) -> None:
    cadence = read_phrase(phrase, START.replace(tzinfo=None), WorkCalendar())
    shut = WorkCalendar(corrections={date(2021, 10, day): False for day in (22, 29)})
    plain, moved = (
        {fire.name: fire.opens for fire in islice(fires(cadence, START, replace(OFFICE, calendar=each), 3), 9)}
        for each in (WorkCalendar(), shut)
    )
    assert len(plain) == 9
    assert plain.keys() == moved.keys()
    assert plain != moved


def test_a_round_that_is_skipped_is_not_in_it(office: Cast) -> None:
    address = address_for(office, "admin")
    before = [event.start for event in rounds(events(office, address))]
    skipped = min(start for start in before if start > office.now)
    office.says("admin", "跳过")
    office.presses("admin", "跳过")
    assert [event.start for event in rounds(events(office, address))] == [each for each in before if each != skipped]


def test_it_keeps_the_rules_of_the_format(office: Cast) -> None:
    told = Browser(office).get(address_for(office, "admin")).content
    lines = told.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    assert (lines[0], lines[-1]) == (b"BEGIN:VCALENDAR", b"END:VCALENDAR")
    assert [lines.count(each) for each in (b"VERSION:2.0", b"BEGIN:VTIMEZONE", b"TZID:Asia/Shanghai")] == [1, 1, 1]
    found = [each for each in Calendar.from_ical(told).walk() if isinstance(each, Event)]
    assert len({str(event["UID"]) for event in found}) == len(found)
    assert all(event.get("DTSTAMP") and event.get("DTSTART") and not event.errors for event in found)


def test_what_has_not_changed_is_not_sent_again_and_what_has_is(office: Cast) -> None:
    browser, address = Browser(office), address_for(office, "education")
    tag = browser.get(address).headers["etag"]
    again = browser.get(address, headers={"if-none-match": f"W/{tag}"})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)

    def later(session: Session) -> None:
        row = session.scalars(select(Assignment).where(Assignment.ref == "1")).one()
        row.deadline = date(2022, 1, 31)

    office.write(later)
    changed = browser.get(address, headers={"if-none-match": tag})
    assert (changed.status_code, b"20220131" in changed.content) == (200, True)


def test_a_file_is_made_once_for_as_long_as_it_says_the_same(office: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[datetime] = []

    def make(_: object, now: datetime) -> bytes:
        made.append(now)
        return b"made"

    monkeypatch.setattr(feed, "calendar_bytes", make)
    kept = feed.Calendars(office.office)
    first, second = (office.read(lambda s: kept.calendar(s, office.people["admin"], office.now)) for _ in range(2))
    assert first == second == (first[0], b"made")
    assert made == [office.now]


def test_an_office_that_is_open_shows_everybody_every_row(office: Cast) -> None:
    kept = feed.Calendars(replace(office.office, open_to_all=True))
    _, told = office.read(lambda session: kept.calendar(session, office.people["education"], office.now))
    assert told is not None
    assert len(deadlines([each for each in Calendar.from_ical(told).walk() if isinstance(each, Event)])) == 25


def test_every_database_tells_the_same(any_store: Store) -> None:
    ids = any_store.write_now(lambda session: demo.fill(session, START, OFFICE))

    def made(session: Session) -> str:
        return passes.make(session, session.get_one(Person, ids["liaison"]), PassKind.FEED, START).token

    kept, token = feed.Calendars(OFFICE), any_store.write_now(made)
    opened = any_store.write_now(lambda session: kept.opened(session, token, START))
    assert opened is not None
    _, told = any_store.read_now(lambda session: kept.calendar(session, opened[1], START))
    assert told is not None
    found = [each for each in Calendar.from_ical(told).walk() if isinstance(each, Event)]
    assert (len(deadlines(found)), len(rounds(found))) == (2, 5)


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
    assert "1 calendar address ended" in office.says("education", "feed stop")[0].text


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")) | st.sampled_from(",;:\\\n学位"))
)
def test_whatever_a_row_is_called_comes_through_unharmed(words: str) -> None:
    entry = Entry("row-1", date(2021, 12, 31), words, words)
    told = calendar_bytes(Contents("feed-1", "here.duban", words, "zh-CN", (entry,)), START)
    lines = told.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and line.decode() for line in lines)
    (event,) = [each for each in Calendar.from_ical(told).walk() if isinstance(each, Event)]
    assert (event.get("SUMMARY", ""), event.get("DESCRIPTION", "")) == (words, words)
    assert (str(event["UID"]), event["DTSTAMP"].to_ical()) == ("row-1@here.duban", b"20210926T010000Z")


def test_another_installation_calls_the_same_row_otherwise(office: Cast, tmp_path: Path) -> None:
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}")
    migrate(other)
    admin = other.write_now(lambda session: demo.fill(session, START, OFFICE))["admin"]

    def uids(session: Session, person_id: int) -> set[str]:
        contents = feed.contents_of(session, person_id, START, OFFICE)
        return {str(event["UID"]) for event in Calendar.from_ical(calendar_bytes(contents, START)).events}

    here = office.read(lambda session: uids(session, office.people["admin"]))
    there = other.read_now(lambda session: uids(session, admin))
    other.close()
    assert min(len(here), len(there)) > 25
    assert not here & there
