"""Figures: which numbers say what was achieved, and which target each belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from bot.reading import words
from bot.reading.clauses import Clause, subject
from bot.reading.model import RowContext, TargetContext
from bot.reading.tokens import Token
from bot.reading.vocabulary import Vocabulary, top_targets
from data.language.numbers import Number

Role = Literal[
    "achieved", "plan", "last_year", "left", "more", "month", "stage", "money", "rate", "future", "dated", "other"
]

_CUES: Final = (words.NOT_IT, words.INCLUDED, words.EXCESS, words.LAST_YEAR, words.MORE, words.LEFT, words.MONTH, words.RATE, words.MONEY, words.PLAN, words.FUTURE, words.TOTAL,
                words.NOW, words.STAGE, words.OTHERS, words.PLACE)  # fmt: skip
_ROLES: Final[dict[str, Role]] = {
    words.LAST_YEAR: "last_year", words.MORE: "more", words.LEFT: "left", words.MONTH: "month", words.RATE: "rate", words.MONEY: "money",
    words.PLAN: "plan", words.FUTURE: "future", words.TOTAL: "achieved", words.NOW: "achieved", words.STAGE: "stage", words.OTHERS: "left",
    words.PLACE: "rate", words.NOT_IT: "other", words.EXCESS: "other", words.INCLUDED: "achieved",
}  # fmt: skip


@dataclass(slots=True)
class Said:
    """One number of the message: its role, its target (index in the row, None where none), and how it was found."""

    number: Number
    span: tuple[int, int]
    role: Role
    target: int | None = None
    rivals: tuple[int, ...] = ()
    rule: str = ""
    likely: bool = False
    firm: bool = False
    unit: str | None = None
    high: float | None = None
    total: bool = False
    included: bool = False
    mismatch: bool = False
    clause: Clause | None = None
    foreign: bool = False
    free: str | None = None


def find_figures(
    clauses: list[Clause], row: RowContext, index: int, vocabulary: Vocabulary, *, asked: bool, asked_now: bool = False
) -> list[Said]:
    """Every number that is no percent of the whole, with its role and target.

    Catches 学位3500个, 开放了9所, 3500/5000个, 300户中已完成210户, 幼儿园3个、小学2个. Not achieved: 计划5000个 (plan),
    去年3100个 (last_year), 还剩90户 (left), 比上月多120户 (more), 本月120户 (month), 已签约250户 (stage), 投入300万元 (money),
    失业率 of another row, 预计年底达到5000个 (future).
    """
    found: list[Said] = []
    thread = _Thread(asked_now=asked_now)
    for clause in clauses:
        if clause.asks:
            continue
        thread.enter(clause)
        numbers = clause.numbers()
        for place, at in enumerate(numbers):
            said = _one(clause, at, thread)
            if said is None:
                continue
            if place and _joined(clause, numbers[place - 1], at, found):
                continue
            _match(said, clause, at, row, index, vocabulary, thread, asked=asked)
            found.append(said)
            thread.after(said)
        if not numbers:
            thread.hear(_spoken_of(clause, row, index, vocabulary))
    _affirm(found, clauses)
    _settle_rivals(found, row)
    _drop_restated(found, row)
    return found


class _Thread:
    """What goes on from one number to the next: the role (预计…5000个、竣工3个) and the thing counted."""

    def __init__(self, *, asked_now: bool) -> None:
        self.asked_now = asked_now
        self.role: Role = "achieved"
        self.target: int | None = None
        self.carries = False

    def enter(self, clause: Clause) -> None:
        if clause.new_sentence or (not clause.goes_on and self.role not in ("future", "dated")):
            self.carries = False
        if clause.new_sentence:
            self.target = None

    def hear(self, target: int | None) -> None:
        """A clause without numbers may name what the next one counts: 学位方面，目前3500个."""
        self.target = target if target is not None else self.target

    def after(self, said: Said) -> None:
        self.role = said.role
        self.carries = said.role in ("future", "plan", "last_year", "month", "left", "stage", "dated")
        if said.target is not None:
            self.target = said.target


def _spoken_of(clause: Clause, row: RowContext, index: int, vocabulary: Vocabulary) -> int | None:
    scores = vocabulary.target_scores(clause.text, index, len(row.targets)) if row.targets else []
    best = max(scores, default=0.0)
    return scores.index(best) if best >= 0.9 and sum(score >= 0.8 * best for score in scores) == 1 else None


def _one(clause: Clause, at: int, thread: _Thread) -> Said | None:
    number = clause.tokens[at].number
    assert number is not None
    if number.unit in ("倍", "百分点"):
        return None
    said = Said(number, (number.start, number.unit_end), "achieved", unit=number.unit, clause=clause)
    cue = _nearest(clause, at)
    if cue in (words.MORE, words.MONTH) and _planned(clause, at):
        cue = words.FUTURE
    said.included = cue == words.INCLUDED
    said.firm = cue in (words.NOW, words.TOTAL) or _made_up(clause, at)
    said.role, said.rule = _role(clause, at, cue, thread, firm=said.firm)
    said.firm = said.firm and said.role == "achieved"
    said.total = cue == words.TOTAL
    return said


def _nearest(clause: Clause, at: int) -> str | None:
    """The nearest cue; 本月累计 is the month's, and so is 9月540人 without 截至."""
    left = clause.left_of(at)
    for place in range(len(left) - 1, -1, -1):
        token = left[place]
        if token.day is not None and (cue := _day_cue(clause, token, left[:place])):
            return cue
        for name in _CUES:
            if name in token.classes:
                if (
                    name == words.PLAN
                    and token.text.endswith(("任务", "目标"))
                    and any(other.is_a(words.DONE) for other in left[place + 1 :])
                ):
                    return words.NOW
                if name == words.TOTAL and place and left[place - 1].is_a(words.MONTH):
                    return words.MONTH
                return name
        if token.is_a(words.NEG) and place >= len(left) - 2 and clause.tokens[at].start - token.end <= 2:
            return words.NOT_IT
    return None


