"""What a question speaks of: rows by their numbers, units, leaders, and rows by the words of their contents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from sqlalchemy import select

from bot.context import Context
from bot.echo import row_title
from bot.handlers import known
from bot.reading.things import COMMON_BITS
from bot.reading.vocabulary import vocabulary
from data import queries
from data.errors import UserError
from data.models import Assignment, Person, Target, Unit
from scheduler.lamp import Colour, PartResult
from scheduler.standing import Standing

ENOUGH: Final = 0.3  # a word that a few rows share; less is chance
NEARLY: Final = 0.75  # of the best score: as good a guess as the best one
WHOLE_WORD: Final = 4  # so many characters of a project's name are a thing's own name
DOTTED = re.compile(r"(?<![\d.])(\d{1,3}\.\d{1,3})(?![\d.])")
NUMBERED = re.compile(r"(?:序号|项目|第|no\.? ?)\s*(\d{1,3})(?:\s*(?:项|个项目|号))?(?!\d)", re.I)


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
    own_name = [row for row in own if shared_words(said, row.short_name) == shared[best]]
    if told_whole or (len(own_name) == 1 and shared[best] >= WHOLE_WORD):
        return None
    return None if max(shared_words(said, name) for name in names) > shared[best] else best


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


def leader_in(said: str, rows: Sequence[Standing]) -> Person | None:
    """The leader of some of the rows whom the text names."""
    people = {link.person.name: link.person for row in rows for link in row.row.leaders}
    name = max((name for name in people if name in said), key=len, default="")
    return people.get(name)


# Rows that are not the reader's ----------------------------------------------------------------------------


def refuse_others(context: Context, subject: str, rows: Sequence[Standing]) -> None:
    """Raise UserError where the words speak of rows that the person may not see; the plan itself is no secret."""
    others = others_meant(context, subject, rows)
    if others:
        raise not_yours(context, others)


def others_meant(context: Context, subject: str, rows: Sequence[Standing]) -> list[Assignment]:
    """The rows of the plan that the words speak of and that the person may not see."""
    mine = {row.row.id for row in rows}
    everything = queries.assignments(context.session, context.plan.id)
    if len(everything) == len(mine):
        return []
    project = project_in(subject, everything)
    if project is not None:
        meant = [row for row in everything if row.project_id == project]
    else:
        meant = [everything[at] for at in best_rows(context, subject, everything)]
    return [row for row in meant if row.id not in mine]


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
