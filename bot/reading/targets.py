"""Which target of a row a number belongs to, by words, measure word and size."""

from __future__ import annotations

from typing import Final

from bot.reading import things, words
from bot.reading.clauses import Clause, subject
from bot.reading.model import RowContext, TargetContext
from bot.reading.roles import Said, Thread
from bot.reading.vocabulary import Vocabulary, top_targets
from data.language.folding import fold
from data.language.numbers import Number

OF: Final = frozenset(("/", "of", "out of", "of the", "out of the"))  # 3500/5000个, 9 of 11 schools
_PEOPLE = frozenset({"人", "名", "位"})


def alike(said: str | None, target: str | None) -> bool:
    """Whether two measure words may count the same things; a number without one fits all."""
    if said is None or target is None or said == target:
        return True
    if said in things.GOOD_FOR.get(target, ()):
        return True
    return any(said in group and target in group for group in things.COUNTED_ALIKE)


def match(
    said: Said,
    clause: Clause,
    at: int,
    row: RowContext,
    index: int,
    vocabulary: Vocabulary,
    thread: Thread,
    *,
    asked: bool,
) -> None:
    after = next((place for place in clause.numbers() if place > at), None)
    following = clause.tokens[after].number if after is not None else None
    slash = after is not None and clause.slice(clause.tokens[at].end, clause.tokens[after].start).strip() in OF
    said.unit = _unit_after(clause, at, said.number)
    if slash and said.unit is None and following is not None:
        said.unit = _unit_after(clause, after or at, following)
    targets = row.targets
    if not targets:
        return
    end = after if slash and after is not None else at
    topic, _, left = clause.text_left_of(at).replace("：", ":").rpartition(":")
    ascii_only = clause.text.isascii()
    reach = 30 if ascii_only else 14
    stretches = [left, _counted(clause, end, reach), clause.text_right_of(end)[:reach], topic]
    if ascii_only:
        stretches = [*stretches[1:3], left, topic]
    scores = [0.0] * len(targets)
    for text in stretches:
        if text and max(scores) < 0.5 and not (text is topic and said.role != "achieved"):
            found = vocabulary.target_scores(text, index, len(targets))
            whole = [1.0 if fold(target.label) in text else 0.0 for target in targets]  # 竣工学校还是1所 is of 竣工
            scores = [max(one, two + more) for one, two, more in zip(scores, found, whole, strict=True)]
    both = [place for place, target in enumerate(targets) if target.label in left and alike(said.unit, target.unit)]
    both = [
        place
        for place in both
        if not any(targets[place].label in targets[other].label for other in both if other != place)
    ]
    if len(both) > 1 and all(targets[place].parent is None for place in both):
        said.rivals, said.rule = tuple(both), "several targets named"
        return
    if _foreign_unit(clause, at, said):
        said.role, said.rule = "other", "no measure word of the plan"
        return
    said.foreign = _foreign_thing(clause, at, index, vocabulary, started=thread.target is not None)
    thing = _thing(clause, at)
    single = len(thing) == 1 and max(scores) < 0.5
    counted = clause.text_left_of(at).strip(" :：，")
    units = [place for place, target in enumerate(targets) if target.unit == counted]
    if said.unit is None and len(units) == 1 and max(scores) < 0.5:
        scores[units[0]] = 1.0
    short = vocabulary.abbreviated(thing, index) if said.foreign or single else ()
    likely = [place for place in short if _of_its_size(said, targets[place])] if len(short) > 1 else short
    if len(likely) == 1:
        said.foreign, scores[likely[0]] = False, max(scores[likely[0]], 1.0)
    if slash and following is not None:
        scores = [
            score + (1.0 if target.value == following.value else 0.0)
            for score, target in zip(scores, targets, strict=True)
        ]
    if said.role in ("plan", "future"):
        scores = [
            score + (1.0 if target.value == said.number.value else 0.0)
            for score, target in zip(scores, targets, strict=True)
        ]
    _own_people(said, clause, at, row)
    thing = subject(clause, clause.start, clause.tokens[at].start)
    asked = asked or (len(thing) >= 2 and vocabulary.is_whole(thing, index))
    said.beside = _names_another(clause, at, index, vocabulary, len(targets))
    _own_increase(said, clause, at, row, scores)
    said.fraction = not said.number.percent and not float(said.number.value).is_integer()
    said.scores, said.foreign_part = tuple(scores), len(_thing(clause, at)) >= 2
    _choose(said, row, scores, thread, asked=asked, asked_now=thread.asked_now)
    whole_things = said.target is not None and targets[said.target].unit in things.WHOLE_UNITS
    if said.fraction and whole_things:
        said.role, said.rule, said.target, said.rivals = "other", "no part of a whole thing", None, ()


