"""What stands behind a number says what it is: 3000人的任务, 28个小区中…, 90户还没做, 3个在建."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bot.reading import no_counts, words
from bot.reading.clauses import Clause
from bot.reading.cues import Role
from bot.reading.tokens import Token
from bot.reading.verbs import verbs_behind

Told = tuple[Role, str] | None


def role_behind(clause: Clause, at: int, right: str, behind: tuple[Token, ...], *, firm: bool) -> Told:
    """The role that what is behind a number tells, by the first of the steps below; None where none does.

    `right` is the text up to the next number, `firm` that a verb of making leads up to it.
    """
    if not behind or behind[0].text == "第":
        return None  # 示范村2个第二条河10月底验收
    case = _Case(clause, at, right, behind, firm)
    for step in _STEPS:
        told = step(case)
        if told is not None:
            return told or None
    return None


@dataclass(frozen=True)
class _Case:
    """A number, and the words behind it."""

    clause: Clause
    at: int
    right: str
    behind: tuple[Token, ...]
    firm: bool

    @cached_property
    def verb(self) -> Token:
        return _first_of(self.behind)

    @property
    def gap(self) -> int:
        return self.verb.start - self.clause.tokens[self.at].end

    @property
    def next_number(self) -> Token | None:
        return next((token for token in self.clause.tokens[self.at + 1 :] if token.number), None)

    @cached_property
    def said_so(self) -> bool:
        """完成了, 已完成: that it is done is told ahead."""
        told = "了" in self.clause.text_left_of(self.at)
        now = any(token.is_a(words.NOW, words.TOTAL) for token in self.clause.left_of(self.at))
        return self.firm and (told or now)

    @property
    def done(self) -> bool:
        return any(token.is_a(words.DONE) and token.start - self.verb.end <= 1 for token in self.behind)


# What a step tells: a role and its rule, () that nothing behind it counts; None goes on.
_NOTHING: Final[tuple[()]] = ()
Step = tuple[Role, str] | tuple[()] | None


def _still_at_it(case: _Case) -> Step:
    """12个小区还在埋管子, 40亩在种; what stands right before the next number is that one's (加梯21台在装5台)."""
    last = case.next_number is None
    if not case.firm and (no_counts.STILL.match(case.right) or (last and no_counts.AT_IT.match(case.right))):
        return "stage", "number + still"
    among = case.right.startswith(("里", "中"))
    left_over = case.verb.is_a(words.LEFT)  # 指导员80人还有20人11月培训
    own = case.gap <= 1 and not among and (left_over or not verbs_behind(case.clause))
    following = case.next_number
    return _NOTHING if own and following is not None and 0 <= following.start - case.verb.end <= 1 else None


def _planned(case: _Case) -> Step:
    """90户下月做, 3000人的任务; not 2600人次/目标3000."""
    if any(token.day is not None and token.day.is_ahead for token in case.behind[:2]) and not case.firm:
        return "future", "number + a day to come"
    if case.right.startswith("/"):
        return _NOTHING
    plan = case.verb.is_a(words.PLAN) and not case.verb.is_a(words.FUTURE)
    return ("plan", "number + plan word") if plan and case.gap <= 5 and not case.said_so and not case.done else None


def _of_which(case: _Case) -> Step:
    """28个小区中…, 10条路里童子河南路先干."""
    right = case.right
    inside = next((place for place, char in enumerate(right[:12]) if char in "中里" and right[place - 1] != "其"), -1)
    if inside < 0:
        return None
    if no_counts.FIRST_OF_THEM.search(right[inside + 1 :]):
        return "plan", "of which"
    ends = right.rstrip().endswith(("中", "里")) and all(
        token.is_a(words.FILL, words.NEUTRAL, words.THING) for token in case.behind
    )
    named = no_counts.ONE_OF_THEM.match(right[inside + 1 :]) is not None
    meant = case.next_number is not None or ends or named
    return ("plan", "of which") if meant and not case.said_so else None


def _as_it_stood(case: _Case) -> Step:
    """还是1920套没动, 就业12380没动: the number stands."""
    if case.firm:
        return _NOTHING
    bare = case.clause.tokens[case.at].end == case.verb.start and _is_bare(case.clause, case.at)
    stays = bare or no_counts.STAYS.search(case.clause.text_left_of(case.at)) is not None
    return _NOTHING if case.verb.text in no_counts.STOOD and stays else None


def _not_yet(case: _Case) -> Step:
    """90户还没做, 3个在建; not 15个已施工完成, nor 2500套全部开工: flats are counted by their start."""
    verb = case.verb
    if case.gap <= 6 and verb.is_a(words.LEFT, words.NOT_STARTED, words.NEG):
        return "left", "number + not yet"
    going = verb.is_a(words.ONGOING) and not verb.is_a(words.NEARLY)
    near = case.gap <= (10 if "进入" in verb.text else 6)
    if not near or not (going or verb.is_a(words.STAGE, words.START)) or verb.is_a(words.DONE):
        return None
    number = case.clause.tokens[case.at].number
    if number is not None and number.unit == "套" and "开工" in verb.text:
        return _NOTHING
    return _NOTHING if case.done and verb.text.endswith(_WORKS) else ("stage", "number + stage")


_WORKS: Final = ("施工", "改造", "建设", "安装", "整治", "装修", "实施")
_STEPS: Final = (_still_at_it, _planned, _of_which, _as_it_stood, _not_yet)


def _is_bare(clause: Clause, at: int) -> bool:
    number = clause.tokens[at].number
    return number is not None and number.unit is None and not number.percent


def _first_of(tokens: tuple[Token, ...]) -> Token:
    """The first word that is no mere particle."""
    return next(
        (
            token
            for token in tokens
            if token.day is None and not token.is_a(words.FILL, words.NEUTRAL, words.THING, words.ALL, words.NOW)
        ),
        tokens[0],
    )
