"""Questions in free words: how far is it, how is that unit, what is behind. What is asked about is found by score."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any, Final

from sqlalchemy import select

from bot import overview
from bot.context import Context
from bot.echo import figure_words, row_tag, row_title, state_words
from bot.handlers import known, schedule, summary
from bot.handlers.rows import words_of_row
from bot.message import Button, Outgoing
from bot.reading.things import COMMON_BITS
from bot.reading.vocabulary import vocabulary
from data import queries
from data.errors import UserError
from data.language.folding import fold
from data.models import Assignment, Target, Unit
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
    if WHOLE.search(said):
        return summary.summary(context, "")
    refuse_others(context, subject, rows)
    return [not_understood(context)]


def refuse_others(context: Context, subject: str, rows: Sequence[Standing]) -> None:
    """Raise UserError where the words speak of rows that the person may not see; the plan itself is no secret."""
    mine = {row.row.id for row in rows}
    everything = queries.assignments(context.session, context.plan.id)
    if len(everything) > len(mine):
        project = project_in(subject, everything)
        meant = (
            [row for row in everything if row.project_id == project]
            if project is not None
            else [everything[at] for at in best_rows(context, subject, everything)]
        )
        others = [row for row in meant if row.id not in mine]
        if others:
            raise not_yours(context, others)


def not_yours(context: Context, rows: Sequence[Assignment]) -> UserError:
    """Whose the rows are: other leaders'; several of one project are told by its name."""
    project = rows[0].project
    if len(rows) > 1 and all(row.project_id == project.id for row in rows):
        titles = [context.say("schedule.scope_project", number=project.number, name=project.name or "")]
    else:
        titles = [row_title(context.texts, row) for row in rows[:4]]
    return UserError("ask.not_yours_rows", titles=titles)


def best_rows(context: Context, said: str, rows: Sequence[Assignment]) -> list[int]:
    """The places of the rows that the words speak of most; none where that may be chance."""
    about = known.reading_context(context, rows)
    scores = vocabulary(about.rows).row_scores(said, len(rows))
    best = max(scores, default=0.0)
    return [at for at, score in enumerate(scores) if score >= NEARLY * best] if best >= ENOUGH else []


def not_understood(context: Context) -> Outgoing:
    return Outgoing(context.say("ask.not_understood"))


# What is asked about ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Match:
    """A row that is meant, as one of its project's where that was named, else with the part or breakdown of it.

    A breakdown has a figure.
    """

    row: Standing
    part: PartResult | None = None
    breakdown: Target | None = None
    whole_project: bool = False


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
            raise _no_row(context, number)
        found += [Match(row, whole_project=row.row.ref not in (number, f"{number}.{row.row.row}")) for row in fits]
    return found


def project_in(said: str, rows: Sequence[Assignment]) -> int | None:
    """The id of the project of several rows that the words name as well as they name any row of it.

    养老 is all of 优化养老服务, though one row of it is a 居家养老服务中心.
    """
    shared = {
        row.project_id: shared_words(said, row.project.name or "") for row in rows if row.ref != row.project.number
    }
    best = max(shared, key=lambda project: shared[project], default=None)
    if best is None or not shared[best]:
        return None
    own = [row for row in rows if row.project_id == best]
    names = [name for row in own for name in (row.short_name, *(target.label for target in row.targets))]
    told_whole = any(row.short_name in said for row in own)
    return None if told_whole or max(shared_words(said, name) for name in names) > shared[best] else best


def shared_words(said: str, name: str) -> int:
    """The length of the longest piece that both have; 0 for a single character, and for words that fit everything."""
    found = SequenceMatcher(None, said, name, autojunk=False).find_longest_match()
    piece = said[found.a : found.a + found.size]
    telling = any(piece[at : at + 2] not in COMMON_BITS for at in range(len(piece) - 1))
    return len(piece) if telling and not piece.isspace() else 0


def _no_row(context: Context, number: str) -> UserError:
    """That the row is somebody else's, or that there is none."""
    others = [
        row for row in queries.assignments(context.session, context.plan.id)
        if number in (row.ref, row.project.number, f"{row.project.number}.{row.row}")
    ]  # fmt: skip
    if not others:
        return UserError("no_such_row", said=number, near=[])
    return not_yours(context, others)


def unit_in(context: Context, said: str) -> Unit | None:
    """The unit that the text names, the longest name first."""
    units = context.session.scalars(select(Unit)).all()
    names = [(name, unit) for unit in units for name in (unit.name, *unit.aliases) if name and name in said]
    return max(names, key=lambda pair: len(pair[0]), default=("", None))[1]


def by_words(context: Context, said: str, rows: Sequence[Standing]) -> list[Match]:
    """The rows that the words speak of most: by their names, projects, contents, labels of targets."""
    project = project_in(said, [row.row for row in rows])
    if project is not None:
        return [Match(row, whole_project=True) for row in rows if row.row.project_id == project]
    places = best_rows(context, said, [row.row for row in rows])
    if len(places) != 1:
        return [Match(rows[at]) for at in places]
    at = places[0]
    about = known.reading_context(context, [row.row for row in rows])
    words, targets = vocabulary(about.rows), about.rows[at].targets
    scored = dict(zip((target.key for target in targets), words.target_scores(said, at, len(targets)), strict=True))
    return [_narrowed(rows[at], scored)]


def _narrowed(row: Standing, scored: Mapping[Any, float]) -> Match:
    """The row with the part, or the breakdown of one, that the words name better than any other of its kind."""
    parts = {result.part.key: result for result in row.lamp.part_results}
    part = _clear_best({key: score for key, score in scored.items() if key in parts})
    other = _clear_best({key: score for key, score in scored.items() if key not in parts})
    if other is not None and other in row.state.figures and scored[other] * NEARLY > scored.get(part, 0.0):
        return Match(row, breakdown=next(target for target in row.row.targets if target.id == other))
    if part is None or parts[part].colour is Colour.NONE:
        return Match(row)
    return Match(row, parts[part])


def _clear_best(scored: Mapping[Any, float]) -> Any:
    """The key that is worth enough, and clearly more than any other; None where there is none."""
    ranked = sorted(scored, key=lambda key: -scored[key])
    if not ranked or scored[ranked[0]] < ENOUGH:
        return None
    return ranked[0] if len(ranked) == 1 or scored[ranked[1]] < NEARLY * scored[ranked[0]] else None


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


def sentence(context: Context, match: Match) -> Outgoing:
    """一句话: what an office is asked by word of mouth, to be handed on as it is."""
    row = match.row
    result = match.part or row.lamp.deciding
    if result is None or result.percent is None or result.expected is None or result.part.day is None:
        return summary.one_row(context, row)[0]
    part = result.part
    finish = row.state.expected_date.value if row.state.expected_date is not None else None
    label = next((target.label for target in row.row.targets if target.id == part.key), part.label)
    return Outgoing(
        context.say(
            "ask.sentence", today=context.today, row=row.row.short_name, label=label, value=part.value,
            unit=part.unit or "", percent=result.percent, expected=result.expected, day=part.day, finish=finish,
            month_end=finish is not None and (finish + timedelta(days=1)).day == 1, by=row.row.lead_unit.name,
            year=context.plan.year,
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
