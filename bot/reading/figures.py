"""Figures: which numbers say what was achieved, and which target each belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from bot.reading import words
from bot.reading.clauses import Clause
from bot.reading.model import RowContext, TargetContext
from bot.reading.tokens import Token
from bot.reading.vocabulary import Vocabulary, top_targets
from data.language.numbers import Number

Role = Literal["achieved", "plan", "last_year", "left", "more", "month", "stage", "money", "rate", "future"]

_CUES: Final = (words.LAST_YEAR, words.MORE, words.LEFT, words.MONTH, words.RATE, words.MONEY, words.PLAN, words.FUTURE, words.TOTAL,
                words.NOW, words.STAGE, words.OTHERS, words.PLACE)  # fmt: skip
_ROLES: Final[dict[str, Role]] = {
    words.LAST_YEAR: "last_year", words.MORE: "more", words.LEFT: "left", words.MONTH: "month", words.RATE: "rate", words.MONEY: "money",
    words.PLAN: "plan", words.FUTURE: "future", words.TOTAL: "achieved", words.NOW: "achieved", words.STAGE: "stage", words.OTHERS: "left",
    words.PLACE: "rate",
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
    mismatch: bool = False
    clause: Clause | None = None
    free: str | None = None


def find_figures(clauses: list[Clause], row: RowContext, index: int, vocabulary: Vocabulary, *, asked: bool) -> list[Said]:
    """Every number that is no percent of the whole, with its role and target.

    Catches 学位3500个, 开放了9所, 3500/5000个, 300户中已完成210户, 幼儿园3个、小学2个. Not achieved: 计划5000个 (plan),
    去年3100个 (last_year), 还剩90户 (left), 比上月多120户 (more), 本月120户 (month), 已签约250户 (stage), 投入300万元 (money),
    失业率 of another row, 预计年底达到5000个 (future).
    """
    found: list[Said] = []
    thread = _Thread()
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
    _drop_restated(found, row)
    return found


class _Thread:
    """What goes on from one number to the next: the role (预计…5000个、竣工3个) and the thing counted."""

    def __init__(self) -> None:
        self.role: Role = "achieved"
        self.target: int | None = None
        self.carries = False

    def enter(self, clause: Clause) -> None:
        if clause.new_sentence or (not clause.goes_on and self.role != "future"):
            self.carries = False
        if clause.new_sentence:
            self.target = None

    def hear(self, target: int | None) -> None:
        """A clause without numbers may name what the next one counts: 学位方面，目前3500个."""
        self.target = target if target is not None else self.target

    def after(self, said: Said) -> None:
        self.role = said.role
        self.carries = said.role in ("future", "plan", "last_year", "month", "left", "stage")
        if said.target is not None:
            self.target = said.target


def _spoken_of(clause: Clause, row: RowContext, index: int, vocabulary: Vocabulary) -> int | None:
    scores = vocabulary.target_scores(clause.text, index, len(row.targets)) if row.targets else []
    best = max(scores, default=0.0)
    return scores.index(best) if best >= 0.9 and sum(score >= 0.8 * best for score in scores) == 1 else None


def _one(clause: Clause, at: int, thread: _Thread) -> Said | None:
    number = clause.tokens[at].number
    assert number is not None
    if number.unit == "倍" or number.unit == "百分点":
        return None
    said = Said(number, (number.start, number.unit_end), "achieved", unit=number.unit, clause=clause)
    left = clause.left_of(at)
    cue = _nearest(left)
    said.role, said.rule = _role(clause, at, cue, thread)
    said.firm = said.role == "achieved" and (cue in (words.NOW, words.TOTAL) or _made_up(clause, at))
    return said


def _nearest(left: tuple[Token, ...]) -> str | None:
    """The nearest cue; 本月累计 is the month's."""
    for place in range(len(left) - 1, -1, -1):
        for name in _CUES:
            if name in left[place].classes:
                if name == words.TOTAL and place and left[place - 1].is_a(words.MONTH):
                    return words.MONTH
                return name
    return None


def _made_up(clause: Clause, at: int) -> bool:
    return any(token.is_a(words.DONE, words.MADE, words.START) for token in clause.left_of(at)) or "了" in clause.text_left_of(at)


def _role(clause: Clause, at: int, cue: str | None, thread: _Thread) -> tuple[Role, str]:
    right = clause.text_right_of(at).lstrip(" ")
    behind = clause.right_of(at)
    if cue is None and thread.carries and not ("了" in clause.text_left_of(at)):
        verb = any(token.is_a(words.DONE, words.MADE) for token in clause.left_of(at))
        if thread.role in ("future", "left", "last_year") or (clause.goes_on or not verb):
            return thread.role, f"goes on: {thread.role}"
    if cue is None or cue == words.NOW:
        role = _role_behind(clause, at, right, behind, firm=cue is not None or _made_up(clause, at))
        if role:
            return role
    if cue is None:
        return "achieved", "number"
    if cue == words.STAGE and any(token.is_a(words.MADE) for token in clause.left_of(at)[-1:]):
        return "achieved", "verb"
    return _ROLES[cue], f"cue: {cue}"


