"""Whether a word of the state is of something to come, or the verb of a number."""

from __future__ import annotations

from bot.reading import words
from bot.reading.clauses import Clause
from bot.reading.model import RowContext
from bot.reading.tokens import Token


def is_to_come(clause: Clause, at: int) -> bool:
    """Whether the word is of something to come: 预计…完成, 11月底前完成, 计划开工, 再过两周完成."""
    for other in reversed(clause.tokens[:at]):
        if other.is_a(words.NOW, words.TOTAL):
            return False
        if (
            other.is_a(words.FUTURE) or (other.is_a(words.PLAN, words.NEXT, words.WAIT) and not other.is_a(words.FILL))
        ) and not other.text.endswith(("任务", "目标", "指标")):
            return True
        if _to_come(other):
            return True
    if clause.has(words.EXTEND):
        return True
    if any(other.text == "等" and other.start - clause.start <= 1 for other in clause.tokens[:at]):
        return True  # 等天好了再赶
    if clause.has(words.NOW):
        return False
    if any(_to_come(other) for other in clause.tokens[at + 1 :]) and not verb_of_number(clause, at):
        return True
    return (
        clause.has(words.FUTURE)
        and not clause.has(words.NOW)
        and at < _index(clause, words.FUTURE)
        and _near_future(clause, at)
    )


def _to_come(token: Token) -> bool:
    return token.day is not None and not token.day.is_past and not token.day.is_today


def _index(clause: Clause, name: str) -> int:
    return next((at for at, token in enumerate(clause.tokens) if token.is_a(name)), 0)


def _near_future(clause: Clause, at: int) -> bool:
    """完成时间预计11月底, 竣工预计年底: the word is the subject of what is expected."""
    return clause.tokens[at + 1].is_a(words.FUTURE, words.FILL) if at + 1 < len(clause.tokens) else False


def verb_of_number(clause: Clause, at: int, row: RowContext | None = None) -> bool:
    """完成80%, 完成了3200个, 300户完成, 3200个已完成: the number is what is done."""
    for other in clause.tokens[at + 1 :]:
        if other.number:
            return True
        if not other.is_a(
            words.DONE,
            words.FILL,
            words.NOW,
            words.TOTAL,
            words.PLAN,
            words.MADE,
            words.NEUTRAL,
            words.ALL,
            words.HEARSAY,
            words.MONEY,
            words.RATE,
            words.THING,
        ):
            break
    if (
        row is not None
        and not row.targets
        and any("都" in other.text or other.is_a(words.ALL) or "全部" in other.text for other in clause.tokens)
    ):
        return False  # 两个项目都已完工
    return any(other.number and other.number.unit != "项" for other in clause.tokens[:at])
