"""台账, 通报, 图: documents as files in the chat. Here it is read what is wanted; a worker makes it (`bot.making`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from bot import documents, seeing
from bot.context import Context
from bot.message import Button, Outgoing
from data.errors import UserError
from data.kinds import Role
from data.language.dates import DateFound, find_dates
from data.language.folding import fold
from data.models import Unit

WHAT: Final = {"台账": "ledger", "通报": "bulletin", "图": "chart", "ledger": "ledger", "bulletin": "bulletin"}
ORDER: Final = re.compile(
    r"^(?:请|帮我|给我|我要|麻烦)*(?:导出|生成|下载|做|出|发我?|要|看|来|画)?(?:一下|一?[份张个])?"
    r"(?P<before>.{0,30}?)(?P<what>台账|通报|进度图|图)(?:草稿|初稿)?(?P<behind>.{0,40})$"
)
UNTIL: Final = re.compile(r"(?:截至|截止到?|到|至|as of|until|up to|to)\s*$", re.I)
PDF: Final = re.compile(r"pdf(?:版|格式)?|打印版", re.I)
FOR_LEADERS: Final = re.compile(
    r"(?:给|发|报|送)?(?:区)?领导(?:看|的|版|用|一份)*|for (?:the )?leaders?|leaders'? copy", re.I
)
FILLING: Final = re.compile(
    r"^(?:份|的|进展|情况|期间|一下|草稿|初稿|版|，|,|。|、|\s|截至|截止|截止到|到|至|从|自|—|-|~|～|word|docx|xlsx|excel"
    r"|for|of|as|from|until|up|to|the|in|and|on|by)*$",
    re.I,
)


def ordered(context: Context, text: str) -> list[Outgoing] | None:
    """`9月通报`, `导出台账`, `台账截至9月30日`; None for anything else."""
    said = fold(text).strip().rstrip("。.!！")
    found = ORDER.match(said)
    if found is None:
        return None
    rest = f"{found['before']} {found['behind']}".strip()
    wanted = _Wanted(context, rest)
    if wanted.left:
        return None
    return RUN[WHAT.get(found["what"], "chart")](context, rest)


class _Wanted:
    """What is said beside the document's name: days, a unit, PDF, for leaders; `left` is what was not understood."""

    def __init__(self, context: Context, said: str) -> None:
        self._year = context.plan.year
        rest, self.pdf = _without(PDF, fold(said))
        rest, self.for_leaders = _without(FOR_LEADERS, rest)
        self.unit = next((unit for unit in _units(context) if unit.name in rest), None)
        rest = rest.replace(self.unit.name, " ") if self.unit else rest
        self.days = find_dates(rest, context.said_on, "past", context.office.calendar)
        self.until = bool(self.days) and UNTIL.search(rest[: self.days[0].begin]) is not None
        for day in reversed(self.days):
            rest = rest[: day.begin] + " " + rest[day.stop :]
        self.left = "" if FILLING.match(rest.strip()) else rest.strip()

    @property
    def span(self) -> tuple[date, date] | None:
        """The first and the last day that are named; never before the plan's year."""
        if not self.days:
            return None
        start, end = self.days[0].start, self.days[-1].end
        if end.year >= self._year:
            return start, end
        return start.replace(year=self._year), end.replace(year=self._year)


def _without(pattern: re.Pattern[str], said: str) -> tuple[str, bool]:
    left = pattern.sub(" ", said)
    return left, left != said


def _units(context: Context) -> list[Unit]:
    """Units that lead a row which the person may see, the longest name first."""
    rows = seeing.visible_rows(context.session, context.plan.id, context.person)
    units = {row.lead_unit_id: row.lead_unit for row in rows}
    return sorted(units.values(), key=lambda unit: -len(unit.name))


def _understood(context: Context, said: str) -> _Wanted:
    wanted = _Wanted(context, said)
    if wanted.left or any(_unsure(day) for day in wanted.days):
        raise UserError("documents.which", said=said)
    return wanted


def _unsure(day: DateFound) -> bool:
    return day.ask


# The ledger ------------------------------------------------------------------------------------------------


