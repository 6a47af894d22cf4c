"""The things that a row without numbers consists of, and which of them a text names."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Final

_TASK: Final = re.compile("^(?:完成|推进|实施|建设|打通|建成|做好)")
_SENTENCES: Final = re.compile("[，。；：]")
_ITEMS: Final = re.compile("、|及|以及")
_SUMMED_UP: Final = re.compile("等.*$")  # 北大街等老城厢道路整治
_ASIDE: Final = re.compile("（[^（）]*）")
_SIGNS: Final = re.compile("[^\u4e00-\u9fff]+")


@lru_cache(maxsize=256)
def _own_pairs(content: str) -> tuple[frozenset[str], ...]:
    """For each thing the pairs of signs that no other thing has: 纪念馆 and 故居 of 完成…纪念馆…，完成…故居…修缮."""
    sentences = [part for part in _SENTENCES.split(_ASIDE.sub("", content)) if _TASK.match(part)]
    items = [
        _SIGNS.sub("", _SUMMED_UP.sub("", _TASK.sub("", item))) for part in sentences for item in _ITEMS.split(part)
    ]
    pairs = [{item[at : at + 2] for at in range(len(item) - 1)} for item in items]
    shared = Counter(pair for each in pairs for pair in each)
    return tuple(frozenset(pair for pair in each if shared[pair] == 1) for each in pairs if each)


def things_named(text: str, content: str) -> tuple[frozenset[int], int]:
    """Which things of the row the text names, and how many there are (0 where the row is one thing)."""
    things = _own_pairs(content)
    if len(things) < 2:
        return frozenset(), 0
    pairs = {text[at : at + 2] for at in range(len(text) - 1)}
    return frozenset(at for at, own in enumerate(things) if not own.isdisjoint(pairs)), len(things)
