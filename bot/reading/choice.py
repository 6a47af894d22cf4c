"""The choice among a row's targets, once it is known how much the words say of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.reading import things, words
from bot.reading.model import RowContext, TargetContext
from bot.reading.said import Said, Thread
from bot.reading.vocabulary import NAMED, top_targets

_COUNTERS: Final = frozenset({"个", "家", "所", "处", "座"})
_OF_ANYTHING: Final = frozenset({"俩", "仨"})  # they need no measure word: two rivers or two villages


_FAMILIES: Final = re.compile("零就业|家庭")  # 零就业家庭今年认定3户
_PLAINLY: Final = 1.0
_FEW_COUNT_SO: Final = frozenset({"册", "亩", "套", "户", "期次"})
_SERVED: Final = re.compile("过[^，。；;]{0,3}的(?:老人|患者|病人|人|群众|居民)(?:已经|已|是|有|共|到了?|达到?)*$")


@dataclass(frozen=True, slots=True)
class _Choice:
    """A number, what is said of each target, and the targets that it could be of by its measure word."""

    said: Said
    row: RowContext
    scores: list[float]
    thread: Thread
    asked: bool
    asked_now: bool
    fitting: list[int]


def choose(
    said: Said, row: RowContext, scores: list[float], thread: Thread, *, asked: bool, asked_now: bool = False
) -> None:
    """Sets the target by words, else by what goes on from the number before, else by the measure word.

    The first of the ways below that fits decides, even where it leaves the number without a target.
    """
    _own_stage(said, row, scores)
    if _choose_rate(said, row, scores) or said.number.percent:
        return
    fitting = [at for at, target in enumerate(row.targets) if _fits(said, target, scores[at])]
    choice = _Choice(said, row, scores, thread, asked, asked_now, fitting)
    for way in _WAYS:
        if way(choice):
            return
    _choose_by_unit(said, row, fitting, asked=asked, asked_now=asked_now)


def _fits(said: Said, target: TargetContext, score: float) -> bool:
    """The target is counted so; 个 is said of people too, where they are named."""
    if target.value is None or target.unit == "倍":
        return False
    people = target.unit in (*things.PEOPLE, "人次") and score >= NAMED and not said.other_thing
    return things.alike(said.unit, target.unit) or (said.unit == "个" and people)


def _choose_rate(said: Said, row: RowContext, scores: list[float]) -> bool:
    """失业率2.1%, 失业率2.1: a target that is a percent, named by its words; 3%以内 is the target itself."""
    rates = [at for at, target in enumerate(row.targets) if _is_its_rate(said, target, scores[at])]
    bare = said.unit is None and said.number.value < 100
    if not rates or not (bare or said.number.percent) or said.role not in ("achieved", "rate"):
        return False
    said.target, said.role, said.rule = rates[0], "achieved", "a rate that is a target"
    within = said.clause is not None and "以内" in said.clause.text
    if not bare and within and said.number.value == row.targets[rates[0]].value:
        said.role = "plan"
    return True


def _by_its_words(choice: _Choice) -> bool:
    """学位3500个: the words beside the number name a target that is counted so."""
    named = [at for at in choice.fitting if choice.scores[at] >= NAMED]
    if named:
        _choose_named(choice.said, choice.row, choice.scores, named, choice.thread)
    return bool(named)


def _in_another_measure(choice: _Choice) -> bool:
    """学位3500万元: words of a target, and a measure word that is not its own: another target's, or a slip."""
    said, targets, scores = choice.said, choice.row.targets, choice.scores
    best = max(range(len(targets)), key=lambda at: scores[at])
    if scores[best] < NAMED or targets[best].unit == "倍" or targets[best].value is None:
        return False
    if (said.clause and said.clause.has(words.MONEY)) or (said.beside and said.unit is not None):
        return False
    if said.unit in things.PEOPLE and _too_many(said, targets, best, scores[best]):
        return False
    if said.unit == "户" and targets[best].unit in things.PEOPLE and said.clause and _FAMILIES.search(said.clause.text):
        said.role, said.rule = "other", "families of a row that counts people"
        return True
    own = [at for at in choice.fitting if said.unit is not None and _same_unit(said.unit, targets[at].unit)]
    people = said.unit == "人次" and targets[best].unit in things.PEOPLE
    plainly = people and said.led and scores[best] >= _PLAINLY  # 新增就业8600人次 is no 培训
    if len(own) == 1 and _plausible(said, targets[own[0]]) and not plainly:
        said.target, said.rule, said.likely = own[0], f"{said.rule}, measure word", True
    else:
        said.target, said.mismatch = best, True
    return True