def ledger(context: Context, argument: str) -> list[Outgoing]:
    """台账 [单位] [截至某日] [给领导]: as an Excel file of the rows that the person may see."""
    _some_rows(context)
    wanted = _understood(context, argument)
    until = wanted.span[1] if wanted.span else None
    if until is not None and until > context.today:
        until = None
    args = {
        "until": until.isoformat() if until else None,
        "for_leaders": wanted.for_leaders or not context.may(Role.ADMIN),
        "unit": wanted.unit.id if wanted.unit else None,
    }
    return _ask(context, "ledger", "xlsx", args)


def _some_rows(context: Context) -> None:
    if not seeing.visible_rows(context.session, context.plan.id, context.person):
        raise UserError("no_rows_seen")


def _ask(context: Context, what: str, form: str, args: Mapping[str, Any]) -> list[Outgoing]:
    documents.ask(context, what, form, args)
    return [Outgoing(context.say("documents.making", what=context.say(f"documents.title_{what}")))]


# The bulletin ----------------------------------------------------------------------------------------------


def bulletin(context: Context, argument: str) -> list[Outgoing]:
    """通报 [9月 | 9月1日到9月24日] [pdf]: a draft; who could not be reached is said before it is made."""
    _some_rows(context)
    wanted = _understood(context, argument)
    start, end = _period(context, wanted)
    form = "pdf" if wanted.pdf else "docx"
    args = {"start": start.isoformat(), "end": end.isoformat()}
    unreached = _undelivered(context, start, end)
    if not unreached:
        return _ask(context, "bulletin", form, args)
    buttons = [
        Button(context.say("documents.make_anyway"), "make_bulletin", args | {"form": form}, once=True, primary=True),
        Button(context.say("documents.leave_it"), "cancel", once=True),
    ]
    return [Outgoing("\n".join(unreached), buttons=[buttons])]


def _period(context: Context, wanted: _Wanted) -> tuple[date, date]:
    """The days of the bulletin: a month or stretch that is named, the month up to a day, else this month."""
    from bot.views.bulletin_facts import month_period

    if wanted.span is None:
        month = month_period(context.today)
        return month.start, month.end
    start, end = wanted.span
    if start == end or (wanted.until and len(wanted.days) == 1):
        start = end.replace(day=1)
    if start > end:
        raise UserError("bulletin.period_reversed", start=start, end=end)
    if start > context.today:
        raise UserError("bulletin.period_ahead", start=start)
    return start, end


def _undelivered(context: Context, start: date, end: date) -> list[str]:
    """For each round of the days the units that no reminder reached; the document will not tell."""
    from bot.views.bulletin_facts import Period, undelivered
    from bot.views.ledger import sight_of

    rows = None
    if not seeing.sees_all(context.person):
        rows = [row.id for row in seeing.visible_rows(context.session, context.plan.id, context.person)]
    sight = sight_of(context.session, context.plan, context.now, context.office, context.texts.language, rows=rows)
    found = undelivered(sight, Period(start, end))
    return [context.say("bulletin.undelivered", round=one.opened, units=one.units) for one in found]


def make_bulletin(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """照样生成, and PDF of one that was made."""
    told = {name: args[name] for name in ("start", "end")}
    return _ask(context, "bulletin", str(args.get("form", "pdf")), told)


def leaders_copy(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """给领导的一份: the same ledger without names of liaisons."""
    return _ask(context, "ledger", "xlsx", dict(args) | {"for_leaders": True})


# The picture -----------------------------------------------------------------------------------------------


def picture(context: Context, argument: str) -> list[Outgoing]:
    """图: each project against its schedule."""
    _some_rows(context)
    unit = _Wanted(context, argument).unit
    return _ask(context, "chart", "png", {"unit": unit.id if unit else None})


RUN: Final[Mapping[str, Callable[[Context, str], list[Outgoing]]]] = {
    "ledger": ledger,
    "bulletin": bulletin,
    "chart": picture,
}
ACTIONS = {
    "make_bulletin": make_bulletin,
    "leaders_copy": leaders_copy,
    "picture": lambda context, _args: picture(context, ""),
}
