"""Rounds: opened once, caught up once, closed by the next; who is asked what, when, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from data.errors import UserError
from data.kinds import OutboxState, ReminderKind, ReminderState, RoundState, ScopeKind
from data.models import Outbox, Plan, Reminder, Report, Round, RoundItem, Schedule, Unit
from data.store import Store
from scheduler import rounds, schedules
from scheduler.cadence import Cadence
from scheduler.days import Daily, Monthly, Weekly
from scheduler.rounds import Answer, Ticked, UnitAnswer
from scheduler.scope import Scope
from tests.scheduler.asking import OFFICE, Asking, at

DAILY = Cadence(Daily())


@pytest.fixture
def asking(store: Store) -> Asking:
    return Asking(store)


def local(reminder: Reminder) -> str:
    return f"{OFFICE.local(reminder.send_from):%m-%d %H:%M}"


def items(asking: Asking, round_id: int, unit: str) -> dict[int, int]:
    """position → assignment id."""
    query = select(RoundItem).where(RoundItem.round_id == round_id, RoundItem.unit_id == asking.unit_id(unit))
    return asking.read(lambda session: {item.position: item.assignment_id for item in session.scalars(query)})


# Opening ---------------------------------------------------------------------------------------------------


def test_the_september_round_opens_on_the_make_up_sunday_and_is_due_on_wednesday(asking: Asking) -> None:
    asking.schedule()
    asking.tick("2021-08-25T09:00")
    assert asking.tick("2021-09-25T12:00") == Ticked()
    ticked = asking.tick("2021-09-26T09:00")
    opened = asking.rounds()[-1]
    assert ticked.opened == (opened.id,)
    assert (opened.fire_local, opened.due_on, opened.state) == ("2021-09-26T09:00", date(2021, 9, 29), "open")


def test_a_second_tick_opens_nothing(asking: Asking) -> None:
    asking.schedule()
    assert len(asking.tick("2021-08-25T09:00").opened) == 1
    assert asking.tick("2021-08-25T09:00") == Ticked()
    assert asking.tick("2021-08-25T09:01") == Ticked()


def test_a_tick_that_comes_second_to_another_opens_nothing(asking: Asking) -> None:
    schedule_id = asking.schedule()
    asking.now = at("2021-08-25T09:00")

    def behind(session: Session) -> Ticked:
        """Another tick moves the schedule on between this one's look and its claim."""
        schedule = session.get_one(Schedule, schedule_id)
        assert schedule.next_at == asking.now
        session.execute(
            update(Schedule).values(next_at=at("2021-09-26T09:00")).execution_options(synchronize_session=False)
        )
        return rounds.advance(session, schedule, asking.now, OFFICE)

    assert asking.write(behind) == Ticked()
    assert asking.rounds() == []


def test_a_round_asks_each_unit_for_its_rows_numbered_in_the_table_s_order(asking: Asking) -> None:
    asking.schedule()
    (opened,) = asking.tick("2021-08-25T09:00").opened
    refs = ("3.2", "6", "8.1", "8.2", "8.3", "9.1", "9.2", "10.1")
    assert items(asking, opened, "住建局") == {n: asking.row_id(ref) for n, ref in enumerate(refs, 1)}
    assert len(asking.read(lambda session: session.scalars(select(RoundItem)).all())) == 25


def test_a_row_reported_done_is_asked_no_more(asking: Asking) -> None:
    asking.schedule()
    asking.reports("6", "2021-08-02T10:00", status="done")
    (opened,) = asking.tick("2021-08-25T09:00").opened
    asked = items(asking, opened, "住建局")
    assert asking.row_id("6") not in asked.values()
    assert sorted(asked) == list(range(1, 8))


def test_a_row_that_goes_on_after_all_is_asked_again(asking: Asking) -> None:
    asking.schedule()
    asking.reports("6", "2021-08-02T10:00", status="done")
    asking.reports("6", "2021-08-03T10:00", status="in_progress")
    (opened,) = asking.tick("2021-08-25T09:00").opened
    assert asking.row_id("6") in items(asking, opened, "住建局").values()


