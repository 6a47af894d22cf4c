"""What the board shows: the head of all rows that the person may see, and a page of those that pass the filter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot import overview, seeing
from bot.digest import plan_name
from bot.echo import row_tag
from bot.roll import Line, Roll, Rolls
from bot.texts import Texts, texts
from bot.web.views import (
    Bar,
    BoardGroup,
    BoardRow,
    BoardView,
    Choice,
    Counts,
    Filters,
    Light,
    Quote,
    RoundState,
)
from data import queries
from data.errors import UserError
from data.models import Assignment, Person, Plan, Report
from scheduler import answers
from scheduler.lamp import Colour, Column, PartResult
from scheduler.office import Office, in_force
from scheduler.standing import Standing, standings

PAGE: Final = 100  # rows
WHAT_LENGTH = 56
LIGHTS = {
    Colour.GREEN: Light.GREEN,
    Colour.YELLOW: Light.YELLOW,
    Colour.RED: Light.RED,
    Colour.NONE: Light.NONE,
    Colour.DONE: Light.GREEN,
}
STATES = {
    "done": Column.DONE,
    "on": Column.ON_SCHEDULE,
    "behind": Column.BEHIND,
    "silent": Column.SILENT,
    "unrated": Column.NOT_RATED,
}


@dataclass(frozen=True)
class Reader:
    """Who looks, and in which words. `now` was read once for the page; with `as_of` both are that earlier moment.

    `own`: the condition on the rows that are shown; None: all.
    """

    session: Session
    person: Person
    plan: Plan
    now: datetime
    office: Office
    say: Texts
    own: ColumnElement[bool] | None
    as_of: datetime | None = None

    def rows(self, *conditions: ColumnElement[bool]) -> list[Standing]:
        """The standing of the rows for which the conditions hold, of those that may be seen."""
        own = () if self.own is None else (self.own,)
        rows = queries.assignments(self.session, self.plan.id, *conditions, *own)
        return standings(self.session, self.plan, rows, self.now, self.office, as_of=self.as_of)

    def day(self, day: date) -> str:
        return self.say.filters["day"](day, self.plan.year)

    def local(self, moment: datetime) -> date:
        return self.office.today(moment)


def reader(session: Session, person_id: int, now: datetime, office: Office, on: date | None = None) -> Reader:
    """`on`: as of the end of an earlier day. Raises UserError `no_plan`."""
    plan = queries.current_plan(session)
    if plan is None:
        raise UserError("no_plan")
    person = session.get_one(Person, person_id)
    as_of = end_of(on, office) if on is not None and on < office.today(now) else None
    own = seeing.own_rows(person)
    return Reader(session, person, plan, as_of or now, in_force(session, office), texts(person.language), own, as_of)


def end_of(day: date, office: Office) -> datetime:
    """The last moment of one of the office's days."""
    return datetime.combine(day + timedelta(days=1), time(0), office.zone) - timedelta(microseconds=1)


# The board -------------------------------------------------------------------------------------------------


