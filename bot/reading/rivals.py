"""Several numbers that may mean one thing: which of them stands."""

from __future__ import annotations

import re
from itertools import pairwise, takewhile
from typing import Final

from bot.reading import words
from bot.reading.all_of_them import told_as_a_whole
from bot.reading.clauses import Clause
from bot.reading.disputed import disagreeing, to_be_taken
from bot.reading.model import RowContext
from bot.reading.ordered import all_in_their_order, in_their_order, respectively
from bot.reading.said import Said
from bot.reading.superseded import (
    applied_for,
    counted_better,
    far_above,
    half_of_a_sum,
    named_better,
    none_begun,
    not_granted_yet,
    not_that_far,
    one_period_of_several,
    only_approved,
    only_so_many,
    overtaken,
    parts_of_whole,
    recited,
    rivals_of,
    said_twice,
    some_of_those,
    sum_of_things,
    summed,
    then_to_come,
    there_are_so_many,
)
from bot.reading.things import HOLDERS, alike
from bot.reading.vocabulary import NAMED, top_targets


def settle(found: list[Said], row: RowContext, clauses: list[Clause]) -> None:
    """Changes role and target of the numbers of one row by what the others say.

    Catches 300户，已完成210户 (the target restated), 破2万了，20150 (rough, then exact), 1310，2680 (in the targets'
    order), 完成258户，增加10户 (an increase). Two numbers that stay for one target are asked about (`judge`).
    """
    _of_the_month(found, clauses)
    summed(found)
    respectively(found, row, clauses)
    in_their_order(found, row, clauses)
    all_in_their_order(found, row)
    _affirm(found, clauses)
    disagreeing(found, clauses)
    to_be_taken(found)
    for said in recited(found, row):
        said.role, said.rule = "plan", "the plan and its parts, recited"
    told_as_a_whole(found, row, clauses)
    for said in found:
        if sum_of_things(said, found, row):
            said.role, said.rule = "other", "the sum of things that are counted apart"
        if then_to_come(said, found, clauses):
            said.role, said.rule, said.rivals = "future", "said to come, right behind", ()
        if only_approved(said, found):
            said.role, said.rule = "other", "only approved"
        if some_of_those(said, found):
            said.role, said.rule = "other", "so many of those just counted"
        if one_period_of_several(said, found):
            said.role, said.rule, said.firm, said.total = "month", "one period of several", False, False
        if far_above(said, found, row):
            said.role, said.rule = "other", "far above the target, where another count fits"
        for part in parts_of_whole(said, found):
            said.role, said.rule = "plan", "the whole, and then its parts"
            if part.role == "achieved" and part.target is None:
                part.target, part.rule = said.target, "the part that is done"
    _tell_whole_from_part(found, row)
    _drop_things(found, row)
    _settle_free(found)
    _settle_bare(found, row)
    _settle_rivals(found)
    _settle_last(found, row)
    _drop_restated(found, row, clauses)


def _settle_bare(found: list[Said], row: RowContext) -> None:
    """1310，2680 and 2/530: as many unnamed numbers as things, in their order, if no other order fits."""
    tops = top_targets(row.targets)
    counts = [said for said in found if said.role == "achieved"]
    own = {row.targets[at].unit for at in tops}
    alike = own if len(own) == 1 else set()
    bare = [said for said in counts if said.unit in (None, *alike) and max(said.scores, default=0.0) < NAMED]
    open_ones = any(said.target is None and said.rivals for said in bare)
    if len(bare) != 2 or len(tops) != 2 or len(counts) != 2 or not open_ones:
        return
    first, second = (row.targets[at].value or 0 for at in tops)
    one, two = (said.number.value for said in bare)
    if one <= first and two <= second and not (one <= second and two <= first):
        for said, at in zip(bare, tops, strict=True):
            said.target, said.rivals, said.rule, said.likely = at, (), "in the order of the targets", True


def _of_the_month(found: list[Said], clauses: list[Clause]) -> None:
    """120个（本月）: the month said behind the number."""
    for before, clause in pairwise(clauses):
        if (
            (clause.has(words.MONTH) or any(token.day and token.day.is_period for token in clause.tokens))
            and not clause.numbers()
            and len(clause.text.strip()) <= 4
            and not clause.new_sentence
        ):
            for said in found:
                if said.clause is before and said.role == "achieved":
                    said.role, said.rule = "month", "the month, said behind"
        if (
            clause.has(words.TOTAL)
            and not clause.numbers()
            and len(clause.text.strip()) <= 4
            and not clause.new_sentence
        ):
            last = next((said for said in reversed(found) if said.clause is before), None)
            if last is not None and last.role in ("month", "achieved"):
                last.role, last.rule, last.total, last.firm = "achieved", "cue: total", True, True


