"""A whole year with twelve liaisons of different habits: what a considerate office would have written, and no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from benchmarks.simulation import (
    ADMIN,
    HANDED_OVER,
    HEAD,
    HELPED_UNTIL,
    LEAVE,
    LIAISONS,
    OFFICE,
    PRESSED_IN,
    Entry,
    Year,
    year_played,
)
from data.kinds import ReminderKind, RoundState
from data.models import Round
from scheduler.reminding import ASKING
from scheduler.workdays import WorkingHours, add_workdays

HOURS = WorkingHours(OFFICE.day_start, OFFICE.day_end)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    with year_played(tmp_path_factory.mktemp("year")) as played:
        yield played


@pytest.fixture(scope="module")
def log(year: Year) -> list[Entry]:
    return year.log()


@pytest.fixture(scope="module")
def rounds(year: Year) -> list[Round]:
    query = select(Round).where(Round.state != RoundState.SKIPPED).order_by(Round.fire_at)
    return year.cast.read(lambda session: list(session.scalars(query)))


def sent(log: list[Entry], kind: str, to: str | None = None) -> list[Entry]:
    return [entry for entry in log if entry.kind == kind and to in (None, entry.to)]


def days(entries: list[Entry]) -> list[date]:
    return [entry.at.date() for entry in entries]


def after_due(rounds: list[Round], workdays: int) -> list[date]:
    """That many working days after the due day of each round, as far as the year goes."""
    found = [add_workdays(each.due_on, workdays, OFFICE.calendar) for each in rounds if each.due_on is not None]
    return [day for day in found if day.year == 2021]


# What holds for everybody ----------------------------------------------------------------------------------


def test_every_month_opens_one_round(rounds: list[Round]) -> None:
    assert [each.fire_local[:7] for each in rounds] == [f"2021-{month:02d}" for month in range(1, 13)]


def test_nobody_is_asked_twice_in_a_day(log: list[Entry]) -> None:
    counts = Counter((entry.to, entry.at.date()) for entry in log if entry.kind in ASKING)
    assert len(counts) > 150
    assert max(counts.values()) == 1


def test_nothing_the_bot_starts_goes_out_of_working_hours(log: list[Entry]) -> None:
    started = [entry for entry in log if entry.kind != "answer"]
    assert len(started) > 200
    assert [entry for entry in started if not HOURS.open_at(entry.at, OFFICE.calendar)] == []


def test_repeats_keep_off_the_full_and_the_half_hour(log: list[Entry]) -> None:
    assert {entry.at.strftime("%H:%M") for entry in sent(log, ReminderKind.NAG)} == {"09:07"}


def test_a_row_that_was_reported_done_is_asked_no_more(year: Year, log: list[Entry]) -> None:
    assert len(year.done) == 2
    later = [
        (entry.to, row)
        for entry in log
        for row, moment in year.done.items()
        if entry.kind == ReminderKind.DIGEST and entry.at > moment and row in entry.rows
    ]
    before = [row for entry in log for row in year.done if entry.kind == ReminderKind.DIGEST and row in entry.rows]
    assert later == []
    assert len(before) > 10


def test_nobody_gets_more_than_three_messages_a_round_or_the_months_cap(log: list[Entry]) -> None:
    asking = [entry for entry in log if entry.kind in ASKING]
    assert max(Counter((entry.to, entry.round_id) for entry in asking).values()) <= 3
    assert max(Counter((entry.to, entry.at.month) for entry in asking).values()) <= OFFICE.monthly_cap


def test_the_numbers_of_a_list_stay_through_its_nags(log: list[Entry]) -> None:
    first = {(entry.to, entry.round_id): entry.rows for entry in sent(log, ReminderKind.DIGEST)}
    nags = sent(log, ReminderKind.NAG)
    assert nags
    assert [entry for entry in nags if entry.rows != first[entry.to, entry.round_id]] == []


# Habit by habit --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["周敏", "郑伟"])
def test_who_answers_in_time_hears_once_a_month(log: list[Entry], name: str) -> None:
    assert len(sent(log, ReminderKind.DIGEST, name)) == 12
    assert sent(log, ReminderKind.NAG, name) == []


def test_who_answers_after_the_first_reminder_gets_no_second(log: list[Entry], rounds: list[Round]) -> None:
    assert days(sent(log, ReminderKind.NAG, "张晓")) == after_due(rounds, 1)


def test_who_keeps_a_promise_is_left_alone_after_it(log: list[Entry], rounds: list[Round]) -> None:
    assert days(sent(log, ReminderKind.NAG, "冯超")) == after_due(rounds, 1)


def test_who_answered_half_is_asked_for_the_other_half_and_so_is_the_colleague(log: list[Entry]) -> None:
    for name in ("陈刚", "马俊"):
        assert all("还差" in entry.text for entry in sent(log, ReminderKind.NAG, name))
        assert len(sent(log, ReminderKind.NAG, name)) == 12


def test_every_silence_goes_up_as_configured(log: list[Entry], rounds: list[Round]) -> None:
    assert days(sent(log, ReminderKind.NAG, "吴桐")) == sorted([*after_due(rounds, 1), *after_due(rounds, 3)])
    assert days(sent(log, ReminderKind.LIST, ADMIN)) == after_due(rounds, 4)
    assert days(sent(log, ReminderKind.ESCALATION, "何静")) == after_due(rounds, 5)
    assert all("文体旅局，已提醒 3 次" in entry.text or "部分反馈" in entry.text for entry in sent(log, "list"))


def test_the_head_hears_only_where_the_second_contact_did_not_help(log: list[Entry], rounds: list[Round]) -> None:
    heard = days(sent(log, ReminderKind.ESCALATION, HEAD))
    assert heard == [day for day in after_due(rounds, 6) if day.month >= HELPED_UNTIL]


def test_a_leader_hears_only_what_an_admin_has_sent_up(log: list[Entry]) -> None:
    people = {*LIAISONS, ADMIN, HEAD}
    told = [entry for entry in log if entry.kind != "answer" and entry.to not in people]
    assert told
    assert {(entry.kind, entry.at.year, entry.at.month) for entry in told} == {("escalation", 2021, PRESSED_IN)}


def test_nobody_is_asked_while_away_and_the_stand_in_is(log: list[Entry]) -> None:
    first, last = LEAVE
    started = [entry for entry in log if entry.kind != "answer"]
    assert [entry for entry in started if entry.to == "王静" and first <= entry.at.date() <= last] == []
    asked = sent(log, ReminderKind.DIGEST, "孙丽")
    assert [entry.at.month for entry in asked] == [7, 8]
    assert len(sent(log, ReminderKind.DIGEST, "王静")) == 10


def test_the_successor_is_asked_from_the_handover_on(log: list[Entry]) -> None:
    started = [entry for entry in log if entry.kind != "answer"]
    assert all(entry.at.date() < HANDED_OVER for entry in started if entry.to == "许强")
    assert len(sent(log, ReminderKind.DIGEST, "曹阳")) == 7


def test_what_was_entered_on_behalf_is_copied_to_the_unit(log: list[Entry]) -> None:
    copies = sent(log, ReminderKind.COPY, "吴桐")
    assert copies
    assert all("来源：电话，值班室" in entry.text for entry in copies)


def test_the_last_round_asks_how_the_year_ends(log: list[Entry]) -> None:
    asked = [entry for entry in sent(log, ReminderKind.DIGEST) if "今年最后一次调度" in entry.text]
    assert asked
    assert {entry.at.month for entry in asked} == {12}
