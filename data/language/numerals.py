"""Chinese numerals: 一百二十八, 两万五, 二〇二一."""

from __future__ import annotations

from typing import Final

DIGITS: Final = {
    char: value
    for value, chars in enumerate(("零〇", "一壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for char in chars
}
POWERS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10**4, "亿": 10**8}

TENS: Final = {"廿": "二十", "卅": "三十"}


def chinese_value(numeral: str) -> int | None:
    """The value of a Chinese numeral: 一百二十八 128, 两万五 25000, 二〇二一 2021; None for 三四十, 十四五, 百."""
    for short, full in TENS.items():
        numeral = numeral.replace(short, full)
    if all(char in DIGITS for char in numeral):
        return _digit_string(numeral)
    if len(numeral) > 24:
        return None
    high, _, rest = numeral.rpartition("亿")
    hundred_millions = _below_hundred_millions(high) if high else 0
    low = _below_hundred_millions(rest, 10**7 if high else 0) if rest else 0
    if hundred_millions is None or low is None or ("亿" in numeral and not high):
        return None
    return hundred_millions * 10**8 + low


def _below_hundred_millions(numeral: str, tail: int = 0) -> int | None:
    high, power, rest = numeral.rpartition("万")
    if not power:
        return _below_ten_thousand(numeral, tail)
    ten_thousands = _below_ten_thousand(high) if high else None
    low = _below_ten_thousand(rest, 1000) if rest else 0
    return None if ten_thousands is None or low is None else ten_thousands * 10**4 + low


def _below_ten_thousand(numeral: str, tail: int = 0) -> int | None:
    """`tail` is what a digit alone counts as: the 五 of 两万五 is 5000."""
    if len(numeral) == 1 and tail and DIGITS.get(numeral):
        return DIGITS[numeral] * tail
    total, pending, smallest, zero = 0, -1, 10**4, False
    for char in numeral:
        digit, power = DIGITS.get(char), POWERS.get(char, 0)
        if digit == 0:
            zero, pending = True, -1 if pending < 0 else 99
        elif digit is not None:
            pending = digit if pending < 0 else 99
        elif power >= smallest or power > 1000 or not (0 < pending < 10 or (power == 10 and pending < 0)):
            return None
        else:
            total, pending, smallest, zero = total + (1 if pending < 0 else pending) * power, -1, power, False
        if pending > 9:
            return None
    if pending <= 0:
        return total
    return total + pending * (1 if zero or smallest in (10, 10**4) else smallest // 10)


def _digit_string(numeral: str) -> int | None:
    if len(numeral) == 1:
        return DIGITS[numeral]
    if len(numeral) == 2:  # 三四, 五一: a range or a feast, never a number
        return None
    return int("".join(str(DIGITS[char]) for char in numeral)) if len(numeral) < 19 else None


def powers_value(powers: str) -> int:
    """千万: 10 million."""
    value = 1
    for char in powers:
        value *= POWERS[char]
    return value
