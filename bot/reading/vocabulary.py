"""The words of the plan's own rows, so that a reply can be matched to rows and targets without a dictionary.

Names, labels and contents are cut into bits of two to four characters; a bit says the more, the longer it is and the
fewer rows have it. Bits that fit everything (项目, 建设: `things.COMMON_BITS`) say next to nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.reading.model import RowContext, TargetContext
from bot.reading.things import ATOMIC, COMMON_BITS, HOLDERS, SEAMS, SYNONYMS, VERBS

Bits = dict[str, tuple[tuple[int, float], ...]]

NAMED: Final = 0.5  # so much is said of a target where its words stand beside the number
_LENGTHS: Final = (4, 3, 2)
_WEIGHT: Final = {2: 1.0, 3: 1.5, 4: 2.0}
_RUN: Final = re.compile(r"[^\W\d_a-zA-Z]+")
_BREAKERS: Final = re.compile("[的了为和与及等在并是]")
_COUNT: Final = re.compile(r"[0-9.,]+ ?[万亿]?[^\W\d_a-zA-Z]?")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is known of one person's rows, made once for a plan."""

    rows: Bits
    targets: tuple[Bits, ...]
    whole: tuple[frozenset[str], ...]
    known: tuple[frozenset[str], ...]
    aliases: tuple[tuple[str, str], ...]
    labels: tuple[tuple[str, ...], ...]
    projects: tuple[tuple[str, frozenset[str]], ...]

    def abbreviated(self, text: str, row: int) -> tuple[int, ...]:
        """The targets whose labels a short form may stand for: 体改 of 体育改革实验学校, 书 of 送书 and 秋白书苑."""
        if not 1 <= len(text) <= 4:
            return ()
        return tuple(at for at, label in enumerate(self.labels[row]) if _stands_for(text, label))

    def misspelt(self, text: str, row: int) -> tuple[int, ...]:
        """The targets in whose labels these words stand but for one sign: 陪训 of 培训, 送店影 of 送电影."""
        if not 2 <= len(text) <= 6:
            return ()
        return tuple(at for at, label in enumerate(self.labels[row]) if _nearly_in(text, label))

    def row_scores(self, text: str, count: int) -> list[float]:
        """How much of the text speaks of each row; 养老服务进度82%, a project of several rows, of none of them."""
        for core, following in self.projects:
            at = text.find(core)
            if at >= 0 and text[at + len(core) : at + len(core) + 1] not in following:
                text = f"{text[:at]}，{text[at + len(core) :]}"
        return _scores(self._spelled_out(text), self.rows, count)

    def target_scores(self, text: str, row: int, count: int) -> list[float]:
        """How much of the text speaks of each target of a row."""
        for holder in HOLDERS:
            text = text.replace(holder, "，")
        return _scores(self._spelled_out(text), self.targets[row], count, near=1)

    def _spelled_out(self, text: str) -> str:
        lowered = text.lower()
        for alias, full in self.aliases:
            if alias in lowered and full not in text:
                text += "，" + full
        return text

    def is_whole(self, text: str, row: int) -> bool:
        """Nothing but words for the row as a whole: 适老化改造 in the row of that name, not 桩基."""
        bits = self.whole[row] if row >= 0 else frozenset()
        for alias, full in self.aliases:
            text = text.replace(alias, full)
        known = [text[at : at + 2] in bits for at in range(len(text) - 1)]
        return sum(known) >= (0.6 if len(known) > 2 else 1) * len(known)

    def names(self, text: str, row: int) -> bool:
        """An English name of the row: old neighbourhoods."""
        lowered = text.lower()
        return any(alias in lowered and self.is_whole(full, row) for alias, full in self.aliases if alias.isascii())

    def knows(self, text: str, row: int) -> bool:
        """Whether the row's own text has these words: 加装电梯 in the row of the lifts, not 听众."""
        for alias, full in self.aliases:
            text = text.replace(alias, full)
        bits = self.known[row]
        known = sum(text[at : at + 2] in bits for at in range(len(text) - 1))
        return 2 * known >= len(text) - 1


def _scores(text: str, bits: Bits, count: int, near: int = -1) -> list[float]:
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
                    nearness = 1.0 if near < 0 else 1.0 + 0.3 * at / (last + 1)
                    for index, weight in found:
                        scores[index] += weight * nearness
                at += length - 1
                break
        at += 1
    return scores


