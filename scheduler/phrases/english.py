"""Schedule phrases in English: each piece is found, kept in the draft and taken out of the text, as in Chinese.

Before the pieces are looked for, weekdays become A to G, times of day T, number words digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time
from typing import Final

from data.calendar import Calendar
from data.errors import UserError
from data.language.clock import clock_at
from data.language.english_dates import MONTHS
from scheduler.cadence import Cadence, Lead, Shift
from scheduler.days import Monthly
from scheduler.phrases.draft import Cycle, Draft, Unclear, one_schedule, take
from scheduler.phrases.windows import take_once, take_window

# ------------------------------------------------------------------ words: add one here

REPORTS: Final = re.compile("report|submit|feedback|reply|hand in")
REMINDS: Final = re.compile("remind|send|notify|nudge|ask|open|fire|start")
WEEKDAYS: Final = {
    name: token
    for token, names in zip(
        "ABCDEFG",
        (
            *(("mondays", "monday", "mon"), ("tuesdays", "tuesday", "tues", "tue"), ("wednesdays", "wednesday", "wed")),
            *(
                ("thursdays", "thursday", "thurs", "thu"),
                ("fridays", "friday", "fri"),
                ("saturdays", "saturday", "sat"),
            ),
            ("sundays", "sunday", "sun"),
        ),
        strict=True,
    )
    for name in names
}
UNITS: Final[dict[str, Cycle]] = {
    **dict.fromkeys(("day", "daily"), "day"),
    **dict.fromkeys(("week", "weekly", "fortnight", "fortnightly", "biweekly", "bi-weekly"), "week"),
    **dict.fromkeys(("month", "monthly"), "month"),
    **dict.fromkeys(("quarter", "quarterly"), "quarter"),
    **dict.fromkeys(("half-year", "half year", "half-yearly", "semiannually"), "half"),
    **dict.fromkeys(("year", "yearly", "annually"), "year"),
}
TWICE_AS_LONG: Final = ("fortnight", "fortnightly", "biweekly", "bi-weekly")
NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
}
ORDINALS: Final = {"first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "final": "last"}
REWORDED: Final[tuple[tuple[str, str], ...]] = (
    (r"\b(?:every|each) (?:other|second|2nd|alternate) ", "every 2 "),
    (r"\b(?:every|each) third ", "every 3 "),
    (r"\b(?:penultimate|second[- ]to[- ]last|second[- ]last|last but one)\b", "2nd last"),
    (r"\bthird[- ](?:to[- ])?last\b", "3rd last"),
    (r"\b(once|twice|[0-9]+ times) (?:an?|per|each) (?=day|week|month|quarter|year)", r"\1 every "),
    (r"\b(?:every|each) (morning|evening|night|afternoon)\b", r"every day \1"),
    (
        r"\b(?:every|each) (?=january|february|march|april|may|june|july|august|september|october|november|december)",
        "every year ",
    ),
    (r"\bmonth[- ]end\b|\bend of (?:the|each|every) month\b", "last day of every month"),
    (r"\bquarter[- ]end\b|\bend of (?:the|each|every) quarter\b", "last day of every quarter"),
    (r"(?<!until )(?<!till )\byear[- ]end\b|\bend of (?:each|every) year\b", "last day of every year"),
    (r"\b(?:business days?|workdays?|working days)\b", "working day"),
    (r"\bhalf past ([0-9]{1,2}|[a-z]+)", r"\1:30"),
    (r"([0-9]|o'clock) in the morning\b", r"\1 am"),
    (r"([0-9]|o'clock) (?:in the (?:afternoon|evening)|at night)\b", r"\1 pm"),
    (r"([0-9]) o'clock\b", r"\1"),
)
FILLERS: Final = re.compile(
    r"\b(?:please|remind(?:er)?s?|me|us|them|all|units|liaisons|everyone|the|on|at|in|of|to|and|a|an|is|are|it|day|for|send|sent"
    r"|notify|nudge|ask|reports?|reporting|submit|submission|feedback|reply|progress|change|changed|set|schedule|make|should"
    r"|be|opening|opens?|open|fires?|start|starting|due|by|before|deadline|morning|once|then|also|from|with|will|go|out|hand)\b"
    r"|[\-,.;:!?'\"()/ ]"
)
OFTEN: Final = re.compile(
    r"\bevery (?:[0-9]+ |few )?(?:minutes?|hours?|half[- ]hour|quarter[- ]hour|seconds)\b|\bevery second(?! [a-zA-G])"
    r"|\bevery [0-9]+ seconds?\b|\bhourly\b|\bconstantly\b|\ball the time\b"
)

# ------------------------------------------------------------------ pieces


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_AND: Final = r"(?:[ ]?,[ ]?(?:and[ ])?|[ ](?:and|&)[ ])(?:the )?"
_THROUGH: Final = r"[ ]?(?:-|to|through|until|till)[ ]?(?:the )?"
_MONTH: Final = rf"\b(?:{_any_of(MONTHS)})\b"
_MONTH_LIST: Final = rf"{_MONTH}(?:(?:{_AND}|{_THROUGH}){_MONTH})*"
_DAY_OFF: Final = r"(?:holidays?|weekends?|days? off|non-?[ ]?working days?|not a working day)"
_OFF: Final = rf"(?:an? )?(?:(?:public|statutory|national) )?{_DAY_OFF}"
_OFFS: Final = rf"{_OFF}(?: (?:or|and) {_OFF})*"
_MOVE: Final = (
    r"(?:(?:is|are|be|gets?|it) )*(?:(?:moved?|postponed?|shift(?:ed)?|delay(?:ed)?|roll(?:ed)?|use|send|sent|fires?"
    r"|brought|bring|advanced?) )?(?:it )?(?:forward |back |over )?(?:on |to |until )?(?:the )?"
    r"(?P<{0}>(?:next|following|previous|preceding|first) working day|skip(?:ped)?(?: it)?|postponed?|brought forward)"
)
_WHEN: Final = r"(?:if|when|whenever|where|on|in case of)"
_IT: Final = r"(?:(?:it|that|this|the day|the date) )?(?:(?:falls?|is|lands?|happens to be) )?(?:on )?"
_HOLIDAY: Final = re.compile(
    rf"[,; ]*(?:(?:and|but) )?{_WHEN} {_IT}{_OFFS}[, ]+(?:then )?{_MOVE.replace('{0}', 'a')}"
    rf"|[,; ]*(?:or )?{_MOVE.replace('{0}', 'b')} {_WHEN} {_IT}{_OFFS}"
    rf"|[,; ]*(?P<c>except|excluding|skip|skipping|but not|not) (?:on |for )?{_OFFS}"
)
_EXCLUDED: Final = re.compile(
    rf"[, ]*(?:except|excluding|other than|but not|not|without)(?: in| for| during)? (?P<list>{_MONTH_LIST})"
)
_ONLY: Final = re.compile(rf"[, ]*only (?:in|during) (?P<list>{_MONTH_LIST})")
_NAME: Final = rf"\b(?:{_any_of(WEEKDAYS)})\b"
_RELATIVE_NAME: Final = re.compile(rf"(?:next|this|coming|starting|starting on|until) {_NAME}(?!{_THROUGH}{_NAME})")
_NAMES: Final = re.compile(rf"(?:from )?(?P<first>{_NAME}){_THROUGH}(?P<last>{_NAME})|(?P<one>{_NAME})")
_TIME: Final = re.compile(
    r"\bat (?P<hours>[0-9]{1,2}(?:(?:, | and |, and )[0-9]{1,2}(?![0-9:.]))*)"
    r"(?![0-9:.]| ?[ap]\.?m\b|st|nd|rd|th| [a-z]*days?\b)"
    r"|(?:\bat )?(?P<clock>(?<![0-9:.])[0-9]{1,2}(?:[:.][0-9]{2}(?:[ ]?[ap]\.?m\b)?|[ ]?[ap]\.?m\b)"
    r"|\b(?:noon|midday|midnight)\b)"
)
_LEAD: Final = re.compile(
    r"(?:opening )?(?P<count>[0-9]+) (?P<working>working )?(?P<unit>days?|weeks?) "
    r"(?:before|ahead of|ahead|in advance|earlier|prior to|prior)\b"
)
_DUE_AT: Final = re.compile(r"(?<=due )T|(?<=by )T|(?<=before )T|(?<=due by )T|T(?=[ ,]*opening)")
_DAY_WORD: Final = re.compile(r"[A-G]|[0-9](?:st|nd|rd|th)|\bday|\blast\b|\bevery\b")
_DUE_TIME: Final = re.compile(r"\b(?:due|by|before)(?: by| at| before)* T|T(?=[ ,]*opening)")
_DUE: Final = re.compile(r"\b(?:due|by|before|deadline|no later than)\b")
_TH: Final = r"(?:[0-9]+(?:st|nd|rd|th)(?: last)?|last)"
_MONTH_IN: Final = re.compile(
    rf"(?P<nth>{_TH}) month\b(?: of (?:the|each|every|a) (?P<unit>quarter|half[- ]year|year)\b)?"
)
_ORDINAL: Final = re.compile(
    rf"(?P<nth>{_TH}(?:{_AND}{_TH})*) (?:(?P<worked>working day)|(?P<weekday>[A-G])|(?P<day>days?\b))(?! before)"
)
_NOT_LISTED: Final = r"(?<![0-9](?:st|nd|rd|th) )(?<![0-9](?:st|nd|rd|th) and )(?<![0-9](?:st|nd|rd|th) and the )"
_LAST_OF: Final = re.compile(rf"{_NOT_LISTED}last day of (?P<month>{_MONTH})(?!{_AND}{_MONTH}(?! [0-9]))")
_MONTH_DAY: Final = re.compile(rf"(?P<month>{_MONTH}) (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\b(?![0-9])")
_OF_MONTHS: Final = re.compile(rf"(?:of |in )?(?P<list>{_MONTH_LIST})")
_DAYS: Final = re.compile(rf"(?P<days>[0-9]+(?:st|nd|rd|th)(?:(?:{_AND}|{_THROUGH})[0-9]+(?:st|nd|rd|th))*)")
_EVERY: Final = re.compile(
    r"\b(?:of )?(?:every|each|per) (?P<count>[0-9]+)?(?:st|nd|rd|th)? ?"
    r"(?:(?P<unit>day|week|fortnight|month|quarter|half[- ]year|year)s?\b(?!-)|(?P<name>(?=[A-G])))"
    r"|\bof the (?P<of>week|month|quarter|half[- ]year|year)\b"
    r"|\b(?P<ly>daily|weekly|fortnightly|bi-?weekly|monthly|quarterly|half-yearly|semiannually|yearly|annually)\b"
)
_WORKING: Final = re.compile(r"(?:\b(?:every|each|on all|all|on) )?\bworking day\b")
_WEEKDAY: Final = re.compile(r"(?:\b(?:every|each|on) )?\bweekdays?\b")
_TIMES_A_DAY: Final = re.compile(r"\b(?P<count>once|twice|[0-9]+ times)\b")
_VAGUE: Final = re.compile(
    r"\b(?:early|late|mid|middle|beginning|start) (?:in|of|each|every)|\bmid-?month\b|\bbimonthly\b"
)
_PLURAL: Final = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days\b")
_TWO_KINDS: Final = re.compile(
    r"[0-9](?:st|nd|rd|th),? and the (?:last|first|final) (?:working|business|workday)"
    r"|\b(?:remind|send|notify|open)\w* [^,;]*[0-9](?:st|nd|rd|th)\b.*\b(?:due|by)\b"
    r"|\b(?:due|by)\b.*[0-9](?:st|nd|rd|th)\b.*\b(?:remind|send|notify|open)\w* [^,;]*[0-9](?:st|nd|rd|th)"
    r"|\b(?:change|move)\w* (?:it )?from\b"
)
_RECURS: Final = re.compile(
    r"\b(?:every|each|per|daily|weekly|fortnight|fortnightly|bi-?weekly|monthly|quarterly|half-yearly|semiannually"
    r"|yearly|annually|weekdays?|(?<![0-9] )working day|of the (?:month|quarter|year|week))\b"
)

# ------------------------------------------------------------------ reading


def read(text: str, now: datetime, calendar: Calendar) -> Draft:
    """The pieces of a folded phrase. Raises UserError and Unclear."""
    lower = re.sub(" +", " ", text.lower())
    draft = Draft(reports=bool(REPORTS.search(lower)), reminds=bool(REMINDS.search(lower)))
    rest = _plain(lower)
    if OFTEN.search(lower) or OFTEN.search(rest):
        raise UserError("cadence_too_often")
    rest = take(_HOLIDAY, rest, lambda match: _holiday(match, draft))
    rest = take(_EXCLUDED, rest, lambda match: draft.excluded.update(_month_list(match["list"])))
    rest = take(_ONLY, rest, lambda match: draft.only.update(_month_list(match["list"])))
    rest = _names(rest)
    rest = take_window(rest, draft, now, calendar)
    rest = _times(rest, draft)
    draft.repeated = bool(_RECURS.search(rest) or _PLURAL.search(lower))
    if not draft.repeated and not re.search("[A-G]", rest):
        rest = take_once(rest, draft, now, calendar)
    if _TWO_KINDS.search(lower):
        raise Unclear("two_schedules")
    rest = _pieces(_due(rest, draft), draft)
    _left_over(rest, draft, text)
    return draft


def _plain(text: str) -> str:
    for pattern, plain in REWORDED:
        text = re.sub(pattern, plain, text)
    text = re.sub(rf"\b(?:{_any_of(NUMBERS)})\b", lambda match: str(NUMBERS[match[0]]), text)
    text = re.sub(r"\bevery second\b(?= [a-z])", "every 2", text)
    return re.sub(rf"\b(?:{_any_of(ORDINALS)})\b", lambda match: ORDINALS[match[0]], text)


def _month_list(text: str) -> list[int]:
    found: list[int] = []
    for part in re.split(_AND, text):
        months = [MONTHS[name] for name in re.findall(_MONTH, part)]
        if len(months) == 2:
            found += [(months[0] - 1 + n) % 12 + 1 for n in range((months[1] - months[0]) % 12 + 1)]
        else:
            found += months
    return found


def _holiday(match: re.Match[str], draft: Draft) -> None:
    what = match["a"] or match["b"] or "skip"
    shift: Shift = "skip"
    if what.startswith(("next", "following", "first", "postpone")):
        shift = "next"
    elif what.startswith(("previous", "preceding", "brought")):
        shift = "previous"
    if match["c"] and re.search(r"weekends?$", match[0]):
        draft.no_weekends = True
    else:
        draft.shift = shift


def _names(text: str) -> str:
    """Weekdays as tokens; next Friday and starting Monday stay, they are dates."""
    kept = {match.span() for match in _RELATIVE_NAME.finditer(text)}

    def tokens(match: re.Match[str]) -> str:
        if any(begin <= match.start() < end for begin, end in kept):
            return match[0]
        if match["one"]:
            return WEEKDAYS[match["one"]]
        first, last = ("ABCDEFG".index(WEEKDAYS[match[name]]) for name in ("first", "last"))
        return ", ".join("ABCDEFG"[(first + n) % 7] for n in range((last - first) % 7 + 1))

    return _NAMES.sub(tokens, text)


# ------------------------------------------------------------------ times of day


def _times(text: str, draft: Draft) -> str:
    text = _TIME.sub(lambda match: _time(match, draft), text)
    text = re.sub(" +", " ", text)
    one_schedule(_LEAD.sub("opening", text), draft.times, _DUE_AT, _DAY_WORD)
    if re.search(r"T +(?:to|-|until|through) +T", text) or re.search(r"\b(?:afternoon|evening|tonight|night)\b", text):
        raise Unclear("which_time")
    return text


def _time(match: re.Match[str], draft: Draft) -> str:
    if match["hours"]:
        hours = [int(hour) for hour in re.findall("[0-9]+", match["hours"])]
        if max(hours) > 23:
            raise UserError("no_such_time", text=match[0])
        draft.times += [time(hour) for hour in hours]
        draft.vague_time = draft.vague_time or any(1 <= hour <= 6 for hour in hours)
        return "T " * len(hours)
    clock = clock_at(match["clock"].replace(".", ":", 1) if match["clock"][-1].isdigit() else match["clock"], 0)
    if clock is None or clock.at is None:
        raise UserError("no_such_time", text=match[0])
    draft.times.append(clock.at)
    draft.vague_time = draft.vague_time or clock.vague
    return "T "


# ------------------------------------------------------------------ due days


def _due(text: str, draft: Draft) -> str:
    text = take(_LEAD, text, lambda match: _lead(match, draft), " opening ")
    text = take(_DUE_TIME, text, lambda match: _due_time(match, draft, text))
    return take(_DUE, text, lambda _: setattr(draft, "due", True))


def _due_time(match: re.Match[str], draft: Draft, text: str) -> bool | None:
    """Only the time is taken: what stands between due and it is the day."""
    nth = text[: match.end()].count("T")
    draft.due = True
    if nth <= len(draft.times):
        draft.due_at = draft.times.pop(nth - 1)
    return False


def _lead(match: re.Match[str], draft: Draft) -> None:
    count = int(match["count"][:4]) * (7 if match["unit"].startswith("week") else 1)
    draft.lead = Lead(count, bool(match["working"]))


# ------------------------------------------------------------------ days


def _pieces(text: str, draft: Draft) -> str:
    if _VAGUE.search(text):
        raise Unclear("which_day", Cadence(Monthly((1,))), Cadence(Monthly((15,))))
    text = take(_MONTH_IN, text, lambda match: _month_in(match, draft))
    text = take(_LAST_OF, text, lambda match: _last_of(match, draft))
    text = take(_ORDINAL, text, lambda match: _ordinal(match, draft))
    text = take(_MONTH_DAY, text, lambda match: draft.pairs.append((MONTHS[match["month"]], int(match["day"]))))
    text = take(_EVERY, text, lambda match: _every(match, draft))
    text = take(_DAYS, text, lambda match: draft.days.extend(_days(match["days"])))
    text = take(_OF_MONTHS, text, lambda match: draft.months.update(_month_list(match["list"])))
    text = take(_WORKING, text, lambda _: setattr(draft, "workdays", True))
    text = take(_WEEKDAY, text, lambda _: draft.weekdays.extend(range(1, 6)))
    return take(re.compile("[A-G]"), text, lambda match: draft.weekdays.append("ABCDEFG".index(match[0]) + 1))


def _nth(text: str) -> int:
    number = int((re.findall("[0-9]+", text) or ["1"])[0][:4])
    return -number if "last" in text else number


def _nths(text: str) -> list[int]:
    return [_nth(part) for part in re.split(_AND, text)]


def _month_in(match: re.Match[str], draft: Draft) -> None:
    draft.month_in_cycle = _nth(match["nth"])
    if match["unit"]:
        draft.cycle = UNITS[match["unit"].replace(" ", "-")]


def _last_of(match: re.Match[str], draft: Draft) -> None:
    draft.pairs.append((MONTHS[match["month"]], -1))


def _ordinal(match: re.Match[str], draft: Draft) -> None:
    kind = "workday" if match["worked"] else "weekday" if match["weekday"] else "day"
    if draft.ordinals and draft.counted != kind:
        raise Unclear("two_schedules")
    draft.counted = kind  # type: ignore[assignment]
    draft.ordinals += _nths(match["nth"])
    if match["weekday"]:
        draft.weekdays.append("ABCDEFG".index(match["weekday"]) + 1)


def _days(text: str) -> list[int]:
    found: list[int] = []
    for part in re.split(_AND, text):
        numbers = [int(number[:4]) for number in re.findall("[0-9]+", part)]
        found += range(numbers[0], min(numbers[1], 40) + 1) if len(numbers) == 2 else numbers
    return found


def _every(match: re.Match[str], draft: Draft) -> None:
    word = match["unit"] or match["of"] or match["ly"]
    cycle = UNITS[word.replace("half year", "half-year")] if word else "week"
    count = int((match["count"] or "1")[:4]) * (2 if word in TWICE_AS_LONG else 1)
    if not word and count == 1:
        draft.repeated = True
        return
    if draft.cycle not in (None, cycle) and "year" not in (draft.cycle, cycle) and "day" not in (draft.cycle, cycle):
        raise Unclear("two_schedules")
    if draft.cycle in (None, "day", "year") or count > 1:
        draft.cycle, draft.every = cycle if draft.cycle in (None, "day", "year") else draft.cycle, count


def _left_over(rest: str, draft: Draft, text: str) -> None:
    words = {"once": 1, "twice": 2}

    def fits(match: re.Match[str]) -> bool:
        count = words.get(match["count"]) or int(match["count"].split()[0][:4])
        return count in (len(draft.times), len(draft.days), len(draft.weekdays), len(draft.pairs), len(draft.once), 1)

    left = FILLERS.sub("", take(_TIMES_A_DAY, rest, fits).replace("T", ""))
    if not left:
        return
    if draft.cycle or draft.days or draft.weekdays or draft.ordinals or draft.pairs or draft.once or draft.workdays:
        raise Unclear("not_understood", rest=left)
    raise UserError("schedule_not_understood", text=text)
