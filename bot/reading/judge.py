"""What a careful clerk would query, and what each answer would store.

A question's options carry only the field in doubt; the rest of the row is `Judged.plain` and needs no answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from bot.reading import words
from bot.reading.clauses import Clause, told
from bot.reading.facts import Draft, figure
from bot.reading.model import FigureRead, Item, Option, Question, ReadingContext, RowContext
from bot.reading.roles import Said
from bot.reading.vocabulary import top_targets


@dataclass(slots=True)
class Judged:
    """The proposal, what of it is plain, and the questions."""

    item: Item
    plain: Item
    questions: list[Question] = field(default_factory=list)


def judge(found: Draft, proposed: Item, context: ReadingContext, *, correcting: bool) -> Judged:
    """All doubts about one row's item."""
    made = Judged(proposed, proposed)
    row = found.row
    if row is None:
        return made
    for said in found.figures:
        _judge_number(made, said, found, row, correcting=correcting)
    _judge_percent(made, found, row, correcting=correcting)
    _judge_done(made, found, row)
    _judge_done_targets(made, found, row)
    _judge_date(made, found, row, context)
    _judge_vague(made, found, row)
    _judge_hearsay(made, found)
    return made


def _ask(made: Judged, code: str, row: RowContext, values: dict[str, Any], *options: Option) -> None:
    made.questions.append(Question(code, row.id, values, options))


def _alone(row: RowContext, **fields: Any) -> tuple[Item, ...]:
    return (Item(row.id, **fields),)


# ------------------------------------------------------------------ figures


def _judge_number(made: Judged, said: Said, found: Draft, row: RowContext, *, correcting: bool) -> None:
    if said.rivals and said.role in ("achieved", "month", "more") and said.target is None:
        return _ask_which_target(made, said, row)
    if said.target is None:
        totals = any(other.free and other.role == "achieved" for other in found.figures)
        return _ask_month(made, said, row) if said.free and said.role in ("month", "more") and not totals else None
    target = row.targets[said.target]
    rivals = [other for other in found.achieved if other.target == said.target and other is not said]
    if said.role in ("month", "more"):
        added = _added_later(said, rivals)
        if added:
            _doubt_figure(made, figure(rivals[-1], row))
        return None if rivals and not added else _ask_month(made, said, row)
    if said.role != "achieved":
        return None
    read = figure(said, row)
    if said.mismatch:
        values = {"label": read.label, "value": read.value, "unit": target.unit, "said_unit": said.unit}
        option = Option(
            "as_target_unit", values, _alone(row, status="in_progress", figures=(replace(read, unit=target.unit),))
        )
        _doubt_figure(made, read)
        return _ask(made, "unit_mismatch", row, values, option, Option("change"))
    if said.high is not None:
        values = {"label": read.label, "low": read.value, "high": said.high, "unit": read.unit}
        ends = [
            Option("value", {"value": value, "unit": read.unit}, _figure_alone(row, read, value))
            for value in (read.value, said.high)
        ]
        _doubt_figure(made, read)
        return _ask(made, "range_figure", row, values, *ends)
    if rivals and rivals[-1].number.value != said.number.value:
        if rivals[0].span > said.span:
            _ask_two(made, said, rivals, row)
        return None
    if target.value is not None and target.comparator == "eq" and said.number.value > target.value:
        return _ask_above(made, read, target.value, row)
    if (
        target.last is not None
        and said.number.value < target.last
        and not correcting
        and target.comparator != "at_most"
    ):
        return _ask_lower(made, said, read, target.last, target.value, row)
    return None


def _added_later(said: Said, rivals: list[Said]) -> bool:
    """上半年测定1500人，三季度又测了1200人: what came later has to be added; not 本月又21户，累计247户."""
    if said.role != "more" or not rivals or rivals[-1].span > said.span or rivals[-1].total or said.clause is None:
        return False
    again = any(token.text == "又" for token in said.clause.tokens if token.start < said.span[0])
    return again and not said.clause.has(words.MONTH, words.LAST_YEAR)


def _figure_alone(row: RowContext, read: FigureRead, value: float) -> tuple[Item, ...]:
    return _alone(row, status="in_progress", figures=(replace(read, value=value),))


def _doubt_figure(made: Judged, read: FigureRead) -> None:
    rest = tuple(figure for figure in made.plain.figures if figure.span != read.span)
    made.plain = replace(made.plain, figures=rest)
    if made.plain.percent_derived:
        made.plain = replace(made.plain, percent=None, percent_derived=False)


