"""What a target is called in a hurry: by a sign of its label, its measure word, its verb, or misspelt."""

from __future__ import annotations

import re
from typing import Final

from bot.reading import things, words
from bot.reading.clauses import Clause, subject
from bot.reading.model import RowContext, TargetContext
from bot.reading.said import Said, Thread
from bot.reading.vocabulary import NAMED, Vocabulary, top_targets

_GROWING: Final = frozenset("增减加新多又共达")  # no names of anything: 又增1360人


def add_short_forms(
    said: Said, clause: Clause, at: int, thing: str, scores: list[float], row: RowContext, index: int,
    vocabulary: Vocabulary, thread: Thread,
) -> None:  # fmt: skip
    """场72, 体改1, 村1、河1: the target's measure word, or signs of its label, instead of its name."""
    targets = row.targets
    thing = "" if len(thing) == 1 and _of_the_number_before(clause, at) else thing
    ahead = clause.text_left_of(at).strip(" :：，")
    stuck = any(token.number for token in clause.tokens[:at]) and not _of_the_number_before(clause, at)
    if len(ahead) == 1 and stuck and max(scores) < NAMED:
        thing = ahead  # 书4600演9
    units = [place for place, target in enumerate(targets) if target.unit == ahead]
    single = len(thing) == 1 and thing not in _GROWING and max(scores) < NAMED
    if said.unit is None and len(units) == 1 and max(scores) < NAMED:
        scores[units[0]] = 1.0
    single = single or (len(ahead) == 1 and stuck and max(scores) < NAMED)
    short = vocabulary.abbreviated(thing, index) if said.foreign or single else ()
    if said.foreign and not short and not clause.text.isascii():  # 戏唱了62场
        short = tuple(
            place for place in vocabulary.abbreviated(thing[:1], index) if said.unit in (None, targets[place].unit)
        )
    if max(scores) < NAMED and not short and not clause.text.isascii():
        short = _misspelt(said, clause.text_left_of(at).strip(" 的:：，已共"), thing, targets, index, vocabulary)
    if max(scores) < NAMED and not short and said.unit == "个" and _NEWLY.search(ahead):
        short = tuple(place for place in top_targets(targets) if targets[place].label.startswith("新增"))
    if max(scores) < NAMED and not short:  # 5场戏
        behind = counted(clause, at, 3).strip("了的 ")
        short = vocabulary.abbreviated(behind, index) if len(behind) == 1 and len(targets) > 1 else ()
    if max(scores) < NAMED and not short and thread.target is None:
        short = _by_its_verb(said, clause, at, targets)
    likely = [place for place in short if of_its_size(said, targets[place])] if len(short) > 1 else list(short)
    if single and len(likely) == 2 and thread.target in likely:
        likely.remove(thread.target)  # 村1河1: another sign, another thing
    if len(likely) == 1:
        said.foreign, scores[likely[0]] = False, max(scores[likely[0]], 1.0)


def _of_the_number_before(clause: Clause, at: int) -> bool:
    """The 河 of 两条河一条过了省验; not the 影 of 戏65场影79场, where the first has its name ahead."""
    before = next((place for place in range(at - 1, -1, -1) if clause.tokens[place].number), None)
    number = clause.tokens[before].number if before is not None else None
    if before is None or number is None or number.unit is None:
        return False
    return not subject(clause, clause.start, clause.tokens[before].start) and not any(
        token.is_a(words.MADE) for token in clause.tokens[:before]
    )


_NEWLY: Final = re.compile("新(?:建|划|施划|做|辟|挖潜)的?$")  # 新建的1400个, where 新增 is what the target counts


def _by_its_verb(said: Said, clause: Clause, at: int, targets: tuple[TargetContext, ...]) -> tuple[int, ...]:
    """开了6所 is of the schools to be opened: the verb right before stands in what one target says, and in no other."""
    before = clause.tokens[at - 1] if at else None
    if before is None or not before.is_a(words.MADE) or clause.tokens[at].start - before.end > 1:
        return ()
    verb = before.text.rstrip("了")
    fitting = [
        place
        for place in top_targets(targets)
        if things.alike(said.unit, targets[place].unit) and of_its_size(said, targets[place])
    ]
    meant = tuple(at for at in fitting if verb in targets[at].label or verb in targets[at].text)
    return meant if len(meant) == 1 and len(fitting) > 1 else ()


def _misspelt(
    said: Said, ahead: str, thing: str, targets: tuple[TargetContext, ...], index: int, vocabulary: Vocabulary
) -> tuple[int, ...]:
    """送店影61场 is of 送电影, 陪训8300人次 of 培训, where no other target has its measure word."""
    fitting = [at for at in range(len(targets)) if targets[at].unit == said.unit and of_its_size(said, targets[at])]
    if not fitting:
        return ()
    for word in (ahead, thing):
        found = tuple(at for at in vocabulary.misspelt(word, index) if at in fitting)
        if found and (len(word) > 2 or len([at for at in top_targets(targets) if targets[at].unit == said.unit]) == 1):
            return found
    return ()


def counted(clause: Clause, at: int, reach: int) -> str:
    """What is counted, behind the number: up to the next verb."""
    stop = next(
        (token.start for token in clause.right_of(at) if not token.is_a(words.FILL, words.NEUTRAL, words.THING)),
        next((token.start for token in clause.tokens[at + 1 :] if token.number), clause.end),
    )
    end = clause.tokens[at].end
    return clause.slice(end, min(stop, end + reach))


def of_its_size(said: Said, target: TargetContext) -> bool:
    """书9600 is of the 10000 to be sent, not of the 2 to be opened; 书1 may be either."""
    return target.value is not None and 0.05 * target.value <= said.number.value <= 1.2 * target.value
