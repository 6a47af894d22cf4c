"""The draft of an item: all that was found in the clauses of one row, before it is judged."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bot.reading import beside, kinds, words
from bot.reading.clauses import Clause
from bot.reading.dates import Dated
from bot.reading.model import RowContext
from bot.reading.more_time import TILL_THEN
from bot.reading.part_or_whole import milestone
from bot.reading.percent import Percent
from bot.reading.said import Said as FigureSaid
from bot.reading.stretch import Words
from bot.reading.whole_clauses import Said

NOTHING = RowContext("", (), "", (), date.max)


@dataclass(slots=True)
class Draft:
    """All that was found for one row, before it is judged."""

    row: RowContext | None
    clauses: list[Clause]
    figures: list[FigureSaid] = field(default_factory=list)
    percents: list[Percent] = field(default_factory=list)
    statuses: list[Said] = field(default_factory=list)
    dates: list[Dated] = field(default_factory=list)
    problem: Words | None = None
    next_step: Words | None = None
    no_change: bool = False
    reported: bool = False
    rule: str = ""
    finished_targets: tuple[int, ...] = ()

    @property
    def achieved(self) -> list[FigureSaid]:
        return [said for said in self.figures if said.role == "achieved" and (said.target is not None or said.free)]

    @property
    def finish(self) -> Dated | None:
        """The last of the finish dates: a row is done when its last part is. 年内计划新增2000个 gives way to others."""
        found = [dated for dated in self.dates if dated.role == "finish" and not dated.stale]
        found = [dated for dated in found if not self._restates(dated)] or found
        found = [dated for dated in found if dated.rule == "the day to be taken"] or found
        if any(dated.clause.has(words.ALL) or "全" in dated.clause.text for dated in found):
            found = [dated for dated in found if not self._of_some(dated)] or found
        found = [dated for dated in found if self._tops_out(dated)] or found
        return max(found, key=lambda dated: dated.day) if found else None

    def _tops_out(self, dated: Dated) -> bool:
        """主体9月15日封顶，砌体10月底, where topping out is what the row is for."""
        row = self.row
        if row is None or row.targets or "封顶" not in row.content:
            return False
        return milestone(dated.clause.text) == "封顶" or _MAIN_STRUCTURE.search(dated.clause.text) is not None

    def _restates(self, dated: Dated) -> bool:
        return dated.clause.has(words.PLAN) and any(
            said.clause is dated.clause and said.role in ("plan", "future") for said in self.figures
        )

    def _of_some(self, dated: Dated) -> bool:
        """2个小区下周交付, beside 12月18日全部完工."""
        return any(
            token.number and token.number.unit and not token.number.percent and token.end <= dated.span[0]
            for token in dated.clause.tokens
        )

    @property
    def extension(self) -> Dated | None:
        """The day to which more time is asked for."""
        asked = next((dated for dated in reversed(self.dates) if dated.role == "extension"), None)
        if asked is None and any(TILL_THEN.search(clause.text) for clause in self.clauses):
            named = [dated for dated in self.dates if dated.rule not in ("no clear day", "it will not be then")]
            return named[-1] if named else None
        return asked or (self._then_only() if self.wants_time else None)

    def _then_only(self) -> Dated | None:
        """只能到明年1月20日完工，恳请延期: the day behind the deadline at which it will be finished."""
        late = [dated for dated in self.dates if self.row is not None and dated.day > self.row.deadline]
        ends = [dated for dated in late if dated.role == "finish" and not dated.stale]
        return ends[-1] if ends and all(dated.role == "finish" for dated in late) else None

    @property
    def wants_time(self) -> bool:
        """More time is asked for, with a day or without: 申请延期; not 没有延期, 延期风险."""
        if any(
            clause.asks and token.day and token.text.lower().startswith("until")
            for clause in self.clauses
            for token in clause.tokens
        ):
            return True
        opened = any(clause.text.strip(" ，,").startswith(("申请", "恳请", "请求", "望")) for clause in self.clauses)
        asked = opened or any(clause.asks for clause in self.clauses)
        return any(_wants_time(clause, asked=asked) for clause in self.clauses)

    @property
    def percent(self) -> Percent | None:
        return self.percents[-1] if self.percents else None


_MAIN_STRUCTURE: Final = re.compile("完成主体|主体(?:结构)?(?:全部)?(?:完|封)")
_WHETHER: Final = re.compile("(?:需要|要不要|用不用|需不需要|是否需要|是否)[^，。]{0,4}(?:延期|延长|推迟)")


def _wants_time(clause: Clause, *, asked: bool) -> bool:
    token = clause.first(words.EXTEND)
    if token is None:
        return False
    if _WHETHER.search(clause.text) and not any(other.day for other in clause.tokens):
        return False
    if re.search(
        "(?:没|没有|无|不|未|无需|不用|不需要|不会|没必要|没有必要|不必|不打算|没打算|不想|不准备|用不着|不至于|无须|无必要|不存在)$",
        clause.slice(clause.start, token.start).replace("能不能", "").rstrip(),
    ):
        return False
    return (
        asked
        or (kinds.asks(clause.text) and any(other.day for other in clause.tokens))
        or any(mark in clause.text for mark in beside.ASKING_FOR)
        or clause.text.strip() == token.text
    )
