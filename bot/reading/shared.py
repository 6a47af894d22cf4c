"""What is said of several rows at once, each by its name: 绿地跟泊位都到60%了."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.reading import words
from bot.reading.clauses import Clause
from bot.reading.signs import arabic

_ALL_OF_THEM: Final = re.compile(
    "(?P<names>[^，,。；;：:0-9%]{2,24}?)(?:[这那]?(?:两|三|几)[项个块条](?:任务|工作|项目)?)?(?P<told>(?:都|均|全部|全)(?!面|区|市|民|程)[^，,]+)$"
)
# As many as are listed: 两项都还没开始.
_EVERY_ITEM: Final = re.compile(
    "[ ]*(?:我们|我局|这|目前|现在)*([2-9二三四五六七八九两])项(?:任务|工作|目标)?(?=都|均|全)"
)
_AND: Final = re.compile("以及|还有|[和跟与及]")
_TELLING: Final = (
    words.DONE, words.ONGOING, words.NOT_STARTED, words.NO_CHANGE, words.DELAYED, words.START,
)  # fmt: skip

Named = Callable[[str], int | None]


def said_of_several(
    clauses: list[Clause], at: int, named: Named, listed: tuple[int, ...]
) -> tuple[list[tuple[int, Clause]], int]:
    """The rows that the clauses from `at` on name together, each with what is said of all, and the place behind them.

    Catches 绿地跟泊位都到60%了, 电梯、道路都正常推进, and 两项都还没开始 where two are listed.
    Not: 中小学和幼儿园都… (one row), names of no row, counts (都是5家).
    """
    every = _EVERY_ITEM.match(clauses[at].text)
    if (
        every is not None
        and arabic(every[1]) == len(listed)
        and _tells_of_all(clauses[at], clauses[at].start + every.end())
    ):
        return [(row, _from(clauses[at], clauses[at].start + every.end())) for row in listed], at + 1
    end = at
    while end + 1 < len(clauses) and clauses[end + 1].goes_on and not clauses[end].numbers():
        end += 1
    last = clauses[end]
    begin = _told_from(last, listed=end > at)
    if begin is None or not _tells_of_all(last, begin):
        return [], at
    names = [*(clause.text for clause in clauses[at:end]), *_AND.split(last.slice(last.start, begin))]
    rows = [named(name) for name in names if name.strip()]
    known = [row for row in rows if row is not None]
    if len(known) != len(rows) or len(set(known)) < 2:
        return [], at
    told = _from(last, begin)
    return [(row, told) for row in dict.fromkeys(known)], end + 1


def _from(clause: Clause, begin: int) -> Clause:
    return replace(clause.within(begin, clause.end), goes_on=False)


def _told_from(clause: Clause, *, listed: bool) -> int | None:
    """Where the names end: at 都, and in a list of names (泊位、绿地没变化) at the first word that tells something."""
    match = _ALL_OF_THEM.match(clause.text) if any(sign in clause.text for sign in "都均全") else None
    if match is not None:
        return clause.start + match.start("told")
    first = next((token for token in clause.tokens if token.is_a(*_TELLING)), None) if listed else None
    return first.start if first is not None and first.start - clause.start >= 2 else None


def _tells_of_all(clause: Clause, begin: int) -> bool:
    """A percent or a word of state behind the names, and no count."""
    behind = [token for token in clause.tokens if token.start >= begin]
    numbers = [token.number for token in behind if token.number]
    if clause.asks or len(numbers) > 1 or any(not number.percent for number in numbers):
        return False
    return bool(numbers) or any(token.is_a(*_TELLING) for token in behind)
