"""A plan out of a file: what applying it would do, in words, and applying it with what an import brings along."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import understood
from bot.preview import Applied, Preview, Progress
from bot.texts import Texts
from data import plans, queries, reverting
from data.applying import AppliedPlan
from data.differences import Difference, UnitRename
from data.errors import UserError
from data.kinds import Role
from data.models import AuditEvent
from data.stored import plan_of
from data.tables import PlanDraft, plan_json
from data.tables.files import Opened, plan_in
from scheduler import schedules
from scheduler.office import Office

SHOWN: Final = 30  # of doubts, of rows of each kind, of projects
MOST_ROWS: Final = 2000  # while more are written other people's messages would wait too long


def read_plan(file: Opened, year: int | None, progress: Progress | None = None) -> PlanDraft:
    """The plan of a file that was sent in the chat. Raises UserError as `duban import`, with the chat's way out."""
    try:
        return plan_in(file, year=year, progress=progress)
    except UserError as error:
        if error.code == "import.year_unknown":
            raise UserError("import.year_unknown_here", **error.values) from error
        raise


def apply_plan(
    session: Session,
    draft: PlanDraft,
    now: datetime,
    actor_id: int | None,
    renamed: Iterable[UnitRename],
    office: Office,
) -> AppliedPlan:
    """Apply a draft; a plan without a schedule gets the default one. Errors as `data.plans.apply`."""
    applied = plans.apply(session, draft, now, actor_id, renamed)
    plan = queries.current_plan(session)
    assert plan is not None
    schedules.default_schedule(session, plan, now, office)
    return applied


@dataclass(frozen=True)
class PlanTable:
    """A table of assignments (`bot.preview.Table`)."""

    draft: PlanDraft
    office: Office

    def preview(self, session: Session, say: Texts, now: datetime) -> Preview:
        del now
        rows = len(self.draft.assignments)
        if rows > MOST_ROWS:
            raise UserError("import.long_here", file=self.draft.source_name, rows=rows, limit=MOST_ROWS)
        plans.refuse_incomplete(self.draft)
        difference = plans.compare(session, self.draft)
        parts = [self._read(say), self._doubtful(say), self._changes(session, say, difference)]
        title = say.say("import.title", title=understood.heading(self.draft), file=self.draft.source_name)
        words = "\n\n".join(part for part in parts if part)
        return Preview(title, words, difference.changes_anything, _mark(self.draft, difference))

    def _read(self, say: Texts) -> str:
        doubts = len(self.draft.all_doubts)
        return understood.counted(say, self.draft) + ("" if doubts else say.say("import.sure"))

    def _doubtful(self, say: Texts) -> str:
        doubts = understood.doubts(say, self.draft)
        if not doubts:
            return ""
        more = [say.say("import.more", count=len(doubts) - SHOWN)] if len(doubts) > SHOWN else []
        told = [say.say("import.doubt", text=doubt) for doubt in doubts[:SHOWN]]
        return "\n".join([say.say("import.doubts", count=len(doubts)), *told, *more])

    def _changes(self, session: Session, say: Texts, difference: Difference) -> str:
        if not difference.changes_anything:
            return say.say("import.same", year=self.draft.year)
        if plan_of(session, self.draft.year) is None:
            return "\n".join([self._first(session, say), *self._projects(say)])
        told = understood.changes(say, difference, SHOWN)
        return "\n".join([say.say("import.changes", year=self.draft.year), *told])

    def _first(self, session: Session, say: Texts) -> str:
        plan = queries.current_plan(session)
        return say.say("import.first", year=self.draft.year, current=plan.year if plan is not None else None)

    def _projects(self, say: Texts) -> list[str]:
        projects = self.draft.projects
        lines = []
        for number, name in projects[:SHOWN]:
            rows = [row for row in self.draft.assignments if (row.project_no, row.project) == (number, name)]
            units = list(dict.fromkeys(row.lead_unit for row in rows))
            title = name or rows[0].short_name
            lines.append(say.say("plan.project", number=number, name=title, count=len(rows), units=units))
        return lines + ([say.say("import.more", count=len(projects) - SHOWN)] if len(projects) > SHOWN else [])

    def apply(self, session: Session, say: Texts, now: datetime, actor_id: int) -> Applied:
        renamed = plans.compare(session, self.draft).renames
        applied = apply_plan(session, self.draft, now, actor_id, renamed, self.office)
        counts = {"new": len(applied.new), "changed": len(applied.changed), "gone": len(applied.gone)}
        lines = [
            say.say("import.done", projects=len(self.draft.projects), rows=len(self.draft.assignments)),
            say.say("import.did", created=applied.created, **counts),
        ]
        units = _without_liaison(session, applied.plan_id)
        if units:
            lines.append(say.say("people.units_without", units=units))
        event = None if applied.created else _event(session, applied.plan_id)
        if event is not None:
            lines.append(say.say("import.can_undo"))
        return Applied("\n".join(lines), event)


def _event(session: Session, plan_id: int) -> int | None:
    """The trail's event of the import that was just made."""
    query = select(func.max(AuditEvent.id)).where(
        AuditEvent.entity == "plan", AuditEvent.action == reverting.ACTION, AuditEvent.entity_id == plan_id
    )
    return session.scalar(query)


def _without_liaison(session: Session, plan_id: int) -> list[str]:
    answered = {person.unit_id for person in queries.people_with(session, Role.LIAISON)}
    leads = dict.fromkeys(row.lead_unit for row in queries.assignments(session, plan_id))
    return [unit.name for unit in leads if not unit.collective and unit.id not in answered]


def _mark(draft: PlanDraft, difference: Difference) -> str:
    return hashlib.sha256(repr((plan_json(draft), difference)).encode()).hexdigest()