def _of_a_foreign_thing(choice: _Choice) -> bool:
    """应改300户，实改215户: a word that the row does not know; only the row's own measure word speaks for it."""
    said, targets = choice.said, choice.row.targets
    if not said.foreign:
        return False
    alone = len(targets) == 1 and said.unit == targets[0].unit
    own = [at for at in top_targets(targets) if targets[at].unit == said.unit]
    ahead = said.clause.slice(said.clause.start, said.span[0])[-6:] if said.clause is not None else ""
    akin = len(own) == 1 and any(sign in targets[own[0]].label for sign in ahead)
    new = akin and choice.thread.target is None and len(targets) > 1
    if len(own) == 1 and new and said.unit in _FEW_COUNT_SO and _plausible(said, targets[own[0]]):
        said.target, said.rule, said.likely = own[0], "the row's own measure word", True
        return True  # 农家书屋配书7300册
    if _goes_on_with(said, choice.thread, targets):
        said.target, said.rule, said.likely = choice.thread.target, "same thing as before", True
        return True
    if alone and said.unit not in things.GENERAL_UNITS:
        said.target, said.rule, said.likely = 0, "the row's own measure word", True
        return True
    people = len(targets) == 1 and {said.unit, targets[0].unit} <= {*things.PEOPLE, "人次"} and said.clause is not None
    if people and said.clause is not None and _SERVED.search(said.clause.slice(said.clause.start, said.span[0])):
        said.target, said.rule, said.likely = 0, "people served as the target counts them", True
        return True  # 真正上过门的老人是3120个
    meant = choice.asked_now and alone and (said.firm or said.role == "achieved")
    return not (meant or (said.total and said.unit is not None))


def _of_the_thing_before(choice: _Choice) -> bool:
    """学位方面，目前3500个."""
    said, targets, before = choice.said, choice.row.targets, choice.thread.target
    if before is None or before not in choice.fitting:
        return False
    if not (choice.thread.heard or _same_unit(said.unit, targets[before].unit)):
        return False
    said.target = _whole_of(before, targets) if said.total else before
    said.rule = "same thing as before"
    return True


_WAYS: Final = (_by_its_words, _in_another_measure, _of_a_foreign_thing, _of_the_thing_before)


def _is_its_rate(said: Said, target: TargetContext, score: float) -> bool:
    """失业率2.1% of the rate that is to stay below 3 %; not 结业率98%."""
    near = target.value is None or target.comparator != "at_most" or said.number.value <= 4 * target.value
    return target.unit == "%" and score >= 0.9 and near


def _whole_of(target: int, targets: tuple[TargetContext, ...]) -> int:
    """中小学3400个，幼儿园380个，合计3780个: the sum is that of the whole."""
    parent = targets[target].parent
    return next((at for at, other in enumerate(targets) if parent is not None and other.text == parent), target)


def _goes_on_with(said: Said, thread: Thread, targets: tuple[TargetContext, ...]) -> bool:
    """应改300户，实改215户: in the very measure word of the thing before, which few things are counted in."""
    if said.unit in things.GENERAL_UNITS:
        return False
    if thread.target is None:
        return False
    return said.unit is not None and said.unit == targets[thread.target].unit


def _own_stage(said: Said, row: RowContext, scores: list[float]) -> None:
    """开工 is the thing itself where the target says so: 新开工2500套, or 实施12个 beside 竣工3个."""
    if said.role != "stage" or said.clause is None:
        return
    starts = any(token.is_a(words.START) or token.text == "在建" for token in said.clause.tokens)
    finishing = any(target.label in things.FINISHES for target in row.targets)
    for at, target in enumerate(row.targets):
        if starts and finishing and target.text.startswith("实施") and target.value == said.number.value:
            said.role, said.rule, said.firm = "achieved", "being carried out is the target", True
            scores[at] += 1.0
            return
    stages = [token.text for token in said.clause.tokens if token.is_a(words.STAGE) and token.end <= said.span[0]]
    if not stages:  # 2335套已开工
        stages = [
            token.text
            for token in said.clause.tokens
            if token.is_a(words.STAGE) and 0 <= token.start - said.span[1] <= 3
        ][:1]
    last = stages[-1].replace("已", "").replace("动工", "开工").replace("开建", "开工") if stages else ""
    if last and any(last in target.label for target in row.targets):
        said.role, said.rule, said.firm = "achieved", "the target's own verb", True
        for at, target in enumerate(row.targets):
            scores[at] += 1.0 if last in target.label else 0.0


def _too_many(said: Said, targets: tuple[TargetContext, ...], at: int, score: float) -> bool:
    """心理普测已完成32所学校, beside 7 of one and 11 of another kind of school: far more than any, and hardly named."""
    target = targets[at]
    if sum(other.unit == target.unit for other in targets) < 2:
        return False
    return score < 1.5 and target.value is not None and said.number.value > 3 * target.value and not said.total


