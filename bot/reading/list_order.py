"""Rows that are told in the order of the list, without their numbers: 我按顺序报，15400，4家，186户."""

from __future__ import annotations

import re
from typing import Final

from bot.reading.clauses import Clause
from bot.reading.rows import Part, RowFinder
from bot.reading.things import alike

_ANNOUNCED: Final = re.compile(
    "(?:按照?|照|依)(?:列表|清单|表上?|上面|你发)?的?(?:顺序|次序|排序)|从[上头](?:到[下尾])?(?:往下)?(?:依次)?(?:报|说)"
)


def in_list_order(clauses: list[Clause], finder: RowFinder) -> list[Part]:
    """A part for each row of the list, from the first on; nothing where the order is not announced or does not fit.

    What names no row behind the last number goes on with it. Not: a count in a measure word that its row does not have.
    """
    at = next((place for place, clause in enumerate(clauses) if _ANNOUNCED.search(clause.text)), None)
    listed = finder.listed()
    if at is None or len(listed) < 2:
        return []
    parts: list[Part] = []
    for clause in clauses[at + 1 :] if not clauses[at].numbers() else clauses[at:]:
        row = listed[len(parts)] if len(parts) < len(listed) else None
        named = finder.plainly_named(clause.text)
        goes_on = bool(parts) and (not clause.numbers() or named == parts[-1].row or row is None)
        if goes_on:
            parts[-1].clauses.append(clause)
        elif row is None or named not in (None, row) or not _counts(clause, row, finder):
            return []
        else:
            parts.append(Part(row, [clause], "in the order of the list", named=True))
    return parts if len(parts) >= 2 else []


def _counts(clause: Clause, row: int, finder: RowFinder) -> bool:
    """Its first number may be of the row."""
    number = next(token.number for token in clause.tokens if token.number) if clause.numbers() else None
    targets = finder.context.rows[row].targets
    if number is None or number.percent or not targets:
        return number is None or number.percent
    return any(
        alike(number.unit, target.unit) and number.value <= 1.5 * (target.value or number.value) for target in targets
    )
