"""An import taken back: the plan is exactly what it was, and nothing that was built upon it is taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from data import audit, plans, queries, reverting
from data.differences import UnitRename
from data.errors import UserError
from data.kinds import Role
from data.models import AuditEvent, Person, PersonRole, Report, Setting, Target, Unit
from data.store import Store
from data.tables import read_table
from data.tables.draft import AssignmentDraft, PlanDraft
from tests.bot.cast import TABLE

NOW = datetime(2021, 9, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
Rows = tuple[AssignmentDraft, ...]


@pytest.fixture(scope="module")
def seed() -> PlanDraft:
    return read_table(TABLE, year=None)


def others(rows: Rows) -> Rows:
    """New numbers, leaders, units, deadlines and targets in some rows."""
    first, second, third, *rest = rows
    target = first.targets[0]
    more = replace(target, value=6000.0, text="增加学位6000个")
    return (
        replace(first, content="增加学位6000个。", leaders=("李四",), targets=(more,), deadline="10月底前"),
        replace(second, lead_unit="新设局", co_lead_units=("残联",), supporting_units=()),
        replace(third, targets=()),
        *rest,
    )


EDITS: dict[str, Callable[[Rows], Rows]] = {
    "changed": others,
    "gone": lambda rows: rows[3:-2],
    "added": lambda rows: (replace(rows[0], id="11", project_no="11", project="新项目", content="新建3座桥。"), *rows),
    "in another order": lambda rows: rows[::-1],
    "all at once": lambda rows: (*others(rows)[10:], *others(rows)[:8]),
}


def whole(session: Session) -> dict[str, Any]:
    """Everything that the office sees of the plan, with the ids of its rows and parts, and its columns."""
    plan = queries.current_plan(session)
    assert plan is not None
    rows = queries.assignments(session, plan.id)
    kept = session.get(Setting, f"table.{plan.id}.columns")
    return {
        "plan": plans.plan_document(session, plan.id),
        "rows": [(row.id, row.position, row.row, row.short_name, row.deadline, row.unsure) for row in rows],
        "parts": [
            [(p.id, p.kind, p.short_label, p.parent_id) for p in row.targets if p.retired_at is None] for row in rows
        ],
        "columns": kept.value if kept is not None else None,
        "units": {unit.id: unit.name for unit in session.scalars(select(Unit))},
    }


def load(session: Session, seed: PlanDraft) -> None:
    plans.apply(session, seed, NOW, None)


def imported(session: Session, seed: PlanDraft, edit: Callable[[Rows], Rows], *renamed: UnitRename) -> AuditEvent:
    draft = replace(
        seed, title="第二版", source_sha256="2" * 64, assignments=edit(seed.assignments), columns=(("a", "b"),)
    )
    plans.apply(session, draft, LATER, None, renamed)
    query = select(AuditEvent).where(AuditEvent.action == "import").order_by(AuditEvent.id.desc())
    event = session.scalars(query).first()
    assert event is not None
    return event


def test_the_plan_is_exactly_what_it_was_whatever_the_import_changed(any_store: Store, seed: PlanDraft) -> None:
    def work(session: Session) -> tuple[dict[str, Any], list[tuple[str, dict[str, Any], dict[str, Any]]]]:
        load(session, seed)
        before, found = whole(session), []
        for name, edit in EDITS.items():
            event = imported(session, seed, edit)
            between = whole(session)
            reverting.revert(session, event, LATER, None)
            found.append((name, between, whole(session)))
        return before, found

    before, found = any_store.write_now(work)
    units = before.pop("units")
    for name, between, after in found:
        assert after.pop("units").items() >= units.items(), name  # a unit that came with an import stays known
        assert after == before, name
        assert between != before, name


def test_a_unit_has_its_old_name_again(store: Store, seed: PlanDraft) -> None:
    def rename(rows: Rows) -> Rows:
        return tuple(replace(row, lead_unit="教育和体育局") if row.lead_unit == "教育局" else row for row in rows)

    def work(session: Session) -> tuple[dict[str, Any], dict[str, Any], list[Any]]:
        load(session, seed)
        before = whole(session)
        event = imported(session, seed, rename, UnitRename("教育局", "教育和体育局"))
        assert "教育和体育局" in whole(session)["units"].values()
        reverting.revert(session, event, LATER, None)
        unit = session.scalars(select(Unit).where(Unit.name == "教育局")).one()
        return before, whole(session), unit.aliases

    before, after, aliases = store.write_now(work)
    assert (after, aliases) == (before, [])


def test_a_kind_that_the_office_set_before_stands_again(store: Store, seed: PlanDraft) -> None:
    def work(session: Session) -> str:
        load(session, seed)
        [part] = [part for part in session.scalars(select(Target)) if part.text == "增加学位5000个"]
        part.kind = "few"
        event = imported(session, seed, others)
        reverting.revert(session, event, LATER, None)
        return session.get_one(Target, part.id).kind

    assert store.write_now(work) == "few"


def report(session: Session, ref: str) -> None:
    plan = queries.current_plan(session)
    assert plan is not None
    row = next(row for row in queries.assignments(session, plan.id) if row.ref == ref)
    values = {
        "channel": "web",
        "text": "在推进",
        "as_of": LATER,
        "said_at": LATER,
        "created_at": LATER,
        "standing": True,
    }
    session.add(Report(assignment_id=row.id, unit_id=row.lead_unit_id, **values))
    session.flush()


@pytest.mark.parametrize(("ref", "code"), [("1", "import.undo_reported"), ("10.1", None)])
def test_it_stays_once_a_row_that_it_changed_was_reported_on(
    store: Store, seed: PlanDraft, ref: str, code: str | None
) -> None:
    def work(session: Session) -> str | None:
        load(session, seed)
        event = imported(session, seed, others)
        report(session, ref)
        return refused(session, event)

    assert store.write_now(work) == code


def refused(session: Session, event: AuditEvent) -> str | None:
    try:
        reverting.revert(session, event, LATER, None)
    except UserError as error:
        return error.code
    return None


def test_it_stays_once_a_row_was_changed_by_hand_or_a_later_table_came(store: Store, seed: PlanDraft) -> None:
    def by_hand(session: Session) -> str | None:
        load(session, seed)
        event = imported(session, seed, others)
        audit.record(session, LATER, "target", "target", 1, {}, {})
        session.flush()
        return refused(session, event)

    assert store.write_now(by_hand) == "import.undo_changed"


def test_the_first_import_and_one_of_an_older_version_are_not_taken_back(store: Store, seed: PlanDraft) -> None:
    def work(session: Session) -> list[str | None]:
        load(session, seed)
        first = session.scalars(select(AuditEvent).where(AuditEvent.action == "import")).one()
        older = AuditEvent(
            at=LATER, action="import", entity="plan", entity_id=first.entity_id, before={"sha256": "1"}, after={}
        )
        session.add(older)
        session.flush()
        return [refused(session, first), refused(session, older)]

    assert store.write_now(work) == ["import.undo_first", "import.undo_lost"]


def test_the_trail_names_no_person(store: Store, seed: PlanDraft) -> None:
    def work(session: Session) -> list[str]:
        session.add(Person(name="李四", created_at=NOW, roles=[PersonRole(role=Role.LEADER)]))
        load(session, seed)
        imported(session, seed, others)
        names = set(session.scalars(select(Person.name)))
        told = [str((event.before, event.after)) for event in session.scalars(select(AuditEvent))]
        return [name for name in names for text in told if name in text]

    assert store.write_now(work) == []
