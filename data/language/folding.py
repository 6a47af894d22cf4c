"""One spelling for the many ways of typing the same sign."""

from __future__ import annotations

import re
from typing import Final

_VARIANTS: Final = {
    **dict(zip("萬億兩個戶餘週點時後內號間開體過", "万亿两个户余周点时后内号间开体过", strict=True)),
    **dict(zip("﹪〜∼–−‐﹣", "%~~----", strict=True)),
}
_BLANKS: Final = "\t\u3000\xa0\u2002\u2003\u2009\u202f\u200b\ufeff"
_FOLDS: Final[dict[int, str | int | None]] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) != "，"},
    **dict.fromkeys(map(ord, _BLANKS), " "),
    **{ord(old): new for old, new in _VARIANTS.items()},
}
_WIDE_GROUP: Final = re.compile("(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")


def fold(text: str) -> str:
    """The text with full-width signs as half-width ones, of the same length, so that positions hold.

    The comma ， stays (4.3，210户 is not 4.3,210户) unless it groups full-width digits (１，２００).
    """
    if text.isascii():
        return text.replace("\t", " ")
    return (_WIDE_GROUP.sub(",", text) if "，" in text else text).translate(_FOLDS)
