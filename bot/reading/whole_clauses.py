"""What whole clauses say of the state, where none of their words does by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from bot.reading import words
from bot.reading.clauses import Clause, subject
from bot.reading.model import RowContext, Status
from bot.reading.row_things import things_named
from bot.reading.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Said:
    """A status word: what it means for the row, or `part` where it is only a part's."""

    status: Status
    span: tuple[int, int]
    rule: str
    part: bool = False
    whole_words: bool = False


_SLOW: Final = re.compile("^(.*?)(?:有点|比较|太|稍|略|稍微|偏|就|最|确实|是)*慢(?:了|点|些|一点|一些|了点)?$")


def is_slow(clause: Clause, row: RowContext, index: int, vocabulary: Vocabulary) -> bool:
    """9.1慢, 适老化有点慢: the row itself; not 高校回执慢, 不慢."""
    match = _SLOW.match(clause.text.strip(" 。.")) if "慢" in clause.text else None
    if match is None or match[1].endswith("不"):
        return False
    end = clause.start + len(match[1])
    said = subject(clause, clause.start, end)
    steps = (words.MONEY, words.STAGE, words.EVENT, words.PROBLEM, words.MADE)
    if any(token.is_a(*steps) for token in clause.tokens if token.end <= end):
        return False  # 资金拨付慢
    return not said or vocabulary.is_whole(said, index)


def happened(clause: Clause, row: RowContext, index: int, vocabulary: Vocabulary) -> bool:
    """泵站通水了: of a thing of a row without numbers; not of anything else (人麻了)."""
    text = clause.text.rstrip(" 。.！!")
    if row.targets or not text.endswith("了") or clause.has(words.NEG, words.FUTURE, words.PROBLEM, words.NO_CHANGE):
        return False
    return vocabulary.row_scores(text, len(vocabulary.whole))[index] >= 0.75


def _with_what_it_lists(clauses: list[Clause], said: Said) -> str:
    """纪念馆、故居两处都开放: the clause of the word, with those that its list began in."""
    place = next(at for at, clause in enumerate(clauses) if clause.start <= said.span[0] < clause.end)
    text = clauses[place].text
    while clauses[place].goes_on and place > 0:
        place -= 1
        text = f"{clauses[place].text}，{text}"
    return text


def all_things_done(found: list[Said], clauses: list[Clause], row: RowContext | None) -> list[Said]:
    """纪念馆开放了，故居也修好了: each thing of the row is done, so it is."""
    if row is None or row.targets or all(said.rule != "a part is done" for said in found):
        return found
    done: set[int] = set()
    things = 0
    for said in found:
        if said.rule == "a part is done":
            named, things = things_named(_with_what_it_lists(clauses, said), row.content)
            done |= named
    if not things or len(done) < things or any(said.rule == "not + done" for said in found):
        return found
    return [*found, replace(found[-1], status="done", rule="all things are done", part=False)]
