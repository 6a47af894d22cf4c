"""A part of a message whose row is not known, or may be one of two: the rows are offered."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Final

from bot.reading import words
from bot.reading.clauses import Clause
from bot.reading.drafts import Draft
from bot.reading.facts import draft, item
from bot.reading.model import Item, Option, Question, ReadingContext, RowContext
from bot.reading.rows import Part
from bot.reading.tokens import Token
from bot.reading.work import Work, is_said

_MOST_CLAUSES: Final = 12  # a longer text is read for the row once that is known

Moved = list[tuple[int, Item]]  # the index of a row, and what the words would say of it


def take_unnamed(part: Part, found: Draft, work: Work) -> None:
    """Nothing says which row: all that could be meant are offered. Nothing is asked where nothing could be stored."""
    if work.acknowledged and not has_number(part.clauses) and found.problem is None and found.finish is None:
        return  # 收到，正在对接各科室
    rows = work.context.rows
    short = len(part.clauses) <= _MOST_CLAUSES and work.may_reread(len(part.clauses) * len(part.candidates))
    moved = [(at, _moved(part, at, work) if short else Item(rows[at].id)) for at in part.candidates]
    if found.wants_time:
        work.drafts.append(found)
        work.questions.append(_which_row(part, [(at, Item(rows[at].id)) for at in part.candidates], work, bare=True))
        return
    said = _offered(part, found, moved, work)
    if not said or (work.promised and all(not made.figures and made.percent is None for _, made in said)):
        return
    work.drafts.append(found)
    work.questions.append(_which_row(part, said, work))
    percent = found.percent.value if found.percent else None
    work.items.append(replace(said[0][1], row_id=None, figures=(), percent=percent, percent_derived=False))


def _offered(part: Part, found: Draft, moved: Moved, work: Work) -> Moved:
    """The rows of which the words would say something; all of them where a count or an end was told."""
    rows = work.context.rows
    said = [(at, made) for at, made in moved if is_said(replace(made, next_step=None))]
    if said:
        return moved if part.named else said
    if len(part.clauses) == 1 and part.clauses[0].text.strip().isdigit():
        asked = [
            (at, item(draft(rows[at], at, part.clauses, work.context, work.words, asked=True)))
            for at in part.candidates
        ]
        return [(at, made) for at, made in asked if is_said(made)] or asked
    ends = any(dated.role == "finish" and dated.clause.has(words.DONE, words.MADE) for dated in found.dates)
    return moved if ends or _counts(part.clauses, [rows[at] for at in part.candidates]) else []


def _which_row(part: Part, said: Moved, work: Work, *, bare: bool = False) -> Question:
    """The question with a button for each row; `bare` ones only lead on."""
    rows = work.context.rows
    options = [
        Option("row", {"row": rows[at].id, **({} if bare else {"position": position(rows[at], work.context)})},
               (made,) if is_said(made) else ())
        for at, made in said
    ]  # fmt: skip
    if not bare and all(not made.figures for _, made in said) and 1 < len(said) <= 3:
        options.append(Option("all_rows", {}, tuple(made for _, made in said)))
    text = "，".join(clause.text.strip() for clause in part.clauses)
    return Question("which_row", None, {"said": text, "rows": tuple(rows[at].id for at, _ in said)}, tuple(options))


def take_doubtful(part: Part, proposal: Item, work: Work) -> None:
    """A row number that may mean two things: each option stores the item under its own row."""
    question = part.question
    assert question is not None
    rows = work.context.rows
    fitting = part.candidates or ((part.row,) if part.row is not None else ())
    again = work.may_reread(len(part.clauses) * len(fitting))
    options = [Option("row", {"row": rows[at].id}, (_moved(part, at, work),) if again else ()) for at in fitting]
    if question.code == "date_or_row":
        day = _day_of(str(question.values["said"]), work.context.today)
        question = replace(question, values={**question.values, "date": day})
        options = list(_date_options(part, proposal, day, work))
    elif question.code == "number_beyond_list":
        options.append(Option("not_that", {}))
    work.questions.append(replace(question, options=tuple(options)))
    work.items.append(proposal)


def _date_options(part: Part, proposal: Item, day: date | None, work: Work) -> tuple[Option, ...]:
    """10.1竣工: the first of October, or row 10.1 is finished. The day is stored where one row was asked about."""
    asked = work.context.asked_id
    dated = (Item(asked, expected_date=day),) if asked and day else ()
    return Option("date", {"date": day}, dated), Option("row", {"row": proposal.row_id}, (proposal,))


def _day_of(said: str, today: date) -> date | None:
    """10.1 as the nearest first of October."""
    month, _, day = said.partition(".")
    days = [_valid_day(today.year + shift, int(month), int(day)) for shift in (-1, 0, 1)]
    return min((found for found in days if found), key=lambda found: abs((found - today).days), default=None)


def _valid_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _moved(part: Part, at: int, work: Work) -> Item:
    """The same words read as those of another row."""
    return item(draft(work.context.rows[at], at, part.clauses, work.context, work.words, asked=part.ref is not None))


def has_number(clauses: list[Clause], rule: str = "") -> bool:
    """A count or a percent; where one row was asked about, any number: 12层."""
    any_number = rule == "asked about it"
    return any(
        token.number and (any_number or token.number.percent or token.number.unit)
        for clause in clauses for token in clause.tokens
    )  # fmt: skip


def _counts(clauses: list[Clause], rows: list[RowContext]) -> bool:
    """A number in a measure word of one of the rows was said, or that so many were made: 举办了7次."""
    units = {target.unit for row in rows for target in row.targets}
    return any(
        token.number
        and not _OF_THE_OFFICE.match(clause.slice(token.end, clause.end) or (after.text if after and after.cut else ""))
        and (token.number.unit in units or (token.number.unit is not None and _made_so_many(clause, token)))
        for clause, after in pairwise([*clauses, None])
        if clause is not None
        and not clause.asks
        and not clause.has(words.FUTURE, words.PLAN)
        and not any(other.day and not (other.day.is_past or other.day.is_period) for other in clause.tokens)
        for token in clause.tokens
    )


# 五个会, 两张表: what an office does besides, no plan counts it.
_OF_THE_OFFICE: Final = re.compile(
    "的?(?:会(?![员展所客场馆])|电话|表格?|材料|通知|文件|报告|总结|微信|小时|夜|晚上|群|晚|班(?!级))"
)


def _made_so_many(clause: Clause, count: Token) -> bool:
    """举办了7次, 已完成12批: a verb of making, done, stands right before the number."""
    before = next(
        (token for token in reversed(clause.tokens) if token.end <= count.start and not token.is_a(words.FILL)), None
    )
    if before is None or not before.is_a(words.DONE, words.MADE) or clause.has(words.MONEY, words.RATE, words.STAGE):
        return False
    return clause.slice(before.end, count.start).strip() in ("", "了") and clause.slice(
        clause.start, clause.end
    ).strip().startswith((before.text, "已", "目前", "共", "累计", "现"))


def position(row: RowContext, context: ReadingContext) -> int | None:
    """Its number in the list last shown, from 1."""
    return context.listed.index(row.id) + 1 if row.id in context.listed else None
