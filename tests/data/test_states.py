"""The state of a row: a fold over what stands, the same by any road, and for the same price however much was said."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from benchmarks.crowd import filled
from benchmarks.standing import summed
from data import queries
from data.models import Assignment, Figure, Plan, Project, Report, Target, Unit
from data.models.reports import STATED
from data.queries import State
from data.store import Store

START = datetime(2021, 3, 1, 1, 0, tzinfo=UTC)


def told_at_random(session: Session, seed: int) -> list[int]:
    """Two rows with a target each, and forty reports of them: some drafts, some corrected or taken back later."""
    chance = random.Random(seed)
    plan = Plan(title="表", year=2021, source_name="表", source_sha256="0", imported_at=START)
    unit = Unit(name="教育局", aliases=[])
    session.add_all([plan, unit])
    session.flush()
    project = Project(plan_id=plan.id, position=0, number="1", name="教育")
    session.add(project)
    session.flush()
    rows = [_row(plan.id, project.id, unit.id, at) for at in (1, 2)]
    session.add_all(rows)
    session.flush()
    for at in range(40):
        session.add(_report(chance, rows[at % 2], START + timedelta(hours=at)))
    session.flush()
    return [row.id for row in rows]


def _row(plan: int, project: int, unit: int, at: int) -> Assignment:
    return Assignment(
        plan_id=plan, project_id=project, position=at, row=at, ref=f"1.{at}", content="建校", short_name="建校",
        lead_unit_id=unit, deadline=date(2021, 12, 31), unsure=[],
        targets=[Target(position=0, kind="figure", label="校", short_label="校", value=9, unit="所", text="9 所")],
    )  # fmt: skip


def _report(chance: random.Random, row: Assignment, said: datetime) -> Report:
    draft = chance.random() < 0.1
    fell = said + timedelta(hours=chance.randrange(1, 30)) if chance.random() < 0.4 else None
    stands = not draft and fell is None
    as_of = said - timedelta(hours=chance.choice([0, 0, 0, 5]))
    nothing = chance.random() < 0.3
    report = Report(
        assignment_id=row.id, channel="web", said_at=said, as_of=as_of, created_at=said, text=f"{said}", reading={},
        draft=draft, standing=stands, fell_at=fell, no_change=nothing,
    )  # fmt: skip
    if nothing:
        return report
    report.status = chance.choice([None, "in_progress", "done"])
    report.percent = chance.choice([None, float(chance.randrange(100))])
    report.expected_date = chance.choice([None, date(2021, 11, chance.randrange(1, 30))])
    report.problem, report.next_step = chance.choice([None, "缺地"]), chance.choice([None, None, "开工"])
    if chance.random() < 0.6:
        value = float(chance.randrange(9))
        report.figures = [Figure(target_id=row.targets[0].id, value=value, as_of=as_of, standing=stands)]
    return report


def folded(session: Session, row: int, as_of: datetime | None, known_at: datetime | None) -> dict[str, Any]:
    """The same state by hand: every report read, one after the other."""
    counted = [
        report
        for report in session.scalars(select(Report).where(Report.assignment_id == row))
        if not report.draft
        and (as_of is None or report.as_of <= as_of)
        and (known_at is None or report.created_at <= known_at)
        and (report.standing or (known_at is not None and report.fell_at is not None and report.fell_at > known_at))
    ]
    state: dict[str, Any] = dict.fromkeys([*STATED, "confirmed", "reported", "figure"])
    for report in sorted(counted, key=lambda report: (report.as_of, report.id)):
        state["confirmed"] = report.id
        if not report.no_change:
            state["reported"] = report.id
        state |= {name: report.id for name in STATED if getattr(report, name) is not None}
        for figure in report.figures:
            state["figure"] = (report.id, figure.value)
    return state


def looked_up(session: Session, state: State) -> dict[str, Any]:
    (figure,) = state.figures.values() or (None,)
    confirmed = session.get_one(Report, state.last_report_id).as_of if state.last_report_id else None
    assert state.reported_at == confirmed
    return {
        **{name: value.report_id if (value := getattr(state, name)) else None for name in STATED},
        "confirmed": state.confirmed_at,
        "reported": state.last_report_id,
        "figure": (figure.report_id, figure.value) if figure else None,
    }


@pytest.mark.parametrize("seed", range(4))
def test_the_state_is_the_fold_of_what_stands_then_and_now(any_store: Store, seed: int) -> None:
    def compare(session: Session) -> None:
        rows = told_at_random(session, seed)
        moments: list[datetime | None] = [None, *(START + timedelta(hours=hours) for hours in (-1, 7, 19, 33))]
        for as_of in moments:
            for known_at in moments:
                states = queries.states(session, rows, as_of=as_of, known_at=known_at)
                for row in rows:
                    expected = folded(session, row, as_of, known_at)
                    found = looked_up(session, states[row])
                    confirmed = expected.pop("confirmed")
                    assert found.pop("confirmed") == (session.get_one(Report, confirmed).as_of if confirmed else None)
                    assert found == expected, (as_of, known_at)

    any_store.write_now(compare)


@pytest.fixture(scope="module")
def crowds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Store]]:
    """The same newest thousand reports, behind nothing and behind five thousand older ones."""
    folder: Path = tmp_path_factory.mktemp("crowds")
    with filled(folder / "few.db", 1_000) as few, filled(folder / "many.db", 6_000) as many:
        yield [few, many]


def steps_of_summary(store: Store) -> tuple[int, str]:
    """How many steps SQLite's machine takes for one summary, and what it says."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    def work(session: Session) -> str:
        raw: Any = session.connection().connection.driver_connection
        raw.set_progress_handler(count, 1)
        try:
            return summed(session)
        finally:
            raw.set_progress_handler(None, 0)

    said = store.write_now(work)
    return taken, said


def test_a_summary_costs_the_database_the_same_however_much_was_reported(crowds: list[Store]) -> None:
    (few, said), (many, same) = (steps_of_summary(store) for store in crowds)
    assert said == same
    assert few > 1_000
    assert many <= 1.02 * few


def plans_of(session: Session) -> Iterable[str]:
    """How SQLite goes about each statement of a summary."""
    asked: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", hear)
    summed(session)
    event.remove(connection, "before_cursor_execute", hear)
    for statement, values in asked:
        if "FROM report" in statement and statement.startswith("SELECT"):
            for step in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values):
                yield step[3]


def test_each_field_is_looked_up_in_the_index_of_its_own(crowds: list[Store]) -> None:
    steps = list(crowds[1].write_now(lambda session: list(plans_of(session))))
    used = {step.split("USING INDEX ")[1].split(" ")[0] for step in steps if "SEARCH report USING INDEX" in step}
    own = {f"ix_report_{name}" for name in (*STATED, "state", "content", "answer", "fell")}
    assert own <= used
    assert not [step for step in steps if step.startswith("SCAN report")]
