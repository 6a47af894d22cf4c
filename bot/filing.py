"""Readings become reports: filed, corrected, withdrawn. The history stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.context import Context
from bot.corrections import Answer, first_read
from bot.reading.model import Item
from data import queries
from data.models import Assignment, Figure, Report
from scheduler import answers


@dataclass(frozen=True)
class Words:
    """The message that reports come from: when said, which inbox row, its text.

    `proposed` is how it was read at first, `answer` what its writer answered since to a question about it.
    """

    text: str
    said_at: datetime
    inbox_id: int | None
    proposed: tuple[Item, ...] = ()
    answer: Answer | None = None


def file_items(
    context: Context, items: Iterable[Item], rows: Mapping[str, Assignment], words: Words, *, draft: bool = False
) -> list[Report]:
    """Store one report for each item that names a row; each takes part in the round that asks for that row."""
    named = [(item, rows[item.row_id]) for item in items if item.row_id is not None and item.row_id in rows]
    return [_file(context, item, row, words, draft=draft) for item, row in named]


def correct(
    context: Context, item: Item, old: Report, rows: Mapping[str, Assignment], words: Words, *, draft: bool = False
) -> Report:
    """Store a report in place of an older one, which it repeats where it says nothing else; `as_of` stays the old.

    A draft takes a draft's place at once, a standing report's only when it is reported.
    """
    new = _file(context, item, rows[item.row_id or old.assignment.ref], words, draft=draft or old.draft)
    new.supersedes_id, new.as_of, new.round_id = old.id, old.as_of, old.round_id
    _keep_unsaid(context.session, old, new)
    for figure in new.figures:
        figure.as_of = old.as_of
    if old.draft:
        new.supersedes_id, old.withdrawn_at = old.supersedes_id, context.now
    elif not draft:
        fall(old, context.now)
    context.session.flush()
    context.record("correct", "report", new.id, {"report": old.id}, {"report": new.id})
    return new


def withdraw(context: Context, reports: Sequence[Report]) -> list[Report]:
    """Take back reports that stand; what they had corrected stands again. The ones that were taken back."""
    standing = [report for report in reports if report.standing]
    for report in standing:
        fall(report, context.now)
        report.withdrawn_at = context.now
        if report.supersedes_id is not None:
            stand_again(context.session.get_one(Report, report.supersedes_id))
        context.record("withdraw", "report", report.id)
    context.session.flush()
    return standing


def fall(report: Report, now: datetime) -> None:
    """From now on the report doesn't stand."""
    report.standing, report.fell_at = False, now
    for figure in report.figures:
        figure.standing = False


def stand_again(report: Report) -> None:
    """What corrected it was taken back."""
    if report.withdrawn_at is None:
        report.standing, report.fell_at = True, None
        for figure in report.figures:
            figure.standing = True


def _file(context: Context, item: Item, row: Assignment, words: Words, *, draft: bool = False) -> Report:
    asked = answers.round_for(context.session, row.id, words.said_at)
    report = Report(
        assignment_id=row.id,
        unit_id=row.lead_unit_id,
        person_id=context.person.id,
        channel=context.channel,
        inbox_id=words.inbox_id,
        round_id=asked.id if asked is not None else None,
        said_at=words.said_at,
        as_of=words.said_at,
        created_at=context.now,
        text=words.text,
        no_change=item.no_change,
        status=item.status,
        percent=item.percent,
        percent_derived=item.percent_derived,
        expected_date=item.expected_date,
        problem=item.problem,
        next_step=item.next_step,
        reading={name: [list(why.span), why.rule, why.certainty] for name, why in item.why.items()},
        first_read=first_read(words.proposed, words.answer, item),
        draft=draft,
        standing=not draft,
    )
    report.figures = [
        Figure(target_id=int(read.target), value=read.value, as_of=words.said_at, standing=not draft)
        for read in item.figures
        if read.target is not None
    ]
    context.session.add(report)
    context.session.flush()
    context.record("draft" if draft else "report", "report", report.id, None, {"assignment": row.id})
    return report


def _keep_unsaid(session: Session, old: Report, new: Report) -> None:
    """A correction speaks of what was wrong; the rest of the older report goes on standing in the new one."""
    for name in ("status", "percent", "expected_date", "problem", "next_step"):
        if getattr(new, name) is None:
            setattr(new, name, getattr(old, name))
    said = {figure.target_id for figure in new.figures}
    for figure in old.figures:
        if figure.target_id not in said:
            new.figures.append(
                Figure(target_id=figure.target_id, value=figure.value, as_of=old.as_of, standing=new.standing)
            )
    session.flush()


def standing_of_message(session: Session, inbox_id: int) -> list[Report]:
    """The reports that a message gave and that still stand."""
    return list(
        session.scalars(select(Report).where(Report.inbox_id == inbox_id, queries.stands(Report)).order_by(Report.id))
    )


def newest_of_row(session: Session, assignment_id: int, person_id: int) -> Report | None:
    """The last standing report of a row by the person, or by the office on behalf of the unit."""
    return session.scalar(
        select(Report)
        .where(
            Report.assignment_id == assignment_id,
            or_(Report.person_id == person_id, Report.entered_by.is_not(None)),
            queries.stands(Report),
        )
        .order_by(Report.as_of.desc(), Report.id.desc())
        .limit(1)
    )
