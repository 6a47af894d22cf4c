"""How many there are of a thing in all, and what stands in its place: none missing, so many above the target."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

from bot.reading import words
from bot.reading.clauses import Clause
from bot.reading.model import RowContext
from bot.reading.said import Said
from bot.reading.superseded import rivals_of
from bot.reading.things import WHOLE_UNITS
from bot.reading.vocabulary import top_targets


def told_as_a_whole(found: list[Said], row: RowContext, clauses: list[Clause]) -> None:
    """Changes role and value of the numbers that stand for all there are, or for what passes the target."""
    for before, said in pairwise(found):
        if also_a_part(before, said, row):
            said.target, said.scores, said.foreign_part = before.target, before.scores, False
            said.rule = "a part beside another"
    for said in found:
        if no_whole_number(said, row):
            said.role, said.rule = "other", "no whole number"
        if topped_out(said, found, row):
            said.role, said.rule = "stage", "topped out"
        if all_there_are(said, found, row):
            said.role, said.rule = "plan", "all that there are"
        if added_and_summed(said, found):
            said.role, said.rule, said.rivals = "other", "added, and then the sum", ()
        if (thing := added_to(said, found)) is not None:
            said.target, said.rule = thing, "added to what was counted before"
        passed_by(said, found, row)
        none_missing(said, row, clauses)


_A_PART: Final = re.compile("[一-鿿]{2,5}[0-9.]+[一-鿿]?[ ]*$")


def also_a_part(before: Said, said: Said, row: RowContext) -> bool:
    """康复辅具租赁：轮椅420，护理床190: parts of the one thing that the row counts; the sum is asked for."""
    if said.role != "achieved" or said.target is not None or said.rivals or said.free or said.unit != before.unit:
        return False
    if before.role != "achieved" or before.target is None or before.clause is None or said.clause is None:
        return False
    head, colon, rest = before.clause.text.replace("：", ":").partition(":")
    listed = bool(head and colon) and _A_PART.fullmatch(rest.strip()) and _A_PART.fullmatch(said.clause.text.strip())
    return bool(listed) and len(top_targets(row.targets)) == 1 and not said.clause.new_sentence


def no_whole_number(said: Said, row: RowContext) -> bool:
    """5.6 of what is counted in 个: a row's number, no count; not 1.35万."""
    if said.role != "achieved" or said.target is None or said.number.percent or said.unit is not None:
        return False
    return row.targets[said.target].unit in WHOLE_UNITS and not float(said.number.value).is_integer()


_TOPPED_OUT: Final = re.compile("(?:[个所]|项目|学校)*(?:主体|结构|主楼)*(?:已经?|都|也|全)*封顶")


_STAGE_SO_FAR: Final = re.compile("(?:的)?(?:主体|土建|基础|结构|路基)(?:工程|施工)?[^，。；;,0-9]{0,4}[0-9.]+%")


def topped_out(said: Said, found: list[Said], row: RowContext) -> bool:
    """1个竣工，2个主体封顶: another stage, where the row is of more than that. 2条主体工程100%: a stage of each."""
    if said.role != "achieved" or said.clause is None or said.number.percent:
        return False
    behind = said.clause.slice(said.span[1], said.clause.end)
    if _STAGE_SO_FAR.match(behind):
        return True
    if "封顶" in row.content:
        return False
    return _TOPPED_OUT.match(behind) is not None and bool(rivals_of(said, found))


_THERE_ARE: Final = re.compile("[ ]*(?:我们|我局|全区|今年)?(?:一共|总共|总计|共计|共)(?:有|是|计)?[ ]*$")
_OF_THING_THERE_ARE: Final = re.compile("[ ]*[一-鿿]{2,8}(?:一共|总共|总计|共计|共)(?:有|是|计)?[ ]*$")


