"""Schedule phrases in Chinese: each piece is found, kept in the draft and taken out of the text.

What is left at the end must be words that say nothing of the time (FILLERS), else the phrase is not understood.
Before the pieces are looked for, weekdays become A to G, times of day T, numerals digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time
from typing import Final

from data.calendar import Calendar
from data.errors import UserError
from data.language.clock import clock_at
from data.language.numerals import chinese_value
from scheduler.cadence import Cadence, Lead, Shift
from scheduler.days import Monthly, Weekly
from scheduler.phrases.chinese_words import (
    ABOUT_WHEN,
    CHANGES,
    DAY_OFF,
    EACH_PART,
    FEAST,
    FEASTS,
    FILLERS,
    LEFT_OUT,
    NAMES_DAYS,
    NO_NUMERALS,
    OFTEN,
    REMINDS,
    REPORTS,
    SHIFTS,
    UNITS,
    VAGUE,
    WEEKEND,
)
from scheduler.phrases.draft import Draft, Unclear, one_schedule, take
from scheduler.phrases.windows import take_once, take_window

# ------------------------------------------------------------------ pieces

_HAN: Final = "[\u4e00-\u9fff]"
_SEP: Final = "(?:[、,，和及与跟 ]|以及)"
_TO: Final = "(?:到|至|-|~|—)"
_LINK: Final = f"(?:{_SEP}|{_TO})"
_MONTH_LIST: Final = f"(?<![0-9:])[0-9]+月?份?(?:(?:{_LINK}+|(?<=月))[0-9]+月?份?)*(?<=[月份])"
_NUMERAL: Final = re.compile("(?<![周期拜])[零〇一二两三四五六七八九十]+|[一二两三四五六七八九十]+(?=[次回遍])")
_OFFS: Final = f"{DAY_OFF}(?:(?:、|和|或者?|及|与|以及){DAY_OFF})*"
_HOLIDAY: Final = re.compile(
    rf"(?:如果?|若|逢|遇到?|碰[到上]?|赶上|适逢|恰逢|正好|刚好|是)*(?P<off>{_OFFS})(?:的话|时|则|就|自动|均|都|[,， ])*"
    rf"(?P<what>{'|'.join(words for words, _ in SHIFTS)})"
    r"(?:至|到|为)?(?:(?:之)?[下前上后]?(?:[一1]个?|个)?工作日|[AE])?(?:再?(?:发出?|提醒|报送|处理))?"
    rf"|除了?(?P<off2>{_OFFS})(?:以外|之外|外)?"
    r"|(?:自动)?(?P<what2>顺延)(?:[至到]?(?:[下后]?(?:[一1]个?|个)?工作日))?"
)
_EXCLUDED: Final = re.compile(
    rf"除了?(?P<a>{_MONTH_LIST})(?:以外|之外|外)?|(?P<b>{_MONTH_LIST})(?:都|均|期间|就|里|两个月)*(?:{LEFT_OUT})"
)
_ONLY: Final = re.compile(
    rf"(?:仅限?|只限?|限)[在于]?(?P<list>{_MONTH_LIST})"
    rf"|每年的?(?P<list2>[0-9]+月?份?{_TO}+[0-9]+月份?)(?:期间|的|,|，| )*(?=每|逢|工作日)"
)
_DAY_NAME: Final = r"(?:周|星期|礼拜)"
_NAME: Final = "(?:[一二三四五六日天]|[1-7](?![0-9]))(?![点时:刻十个号月回遍次半年])"
_WEEKDAYS: Final = re.compile(
    rf"(?<![下本这上])(?<![下这]个){_DAY_NAME}(?:{_NAME}(?!天))(?:{_LINK}*(?:{_DAY_NAME})?{_NAME}(?!日))*"
)
_NO_WEEKDAY: Final = re.compile(rf"{_DAY_NAME}(?:[七八九十零089])(?![0-9点时:十个次])")
_TIMES_BEGIN: Final = re.compile("(?<![0-9第])[0-9零凌清早上中正下午傍晚夜晨]")
_DUE_TIME: Final = re.compile("T[ ]?(?=之?前|以前|截止|到期)")
_DAY_WORD: Final = re.compile("[0-9][日号]|[A-G]|工作日|最后|每")
_LEAD: Final = re.compile(
    r"(?:提前|提早|(?:(?<=[日号末底天止T])|(?<=[A-G]))的?之?前)(?P<count>[0-9]+)个?(?P<unit>工作日|天|日|周|星期)"
)
_MARK: Final = "之前|以前|前|之?内|以内|(?:为|是)?(?:报送|反馈|上报|提交)?的?截止日?|截至|到期|为限"
_DUE: Final = re.compile(
    rf"(?:(?<=[日号末底天T])|(?<=[A-G]))[ ]?(?:{_MARK})"
    r"|截止日?期?(?:为|是|:|在|于)*(?=[ ]*(?:每|[0-9A-G]))|下班前"
)
_SENDS: Final = "(?:提醒|发出?|发送|通知|催办?|布置|启动|调度|下发|推送|开始(?:报送?|填报?|反馈|收集?|上报)?)"
_OPENS_AND_DUE: Final = re.compile(
    rf"(?P<opens>[0-9]{{1,2}})[日号]起?(?P<time>T)?{_SENDS}[^0-9A-GT]{{0,8}}(?P<due>[0-9]{{1,2}})[日号](?:之?前|以前|截止)"
)
_TWO_DAYS: Final = re.compile(rf"(?:[日号]|[A-G])T?{_SENDS}[^0-9A-G每]*(?:[0-9]+[日号]|[A-G])[^0-9A-G]*(?:前|截止)")
_WITHIN: Final = re.compile(
    r"(?:结束)?(?:之|以)?后的?(?P<days>[0-9]+)(?:[日天]|(?P<worked>个?工作日))(?:之|以)?(?:内|前)"
)
_FIRST_DAYS: Final = re.compile(r"[头前](?P<count>[0-9]+)个工作日(?:之|以)?(?:内|前)")
_LATER: Final = re.compile("次月|次季度?首?月?")
_EVERY: Final = re.compile(
    r"(?:每(?P<gap>个?隔)?|(?P<gap2>隔))(?P<count>[0-9]+)?个?(?:(?P<unit>季度?|半年|星期|礼拜|年度?|天|周|月)|(?P<day>日)|(?=[A-G]))"
    r"|(?P<count2>[0-9]+)?个?(?P<unit2>半年|天|日|周|星期|礼拜|月|季度|年)(?=[ ]?[0-9]+次)|(?P<daily>天天)"
    r"|[每逢]?(?P<double>双)(?:周|(?=[A-G]))|(?P<bare>季度?)(?=的?[末底第最首头倒])"
)
_MONTHS: Final = re.compile(rf"(?P<list>[0-9]+月?份?(?:{_LINK}+[0-9]+月?份?)+)(?<=[月份])(?![0-9]*次)")
_ONE_MONTH: Final = re.compile(r"(?P<list>[0-9]+)月份?")
_ODD_MONTHS: Final = re.compile("[每逢]?个?(?P<which>[单双奇偶])数?月份?")
_MONTH_IN: Final = re.compile(
    r"(?P<last>末月|最后1?个?月|尾月)|(?P<first>首月|头1?个月)|第(?P<nth>[0-9]+)个?月|(?P<middle>中间1?个?月|中月)"
)
_ORDINAL: Final = re.compile(
    rf"(?:(?P<nth>第[0-9]++个?(?:{_LINK}*第?[0-9]++个?)*)|倒数(?P<back>第?[0-9]++个?(?:{_SEP}*(?:倒数)?第?[0-9]++个?)*)"
    rf"|(?:最后|最?末尾?)(?P<last>[0-9]+(?![0-9日号]))?个?|(?P<first>首个?)|(?<![和及、,，天日号与跟])[头前](?P<first_count>[0-9]+)个?)"
    rf"(?P<more>{_SEP}+(?:最后1?个|倒数第[0-9]+个))*的?(?:(?P<worked>工作日|上班日)|(?P<weekday>[A-G])|(?P<day>[天日]))"
)
_ONE_DAY: Final = "(?:[0-9]+[ ]?[日号]?|最后1天|月[末底]|倒数第[0-9]+天)"
_PAIR: Final = re.compile(
    rf"(?P<month>[0-9]+)月份?的?(?P<days>{_ONE_DAY}(?:{_LINK}+{_ONE_DAY}(?![0-9]*月))*)(?<=[日号天])|(?P<month2>[0-9]+)月[底末]"
)
_DAYS: Final = re.compile(rf"(?P<days>{_ONE_DAY}(?:{_LINK}+{_ONE_DAY})*)(?<=[日号天末底])")
_END: Final = re.compile(r"[月年]?[末底](?:的?(?P<last>最后1天)|那1?天|当天)?|末日")
_BARE_DAYS: Final = re.compile(rf"^[ ,，的]*(?P<days>[0-9]{{1,2}}(?:{_SEP}+[0-9]{{1,2}})*)(?=[ T,，。]|$)")
_END_AND_DAY: Final = re.compile("[末底][0-9]+[日号]")
_WORKDAYS: Final = re.compile("(?:每逢|每个?|逢)?(?:工作日|上班日)")
_TIMES_A_DAY: Final = re.compile("[0-9]+[次回遍]")
_RECURS: Final = re.compile(
    rf"每|逢|隔|[单双奇偶]数?月|双周|次月|季度?[末底]|(?<![0-9本这当上下个])月[末底]|{_MONTHS.pattern}"
)

# ------------------------------------------------------------------ reading


def read(text: str, now: datetime, calendar: Calendar) -> Draft:
    """The pieces of a folded phrase. Raises UserError and Unclear."""
    draft = Draft(reports=bool(REPORTS.search(text)), reminds=bool(REMINDS.search(text)))
    rest = _digits(_weekdays(_plain(text)))
    if OFTEN.search(rest):
        raise UserError("cadence_too_often")
    rest = take(_HOLIDAY, rest, lambda match: _holiday(match, draft))
    rest = take(_EXCLUDED, rest, lambda match: draft.excluded.update(_month_list(match["a"] or match["b"])))
    rest = take(_ONLY, rest, lambda match: draft.only.update(_month_list(match["list"] or match["list2"])))
    rest = _times(take_window(rest, draft, now, calendar), draft)
    draft.repeated = bool(_RECURS.search(rest))
    if not draft.repeated:
        rest = _digits(take_once(rest, draft, now, calendar))
    rest = _pieces(_due(rest, draft), draft)
    _left_over(rest, draft, text)
    return draft


def _plain(text: str) -> str:
    """Without words that would mislead: 统一, 上月数据, and of 把每月25日改成每月28日 what comes behind."""
    text = text.lower().replace("(", ",").replace(")", ",")
    text = re.sub(f"(?<={_HAN}) +(?={_HAN})", "", text)
    if change := CHANGES.search(text):
        before = text[: change.start()]
        if NAMES_DAYS.search(before) and not before.endswith(("起", "开始")):
            if not re.match("把|将|由|从|原", before):
                raise Unclear("two_schedules")
            text = text[change.end() :]
    text = FEAST.sub(lambda match: "每年{}月{}日".format(*FEASTS[match["name"]]), text)
    text = _TWO_MONTHS.sub(r"\1、\2月", text)
    return NO_NUMERALS.sub("", ABOUT_WHEN.sub("", EACH_PART.sub(r"每天\1", text)))


_TWO_MONTHS: Final = re.compile(
    "(?<![十0-9一二三四五六七八九])([一二三四五六七八九])([一二三四五六七八九])月"
)  # 七八月


def _digits(text: str) -> str:
    def digits(match: re.Match[str]) -> str:
        value = chinese_value(match[0])
        return match[0] if value is None else str(value)

    return _NUMERAL.sub(digits, text)


def _numbers(text: str) -> list[int]:
    return [int(number[:6]) for number in re.findall("[0-9]+", text)]


def _spread(text: str, most: int) -> list[int]:
    """3、6、9 and 3至6, over the turn too (11至2)."""
    found: list[int] = []
    for part in re.split(f"{_SEP}+", text):
        numbers = _numbers(part)
        if len(numbers) == 2 and re.search(_TO, part) and all(0 < number <= most for number in numbers):
            first, last = numbers
            found += [(first - 1 + n) % most + 1 for n in range((last - first) % most + 1)]
        else:
            found += numbers
    return found


def _month_list(text: str) -> list[int]:
    return _spread(text, 12)


def _holiday(match: re.Match[str], draft: Draft) -> None:
    """遇节假日顺延, 周末提前, 节假日除外, 除节假日外."""
    what = match["what"] or match["what2"]
    shift: Shift = next((shift for words, shift in SHIFTS if what and re.fullmatch(words, what)), "skip")
    off = match["off"] or match["off2"] or ""
    if shift == "skip" and off in ("周末", "双休日"):
        draft.no_weekends = True
    else:
        draft.shift = shift


_DAY_NUMBERS: Final = str.maketrans("一二三四五六日天", "12345677")


def _weekday(token: str) -> int:
    return "ABCDEFG".index(token) + 1


def _weekdays(text: str) -> str:
    if wrong := _NO_WEEKDAY.search(text):
        raise UserError("no_such_weekday", weekday=wrong[0])

    def tokens(match: re.Match[str]) -> str:
        named = re.sub(_DAY_NAME, "", match[0]).translate(_DAY_NUMBERS)
        named = re.sub("(?<=[0-9])(?=[0-9])", "、", named)
        return "".join("ABCDEFG"[day - 1] for day in dict.fromkeys(_spread(named, 7)))

    return _WEEKDAYS.sub(tokens, text)


# ------------------------------------------------------------------ times of day


def _times(text: str, draft: Draft) -> str:
    pieces: list[str] = []
    position, part = 0, None
    while begin := _TIMES_BEGIN.search(text, position):
        clock = clock_at(text, begin.start(), part if pieces else None)
        if clock and clock.at is None and part:
            clock = clock_at(text, begin.start())
        if text.startswith("中午", begin.start()) and clock is None:
            pieces, position = [*pieces, text[position : begin.start()], "T"], begin.start() + 2
            draft.times.append(time(12))
        elif clock is None:
            pieces, position = [*pieces, text[position : begin.end()]], begin.end()
        elif clock.at is None:
            raise UserError("no_such_time", text=text[begin.start() : clock.end])
        else:
            pieces, position, part = [*pieces, text[position : begin.start()], "T"], clock.end, clock.part
            draft.times.append(clock.at)
            draft.vague_time = draft.vague_time or clock.vague
    rest = "".join(pieces) + text[position:]
    if re.search(f"T{_TO}+T", rest) or re.search("下午|晚上|傍晚|下班(?!前)|上班(?!日)", rest):
        raise Unclear("which_time")
    one_schedule(_LEAD.sub("", rest), draft.times, _DUE_TIME, _DAY_WORD)
    return rest


# ------------------------------------------------------------------ due days


def _due(text: str, draft: Draft) -> str:
    text = _OPENS_AND_DUE.sub(lambda match: _opens_and_is_due(match, draft), text)
    if _TWO_DAYS.search(text):
        raise Unclear("two_schedules")
    text = take(_LEAD, text, lambda match: _lead(match, draft))
    text = take(_FIRST_DAYS, text, lambda match: _first_days(match, draft))
    text = take(_WITHIN, text, lambda match: _within(match, draft))
    return _DUE.sub(lambda match: _due_mark(match, draft, text), text)


def _opens_and_is_due(match: re.Match[str], draft: Draft) -> str:
    """20日提醒，25日前报送: due on the 25th, opens five days before."""
    opens, due = int(match["opens"]), int(match["due"])
    if opens >= due or draft.lead:
        raise Unclear("two_schedules")
    draft.lead = Lead(due - opens, working=False)
    return f"{due}日 {match['time'] or ''}"


def _lead(match: re.Match[str], draft: Draft) -> None:
    count = int(match["count"][:4]) * (7 if match["unit"] in ("周", "星期") else 1)
    draft.lead = Lead(count, match["unit"] == "工作日")


def _first_days(match: re.Match[str], draft: Draft) -> None:
    draft.ordinals.append(int(match["count"][:4]))
    draft.counted, draft.due = "workday", True


def _within(match: re.Match[str], draft: Draft) -> None:
    """每季度结束后10日内: the 10th of the next one's first month; 5个工作日内: its fifth working day."""
    if match["worked"]:
        draft.ordinals.append(int(match["days"][:4]))
        draft.counted = "workday"
    else:
        draft.days.append(int(match["days"][:4]))
    draft.month_in_cycle, draft.due = 1, True