def _planned(clause: Clause, at: int) -> bool:
    """下周再办一场, 明天再完成5户: an increase that is still to come."""
    return any(
        token.is_a(words.FUTURE, words.NEXT) or (token.day is not None and token.day.is_ahead)
        for token in clause.left_of(at)
    )


def _day_cue(clause: Clause, token: Token, before: tuple[Token, ...]) -> str | None:
    """比8月底多: an increase; 9月540人: the month's; 去年12月: last year's; 8月25日3200个: as of then."""
    assert token.day is not None
    ahead = clause.slice(token.start - 1, token.start)
    if ahead in ("比", "较"):
        return words.MORE
    until = any(other.is_a(words.UNTIL) for other in before) or ahead in ("到", "至")
    if until:
        return None
    if "去年" in token.text or "上年" in token.text:
        return words.LAST_YEAR
    if token.day.is_so_far:
        return words.TOTAL
    if token.day.is_period and not clause.has(words.FUTURE, words.NOW, words.TOTAL):
        return words.MONTH
    if token.day.is_ahead and not token.day.begins:
        return words.FUTURE
    if not token.day.is_past or clause.has(words.NOW, words.FUTURE, words.TOTAL):
        return None
    happened = any(other.is_a(words.DONE, words.MADE) for other in clause.tokens if other.start > token.start)
    return words.MONTH if happened and not token.day.is_today else "dated"


def _made_up(clause: Clause, at: int) -> bool:
    return any(token.is_a(words.DONE, words.MADE) for token in clause.left_of(at)) or "了" in clause.text_left_of(at)


def _role(clause: Clause, at: int, cue: str | None, thread: _Thread, *, firm: bool) -> tuple[Role, str]:
    right = clause.text_right_of(at).lstrip(" ")
    behind = clause.right_of(at)
    if clause.slice(clause.tokens[at].start - 2, clause.tokens[at].start).endswith(
        ("另", "另外", "余", "剩", "差", "缺")
    ):
        return "left", "the others"
    if right.lower().startswith("more"):
        return "more", "number + more"
    if cue is None and thread.carries and "了" not in clause.text_left_of(at):
        verb = any(token.is_a(words.DONE, words.MADE) for token in clause.left_of(at))
        if thread.role in ("future", "left", "last_year", "dated") or (clause.goes_on or not verb):
            return thread.role, f"goes on: {thread.role}"
    if cue in (None, words.NOW):
        role = _role_behind(clause, at, right, behind, firm=firm)
        if role:
            return role
    if cue is None:
        return (
            ("other", "in a problem") if not firm and clause.has(words.PROBLEM, words.WAIT) else ("achieved", "number")
        )
    if cue == "dated":
        return "dated", "as of a day past"
    return _ROLES[cue], f"cue: {cue}"


def _role_behind(
    clause: Clause, at: int, right: str, behind: tuple[Token, ...], *, firm: bool
) -> tuple[Role, str] | None:
    """What stands behind a number: 3000人的任务, 28个小区中…, 90户还没做, 3个在建."""
    if not behind:
        return None
    verb = _first_of(behind)
    gap = verb.start - clause.tokens[at].end
    said_so = firm and (
        "了" in clause.text_left_of(at) or any(token.is_a(words.NOW, words.TOTAL) for token in clause.left_of(at))
    )
    if verb.is_a(words.PLAN) and not verb.is_a(words.FUTURE) and gap <= 5 and not said_so:
        return "plan", "number + plan word"
    inside = next((place for place, char in enumerate(right[:12]) if char in "中里"), -1)
    if inside >= 0 and any(token.number for token in clause.tokens[at + 1 :]) and not said_so:
        return "plan", "of which"
    if firm:
        return None
    if gap <= 6 and verb.is_a(words.LEFT, words.NOT_STARTED, words.NEG):
        return "left", "number + not yet"
    if gap <= 6 and verb.is_a(words.STAGE) and not verb.is_a(words.DONE):
        return "stage", "number + stage"
    return None


