"""Figures: the numbers of a row's part of a message, with role and target."""

from __future__ import annotations

import re
from itertools import pairwise, takewhile
from typing import Final

from bot.reading import words
from bot.reading.breakdown import Breakdown
from bot.reading.clauses import Clause, looks_ahead
from bot.reading.model import RowContext
from bot.reading.roles import Said, Thread, is_made, is_planned, nearest_cue, role_of, verbs_behind
from bot.reading.targets import OF, match
from bot.reading.vocabulary import Vocabulary

_MOST: Final = 60  # numbers of one row in one message


def find_figures(
    clauses: list[Clause], row: RowContext, index: int, vocabulary: Vocabulary, *, asked: bool, asked_now: bool = False
) -> list[Said]:
    """Every number that is no percent of the whole, with its role and target.

    Catches 学位3500个, 开放了9所, 3500/5000个, 300户中已完成210户, 幼儿园3个、小学2个. Not achieved: 计划5000个 (plan),
    去年3100个 (last_year), 还剩90户 (left), 比上月多120户 (more), 本月120户 (month), 已签约250户 (stage), 投入300万元
    (money), 失业率 of another row, 预计年底达到5000个 (future).
    """
    found: list[Said] = []
    thread, parts = Thread(asked_now=asked_now), Breakdown()
    ahead = False
    for clause in clauses:
        if clause.asks or len(found) >= _MOST:
            continue
        thread.enter(clause)
        parts.enter(clause)
        ahead = looks_ahead(clause) or (ahead and not clause.new_sentence and not clause.has(words.NOW, words.TOTAL))
        numbers = clause.numbers()
        for place, at in enumerate(numbers):
            said = _one(clause, at, thread)
            if said is None:
                continue
            if place and _joined(clause, numbers[place - 1], at, found):
                continue
            if ahead and said.role == "achieved":
                said.role, said.rule, said.firm = "future", "in a next step", False
            match(said, clause, at, row, index, vocabulary, thread, asked=asked)
            parts.judge(said, clause, row)
            if _is_the_whole(said, clause, at, row, index, vocabulary):
                said.role, said.rule = "plan", "the target, and then how much of it"
            if place:
                _grown(clause, numbers[place - 1], said, found[-1] if found else None)
            found.append(said)
            thread.after(said)
        if not numbers:
            thread.hear(_spoken_of(clause, row, index, vocabulary))
    _of_the_month(found, clauses)
    _affirm(found, clauses)
    _settle_free(found)
    _settle_rivals(found, row)
    _drop_restated(found, row, clauses)
    return found


def _is_the_whole(said: Said, clause: Clause, at: int, row: RowContext, index: int, vocabulary: Vocabulary) -> bool:
    """两条五好河道累计完成清淤4.6万方: the target's own number before its name, and then what was done."""
    if (
        said.role != "achieved"
        or said.firm
        or said.target is None
        or said.number.value != row.targets[said.target].value
    ):
        return False
    following = next((token for token in clause.tokens[at + 1 :] if token.number), None)
    if following is None or vocabulary.target_scores(clause.text_left_of(at), index, len(row.targets))[said.target]:
        return False
    between = [token for token in clause.tokens[at + 1 :] if token.end <= following.start]
    return any(token.is_a(words.TOTAL, words.NOW, words.DONE) for token in between) and not verbs_behind(clause)


def _spoken_of(clause: Clause, row: RowContext, index: int, vocabulary: Vocabulary) -> int | None:
    scores = vocabulary.target_scores(clause.text, index, len(row.targets)) if row.targets else []
    best = max(scores, default=0.0)
    return scores.index(best) if best >= 0.9 and sum(score >= 0.8 * best for score in scores) == 1 else None


def _one(clause: Clause, at: int, thread: Thread) -> Said | None:
    number = clause.tokens[at].number
    assert number is not None
    if number.unit in ("倍", "百分点") or (number.value < 1 and number.unit is None and not number.percent):
        return None
    said = Said(number, (number.start, number.unit_end), "achieved", unit=number.unit, clause=clause)
    cue = nearest_cue(clause, at)
    if cue in (words.MORE, words.MONTH) and is_planned(clause, at):
        cue = words.FUTURE
    said.included = cue == words.INCLUDED
    made = is_made(clause, at)
    said.firm_verb = made and any(token.is_a(words.DONE) for token in clause.left_of(at))
    said.firm = cue in (words.NOW, words.TOTAL) or made
    said.role, said.rule = role_of(clause, at, cue, thread, firm=said.firm)
    said.firm = said.firm and said.role == "achieved"
    said.total = cue == words.TOTAL
    if thread.role == "month" and said.role == "plan" and _of_the_year(clause, at):
        said.role, said.rule, said.firm, said.total = "achieved", "the year's beside the month's", True, True
    return said


