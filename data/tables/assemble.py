"""Tasks of a table to a plan: numbers, ids, doubles, targets, names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from data.errors import Doubt, UserError
from data.tables.deadlines import deadline_day
from data.tables.draft import AssignmentDraft, PlanDraft
from data.tables.labels import short_name
from data.tables.names import with_shipped_names
from data.tables.rows import Task
from data.tables.targets import ongoing_part, read_parts

Progress = Callable[[int, int], None]
PROGRESS_EVERY = 500
TITLE_LIMIT = 80
NAME_LIMIT = 60  # the longest unit or person; what is longer is a sentence in the wrong column
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=\s*年|年度|[^\d])")


@dataclass(frozen=True, slots=True)
class Source:
    """The file that a plan comes from; `heading` is what stands above the table."""

    name: str
    sha256: str
    heading: tuple[str, ...] = ()


def plan_of(tasks: Iterable[Task], source: Source, year: int | None, progress: Progress | None = None) -> PlanDraft:
    """The plan of the tasks.

    Errors: the same number with different words twice, no year in sight, no row at all.
    """
    title = title_of(source)
    year = year or year_in(title, *source.heading, source.name)
    if year is None:
        raise UserError("import.year_unknown", file=source.name)
    kept, doubts = _without_doubles(list(tasks), source)
    if not kept:
        raise UserError("import.no_rows", file=source.name)
    for task in kept:
        _refuse_sentences(task, source)
    numbered, more = _numbered(kept, source)
    rows = tuple(_assignments(numbered, year, progress or _silent))
    return PlanDraft(title, year, source.name, source.sha256, rows, (*doubts, *more))


def _silent(done: int, total: int) -> None:
    """Nobody watches."""


def _refuse_sentences(task: Task, source: Source) -> None:
    for name in (*task.leads, *task.supporting, *task.leaders, task.number or ""):
        if len(name) > NAME_LIMIT:
            raise UserError("import.name_too_long", file=source.name, row=task.place, name=name[:20], limit=NAME_LIMIT)


# ------------------------------------------------------------------ title and year


def title_of(source: Source) -> str:
    """The heading's line that names a year or a table, else its longest, else the file's name without its ending."""
    named = [line for line in source.heading if re.search(r"20\d\d年|[一-鿿]表$|任务|计划|清单|项目", line)]
    lines = [line for line in named or source.heading if len(line) <= TITLE_LIMIT and not line.endswith("。")]
    return max(lines, key=lambda line: ("年" in line, len(line))) if lines else source.name.rsplit(".", 1)[0]


def year_in(*texts: str) -> int | None:
    """The first year that one of the texts names."""
    return next((int(found[1]) for found in map(_YEAR.search, texts) if found), None)


# ------------------------------------------------------------------ numbers


def _without_doubles(tasks: list[Task], source: Source) -> tuple[list[Task], list[Doubt]]:
    """A row that stands there twice, word for word, is taken once and told."""
    first: dict[tuple[object, ...], Task] = {}
    doubts = []
    for task in tasks:
        key = (task.number, task.project, task.content, task.leads, task.leaders)
        if key in first:
            place = first[key].place
            doubts.append(Doubt("row_twice", {"first": place, "second": task.place, "content": task.content[:30]}))
        else:
            first[key] = task
    kept = list(first.values())
    return [_starting(kept, at) for at in range(len(kept))], doubts


def _starting(tasks: list[Task], at: int) -> Task:
    """The first of a project's rows that is left starts the project, even where its first row was a double."""
    task = tasks[at]
    begins = task.starts or not at or (task.number, task.section) != (tasks[at - 1].number, tasks[at - 1].section)
    return task if task.starts == begins else replace(task, starts=begins)


def _numbered(tasks: list[Task], source: Source) -> tuple[list[list[Task]], list[Doubt]]:
    """The tasks by project, each project with a number of its own."""
    projects = _projects(tasks)
    numbers = [project[0].number for project in projects]
    if all(numbers) and len(set(numbers)) == len(numbers):
        return projects, []
    twice = _twice(projects)
    if twice:
        raise UserError("import.number_twice", file=source.name, **twice)
    renumbered = [[replace(task, number=str(number)) for task in project] for number, project in enumerate(projects, 1)]
    return renumbered, [Doubt("renumbered", {"count": len(projects)})] if any(numbers) else []


def _projects(tasks: list[Task]) -> list[list[Task]]:
    projects: list[list[Task]] = []
    for task in tasks:
        if task.starts or not projects:
            projects.append([])
        projects[-1].append(task)
    return projects


def _twice(projects: list[list[Task]]) -> dict[str, object] | None:
    """The first number that two projects of one section share."""
    seen: dict[tuple[int, str | None], Task] = {}
    for first, *_ in projects:
        before = seen.setdefault((first.section, first.number), first)
        if first.number and before is not first:
            return {"number": first.number, "first": before.place, "second": first.place}
    return None


# ------------------------------------------------------------------ rows


def _assignments(projects: list[list[Task]], year: int, progress: Progress) -> Iterator[AssignmentDraft]:
    total, done = sum(map(len, projects)), 0
    for project in projects:
        for row, task in enumerate(project, 1):
            yield _assignment(task, row, len(project) == 1, year)
            done += 1
            if done % PROGRESS_EVERY == 0 or done == total:
                progress(total + done, 2 * total)


def _assignment(task: Task, row: int, alone: bool, year: int) -> AssignmentDraft:
    number = task.number or ""
    ident = number if alone else f"{number}.{row}"
    targets = _cached_parts(task.content)
    name = short_name(task.project, task.content, alone, [part.short_label for part in targets if not part.parent])
    return with_shipped_names(
        AssignmentDraft(
            project_no=number,
            project=task.project,
            row=row,
            id=ident,
            content=task.content,
            short_name=name,
            leaders=task.leaders,
            lead_unit=task.leads[0] if task.leads else None,
            co_lead_units=task.leads[1:],
            supporting_units=task.supporting,
            deadline=task.deadline,
            deadline_date=deadline_day(task.deadline, year),
            targets=targets or (ongoing_part(name, task.content),),
            doubts=tuple(_doubt(what, ident, task) for what in task.unsure),
            place=task.place,
        )
    )


_cached_parts = lru_cache(maxsize=256)(read_parts)


def _doubt(what: str, ident: str, task: Task) -> Doubt:
    code = {"supporting_units": "supporting_units_empty", "lead_unit": "lead_unit_empty"}[what]
    return Doubt(code, {"field": what, "row": ident, "place": task.place, "lead_unit": "、".join(task.leads)})
