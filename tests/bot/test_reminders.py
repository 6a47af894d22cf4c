"""Reminders whose time has come: sent once, held, dropped with the reason; what the office is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from bot import reminders
from bot.outbox import Postbox
from bot.sender import await_account
from bot.texts import LANGUAGES, texts
from data.kinds import OutboxState, Priority, ReminderState, RoundState, ScopeKind
from data.models import Account, Outbox, Person, Reminder, Round, Schedule
from data.store import Store
from scheduler import rounds, schedules
from scheduler.cadence import Cadence
from scheduler.days import Monthly
from tests.scheduler.asking import OFFICE, Asking, at, bound

POSTBOX = Postbox()


class Desk(Asking):
    """The asking office with its messages."""

    def beat(self, local: str | None = None) -> int:
        """One beat; how many messages were queued."""
        if local is not None:
            self.now = at(local)
        return self.write(lambda session: reminders.tick(session, self.now, OFFICE, POSTBOX))

    def messages(self, person_id: int | None = None) -> list[Outbox]:
        query = select(Outbox).order_by(Outbox.id)
        if person_id is not None:
            query = query.where(Outbox.person_id == person_id)
        return self.read(lambda session: list(session.scalars(query)))

    def texts(self, person_id: int) -> list[str]:
        return [str(row.payload["text"]) for row in self.messages(person_id)]

    def told(self, person_id: int) -> list[tuple[str, str | None]]:
        """State and reason of the person's reminders."""
        return [(each.state, each.reason) for each in self.reminders() if each.person_id == person_id]

    def change(self, fn: Callable[[Session], Any]) -> None:
        self.write(lambda session: fn(session))

    def order(self, kind: ScopeKind = ScopeKind.PLAN, scope_id: int | None = None) -> int:
        return self.write(lambda session: rounds.open_now(session, kind, scope_id, self.now, OFFICE).id)


@pytest.fixture
def desk(store: Store) -> Desk:
    desk = Desk(store)
    desk.schedule()
    return desk


# Sent ------------------------------------------------------------------------------------------------------


def test_when_a_round_opens_each_contact_gets_one_message(desk: Desk) -> None:
    people = desk.everybody()
    assert desk.beat("2021-08-25T09:00") == 8
    sent = desk.messages()
    assert sorted(row.person_id or 0 for row in sent) == sorted(people.values())
    (opened,) = desk.rounds()
    assert {(row.round_id, row.priority, row.state) for row in sent} == {(opened.id, Priority.DIGEST, "queued")}
    assert {OFFICE.local(row.use_until).isoformat()[:16] for row in sent if row.use_until} == {"2021-08-30T17:30"}


def test_a_message_and_its_reminder_are_one(desk: Desk) -> None:
    person = desk.liaison("教育局", "周敏")
    desk.beat("2021-08-25T09:00")
    (row,) = desk.messages(person)
    (reminder,) = desk.reminders()
    assert (reminder.state, reminder.outbox_id) == (ReminderState.QUEUED, row.id)


def test_the_next_beat_sends_nothing_again(desk: Desk) -> None:
    desk.everybody()
    assert desk.beat("2021-08-25T09:00") == 8
    assert desk.beat("2021-08-25T09:01") == 0
    assert len(desk.messages()) == 8


def test_what_fails_half_way_is_sent_whole_by_the_next_beat(desk: Desk) -> None:
    desk.everybody()

    class Broken(Postbox):
        def __init__(self) -> None:
            super().__init__()
            self.count = 0

        def enqueue(self, *args: Any, **values: Any) -> int | None:
            self.count += 1
            if self.count == 5:
                raise RuntimeError("the disk is full")
            return super().enqueue(*args, **values)

    desk.now = at("2021-08-25T09:00")
    with pytest.raises(RuntimeError):
        desk.write(lambda session: reminders.tick(session, desk.now, OFFICE, Broken()))
    assert (desk.messages(), desk.rounds()) == ([], [])
    assert desk.beat() == 8


def test_a_large_round_goes_out_in_batches(desk: Desk) -> None:
    desk.everybody()
    desk.tick("2021-08-25T09:00")
    counts = [
        desk.write(lambda session: reminders.render_due(session, desk.now, OFFICE, POSTBOX, most=3)) for _ in range(4)
    ]
    assert counts == [3, 3, 2, 0]