def _of_the_year(clause: Clause, at: int) -> bool:
    """本月送电影11场、全年90场."""
    return any(token.text.startswith("全年") and len(token.text) == 2 for token in clause.left_of(at))


_FROM: Final = re.compile("[由从][^，。；]{0,4}$")
_TO: Final = re.compile("(?:增加|增长|上升|提高|提升|扩大|增|升|涨)?(?:到|至|为|变成)了?[^，。；]{0,3}$")


def _grown(clause: Clause, before: int, said: Said, previous: Said | None) -> None:
    """由1个增加到2个, 从3200个增长到3500个: the first is what was, the second what is, of the same thing."""
    if previous is None or previous.clause is not clause:
        return
    token = clause.tokens[before]
    gap = clause.slice(token.end, said.span[0]).strip()
    if gap in ("到", "达到", "达") and previous.role == "achieved" and said.number.value > 3 * previous.number.value:
        said.target, said.rivals, said.role = previous.target, previous.rivals, "achieved"
        previous.role, previous.rule = "other", "what was added"  # 新放了3场到86场
        return
    if _FROM.search(clause.slice(clause.start, token.start)) and _TO.search(clause.slice(token.end, said.span[0])):
        said.target, said.rivals, said.role = previous.target, previous.rivals, "achieved"
        said.unit = said.unit or previous.unit
        previous.role, previous.rule = "other", "what was before"


def _joined(clause: Clause, before: int, at: int, found: list[Said]) -> bool:
    """The second half of 3500/5000个 is the target, of 3000到3500个 the upper end."""
    if not found or found[-1].clause is not clause:
        return False
    gap = clause.slice(clause.tokens[before].end, clause.tokens[at].start).strip()
    number = clause.tokens[at].number
    previous = found[-1]
    if number is None or previous.span[0] != clause.tokens[before].start:
        return False
    if gap in OF or gap == "分之":
        previous.unit = previous.unit or number.unit
        previous.span = (previous.span[0], number.unit_end)
        previous.high = None
        previous.rule = "of"
        return True
    if (
        gap in ("-", "~", "到", "至", "--", "或", "或者")
        and previous.role == "achieved"
        and number.value > previous.number.value
        and not (previous.number.unit and number.value > 3 * previous.number.value)
    ):
        previous.high = number.value
        previous.unit = previous.unit or number.unit
        previous.span = (previous.span[0], number.unit_end)
        return True
    return False


def _of_the_month(found: list[Said], clauses: list[Clause]) -> None:
    """120个（本月）: the month said behind the number."""
    for before, clause in pairwise(clauses):
        if (
            clause.has(words.MONTH)
            and not clause.numbers()
            and len(clause.text.strip()) <= 4
            and not clause.new_sentence
        ):
            for said in found:
                if said.clause is before and said.role == "achieved":
                    said.role, said.rule = "month", "the month, said behind"


def _affirm(found: list[Said], clauses: list[Clause]) -> None:
    """年度安排讲座3场，已全部举办: what was planned is done, as the next clause says."""
    for said in found:
        if said.role != "plan" or said.clause is None:
            continue
        place = next((at for at, clause in enumerate(clauses) if clause is said.clause), len(clauses))
        following = clauses[place + 1] if place + 1 < len(clauses) else None
        if (
            following
            and not following.numbers()
            and not following.new_sentence
            and following.has(words.NOW, words.DONE)
            and following.has(words.ALL)
        ):
            said.role, said.rule, said.firm = "achieved", "planned, and all done", True


def _settle_free(found: list[Said]) -> None:
    """10部已投用，6部安装中: of counts without a target the one that is surely reached stands."""
    free = [said for said in found if said.free and said.role == "achieved"]
    sure = [
        said for said in free if said.firm or any(mark in (said.clause.text if said.clause else "") for mark in "已了")
    ]
    if len(free) > 1 and sure:
        for said in free:
            if said not in sure:
                said.role, said.rule = "other", "another count is surely reached"


def _settle_rivals(found: list[Said], row: RowContext) -> None:
    """泊位1380个、接入2690个: what the second takes for sure cannot be the first."""
    taken = {said.target for said in found if said.target is not None and said.role == "achieved"}
    for said in found:
        left = [at for at in said.rivals if at not in taken]
        if any(said.scores) and said.target is None and said.rivals and len(left) == 1 and taken & set(said.rivals):
            said.target, said.rivals, said.likely = left[0], (), True


