"""Lists inside a section of the writer's own: 存在问题：1.劳动力不足；2.钢筋涨价. Their signs name no rows."""

from __future__ import annotations

import re
from typing import Final

from bot.reading.signs import CIRCLED, chinese

_HEAD: Final = re.compile(
    "(?:问题|困难|难点|堵点|原因|措施|对策|建议|诉求|打算|下一?步[^：:\n，。,]{0,6}|下一?阶段[^：:\n，。,]{0,6})"
    "(?:[和及与][一-鿿]{2,4})?(?:主要)?(?:有|如下|包括)?[:：][ \n]*"
)
_SIGN: Final = re.compile("[(（]?([1-9])[)）.、．](?![0-9])[ ]?|([①-⑨])[ ]?|([一二三四五六七八九])是")


def without_inner_lists(text: str) -> str:
    """The text with the signs of such lists as commas, so that positions hold."""
    heads = list(_HEAD.finditer(text))
    for at, head in enumerate(heads):
        end = heads[at + 1].start() if at + 1 < len(heads) else len(text)
        for match in _list_of(text, head.end(), end):
            text = f"{text[: match.start()]}{'，' * len(match[0])}{text[match.end() :]}"
    return text


def _list_of(text: str, start: int, end: int) -> list[re.Match[str]]:
    """The signs 1, 2, 3 … of the list that begins right there; nothing where there is but one."""
    first = _SIGN.match(text, start, end)
    if first is None or _number(first) != 1:
        return []
    found = [first]
    for match in _SIGN.finditer(text, first.end(), end):
        if _number(match) == len(found) + 1 and text[match.start() - 1] in "；;。.，,\n )）":
            found.append(match)
    return found if len(found) > 1 else []


def _number(match: re.Match[str]) -> int:
    if match[1]:
        return int(match[1])
    return int(CIRCLED[match[2]]) if match[2] else chinese(match[3])