def vocabulary(rows: tuple[RowContext, ...]) -> Vocabulary:
    """The vocabulary of these rows; what changes from day to day (last figures) is no part of it."""
    return _vocabulary(
        tuple((row.names, row.content, tuple(_labels(target) for target in row.targets)) for row in rows)
    )


def _labels(target: TargetContext) -> tuple[str, str, str, str | None]:
    return target.label, target.short_label, target.text, target.parent


Static = tuple[tuple[str, ...], str, tuple[tuple[str, str, str, str | None], ...]]


@lru_cache(maxsize=512)
def _vocabulary(rows: tuple[Static, ...]) -> Vocabulary:
    own: list[dict[str, float]] = []
    named: list[dict[str, float]] = []
    targets: list[Bits] = []
    whole, known = [], []
    for names, content, labels in rows:
        bits = _bits([_COUNT.sub("，", content), *(_COUNT.sub("，", text) for _, _, text, _ in labels)], 0.8)
        single = [name for name in names if sum(name in other for other, _, _ in rows) == 1]
        bits.update(_bits([*(label for label, *_ in labels), *(short for _, short, *_ in labels), *single], 1.0))
        own.append(bits)
        named.append(_bits([name for name in names if name not in single], 1.0))
        targets.append(_target_bits(labels))
        tops = [label for label in labels if label[3] is None]
        of_all = [
            *_names_of_all(names, [label[0] for label in tops]),
            *(tops[0][:3] if len(tops) == 1 else [] if tops else _unplaced(content)),
        ]
        everything = [content, *names, *(label for label, *_ in labels)]
        known.append(frozenset(bit for text in everything for run in _RUN.findall(text) for bit in _pairs(run)))
        whole.append(frozenset(bit for text in of_all for run in _RUN.findall(text) for bit in _pairs(run)))
    labels_of = tuple(tuple(label for label, *_ in labels) for _, _, labels in rows)
    return Vocabulary(
        _row_bits(own, named), tuple(targets), tuple(whole), tuple(known), _aliases(rows), labels_of, _projects(rows)
    )


def _projects(rows: tuple[Static, ...]) -> tuple[tuple[str, frozenset[str]], ...]:
    """What a project of several rows is called without its verb, and what follows it in the rows' own words."""
    names = Counter(name for names, _, _ in rows for name in set(names))
    found = []
    for name in (name for name, count in names.items() if count > 1):
        core = name[2:] if name[:2] in VERBS else name
        own = [text for names, content, labels in rows for text in (content, *(label for label, *_ in labels))]
        own.extend([_OR_STATION.sub("站", text) for text in own if _OR_STATION.search(text)])
        own.extend([_OR_STATION.sub("站", text) for text in own if _OR_STATION.search(text)])
        behind = {text[at + len(core) : at + len(core) + 1] for text in own if (at := text.find(core)) >= 0}
        if 3 <= len(core) <= 6:
            found.append((core, frozenset(behind - {""})))
    return tuple(found)


def _stands_for(short: str, label: str) -> bool:
    """Its signs stand in the label in this order."""
    at = -1
    for char in short:
        at = label.find(char, at + 1)
        if at < 0:
            return False
    return True


def _nearly_in(text: str, label: str) -> bool:
    size = len(text)
    return any(
        sum(one == other for one, other in zip(text, label[at : at + size], strict=True)) == size - 1
        for at in range(len(label) - size + 1)
    )


def _row_bits(own: list[dict[str, float]], named: list[dict[str, float]]) -> Bits:
    """Content and labels are a row's own; a project's name counts where no row has it as its own.

    老旧小区 stands in the name of a project of three rows and in the content of one: it is that one's.
    """
    bits = _shared(named, 0.5)
    owned = _shared(_less_in_content(own), 0.5)
    for bit, owners in owned.items():
        others = {index: 0.15 * weight for index, weight in bits.get(bit, ())}
        bits[bit] = tuple({**others, **dict(owners)}.items())
    return bits