def test_two_at_once_claim_each_reminder_once(desk: Desk) -> None:
    desk.liaison("教育局", "周敏")
    desk.tick("2021-08-25T09:00")

    def beside(session: Session) -> bool:
        due = session.scalars(select(Reminder)).all()
        session.execute(
            update(Reminder).values(state=ReminderState.QUEUED).execution_options(synchronize_session=False)
        )
        return reminders.Desk(session, desk.now, OFFICE, POSTBOX).handle(due[0])

    assert desk.write(beside) is False
    assert desk.messages() == []


# Looked at again -------------------------------------------------------------------------------------------


def test_a_digest_that_was_held_shows_what_is_known_when_it_goes(desk: Desk) -> None:
    person = desk.liaison("教育局", "周敏")
    desk.tick("2021-08-25T20:00")
    desk.reports("1", "2021-08-25T21:00", 学位=3200)
    assert desk.beat("2021-08-26T09:00") == 1
    assert "还差 1 项" in desk.texts(person)[0]
    assert "1 ✓ 增加教育资源供给（序号1）：学位 3200/5000 个" in desk.texts(person)[0]


def test_who_has_answered_meanwhile_is_not_asked(desk: Desk) -> None:
    person = desk.liaison("教育局", "周敏")
    desk.tick("2021-08-25T20:00")
    for ref in ("1", "5.6"):
        desk.reports(ref, "2021-08-25T21:00")
    assert desk.beat("2021-08-26T09:00") == 0
    assert desk.told(person) == [("dropped", "answered")]


def test_who_has_left_meanwhile_is_not_asked(desk: Desk) -> None:
    person = desk.liaison("教育局", "周敏")
    desk.tick("2021-08-25T20:00")
    desk.change(lambda session: session.execute(update(Person).values(left_at=desk.now)))
    assert desk.beat("2021-08-26T09:00") == 0
    assert desk.told(person) == [("dropped", "left")]


def test_who_has_moved_to_a_unit_that_is_not_asked_gets_nothing(desk: Desk) -> None:
    person = desk.liaison("教育局", "周敏")
    desk.tick("2021-08-25T20:00")
    desk.change(lambda session: session.execute(update(Person).values(unit_id=None)))
    assert desk.beat("2021-08-26T09:00") == 0
    assert desk.told(person) == [("dropped", "nothing_asked")]


def test_a_digest_of_a_round_that_was_closed_is_dropped(desk: Desk) -> None:
    person = desk.liaison("教育局", "周敏")
    desk.tick("2021-08-25T20:00")
    desk.change(lambda session: session.execute(update(Round).values(state=RoundState.CLOSED)))
    assert desk.beat("2021-08-26T09:00") == 0
    assert desk.told(person) == [("dropped", "round_closed")]


def test_after_the_due_day_a_digest_is_of_no_use(desk: Desk) -> None:
    person = desk.liaison("教育局", "周敏")
    desk.tick("2021-08-25T20:00")
    assert desk.beat("2021-08-31T17:31") == 0
    assert desk.told(person) == [("dropped", "too_late")]


# When ------------------------------------------------------------------------------------------------------


def test_what_could_not_go_in_time_waits_for_the_morning(desk: Desk) -> None:
    person = desk.liaison("教育局", "周敏")
    desk.tick("2021-08-25T09:00")
    assert desk.beat("2021-08-25T22:00") == 0
    assert desk.told(person) == [("waiting", None)]
    assert desk.beat("2021-08-26T08:59") == 0
    assert desk.beat("2021-08-26T09:00") == 1


def test_nobody_gets_two_digests_on_a_day(desk: Desk) -> None:
    person = desk.liaison("教育局", "周敏")
    desk.schedule(Cadence(Monthly((25,))))
    assert desk.beat("2021-08-25T09:00") == 1
    assert desk.beat("2021-08-25T17:00") == 0
    assert desk.beat("2021-08-26T09:00") == 1
    assert len(desk.messages(person)) == 2


def test_after_days_of_standstill_digests_go_one_a_day(desk: Desk) -> None:
    person = desk.liaison("教育局", "周敏")
    desk.schedule(Cadence(Monthly((25,))))
    desk.tick("2021-08-25T09:00")
    assert desk.beat("2021-08-30T10:00") == 1
    assert desk.beat("2021-08-31T09:00") == 0
    assert desk.told(person)[1] == ("dropped", "too_late")


