"""Numbers in Chinese and English text: digits, numerals, percents, shares, and how sure the writer was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Literal

from data.language.folding import fold
from data.language.measure import ALIASES, MEASURE_WORDS, PLAIN, TIME_WORDS, measure_word_at, word_list
from data.language.numerals import DIGITS, POWERS, TENS, chinese_value, powers_value

__all__ = ["ALIASES", "MEASURE_WORDS", "TIME_WORDS", "Number", "chinese_value", "find_numbers", "fold"]

Approx = Literal["about", "over", "under"]

# ------------------------------------------------------------------ words: add one here

# Before the number; the guards are words that merely end in one of these.
BEFORE: Final[dict[str, Approx]] = {
    **dict.fromkeys(word_list("约 大约 近 将近 接近 大概 差不多 估计 估摸 about around nearly almost"), "about"),
    **dict.fromkeys(word_list("超 超过 逾 突破 高于 多于 不少于 不低于 至少 过 破 上 over exceeding"), "over"),
    **dict.fromkeys(word_list("不足 不到 未到 少于 低于 不超过 不多于 至多 最多 不满 未满 under below"), "under"),
    **dict.fromkeys(("more than", "at least", "过了", "超了", "超过了", "突破了", "破了"), "over"),
    **dict.fromkeys(("less than", "fewer than"), "under"),
}
GUARDS: Final = word_list(
    "节约 签约 预约 履约 违约 契约 制约 集约 简约 合约 附近 最近 就近 临近 邻近 赶超 反超 通过 经过 度过 加上 以上",
    "晚上 早上 网上 线上 会上 身上 地上 基础上 打破 没超过",
)
# After the number or its measure word, and between the two.
AFTER: Final[dict[str, Approx]] = {
    **dict.fromkeys(("左右", "上下", "or so"), "about"),
    **dict.fromkeys(("以上",), "over"),
    **dict.fromkeys(("以下", "以内", "不到"), "under"),
}
INSIDE: Final[dict[str, Approx]] = {"多": "over", "余": "over", "来": "about"}
# Numerals that begin a word of their own.
WORDS: Final = word_list(
    "一次性 一条龙 一条街 一件事 一家人 一部分 一人一 一户一 一批 一些 一下 一直 一线 一样 一般 一定 一起 一体 一方面",
    "二十大 二十届 十四五 十三五 十五五 百分 千方百计 千家万户 两会 三农 十分 万一 一期 二期 三期 四期 五期 六期",
    "一代 二代 三代 四代 一季 二季 三季 四季 一年级 二年级 三年级 四年级 五年级 六年级",
)
SERVICE_LINES: Final = ("热线", "电话", "拨打", "平台", "专线")
ENGLISH: Final = {
    word: value
    for value, word in enumerate(word_list("one two three four five six seven eight nine ten eleven twelve"), 1)
}
ENGLISH_POWERS: Final = {"k": 1e3, "thousand": 1e3, "million": 1e6, "billion": 1e9}
ENGLISH_PARTS: Final = {"third": 3, "quarter": 4, "fifth": 5}


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a text.

    `value` has 万 and 亿 resolved; where `percent` is set it is in hundredths (80 for 80%, 八成 and 五分之四).
    `start`, `end` span the number itself with %, 成 or 万, `text` is what stands there. `unit` is the measure word
    in its plain form (平米 → 平方米), `unit_end` where it ends (`end` without one). `approx` says what 约, 超, 不足,
    多, 左右 make of it.
    """

    value: float
    start: int
    end: int
    text: str
    percent: bool = False
    approx: Approx | None = None
    unit: str | None = None
    unit_end: int = 0


# ------------------------------------------------------------------ finding