def _due_mark(match: re.Match[str], draft: Draft, text: str) -> str:
    draft.due = True
    before = text[: match.start()].rstrip()
    if before.endswith("T") and (nth := before.count("T")) <= len(draft.times):
        draft.due_at = draft.times.pop(nth - 1)
    return " "


# ------------------------------------------------------------------ days


def _pieces(text: str, draft: Draft) -> str:
    if VAGUE.search(text):
        raise Unclear("which_day", Cadence(Monthly((1,))), Cadence(Monthly((15,))), Cadence(Monthly((1, 15))))
    if WEEKEND.search(text):
        raise Unclear("which_weekday", Cadence(Weekly((6,))), Cadence(Weekly((7,))), Cadence(Weekly((6, 7))))
    if _END_AND_DAY.search(text):
        raise Unclear("not_understood", rest=text)
    text = take(_LATER, text, lambda match: _later(match[0], draft))
    text = take(_ODD_MONTHS, text, lambda match: draft.months.update(range(1 + (match["which"] in "双偶"), 13, 2)))
    text = take(_MONTHS, text, lambda match: draft.months.update(_month_list(match["list"])))
    text = take(_PAIR, text, lambda match: _pair(match, draft))
    text = take(_MONTH_IN, text, lambda match: _month_in(match, draft))
    text = take(_EVERY, text, lambda match: _every(match, draft))
    text = take(_ORDINAL, text, lambda match: _ordinal(match, draft))
    text = take(_ONE_MONTH, text, lambda match: draft.months.add(int(match["list"][:4])))
    text = take(_DAYS, text, lambda match: _day_list(match["days"], draft))
    text = take(_END, text, lambda match: _end(match, draft))
    text = take(_WORKDAYS, text, lambda _: setattr(draft, "workdays", True))
    text = take(re.compile("[A-G]"), text, lambda match: draft.weekdays.append(_weekday(match[0])))
    bare = draft.cycle == "month" and not draft.days and not draft.ordinals
    return take(_BARE_DAYS, text, lambda match: draft.days.extend(_numbers(match["days"]))) if bare else text


