"""What is doubtful of a figure, and what each answer would store."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bot.reading import words
from bot.reading.clauses import Clause
from bot.reading.facts import Draft, figure
from bot.reading.model import FigureRead, Item, Option, Question, RowContext, TargetContext
from bot.reading.roles import Said
from bot.reading.things import COUNTED_BY


@dataclass(slots=True)
class Judged:
    """The proposal, what of it is plain, and the questions."""

    item: Item
    plain: Item
    questions: list[Question] = field(default_factory=list)


def ask(made: Judged, code: str, row: RowContext, values: dict[str, Any], *options: Option) -> None:
    made.questions.append(Question(code, row.id, values, options))


def alone(row: RowContext, **fields: Any) -> tuple[Item, ...]:
    return (Item(row.id, **fields),)


# ------------------------------------------------------------------ figures


def judge_number(made: Judged, said: Said, found: Draft, row: RowContext, elapsed: float, *, correcting: bool) -> None:
    """Asks about one number. `elapsed` is the part of the year that is over, 0 to 1."""
    if said.rivals and said.role in ("achieved", "month", "more") and said.target is None:
        summed = any(other.total and other.target in said.rivals for other in found.achieved)
        return None if summed and said.role != "achieved" else _ask_which_target(made, said, row)
    if said.target is None:
        if said.free and said.role == "achieved":
            return _ask_two_free(made, said, found, row) if _is_counted_so(said, row) else _ask_unit(made, said, row)
        totals = any(other.free and other.role == "achieved" for other in found.figures)
        return _ask_month(made, said, row) if said.free and said.role in ("month", "more") and not totals else None
    target = row.targets[said.target]
    rivals = [other for other in found.achieved if other.target == said.target and other is not said]
    if said.role in ("month", "more"):
        added = _added_later(said, rivals)
        if added:
            doubt_figure(made, figure(rivals[-1], row))
        return None if rivals and not added else _ask_month(made, said, row)
    if said.role != "achieved":
        return None
    read = figure(said, row)
    if said.mismatch:
        values = {"label": read.label, "value": read.value, "unit": target.unit, "said_unit": said.unit}
        option = Option(
            "as_target_unit", values, alone(row, status="in_progress", figures=(replace(read, unit=target.unit),))
        )
        doubt_figure(made, read)
        return ask(made, "unit_mismatch", row, values, option, Option("change"))
    if said.high is not None:
        values = {"label": read.label, "low": read.value, "high": said.high, "unit": read.unit}
        ends = [
            Option("value", {"value": value, "unit": read.unit}, _figure_alone(row, read, value))
            for value in (read.value, said.high)
        ]
        doubt_figure(made, read)
        return ask(made, "range_figure", row, values, *ends)
    if rivals and rivals[-1].number.value != said.number.value:
        if rivals[0].span > said.span:
            _ask_two(made, said, rivals, row)
        return None
    wholes = [other for other in found.figures if _is_unknown_whole(other, said, target)]
    if wholes:
        return _ask_two(made, said, wholes, row)
    if target.value is not None and target.comparator == "eq" and said.number.value > target.value:
        return _ask_above(made, read, target.value, row)
    if (
        target.last is not None
        and said.number.value < target.last
        and not correcting
        and target.comparator != "at_most"
    ):
        return _ask_lower(made, said, read, target.last, target.value, row)
    if not correcting and _far_too_few(said, target, elapsed) and not _under_way(said, found):
        doubt_figure(made, read)
        made.item = replace(
            made.item, figures=tuple(other for other in made.item.figures if other.span != read.span)
        )  # the question puts it back
        return _ask_month(made, said, row)
    return None


_MANY: Final = 10  # of a target of fewer nothing can be said by their share
_HALF_YEAR: Final = 0.45
_FAR_BEHIND: Final = 0.4  # of what is to be reached by now
_FEW_SAID: Final = re.compile("(?:只|才|仅)[^，。；;0-9]{0,6}$")


def _far_too_few(said: Said, target: TargetContext, elapsed: float) -> bool:
    """新开工120套 of 2500, late in the year and with nothing known before: rather a month's count, or another thing.

    Not where the writer says so (累计120套, 才120套), nor where it is no less than what was reported last.
    """
    if target.last is not None or target.value is None or target.value < _MANY or elapsed < _HALF_YEAR:
        return False
    if said.total or target.comparator == "at_most" or said.number.value >= _FAR_BEHIND * elapsed * target.value:
        return False
    return said.clause is None or not _FEW_SAID.search(said.clause.slice(said.clause.start, said.span[0]))


def _under_way(said: Said, found: Draft) -> bool:
    """开工8条、建成2条: why there are so few is told."""
    return any(other.role in ("stage", "left") and other.unit in (said.unit, None) for other in found.figures)


def _is_unknown_whole(whole: Said, part: Said, target: TargetContext) -> bool:
    """265户里独居老人120户, where the target is 300: the 265 may well be what there is."""
    of_which = whole.role == "plan" and whole.rule.startswith("of which") and whole.target == part.target
    return of_which and part.number.value < whole.number.value != target.value


def _added_later(said: Said, rivals: list[Said]) -> bool:
    """上半年测定1500人，三季度又测了1200人: what came later has to be added; not 本月又21户，累计247户."""
    if not rivals or rivals[-1].span > said.span or said.clause is None:
        return False
    if said.role == "month" and _month_of(rivals[-1].clause, span=True) < _month_of(said.clause):
        return True  # 1-8月190户，9月22户
    if said.role != "more" or rivals[-1].total:
        return False
    again = any(token.text == "又" for token in said.clause.tokens if token.start < said.span[0])
    return again and not said.clause.has(words.MONTH, words.LAST_YEAR)


_MONTHS: Final = re.compile("1(?:月份?)?[-~至到—]([0-9]{1,2})月")
_MONTH: Final = re.compile("(?<![0-9-~至到—])([0-9]{1,2})月")


def _month_of(clause: Clause | None, *, span: bool = False) -> int:
    """The month that a clause counts in, or the last of a span of them; 13 for none of a span, 0 for no month."""
    match = (_MONTHS if span else _MONTH).search(clause.text) if clause is not None else None
    return int(match[1]) if match else 13 if span else 0


def _figure_alone(row: RowContext, read: FigureRead, value: float) -> tuple[Item, ...]:
    return alone(row, status="in_progress", figures=(replace(read, value=value),))


def doubt_figure(made: Judged, read: FigureRead) -> None:
    rest = tuple(figure for figure in made.plain.figures if figure.span != read.span)
    made.plain = replace(made.plain, figures=rest)
    if made.plain.percent_derived:
        made.plain = replace(made.plain, percent=None, percent_derived=False)


def _ask_which_target(made: Judged, said: Said, row: RowContext) -> None:
    value = tidy(said.number.value)
    choices = []
    for at in said.rivals:
        target = row.targets[at]
        read = FigureRead(target.key, target.label, value, target.unit or said.unit, said.span, said.number.approx)
        choices.append(Option("target", {"label": target.label}, alone(row, status="in_progress", figures=(read,))))
    labels = tuple(row.targets[at].label for at in said.rivals)
    ask(
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
    total = tidy(last + said.number.value) if last is not None else None
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
    ask(made, "month_or_total", row, values, month, year)


def _ask_two(made: Judged, said: Said, rivals: list[Said], row: RowContext) -> None:
    read = figure(said, row)
    values = sorted({tidy(said.number.value), *(tidy(other.number.value) for other in rivals)})
    both = tidy(said.number.value + sum(other.number.value for other in rivals))
    target = row.targets[said.target].value if said.target is not None else None
    offered = [*values, both] if target is None or both <= target else values
    ends = [Option("value", {"value": value, "unit": read.unit}, _figure_alone(row, read, value)) for value in offered]
    made.plain = replace(
        made.plain, figures=tuple(figure for figure in made.plain.figures if figure.target != read.target)
    )
    ask(made, "two_figures", row, {"label": read.label, "values": tuple(values), "unit": read.unit}, *ends)


def _ask_two_free(made: Judged, said: Said, found: Draft, row: RowContext) -> None:
    """Two counts of the one thing that a row counts, where the target is a multiple: which is the sum?"""
    rivals = [other for other in found.achieved if other.free and other.target is None and other is not said]
    if not rivals or rivals[0].span < said.span or all(other.number.value == said.number.value for other in rivals):
        return
    read = figure(said, row)
    values = sorted({tidy(said.number.value), *(tidy(other.number.value) for other in rivals)})
    ends = [Option("value", {"value": value, "unit": read.unit}, _figure_alone(row, read, value)) for value in values]
    made.plain = replace(
        made.plain, figures=tuple(figure for figure in made.plain.figures if figure.target is not None)
    )
    ask(made, "two_figures", row, {"label": read.label, "values": tuple(values), "unit": read.unit}, *ends)


_ANY: Final = (None, "个", "处")  # said of anything


def _is_counted_so(said: Said, row: RowContext) -> bool:
    """16户 are no lifts, where what the row counts has a measure word of its own."""
    own = [unit for unit, nouns in COUNTED_BY.items() if any(noun in row.content for noun in nouns)]
    return not own or said.unit in (*_ANY, *own)


def _ask_unit(made: Judged, said: Said, row: RowContext) -> None:
    read = figure(said, row)
    own = next(unit for unit, nouns in COUNTED_BY.items() if any(noun in row.content for noun in nouns))
    values = {"label": read.label, "value": read.value, "unit": own, "said_unit": said.unit}
    option = Option("as_target_unit", values, alone(row, status="in_progress", figures=(replace(read, unit=own),)))
    doubt_figure(made, read)
    ask(made, "unit_mismatch", row, values, option, Option("change"))


def _ask_above(made: Judged, read: FigureRead, target: float, row: RowContext) -> None:
    values = {
        "label": read.label,
        "value": read.value,
        "target": tidy(target),
        "unit": read.unit,
        "over": tidy(read.value - target),
    }
    doubt_figure(made, read)
    ask(
        made,
        "above_target",
        row,
        values,
        Option("above_target", values, _figure_alone(row, read, read.value)),
        Option("change"),
    )


def _ask_lower(made: Judged, said: Said, read: FigureRead, last: float, target: float | None, row: RowContext) -> None:
    """Much lower and the sum still fits: likely a month's figure; else 更正 or 核减."""
    doubt_figure(made, read)
    total = tidy(last + read.value)
    explicit = any(token.is_a(words.TOTAL) for token in (said.clause.tokens if said.clause else ()))
    if not explicit and read.value <= 0.6 * last and (target is None or total <= 1.2 * target):
        values = {
            "label": read.label,
            "value": read.value,
            "last": tidy(last),
            "total": total,
            "unit": read.unit,
            "month": False,
        }
        month = Option("month", values, _figure_alone(row, read, total))
        return ask(
            made, "month_or_total", row, values, month, Option("total", values, _figure_alone(row, read, read.value))
        )
    values = {
        "label": read.label,
        "value": read.value,
        "last": tidy(last),
        "less": tidy(last - read.value),
        "unit": read.unit,
    }
    kept = _figure_alone(row, read, read.value)
    return ask(
        made,
        "lower_figure",
        row,
        values,
        Option("wrong_before", values, kept),
        Option("struck_off", values, kept),
        Option("change"),
    )


def tidy(value: float) -> float:
    rounded = round(value, 4)
    return int(rounded) if float(rounded).is_integer() else rounded
