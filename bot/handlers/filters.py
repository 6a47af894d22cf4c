"""Kinds of rows that can be asked for in free words: red ones, those with a difficulty, those not begun …"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot import overview
from bot.context import Context
from bot.echo import row_title
from bot.handlers import summary
from bot.message import Button, Outgoing
from data.kinds import Status
from scheduler.lamp import Colour, Column
from scheduler.standing import Standing

SOON: Final = timedelta(days=30)
REASONED: Final = ("red", "yellow", "behind", "silent", "late", "unrated")


@dataclass(frozen=True)
class Filter:
    """A kind of rows: the words that ask for it, what it is called, which rows they are."""

    words: re.Pattern[str]
    code: str
    holds: Callable[[Standing], bool]


def _status(row: Standing) -> str | None:
    return row.state.status.value if row.state.status is not None else None


def _late(row: Standing) -> bool:
    """Expected after the deadline, or past it."""
    expected = row.state.expected_date
    late = expected is not None and expected.value > row.row.deadline
    return row.lamp.column is not Column.DONE and (late or row.row.deadline < row.facts.today)


def _soon(row: Standing) -> bool:
    return row.lamp.column is not Column.DONE and row.facts.today <= row.row.deadline <= row.facts.today + SOON


def _named(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I)


FILTERS: Final = (
    Filter(_named(r"红灯|亮红|红的|红色|只看红(?!黄)|\bred\b"), "red", lambda row: row.lamp.colour is Colour.RED),
    Filter(_named(r"黄灯|亮黄|黄的|黄色|只看黄|\byellow\b"), "yellow", lambda row: row.lamp.colour is Colour.YELLOW),
    Filter(
        _named(r"完不成|不能按期|按期完不成|赶不上|晚于时限|超期|超时|逾期|\blate\b|overdue|miss (?:the|its) deadline"),
        "late",
        _late,
    ),
    Filter(
        _named(r"滞后|落后|慢于|进度慢|慢了|偏慢|最慢|拖后|红黄灯?|预警|behind|delayed|slow"),
        "behind",
        lambda row: row.lamp.colour in overview.ATTENTION,
    ),
    Filter(
        _named(r"困难|卡在|难点|堵点|瓶颈|什么问题|有问题|difficult|problem"),
        "trouble",
        lambda row: row.lamp.difficulty,
    ),
    Filter(
        _named(
            r"(?:哪|几|多少|有没有|什么).{0,6}(?:完成了|已完成|办结|销号)|已经?完成的|what is done|how many are done"
        ),
        "done",
        lambda row: row.lamp.column is Column.DONE,
    ),
    Filter(
        _named(r"(?:没|未|还没|尚未)有?(?:启动|开始|动工|动起来)|not (?:yet )?(?:started|begun)"),
        "not_started",
        lambda row: _status(row) == Status.NOT_STARTED,
    ),
    Filter(
        _named(r"(?:从来?|一直|还)?(?:没|未)有?(?:报过|反馈过|报数)|never reported"),
        "silent",
        lambda row: not row.state.ever_reported,
    ),
    Filter(_named(r"快到期|要到期|到期|临近时限|due soon|nearly due"), "soon", _soon),
    Filter(_named(r"未评|无灯|没有?灯|not rated"), "unrated", lambda row: row.lamp.column is Column.NOT_RATED),
    Filter(
        _named(r"能?按期|达序时|正常推进|绿灯|\bgreen\b|on (?:schedule|track)"),
        "on_schedule",
        lambda row: row.lamp.column is Column.ON_SCHEDULE,
    ),
)


def found_in(said: str) -> Filter | None:
    """The kind of rows that the words ask for."""
    return next((each for each in FILTERS if each.words.search(said)), None)


def filtered(context: Context, found: Filter, rows: Sequence[Standing], whose: str) -> list[Outgoing]:
    """The rows of a kind, each with its reason; `whose` names a unit or a leader."""
    shown = [row for row in rows if found.holds(row)]
    if not shown:
        return [Outgoing(context.say(f"ask.none.{found.code}", unit=whose))]
    title = context.say(f"ask.title.{found.code}", unit=whose, count=len(shown))
    if found.code != "trouble" and found.code not in REASONED:
        return summary.listing(context, shown, title)
    say_of = _trouble if found.code == "trouble" else _reason
    lines = [say_of(context, row) for row in shown]
    words = Button(context.say("summary.words"), "ask_words", {"ids": [row.row.id for row in shown[:8]]})
    return [Outgoing("\n".join(lines), title=title, buttons=[[words]])]


def _reason(context: Context, row: Standing) -> str:
    if row.lamp.colour in overview.ATTENTION:
        return overview.attention_line(context.texts, row, context.now, context.office)
    title, unit = row_title(context.texts, row.row), row.row.lead_unit.name
    reason = context.texts.tell("lamp", row.lamp.sentence)
    colour = context.say(f"lamp.colour.{row.lamp.colour}")
    return context.say("summary.lamp_line", colour=colour, title=title, reason=reason, unit=unit)


def _trouble(context: Context, row: Standing) -> str:
    assert row.state.problem is not None
    when = overview.when_words(context.texts, row.state.problem.as_of, context.now, context.office)
    return context.say(
        "summary.difficulty_line", title=row_title(context.texts, row.row), problem=row.state.problem.value,
        unit=row.row.lead_unit.name, when=when,
    )  # fmt: skip