_CN: Final = "[" + "".join(DIGITS) + "".join(POWERS) + "".join(TENS) + "]"
_CN_DIGIT: Final = "[" + "".join(DIGITS) + "]"
_ARABIC: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,5}(?![0-9,])(?:\.[0-9]++)?|[0-9]++(?:\.[0-9]++)?)"
# 参保大学生5 120人, 辅具 7 8 6 人: groups of three, and digits one by one, right behind a word. Not where a count ends
# (205户 4 770人), nor where a line begins (2 120人): there the first is a row's number.
_COUNTED: Final = "[0-9一二两三四五六七八九十百千万亿]"
_APART: Final = (
    "(?:"
    + "|".join(
        rf"(?<=[\u4e00-\u9fff:：]{blank})(?<!{_COUNTED}[\u4e00-\u9fff]{blank})(?<![人期场家户]次{blank})"
        for blank in ("", "[ ]", "[ ][ ]")
    )
    + ")"
    r"(?:[1-9][0-9]{0,2}(?:[ ][0-9]{3})+(?![0-9.,])"
    r"|[0-9](?:[ ][0-9]){2,}(?=[ ]?[个户人家所名位场册套亩条部台处座次期])"
    r"|(?<=数[ ])[0-9](?:[ ][0-9]){2,}(?![ ]?[0-9]))"
)
_NOT_TENTHS: Final = "(?![立效果员品都本绩人熟为交就功型长])"
# What may begin at a character of each kind, tried in this order. A pattern never looks further than its own number.
_SHAPES: Final = {
    "digit": rf"""
        (?P<skip>[0-9]{{4}}([-/.])[0-9]{{1,2}}\2[0-9]{{1,2}}(?![0-9])          # 2021-09-26
                |[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?(?![0-9])              # 9:00
                |[0-9]++(?:\.[0-9]++){{2,}})                                   # 2021.9.26, 1.2.3
      | (?P<below>[0-9]{{1,3}})分之(?P<above>{_CN}{{1,4}}|[0-9]{{1,3}})
      | (?P<tenths>[0-9]|10)成(?P<tenths_more>半|{_CN_DIGIT}(?!{_CN})|[0-9](?![0-9.]))?{_NOT_TENTHS}
      | (?P<arabic>{_APART}|{_ARABIC})(?P<powers>(?!(?<=\.[0-9])[ ]?十)[ ]?(?P<inside>[多余])?
            (?P<power>[十百千万亿]{{1,2}})(?![分年日])
            (?:零?(?P<rest>[0-9]++(?:\.[0-9]++)?)(?:(?P<rest_power>[十百千万])|(?![0-9.%年月日号时点])))?)?""",
    "numeral": rf"""
        (?P<skip>[一二三四五六七八九](?=百分之))                                  # 标段二百分之三十五
      | 百分之(?P<hundredths>{_CN}++(?:点{_CN_DIGIT}++)?|{_ARABIC})
      | (?P<below>{_CN}{{1,4}})分之(?P<above>{_CN}{{1,4}}|[0-9]{{1,3}})
      | (?P<tenths>{_CN_DIGIT}|十)成(?P<tenths_more>半|{_CN_DIGIT}(?!{_CN}))?{_NOT_TENTHS}
      | (?P<half>一半)
      | (?P<chinese>{_CN}++(?:点{_CN_DIGIT}++(?=[万亿%个公平吨亩倍米])[万亿]?)?)
            (?:(?P<cn_inside>[多余来])(?P<cn_power>[万亿]))?""",
    "word": r"""
        翻(?:(?P<doublings>[一两二三四1-4])番|[番倍])
      | (?P<half>过半|大半|多半|小半|半数|(?<![一月年个天前后上下])半(?=个|年|天|小时|数))""",
    "letter": rf"""
        (?P<english>(?:(?P<over>a|one|two|three|four)[ -](?P<part>third|quarter|fifth)s?
            |half|(?P<count>{"|".join(ENGLISH)}))(?![A-Za-z]))""",
}
_BEGINS: Final = re.compile(
    rf"(?P<digit>[0-9])|(?P<numeral>{_CN})|(?P<word>[翻半过大多小])|(?P<letter>(?<![A-Za-z])[aefhnost](?=[a-z -]))",
    re.IGNORECASE,
)
_PATTERNS: Final = {name: re.compile(shape, re.VERBOSE | re.IGNORECASE) for name, shape in _SHAPES.items()}
_ENGLISH_POWER: Final = re.compile(r" ?(k|thousand|million|billion)(?![A-Za-z])", re.IGNORECASE)
_PERCENT: Final = re.compile(r" ?(?:%(?!c)|percent|per cent|pct)", re.IGNORECASE)
_BEFORE_WORDS: Final = tuple(sorted(BEFORE, key=len, reverse=True))

