"""What a count has come to by its last one: 书苑第二家今天开门, 讲座第三场办完."""

from __future__ import annotations

import re
from typing import Final

from bot.reading import words
from bot.reading.clauses import Clause, lacks, told, waits
from bot.reading.model import RowContext
from bot.reading.said import Said
from bot.reading.things import alike
from bot.reading.vocabulary import NAMED, Vocabulary, top_targets
from data.language.numbers import Number
from data.language.numerals import chinese_value

NTH: Final = re.compile("第([0-9]{1,3}|[一二三四五六七八九十]{1,3})(家|所|个|场|条|期|户|处|座|项)")
_UP_TO: Final = re.compile("[办做开送演放改装修铺]到了?$")  # 活动办到第88期
_DONE: Final = re.compile(
    "完[成工了毕]?|竣工|建[成好]|开[门张馆业放了]|挂的?牌|揭的?牌|亮相|验收[了过]|通过验收|通车|投[用运]|办[的了好]|改[好完]|装好|修好|交付|结束"
)
_NOT_YET: Final = (
    words.FUTURE, words.NEG, words.PLAN, words.NEXT, words.PROBLEM, words.WAIT, words.NEARLY, words.DELAYED,
    words.EXTEND, words.NOT_STARTED, words.HEARSAY, words.ONGOING,
)  # fmt: skip


def last_of_them(
    clauses: list[Clause], found: list[Said], row: RowContext, index: int, known: Vocabulary
) -> list[Said]:
    """The numbers of the last ones that are done, of targets of which no count was said.

    Not: 第三个在装修, 第二条河12月通过验收 (to come), 第二所学校主体封顶 (a stage), 第二批.
    """
    made: list[Said] = []
    for place, clause in enumerate(clauses):
        match = NTH.search(clause.text) if "第" in clause.text else None
        if match is None:
            continue
        value = float(match[1]) if match[1].isdigit() else chinese_value(match[1])
        following = clauses[place + 1] if place + 1 < len(clauses) else None
        text = clause.text
        if value == 2 and (first := _first_that_is_done(clauses[:place], clause, match)) is not None:
            value, text = 1.0, f"{first.text}，{clause.text}"
        elif not (
            _UP_TO.search(clause.text[: match.start()])
            or _is_done(clause, match.end())
            or _done_behind(clause, following)
        ):
            continue
        target = _target_of(text, match[2], value or 0, row, index, known)
        said_of = [
            said.target for said in (*found, *made)
            if said.role in ("achieved", "month", "more") or (said.role == "left" and not _rest_of(said, value, row))
        ]  # fmt: skip
        if value is not None and target is not None and target not in said_of:
            start, end = clause.start + match.start(), clause.start + match.end()
            number = Number(value, start, end - 1, match[1], unit=match[2], unit_end=end)
            made.append(Said(number, (start, end), "achieved", target, rule="the last of them is done", likely=True,
                             unit=match[2], clause=clause))  # fmt: skip
    return made


def _rest_of(said: Said, value: float | None, row: RowContext) -> bool:
    """第二个揭牌了，还剩一个, of three: what is left goes with it."""
    goal = row.targets[said.target].value if said.target is not None else None
    return goal is not None and value is not None and said.number.value + value == goal


def _done_behind(clause: Clause, following: Clause | None) -> bool:
    """今年第8项赛事是乒乓球，上周末打完: the next breath says no more than that it is done."""
    if following is None or clause.has(*_NOT_YET) or clause.asks or clause.numbers() or told(clause):
        return False
    staged = any(token.is_a(words.STAGE) and not token.is_a(words.NOW) for token in clause.tokens)
    return not staged and len(following.text.strip()) <= 9 and _is_done(following, 0)


_ONE: Final = re.compile("(?:[那这]一?|第一|头一?|首|(?<![第0-9])一)([家所个场条户处座])")


def _first_that_is_done(before: list[Clause], clause: Clause, second: re.Match[str]) -> Clause | None:
    """荷花池那家五一已经开门，第二家还在装修: the first is there, the second is being made."""
    if not clause.has(words.ONGOING) or clause.asks or clause.numbers():
        return None
    for other in before:
        one = _ONE.search(other.text)
        if one is not None and one[1] == second[2] and _is_done(other, one.end()):
            return other
    return None


def _is_done(clause: Clause, place: int) -> bool:
    if (
        clause.asks
        or clause.has(*_NOT_YET)
        or told(clause)
        or lacks(clause)
        or waits(clause)
        or len(clause.numbers()) > 0
    ):
        return False
    if any(token.day is not None and not token.day.is_past and not token.day.is_today for token in clause.tokens):
        return False
    staged = any(token.is_a(words.STAGE) and not token.is_a(words.NOW) for token in clause.tokens)
    return not staged and _DONE.search(clause.text, place) is not None


def _target_of(text: str, unit: str, value: float, row: RowContext, index: int, known: Vocabulary) -> int | None:
    """The target that the words name, else the only one that is counted so; one of which so many are to be reached."""
    fitting = [
        at for at in top_targets(row.targets)
        if row.targets[at].value is not None
        and alike(unit, row.targets[at].unit)
        and (row.targets[at].last or 0) <= value <= (row.targets[at].value or 0)
    ]  # fmt: skip
    scores = known.target_scores(text, index, len(row.targets))
    best = max((scores[at] for at in fitting), default=0.0)
    named = [at for at in fitting if scores[at] >= NAMED and scores[at] >= 0.8 * best]
    if named:
        return named[0] if len(named) == 1 else None
    same = [at for at in fitting if row.targets[at].unit == unit]
    return same[0] if len(same) == 1 and len(top_targets(row.targets)) == 1 else None
