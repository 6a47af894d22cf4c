"""A clause in pieces, and without its words of talk: what is left of it to tell the row by."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

from bot.reading import words
from bot.reading.clauses import Clause

_UNMOVED: Final = re.compile("[没未]动|原样|没增|没新增")


def same_as_before(clause: Clause) -> bool:
    """其他没变化, 其他没动: said of others, that is no change."""
    return clause.has(words.NO_CHANGE, words.REPORTED) or (
        clause.has(words.OTHERS) and _UNMOVED.search(clause.text) is not None
    )


_OF_TALK: Final = frozenset(
    (
        words.DONE, words.NOT_STARTED, words.NO_CHANGE, words.REPORTED, words.NOW, words.TOTAL, words.UNTIL,
        words.PLAN, words.FUTURE, words.MONTH, words.LAST_YEAR, words.NEG, words.LEFT, words.INCLUDED, words.OTHERS,
        words.ALL, words.HEARSAY, words.NEARLY, words.NEXT, words.EXTEND, words.DELAYED, words.MONEY,
    )
)  # fmt: skip


def parted(clause: Clause) -> str:
    """The clause without its dates and long words of talk, the short ones set apart: 完成年度目标 holds no 成年."""
    at, pieces = clause.start, []
    for token in clause.tokens:
        if token.start >= at and (token.day is not None or not token.classes.isdisjoint(_OF_TALK)):
            kept = token.day is None and (len(token.text) < 3 or token.is_a(words.DONE))
            shown = token.text if kept else ""
            pieces.append(f"{clause.slice(at, token.start)}\x00{shown}\x00")
            at = token.end
    pieces.append(clause.slice(at, clause.end))
    return "".join(pieces)


def pieces_of(clause: Clause) -> list[Clause]:
    """A clause cut behind each of its numbers, with the 了 that follows."""
    cuts = []
    for token in clause.tokens:
        if token.number:
            end = token.end
            while clause.slice(end, end + 1) in ("了", "多", "余", "左", "右", "呢"):
                end += 1
            cuts.append(end)
    if len(cuts) < 2:
        return [clause]
    rest = clause.end - cuts[-1] >= _A_SENTENCE  # 绿地七十八亩桂花路那个桥没动
    bounds = [clause.start, *(cuts if rest else cuts[:-1]), clause.end]
    return [_piece(clause, start, end, first=start == clause.start) for start, end in pairwise(bounds)]


def ahead_of(clause: Clause, end: int) -> Clause:
    """What stands in a clause before a place: 新增的还 of 新增的还在等老旧小区那边腾地."""
    return _piece(clause, clause.start, end, first=True)


_A_SENTENCE: Final = 6  # so many signs behind the last number may say something of their own


def _piece(clause: Clause, start: int, end: int, *, first: bool) -> Clause:
    piece = clause.within(start, end)
    return piece if first else replace(piece, goes_on=False, new_sentence=False)
