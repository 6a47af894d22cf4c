"""The parts of a number: 新增1580个，其中新建停车场960个、路内泊位620个; 学位3610个（幼儿园310个、中小学3300个）."""

from __future__ import annotations

import re
from typing import Final

from bot.reading import words
from bot.reading.clauses import Clause
from bot.reading.model import RowContext
from bot.reading.said import Said
from bot.reading.things import SYNONYMS, alike

_AMONG: Final = re.compile("^(?:其中|包括|包含|内含|含)")

_PLAINLY: float = 0.9  # so much is said of a target that a number is its own even inside a breakdown

_MORE: float = 1.5  # and so much more than of the whole's target


class Breakdown:
    """Goes along with the numbers of a row and takes the parts of one for what they are.

    A part that the plan counts by itself (幼儿园学位) keeps its target, and so does a number that plainly names another
    target (其中大学生170人). All others are of the number before, and no figures.
    """

    def __init__(self) -> None:
        self.whole: Said | None = None
        self.open = False

    def enter(self, clause: Clause) -> None:
        """A sentence ends the parts; brackets right behind a number begin them, and end them."""
        behind = self.whole is not None and clause.aside and 0 <= clause.start - self.whole.span[1] <= 2
        if behind:
            self.open = True
        elif clause.new_sentence or (self.open and not clause.aside and self._in_brackets):
            self.open = False
        self._in_brackets = clause.aside
        if clause.new_sentence and not behind:
            self.whole = None

    _in_brackets = False

    def judge(self, said: Said, clause: Clause, row: RowContext) -> None:
        """Marks a number that is a part; else it is the whole of what may follow."""
        if self.whole is not None and said.included:
            self.open = True
            planned = self.whole.target is not None and row.targets[self.whole.target].value == self.whole.number.value
            if said.firm_verb and (planned or not self.whole.firm) and said.target in (None, self.whole.target):
                self.whole.role, self.whole.rule, self.open = "plan", "of which so many are done", False
        if not self.open or self.whole is None:
            if said.role in ("achieved", "plan", "future", "last_year", "month"):
                self.whole = None if said.mismatch else said
            return
        whole = self.whole
        if said.role != "achieved" or clause.has(words.TOTAL) or not alike(said.unit, whole.unit):
            return
        if said.target is not None and said.target != whole.target and self._is_own(said, row):
            said.role = whole.role if not said.firm_verb else said.role
            return
        said.role, said.rule, said.target, said.rivals = "other", "a part of the number before", None, ()
        said.mismatch = False

    def _is_own(self, said: Said, row: RowContext) -> bool:
        assert said.target is not None
        whole = self.whole.target if self.whole else None
        parent = row.targets[said.target].parent
        if parent is not None and (whole is None or parent == row.targets[whole].text):
            return True
        beside = said.scores[whole] if whole is not None and said.scores else 0.0
        if (row.targets[said.target].value or 0) * 1.5 < said.number.value:
            return False
        if _is_bare(said) and not _spells_out(said, row.targets[said.target].label):
            return False
        return said.named >= max(_PLAINLY, _MORE * beside)


def _is_bare(said: Said) -> bool:
    """（中学4、小学2）: in brackets, and without a measure word."""
    return said.unit is None and said.clause is not None and said.clause.aside


def _spells_out(said: Said, label: str) -> bool:
    """大学生118 and 其中大学生118 are of 支持大学生创业, 中学4 not of 健康促进学校."""
    assert said.clause is not None
    name = said.clause.slice(said.clause.start, said.span[0]).strip("（(、，, :：")
    name = _AMONG.sub("", name).strip("的有 ")
    return SYNONYMS.get(name.lower(), name) in label
