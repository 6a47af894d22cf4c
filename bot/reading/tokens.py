"""A text as tokens: numbers, dates, known words and breaks, in order, none overlapping."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from bot.reading import beside, things, words
from bot.reading.days import Day, find_days
from bot.reading.model import ReadingContext
from data.language.measure import TIME_WORDS
from data.language.numbers import Number, find_numbers, fold

BREAK: Final = "break"
PAUSE: Final = "pause"  # 、 and the like: the clause ends, what was said of its numbers goes on
_NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the folded text. `classes` are those of words.py; `number` or `day` is set where it is one.

    `end` of a number is behind its measure word.
    """

    start: int
    end: int
    text: str
    classes: frozenset[str] = _NOTHING
    number: Number | None = None
    day: Day | None = None

    def is_a(self, *classes: str) -> bool:
        return not self.classes.isdisjoint(classes)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The folded text and its tokens. Positions are those of the text as it was written."""

    text: str
    items: tuple[Token, ...]

    def between(self, start: int, end: int) -> tuple[Token, ...]:
        """The tokens that begin in the range."""
        low = bisect_left(self.items, start, key=lambda token: token.start)
        high = bisect_left(self.items, end, lo=low, key=lambda token: token.start)
        return self.items[low:high]


def tokenize(text: str, context: ReadingContext) -> Tokens:
    """Dates go before numbers, numbers before words; a word that begins in a number's measure word takes it (1本月)."""
    folded = fold(text)
    pieces = list(_words(folded))
    days = [day for day in find_days(folded, context) if not _is_word(day, pieces, folded)]
    if days:
        pieces = list(_words(_blanked(folded, days)))
    pieces = _unbroken(_denied_changes(pieces), folded, context)
    pieces.extend(Token(match.start(), match.end(), match[0], _PUT_OFF_CLASS) for match in _PUT_OFF.finditer(folded))
    spans = [match.span() for match in _MONTHS.finditer(folded)]
    days = [day for day in days if not _inside(day.start, day.end, spans)]
    taken = sorted([*((day.start, day.end) for day in days), *spans])
    numbers = [number for number in find_numbers(folded) if not _inside(number.start, number.end, taken)]
    found = [Token(day.start, day.end, folded[day.start : day.end], day=day) for day in days]
    found.extend(Token(start, end, folded[start:end], _SO_FAR) for start, end in spans)
    starts = [piece.start for piece in pieces]
    numbers.extend(_pairs_of(folded, numbers))
    for number in numbers:
        number = _of_places(_of_people(_without_stolen_unit(number, pieces, starts), folded), folded)
        if number.unit in TIME_WORDS:
            text = folded[number.start : number.unit_end]
            month = (
                text.endswith("月") and number.unit == "月" and folded[number.unit_end : number.unit_end + 1].isdigit()
            )
            found.append(Token(number.start, number.unit_end, text, _MONTH if month else _DURATION))
            continue
        end = max(number.end, number.unit_end)
        found.append(Token(number.start, end, folded[number.start : end], number=number))
    taken = sorted((token.start, token.end) for token in found)
    found.extend(piece for piece in pieces if not _inside(piece.start, piece.end, taken))
    found.sort(key=lambda token: token.start)
    return Tokens(folded, tuple(found))


def _blanked(folded: str, days: list[Day]) -> str:
    """The text with its dates blanked, so that no word reaches into one (预计年底)."""
    at, parts = 0, []
    for day in days:
        parts.append(folded[at : day.start])
        parts.append("\x00" * (day.end - day.start))
        at = day.end
    return "".join(parts) + folded[at:]


def _unbroken(pieces: list[Token], folded: str, context: ReadingContext) -> list[Token]:
    """Brackets of a target's own label end no clause: 一代村（社区）健身路径2个."""
    if "(" not in folded:
        return pieces
    labels = {fold(target.label) for row in context.rows for target in row.targets}
    spans = [match.span() for label in labels if "(" in label for match in re.finditer(re.escape(label), folded)]
    return [
        piece for piece in pieces if not (piece.is_a(BREAK) and any(start < piece.start < end for start, end in spans))
    ]


