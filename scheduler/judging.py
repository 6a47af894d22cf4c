"""What the office decides about lamps: one set by hand, stages of scheduled progress, thresholds, kinds of parts."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from data.errors import UserError
from data.kinds import PartKind
from data.models import ManualLamp, Person, Plan, Target
from scheduler.lamp import Colour, Manual, Stage, Thresholds
from scheduler.office import Office

NUMBERED = (PartKind.FIGURE, PartKind.FEW, PartKind.BOUND)
PERIODS = {4: (3, 6, 9, 12), 12: tuple(range(1, 13))}  # how many percents are told, and the months they end with


def manual_lamps(
    session: Session, ids: Sequence[int], office: Office, as_of: datetime | None = None
) -> dict[int, Manual]:
    """assignment id → the lamp that stands by hand; `as_of`: that stood then."""
    query = (
        select(ManualLamp, Person.name)
        .join(Person, Person.id == ManualLamp.set_by)
        .where(ManualLamp.assignment_id.in_(ids))
        .order_by(ManualLamp.id)
    )
    if as_of is None:
        query = query.where(ManualLamp.lifted_at.is_(None))
    else:
        lifted_later = or_(ManualLamp.lifted_at.is_(None), ManualLamp.lifted_at > as_of)
        query = query.where(ManualLamp.set_at <= as_of, lifted_later)
    return {
        row.assignment_id: Manual(Colour(row.colour), row.reason, name, office.today(row.set_at))
        for row, name in session.execute(query)
    }


def set_by_hand(
    session: Session, assignment_id: int, colour: Colour, reason: str, person_id: int, now: datetime
) -> None:
    """From now on this lamp stands, in place of one set before."""
    lift(session, assignment_id, person_id, now)
    session.add(
        ManualLamp(assignment_id=assignment_id, colour=str(colour), reason=reason, set_by=person_id, set_at=now)
    )
    session.flush()


def lift(session: Session, assignment_id: int, person_id: int, now: datetime) -> bool:
    """The system judges again; whether a lamp stood by hand."""
    lifted = session.execute(
        update(ManualLamp)
        .where(ManualLamp.assignment_id == assignment_id, ManualLamp.lifted_at.is_(None))
        .values(lifted_at=now, lifted_by=person_id)
    )
    return bool(lifted.rowcount)  # type: ignore[attr-defined]


# Stages ----------------------------------------------------------------------------------------------------


def stages_of(kept: Iterable[Any] | None) -> tuple[Stage, ...]:
    """The stages of a plan or a row as the lamp takes them."""
    return tuple(Stage(date.fromisoformat(day), float(percent)) for day, percent in kept or ())


def by_period(plan: Plan, percents: Sequence[float]) -> tuple[Stage, ...]:
    """`15/45/75/100`: what each quarter ends with; twelve: each month. Raises UserError `judging.stages`."""
    if len(percents) not in PERIODS:
        raise UserError("judging.stages")
    months = PERIODS[len(percents)]
    days = [date(plan.year, month, monthrange(plan.year, month)[1]) for month in months]
    return checked(tuple(Stage(day, percent) for day, percent in zip(days, percents, strict=True)))


def checked(stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """Stages that rise, day by day, to 100. Raises UserError `judging.stages`."""
    days, percents = [stage.day for stage in stages], [stage.percent for stage in stages]
    rising = days == sorted(set(days)) and percents == sorted(percents)
    if not stages or not rising or percents[0] < 0 or percents[-1] != 100:
        raise UserError("judging.stages")
    return stages


def kept_as(stages: Sequence[Stage]) -> list[Any] | None:
    """How stages are stored; None for none, a straight line."""
    return [[stage.day.isoformat(), stage.percent] for stage in stages] or None


# Thresholds ------------------------------------------------------------------------------------------------


def thresholds_of(plan: Plan, office: Office) -> Thresholds:
    """The plan's own thresholds, else the office's."""
    yellow, red = (office.yellow, office.red) if plan.yellow is None or plan.red is None else (plan.yellow, plan.red)
    return Thresholds(yellow, red)


def checked_thresholds(points: Mapping[str, float]) -> Thresholds:
    """Of `yellow` and `red` percentage points, the former less. Raises UserError `judging.thresholds`."""
    if not 0 < points["yellow"] < points["red"] <= 100:
        raise UserError("judging.thresholds")
    return Thresholds(points["yellow"], points["red"])


# Kinds -----------------------------------------------------------------------------------------------------


def set_kind(target: Target, kind: PartKind) -> None:
    """Judge the part as another kind from now on. Raises UserError `judging.no_number` where it would need one."""
    if kind in NUMBERED and target.value is None:
        raise UserError("judging.no_number", label=target.label)
    target.kind = str(kind)
