"""Large databases for measuring: the shipped table with any number of reports, or a table of any number of rows."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import access
from data import plans, queries
from data.kinds import PartKind, ReminderKind, ReminderState, Role, RoundState
from data.models import Account, Assignment, AssignmentLeader, Plan, Project, Reminder, Round, RoundItem, Target, Unit
from data.store import Store, migrate, open_store
from data.tables import read_table
from scheduler.office import Office

OFFICE = Office()
NOW = datetime(2021, 9, 26, 9, 0, tzinfo=OFFICE.zone)
BEGUN = datetime(2021, 1, 4, 1, 0, tzinfo=UTC)
TABLE = Path(str(files("data.shipped") / "2021.txt"))
RECENT = datetime(2021, 6, 28, 1, 0, tzinfo=UTC)
NEWEST = 1_000
MONTHS = range(1, 10)
WORDS = "按计划推进，主体施工已过半，下月补齐其余部分"
REPORT = (
    "id", "assignment_id", "unit_id", "channel", "round_id", "said_at", "as_of", "created_at", "text", "no_change",
    "status", "percent", "percent_derived", "expected_date", "problem", "next_step", "reading", "draft", "standing",
    "fell_at",
)  # fmt: skip
FIGURE = ("report_id", "target_id", "value", "as_of", "standing")


@contextmanager
def filled(path: Path, reports: int) -> Iterator[Store]:
    """The shipped table with nine rounds and so many reports of its rows: the newest thousand since 28 June."""
    store = open_store(f"sqlite:///{path}")
    try:
        migrate(store)
        store.write_now(_table)
        store.write_now(_rounds)
        rows = store.read_now(_rows)
        _fill(path, rows, reports)
        yield store
    finally:
        store.close()


@contextmanager
def wide(path: Path, rows: int, each: int = 1) -> Iterator[Store]:
    """A plan of so many rows in projects of twenty, two targets and `each` reports a row, by eighty units."""
    store = open_store(f"sqlite:///{path}")
    try:
        migrate(store)
        store.write_now(lambda session: _wide_plan(session, rows))
        store.write_now(_rounds)
        _fill(path, store.read_now(_rows), rows * each)
        yield store
    finally:
        store.close()


def _table(session: Session) -> None:
    plans.apply(session, read_table(TABLE, year=None), NOW, None)
    for unit in session.scalars(select(Unit).where(Unit.collective.is_(False))).all():
        access.add_person(session, f"{unit.name}联络员", Role.LIAISON, NOW, unit=unit)
    _known(session, access.add_person(session, "林岚", Role.ADMIN, NOW).id)


def _wide_plan(session: Session, rows: int) -> None:
    plan = Plan(
        title="2021年重点工作责任分解表", year=2021, source_name="大表", source_sha256="0" * 64, imported_at=NOW
    )
    units = [Unit(name=f"单位{at:02}", aliases=[]) for at in range(1, 81)]
    session.add_all([plan, *units])
    session.flush()
    for unit in units:
        access.add_person(session, f"{unit.name}联络员", Role.LIAISON, NOW, unit=unit)
    leaders = [access.add_person(session, f"领导{at}", Role.LEADER, NOW) for at in range(1, 9)]
    _known(session, access.add_person(session, "林岚", Role.ADMIN, NOW).id)
    for at in range(rows):
        number, place = at // 20 + 1, at % 20 + 1
        if place == 1:
            project = Project(plan_id=plan.id, position=number, number=str(number), name=f"第{number}类工作")
            session.add(project)
            session.flush()
        row = Assignment(
            plan_id=plan.id,
            project_id=project.id,
            position=at,
            row=place,
            ref=f"{number}.{place}",
            content=f"完成第{number}类第{place}项工作：新建、改造设施 1200 处，其中年内建成投用不少于 6 处。",
            short_name=f"第{number}类第{place}项",
            lead_unit_id=units[at % 80].id,
            deadline=date(2021, 12, 31),
            unsure=[],
        )
        row.leaders = [AssignmentLeader(person_id=leaders[at % 8].id)]
        row.targets = [
            Target(position=at, kind=kind, label=label, short_label=label, value=value, unit="处", text=f"{value} 处")
            for at, (kind, label, value) in enumerate(((PartKind.FIGURE, "设施", 1200), (PartKind.FEW, "投用", 6)))
        ]
        session.add(row)
    session.flush()


def _known(session: Session, person_id: int) -> None:
    account = Account(channel="web", external_id=f"p{person_id}", chat_id=f"p{person_id}", created_at=NOW)
    account.person_id = person_id
    session.add(account)


def _rounds(session: Session) -> None:
    plan = queries.current_plan(session)
    assert plan is not None
    rows = session.execute(
        select(Assignment.id, Assignment.lead_unit_id, Assignment.position).where(Assignment.plan_id == plan.id)
    ).all()
    for month in MONTHS:
        each = _round(session, plan, month)
        session.add_all(
            RoundItem(round_id=each.id, assignment_id=row, unit_id=unit, position=position)
            for row, unit, position in rows
        )
        for unit in {unit for _, unit, _ in rows}:
            session.add(
                Reminder(
                    round_id=each.id,
                    person_id=queries.liaisons(session, unit)[0].id,
                    kind=ReminderKind.DIGEST,
                    send_from=each.fire_at,
                    use_until=each.fire_at + timedelta(days=5),
                    state=ReminderState.QUEUED,
                )
            )
        session.flush()


def _round(session: Session, plan: Plan, month: int) -> Round:
    opened = datetime(2021, month, 22, 9, 0, tzinfo=OFFICE.zone)
    each = Round(
        plan_id=plan.id,
        fire_local=f"2021-{month:02}-22T09:00",
        fire_at=opened,
        opened_at=opened,
        due_on=date(2021, month, 28),
        state=RoundState.OPEN if month == MONTHS[-1] else RoundState.CLOSED,
    )
    session.add(each)
    session.flush()
    return each


def _rows(session: Session) -> list[tuple[int, int, list[tuple[int, float]]]]:
    """Of each row its id, its lead unit's and its targets that have a number."""
    plan = queries.current_plan(session)
    assert plan is not None
    return [
        (row.id, row.lead_unit_id, [(target.id, target.value) for target in row.targets if target.value])
        for row in queries.assignments(session, plan.id)
    ]


