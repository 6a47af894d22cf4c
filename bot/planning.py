"""The page of schedules: what there is, what a change would mean, and carrying it out. The same words as in chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import access
from bot.channels.web import NAME, address_of
from bot.context import Context
from bot.handlers import lastchange, proposals
from bot.handlers.scopes import EVERYBODY, scope_args, scope_or_people, scope_words, whom
from bot.message import Inbound, Kind
from bot.texts import texts
from bot.web.views import PlanningRow, PlanningView, Proposal, ProposalChoice
from data import queries
from data.errors import UserError
from data.models import Account, AuditEvent, Person, Schedule
from scheduler import openings, schedules
from scheduler.cadence import Cadence
from scheduler.office import Office, in_force
from scheduler.phrases import Unclear, read_phrase, words
from scheduler.scope import Scope, scope_of

ENTITY = "schedule"
STOPPING = ("pause", "resume", "remove")
MOST_DAYS = 30


def _context(session: Session, person_id: int, now: datetime, office: Office) -> Context:
    """The person's surroundings at the page; nothing is stored of the visit."""
    person = session.get_one(Person, person_id)
    address = address_of(person_id)
    return Context(
        session=session,
        now=now,
        office=in_force(session, office),
        texts=texts(person.language),
        channel=NAME,
        account=Account(channel=NAME, external_id=address, chat_id=address, created_at=now),
        person=person,
        roles=access.roles_of(person),
        inbound=Inbound(kind=Kind.TEXT, sender=address, chat=address, message_id="", said_at=now),
        inbox_id=0,
    )


# What there is ---------------------------------------------------------------------------------------------


def page(session: Session, person_id: int, now: datetime, did: str, *, office: Office) -> PlanningView:
    """The plan's schedules; `did` is the audit event of what was just done, which is said at the top."""
    context = _context(session, person_id, now, office)
    found = proposals.all_schedules(context)
    return PlanningView(
        title=context.plan.title,
        rows=tuple(_row(context, number, one) for number, one in enumerate(found, 1)),
        whom=tuple(_whom(context)),
        days=context.office.due_workdays,
        done=_done(context, did),
        can_undo=_can_undo(context),
        today=context.today,
    )


def _row(context: Context, number: int, one: Schedule) -> PlanningRow:
    facts = proposals.facts_of(context, number, one)
    days = facts.pop("due_workdays")
    fires = tuple(context.office.local(fire.opens) for fire in facts.pop("fires"))
    return PlanningRow(id=one.id, days=days, fires=fires, **facts)


def _whom(context: Context) -> list[str]:
    """What may be typed as the scope, for the browser to offer: everybody, units, leaders, liaisons, rows."""
    rows = queries.assignments(context.session, context.plan.id)
    return list(dict.fromkeys([EVERYBODY[0], *whom(context), *(row.ref for row in rows)]))


def _done(context: Context, did: str) -> str:
    event = context.session.get(AuditEvent, int(did)) if did.isdecimal() and len(did) < 10 else None
    if event is None or event.entity != ENTITY or event.entity_id is None or event.actor_id != context.person.id:
        return ""
    one = context.session.get_one(Schedule, event.entity_id)
    if event.action == "undo":
        return context.say("schedule.undone_short", words=proposals.phrase_of(context, one))
    return proposals.done_text(context, event.action, one)


def _can_undo(context: Context) -> bool:
    last = lastchange.newest(context)
    return last is not None and last.entity == ENTITY


# What a change would mean ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wish:
    """What a form asks for; `seen` is the newest change of any schedule when it was made, against doubles."""

    what: str
    id: int | None
    phrase: str
    whom: str
    days: int | None
    until: date | None
    why: str
    keep: bool
    seen: str


def _wish(fields: Mapping[str, str]) -> Wish:
    number, days = fields.get("id", ""), fields.get("days", "")
    return Wish(
        what=fields.get("what", ""),
        id=int(number) if number.isdecimal() and len(number) < 10 else None,
        phrase=fields.get("phrase", "").strip()[:200],
        whom=fields.get("whom", "").strip()[:200] or EVERYBODY[0],
        days=min(int(days), MOST_DAYS) if days.isdecimal() and len(days) < 5 else None,
        until=_day(fields.get("until", "")),
        why=fields.get("why", "").strip()[:200],
        keep=fields.get("keep") == "1",
        seen=fields.get("seen", ""),
    )


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise UserError("schedule.pause_until") from None


def propose(session: Session, person_id: int, now: datetime, fields: Mapping[str, str], *, office: Office) -> Proposal:
    """What a form would do, in days and numbers, with the answers to it. Raises UserError; writes nothing."""
    context = _context(session, person_id, now, office)
    kept = {name: value for name, value in fields.items() if name in FIELDS} | {"seen": str(_seen(context))}
    try:
        return _proposal(context, _wish(fields), kept)
    except Unclear as unclear:
        text = context.say(f"schedule.unclear.{unclear.code}", what=words(unclear.candidates[0], context.texts.language)
                           if unclear.candidates else "")  # fmt: skip
        choices = [
            ProposalChoice(words(each, context.texts.language), {**kept, "phrase": words(each)}, again=True)
            for each in unclear.candidates
        ]
        return Proposal(text, tuple(choices))