def _affirm(found: list[Said], clauses: list[Clause]) -> None:
    """年度安排讲座3场，已全部举办: what was planned is done, as the next clause says."""
    for said in found:
        if said.role != "plan" or said.clause is None:
            continue
        if _all_so(said):
            said.role, said.rule, said.firm = "achieved", "planned, and all done", True
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


def _all_so(said: Said) -> bool:
    """要竣工的三所全部竣工: what was planned is done, as the words right behind say."""
    assert said.clause is not None
    behind = [token for token in said.clause.tokens if token.start >= said.span[1]]
    if any(token.number or token.day or token.is_a(words.NEG, words.FUTURE, words.PLAN) for token in behind):
        return False
    verb = next((token for token in behind if not token.is_a(words.FILL, words.NOW, words.ALL)), None)
    every = any(token.is_a(words.ALL) or "全" in token.text or token.text in ("都", "均") for token in behind)
    return verb is not None and verb.is_a(words.DONE) and every


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


def _settle_rivals(found: list[Said]) -> None:
    """泊位1380个、接入2690个: what the second takes for sure cannot be the first."""
    taken = {said.target for said in found if said.target is not None and said.role == "achieved"}
    for said in found:
        left = [at for at in said.rivals if at not in taken]
        summed = any(other.total and other.span > said.span for other in found) and not any(said.scores)
        if not summed and said.target is None and said.rivals and len(left) == 1 and taken & set(said.rivals):
            said.target, said.rivals, said.likely = left[0], (), True


def _settle_last(found: list[Said], row: RowContext) -> None:
    """智慧的装了2个，普通的换了24个: what was made, where one thing is left that is counted so and could be so many."""
    taken = {said.target for said in found if said.target is not None}
    tops = top_targets(row.targets)
    if len(tops) < 2 or any(said.total for said in found):
        return
    for said in found:
        if said.role != "achieved" or said.target is not None or said.rivals or not said.firm or said.unit is None:
            continue
        left = [at for at in tops if at not in taken and alike(said.unit, row.targets[at].unit)]
        value = row.targets[left[0]].value if len(left) == 1 else None
        if value is not None and 0.1 * value <= said.number.value <= value and taken:
            said.target, said.likely, said.rule = left[0], True, f"{said.rule}, the only thing left"
            taken.add(left[0])


def _drop_restated(found: list[Said], row: RowContext, clauses: list[Clause]) -> None:
    """Of two numbers for one target, the one that equals it was restated: 300户，已完成210户."""
    for said in found:
        if said.included and any(other.span < said.span for other in rivals_of(said, found)):
            said.role, said.rule = "other", "a part of the number before"
        if counted_better(said, found, row) or (said.foreign_part and named_better(said, found)):
            said.role, said.rule = "other", "another count fits"
        if half_of_a_sum(said, found):
            said.role, said.rule = "other", "a part of the year"
        if said_twice(said, found):
            said.role, said.rule = "other", "said twice"
        if applied_for(said, found):
            said.role, said.rule = "other", "asked for, and then granted"
        if not_granted_yet(said, row, clauses):
            said.role, said.rule = "stage", "asked for"
        if none_begun(said, clauses):
            said.role, said.rule = "stage", "none of them is begun"
        if not_that_far(said, found):
            said.role, said.rule = "stage", "the others are done, these are at something else"
        if there_are_so_many(said, found, row):
            said.role, said.rule = "plan", "there are so many, and some of them are at something"
        if only_so_many(said, found):
            said.role, said.rule = "other", "not so many of them in truth"
        if overtaken(said, found):
            said.role, said.rule = "other", "what was before"
        if _made_exact(said, found) or _summed_up(said, found):
            continue
        if _later_step(said, found) or _increase(said, found) or _only_planned(said, found, row, clauses):
            continue
        if said.target is None or said.role not in ("achieved", "dated"):
            continue
        if said.role == "dated" or (
            not said.total and any(other.total and not other.mismatch for other in rivals_of(said, found))
        ):
            said.role = "dated" if rivals_of(said, found) else "achieved"
            continue
        target = row.targets[said.target]
        if said.firm and not any(other.span > said.span for other in rivals_of(said, found)):
            continue
        others = [
            other
            for other in found
            if other is not said and other.target == said.target and other.role in ("achieved", "left")
        ]
        if others and said.number.value == target.value:
            said.role, said.rule = "plan", "equals the target"


def _tell_whole_from_part(found: list[Said], row: RowContext) -> None:
    """绿地130亩里有8亩要返工: the first is what there is, where it is no target and something ails the second."""
    for whole, part in pairwise(found):
        if whole.rule.split(",")[0] != "of which" or whole.target is None or part.clause is not whole.clause:
            continue
        goal = row.targets[whole.target].value
        if goal is None or whole.number.value >= goal or _is_done(part):
            continue
        own = part.role == "achieved" and part.target not in (None, whole.target)  # 自主创业1560人里大学生有188人
        if part.role != "other" and not own and not (part.role == "achieved" and _is_thing(part, row)):
            continue
        whole.role, whole.rule = "achieved", "the whole of which some is something else"
        if own:
            continue
        part.role, part.rule = "other", "some of the number before"


