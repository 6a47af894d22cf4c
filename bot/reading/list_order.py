"""Rows that are told in the order of the list, without their numbers: 我按顺序报，15400，4家，186户."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.reading.clauses import Clause
from bot.reading.rows import Part, RowFinder
from bot.reading.things import alike
from bot.reading.tokens import Token

_ANNOUNCED: Final = re.compile(
    "(?:按照?|照|依)(?:列表|清单|表上?|上面|你发)?的?(?:顺序|次序|排序)|从[上头](?:到[下尾])?(?:往下)?(?:依次)?(?:报|说)"
)


def in_list_order(clauses: list[Clause], finder: RowFinder) -> list[Part]:
    """A part for each row of the list, from the first on; nothing where the order is not announced or does not fit.

    What names no row behind the last number goes on with it. Not: a count in a measure word that its row does not have.
    """
    at = next((place for place, clause in enumerate(clauses) if _ANNOUNCED.search(clause.text)), None)
    listed = finder.listed()
    if len(listed) < 2:
        return []
    if at is None:
        return _bare_numbers(clauses, finder, listed)
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


def _bare_numbers(clauses: list[Clause], finder: RowFinder, listed: tuple[int, ...]) -> list[Part]:
    """17650/6/246/851/2: as many bare numbers side by side as rows are listed, each of about its row's size."""
    first = next((at for at, clause in enumerate(clauses) if clause.numbers()), None)
    if first is None or len(listed) < _FEWEST:
        return []
    found: list[tuple[Clause, Token]] = []
    for clause in clauses[first:]:
        tokens = [clause.tokens[at] for at in clause.numbers()]
        begin = tokens[0].start if clause is clauses[first] and tokens else clause.start
        rest = clause.slice(begin, clause.end)
        for token in tokens:
            rest = rest.replace(token.text, "", 1)
        if not tokens or rest.strip("/ ~-") or any(token.number and token.number.unit for token in tokens):
            break
        found.extend((clause, token) for token in tokens)
    if len(found) != len(listed) or not all(
        _of_about_its_size(token, row, finder) for (_, token), row in zip(found, listed, strict=True)
    ):
        return []
    parts = [
        Part(row, [replace(clause.within(token.start, token.end), goes_on=False)], "in the order of the list")
        for (clause, token), row in zip(found, listed, strict=True)
    ]
    last = clauses.index(found[-1][0])
    parts[-1].clauses.extend(clauses[last + 1 :])
    return parts


_FEWEST: Final = 3


def _of_about_its_size(token: Token, row: int, finder: RowFinder) -> bool:
    value = token.number.value if token.number else 0
    return any(
        0.1 * (target.value or 0) <= value <= 1.2 * (target.value or 0)
        for target in finder.context.rows[row].targets[:1]
    )


def _counts(clause: Clause, row: int, finder: RowFinder) -> bool:
    """Its first number may be of the row."""
    number = next(token.number for token in clause.tokens if token.number) if clause.numbers() else None
    targets = finder.context.rows[row].targets
    if number is None or number.percent or not targets:
        return number is None or number.percent
    return any(
        alike(number.unit, target.unit) and number.value <= 1.5 * (target.value or number.value) for target in targets
    )
