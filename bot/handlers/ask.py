"""Questions in free words: how far is it, how is that unit, what is behind. What is asked about is found by score."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from sqlalchemy import select

from bot import overview
from bot.context import Context
from bot.echo import figure_words, row_tag, row_title, state_words
from bot.handlers import contact, filters, news, schedule, sentence, summary
from bot.handlers.matching import Match, by_number, by_words, leader_in, refuse_others, unit_in
from bot.handlers.rows import words_of_row
from bot.message import Button, Outgoing
from data.errors import UserError
from data.kinds import Role
from data.language.folding import fold
from data.models import Assignment
from scheduler.lamp import PartResult
from scheduler.standing import Standing

LONGEST: Final = 200
PASSED_ON: Final = 1000

WHO = re.compile(
    r"(?:谁|哪些?(?:个|家)?(?:单位|部门|局)?|有没有(?:单位|人)).{0,4}(?:没|未|还没)有?(?:报|反馈|回|交)(?!过)"
    r"|^(?:都|全)?(?:报|交|反馈)齐了?[吗没]|^都报了[吗没]"
    r"|who .*(?:silent|(?:not|n't) (?:yet )?(?:answered|reported))|anyone (?:silent|missing)",
    re.I,
)
WHY = re.compile(r"为什么|为何|怎么会|why", re.I)
WHOLE = re.compile(
    r"总体|整体|全部|所有|全区|汇总|总的|我分管|大概|一共|总共|多少项|几项|overall|summary|how many", re.I
)
SENTENCE = re.compile(r"^一句话[\s：:]*")
THANKS = re.compile(
    r"^(?:谢谢|多谢|好的?|收到|知道了|辛苦了?|ok(?:ay)?|noted|understood|got it|will do|thanks?|thank you)"
    r"[！!。.，,了啦]*$",
    re.I,
)
# What only asks: no word of these says what is asked about.
ASKING = re.compile(
    r"完成了?(?:多少|没有|吗|几)|多少了?|到哪里?了?|到什么程度|怎么?样了?|如何|进展|进度|情况|状况|现在|目前|最近|今年"
    r"|请问|帮我|看看?|查一?下|说说|介绍|[这那]一?[项个块]|任务|工作|完成|为什么|为何|什么时候|何时|分管|负责|哪些"
    r"|吗|呢|吧|了|的|how far is|how is|where does|stand"
)


def asked(context: Context, text: str) -> list[Outgoing]:
    """What a leader or an admin asks, of the rows that the person may see."""
    said = fold(text).strip()
    if THANKS.match(said):
        return [Outgoing(context.say("ask.welcome"))]
    if not said or len(said) > LONGEST:
        return [not_understood(context)]
    if SENTENCE.match(said):
        return sentence.sentence(context, SENTENCE.sub("", said))
    if WHO.search(said):
        return schedule.waiting(context, "")
    rows = summary.all_standings(context)
    named = by_number(context, said, rows)
    if named:
        return news.finish(context, [each.row for each in named]) if news.WHEN.search(said) else told(context, named)
    return _of_somebody(context, said, rows)


def _of_somebody(context: Context, said: str, rows: Sequence[Standing]) -> list[Outgoing]:
    """Of a unit's or a leader's rows, where one is named; else of all."""
    unit, leader = unit_in(context, said), leader_in(said, rows)
    within = [row for row in rows if unit is None or row.row.lead_unit_id == unit.id]
    if unit is not None and not within:
        raise UserError("ask.not_yours", unit=unit.name)
    if leader is not None:
        within = [row for row in within if leader.id in {link.person_id for link in row.row.leaders}]
    whose = "".join(one.name for one in (leader, unit) if one is not None)
    if unit is not None and news.REPORTED.search(said):
        return news.reported(context, unit, within)
    subject = said
    for name in (unit.name if unit else "", leader.name if leader else ""):
        subject = subject.replace(name, " ") if name else subject
    return _of_kind(context, said, within, whose) or _by_words(context, said, subject, within, rows, whose)


def _of_kind(context: Context, said: str, within: Sequence[Standing], whose: str) -> list[Outgoing] | None:
    """A kind of rows, or what changed."""
    found = filters.found_in(said)
    if found is not None and not _names_a_row(context, said, within):
        return filters.filtered(context, found, within, whose)
    return news.changed(context, said, within, whose) if news.CHANGED.search(said) else None


def _names_a_row(context: Context, said: str, within: Sequence[Standing]) -> bool:
    """老旧小区为什么红 asks about one row, 哪些红 about a kind of rows."""
    return WHY.search(said) is not None and bool(by_words(context, ASKING.sub(" ", said), within))


def _by_words(
    context: Context, said: str, subject: str, within: Sequence[Standing], rows: Sequence[Standing], whose: str
) -> list[Outgoing]:
    """The rows that the words speak of; else all of the one who was named, else the whole."""
    matched = by_words(context, ASKING.sub(" ", subject), within)
    if matched and news.WHEN.search(said):
        return news.finish(context, [each.row for each in matched])
    if matched:
        return told(context, matched)
    if whose:
        return summary.listing(context, within, context.say("summary.part", what=whose, count=len(within)))
    if WHOLE.search(said):
        return summary.summary(context, "")
    refuse_others(context, ASKING.sub(" ", subject), rows)
    return [not_understood(context)]


def not_understood(context: Context) -> Outgoing:
    """What can be asked, with the most usual at hand; a unit's head may pass the words on to the office."""
    if not context.may(Role.ADMIN, Role.LEADER) and context.person.unit is not None:
        told = {"text": context.inbound.text[:PASSED_ON]}
        keys = [Button(context.say("ask.to_office"), "to_office", told, once=True)]
        return Outgoing(context.say("ask.not_understood_unit", unit=context.person.unit.name), buttons=[keys])
    keys = [
        Button(context.say("ask.try_summary"), "ask_again", {"text": "汇总"}),
        Button(context.say("summary.only_behind"), "summary_by", {"by": "behind"}),
        Button(context.say("ask.try_waiting"), "ask_again", {"text": "谁没反馈"}),
    ]
    return Outgoing(context.say("ask.not_understood"), buttons=[keys])


