"""What a lamp is made of, and what it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from data.errors import Reason
from data.kinds import PartKind, Status
from scheduler.lamp.line import Stage, exact, scheduled_share


class Colour(StrEnum):
    """绿 黄 红 无灯; DONE is no lamp but stands in its place."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    NONE = "none"
    DONE = "done"


BEHIND = (Colour.YELLOW, Colour.RED)


class Column(StrEnum):
    """The five counts of a summary; every row is in exactly one."""

    DONE = "done"
    ON_SCHEDULE = "on_schedule"
    BEHIND = "behind"
    SILENT = "silent"
    NOT_RATED = "not_rated"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Percentage points behind the line: more than `yellow` is yellow, more than `red` is red."""

    yellow: float = 10
    red: float = 25

    def yellow_share(self) -> Fraction:
        return exact(self.yellow) / 100

    def red_share(self) -> Fraction:
        return exact(self.red) / 100


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a row that is judged by itself; only totals, breakdowns (其中幼儿园420个) are left out.

    `label`: as it stands in a sentence, a target's short label (职业技能培训, 桂花路桥开工), of a kept part the whole
    one (零就业家庭动态清零).
    `value`: the last standing figure, cumulative; of a milestone 1 is reached, of a kept part the number of breaches.
    `day`: the office's day whose state `value` tells. `node_date`: a milestone's own date, before the row's deadline.
    `base`: what a multiple refers to (2020年); once that base is entered, the part is a FIGURE with its own target.
    `broken_rounds`: rounds in a row in which a kept part was reported as broken, the newest among them.
    """

    key: int | str
    label: str
    kind: PartKind
    target: float | None = None
    unit: str | None = None
    value: float | None = None
    day: date | None = None
    node_date: date | None = None
    base: str | None = None
    broken_rounds: int = 0


@dataclass(frozen=True, slots=True)
class Manual:
    """A lamp set by the office, and why; it stands until the office lifts it."""

    colour: Colour
    reason: str
    by: str
    day: date


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """A round in which this row was asked. `opened` and `due` are the office's days.

    `answered`: this row was answered in it, late or by 无变化 too. `no_new_figures`: answered, but by 无变化 or with
    the figures that stood before. `on_leave`: the unit's liaison was away, without a deputy. `excused`: the office has
    said why silence is not held against the unit.
    """

    opened: date
    due: date
    delivered: bool = True
    answered: bool = False
    no_new_figures: bool = False
    on_leave: bool = False
    excused: bool = False


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What is known of one row on `today`.

    `label`: the row's short name, for a percent of the whole. `year`: the plan's; days of other years show theirs.
    `started`: where the line begins (1 January of the plan's year). `deadline`: the one in force; `original_deadline`
    only where an extension was granted; `extension_asked`: asked for, not decided.
    `last_report_day`: of the last standing report, 无变化 too; None: never reported.
    `percent`: of the whole, by the unit's own estimate; `percent_day`: the day whose state it tells.
    `rounds`: oldest first.
    """

    label: str
    year: int
    today: date
    started: date
    deadline: date
    parts: tuple[Part, ...] = ()
    status: Status | None = None
    percent: float | None = None
    percent_day: date | None = None
    expected_date: date | None = None
    problem: str | None = None
    last_report_day: date | None = None
    rounds: tuple[RoundFacts, ...] = ()
    stages: tuple[Stage, ...] = ()
    original_deadline: date | None = None
    extension_asked: bool = False
    reported_done: bool = False
    struck_off: date | None = None
    manual: Manual | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)

    def share_on(self, day: date) -> Fraction:
        """Scheduled progress at the end of `day`, as a share of 1."""
        return scheduled_share(day, self.started, self.deadline, self.stages)


@dataclass(frozen=True, slots=True)
class PartResult:
    """A part's own lamp. `percent`, `expected` (the schedule of the figure's day) and `gap` (their difference, negative
    behind) are in percent, unrounded, and only there where the part can be counted."""

    part: Part
    colour: Colour
    reason: Reason
    percent: float | None = None
    expected: float | None = None
    gap: float | None = None


@dataclass(frozen=True, slots=True)
class LampResult:
    """A row's lamp.

    `ground`: the line of the rule book that decided, `B1` to `B11`. `reason`: that line's sentence; `also`: what else
    is yellow or red about the row. `others`: the parts beside the worst one, told after it. `turns_green`: only of
    yellow and red. `expected_percent`: the schedule of the deciding part's day, else of today.
    """

    colour: Colour
    reason: Reason
    ground: str
    column: Column
    part_results: tuple[PartResult, ...]
    deciding: PartResult | None
    expected_percent: float
    difficulty: bool
    also: tuple[Reason, ...] = ()
    others: Reason | None = None
    extended: Reason | None = None
    turns_green: Reason | None = None

    @property
    def sentence(self) -> Reason:
        """Everything that is said beside the lamp, in one: reason, also, others, extension."""
        clauses = (self.reason, *self.also, self.others, self.extended)
        return Reason("sentence", {"clauses": tuple(clause for clause in clauses if clause is not None)})
