"""Drafts (草稿): reports that count for nothing until they are sent off (报出), and units where every one begins so.

A report is a draft, then standing, then perhaps withdrawn; a draft may also be dropped. Each step is an UPDATE that
only takes a report in the state before it, so that a step done twice is done once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from bot import filing
from bot.context import Context
from data import queries
from data.models import Figure, Report
from scheduler import answers

JUST_NOW: Final = timedelta(hours=1)  # so long after a report a bare 先存着 means that one
LIVE: Final = and_(Report.draft.is_(True), Report.withdrawn_at.is_(None))


def signs_off(context: Context) -> bool:
    """Whether what the person writes waits until somebody of the unit has looked at it."""
    return context.person.unit is not None and context.person.unit.sign_off


def of_person(session: Session, person_id: int) -> list[Report]:
    """Somebody's drafts, oldest first."""
    return _drafts(session, Report.person_id == person_id)


def of_unit(session: Session, unit_id: int | None) -> list[Report]:
    """A unit's drafts, whoever wrote them, oldest first."""
    return _drafts(session, Report.unit_id == unit_id) if unit_id is not None else []


def of_message(session: Session, inbox_id: int) -> list[Report]:
    """The drafts that a message gave."""
    return _drafts(session, Report.inbox_id == inbox_id)


def of_row(session: Session, assignment_id: int, person_id: int) -> Report | None:
    """The newest draft of a row by the person."""
    found = _drafts(session, and_(Report.assignment_id == assignment_id, Report.person_id == person_id))
    return found[-1] if found else None


def _drafts(session: Session, whose: ColumnElement[bool]) -> list[Report]:
    return list(session.scalars(select(Report).where(LIVE, whose).order_by(Report.id)))


def _named(context: Context, ids: Collection[int]) -> list[Report]:
    """The drafts among these reports that are the unit's own."""
    return [draft for draft in of_unit(context.session, context.person.unit_id) if draft.id in ids]


def release(context: Context, ids: Collection[int]) -> list[Report]:
    """报出: from now on they are reports, said at this moment, an answer to the round that asks now; those that were
    drafts until now. What one corrects falls."""
    return [draft for draft in _named(context, ids) if _released(context, draft)]


def _released(context: Context, draft: Report) -> bool:
    session, said_at = context.session, context.inbound.said_at
    asked = answers.round_for(session, draft.assignment_id, said_at)
    values = {
        "draft": False, "standing": True, "fell_at": None, "said_at": said_at, "as_of": said_at,
        "created_at": context.now, "round_id": asked.id if asked is not None else None,
    }  # fmt: skip
    done = session.execute(update(Report).where(Report.id == draft.id, LIVE).values(values))
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    session.execute(update(Figure).where(Figure.report_id == draft.id).values(standing=True, as_of=said_at))
    before = draft.said_at
    session.expire(draft)
    old = session.get(Report, draft.supersedes_id) if draft.supersedes_id is not None else None
    if old is not None and old.standing:
        filing.fall(old, context.now)
    context.record("release", "report", draft.id, {"written": before.isoformat()}, {"entered_by": context.person.id})
    session.flush()
    return True


def keep(context: Context, reports: Iterable[Report]) -> list[Report]:
    """先存着, said after the report: what stands becomes a draft; what it had corrected stands again."""
    kept = [report for report in reports if report.standing]
    for report in kept:
        filing.fall(report, context.now)
        report.draft = True
        if report.supersedes_id is not None:
            filing.stand_again(context.session.get_one(Report, report.supersedes_id))
        context.record("draft", "report", report.id, {"standing": True}, {"draft": True})
    context.session.flush()
    return kept


def drop(context: Context, ids: Collection[int], action: str = "delete_draft") -> list[Report]:
    """删掉: drafts that will not be reported; those that were drafts until now."""
    dropped = []
    for draft in _named(context, ids):
        done = context.session.execute(
            update(Report).where(Report.id == draft.id, LIVE).values(withdrawn_at=context.now)
        )
        if done.rowcount:  # type: ignore[attr-defined]
            dropped.append(draft)
            context.record(action, "report", draft.id)
    context.session.flush()
    return dropped


def just_said(context: Context) -> list[Report]:
    """The reports of the person's last message, where that was just now."""
    last = context.session.scalar(
        select(Report)
        .where(
            Report.person_id == context.person.id,
            queries.stands(Report),
            Report.said_at >= context.inbound.said_at - JUST_NOW,
        )
        .order_by(Report.id.desc())
        .limit(1)
    )
    if last is None:
        return []
    return filing.standing_of_message(context.session, last.inbox_id) if last.inbox_id is not None else [last]


def carry_over(context: Context, old: Sequence[Report], new: Sequence[Report]) -> None:
    """A drafted message was changed: the new drafts take the place of the old ones, and correct what those did."""
    before = {draft.assignment_id: draft for draft in old}
    for draft in new:
        if draft.assignment_id in before:
            draft.supersedes_id = before[draft.assignment_id].supersedes_id
    drop(context, [draft.id for draft in old], "replace_draft")
