"""Two numbers for one thing where the writer says which is to be taken, or that nobody knows."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from bot.reading.clauses import Clause
from bot.reading.said import Said
from bot.reading.things import alike

_DISAGREE: Final = re.compile("对不(?:上|起来)|有出入|不一致|不相符|不符|不一样|打架|以哪个为准|哪个[准对]")


def disagreeing(found: list[Said], clauses: list[Clause]) -> None:
    """系统里11960，台账是12035，对不上: two of nearly one size for one thing, and the writer does not know which."""
    if not any(_DISAGREE.search(clause.text) and not clause.numbers() for clause in clauses):
        return
    for first, second in pairwise(said for said in found if said.role == "achieved"):
        near = 0.8 * first.number.value <= second.number.value <= 1.25 * first.number.value
        same = first.target is not None and second.target in (None, first.target)
        if near and same and alike(first.unit, second.unit):
            second.target, second.rivals, second.rule = first.target, (), "another number for the same"
            second.scores = first.scores
            first.firm = second.firm = True


_TO_BE_TAKEN: Final = re.compile("(?:就|先|还是|应)?(?:按|照|以)(?:照|着)?$")


def to_be_taken(found: list[Said]) -> None:
    """张科说6家，我看过是5家，按5家报: the one that is to be taken, whatever was said before."""
    for said in found:
        clause = said.clause
        if said.role not in ("achieved", "plan", "other") or clause is None:
            continue
        behind = clause.slice(said.span[1], clause.end).lstrip()
        if not behind.startswith(("报", "算", "为准", "来", "填", "登")) or not _TO_BE_TAKEN.search(
            clause.slice(clause.start, said.span[0]).strip()
        ):
            continue
        for other in found:
            if other.span < said.span and other.role == "achieved" and alike(other.unit, said.unit):
                said.target, said.role = other.target if said.target is None else said.target, "achieved"
                said.rule, said.firm = "to be taken", True
                if other.target == said.target:
                    other.role, other.rule = "other", "another one is to be taken"