def _ask_which_target(made: Judged, said: Said, row: RowContext) -> None:
    value = _tidy(said.number.value)
    choices = []
    for at in said.rivals:
        target = row.targets[at]
        read = FigureRead(target.key, target.label, value, target.unit or said.unit, said.span, said.number.approx)
        choices.append(Option("target", {"label": target.label}, _alone(row, status="in_progress", figures=(read,))))
    labels = tuple(row.targets[at].label for at in said.rivals)
    _ask(
        made,
        "which_target",
        row,
        {"said": said.number.text, "value": value, "unit": said.unit, "labels": labels},
        *choices,
    )


def _ask_month(made: Judged, said: Said, row: RowContext) -> None:
    """本月120户: a month's count or the year's? The sum is worked out where the last one is known."""
    last = row.targets[said.target].last if said.target is not None else None
    read = figure(said, row)
    total = _tidy(last + said.number.value) if last is not None else None
    values = {
        "label": read.label,
        "value": read.value,
        "last": last,
        "total": total,
        "unit": read.unit,
        "month": said.role == "month",
    }
    month = Option("month", values, _figure_alone(row, read, total) if total is not None else ())
    year = Option("total", values, _figure_alone(row, read, read.value))
    proposal = replace(read, value=total) if total is not None else read
    made.item = replace(made.item, status=made.item.status or "in_progress", figures=(*made.item.figures, proposal))
    _ask(made, "month_or_total", row, values, month, year)


def _ask_two(made: Judged, said: Said, rivals: list[Said], row: RowContext) -> None:
    read = figure(said, row)
    values = sorted({_tidy(said.number.value), *(_tidy(other.number.value) for other in rivals)})
    both = _tidy(said.number.value + sum(other.number.value for other in rivals))
    target = row.targets[said.target].value if said.target is not None else None
    offered = [*values, both] if target is None or both <= target else values
    ends = [Option("value", {"value": value, "unit": read.unit}, _figure_alone(row, read, value)) for value in offered]
    made.plain = replace(
        made.plain, figures=tuple(figure for figure in made.plain.figures if figure.target != read.target)
    )
    _ask(made, "two_figures", row, {"label": read.label, "values": tuple(values), "unit": read.unit}, *ends)


def _ask_above(made: Judged, read: FigureRead, target: float, row: RowContext) -> None:
    values = {
        "label": read.label,
        "value": read.value,
        "target": _tidy(target),
        "unit": read.unit,
        "over": _tidy(read.value - target),
    }
    _doubt_figure(made, read)
    _ask(
        made,
        "above_target",
        row,
        values,
        Option("above_target", values, _figure_alone(row, read, read.value)),
        Option("change"),
    )


def _ask_lower(made: Judged, said: Said, read: FigureRead, last: float, target: float | None, row: RowContext) -> None:
    """Much lower and the sum still fits: likely a month's figure; else 更正 or 核减."""
    _doubt_figure(made, read)
    total = _tidy(last + read.value)
    explicit = any(token.is_a(words.TOTAL) for token in (said.clause.tokens if said.clause else ()))
    if not explicit and read.value <= 0.6 * last and (target is None or total <= 1.2 * target):
        values = {
            "label": read.label,
            "value": read.value,
            "last": _tidy(last),
            "total": total,
            "unit": read.unit,
            "month": False,
        }
        month = Option("month", values, _figure_alone(row, read, total))
        return _ask(
            made, "month_or_total", row, values, month, Option("total", values, _figure_alone(row, read, read.value))
        )
    values = {
        "label": read.label,
        "value": read.value,
        "last": _tidy(last),
        "less": _tidy(last - read.value),
        "unit": read.unit,
    }
    kept = _figure_alone(row, read, read.value)
    return _ask(
        made,
        "lower_figure",
        row,
        values,
        Option("wrong_before", values, kept),
        Option("struck_off", values, kept),
        Option("change"),
    )


def _tidy(value: float) -> float:
    rounded = round(value, 4)
    return int(rounded) if float(rounded).is_integer() else rounded


# ------------------------------------------------------------------ percent, done, dates, hearsay


