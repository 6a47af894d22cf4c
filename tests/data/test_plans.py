"""A plan in the database: applied, compared, changed, handed back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data import plans, queries
from data.errors import UserError
from data.kinds import PartKind, Role
from data.models import (
    Assignment,
    AssignmentUnit,
    AuditEvent,
    Base,
    Figure,
    Person,
    PersonRole,
    Plan,
    Project,
    Report,
    Target,
    Unit,
)
from data.plans import AppliedPlan, UnitRename
from data.store import Store
from data.tables import AssignmentDraft, PlanDraft, plan_json, read_table, read_text
from tests.data.tables.test_seed import SHIPPED

NOW = datetime(2021, 1, 4, 1, 0, tzinfo=UTC)
LATER = datetime(2021, 3, 1, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def draft() -> PlanDraft:
    return read_table(SHIPPED, year=None)


def apply(store: Store, draft: PlanDraft, now: datetime = NOW, renamed: list[UnitRename] | None = None) -> AppliedPlan:
    return store.write_now(lambda session: plans.apply(session, draft, now, None, renamed or []))


def document(store: Store, plan_id: int) -> dict[str, Any]:
    return store.read_now(lambda session: plans.plan_document(session, plan_id))


def with_row(draft: PlanDraft, ident: str, change: Callable[[AssignmentDraft], AssignmentDraft | None]) -> PlanDraft:
    """The draft, from another file, with one row changed, or left out where `change` gives None."""
    rows = [change(row) if row.id == ident else row for row in draft.assignments]
    return replace(draft, source_sha256="0" * 64, assignments=tuple(row for row in rows if row))


def contents(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    return {
        table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
        for table in Base.metadata.sorted_tables
    }


# ------------------------------------------------------------------ the first time


def test_the_plan_comes_back_as_it_was_read(any_store: Store, draft: PlanDraft) -> None:
    applied = apply(any_store, draft)
    assert applied.created
    assert len(applied.new) == 25
    assert document(any_store, applied.plan_id) == plan_json(draft)


def test_leaders_become_people_and_groups_of_units_are_collective(store: Store, draft: PlanDraft) -> None:
    apply(store, draft)

    def read(session: Session) -> tuple[list[str], list[str], int]:
        leaders = [person.name for person in queries.people_with(session, Role.LEADER)]
        collective = session.scalars(select(Unit.name).where(Unit.collective).order_by(Unit.name))
        return leaders, list(collective), session.scalar(select(func.count(Unit.id))) or 0

    leaders, collective, units = store.read_now(read)
    assert leaders == ["何海平", "芮春祥", "张菁"]
    assert collective == ["各街道", "相关街道"]
    assert units == len({name for row in draft.assignments for name in row.units})


def test_a_row_without_a_deadline_has_the_end_of_the_year(store: Store, draft: PlanDraft) -> None:
    apply(store, draft)
    assert set(store.read_now(lambda session: session.scalars(select(Assignment.deadline)).all())) == {
        date(2021, 12, 31)
    }


def test_parts_without_a_number_are_stored_with_their_kind(store: Store, draft: PlanDraft) -> None:
    apply(store, draft)

    def kinds(session: Session) -> dict[str, int]:
        rows = session.execute(select(Target.kind, func.count()).where(Target.value.is_(None)).group_by(Target.kind))
        return {str(kind): int(count) for kind, count in rows}

    assert store.read_now(kinds) == {PartKind.MILESTONE: 6, PartKind.ONGOING: 3, PartKind.KEPT: 3}


def test_a_first_import_leaves_one_event_of_the_plan(store: Store, draft: PlanDraft) -> None:
    apply(store, draft)
    events = store.read_now(
        lambda session: list(session.execute(select(AuditEvent.action, AuditEvent.entity).order_by(AuditEvent.id)))
    )
    assert sorted(map(tuple, events)) == [("add", "person")] * 3 + [("import", "plan")]


# ------------------------------------------------------------------ again


def test_the_same_file_again_changes_nothing(any_store: Store, draft: PlanDraft) -> None:
    first = apply(any_store, draft)
    before = any_store.read_now(contents)
    again = apply(any_store, read_table(SHIPPED, year=None), LATER)
    assert any_store.read_now(contents) == before
    assert again == AppliedPlan(first.plan_id, created=False)


def test_an_empty_database_has_everything_to_gain(store: Store, draft: PlanDraft) -> None:
    difference = store.read_now(lambda session: plans.compare(session, draft))
    assert [row.ref for row in difference.new] == [row.id for row in draft.assignments]
    assert difference.changes_anything


def test_the_same_table_makes_no_difference(store: Store, draft: PlanDraft) -> None:
    apply(store, draft)
    difference = store.read_now(lambda session: plans.compare(session, draft))
    assert difference == plans.Difference()
    assert not difference.changes_anything


def test_comparing_writes_nothing(store: Store, draft: PlanDraft) -> None:
    apply(store, draft)
    before = store.read_now(contents)
    store.write_now(lambda session: plans.compare(session, with_row(draft, "6", lambda _: None)))
    assert store.read_now(contents) == before


# ------------------------------------------------------------------ a changed table


def test_a_changed_deadline_is_shown_and_applied_to_the_same_row(store: Store, draft: PlanDraft) -> None:
    apply(store, draft)
    due = with_row(draft, "4.3", lambda row: replace(row, deadline="10月底前", deadline_date=date(2021, 10, 31)))
    difference = store.read_now(lambda session: plans.compare(session, due))
    (change,) = difference.changed
    assert (change.ref, [(each.field, each.after) for each in change.fields]) == ("4.3", [("deadline", "10月底前")])
    applied = apply(store, due, LATER)
    assert (len(applied.new), len(applied.changed), len(applied.gone)) == (0, 1, 0)
    row = store.read_now(lambda session: session.get_one(Assignment, applied.changed[0]))
    assert (row.ref, row.deadline) == ("4.3", date(2021, 10, 31))
    assert document(store, applied.plan_id) == plan_json(due)


def report_on(session: Session, ref: str, label: str, value: float) -> int:
    row = session.scalars(select(Assignment).where(Assignment.ref == ref)).one()
    target = next(part for part in row.targets if part.short_label == label)
    report = Report(
        assignment_id=row.id,
        channel="web",
        said_at=LATER,
        as_of=LATER,
        created_at=LATER,
        text=f"{label}{value}",
        reading={},
    )
    report.figures = [Figure(target_id=target.id, value=value, as_of=LATER)]
    session.add(report)
    session.flush()
    return report.id


def reported(session: Session, report_id: int) -> tuple[str, str, float | None, bool]:
    """Where a report stands now: its row, its figure's label and target, and whether the target is still asked for."""
    report = session.get_one(Report, report_id)
    target = report.figures[0].target
    return report.assignment.ref, target.short_label, target.value, target.retired_at is None


