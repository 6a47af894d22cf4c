"""What was understood, said back in one line a row: each figure against its target, the person's own words kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from bot.context import Context
from bot.texts import Texts
from data.kinds import Comparator, PartKind, Status
from data.models import Assignment, Figure, Report, Target
from data.queries import State

KINDS_WITHOUT_NUMBER = (PartKind.MILESTONE, PartKind.KEPT, PartKind.ONGOING)


def row_tag(texts: Texts, ref: str) -> str:
    """`（序号1）` for a single-row project, `（5.6）` else."""
    return texts.say("progress.row_dotted" if "." in ref else "progress.row_single", ref=ref)


def row_title(texts: Texts, assignment: Assignment) -> str:
    """`增加教育资源供给（序号1）`."""
    return assignment.short_name + row_tag(texts, assignment.ref)


def figure_words(texts: Texts, target: Target, value: float) -> str:
    """`学位 3500/5000 个`; a bound is not a goal (`登记失业率 2.1%，≤3%`), a milestone is reached or not."""
    if target.kind in KINDS_WITHOUT_NUMBER:
        label = target.label if target.kind == PartKind.KEPT else target.short_label
        return texts.say(f"progress.{target.kind}", label=label, value=value)
    if target.kind == PartKind.BOUND or target.comparator == Comparator.AT_MOST:
        return texts.say(
            "progress.bound", label=target.short_label, value=value, target=target.value, unit=target.unit or ""
        )
    key = "progress.figure_base" if target.kind == PartKind.NO_BASE else "progress.figure"
    return texts.say(key, label=target.short_label, value=value, target=target.value, unit=target.unit or "")


def report_words(texts: Texts, report: Report, year: int) -> list[str]:
    """The parts of a report's line, in the order in which they are said."""
    return told_words(texts, report, [(figure.target, figure.value) for figure in report.figures], year)


def told_words(
    texts: Texts, report: Report | Row[Any], figures: Sequence[tuple[Target, float]], year: int
) -> list[str]:
    """The same of a report that was read column by column, and its figures."""
    if report.no_change:
        return [texts.say("progress.no_change")]
    words = [figure_words(texts, target, value) for target, value in figures]
    if report.percent is not None and not report.percent_derived:
        words.append(texts.say("progress.percent", percent=report.percent))
    if report.status is not None and (report.status != Status.IN_PROGRESS or not (words or report.expected_date)):
        words.append(status_words(texts, report.status))
    if report.expected_date is not None:
        words.append(texts.say("progress.expected", day=report.expected_date, year=year))
    if report.problem:
        words.append(texts.say("progress.problem", problem=report.problem))
    if report.next_step:
        words.append(texts.say("progress.next_step", next_step=report.next_step))
    return words or [texts.say("progress.own_words", text=report.text)]


def status_words(texts: Texts, status: str) -> str:
    """What a unit says of a row; done is 报完成（待核）, since the office has still to check it."""
    return texts.say("lamp.reported_done" if status == Status.DONE else f"progress.{status}")


def state_words(texts: Texts, state: State, assignment: Assignment, year: int) -> list[str]:
    """What is known of a row, in the same words."""
    targets = {target.id: target for target in assignment.targets if target.retired_at is None}
    words = [figure_words(texts, targets[key], stated.value) for key, stated in state.figures.items() if key in targets]
    if state.percent is not None and not words:
        words.append(texts.say("progress.percent", percent=state.percent.value))
    if state.status is not None and (not words or state.status.value == Status.DONE):
        words.append(status_words(texts, state.status.value))
    if state.expected_date is not None:
        words.append(texts.say("progress.expected", day=state.expected_date.value, year=year))
    if state.problem is not None:
        words.append(texts.say("progress.problem", problem=state.problem.value))
    return words


def echo_line(texts: Texts, report: Report, positions: Mapping[int, int], year: int) -> str:
    """`1（序号1）学位 3500/5000 个 · 预计11月30日前完成`."""
    position = positions.get(report.assignment_id)
    number = "" if position is None else str(position)
    words = " · ".join(report_words(texts, report, year))
    return texts.say("progress.echo_line", number=number, tag=row_tag(texts, report.assignment.ref), words=words)


def echo(context: Context, reports: Sequence[Report], positions: Mapping[int, int]) -> str:
    """The lines of all reports of a message."""
    year = context.plan.year
    return "\n".join(echo_line(context.texts, report, positions, year) for report in reports)


def change_words(texts: Texts, new: Report, old: Report) -> str:
    """`学位 3300/5000 个（原报 3500）`: what a correction changed."""
    before = {figure.target_id: figure.value for figure in old.figures}
    words = [_changed(texts, figure, before) for figure in new.figures if figure.value != before.get(figure.target_id)]
    if new.percent != old.percent and new.percent is not None:
        said = texts.say("progress.percent", percent=new.percent)
        words.append(said + (texts.say("progress.was_percent", percent=old.percent) if old.percent is not None else ""))
    if new.expected_date != old.expected_date and new.expected_date is not None:
        words.append(texts.say("progress.expected", day=new.expected_date, year=new.expected_date.year))
    if new.problem != old.problem and new.problem:
        words.append(texts.say("progress.problem", problem=new.problem))
    if new.status != old.status and new.status and not words:
        words.append(status_words(texts, new.status))
    return " · ".join(words) or texts.say("progress.own_words", text=new.text)


def _changed(texts: Texts, figure: Figure, before: Mapping[int, float]) -> str:
    said = figure_words(texts, figure.target, figure.value)
    if figure.target_id not in before:
        return said
    return said + texts.say("progress.was", value=before[figure.target_id])