def board(
    session: Session, person_id: int, now: datetime, filters: Filters, *, office: Office, rolls: Rolls | None = None
) -> BoardView:
    """A page of the rows that the person may see, in the table's order; the counts are those before filtering."""
    reading = reader(session, person_id, now, office, filters.on)
    who = replace(reading, own=seeing.board_rows(reading.person, office))
    roll = (rolls or Rolls()).of(session, who.plan, who.now, who.office, who.as_of)
    lines = seen_lines(who, roll)
    found = [line for line in lines if passes(line, filters)]
    pages = 1 if filters.whole else max(1, -(-len(found) // PAGE))
    page = min(max(filters.page, 1), pages)
    shown = found if filters.whole else found[(page - 1) * PAGE : page * PAGE]
    return BoardView(
        title=plan_name(who.plan.title),
        scope=_scope(who, lines),
        counts=_counts(lines),
        groups=tuple(_groups(who, roll, shown)),
        round=_round(who),
        units=_choices(line.unit for line in lines),
        leaders=_choices(leader for line in lines for leader in line.leaders),
        projects=tuple(
            Choice(number, f"{number} {name}")
            for number, name in dict.fromkeys((line.project, line.project_name) for line in lines)
        ),
        found=len(found),
        page=page,
        pages=pages,
        at=roll.at,
        on=who.local(who.as_of) if who.as_of else None,
    )


def seen_lines(who: Reader, roll: Roll) -> list[Line]:
    """The rows of a roll that the reader may see."""
    seen = seeing.visible_ids(who.session, who.plan.id, who.own)
    return [line for line in roll.lines.values() if seen is None or line.id in seen]


def standings_of(who: Reader, roll: Roll, ids: Sequence[int]) -> list[Standing]:
    """Where these rows of a roll stand, in full."""
    return [roll.standings[row] for row in ids] if roll.standings else who.rows(Assignment.id.in_(ids))


def _counts(lines: Sequence[Line]) -> Counts:
    found = Counter(line.column for line in lines)
    return Counts(**{name: found[column] for name, column in STATES.items()})


def _choices(names: Iterable[str]) -> tuple[Choice, ...]:
    return tuple(Choice(name, name) for name in dict.fromkeys(names))


def passes(line: Line, filters: Filters) -> bool:
    """Whether a row is one of those that the filter asks for."""
    lamps = ("red", "yellow") if filters.lamp == "red_yellow" else (filters.lamp,)
    return (
        filters.unit in ("", line.unit)
        and (not filters.leader or filters.leader in line.leaders)
        and (not filters.lamp or LIGHTS[line.colour] in lamps)
        and filters.project in ("", line.project)
        and (not filters.state or STATES.get(filters.state) is line.column)
        and filters.words.strip().casefold() in line.words.casefold()
    )


def _scope(who: Reader, lines: Sequence[Line]) -> str:
    projects = len({line.project for line in lines})
    key = "board.scope_all" if who.own is None else "board.scope_own"
    unit = who.person.unit.name if who.person.unit else who.person.name
    return who.say.say(key, who=unit, office=who.office.name, projects=projects, rows=len(lines))


def _round(who: Reader) -> RoundState | None:
    each = None if who.as_of else overview.open_round(who.session, who.plan)
    if each is None or each.due_on is None:
        return None
    told = answers.tally(who.session, each.id, who.own)
    opened = who.local(each.opened_at or each.fire_at)
    rest = told.total - told.full - told.partly
    return RoundState(
        title=who.say.say("board.round_title", day=opened),
        when=who.say.say("board.round_when", opened=opened, due=each.due_on),
        words=who.say.say("board.round_words", total=told.total, full=told.full, partly=told.partly, rest=rest),
        answered=told.full,
        partly=told.partly,
        total=told.total,
    )


def _groups(who: Reader, roll: Roll, shown: Sequence[Line]) -> Iterable[BoardGroup]:
    rows = standings_of(who, roll, [line.id for line in shown])
    last = _last_reports(who.session, rows)
    for _project, members in groupby(rows, key=lambda row: row.row.project_id):
        group = list(members)
        project = group[0].row.project
        yield BoardGroup(f"{project.number} {project.name or ''}", tuple(_row(who, row, last) for row in group))


def _last_reports(session: Session, rows: Sequence[Standing]) -> dict[int, Report]:
    ids = [row.state.last_report_id for row in rows if row.state.last_report_id is not None]
    return {report.assignment_id: report for report in session.scalars(select(Report).where(Report.id.in_(ids)))}


def _row(who: Reader, row: Standing, last: dict[int, Report]) -> BoardRow:
    report = last.get(row.row.id)
    content = row.row.content
    return BoardRow(
        ref=row.row.ref,
        label=row_tag(who.say, row.row.ref).strip("（）() "),
        what=content if len(content) <= WHAT_LENGTH else content[: WHAT_LENGTH - 1] + "…",
        unit=row.row.lead_unit.name,
        leaders=who.say.filters["joined"](leader.person.name for leader in row.row.leaders),
        light=LIGHTS[row.lamp.colour],
        verdict=verdict(who.say, row.lamp.reason.code),
        progress=who.say.say("lamp.sentence", bare=True, **row.lamp.sentence.values),
        deadline=who.day(row.row.deadline),
        bar=bar_of(row.lamp.deciding),
        quote=Quote(report.text, f"{row.row.lead_unit.name} {who.day(who.local(report.said_at))}") if report else None,
        expected=who.day(row.state.expected_date.value) if row.state.expected_date else None,
        hard=row.lamp.difficulty,
    )


def verdict(say: Texts, code: str) -> str:
    """The few words beside a lamp."""
    return say.say(f"lamp.word.{code}")


def bar_of(part: PartResult | None) -> Bar | None:
    if part is None or part.percent is None:
        return None
    return Bar(min(part.percent, 100), part.expected)
