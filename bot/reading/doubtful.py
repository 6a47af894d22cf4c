"""Which numbers a careful clerk would query: one function a doubt, in the order in which they are asked about."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bot.reading import words
from bot.reading.clauses import Clause
from bot.reading.doubts import (
    Judged,
    ask_above,
    ask_lower,
    ask_mismatch,
    ask_month,
    ask_month_of_stored,
    ask_range,
    ask_two,
    ask_two_free,
    ask_unit,
    ask_which_target,
    doubt_figure,
)
from bot.reading.drafts import Draft
from bot.reading.facts import figure
from bot.reading.model import RowContext, TargetContext
from bot.reading.said import Said
from bot.reading.things import COUNTED_BY
from bot.reading.vocabulary import top_targets


@dataclass(frozen=True, slots=True)
class Case:
    """One number of a row, and what goes with it. `elapsed` is the part of the year that is over, 0 to 1."""

    made: Judged
    said: Said
    found: Draft
    row: RowContext
    elapsed: float
    correcting: bool

    @property
    def target(self) -> TargetContext:
        assert self.said.target is not None
        return self.row.targets[self.said.target]

    @property
    def rivals(self) -> list[Said]:
        """The other figures of its target."""
        return [other for other in self.found.achieved if other.target == self.said.target and other is not self.said]


def judge_number(made: Judged, said: Said, found: Draft, row: RowContext, elapsed: float, *, correcting: bool) -> None:
    """Asks the first thing that is doubtful of one number, if anything is."""
    case = Case(made, said, found, row, elapsed, correcting)
    if said.target is None:
        _judge_unplaced(case)
    elif said.role in ("month", "more"):
        _judge_added(case)
    elif said.role == "achieved":
        for doubt in DOUBTS:
            if doubt(case):
                return


def _judge_unplaced(case: Case) -> None:
    """A number without a target: several could be meant, or the row counts something whose sum is not known."""
    said, achieved = case.said, case.found.achieved
    if said.rivals and said.role in ("achieved", "month", "more"):
        summed = any(other.total and other.target in said.rivals for other in achieved)
        if not summed or said.role == "achieved":
            ask_which_target(case.made, said, case.row)
    elif said.free and said.role == "achieved" and said.high is not None:
        ask_range(case.made, said, case.row)
    elif said.free and said.role == "achieved":
        if _is_counted_so(said, case.row):
            ask_two_free(case.made, said, case.found, case.row)
        else:
            ask_unit(case.made, said, case.row)
    elif said.role == "achieved" and _stands_for_nothing(said, case.row):
        tops = tuple(at for at in top_targets(case.row.targets) if case.row.targets[at].value is not None)
        ask_which_target(case.made, replace(said, rivals=tops), case.row)
    elif said.free and said.role in ("month", "more") and not any(other.free for other in achieved):
        ask_month(case.made, said, case.row)


def _stands_for_nothing(said: Said, row: RowContext) -> bool:
    """5.2 210: a bare number and no more, which fits no target of the row."""
    number, clause = said.number, said.clause
    counts = any(target.value is not None for target in row.targets) and not (said.unit or number.percent)
    return counts and clause is not None and clause.text.strip(" :：。.") == number.text


_ANY: Final = (None, "个", "处")  # said of anything


def _is_counted_so(said: Said, row: RowContext) -> bool:
    """16户 are no lifts, where what the row counts has a measure word of its own."""
    own = [unit for unit, nouns in COUNTED_BY.items() if any(noun in row.content for noun in nouns)]
    return not own or said.unit in (*_ANY, *own)


def _judge_added(case: Case) -> None:
    """A month's count or an increase, where the sum was not said too."""
    added = _added_later(case.said, case.rivals)
    if added:
        doubt_figure(case.made, figure(case.rivals[-1], case.row))
    if added or not case.rivals:
        ask_month(case.made, case.said, case.row)


def _added_later(said: Said, rivals: list[Said]) -> bool:
    """上半年测定1500人，三季度又测了1200人: what came later has to be added; not 本月又21户，累计247户."""
    if not rivals or rivals[-1].span > said.span or said.clause is None:
        return False
    if said.role == "month" and _month_of(rivals[-1].clause, span=True) < _month_of(said.clause):
        return True  # 1-8月190户，9月22户
    if said.role == "month" and _until_then(rivals[-1].clause, said.clause):
        return True  # 上半年8个，三季度8个
    if said.role != "more" or rivals[-1].total:
        return False
    again = any(token.text == "又" for token in said.clause.tokens if token.start < said.span[0])
    return again and not said.clause.has(words.MONTH, words.LAST_YEAR)


def _until_then(before: Clause | None, behind: Clause) -> bool:
    """The first counts the year up to a day, the second a season that ends later."""
    first = next((token.day for token in before.tokens if token.day), None) if before is not None else None
    second = next((token for token in behind.tokens if token.day), None)
    if first is None or second is None or second.day is None or "季" not in second.text:
        return False
    return first.is_so_far and first.back < second.day.back


_MONTHS: Final = re.compile("1(?:月份?)?[-~至到—]([0-9]{1,2})月")
_MONTH: Final = re.compile("(?<![0-9-~至到—])([0-9]{1,2})月")


def _month_of(clause: Clause | None, *, span: bool = False) -> int:
    """The month that a clause counts in, or the last of a span of them; 13 for none of a span, 0 for no month."""
    match = (_MONTHS if span else _MONTH).search(clause.text) if clause is not None else None
    return int(match[1]) if match else 13 if span else 0


