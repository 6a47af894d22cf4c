"""Counts that stand beside a row's own and are another row's."""

from __future__ import annotations

from bot.reading.clauses import subject
from bot.reading.drafts import Draft
from bot.reading.model import Option, Question
from bot.reading.rows import Part
from bot.reading.said import Said
from bot.reading.which_row import position
from bot.reading.work import Work


def ask_orphans(part: Part, found: Draft, work: Work) -> None:
    """17300人，5家，215户: a count that its row does not have, in the measure word of another, is asked for its row."""
    if part.ref is not None or found.row is None:
        return
    rows = work.context.rows
    own = _own_units(part, found, work)
    for said in found.figures:
        if (
            _has_noun(said)
            or _troublesome(said, found)
            or said.unit in own
            or (
                said.role != "achieved"
                or said.target is not None
                or said.free
                or said.foreign
                or said.rivals
                or said.unit is None
            )
        ):
            continue
        fitting = [
            row for row in rows
            if row is not found.row
            and any(target.unit == said.unit and said.number.value <= (target.value or 0) for target in row.targets)
        ]  # fmt: skip
        if fitting and said.clause is not None:
            options = tuple(Option("row", {"row": row.id, "position": position(row, work.context)}) for row in fitting)
            values = {"said": said.clause.text.strip(), "rows": tuple(row.id for row in fitting)}
            work.questions.append(Question("which_row", None, values, options))


def _has_noun(said: Said) -> bool:
    """演员120人次: it says itself what is counted, and that is nothing of the plan."""
    clause = said.clause
    if clause is None:
        return False
    ahead = clause.slice(clause.start, said.span[0]).rstrip()
    verb = any(token.end >= clause.start + len(ahead) for token in clause.tokens if token.end <= said.span[0])
    named = bool(ahead) and ahead[-1] >= "\u4e00" and not verb and len(ahead) >= 2
    return named or len(subject(clause, clause.start, clause.end)) >= 2


def _troublesome(said: Said, found: Draft) -> bool:
    """演员有三个隔离: so many of what is in the way."""
    return found.problem is not None and found.problem.span[0] <= said.span[0] < found.problem.span[1]


def _own_units(part: Part, found: Draft, work: Work) -> set[str | None]:
    """老城厢5条路，2条完工: what is counted beside words of the row itself is no other row's."""
    at, count = part.row, len(work.context.rows)
    if at is None or (found.row is not None and found.row.targets):
        return set()
    named = [clause for clause in found.clauses if work.words.row_scores(clause.text, count)[at] > 0]
    return {token.number.unit for clause in named for token in clause.tokens if token.number}