_HALVED: Final = frozenset(("亩", "公里", "米", "平方公里", "公顷", "吨", "倍"))
Reader = Callable[[re.Match[str], str], "Number | None"]


def find_numbers(text: str, most: int | None = 500) -> list[Number]:
    """The numbers of the text in order, none overlapping, `most` of them at most (None: all), and after three times as
    many places that look like numbers the rest is not read: no reply has so many.

    Not numbers: dates and times of day with signs (2021-09-26, 9:00), digits in quotation marks or of a service line,
    第三, 一代, PM2.5, G312, 十几, 三四十, 一些; a single Chinese digit without a measure word.
    A number of a date (9月30日) is one, with 月 and 日 as unit.
    """
    return list(islice(_numbers(text, 3 * most if most else len(text)), most))


def _numbers(text: str, places: int) -> Iterator[Number]:
    folded, position = fold(text), 0
    while places and (begin := _BEGINS.search(folded, position)):
        places -= 1
        match = _PATTERNS[begin.lastgroup or ""].match(folded, begin.start())
        position = match.end() if match else begin.end()
        reader = match and _READERS.get(_kind(match))
        number = reader(match, folded) if match and reader else None
        if number is not None:
            position = min(position, number.end)
            yield _dressed(number, text, folded)


def _kind(match: re.Match[str]) -> str:
    found = match.groupdict()
    return next((kind for kind in _READERS if found.get(kind)), "skip" if found.get("skip") else "doubling")


def _plain(value: float, match: re.Match[str], end: int | None = None, *, percent: bool = False) -> Number:
    return Number(round(value, 6), match.start(), match.end() if end is None else end, "", percent)


def _value(numeral: str) -> float | None:
    if numeral[0].isdigit() and numeral[0].isascii():
        return float(numeral.replace(",", ""))
    whole, _, fraction = numeral.partition("点")
    value: float | None = chinese_value(whole)
    if value is None and whole == "百":
        value = 100
    if value is None or not fraction:
        return value
    return value + float("0." + "".join(str(DIGITS[char]) for char in fraction))


def _read_hundredths(match: re.Match[str], _: str) -> Number | None:
    """百分之八十, 百分之80.5, 百分之百."""
    numeral = match["hundredths"]
    value = _value(numeral)
    for end in range(len(numeral) - 1, 0, -1):  # 百分之七十七一万七千人 holds two numbers
        if value is not None:
            return _plain(value, match, match.end() - len(numeral) + end + 1, percent=True)
        value = _value(numeral[:end])
    return None if value is None else _plain(value, match, match.end() - len(numeral) + 1, percent=True)


def _read_fraction(match: re.Match[str], _: str) -> Number | None:
    """三分之二, 3分之2; not more than the whole."""
    below, above = _value(match["below"]), _value(match["above"])
    if not below or above is None or above > below:
        return None
    return _plain(100 * above / below, match, percent=True)


def _read_tenths(match: re.Match[str], folded: str) -> Number | None:
    """八成, 六成半, 八成五, 3成; not 七八成 (a range), 完成, 2成立."""
    before = folded[max(0, match.start() - 1) : match.start()]
    if before in DIGITS or before in POWERS or before.isdigit() or before == "第":
        return None
    value = 10 * (_value(match["tenths"]) or 10 if match["tenths"] == "十" else _value(match["tenths"]) or 0)
    more = match["tenths_more"]
    return _plain(value + (5 if more == "半" else _value(more) or 0 if more else 0), match, percent=True)


