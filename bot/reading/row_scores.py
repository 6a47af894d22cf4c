"""How much words, measure words and sizes speak for each row of a person."""

from __future__ import annotations

import re
from typing import Final

from bot.reading import things, words
from bot.reading.clauses import Clause
from bot.reading.model import ReadingContext, RowContext
from bot.reading.pieces import parted
from bot.reading.vocabulary import Vocabulary
from data.language.numbers import Number

_NAMED: Final = 0.9  # so much is said of a row that a measure word of another row counts for little
HARDLY: Final = 0.5  # less than this says nothing of a row by itself
SURE: Final = 0.75  # a row is named
_TOO_MANY: Final = (
    0.5  # what is left of a row's score where it has far fewer to reach than were counted, and another fits
)
_TELLS: Final = 50  # a target of so many is no other row's by chance
_MANY: Final = 20
_HEADED: Final = 0.75  # so much is said of the row that is set ahead: what else is named is a part of it
_BUILDS: Final = re.compile("[扩新改]建|形象进度|开工|动工|竣工|施工|封顶|浇筑|桩基|基坑|砌筑|土建|在建|主体")
_BUILT: Final = re.compile("[扩新改]建|建设|开工|竣工|工程|改造|整治|封顶")
_PEOPLE: Final = things.PEOPLE | {"人次"}
# 水环境这块呢, 电梯的话, 养老那边: of what is going to be spoken.
_TOPIC: Final = re.compile("[这那](?:一?块儿?|边|方面|一?项|个)|方面|的话|呢")
_BEFORE_IT: Final = re.compile("[^，,。；;：:0-9]{2,12}$")
# 水这块, 路呢, 书的话: a thing by one sign of its name.
_SIGN_TOPIC: Final = re.compile(
    "[ ]*(?:那个|这个)?([桥路水河树绿棚梯房车书戏村])(?:[这那](?:一?块儿?|边|一?项)|方面|的话|的事情?|呢)"
)
_IN_SIGNS: Final = re.compile("[ ]*(?:[\u4e00-\u9fff][0-9]+(?:[.][0-9]+)?[万场册个家期次人户]?[ ]?){3,}$")


def _topics(text: str) -> list[str]:
    heads = (_BEFORE_IT.search(text[max(0, match.start() - 12) : match.start()]) for match in _TOPIC.finditer(text))
    return [head[0] for head in heads if head is not None]


_TOPPED_OUT: Final = re.compile("(?:主体|结构)*封顶")