def all_there_are(said: Said, found: list[Said], row: RowContext) -> bool:
    """一共12个项目，开了工的11个: as many as are to be, and then how many of them; not 一共送了80场.

    泊位一共2000个，300个在划线: so too where the thing is named, and what follows is not done yet.
    """
    if said.role != "achieved" or said.clause is None or said.target is None:
        return False
    if said.number.value != row.targets[said.target].value:
        return False
    behind = next((other for other in found if other.span > said.span), None)
    if behind is None or behind.unit != said.unit or behind.number.value >= said.number.value or behind.included:
        return False
    ahead = said.clause.slice(said.clause.start, said.span[0])
    if _THERE_ARE.fullmatch(ahead):
        return behind.role != "month"
    if behind.target not in (None, said.target) or said.clause.has(words.DONE, words.NOW) or behind.clause is None:
        return False
    so_far = behind.role in ("achieved", "other") and behind.clause.has(words.NOW, words.DONE, words.ONGOING)
    return (so_far or behind.role in ("stage", "left")) and _OF_THING_THERE_ARE.fullmatch(ahead) is not None


def added_and_summed(said: Said, found: list[Said]) -> bool:
    """又添1所，现在10所: of which thing it is, the sum behind it tells."""
    if said.role not in ("more", "month") or said.target is not None or not said.rivals or said.clause is None:
        return False
    return any(
        other.role == "achieved"
        and other.target in said.rivals
        and other.unit == said.unit
        and other.number.value > said.number.value
        and other.clause is not None
        and (other.total or other.clause.has(words.NOW, words.TOTAL))
        for other in found
        if other.span > said.span
    )


def none_missing(said: Said, row: RowContext, clauses: list[Clause]) -> None:
    """河一条没落下，都建好了: all of them are done; 学位一个不少 alone says only that they are to be."""
    if not said.rule.startswith("not one is missing") or said.target is None or said.clause is None:
        return
    value = row.targets[said.target].value
    place = next((at for at, clause in enumerate(clauses) if clause is said.clause), len(clauses))
    told = [said.clause, *(clause for clause in clauses[place + 1 : place + 2] if not clause.new_sentence)]
    if value is None or any(clause.has(words.FUTURE, words.PLAN, words.ONGOING) for clause in told):
        return
    if any(clause.has(words.DONE) and not (clause.numbers() and clause is not said.clause) for clause in told):
        said.number = replace(said.number, value=value)
        said.role, said.rule, said.firm = "achieved", "not one of them is missing", True


def added_to(said: Said, found: list[Said]) -> int | None:
    """学位3800，到今天又挪出来150: the thing counted right before; not 竣工又多1个, which names another."""
    if said.role != "more" or said.target is not None or said.rivals or said.number.percent or said.clause is None:
        return None
    before = next((other for other in reversed(found) if other.span < said.span), None)
    if (
        before is None
        or before.role not in ("achieved", "dated")
        or before.unit != said.unit
        or said.clause.new_sentence
    ):
        return None
    smaller = said.number.value < before.number.value and "又" in said.clause.text and not said.clause.has(words.FUTURE)
    return before.target if smaller else None


def _is_excess(said: Said) -> bool:
    assert said.clause is not None
    ahead = [token for token in said.clause.tokens if token.end <= said.span[0]]
    return bool(ahead) and ahead[-1].is_a(words.EXCESS)


def passed_by(said: Said, found: list[Said], row: RowContext) -> None:
    """创业两千的任务超了23个: the target and so many more are what was done."""
    if said.role != "other" or said.number.percent or said.clause is None or not _is_excess(said):
        return
    goal = next((other for other in reversed(found) if other.span < said.span), None)
    if goal is None or goal.role != "plan" or goal.clause is not said.clause or goal.target is None:
        return
    value = row.targets[goal.target].value
    if value != goal.number.value or said.number.value > value:
        return
    said.number = replace(said.number, value=value + said.number.value)
    said.role, said.target, said.rule, said.unit = "achieved", goal.target, "the target, passed by so many", goal.unit
