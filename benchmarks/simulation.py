"""A simulated year: the shipped 25 rows, twelve liaisons of different habits, an admin, a head, the clock handed in.

Only the provider and the people are made up: database, doors' rows, handlers, ticker and postbox are the real ones.
The clock jumps from one thing to do to the next, and beats in the evenings and on days off as well.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import access
from bot.message import Payload
from data.kinds import ReminderKind, ReminderState, Role
from data.models import Account, Outbox, Person, Reminder, Round, Schedule, Step
from data.store import migrate, open_store
from scheduler.office import Office
from tests.bot.cast import Cast, Said, import_table

OFFICE = Office(second_after=5, head_after=6)
FIRST_DAY, LAST_DAY = date(2021, 1, 4), date(2021, 12, 31)
ADMIN, HEAD = "林岚", "刘洋"
# Name → unit, order, habit.
LIAISONS = {
    "周敏": ("教育局", "A", "prompt"),
    "陈刚": ("住建局", "A", "partly"),
    "马俊": ("住建局", "A", "quiet"),
    "张晓": ("人社局", "A", "late"),
    "吴桐": ("文体旅局", "A", "silent"),
    "何静": ("文体旅局", "B", "helps"),
    "王静": ("民政局", "A", "on_leave"),
    "孙丽": ("民政局", "B", "prompt"),
    "郑伟": ("卫健局", "A", "chatty"),
    "冯超": ("生态环境局", "A", "promises"),
    "许强": ("农业农村局", "A", "leaves"),
    "曹阳": ("农业农村局", "A", "prompt"),
}
JOINS_LATER = "曹阳"
HANDED_OVER = date(2021, 6, 16)
LEAVE = (date(2021, 7, 20), date(2021, 8, 31))
HELPED_UNTIL = 7  # 何静 answers as the second contact until then
PRESSED_IN = 9  # the admin tells the leaders once, after September's list
NO_QUESTION = {"更正", "撤回", "怎么写", "销假"}


@dataclass(frozen=True)
class Entry:
    """A message as it went out: when (office's time), to whom, of which kind (a reminder's, or `answer`), its words."""

    at: datetime
    to: str
    kind: str
    number: int
    round_id: int | None
    title: str | None
    text: str
    labels: tuple[str, ...]
    rows: tuple[int, ...]

    @property
    def first_line(self) -> str:
        return (self.title or "") + self.text.split("\n", 1)[0]


@dataclass
class Year:
    """The year as it goes. `done`: row id → when it was reported done."""

    cast: Cast
    done: dict[int, datetime] = field(default_factory=dict)
    _events: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _count: Iterator[int] = field(default_factory=itertools.count)
    _seen: int = 0

    # The clock

    def later(self, at: datetime, do: Callable[[], None]) -> None:
        heapq.heappush(self._events, (at, next(self._count), do))

    def run(self) -> None:
        """From the first day to the last."""
        end = _at(LAST_DAY, time(23, 59))
        while (moment := self._next()) <= end:
            self.cast.now = max(moment, self.cast.now + timedelta(seconds=1))
            while self._events and self._events[0][0] <= self.cast.now:
                heapq.heappop(self._events)[2]()
            self.cast.ticks()
            self._look()

    def _next(self) -> datetime:
        due = self.cast.read(_next_due)
        coming = [moment for moment in (due, self._events[0][0] if self._events else None) if moment is not None]
        return min(coming, default=_at(date(2022, 1, 1), time()))

    def _look(self) -> None:
        """Let the people react to what has come."""
        for outbox_id, who, kind in self.cast.read(lambda session: _new(session, self._seen)):
            self._seen = max(self._seen, outbox_id)
            react(self, who, kind)

    # What people do

    def says(self, who: str, text: str) -> None:
        """Say something, and answer what is asked back by its first button."""
        if who not in self.cast.people:
            return
        for reply in self.cast.says(who, text):
            if reply.labels and not NO_QUESTION & set(reply.labels):
                self.cast.presses(who, reply.labels[0], reply)

    def answers(self, who: str, share: float = 1.0) -> None:
        """A percent for each row of the last list, or for a part of them."""
        listed = self.listed(who)
        percent = self.percent()
        some = listed[: max(1, round(len(listed) * share))]
        self.says(who, "；".join(f"{number} 完成到{percent}%" for number, _row in some))

    def percent(self) -> int:
        """How far the work is on the day."""
        return round(self.cast.now.timetuple().tm_yday / 365 * 90)

    def listed(self, who: str) -> list[tuple[int, int]]:
        """(number, row id) of what is still open in the last list of a person."""
        return self.cast.read(lambda session: _open_rows(session, self.cast.people[who]))

    def in_days(self, days: int, hour: int, minute: int = 0) -> datetime:
        """So many working days from now."""
        office = self.cast.office
        day = office.calendar.add_workdays(office.today(self.cast.now), days)
        return _at(day, time(hour, minute))

    def in_minutes(self, minutes: int) -> datetime:
        return self.cast.now + timedelta(minutes=minutes)

    def log(self) -> list[Entry]:
        return self.cast.read(_entries)


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=OFFICE.zone)


def _next_due(session: Session) -> datetime | None:
    moments = [
        session.scalar(select(func.min(Schedule.next_at))),
        session.scalar(select(func.min(Step.at)).where(Step.done_at.is_(None))),
        session.scalar(
            select(func.min(Reminder.send_from)).where(
                Reminder.state == ReminderState.WAITING, Reminder.reason.is_(None)
            )
        ),
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def _new(session: Session, seen: int) -> list[tuple[int, str, str]]:
    rows = session.execute(
        select(Outbox.id, Person.name, Reminder.kind)
        .join(Reminder, Reminder.outbox_id == Outbox.id)
        .join(Person, Person.id == Outbox.person_id)
        .where(Outbox.id > seen)
        .order_by(Outbox.id)
    ).all()
    return [(row[0], row[1], row[2]) for row in rows]


def _open_rows(session: Session, person_id: int) -> list[tuple[int, int]]:
    from scheduler.answers import unanswered

    listing = session.scalar(
        select(Outbox.listing)
        .where(Outbox.person_id == person_id, Outbox.listing.is_not(None))
        .order_by(Outbox.id.desc())
        .limit(1)
    )
    waiting = set(unanswered(session, listing or []))
    return [(number, row) for number, row in enumerate(listing or [], 1) if row in waiting]


def _entries(session: Session) -> list[Entry]:
    rows = session.execute(
        select(Outbox, Person.name, Reminder)
        .join(Person, Person.id == Outbox.person_id)
        .outerjoin(Reminder, Reminder.outbox_id == Outbox.id)
        .where(Outbox.sent_at.is_not(None), Outbox.kind == "send")
        .order_by(Outbox.sent_at, Outbox.id)
    )
    return [_entry(outbox, name, reminder) for outbox, name, reminder in rows]


def _entry(outbox: Outbox, name: str, reminder: Reminder | None) -> Entry:
    payload = Payload.from_json(outbox.payload)
    assert outbox.sent_at is not None
    return Entry(
        at=OFFICE.local(outbox.sent_at),
        to=name,
        kind=reminder.kind if reminder is not None else "answer",
        number=reminder.number if reminder is not None else 0,
        round_id=reminder.round_id if reminder is not None else None,
        title=payload.title,
        text=payload.text,
        labels=tuple(button.label for line in payload.buttons for button in line),
        rows=tuple(outbox.listing or ()),
    )


# Habits ------------------------------------------------------------------------------------------------------


def react(year: Year, who: str, kind: str) -> None:
    """What somebody makes of a message."""
    if who == ADMIN:
        _admin(year, kind)
    elif who in LIAISONS:
        habit = LIAISONS[who][2]
        HABITS.get(habit, _nothing)(year, who, kind)


def _nothing(year: Year, who: str, kind: str) -> None:
    """Silent all the year."""


def _prompt(year: Year, who: str, kind: str) -> None:
    if kind == ReminderKind.DIGEST:
        year.later(year.in_minutes(95), lambda: year.answers(who))


def _partly(year: Year, who: str, kind: str) -> None:
    """Half at once, the rest when nagged."""
    share = 0.5 if kind == ReminderKind.DIGEST else 1.0
    if kind in (ReminderKind.DIGEST, ReminderKind.NAG):
        year.later(year.in_minutes(40), lambda: year.answers(who, share))


def _late(year: Year, who: str, kind: str) -> None:
    """Answers after the first nag, the day after it."""
    if kind == ReminderKind.NAG:
        year.later(year.in_days(1, 11), lambda: year.answers(who))


def _helps(year: Year, who: str, kind: str) -> None:
    """Answers as the second contact, but not in the second half of the year."""
    if kind == ReminderKind.ESCALATION and year.cast.now.month < HELPED_UNTIL:
        year.later(year.in_minutes(60), lambda: year.answers(who))


def _chatty(year: Year, who: str, kind: str) -> None:
    """A greeting, a question, one row a message, and thanks."""
    if kind != ReminderKind.DIGEST:
        return
    year.later(year.in_minutes(5), lambda: year.says(who, "您好"))
    year.later(year.in_minutes(7), lambda: year.says(who, "这个数报到几月？"))
    for n in range(6):
        year.later(year.in_minutes(20 + 3 * n), lambda: year.answers(who, 0.01))
    year.later(year.in_minutes(60), lambda: year.says(who, "谢谢"))


def _promises(year: Year, who: str, kind: str) -> None:
    """Names the next working day by the nag's button, and keeps it."""
    if kind != ReminderKind.NAG:
        return

    def promise() -> None:
        said: Said = year.cast.heard(who)[-1]
        label = next(label for label in said.labels if label.endswith("报"))
        year.cast.presses(who, label, said)

    year.later(year.in_minutes(15), promise)
    year.later(year.in_days(1, 16), lambda: year.answers(who))


