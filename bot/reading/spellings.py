"""Numbers and ids put into one spelling before a message is cut, where only the person's rows tell what they are."""

from __future__ import annotations

import re
from typing import Final

from bot.reading.model import ReadingContext
from bot.reading.signs import SPOKEN, chinese
from bot.reading.split import Ref

_BLANK_INSIDE: Final = re.compile("(?:^|(?<=[\n，,。；;：:是为]))([1-9][0-9]{1,2}) ([0-9]{3})(?![ ]?[0-9.,:：/-])")


_CELL: Final = re.compile("(?<=[|])[1-9][0-9]{0,2}(?: [0-9]{3}){1,3}(?=[|\n]|$)")  # 4200|3 905


def grouped(text: str, context: ReadingContext) -> str:
    """10 650: a number parted by a blank, where its first half is no row's number, or in a cell of its own."""
    if "|" in text:
        text = _CELL.sub(lambda match: match[0].replace(" ", ","), text)
    known = {row.id for row in context.rows} | {row.id.partition(".")[0] for row in context.rows}
    return _BLANK_INSIDE.sub(
        lambda match: (
            match[0] if match[1] in known or int(match[1]) <= len(context.listed) else f"{match[1]},{match[2]}"
        ),
        text,
    )


_SHORT_GROUP: Final = re.compile("(?<=[，,：:])([ ]?[1-9]) ([0-9]{3})(?![ ]?[0-9.,:：/-])")


def joined_by_blanks(text: str, refs: list[Ref]) -> str:
    """就业过半了，7 860人: a number as well, where its first sign has not been read as a row's number."""
    named = [(ref.start, ref.end) for ref in refs]
    return _SHORT_GROUP.sub(
        lambda match: (
            match[0] if any(start < match.end(1) <= end for start, end in named) else f"{match[1]},{match[2]}"
        ),
        text,
    )


_SPOKEN_ID: Final = re.compile("([一二三四五六七八九])点([一二三四五六七八九])(?![刻万亿成%个]|分(?!别))")


def spoken_ids(text: str, context: ReadingContext) -> str:
    """三点一还在布展…五点三干预…: ids as they are dictated, where several are or the text begins with one."""
    ids = {row.id for row in context.rows}
    found = [match for match in _SPOKEN_ID.finditer(text) if f"{chinese(match[1])}.{chinese(match[2])}" in ids]
    if len(found) < 2 and not any(match.start() == 0 for match in found):
        return text
    for match in found:
        text = f"{text[: match.start()]}{chinese(match[1])}{SPOKEN}{chinese(match[2])}{text[match.end() :]}"
    return text