def _read_doubling(match: re.Match[str], _: str) -> Number:
    """翻一番, 翻番, 翻倍: 2 倍; 翻两番: 4 倍."""
    times = match["doublings"] or "一"
    return Number(float(2 ** int(_value(times) or 1)), match.start(), match.end(), "", unit="倍", unit_end=match.end())


def _read_half(match: re.Match[str], _: str) -> Number:
    """一半, 半数, 过半, 大半; 半 before 个, 年, 天 counts as one half of that."""
    word = match["half"]
    if word == "半":
        return _plain(0.5, match)
    approx: Approx | None = {"过半": "over", "大半": "over", "多半": "over", "小半": "under"}.get(word)  # type: ignore[assignment]
    return Number(50.0, match.start(), match.end(), "", percent=True, approx=approx)


def _read_arabic(match: re.Match[str], folded: str) -> Number | None:
    """3500, 3,500, 1.2万, 20多万, 3万5千, 3.5 million; not PM2.5, 5G, G312, “96111”, 12345热线, 第3."""
    start, end = match.start(), match.end()
    digits = match["arabic"].replace(" ", "")
    value = float(digits.replace(",", "")) if len(digits) < 40 else float("inf")
    if value == float("inf") or _is_name(folded, start, end, digits):
        return None
    if match["powers"]:
        value *= powers_value(match["power"])
        if match["rest"]:
            base = POWERS[match["rest_power"]] if match["rest_power"] else POWERS[match["power"][-1]] / 10
            value += float(match["rest"][:30]) * base
    elif english := _ENGLISH_POWER.match(folded, end):
        value, end = value * ENGLISH_POWERS[english[1].lower()], english.end()
    if percent := _PERCENT.match(folded, end):
        return _plain(value, match, percent.end(), percent=True)
    approx = INSIDE.get(match["inside"] or "")
    return Number(round(value, 6), start, end, "", approx=approx)


def _is_name(folded: str, start: int, end: int, digits: str) -> bool:
    before = folded[start - 1] if start else ""
    after = folded[end : end + 1]
    if before == "第" or (before.isascii() and (before.isalpha() or before == "_")):
        return True
    if after.isascii() and after.isalpha() and not measure_word_at(folded, end):
        return not (_ENGLISH_POWER.match(folded, end) or _PERCENT.match(folded, end))
    if before in ('"', "“", "'", "‘", "「") and after in ('"', "”", "'", "’", "」"):
        return True
    if digits.isdigit():
        if len(digits) == 11 and digits[0] == "1" and not measure_word_at(folded, end):
            return True
        if digits[0] == "0" and len(digits) > 2:
            return True
        if len(digits) >= 5:
            return folded[max(0, start - 2) : start] in SERVICE_LINES or folded[end : end + 2] in SERVICE_LINES
    return False


def _read_chinese(match: re.Match[str], folded: str) -> Number | None:
    """五千, 两百三十, 三点五万, 二十余万, 三个, 近百户; not 第三, 三四十, 十几, 周三, 三月, 一些, 一户一策, 十一."""
    start, numeral = match.start(), match["chinese"]
    before = folded[max(0, start - 1) : start]
    if before in ("第", "几", "周", "期", "拜", "初") or folded[match.end() : match.end() + 1] in ("几", "月"):
        return None
    if before == "数" and numeral[0] in POWERS:
        return None  # 数千, but 泊位数三千
    if folded.startswith(WORDS, start):
        return None
    if (
        len(numeral) > 1 and numeral[0] in POWERS and before in ("上", "过", "破")
    ):  # 还没上千九百八十套 holds two numbers
        return Number(float(POWERS[numeral[0]]), start, start + 1, "")
    value, end = _chinese_with_fraction(numeral), match.end()
    unit = measure_word_at(folded, end + (folded[end : end + 1] in INSIDE))
    bare = False
    if value is None:
        bare = len(numeral) <= 2 and all(char in POWERS for char in numeral)
        value = powers_value(numeral) if bare else None
        if value is None or not (_approx_before(folded, start) or (len(numeral) == 2 and unit)):
            return None
    if match["cn_power"]:
        value *= POWERS[match["cn_power"]]
    elif len(numeral) == 1 and (power := _POWER_BEHIND.match(folded, end)):
        value *= POWERS[power[1]]
    elif not bare and not _stands_alone(numeral, unit, folded) and not _RANGE_BEHIND.match(folded, end):
        return None
    return Number(round(value, 6), start, end, "", approx=INSIDE.get(match["cn_inside"] or ""))