def _first_of(tokens: tuple[Token, ...]) -> Token:
    """The first word that is no mere particle."""
    return next((token for token in tokens if not token.is_a(words.FILL, words.NEUTRAL, words.ALL)), tokens[0])


def _joined(clause: Clause, before: int, at: int, found: list[Said]) -> bool:
    """The second half of 3500/5000个 is the target, of 3000到3500个 the upper end."""
    if not found or found[-1].clause is not clause:
        return False
    gap = clause.slice(clause.tokens[before].end, clause.tokens[at].start).strip()
    number = clause.tokens[at].number
    previous = found[-1]
    if number is None or previous.span[0] != clause.tokens[before].start:
        return False
    if gap in ("/", "of", "out of", "分之"):
        previous.unit = previous.unit or number.unit
        previous.span = (previous.span[0], number.unit_end)
        previous.high = None
        previous.rule = "of"
        return True
    if (
        gap in ("-", "~", "到", "至", "--", "或", "或者")
        and previous.role == "achieved"
        and number.value > previous.number.value
    ):
        previous.high = number.value
        previous.unit = previous.unit or number.unit
        previous.span = (previous.span[0], number.unit_end)
        return True
    return False


# ------------------------------------------------------------------ targets


def alike(said: str | None, target: str | None) -> bool:
    """Whether two measure words may count the same things; a number without one fits all."""
    if said is None or target is None or said == target:
        return True
    if said in words.GOOD_FOR.get(target, ()):
        return True
    return any(said in group and target in group for group in words.COUNTED_ALIKE)


def _unit_after(clause: Clause, at: int, number: Number) -> str | None:
    """The measure word, also an English noun: 210 homes."""
    if number.unit is not None:
        return number.unit
    if number.percent:
        return "%"
    head = clause.text_right_of(at).strip().lower().split(" ")
    return next((words.ENGLISH_UNITS[word] for word in head[:3] if word in words.ENGLISH_UNITS), None)


def _match(
    said: Said,
    clause: Clause,
    at: int,
    row: RowContext,
    index: int,
    vocabulary: Vocabulary,
    thread: _Thread,
    *,
    asked: bool,
) -> None:
    following = clause.tokens[at + 1].number if at + 1 < len(clause.tokens) else None
    slash = following is not None and clause.slice(clause.tokens[at].end, clause.tokens[at + 1].start).strip() in (
        "/",
        "of",
        "out of",
    )
    said.unit = _unit_after(clause, at, said.number)
    if slash and said.unit is None and following is not None:
        said.unit = _unit_after(clause, at + 1, following)
    targets = row.targets
    if not targets:
        return
    end = at + 1 if slash else at
    topic, _, left = clause.text_left_of(at).replace("：", ":").rpartition(":")
    stretches = [left, _counted(clause, end), clause.text_right_of(end)[:14], topic]
    if clause.text.isascii():
        stretches = [*stretches[1:3], left, topic]
    scores = [0.0] * len(targets)
    for text in stretches:
        if text and max(scores) < 0.5:
            found = vocabulary.target_scores(text, index, len(targets))
            scores = [max(one, two) for one, two in zip(scores, found, strict=True)]
    if _foreign_unit(clause, at, said):
        said.role, said.rule = "other", "no measure word of the plan"
        return
    said.foreign = _foreign_thing(clause, at, index, vocabulary)
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
    _choose(said, row, scores, thread, asked=asked, asked_now=thread.asked_now)


def _counted(clause: Clause, at: int) -> str:
    """What is counted, behind the number: up to the next verb."""
    stop = next((token.start for token in clause.right_of(at) if not token.is_a(words.FILL, words.NEUTRAL)), clause.end)
    return clause.slice(clause.tokens[at].end, min(stop, clause.tokens[at].end + 14))


def _foreign_thing(clause: Clause, at: int, index: int, vocabulary: Vocabulary) -> bool:
    """听众620人: something is named that the row's own words do not have."""
    start = max((token.end for token in clause.tokens[:at] if token.number), default=clause.start)
    thing = subject(clause, start, clause.tokens[at].start)
    return len(thing) >= 2 and not vocabulary.knows(thing, index)


