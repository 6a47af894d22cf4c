"""Figures: the numbers of a row's part of a message, with role and target."""

from __future__ import annotations

import re
from typing import Final

from bot.reading import beside, words
from bot.reading.breakdown import Breakdown
from bot.reading.clauses import Clause, looks_ahead, subject
from bot.reading.cues import is_planned, nearest_cue
from bot.reading.model import RowContext
from bot.reading.ordinals import last_of_them
from bot.reading.rivals import settle
from bot.reading.roles import is_made, role_of
from bot.reading.said import Said, Thread
from bot.reading.targets import OF, match
from bot.reading.things import alike
from bot.reading.verbs import is_so, verbs_behind
from bot.reading.vocabulary import Vocabulary, top_targets
from data.language.numbers import Number

_PLAINLY: Final = 0.5  # so much has to be said of a target for a nought to be its count
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
            if place and _joined(clause, numbers[place - 1], at, found, row):
                continue
            if ahead and said.role == "achieved":
                said.role, said.rule, said.firm = "future", "in a next step", False
            match(said, clause, at, row, index, vocabulary, thread, asked=asked)
            if (
                place
                and found
                and _slashed(clause, numbers[place - 1], at)
                and _two_counts(found[-1], said.number, row)
            ):
                _in_order(found[-1], said, row)
            alone = clause.text.strip() == "0" and thread.target is not None  # a cell of a table
            if said.number.value == 0 and said.unit is None and said.named < _PLAINLY and not alone:
                continue
            if place and found and _cells(clause, numbers[place - 1], at):
                _goal_and_done(found[-1], said, row)
            parts.judge(said, clause, row)
            if _is_the_whole(said, clause, at, row, index, vocabulary):
                said.role, said.rule = "plan", "the target, and then how much of it"
            if said.role == "achieved" and _so_far(said, clause, at, row):
                said.role, said.rule = "stage", "how far some of them are"
            if place:
                _grown(clause, numbers[place - 1], said, found[-1] if found else None)
            found.append(said)
            thread.after(said)
            if said.number.percent and said.target is None:
                thread.hear(_spoken_of(clause, row, index, vocabulary))
        if not numbers:
            thread.hear(_spoken_of(clause, row, index, vocabulary))
    settle(found, row, clauses)
    return [*found, *last_of_them(clauses, found, row, index, vocabulary)]


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


def _so_far(said: Said, clause: Clause, at: int, row: RowContext) -> bool:
    """1条完成85%: how far one of the two is; not 2350人次完成78%, their share."""
    following = next((token for token in clause.tokens[at + 1 :] if token.number), None)
    if following is None or following.number is None or not following.number.percent or said.unit is None:
        return False
    between = clause.slice(clause.tokens[at].end, following.start)
    if said.target is not None and between.strip().endswith("进度") and following.number.value < 100:
        return said.number.value == row.targets[said.target].value  # 2条五好河道形象进度65%
    between = beside.LOOSELY.sub("", between).strip()
    if said.target is None or not (between in beside.HOW_FAR or (between == "" and said.number.value == 1)):
        return False
    value, count = row.targets[said.target].value, said.number.value
    each = sum(token.number is not None and token.number.percent for token in clause.tokens) > 1  # 一条到80%一条到50%
    return (
        value is not None
        and count < value
        and ((each and count == 1) or abs(100 * count / value - following.number.value) > 2)
    )


def _spoken_of(clause: Clause, row: RowContext, index: int, vocabulary: Vocabulary) -> int | None:
    """The target that a clause without a count names; of two that fit as well the plainer: 泊位 is 新增泊位."""
    which = _THE_ONES.match(clause.text)
    if which is not None:  # 新增的还在等地，只有410
        own = [at for at in top_targets(row.targets) if which[1] in row.targets[at].label]
        if len(own) == 1:
            return own[0]
    scores = vocabulary.target_scores(clause.text, index, len(row.targets)) if row.targets else []
    best = max(scores, default=0.0)
    near = sorted(
        (at for at, score in enumerate(scores) if score >= 0.8 * best), key=lambda at: len(row.targets[at].label)
    )
    if len(near) == 1:
        return near[0] if best >= 0.9 else None
    if not best:  # 这月书没送，送的是戏
        short = vocabulary.abbreviated(subject(clause, clause.start, clause.end), index)
        return short[0] if len(short) == 1 else None
    plainer = len(near) > 1 and len(row.targets[near[1]].label) >= 1.5 * len(row.targets[near[0]].label)
    return near[0] if plainer and best >= 0.65 else None


