"""Questions in free words: how far is it, how is that unit, what is behind. What is asked about is found by score."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from sqlalchemy import select

from bot import overview
from bot.context import Context
from bot.echo import row_tag, row_title, state_words
from bot.handlers import known, schedule, summary
from bot.handlers.rows import words_of_row
from bot.message import Button, Outgoing
from bot.reading.vocabulary import vocabulary
from data.errors import UserError
from data.language.folding import fold
from data.models import Assignment, Unit
from scheduler.lamp import Colour, Column, PartResult
from scheduler.standing import Standing

ENOUGH: Final = 0.3  # a word that a few rows share; less is chance
NEARLY: Final = 0.75  # of the best score: as good a guess as the best one
LONGEST: Final = 200

WHO = re.compile(
    r"(?:谁|哪些?(?:个|家)?(?:单位|部门|局)?|有没有(?:单位|人)).{0,4}(?:没|未|还没)有?(?:报|反馈|回|交)"
    r"|who .*(?:silent|not answered)",
    re.I,
)
BEHIND = re.compile(r"滞后|落后|慢于|进度慢|慢了|偏慢|拖后|红黄灯?|预警|behind|delayed", re.I)
RED, YELLOW = re.compile(r"红灯|亮红|\bred\b", re.I), re.compile(r"黄灯|亮黄|\byellow\b", re.I)
TROUBLE = re.compile(r"困难|卡在|难点|堵点|瓶颈|什么问题|有问题|difficult|problem", re.I)
FINISHED = re.compile(r"(?:哪|几|多少|有没有|什么).{0,6}(?:完成了|已完成|办结|销号)|已经?完成的|what is done", re.I)
WHOLE = re.compile(r"总体|整体|全部|所有|全区|汇总|总的|我分管|大概|overall|summary", re.I)
SENTENCE = re.compile(r"^一句话[\s：:]*")
DOTTED = re.compile(r"(?<![\d.])(\d{1,3}\.\d{1,3})(?![\d.])")
NUMBERED = re.compile(r"(?:序号|项目|第|no\.? ?)\s*(\d{1,3})(?:\s*(?:项|个项目|号))?(?!\d)", re.I)
# What only asks: no word of these says what is asked about.
ASKING = re.compile(
    r"完成了?(?:多少|没有|吗|几)|多少了?|到哪里?了?|到什么程度|怎么?样了?|如何|进展|进度|情况|状况|现在|目前|最近|今年"
    r"|请问|帮我|看看?|查一?下|说说|介绍|[这那]一?[项个块]|任务|工作|完成|吗|呢|吧|了|的"
    r"|how far is|how is|where does|stand"
)


@dataclass(frozen=True)
class Filter:
    """A kind of rows that can be asked for: which they are, and what they are called."""

    words: re.Pattern[str]
    code: str
    holds: Callable[[Standing], bool]


FILTERS = (
    Filter(RED, "red", lambda row: row.lamp.colour is Colour.RED),
    Filter(YELLOW, "yellow", lambda row: row.lamp.colour is Colour.YELLOW),
    Filter(BEHIND, "behind", lambda row: row.lamp.colour in overview.ATTENTION),
    Filter(TROUBLE, "trouble", lambda row: row.lamp.difficulty),
    Filter(FINISHED, "done", lambda row: row.lamp.column is Column.DONE),
)


def asked(context: Context, text: str) -> list[Outgoing]:
    """What a leader or an admin asks, of the rows that the person may see."""
    said = fold(text).strip()
    if not said or len(said) > LONGEST:
        return [not_understood(context)]
    if WHO.search(said):
        return schedule.waiting(context, "")
    rows = summary.all_standings(context)
    named = by_number(context, said, rows)
    if named:
        return told(context, named)
    unit = unit_in(context, said)
    within = [row for row in rows if unit is None or row.row.lead_unit_id == unit.id]
    if unit is not None and not within:
        raise UserError("ask.not_yours", unit=unit.name)
    found = next((each for each in FILTERS if each.words.search(said)), None)
    if found is not None:
        return filtered(context, found, [row for row in within if found.holds(row)], unit)
    one_sentence = SENTENCE.match(said) is not None
    subject = ASKING.sub(" ", SENTENCE.sub("", said).replace(unit.name if unit else "\0", " "))
    matched = by_words(context, subject, within)
    if matched and one_sentence:
        return [sentence(context, matched[0])]
    if matched:
        return told(context, matched)
    if unit is not None:
        return summary.listing(context, within, context.say("summary.part", what=unit.name, count=len(within)))
    return summary.summary(context, "") if WHOLE.search(said) else [not_understood(context)]


def not_understood(context: Context) -> Outgoing:
    return Outgoing(context.say("ask.not_understood"))


# What is asked about ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Match:
    """A row that is meant, and the one target of it, where the words name one."""

    row: Standing
    part: PartResult | None = None


def by_number(context: Context, said: str, rows: Sequence[Standing]) -> list[Match]:
    """The rows whose numbers stand in the text. Raises UserError `no_such_row` for one that can't be seen."""
    found: list[Match] = []
    numbers = DOTTED.findall(said) + NUMBERED.findall(said)
    for number in dict.fromkeys(numbers):
        fits = [
            row for row in rows
            if number in (row.row.ref, row.row.project.number, f"{row.row.project.number}.{row.row.row}")
        ]  # fmt: skip
        if not fits:
            raise UserError("no_such_row", said=number, near=[])
        found += [Match(row) for row in fits]
    return found


