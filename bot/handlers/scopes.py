"""Whom a schedule or an order means: a unit, a leader's rows, a project, a row, people by name; in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from bot import access
from bot.context import Context
from bot.echo import row_title
from bot.handlers.rows import one_row, visible_rows
from data import queries
from data.errors import UserError
from data.kinds import Role, ScopeKind
from data.models import Assignment, Person, Project, Unit
from scheduler.scope import Scope

EVERYBODY: Final = ("全部", "所有", "全体", "大家", "所有单位", "全部单位", "all", "everybody")
AND: Final = re.compile(r"[、,，]|\s*(?:和|及|与|\band\b)\s*")


def scope_said(context: Context, said: str) -> Scope:
    """`全部`, a unit, a leader's rows, a project or a row. Raises UserError `no_such_unit` with the nearest."""
    if said in EVERYBODY:
        return Scope()
    if any(char.isdigit() for char in said):
        return _numbered(context, said)
    leaders = [person for person in queries.people_with(context.session, Role.LEADER) if person.name == said]
    if leaders:
        return Scope(ScopeKind.LEADER, leaders[0].id)
    return Scope(ScopeKind.UNIT, access.unit_named(context.session, said).id)


def scope_or_people(context: Context, said: str) -> Scope:
    """The same, or liaisons by their names."""
    return people_said(context, said) or scope_said(context, said)


def people_said(context: Context, said: str) -> Scope | None:
    """Liaisons by their names, `周敏、陈刚`; None where none is named.

    Raises UserError `schedule.unknown_people` where some of the names are nobody's.
    """
    names = [name.strip() for name in AND.split(said) if name.strip()]
    liaisons = {person.name: person.id for person in queries.people_with(context.session, Role.LIAISON)}
    known = [name for name in names if name in liaisons]
    if not known:
        return None
    others = [name for name in names if name not in liaisons]
    if others:
        raise UserError("schedule.unknown_people", names=others)
    return Scope(ScopeKind.PEOPLE, None, tuple(sorted({liaisons[name] for name in known})))


def _numbered(context: Context, said: str) -> Scope:
    bare = said.removeprefix("序号").removeprefix("项目").removeprefix("第").removesuffix("项").strip()
    project = next((row.project_id for row in visible_rows(context) if row.project.number == bare), None)
    if project is not None:
        return Scope(ScopeKind.PROJECT, project)
    return Scope(ScopeKind.ROW, one_row(context, said).id)


def whom(context: Context) -> list[str]:
    """The names that a scope may be given by: lead units, leaders, liaisons."""
    led = select(Assignment.lead_unit_id).where(Assignment.plan_id == context.plan.id, Assignment.retired_at.is_(None))
    units = context.session.scalars(select(Unit.name).where(Unit.id.in_(led)).order_by(Unit.id))
    people = (queries.people_with(context.session, role) for role in (Role.LEADER, Role.LIAISON))
    return [*units, *(person.name for each in people for person in each)]


def scope_words(context: Context, scope: Scope) -> str:
    """`全部单位`, `住建局`, `何海平分管的任务`, `周敏、陈刚`, `老城厢复兴发展（3）`, `老城厢道路整治（3.2）`."""
    session = context.session
    match scope.kind:
        case ScopeKind.UNIT:
            return session.get_one(Unit, scope.id).name
        case ScopeKind.LEADER:
            return context.say("schedule.scope_leader", name=session.get_one(Person, scope.id).name)
        case ScopeKind.PEOPLE:
            names = [session.get_one(Person, person).name for person in scope.people]
            return context.texts.filters["joined"](names)
        case ScopeKind.PROJECT:
            project = session.get_one(Project, scope.id)
            return context.say("schedule.scope_project", number=project.number, name=project.name or "")
        case ScopeKind.ROW:
            return row_title(context.texts, session.get_one(Assignment, scope.id))
    return context.say("schedule.scope_plan")


def scope_args(scope: Scope) -> dict[str, Any]:
    """A scope among the arguments of a button."""
    return {"scope_kind": scope.kind, "scope_id": scope.id, "people": list(scope.people)}


def scope_from(args: Mapping[str, Any]) -> Scope:
    """The scope of a button's arguments."""
    return Scope(ScopeKind(args["scope_kind"]), args["scope_id"], tuple(args.get("people", ())))