def test_a_collective_unit_is_never_asked(asking: Asking) -> None:
    asking.schedule()
    asking.write(lambda session: session.execute(update(Unit).where(Unit.name == "民政局").values(collective=True)))
    (opened,) = asking.tick("2021-08-25T09:00").opened
    assert items(asking, opened, "民政局") == {}


def test_a_schedule_of_a_unit_asks_only_that_unit(asking: Asking) -> None:
    def make(session: Session) -> None:
        plan = session.scalars(select(Plan)).one()
        unit = session.scalars(select(Unit.id).where(Unit.name == "教育局")).one()
        schedules.add(session, plan, DAILY, "…", asking.now, OFFICE, scope=Scope(ScopeKind.UNIT, unit))

    asking.write(make)
    (opened,) = asking.tick("2021-08-02T09:00").opened
    assert len(asking.read(lambda session: rounds.answered(session, opened))) == 1


def test_where_everything_is_done_the_round_is_skipped(asking: Asking) -> None:
    def make(session: Session) -> None:
        plan = session.scalars(select(Plan)).one()
        row = asking.row_id("6")
        schedules.add(session, plan, DAILY, "…", asking.now, OFFICE, scope=Scope(ScopeKind.ROW, row))

    asking.reports("6", "2021-08-01T10:00", status="done")
    asking.write(make)
    assert len(asking.tick("2021-08-02T09:00").skipped) == 1
    assert asking.skipped() == {"2021-08-02T09:00": "nothing_to_ask"}


def test_a_closed_plan_opens_nothing_more(asking: Asking) -> None:
    schedule_id = asking.schedule()
    asking.write(lambda session: session.execute(update(Plan).values(closed_at=asking.now)))
    assert asking.tick("2021-08-25T09:00") == Ticked()
    assert asking.next_local(schedule_id) is None


def test_after_the_plan_s_year_nothing_opens(asking: Asking) -> None:
    schedule_id = asking.schedule()
    for day in ("08-25", "09-26", "10-25", "11-25", "12-27"):
        asking.tick(f"2021-{day}T09:00")
    assert len(asking.opened()) == 5
    assert asking.next_local(schedule_id) is None
    assert asking.tick("2022-03-25T09:00") == Ticked()


# Catching up -----------------------------------------------------------------------------------------------


def test_a_missed_opening_is_caught_up_within_five_working_days(asking: Asking) -> None:
    asking.schedule()
    asking.tick("2021-08-25T09:00")
    asking.tick("2021-09-30T16:00")
    assert asking.opened()[-1] == "2021-09-26T09:00"
    assert asking.rounds()[-1].due_on == date(2021, 10, 11)


def test_a_missed_opening_is_not_caught_up_after_five_working_days(asking: Asking) -> None:
    asking.schedule()
    asking.tick("2021-08-25T09:00")
    asking.tick("2021-10-08T09:00")
    assert asking.opened() == ["2021-08-25T09:00"]
    assert asking.skipped() == {"2021-09-26T09:00": "missed"}


def test_a_missed_opening_is_not_caught_up_half_way_to_the_next(asking: Asking) -> None:
    asking.schedule(Cadence(Weekly((1,))))
    assert len(asking.tick("2021-08-05T20:59").opened) == 1
    assert len(asking.tick("2021-08-12T21:00").skipped) == 1


def test_of_many_missed_openings_only_the_last_opens(asking: Asking) -> None:
    asking.schedule()
    ticked = asking.tick("2021-11-26T10:00")
    assert asking.opened() == ["2021-11-25T09:00"]
    assert list(asking.skipped()) == ["2021-08-25T09:00", "2021-09-26T09:00", "2021-10-25T09:00"]
    assert len(ticked.skipped) == 3


def test_a_year_of_missed_days_is_recorded_day_by_day(asking: Asking) -> None:
    asking.schedule(DAILY)
    asking.tick("2021-12-31T18:00")
    workdays = sum(OFFICE.calendar.is_workday(date(2021, 8, 1) + timedelta(days=n)) for n in range(1, 153))
    assert len(asking.rounds()) == workdays
    assert asking.opened() == ["2021-12-31T09:00"]


def test_the_office_is_told_once_of_everything_missed(asking: Asking) -> None:
    admin = asking.admin()
    asking.everybody()
    asking.schedule()
    asking.tick("2021-10-20T20:00")
    notices = [each for each in asking.reminders() if each.kind == ReminderKind.NOTICE]
    assert [(each.person_id, local(each)) for each in notices] == [(admin, "10-21 09:00")]


