"""Which column is which: the header found by the names that offices give to columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import takewhile
from typing import Final

from data.tables.cleaning import unspaced
from data.tables.grid import Row

HEADER_ROWS = 30  # a header stands among the first rows or the table is another one
NAME_LIMIT = 20


class Column(StrEnum):
    NUMBER = "number"
    PROJECT = "project"
    CATEGORY = "category"  # 类别: the project where no other column is
    TASK = "task"  # 工作任务: the content where no other column is, else the project
    CONTENT = "content"
    GOAL = "goal"  # 年度目标 beside 主要内容
    LEADER = "leader"
    LEAD = "lead"
    HOST = "host"  # 主办, 承办: the lead unless 牵头 stands beside it
    RESPONSIBLE = "responsible"  # 责任单位: the lead unless one of the above stands beside it
    SUPPORTING = "supporting"
    DEADLINE = "deadline"
    CONTACT = "contact"
    ADDED = "added"  # what the ledger writes behind a table's own columns: never read back


# Whole names first; then what a longer name (2021年区政府分管领导) contains, the first that fits.
WHOLE: Final[dict[str, Column]] = {
    name: column
    for column, names in {
        Column.NUMBER: "序号 编号 项目编号 任务编号 项目序号 号 № NO NO. No No. no 序",
        Column.PROJECT: "项目 项目名称 实事项目 事项 事项名称 名称 重点项目 民生实事 实事名称 任务名称",
        Column.CATEGORY: "类别 项目类别 工作类别 分类 领域 板块",
        Column.TASK: "任务 工作任务 重点任务 重点工作 工作事项 工作 目标任务名称",
        Column.CONTENT: "内容 主要内容 工作内容 目标任务 任务内容 具体内容 建设内容 实施内容 具体任务 项目内容 "
        "工作举措 主要任务 年度目标任务 年度工作任务 建设规模及内容 主要建设内容 目标任务及内容 具体事项",
        Column.GOAL: "年度目标 工作目标 目标 目标值 年度计划 目标要求 工作要求 年度工作目标",
        Column.LEADER: "分管领导 责任领导 牵头领导 区领导 市领导 县领导 挂钩领导 包联领导 "
        "挂包领导 分管区长 分管市长 分管县长",
        Column.LEAD: "牵头单位 牵头部门 牵头 牵头责任单位 第一责任单位 牵头单位名称",
        Column.HOST: "主办单位 承办单位 主办部门 承办部门 主办 承办 主责单位 主责部门 实施单位 实施主体",
        Column.RESPONSIBLE: "责任单位 责任部门 责任主体 落实单位 责任单位名称 单位",
        Column.SUPPORTING: "配合单位 协办单位 配合部门 协办部门 配合 协办 协助单位 参与单位 参加单位 协同单位 协同部门 "
        "配合责任单位 参与部门",
        Column.DEADLINE: "完成时限 时间节点 时限 完成时间 办结时限 时限要求 完成期限 时间要求 完成时间节点 "
        "计划完成时间 截止时间",
        Column.CONTACT: "联系人 联络员 联系电话 电话 手机 手机号码 姓名 职务 备注 传真 办公电话",
    }.items()
    for name in names.split()
}
CONTAINED: Final[tuple[tuple[str, Column], ...]] = (
    ("联系人", Column.CONTACT),
    ("联络员", Column.CONTACT),
    ("电话", Column.CONTACT),
    ("配合", Column.SUPPORTING),
    ("协办", Column.SUPPORTING),
    ("牵头领导", Column.LEADER),
    ("分管领导", Column.LEADER),
    ("责任领导", Column.LEADER),
    ("牵头", Column.LEAD),
    ("主办", Column.HOST),
    ("承办", Column.HOST),
    ("责任单位", Column.RESPONSIBLE),
    ("责任部门", Column.RESPONSIBLE),
    ("时限", Column.DEADLINE),
    ("完成时间", Column.DEADLINE),
    ("时间节点", Column.DEADLINE),
    ("项目名称", Column.PROJECT),
    ("主要内容", Column.CONTENT),
    ("工作内容", Column.CONTENT),
    ("建设内容", Column.CONTENT),
    ("目标任务", Column.CONTENT),
    ("序号", Column.NUMBER),
)
# How the columns of a ledger begin behind the table's own, after one or two of the annual target, in each language.
LEDGER: Final = (("累计完成", "完成率", "序时进度", "亮灯"), ("Donesofar", "Sharedone", "Onschedule", "Lamp"))
LEDGER_TARGETS: Final = ("年度目标", "Annualtarget")
_LEADS = (Column.LEAD, Column.HOST, Column.RESPONSIBLE)
# What a person is told was looked for.
SOUGHT_LEAD: Final = ("牵头单位", "主办单位", "承办单位", "责任单位")
SOUGHT_CONTENT: Final = ("主要内容", "工作内容", "目标任务", "工作任务")


@dataclass(frozen=True, slots=True)
class Header:
    """Where each thing stands; `rows` are the indices of the header's first and last row.

    A thing has several columns where its name is merged over them, none where nothing names it.
    `responsible` is set where 责任单位 is the only column of units: its first unit leads, the rest support.
    `ledger`: the table was handed out as a ledger; the other sheets of its file are no tables of a plan.
    """

    rows: tuple[int, int]
    names: tuple[str, ...]
    number: tuple[int, ...]
    project: tuple[int, ...]
    content: tuple[int, ...]
    goal: tuple[int, ...]
    leader: tuple[int, ...]
    lead: tuple[int, ...]
    supporting: tuple[int, ...]
    deadline: tuple[int, ...]
    responsible: bool
    ledger: bool = False

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """What each column holds (a name of the places above; a lead that is responsible: `responsible`) and how the
        table calls it, in the table's order."""
        lead = "responsible" if self.responsible else "lead"
        places = {"number": self.number, "project": self.project, "content": self.content, "leader": self.leader}
        places |= {lead: self.lead, "supporting": self.supporting, "deadline": self.deadline}
        known = sorted((place[0], kind) for kind, place in places.items() if place)
        return tuple((kind, self.names[at]) for at, kind in known)


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of a row that may be a header, with what each means."""

    rows: tuple[int, int]
    names: tuple[str, ...]
    meanings: tuple[Column | None, ...]

    @property
    def known(self) -> set[Column]:
        return {meaning for meaning in self.meanings if meaning}

    @property
    def told(self) -> tuple[str, ...]:
        """The names as a person reads them, each once."""
        return tuple(dict.fromkeys(name for name in self.names if name))

    def place(self, *columns: Column) -> tuple[int, ...]:
        """The first of these columns that is there, with its neighbours of the same name."""
        first = next((self.meanings.index(column) for column in columns if column in self.meanings), None)
        if first is None:
            return ()
        same = takewhile(lambda at: self.names[at] == self.names[first], range(first, len(self.names)))
        return tuple(same)


def meaning(name: str) -> Column | None:
    """What the column of that name holds, None where nobody knows."""
    return _meaning(name) if 0 < len(name) <= 3 * NAME_LIMIT else None


def meanings(names: Sequence[str]) -> tuple[Column | None, ...]:
    """What each of a row's columns holds; from the annual target of a ledger on everything was added by it."""
    start = _ledger_start(names)
    return (*map(meaning, names[:start]), *(Column.ADDED for _ in names[start:]))