def test_what_is_sent_later_than_planned_counts_for_the_day_on_which_it_went(desk: Desk) -> None:
    desk.liaison("教育局", "周敏")
    desk.tick("2021-08-25T09:00")
    assert desk.beat("2021-08-26T10:00") == 1

    def effect(session: Session) -> int:
        return schedules.effect(session, session.scalars(select(Schedule)).one(), desk.now, OFFICE).asked_today

    assert desk.read(effect) == 1


def test_an_order_goes_out_at_night_and_on_the_same_day_again(desk: Desk) -> None:
    person = desk.liaison("教育局", "周敏")
    desk.beat("2021-08-25T09:00")
    desk.now = at("2021-08-25T22:00")
    desk.order()
    assert desk.beat() == 1
    assert len(desk.messages(person)) == 2
    assert "请反馈 2 项" in desk.texts(person)[1]


def test_an_order_is_not_asked_of_who_has_answered_before_it_went(desk: Desk) -> None:
    desk.liaison("教育局", "周敏")
    desk.now = at("2021-08-20T10:00")
    desk.order()
    for ref in ("1", "5.6"):
        desk.reports(ref, "2021-08-20T10:01")
    assert desk.beat("2021-08-20T10:02") == 0


# Not reached -----------------------------------------------------------------------------------------------


def test_who_has_no_account_is_waited_for_and_the_office_is_told_once(desk: Desk) -> None:
    admin = desk.admin()
    person = desk.liaison("教育局", "周敏", account=False)
    second = desk.liaison("住建局", "陈刚", account=False)
    for name in ("人社局", "文体旅局", "民政局", "卫健局", "生态环境局", "农业农村局"):
        desk.liaison(name, f"{name}联络员")
    desk.beat("2021-08-25T09:00")
    desk.beat("2021-08-25T09:01")
    desk.beat("2021-08-25T09:02")
    assert desk.told(person) == desk.told(second) == [("waiting", "no_account")]
    assert desk.texts(admin) == [
        "8月调度有 2 处提醒不到：\n教育局 周敏：还没有绑定账号\n住建局 陈刚：还没有绑定账号\n"
        "请登记联络员或发邀请码，来不及就打电话。"
    ]


def test_who_binds_an_account_meanwhile_is_asked_at_once(desk: Desk) -> None:
    person = desk.liaison("教育局", "周敏", account=False)
    desk.beat("2021-08-25T09:00")
    desk.change(lambda session: session.add(bound(person, desk.now)))
    assert desk.beat("2021-08-25T11:00") == 1
    assert desk.told(person) == [("queued", None)]


def test_who_binds_an_account_at_night_is_asked_in_the_morning(desk: Desk) -> None:
    person = desk.liaison("教育局", "周敏", account=False)
    desk.beat("2021-08-25T09:00")
    desk.change(lambda session: session.add(bound(person, desk.now)))
    assert desk.beat("2021-08-25T21:00") == 0
    assert desk.beat("2021-08-26T09:00") == 1


def test_who_never_binds_an_account_is_given_up_when_the_round_is_over(desk: Desk) -> None:
    person = desk.liaison("教育局", "周敏", account=False)
    desk.beat("2021-08-25T09:00")
    desk.beat("2021-08-30T17:31")
    assert desk.told(person) == [("dropped", "no_account")]


def test_who_could_not_be_written_to_is_asked_once_that_is_possible(desk: Desk) -> None:
    person = desk.liaison("教育局", "周敏")
    desk.beat("2021-08-25T09:00")
    blocked = update(Account).where(Account.person_id == person)
    desk.change(lambda session: session.execute(blocked.values(blocked_at=desk.now)))
    desk.change(lambda session: session.execute(update(Outbox).values(state=OutboxState.FAILED)))
    desk.change(lambda session: await_account(session, session.scalars(select(Outbox)).one()))
    assert desk.beat("2021-08-25T09:05") == 0
    desk.change(lambda session: session.execute(blocked.values(blocked_at=None)))
    assert desk.beat("2021-08-25T11:00") == 1
    assert desk.told(person) == [("queued", None)]


def test_who_has_blocked_the_bot_is_named_as_such(desk: Desk) -> None:
    admin = desk.admin()
    people = desk.everybody()
    desk.change(
        lambda session: session.execute(
            update(Account).where(Account.person_id == people["民政局"]).values(blocked_at=desk.now)
        )
    )
    desk.beat("2021-08-25T09:00")
    desk.beat("2021-08-25T09:01")
    assert "民政局 民政局联络员：停用了本助手" in desk.texts(admin)[0]


