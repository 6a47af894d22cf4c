"""Several rows by their numbers at once: 1、2没变化, 1-3, 1到3都没变化."""

from __future__ import annotations

from bot.reading.signs import LINK, MARK, STOPS
from bot.reading.tokens import Tokens
from bot.reading.words import ALL, NO_CHANGE

Together = tuple[tuple[str, ...], int]  # the positions, and where what names them ends


def rows_together(value: int, end: int, tokens: Tokens, count: int) -> Together | None:
    """1、2 ; 1和2 ; 1,2,5 ; 1-3 ; 1到3都没变化: several rows at once, none beyond `count`; None where it is one."""
    values, at = [value], end
    while True:
        link = LINK.match(tokens.text, at)
        token = next(iter(tokens.between(link.end(), link.end() + 1)), None) if link else None
        number = token.number if token else None
        if link is None or number is None or number.percent or not number.text.isdigit():
            break
        if number.unit not in (None, "项"):
            break
        following = int(number.text)
        if not values[-1] < following <= count:
            break
        if link["range"]:
            if not _range_ends(number.end, link[0], tokens):
                break
            values.extend(range(values[-1] + 1, following + 1))
        else:
            values.append(following)
        at = number.unit_end if number.unit else number.end
    if len(values) == 1 or (values[0] > count):
        return None
    sign = MARK.match(tokens.text, at)
    return tuple(str(item) for item in values), sign.end() if sign else at


def _range_ends(end: int, link: str, tokens: Tokens) -> bool:
    if link.strip() in "-~":
        return True
    return any(token.is_a(ALL, NO_CHANGE) for token in tokens.between(end, end + 6))


def item_and_figure(value: int, listed: Together, text: str, highest: int) -> bool:
    """2、5 of 1、13850；2、5；3、190: no two rows, but an item and its figure, as the items around are written."""
    names, end = listed
    rest = text[end : end + 6].lstrip(" ")
    alone = len(names) == 2 and (not rest or rest[0] in STOPS)
    return alone and (highest == value - 1 > 0 or rest[1:].lstrip(" \n").startswith(f"{value + 1}、"))