def _ledger_start(names: Sequence[str]) -> int:
    bare = [unspaced(name) if 0 < len(name) <= NAME_LIMIT else "" for name in names]
    starts = (at for at in range(len(bare)) if tuple(bare[at : at + len(LEDGER[0])]) in LEDGER)
    start = next(starts, len(bare))
    while start < len(bare) and start and bare[start - 1] in LEDGER_TARGETS:
        start -= 1
    return start


@lru_cache(maxsize=4096)
def _meaning(name: str) -> Column | None:
    bare = unspaced(name)
    if not bare or len(bare) > NAME_LIMIT:
        return None
    found = WHOLE.get(bare) or WHOLE.get(bare.split("（")[0].split("(")[0])
    return found or next((column for word, column in CONTAINED if word in bare), None)


def columns_of(rows: Sequence[Row], index: int) -> Columns:
    """The row, together with the one below where that goes on naming columns (责任单位 over 牵头 and 配合)."""
    upper = rows[index].cells
    names, last = [unspaced(cell) for cell in upper], index
    if index + 1 < len(rows) and is_header(rows[index + 1]):
        lower = [unspaced(cell) for cell in rows[index + 1].cells]
        width = max(len(names), len(lower))
        names += [""] * (width - len(names))
        lower += [""] * (width - len(lower))
        names = [below if meaning(below) else above for above, below in zip(names, lower, strict=True)]
        last = index + 1
    return Columns((index, last), tuple(names), meanings(names))


def is_header(row: Row) -> bool:
    """Whether the row does nothing but name columns, two different ones at least."""
    cells = [cell for cell in row.cells if cell]
    known = [column for column in meanings(cells) if column]
    return len(set(known)) >= 2 and len(known) * 2 > len(cells)


def candidates(rows: Sequence[Row]) -> list[Columns]:
    """Every row among the first that names columns."""
    first = rows[:HEADER_ROWS]
    return [columns_of(rows, index) for index, row in enumerate(first) if is_header(row)]


def find_header(rows: Sequence[Row]) -> Header | None:
    """The first header that has a lead unit and a content; None where there is none."""
    return next((header for header in map(header_of, candidates(rows)) if header), None)


def header_of(columns: Columns) -> Header | None:
    """The header of these columns, None without a lead unit or without a content."""
    lead = columns.place(*_LEADS)
    content = columns.place(Column.CONTENT, Column.TASK, Column.GOAL, Column.PROJECT)
    if not lead or not content:
        return None
    others = [columns.place(column) for column in (Column.PROJECT, Column.TASK, Column.CATEGORY)]
    goal = columns.place(Column.GOAL)
    return Header(
        rows=columns.rows,
        names=columns.names,
        number=columns.place(Column.NUMBER),
        project=next((place for place in others if place and place != content), ()),
        content=content,
        goal=goal if goal != content else (),
        leader=columns.place(Column.LEADER),
        lead=lead,
        supporting=_supporting(columns, lead),
        deadline=columns.place(Column.DEADLINE),
        responsible=columns.meanings[lead[0]] is Column.RESPONSIBLE and Column.SUPPORTING not in columns.known,
        ledger=Column.ADDED in columns.known,
    )


def _supporting(columns: Columns, lead: tuple[int, ...]) -> tuple[int, ...]:
    """The columns of supporting units: 配合, and whatever names units beside the lead."""
    wanted = {Column.SUPPORTING, *_LEADS} - {columns.meanings[lead[0]]}
    return tuple(at for at, column in enumerate(columns.meanings) if column in wanted)
