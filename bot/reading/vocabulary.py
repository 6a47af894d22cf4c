"""The words of the plan's own rows, so that a reply can be matched to rows and targets without a dictionary.

Names, labels and contents are cut into bits of two to four characters; a bit says the more, the longer it is and the
fewer rows have it. Bits that fit everything (项目, 建设: `words.COMMON_BITS`) say next to nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.reading.model import RowContext, TargetContext
from bot.reading.words import COMMON_BITS, SYNONYMS

Bits = dict[str, tuple[tuple[int, float], ...]]

_LENGTHS: Final = (4, 3, 2)
_WEIGHT: Final = {2: 1.0, 3: 1.5, 4: 2.0}
_RUN: Final = re.compile(r"[^\W\d_a-zA-Z]+")
_BREAKERS: Final = re.compile("[的了为和与及等在对中并是个所户人名场册套亩条座处家台部栋项次]")
_COUNT: Final = re.compile(r"[0-9.,]+ ?[万亿]?[^\W\d_a-zA-Z]?")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is known of one person's rows, made once for a plan."""

    rows: Bits
    targets: tuple[Bits, ...]
    whole: tuple[frozenset[str], ...]
    aliases: tuple[tuple[str, str], ...]

    def row_scores(self, text: str, count: int) -> list[float]:
        """How much of the text speaks of each row."""
        return _scores(self._spelled_out(text), self.rows, count)

    def target_scores(self, text: str, row: int, count: int) -> list[float]:
        """How much of the text speaks of each target of a row."""
        return _scores(self._spelled_out(text), self.targets[row], count)

    def _spelled_out(self, text: str) -> str:
        lowered = text.lower()
        for alias, full in self.aliases:
            if alias in lowered and full not in text:
                text += "，" + full
        return text

    def is_whole(self, text: str, row: int) -> bool:
        """Nothing but words for the row as a whole: 适老化改造 in the row of that name, not 桩基."""
        bits = self.whole[row] if row >= 0 else frozenset()
        return all(text[at : at + 2] in bits for at in range(len(text) - 1)) if len(text) > 1 else True


def _scores(text: str, bits: Bits, count: int) -> list[float]:
    scores = [0.0] * count
    seen: set[str] = set()
    at, last = 0, len(text) - 1
    while at < last:
        for length in _LENGTHS:
            bit = text[at : at + length]
            found = bits.get(bit)
            if found is not None and len(bit) == length:
                if bit not in seen:
                    seen.add(bit)
                    for index, weight in found:
                        scores[index] += weight
                at += length - 1
                break
        at += 1
    return scores


def vocabulary(rows: tuple[RowContext, ...]) -> Vocabulary:
    """The vocabulary of these rows; what changes from day to day (last figures) is no part of it."""
    return _vocabulary(
        tuple((row.names, row.content, tuple((target.label, target.short_label, target.text, target.parent) for target in row.targets))
              for row in rows)
    )  # fmt: skip


Static = tuple[tuple[str, ...], str, tuple[tuple[str, str, str, str | None], ...]]


@lru_cache(maxsize=512)
def _vocabulary(rows: tuple[Static, ...]) -> Vocabulary:
    by_row: list[dict[str, float]] = []
    targets: list[Bits] = []
    whole = []
    for names, content, labels in rows:
        strong = [*names, *(label for label, *_ in labels), *(short for _, short, *_ in labels)]
        bits = _bits([content, *(text for _, _, text, _ in labels)], 0.8)
        bits.update(_bits(strong, 1.0))
        by_row.append(bits)
        targets.append(_target_bits(labels))
        tops = [label for label in labels if label[3] is None]
        of_all = [*names, content, *tops[0][:3]] if len(tops) == 1 else [*names, *([] if tops else [content[:0]])]
        whole.append(frozenset(bit for text in of_all for run in _RUN.findall(text) for bit in _pairs(run)))
    return Vocabulary(_shared(by_row, 0.5), tuple(targets), tuple(whole), _aliases(rows))


def _target_bits(labels: tuple[tuple[str, str, str, str | None], ...]) -> Bits:
    each = []
    for label, short, text, _ in labels:
        bits = _bits([_COUNT.sub("，", text)], 0.7, common=0.6)
        bits.update(_bits([label, short], 1.0, common=0.6))
        each.append(bits)
    return _shared(each, 0.5)


def _bits(texts: list[str], source: float, common: float = 0.15) -> dict[str, float]:
    found: dict[str, float] = {}
    for text in texts:
        for run in _RUN.findall(text):
            for piece in _BREAKERS.split(run):
                for length in _LENGTHS:
                    for at in range(len(piece) - length + 1):
                        bit = piece[at : at + length]
                        found[bit] = max(found.get(bit, 0.0), source * _own_weight(bit, common))
    return found


def _own_weight(bit: str, common: float) -> float:
    if bit in COMMON_BITS:
        return common
    if len(bit) == 4 and bit[:2] in COMMON_BITS and bit[2:] in COMMON_BITS:
        return 2 * common
    if len(bit) == 3 and (bit[:2] in COMMON_BITS or bit[1:] in COMMON_BITS):
        return 0.5
    return _WEIGHT[len(bit)]


def _shared(each: list[dict[str, float]], exponent: float) -> Bits:
    """Bits of several rows count for each of them, the less the more there are."""
    owners: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for index, bits in enumerate(each):
        for bit, weight in bits.items():
            owners[bit].append((index, weight))
    return {bit: tuple((index, weight / len(found) ** exponent) for index, weight in found) for bit, found in owners.items()}


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _aliases(rows: tuple[Static, ...]) -> tuple[tuple[str, str], ...]:
    """The words of talk that stand for something in these rows."""
    everything = "，".join(
        text for names, content, labels in rows for text in (*names, content, *(label for label, *_ in labels))
    )
    return tuple((alias, full) for alias, full in SYNONYMS.items() if alias != full and full in everything)


def top_targets(targets: tuple[TargetContext, ...]) -> tuple[int, ...]:
    """The indexes of the targets that are no breakdown of another."""
    return tuple(index for index, target in enumerate(targets) if target.parent is None)
