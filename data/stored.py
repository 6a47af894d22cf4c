"""The plan as it is stored, in the shape of a draft, and the names by which units are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from data.errors import Doubt, UserError
from data.kinds import Comparator, PartKind, UnitRole
from data.models import Assignment, AssignmentLeader, AssignmentUnit, Person, Plan, Unit
from data.tables.cleaning import is_collective
from data.tables.draft import AssignmentDraft, TargetDraft

DRAFT: Final = TypeAdapter(AssignmentDraft)


def stored_row(row: Assignment) -> AssignmentDraft:
    """A row of the database in the shape of a draft."""
    return AssignmentDraft(
        project_no=row.project.number,
        project=row.project.name,
        row=row.row,
        id=row.ref,
        content=row.content,
        short_name=row.short_name,
        leaders=tuple(link.person.name for link in row.leaders),
        lead_unit=row.lead_unit.name,
        co_lead_units=_unit_names(row, UnitRole.CO_LEAD),
        supporting_units=_unit_names(row, UnitRole.SUPPORTING),
        deadline=row.deadline_text,
        deadline_date=row.deadline,
        targets=_stored_targets(row),
        doubts=tuple(Doubt("unsure", {"field": name, "row": row.ref}) for name in row.unsure),
        place=row.position,
    )


def packed(row: Assignment) -> dict[str, Any]:
    """The row for the trail, as JSON: people by their ids."""
    values: dict[str, Any] = DRAFT.dump_python(stored_row(row), mode="json")
    return values | {"leaders": [link.person_id for link in row.leaders]}


def unpacked(session: Session, values: Mapping[str, Any]) -> AssignmentDraft:
    """What `packed` made, with the names that its people have now."""
    names = [session.get_one(Person, person_id).name for person_id in values["leaders"]]
    return DRAFT.validate_python({**values, "leaders": names})


def _unit_names(row: Assignment, role: UnitRole) -> tuple[str, ...]:
    return tuple(link.unit.name for link in row.units if link.role == role)


def _stored_targets(row: Assignment) -> tuple[TargetDraft, ...]:
    parts = [part for part in row.targets if part.retired_at is None]
    texts = {part.id: part.text for part in parts}
    return tuple(
        TargetDraft(
            label=part.label,
            short_label=part.short_label,
            value=part.value,
            unit=part.unit,
            comparator=Comparator(part.comparator),
            text=part.text,
            kind=PartKind(part.kind),
            parent=texts.get(part.parent_id) if part.parent_id else None,
            baseline=part.baseline,
        )
        for part in parts
    )


def plan_of(session: Session, year: int) -> Plan | None:
    """The plan of the year, None where there is none yet. Raises UserError `import.plan_closed`."""
    plan = session.scalar(select(Plan).where(Plan.year == year).order_by(Plan.id.desc()).limit(1))
    if plan is not None and plan.closed_at is not None:
        raise UserError("import.plan_closed", year=year)
    return plan


def retired_rows(session: Session, plan: Plan) -> list[Assignment]:
    """The rows that are no longer in the table, the latest first: they may come back."""
    return list(
        session.scalars(
            select(Assignment)
            .where(Assignment.plan_id == plan.id, Assignment.retired_at.is_not(None))
            .order_by(Assignment.id.desc())
            .options(
                joinedload(Assignment.project),
                joinedload(Assignment.lead_unit),
                selectinload(Assignment.targets),
                selectinload(Assignment.leaders).joinedload(AssignmentLeader.person),
                selectinload(Assignment.units).joinedload(AssignmentUnit.unit),
            )
        )
    )


class Units:
    """The units by name and alias; a name that nobody knows makes a new one."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, Unit] = {}
        for unit in session.scalars(select(Unit).order_by(Unit.id)):
            self._learn(unit)

    def _learn(self, unit: Unit) -> None:
        for name in (*unit.aliases, unit.name):
            self._known[str(name)] = unit

    def has(self, name: str) -> bool:
        return name in self._known

    def named(self, name: str) -> Unit:
        unit = self._known.get(name)
        if unit is None:
            unit = self._known[name] = Unit(name=name, aliases=[], collective=is_collective(name))
            self._session.add(unit)
        return unit

    def rename(self, old: str, new: str) -> Unit:
        """The unit under its new name, the old one an alias."""
        unit = self._known[old]
        unit.aliases = [*unit.aliases, unit.name]
        unit.name = new
        self._learn(unit)
        return unit

    def known_names(self, row: AssignmentDraft) -> AssignmentDraft:
        """The row with each alias as the name that the unit goes by, each unit once."""
        lead = self._name(row.lead_unit) if row.lead_unit else None
        co_leads = tuple(name for name in dict.fromkeys(map(self._name, row.co_lead_units)) if name != lead)
        taken = {lead, *co_leads}
        supporting = tuple(name for name in dict.fromkeys(map(self._name, row.supporting_units)) if name not in taken)
        return replace(row, lead_unit=lead, co_lead_units=co_leads, supporting_units=supporting)

    def _name(self, name: str) -> str:
        unit = self._known.get(name)
        return unit.name if unit else name