_THE_ONES: Final = re.compile("[ ]*([\u4e00-\u9fff]{2,4}?)的(?![一二两三四五六七八九十0-9])")


def _one(clause: Clause, at: int, thread: Thread) -> Said | None:
    number = clause.tokens[at].number
    assert number is not None
    if number.unit in ("倍", "百分点") or (0 < number.value < 1 and number.unit is None and not number.percent):
        return None
    said = Said(number, (number.start, number.unit_end), "achieved", unit=number.unit, clause=clause)
    cue = nearest_cue(clause, at)
    if cue in (words.MORE, words.MONTH) and is_planned(clause, at):
        cue = words.FUTURE
    within = any(token.is_a(words.INCLUDED) for token in clause.left_of(at))
    said.included = cue == words.INCLUDED or (cue == words.NOW and within)  # 其中已使用2900个
    made = is_made(clause, at)
    said.firm_verb = made and any(token.is_a(words.DONE) for token in clause.left_of(at))
    so = is_so(clause.right_of(at)) or _passed(clause, at)
    said.firm_verb = said.firm_verb or (said.included and so)  # 里面有六条已经通车
    said.firm = cue in (words.NOW, words.TOTAL) or made
    said.role, said.rule = role_of(clause, at, cue, thread, firm=said.firm)
    said.firm = (said.firm or said.rule == "all of them are there") and said.role == "achieved"
    said.total = cue == words.TOTAL
    if thread.role == "month" and said.role == "plan" and _of_the_year(clause, at):
        said.role, said.rule, said.firm, said.total = "achieved", "the year's beside the month's", True, True
    return said


def _passed(clause: Clause, at: int) -> bool:
    """其中2个通过竣工验收, 其中11个完工7个在建."""
    behind = [token for token in clause.right_of(at) if not token.is_a(words.FILL)]
    if behind and behind[0].is_a(words.DONE) and behind[0].start - clause.tokens[at].end <= 1:
        return not clause.has(words.FUTURE, words.NEG) and not any(token.day for token in clause.tokens)
    return len(behind) > 1 and behind[0].text == "通过" and behind[1].is_a(words.DONE)


def _of_the_year(clause: Clause, at: int) -> bool:
    """本月送电影11场、全年90场."""
    return any(token.text.startswith("全年") and len(token.text) == 2 for token in clause.left_of(at))


_FROM: Final = re.compile(r"[由从][^，。；]{0,4}$|\bfrom $")
_TO: Final = re.compile("(?:增加|增长|上升|提高|提升|扩大|增|升|涨)?(?:到|至|为|变成)了?[^，。；]{0,3}$| to $")


def _grown(clause: Clause, before: int, said: Said, previous: Said | None) -> None:
    """由1个增加到2个, 从3200个增长到3500个: the first is what was, the second what is, of the same thing."""
    if previous is None or previous.clause is not clause or said.number.percent != previous.number.percent:
        return
    token = clause.tokens[before]
    gap = clause.slice(token.end, said.span[0]).strip()
    if gap in ("→", "->", "=>", "➡", "➔") and said.number.value > previous.number.value:
        said.target, said.rivals, said.role = previous.target, previous.rivals, "achieved"
        said.unit = said.unit or previous.unit
        previous.role, previous.rule = "other", "what was before"
        return
    if gap in ("到", "达到", "达") and previous.role == "achieved" and said.number.value > 3 * previous.number.value:
        said.target, said.rivals, said.role = previous.target, previous.rivals, "achieved"
        previous.role, previous.rule = "other", "what was added"  # 新放了3场到86场
        return
    if _FROM.search(clause.slice(clause.start, token.start)) and _TO.search(clause.slice(token.end, said.span[0])):
        said.target, said.rivals, said.role = previous.target, previous.rivals, "achieved"
        said.unit = said.unit or previous.unit
        previous.role, previous.rule = "other", "what was before"