def test_reports_stay_with_a_row_whose_target_and_number_change(store: Store, draft: PlanDraft) -> None:
    apply(store, draft)
    report = store.write_now(lambda session: report_on(session, "4.3", "适老化改造", 186))
    text = SHIPPED.read_text(encoding="utf-8").replace("对300户", "对320户")
    first = "\t\n\t\n\t提升改造8家城乡社区居家养老服务中心（站）。\n\t\n\t\n\t\n\n"
    changed = read_text(text.replace(first, ""), year=2021)
    assert [row.id for row in changed.assignments if row.project_no == "4"] == ["4.1", "4.2", "4.3"]
    applied = apply(store, changed, LATER)
    assert (len(applied.new), len(applied.changed), len(applied.gone)) == (0, 2, 1)
    assert store.read_now(lambda session: reported(session, report)) == ("4.2", "适老化改造", 320, True)


def test_a_row_that_is_gone_is_retired_and_comes_back_with_its_reports(store: Store, draft: PlanDraft) -> None:
    first = apply(store, draft)
    report = store.write_now(lambda session: report_on(session, "10.1", "新增绿地", 85))
    applied = apply(store, with_row(draft, "10.1", lambda _: None), LATER)
    (gone,) = applied.gone
    assert store.read_now(lambda session: session.get_one(Assignment, gone).retired_at) == LATER
    assert len(document(store, first.plan_id)["assignments"]) == 24
    again = apply(store, draft, LATER)
    assert again.new == (gone,)
    assert document(store, first.plan_id) == plan_json(draft)
    assert store.read_now(lambda session: reported(session, report)) == ("10.1", "新增绿地", 150, True)


