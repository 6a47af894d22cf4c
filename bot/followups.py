"""What became of leaders' remarks: the unit's answer goes back to the office and the leader; how one is listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import seeing
from bot.access import roles_of
from bot.echo import report_words, row_title
from bot.message import Outgoing
from bot.texts import Texts, texts
from data import queries
from data.kinds import FollowUpState, Priority, Role
from data.models import FollowUp, Person, Report
from scheduler.office import Office

SHOWN_OF_ROW = 3


def answered(session: Session, reports: Sequence[Report], year: int, now: datetime) -> list[Outgoing]:
    """The first report on a row that was put to its unit is the answer: the leader and the office are told."""
    rows = {report.assignment_id: report for report in reports if report.standing}
    if not rows:
        return []
    waiting = session.scalars(
        select(FollowUp).where(FollowUp.assignment_id.in_(rows), FollowUp.state == FollowUpState.SENT)
    ).all()
    return [told for each in waiting for told in _answered(session, each, rows[each.assignment_id], year, now)]


def _answered(session: Session, found: FollowUp, report: Report, year: int, now: datetime) -> list[Outgoing]:
    found.state, found.answer_id, found.answered_at = FollowUpState.ANSWERED, report.id, now
    session.flush()
    people = dict.fromkeys([found.person, *queries.people_with(session, Role.ADMIN)])
    writer = report.entered_by or report.person_id
    return [_told(person, found, report, year) for person in people if person.id != writer]


def _told(person: Person, found: FollowUp, report: Report, year: int) -> Outgoing:
    say = texts(person.language)
    said = say.say(
        "remarks.answered",
        title=row_title(say, found.assignment),
        words=found.words,
        unit=found.assignment.lead_unit.name,
        answer=report.text,
        read=report_words(say, report, year),
    )
    return Outgoing(said, person_id=person.id, priority=Priority.NOTICE)


def line(say: Texts, each: FollowUp, office: Office, year: int, *, named: bool) -> str:
    """`9月26日 体育设施开放（5.6）：为什么没测 — 已转教育局，10月9日前`; `named`: with the leader."""
    return say.say(
        "remarks.line",
        day=office.today(each.created_at),
        leader=each.person.name if named else "",
        title=row_title(say, each.assignment),
        words=each.words,
        state=state_words(say, each, office, year),
    )


def state_words(say: Texts, each: FollowUp, office: Office, year: int) -> str:
    """`已转教育局，10月9日前答复`"""
    return say.say(
        f"remarks.state.{each.state}",
        unit=each.assignment.lead_unit.name,
        due=each.due_on,
        answer=each.answer.text if each.answer is not None else "",
        day=office.today(each.answered_at or each.created_at),
        year=year,
    )


def of_row(session: Session, assignment_id: int, reader: Person) -> Sequence[FollowUp]:
    """The newest remarks on a row: all for an admin, a leader's own for that leader, none for anybody else."""
    roles = roles_of(reader)
    query = select(FollowUp).where(FollowUp.assignment_id == assignment_id, FollowUp.state != FollowUpState.TAKEN_BACK)
    if Role.ADMIN not in roles:
        query = query.where(FollowUp.person_id == seeing.leader_of(reader).id)
    return session.scalars(query.order_by(FollowUp.id.desc()).limit(SHOWN_OF_ROW)).all()
