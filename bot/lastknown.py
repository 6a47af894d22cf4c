"""What is known of a row, in one line."""

from __future__ import annotations

from typing import Final

from bot.echo import figure_words, status_words
from bot.texts import Texts
from data.kinds import PartKind, Status
from data.models import Assignment, Target
from data.queries import State

WORDS_KEPT: Final = 40
QUANTITIES: Final = (PartKind.FIGURE, PartKind.FEW)


def last_known(say: Texts, state: State, row: Assignment, year: int, expected: float | None = None) -> str:
    """What is known of a row in one line: `学位 3200/5000 个，竣工 1/3 个`; empty where nothing is.

    Quantities before the few, those that are reached only where nothing else is known. `expected` is the scheduled
    percent, said beside the unit's own percent where that is behind. A percent of a row without numbers is about.
    """
    stated = _figures(say, state, row)
    if not stated and state.percent is not None:
        about = countable(row) is None
        stated = [say.say("reminders.percent", percent=state.percent.value, about=about, expected=expected)]
    if state.status is not None and (not stated or state.status.value in (Status.DELAYED, Status.DONE)):
        stated.append(status_words(say, state.status.value))
    more = []
    if state.expected_date is not None:
        more.append(say.say("progress.expected", day=state.expected_date.value, year=year))
    if state.problem is not None:
        more.append(_shortened(state.problem.value))
    if state.ever_reported:
        more += [say.say("reminders.base_missing", base=base) for base in _bases(row) if base]
    if not stated and not more and state.last_text:
        more.append(_shortened(state.last_text))
    if not (stated or more or state.figures) and state.ever_reported and state.reported_at is None:
        stated.append(say.say("progress.no_change"))
    return say.say("reminders.words", stated=stated, more=more)


def _figures(say: Texts, state: State, row: Assignment) -> list[str]:
    found = [target for target in judged(row) if target.id in state.figures]
    going = [target for target in found if not _reached(target, state.figures[target.id].value)]
    shown = sorted(going or found, key=lambda target: target.kind != PartKind.FIGURE)
    words = [figure_words(say, target, state.figures[target.id].value) for target in shown]
    if len(words) == 1 and shown[0].short_label == row.short_name:
        return [words[0].removeprefix(row.short_name).strip()]
    return words


def judged(row: Assignment) -> list[Target]:
    """The parts that are judged: totals, without breakdowns and retired ones."""
    return [target for target in row.targets if target.retired_at is None and target.parent_id is None]


def _reached(target: Target, value: float) -> bool:
    if target.kind == PartKind.KEPT:
        return value == 0
    if target.kind == PartKind.MILESTONE:
        return value >= 1
    if target.kind == PartKind.BOUND:
        return target.value is not None and value <= target.value
    return target.value is not None and target.kind in QUANTITIES and value >= target.value


def _bases(row: Assignment) -> list[str | None]:
    return [target.baseline for target in judged(row) if target.kind == PartKind.NO_BASE]


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= WORDS_KEPT else flat[: WORDS_KEPT - 1] + "…"


def countable(row: Assignment) -> Target | None:
    """The first part of a row that a number can be told of."""
    return next((target for target in judged(row) if target.kind in QUANTITIES), None)
