"""Lists whose numbers are spoken like names: 第一个…第二个…, 1号…2号…"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Final

from bot.reading.signs import MOST, arabic

_ORDINAL: Final = re.compile("第([0-9]|[一二三四五六七八九十])个")
# 1号开了九所，2号3个都竣工了; not 1号楼, 3号前, 5号验收 alone.
_NUMBERED: Final = re.compile(
    "(?:^|(?<=[\n，,。；; ]))(?:第)?([1-9]|[一二三四五六七八九])号"
    "(?![0-9一二三四五六七八九十]?[楼线点路机门厅馆井泵地院文令桥店库坑墩栋]|[前后起底晚到至之以左上下早中那这项任]|项目|标段)"
)

_COUNTED: Final = re.compile(
    "(?:^|(?<=[\n，,。；; ]))第([0-9]|[一二三四五六七八九])个(?=[0-9]+[个户人家所名场条套亩台部册%])"
)

Place = tuple[int, int, int]  # where it begins and ends, and the number


def spoken_items(text: str, count: int) -> list[Place]:
    """The places of such a list of at most `count` items.

    Catches 第一个还在布展第二个送戏…第三个没变 and 1号开了九所，2号3个都竣工了: all from the first on, in order.
    Not: two of 第…个, days (10号开会), a single 1号.
    """
    if "第" not in text and "号" not in text:
        return []
    ordinals = _from_one(_ORDINAL.finditer(text), 3, count)
    if not ordinals:
        loose = [(match.start(), match.end(), arabic(match[1])) for match in islice(_COUNTED.finditer(text), MOST)]
        numbers = [number for *_, number in loose]
        if len(loose) >= 2 and numbers == sorted(set(numbers)) and numbers[-1] <= count:
            return loose  # 第3个18个，第5个1950套
    return ordinals or _from_one(_NUMBERED.finditer(text), 2, count)


def _from_one(matches: Iterable[re.Match[str]], least: int, count: int) -> list[Place]:
    found = [(match.start(), match.end(), arabic(match[1])) for match in islice(matches, MOST)]
    numbers = [number for *_, number in found]
    return found if least <= len(found) <= count and numbers == list(range(1, len(found) + 1)) else []
