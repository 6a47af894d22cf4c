"""The ledger (台账): the plan's table as it was published, with how far each row is behind it, as an Excel file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from bot.digest import plan_name
from bot.texts import texts
from bot.views.decisions import Decisions, decision_columns
from bot.views.ledger_layout import CENTRED, WIDTHS, Merging, OwnColumn, own_columns, own_value
from bot.views.ledger_rows import LedgerRow, Progress, Sight, TargetLine, as_document, ledger_rows
from bot.views.ledger_sheets import (
    history_columns,
    history_lines,
    round_columns,
    round_lines,
    target_columns,
    target_lines,
)
from bot.views.streaming import Value
from bot.views.workbook import A4, SHARE, Book, Cell, Column, Sheet, measured, safe_words
from data import queries
from data.models import Plan
from scheduler.office import Office

# What stands behind the table's own columns: key, width, centred. The annual target takes two: what, and how much.
ADDED: Final = (
    ("target", 17, False), ("target", 12, True), ("done", 10, True), ("share", 8, True), ("expected", 8, True),
    ("lamp", 6, True), ("reason", 34, False), ("words", 34, False), ("problem", 20, False), ("next_step", 20, False),
    ("expected_date", 11.5, True), ("deadline", 11.5, True), ("unit", 11, True), ("reported_on", 11.5, True),
    ("remarks", 16, False),
)  # fmt: skip
PER_TARGET: Final = 5  # the first of them, a line for each target
HIDDEN: Final = ("number", "project", "leader", "lead", "responsible")  # written under merges, so that a filter works


def ledger(sight: Sight, *, for_leaders: bool = False, progress: Progress | None = None) -> bytes:
    """The ledger as .xlsx, a few hundred rows in memory at a time.

    `for_leaders`: no liaison's name in it. `progress` is called with (rows done, rows in all).
    """
    book = Book()
    main = _Main(sight, book)
    targets = _sheet(book, sight, "sheet_targets", target_columns(sight.say), freeze=4)
    history = _sheet(book, sight, "sheet_history", history_columns(sight.say, for_leaders=for_leaders), freeze=2)
    decided = Decisions(sight, for_leaders=for_leaders)
    decisions = _sheet(book, sight, "sheet_decisions", decision_columns(sight.say), freeze=2)
    for chunk in sight.chunks(progress):
        for row in ledger_rows(sight, chunk):
            main.add(row)
        for line in target_lines(sight, chunk):
            targets.row(line)
        for line in history_lines(sight, chunk, for_leaders=for_leaders):
            history.row(line)
        for line in decided.of_rows(chunk):
            decisions.row(line)
    for line in decided.of_units_and_plan():
        decisions.row(line)
    rounds = _sheet(book, sight, "sheet_rounds", round_columns(sight.say), freeze=1)
    for line in round_lines(sight):
        rounds.row(line)
    main.end()
    for sheet in (targets, history, decisions, rounds):
        sheet.end()
    return book.bytes()


def sight_of(
    session: Session,
    plan: Plan,
    now: datetime,
    office: Office,
    language: str,
    *,
    rows: Collection[int] | None = None,
    as_of: datetime | None = None,
    leader: int | None = None,
) -> Sight:
    """What a view sees. `rows`: the ids of the assignments that the reader may see; None: all. `as_of`: an earlier
    moment, as reports told it then; that moment is its now. `leader`: the leader who reads it, if one does."""
    seen = None if rows is None else frozenset(rows)
    return Sight(session, plan, as_of or now, office, texts(language), seen, as_of, leader)


def ledger_document(sight: Sight) -> dict[str, Any]:
    """The ledger as JSON values."""
    return {
        "title": sight.plan.title,
        "year": sight.plan.year,
        "as_of": sight.today.isoformat(),
        "rows": [as_document(row) for chunk in sight.chunks() for row in ledger_rows(sight, chunk)],
    }


def ledger_lines(sight: Sight) -> tuple[list[str], list[list[Value]]]:
    """The first sheet as plain lines with its head: one for each target, everything repeated; words made safe."""
    own = own_columns(sight.session, sight.plan, sight.say)
    head = [column.name for column in own] + [column.name for column in _added_columns(sight)]
    lines: list[list[Value]] = []
    for chunk in sight.chunks():
        for row in ledger_rows(sight, chunk):
            fixed = [_plain(own_value(column, row.standing.row, sight.say)) for column in own]
            rest = [_plain(value) for value in _row_values(row)]
            lines += [fixed + [_plain(value) for value in _line_values(line)] + rest for line in row.lines]
    return head, lines


def plan_lines(sight: Sight) -> tuple[list[str], list[list[Value]]]:
    """The plan's table alone, with its head: each row's own cells, merged ones repeated."""
    own = own_columns(sight.session, sight.plan, sight.say)
    rows = queries.assignments(sight.session, sight.plan.id)
    lines: list[list[Value]] = [[own_value(column, row, sight.say) for column in own] for row in rows]
    return [column.name for column in own], lines


def plan_workbook(sight: Sight) -> bytes:
    """The plan's table alone, as it was published, as .xlsx."""
    own = own_columns(sight.session, sight.plan, sight.say)
    book = Book()
    name, footer = sight.say.say("ledger.sheet_plan"), sight.say.say("ledger.page")
    sheet = book.sheet(name, _own(own), title=sight.plan.title, note="", footer=footer, paper=A4)
    merging = Merging(own)
    for row in queries.assignments(sight.session, sight.plan.id):
        values = [own_value(column, row, sight.say) for column in own]
        at = sheet.row(values)
        _merge(sheet, merging.see(row, at, at, values))
        sheet.keep(row.project_id)
    _merge(sheet, merging.end())
    sheet.end()
    return book.bytes()


