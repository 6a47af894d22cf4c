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
def _own_runs(content: str, length: int) -> tuple[frozenset[str], ...]:
    """For each thing the runs of signs that no other thing has: 纪念馆 and 故居 of 完成…纪念馆…，完成…故居…修缮."""
    sentences = [part for part in _SENTENCES.split(_ASIDE.sub("", content)) if _TASK.match(part)]
    items = [
        _SIGNS.sub("", _SUMMED_UP.sub("", _TASK.sub("", item))) for part in sentences for item in _ITEMS.split(part)
    ]
    runs = [{item[at : at + length] for at in range(len(item) - length + 1)} for item in items]
    shared = Counter(run for each in runs for run in each)
    return tuple(frozenset(run for run in each if shared[run] == 1) for each in runs if each)


def things_named(text: str, content: str, length: int = 2) -> tuple[frozenset[int], int]:
    """Which things of the row the text names by so many signs, and how many there are (0 for a row of one thing)."""
    things = _own_runs(content, length)
    if len(things) < 2:
        return frozenset(), 0
    runs = {text[at : at + length] for at in range(len(text) - length + 1)}
    return frozenset(at for at, own in enumerate(things) if not own.isdisjoint(runs)), len(things)
