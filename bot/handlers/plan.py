"""计划: the table as it was published; 解释: how a sentence would be read, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.context import Context
from bot.echo import row_title
from bot.explaining import explained, lines
from bot.handlers import known
from bot.handlers.rows import visible_rows
from bot.message import Button, Outgoing
from bot.reading.read import read
from data.errors import UserError
from data.kinds import Comparator, PartKind, UnitRole
from data.models import Assignment, Target

PER_LINE = 5


def plan(context: Context, argument: str) -> list[Outgoing]:
    """计划: the whole, a project's rows (计划 3), or one row as published (计划 3.2)."""
    rows = visible_rows(context)
    if not rows:
        raise UserError("no_rows_seen")
    wanted = argument.strip().removeprefix("序号").removeprefix("项目").strip()
    if not wanted:
        return [_whole(context, rows)]
    exact = [row for row in rows if row.ref == wanted or f"{row.project.number}.{row.row}" == wanted]
    if exact:
        return [_row(context, exact[0])]
    of_project = [row for row in rows if row.project.number == wanted]
    if not of_project:
        raise UserError("no_such_row", said=argument, near=[])
    return [_project(context, of_project)]


def _whole(context: Context, rows: Sequence[Assignment]) -> Outgoing:
    projects = {row.project.number: row.project for row in rows}
    lines = [
        context.say(
            "plan.whole",
            projects=len(projects),
            rows=len(rows),
            units=len({row.lead_unit_id for row in rows}),
            leaders=len({leader.person_id for row in rows for leader in row.leaders}),
            source=context.plan.source_name,
            day=context.office.today(context.plan.imported_at),
            year=context.plan.year,
        )
    ]
    lines += [_project_line(context, [row for row in rows if row.project.number == number]) for number in projects]
    buttons = [Button(number, "plan_part", {"of": number}) for number in projects]
    keys = [buttons[start : start + PER_LINE] for start in range(0, len(buttons), PER_LINE)]
    return Outgoing("\n".join(lines), title=context.plan.title, buttons=keys)


def _project_line(context: Context, rows: Sequence[Assignment]) -> str:
    project = rows[0].project
    units = list(dict.fromkeys(row.lead_unit.name for row in rows))
    return context.say(
        "plan.project", number=project.number, name=project.name or rows[0].short_name, count=len(rows), units=units
    )


def _project(context: Context, rows: Sequence[Assignment]) -> Outgoing:
    lines = [
        context.say(
            "plan.row",
            title=row_title(context.texts, row),
            unit=row.lead_unit.name,
            leaders=[leader.person.name for leader in row.leaders],
            deadline=row.deadline,
        )
        for row in rows
    ]
    project = rows[0].project
    buttons = [Button(row.ref, "plan_part", {"of": row.ref}) for row in rows]
    keys = [buttons[start : start + PER_LINE] for start in range(0, len(buttons), PER_LINE)]
    return Outgoing("\n".join(lines), title=f"{project.number} {project.name or ''}".strip(), buttons=keys)


def _row(context: Context, row: Assignment) -> Outgoing:
    def units(role: UnitRole) -> list[str]:
        return [each.unit.name for each in row.units if each.role == role]

    text = context.say(
        "plan.one",
        content=row.content,
        unit=row.lead_unit.name,
        co_leads=units(UnitRole.CO_LEAD),
        supporting=units(UnitRole.SUPPORTING),
        leaders=[leader.person.name for leader in row.leaders],
        deadline=row.deadline,
        targets=[_target(context, target) for target in row.targets if target.retired_at is None],
    )
    words = Button(context.say("summary.words"), "words", {"assignment_id": row.id})
    return Outgoing(text, title=row_title(context.texts, row), buttons=[[words]])


def _target(context: Context, target: Target) -> str:
    """`学位 ≥ 5000 个` for a number, else the words of the part."""
    bound = {Comparator.AT_LEAST: "≥ ", Comparator.AT_MOST: "≤ "}.get(Comparator(target.comparator), "")
    return context.say(
        "plan.target",
        label=target.short_label,
        bound=bound,
        value=target.value,
        unit=target.unit or "",
        base=target.baseline if target.kind == PartKind.NO_BASE else None,
    )


def part(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    return plan(context, str(args["of"]))


# Explaining ------------------------------------------------------------------------------------------------


def explain(context: Context, argument: str) -> list[Outgoing]:
    """解释 [单位] TEXT: the reading with its reasons; nothing is stored."""
    if not argument:
        raise UserError("plan.explain_how")
    rows = visible_rows(context)
    unit, text = _unit_before(argument, rows)
    own = [row for row in rows if unit in (None, row.lead_unit.name)]
    about = replace(
        known.reading_context(context, own),
        unit=unit,
        open_ids=tuple(row.ref for row in own) if unit is not None else (),
        quoted_ids=(),
        asked_id=None,
        last_report=None,
    )
    titles = {row.ref: row_title(context.texts, row) for row in own}
    told = explained(context.texts, text, read(text, about), titles, context.plan.year, unit)
    title = context.say("plan.explained", text=text, unit=unit or "")
    return [Outgoing("\n".join(lines(context.texts, told)), title=title)]


def _unit_before(argument: str, rows: Sequence[Assignment]) -> tuple[str | None, str]:
    """`教育局 1新增学位3500个`: as if that unit had written it."""
    head, _, rest = argument.partition(" ")
    names = {name: row.lead_unit.name for row in rows for name in (row.lead_unit.name, *row.lead_unit.aliases)}
    return (names[head], rest.strip()) if head in names and rest.strip() else (None, argument)


ACTIONS = {"plan_part": part}
