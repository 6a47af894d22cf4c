"""What the board and the page of a row show: frozen values in the viewer's language, filled from the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Light(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    NONE = "none"


@dataclass(frozen=True)
class Filters:
    """The board's filter as it came in the address: empty means all.

    `unit`, `leader`, `project` are values of the view's own choices; `lamp` is one of `red`, `yellow`, `green`,
    `none`, `red_yellow`; `state` one of `done`, `on`, `behind`, `silent`, `unrated`; `words` are looked for in the
    task and in the last words. `page` counts from 1; `whole`: all on one (for paper). `on`: as of the end of that day.
    """

    unit: str = ""
    leader: str = ""
    lamp: str = ""
    project: str = ""
    state: str = ""
    words: str = ""
    page: int = 1
    whole: bool = False
    on: date | None = None


@dataclass(frozen=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True)
class Bar:
    """Percent of the target, and the schedule of the figure's own day (None: no line)."""

    percent: float
    expected: float | None = None


@dataclass(frozen=True)
class Counts:
    """Five counts that add up to the number of rows (before filtering)."""

    done: int
    on: int
    behind: int
    silent: int
    unrated: int


@dataclass(frozen=True)
class RoundState:
    """`title` 9月调度, `when` 9月26日发出，9月29日（周三）截止, `words` 8 家单位：已反馈 1，等待中 7."""

    title: str
    when: str
    words: str
    answered: int
    partly: int
    total: int


@dataclass(frozen=True)
class Quote:
    """A person's own words; `by` names unit and day (教育局 9月26日)."""

    words: str
    by: str


@dataclass(frozen=True)
class BoardRow:
    """`ref` makes the address (`2`, `5.6`), `label` is shown (序号2). `verdict` are the lamp's few words (慢于序时),
    `progress` the sentence beside the bar, `hard` the mark 有困难."""

    ref: str
    label: str
    what: str
    unit: str
    leaders: str
    light: Light
    verdict: str
    progress: str
    deadline: str
    bar: Bar | None = None
    quote: Quote | None = None
    expected: str | None = None
    hard: bool = False


@dataclass(frozen=True)
class BoardGroup:
    title: str
    rows: tuple[BoardRow, ...]


@dataclass(frozen=True)
class BoardView:
    """`scope` says whose board it is and how large (督查室，全区 10 个项目、25 项任务).

    `groups` hold the rows of one page; `found` is how many pass the filter. `at`: the moment that the counts are of
    (None: now); `on`: the earlier day that the board is of.
    """

    title: str
    scope: str
    counts: Counts
    groups: tuple[BoardGroup, ...]
    round: RoundState | None = None
    units: tuple[Choice, ...] = ()
    leaders: tuple[Choice, ...] = ()
    projects: tuple[Choice, ...] = ()
    found: int = 0
    page: int = 1
    pages: int = 1
    at: datetime | None = None
    on: date | None = None


@dataclass(frozen=True)
class TargetLine:
    """A part of the row: `figure` 5100/10000 人次, `share` 51%."""

    name: str
    figure: str
    light: Light
    verdict: str
    share: str | None = None
    bar: Bar | None = None


@dataclass(frozen=True)
class Point:
    """A figure on its day; `expected` is the schedule of that day in percent."""

    day: date
    value: float
    expected: float


@dataclass(frozen=True)
class Curve:
    """A target's figures against its line from `begin` to `end`; at least one point. `gap` words how far behind;
    `stages` are days with the percent that is due by then, none where the line is straight."""

    title: str
    unit: str
    target: float
    begin: date
    end: date
    points: tuple[Point, ...]
    gap: str | None = None
    stages: tuple[tuple[date, float], ...] = ()


@dataclass(frozen=True)
class TimelineEntry:
    """`over`: no longer stands. `note` is how it was read (记为：…), `source` where an entry on behalf came from.

    `remark`: a leader's (批注); `note` is then what became of it.
    """

    at: datetime
    who: str
    tag: str | None = None
    words: str | None = None
    note: str | None = None
    source: str | None = None
    over: bool = False
    remark: bool = False


@dataclass(frozen=True)
class AuditLine:
    at: datetime
    who: str
    what: str


@dataclass(frozen=True)
class FileLine:
    """A file of the row; `size` in words, `note` where it is not there yet."""

    id: int
    name: str
    who: str
    at: datetime
    size: str = ""
    note: str = ""


@dataclass(frozen=True)
class Action:
    """Something to say in the chat about this row: the page puts `say` into the input line, it is not sent."""

    label: str
    say: str


@dataclass(frozen=True)
class RowView:
    """`sentence` is the lamp's reason, `turns_green` what would turn it green. `duties` are pairs of name and value
    (牵头单位, 人社局). `older` counts the entries of the timeline that are left out."""

    ref: str
    title: str
    light: Light
    sentence: str
    content: str
    duties: tuple[tuple[str, str], ...]
    turns_green: str | None = None
    hard: bool = False
    targets: tuple[TargetLine, ...] = ()
    targets_note: str | None = None
    curves: tuple[Curve, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    older: int = 0
    files: tuple[FileLine, ...] = ()
    audit: tuple[AuditLine, ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class PlanningRow:
    """A schedule. `fires`: the next openings, local. `days`: working days to answer, where its phrase names no due day
    (`lead`)."""

    id: int
    number: int
    words: str
    scope: str
    units: int
    rows: int
    days: int
    lead: bool
    paused: bool
    until: date | None
    fires: tuple[datetime, ...]


@dataclass(frozen=True)
class PlanningView:
    """The page of schedules. `whom`: scopes that a browser may offer; `done`: what was just done."""

    title: str
    rows: tuple[PlanningRow, ...]
    whom: tuple[str, ...]
    days: int
    done: str
    can_undo: bool
    today: date


@dataclass(frozen=True)
class ProposalChoice:
    """An answer to a proposal: the fields of its form. `again`: it leads to another proposal, and does nothing yet."""

    label: str
    fields: Mapping[str, str]
    primary: bool = False
    again: bool = False


@dataclass(frozen=True)
class Proposal:
    """What a change would mean, a sentence or an opening a line."""

    text: str
    choices: tuple[ProposalChoice, ...]


@dataclass(frozen=True)
class FormFigure:
    """A number that a row's form asks for; `known` is what stands, against the target."""

    label: str
    unit: str
    known: str


@dataclass(frozen=True)
class FormRow:
    """A row that the person reports on: `known` in one line, empty where nothing is."""

    ref: str
    title: str
    known: str
    figures: tuple[FormFigure, ...]