def _joined(clause: Clause, before: int, at: int, found: list[Said], row: RowContext) -> bool:
    """The second half of 3500/5000个 is the target, of 3000到3500个 the upper end."""
    if not found or found[-1].clause is not clause:
        return False
    gap = clause.slice(clause.tokens[before].end, clause.tokens[at].start).strip()
    number = clause.tokens[at].number
    previous = found[-1]
    if number is None or previous.span[0] != clause.tokens[before].start:
        return False
    if _slashed(clause, before, at) and _two_counts(previous, number, row):
        return False
    if gap in OF and _goal_first(previous, number, row):
        previous.role, previous.rule = "plan", "the target, and then how much of it"
        return False
    if gap == "/" and _is_fraction(previous, number, row):
        previous.role, previous.rule = "other", "a fraction of the whole"
        return True
    if gap in OF or gap == "分之":
        previous.unit = previous.unit or number.unit
        previous.span = (previous.span[0], number.unit_end)
        previous.high = None
        previous.rule = "of"
        return True
    if (
        gap in ("-", "~", "到", "至", "--", "或", "或者")
        and not _FROM.search(clause.slice(clause.start, previous.span[0]))
        and previous.role == "achieved"
        and number.value > previous.number.value
        and not (previous.number.unit and number.value > 3 * previous.number.value)
    ):
        previous.high = number.value
        previous.unit = previous.unit or number.unit
        previous.span = (previous.span[0], number.unit_end)
        return True
    return False


_MOST_PARTS: Final = 10


def _is_fraction(first: Said, second: Number, row: RowContext) -> bool:
    """完成3/4: of no target's number, and both so small that no count is told."""
    goals = {target.value for target in row.targets}
    small = first.number.value < second.value <= _MOST_PARTS and second.unit is None and first.number.unit is None
    return small and second.value not in goals


def _cells(clause: Clause, before: int, at: int) -> bool:
    """The 2 1 of 示范村 2 1: nothing but a blank between them."""
    gap = clause.slice(clause.tokens[before].end, clause.tokens[at].start)
    return bool(gap) and not gap.strip(" |")


def _goal_and_done(first: Said, second: Said, row: RowContext) -> None:
    """五好河道 2 1, 秋白书苑 2 1: the target, and how much of it."""
    if first.target is None or first.number.value != row.targets[first.target].value:
        return
    if second.number.value > first.number.value or second.unit not in (None, first.unit) or second.number.percent:
        return
    first.role, first.rule = "plan", "the target, and then how much of it"
    second.role, second.rule, second.target, second.rivals = "achieved", "behind its target", first.target, ()


def _goal_first(first: Said, second: Number, row: RowContext) -> bool:
    """新增就业：15000/12380: the other way round."""
    if first.target is None or second.value >= first.number.value:
        return False
    return first.number.value == row.targets[first.target].value


def _slashed(clause: Clause, before: int, at: int) -> bool:
    return clause.slice(clause.tokens[before].end, clause.tokens[at].start).strip() in OF


def _in_order(first: Said, second: Said, row: RowContext) -> None:
    """1330/2640个: the one for the first target, the other for the second, unless it may as well be the reverse."""
    one, two = top_targets(row.targets)
    if second.number.value > (row.targets[one].value or 0):
        first.target, first.rivals, first.unit = one, (), row.targets[one].unit
        second.target, second.rivals, second.mismatch, second.likely = two, (), False, True
        second.unit, second.role, second.rule = row.targets[two].unit, first.role, "in the order of the targets"


def _each_its_own(first: Said, second: Number, row: RowContext, tops: tuple[int, ...]) -> bool:
    """3个/655人: by their measure words the one is of the first target, the other of the second."""
    one, two = (row.targets[at].unit for at in tops)
    if not (first.unit and second.unit) or alike(first.unit, second.unit):
        return False
    fits = alike(first.unit, one) and alike(second.unit, two)
    return fits and not alike(first.unit, two) and not alike(second.unit, one)


def _two_counts(first: Said, second: Number, row: RowContext) -> bool:
    """1330/2700 in a row that counts two things: the second is no target, but fits the other thing."""
    tops = top_targets(row.targets)
    values = [row.targets[at].value or 0 for at in tops]
    own = {row.targets[at].unit for at in tops}
    alike = own if len(own) == 1 else set()
    if len(tops) == 2 and _each_its_own(first, second, row, tops):
        return True
    both = len(tops) == 2 and second.value == values[1] and 20 * first.number.value < second.value  # 3/700
    if (
        len(tops) != 2
        or (second.value in values and not both)
        or first.number.unit is not None
        or second.unit not in (None, *alike)
    ):
        return False
    return first.number.value <= values[0] and second.value <= values[1]
