"""What the board and a row's page show, filled from the rows' standings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot import attachments, overview, seeing
from bot.digest import plan_name
from bot.echo import figure_words, report_words, row_tag, row_title
from bot.texts import Texts, texts
from bot.web.views import (
    AuditLine,
    Bar,
    BoardGroup,
    BoardRow,
    BoardView,
    Choice,
    Counts,
    Curve,
    FileLine,
    Filters,
    Light,
    Point,
    Quote,
    RoundState,
    RowView,
    TargetLine,
    TimelineEntry,
)
from data import queries
from data.errors import UserError
from data.kinds import FileState, PartKind
from data.models import AuditEvent, Figure, Person, Plan, Report
from scheduler.answers import Answer
from scheduler.lamp import Colour, Column, PartResult, scheduled_percent
from scheduler.office import Office, in_force
from scheduler.standing import Standing, standings

TIMELINE_SHOWN = 20
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
JUDGED_BY_PERCENT = (PartKind.FIGURE, PartKind.FEW)


@dataclass(frozen=True)
class Reader:
    """Who looks, and in which words; `now` was read once for the page."""

    session: Session
    person: Person
    plan: Plan
    now: datetime
    office: Office
    say: Texts

    def rows(self) -> list[Standing]:
        rows = seeing.visible_rows(self.session, self.plan.id, self.person)
        return standings(self.session, self.plan, rows, self.now, self.office)

    def day(self, day: date) -> str:
        return self.say.filters["day"](day, self.plan.year)

    def local(self, moment: datetime) -> date:
        return self.office.today(moment)


def reader(session: Session, person_id: int, now: datetime, office: Office) -> Reader:
    """Raises UserError `no_plan`."""
    plan = queries.current_plan(session)
    if plan is None:
        raise UserError("no_plan")
    person = session.get_one(Person, person_id)
    return Reader(session, person, plan, now, in_force(session, office), texts(person.language))


# The board -------------------------------------------------------------------------------------------------


def board(session: Session, person_id: int, now: datetime, filters: Filters, *, office: Office) -> BoardView:
    """All rows that the person may see, in the table's order; the counts are those before filtering."""
    who = reader(session, person_id, now, office)
    rows = who.rows()
    last = _last_reports(session, rows)
    found = overview.counts(rows)
    shown = [row for row in rows if _passes(row, filters, last)]
    groups = groupby(shown, key=lambda row: row.row.project_id)
    return BoardView(
        title=plan_name(who.plan.title),
        scope=_scope(who, rows),
        counts=Counts(**{name: found[column] for name, column in STATES.items()}),
        groups=tuple(_group(who, list(members), last) for _project, members in groups),
        round=_round(who, rows),
        units=_choices(row.row.lead_unit.name for row in rows),
        leaders=_choices(leader.person.name for row in rows for leader in row.row.leaders),
        projects=tuple(
            Choice(number, f"{number} {name or ''}")
            for number, name in dict.fromkeys((row.row.project.number, row.row.project.name) for row in rows)
        ),
    )


def _last_reports(session: Session, rows: Sequence[Standing]) -> dict[int, Report]:
    ids = [row.state.last_report_id for row in rows if row.state.last_report_id is not None]
    return {report.assignment_id: report for report in session.scalars(select(Report).where(Report.id.in_(ids)))}


def _choices(names: Iterable[str]) -> tuple[Choice, ...]:
    return tuple(Choice(name, name) for name in dict.fromkeys(names))


def _passes(row: Standing, filters: Filters, last: dict[int, Report]) -> bool:
    light = LIGHTS[row.lamp.colour]
    lamps = ("red", "yellow") if filters.lamp == "red_yellow" else (filters.lamp,)
    words = last[row.row.id].text if row.row.id in last else ""
    return (
        filters.unit in ("", row.row.lead_unit.name)
        and (not filters.leader or filters.leader in [leader.person.name for leader in row.row.leaders])
        and (not filters.lamp or light in lamps)
        and filters.project in ("", row.row.project.number)
        and (not filters.state or STATES.get(filters.state) is row.lamp.column)
        and filters.words.strip() in f"{row.row.short_name}{row.row.content}{words}"
    )


