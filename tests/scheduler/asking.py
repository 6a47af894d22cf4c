"""A small office to ask in: the shipped table, one liaison for each lead unit, and a clock that is handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import plans
from data.kinds import ReminderState, Role, RoundState
from data.models import (
    Account,
    Assignment,
    Figure,
    Person,
    PersonRole,
    Plan,
    Reminder,
    Report,
    Round,
    Schedule,
    Target,
    Unit,
)
from data.store import Store
from data.tables import read_table
from scheduler import rounds, schedules
from scheduler.cadence import Cadence
from scheduler.office import Office
from scheduler.rounds import Ticked

T = TypeVar("T")
OFFICE = Office()
TABLE = Path(str(files("data.shipped") / "2021.txt"))


def at(local: str, office: Office = OFFICE) -> datetime:
    """`2021-09-26T09:00` of the office's wall time, as an instant."""
    return datetime.fromisoformat(local).replace(tzinfo=office.zone).astimezone(UTC)


class Asking:
    """The plan with its units' liaisons in a database; `now` moves only by hand."""

    def __init__(self, store: Store, now: str = "2021-08-01T09:00", office: Office = OFFICE) -> None:
        self.store, self.office = store, office
        self.now = at(now, office)
        self.write(lambda session: plans.apply(session, read_table(TABLE, year=None), self.now, None))

    def write(self, fn: Callable[[Session], T]) -> T:
        return self.store.write_now(fn)

    def read(self, fn: Callable[[Session], T]) -> T:
        return self.store.read_now(fn)

    # Beginnings

    def liaison(self, unit: str, name: str, order: str = "A", *, account: bool = True) -> int:
        return self.write(lambda session: _person(session, self.now, name, Role.LIAISON, unit, order, account))

    def admin(self, name: str = "林岚") -> int:
        return self.write(lambda session: _person(session, self.now, name, Role.ADMIN, None, "A", True))

    def everybody(self) -> Mapping[str, int]:
        """A liaison for each lead unit: unit → person id."""
        names = self.read(
            lambda session: list(session.scalars(select(Unit.name).where(Unit.id.in_(select(Assignment.lead_unit_id)))))
        )
        return {name: self.liaison(name, f"{name}联络员") for name in names}

    def schedule(self, cadence: Cadence | None = None, phrase: str = "…") -> int:
        """A schedule of the whole plan; without a cadence the default one."""

        def make(session: Session) -> int:
            plan = session.scalars(select(Plan)).one()
            if cadence is None:
                made = schedules.default_schedule(session, plan, self.now, self.office)
                assert made is not None
                return made.id
            return schedules.add(session, plan, cadence, phrase, self.now, self.office).id

        return self.write(make)

    # Going on

    def tick(self, local: str | None = None) -> Ticked:
        if local is not None:
            self.now = at(local, self.office)
        return self.write(lambda session: rounds.tick(session, self.now, self.office))

    def reports(self, ref: str, local: str, *, status: str | None = None, **figures: float) -> int:
        """A stored report of a row; figures by the target's short label."""
        said_at = at(local, self.office)
        return self.write(lambda session: _report(session, ref, said_at, status, figures))

    # Looking

    def rounds(self) -> list[Round]:
        return self.read(lambda session: list(session.scalars(select(Round).order_by(Round.fire_local, Round.id))))

    def opened(self) -> list[str]:
        return [each.fire_local for each in self.rounds() if each.state != RoundState.SKIPPED]

    def skipped(self) -> dict[str, str]:
        return {r.fire_local: (r.reason or {})["code"] for r in self.rounds() if r.state == RoundState.SKIPPED}

    def next_local(self, schedule_id: int) -> str | None:
        return self.read(lambda session: session.get_one(Schedule, schedule_id).next_local)

    def reminders(self, state: ReminderState | None = None) -> list[Reminder]:
        query = select(Reminder).order_by(Reminder.id)
        if state is not None:
            query = query.where(Reminder.state == state)
        return self.read(lambda session: list(session.scalars(query)))

    def unit_id(self, name: str) -> int:
        return self.read(lambda session: session.scalars(select(Unit.id).where(Unit.name == name)).one())

    def row_id(self, ref: str) -> int:
        return self.read(lambda session: session.scalars(select(Assignment.id).where(Assignment.ref == ref)).one())


def _person(session: Session, now: datetime, name: str, role: Role, unit: str | None, order: str, account: bool) -> int:
    unit_id = session.scalars(select(Unit.id).where(Unit.name == unit)).one() if unit else None
    person = Person(name=name, unit_id=unit_id, order=order, created_at=now, roles=[PersonRole(role=role)])
    session.add(person)
    session.flush()
    if account:
        session.add(bound(person.id, now))
    session.flush()
    return person.id


def bound(person_id: int, now: datetime) -> Account:
    """An account that the person can be written to."""
    address = f"chat-{person_id}"
    return Account(
        person_id=person_id, channel="web", external_id=address, chat_id=address, created_at=now, bound_at=now
    )


def _report(session: Session, ref: str, said_at: datetime, status: str | None, figures: Mapping[str, float]) -> int:
    row = session.scalars(select(Assignment).where(Assignment.ref == ref)).one()
    asked = rounds.round_for(session, row.id, said_at)
    report = Report(
        assignment_id=row.id,
        unit_id=row.lead_unit_id,
        channel="web",
        round_id=asked.id if asked is not None else None,
        said_at=said_at,
        as_of=said_at,
        created_at=said_at,
        text="…",
        status=status,
    )
    session.add(report)
    session.flush()
    for label, value in figures.items():
        target = session.scalars(
            select(Target).where(Target.assignment_id == row.id, Target.short_label == label)
        ).one()
        session.add(Figure(report_id=report.id, target_id=target.id, value=value, as_of=said_at))
    session.flush()
    return report.id
