"""What the page of one row shows: where it stands, its targets, figures over time, what was said and done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot import attachments, followups, seeing
from bot.access import roles_of
from bot.board import LIGHTS, Reader, bar_of, reader, verdict
from bot.echo import figure_words, report_words, row_title
from bot.texts import Texts
from bot.web.views import Action, AuditLine, Curve, FileLine, Point, RowView, TargetLine, TimelineEntry
from data import queries
from data.kinds import FileState, PartKind, Role
from data.models import Assignment, AuditEvent, Figure, Person, Report, Target
from scheduler.lamp import Colour, PartResult
from scheduler.lamp.facts import BEHIND
from scheduler.office import Office
from scheduler.standing import Standing

TIMELINE_SHOWN = 20
ACTIONS = (
    ("source", frozenset({Role.LEADER, Role.ADMIN})),
    ("sentence", frozenset({Role.LEADER, Role.ADMIN})),
    ("report", frozenset({Role.LIAISON})),
    ("behalf", frozenset({Role.ADMIN})),
    ("lamp", frozenset({Role.ADMIN})),
)
JUDGED_BY_PERCENT = (PartKind.FIGURE, PartKind.FEW)
WORST_FIRST = (Colour.RED, Colour.YELLOW)


def row_page(
    session: Session,
    person_id: int,
    ref: str,
    now: datetime,
    *,
    everything: bool,
    office: Office,
    on: date | None = None,
) -> RowView | None:
    """One row with its history, `on`: as of the end of that day; None where there is none or it may not be seen."""
    reading = reader(session, person_id, now, office, on)
    who = replace(reading, own=seeing.readable_rows(reading.person, office))
    rows = who.rows(Assignment.ref == ref)
    if not rows:
        return None
    (row,) = rows
    told = _told(who, row.row.id)
    count = session.scalar(select(func.count()).select_from(told.subquery())) or 0
    reports = session.scalars(_timeline(told, None if everything else TIMELINE_SHOWN)).all()
    return RowView(
        ref=row.row.ref,
        title=row_title(who.say, row.row),
        light=LIGHTS[row.lamp.colour],
        sentence=who.say.tell("lamp", row.lamp.sentence),
        content=row.row.content,
        duties=_duties(who, row),
        turns_green=who.say.tell("lamp", row.lamp.turns_green) if row.lamp.turns_green else None,
        hard=row.lamp.difficulty,
        targets=tuple(_target(who, row, part) for part in sorted(row.lamp.part_results, key=_behind_first)),
        targets_note=_targets_note(who, row),
        curves=tuple(_curves(who, row)),
        timeline=_story([_entry(who, report) for report in reports], _remarks(who, row.row.id)),
        older=count - len(reports),
        files=tuple(_files(who, row.row.id)),
        audit=tuple(_audit(who, row.row.id, reports)),
        actions=tuple(_actions(who, row.row)),
    )


def _told(who: Reader, assignment_id: int) -> Select[Report]:
    query = select(Report).where(Report.assignment_id == assignment_id, Report.draft.is_(False))
    return query if who.as_of is None else query.where(Report.said_at <= who.as_of)


def _timeline(told: Select[Report], most: int | None) -> Select[Report]:
    return (
        told.order_by(Report.said_at.desc(), Report.id.desc())
        .limit(most)
        .options(selectinload(Report.figures).joinedload(Figure.target), joinedload(Report.unit))
    )


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
    return TargetLine(
        name=part.part.label,
        figure=_figure(who.say, target, part.part.value) if target is not None and part.part.value is not None else "",
        light=LIGHTS[part.colour],
        verdict=verdict(who.say, part.reason.code),
        share=who.say.filters["percent"](part.percent) if part.percent is not None else None,
        bar=bar_of(part) if part.part.kind in JUDGED_BY_PERCENT else None,
    )


def _behind_first(part: PartResult) -> int:
    return WORST_FIRST.index(part.colour) if part.colour in WORST_FIRST else len(WORST_FIRST)


def _targets_note(who: Reader, row: Standing) -> str | None:
    """What the bars count, and what their strokes say; None where there is none."""
    bars = [part for part in row.lamp.part_results if part.part.kind in JUDGED_BY_PERCENT and bar_of(part) is not None]
    if not bars:
        return None
    same = {(part.part.day, part.expected) for part in bars}
    day, expected = same.pop() if len(same) == 1 else (None, None)
    return who.say.say("board.targets_note", day=day, expected=expected, year=row.facts.year)


def _figure(say: Texts, target: Target, value: float) -> str:
    """The figure beside the part's name."""
    if target.kind == PartKind.KEPT:
        return say.say("ledger.cell.kept", value=value)
    return figure_words(say, target, value).removeprefix(f"{target.short_label} ")


def _actions(who: Reader, row: Assignment) -> Iterable[Action]:
    """What the reader may say of the row in the chat; the page only puts it into the input line."""
    roles = roles_of(who.person)
    for name, of in ACTIONS:
        if roles & of and not _elsewhere(who, row, name):
            said = who.say.say(f"board.action_say.{name}", ref=row.ref, unit=row.lead_unit.name)
            yield Action(who.say.say(f"board.action.{name}"), said)