def _judge_percent(made: Judged, found: Draft, row: RowContext, *, correcting: bool) -> None:
    percent = found.percent
    if percent is None:
        return
    value = _tidy(percent.value)
    last = row.last.percent if row.last else None
    if percent.high is not None:
        ends = [
            Option("value", {"value": end}, _alone(row, status="in_progress", percent=end))
            for end in (value, _tidy(percent.high))
        ]
        _doubt_percent(made)
        _ask(made, "range_percent", row, {"low": value, "high": _tidy(percent.high)}, *ends)
    elif value > 100:
        _doubt_percent(made)
        _ask(
            made,
            "percent_above",
            row,
            {"percent": value},
            Option("all_done", {}, _alone(row, status="done", percent=100)),
            Option("change"),
        )
    elif last is not None and value < last and not correcting:
        _doubt_percent(made)
        kept = Option("wrong_before", {"percent": value}, _alone(row, status="in_progress", percent=value))
        _ask(made, "lower_percent", row, {"percent": value, "last": _tidy(last)}, kept, Option("change"))
    done = next((said for said in found.statuses if said.status == "done" and not said.part), None)
    if done and value < 100 and percent.high is None:
        options = (
            Option("done", {}, _alone(row, status="done", percent=100)),
            Option("in_progress", {}, _alone(row, status="in_progress", percent=value)),
        )
        _doubt_percent(made)
        _ask(made, "done_or_percent", row, {"percent": value}, *options)


def _doubt_percent(made: Judged) -> None:
    made.plain = replace(made.plain, percent=None, status=None)


def _judge_done(made: Judged, found: Draft, row: RowContext) -> None:
    """Done without its figures is asked, and so is a row whose figures are all there without the word."""
    counted = [
        row.targets[at]
        for at in top_targets(row.targets)
        if row.targets[at].value is not None and row.targets[at].unit not in ("倍", "%")
    ]
    said = {figure.target: figure.value for figure in made.item.figures}
    if made.item.status == "done" and not counted and not made.item.figures and not _said_doubled(found):
        counted = [target for target in row.targets if target.unit == "倍" and target.last is None]
    missing = [target for target in counted if _reached_value(target.last, said.get(target.key), target.value) is False]
    nearly = (
        not found.achieved
        and found.percent is None
        and any(clause.has(words.NEARLY) and not clause.asks for clause in found.clauses)
    )
    if nearly and not counted:
        options = (
            Option("done", {}, _alone(row, status="done")),
            Option("in_progress", {}, _alone(row, status="in_progress")),
        )
        _doubt_percent(made)
        _ask(made, "done_or_percent", row, {"percent": None}, *options)
    elif (made.item.status == "done" or nearly) and missing:
        made.plain = replace(made.plain, status=None)
        figures = tuple(FigureRead(target.key, target.label, target.value or 0, target.unit) for target in missing)
        values = {"row": row.id, "labels": tuple(target.label for target in missing)}
        reached = Option("all_reached", values, _alone(row, status="done", figures=figures))
        _ask(
            made,
            "done_without_figures",
            row,
            values,
            reached,
            Option("not_yet", values, _alone(row, status="in_progress")),
        )
    elif (
        counted
        and not missing
        and made.item.status == "in_progress"
        and made.item.figures
        and not made.questions
        and not _more_to_do(found)
    ):
        last = next((figure for figure in made.item.figures), None)
        target = next((target for target in counted if last and target.key == last.target), counted[0])
        reached_values: dict[str, Any] = {
            "row": row.id,
            "label": target.label,
            "value": last.value if last else None,
            "target": target.value,
            "unit": target.unit,
        }
        _ask(
            made,
            "report_done",
            row,
            reached_values,
            Option("report_done", reached_values, _alone(row, status="done")),
            Option("keep_counting", reached_values),
        )


def _said_doubled(found: Draft) -> bool:
    return any(token.number and token.number.unit == "倍" for clause in found.clauses for token in clause.tokens)


def _judge_done_targets(made: Judged, found: Draft, row: RowContext) -> None:
    """五好河道建成 and not a number, in a row that counts villages too: so many as planned?"""
    if made.item.figures or made.item.percent is not None or made.questions or found.finish:
        return
    named = [row.targets[at] for at in found.finished_targets]
    missing = [one for one in named if _reached_value(one.last, None, one.value) is False and one.value is not None]
    if not missing:
        return
    values = {"row": row.id, "labels": tuple(target.label for target in missing)}
    figures = tuple(FigureRead(target.key, target.label, target.value or 0, target.unit) for target in missing)
    _ask(
        made,
        "done_without_figures",
        row,
        values,
        Option("all_reached", values, _alone(row, status="in_progress", figures=figures)),
        Option("not_yet", values, _alone(row, status="in_progress")),
    )


def _reached_value(last: float | None, said: float | None, target: float | None) -> bool:
    value = said if said is not None else last
    return value is not None and target is not None and value >= target