def unit_in(context: Context, said: str) -> Unit | None:
    """The unit that the text names, the longest name first."""
    units = context.session.scalars(select(Unit)).all()
    names = [(name, unit) for unit in units for name in (unit.name, *unit.aliases) if name and name in said]
    return max(names, key=lambda pair: len(pair[0]), default=("", None))[1]


def by_words(context: Context, said: str, rows: Sequence[Standing]) -> list[Match]:
    """The rows that the words speak of most: by their names, projects, contents, labels of targets."""
    about = known.reading_context(context, [row.row for row in rows])
    words = vocabulary(about.rows)
    scores = words.row_scores(said, len(rows))
    best = max(scores, default=0.0)
    if best < ENOUGH:
        return []
    places = [at for at, score in enumerate(scores) if score >= NEARLY * best]
    if len(places) > 1:
        return [Match(rows[at]) for at in places]
    at = places[0]
    targets = about.rows[at].targets
    of_target = words.target_scores(said, at, len(targets))
    return [Match(rows[at], _one_part(rows[at], [target.key for target in targets], of_target))]


def _one_part(row: Standing, keys: Sequence[int | str], scores: Sequence[float]) -> PartResult | None:
    """The part whose label the words name better than any other's."""
    parts = {result.part.key: result for result in row.lamp.part_results}
    ranked = sorted(zip(scores, keys, strict=True), key=lambda pair: -pair[0])
    if not ranked or ranked[0][0] < ENOUGH or ranked[0][1] not in parts:
        return None
    if len(ranked) > 1 and ranked[1][0] >= NEARLY * ranked[0][0]:
        return None
    return parts[ranked[0][1]]


# Answers ---------------------------------------------------------------------------------------------------


def told(context: Context, found: Sequence[Match]) -> list[Outgoing]:
    """One target, one row, the rows of a project, or a list."""
    first = found[0]
    if len(found) == 1:
        return [target_answer(context, first)] if first.part is not None else summary.one_row(context, first.row)
    rows = [match.row for match in found]
    if len({row.row.project_id for row in rows}) == 1:
        return [project_answer(context, rows[0].row)]
    return summary.listing(context, rows, context.say("ask.found", count=len(rows)))


def target_answer(context: Context, match: Match) -> Outgoing:
    """`学位（序号1）3500/5000 个，70%，序时 74%，基本达序时；预计11月30日前完成。`."""
    assert match.part is not None
    lines = [part_line(context, match.row, match.part), summary.source_line(context, match.row)]
    return Outgoing("\n".join(line for line in lines if line), buttons=[[_words_button(context, [match.row])]])


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


def project_answer(context: Context, one: Assignment) -> Outgoing:
    """A project in one line, with what is behind named, and whose the rows are that the person doesn't see."""
    rows = [row for row in summary.all_standings(context) if row.row.project_id == one.project_id]
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


def sentence(context: Context, match: Match) -> Outgoing:
    """一句话: what an office is asked by word of mouth, to be handed on as it is."""
    row = match.row
    result = match.part or row.lamp.deciding
    if result is None or result.percent is None or result.expected is None or result.part.day is None:
        return summary.one_row(context, row)[0]
    part = result.part
    finish = row.state.expected_date.value if row.state.expected_date is not None else None
    return Outgoing(
        context.say(
            "ask.sentence", today=context.today, row=row.row.short_name, label=part.label, value=part.value,
            unit=part.unit or "", percent=result.percent, expected=result.expected, day=part.day, finish=finish,
            by=row.row.lead_unit.name, year=context.plan.year,
        ),
        buttons=[[_words_button(context, [row])]],
    )  # fmt: skip


def filtered(context: Context, found: Filter, rows: Sequence[Standing], unit: Unit | None) -> list[Outgoing]:
    """The rows of a kind, each with its reason."""
    whose = unit.name if unit is not None else ""
    if not rows:
        return [Outgoing(context.say(f"ask.none.{found.code}", unit=whose))]
    title = context.say(f"ask.title.{found.code}", unit=whose, count=len(rows))
    if found.code == "done":
        return summary.listing(context, rows, title)
    lines = [
        _trouble(context, row) if found.code == "trouble" else
        overview.attention_line(context.texts, row, context.now, context.office)
        for row in rows
    ]  # fmt: skip
    return [Outgoing("\n".join(lines), title=title, buttons=[[_words_button(context, rows)]])]


def _trouble(context: Context, row: Standing) -> str:
    assert row.state.problem is not None
    when = overview.when_words(context.texts, row.state.problem.as_of, context.now, context.office)
    return context.say(
        "summary.difficulty_line", title=row_title(context.texts, row.row), problem=row.state.problem.value,
        unit=row.row.lead_unit.name, when=when,
    )  # fmt: skip


def _words_button(context: Context, rows: Sequence[Standing]) -> Button:
    return Button(context.say("summary.words"), "ask_words", {"ids": [row.row.id for row in rows[:8]]})


def own_words(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """看原话: what the units said, row by row, of those that the person may see."""
    wanted = set(args["ids"])
    rows = [row.row for row in summary.all_standings(context) if row.row.id in wanted]
    if not rows:
        raise UserError("no_such_row", said="", near=[])
    return [message for row in rows for message in words_of_row(context, row)]


ACTIONS = {"ask_words": own_words}
