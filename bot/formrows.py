"""What the form on the web shows of the rows that a liaison reports on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.echo import KINDS_WITHOUT_NUMBER, figure_words, row_title
from bot.lastknown import judged, last_known
from bot.texts import Texts, texts
from bot.web.views import FormFigure, FormRow
from data import queries
from data.models import Assignment, Person
from data.queries import State


def form_rows(session: Session, person_id: int) -> Sequence[FormRow]:
    """The rows of the person's unit, in the table's order and the person's language; none without a unit or a plan."""
    person = session.get_one(Person, person_id)
    plan = queries.current_plan(session)
    if plan is None or person.unit_id is None:
        return []
    say = texts(person.language)
    rows = queries.assignments(session, plan.id, queries.led_by_unit(person.unit_id))
    states = queries.states(session, [row.id for row in rows])
    return [_row(say, row, states[row.id], plan.year) for row in rows]


def _row(say: Texts, row: Assignment, state: State, year: int) -> FormRow:
    figures = tuple(
        FormFigure(
            target.label,
            target.unit or "",
            figure_words(say, target, state.figures[target.id].value) if target.id in state.figures else target.text,
        )
        for target in judged(row)
        if target.kind not in KINDS_WITHOUT_NUMBER
    )
    return FormRow(row.ref, row_title(say, row), last_known(say, state, row, year), figures)