def _scope(who: Reader, rows: Sequence[Standing]) -> str:
    projects = len({row.row.project_id for row in rows})
    key = "board.scope_all" if seeing.sees_all(who.person) else "board.scope_own"
    unit = who.person.unit.name if who.person.unit else who.person.name
    return who.say.say(key, who=unit, office=who.office.name, projects=projects, rows=len(rows))


def _round(who: Reader, rows: Sequence[Standing]) -> RoundState | None:
    each = overview.open_round(who.session, who.plan)
    if each is None or each.due_on is None:
        return None
    answers = overview.unit_answers(who.session, each, {row.row.id for row in rows})
    full = sum(unit.answer is Answer.FULL for unit in answers)
    partly = sum(unit.answer is Answer.PART for unit in answers)
    opened = who.local(each.opened_at or each.fire_at)
    values = {"total": len(answers), "full": full, "partly": partly, "rest": len(answers) - full - partly}
    return RoundState(
        title=who.say.say("board.round_title", day=opened),
        when=who.say.say("board.round_when", opened=opened, due=each.due_on),
        words=who.say.say("board.round_words", **values),
        answered=full,
        partly=partly,
        total=len(answers),
    )


def _group(who: Reader, rows: Sequence[Standing], last: dict[int, Report]) -> BoardGroup:
    project = rows[0].row.project
    return BoardGroup(f"{project.number} {project.name or ''}", tuple(_row(who, row, last) for row in rows))


def _row(who: Reader, row: Standing, last: dict[int, Report]) -> BoardRow:
    report = last.get(row.row.id)
    content = row.row.content
    return BoardRow(
        ref=row.row.ref,
        label=row_tag(who.say, row.row.ref).strip("（）()"),
        what=content if len(content) <= WHAT_LENGTH else content[: WHAT_LENGTH - 1] + "…",
        unit=row.row.lead_unit.name,
        leaders=who.say.filters["joined"](leader.person.name for leader in row.row.leaders),
        light=LIGHTS[row.lamp.colour],
        verdict=verdict(who.say, row.lamp.reason.code),
        progress=who.say.say("lamp.sentence", bare=True, **row.lamp.sentence.values),
        deadline=who.day(row.row.deadline),
        bar=_bar(row.lamp.deciding),
        quote=Quote(report.text, f"{row.row.lead_unit.name} {who.day(who.local(report.said_at))}") if report else None,
        expected=who.day(row.state.expected_date.value) if row.state.expected_date else None,
        hard=row.lamp.difficulty,
    )


def verdict(say: Texts, code: str) -> str:
    """The few words beside a lamp."""
    return say.say(f"lamp.word.{code}")


def _bar(part: PartResult | None) -> Bar | None:
    if part is None or part.percent is None:
        return None
    return Bar(min(part.percent, 100), part.expected)


# A row's page ----------------------------------------------------------------------------------------------


def row_page(
    session: Session, person_id: int, ref: str, now: datetime, *, everything: bool, office: Office
) -> RowView | None:
    """One row with its history; None where there is none or the person may not see it."""
    who = reader(session, person_id, now, office)
    row = next((row for row in who.rows() if row.row.ref == ref), None)
    if row is None:
        return None
    reports = _reports(session, row.row.id)
    shown = reports if everything else reports[:TIMELINE_SHOWN]
    return RowView(
        ref=row.row.ref,
        title=row_title(who.say, row.row),
        light=LIGHTS[row.lamp.colour],
        sentence=who.say.tell("lamp", row.lamp.sentence),
        content=row.row.content,
        duties=_duties(who, row),
        turns_green=who.say.tell("lamp", row.lamp.turns_green) if row.lamp.turns_green else None,
        hard=row.lamp.difficulty,
        targets=tuple(_target(who, row, part) for part in row.lamp.part_results),
        curves=tuple(_curves(who, row, reports)),
        timeline=tuple(_entry(who, report) for report in shown),
        older=len(reports) - len(shown),
        files=tuple(_files(who, row.row.id)),
        audit=tuple(_audit(who, reports)),
    )