def test_units_without_a_liaison_are_named(desk: Desk) -> None:
    admin = desk.admin()
    people = desk.everybody()
    desk.change(
        lambda session: session.execute(
            text("UPDATE person SET left_at = created_at WHERE id = :id"), {"id": people["民政局"]}
        )
    )
    desk.beat("2021-08-25T09:00")
    assert desk.texts(admin) == [
        "8月调度有 1 处提醒不到：\n民政局：还没有联络员\n请登记联络员或发邀请码，来不及就打电话。"
    ]


def test_a_notice_that_has_settled_itself_is_not_sent(desk: Desk) -> None:
    admin = desk.admin()
    people = desk.everybody()
    desk.change(
        lambda session: session.execute(
            update(Account).where(Account.person_id == people["民政局"]).values(blocked_at=desk.now)
        )
    )
    desk.change(lambda session: session.execute(update(Schedule).values(next_at=at("2021-08-25T17:29"))))
    desk.beat("2021-08-25T17:29")
    desk.change(lambda session: session.execute(update(Account).values(blocked_at=None)))
    desk.beat("2021-08-25T17:29")
    assert desk.texts(admin) == []
    assert desk.told(admin) == [("dropped", "settled")]


def test_the_office_hears_why_a_round_was_skipped(desk: Desk) -> None:
    admin = desk.admin()
    desk.everybody()
    desk.beat("2021-10-20T10:00")
    assert desk.texts(admin) == [
        "9月26日 9:00 的调度没有发出：到点时本助手没有运行，已经过了补发的时间（一共错过 2 轮）。"
    ]


def test_the_office_is_told_in_working_hours(desk: Desk) -> None:
    admin = desk.admin()
    assert desk.beat("2021-10-16T10:00") == 0
    assert desk.beat("2021-10-18T09:00") == 1
    assert len(desk.texts(admin)) == 1


def test_the_office_is_told_at_once_that_the_clock_has_jumped(desk: Desk) -> None:
    admin = desk.admin()
    desk.now = at("2021-08-25T22:00")
    jumped = timedelta(minutes=-61, seconds=-5)
    told = desk.write(lambda session: reminders.tell_clock_jump(session, jumped, desk.now, OFFICE, POSTBOX))
    assert told == 1
    assert desk.texts(admin) == [
        "服务器的时钟往回跳了 61 分钟，现在显示 8月25日 22:00。5 分钟内不会发出新的调度，请核对时间。"
    ]


def test_every_reason_for_a_skip_can_be_said_in_both_languages() -> None:
    codes = {
        "too_soon": {"days": 4, "month": 9, "day": 26},
        rounds.MISSED: {"count": 2},
        rounds.NOTHING_TO_ASK: {},
        schedules.STOPPED: {},
    }
    for code, values in codes.items():
        about = Round(reason={"code": code, "values": values})
        for language in LANGUAGES:
            assert texts(language).tell("reminders.skipped", reminders.skip_reason(about))


# Cost ------------------------------------------------------------------------------------------------------


def test_a_beat_reads_only_the_reminders_whose_time_has_come(desk: Desk) -> None:
    def plan(session: Session) -> str:
        sql = str(reminders._due(desk.now).compile(session.connection().engine, compile_kwargs={"literal_binds": True}))
        return " ".join(str(row[-1]) for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}"))

    assert "USING INDEX ix_reminder_waiting (send_from<?)" in desk.read(plan)


def test_a_beat_with_nothing_to_do_is_one_statement_on_two_indexes(desk: Desk) -> None:
    def plan(session: Session) -> str:
        query = f"EXPLAIN QUERY PLAN {reminders.ANYTHING_DUE.text}"
        found = session.connection().exec_driver_sql(query, {"now": "2021-08-01 00:00:00"})
        return " ".join(str(row[-1]) for row in found)

    found = desk.read(plan)
    assert "INDEX ix_schedule_due (next_at<?)" in found
    assert "INDEX ix_reminder_waiting (send_from<?)" in found
    assert "INDEX ix_step_waiting (at<?)" in found


def test_a_message_that_failed_is_the_sender_s_business(desk: Desk) -> None:
    person = desk.liaison("教育局", "周敏")
    desk.beat("2021-08-25T09:00")
    desk.change(lambda session: session.execute(update(Outbox).values(state=OutboxState.FAILED)))
    assert desk.beat("2021-08-25T09:05") == 0
    assert desk.told(person) == [("queued", None)]
