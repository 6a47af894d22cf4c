"""Whether a word about the state speaks of the whole row or of a part of it."""

from __future__ import annotations

import re
from typing import Final

from bot.reading import words
from bot.reading.clauses import Clause, subject
from bot.reading.model import RowContext
from bot.reading.row_things import things_named
from bot.reading.tokens import Token
from bot.reading.vocabulary import Vocabulary, top_targets

# Words for one thing that is reached; they finish a row only if the row is about that thing and has no numbers.
MILESTONES: Final = (
    "封顶",
    "打通",
    "贯通",
    "开放",
    "开馆",
    "开园",
    "通车",
    "启用",
    "投用",
    "投运",
    "落地",
    "到位",
    "交付",
)


_TOPPED: Final = re.compile("(?:主体|结构|主楼)[^，。]{0,2}封|到顶|封掉|封上|(?i:topp?(?:s|ing|ed)?[ -]out)")


def milestone(text: str) -> str | None:
    """The milestone that a word speaks of: 封顶 of 主体封顶, 到顶 and 主体早封了."""
    if _TOPPED.search(text):
        return "封顶"
    return next((word for word in MILESTONES if word in text), None)


def foreign_milestone(token: Token, row: RowContext) -> bool:
    """封顶 in a row that is not about 封顶, or one that has numbers besides."""
    word = milestone(token.text)
    if word is None:
        return False
    numbers = any(target.value is not None for target in row.targets)
    return word not in row.content or numbers


def _of_one_target(left: str, row: RowContext, index: int, vocabulary: Vocabulary) -> bool:
    """送书已全部送完 finishes one target of several."""
    if len(top_targets(row.targets)) < 2 or any(name in left for name in row.names):
        return False
    return max(vocabulary.target_scores(left, index, len(row.targets))) >= 0.65


_UP_TO_VERB: Final = re.compile("(?:已经|已|都|均|也|基本|全部|全面|全)+$")


def _names_it_all(clause: Clause, token: Token, row: RowContext) -> bool:
    """三堡街、西横街这批老城厢道路整治已全部完工: the row's own name ends what is all done."""
    left = clause.slice(clause.start, token.start).rstrip()
    every = token.is_a(words.ALL) or "全" in token.text or "全" in left[-4:]
    named = _UP_TO_VERB.sub("", left).rstrip()
    return every and token.is_a(words.DONE) and any(named.endswith(name) for name in row.names)


def is_part(clause: Clause, token: Token, row: RowContext | None, index: int, vocabulary: Vocabulary) -> bool:
    """Whether the word speaks of a thing that is not the whole row: 三堡街已完成, 送书已全部送完."""
    said = subject(clause, clause.start, token.start)
    behind = subject(clause, token.end, clause.end) if token.is_a(words.DONE, words.NOT_STARTED, words.START) else ""
    if row is None:
        return len(said) >= 2
    if _of_one_target(clause.slice(clause.start, token.start), row, index, vocabulary):
        return True
    if _names_it_all(clause, token, row):
        return False
    if said and token.is_a(words.DONE, words.MADE) and "全线" not in clause.text:
        by = 3 if row.targets else 2  # 陈渡南路 of ten roads
        named, things = things_named(clause.slice(clause.start, token.start), row.content, by)
        if named:
            return len(named) < things
    return (len(said) >= 2 and not vocabulary.is_whole(said, index)) or (
        len(behind) >= 3 and not vocabulary.is_whole(behind, index)
    )


def _some_only(token: Token, row: RowContext) -> bool:
    """So many of those that the row counts, and not all of them."""
    if token.number is None or token.number.percent or token.number.unit is None:
        return False
    return any(token.number.unit == target.unit and token.number.value < (target.value or 0) for target in row.targets)


def of_a_named_thing(clause: Clause, row: RowContext | None, index: int, vocabulary: Vocabulary) -> bool:
    """荆川小学操场受阴雨影响延后, 其中参保大学生稍慢: a thing of the row stands ahead of what holds it up."""
    late = clause.first(words.DELAYED)
    ahead = clause.slice(clause.start, late.start) if late is not None else ""
    if row is not None and ahead and clause.has(words.INCLUDED) and _of_one_target(ahead, row, index, vocabulary):
        return True
    if (
        row is not None
        and late is not None
        and any(_some_only(token, row) for token in clause.tokens if token.end <= late.start)
    ):
        return True  # 1个因居民阻挠停工
    cause = clause.first(words.CAUSE)
    said = subject(clause, clause.start, cause.start) if cause is not None else ""
    return len(said) >= 3 and not vocabulary.is_whole(said, index)


def of_the_thing_before(
    clause: Clause, token: Token, before: Clause, row: RowContext, index: int, vocabulary: Vocabulary
) -> bool:
    """心理健康普测是各校自己组织的，上周全部做完: what the clause before named, beside the row's numbers."""
    if not row.targets or subject(clause, clause.start, token.start) or before.numbers():
        return False
    if any(name in before.text for name in row.names):
        return False
    named = vocabulary.row_scores(before.text, len(vocabulary.whole))[index]
    return named >= 0.75 and max(vocabulary.target_scores(before.text, index, len(row.targets))) < 0.5 * named
