"""Dates in text: which days are meant, where they stand, and what is asked rather than guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final

from data.calendar import Calendar
from data.language import chinese_dates, english_dates
from data.language.chinese_dates import Setting
from data.language.clock import Clock, clock_at, day_part_at
from data.language.folding import fold
from data.language.spans import Form, Prefer, Span, day_in, resolve

__all__ = ["DateFound", "find_dates", "read_date", "warm_up"]

_MOST = 100  # dates read in one text
_PLACES = 600  # places looked at in one text: no reply has so many


@dataclass(frozen=True, slots=True)
class DateFound:
    """One date of a text: the days `start` to `end` (equal for one day), at a time of day `at` where one is named.

    `begin`, `stop` are positions in the text, with the word behind that belongs to it (前, 内). `before` is set where
    such a word says that the day is the last one. `ask`: nobody can tell (an impossible day, 国庆后, 近期); `start` and
    `end` are then a proposal, or the day of writing. `rule` names the rule, for the reason shown.
    """

    start: date
    end: date
    at: datetime | None
    begin: int
    stop: int
    rule: str
    ask: bool
    before: bool


# ------------------------------------------------------------------ what may stand behind: add a word here

_BEHIND: Final = re.compile(
    r"""
    (?:[ ]?\([ ]?(?:周|星期|礼拜)[一二三四五六日天][ ]?\))?
    (?:左右|前后|许)?
    (?: (?P<before>(?:之|以)前|前(?![期往景后去面述来列端沿几两三半9])|[之以]内|内(?![容部科涵地])|为止|为限|截止(?!到))
      | (?P<since>以来|至今)
      | (?P<after>(?:之|以|过)后|后(?![期续勤面天年])|起(?![草步点来])|开始)
    )?
    """,
    re.VERBOSE,
)
_BETWEEN: Final = re.compile(r" ?(?:到|至|-|~|—|–)+ ?|[ ](?:to|through|until|till)[ ]")
_SPACE_BEFORE_TIME: Final = re.compile(r"[ ,，的]?")
# 12.31, 11/20 and 10-31 are dates only beside one of these, or alone.
_DOTTED: Final = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})(?![0-9%‰./:-])")
_DATE_BEFORE: Final = re.compile(
    r"(?:预计|预计于|争取|争取在|力争|计划|计划于|拟于|定于|赶在|确保|于|到|至|在|截至|截止|截止到|延到|延期到|延至|改到|推迟到"
    r"|(?:封顶|[竣完]工|完成|开放|开馆|通车|投用|交付|开工|验收|收尾)(?:日期|时间|日子|节点)(?:是|为|在|定在)?[:：]?"
    r"|\bby|\bbefore|\buntil|\bon|\bas of|\btill)[ ]?$"
)
_DATE_BEHIND: Final = re.compile(r"[ ]?(?:之前|以前|前(?![期往后])|起|日|号|截止|左右)")
_DEED_BEHIND: Final = re.compile(r"[ ]?(?:开工|竣工|封顶|完工|完成|交付|投用|开园|验收|通车)")
_CLOCK_SIGN: Final = re.compile("[:a-zA-Z]")
_REPEATED: Final = ("每", "每月", "每年", "每逢", "每个")  # 每周五 is a schedule, no date
_NUMERALS: Final = tuple("一二三四五六七八九百千")
_FINISHED: Final = re.compile(
    r"(?:能|可|可以|全部|基本|全面)?(?:完成|完工|竣工|交付|建成|办结|搞定|收尾|完)(?=$|[ ,，.。;；、)）！!])"
)
_EXPECTED: Final = ("预计", "争取", "力争", "计划", "确保", "拟", "延到", "延期到", "延至")
_SIGNS: Final = re.compile("[" + "".join(map(re.escape, chinese_dates.RULES)) + r"]|[\x21-\x7e](?<![A-Za-z][A-Za-z])")


def find_dates(
    text: str, today: date, prefer: Prefer, calendar: Calendar, now: datetime | None = None
) -> list[DateFound]:
    """The dates of the text in order, none overlapping.

    A year, month or week that is left out follows from `today` and from where the sentence looks (`prefer`).
    `now` is the office's local wall time, for a time of day without a day.
    """
    return list(islice(_found(text, Setting(today, prefer, calendar), now), _MOST))


def dates_at(text: str, places: list[int], today: date, prefer: Prefer, calendar: Calendar) -> list[DateFound]:
    """The dates that begin at these places, as `find_dates` would have them: the other look at what it found."""
    folded, setting = _plain(text), Setting(today, prefer, calendar)
    found = [_date_at(folded, place, setting) or _time_at(folded, place, None, setting) for place in places]
    return [one for one in found if one is not None]


def _found(text: str, setting: Setting, now: datetime | None) -> Iterator[DateFound]:
    folded, position = _plain(text), 0
    for _ in range(_PLACES):
        sign = _SIGNS.search(folded, position)
        if sign is None:
            return
        found = _date_at(folded, sign.start(), setting) or _time_at(folded, sign.start(), now, setting)
        position = found.stop if found else _skip(folded, sign.start())
        if found:
            yield found


_JANUARY: Final = re.compile("(?<![0-9万亿千百零一二三四五六七八九十])元月")  # not 三百元月租


def _plain(text: str) -> str:
    return _JANUARY.sub("1月", fold(text))


def _skip(folded: str, position: int) -> int:
    """Behind a number or a word that is no date, so that none is read out of its middle (1234.5 holds no 4.5)."""
    sign = folded[position]
    if not sign.isascii() or not sign.isalnum():
        return position + 1
    end = position + 1
    while end < len(folded) and folded[end].isascii() and (folded[end].isalnum() or _inside_number(folded, end)):
        end += 1
    return end


def _inside_number(folded: str, position: int) -> bool:
    around = folded[position - 1] + folded[position + 1 : position + 2]
    return folded[position] in ".," and len(around) == 2 and around.isascii() and around.isdigit()


def _date_at(folded: str, begin: int, setting: Setting) -> DateFound | None:
    if folded[max(0, begin - 1) : begin] in _REPEATED or folded[max(0, begin - 2) : begin] in _REPEATED:
        return None
    if folded.startswith("十一", begin) and folded[max(0, begin - 1) : begin] in _NUMERALS:
        return None  # 百分之七十一
    parsed = _form_at(folded, begin, setting)
    if parsed is None:
        return _dotted_at(folded, begin, setting)
    form, end = parsed
    span = None if form.open else resolve(form, setting.today, setting.prefer)
    if span and (later := _range_end(folded, form, span, end, setting)):
        form, span, end = later
    return _finished(folded, begin, end, form, span, setting)


# Digits behind which no date goes on (3个, 1200人, 80%): most numbers of a reply, so that no rule need be tried.
_NO_DATE: Final = re.compile(
    r"(?!(?:19|20)[0-9]{2}(?![0-9])|20[0-9]{6})[0-9]++"
    r"(?![ ]?[年月日号季天周星礼工小分左右前之以后内.\-/~—–至到、和及时点:A-Za-z半\x20]|个[半月周天季年星礼工小]|$)"
)


def _form_at(folded: str, begin: int, setting: Setting) -> tuple[Form, int] | None:
    if _NO_DATE.match(folded, begin):
        return None
    sign = folded[begin : begin + 1]
    rules = chinese_dates.RULES.get(sign, ())
    if sign and sign.isascii():
        rules = (*rules, *english_dates.rules_at(folded, begin))
    for pattern, build in rules:
        match = pattern.match(folded, begin)
        form = build(match, setting) if match else None
        if match and form:
            return form, match.end()
    return None


def _range_end(folded: str, form: Form, span: Span, end: int, setting: Setting) -> tuple[Form, Span, int] | None:
    """10月8日至10月20日, 十月八号到十二号, 9月底到10月初: from the first day of the one to the last of the other."""
    link = _BETWEEN.match(folded, end)
    second = _form_at(folded, link.end(), setting) if link else None
    if second is None or second[0].open:
        return None
    other, stop = second
    if form.rule in ("day", "signs") and other.rule == "day_alone":
        last = other.span(span[0].year * 12 + span[0].month - 1)
    else:
        last = _not_before(other, span[0])
    if last is None or last[1] < span[0]:
        return None
    return Form("range", lambda _: None), (span[0], last[1]), stop


def _not_before(form: Form, day: date) -> Span | None:
    return resolve(form, day, "future")


def _finished(folded: str, begin: int, end: int, form: Form, span: Span | None, setting: Setting) -> DateFound:
    """With the words behind, and a time of day."""
    behind = None if form.rule == "duration" else _BEHIND.match(folded, end)
    stop = behind.end() if behind else end
    today = setting.today
    if form.rule == "since" and span:
        return DateFound(span[0], max(span[0], today), None, begin, stop, form.rule, span[0] > today, False)
    if span is None:
        return DateFound(today, today, None, begin, stop, form.rule, True, bool(behind and behind["before"]))
    first, last = span
    if behind and behind["since"]:
        return DateFound(first, max(first, today), None, begin, stop, form.rule, first > today, False)
    if form.rule == "open" or (behind and behind["after"]):
        return DateFound(first, last, None, begin, stop, "open", True, False)
    if behind and behind["before"]:
        last = first - timedelta(days=1) if form.festive else last
        first = last
    clock, stop = _clock_behind(folded, begin, stop) if first == last else (None, stop)
    if clock and clock.at is None and not clock.day_end:
        return DateFound(first, last, None, begin, stop, form.rule, True, False)
    at = datetime.combine(first, clock.at) if clock and clock.at else None
    before = bool(behind and behind["before"]) or (form.rule == "duration" and folded[end - 1] == "内")
    before = before or bool(english_dates.UNTIL.match(folded, begin))
    return DateFound(first, last, at, begin, stop, form.rule, False, before)


def _clock_behind(folded: str, begin: int, stop: int) -> tuple[Clock | None, int]:
    part = folded[stop - 1] if folded[stop - 2 : stop] in ("今早", "明早", "今晚", "明晚", "昨晚") else None
    start = (_SPACE_BEFORE_TIME.match(folded, stop) or re.match("", "")).end()  # type: ignore[union-attr]
    if folded.startswith("at ", start):
        start += 3
    clock = clock_at(folded, start, part)
    if clock:
        return clock, clock.end
    alone = day_part_at(folded, start)
    if alone and alone[0] in ("中午", "正午"):
        return Clock(time(12), alone[1]), alone[1]
    return None, alone[1] if alone else stop


def _dotted_at(folded: str, begin: int, setting: Setting) -> DateFound | None:
    """12.31前, 预计11/20完工, 8.31 alone; not 12.1公里, 1.2万, 4.3完成210户, 3/5. 10.1竣工 may be either: asked."""
    match = _DOTTED.match(folded, begin)
    if match is None or (begin and _in_word(folded[begin - 1])):
        return None
    month, day, stop = int(match[1]), int(match[3]), match.end()
    form = Form("dotted", lambda year: day_in(year, month, day), "year")
    if _day_by_its_place(folded, begin, stop):
        if not 1 <= month <= 12 or not 1 <= day <= 31:
            return None
        suffix = re.compile("[日号]").match(folded, stop)
        return _finished(
            folded, begin, suffix.end() if suffix else stop, form, resolve(form, setting.today, setting.prefer), setting
        )
    span = (
        resolve(form, setting.today, setting.prefer) if match[2] == "." and _DEED_BEHIND.match(folded, stop) else None
    )
    return DateFound(*span, None, begin, stop, "dotted", True, False) if span else None


def _in_word(sign: str) -> bool:
    return sign == "." or (sign.isascii() and sign.isalnum())


def _day_by_its_place(folded: str, begin: int, stop: int) -> bool:
    if _DATE_BEHIND.match(folded, stop) or _DATE_BEFORE.search(folded[max(0, begin - 8) : begin]):
        return True
    return len(folded) < 20 and not (folded[:begin] + folded[stop:]).strip(" .,，。")


def _time_at(folded: str, begin: int, now: datetime | None, setting: Setting) -> DateFound | None:
    """15:00, 下午3点 without a day: the next one, or the last one where the sentence looks back; not 3点意见."""
    if now is None or (begin and folded[begin - 1].isascii() and folded[begin - 1].isalnum()):
        return None
    clock = clock_at(folded, begin)
    if clock is None or clock.at is None or not (clock.part or _CLOCK_SIGN.search(folded, begin, clock.end)):
        return None
    ahead = _day_behind_clock(folded, clock.end, setting)
    if ahead:
        day, stop = ahead
        return DateFound(day, day, datetime.combine(day, clock.at), begin, stop, "time", False, False)
    at = datetime.combine(setting.today, clock.at)
    wall = now.replace(tzinfo=None)
    if setting.prefer == "future" and at <= wall:
        at += timedelta(days=1)
    if setting.prefer == "past" and at > wall:
        at -= timedelta(days=1)
    return DateFound(at.date(), at.date(), at, begin, clock.end, "time", False, False)


def _day_behind_clock(folded: str, end: int, setting: Setting) -> tuple[date, int] | None:
    """3pm tomorrow, at 9am on October 8."""
    link = re.compile(r",?[ ](?:on[ ])?").match(folded, end)
    parsed = _form_at(folded, link.end(), setting) if link else None
    span = resolve(parsed[0], setting.today, setting.prefer) if parsed and not parsed[0].open else None
    return (span[0], parsed[1]) if span and parsed and span[0] == span[1] else None


# ------------------------------------------------------------------ one date for a whole text


def read_date(text: str, now: datetime, prefer: Prefer, calendar: Calendar) -> dict[str, Any]:
    """`{"date"}`, `{"start", "end"}` or `{"datetime"}`; `{"ask": True}` where nobody can tell, `{}` for none.

    `now` is the office's local wall time. Of several dates the one that is expected or by which something is finished
    counts; where that does not part them, it is asked.
    """
    found = find_dates(text, now.date(), prefer, calendar, now)
    told = [one for one in found if not one.ask]
    if not told:
        return {"ask": True} if found else english_dates.odd_form(text, now, prefer)
    chosen = told if len(told) == 1 else _finishing(text, told)
    if len({(one.start, one.end, one.at) for one in chosen}) > 1:
        return {"ask": True}
    return _shown(chosen[0])


def _finishing(text: str, told: list[DateFound]) -> list[DateFound]:
    """Those that are expected (预计…), else those by which it is finished (…完成), else all."""
    expected = [one for one in told if text[max(0, one.begin - 4) : one.begin].endswith(_EXPECTED)]
    return expected or [one for one in told if _FINISHED.match(text, one.stop)] or told


def _shown(found: DateFound) -> dict[str, Any]:
    if found.at:
        return {"datetime": found.at.strftime("%Y-%m-%dT%H:%M")}
    if found.start == found.end:
        return {"date": found.end.isoformat()}
    return {"start": found.start.isoformat(), "end": found.end.isoformat()}


def warm_up() -> None:
    """Load what is loaded late, so that the first odd English form is not slow."""
    english_dates.load_dateparser()
