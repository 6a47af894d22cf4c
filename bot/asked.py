"""What a round asks of each unit: its rows with their numbers, and what is known of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.texts import LANGUAGES, Texts, nearest, texts
from bot.wording import own_texts
from data import queries
from data.models import Assignment, Round, RoundItem
from data.queries import State
from scheduler import deadlines, sharing
from scheduler.answers import answered_rows
from scheduler.lamp import Column
from scheduler.office import Office
from scheduler.standing import Standing, standings


@dataclass(frozen=True)
class Line:
    """A row of a unit's list. `number` is its own all through the round."""

    number: int
    row: Assignment
    standing: Standing
    answered: bool

    @property
    def state(self) -> State:
        return self.standing.state

    @property
    def behind(self) -> bool:
        return self.state.ever_reported and self.standing.lamp.column is Column.BEHIND


@dataclass(frozen=True)
class Sheet:
    """A round as its digests need it: each unit's rows, and all ids in the order of their numbers.

    `near`: the rows of whose deadline it warns. `closing`: it asks the year's closing question. `own`: each
    language's texts as the office words them. `shared`: unit id → the rows in which the unit is co-lead, which others
    answer for.
    """

    round_: Round
    now: datetime
    office: Office
    lines: Mapping[int, Sequence[Line]]
    listings: Mapping[int, tuple[int, ...]]
    near: frozenset[int] = frozenset()
    closing: bool = False
    own: Mapping[str, Texts] = field(default_factory=dict)
    shared: Mapping[int, Sequence[Standing]] = field(default_factory=dict)

    @property
    def year(self) -> int:
        return self.round_.plan.year

    def texts(self, language: str) -> Texts:
        return self.own.get(nearest(language)) or texts(language)


def read_sheet(session: Session, round_: Round, now: datetime, office: Office, units: Iterable[int] = ()) -> Sheet:
    """What the round asks of these units (of all, where none is named), and what is known of each row now."""
    wanted = list(units)
    query = select(RoundItem).where(RoundItem.round_id == round_.id).order_by(RoundItem.unit_id, RoundItem.position)
    items = session.scalars(query.where(RoundItem.unit_id.in_(wanted)) if wanted else query).all()
    rows = queries.assignments(session, round_.plan_id, Assignment.id.in_([item.assignment_id for item in items]))
    known = {each.row.id: each for each in standings(session, round_.plan, rows, now, office)}
    answered = answered_rows(session, round_.id)
    lines: dict[int, list[Line]] = {}
    listings: dict[int, tuple[int, ...]] = {}
    for item in items:
        listings[item.unit_id] = (*listings.get(item.unit_id, ()), item.assignment_id)
        found = known.get(item.assignment_id)
        if found is not None:
            line = Line(item.position, found.row, found, item.assignment_id in answered)
            lines.setdefault(item.unit_id, []).append(line)
    near = frozenset(row.id for row in deadlines.near(session, round_, rows, office))
    own = {language: own_texts(session, language) for language in LANGUAGES}
    shared = _shared(session, round_, known, now, office, wanted)
    return Sheet(round_, now, office, lines, listings, near, deadlines.is_closing(session, round_), own, shared)


def _shared(
    session: Session,
    round_: Round,
    known: Mapping[int, Standing],
    now: datetime,
    office: Office,
    units: Collection[int],
) -> dict[int, list[Standing]]:
    found = sharing.shared(session, round_.id)
    chosen = {unit: rows for unit, rows in found.items() if not units or unit in units}
    missing = {row for rows in chosen.values() for row in rows} - known.keys()
    more = queries.assignments(session, round_.plan_id, Assignment.id.in_(missing)) if missing else []
    everything = {**known, **{each.row.id: each for each in standings(session, round_.plan, more, now, office)}}
    return {unit: [everything[row] for row in rows if row in everything] for unit, rows in chosen.items()}