def file_title(sight: Sight) -> str:
    """What the file may be called, without its ending."""
    return sight.say.say("ledger.file", plan=plan_name(sight.plan.title), day=sight.today)


# The first sheet -------------------------------------------------------------------------------------------


class _Main:
    """The sheet 台账: a row for each target, what belongs to the whole assignment merged over them."""

    def __init__(self, sight: Sight, book: Book) -> None:
        self.sight = sight
        self.own = own_columns(sight.session, sight.plan, sight.say)
        kinds = [column.kind for column in self.own]
        freeze = kinds.index("content") if "content" in kinds[:3] else 0
        columns = [*_own(self.own), *_added_columns(sight)]
        self.sheet = _sheet(book, sight, "sheet", columns, freeze=freeze, title=sight.plan.title)
        self.merging = Merging(self.own)
        self._above: Sequence[Value] = []

    def add(self, row: LedgerRow) -> None:
        own = [own_value(column, row.standing.row, self.sight.say) for column in self.own]
        shared = _row_values(row)
        heights = self._heights(row, own, shared)
        first = self.sheet.at + 1
        for number, (line, height) in enumerate(zip(row.lines, heights, strict=True)):
            values = [*own, *_line_values(line), *shared] if not number else self._under(own, line, shared)
            self.sheet.row(values, height)
        _merge(self.sheet, self.merging.see(row.standing.row, first, self.sheet.at, own))
        for at in range(len(own) + PER_TARGET + 1, len(own) + len(ADDED) + 1):
            self.sheet.merge(first, at, self.sheet.at, at)
        self.sheet.keep(row.standing.row.project_id)
        self._above = own

    def _under(self, own: Sequence[Value], line: TargetLine, shared: Sequence[Value | Cell]) -> list[Value | Cell]:
        """A further target's line: under the merged cells only what a filter looks for."""
        kept = [value if column.kind in HIDDEN else None for column, value in zip(self.own, own, strict=True)]
        hidden = [shared[0], *[None] * (len(shared) - 1)]
        return [*kept, *_line_values(line), *hidden]

    def _heights(self, row: LedgerRow, own: Sequence[Value], shared: Sequence[Value | Cell]) -> list[float]:
        """Points of each line: as its own words need, stretched to what the merged cells beside them need."""
        each = [self.sheet.height([*[None] * len(own), *_line_values(line)]) for line in row.lines]
        begins = [None if value in self._above else value for value in own]  # merged ones were counted further up
        wanted = self.sheet.height([*begins, *[None] * PER_TARGET, *shared])
        stretch = max(1.0, wanted / sum(each))
        return [height * stretch for height in each]

    def end(self) -> None:
        _merge(self.sheet, self.merging.end())
        self.sheet.end()


def _merge(sheet: Sheet, ranges: Any) -> None:
    for column, first, last in ranges:
        sheet.merge(first, column, last, column)


def _own(columns: Sequence[OwnColumn]) -> list[Column]:
    return [Column(column.name, WIDTHS[column.kind], column.kind in CENTRED) for column in columns]


def _added_columns(sight: Sight) -> list[Column]:
    return [Column(sight.say.say(f"ledger.head.{key}"), width, centred) for key, width, centred in ADDED]


def _sheet(
    book: Book, sight: Sight, key: str, columns: Sequence[Column], *, freeze: int, title: str | None = None
) -> Sheet:
    say = sight.say
    name = say.say(f"ledger.{key}")
    return book.sheet(
        name,
        columns,
        title=title or say.say("ledger.note_title", title=plan_name(sight.plan.title), sheet=name),
        note=say.say("ledger.note", year=sight.plan.year, day=sight.today, office=sight.office.name),
        footer=say.say("ledger.page"),
        freeze=freeze,
    )


def _line_values(line: TargetLine) -> list[Value | Cell]:
    done: Value | Cell = line.done
    if isinstance(line.done, int | float):
        done = Cell(line.done, measured("%") if line.unit == "%" else "")
    goal = Cell(line.target, measured(line.unit, at_most=line.bound)) if line.target is not None else None
    return [line.label, goal, done, _share(line.share), _share(line.expected)]


def _share(value: float | None) -> Cell | None:
    return None if value is None else Cell(value, SHARE)


def _row_values(row: LedgerRow) -> list[Value | Cell]:
    return [
        Cell(row.lamp, lamp=str(row.standing.lamp.colour)),
        row.reason,
        safe_words(row.words),
        safe_words(row.problem),
        safe_words(row.next_step),
        row.expected_date,
        row.deadline,
        row.unit,
        row.reported_on,
        safe_words(row.remarks) or None,
    ]


def _plain(value: Value | Cell) -> Value:
    return value.value if isinstance(value, Cell) else value