def test_a_target_that_is_gone_keeps_its_figures_but_is_not_asked_for(store: Store, draft: PlanDraft) -> None:
    apply(store, draft)
    report = store.write_now(lambda session: report_on(session, "7.2", "服务患者", 480))
    fewer = with_row(draft, "7.2", lambda row: replace(row, targets=row.targets[:1]))
    applied = apply(store, fewer, LATER)
    assert store.read_now(lambda session: reported(session, report)) == ("7.2", "服务患者", 700, False)
    assert document(store, applied.plan_id) == plan_json(fewer)


def test_names_and_kinds_that_an_admin_chose_stay(store: Store, draft: PlanDraft) -> None:
    apply(store, draft)

    def rename(session: Session) -> None:
        row = session.scalars(select(Assignment).where(Assignment.ref == "8.1")).one()
        row.short_name, row.targets[0].short_label, row.targets[0].kind = "旧改", "小区", PartKind.FEW

    store.write_now(rename)
    apply(store, with_row(draft, "8.1", lambda row: replace(row, deadline="年底")), LATER)
    row = store.read_now(lambda session: _loaded(session, "8.1"))
    assert (row.short_name, row.targets[0].short_label, row.targets[0].kind) == ("旧改", "小区", PartKind.FEW)


def _loaded(session: Session, ref: str) -> Assignment:
    (row,) = queries.assignments(session, 1, Assignment.ref == ref)
    return row


def test_another_leader_and_other_supporting_units_take_the_place_of_the_old(store: Store, draft: PlanDraft) -> None:
    apply(store, draft)
    moved = with_row(
        draft,
        "8.2",
        lambda row: replace(row, leaders=("李强", "芮春祥"), supporting_units=("区国有公司", "相关街道", "消防大队")),
    )
    applied = apply(store, moved, LATER)
    assert document(store, applied.plan_id) == plan_json(moved)
    links = store.read_now(
        lambda session: session.scalar(
            select(func.count()).select_from(AssignmentUnit).where(AssignmentUnit.assignment_id == applied.changed[0])
        )
    )
    assert links == 3


def test_a_change_leaves_a_trail_without_names_of_people(store: Store, draft: PlanDraft) -> None:
    apply(store, draft)
    apply(store, with_row(draft, "8.2", lambda row: replace(row, leaders=("李强",))), LATER)
    event = store.read_now(
        lambda session: session.scalars(select(AuditEvent).where(AuditEvent.action == "change")).one()
    )
    assert event.entity == "assignment"
    assert event.before != event.after
    assert "李强" not in str(event.after)
    assert "芮春祥" not in str(event.before)


def test_a_new_row_moves_the_ids_of_those_below_it(store: Store, draft: PlanDraft) -> None:
    applied = apply(store, draft)
    rows = list(draft.assignments)
    at = next(index for index, row in enumerate(rows) if row.id == "4.2")
    added = replace(rows[at], content="新建3家长者食堂。", short_name="长者食堂", targets=())
    moved = [
        replace(row, row=row.row + 1, id=f"4.{row.row + 1}") if row.project_no == "4" and row.row >= 2 else row
        for row in rows
    ]
    changed = replace(draft, source_sha256="1" * 64, assignments=(*moved[:at], added, *moved[at:]))
    again = apply(store, changed, LATER)
    assert (len(again.new), len(again.changed), len(again.gone)) == (1, 3, 0)
    assert document(store, applied.plan_id) == plan_json(changed)


def project_names(session: Session) -> list[str | None]:
    return list(session.scalars(select(Project.name).order_by(Project.position, Project.id)))