_SERVED: Final = ("惠及", "受益", "覆盖", "服务")


def _own_people(said: Said, clause: Clause, at: int, row: RowContext) -> None:
    """惠及老人882人 in the row whose only target is people is its figure; 带动就业4800人 never is."""
    only = row.targets[0].unit if len(top_targets(row.targets)) == 1 else None
    served = next((token for token in reversed(clause.left_of(at)) if not token.is_a(words.FILL, words.THING)), None)
    if said.role == "other" and only in _PEOPLE and said.unit in _PEOPLE and served and served.text in _SERVED:
        said.role, said.rule = "achieved", "people served, as the target counts them"


def _unit_after(clause: Clause, at: int, number: Number) -> str | None:
    """The measure word, also an English noun: 210 homes."""
    if number.unit is not None:
        return number.unit
    if number.percent:
        return "%"
    head = clause.text_right_of(at).strip().lower().split(" ")
    return next((things.ENGLISH_UNITS[word] for word in head[:3] if word in things.ENGLISH_UNITS), None)


def _counted(clause: Clause, at: int, reach: int) -> str:
    """What is counted, behind the number: up to the next verb."""
    stop = next(
        (token.start for token in clause.right_of(at) if not token.is_a(words.FILL, words.NEUTRAL, words.THING)),
        next((token.start for token in clause.tokens[at + 1 :] if token.number), clause.end),
    )
    end = clause.tokens[at].end
    return clause.slice(end, min(stop, end + reach))


def _foreign_thing(clause: Clause, at: int, index: int, vocabulary: Vocabulary, *, started: bool) -> bool:
    """听众620人: something is named that the row's own words do not have."""
    if clause.text.isascii():  # 2 projects finished: an English noun that is not known
        return started and any(
            word.isalpha() and word.lower() not in things.ENGLISH_UNITS for word in clause.text_right_of(at).split()[:2]
        )
    thing = _thing(clause, at)
    return len(thing) >= 2 and not vocabulary.knows(thing, index)


def _thing(clause: Clause, at: int) -> str:
    """What is named between the number before and this one."""
    start = max((token.end for token in clause.tokens[:at] if token.number), default=clause.start)
    return subject(clause, start, clause.tokens[at].start)


def _names_another(clause: Clause, at: int, index: int, vocabulary: Vocabulary, count: int) -> bool:
    """五好河道累计完成清淤4.6万方: right before the number stands a thing that is no target."""
    start = max((token.end for token in clause.tokens[:at] if not token.is_a(words.THING)), default=clause.start)
    thing = clause.slice(start, clause.tokens[at].start).strip()
    return start > clause.start and len(thing) >= 2 and not any(vocabulary.target_scores(thing, index, count))


def _foreign_unit(clause: Clause, at: int, said: Said) -> bool:
    """11层, 3级: a number with a word behind it that counts nothing of a plan."""
    if said.unit is not None:
        return False
    token = clause.tokens[at]
    following = clause.tokens[at + 1] if at + 1 < len(clause.tokens) else None
    if following is not None and following.start == token.end and following.is_a(words.GRADE):
        return True
    char = clause.slice(token.end, token.end + 1)
    return bool(char) and char in _ODD_COUNTS


_ODD_COUNTS = frozenset("页步遍趟餐顿桶箱车班层楼级")


