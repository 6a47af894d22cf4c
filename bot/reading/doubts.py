"""What is doubtful of a figure, and what each answer would store."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from bot.reading import words
from bot.reading.drafts import Draft
from bot.reading.facts import figure
from bot.reading.model import FigureRead, Item, Option, Question, RowContext, TargetContext
from bot.reading.said import Said
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


def _figure_alone(row: RowContext, read: FigureRead, value: float) -> tuple[Item, ...]:
    return alone(row, status="in_progress", figures=(replace(read, value=value),))


def doubt_figure(made: Judged, read: FigureRead) -> None:
    rest = tuple(figure for figure in made.plain.figures if figure.span != read.span)
    made.plain = replace(made.plain, figures=rest)
    if made.plain.percent_derived:
        made.plain = replace(made.plain, percent=None, percent_derived=False)


def ask_mismatch(made: Judged, said: Said, row: RowContext, target: TargetContext) -> None:
    """学位3500万元: is the number meant, and only its measure word wrong?"""
    read = figure(said, row)
    values = {"label": read.label, "value": read.value, "unit": target.unit, "said_unit": said.unit}
    meant = alone(row, status="in_progress", figures=(replace(read, unit=target.unit),))
    doubt_figure(made, read)
    ask(made, "unit_mismatch", row, values, Option("as_target_unit", values, meant), Option("change"))


def ask_range(made: Judged, said: Said, row: RowContext) -> None:
    """3500-3600个: each end is offered."""
    read, high = figure(said, row), said.high
    ends = [
        Option("value", {"value": value, "unit": read.unit}, _figure_alone(row, read, value))
        for value in (read.value, high) if value is not None
    ]  # fmt: skip
    doubt_figure(made, read)
    ask(made, "range_figure", row, {"label": read.label, "low": read.value, "high": high, "unit": read.unit}, *ends)


def ask_month_of_stored(made: Judged, said: Said, row: RowContext) -> None:
    """The same as `ask_month` of a figure that stands in the proposal already."""
    read = figure(said, row)
    doubt_figure(made, read)
    made.item = replace(made.item, figures=tuple(other for other in made.item.figures if other.span != read.span))
    ask_month(made, said, row)


def ask_which_target(made: Judged, said: Said, row: RowContext) -> None:
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


def ask_month(made: Judged, said: Said, row: RowContext) -> None:
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


def ask_two(made: Judged, said: Said, rivals: list[Said], row: RowContext) -> None:
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


def ask_two_free(made: Judged, said: Said, found: Draft, row: RowContext) -> None:
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


def ask_unit(made: Judged, said: Said, row: RowContext) -> None:
    read = figure(said, row)
    own = next(unit for unit, nouns in COUNTED_BY.items() if any(noun in row.content for noun in nouns))
    values = {"label": read.label, "value": read.value, "unit": own, "said_unit": said.unit}
    option = Option("as_target_unit", values, alone(row, status="in_progress", figures=(replace(read, unit=own),)))
    doubt_figure(made, read)
    ask(made, "unit_mismatch", row, values, option, Option("change"))


def ask_above(made: Judged, read: FigureRead, target: float, row: RowContext) -> None:
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


def ask_lower(made: Judged, said: Said, read: FigureRead, last: float, target: float | None, row: RowContext) -> None:
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


def doubt_percent(made: Judged) -> None:
    """Neither the percent nor what follows from it is stored before the answer."""
    made.plain = replace(made.plain, percent=None, status=None)