def test_a_clock_set_back_opens_nothing_again(asking: Asking) -> None:
    asking.schedule()
    asking.tick("2021-08-25T09:00")
    asking.tick("2021-08-24T09:00")
    asking.tick("2021-08-25T09:00")
    assert asking.opened() == ["2021-08-25T09:00"]


def test_a_fire_that_is_on_record_is_passed_over(asking: Asking) -> None:
    """Whatever moved the schedule back (a restored backup of one table, a repair by hand): no second round."""
    schedule_id = asking.schedule()
    asking.tick("2021-08-25T09:00")
    again = {"next_at": at("2021-08-25T09:00"), "next_local": "2021-08-25T09:00"}
    asking.write(lambda session: session.execute(update(Schedule).values(**again)))
    assert asking.tick("2021-08-25T09:10") == Ticked()
    assert asking.next_local(schedule_id) == "2021-09-26T09:00"


# Closing ---------------------------------------------------------------------------------------------------


def test_the_next_round_closes_the_one_before(asking: Asking) -> None:
    asking.everybody()
    asking.schedule()
    (first,) = asking.tick("2021-08-25T09:00").opened
    ticked = asking.tick("2021-09-26T09:00")
    assert ticked.closed == (first,)
    assert [each.state for each in asking.rounds()] == ["closed", "open"]
    dropped = asking.reminders(ReminderState.DROPPED)
    assert {(each.round_id, each.reason) for each in dropped} == {(first, "round_closed")}


def test_the_plan_s_round_closes_what_was_opened_by_order(asking: Asking) -> None:
    asking.schedule()
    ordered = ask(asking, "2021-08-20T10:00", ScopeKind.PLAN)
    assert asking.tick("2021-08-25T09:00").closed == (ordered.id,)


# Whom, and when --------------------------------------------------------------------------------------------


def test_each_contact_gets_one_reminder_until_the_due_day_ends(asking: Asking) -> None:
    people = asking.everybody()
    asking.schedule()
    asking.tick("2021-09-26T09:00")
    reminders = asking.reminders()
    assert sorted(each.person_id for each in reminders) == sorted(people.values())
    assert {local(each) for each in reminders} == {"09-26 09:00"}
    assert {OFFICE.local(each.use_until).strftime("%m-%d %H:%M") for each in reminders} == {"09-29 17:30"}


def test_b_is_asked_only_where_there_is_no_a(asking: Asking) -> None:
    first = asking.liaison("教育局", "周敏", "A")
    asking.liaison("教育局", "周二", "B")
    second = asking.liaison("住建局", "陈刚", "B")
    asking.schedule()
    asking.tick("2021-08-25T09:00")
    assert {each.person_id for each in asking.reminders()} == {first, second}


def test_who_has_left_is_not_asked(asking: Asking) -> None:
    left = asking.liaison("教育局", "周敏")
    asking.write(
        lambda session: session.execute(text("UPDATE person SET left_at = created_at WHERE id = :id"), {"id": left})
    )
    asking.schedule()
    asking.tick("2021-08-25T09:00")
    assert asking.reminders() == []


def test_units_without_a_liaison_are_named_and_the_office_is_told(asking: Asking) -> None:
    admin = asking.admin()
    asking.liaison("教育局", "周敏")
    asking.schedule()
    ticked = asking.tick("2021-08-25T09:00")
    assert len(ticked.unreachable_units) == 7
    assert (ticked.opened[0], asking.unit_id("民政局")) in ticked.unreachable_units
    assert [each.person_id for each in asking.reminders() if each.kind == ReminderKind.NOTICE] == [admin]


def test_what_opens_late_in_the_evening_is_sent_in_the_morning(asking: Asking) -> None:
    asking.everybody()
    asking.schedule()
    asking.tick("2021-08-25T20:00")
    assert {local(each) for each in asking.reminders()} == {"08-26 09:00"}
    assert asking.rounds()[-1].due_on == date(2021, 8, 31)


