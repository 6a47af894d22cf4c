"""What changed since when, and whether a unit has reported: questions of time, answered from the reports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from bot import overview
from bot.context import Context
from bot.echo import row_title
from bot.message import Button, Outgoing
from data.language.dates import find_dates
from data.models import Unit
from scheduler.standing import Standing

CHANGED: Final = re.compile(
    r"变化|变动|新进展|新情况|新的?反馈|有什么新|变了|谁报了|报了(?:什么|哪些)"
    r"|what(?:'s| is| has)? (?:changed|new)|changes? since",
    re.I,
)
SINCE: Final = re.compile(r"以来|至今|开始|起$|\bsince\b", re.I)
LAST_LOOK: Final = re.compile(r"比?上次|我上次|since i last", re.I)
REPORTED: Final = re.compile(
    r"报了(?:没|吗|没有)|报齐|交齐|报没报|有没有报|(?:上次|最近|最后|什么时候).{0,6}(?:报|反馈)"
    r"|reported yet|last report",
    re.I,
)
WHEN: Final = re.compile(
    r"(?:什么时候|何时|几月|啥时候|哪天).{0,6}(?:完|竣工|开工|建成|好|结束)|when will|when is .* (?:due|done)", re.I
)
RECENT: Final = timedelta(days=7)
SHOWN: Final = 12


def changed(context: Context, said: str, rows: Sequence[Standing], whose: str) -> list[Outgoing]:
    """上周有什么变化: each row of which something was reported in those days, with the unit."""
    first, last = _days(context, said)
    zone = context.office.zone
    since = datetime.combine(first, time(), zone) if first is not None else _last_look(context)
    until = datetime.combine(last + timedelta(days=1), time(), zone) if last is not None else None
    found = overview.changes_between(context.session, context.texts, rows, since, until)
    start, end = context.office.today(since), last or context.today
    values = {"start": start, "end": end, "year": context.plan.year, "unit": whose}
    if not found:
        return [Outgoing(context.say("ask.no_changes", **values))]
    lines = [context.say("ask.change", phrase=phrase, unit=row.row.lead_unit.name) for row, phrase in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(context.say("ask.more_changes", count=len(found) - SHOWN))
    words = Button(context.say("summary.words"), "ask_words", {"ids": [row.row.id for row, _phrase in found[:8]]})
    return [Outgoing("\n".join(lines), title=context.say("ask.changes", **values), buttons=[[words]])]


def _days(context: Context, said: str) -> tuple[date | None, date | None]:
    """The first and the last day that are meant; None, None is since the last look."""
    if LAST_LOOK.search(said):
        return None, None
    found = find_dates(said, context.said_on, "past", context.office.calendar)
    if not found or found[0].ask:
        return context.today - RECENT, None
    start, end = found[0].start, found[-1].end
    open_end = SINCE.search(said) or end >= context.today
    return start, None if open_end else end


def _last_look(context: Context) -> datetime:
    looked = overview.last_look(context.session, context.person.id, context.plan.id)
    return looked if looked is not None else context.now - RECENT


def reported(context: Context, unit: Unit, rows: Sequence[Standing]) -> list[Outgoing]:
    """教育局报了没有: its rows in the open round, and when it said something last."""
    going = overview.open_round(context.session, context.plan)
    ids = {row.row.id for row in rows}
    units = overview.unit_answers(context.session, going, ids) if going is not None else []
    mine = next((each for each in units if each.unit_id == unit.id), None)
    last = max((row.state.confirmed_at for row in rows if row.state.confirmed_at is not None), default=None)
    missing = [row_title(context.texts, row.row) for row in rows if mine and row.row.id not in mine.answered_rows]
    text = context.say(
        "ask.reported",
        unit=unit.name,
        round=overview.fired_on(going) if going is not None and mine is not None else None,
        answered=mine.answered if mine is not None else 0,
        asked=mine.asked if mine is not None else 0,
        missing=missing if mine is not None and mine.answered else [],
        last=context.office.today(last) if last is not None else None,
        year=context.plan.year,
    )
    words = Button(context.say("summary.words"), "ask_words", {"ids": [row.row.id for row in rows[:8]]})
    return [Outgoing(text, buttons=[[words]])]


def finish(context: Context, rows: Sequence[Standing]) -> list[Outgoing]:
    """什么时候能完成: the date that the unit expects, beside the deadline."""
    lines = []
    for row in rows:
        expected = row.state.expected_date
        lines.append(
            context.say(
                "ask.finish",
                title=row_title(context.texts, row.row),
                expected=expected.value if expected is not None else None,
                said_on=context.office.today(expected.as_of) if expected is not None else None,
                deadline=row.row.deadline,
                unit=row.row.lead_unit.name,
                year=context.plan.year,
            )
        )
    words = Button(context.say("summary.words"), "ask_words", {"ids": [row.row.id for row in rows[:8]]})
    return [Outgoing("\n".join(lines), buttons=[[words]])]