def _is_done(said: Said) -> bool:
    clause = said.clause
    if clause is None or said.firm:
        return clause is not None
    behind = [token for token in clause.tokens if token.start >= said.span[1]]
    return any(token.is_a(words.DONE, words.MADE, words.NOW) or token.text == "了" for token in behind)


def _drop_things(found: list[Said], row: RowContext) -> None:
    """停车场15个，新增泊位1700个; 学位4200个，学校占地120亩: a thing that no target names, beside one that is named."""
    plain = [said for said in found if said.role == "achieved" and said.target is not None and not said.mismatch]
    for said in found:
        others = [other for other in plain if other is not said and _is_plain(other, row)]
        if said.role != "achieved" or not others or not _is_thing(said, row) or _listed_with(said, others, row):
            continue
        if said.mismatch or said.rivals or any(other.target == said.target for other in others):
            said.role, said.rule, said.rivals, said.mismatch = "other", "another thing is counted", (), False


def _listed_with(said: Said, others: list[Said], row: RowContext) -> bool:
    """中学4所、小学5所: two parts of one target in one breath; which is the sum is asked about."""
    before = next((other for other in reversed(others) if other.span < said.span and other.target == said.target), None)
    if before is None or said.clause is None or not said.clause.goes_on or before.unit != said.unit:
        return False
    goal = row.targets[said.target].value if said.target is not None else None
    return goal is not None and before.number.value + said.number.value <= goal


def _is_plain(said: Said, row: RowContext) -> bool:
    """Named by its own words, and no more than was planned."""
    goal = row.targets[said.target].value if said.target is not None else None
    return said.named >= NAMED and goal is not None and said.number.value <= 1.2 * goal and not _is_thing(said, row)


_THING_WORDS: Final = re.compile("[\u4e00-\u9fff]{2,6}$")


def _is_thing(said: Said, row: RowContext) -> bool:
    """Right before the number stands a noun of which no target's label has a single pair of signs."""
    clause = said.clause
    if clause is None or said.unit is None or said.unit in ("人", "名", "位"):
        return False
    ahead = [token for token in clause.tokens if token.end <= said.span[0]]
    begin = max((token.end for token in ahead if token.number), default=clause.start)
    known = max((token.end for token in ahead if begin <= token.start and token.is_a(*_VERBS)), default=begin)
    if any(holder in clause.slice(begin, said.span[0]) for holder in HOLDERS):
        return True  # 停车场建了14个
    noun = _THING_WORDS.search(clause.slice(known, said.span[0]).rstrip("：: "))
    if noun is None:
        return False
    pairs = {noun[0][at : at + 2] for at in range(len(noun[0]) - 1)}
    return not any(pair in target.label or pair in target.text for pair in pairs for target in row.targets)


_VERBS: Final = (words.DONE, words.MADE, words.NOW, words.TOTAL, words.FILL, words.MORE, words.START)


def _made_exact(said: Said, found: list[Said]) -> bool:
    """破2万了，20150: the exact number behind a rough one of about its size is meant."""
    if said.role != "achieved" or said.target is None or said.number.approx is None:
        return False
    exact = any(
        other.span > said.span
        and other.number.approx is None
        and 0.8 * said.number.value <= other.number.value <= 1.25 * said.number.value
        for other in rivals_of(said, found)
    )
    if exact:
        said.role, said.rule = "other", "roughly, and then exactly"
    return exact


def _summed_up(said: Said, found: list[Said]) -> bool:
    """划线1020个、改造130个，合计新增1150个: what the sum behind it holds is asked for no more."""
    if said.role != "achieved" or not said.rivals or said.target is not None:
        return False
    summed = any(other.total and other.target in said.rivals and other.span > said.span for other in found)
    if summed:
        said.role, said.rule, said.rivals = "other", "a part of the sum behind", ()
    return summed


def _increase(said: Said, found: list[Said]) -> bool:
    """完成258户，上月248户，增加10户: so much more than before."""
    if said.role != "achieved" or said.clause is None or said.total:
        return False
    before = said.clause.slice(said.clause.start, said.span[0]).strip()
    if before in ("增加", "新增", "增长", "多了", "提高", "净增") and any(
        other.span < said.span and other.number.value > 2 * said.number.value for other in rivals_of(said, found)
    ):
        said.role, said.rule = "other", "an increase"
        return True
    return False


def _later_step(said: Said, found: list[Said]) -> bool:
    """完工224户，验收198户; 新开工2160套，基本建成1340套: another count of the same things stands for the target."""
    if said.clause is None or said.role != "achieved" or not rivals_of(said, found):
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