def test_a_project_with_a_new_name_is_the_same_project(store: Store, draft: PlanDraft) -> None:
    apply(store, draft)
    before = store.read_now(lambda session: list(session.scalars(select(Project.id).order_by(Project.id))))
    renamed = [replace(row, project="生态绿城") if row.project_no == "10" else row for row in draft.assignments]
    apply(store, replace(draft, source_sha256="2" * 64, assignments=tuple(renamed)), LATER)
    assert store.read_now(project_names)[-1] == "生态绿城"
    assert store.read_now(lambda session: list(session.scalars(select(Project.id).order_by(Project.id)))) == before


def test_a_project_goes_with_its_last_row_and_stays_while_one_is_retired(store: Store, draft: PlanDraft) -> None:
    apply(store, draft)
    rows = [row for row in draft.assignments if row.id != "6"]
    moved = [
        replace(row, project_no="9", project="交通畅行提升", row=row.row + 2, id=f"9.{row.row + 2}")
        if row.project_no == "10"
        else row
        for row in rows
    ]
    apply(store, replace(draft, source_sha256="3" * 64, assignments=tuple(moved)), LATER)
    names = store.read_now(project_names)
    assert "生态绿城建设" not in names
    assert "水环境整治" in names


# ------------------------------------------------------------------ units with another name


def test_a_unit_with_nearly_the_same_name_is_proposed_and_renamed_when_confirmed(
    store: Store, draft: PlanDraft
) -> None:
    apply(store, draft)
    text = SHIPPED.read_text(encoding="utf-8").replace("教育局", "区教育局")
    changed = replace(read_text(text, year=2021), title=draft.title)
    difference = store.read_now(lambda session: plans.compare(session, changed))
    assert difference.renames == (UnitRename("教育局", "区教育局"),)
    unit = store.read_now(lambda session: session.scalars(select(Unit).where(Unit.name == "教育局")).one())
    applied = apply(store, changed, LATER, list(difference.renames))
    assert applied.changed == ()
    after = store.read_now(lambda session: session.get_one(Unit, unit.id))
    assert (after.name, after.aliases) == ("区教育局", ["教育局"])


def test_an_alias_is_the_unit_that_it_stands_for(store: Store, draft: PlanDraft) -> None:
    apply(store, draft)

    def learn(session: Session) -> None:
        unit = session.scalars(select(Unit).where(Unit.name == "教育局")).one()
        unit.aliases = ["区教育局"]

    store.write_now(learn)
    text = SHIPPED.read_text(encoding="utf-8").replace("教育局", "区教育局")
    assert not store.read_now(lambda session: plans.compare(session, read_text(text, year=2021))).changes_anything


def test_units_that_stay_beside_a_new_one_are_no_renames(store: Store, draft: PlanDraft) -> None:
    apply(store, draft)
    joined = with_row(draft, "2", lambda row: replace(row, supporting_units=(*row.supporting_units, "体育局")))
    difference = store.read_now(lambda session: plans.compare(session, joined))
    assert difference.renames == ()
    assert len(difference.changed) == 1


# ------------------------------------------------------------------ refused


def test_rows_without_a_lead_unit_are_refused_by_their_ids(store: Store, draft: PlanDraft) -> None:
    before = store.read_now(contents)
    with pytest.raises(UserError) as caught:
        apply(store, with_row(draft, "6", lambda row: replace(row, lead_unit=None)))
    assert (caught.value.code, caught.value.values["rows"]) == ("import.rows_without_lead_unit", ["6"])
    assert store.read_now(contents) == before


def test_a_closed_plan_is_not_changed(store: Store, draft: PlanDraft) -> None:
    applied = apply(store, draft)

    def close(session: Session) -> None:
        session.get_one(Plan, applied.plan_id).closed_at = LATER

    store.write_now(close)
    with pytest.raises(UserError, match=r"import\.plan_closed"):
        apply(store, draft, LATER)


def test_another_year_is_another_plan(store: Store, draft: PlanDraft) -> None:
    first = apply(store, draft)
    second = apply(store, replace(draft, year=2022), LATER)
    assert second.created
    assert second.plan_id != first.plan_id
    people = store.read_now(lambda session: session.scalar(select(func.count(Person.id)).join(PersonRole)))
    assert people == 3
