"""One table on its way into the database: plan, projects, rows with their links and targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import audit, queries
from data.differences import UnitRename, match_rows, row_changes
from data.kinds import Role, UnitRole
from data.layout import columns_of, remember_columns
from data.models import Assignment, AssignmentLeader, AssignmentUnit, Person, PersonRole, Plan, Project, Target
from data.stored import Units, packed, plan_of, retired_rows, stored_row
from data.tables.draft import AssignmentDraft, PlanDraft, TargetDraft

BATCH = 500  # rows that are written, and let go of, at a time
MOST_KEPT = 500  # rows of a plan of which the trail, which is for ever, keeps what an import changes
ProjectKey = tuple[str, str | None]
Values = dict[str, Any]


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
    """The ids of the rows touched so far."""

    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


@dataclass(slots=True)
class _Before:
    """The plan as it was, so far as the import changes it: what the trail keeps for `data.reverting`."""

    order: list[int] = field(default_factory=list)
    rows: dict[int, Values] = field(default_factory=dict)
    columns: list[list[str]] = field(default_factory=list)
    units: list[list[str]] = field(default_factory=list)

    def told(self, plan: Plan) -> Values:
        title, name, sha256 = _source(plan)
        whole = len(self.order) <= MOST_KEPT
        rows = {str(ident): values for ident, values in self.rows.items()}
        of_rows = {"order": self.order, "rows": rows} if whole else {"order": None}
        return {
            "sha256": sha256,
            "title": title,
            "source": name,
            "columns": self.columns,
            "units": self.units,
            **of_rows,
        }


class Applying:
    """Makes the plan of the draft's year what the draft says; `run` once.

    `ids`: which row each of the draft's is, where that is known; `action` is how the trail calls it.
    """

    def __init__(
        self,
        session: Session,
        draft: PlanDraft,
        now: datetime,
        actor: int | None,
        *,
        ids: Sequence[int] = (),
        action: str = "import",
    ) -> None:
        self.session, self.draft, self.now, self.actor = session, draft, now, actor
        self.ids, self.action, self.before = list(ids), action, _Before()
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
            self.before.columns = [list(column) for column in columns_of(self.session, plan.id)]
            remember_columns(self.session, plan.id, self.draft.columns)
            done = self._rows(plan, created)
            self._forget_empty_projects(plan)
            if created or done or _source(plan) != _source(self.draft):
                self._record_import(plan, created, done)
        return AppliedPlan(plan.id, created, tuple(done.new), tuple(done.changed), tuple(done.gone))

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
            self.before.units.append([rename.new, rename.old])
            self._record("rename", "unit", unit.id, {"name": rename.old}, {"name": rename.new})

    def _flush(self) -> None:
        """Wholes before their parts: a part needs the id of its whole."""
        self.session.flush()
        for part, whole in self.children:
            part.parent_id = whole.id
        self.children.clear()
        self.session.flush()

    # ------------------------------------------------------------------ rows

    def _rows(self, plan: Plan, created: bool) -> _Done:
        rows = [self.units.known_names(row) for row in self.draft.assignments]
        old = [] if created else queries.assignments(self.session, plan.id)
        self.before.order = [row.id for row in old]
        pairs, back = self._known_rows(old) if self.ids else self._found_rows(plan, created, old, rows)
        projects = self._projects(plan, rows)
        done = _Done()
        for start in range(0, len(rows), BATCH):
            fresh: list[Assignment] = []
            for at, row in enumerate(rows[start : start + BATCH], start):
                project = projects[row.project_no, row.project]
                if at in pairs:
                    self._change(old[pairs[at]], row, project, at, done)
                else:
                    stored = back.get(at) or Assignment(plan_id=plan.id, short_name=row.short_name)
                    fresh.append(self._fill(stored, row, project, at))
            self._flush()
            self._added(fresh, created, done)
        self._retire(old, set(pairs.values()), done)
        return done

    def _known_rows(self, old: Sequence[Assignment]) -> tuple[dict[int, int], dict[int, Assignment]]:
        """Place in the table → place among the rows that are there, or the retired row that comes back."""
        places = {row.id: at for at, row in enumerate(old)}
        pairs = {at: places[ident] for at, ident in enumerate(self.ids) if ident in places}
        gone = {at: ident for at, ident in enumerate(self.ids) if ident not in places}
        return pairs, {at: self.session.get_one(Assignment, ident) for at, ident in gone.items()}

    def _found_rows(
        self, plan: Plan, created: bool, old: Sequence[Assignment], rows: Sequence[AssignmentDraft]
    ) -> tuple[dict[int, int], dict[int, Assignment]]:
        """The same by what the rows say."""
        pairs = match_rows([stored_row(row) for row in old], rows) if old else {}
        return pairs, {} if created else self._coming_back(plan, rows, pairs)

    def _coming_back(
        self, plan: Plan, rows: Sequence[AssignmentDraft], pairs: Mapping[int, int]
    ) -> dict[int, Assignment]:
        """Rows of the table that were retired before and are there again, by their place."""
        retired = retired_rows(self.session, plan)
        rest = [at for at in range(len(rows)) if at not in pairs]
        found = match_rows([stored_row(row) for row in retired], [rows[at] for at in rest])
        return {rest[at]: retired[before] for at, before in found.items()}

    def _added(self, fresh: Sequence[Assignment], created: bool, done: _Done) -> None:
        done.new += [row.id for row in fresh]
        for row in () if created else fresh:
            self._record("add", "assignment", row.id, None, {"ref": row.ref})

    def _change(self, stored: Assignment, row: AssignmentDraft, project: Project, at: int, done: _Done) -> None:
        changes = row_changes(stored_row(stored), row)
        before = {change.field: change.before for change in changes}
        after = {change.field: change.after for change in changes}
        if "leaders" in before:  # the trail holds ids of people, never names
            before["leaders"] = [link.person_id for link in stored.leaders]
            after["leaders"] = [self._leader(name).id for name in row.leaders]
        if changes and len(self.before.order) <= MOST_KEPT:
            self.before.rows[stored.id] = packed(stored)
        self._fill(stored, row, project, at)
        if changes:
            done.changed.append(stored.id)
            self._record("change", "assignment", stored.id, before, after)

    def _retire(self, old: Sequence[Assignment], kept: set[int], done: _Done) -> None:
        for row in (row for at, row in enumerate(old) if at not in kept):
            row.retired_at = self.now
            done.gone.append(row.id)
            self._record("retire", "assignment", row.id, {"ref": row.ref}, None)

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

    def _projects(self, plan: Plan, rows: Sequence[AssignmentDraft]) -> dict[ProjectKey, Project]:
        """The project of each number and name: the same one as before where number or name is the same."""
        wanted = list(dict.fromkeys((row.project_no, row.project) for row in rows))
        found = _known_projects(list(plan.projects), wanted)
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

    def _record_import(self, plan: Plan, created: bool, done: _Done) -> None:
        before = None if created else self.before.told(plan)
        self._set_source(plan)
        counts = {"new": len(done.new), "changed": len(done.changed), "gone": len(done.gone)}
        self._record(self.action, "plan", plan.id, before, {"sha256": plan.source_sha256, **counts})

    def _set_source(self, plan: Plan) -> None:
        plan.title, plan.source_name, plan.source_sha256 = _source(self.draft)
        plan.imported_at = self.now

    def _record(self, action: str, entity: str, ident: int, before: Values | None, after: Values | None) -> None:
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


def _known_projects(known: Iterable[Project], wanted: Sequence[ProjectKey]) -> dict[ProjectKey, Project]:
    """The project that each number and name had before: by both, else by the name, else by the number."""
    left = {project.id: project for project in known}
    found: dict[ProjectKey, Project] = {}
    rules: tuple[Callable[[ProjectKey], object], ...] = (lambda key: key, lambda key: key[1], lambda key: key[0])
    for rule in rules:
        places = {rule((project.number, project.name)): project for project in reversed(left.values())}
        for key in wanted:
            project = places.get(rule(key))
            if key not in found and rule(key) is not None and project is not None and project.id in left:
                found[key] = left.pop(project.id)
    return found