# ------------------------------------------------------------------ doubts of what is achieved


def _other_measure(case: Case) -> bool:
    """学位3500万元."""
    if case.said.mismatch:
        ask_mismatch(case.made, case.said, case.row, case.target)
    return case.said.mismatch


def _open_range(case: Case) -> bool:
    """3500到3600个."""
    if case.said.high is None:
        return False
    ask_range(case.made, case.said, case.row)
    return True


def _two_for_one(case: Case) -> bool:
    """幼儿园竣工2个，小学竣工1个: asked once, of the first of them."""
    rivals = case.rivals
    if not rivals or rivals[-1].number.value == case.said.number.value:
        return False
    if rivals[0].span > case.said.span:
        ask_two(case.made, case.said, rivals, case.row)
    return True


def _part_of_an_unknown_whole(case: Case) -> bool:
    """265户里独居老人120户, where the target is 300: the 265 may well be what there is."""
    said = case.said
    wholes = [
        other
        for other in case.found.figures
        if other.role == "plan" and other.rule.startswith("of which") and other.target == said.target
        and said.number.value < other.number.value != case.target.value
    ]  # fmt: skip
    if wholes:
        ask_two(case.made, said, wholes, case.row)
    return bool(wholes)


def _above_the_target(case: Case) -> bool:
    """学位5300个 of 5000."""
    target = case.target
    if target.value is None or target.comparator != "eq" or case.said.number.value <= target.value:
        return False
    ask_above(case.made, figure(case.said, case.row), target.value, case.row)
    return True


def _below_the_last(case: Case) -> bool:
    """198户 after 210户; a correction may be lower."""
    target = case.target
    if target.last is None or case.said.number.value >= target.last or case.correcting:
        return False
    if target.comparator == "at_most":
        return False
    ask_lower(case.made, case.said, figure(case.said, case.row), target.last, target.value, case.row)
    return True


_MANY: Final = 10  # of a target of fewer nothing can be said by their share
_LATE: Final = 0.6  # of the year
_FAR_BEHIND: Final = 0.4  # of what is to be reached by now
_FEW_SAID: Final = re.compile("(?:只|才|仅|还是|仍|依旧|依然)[^，。；;0-9]{0,6}$")


def _far_too_few(case: Case) -> bool:
    """新开工120套 of 2500, late in the year and with nothing known before: rather a month's count, or another thing.

    Not where the writer says so (累计120套, 才120套), nor where it is no less than what was reported last.
    """
    target, said = case.target, case.said
    if target.last is not None or target.value is None or target.comparator == "at_most" or case.correcting:
        return False
    if (
        said.number.value == 0
        or target.value < _MANY
        or case.elapsed < _LATE
        or said.number.value >= _FAR_BEHIND * case.elapsed * target.value
    ):
        return False
    if said.total or _is_told_why(case):
        return False
    ask_month_of_stored(case.made, said, case.row)
    return True


def _is_told_why(case: Case) -> bool:
    """才120套; 120/2500套; 开工8条、建成2条; 120套，占4.8%; 120套，滞后: that there are few is meant."""
    said, found = case.said, case.found
    if said.clause is not None and _FEW_SAID.search(said.clause.slice(said.clause.start, said.span[0])):
        return True
    if said.rule == "of" or any(status.status == "delayed" for status in found.statuses):
        return True
    return any(_tells_the_rest(other, case) for other in found.figures)


def _tells_the_rest(other: Said, case: Case) -> bool:
    """What is under way or left, the target restated, or the share of it."""
    if other.role in ("stage", "left") and other.unit in (case.said.unit, None):
        return True
    goal, value = case.target.value or 0, other.number.value
    if other.number.percent:
        return abs(value - 100 * case.said.number.value / goal) < 1
    return other.role == "plan" and other.target == case.said.target and value == goal


_WHETHER_COUNTED: Final = re.compile("算不算|要不要算|能不能算|该不该算|算进去吗|能算吗")


_OF_THEM: Final = re.compile("(?:里头|里面|里边|其中|当中|中间|这里|[含里])(?:面|头|有|的|还|就|另|包|括|算)*$")


def _is_part_of(whole: Said, said: Said) -> bool:
    """里头三场 behind 一共十八场."""
    if said.rule == "a part of the number before":
        return True
    ahead = said.clause.slice(said.clause.start, said.span[0]) if said.clause is not None else ""
    return said.span > whole.span and said.unit == whole.unit and _OF_THEM.search(ahead) is not None


def _part_in_question(case: Case) -> bool:
    """1800套，里头300套是去年跨过来的，算不算你们定: with the part or without it?"""
    if not any(clause.asks and _WHETHER_COUNTED.search(clause.text) for clause in case.found.clauses):
        return False
    part = next((said for said in case.found.figures if _is_part_of(case.said, said)), None)
    if part is None or part.span < case.said.span or part.number.value >= case.said.number.value:
        return False
    without = replace(part.number, value=case.said.number.value - part.number.value)
    ask_two(case.made, case.said, [replace(part, number=without)], case.row)
    return True


DOUBTS: Final[tuple[Callable[[Case], bool], ...]] = (
    _other_measure,
    _open_range,
    _two_for_one,
    _part_in_question,
    _part_of_an_unknown_whole,
    _above_the_target,
    _below_the_last,
    _far_too_few,
)