def _foreign_unit(clause: Clause, at: int, said: Said) -> bool:
    """11层: a number with a word behind it that is no known measure word and begins no known word."""
    if said.unit is not None:
        return False
    token = clause.tokens[at]
    char = clause.slice(token.end, token.end + 1)
    if not ("\u4e00" <= char <= "\u9fff") or char in "了的到和与及已完左以多余":
        return False
    following = clause.tokens[at + 1] if at + 1 < len(clause.tokens) else None
    return following is None or following.start != token.end or following.is_a(words.GRADE)


def _choose(
    said: Said, row: RowContext, scores: list[float], thread: _Thread, *, asked: bool, asked_now: bool = False
) -> None:
    targets = row.targets
    _own_stage(said, row, scores)
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
        if alike(said.unit, target.unit) and target.value is not None and target.unit != "倍"
    ]
    named = [at for at in fitting if scores[at] >= 0.5]
    best = max(range(len(targets)), key=lambda at: scores[at])
    if named:
        _choose_named(said, row, scores, named)
    elif (
        scores[best] >= 0.5
        and not (said.clause and said.clause.has(words.MONEY))
        and targets[best].unit != "倍"
        and targets[best].value is not None
    ):
        said.target, said.mismatch = best, True
    elif said.foreign and not (
        asked_now and len(row.targets) == 1 and said.unit == targets[0].unit and (said.firm or said.role == "achieved")
    ):
        return
    elif thread.target is not None and thread.target in fitting:
        said.target, said.rule = thread.target, "same thing as before"
    else:
        _choose_by_unit(said, row, fitting, asked=asked)


def _own_stage(said: Said, row: RowContext, scores: list[float]) -> None:
    """开工 is the thing itself where the target says so: 新开工2500套."""
    if said.role != "stage" or said.clause is None:
        return
    stages = [token.text for token in said.clause.tokens if token.is_a(words.STAGE) and token.end <= said.span[0]]
    last = stages[-1].replace("已", "") if stages else ""
    if last and any(last in target.label for target in row.targets):
        said.role, said.rule, said.firm = "achieved", "the target's own verb", True
        for at, target in enumerate(row.targets):
            scores[at] += 1.0 if last in target.label else 0.0


def _choose_named(said: Said, row: RowContext, scores: list[float], named: list[int]) -> None:
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
        said.target, said.rivals, said.likely = (same[0], (), True) if plainer else (None, tuple(same), False)
    said.rule = f"{said.rule}, label"


def _choose_by_unit(said: Said, row: RowContext, fitting: list[int], *, asked: bool) -> None:
    tops = [at for at in fitting if at in top_targets(row.targets)]
    same = [at for at in tops if row.targets[at].unit == said.unit]
    near = [at for at in same or tops if _plausible(said, row.targets[at])]
    bare = said.unit is None
    if bare and not (asked or said.firm):
        return
    only = [target for target in row.targets if target.unit == "倍" or target.value is None]
    if len(near) == 1 and (not bare or asked or len(top_targets(row.targets)) == 1):
        said.target, said.rule, said.likely = near[0], f"{said.rule}, measure word", True
    elif len(near) > 1 and said.role == "achieved":
        said.rivals = tuple(near)
    elif not near and same and len(same) == 1:
        said.target, said.likely = same[0], True
    elif not fitting and only and said.unit is not None and said.role == "achieved":
        said.free = only[0].label


def _plausible(said: Said, target: TargetContext) -> bool:
    return target.value is None or said.number.value <= target.value * (1.5 if target.value > 20 else 1.0)


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


def _settle_rivals(found: list[Said], row: RowContext) -> None:
    """泊位1380个、接入2690个: what the second takes for sure cannot be the first."""
    taken = {said.target for said in found if said.target is not None and said.role == "achieved"}
    for said in found:
        left = [at for at in said.rivals if at not in taken]
        if said.target is None and said.rivals and len(left) == 1 and taken & set(said.rivals):
            said.target, said.rivals, said.likely = left[0], (), True


def _drop_restated(found: list[Said], row: RowContext) -> None:
    """Of two numbers for one target, the one that equals it was restated: 300户，已完成210户."""
    for said in found:
        if said.included and any(other.span < said.span for other in _rivals(said, found)):
            said.role, said.rule = "other", "a part of the number before"
        if _counted_better(said, found, row):
            said.role, said.rule = "other", "another count fits"
        if said.target is None or said.role not in ("achieved", "dated"):
            continue
        if said.role == "dated" or (not said.total and any(other.total for other in _rivals(said, found))):
            said.role = "dated" if _rivals(said, found) else "achieved"
            continue
        if said.firm:
            continue
        target = row.targets[said.target]
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


def _rivals(said: Said, found: list[Said]) -> list[Said]:
    return [other for other in found if other is not said and other.target == said.target and other.role == "achieved"]