def _later(word: str, draft: Draft) -> None:
    draft.month_in_cycle = 1
    draft.cycle = draft.cycle or ("quarter" if "季" in word else None)
    draft.later = True


def _pair(match: re.Match[str], draft: Draft) -> None:
    month = int((match["month"] or match["month2"])[:4])
    draft.pairs += [(month, day) for day in (_days(match["days"]) if match["days"] else [-1])]


def _month_in(match: re.Match[str], draft: Draft) -> None:
    nth = -1 if match["last"] else 1 if match["first"] else 2 if match["middle"] else int(match["nth"][:4])
    draft.month_in_cycle = nth


def _every(match: re.Match[str], draft: Draft) -> bool | None:
    unit = match["unit"] or match["unit2"] or match["bare"]
    cycle = UNITS[unit] if unit else "day" if match["day"] or match["daily"] else "week"
    count = int((match["count"] or match["count2"] or "1")[:4])
    if match["double"]:
        count = 2
    if match["gap"] or match["gap2"]:
        draft.skipping = bool(match["count"]) and count > 1
        count = count if draft.skipping else 2
    if draft.cycle not in (None, cycle, "day") and cycle != "day" and (draft.cycle, cycle) not in _NESTED:
        raise Unclear("two_schedules")
    if draft.cycle is None or draft.cycle == "day":
        draft.cycle, draft.every = cycle, count
    elif cycle != "day" and count > 1:
        draft.every = count
    return None