def again(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """A button below what was not understood."""
    return schedule.waiting(context, "") if args["text"] != "汇总" else summary.summary(context, "")


# Answers ---------------------------------------------------------------------------------------------------


def told(context: Context, found: Sequence[Match]) -> list[Outgoing]:
    """One target, one row, the rows of a project, or a list."""
    first, rows = found[0], [match.row for match in found]
    if first.whole_project:
        return [project_answer(context, rows)]
    if len(found) == 1:
        precise = first.part is not None or first.breakdown is not None
        return [target_answer(context, first)] if precise else summary.one_row(context, first.row)
    return summary.listing(context, rows, context.say("ask.found", count=len(rows)))


def target_answer(context: Context, match: Match) -> Outgoing:
    """`学位（序号1）3500/5000 个，70%，序时 74%，基本达序时；预计11月30日前完成。`."""
    told_of = part_line(context, match.row, match.part) if match.part is not None else _breakdown(context, match)
    lines = [told_of, summary.source_line(context, match.row)]
    return Outgoing("\n".join(line for line in lines if line), buttons=[[_words_button(context, [match.row])]])


def _breakdown(context: Context, match: Match) -> str:
    assert match.breakdown is not None
    words = figure_words(context.texts, match.breakdown, match.row.state.figures[match.breakdown.id].value)
    return context.say("ask.breakdown", words=words, title=row_title(context.texts, match.row.row))


def part_line(context: Context, row: Standing, result: PartResult) -> str:
    part, reason = result.part, result.reason
    finish = row.state.expected_date.value if row.state.expected_date is not None else None
    shared = {"finish": finish, "year": context.plan.year, "tag": row_tag(context.texts, row.row.ref)}
    counted = part.value is not None and part.target is not None
    if counted and result.percent is not None and result.expected is not None:
        return context.say(
            "ask.figure",
            label=part.label,
            value=part.value,
            target=part.target,
            unit=part.unit or "",
            percent=result.percent,
            expected=result.expected,
            day=None if part.day == context.today else part.day,
            word=context.say(f"lamp.word.{reason.code}"),
            **shared,
        )
    title = row_title(context.texts, row.row)
    return context.say("ask.part", title=title, sentence=context.say(f"lamp.{reason.code}", **reason.values), **shared)


def project_answer(context: Context, rows: Sequence[Standing]) -> Outgoing:
    """A project in one line, with what is behind named, and whose the rows are that the person doesn't see."""
    one = rows[0].row
    total = len(context.session.scalars(_rows_of_project(one.project_id)).all())
    text = context.say(
        "ask.project",
        title=f"{one.project.name or one.project.number}",
        number=one.project.number,
        total=total,
        mine=len(rows),
        refs=[row.row.ref for row in rows],
        rows=[_row_phrase(context, row) for row in rows],
    )
    lines = [text, sources_line(context, rows)]
    return Outgoing("\n".join(line for line in lines if line), buttons=[[_words_button(context, rows)]])


def _rows_of_project(project_id: int) -> Any:
    return select(Assignment.id).where(Assignment.project_id == project_id, Assignment.retired_at.is_(None))


def _row_phrase(context: Context, row: Standing) -> str:
    """`改造服务中心 4/8 家（慢于序时，应 5 家）`."""
    words = state_words(context.texts, row.state, row.row, context.plan.year)
    behind = row.lamp.colour in overview.ATTENTION
    reason = row.lamp.reason
    return context.say(
        "ask.row",
        name=row.row.short_name,
        words=words[: max(len(row.state.figures), 1)],
        figures=bool(row.state.figures),
        word=context.say(f"lamp.word.{reason.code}") if behind else "",
        should=reason.values.get("should"),
        unit=reason.values.get("unit") or "",
    )


def sources_line(context: Context, rows: Sequence[Standing]) -> str:
    """`出处：民政局 8月25日`: each unit with the days of its words."""
    known_rows = [row for row in rows if row.state.confirmed_at is not None]
    pairs = dict.fromkeys((row.row.lead_unit.name, _day(context, row)) for row in known_rows)
    said = [
        context.say("ask.source", unit=unit, days=[day for _unit, day in days], year=context.plan.year)
        for unit, days in groupby(pairs, key=lambda pair: pair[0])
    ]
    return context.say("ask.sources", sources=said) if said else ""


def _day(context: Context, row: Standing) -> Any:
    assert row.state.confirmed_at is not None
    return context.office.today(row.state.confirmed_at)


def _words_button(context: Context, rows: Sequence[Standing]) -> Button:
    return Button(context.say("summary.words"), "ask_words", {"ids": [row.row.id for row in rows[:8]]})


def own_words(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """看原话: what the units said, row by row, of those that the person may see."""
    wanted = set(args["ids"])
    rows = [row.row for row in summary.all_standings(context) if row.row.id in wanted]
    if not rows:
        raise UserError("no_such_row", said="", near=[])
    return [message for row in rows for message in words_of_row(context, row)]


ACTIONS = {
    "ask_words": own_words,
    "ask_again": again,
    "to_office": lambda context, args: contact.contact(context, args["text"]),
}
