"""Numbers as liaisons write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.language.numbers import Number, chinese_value, find_numbers, fold


def only(text: str) -> Number:
    (number,) = find_numbers(text)
    return number


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("3500", 3500, None),
        ("3,500个", 3500, "个"),
        ("１２００户", 1200, "户"),
        ("１，２００", 1200, None),
        ("1.2万个", 12000, "个"),
        ("3.5亿元", 350_000_000, "元"),
        ("参保大学生5 120人", 5120, "人"),
        ("康复辅具 7 8 6 人", 786, "人"),
        ("租赁人数 8 4 6", 846, None),
        ("500 万元", 5_000_000, "元"),
        ("五千", 5000, None),
        ("两百三十户", 230, "户"),
        ("一百二十八", 128, None),
        ("3万5千人", 35000, "人"),
        ("1亿2000万", 120_000_000, None),
        ("投资千万元", 10_000_000, "元"),
        ("两万五", 25000, None),
        ("三点五万", 35000, None),
        ("两个", 2, "个"),
        ("半个月", 0.5, "个月"),
        ("开展12场次", 12, "场次"),
        ("3平方公里", 3, "平方公里"),
        ("13.5平米", 13.5, "平方米"),
        ("提高2个百分点", 2, "百分点"),
        ("翻一番", 2, "倍"),
        ("翻两番", 4, "倍"),
        ("1.2k places", 1200, None),
        ("three schools", 3, None),
    ],
)
def test_digits_and_numerals_have_their_value_and_their_measure_word(text: str, value: float, unit: str | None) -> None:
    number = only(text)
    assert (number.value, number.unit, number.percent) == (value, unit, False)


@pytest.mark.parametrize(
    ("text", "value", "approx"),
    [
        ("80%", 80, None),
        ("80％", 80, None),
        ("百分之八十", 80, None),
        ("百分之八十五点五", 85.5, None),
        ("八成", 80, None),
        ("六成半", 65, None),
        ("八成五", 85, None),
        ("三分之二", 66.666667, None),
        ("一半", 50, None),
        ("过半", 50, "over"),
        ("完成了一半以上", 50, "over"),
        ("80 percent", 80, None),
        ("two thirds", 66.666667, None),
        ("达到80%左右", 80, "about"),
    ],
)
def test_shares_are_percents(text: str, value: float, approx: str | None) -> None:
    number = only(text)
    assert (number.value, number.percent, number.approx) == (value, True, approx)


@pytest.mark.parametrize(
    ("text", "approx"),
    [
        ("近5000人", "about"),
        ("约5000人", "about"),
        ("5000人左右", "about"),
        ("超5000人", "over"),
        ("5000余人", "over"),
        ("5000多人", "over"),
        ("20多万人", "over"),
        ("近百户", "about"),
        ("上千人", "over"),
        ("不足300户", "under"),
        ("more than 300", "over"),
        ("节约500元", None),
        ("附近300户", None),
        ("通过300户", None),
    ],
)
def test_words_around_a_number_say_how_sure_it_is(text: str, approx: str | None) -> None:
    assert only(text).approx == approx


@pytest.mark.parametrize(
    "text",
    [
        *("“96111”", "12345热线", "拨打96111", "13812345678", "0519", "一代", "二代证", "第三项", "第3项", "PM2.5"),
        *("G312", "5G", "一些", "一下", "一直", "一线", "一批", "十几个", "三四十个", "七八成", "十四五", "一期工程"),
        *("三季度", "周三", "三月", "一户一策", "一次性", "十分重视", "2021-09-26", "9:00", "1.2.3", "千家万户"),
        *("百姓", "统一", "万达", "超额完成", ""),
    ],
)
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert find_numbers(text) == []


def test_a_list_number_before_a_comma_does_not_join_the_figure() -> None:
    assert [number.value for number in find_numbers("4.3，210户；4.3,210户")] == [4.3, 210, 4.3, 210]


def test_what_is_parted_by_blanks_behind_a_count_or_in_front_is_no_one_number() -> None:
    texts = ("2 120人", "3 205户 4 770人", "没变化的 1 2 3", "1 2 3没变化")
    assert [[number.value for number in find_numbers(text)] for text in texts] == [
        [2, 120], [3, 205, 4, 770], [1, 2, 3], [1, 2, 3],
    ]  # fmt: skip


def test_a_quotient_gives_both_its_numbers() -> None:
    assert [(n.value, n.unit) for n in find_numbers("学位3200/5000个")] == [(3200, None), (5000, "个")]


def test_positions_are_those_of_the_text_as_written() -> None:
    text = "新增学位 １.２万 个，占８０％"
    first, second = find_numbers(text)
    assert (text[first.start : first.end], text[first.end : first.unit_end]) == ("１.２万", " 个")
    assert (second.text, text[second.start : second.end]) == ("８０％", "８０％")


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        *(("二〇二一", 2021), ("一千零五", 1005), ("十", 10), ("一万二", 12000), ("一万零二", 10002)),
        *(("两亿三千万", 230_000_000), ("三百五", 350), ("一百一十", 110), ("十二", 12), ("三四十", None)),
        *(
            ("五一", None),
            ("百", None),
            ("十十", None),
            ("一千千", None),
            ("亿", None),
            ("三万四万", None),
            ("廿五", 25),
        ),
    ],
)
def test_chinese_numerals(numeral: str, value: int | None) -> None:
    assert chinese_value(numeral) == value


def numeral_of(value: int) -> str:
    """The numeral of a value below 100 million, in the plain way."""
    if value >= 10**4:
        rest = value % 10**4
        low = ("零" if rest < 1000 else "") + numeral_of(rest) if rest else ""
        return numeral_of(value // 10**4) + "万" + low
    for power, word in ((1000, "千"), (100, "百"), (10, "十")):
        if value >= power:
            rest = value % power
            zero = "零" if 0 < rest < power // 10 else ""
            return numeral_of(value // power) + word + zero + (numeral_of(rest) if rest else "")
    return "零一二三四五六七八九"[value]


@settings(deadline=None)
@given(st.integers(1, 10**8 - 1))
def test_every_numeral_below_a_hundred_million_has_its_value(value: int) -> None:
    assert chinese_value(numeral_of(value)) == value


@settings(deadline=None)
@given(st.integers(0, 10**12), st.sampled_from(["个", "户", "平方米", "人次", ""]))
def test_digits_in_groups_are_the_same_number(value: int, unit: str) -> None:
    assert [n.value for n in find_numbers(f"完成{value:,}{unit}，")] == [value]


SIGNS = "0123456789一二三十百千万亿零半成分之点约超余多左右个户，,.:-/% 第"
PIECES = st.sampled_from([*SIGNS, "百分之", "以上", "half ", "k"])


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)))
def test_any_text_is_read_without_an_error_and_in_order(text: str) -> None:
    numbers = find_numbers(text)
    assert len(fold(text)) == len(text)
    last = 0
    for number in numbers:
        assert last <= number.start < number.end <= number.unit_end <= len(text)
        assert number.text == text[number.start : number.end]
        last = number.end


@pytest.mark.parametrize("piece", ["0", "1,000", "百分之", "十百千万", "1-", "三成", "翻一", "1分之", "a ", "点一"])
def test_a_very_long_text_is_read_up_to_a_limit(piece: str) -> None:
    assert len(find_numbers(piece * (100_000 // len(piece)))) <= 500