def _reports(session: Session, assignment_id: int) -> list[Report]:
    query = (
        select(Report)
        .where(Report.assignment_id == assignment_id, Report.draft.is_(False))
        .order_by(Report.said_at.desc(), Report.id.desc())
        .options(selectinload(Report.figures).joinedload(Figure.target))
    )
    return list(session.scalars(query))


def _duties(who: Reader, row: Standing) -> tuple[tuple[str, str], ...]:
    joined = who.say.filters["joined"]
    units = {role: [u.unit.name for u in row.row.units if u.role == role] for role in ("co_lead", "supporting")}
    pairs = [
        ("leader", joined(leader.person.name for leader in row.row.leaders)),
        ("lead_unit", joined([row.row.lead_unit.name, *units["co_lead"]])),
        ("supporting", joined(units["supporting"])),
        ("deadline", who.day(row.row.deadline)),
    ]
    return tuple((who.say.say(f"board.{name}"), value) for name, value in pairs if value)


def _target(who: Reader, row: Standing, part: PartResult) -> TargetLine:
    target = next((target for target in row.row.targets if target.id == part.part.key), None)
    known = part.part.value is not None and target is not None
    figure = figure_words(who.say, target, part.part.value).removeprefix(f"{target.short_label} ") if known else ""  # type: ignore[arg-type, union-attr]
    return TargetLine(
        name=part.part.label,
        figure=figure,
        light=LIGHTS[part.colour],
        verdict=verdict(who.say, part.reason.code),
        share=who.say.filters["percent"](part.percent) if part.percent is not None else None,
        bar=_bar(part) if part.part.kind in JUDGED_BY_PERCENT else None,
    )


def _curves(who: Reader, row: Standing, reports: Sequence[Report]) -> Iterable[Curve]:
    for target in row.row.targets:
        if target.kind != PartKind.FIGURE or target.parent_id is not None or not target.value:
            continue
        points = {
            who.local(figure.as_of): figure.value
            for report in reversed(reports)
            if report.standing
            for figure in report.figures
            if figure.target_id == target.id
        }
        if len(points) > 1:
            yield Curve(
                title=target.short_label,
                unit=target.unit or "",
                target=target.value,
                begin=row.facts.started,
                end=row.facts.deadline,
                points=tuple(
                    Point(day, value, scheduled_percent(day, row.facts.started, row.facts.deadline))
                    for day, value in sorted(points.items())
                ),
            )


def _entry(who: Reader, report: Report) -> TimelineEntry:
    mark = "withdrawn" if report.withdrawn_at else None if report.standing else "corrected"
    if mark is None and report.entered_by is not None:
        mark = "on_behalf"
    unit = report.unit.name if report.unit else ""
    note = " · ".join(report_words(who.say, report, who.plan.year))
    return TimelineEntry(
        at=report.said_at,
        who=unit,
        tag=who.say.say(f"progress.mark_{mark}") if mark else None,
        words=report.text,
        note=who.say.say("board.read_as", words=note),
        source=report.source,
        over=not report.standing,
    )


def _files(who: Reader, assignment_id: int) -> Iterable[FileLine]:
    for file in attachments.of_rows(who.session, [assignment_id], viewer=who.person):
        unit = file.person.unit.name if file.person.unit is not None else file.person.name
        later = file.state == FileState.TO_FETCH
        size = who.say.say("files.size", megabytes=(file.size or 0) / 1_000_000)
        note = who.say.say("files.later") if later else ""
        yield FileLine(
            file.id, attachments.title_of(who.say, file), unit, file.said_at, size if file.size else "", note
        )


def _audit(who: Reader, reports: Sequence[Report]) -> Iterable[AuditLine]:
    if not seeing.sees_all(who.person):
        return
    events = who.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.entity == "report", AuditEvent.entity_id.in_([report.id for report in reports]))
        .order_by(AuditEvent.id.desc())
        .limit(TIMELINE_SHOWN)
    ).all()
    people = {
        p.id: p.name for p in who.session.scalars(select(Person).where(Person.id.in_([e.actor_id for e in events])))
    }
    for event in events:
        key = f"board.audit_{event.action}"
        what = who.say.say(key) if who.say.has(key) else event.action
        yield AuditLine(event.at, people.get(event.actor_id or 0, ""), what)