def test_a_second_round_of_the_day_waits_until_the_next_working_day(asking: Asking) -> None:
    asking.everybody()
    asking.schedule()
    asking.schedule(Cadence(Monthly((25,)), times=(time(15),)))
    asking.tick("2021-11-25T09:00")
    asking.tick("2021-11-25T15:00")
    waiting = asking.reminders(ReminderState.WAITING)
    assert [local(each) for each in waiting] == ["11-25 09:00"] * 8 + ["11-26 09:00"] * 8


def test_two_rounds_at_once_are_digests_of_two_days(asking: Asking) -> None:
    asking.everybody()
    asking.schedule()
    asking.schedule(Cadence(Monthly((25,)), times=(time(9),)))
    asking.tick("2021-08-25T09:00")
    by_person: dict[int, list[str]] = {}
    for each in asking.reminders():
        by_person.setdefault(each.person_id, []).append(local(each))
    assert list(by_person.values()) == [["08-25 09:00", "08-26 09:00"]] * 8


# By order --------------------------------------------------------------------------------------------------


def ask(asking: Asking, when: str, kind: ScopeKind, scope_id: int | None = None) -> Round:
    asking.now = at(when)
    return asking.write(lambda session: rounds.open_now(session, kind, scope_id, asking.now, OFFICE, ordered_by=None))


def test_an_order_asks_at_once_at_any_hour(asking: Asking) -> None:
    asking.everybody()
    opened = ask(asking, "2021-10-02T22:15", ScopeKind.UNIT, asking.unit_id("住建局"))
    assert (opened.fire_local, opened.schedule_id, opened.due_on) == ("2021-10-02T22:15", None, date(2021, 10, 11))
    assert [local(each) for each in asking.reminders()] == ["10-02 22:15"]


def test_an_order_within_a_round_asks_again_under_the_same_numbers(asking: Asking) -> None:
    people = asking.everybody()
    asking.schedule()
    (opened,) = asking.tick("2021-09-26T09:00").opened
    before = items(asking, opened, "住建局")
    again = ask(asking, "2021-09-27T10:00", ScopeKind.UNIT, asking.unit_id("住建局"))
    assert again.id == opened
    assert items(asking, opened, "住建局") == before
    mine = [each for each in asking.reminders() if each.person_id == people["住建局"]]
    assert [(each.number, each.state, each.reason) for each in mine] == [
        (1, "dropped", "asked_again"),
        (2, "waiting", None),
    ]


def test_an_order_asks_only_the_units_that_have_not_answered(asking: Asking) -> None:
    people = asking.everybody()
    asking.schedule()
    asking.tick("2021-09-26T09:00")
    for ref in ("1", "5.6"):
        asking.reports(ref, "2021-09-26T10:00")
    ask(asking, "2021-09-27T10:00", ScopeKind.PLAN)
    again = {each.person_id for each in asking.reminders() if each.number == 2}
    assert again == set(people.values()) - {people["教育局"]}


def test_an_order_after_everybody_has_answered_opens_a_new_round(asking: Asking) -> None:
    asking.everybody()
    asking.schedule()
    (first,) = asking.tick("2021-09-26T09:00").opened
    for ref in ("1", "5.6"):
        asking.reports(ref, "2021-09-26T10:00")
    second = ask(asking, "2021-09-28T10:00", ScopeKind.UNIT, asking.unit_id("教育局"))
    assert second.id != first
    assert items(asking, second.id, "教育局") == {1: asking.row_id("1"), 2: asking.row_id("5.6")}


def test_a_row_that_an_open_round_does_not_ask_gets_the_next_number(asking: Asking) -> None:
    asking.everybody()
    asking.reports("6", "2021-08-02T10:00", status="done")
    asking.schedule()
    (opened,) = asking.tick("2021-09-26T09:00").opened
    asking.reports("6", "2021-09-26T10:00", status="in_progress")
    ask(asking, "2021-09-27T10:00", ScopeKind.UNIT, asking.unit_id("住建局"))
    assert items(asking, opened, "住建局")[8] == asking.row_id("6")


def test_an_order_for_one_row_asks_its_unit(asking: Asking) -> None:
    people = asking.everybody()
    opened = ask(asking, "2021-09-27T10:00", ScopeKind.ROW, asking.row_id("3.2"))
    assert items(asking, opened.id, "住建局") == {1: asking.row_id("3.2")}
    assert [each.person_id for each in asking.reminders()] == [people["住建局"]]


