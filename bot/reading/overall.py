"""Whether percents are told of the whole, or of its parts side by side."""

from __future__ import annotations

import re
from typing import Final

from bot.reading import words
from bot.reading.clauses import Clause, subject
from bot.reading.model import RowContext

OVERALL: Final = re.compile(
    "(?:形象进度|形象|总进度|[总整]体进度|综合进度|[总整]体|实物工程量)(?:完成|达到|达|到|约|为|是|在)*[:： ]?$"
)


_SO_FAR: Final = re.compile("(?:已|都|也|只|才|就)*(?:有|到|达到?|做到|完成)?了?$")


def of_the_part_before(before: Clause | None, clause: Clause, at: int, clauses: list[Clause]) -> bool:
    """总体进度72%，老运河南岸快，有95%: of what was named right before, where the whole has its own percent."""
    if before is None or clause.new_sentence or before.numbers() or before.has(words.NOW, words.MONTH):
        return False
    lead = clause.slice(clause.start, clause.tokens[at].start).strip()
    named = len(subject(before, before.start, before.end)) >= 3 or before.has(words.STAGE)
    if not named or _SO_FAR.match(lead) is None:
        return False
    return lead == "有" or any(
        other.numbers() and OVERALL.search(other.slice(other.start, other.tokens[other.numbers()[0]].start))
        for other in clauses if other.start < before.start
    )  # fmt: skip


def parts_side_by_side(clauses: list[Clause], row: RowContext) -> bool:
    """种植完成70%，步道60%: a percent of each of two things that are not the row; not 总体68%，其中绿化70%、步道60%."""
    told = [clause for clause in clauses if any(token.number and token.number.percent for token in clause.tokens)]
    if (
        len(told) != len(clauses)
        or len(told) < 2
        or any(clause.has(words.RATE, words.MONEY, words.PLAN) for clause in told)
    ):
        return False
    things = [subject(clause, clause.start, clause.tokens[clause.numbers()[0]].start) for clause in told]
    whole = any(OVERALL.search(clause.text.rstrip(" 0123456789.%")) or clause.has(words.TOTAL) for clause in told)
    named = any(name in thing or thing in name for thing in things for name in row.names)
    return not whole and not named and len(set(things)) == len(things) and all(len(thing) >= 2 for thing in things)


def goes_on_from_a_rate(before: Clause, clause: Clause) -> bool:
    """登记失业率|3%|1.82%: a cell of nothing but a percent, behind the rate and what it is to be."""
    numbers = [token for token in before.tokens if token.number]
    if not before.has(words.RATE) or not numbers or not numbers[-1].number or not numbers[-1].number.percent:
        return False
    alone = len(clause.tokens) == 1 and clause.text.strip() == clause.tokens[0].text
    return alone and before.slice(numbers[-1].end, before.end).strip() == "" and clause.start - before.end <= 1


_ITS_SHARE: Final = re.compile(
    "^[ ]*(?:占比?|占(?:年度|全年)?(?:计划|目标|任务|总投资|投资|总额|预算)的?"
    "|完成率|到位率|拨付率|支付率|比例|完成比例|即|为|也就是)(?:是|为|约|达)?[0-9一二三四五六七八九百]"
)


def of_a_count(before: Clause | None, clause: Clause) -> bool:
    """整治完成420家，占总数的83%: the share of what was counted right before."""
    if before is None or clause.new_sentence:
        return False
    if goes_on_from_a_rate(before, clause):
        return True
    if before.has(words.MONEY) and before.numbers() and _ITS_SHARE.match(clause.text):
        return True  # 投资1.2亿，占54%
    if not clause.text.lstrip().startswith("占总"):
        return False
    return any(token.number and token.number.unit for token in before.tokens)