def _denied_changes(pieces: list[Token]) -> list[Token]:
    """没有什么变化, 还没有新的进展: a denied change is no change."""
    found: list[Token] = []
    for piece in pieces:
        before = found[-1] if found else None
        if (
            piece.is_a(words.CHANGED)
            and before is not None
            and before.is_a(words.NEG)
            and piece.start - before.end <= 4
        ):
            found[-1] = Token(before.start, piece.end, before.text + piece.text, _UNCHANGED)
        else:
            found.append(piece)
    return found


# 延一个月, 缓两周: the word in one sign before a length of time.
_PUT_OFF: Final = re.compile(
    "(?<![拖推绵蔓北])[延缓](?=[一二两三四五六七八九十半0-9]{1,3}个?(?:半?月|[周天]|星期|礼拜|季度))"
)
_PUT_OFF_CLASS: Final = frozenset({words.EXTEND})
_UNCHANGED: Final = frozenset({words.NO_CHANGE})


_THEN_DONE: Final = re.compile(
    "(?:前|内)?(?:就|能|可|可以|全部|全|基本|正式|差不多)*(?:完|竣|交付|开放|投用|收尾|封顶|通车|建成|结束)"
)
_EXPECTED: Final = ("预计", "争取", "力争", "计划", "估计", "拟于", "确保", "要到", "拖到", "定在", "放在")


def _ends_then(day: Day, folded: str) -> bool:
    """预计下月完成, 下周能通车: then it is finished; not 下月招标."""
    if folded.endswith(_EXPECTED, 0, day.start) and not folded[day.end : day.end + 2].strip("。.了吧 ，,"):
        return True  # 还没完，估计下个月
    return _THEN_DONE.match(folded, day.end) is not None and (
        folded.endswith(_EXPECTED, 0, day.start) or "招标" not in folded[day.end : day.end + 8]
    )


def _is_word(day: Day, pieces: list[Token], folded: str) -> bool:
    """本月, 目前 and 跟上月一样 are words here, not dates; 本月底 is a date, and so is 下月 in 预计下月完成."""
    at = bisect_left(pieces, day.start, key=lambda piece: piece.end)
    for piece in pieces[at : at + 3]:
        if piece.start <= day.start and day.end <= piece.end and piece.is_a(*_BEFORE_DATES):
            return not (piece.is_a(words.NEXT) and _ends_then(day, folded))
    return False


_BEFORE_DATES: Final = (
    words.NOW, words.MONTH, words.UNTIL, words.LAST_YEAR, words.MORE, words.NO_CHANGE, words.TOTAL, words.PLAN,
    words.NEXT,
)  # fmt: skip
_NOUN: Final = "|".join(sorted(things.ENGLISH_UNITS, key=len, reverse=True))
_PAIR: Final = re.compile(rf"[俩仨]|(?<![A-Za-z])(?:[Bb]oth|[Oo]ne)(?= (?:[a-z-]+ ){{0,2}}(?:{_NOUN})(?![A-Za-z]))")


def _pairs_of(folded: str, numbers: list[Number]) -> list[Number]:
    """俩, 仨, both rivers, one river: a few of anything."""
    return [
        Number(
            _FEW[match[0].lower()], match.start(), match.end(), match[0],
            unit=None if match[0].isascii() else "个", unit_end=match.end(),
        )
        for match in _PAIR.finditer(folded)
    ]  # fmt: skip


_FEW: Final = {"俩": 2.0, "仨": 3.0, "both": 2.0, "one": 1.0}


_MONTHS: Final = re.compile(
    "(?<![0-9])1月份?(?:(?:开始)?[到至]今|(?:份|起)?以来|到现在|到目前)"
    "|(?<![0-9])1(?:月份?)?[-~至到—][0-9]{1,2}月(?:[0-9]{1,2}[日号]"
    "|份?(?:(?=[0-9]{3,}|[0-9]{1,2}[个户人家所场条亩台部套册名座处])|(?![0-9底初上中下前内后起末])))"
)  # 1-10月8200, 1-10月20部, 1-10月20日
_SO_FAR: Final = frozenset({words.TOTAL})
_DURATION: Final = frozenset({"duration"})
_MONTH: Final = frozenset({"duration", words.MONTH})  # 10月4200个


_PEOPLE: Final = ("老人", "老年人", "患者", "学员", "群众", "居民")


