"""What the verbs around the numbers of a clause say of them."""

from __future__ import annotations

from typing import Final

from bot.reading import words
from bot.reading.clauses import Clause
from bot.reading.tokens import Token

VERBS: Final = (
    words.DONE, words.MADE, words.START, words.ONGOING, words.STAGE, words.NOT_STARTED, words.LEFT, words.NEG,
)  # fmt: skip


def verbs_behind(clause: Clause) -> bool:
    """一条建好一条在建, 六家好了两家在弄: what is said of each number stands behind it; not 完工12个在建14个."""
    numbers = clause.numbers()
    if len(numbers) < 2:
        return False
    ahead = clause.tokens[: numbers[0]]
    values = [number.value for at in numbers if (number := clause.tokens[at].number)]
    if len(numbers) > 2 and values[0] == sum(values[1:]):
        numbers = numbers[1:]  # 两条河一条过了省验一条还在修护岸
    if any(token.is_a(*VERBS) and not token.is_a(words.FILL) for token in ahead):
        return False
    return all(any(token.is_a(*VERBS) or token.text == "了" for token in clause.right_of(at)) for at in numbers)


def is_so(behind: tuple[Token, ...]) -> bool:
    """另外两个已经竣工, 其余12个已完工, 其他10所都开放了."""
    if any(token.text == "都" or token.is_a(words.ALL) for token in behind[:2]) and any(
        token.is_a(words.DONE, words.MADE) for token in behind[:3]
    ):
        return True
    made = any(
        token.is_a(words.DONE) or (token.is_a(words.MADE) and not token.is_a(words.FILL)) for token in behind[:3]
    )
    return made and any(token.is_a(words.NOW) for token in behind[:2])
