"""Dates in Chinese text, one rule for each way of naming a day. A rule sees only what begins where it is asked.

To add a word, add it to a table here; to add a way of writing, add a function and a line in RULES.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from data.calendar import FIXED_DAYS, HOLIDAY_NAMES, Calendar
from data.language.date_words import (
    DAYS,
    DOUBTFUL,
    FEAST_TAIL,
    FEASTS,
    MONTHS,
    NO_DAY,
    QUARTERS,
    SURE,
    UNITS,
    VAGUE,
    WEEKS,
    YEARS,
)
from data.language.numerals import chinese_value
from data.language.spans import (
    OPEN,
    Form,
    Prefer,
    Span,
    add_months,
    day_in,
    fixed,
    month_span,
    months_span,
    part_of,
    week_of,
    week_span,
)

# ------------------------------------------------------------------ pieces


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def _first(words: Iterable[str]) -> str:
    return "".join({word[0] for word in words})


_N: Final = r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3}|[廿卅][一二三四五六七八九]?)"
_BIG: Final = r"(?:[0-9]{1,3}|[一二两三四五六七八九十百]{1,5})"
_DIGIT: Final = "[一二三四五六七八九〇零O0]"
_SHORT_YEAR: Final = rf"(?<![0-9])(?:19|2[0-9]|3[0-9])(?=年(?:年?[底末初]|{_N}月|[上下]半年|第?[一二三四]季))"
_YEAR: Final = rf"""(?:(?:(?P<year>20[0-9]{{2}}|19[0-9]{{2}}|{_SHORT_YEAR}|二[〇零O0]{_DIGIT}{{2}})年度?
    |(?P<near_year>{_any_of(YEARS)})度?)(?:的|[ ]|,)?)"""
_PART: Final = "(?:上中旬|中上旬|中下旬|上旬|中旬|下旬|初|底|末|中(?![标期考学心小旬]))"
_WEEKDAY: Final = "[一二三四五六日天]"
_NTH: Final = rf"""(?:的)?(?:(?P<nth_week>第{_N}个?(?:周|星期|礼拜)(?!{_WEEKDAY}))|(?:第(?P<nth>{_N})个?
    |(?P<last>最后)[一1]?个?|(?P<first>首个?)
    |倒数第(?P<nth_last>{_N})个?)
    (?:(?P<worked>工作日)|(?:周|星期|礼拜)(?P<weekday>{_WEEKDAY})|(?P<any_day>[天日])))"""
_HOLIDAY: Final = "|".join(sorted([*HOLIDAY_NAMES, *FEASTS], key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Setting:
    """What a rule may know: the day of writing, where the sentence looks, the calendar."""

    today: date
    prefer: Prefer
    calendar: Calendar


_ZEROS: Final = str.maketrans("O0", "零零")
Build = Callable[[re.Match[str], Setting], Form | None]


def number(text: str) -> int:
    """Of 1 to 999 in digits or numerals; 0 where it is none (三四)."""
    if text.isdigit() and text.isascii():
        return int(text)
    return chinese_value(text) or 0


def weekday_number(sign: str) -> int:
    """一 is 0, 日 and 天 are 6."""
    return "一二三四五六日天".index(sign) % 7 if sign != "天" else 6


def _year_of(match: re.Match[str], setting: Setting) -> int | None:
    if match["near_year"]:
        return setting.today.year + YEARS[match["near_year"]]
    if not match["year"]:
        return None
    written = match["year"]
    year = number(written if written.isdigit() else written.translate(_ZEROS))
    return year + 2000 if year < 100 else year


# ------------------------------------------------------------------ rules


def read_day(match: re.Match[str], setting: Setting) -> Form | None:
    """10月8日, 2021年12月31日, 明年1月4号, 下月10日, 十一月二十日; not 3月3项. 2月30日 is asked.

    Also 下月20封顶, where the month is to come; 本月20竣工 may be how many.
    """
    day = number(match["day"])
    year = _year_of(match, setting)
    if match["near_month"]:
        first = month_span(setting.today.year, setting.today.month + MONTHS[match["near_month"]])[0]
        return None if _may_be_a_count(match, first, setting) else fixed("day", day_in(first.year, first.month, day))
    month = number(match["month"])
    if match["opens"] is not None and 1 <= month <= 12:
        first = date(year or setting.today.year, month, 1)
        if _may_be_a_count(match, first, setting):
            return None
    if year is not None:
        return fixed("day", day_in(year, month, day))
    return Form("day", lambda y: day_in(y, month, day), "year")


_COUNTED_THEN: Final = re.compile("[\u4e00-\u9fff]{2,5}[0-9]")


def _may_be_a_count(match: re.Match[str], first: date, setting: Setting) -> bool:
    """10月20竣工, said in October or later; not 截至10月20竣工 and 10月20验收15部. The first is that of the month."""
    if match.string.endswith(("截至", "截止", "到", "至"), 0, match.start()) or _COUNTED_THEN.match(
        match.string, match.end()
    ):
        return False
    return match["opens"] is not None and (
        first <= setting.today or day_in(first.year, first.month, number(match["day"])) is None
    )


def read_day_alone(match: re.Match[str], _: Setting) -> Form | None:
    """15号, 30日前; the next month that has such a day. Not 15号楼, 3号线, 2日游."""
    day = number(match["day"])
    return Form("day_alone", lambda month: day_in(month // 12, month % 12 + 1, day), "month")


def read_month(match: re.Match[str], setting: Setting) -> Form | None:
    """11月, 11月底, 下月初, 10月中旬, 明年3月底, 月底, 11月最后一个周五, 下个月第一个工作日."""
    year = _year_of(match, setting)
    part = match["part"]
    if match["month"]:
        month = number(match["month"])
        if not 1 <= month <= 12:
            return OPEN
        if year is not None:
            return fixed("month", _within(month_span(year, month), part, match, setting))
        return Form("month", lambda y: _within(month_span(y, month), part, match, setting), "year")
    if match["near_month"]:
        span = month_span(setting.today.year, setting.today.month + MONTHS[match["near_month"]])
        return fixed("month", _within(span, part, match, setting))
    return Form("month", lambda m: _within(month_span(m // 12, m % 12 + 1), part, match, setting), "month")


def _within(span: Span, part: str | None, match: re.Match[str], setting: Setting) -> Span | None:
    """The part of a month or quarter, or its n-th working day, weekday or day."""
    if part:
        return part_of(span, part)
    if match["nth_week"]:
        return None
    if not (match["nth"] or match["last"] or match["first"] or match["nth_last"]):
        return span
    days = [span[0] + timedelta(days=n) for n in range((span[1] - span[0]).days + 1)]
    if match["worked"]:
        days = [day for day in days if setting.calendar.is_workday(day)]
    elif match["weekday"]:
        days = [day for day in days if day.weekday() == weekday_number(match["weekday"])]
    place = _place(match)
    if not -len(days) <= place < len(days):
        return None
    return days[place], days[place]


def _place(match: re.Match[str]) -> int:
    if match["nth"]:
        return (number(match["nth"]) or 1000) - 1
    if match["nth_last"]:
        return -(number(match["nth_last"]) or 1000)
    return 0 if match["first"] else -1


def read_months(match: re.Match[str], setting: Setting) -> Form | None:
    """1至9月, 1-11月, 10月至12月, 7、8月, 今年3到5月; not 3-5个月. Months apart (3、6月) are asked."""
    first, last = number(match["from_month"]), number(match["to_month"])
    year = _year_of(match, setting)
    if not (1 <= first <= 12 and 1 <= last <= 12):
        return OPEN
    if match["listed"] and last != first + 1:
        return OPEN
    wrap = 12 if last < first else 0
    if year is not None:
        return fixed("months", _end_part(months_span(year, first, last + wrap), match["part"]))
    return Form("months", lambda y: _end_part(months_span(y, first, last + wrap), match["part"]), "year", whole=True)


def _end_part(span: Span, part: str | None) -> Span:
    return (span[0], part_of(span, part)[1]) if part else span


def read_near_day(match: re.Match[str], setting: Setting) -> Form | None:
    """今天, 明天, 后天, 前天, 昨天, 大后天, 明早; not 今年, 前天气."""
    day = setting.today + timedelta(days=DAYS[match["near_day"]])
    return fixed("near_day", (day, day))


def read_week(match: re.Match[str], setting: Setting) -> Form | None:
    """下周五, 本周, 周三, 星期一, 下周, 本周末, 这个周末, 下周第一个工作日; not 周边, 周期, 两周, 周一鸣."""
    which, weekday = match["which_week"], match["week_day"]
    if which is None and weekday is None and not match["weekend"]:
        return None
    span = week_span(setting.today, WEEKS[which] if which else 0)
    if match["nth"] or match["last"] or match["first"] or match["nth_last"]:
        return fixed("week", _within(span, None, match, setting))
    if which:
        return fixed("week", _in_week(span, match))
    return Form("weekday", lambda index: _in_week(week_of(index), match), "week")


def _in_week(span: Span, match: re.Match[str]) -> Span:
    if match["weekend"]:
        return span[0] + timedelta(days=5), span[1]
    if not match["week_day"]:
        return span
    day = span[0] + timedelta(days=weekday_number(match["week_day"]))
    return day, day


def read_quarter(match: re.Match[str], setting: Setting) -> Form | None:
    """三季度, 三季度末, 第4季度, 明年一季度, 上季度, 季度末, 四季度初, 一季度最后一个工作日; not 三个季度."""
    year, part = _year_of(match, setting), match["part"]
    if match["quarter"]:
        quarter = number(match["quarter"])
        if not 1 <= quarter <= 4:
            return OPEN
        if year is not None:
            return fixed("quarter", _within(_quarter(year, quarter), part, match, setting))
        return Form("quarter", lambda y: _within(_quarter(y, quarter), part, match, setting), "year")
    now = (setting.today.month - 1) // 3 + 1
    offset = QUARTERS[match["which_quarter"]] if match["which_quarter"] else 0
    return fixed("quarter", _within(_quarter(setting.today.year, now + offset), part, match, setting))


def _quarter(year: int, quarter: int) -> Span:
    return months_span(year, 3 * quarter - 2, 3 * quarter)


def read_two_quarters(match: re.Match[str], setting: Setting) -> Form | None:
    """三四季度, 一、二季度: two that follow each other."""
    first, last, year = number(match["from_quarter"]), number(match["to_quarter"]), _year_of(match, setting)
    if last != first + 1 or last > 4:
        return OPEN

    def span(of: int) -> Span:
        return months_span(of, 3 * first - 2, 3 * last)

    return fixed("quarters", span(year)) if year is not None else Form("quarters", span, "year", whole=True)


def read_quarters(match: re.Match[str], setting: Setting) -> Form | None:
    """前三季度, 今年前两个季度, 前9个月: from January on."""
    months = 3 * number(match["quarters"]) if match["quarters"] else number(match["first_months"])
    if not 1 <= months <= 12:
        return OPEN
    year = _year_of(match, setting)
    if year is not None:
        return fixed("quarters", months_span(year, 1, months))
    return Form("quarters", lambda y: months_span(y, 1, months), "year", whole=True)


def read_half(match: re.Match[str], setting: Setting) -> Form | None:
    """上半年, 明年上半年, 2022年下半年末, 下半年底."""
    first = 1 if match["which_half"] == "上" else 7
    year, part = _year_of(match, setting), match["part"]

    def span(of: int) -> Span:
        half = months_span(of, first, first + 5)
        return part_of(half, part) if part else half

    return fixed("half", span(year)) if year is not None else Form("half", span, "year")


def read_year_part(match: re.Match[str], setting: Setting) -> Form | None:
    """年底, 今年底, 明年年底, 2021年末, 年内, 年初; not 年前 (before Spring Festival, or the year's end)."""
    part = {"终": "底", "内": "底"}.get(match["year_part"], match["year_part"])
    year = _year_of(match, setting)
    if year is None:
        year = setting.today.year - (setting.prefer == "past" and part == "底" and setting.today.month <= 2)
    return fixed("year_part", part_of(months_span(year, 1, 12), part))


def read_year(match: re.Match[str], setting: Setting) -> Form | None:
    """今年, 2022年, 去年, 本年度."""
    year = _year_of(match, setting)
    return None if year is None else fixed("year", months_span(year, 1, 12))


def read_holiday(match: re.Match[str], setting: Setting) -> Form | None:
    """国庆前, 中秋, 明年五一, 教师节, 元旦当天, 国庆期间; not 五一路, 十一个. One nobody knows yet is asked."""
    name = match["holiday"]
    year = _year_of(match, setting)
    off = match["days_off"] is not None
    if name in FEASTS:
        month, day = FEASTS[name]
        return _feast(year, lambda y: day_in(y, month, day), setting)
    plain = HOLIDAY_NAMES[name]
    return _feast(year, lambda y: _holiday(y, plain, off, setting.calendar), setting)


def _feast(year: int | None, span: Callable[[int], Span | None], setting: Setting) -> Form | None:
    if year is None:
        return Form("holiday", span, "year", festive=True)
    found = span(year)
    over = found is not None and setting.prefer == "future" and found[1] < setting.today
    return OPEN if over else fixed("holiday", found, festive=True)


def _holiday(year: int, name: str, off: bool, calendar: Calendar) -> Span | None:
    if name in FIXED_DAYS and not off:
        return day_in(year, *FIXED_DAYS[name])
    return calendar.holiday(year, name)


_TOLD: Final = ("left", "within", "later", "ago")


def read_duration(match: re.Match[str], setting: Setting) -> Form | None:
    """两周内, 10天内, 三个工作日内, 两个月后, 半年内, 3天前, 再过十天, 还要两个月; not 三个月 alone, 5天班."""
    count = 0 if match["half_unit"] else number(match["count"] or "")
    unit = "half" if match["half_unit"] else UNITS[match["unit"]]
    if not (count or match["half_unit"]) or not any(match[name] is not None for name in _TOLD):
        return None
    if match["unit"] == "日" and match["within"] is match["left"] is None:
        return None
    if (match["more_half"] or match["and_half"]) and unit in ("month", "year"):
        whole = _moved(setting.today, unit, count, setting.calendar)
        return fixed("duration", _one(_moved(whole, "half", 1 if unit == "month" else 6, setting.calendar)))
    if unit == "half":
        unit, count = ("half", 1) if match["half_unit"] == "月" else ("month", 6)
        if match["half_unit"] in "天日":
            unit, count = "day", 0
    back = match["ago"] is not None
    return fixed("duration", _one(_moved(setting.today, unit, -count if back else count, setting.calendar)))


def _one(day: date | None) -> Span | None:
    return (day, day) if day else None


def _moved(day: date | None, unit: str, count: int, calendar: Calendar) -> date | None:
    """So many units later or earlier; None beyond the end of time."""
    if day is None or abs(count) > 999:
        return None
    if unit in ("month", "quarter", "year"):
        return add_months(day, count * {"month": 1, "quarter": 3, "year": 12}[unit])
    if unit == "workday":
        return calendar.add_workdays(day, count)
    if unit == "hour":
        return day + timedelta(days=count // 24)
    if unit == "half":
        return day + timedelta(days=15) if count == 1 else add_months(day, count)
    return day + timedelta(days=count * (7 if unit == "week" else 1))


def read_after(match: re.Match[str], setting: Setting) -> Form | None:
    """国庆后第一个工作日, 国庆节后一周内: counted from the last day off."""
    now = setting.today
    spans = [span for year in (now.year, now.year + 1) if (span := _after_span(match, year, setting))]
    span = next((one for one in spans if one[1] >= now), None)
    if span is None:
        return OPEN
    if match["after_nth"]:
        return fixed("after", _one(setting.calendar.add_workdays(span[1], number(match["after_nth"]))))
    moved = _moved(span[1], UNITS[match["unit"]], number(match["count"]), setting.calendar)
    return fixed("after", _one(moved))


def _after_span(match: re.Match[str], year: int, setting: Setting) -> Span | None:
    name = match["holiday"]
    if name in FEASTS:
        return day_in(year, *FEASTS[name])
    return setting.calendar.holiday(year, HOLIDAY_NAMES[name])


def read_signs(match: re.Match[str], _: Setting) -> Form | None:
    """2021-10-31, 2021/10/31, 2021.11.30, 20211031, 2021年10月 as 2021-10; a day that is none is asked."""
    year, month = int(match["y"]), int(match["mo"])
    if match["d"] is None:
        return fixed("signs", month_span(year, month)) if 1 <= month <= 12 else OPEN
    return fixed("signs", day_in(year, month, int(match["d"])))


def read_until_now(_: re.Match[str], setting: Setting) -> Form | None:
    """截至目前, 截止现在, 到今天为止: the day of writing."""
    return fixed("near_day", (setting.today, setting.today))


def read_vague(_: re.Match[str], __: Setting) -> Form | None:
    """近期, 尽快, 年前, 节后, 暑假: a time without a day, which is asked."""
    return OPEN


def read_days(match: re.Match[str], setting: Setting) -> Form | None:
    """8号到12号, 10月8-20日, 28、29日: of one month. Days apart (8、15日) are asked."""
    first, last, year = number(match["from_day"]), number(match["day"]), _year_of(match, setting)
    if match["listed"] and last != first + 1:
        return OPEN

    def span(year: int, month: int) -> Span | None:
        begin, end = day_in(year, month, first), day_in(year, month, last)
        return (begin[0], end[0]) if begin and end and begin <= end else None

    if match["near_month"]:
        of = month_span(setting.today.year, setting.today.month + MONTHS[match["near_month"]])[0]
        return fixed("days", span(of.year, of.month))
    if not match["month"]:
        return Form("days", lambda index: span(index // 12, index % 12 + 1), "month")
    month = number(match["month"])
    return fixed("days", span(year, month)) if year else Form("days", lambda of: span(of, month), "year")


# ------------------------------------------------------------------ the table: what may begin where, in this order


_DIGITS: Final = "0123456789"
_NUMERALS: Final = "一二三四五六七八九十"
_YEARS_FIRST: Final = _DIGITS + "二" + _first(YEARS)
_SINGULAR: Final = "[一1]?个?"

_OPENS: Final = (
    "(?P<opens>(?<=[0-9])(?=(?:前|就|能|可|正式|全面|全线|主体)?"
    "(?:封顶|竣工|完工|通车|贯通|开馆|开业|开园|开放|交付|交工|投用|投运|验收)))"
)
_IT_CAN: Final = "能(?![力源耗])|可以|就[能可会要]|一定|肯定"  # 11月20能全部完
# What it begins with, the pattern, the rule.
_RULES: Final[tuple[tuple[str, str, Build], ...]] = (
    ("2", r"(?P<y>20[0-9]{2})([-/.])(?P<mo>[0-9]{1,2})(?:\2(?P<d>[0-9]{1,2}))?(?![0-9%万亿]|[-/.][0-9])", read_signs),
    ("2", r"(?P<y>20[0-9]{2})(?P<mo>0[1-9]|1[0-2])(?P<d>0[1-9]|[12][0-9]|3[01])(?![0-9.%万亿])", read_signs),
    (
        _YEARS_FIRST + _NUMERALS + _first(MONTHS),
        rf"{_YEAR}?(?:(?P<month>{_N})月|(?P<near_month>{_any_of(MONTHS)})的?)?(?P<from_day>{_N})[ ]?[日号]?"
        rf"(?:[ ]?(?:至|到|-|~|—)+[ ]?|(?P<listed>[、和及]))(?P<day>{_N}){NO_DAY}(?!内)",
        read_days,
    ),
    (
        _YEARS_FIRST + _NUMERALS + _first(MONTHS),
        rf"{_YEAR}?(?:(?P<month>{_N})月|(?P<near_month>{_any_of(MONTHS)})的?)[ ]?(?P<day>{_N})"
        rf"(?:[ ]?{NO_DAY}|(?=[ ]?(?:$|[左前之以,，。;；)至到~-]|{_IT_CAN}))|{_OPENS})",
        read_day,
    ),
    (
        _YEARS_FIRST + _NUMERALS,
        rf"{_YEAR}?(?P<from_month>{_N})月?份?(?:(?:至|到|-|~|—)+|(?P<listed>[、和及]))(?P<to_month>{_N})月份?(?![0-9一二三四五六七八九十])(?P<part>{_PART})?",
        read_months,
    ),
    (
        _YEARS_FIRST + _NUMERALS + _first(MONTHS) + "月上中下",
        rf"{_YEAR}?(?:(?P<month>{_N})月(?:份(?!额))?|(?P<near_month>{_any_of(MONTHS)})|(?P<bare>月(?=[底末初中上下内]|中旬)|(?=[上中下]旬)))"
        rf"(?![0-9龄饼])(?:的?(?P<part>{_PART})|{_NTH})?",
        read_month,
    ),
    ("截到至", r"(?:截至|截止到?|到|至)(?:目前|现在|当前|今天|今日|今(?![年后晚早明]))(?:为止)?", read_until_now),
    (
        _first([*HOLIDAY_NAMES, *FEASTS]),
        rf"(?P<holiday>{_HOLIDAY})节?(?:假期)?(?:之|以)?后(?:的?第(?P<after_nth>{_N})个?工作日"
        rf"|(?P<count>{_BIG})个?(?P<unit>天|周|星期|工作日|月)(?:之|以)?内)",
        read_after,
    ),
    (_first(VAGUE), rf"(?:{_any_of(VAGUE)})", read_vague),
    ("最近过", rf"(?:最近|近|过去){_BIG}个?(?:天|周|月|年|星期|季度)", read_vague),
    (_first(DAYS), rf"(?P<near_day>{_any_of(DAYS)})(?![气年])", read_near_day),
    (
        "周星礼" + _first(WEEKS),
        rf"(?:(?P<which_week>{_any_of(WEEKS)}){_SINGULAR})?(?:周|星期|礼拜)"
        rf"(?:(?P<week_day>{_WEEKDAY})(?![鸣个条户])|(?P<weekend>末)|(?![边期转围年]){_NTH}|(?![边期转围年]))",
        read_week,
    ),
    (
        _YEARS_FIRST + "第一二三",
        rf"{_YEAR}?第?(?P<from_quarter>[一二三])季?度?[、和至到-]?第?(?P<to_quarter>[二三四])季度",
        read_two_quarters,
    ),
    (
        _YEARS_FIRST + "第一二三四季" + _first(QUARTERS),
        rf"{_YEAR}?(?:第?(?P<quarter>[一二三四1-4])季度?|(?P<which_quarter>{_any_of(QUARTERS)}){_SINGULAR}季度?|季度?(?=[末底初内]))"
        rf"(?:的?(?P<part>[末底初])|{_NTH})?",
        read_quarter,
    ),
    (
        _YEARS_FIRST + "前",
        rf"{_YEAR}?(?<!提)前(?:(?P<quarters>[一二两三四1-4])个?季度|(?P<first_months>{_N})个月)",
        read_quarters,
    ),
    (_YEARS_FIRST + "上下", rf"{_YEAR}?(?P<which_half>[上下])半年(?P<part>[末底初])?", read_half),
    (
        _YEARS_FIRST + _first([*HOLIDAY_NAMES, *FEASTS]),
        rf"{_YEAR}?(?P<holiday>(?:{_any_of(DOUBTFUL)}){FEAST_TAIL}|{_any_of(SURE)})"
        rf"节?(?P<days_off>假期|长假|小长假|期间|放假|黄金周)?(?:当天|当日)?",
        read_holiday,
    ),
    (_YEARS_FIRST + "年", rf"{_YEAR}?年(?P<year_part>[底末初终内])(?![容部科])", read_year_part),
    (_YEARS_FIRST, rf"{_YEAR}(?P<year_part>[底末初终内])(?![容部科])", read_year_part),
    (
        _DIGITS + _NUMERALS + "两百半再还需尚约过未",
        rf"(?P<left>再过|还要|还需要?|还得|还有|再有|再给|再用|需要|尚需|约需|(?<![超不])过|未来)?(?:大?约)?"
        rf"(?:(?P<count>{_BIG})[ ]?个?(?P<more_half>半)?(?P<unit>{_any_of(UNITS)})(?<!个年)(?P<and_half>(?<=年)半)?"
        rf"|[一1]?半个?(?P<half_unit>[月年天日]))"
        rf"(?:的?时间)?(?:左右)?(?:(?P<within>[之以]?内(?![容部科])|(?<=左右))|(?P<later>[之以过]?后(?![期续勤面]))"
        rf"|(?P<ago>[之以]?前(?![期往景后面])))?",
        read_duration,
    ),
    (_YEARS_FIRST, rf"{_YEAR}(?![0-9]|年?[中后]|[春夏秋冬寒暑汛同])", read_year),
    (_DIGITS + _NUMERALS, rf"(?P<day>{_N})[ ]?{NO_DAY}", read_day_alone),
)


def _by_first_sign() -> Mapping[str, tuple[tuple[re.Pattern[str], Build], ...]]:
    table: dict[str, list[tuple[re.Pattern[str], Build]]] = {}
    for begins, pattern, build in _RULES:
        compiled = re.compile(pattern, re.VERBOSE)
        for sign in dict.fromkeys(begins):
            table.setdefault(sign, []).append((compiled, build))
    return {sign: tuple(rules) for sign, rules in table.items()}


RULES: Final = _by_first_sign()
