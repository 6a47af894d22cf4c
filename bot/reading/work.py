"""What is gathered while one message is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from bot.reading.clauses import Clause
from bot.reading.drafts import Draft
from bot.reading.model import Item, Question, ReadingContext
from bot.reading.vocabulary import Vocabulary

MOST_REREAD: Final = 200  # clauses of one message that are read as those of several rows, for the options of questions


@dataclass(slots=True)
class Work:
    """What is gathered while a message is read."""

    context: ReadingContext
    words: Vocabulary
    correcting: bool
    items: list[Item] = field(default_factory=list)
    plain: list[Item] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    promised: Clause | None = None
    numbers: list[float] = field(default_factory=list)
    excepted: set[str] = field(default_factory=set)
    rereadings: int = 0
    acknowledged: bool = False
    in_one_breath: bool = False

    def may_reread(self, clauses: int) -> bool:
        """Whether so many clauses may still be read as those of another row; beyond that options lead on."""
        self.rereadings += clauses
        return self.rereadings <= MOST_REREAD


def is_said(made: Item) -> bool:
    return bool(
        made.status
        or made.percent is not None
        or made.figures
        or made.expected_date
        or made.problem
        or made.next_step
        or made.no_change
    )


def merged(items: list[Item]) -> list[Item]:
    """One item a row: what was said of it in two places is put together."""
    by_row: dict[str | None, Item] = {}
    for made in items:
        before = by_row.get(made.row_id)
        by_row[made.row_id] = made if before is None else _joined(before, made)
    return list(by_row.values())


def _joined(first: Item, second: Item) -> Item:
    known = {figure.target for figure in second.figures}
    return Item(
        first.row_id,
        status=second.status or first.status,
        percent=second.percent if second.percent is not None else first.percent,
        percent_derived=second.percent_derived if second.percent is not None else first.percent_derived,
        figures=(*(figure for figure in first.figures if figure.target not in known), *second.figures),
        expected_date=second.expected_date or first.expected_date,
        problem="；".join(part for part in (first.problem, second.problem) if part) or None,
        next_step="；".join(part for part in (first.next_step, second.next_step) if part) or None,
        no_change=first.no_change and second.no_change,
        why={**first.why, **second.why},
    )
