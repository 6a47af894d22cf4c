"""加入申请: strangers who ask to be let in, and the admin's word on each (`bot.joining`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import access, joining
from bot.context import Context
from bot.handlers import confirm, welcome
from bot.invitations import channel_name
from bot.message import Outgoing
from bot.texts import texts
from data import queries
from data.errors import UserError
from data.kinds import Priority, Role
from data.models import Joining, Person
from scheduler import newcomers

YES = ("同意", "yes", "accept")
NO = ("不同意", "no", "refuse")


def command(context: Context, argument: str) -> list[Outgoing]:
    """加入申请: those that wait; 加入申请 同意 3, 加入申请 不同意 3 decide as the buttons do."""
    if not argument:
        return _waiting(context)
    word, *numbers = argument.split()
    if word.lower() not in YES + NO or not numbers or not all(each.isascii() and each.isdigit() for each in numbers):
        raise UserError("join.decide_how")
    row = context.session.get(Joining, int(numbers[0]))
    if row is None:
        raise UserError("join.none_such", number=int(numbers[0]))
    if word.lower() in NO:
        return refuse(context, {"joining": row.id})
    return accept(context, {"joining": row.id, "person": _meant(context, row, numbers[1:])})


def _waiting(context: Context) -> list[Outgoing]:
    rows = joining.open_ones(context.session, context.now)
    if not rows:
        return [Outgoing(context.say("join.none"))]
    claims = [(row, joining.claim_of(context.session, row)) for row in rows[: joining.TOLD_A_DAY]]
    return [
        Outgoing(joining.worded(context.texts, row, claim), buttons=joining.buttons(context.texts, row, claim))
        for row, claim in claims
    ]


def _meant(context: Context, row: Joining, numbers: list[str]) -> int | None:
    """The person whom a typed 同意 means: the one that is named, else the only one of that name."""
    if numbers:
        return int(numbers[0])
    people = joining.claim_of(context.session, row).people
    if len(people) > 1:
        raise UserError("ambiguous_person", name=row.name, ids=[person.id for person in people])
    return people[0].id if people else None


def accept(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """同意: the account is bound to the person, who is registered where nobody of that name was."""
    row = _open(context, args)
    person = _person(context, row, args["person"])
    if Role.ADMIN in access.roles_of(person):
        raise UserError("people.admin_elsewhere")
    if row.account.person_id is not None or not joining.decide(
        context.session, row, "accepted", context.person.id, context.now
    ):
        raise UserError("join.decided", outcome=row.outcome or "code", by="", at=None)
    others = [account.id for account in person.accounts]
    access.bind(context.session, row.account, person, context.now, actor_id=context.person.id)
    newcomers.show_open(context.session, person, context.now)
    say = texts(person.language)
    told = Outgoing(context.say("join.accepted", who=joining.who(context.texts, person), id=person.id))
    another = say.say("join.another", channel=channel_name(say, row.account.channel))
    return [
        told,
        replace(welcome.bound(person, say), account_id=row.account_id),
        *(Outgoing(another, account_id=account, priority=Priority.NOTICE) for account in others),
    ]


def _person(context: Context, row: Joining, person_id: int | None) -> Person:
    """Raises UserError where there is nobody to bind to, or no unit to register somebody for."""
    if person_id is not None:
        return access.one_person(context.session, str(person_id))
    unit = access.unit_named(context.session, row.unit)
    order = "B" if queries.liaisons(context.session, unit.id) else "A"
    return access.add_person(
        context.session, row.name, Role.LIAISON, context.now, unit=unit, order=order, actor_id=context.person.id
    )


def refuse(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """不同意: the stranger hears it politely."""
    row = _open(context, args)
    joining.decide(context.session, row, "refused", context.person.id, context.now)
    context.record("refuse", "account", row.account_id, None, {"joining": row.id})
    say = texts(row.account.language or context.person.language)
    told = Outgoing(context.say("join.refused", name=row.name, unit=row.unit))
    return [told, Outgoing(say.say("join.sorry"), account_id=row.account_id)]


def _open(context: Context, args: Mapping[str, Any]) -> Joining:
    """Raises UserError `join.decided` with who did."""
    row = context.session.get_one(Joining, args["joining"])
    if row.decided_at is not None or context.now - row.asked_at > joining.KEPT:
        by = row.decider.name if row.decider is not None else ""
        at = context.office.local(row.decided_at) if row.decided_at is not None else None
        raise UserError("join.decided", outcome=row.outcome or "lapsed", by=by, at=at)
    return row


ACTIONS = confirm.for_admins({"join_accept": accept, "join_refuse": refuse})
