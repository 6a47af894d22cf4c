"""What a tick costs with many schedules, and a start with many open reminders; beside APScheduler, which keeps one job
for each in its SQLAlchemy store.

`python -m benchmarks.ticking [--repeats N]`. All on SQLite files, in one process, the cases in turn; the best of each.
Ours opens the rounds that are due (rows, numbers, reminders, later steps) and renders fifty messages; APScheduler
submits as many jobs that do nothing.
"""

from __future__ import annotations

import argparse
import logging
import pickle
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from apscheduler.executors.base import BaseExecutor  # type: ignore[import-untyped]
from apscheduler.job import Job  # type: ignore[import-untyped]
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore  # type: ignore[import-untyped]
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.date import DateTrigger  # type: ignore[import-untyped]
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot import health, reminders
from bot.inbox_rows import left_behind
from bot.outbox import Postbox
from bot.sender import release_claims
from data import plans
from data.kinds import ReminderKind, ReminderState, Role, RoundState, ScopeKind
from data.models import Account, Assignment, Person, PersonRole, Plan, Reminder, Round, Schedule
from data.store import Store, migrate, open_store, require_schema
from data.tables import read_table
from scheduler import correcting
from scheduler.cadence import Cadence
from scheduler.days import Monthly
from scheduler.office import Office

FEW, MANY, DUE = 1_000, 100_000, 100
OFFICE = Office()
NOW = datetime(2021, 9, 27, 1, 30, tzinfo=UTC)
TABLE = Path(__file__).parents[1] / "data" / "shipped" / "2021.txt"
CADENCE = Cadence(Monthly((27,)))


@dataclass
class Best:
    """The least wall time and processor time of a case, in milliseconds."""

    name: str
    wall: float = field(default=float("inf"))
    cpu: float = field(default=float("inf"))

    def measure(self, work: Callable[[], object]) -> None:
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        self.wall = min(self.wall, (time.perf_counter() - wall) * 1000)
        self.cpu = min(self.cpu, (time.process_time() - cpu) * 1000)


# Ours ------------------------------------------------------------------------------------------------------


def office_database(path: Path) -> None:
    """The shipped table with a liaison for each lead unit, and nothing scheduled."""
    store = open_store(f"sqlite:///{path}")
    migrate(store)
    store.write_now(_fill)
    store.close()


def _fill(session: Session) -> None:
    correcting.align(session, NOW, OFFICE)
    plans.apply(session, read_table(TABLE, year=None), NOW, None)
    for unit_id in session.scalars(select(Assignment.lead_unit_id).distinct()).all():
        person = Person(name=f"联络员{unit_id}", unit_id=unit_id, created_at=NOW, roles=[PersonRole(role=Role.LIAISON)])
        session.add(person)
        session.flush()
        chat = f"chat-{unit_id}"
        account = Account(channel="web", external_id=chat, chat_id=chat, created_at=NOW, bound_at=NOW)
        account.person_id = person.id
        session.add(account)


def add_schedules(session: Session, count: int) -> None:
    """So many schedules of single rows, `DUE` of them due."""
    plan_id = session.scalars(select(Plan.id)).one()
    rows = session.scalars(select(Assignment.id).order_by(Assignment.id)).all()
    later = NOW + timedelta(days=30)

    def values(n: int) -> dict[str, Any]:
        at = NOW - timedelta(minutes=30) if n < DUE else later + timedelta(minutes=n % 500)
        return {
            "plan_id": plan_id, "phrase": "每月27日 9:00", "cadence": CADENCE.to_json(), "scope_kind": ScopeKind.ROW,
            "scope_id": rows[n % len(rows)], "due_workdays": 3, "next_at": at, "keep_first": False,
            "next_local": f"{OFFICE.local(at):%Y-%m-%dT%H:%M}", "zone": OFFICE.zone.key, "created_at": NOW,
            "changed_at": NOW - timedelta(days=1), "ends_on": None,
        }  # fmt: skip

    session.execute(insert(Schedule), [values(n) for n in range(count)])


