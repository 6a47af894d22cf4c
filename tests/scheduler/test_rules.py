"""Which schedule asks for a row, and what it costs to know."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.kinds import ScopeKind
from data.models import Assignment, Person, Plan, Schedule
from data.store import Store
from scheduler import rules, schedules
from scheduler.cadence import Cadence
from scheduler.days import Monthly
from scheduler.scope import Scope
from tests.scheduler.asking import OFFICE, Asking


@pytest.fixture
def asking(store: Store) -> Asking:
    made = Asking(store)
    made.schedule()
    return made


def add(asking: Asking, kind: ScopeKind, scope_id: int, day: int = 10) -> int:
    def make(session: Session) -> int:
        plan = session.scalars(select(Plan)).one()
        cadence = Cadence(Monthly((day,)))
        return schedules.add(session, plan, cadence, "…", asking.now, OFFICE, scope=Scope(kind, scope_id)).id

    return asking.write(make)


def asked(asking: Asking, schedule_id: int) -> int:
    return asking.read(lambda session: len(rules.asks_of(session, session.get_one(Schedule, schedule_id))))


def of_row(asking: Asking, ref: str) -> list[str]:
    def kinds(session: Session) -> list[str]:
        row = session.scalars(select(Assignment).where(Assignment.ref == ref)).one()
        return [each.scope_kind for each in rules.rules_of(session, row)]

    return asking.read(kinds)


def leader(asking: Asking) -> int:
    return asking.read(lambda session: session.scalars(select(Person.id).where(Person.name == "何海平")).one())


def test_every_row_is_asked_by_one_kind_of_rule(asking: Asking) -> None:
    ids = [
        add(asking, ScopeKind.LEADER, leader(asking)),
        add(asking, ScopeKind.UNIT, asking.unit_id("教育局")),
        add(asking, ScopeKind.ROW, asking.row_id("5.6")),
    ]
    plan = asking.read(lambda session: session.scalars(select(Schedule.id).where(Schedule.scope_kind == "plan")).one())
    counts = [asked(asking, each) for each in (plan, *ids)]
    assert counts == [15, 8, 1, 1]
    assert sum(counts) == 25


@pytest.mark.parametrize(("ref", "kind"), [("5.6", "row"), ("1", "unit"), ("3.1", "leader"), ("8.1", "plan")])
def test_the_most_special_one_is_named(asking: Asking, ref: str, kind: str) -> None:
    add(asking, ScopeKind.LEADER, leader(asking))
    add(asking, ScopeKind.UNIT, asking.unit_id("教育局"))
    add(asking, ScopeKind.ROW, asking.row_id("5.6"))
    assert of_row(asking, ref) == [kind]


def test_two_rules_of_one_kind_both_ask(asking: Asking) -> None:
    ids = [add(asking, ScopeKind.ROW, asking.row_id("5.6"), day) for day in (10, 20)]
    assert [asked(asking, each) for each in ids] == [1, 1]
    assert of_row(asking, "5.6") == ["row", "row"]


def test_a_rule_that_has_fired_its_last_gives_its_rows_back(asking: Asking) -> None:
    special = add(asking, ScopeKind.ROW, asking.row_id("5.6"))

    def ended(session: Session) -> None:
        session.get_one(Schedule, special).next_at = None

    asking.write(ended)
    assert of_row(asking, "5.6") == ["plan"]


@pytest.mark.parametrize("kind", [ScopeKind.UNIT, ScopeKind.PROJECT, ScopeKind.ROW])
def test_however_many_rules_there_are_one_is_found_by_an_index(asking: Asking, kind: ScopeKind) -> None:
    def plan(session: Session) -> str:
        query = select(Assignment.id).where(rules._has_rule(kind))
        sql = str(query.compile(session.connection().engine, compile_kwargs={"literal_binds": True}))
        return " ".join(str(row[-1]) for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}"))

    assert "USING INDEX ix_schedule_rule (scope_kind=? AND scope_id=?)" in asking.read(plan)
