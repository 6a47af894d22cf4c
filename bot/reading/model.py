"""What a reading is made of: what goes in (a person's rows and what was asked), what comes out (items, questions, why).

Codes of questions, worded in bot/texts (`questions.<code>`), with their options (`questions.options.<code>`). `last`,
`total` and `value` may be None where they are not known; a `row` option of which_row without items means: read the text
anew with that row as `asked_id`.

| code | values | options |
|---|---|---|
| which_row | said, rows | row (row, position) for each that fits, all_rows where one percent or status could be all |
| position_or_row | number, position_row, row | row for each of the two |
| number_beyond_list | number, row | row, not_that |
| row_unknown | said | – |
| row_and_words | said, row, words_row | row for each of the two |
| date_or_row | said, date, row | date, row |
| what_about | row | – (the row was named, nothing was said of it) |
| which_target | said, value, unit, labels | target (label) for each that fits |
| above_target | label, value, target, unit, over | above_target, change |
| month_or_total | label, value, last, total, unit, month | month (total), total (value) |
| lower_figure | label, value, last, less, unit | wrong_before, struck_off, change |
| unit_mismatch | label, value, unit, said_unit | as_target_unit, change |
| range_figure | label, low, high, unit | value for each end |
| vague_number | said | change |
| two_figures | label, values, unit | value for each |
| hearsay | said | right, change |
| lower_percent | percent, last | wrong_before, change |
| range_percent | low, high | value for each end |
| percent_above | percent | all_done, change |
| done_without_figures | row, labels | all_reached (figures at their targets, done), not_yet |
| report_done | row, label, value, target, unit | report_done, keep_counting |
| done_or_percent | percent (None: 基本完成) | done, in_progress |
| date_past | said, date, next | already, next_year, change |
| after_deadline | date, deadline | ask_extension, only_saying |
| within_deadline | date, deadline | expected, not_that |
| which_date | said | – (延到 without a day) |
| correct_what | value, rows | figure (row, label) for each that fits |
| too_long | length, limit | – |
| too_many_numbers | count, limit | – |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Kind = Literal[
    "progress", "greeting", "ack", "thanks", "question", "command", "correction", "undo", "extension",
    "already_reported", "draft", "handover", "release_draft", "promise", "other",
]  # fmt: skip
Status = Literal["not_started", "in_progress", "delayed", "done"]
Certainty = Literal["certain", "likely", "unsure"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TargetContext:
    """A number to be reached. `value` is None where the base is unknown; `last` the last standing figure."""

    key: int | str
    label: str
    short_label: str = ""
    value: float | None = None
    unit: str | None = None
    comparator: str = "eq"
    text: str = ""
    kind: str = ""
    parent: str | None = None
    last: float | None = None


@dataclass(frozen=True, slots=True)
class RowState:
    """What is known of a row before this message."""

    percent: float | None = None
    status: Status | None = None
    figures: tuple[tuple[int | str, float], ...] = ()
    expected_date: date | None = None
    when: datetime | date | None = None


@dataclass(frozen=True, slots=True)
class RowContext:
    """An assignment of the person. `names` are what it is called: short name, project."""

    id: str
    names: tuple[str, ...]
    content: str
    targets: tuple[TargetContext, ...]
    deadline: date
    last: RowState | None = None


@dataclass(frozen=True, slots=True)
class LastItem:
    """One row of what was stored last: a correction or a withdrawal speaks of it. `figures` are (target key, value)."""

    row_id: str
    figures: tuple[tuple[int | str, float], ...] = ()
    percent: float | None = None
    expected_date: date | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """Whom we listen to and what we asked.

    `rows`: all rows of the person in the table's order. `open_ids`: the list last shown, positions 1..n.
    `asked_id`: the bot's last message asked about this row alone. `quoted_ids`: the list that the message replies to;
    its positions go before those of `open_ids`. `calendar` is handed to the date reader as it is.
    """

    unit: str | None
    rows: tuple[RowContext, ...]
    open_ids: tuple[str, ...]
    today: date
    year: int
    asked_id: str | None = None
    quoted_ids: tuple[str, ...] = ()
    last_report: tuple[LastItem, ...] | None = None
    calendar: Any = None

    @property
    def listed(self) -> tuple[str, ...]:
        """The row ids that a bare number counts in."""
        return self.quoted_ids or self.open_ids

    def row(self, row_id: str | None) -> RowContext | None:
        return next((row for row in self.rows if row.id == row_id), None)


@dataclass(frozen=True, slots=True)
class Why:
    """Which words of the message gave a field, by which rule, how surely."""

    span: Span
    rule: str
    certainty: Certainty = "certain"


@dataclass(frozen=True, slots=True)
class FigureRead:
    """What was achieved. `target` is the key of its target, None where the row has none that it could be."""

    target: int | str | None
    label: str
    value: float
    unit: str | None
    span: Span = (0, 0)
    approx: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """What was said of one row. `row_id` is None while the question which row it is stands open.

    `next_step` and `problem` are the person's own words. A field that is None was not spoken of.
    """

    row_id: str | None
    status: Status | None = None
    percent: float | None = None
    percent_derived: bool = False
    figures: tuple[FigureRead, ...] = ()
    expected_date: date | None = None
    problem: str | None = None
    next_step: str | None = None
    no_change: bool = False
    why: Mapping[str, Why] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Option:
    """A button. `items` is what is stored when it is pressed, beside `Reading.plain`: mostly one field of one row."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    extension_to: date | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What a careful clerk would ask. `options` without items lead on: 改 (a new text is awaited), 补一句."""

    code: str
    row_id: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How one message was read.

    `items` is the whole proposal. `plain` is what of it can be stored at once, whatever is answered: a field in doubt
    is left out there and stands in the options of its question, alone.
    `leftovers` are parts that nobody understood, in the person's words. `promised` is the day of kind promise.
    """

    kind: Kind
    items: tuple[Item, ...] = ()
    ask: bool = False
    questions: tuple[Question, ...] = ()
    extension_to: date | None = None
    leftovers: tuple[str, ...] = ()
    why: Mapping[str, Why] = field(default_factory=dict)
    plain: tuple[Item, ...] = ()
    promised: date | None = None
    command: str | None = None