def add_reminders(session: Session, count: int) -> None:
    """So many reminders of open rounds that wait for tomorrow."""
    plan_id = session.scalars(select(Plan.id)).one()
    people = session.scalars(select(Person.id).join(PersonRole).where(PersonRole.role == Role.LIAISON)).all()
    rounds = -(-count // len(people)) if count else 0
    session.execute(
        insert(Round),
        [{"plan_id": plan_id, "fire_local": f"2021-09-26T{n // 60 % 24:02}:{n % 60:02}", "fire_at": NOW,
          "opened_at": NOW, "state": RoundState.OPEN} for n in range(rounds)],
    ) if rounds else None  # fmt: skip
    ids = session.scalars(select(Round.id).order_by(Round.id)).all()
    values = [
        {"round_id": ids[n // len(people)], "person_id": people[n % len(people)], "kind": ReminderKind.DIGEST,
         "number": 1, "send_from": NOW + timedelta(days=1), "use_until": NOW + timedelta(days=5),
         "state": ReminderState.WAITING}
        for n in range(count)
    ]  # fmt: skip
    if values:
        session.execute(insert(Reminder), values)


def made(folder: Path, name: str, fill: Callable[[Session], None]) -> Path:
    """A copy of the office's database with something in it."""
    path = folder / f"{name}.db"
    shutil.copy(folder / "office.db", path)
    store = open_store(f"sqlite:///{path}")
    store.write_now(fill)
    store.close()
    return path


def tick_once(template: Path, best: Best) -> None:
    """One tick on a fresh copy, warm: a beat without anything due comes before it."""
    path = template.with_name("tick.db")
    shutil.copy(template, path)
    store = open_store(f"sqlite:///{path}")
    postbox = Postbox({"web": lambda title, text: [(title, text)]})
    store.write_now(lambda session: reminders.tick(session, NOW - timedelta(hours=1), OFFICE, postbox))
    best.measure(lambda: store.write_now(lambda session: reminders.tick(session, NOW, OFFICE, postbox)))
    opened = store.read_now(lambda session: len(session.scalars(select(Round.id)).all()))
    assert opened == DUE, opened
    store.close()


def start_once(template: Path, best: Best) -> None:
    """What a bot does with its database from its start to its first tick."""
    path = template.with_name("start.db")
    shutil.copy(template, path)
    opened: list[Store] = []

    def start() -> None:
        store = open_store(f"sqlite:///{path}")
        opened.append(store)
        require_schema(store)
        store.write_now(_begin)
        store.write_now(lambda session: left_behind(session, now=NOW))
        postbox = Postbox({"web": lambda title, text: [(title, text)]})
        store.write_now(lambda session: reminders.tick(session, NOW, OFFICE, postbox))

    best.measure(start)
    opened[0].close()


def _begin(session: Session) -> None:
    health.begin_life(session, NOW, release_claims(session))
    correcting.align(session, NOW, OFFICE)


# APScheduler -----------------------------------------------------------------------------------------------


class Submitted(BaseExecutor):  # type: ignore[misc]
    """Takes jobs as APScheduler's own executors do, and runs them at once."""

    def _do_submit_job(self, job: Any, run_times: Any) -> None:
        done: Future[None] = Future()
        done.set_result(None)
        self._run_job_success(job.id, [])


def nothing() -> None:
    """What a job does."""


def jobs_database(path: Path, count: int, due: int) -> None:
    """APScheduler's own table with so many jobs, as it stores them itself."""
    store = SQLAlchemyJobStore(url=f"sqlite:///{path}")
    scheduler = BackgroundScheduler(timezone=UTC)
    store.start(scheduler, "default")
    later = datetime.now(UTC) + timedelta(days=30)
    rows = []
    for n in range(count):
        at = datetime.now(UTC) - timedelta(minutes=30) if n < due else later + timedelta(minutes=n % 500)
        job = Job(
            scheduler,
            id=f"job-{n}",
            func=nothing,
            args=(),
            kwargs={},
            trigger=DateTrigger(at, timezone=UTC),
            executor="default",
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
            next_run_time=at,
            name="nothing",
        )
        state = pickle.dumps(job.__getstate__(), store.pickle_protocol)
        rows.append({"id": job.id, "next_run_time": at.timestamp(), "job_state": state})
    with store.engine.begin() as connection:
        if rows:
            connection.execute(store.jobs_t.insert(), rows)
    store.shutdown()


def peer(path: Path) -> Any:
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_jobstore(SQLAlchemyJobStore(url=f"sqlite:///{path}"))
    scheduler.add_executor(Submitted())
    return scheduler


def peer_tick_once(template: Path, best: Best) -> None:
    """What APScheduler does when its timer wakes it."""
    path = template.with_name("peer-tick.db")
    shutil.copy(template, path)
    scheduler = peer(path)
    scheduler.start(paused=True)
    scheduler.state = 1
    best.measure(scheduler._process_jobs)
    scheduler.shutdown(wait=False)


def peer_start_once(template: Path, best: Best) -> None:
    """Its start, up to the first look at what is due."""
    path = template.with_name("peer-start.db")
    shutil.copy(template, path)
    scheduler: Any = None

    def start() -> None:
        nonlocal scheduler
        scheduler = peer(path)
        scheduler.start(paused=True)
        scheduler.state = 1
        scheduler._process_jobs()

    best.measure(start)
    scheduler.shutdown(wait=False)


# ------------------------------------------------------------------------------------------------------------


def run(repeats: int) -> list[Best]:
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        office_database(folder / "office.db")
        cases: list[tuple[Best, Callable[[Best], None]]] = []

        def case(name: str, template: Path, once: Callable[[Path, Best], None]) -> None:
            cases.append((Best(name), lambda best: once(template, best)))

        for count in (FEW, MANY):
            ours = made(folder, f"schedules-{count}", partial(add_schedules, count=count))
            case(f"Duban: tick, {count} schedules, {DUE} due", ours, tick_once)
            theirs = folder / f"jobs-{count}.db"
            jobs_database(theirs, count, DUE)
            case(f"APScheduler: tick, {count} jobs, {DUE} due", theirs, peer_tick_once)
        for count in (0, MANY):
            ours = made(folder, f"reminders-{count}", partial(add_reminders, count=count))
            case(f"Duban: start, {count} open reminders", ours, start_once)
            theirs = folder / f"waiting-{count}.db"
            jobs_database(theirs, count, 0)
            case(f"APScheduler: start, {count} jobs", theirs, peer_start_once)
        for _ in range(repeats):
            for best, once in cases:
                once(best)
        return [best for best, _once in cases]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    found = {best.name: best for best in run(parser.parse_args().repeats)}
    for best in found.values():
        print(f"{best.name:50} {best.wall:9.1f} ms  processor {best.cpu:9.1f} ms")
    print()
    for who, what, few, many in (
        ("Duban", "tick", f"{FEW} schedules, {DUE} due", f"{MANY} schedules, {DUE} due"),
        ("APScheduler", "tick", f"{FEW} jobs, {DUE} due", f"{MANY} jobs, {DUE} due"),
        ("Duban", "start", "0 open reminders", f"{MANY} open reminders"),
        ("APScheduler", "start", "0 jobs", f"{MANY} jobs"),
    ):
        one, other = found[f"{who}: {what}, {few}"], found[f"{who}: {what}, {many}"]
        print(f"{who}, {what}: {other.wall / one.wall:.2f} times (processor {other.cpu / one.cpu:.2f})")


if __name__ == "__main__":
    main()