def test_there_may_be_nothing_to_ask_for(asking: Asking) -> None:
    asking.reports("6", "2021-08-02T10:00", status="done")
    with pytest.raises(UserError) as raised:
        ask(asking, "2021-09-27T10:00", ScopeKind.ROW, asking.row_id("6"))
    assert raised.value.code == "reminders.nothing_to_ask"


def test_without_a_plan_nobody_can_be_asked(store: Store) -> None:
    with pytest.raises(UserError) as raised:
        store.write_now(lambda s: rounds.open_now(s, ScopeKind.PLAN, None, at("2021-09-27T10:00"), OFFICE))
    assert raised.value.code == "no_plan"


# What came of it -------------------------------------------------------------------------------------------


def deliver(asking: Asking, state: OutboxState, *people: int) -> None:
    """As if the messages to these people had been handed out, with that outcome."""

    def mark(session: Session) -> None:
        for reminder in session.scalars(select(Reminder).where(Reminder.person_id.in_(people))):
            row = Outbox(
                channel="web", chat_id="1", person_id=reminder.person_id, payload={}, created_at=asking.now, state=state
            )
            session.add(row)
            session.flush()
            reminder.state, reminder.outbox_id = ReminderState.QUEUED, row.id

    asking.write(mark)


def test_units_are_told_apart_by_what_they_answered(asking: Asking) -> None:
    people = asking.everybody()
    asking.schedule()
    (opened,) = asking.tick("2021-09-26T09:00").opened
    deliver(asking, OutboxState.SENT, *(people[name] for name in ("教育局", "住建局", "卫健局")))
    deliver(asking, OutboxState.FAILED, people["民政局"])
    for ref in ("1", "5.6", "3.2"):
        asking.reports(ref, "2021-09-26T10:00")
    progress = asking.read(lambda session: rounds.progress(session, session.get_one(Round, opened)))
    told = {unit.name: (unit.answer, unit.answered, unit.asked, unit.delivered) for unit in progress.units}
    assert told["教育局"] == (Answer.FULL, 2, 2, True)
    assert told["住建局"] == (Answer.PART, 1, 8, True)
    assert told["卫健局"] == (Answer.SILENT, 0, 1, True)
    assert told["民政局"] == (Answer.UNDELIVERED, 0, 5, False)
    assert told["人社局"] == (Answer.SILENT, 0, 1, None)
    assert [unit.name for unit in progress.of(Answer.FULL)] == ["教育局"]
    assert (progress.due_on, len(progress.units)) == (date(2021, 9, 29), 8)


def test_a_unit_that_nobody_can_reach_is_not_silent(asking: Asking) -> None:
    asking.schedule()
    (opened,) = asking.tick("2021-09-26T09:00").opened
    answers: dict[int, UnitAnswer] = asking.read(lambda session: rounds.answered(session, opened))
    assert {answer.answer for answer in answers.values()} == {Answer.UNDELIVERED}


def test_one_of_two_liaisons_is_enough_to_be_reached(asking: Asking) -> None:
    first, second = asking.liaison("教育局", "周敏"), asking.liaison("教育局", "吴芳")
    asking.schedule()
    (opened,) = asking.tick("2021-09-26T09:00").opened
    deliver(asking, OutboxState.SENT, first)
    deliver(asking, OutboxState.FAILED, second)
    answer = asking.read(lambda session: rounds.answered(session, opened))[asking.unit_id("教育局")]
    assert answer.delivered is True


def test_a_withdrawn_report_answers_nothing(asking: Asking) -> None:
    asking.schedule()
    (opened,) = asking.tick("2021-09-26T09:00").opened
    report = asking.reports("1", "2021-09-26T10:00")
    asking.write(lambda session: session.execute(update(Report).where(Report.id == report).values(standing=False)))
    assert asking.read(lambda session: rounds.answered_rows(session, opened)) == set()


def test_a_report_belongs_to_the_newest_round_that_asked_before_it_was_said(asking: Asking) -> None:
    asking.schedule()
    (first,) = asking.tick("2021-08-25T09:00").opened
    (second,) = asking.tick("2021-09-26T09:00").opened
    row = asking.row_id("1")

    def belongs(when: str) -> int | None:
        found = asking.read(lambda session: rounds.round_for(session, row, at(when)))
        return found.id if found is not None else None

    assert belongs("2021-08-25T08:59") is None
    assert belongs("2021-08-25T09:00") == first
    assert belongs("2021-09-26T08:59") == first
    assert belongs("2021-09-26T09:01") == second