class RowScores:
    """The scores of one message's clauses, each worked out once. 0 says nothing; from 0.75 on a row is named.

    Catches the words of the table and of talk (泊位, 加梯), measure words that few rows count in (亩, 户, 套),
    numbers too large for a row. Not: words of talk alone (完成, 累计), money, percents.
    """

    def __init__(self, context: ReadingContext, vocabulary: Vocabulary) -> None:
        self.context = context
        self.vocabulary = vocabulary
        self._known: dict[tuple[str, ...], list[float]] = {}

    def of(self, clauses: list[Clause]) -> list[float]:
        """How much words and measure words speak for each row."""
        key = tuple(clause.text for clause in clauses)
        if key not in self._known:
            self._known[key] = self._scores(clauses)
        return self._known[key].copy()

    def _scores(self, clauses: list[Clause]) -> list[float]:
        count = len(self.context.rows)
        text = "，".join(parted(clause) for clause in clauses)
        scores = self.vocabulary.row_scores(text, count)
        heads = self._heads(clauses)
        for at, more in enumerate(heads):
            scores[at] += more
        if len(clauses) == 1 and max(heads) >= _HEADED:
            scores = [score if more == max(heads) else 0.5 * score for score, more in zip(scores, heads, strict=True)]
        counted = [0.0] * count
        for clause in clauses:
            most = max((token.number.value for token in clause.tokens if token.number), default=0)
            for token in clause.tokens:
                if token.number and token.number.unit and not token.number.percent:
                    self._add_unit(counted, token.number.unit, token.number.value, largest=token.number.value == most)
        named = max(scores) >= _NAMED
        added = [
            score + (0.3 * more if named and not score else more) for score, more in zip(scores, counted, strict=True)
        ]
        return self._weighed(self._by_subject(self._by_deed(added, text), text), clauses)

    def _heads(self, clauses: list[Clause]) -> list[float]:
        """水环境：管网检测100%, 水环境这块呢…绿化还在弄: what is set ahead says twice which row it is."""
        heads = [clause.text[: clause.text.find(":")] for clause in clauses if 2 <= clause.text.find(":") <= 12]
        heads.extend(head for clause in clauses for head in _topics(clause.text))
        count = len(self.context.rows)
        scores = self.vocabulary.row_scores("，".join(heads), count) if heads else [0.0] * count
        for clause in clauses:
            sign = _SIGN_TOPIC.match(clause.text)
            row = self._of_sign(sign[1]) if sign is not None else None
            if row is not None:
                scores[row] += 1.0
            short = _IN_SIGNS.match(clause.text)
            row = self._of_signs(re.findall("[\u4e00-\u9fff]", short[0])) if short is not None else None
            if row is not None:
                scores[row] += 1.0
        return scores

    def _of_signs(self, signs: list[str]) -> int | None:
        """戏60影75书8900演15: the only row whose targets have all the signs in their names."""
        rows = ["".join(target.label for target in row.targets) for row in self.context.rows]
        own = [at for at, labels in enumerate(rows) if all(sign in labels for sign in signs)]
        return own[0] if len(own) == 1 else None

    def _of_sign(self, sign: str) -> int | None:
        """水这块: the only row in whose names the sign stands, else the only one in whose text."""
        rows = self.context.rows
        for texts in (lambda row: row.names, lambda row: (row.content,)):
            own = [at for at, row in enumerate(rows) if any(sign in text for text in texts(row))]
            if own:
                return own[0] if len(own) == 1 else None
        return None

    def _by_deed(self, scores: list[float], text: str) -> list[float]:
        """实验学校扩建滞后 is of the row that builds schools, not of the one that opens them."""
        rows = self.context.rows
        if _BUILDS.search(text) is None or not any(_BUILT.search(row.content) for row in rows):
            return scores
        return [score if _BUILT.search(row.content) else 0.5 * score for score, row in zip(scores, rows, strict=True)]

    def _by_subject(self, scores: list[float], text: str) -> list[float]:
        """泵站主体封顶 is of the row that has the station, not of the one whose building is to be topped out."""
        stage = _TOPPED_OUT.search(text)
        if stage is None:
            return scores
        named = self.vocabulary.row_scores(text[: stage.start()], len(scores))
        if max(named) < SURE:
            return scores
        return [score if name else 0.3 * score for score, name in zip(scores, named, strict=True)]

    def by_words(self, clause: Clause) -> list[float]:
        """The same without measure words."""
        return self.vocabulary.row_scores(parted(clause), len(self.context.rows))

    def _weighed(self, scores: list[float], clauses: list[Clause]) -> list[float]:
        """A row that counts nothing in the measure words said is not likely the one: 服务老人812人 is not of the 户."""
        counts = [
            token.number
            for clause in clauses
            for token in clause.tokens
            if token.number and token.number.unit and not token.number.percent and "元" not in token.number.unit
        ]
        if not counts:
            return self._weighed_bare(scores, clauses)
        fitness = [_fitness(row, counts) for row in self.context.rows]
        able = [at for at, fits in enumerate(fitness) if fits == 1.0 and scores[at] >= HARDLY]
        if not able:
            fitness = [max(fits, 1.0 if fits == _TOO_MANY else fits) for fits in fitness]
        found = [score * fits for score, fits in zip(scores, fitness, strict=True)]
        if len(able) == 1 and any(fits == _TOO_MANY and scores[at] >= HARDLY for at, fits in enumerate(fitness)):
            found[able[0]] += 0.1
        return found

    def _weighed_bare(self, scores: list[float], clauses: list[Clause]) -> list[float]:
        """道路8: a bare count is of a row that counts something, and so many of it."""
        numbers = [token.number for clause in clauses for token in clause.tokens if token.number]
        if not numbers or any(number.percent or number.unit for number in numbers):
            return scores
        least = min(number.value for number in numbers)
        most = max(number.value for number in numbers)
        aimed = [at for at, row in enumerate(self.context.rows) if any(target.value == most for target in row.targets)]
        if len(aimed) == 1 and most >= _TELLS and any(clause.has(words.PLAN) for clause in clauses):
            scores[aimed[0]] += 0.8  # 目标是5000
        able = [
            at
            for at, row in enumerate(self.context.rows)
            if any(target.unit == "倍" or 1.2 * (target.value or 0) >= least for target in row.targets)
        ]
        if len(able) == 1 and scores[able[0]]:
            scores[able[0]] += 0.7  # 老人服务数16950: no other row counts so many
        return [
            score
            if any(target.unit == "倍" or 2 * (target.value or least) >= least for target in row.targets)
            else 0.5 * score
            for score, row in zip(scores, self.context.rows, strict=True)
        ]

    def too_many(self, clause: Clause, row: int) -> bool:
        """So much was counted in a clause as the row cannot reach."""
        counts = [
            token.number for token in clause.tokens if token.number and token.number.unit and not token.number.percent
        ]
        return bool(counts) and _fitness(self.context.rows[row], counts) == _TOO_MANY

    def _add_unit(self, scores: list[float], unit: str, value: float, *, largest: bool) -> None:
        """亩, 户, 套 point to the only row that counts in them; 个 and 人 say little; 部 is said of lifts."""
        named = [
            at for at, row in enumerate(self.context.rows)
            if any(noun in row.content for noun in things.COUNTED_BY.get(unit, ()))
        ]  # fmt: skip
        if len(named) == 1:
            scores[named[0]] += 0.8
        fitting = [
            at for at, row in enumerate(self.context.rows)
            if any(target.unit == unit and value <= 2 * (target.value or 0) for target in row.targets)
        ]  # fmt: skip
        restated = [
            at for at, row in enumerate(self.context.rows)
            if any(target.unit == unit and value == target.value for target in row.targets)
        ]  # fmt: skip
        if len(restated) == 1 and value > 2 and largest:
            scores[restated[0]] += 0.4 if value < _MANY else 0.6  # 没办够10项, 28个里头26个
        if unit in _PEOPLE and len(self._counting_people(value)) == 1:
            scores[self._counting_people(value)[0]] += 0.7  # 服务16900名: no other row counts so many
        if len(fitting) == 1:
            scores[fitting[0]] += 0.3 if unit in things.GENERAL_UNITS else 0.6 if unit in "所家" else 1.0
        elif len(fitting) <= 3:
            for at in fitting:
                scores[at] += 0.1 if unit in things.GENERAL_UNITS else 0.3

    def _counting_people(self, value: float) -> list[int]:
        """The rows that so many people may be of."""
        return [
            at for at, row in enumerate(self.context.rows)
            if any(target.unit in _PEOPLE and value <= 2 * (target.value or 0) for target in row.targets)
        ]  # fmt: skip


def _fitness(row: RowContext, counts: list[Number]) -> float:
    """1 where the row counts in one of the measure words said, less where it counts in none of them."""
    if not row.targets or any(target.unit == "倍" for target in row.targets):
        return 1.0
    alike = [
        (number, target)
        for number in counts for target in row.targets
        if things.alike(number.unit, target.unit)
        or (number.unit == "个" and number.value >= _TELLS and target.unit in _PEOPLE)
    ]  # fmt: skip
    if not alike:
        return 0.4
    return 1.0 if any(number.value <= 1.5 * (target.value or number.value) for number, target in alike) else _TOO_MANY


def begins_with(row: int, clause: Clause, vocabulary: Vocabulary, count: int) -> bool:
    """泵站在调试了: the clause begins with the row's own name, and then tells how far that is."""
    told = clause.first(words.ONGOING, words.STAGE, words.DONE, words.START, words.NOT_STARTED)
    head = clause.slice(clause.start, told.start).strip() if told is not None else ""
    return 2 <= len(head) <= 8 and vocabulary.row_scores(head, count)[row] >= SURE