def _elsewhere(who: Reader, row: Assignment, name: str) -> bool:
    """Whether the chat takes that only of other rows: of those that the unit leads, or of the own."""
    if name == "report":
        return row.lead_unit_id != who.person.unit_id
    return name == "sentence" and not seeing.is_own(who.session, who.person, row)


def _curves(who: Reader, row: Standing) -> Iterable[Curve]:
    """The figures of each total over the year, of several on a day the last one. A single figure that is on schedule
    is told by its bar."""
    begin, end = row.facts.started, row.facts.deadline
    for part in row.lamp.part_results:
        target = next((target for target in row.row.targets if target.id == part.part.key), None)
        if target is None or target.kind != PartKind.FIGURE or not target.value:
            continue
        points = {who.local(as_of): value for as_of, value in who.session.execute(_figures(who, target.id))}
        if len(points) > 1 or (points and _gap(who.say, part)):
            yield Curve(
                title=target.short_label,
                unit=target.unit or "",
                target=target.value,
                begin=begin,
                end=end,
                points=tuple(
                    Point(day, value, float(100 * row.facts.share_on(day))) for day, value in sorted(points.items())
                ),
                gap=_gap(who.say, part),
                stages=tuple((stage.day, stage.percent) for stage in row.facts.stages),
            )


def _figures(who: Reader, target_id: int) -> Select[datetime, float]:
    query = select(Figure.as_of, Figure.value).where(Figure.target_id == target_id, queries.stands(Figure))
    if who.as_of is not None:
        query = query.where(Figure.as_of <= who.as_of)
    return query.order_by(Figure.as_of, Figure.id)


def _gap(say: Texts, part: PartResult) -> str | None:
    """慢 14 个百分点; None where it is on schedule."""
    if part.colour not in BEHIND or part.gap is None:
        return None
    return say.say("board.gap", points=round(-part.gap))


def _entry(who: Reader, report: Report) -> TimelineEntry:
    mark = "withdrawn" if report.withdrawn_at else None if report.standing else "corrected"
    if mark is None and report.entered_by is not None:
        mark = "on_behalf"
    unit = report.unit.name if report.unit else ""
    note = " · ".join(report_words(who.say, report, who.plan.year))
    return TimelineEntry(
        at=report.said_at,
        who=unit,
        tag=who.say.say(f"progress.mark_{mark}", source=None, by=None) if mark else None,
        words=report.text,
        note=who.say.say("board.read_as", words=note),
        source=report.source,
        over=not report.standing,
    )


def _remarks(who: Reader, assignment_id: int) -> Iterable[TimelineEntry]:
    """The remarks that the reader may know of; of an earlier day without what became of them."""
    for each in followups.of_row(who.session, assignment_id, who.person):
        if who.as_of is None or each.created_at <= who.as_of:
            state = followups.state_words(who.say, each, who.office, who.plan.year) if who.as_of is None else None
            yield TimelineEntry(
                each.created_at, each.person.name, who.say.say("remarks.mark"), each.words, state, remark=True
            )


def _story(reports: Sequence[TimelineEntry], remarks: Iterable[TimelineEntry]) -> tuple[TimelineEntry, ...]:
    """Both, newest first; reports of the same moment stay in their order."""
    return tuple(sorted([*remarks, *reports], key=lambda entry: entry.at, reverse=True))


def _files(who: Reader, assignment_id: int) -> Iterable[FileLine]:
    for file in attachments.of_rows(who.session, [assignment_id], viewer=who.person):
        if who.as_of is not None and file.said_at > who.as_of:
            continue
        unit = file.person.unit.name if file.person.unit is not None else file.person.name
        later = file.state == FileState.TO_FETCH
        size = who.say.say("files.size", megabytes=(file.size or 0) / 1_000_000)
        note = who.say.say("files.later") if later else ""
        yield FileLine(
            file.id, attachments.title_of(who.say, file), unit, file.said_at, size if file.size else "", note
        )


def _audit(who: Reader, assignment_id: int, reports: Sequence[Report]) -> Iterable[AuditLine]:
    """Who did what to the row and to the reports that are shown, newest first; for those who see all."""
    if not seeing.sees_all(who.person):
        return
    of_reports = and_(AuditEvent.entity == "report", AuditEvent.entity_id.in_([report.id for report in reports]))
    of_row = and_(AuditEvent.entity == "assignment", AuditEvent.entity_id == assignment_id)
    query = select(AuditEvent, Person.name).outerjoin(Person, Person.id == AuditEvent.actor_id)
    if who.as_of is not None:
        query = query.where(AuditEvent.at <= who.as_of)
    for event, name in who.session.execute(
        query.where(or_(of_reports, of_row)).order_by(AuditEvent.id.desc()).limit(TIMELINE_SHOWN)
    ):
        key = f"board.audit_{event.action}"
        what = who.say.say(key) if who.say.has(key) else event.action
        yield AuditLine(event.at, name or "", what)