def _choose(
    said: Said, row: RowContext, scores: list[float], thread: Thread, *, asked: bool, asked_now: bool = False
) -> None:
    targets = row.targets
    _own_stage(said, row, scores)
    rates = [at for at, target in enumerate(targets) if target.unit == "%" and scores[at] >= 0.9]
    if rates and said.unit is None and said.number.value < 100 and said.role in ("achieved", "rate"):
        said.target, said.role, said.rule = rates[0], "achieved", "a rate that is a target"
        return
    if said.number.percent:
        targets_of_percent = [at for at, target in enumerate(targets) if target.unit == "%" and scores[at] >= 0.9]
        if targets_of_percent and said.role in ("achieved", "rate"):
            said.target, said.role, said.rule = targets_of_percent[0], "achieved", "a rate that is a target"
            if said.number.value == targets[said.target].value and said.clause and "以内" in said.clause.text:
                said.role = "plan"
        return
    fitting = [
        at
        for at, target in enumerate(targets)
        if (alike(said.unit, target.unit) or (said.unit == "个" and target.unit in _PEOPLE and scores[at] >= 0.9))
        and target.value is not None
        and target.unit != "倍"
    ]
    named = [at for at in fitting if scores[at] >= 0.5]
    best = max(range(len(targets)), key=lambda at: scores[at])
    if named:
        _choose_named(said, row, scores, named, thread)
    elif (
        scores[best] >= 0.5
        and not (said.clause and said.clause.has(words.MONEY))
        and targets[best].unit != "倍"
        and targets[best].value is not None
        and not (said.beside and said.unit is not None)
    ):
        own = [at for at in fitting if said.unit is not None and _same_unit(said.unit, targets[at].unit)]
        if len(own) == 1 and _plausible(said, targets[own[0]]):
            said.target, said.rule, said.likely = own[0], f"{said.rule}, measure word", True
        else:
            said.target, said.mismatch = best, True
    elif said.foreign and _goes_on_with(said, thread, targets):
        said.target, said.rule, said.likely = thread.target, "same thing as before", True
    elif said.foreign and len(targets) == 1 and said.unit == targets[0].unit and said.unit not in things.GENERAL_UNITS:
        said.target, said.rule, said.likely = 0, "the row's own measure word", True
    elif said.foreign and not (
        asked_now and len(row.targets) == 1 and said.unit == targets[0].unit and (said.firm or said.role == "achieved")
    ):
        return
    elif (
        thread.target is not None
        and thread.target in fitting
        and (thread.heard or _same_unit(said.unit, targets[thread.target].unit))
    ):
        said.target, said.rule = (
            _whole_of(thread.target, targets) if said.total else thread.target,
            "same thing as before",
        )
    else:
        _choose_by_unit(said, row, fitting, asked=asked)


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


def _own_increase(said: Said, clause: Clause, at: int, row: RowContext, scores: list[float]) -> None:
    """新增了1280个泊位, where 新增 is what the target counts and it is no small part of it; not 又新增了20个."""
    before = [token.text for token in clause.left_of(at) if token.is_a(words.MORE)]
    if said.role != "more" or not before or before[-1] not in ("新增了", "增加了") or len(before) > 1:
        return
    verb = before[-1][:2]
    best = max(range(len(scores)), key=scores.__getitem__)
    target = row.targets[best]
    if verb in target.text and target.value and said.number.value >= 0.3 * target.value:
        said.role, said.rule, said.firm = "achieved", "the target's own verb", True