def _on_leave(year: Year, who: str, kind: str) -> None:
    _prompt(year, who, kind)


HABITS: dict[str, Callable[[Year, str, str], None]] = {
    "prompt": _prompt,
    "partly": _partly,
    "late": _late,
    "helps": _helps,
    "chatty": _chatty,
    "promises": _promises,
    "on_leave": _on_leave,
    "leaves": _prompt,
}


def _admin(year: Year, kind: str) -> None:
    """Enters what was heard on the phone after every third list; tells the leaders once."""
    if kind != ReminderKind.LIST:
        return
    month = year.cast.now.month
    if month % 3 == 0:
        said = f"代录 文体旅局 5.2 完成到{year.percent()}%（电话，值班室）"
        year.later(year.in_minutes(90), lambda: year.says(ADMIN, said))
    if month == PRESSED_IN:
        year.later(year.in_minutes(30), lambda: _tell_leaders(year))


def _tell_leaders(year: Year) -> None:
    year.cast.presses(ADMIN, "报区分管领导")
    year.cast.presses(ADMIN, "报送")


# The year's own events ---------------------------------------------------------------------------------------


def plan_events(year: Year) -> None:
    """Leave, a new liaison, rows that are done, and a beat every evening and on days off."""
    first, last = LEAVE
    year.later(_at(first, time(9, 30)), lambda: year.says("王静", f"请假至{last.month}月{last.day}日，由孙丽代"))
    year.later(_at(HANDED_OVER, time(10)), lambda: _hand_over(year))
    year.later(_at(date(2021, 10, 13), time(15)), lambda: _report_done(year, "周敏", "1"))
    year.later(_at(date(2021, 11, 3), time(15)), lambda: _report_done(year, "陈刚", "8.1"))
    for day in _days():
        year.later(_at(day, time(20, 15)), lambda: None)
        if not OFFICE.calendar.is_workday(day):
            year.later(_at(day, time(10, 30)), lambda: None)


