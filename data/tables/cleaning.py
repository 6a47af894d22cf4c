"""What is noise in a cell and what is a word: bookmarks, spacing, line breaks, lists of units and names."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

_BOOKMARK = re.compile(r"\[bookmark: [^\]\n]*\]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f]")
_NOISE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad\x00-\x1f\u2028]|\\[bookmark|^[ \u00a0\u3000]|[ \u00a0\u3000]$"
)
_BLANKS = re.compile(r"[ \t\u00a0\u3000\u2002-\u200a\u202f]+")
_BREAK = re.compile(r"[ \t\u00a0\u3000]*[\r\n\v\u2028]+[ \t\u00a0\u3000]*")

_OPENING, _CLOSING = "（(〔[【", "）)〕]】"
_SEPARATORS = frozenset("、，,；;/／\n|")
_COLLECTIVE = re.compile(
    r"^(?:各|相关|有关|其他|其它|全体|所有|沿线|属地)|(?:各|相关|有关)[^各]{0,12}$|各?成员单位$|等(?:相关|有关)?单位$"
)
# What may stand after a bracket and still be of the same name: 各辖市（区）政府, 各镇（街道）.
_GOES_ON = re.compile(r"^(?:人民政府|政府|办事处|管委会|管理委员会|党工委|党委|办公室|委员会|[局委办院]$|等|所属|下属)")
_FRAGMENT = re.compile(r"^(?:.|街道|公司|中心|办事处|委员会|人民政府|管委会|集团公司)$")
_TITLE = re.compile(r"(?:常务)?副?(?:区长|市长|县长|书记|主任|主席|部长|局长)$|同志$")
_LABELLED = re.compile(r"(牵头|主办|责任|承办|配合|协办|协同|参与)(?:单位|部门)?[:：]")
_LEAD_WORDS = frozenset(["牵头", "主办", "责任", "承办"])


def clean(text: str) -> str:
    """The text without bookmarks, invisible signs and blanks at the ends of its lines; line breaks stay."""
    if not _NOISE.search(text):
        return text
    text = _INVISIBLE.sub("", _BOOKMARK.sub("", text))
    return _BREAK.sub("\n", text).strip(" \t\r\n\u00a0\u3000")


def one_line(text: str) -> str:
    """Clean, with line breaks joined: with a blank between Latin words, with nothing between Chinese ones."""
    lines = clean(text).split("\n")
    joined = lines[0]
    for before, after in pairwise(lines):
        latin = before[-1:].isascii() and before[-1:].isalnum() and after[:1].isascii() and after[:1].isalnum()
        joined += (" " if latin else "") + after
    return joined


def unspaced(text: str) -> str:
    """The text without any blank or line break: what names of columns and people are compared by."""
    return _BLANKS.sub("", clean(text)).replace("\n", "")


@lru_cache(maxsize=4096)
def units_in(text: str) -> tuple[str, ...]:
    """The units a cell lists, in order, each once; line breaks, 、 and a bracket that closes separate them."""
    pieces: list[str] = []
    for piece in _pieces(re.sub(rf"\n(?=[{re.escape(_OPENING)}])", "", clean(text))):
        if pieces and _FRAGMENT.match(piece):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    names = (re.sub(r"(?<=[^及])等$", "", piece) for piece in pieces)
    return tuple(dict.fromkeys(name for name in names if name))


def _pieces(text: str) -> list[str]:
    pieces, start, depth = [], 0, 0
    for place, char in enumerate(text):
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth = max(0, depth - 1)
            if depth == 0 and place + 1 < len(text) and not _GOES_ON.match(text[place + 1 :]):
                pieces.append(text[start : place + 1])
                start = place + 1
        elif depth == 0 and char in _SEPARATORS:
            pieces.append(text[start:place])
            start = place + 1
    pieces.append(text[start:])
    return [name for piece in pieces for name in _unpadded(piece)]


def _unpadded(piece: str) -> list[str]:
    """Blanks inside a name go (残  联), blanks between names separate them."""
    names: list[str] = []
    single = False
    for token in _BLANKS.split(piece.strip()):
        if not token:
            continue
        if names and (single or len(token) == 1 or token[0] in _OPENING):
            names[-1] += token
        else:
            names.append(token)
        single = len(token) == 1
    return [name for name in (name.strip(" 。.") for name in names) if name]


@lru_cache(maxsize=4096)
def people_in(text: str) -> tuple[str, ...]:
    """The names a cell lists, without padding, titles and what stands in brackets."""
    bare = re.sub(rf"[{re.escape(_OPENING)}][^{re.escape(_CLOSING)}]*[{re.escape(_CLOSING)}]", "、", clean(text))
    names: list[str] = []
    for part in re.split(r"[、，,；;/]+", bare):
        names += _names(part)
    return tuple(dict.fromkeys(name for name in (_TITLE.sub("", name) for name in names) if name))


def _names(part: str) -> list[str]:
    """张  菁 is one name, 张菁 何海平 are two; a single character is half a name."""
    names: list[str] = []
    for token in part.split():
        if names and len(names[-1]) == 1:
            names[-1] += token
        else:
            names.append(token)
    return names


def labelled_units(text: str) -> tuple[list[str], list[str]] | None:
    """牵头：教育局；配合：各街道 in one cell: (lead units, supporting units); None where nothing is labelled."""
    parts = _LABELLED.split(clean(text))
    if len(parts) < 3:
        return None
    lead, supporting = list(units_in(parts[0])), list[str]()
    for word, names in zip(parts[1::2], parts[2::2], strict=True):
        (lead if word in _LEAD_WORDS else supporting).extend(units_in(names))
    return lead, supporting


def is_collective(unit: str) -> bool:
    """各街道, 相关街道, 区安委会各成员单位: a group of units that is never asked by itself."""
    return bool(_COLLECTIVE.search(unit))
