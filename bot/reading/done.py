"""Done: said without the figures, said nearly, or not said though all figures are there."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from bot.reading import words
from bot.reading.clauses import Clause
from bot.reading.doubts import Judged, alone, ask, doubt_percent
from bot.reading.drafts import Draft
from bot.reading.model import FigureRead, Option, RowContext, TargetContext
from bot.reading.state import names_the_rest, something_left
from bot.reading.vocabulary import top_targets


def judge_done(made: Judged, found: Draft, row: RowContext) -> None:
    """Asks where done and the figures do not go together: the first of the three that fits."""
    counted = _counted(made, found, row)
    missing = [target for target in counted if not _is_reached(made, target)]
    nearly = _is_nearly_done(found)
    hedged = made.item.status == "done" and _is_hedged(found)
    if (nearly and not counted) or (hedged and not missing):
        _ask_nearly(made, row)
    elif (made.item.status == "done" or nearly) and missing:
        made.plain = replace(made.plain, status=None)
        _ask_for_figures(made, row, missing, reached="done")
    elif counted and not missing and not made.questions and not _more_to_do(found):
        _ask_whether_done(made, row, counted)


def _counted(made: Judged, found: Draft, row: RowContext) -> list[TargetContext]:
    """The targets whose figures say that the row is done; a multiple of an unknown base where nothing else does."""
    counted = [
        row.targets[at]
        for at in top_targets(row.targets)
        if row.targets[at].value is not None and row.targets[at].unit not in ("倍", "%")
    ]
    if made.item.status == "done" and not counted and not made.item.figures and not _said_doubled(found):
        return [target for target in row.targets if target.unit == "倍" and target.last is None]
    return counted


def _is_reached(made: Judged, target: TargetContext) -> bool:
    said = next((figure.value for figure in reversed(made.item.figures) if figure.target == target.key), None)
    return _reached_value(target.last, said, target.value)


def _is_nearly_done(found: Draft) -> bool:
    """基本完成, and neither a figure nor a percent."""
    if found.achieved or found.percent is not None:
        return False
    return any(clause.has(words.NEARLY) and not clause.asks for clause in found.clauses) or _is_hedged(found)


_NEARLY: Final = re.compile(
    "(?:(?:差不多|基本上?|大体上?|大致上?|大差不差|八九不离十)|(?:差不多|大约|大概|将近)[0-9.]+[一-鿿]{0,2}?)"
    "(?:已经?|都|全部?|就|算|是)*[ ]?$"
)
_NOT_SO: Final = (words.FUTURE, words.NEG, words.PLAN, words.HEARSAY)


def _is_hedged(found: Draft) -> bool:
    """10条路差不多都通车了: done more or less; not 故居修缮差不多做完了, which is a part."""
    done = {said.span[0] for said in found.statuses if said.status == "done" or said.rule == "done so much"}
    return any(_nearly(clause, done) and not clause.asks for clause in found.clauses)


def _nearly(clause: Clause, done: set[int]) -> bool:
    """差不多封顶了, 大约300户都改完了: the word of being done stands behind; not 基本上月底完工, 差不多快好了."""
    if clause.has(*_NOT_SO) or any(token.day is not None and not token.day.is_past for token in clause.tokens):
        return False
    return any(
        token.start in done and _NEARLY.search(clause.slice(clause.start, token.start)) for token in clause.tokens
    )


def _ask_nearly(made: Judged, row: RowContext) -> None:
    done = Option("done", {}, alone(row, status="done"))
    going = Option("in_progress", {}, alone(row, status="in_progress"))
    doubt_percent(made)
    ask(made, "done_or_percent", row, {"percent": None}, done, going)


def _ask_for_figures(made: Judged, row: RowContext, missing: list[TargetContext], *, reached: Any) -> None:
    """Done, and which figures? One button puts them at their targets."""
    values = {"row": row.id, "labels": tuple(target.label for target in missing)}
    figures = tuple(FigureRead(target.key, target.label, target.value or 0, target.unit) for target in missing)
    all_reached = Option("all_reached", values, alone(row, status=reached, figures=figures))
    not_yet = Option("not_yet", values, alone(row, status="in_progress"))
    ask(made, "done_without_figures", row, values, all_reached, not_yet)


def _ask_whether_done(made: Judged, row: RowContext, counted: list[TargetContext]) -> None:
    """All figures are at their targets: is the row done?"""
    if made.item.status != "in_progress" or not made.item.figures:
        return
    first = made.item.figures[0]
    target = next((target for target in counted if target.key == first.target), counted[0])
    values: dict[str, Any] = {
        "row": row.id,
        "label": target.label,
        "value": first.value,
        "target": target.value,
        "unit": target.unit,
    }
    done = Option("report_done", values, alone(row, status="done"))
    ask(made, "report_done", row, values, done, Option("keep_counting", values))


def judge_done_targets(made: Judged, found: Draft, row: RowContext) -> None:
    """五好河道建成 and not a number, in a row that counts villages too: so many as planned?"""
    if made.item.figures or made.item.percent is not None or made.questions or found.finish:
        return
    named = [row.targets[at] for at in found.finished_targets]
    missing = [one for one in named if not _reached_value(one.last, None, one.value) and one.value is not None]
    if missing:
        _ask_for_figures(made, row, missing, reached="in_progress")


def _said_doubled(found: Draft) -> bool:
    return any(token.number and token.number.unit == "倍" for clause in found.clauses for token in clause.tokens)


def _reached_value(last: float | None, said: float | None, target: float | None) -> bool:
    value = said if said is not None else last
    return value is not None and target is not None and value >= target


def _more_to_do(found: Draft) -> bool:
    """持续做好 and the like: the row has more than its numbers."""
    if found.finish or found.problem or found.next_step or any(said.role == "left" for said in found.figures):
        return True
    if any((clause.has(words.LEFT) and not clause.asks) or names_the_rest(clause) for clause in found.clauses):
        return True  # 10条全通 就差桂花路桥
    return something_left(found, found.achieved[-1].span) if found.achieved else False
