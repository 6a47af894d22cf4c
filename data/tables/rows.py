"""The rows of a table that are assignments: what is skipped, and what an empty cell inherits."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from data.tables.cleaning import clean, labelled_units, one_line, people_in, units_in, unspaced
from data.tables.grid import Grid, Row
from data.tables.header import Header, is_header

_TOTAL = re.compile(r"^(?:合计|总计|小计|共计|总数)")
_NOTE = re.compile(
    r"^(?:注|备注|说明|填表|填报|制表|审核|联系人|联络员|联系电话|单位负责人|附件?)[\d一二三]*[:：、.]|^[*＊※]"
)
_NUMERALS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_ENDS = "。；;！!.…"


@dataclass(frozen=True, slots=True)
class Task:
    """One assignment as it stands in the table. `number` is its project's; `starts` marks a project's first row."""

    place: int
    number: str | None
    starts: bool
    project: str | None
    content: str
    leaders: tuple[str, ...]
    leads: tuple[str, ...]
    supporting: tuple[str, ...]
    deadline: str | None
    section: int
    unsure: tuple[str, ...] = ()


def tasks_in(grid: Grid, header: Header, section: int = 0) -> list[Task]:
    """The assignments of a grid, in order, without headings, totals, notes and repeated headers.

    `section` counts headings (一、城乡建设), which may start the numbers anew.
    """
    exact = grid.exact and _tells_merges(grid, header)
    tasks: list[Task] = []
    for row in grid.rows[header.rows[1] + 1 :]:
        kind = _kind(row, header)
        section += kind == "section"
        if kind != "task":
            continue
        above = tasks[-1] if tasks and tasks[-1].section == section else None
        task = _task(row, header, above, exact=exact, section=section)
        if above and row.goes_on(header.content) and row.cell(header.content):
            tasks[-1] = _more_units(above, task, row, header)
        else:
            tasks.append(task)
    return tasks


def _tells_merges(grid: Grid, header: Header) -> bool:
    """A sheet with blanks where others have merges was flattened before it was saved: it tells no more than a text."""
    rows = grid.rows[header.rows[1] + 1 :]
    return any(row.continued for row in rows) or all(row.cell(header.lead) for row in rows if row.cell(header.content))


def _kind(row: Row, header: Header) -> str:
    content, lead = row.cell(header.content), row.cell(header.lead)
    first = next((cell for cell in map(unspaced, row.cells) if cell), "")
    if not first:
        return "blank"
    if is_header(row):
        return "header"
    if _TOTAL.match(first) or _TOTAL.match(unspaced(content)):
        return "total"
    if _NOTE.match(first):
        return "note"
    filled = [cell for cell in row.cells if cell]
    spread = len(filled) > 1 and len(set(filled)) == 1
    return "section" if spread or not (content or (lead and row.cell(header.project))) else "task"


def _task(row: Row, header: Header, above: Task | None, *, exact: bool, section: int) -> Task:
    number = plain_number(row.cell(header.number)) or None
    project = one_line(row.cell(header.project)) or None
    starts = above is None or _starts(row, header, number, project, above)
    if above and not starts:
        number, project = above.number, above.project
    elif above and not project and header.project:
        project = above.project
    leads, supporting = _units(row, header)
    task = Task(
        place=row.place,
        number=number and number.split(".")[0],
        starts=starts,
        project=project,
        content=_content(row, header),
        leaders=people_in(row.cell(header.leader)),
        leads=leads,
        supporting=supporting,
        deadline=one_line(row.cell(header.deadline)) or None,
        section=section,
    )
    if above is None or starts:
        return task if task.leads else replace(task, unsure=("lead_unit",))
    return _inherit_exactly(task, above) if exact else _inherit(task, above, header)


def _starts(row: Row, header: Header, number: str | None, project: str | None, above: Task) -> bool:
    """Whether a project begins with this row: by its number, else by its name, else every row is its own."""
    renamed = bool(project) and not row.goes_on(header.project) and project != above.project
    if header.number:
        changed = bool(number) and not row.goes_on(header.number) and number != above.number
        return (changed and str(number).split(".")[0] != above.number) or (bool(number) and renamed)
    return renamed if header.project else True


def _inherit(task: Task, above: Task, header: Header) -> Task:
    """In a flattened text an empty cell is a merged one, but for a row that names its own lead unit."""
    leads = task.leads or above.leads
    unsure: tuple[str, ...] = ()
    supporting = task.supporting
    if not supporting and task.leads and header.supporting:
        unsure = ("supporting_units",)
    elif not supporting and not task.leads:
        supporting = above.supporting
    return replace(
        task,
        leaders=task.leaders or above.leaders,
        leads=leads,
        supporting=supporting,
        deadline=task.deadline or above.deadline,
        unsure=unsure,
    )


def _inherit_exactly(task: Task, above: Task) -> Task:
    """Merges are undone already: an empty cell is empty. Only a lead unit must be, so it is taken and told."""
    return task if task.leads else replace(task, leads=above.leads, unsure=("lead_unit",))


def _more_units(above: Task, task: Task, row: Row, header: Header) -> Task:
    """One content over several rows of units: all of them belong to it."""
    leads = above.leads if row.goes_on(header.lead) else tuple(dict.fromkeys((*above.leads, *task.leads)))
    supporting = tuple(dict.fromkeys((*above.supporting, *task.supporting)))
    leaders = tuple(dict.fromkeys((*above.leaders, *task.leaders)))
    return replace(
        above, leads=leads, leaders=leaders, supporting=tuple(unit for unit in supporting if unit not in leads)
    )


def _units(row: Row, header: Header) -> tuple[tuple[str, ...], tuple[str, ...]]:
    labelled = labelled_units(row.cell(header.lead))
    leads, supporting = labelled or (list(units_in(row.cell(header.lead))), [])
    if header.responsible and not labelled:
        leads, supporting = leads[:1], leads[1:]
    supporting = [*supporting, *units_in(row.cell(header.supporting))]
    return tuple(leads), tuple(unit for unit in dict.fromkeys(supporting) if unit not in leads)


def _content(row: Row, header: Header) -> str:
    content = one_line(row.cell(header.content)) or one_line(row.cell(header.project))
    goal = one_line(row.cell(header.goal))
    if not goal or goal == content:
        return content
    return f"{content}{'' if content[-1:] in _ENDS else '。'}{goal}"


def plain_number(text: str) -> str:
    """１, 一、, （三）, No.4, 5.0 and 十二 as 1, 1, 3, 4, 5 and 12; 3-2 as 3.2; anything else without blanks."""
    bare = unspaced(clean(text)).translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})
    bare = re.sub(r"^(?:第|No\.?|NO\.?|№)|项$", "", bare).strip("()、.，,:;") if bare else ""
    if re.fullmatch(r"\d+[.-]\d+", bare):
        whole, part = re.split(r"[.-]", bare)
        return str(int(whole)) if part.strip("0") == "" else f"{int(whole)}.{int(part)}"
    if bare.isascii() and bare.isdigit():
        return str(int(bare))
    return _chinese(bare) or bare


def _chinese(numeral: str) -> str | None:
    if not re.fullmatch("[一二三四五六七八九]?十?[一二三四五六七八九]?", numeral) or not numeral:
        return None
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return str(_NUMERALS[numeral]) if len(numeral) == 1 else None
    return str((_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0))
