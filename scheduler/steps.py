"""What comes later in a round, as rows: planned when it opens, carried out once when its time has come."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from data.kinds import RoundState, StepKind
from data.models import Round, Step
from scheduler.office import Office
from scheduler.workdays import add_workdays

OVERTAKEN: Final = "overtaken"
CLOSED: Final = "round_closed"
MISSED: Final = "missed"
CATCH_UP_WORKDAYS: Final = 5
FIRST, LAST = 1, 2


def plan(session: Session, opened: Round, office: Office) -> None:
    """The steps of a round that has just opened; none where it has no due day."""
    session.add_all(
        Step(round_id=opened.id, kind=kind, number=number, at=at)
        for (kind, number), at in moments(opened, office).items()
    )
    session.flush()


def moments(opened: Round, office: Office) -> dict[tuple[str, int], datetime]:
    """(kind, number) → when the step is carried out; empty where the round has no due day."""
    if opened.due_on is None:
        return {}
    return {(kind, number): _at(day, office) for kind, number, day in days(opened.due_on, office)}


def days(due: date, office: Office) -> Iterator[tuple[StepKind, int, date]]:
    """What comes after a due day, by the office's settings: (kind, number, day)."""
    last = due
    for number, gap in ((FIRST, office.nag_after), (LAST, office.nag_again)):
        if not gap:
            break
        last = add_workdays(last, gap, office.calendar)
        yield StepKind.NAG, number, last
    if office.list_after:
        yield StepKind.OFFICE, FIRST, add_workdays(last, office.list_after, office.calendar)
    ladder = (
        (StepKind.SECOND, office.second_after),
        (StepKind.HEAD, office.head_after),
        (StepKind.LEADER, office.leader_after),
    )
    for kind, after in ladder:
        if after:
            yield kind, FIRST, add_workdays(due, after, office.calendar)


def _at(day: date, office: Office) -> datetime:
    return datetime.combine(day, office.nag_at, tzinfo=office.zone)


def take_due(session: Session, now: datetime, office: Office) -> list[Step]:
    """The steps to be carried out now, marked as done.

    Of several nags of a round that were missed only the last is left; what was missed for too long is recorded as
    that, and nobody is told. A closed round, and one that was missed for so long, is only listed for the office.
    """
    due = session.scalars(select(Step).where(Step.done_at.is_(None), Step.at <= now).order_by(Step.at, Step.id)).all()
    last = {(step.round_id, step.kind): step for step in due}
    for step in due:
        step.done_at = now
        if last[step.round_id, step.kind] is not step:
            step.outcome = OVERTAKEN
        elif step.kind != StepKind.OFFICE:
            step.outcome = _why_not(session, step, now, office)
    session.flush()
    return [step for step in due if step.outcome is None]


def _why_not(session: Session, step: Step, now: datetime, office: Office) -> str | None:
    """Why a step is not worth it any more: its round is over, or it comes too late, as with openings (`rounds`)."""
    if step.round.state != RoundState.OPEN:
        return CLOSED
    last_day = add_workdays(office.today(step.at), CATCH_UP_WORKDAYS, office.calendar)
    late = office.local(now) >= datetime.combine(last_day, office.local(step.at).time(), office.zone)
    return MISSED if late or _has_later(session, step.round) else None


def _has_later(session: Session, round_: Round) -> bool:
    """Whether the schedule's next opening has come, though nothing may have been sent."""
    later = select(Round.id).where(Round.schedule_id == round_.schedule_id, Round.fire_at > round_.fire_at)
    return round_.schedule_id is not None and session.scalar(later.limit(1)) is not None


def hasten_list(session: Session, round_ids: Collection[int], now: datetime) -> None:
    """Rounds end before the office has had their list: it comes now."""
    session.execute(
        update(Step)
        .where(Step.round_id.in_(round_ids), Step.kind == StepKind.OFFICE, Step.done_at.is_(None))
        .values(at=now)
    )