def _more_to_do(found: Draft) -> bool:
    """持续做好 and the like: the row has more than its numbers."""
    return bool(found.finish or found.problem or found.next_step or any(said.role == "left" for said in found.figures))


def _judge_date(made: Judged, found: Draft, row: RowContext, context: ReadingContext) -> None:
    odd = next((dated for dated in found.dates if dated.role == "impossible"), None)
    if odd:
        _ask(made, "which_date", row, {"said": _said(found, odd.span)})
    stale = next((dated for dated in found.dates if dated.role == "finish" and dated.stale), None)
    if stale and made.item.status != "done":
        later = _next_year(stale.day)
        values = {"said": found.clauses and _said(found, stale.span), "date": stale.day, "next": later}
        already = Option("already", values, _alone(row, status="done"))
        _ask(
            made,
            "date_past",
            row,
            values,
            already,
            Option("next_year", values, _alone(row, expected_date=later)),
            Option("change"),
        )
    finish = made.item.expected_date
    if finish and finish > row.deadline:
        made.plain = replace(made.plain, expected_date=None)
        values = {"date": finish, "deadline": row.deadline}
        only = Option("only_saying", values, _alone(row, expected_date=finish))
        _ask(
            made,
            "after_deadline",
            row,
            values,
            Option("ask_extension", values, _alone(row, expected_date=finish), extension_to=finish),
            only,
        )


def _next_year(day: date) -> date:
    return day.replace(year=day.year + 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)


def _said(found: Draft, span: tuple[int, int]) -> str:
    return next((clause.slice(*span) for clause in found.clauses if clause.start <= span[0] < clause.end), "")


_LOOSE: Final = re.compile("[千百十][一二三四五六七八九][一二三四五六七八九](?![十百千万])")
_RANGE: Final = re.compile(
    "(?<![一二三四五六七八九十])([一二三四五六七八九两])([一二三四五六七八九])(?:成|十|百|千|万|个|户|所|条|场)[一二三四五六七八九]?"
)


def _judge_vague(made: Judged, found: Draft, row: RowContext) -> None:
    """七八成, 三千五六百, 八百出头, 几十户: a number that nobody can store."""
    if made.questions:
        return None
    for clause in found.clauses:
        if clause.asks or clause.has(words.PROBLEM, words.MORE, words.LEFT, words.LAST_YEAR, words.PLAN):
            continue
        match = _RANGE.search(clause.text) or _LOOSE.search(clause.text)
        vague = (match and "、" not in match[0]) or _is_vague(clause, counts=bool(found.achieved))
        if vague and found.percent is None:
            for said in found.achieved:
                if said.clause is clause or not clause.numbers():
                    _doubt_figure(made, figure(said, row))
            return _ask(made, "vague_number", row, {"said": clause.text.strip()}, Option("change"))
    return None


_SOME: Final = re.compile("[0-9一二三四五六七八九十百千]来[^回到了自源年历电]")  # 一百来亩
_NO_COUNT: Final = ("天", "年", "次", "个月", "月", "周", "小时", "岁", "米", "层", "分钟", "遍", "趟")  # 窝工十几天


def _is_vague(clause: Clause, *, counts: bool) -> bool:
    words_of = [token for token in clause.tokens if token.is_a(words.VAGUE)]
    counted = [
        token
        for token in words_of
        if not clause.slice(token.end, clause.end).startswith(_NO_COUNT) and (counts or "核" not in token.text)
    ]
    return bool(counted) or _SOME.search(clause.text) is not None


def _judge_hearsay(made: Judged, found: Draft) -> None:
    """听说完成了80%, 好像是210户: told by others or not sure, so it is asked; 大概 and 约 are how people write."""
    for clause in found.clauses:
        if not (clause.has(words.HEARSAY) or told(clause)) or clause.asks:
            continue
        touched = [said for said in found.achieved if said.clause is clause]
        percent = found.percent if found.percent and clause.start <= found.percent.span[0] < clause.end else None
        status = any(
            clause.start <= said.span[0] < clause.end and not said.part and said.status != "in_progress"
            for said in found.statuses
        )
        if (touched or percent or status) and not made.questions and found.row is not None:
            right = replace(made.item, why={})
            for said in touched:
                _doubt_figure(made, figure(said, found.row))
            if percent or status:
                _doubt_percent(made)
            _ask(
                made,
                "hearsay",
                found.row,
                {"said": clause.text.strip()},
                Option("right", {}, (right,)),
                Option("change"),
            )