def test_only_rows_of_open_rounds_wait_for_an_answer(asking: Asking) -> None:
    rows = [asking.row_id(ref) for ref in ("1", "5.6")]

    def waiting() -> list[int]:
        return asking.read(lambda session: rounds.unanswered(session, rows))

    assert waiting() == []
    asking.schedule()
    (opened,) = asking.tick("2021-09-26T09:00").opened
    assert waiting() == sorted(rows)
    asking.reports("1", "2021-09-26T10:00")
    assert waiting() == [rows[1]]
    asking.write(lambda session: rounds.close(session, [opened], asking.now))
    assert waiting() == []


def test_an_acknowledgement_marks_what_was_sent_before_it(asking: Asking) -> None:
    person = asking.liaison("教育局", "周敏")
    asking.schedule()
    asking.tick("2021-09-26T09:00")
    assert asking.write(lambda session: rounds.acknowledge(session, person, at("2021-09-26T09:30"))) == 0
    deliver(asking, OutboxState.SENT, person)
    assert asking.write(lambda session: rounds.acknowledge(session, person, at("2021-09-26T09:30"))) == 1
    assert asking.write(lambda session: rounds.acknowledge(session, person, at("2021-09-26T09:40"))) == 0
    assert asking.reminders()[0].acknowledged_at == at("2021-09-26T09:30")


# On both databases -----------------------------------------------------------------------------------------


def test_a_schedule_is_opened_edited_asked_again_and_told_alike_on_both_databases(any_store: Store) -> None:
    asking = Asking(any_store)
    people = asking.everybody()
    schedule_id = asking.schedule()
    asking.tick("2021-09-26T09:00")
    asking.write(
        lambda session: schedules.change(session, schedule_id, Cadence(Monthly((28,))), "…", asking.now, OFFICE)
    )
    assert asking.skipped() == {"2021-08-25T09:00": "missed", "2021-09-28T09:00": "too_soon"}
    asking.write(lambda session: schedules.undo(session, asking.now, OFFICE))
    assert asking.skipped() == {"2021-08-25T09:00": "missed"}
    asking.reports("1", "2021-09-26T10:00")
    opened = ask(asking, "2021-09-27T10:00", ScopeKind.UNIT, asking.unit_id("教育局"))
    assert [each.person_id for each in asking.reminders() if each.number == 2] == [people["教育局"]]
    answer = asking.read(lambda session: rounds.answered(session, opened.id))[asking.unit_id("教育局")]
    assert (answer.answer, answer.answered, answer.asked) == (Answer.PART, 1, 2)
    assert asking.read(lambda session: rounds.units_without_contact(session, opened.id)) == []
    assert asking.tick("2021-10-25T09:00").closed == (opened.id,)


# Cost ------------------------------------------------------------------------------------------------------


def test_a_tick_reads_only_what_is_due(asking: Asking) -> None:
    def plan(session: Session) -> str:
        query = select(Schedule).where(Schedule.next_at <= asking.now).order_by(Schedule.next_at, Schedule.id)
        compiled = query.compile(session.connection().engine, compile_kwargs={"literal_binds": False})
        rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", ("2021-08-01 00:00:00",))
        return " ".join(str(row[-1]) for row in rows)

    assert "USING INDEX ix_schedule_due (next_at<?)" in asking.read(plan)


def test_a_skipped_round_is_never_open(asking: Asking) -> None:
    asking.schedule()
    asking.tick("2021-10-20T10:00")
    assert [(each.state, each.opened_at, each.due_on) for each in asking.rounds()] == [
        (RoundState.SKIPPED, None, None)
    ] * 2


def test_days_off_are_those_of_the_office_s_calendar(asking: Asking) -> None:
    asking.everybody()
    asking.office = replace(OFFICE, due_workdays=1)
    asking.schedule()
    asking.tick("2021-09-26T18:00")
    assert {local(each) for each in asking.reminders()} == {"09-27 09:00"}