def _choose_named(said: Said, row: RowContext, scores: list[float], named: list[int], thread: Thread) -> None:
    def rank(at: int) -> tuple[float, bool, bool, bool]:
        target = row.targets[at]
        return (round(scores[at], 2), _plausible(said, target), target.unit == said.unit, target.parent is None)

    order = sorted(named, key=rank, reverse=True)
    if not _plausible(said, row.targets[order[0]]):
        likelier = [at for at in order if _plausible(said, row.targets[at]) and scores[at] >= 0.6 * scores[order[0]]]
        able = [at for at in top_targets(row.targets) if scores[at] and row.targets[at].unit == said.unit]
        able = [at for at in able if _plausible(said, row.targets[at])]
        order = likelier or (able if len(able) == 1 and _far_above(said, row.targets[order[0]]) else order)
    if said.unit is not None and _too_many(said, row.targets, order[0], scores[order[0]]):
        other = _only_other(said, row)
        if other is not None and said.firm:
            said.target, said.likely, said.rule = other, True, f"{said.rule}, the only one of its size"
            return
        said.role, said.rule = "other", "far more than planned and hardly named"
        return
    said.target = order[0]
    same = [at for at in order if rank(at) == rank(order[0])]
    if len(same) > 1:
        same.sort(key=lambda at: len(row.targets[at].label))
        plainer = len(row.targets[same[1]].label) >= 1.5 * len(row.targets[same[0]].label)
        before = row.targets[thread.target] if thread.target is not None else None
        akin = [
            at for at in same if before is not None and row.targets[at].parent in (before.text, before.parent or "")
        ]
        akin = akin or [at for at in same if before is not None and _share_a_word(row.targets[at], before)]
        if len(akin) == 1:
            said.target, said.likely = akin[0], True  # 创业1500人，其中大学生170人
        else:
            said.target, said.rivals, said.likely = (same[0], (), True) if plainer else (None, tuple(same), False)
    said.rule = f"{said.rule}, label"


def _only_other(said: Said, row: RowContext) -> int | None:
    """体育场地开了9所, beside targets of 2, 7 and 11 schools: the only one that so many may be of."""
    fitting = [
        at
        for at in top_targets(row.targets)
        if row.targets[at].unit == said.unit and _plausible(said, row.targets[at]) and row.targets[at].value is not None
    ]
    return fitting[0] if len(fitting) == 1 else None


def _share_a_word(one: TargetContext, other: TargetContext) -> bool:
    bits = {one.label[at : at + 2] for at in range(len(one.label) - 1)} - things.COMMON_BITS
    return one is not other and any(bit in other.label for bit in bits)


def _same_unit(said: str | None, target: str | None) -> bool:
    """Without a word that names the target the measure word must be its own, or one of people's: 9所 is no 个."""
    return (
        said is None
        or said == target
        or said in things.GOOD_FOR.get(target or "", ())
        or {said, target} <= things.PEOPLE
    )


def _choose_by_unit(said: Said, row: RowContext, fitting: list[int], *, asked: bool, asked_now: bool = False) -> None:
    tops = [at for at in fitting if at in top_targets(row.targets)]
    same = [at for at in tops if said.number.text in _OF_ANYTHING or _same_unit(said.unit, row.targets[at].unit)]
    if not same and len(tops) == 1 and said.firm and said.unit in ("个", "项"):
        same = tops  # 4.2完成5个: 个 is said of anything
    if not same and asked and said.unit is not None and len(tops) == 1 and said.role == "achieved":
        counters = {said.unit, row.targets[tops[0]].unit} <= _COUNTERS
        same = tops if counters and _plausible(said, row.targets[tops[0]]) else []  # 7.2 两家运营
    if not same and len(tops) == 1 and asked_now and said.role == "achieved":
        same = tops  # 九场, where 项 were asked for
    near = [at for at in same if _plausible(said, row.targets[at])]
    bare = said.unit is None
    if bare and not (asked or said.firm or any(target.unit == "倍" for target in row.targets)):
        return
    only = [target for target in row.targets if target.unit == "倍" or target.value is None]
    if len(near) == 1 and (not bare or asked or len(top_targets(row.targets)) == 1):
        said.target, said.rule, said.likely = near[0], f"{said.rule}, measure word", True
    elif len(near) > 1 and said.role in ("achieved", "month", "more"):
        said.rivals = tuple(near)
    elif not near and len(same) == 1 and not _plainly_another(said, same[0]):
        said.target, said.likely = same[0], True
    elif not fitting and only and said.role in ("achieved", "month", "more"):
        said.free = only[0].label


def _far_above(said: Said, target: TargetContext) -> bool:
    return target.value is not None and said.number.value > 3 * target.value


def _plainly_another(said: Said, target: int) -> bool:
    """国民体质测定进社区12场: another thing is named, and what is counted so is far less."""
    return max(said.scores, default=0.0) >= _PLAINLY and not said.scores[target]


def _plausible(said: Said, target: TargetContext) -> bool:
    return target.value is None or said.number.value <= target.value * (1.5 if target.value > 20 else 1.0)