def _own_stage(said: Said, row: RowContext, scores: list[float]) -> None:
    """开工 is the thing itself where the target says so: 新开工2500套, or 实施12个 beside 竣工3个."""
    if said.role != "stage" or said.clause is None:
        return
    starts = any(token.is_a(words.START) or token.text == "在建" for token in said.clause.tokens)
    finishing = any(target.label in _FINISHES for target in row.targets)
    for at, target in enumerate(row.targets):
        if starts and finishing and target.text.startswith("实施") and target.value == said.number.value:
            said.role, said.rule, said.firm = "achieved", "being carried out is the target", True
            scores[at] += 1.0
            return
    stages = [token.text for token in said.clause.tokens if token.is_a(words.STAGE) and token.end <= said.span[0]]
    last = stages[-1].replace("已", "") if stages else ""
    if last and any(last in target.label for target in row.targets):
        said.role, said.rule, said.firm = "achieved", "the target's own verb", True
        for at, target in enumerate(row.targets):
            scores[at] += 1.0 if last in target.label else 0.0


_FINISHES = frozenset({"竣工", "建成", "完工", "完成", "投用", "交付"})


def _choose_named(said: Said, row: RowContext, scores: list[float], named: list[int], thread: Thread) -> None:
    def rank(at: int) -> tuple[float, bool, bool, bool]:
        target = row.targets[at]
        return (round(scores[at], 2), _plausible(said, target), target.unit == said.unit, target.parent is None)

    order = sorted(named, key=rank, reverse=True)
    if not _plausible(said, row.targets[order[0]]):
        likelier = [at for at in order if _plausible(said, row.targets[at]) and scores[at] >= 0.6 * scores[order[0]]]
        order = likelier or order
    said.target = order[0]
    same = [at for at in order if rank(at) == rank(order[0])]
    if len(same) > 1:
        same.sort(key=lambda at: len(row.targets[at].label))
        plainer = len(row.targets[same[1]].label) >= 1.5 * len(row.targets[same[0]].label)
        akin = [
            at
            for at in same
            if thread.target is not None and _share_a_word(row.targets[at], row.targets[thread.target])
        ]
        if len(akin) == 1:
            said.target, said.likely = akin[0], True  # 创业1500人，其中大学生170人
        else:
            said.target, said.rivals, said.likely = (same[0], (), True) if plainer else (None, tuple(same), False)
    said.rule = f"{said.rule}, label"


def _share_a_word(one: TargetContext, other: TargetContext) -> bool:
    bits = {one.label[at : at + 2] for at in range(len(one.label) - 1)} - things.COMMON_BITS
    return one is not other and any(bit in other.label for bit in bits)


def _same_unit(said: str | None, target: str | None) -> bool:
    """Without a word that names the target the measure word must be its own, or one of people's: 9所 is no 个."""
    return said is None or said == target or said in things.GOOD_FOR.get(target or "", ()) or {said, target} <= _PEOPLE


def _choose_by_unit(said: Said, row: RowContext, fitting: list[int], *, asked: bool) -> None:
    tops = [at for at in fitting if at in top_targets(row.targets)]
    same = [at for at in tops if _same_unit(said.unit, row.targets[at].unit)]
    if not same and len(tops) == 1 and said.firm and said.unit in ("个", "项"):
        same = tops  # 4.2完成5个: 个 is said of anything
    near = [at for at in same if _plausible(said, row.targets[at])]
    bare = said.unit is None
    if bare and not (asked or said.firm or any(target.unit == "倍" for target in row.targets)):
        return
    only = [target for target in row.targets if target.unit == "倍" or target.value is None]
    if len(near) == 1 and (not bare or asked or len(top_targets(row.targets)) == 1):
        said.target, said.rule, said.likely = near[0], f"{said.rule}, measure word", True
    elif len(near) > 1 and said.role in ("achieved", "month", "more"):
        said.rivals = tuple(near)
    elif not near and same and len(same) == 1:
        said.target, said.likely = same[0], True
    elif not fitting and only and said.role in ("achieved", "month", "more"):
        said.free = only[0].label


def _of_its_size(said: Said, target: TargetContext) -> bool:
    """书9600 is of the 10000 to be sent, not of the 2 to be opened; 书1 may be either."""
    return target.value is not None and 0.05 * target.value <= said.number.value <= 1.2 * target.value


def _plausible(said: Said, target: TargetContext) -> bool:
    return target.value is None or said.number.value <= target.value * (1.5 if target.value > 20 else 1.0)