def _drop_restated(found: list[Said], row: RowContext, clauses: list[Clause]) -> None:
    """Of two numbers for one target, the one that equals it was restated: 300户，已完成210户."""
    for said in found:
        if said.included and any(other.span < said.span for other in _rivals(said, found)):
            said.role, said.rule = "other", "a part of the number before"
        if _counted_better(said, found, row) or (said.foreign_part and _named_better(said, found)):
            said.role, said.rule = "other", "another count fits"
        if _later_step(said, found) or _increase(said, found) or _only_planned(said, found, row, clauses):
            continue
        if said.target is None or said.role not in ("achieved", "dated"):
            continue
        if said.role == "dated" or (
            not said.total and any(other.total and not other.mismatch for other in _rivals(said, found))
        ):
            said.role = "dated" if _rivals(said, found) else "achieved"
            continue
        target = row.targets[said.target]
        if said.firm and not any(other.span > said.span for other in _rivals(said, found)):
            continue
        others = [
            other
            for other in found
            if other is not said and other.target == said.target and other.role in ("achieved", "left")
        ]
        if others and said.number.value == target.value:
            said.role, said.rule = "plan", "equals the target"


def _counted_better(said: Said, found: list[Said], row: RowContext) -> bool:
    """两个地块合计1935套, 65岁以上老人19800人: another number for the same target has its measure word."""
    if said.target is None or said.role != "achieved" or said.unit == row.targets[said.target].unit:
        return False
    return any(
        other.unit == row.targets[said.target].unit or (said.mismatch and not other.mismatch)
        for other in _rivals(said, found)
    )


def _increase(said: Said, found: list[Said]) -> bool:
    """完成258户，上月248户，增加10户: so much more than before."""
    if said.role != "achieved" or said.clause is None or said.total:
        return False
    before = said.clause.slice(said.clause.start, said.span[0]).strip()
    if before in ("增加", "新增", "增长", "多了", "提高", "净增") and any(
        other.span < said.span and other.number.value > 2 * said.number.value for other in _rivals(said, found)
    ):
        said.role, said.rule = "other", "an increase"
        return True
    return False


def _later_step(said: Said, found: list[Said]) -> bool:
    """完工224户，验收198户; 新开工2160套，基本建成1340套: another count of the same things stands for the target."""
    if said.clause is None or said.role != "achieved" or not _rivals(said, found):
        return False
    at = next((place for place, token in enumerate(said.clause.tokens) if token.start == said.span[0]), 0)
    left = said.clause.left_of(at)
    if any(token.is_a(words.NEARLY) or (token.is_a(words.EVENT) and not token.is_a(words.DONE)) for token in left):
        said.role, said.rule = "other", "another step than the target's"
        return True
    return False


def _parts_to_come(said: Said, clauses: list[Clause]) -> bool:
    """新建2家，其中运河店已开放，荷园店计划11月10日开放."""
    place = next((at for at, clause in enumerate(clauses) if clause is said.clause), len(clauses))
    sentence = list(takewhile(lambda clause: not clause.new_sentence, clauses[place + 1 :]))
    return (
        bool(sentence)
        and sentence[0].has(words.INCLUDED)
        and not sentence[0].numbers()
        and any(clause.has(words.FUTURE, words.PLAN, words.ONGOING, words.NOT_STARTED) for clause in sentence)
    )


def _only_planned(said: Said, found: list[Said], row: RowContext, clauses: list[Clause]) -> bool:
    """推选2个，已公示1个; 新建2家，其中一家11月开放: the target's own number, and then that not all of it is there."""
    if said.role != "achieved" or said.target is None or said.total or said.clause is None:
        return False
    if said.number.value != row.targets[said.target].value or any(mark in said.clause.text for mark in "已了"):
        return False
    if _parts_to_come(said, clauses):
        said.role, said.rule = "plan", "the target, some of which is to come"
        return True
    after = next((other for other in found if other.span > said.span), None)
    same = after is not None and after.clause is not None and not after.clause.new_sentence
    if same and after is not None and after.role in ("stage", "left") and after.number.value < said.number.value:
        fits = after.unit in (None, said.unit) and after.target in (None, said.target)
        if fits:
            said.role, said.rule = "plan", "the target, and then what is not there yet"
    return said.role == "plan"


def _named_better(said: Said, found: list[Said]) -> bool:
    """失业人员再就业4570人，就业困难人员就业1320人: another number has the target's own name."""
    if said.target is None or said.role != "achieved" or said.total:
        return False
    return any(
        not other.mismatch and other.named >= 1.5 and said.named <= 0.65 * other.named for other in _rivals(said, found)
    )


def _rivals(said: Said, found: list[Said]) -> list[Said]:
    return [other for other in found if other is not said and other.target == said.target and other.role == "achieved"]