def _fill(path: Path, rows: Sequence[tuple[int, int, list[tuple[int, float]]]], reports: int) -> None:
    """Straight into the file: the indexes are taken away and built again, or a million would take an hour."""
    connection = sqlite3.connect(path)
    tables = "tbl_name IN ('report', 'figure') AND type = 'index' AND sql IS NOT NULL"
    indexes = connection.execute(f"SELECT name, sql FROM sqlite_master WHERE {tables}").fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    connection.execute("PRAGMA synchronous=OFF")
    made = [_report(at, rows, reports) for at in range(reports)]
    _insert(connection, "report", REPORT, [report for report, _ in made])
    _insert(connection, "figure", FIGURE, [figure for _, figure in made if figure is not None])
    for _, sql in indexes:
        connection.execute(sql)
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _insert(connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Sequence[Any]) -> None:
    places = ",".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {table} ({','.join(columns)}) VALUES ({places})", rows)


def _report(
    at: int, rows: Sequence[tuple[int, int, list[tuple[int, float]]]], total: int
) -> tuple[tuple[Any, ...], tuple[Any, ...] | None]:
    """One report and its figure. The newest are the same however many are older, so that what is told of them is; the
    older ones state no problem and no next step, so that a search for those would have to pass them all."""
    back = total - at
    chance = random.Random(back)
    newest = back <= NEWEST
    row, unit, targets = rows[back % len(rows)]
    share = 1 - (back - 1) / total
    said = NOW - (NOW - RECENT) * (back - 1) / NEWEST if newest else BEGUN + (RECENT - BEGUN) * share
    moment = said.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    nothing, fallen = chance.random() < 0.1, chance.random() < 0.02
    month = next((one for one in MONTHS if said.date() <= date(2021, one, 28)), MONTHS[-1])
    report = (
        at + 1, row, unit, "web", month, moment, moment, moment, f"{WORDS}（{back}）", nothing,
        None if nothing else "in_progress", None if nothing or back % 2 else 70.0, False,
        "2021-12-15" if newest and chance.random() < 0.05 else None,
        "管线迁改" if newest and chance.random() < 0.01 else None,
        None, "{}", False, not fallen, moment if fallen else None,
    )  # fmt: skip
    if nothing or not targets:
        return report, None
    target, value = targets[back // len(rows) % len(targets)]
    return report, (at + 1, target, round(value * chance.uniform(0.5, 0.9)), moment, not fallen)