FIELDS = ("what", "id", "phrase", "whom", "days", "until", "why")


def _proposal(context: Context, wish: Wish, kept: Mapping[str, str]) -> Proposal:
    fires: tuple[openings.Fire, ...] = ()
    if wish.what in ("add", "copy"):
        scope, cadence, days = _new(context, wish)
        text, coming = proposals.new_text(context, cadence, scope, days)
    elif wish.what == "change":
        one = _the(context, wish)
        text, coming = proposals.change_text(context, one, _cadence(context, wish), wish.days)
        fires = tuple(coming)
    elif wish.what in STOPPING:
        text = proposals.stop_text(context, wish.what, _the(context, wish), _until(context, wish))
    elif wish.what == "skip":
        text = proposals.skip_text(context, _the(context, wish), wish.why)
    else:
        raise UserError("schedule.changed_meanwhile")
    return Proposal(text, tuple(_choices(context, wish, kept, fires)))


def _choices(
    context: Context, wish: Wish, kept: Mapping[str, str], fires: tuple[openings.Fire, ...]
) -> list[ProposalChoice]:
    label = context.say("schedule.confirm" if wish.what in ("add", "copy", "change") else f"schedule.{wish.what}")
    choices = [ProposalChoice(label, kept, primary=True)]
    skipped = next((fire for fire in fires if fire.skipped is not None), None)
    if skipped is not None:
        choices.append(ProposalChoice(context.say("schedule.keep_first", day=skipped.opens), {**kept, "keep": "1"}))
    return choices


def _the(context: Context, wish: Wish) -> Schedule:
    if wish.id is None:
        raise UserError("schedule.changed_meanwhile")
    return proposals.the_schedule(context, wish.id)


def _cadence(context: Context, wish: Wish) -> Cadence:
    return read_phrase(wish.phrase, context.office.local(context.now), context.office.calendar)


def _new(context: Context, wish: Wish) -> tuple[Scope, Cadence, int]:
    """The scope, the cadence and the days to answer of what would be added."""
    scope = scope_or_people(context, wish.whom)
    if wish.what == "copy":
        one = _the(context, wish)
        if scope == scope_of(one):
            raise UserError("schedule.same_scope", scope=scope_words(context, scope))
        return scope, schedules.cadence_of(one), one.due_workdays
    days = context.office.due_workdays if wish.days is None else wish.days
    return scope, _cadence(context, wish), days


def _until(context: Context, wish: Wish) -> date | None:
    if wish.what != "pause" or wish.until is None:
        return None
    if wish.until <= context.today:
        raise UserError("schedule.pause_until")
    return wish.until


# Doing it --------------------------------------------------------------------------------------------------


def _seen(context: Context) -> int:
    query = select(func.max(AuditEvent.id)).where(AuditEvent.entity == ENTITY)
    return context.session.scalar(query) or 0


def do(session: Session, person_id: int, now: datetime, fields: Mapping[str, str], *, office: Office) -> int:
    """Carry out what was proposed; the audit event of it. Raises UserError where anything has changed since."""
    context = _context(session, person_id, now, office)
    wish = _wish(fields)
    if wish.seen != str(_seen(context)):
        raise UserError("schedule.changed_meanwhile")
    try:
        proposals.carry_out(context, _args(context, wish))
    except Unclear:
        raise UserError("schedule.changed_meanwhile") from None
    return _seen(context)


def _args(context: Context, wish: Wish) -> dict[str, object]:
    """The arguments that the same button has in chat."""
    if wish.what in ("add", "copy"):
        scope, cadence, days = _new(context, wish)
        return {"what": "add", "cadence": cadence.to_json(), "due_workdays": days, **scope_args(scope)}
    one = _the(context, wish)
    args: dict[str, object] = {"what": wish.what, "id": one.id, "seen": one.changed_at.isoformat(), "why": wish.why}
    if wish.what == "change":
        return args | {"cadence": _cadence(context, wish).to_json(), "due_workdays": wish.days, "keep_first": wish.keep}
    if wish.what not in (*STOPPING, "skip"):
        raise UserError("schedule.changed_meanwhile")
    until = _until(context, wish)
    return args if until is None else args | {"until": until.isoformat()}


def undo(session: Session, person_id: int, now: datetime, *, office: Office) -> int:
    """Take back the last change of a schedule; the audit event of it. Raises UserError where there is none."""
    context = _context(session, person_id, now, office)
    if not _can_undo(context):
        raise UserError("schedule.nothing_to_undo")
    lastchange.undo(context)
    return _seen(context)