def _days() -> Iterable[date]:
    return (FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1))


def _hand_over(year: Year) -> None:
    def leave(session: Session) -> None:
        session.get_one(Person, year.cast.people["许强"]).left_at = year.cast.now

    year.says("许强", "联络员换人了，以后请找曹阳")
    year.cast.write(leave)
    _join(year.cast, JOINS_LATER)


def _report_done(year: Year, who: str, ref: str) -> None:
    """As if 报完成 had been pressed for a row."""
    from data import queries
    from data.kinds import Status
    from data.models import Assignment, Report

    def done(session: Session) -> int:
        row = session.scalars(select(Assignment).where(Assignment.ref == ref)).one()
        last = session.scalars(
            select(Report).where(Report.assignment_id == row.id, queries.stands(Report)).order_by(Report.id.desc())
        ).first()
        assert last is not None
        last.status = Status.DONE
        return row.id

    year.says(who, f"{ref} 完成到100%")
    year.done[year.cast.write(done)] = year.cast.now


def _join(cast: Cast, name: str) -> None:
    unit, order, _habit = LIAISONS[name]
    person_id = cast.joins(name, name, Role.LIAISON, unit)
    cast.write(lambda session: setattr(session.get_one(Person, person_id), "order", order))


@contextmanager
def year_played(folder: Path) -> Iterator[Year]:
    """The whole year, played in a database in the folder."""
    store = open_store(f"sqlite:///{folder / 'year.db'}")
    try:
        migrate(store)
        cast = Cast(store, _at(FIRST_DAY, time(9)), office=OFFICE)
        cast.write(lambda session: import_table(session, cast.now))
        for name in LIAISONS:
            if name != JOINS_LATER:
                _join(cast, name)
        cast.joins(ADMIN, ADMIN, Role.ADMIN)
        cast.joins(HEAD, HEAD, Role.HEAD, "文体旅局")
        cast.write(lambda session: _bind_leaders(session, cast))
        year = Year(cast)
        plan_events(year)
        year.run()
        yield year
    finally:
        store.close()


def _bind_leaders(session: Session, cast: Cast) -> None:
    """The table's leaders, each with an account."""
    for person in session.scalars(select(Person).where(Person.unit_id.is_(None), Person.name != ADMIN)).all():
        chat = f"chat-{person.name}"
        account = Account(channel=cast.channel.name, external_id=chat, chat_id=chat, created_at=cast.now)
        session.add(account)
        session.flush()
        access.bind(session, account, person, cast.now)


def rounds_of(session: Session) -> Sequence[Round]:
    return session.scalars(select(Round).order_by(Round.fire_at)).all()