def _less_in_content(own: list[dict[str, float]]) -> list[dict[str, float]]:
    """What is one row's label counts for less in a row that merely mentions it: 小区 in the row of the lifts."""
    best: dict[str, float] = {}
    for bits in own:
        for bit, weight in bits.items():
            best[bit] = max(best.get(bit, 0.0), weight)
    return [{bit: weight if weight >= best[bit] else 0.5 * weight for bit, weight in bits.items()} for bits in own]


def _short_forms(label: str) -> set[str]:
    """What two words of two signs each become in talk: 健促 of 健康促进, 体改 of 体育改革."""
    pairs = {run[at] + run[at + 2] for run in _RUN.findall(label) for at in range(len(run) - 3)}
    return {pair for pair in pairs if pair not in label and pair not in COMMON_BITS}


def _target_bits(labels: tuple[tuple[str, str, str, str | None], ...]) -> Bits:
    each = []
    for label, short, text, _ in labels:
        bits = _bits([_COUNT.sub("，", text)], 0.7, common=0.6)
        bits.update(_bits([label, short], 1.0, common=0.6))
        bits.update(dict.fromkeys(_short_forms(label), 1.2))
        each.append(bits)
    tops = {index for index, label in enumerate(labels) if label[3] is None}
    totals = {bit for index in tops for bit in each[index]}
    for index, bits in enumerate(each):  # a breakdown has the words of its total only in part
        if index not in tops:
            each[index] = {bit: 0.5 * weight if bit in totals else weight for bit, weight in bits.items()}
    owners = Counter(bit for bits in each for bit in bits)
    owners.update(
        {bit: count - owners[bit] for bit, count in Counter(bit for index in tops for bit in each[index]).items()}
    )
    return {
        bit: tuple((index, bits[bit] / max(owners[bit], 1) ** 0.5) for index, bits in enumerate(each) if bit in bits)
        for bit in {bit for bits in each for bit in bits}
    }


def _bits(texts: list[str], source: float, common: float = 0.15) -> dict[str, float]:
    found: dict[str, float] = {}
    for text in [*texts, *(_OR_STATION.sub("站", text) for text in texts if _OR_STATION.search(text))]:
        for run in _RUN.findall(_apart(text)):
            for piece in _BREAKERS.split(run):
                for length in _LENGTHS:
                    for at in range(len(piece) - length + 1):
                        bit = piece[at : at + length]
                        found[bit] = max(found.get(bit, 0.0), source * _own_weight(bit, common))
    return found


_OR_STATION: Final = re.compile(r"中心[(（]站[)）]")  # 养老服务中心（站） is a 服务站 too


def _apart(text: str) -> str:
    """再就业 keeps its first sign and loses the rest of its bits: 再就|业."""
    for word in ATOMIC:
        text = text.replace(word, f"{word[:2]} {word[2:]}")
    for first, second in SEAMS:
        text = text.replace(first + second, f"{first} {second}")
    return text


def _own_weight(bit: str, common: float) -> float:
    if bit in COMMON_BITS:
        return common
    if len(bit) == 4 and bit[:2] in COMMON_BITS and bit[2:] in COMMON_BITS:
        return 2 * common
    if len(bit) == 3 and (bit[:2] in COMMON_BITS or bit[1:] in COMMON_BITS):
        return 0.9
    return _WEIGHT[len(bit)]


def _shared(each: list[dict[str, float]], exponent: float) -> Bits:
    """Bits of several rows count for each of them, the less the more there are."""
    owners: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for index, bits in enumerate(each):
        for bit, weight in bits.items():
            owners[bit].append((index, weight))
    return {
        bit: tuple((index, weight / len(found) ** exponent) for index, weight in found) for bit, found in owners.items()
    }


_PLACES: Final = re.compile(r"[路河街桥站里巷塘湖村园楼馆居墅房]|段")


def _names_of_all(names: tuple[str, ...], labels: list[str]) -> list[str]:
    """The names that mean the row as a whole: not 纪念馆、故居 (two things), not 德康驿站 beside its patients."""
    whole = [name for name in names if not re.search("[、和等及]", name)]
    if len(labels) < 2:
        return whole
    return [name for name in whole if sum(name in label for label in labels) in (0, len(labels))]


def _unplaced(content: str) -> list[str]:
    """The words of a row without numbers that name no single place: 排水整治 is the row, 腾龙路泵站 a part of it."""
    return [run for run in _RUN.findall(content) if not _PLACES.search(run)]


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