_MOST_IN_A_ROW: Final = 10
_NESTED: Final = {("year", "month"), ("year", "quarter")}


def _ordinal(match: re.Match[str], draft: Draft) -> None:
    kind = "workday" if match["worked"] else "weekday" if match["weekday"] else "day"
    if draft.ordinals and draft.counted != kind:
        raise Unclear("two_schedules")
    draft.counted = kind  # type: ignore[assignment]
    if int((match["last"] or match["first_count"] or "1")[:4]) > _MOST_IN_A_ROW:
        raise Unclear("not_understood", rest=match[0])
    if match["nth"]:
        draft.ordinals += _spread(match["nth"], 99)
    elif match["back"]:
        draft.ordinals += [-number for number in _numbers(match["back"])]
    elif match["first_count"]:
        draft.ordinals += range(1, int(match["first_count"]) + 1)
    elif match["first"]:
        draft.ordinals.append(1)
    else:
        draft.ordinals += range(-int(match["last"] or "1"), 0)
    if match["more"]:
        draft.ordinals += [-number for number in _numbers(match["more"])] or [-1]
    if match["weekday"]:
        draft.weekdays.append(_weekday(match["weekday"]))


def _days(text: str) -> list[int]:
    """1、15号, 1日至5日, 20日到月底, 15日和月末, 倒数第3天."""
    text = re.sub(f"(?<=[0-9日号]){_TO}+月[末底]", "至31", text)
    plain = re.sub("最后1天|月[末底]", "倒数第1天", text)
    back = [-int(number[:4]) for number in re.findall("倒数第([0-9]+)天", plain)]
    return _spread(re.sub("倒数第[0-9]+天", "", plain), 31) + back


