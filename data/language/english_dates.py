"""Dates in English text, as the Chinese ones; dateparser only for odd forms that nothing here knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from data.calendar import FIXED_DAYS
from data.language.chinese_dates import Setting
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

# ------------------------------------------------------------------ words: add one here

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            *(("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun")),
            *(("july", "jul"), ("august", "aug"), ("september", "sept", "sep"), ("october", "oct")),
            *(("november", "nov"), ("december", "dec")),
        ),
        1,
    )
    for name in names
}
WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            *(
                ("monday", "mon"),
                ("tuesday", "tues", "tue"),
                ("wednesday", "wed"),
                ("thursday", "thurs", "thur", "thu"),
            ),
            *(("friday", "fri"), ("saturday", "sat"), ("sunday", "sun")),
        )
    )
    for name in names
}
NEAR_DAYS: Final = {
    "day after tomorrow": 2,
    "day before yesterday": -2,
    "tomorrow": 1,
    "yesterday": -1,
    "today": 0,
    "tonight": 0,
}
NUMBERS: Final = {
    word: number
    for number, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())  # noqa: SIM905
} | {"a": 1, "an": 1}
WHICH: Final = {"last": -1, "previous": -1, "this": 0, "the": 0, "current": 0, "next": 1, "coming": 1}
PARTS: Final = {
    **dict.fromkeys(("early in", "early", "beginning of", "start of", "the beginning of", "the start of"), "初"),
    **dict.fromkeys(("mid", "middle of", "the middle of"), "中旬"),
    **dict.fromkeys(("late in", "late"), "下旬"),
    **dict.fromkeys(("end of", "the end of", "end"), "底"),
}
ENDS: Final = {"eoy": "year", "eom": "month", "eow": "week", "eoq": "quarter"}
# Holidays: their plain Chinese name, or month and day.
FEASTS: Final[Mapping[str, str | tuple[int, int]]] = MappingProxyType(
    {
        **dict.fromkeys(("christmas",), (12, 25)),
        **dict.fromkeys(("teachers' day", "teacher's day"), (9, 10)),
        **dict.fromkeys(("new year's day", "new year's", "new year"), "元旦"),
        **dict.fromkeys(("spring festival", "chinese new year", "lunar new year"), "春节"),
        **dict.fromkeys(("qingming", "tomb-sweeping day"), "清明"),
        **dict.fromkeys(("labour day", "labor day", "may day"), "五一"),
        **dict.fromkeys(("dragon boat festival",), "端午"),
        **dict.fromkeys(("mid-autumn festival", "mid-autumn"), "中秋"),
        **dict.fromkeys(("national day",), "国庆"),
    }
)
VAGUE: Final = (
    *("soon", "asap", "shortly", "as soon as possible", "in a few days", "in a few weeks", "in the near future"),
    *("later this year", "later this month", "sometime", "a couple of", "early next year", "in due course"),
)
ORDINALS: Final = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}

# ------------------------------------------------------------------ pieces


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_MONTH: Final = rf"(?P<month>{_any_of(MONTHS)})(?![a-z])\.?"
_DAY: Final = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?(?![0-9a-z%])"
_YEAR: Final = r"(?:,?[ ]?(?P<year>20[0-9]{2})(?![0-9]))"
_COUNT: Final = rf"(?P<count>[0-9]{{1,3}}|{_any_of(NUMBERS)})"
_UNIT: Final = (
    r"(?P<unit>(?:working|business)[ ]days?|workdays?|days?|weeks?|fortnights?|months?|quarters?|years?)(?![a-z])"
)
_UNTIL: Final = (
    r"(?:(?P<until>by|before|until|till|no[ ]later[ ]than|within|due[ ]by|due)[ ]+"
    r"|(?P<since>since)[ ]+|(?P<open>after|from|starting)[ ]+)?(?:on[ ])?(?:the[ ]+)?"
)
UNTIL: Final = re.compile(r"(?:by|before|until|till|no later than|within|due) ", re.IGNORECASE)
_WHICH: Final = rf"(?P<which>{_any_of(WHICH)})"


def _span_of(unit: str, which: int, setting: Setting) -> Span:
    today = setting.today
    if unit == "week":
        return week_span(today, which)
    if unit == "month":
        return month_span(today.year, today.month + which)
    if unit == "quarter":
        first = (today.month - 1) // 3 * 3 + 1 + 3 * which
        return months_span(today.year, first, first + 2)
    return months_span(today.year + which, 1, 12)


def _last_day(span: Span | None, until: str | None) -> Span | None:
    return (span[1], span[1]) if span and until else span


# ------------------------------------------------------------------ rules


def read_day(match: re.Match[str], _: Setting) -> Form | None:
    """Nov 30, by December 15th, 30 November 2021, Oct 8, 2021, the 3rd of March; not may 5 places."""
    month, day, year = MONTHS[match["month"].lower()], int(match["day"]), match["year"]
    if year:
        return fixed("day", day_in(int(year), month, day))
    return Form("day", lambda y: day_in(y, month, day), "year")


def read_month(match: re.Match[str], _: Setting) -> Form | None:
    """in November, by the end of November, mid-October, late December 2021; may and march need a word before."""
    name, part, until = match["month"].lower(), match["part"], match["until"]
    if name in ("may", "mar", "march") and not (part or until or match["in_"] or match["year"]):
        return None

    def span(year: int) -> Span | None:
        whole = month_span(year, MONTHS[name])
        return _last_day(part_of(whole, PARTS[part.lower()]) if part else whole, until)

    return fixed("month", span(int(match["year"]))) if match["year"] else Form("month", span, "year")


def read_near_day(match: re.Match[str], setting: Setting) -> Form | None:
    """tomorrow, by today, the day after tomorrow, yesterday."""
    day = setting.today + timedelta(days=NEAR_DAYS[match["near"].lower()])
    return fixed("near_day", (day, day))


def read_weekday(match: re.Match[str], setting: Setting) -> Form | None:
    """by Wednesday, next Friday (of next week), this Monday, last Thursday; not sun, mon or sat alone."""
    name, which = match["weekday"].lower(), (match["which"] or "").lower()
    weekday = WEEKDAYS[name]
    if name in ("sun", "mon", "sat", "wed") and not (which or match["until"]):
        return None
    if match["next_week"]:
        which = "next"
    if which and which != "the" and which != "coming":
        day = week_span(setting.today, WHICH[which])[0] + timedelta(days=weekday)
        return fixed("week", (day, day))

    def span(index: int) -> Span:
        day = week_of(index)[0] + timedelta(days=weekday)
        return day, day

    return Form("weekday", span, "week")


def read_period(match: re.Match[str], setting: Setting) -> Form | None:
    """next month, last week, this quarter, by the end of the year, end of next month, year end, by month-end."""
    unit = match["unit"].lower()
    which = WHICH[(match["which"] or "this").lower()]
    part = (match["part"] or ("end of" if match["end"] else "")).lower()
    if not part and (match["which"] or "the").lower() == "the":
        return None
    span = _span_of(unit, which, setting)
    if part == "end of":
        return fixed("period", (span[1], span[1]))
    return fixed("period", _last_day(part_of(span, PARTS[part]) if part else span, match["until"]))


def read_day_alone(match: re.Match[str], setting: Setting) -> Form | None:
    """by the 15th, on the 15th, the 15th of next month; not 15th floor, 15 places."""
    day = int(match["day"])
    if match["which"]:
        first = _span_of("month", WHICH[match["which"].lower()], setting)[0]
        return fixed("day", day_in(first.year, first.month, day))
    return Form("day_alone", lambda month: day_in(month // 12, month % 12 + 1, day), "month")


def read_nth(match: re.Match[str], setting: Setting) -> Form | None:
    """the last working day of October, the first Monday of next month, the last day of this quarter."""

    def of(span: Span) -> Span | None:
        days = [span[0] + timedelta(days=n) for n in range((span[1] - span[0]).days + 1)]
        if match["worked"]:
            days = [day for day in days if setting.calendar.is_workday(day)]
        elif match["weekday"]:
            days = [day for day in days if day.weekday() == WEEKDAYS[match["weekday"].lower()]]
        place = ORDINALS[match["ordinal"].lower()]
        place = place - 1 if place > 0 else place
        return (days[place], days[place]) if place < len(days) else None

    if match["unit"]:
        return fixed("nth", of(_span_of(match["unit"].lower(), WHICH[(match["which"] or "this").lower()], setting)))
    month, year = MONTHS[match["month"].lower()], match["year"]
    if year:
        return fixed("nth", of(month_span(int(year), month)))
    return Form("nth", lambda y: of(month_span(y, month)), "year")


def read_feast(match: re.Match[str], setting: Setting) -> Form | None:
    """before Christmas, before the National Day holiday, by Spring Festival: the day before; after it is asked."""
    feast = FEASTS[match["feast"].lower()]

    def span(year: int) -> Span | None:
        if isinstance(feast, tuple):
            return day_in(year, *feast)
        fixed_day = FIXED_DAYS.get(feast)
        return day_in(year, *fixed_day) if fixed_day else setting.calendar.holiday(year, feast)

    def told(year: int) -> Span | None:
        found = span(year)
        return (found[0] - timedelta(days=1),) * 2 if found and match["until"] else found

    return fixed("holiday", told(int(match["year"]))) if match["year"] else Form("holiday", told, "year")


def read_weekend(match: re.Match[str], setting: Setting) -> Form | None:
    """this weekend, by the weekend, next weekend."""
    span = week_span(setting.today, WHICH[(match["which"] or "this").lower()])
    return fixed("week", _last_day((span[0] + timedelta(days=5), span[1]), match["until"]))


def read_signs(match: re.Match[str], _: Setting) -> Form | None:
    """10/15/2021, 15/10/2021; 5/6/2021 may be either and is asked."""
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
    if first > 12:
        return fixed("signs", day_in(year, second, first))
    return fixed("signs", day_in(year, first, second)) if second > 12 or first == second else OPEN


def read_end(match: re.Match[str], setting: Setting) -> Form | None:
    """EOY, by EOM."""
    last = _span_of(ENDS[match["end"].lower()], 0, setting)[1]
    return fixed("period", (last, last))


def read_quarter(match: re.Match[str], setting: Setting) -> Form | None:
    """Q4, by Q4 2021, end of Q3, the third quarter of 2022, H1 2022, the first half of 2022."""
    ordinal = (match["ordinal"] or match["half_ordinal"] or "").lower()
    number = ORDINALS[ordinal] if ordinal else int(match["quarter"] or match["half"])
    length = 6 if match["half"] or match["half_ordinal"] else 3
    if number < 1 or number * length > 12:
        return OPEN
    until = match["until"] or match["end_of"]

    def span(year: int) -> Span | None:
        return _last_day(months_span(year, (number - 1) * length + 1, number * length), until)

    return fixed("quarter", span(int(match["year"]))) if match["year"] else Form("quarter", span, "year")


def read_duration(match: re.Match[str], setting: Setting) -> Form | None:
    """in two weeks, within 10 working days, 3 days ago, two weeks from now, a month later; not two weeks alone."""
    if not (match["in_"] or match["behind"]):
        return None
    word = match["count"].lower()
    count = int(word) if word.isdigit() else NUMBERS[word]
    if match["behind"] and match["behind"].lower() == "ago":
        count = -count
    unit = match["unit"].lower().rstrip("s")
    today = setting.today
    if unit in ("working day", "business day", "workday"):
        day = setting.calendar.add_workdays(today, count)
    elif unit in ("month", "quarter", "year"):
        day = add_months(today, count * {"month": 1, "quarter": 3, "year": 12}[unit])
    else:
        day = today + timedelta(days=count * {"day": 1, "week": 7, "fortnight": 14}[unit])
    return fixed("duration", (day, day))


def read_year(match: re.Match[str], _: Setting) -> Form | None:
    """in 2022, by 2022."""
    return fixed("year", _last_day(months_span(int(match["year"]), 1, 12), match["until"]))


def read_vague(_: re.Match[str], __: Setting) -> Form | None:
    """soon, asap: asked."""
    return OPEN


Build = Callable[[re.Match[str], Setting], Form | None]
_UNITS: Final = "(?P<unit>week|month|quarter|year)"
_RULES: Final[tuple[tuple[str, Build], ...]] = (
    (rf"{_UNTIL}{_MONTH}[ ]?(?:the[ ])?{_DAY}{_YEAR}?", read_day),
    (rf"{_UNTIL}{_DAY}[ ](?:of[ ])?{_MONTH}{_YEAR}?", read_day),
    (r"(?P<first>[0-9]{1,2})/(?P<second>[0-9]{1,2})/(?P<year>20[0-9]{2})(?![0-9])", read_signs),
    (
        rf"{_UNTIL}(?P<ordinal>{_any_of(ORDINALS)})[ ](?:(?P<worked>(?:working|business)[ ]day|workday)|day"
        rf"|(?P<weekday>{_any_of(WEEKDAYS)}))[ ](?:of|in)[ ](?:the[ ])?"
        rf"(?:(?:{_WHICH}[ ])?{_UNITS}(?![a-z])|{_MONTH}{_YEAR}?)",
        read_nth,
    ),
    (rf"{_UNTIL}(?:(?P<in_>in|during)[ ])?(?:(?P<part>{_any_of(PARTS)})[ -])?{_MONTH}(?:[ ]of)?{_YEAR}?", read_month),
    (rf"{_UNTIL}(?P<near>{_any_of(NEAR_DAYS)})(?![a-z])", read_near_day),
    (rf"{_UNTIL}(?P<feast>{_any_of(FEASTS)})(?:[ ]holidays?)?(?![a-z]){_YEAR}?", read_feast),
    (rf"{_UNTIL}(?:{_WHICH}[ ])?weekend(?![a-z])", read_weekend),
    (
        rf"(?:{_UNTIL}|on[ ]the[ ])(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)(?![a-z])(?:[ ]of[ ]{_WHICH}[ ]month)?"
        rf"(?![ ][a-z])(?<![ ]the[ ])",
        read_day_alone,
    ),
    (r"(?:the[ ])?(?:past|last)[ ](?:[a-z0-9]+[ ])?(?:days|weeks|months)(?![a-z])", read_vague),
    (rf"{_COUNT}[ ](?:to|or|-)[ ](?:[0-9]{{1,3}}|{_any_of(NUMBERS)})[ ]{_UNIT}", read_vague),
    (
        rf"{_UNTIL}(?:on[ ])?(?:{_WHICH}[ ])?(?P<weekday>{_any_of(WEEKDAYS)})(?![a-z])"
        rf"(?P<next_week>[ ]next[ ]week|[ ]of[ ]next[ ]week)?",
        read_weekday,
    ),
    (
        rf"{_UNTIL}(?:(?P<part>{_any_of(PARTS)})[ ])?(?:{_WHICH}[ ])?{_UNITS}"
        rf"(?P<end>'?s?[ -]end(?:[ ]of)?(?![a-z]))?(?![a-z])",
        read_period,
    ),
    (rf"{_UNTIL}(?P<end>{_any_of(ENDS)})(?![a-z])", read_end),
    (
        rf"{_UNTIL}(?P<end_of>end[ ]of[ ])?(?:the[ ])?(?:Q(?P<quarter>[1-4])|H(?P<half>[12])"
        rf"|(?P<ordinal>{_any_of(ORDINALS)})[ ]quarter|(?P<half_ordinal>first|second)[ ]half)"
        rf"(?![a-z0-9])(?:[ ]of)?{_YEAR}?",
        read_quarter,
    ),
    (
        rf"(?<!and[ ])(?:(?P<in_>in|within)[ ])?{_COUNT}[ ]{_UNIT}"
        r"(?:[ ](?P<behind>ago|from[ ]now|from[ ]today|later|hence)(?![a-z]))?",
        read_duration,
    ),
    (r"(?:(?P<until>by|before|until)|in)[ ](?P<year>20[0-9]{2})(?![0-9.,])", read_year),
    (rf"(?:{_any_of(VAGUE)})(?![a-z])", read_vague),
)


def _told(build: Build) -> Build:
    """The rule, with since (from that day to today) and after or from (open, the day is a proposal)."""

    def told(match: re.Match[str], setting: Setting) -> Form | None:
        form, words = build(match, setting), match.groupdict()
        if form is None or not (words.get("open") or words.get("since")):
            return form
        return replace(form, rule="open" if words.get("open") else "since")

    return told


RULES: Final = tuple((re.compile(pattern, re.VERBOSE | re.IGNORECASE), _told(build)) for pattern, build in _RULES)
_OPENERS: Final = frozenset("abcdefghijlmnopqstuwy0123456789")


def rules_at(folded: str, begin: int) -> tuple[tuple[re.Pattern[str], Build], ...]:
    """The rules, where an English word or a number may begin there."""
    before = folded[begin - 1] if begin else " "
    if (before.isascii() and before.isalnum()) or folded[begin].lower() not in _OPENERS:
        return ()
    return RULES


# ------------------------------------------------------------------ odd forms

_ODD_WORDS: Final = re.compile(
    r"(?:the|of|in|on|at|a|an|from|now|ago|and|st|nd|rd|th|fortnight|noon|"
    rf"{_any_of([*MONTHS, *WEEKDAYS, *NUMBERS])}|days?|weeks?|months?|years?|hours?|next|last|[0-9]{{1,4}}|[ ,.:/-])+",
    re.IGNORECASE,
)
_ODD_CUE: Final = re.compile(rf"\b(?:{_any_of(MONTHS)}|ago|from now|next|last)\b", re.IGNORECASE)


@cache
def load_dateparser() -> Callable[..., datetime | None]:
    """dateparser's `parse`, imported at the first odd form (0.3 s)."""
    import dateparser

    return dateparser.parse


def odd_form(text: str, now: datetime, prefer: Prefer) -> dict[str, Any]:
    """What dateparser makes of a short English text of date words alone that no rule knows; `{}` for all others."""
    text = text.strip()
    if len(text) > 40 or not text.isascii() or not _ODD_CUE.search(text) or not _ODD_WORDS.fullmatch(text):
        return {}
    settings: Mapping[str, Any] = {
        "RELATIVE_BASE": now.replace(tzinfo=None),
        "PREFER_DATES_FROM": prefer,
        "REQUIRE_PARTS": ["day", "month"],
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    found = load_dateparser()(text, languages=["en"], settings=dict(settings))
    return {"date": found.date().isoformat()} if found else {}
