"""更正迟报: a unit was marked late or silent by no fault of its own; an admin lifts the mark, with the reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import delete, select

from bot import access, overview, roundlist
from bot.context import Context
from bot.handlers import confirm
from bot.handlers.confirm import Answer
from bot.message import Button, Outgoing
from data.errors import UserError
from data.models import AuditEvent, Excuse, Round, RoundItem, Unit
from scheduler import answers

ENTITY: Final = "excuse"
SAID: Final = re.compile(
    r"^(?P<unit>\S+)\s*(?:(?P<month>1[0-2]|[1-9])\s*月(?:份|调度)?(?:的)?)?[\s，,：:]*(?P<why>.*)$", re.S
)
MOST: Final = 200


def excuse(context: Context, argument: str) -> list[Outgoing]:
    """更正迟报 UNIT [9月] REASON: what would change, before anything does."""
    found = SAID.match(argument.strip())
    if found is None:
        return [_how(context)]
    unit = access.unit_named(context.session, found["unit"])
    month, why = int(found["month"] or 0), found["why"].strip("。 ")[:MOST]
    if not why:
        raise UserError("excusing.no_reason", unit=unit.name)
    round_, marks = _marked(context, unit, month)
    values = {"unit": unit.name, "month": overview.fired_on(round_), "marks": marks, "why": why}
    args = {"round": round_.id, "unit": unit.id, "why": why}
    answer = Answer(context.say("excusing.do"), "excuse_do", args, primary=True)
    return [confirm.propose(context, context.say("excusing.ask", **values), [answer, confirm.never_mind(context)])]


def _how(context: Context) -> Outgoing:
    round_ = next(iter(_due_rounds(context)), None)
    if round_ is None:
        return Outgoing(context.say("excusing.how", units=[], month=None))
    names = {unit.unit_id: unit.name for unit in answers.answered(context.session, round_.id).values()}
    marked = [(name, marks) for unit_id, name in names.items() if (marks := _marks(context, round_, unit_id))]
    units = [context.say("excusing.mark", unit=name, mark=marks[0]) for name, marks in marked]
    return Outgoing(context.say("excusing.how", units=units, month=overview.fired_on(round_)))


def _due_rounds(context: Context, unit_id: int | None = None) -> Sequence[Round]:
    """The plan's rounds whose due day is over, the newest first; of a unit that was asked."""
    query = select(Round).where(
        Round.plan_id == context.plan.id, Round.opened_at.is_not(None), Round.due_on < context.today
    )
    if unit_id is not None:
        asked = select(RoundItem.round_id).where(RoundItem.unit_id == unit_id)
        query = query.where(Round.id.in_(asked))
    return context.session.scalars(query.order_by(Round.fire_at.desc(), Round.id.desc())).all()


def _marked(context: Context, unit: Unit, month: int) -> tuple[Round, list[str]]:
    """The newest round (of that month) in which the unit is marked. Raises UserError where there is none."""
    for round_ in _due_rounds(context, unit.id):
        if month and overview.fired_on(round_).month != month:
            continue
        why = answers.excuses(context.session, [round_.id]).get((round_.id, unit.id))
        if why:
            raise UserError("excusing.already", unit=unit.name, month=overview.fired_on(round_), why=why)
        if marks := _marks(context, round_, unit.id):
            return round_, marks
    raise UserError("excusing.nothing", unit=unit.name, month=month)


def _marks(context: Context, round_: Round, unit_id: int) -> list[str]:
    """`迟报 2 天`, `未反馈`: what a unit is marked with in a round."""
    days = roundlist.late_units(context.session, round_, context.office).get(unit_id)
    found = [context.say("excusing.late", days=days)] if days else []
    unit = answers.answered(context.session, round_.id)[unit_id]
    return found + ([context.say("excusing.silent")] if unit.answer is answers.Answer.SILENT else [])


def do(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """更正, confirmed."""
    round_, unit = context.session.get_one(Round, args["round"]), context.session.get_one(Unit, args["unit"])
    marks = _marks(context, round_, unit.id)
    month = overview.fired_on(round_)
    if not marks:
        raise UserError("excusing.nothing", unit=unit.name, month=month.month)
    one = Excuse(
        round_id=round_.id, unit_id=unit.id, reason=args["why"], person_id=context.person.id, created_at=context.now
    )
    context.session.add(one)
    context.session.flush()
    context.record("excuse", ENTITY, one.id, None, _kept(one))
    text = context.say("excusing.done", unit=unit.name, month=month, marks=marks, why=one.reason)
    button = Button(context.say("schedule.undo"), "excuse_undo", {"id": one.id}, once=True)
    return [Outgoing(text, buttons=[[button]])]


def _kept(one: Excuse) -> dict[str, Any]:
    return {"round": one.round_id, "unit": one.unit_id, "reason": one.reason}


def undo_this(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """撤回 by button: the excuse that it stands under."""
    return [_undone(context, args["id"])]


def undo(context: Context, event: AuditEvent) -> list[Outgoing]:
    """撤回 by word: the mark is there again."""
    return [_undone(context, event.entity_id or 0)]


def _undone(context: Context, excuse_id: int) -> Outgoing:
    one = context.session.get(Excuse, excuse_id)
    if one is None:
        raise UserError("schedule.nothing_to_undo")
    unit, round_ = context.session.get_one(Unit, one.unit_id), context.session.get_one(Round, one.round_id)
    context.record("undo", ENTITY, one.id, _kept(one), None)
    context.session.execute(delete(Excuse).where(Excuse.id == one.id))
    return Outgoing(context.say("excusing.undone", unit=unit.name, month=overview.fired_on(round_)))


ACTIONS = confirm.for_admins({"excuse_do": do, "excuse_undo": undo_this})