def _role_behind(clause: Clause, at: int, right: str, behind: tuple[Token, ...], *, firm: bool) -> tuple[Role, str] | None:
    """What stands behind a number: 3000人的任务, 28个小区中…, 90户还没做, 3个在建."""
    first = behind[0] if behind else None
    gap = first.start - clause.tokens[at].end if first else 9
    if not firm and first is not None and gap <= 4 and _first_of(behind).is_a(words.PLAN):
        return "plan", "number + plan word"
    head = right[:12]
    inside = min((head.find(char) for char in "中里" if char in head), default=-1)
    more_numbers = any(token.number for token in clause.tokens[at + 1 :])
    if inside >= 0 and more_numbers and not firm:
        return "plan", "of which"
    if firm or first is None:
        return None
    verb = _first_of(behind)
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
    if gap in ("-", "~", "到", "至", "--", "或", "或者") and previous.role == "achieved" and number.value > previous.number.value:
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
    said: Said, clause: Clause, at: int, row: RowContext, index: int, vocabulary: Vocabulary, thread: _Thread, *, asked: bool
) -> None:
    following = clause.tokens[at + 1].number if at + 1 < len(clause.tokens) else None
    slash = following is not None and clause.slice(clause.tokens[at].end, clause.tokens[at + 1].start).strip() in ("/", "of", "out of")
    said.unit = _unit_after(clause, at, said.number)
    if slash and said.unit is None and following is not None:
        said.unit = _unit_after(clause, at + 1, following)
    targets = row.targets
    if not targets:
        return
    scores = vocabulary.target_scores(clause.text_left_of(at), index, len(targets))
    said.rule = said.rule or "number"
    if max(scores) < 0.5:
        right = _close_right(clause, at + 1 if slash else at)
        behind = vocabulary.target_scores(right, index, len(targets))
        scores = [max(one, 0.9 * two) for one, two in zip(scores, behind, strict=True)]
    if slash and following is not None:
        scores = [score + (1.0 if target.value == following.value else 0.0) for score, target in zip(scores, targets, strict=True)]
    _choose(said, row, scores, thread, asked=asked)


def _close_right(clause: Clause, at: int) -> str:
    """What is counted, behind the number: up to the next clause-like word."""
    text = clause.text_right_of(at)
    return text[:14]


def _choose(said: Said, row: RowContext, scores: list[float], thread: _Thread, *, asked: bool) -> None:
    targets = row.targets
    fitting = [at for at, target in enumerate(targets) if alike(said.unit, target.unit) and target.value is not None and target.unit != "倍"]
    named = [at for at in fitting if scores[at] >= 0.5]
    best = max(range(len(targets)), key=lambda at: scores[at])
    if named:
        _choose_named(said, row, scores, named)
    elif scores[best] >= 1.0 and targets[best].unit != "倍" and targets[best].value is not None:
        said.target, said.mismatch = best, True
    elif said.number.percent:
        return
    elif thread.target is not None and thread.target in fitting:
        said.target, said.rule = thread.target, "same thing as before"
    else:
        _choose_by_unit(said, row, fitting, asked=asked)


def _choose_named(said: Said, row: RowContext, scores: list[float], named: list[int]) -> None:
    def rank(at: int) -> tuple[float, bool, bool, bool]:
        target = row.targets[at]
        return (round(scores[at], 2), _plausible(said, target), target.unit == said.unit, target.parent is None)

    order = sorted(named, key=rank, reverse=True)
    if not _plausible(said, row.targets[order[0]]):
        likelier = [at for at in order if _plausible(said, row.targets[at]) and scores[at] >= 0.6 * scores[order[0]]]
        order = likelier or order
    said.target = order[0]
    if len(order) > 1 and rank(order[0]) == rank(order[1]) and scores[order[0]] - scores[order[1]] < 0.1:
        same = [at for at in order if rank(at) == rank(order[0])]
        said.target, said.rivals = None, tuple(same)
    said.rule = f"{said.rule}, label"


def _choose_by_unit(said: Said, row: RowContext, fitting: list[int], *, asked: bool) -> None:
    tops = [at for at in fitting if at in top_targets(row.targets)]
    same = [at for at in tops if row.targets[at].unit == said.unit]
    near = [at for at in same or tops if _plausible(said, row.targets[at])]
    bare = said.unit is None
    if bare and not (asked or said.firm):
        return
    only = [target for target in row.targets if target.unit == "倍" or target.value is None]
    if len(near) == 1 and (not bare or len(top_targets(row.targets)) == 1):
        said.target, said.rule, said.likely = near[0], f"{said.rule}, measure word", True
    elif len(near) > 1 and said.role == "achieved":
        said.rivals = tuple(near)
    elif not near and same and len(same) == 1:
        said.target, said.likely = same[0], True
    elif not fitting and only and said.unit is not None and said.role == "achieved":
        said.free = only[0].label


def _plausible(said: Said, target: TargetContext) -> bool:
    return target.value is None or said.number.value <= target.value * (1.5 if target.value > 20 else 1.0)


def _drop_restated(found: list[Said], row: RowContext) -> None:
    """Of two numbers for one target, the one that equals it was restated: 300户，已完成210户."""
    for said in found:
        if said.target is None or said.role != "achieved" or said.firm:
            continue
        target = row.targets[said.target]
        others = [other for other in found if other is not said and other.target == said.target and other.role in ("achieved", "left")]
        if others and said.number.value == target.value:
            said.role, said.rule = "plan", "equals the target"
