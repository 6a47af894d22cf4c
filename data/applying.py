"""One table on its way into the database: plan, projects, rows with their links and targets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import audit, queries
from data.differences import UnitRename, match_rows, row_changes
from data.kinds import Role, UnitRole
from data.models import Assignment, AssignmentLeader, AssignmentUnit, Person, PersonRole, Plan, Project, Target
from data.stored import Units, plan_of, retired_rows, stored_row
from data.tables.draft import AssignmentDraft, PlanDraft, TargetDraft


@dataclass(frozen=True, slots=True)
class AppliedPlan:
    """What was done: the plan's id, and the ids of the assignments that are new (or back), changed and gone."""

    plan_id: int
    created: bool
    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()


@dataclass(slots=True)
class _Done:
    """The rows touched so far; of a changed one what it was and is."""

    new: list[Assignment] = field(default_factory=list)
    changed: list[tuple[Assignment, dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    gone: list[Assignment] = field(default_factory=list)


class Applying:
    """Makes the plan of the draft's year what the draft says; `run` once."""

    def __init__(self, session: Session, draft: PlanDraft, now: datetime, actor: int | None) -> None:
        self.session, self.draft, self.now, self.actor = session, draft, now, actor
        self.units = Units(session)
        self.leaders = {person.name: person for person in reversed(queries.people_with(session, Role.LEADER))}
        self.children: list[tuple[Target, Target]] = []

    def run(self, renamed: Iterable[UnitRename]) -> AppliedPlan:
        with self.session.no_autoflush:
            plan = plan_of(self.session, self.draft.year)
            created = plan is None
            plan = plan or self._new_plan()
            for rename in renamed:
                self._rename(rename)
            done = self._rows(plan, created)
            self._flush()
            self._forget_empty_projects(plan)
            self._record_all(plan, created, done)
        return AppliedPlan(
            plan.id,
            created,
            tuple(row.id for row in done.new),
            tuple(row.id for row, _, _ in done.changed),
            tuple(row.id for row in done.gone),
        )

    def _new_plan(self) -> Plan:
        draft = self.draft
        plan = Plan(
            title=draft.title,
            year=draft.year,
            source_name=draft.source_name,
            source_sha256=draft.source_sha256,
            imported_at=self.now,
        )
        self.session.add(plan)
        self.session.flush()
        return plan

    def _rename(self, rename: UnitRename) -> None:
        if self.units.has(rename.old) and not self.units.has(rename.new):
            unit = self.units.rename(rename.old, rename.new)
            self._record("rename", "unit", unit.id, {"name": rename.old}, {"name": rename.new})

    def _flush(self) -> None:
        """Wholes before their parts: a part needs the id of its whole."""
        self.session.flush()
        for part, whole in self.children:
            part.parent_id = whole.id
        self.session.flush()

    # ------------------------------------------------------------------ rows

    def _rows(self, plan: Plan, created: bool) -> _Done:
        rows = [self.units.known_names(row) for row in self.draft.assignments]
        old = [] if created else queries.assignments(self.session, plan.id)
        back = [] if created else retired_rows(self.session, plan)
        pairs = match_rows([stored_row(row) for row in old], rows)
        rest = [at for at in range(len(rows)) if at not in pairs]
        found_back = match_rows([stored_row(row) for row in back], [rows[at] for at in rest]) if back else {}
        returned = {rest[at]: back[before] for at, before in found_back.items()}
        projects = self._projects(plan, rows)
        done = _Done()
        for at, row in enumerate(rows):
            project = projects[row.project_no, row.project]
            if at in pairs:
                self._change(old[pairs[at]], row, project, at, done)
            else:
                stored = returned.get(at) or Assignment(plan_id=plan.id, short_name=row.short_name)
                done.new.append(self._fill(stored, row, project, at))
        kept = set(pairs.values())
        done.gone = [row for at, row in enumerate(old) if at not in kept]
        for gone in done.gone:
            gone.retired_at = self.now
        return done

    def _change(self, stored: Assignment, row: AssignmentDraft, project: Project, at: int, done: _Done) -> None:
        changes = row_changes(stored_row(stored), row)
        before = {change.field: change.before for change in changes}
        after = {change.field: change.after for change in changes}
        if "leaders" in before:
            before["leaders"] = [link.person_id for link in stored.leaders]
        self._fill(stored, row, project, at)
        if changes:
            done.changed.append((stored, before, after))

    def _fill(self, stored: Assignment, row: AssignmentDraft, project: Project, at: int) -> Assignment:
        """The row of the database as the draft says; its name for chat stays."""
        assert row.lead_unit is not None
        stored.project, stored.position, stored.row, stored.ref = project, at, row.row, row.id
        stored.content, stored.unsure, stored.retired_at = row.content, row.unsure, None
        stored.lead_unit = self.units.named(row.lead_unit)
        stored.deadline_text = row.deadline
        stored.deadline = row.deadline_date or date(self.draft.year, 12, 31)
        self.session.add(stored)
        self._link_leaders(stored, row)
        self._link_units(stored, row)
        self._set_targets(stored, row.targets)
        return stored

    def _link_leaders(self, stored: Assignment, row: AssignmentDraft) -> None:
        wanted = [self._leader(name) for name in row.leaders]
        links = {link.person: link for link in stored.leaders}
        stored.leaders[:] = [links.get(person) or AssignmentLeader(person=person) for person in wanted]
        for position, link in enumerate(stored.leaders):
            link.position = position
        for person, link in links.items():
            if person not in wanted:
                self.session.delete(link)

    def _leader(self, name: str) -> Person:
        person = self.leaders.get(name)
        if person is None:
            person = Person(name=name, created_at=self.now, roles=[PersonRole(role=Role.LEADER)])
            self.leaders[name] = person
            self.session.add(person)
            self.session.flush()
            self._record("add", "person", person.id, None, {"role": str(Role.LEADER)})
        return person

    def _link_units(self, stored: Assignment, row: AssignmentDraft) -> None:
        named = [(UnitRole.CO_LEAD, name) for name in row.co_lead_units]
        named += [(UnitRole.SUPPORTING, name) for name in row.supporting_units]
        wanted = [(role, self.units.named(name)) for role, name in named]
        links = {(UnitRole(link.role), link.unit): link for link in stored.units}
        stored.units[:] = [links.get(key) or AssignmentUnit(role=str(key[0]), unit=key[1]) for key in wanted]
        for position, link in enumerate(stored.units):
            link.position = position
        for key, link in links.items():
            if key not in wanted:
                self.session.delete(link)

    # ------------------------------------------------------------------ targets

    def _set_targets(self, stored: Assignment, parts: Sequence[TargetDraft]) -> None:
        """The parts of the row: those that are known keep their figures, those that are gone are retired."""
        left = sorted(stored.targets, key=lambda part: part.retired_at is not None)
        by_text: dict[str, Target] = {}
        for position, part in enumerate(parts):
            target = _same_part(left, part)
            if target is None:
                target = Target(kind=str(part.kind), label=part.label, short_label=part.short_label)
                stored.targets.append(target)
            else:
                left.remove(target)
            _fill_target(target, part, position)
            by_text.setdefault(part.text, target)
            if part.parent and part.parent in by_text:
                self.children.append((target, by_text[part.parent]))
        for target in left:
            target.retired_at = target.retired_at or self.now

    # ------------------------------------------------------------------ projects

    def _projects(self, plan: Plan, rows: Sequence[AssignmentDraft]) -> dict[tuple[str, str | None], Project]:
        """The project of each number and name: the same one as before where number or name is the same."""
        wanted = list(dict.fromkeys((row.project_no, row.project) for row in rows))
        left = list(plan.projects)
        found = {}
        for rule in (_same_project, _same_name, _same_number):
            for key in wanted:
                project = next((known for known in left if key not in found and rule(known, key)), None)
                if project is not None:
                    left.remove(project)
                    found[key] = project
        for position, key in enumerate(wanted):
            if key not in found:
                found[key] = Project(plan_id=plan.id)
                self.session.add(found[key])
            found[key].position, (found[key].number, found[key].name) = position, key
        return found

    def _forget_empty_projects(self, plan: Plan) -> None:
        """A project of which not even a retired row is left goes."""
        used = select(Assignment.project_id).where(Assignment.plan_id == plan.id)
        for project in self.session.scalars(select(Project).where(Project.plan_id == plan.id, Project.id.not_in(used))):
            self.session.delete(project)
        self.session.flush()

    # ------------------------------------------------------------------ the trail

    def _record_all(self, plan: Plan, created: bool, done: _Done) -> None:
        for row, before, after in done.changed:
            if "leaders" in after:
                after["leaders"] = [link.person_id for link in row.leaders]
            self._record("change", "assignment", row.id, before, after)
        for row in () if created else done.new:
            self._record("add", "assignment", row.id, None, {"ref": row.ref})
        for row in done.gone:
            self._record("retire", "assignment", row.id, {"ref": row.ref}, None)
        if created or done.new or done.changed or done.gone or _source(plan) != _source(self.draft):
            counts = {"new": len(done.new), "changed": len(done.changed), "gone": len(done.gone)}
            source = None if created else {"sha256": plan.source_sha256}
            self._set_source(plan)
            self._record("import", "plan", plan.id, source, {"sha256": plan.source_sha256, **counts})

    def _set_source(self, plan: Plan) -> None:
        plan.title, plan.source_name, plan.source_sha256 = _source(self.draft)
        plan.imported_at = self.now

    def _record(
        self, action: str, entity: str, ident: int, before: dict[str, Any] | None, after: dict[str, Any] | None
    ) -> None:
        audit.record(self.session, self.now, action, entity, ident, before, after, self.actor)


def _source(plan: Plan | PlanDraft) -> tuple[str, str, str]:
    return plan.title, plan.source_name, plan.source_sha256


def _same_part(targets: Sequence[Target], part: TargetDraft) -> Target | None:
    """The known part of the same label and measure word, else of the same words, else the only one of its kind."""
    numbered = [target for target in targets if (target.value is None) == (part.value is None)]
    rules = (
        [target for target in numbered if (target.label, target.unit) == (part.label, part.unit)],
        [target for target in numbered if target.text == part.text],
        [target for target in numbered if part.value is None and target.kind == part.kind],
    )
    return next((found[0] for found in rules if found), None)


def _fill_target(target: Target, part: TargetDraft, position: int) -> None:
    """An admin may have changed the kind, and the label of a part without number: they stay."""
    if target.value is None and part.value is not None:
        target.kind = str(part.kind)
    if part.value is not None:
        target.label = part.label
    if target.comparator is not None and target.comparator != part.comparator:
        target.kind = str(part.kind)
    target.position, target.value, target.unit = position, part.value, part.unit
    target.comparator, target.text, target.baseline = str(part.comparator), part.text, part.baseline
    target.retired_at = None
    if part.parent is None:
        target.parent_id = None


def _same_project(project: Project, key: tuple[str, str | None]) -> bool:
    return (project.number, project.name) == key


def _same_name(project: Project, key: tuple[str, str | None]) -> bool:
    return key[1] is not None and project.name == key[1]


def _same_number(project: Project, key: tuple[str, str | None]) -> bool:
    return project.number == key[0]