_BY_HOW_MUCH: Final = re.compile("[快慢高低多少增涨提升降超差落后先长高低]了?[约近]?$")


def _of_places(number: Number, folded: str) -> Number:
    """开了5个点 are five places; 提高5个点 is by how many hundredths."""
    spoken = number.unit == "百分点" and folded[number.end : number.unit_end].strip() == "个点"
    if not spoken or _BY_HOW_MUCH.search(folded[max(0, number.start - 4) : number.start]):
        return number
    return replace(number, unit="个", unit_end=number.unit_end - 1)


def _of_people(number: Number, folded: str) -> Number:
    """11900老人: people are counted without a measure word too; not 2患者530 and 4.3老人."""
    many = number.unit is None and not number.percent and number.value >= 100 and float(number.value).is_integer()
    return (
        replace(number, unit="人", unit_end=number.end) if many and folded.startswith(_PEOPLE, number.end) else number
    )


def _without_stolen_unit(number: Number, pieces: list[Token], starts: list[int]) -> Number:
    """The 本 of 1本月 belongs to the month; the 所 of 3所有 to the number."""
    if number.unit is None or number.unit_end <= number.end:
        return number
    at = bisect_left(starts, number.end)
    for piece in pieces[at : at + 2]:
        if piece.start < number.unit_end < piece.end and number.unit != "所":
            return replace(number, unit=None, unit_end=number.end)
    return number


def _inside(start: int, end: int, ranges: list[tuple[int, int]]) -> bool:
    at = bisect_left(ranges, (start, end))
    if at < len(ranges) and ranges[at][0] < end:
        return True
    return at > 0 and ranges[at - 1][1] > start


# ------------------------------------------------------------------ words

_BREAKS: Final = {**dict.fromkeys("，,。；;！!？?\n\r()[]【】|…—", BREAK), "、": PAUSE}


def _table() -> dict[str, frozenset[str]]:
    classes: dict[str, set[str]] = {}
    for name, listed in words.WORDS.items():
        for word in listed.split():
            classes.setdefault(word.replace("_", " "), set()).add(name)
    for word in beside.NOT_COUNTED:
        classes.setdefault(word, {words.NEUTRAL})
    return {word: frozenset(found) for word, found in classes.items()}


def trie_pattern(listed: Iterable[str]) -> str:
    """A pattern that finds the longest of the words in one pass, without going back."""
    tree: dict[str, dict] = {}  # type: ignore[type-arg]
    for word in listed:
        node = tree
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}
    return _branch(tree)


def _branch(node: dict[str, dict]) -> str:  # type: ignore[type-arg]
    ends = "" in node
    parts = [re.escape(char) + _branch(child) for char, child in node.items() if char]
    if not parts:
        return ""
    body = parts[0] if len(parts) == 1 and not ends else f"(?:{'|'.join(parts)})"
    return f"{body}?" if ends else body


_TABLE: Final = _table()
_ENGLISH: Final = sorted(word for word in _TABLE if word.isascii())
_BEFORE_A_DAY: Final = r"(?:(?<=[0-9][家个户条所场套亩部台册人名位])|(?<=[0-9]%)) (?=\x00)"  # 6家 月底前全部到位
_PATTERN: Final = re.compile(
    rf"(?P<word>{trie_pattern(word for word in _TABLE if not word.isascii())})"
    rf"|(?<![A-Za-z])(?P<english>(?i:{trie_pattern(_ENGLISH)}))(?![A-Za-z])"
    r"|(?P<break>[，,。；;！!？?\n\r()\[\]【】、|…—]|\.(?=\s|$|[^\W\d_a-zA-Z])|(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])"
    rf"|{_BEFORE_A_DAY}|  +|[\u2600-\u27bf\U0001f300-\U0001faff]+)"
)


def _words(folded: str) -> Iterable[Token]:
    for match in _PATTERN.finditer(folded):
        kind, text = match.lastgroup, match.group()
        if kind == "break":
            yield Token(match.start(), match.end(), text, _BREAK_CLASSES.get(text, _BREAK_CLASSES["，"]))
        else:
            yield Token(match.start(), match.end(), text, _TABLE[text.lower() if kind == "english" else text])


_BREAK_CLASSES: Final = {sign: frozenset({kind}) for sign, kind in _BREAKS.items()}