# 七到八条, 两至三家: the lower end has no measure word of its own.
_RANGE_BEHIND: Final = re.compile(f"[到至~～-][{''.join(DIGITS)}十百]+(?:个(?!月)|[家所户条场套亩部台册人名位座处栋])")


_POWER_BEHIND: Final = re.compile("[到至~～-][一二两三四五六七八九]([百千万])")  # 三到四千


def _chinese_with_fraction(numeral: str) -> float | None:
    if "点" not in numeral:
        return chinese_value(numeral)
    power = POWERS.get(numeral[-1], 1) if numeral[-1] in "万亿" else 1
    value = _value(numeral[:-1] if power > 1 else numeral)
    return None if value is None else value * power


def _stands_alone(numeral: str, unit: tuple[str, int] | None, folded: str) -> bool:
    if len(numeral) == 1 or numeral == "十一":
        return unit is not None and unit[0] in PLAIN and folded[unit[1] : unit[1] + 1] != "一"
    return unit is not None or not all(char in DIGITS for char in numeral)


def _read_english(match: re.Match[str], folded: str) -> Number | None:
    """half, two thirds, three quarters, and two to twelve before a word; one only counts in a share."""
    if match["part"]:
        over = ENGLISH.get(match["over"].lower(), 1)
        return _plain(100 * over / ENGLISH_PARTS[match["part"].lower()], match, percent=True)
    if not match["count"]:
        return _plain(50, match, percent=True)
    value = ENGLISH[match["count"].lower()]
    percent = _PERCENT.match(folded, match.end())
    if percent:
        return _plain(value, match, percent.end(), percent=True)
    return None if value == 1 else _plain(value, match)


_READERS: Final[dict[str, Reader]] = {
    "hundredths": _read_hundredths,
    "below": _read_fraction,
    "tenths": _read_tenths,
    "doubling": _read_doubling,
    "half": _read_half,
    "arabic": _read_arabic,
    "chinese": _read_chinese,
    "english": _read_english,
}


# ------------------------------------------------------------------ what stands around a number


def _dressed(number: Number, text: str, folded: str) -> Number:
    """With its unit, its approximation and its own text."""
    end, approx, unit, unit_end = number.end, number.approx, number.unit, number.unit_end or number.end
    if not number.percent and number.unit is None:
        inside = INSIDE.get(folded[end : end + 1])
        word = measure_word_at(folded, end + 1 if inside else end)
        if word:
            unit, unit_end = word
        if inside and (word or inside == "over"):
            approx = approx or inside
        if unit in _HALVED and folded[unit_end : unit_end + 1] == "半" and float(number.value).is_integer():
            number, unit_end = replace(number, value=number.value + 0.5), unit_end + 1  # 一百一十二亩半
    approx = approx or _approx_after(folded, unit_end) or _approx_before(folded, number.start)
    return Number(number.value, number.start, end, text[number.start : end], number.percent, approx, unit, unit_end)


def _approx_after(folded: str, end: int) -> Approx | None:
    head = folded[end : end + 6].lstrip()
    return next((approx for word, approx in AFTER.items() if head.startswith(word)), None)


def _approx_before(folded: str, start: int) -> Approx | None:
    tail = folded[max(0, start - 12) : start].rstrip().lower()
    if not tail.endswith(_BEFORE_WORDS) or tail.endswith(GUARDS):
        return None
    return next(BEFORE[word] for word in _BEFORE_WORDS if tail.endswith(word))
