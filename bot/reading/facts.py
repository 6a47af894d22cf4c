"""What the clauses of one row say, all rules together: the draft of an item."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.reading import words
from bot.reading.clauses import Clause
from bot.reading.dates import Dated, find_dates
from bot.reading.drafts import NOTHING, Draft
from bot.reading.figures import find_figures
from bot.reading.model import FigureRead, Item, ReadingContext, RowContext, Why
from bot.reading.next_steps import find_next
from bot.reading.percent import find_percents
from bot.reading.problems import find_problem
from bot.reading.repairs import FILLER
from bot.reading.said import Said as FigureSaid
from bot.reading.state import status_of
from bot.reading.status import find_statuses
from bot.reading.vocabulary import Vocabulary, top_targets

# 没动, where a figure was reported before: nothing new, not that it has not begun.
_UNMOVED: Final = re.compile("(?:还|也|都|暂时|基本|一直|这个?月|数字?)*[没未](?:怎么|大|有)?动(?:静|过|弹)?[了呢啊]?$")


def draft(
    row: RowContext | None,
    index: int,
    clauses: list[Clause],
    context: ReadingContext,
    vocabulary: Vocabulary,
    *,
    asked: bool,
    correcting: bool = False,
) -> Draft:
    """Every rule over the clauses of one row; without a row, only what needs none."""
    found = Draft(row, clauses)
    of = row or NOTHING
    if row is not None:
        found.figures = find_figures(clauses, row, index, vocabulary, asked=asked, asked_now=context.asked_id == row.id)
        found.percents = find_percents(clauses, row, index, vocabulary, correcting=correcting)
    else:
        found.percents = find_percents(clauses, of, -1, vocabulary)
    found.statuses = find_statuses(clauses, row, index, vocabulary)
    found.dates = find_dates(clauses, row)
    if not found.wants_time:  # 预计推迟到12月28日竣工 only says when
        found.dates = [replace(dated, role="finish") if dated.role == "extension" else dated for dated in found.dates]
    if correcting:  # 不是11月底，是12月15日
        found.dates = [
            replace(dated, role="finish")
            if dated.role == "other" and dated.rule == "no role" and dated.day >= context.today
            else dated
            for dated in found.dates
        ]
    found.dates = [dated for dated in found.dates if dated.rule == "the day to be taken" or not _of_the_report(dated)]
    found.no_change = any(
        (clause.has(words.NO_CHANGE) or _as_of_then(clause)) and not clause.asks for clause in clauses
    )
    if row is not None and row.last is not None and (row.last.figures or row.last.percent):
        unmoved = [clause for clause in clauses if _UNMOVED.match(clause.text.strip())]
        found.no_change = found.no_change or bool(unmoved)
        found.statuses = [
            said for said in found.statuses if not any(clause.start <= said.span[0] < clause.end for clause in unmoved)
        ]
    found.reported = any(clause.has(words.REPORTED) and not clause.asks for clause in clauses)
    begun = any(not said.part or said.status in ("in_progress", "done") for said in found.statuses)
    main = bool(found.achieved or found.percents or begun or found.finish)
    found.problem = find_problem(clauses, found.statuses, more_said=main)
    found.next_step = find_next(clauses, found.dates, found.problem.span if found.problem else None)
    if row is not None and len(row.targets) > 1:
        found.finished_targets = _finished_targets(found, row, index, vocabulary)
    return found


def _finished_targets(found: Draft, row: RowContext, index: int, vocabulary: Vocabulary) -> tuple[int, ...]:
    """The targets that the only word of being done names, without a number: 五好河道建成; not 第一家开张."""
    if len(found.statuses) != 1 or found.statuses[0].rule != "a part is done":
        return ()
    begin = found.statuses[0].span[0]
    clause = next((clause for clause in found.clauses if clause.start <= begin < clause.end), None)
    if clause is None or clause.numbers() or "第" in clause.text or clause.text.isascii():
        return ()
    scores = vocabulary.target_scores(clause.slice(clause.start, begin), index, len(row.targets))
    best = max(scores)
    return tuple(at for at in top_targets(row.targets) if scores[at] >= 0.8 * best) if best >= 0.65 else ()


def item(found: Draft) -> Item:
    """The item that the draft proposes, with its reasons."""
    why: dict[str, Why] = {}
    status, reason = status_of(found)
    if reason:
        why["status"] = reason
    made = Item(found.row.id if found.row else None, status=status, why=why)
    figures = tuple(figure(said, found.row) for said in found.achieved if found.row)
    if figures:
        said = found.achieved[0]
        why["figures"] = Why(
            (said.span[0], found.achieved[-1].span[1]),
            said.rule,
            "likely" if said.likely or said.number.approx else "certain",
        )
    if found.percent:
        why["percent"] = Why(found.percent.span, found.percent.rule, found.percent.certainty)
        made = replace(made, percent=_rounded(found.percent.value))
    finish = found.finish
    if finish and status != "done":
        why["expected_date"] = Why(finish.span, finish.rule)
        made = replace(made, expected_date=finish.day)
    if found.problem:
        why["problem"] = Why(found.problem.span, found.problem.rule)
    if found.next_step:
        why["next_step"] = Why(found.next_step.span, found.next_step.rule)
    under_way = any(said.rule == "ongoing" and _tells_apart(found, said.span) for said in found.statuses)
    nothing_new = found.no_change and not figures and found.percent is None and not under_way
    return _with_derived(
        replace(
            made,
            figures=figures,
            problem=found.problem.text.replace(FILLER, "") if found.problem else None,
            next_step=found.next_step.text.replace(FILLER, "") if found.next_step else None,
            no_change=nothing_new,
        ),
        found,
    )


def _tells_apart(found: Draft, span: tuple[int, int]) -> bool:
    """两所幼儿园在装修，学位没新增: so many are at something, in a clause without a word of no change."""
    clause = next((clause for clause in found.clauses if clause.start <= span[0] < clause.end), None)
    return clause is not None and bool(clause.numbers()) and not clause.has(words.NO_CHANGE)


def figure(said: FigureSaid, row: RowContext | None) -> FigureRead:
    assert row is not None
    number = said.number
    value = int(number.value) if float(number.value).is_integer() else number.value
    if said.target is None:
        return FigureRead(None, said.free or "", value, said.unit, said.span, number.approx)
    target = row.targets[said.target]
    unit = target.unit if not said.mismatch else said.unit
    return FigureRead(target.key, target.label, value, unit or said.unit, said.span, number.approx)


def _with_derived(made: Item, found: Draft) -> Item:
    """The percent that follows from the only figure and its target, where none was stated."""
    if made.percent is not None or found.row is None or len(made.figures) != 1:
        return made
    tops = top_targets(found.row.targets)
    said = found.achieved[0]
    if len(tops) != 1 or said.target != tops[0]:
        return made
    target = found.row.targets[tops[0]]
    if not target.value or target.comparator == "at_most" or target.unit in ("%", "倍"):
        return made
    percent = 100 * float(made.figures[0].value) / target.value
    why = {**made.why, "percent": Why(said.span, "figure and target", "likely")}
    return replace(made, percent=_rounded(percent), percent_derived=True, why=why)


def _rounded(percent: float) -> float:
    """To a tenth: two thirds are 66.7."""
    value = round(percent, 1)
    return int(value) if float(value).is_integer() else value


_REPORTED_TO: Final = re.compile(
    "(?:[补发交报填传送]给?[您你]|给[您你]|[补再]报|报送?(?:上来|过来|上)?|反馈|回复|回话|答复)[们吧哈啊了哦!！。~ ]*$"
)


def _of_the_report(dated: Dated) -> bool:
    """周五前补给你, 10月8日报: the day of the report, not of the work."""
    return dated.role == "finish" and not dated.clause.numbers() and _REPORTED_TO.search(dated.clause.text) is not None


def _as_of_then(clause: Clause) -> bool:
    """同8月25日: nothing new since then."""
    days = [token for token in clause.tokens if token.day]
    return (
        len(days) == 1
        and clause.slice(clause.start, days[0].start).strip() in ("同", "跟", "与", "和")
        and days[0].end >= clause.end - 1
    )