def _day_list(words: str, draft: Draft) -> None:
    """月末 beside 最后一个工作日 only says it again."""
    if words not in ("月末", "月底") or not draft.ordinals:
        draft.days += _days(words)


def _end(match: re.Match[str], draft: Draft) -> None:
    """月末, 季末, 年底: the last day; 季度末最后一个工作日 has it already."""
    if not draft.ordinals:
        draft.days.append(-1)
    elif draft.cycle is None and match[0].startswith("月"):
        draft.cycle = "month"
    draft.repeated = draft.repeated or bool(match["last"])


def _left_over(rest: str, draft: Draft, text: str) -> None:
    counts = {len(draft.times), len(draft.days), len(draft.weekdays), len(draft.pairs), len(draft.once), 1}
    rest = take(_TIMES_A_DAY, rest, lambda match: int(match[0][:-1][:4]) in counts)
    left = FILLERS.sub("", rest.replace("T", ""))
    if not left:
        return
    if _told(draft):
        raise Unclear("not_understood", rest=left)
    raise UserError("schedule_not_understood", text=text)


def _told(draft: Draft) -> bool:
    pieces: Iterable[object] = (draft.cycle, draft.days, draft.weekdays, draft.ordinals, draft.pairs, draft.months)
    return any(pieces) or draft.workdays or bool(draft.once) or bool(draft.times)
