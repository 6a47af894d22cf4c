"""Numbers that find their targets by the order in which they stand."""

from __future__ import annotations

import re
from itertools import pairwise, takewhile
from typing import Final

from bot.reading.clauses import Clause
from bot.reading.model import RowContext
from bot.reading.respective import MARK
from bot.reading.said import Said
from bot.reading.things import alike
from bot.reading.vocabulary import NAMED, top_targets


def in_their_order(found: list[Said], row: RowContext, clauses: list[Clause]) -> None:
    """各项分别是1场、1740人、52人: as many numbers as the row counts things, in their order."""
    tops = top_targets(row.targets)
    at = next((place for place, clause in enumerate(clauses) if _EACH_OF_THEM.search(clause.text)), None)
    if at is None or len(tops) < 2:
        return
    told = [clauses[at], *takewhile(lambda clause: clause.goes_on, clauses[at + 1 :])]
    first = clauses[at].start + (match.end() if (match := _EACH_OF_THEM.search(clauses[at].text)) else 0)
    given = [said for said in found if said.span[0] >= first and any(said.clause is clause for clause in told)]
    if len(given) == len(tops) and all(
        alike(said.unit, row.targets[top].unit) for said, top in zip(given, tops, strict=True)
    ):
        for said, top in zip(given, tops, strict=True):
            said.target, said.rivals, said.rule, said.role = top, (), "in the order of the targets", "achieved"
            said.scores = ()


def all_in_their_order(found: list[Said], row: RowContext) -> None:
    """15300、5950、5480、2060、252、10200: as many bare numbers as the row counts things, each of about its size."""
    tops = [at for at in top_targets(row.targets) if row.targets[at].value and row.targets[at].unit != "%"]
    bare = [
        said
        for said in found
        if said.role == "achieved" and said.unit is None and max(said.scores, default=0.0) < NAMED
    ]
    if len(tops) < _MANY or len(bare) != len(tops) or len(found) != len(bare):
        return
    sizes = [said.number.value / (row.targets[at].value or 1) for said, at in zip(bare, tops, strict=True)]
    if all(0.2 <= size <= 1.2 for size in sizes):
        for said, at in zip(bare, tops, strict=True):
            said.target, said.rivals, said.rule, said.likely = at, (), "in the order of the targets", True


_MANY: Final = 3
_EACH_OF_THEM: Final = re.compile("(?:各项|几项|三项|两项|指标|数据|数字)[^，。；;0-9]{0,4}(?:分别|依次)")


def respectively(found: list[Said], row: RowContext, clauses: list[Clause]) -> None:
    """送戏送电影不受影响，分别是71场和88场: as many numbers as the clause before names things, in their order."""
    for before, clause in pairwise(clauses):
        given = [said for said in found if said.clause is clause]
        if (
            len(given) < 2
            or clause.new_sentence
            or before.numbers()
            or not MARK.match(clause.text.lstrip("，, 已也都"))
        ):
            continue
        named = sorted(
            (place, at) for at, target in enumerate(row.targets) if (place := before.text.find(target.label)) >= 0
        )
        if len(named) == len(given):
            for said, (_, at) in zip(given, named, strict=True):
                if alike(said.unit, row.targets[at].unit):
                    said.target, said.rivals, said.rule = at, (), "in the order in which they were named"
