"""代阅: an admin lets a secretary see what a leader sees; reading only, no remark is made for another."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from bot import access
from bot.context import Context
from bot.handlers import people
from bot.message import Outgoing
from data import queries
from data.errors import UserError
from data.kinds import Role
from data.models import AssignmentLeader, Person, ReadsFor

ENDS: Final = ("停", "停止", "取消", "stop", "end")


def reading_for(context: Context, argument: str) -> list[Outgoing]:
    """代阅 秘书 领导; 代阅 秘书 停; alone: who reads for whom."""
    words = argument.split()
    if not words:
        return [_listing(context)]
    if len(words) != 2:
        raise UserError("reading_for.how")
    name, whom = words
    if whom.lower() in ENDS:
        return [_end(context, access.one_person(context.session, name))]
    return _begin(context, name, _leader(context, whom))


def _leader(context: Context, name: str) -> Person:
    found = access.one_person(context.session, name)
    if Role.LEADER not in access.roles_of(found) or found.reads_for is not None:
        raise UserError("reading_for.no_leader", name=found.name)
    return found


def _begin(context: Context, name: str, leader: Person) -> list[Outgoing]:
    known = access.people_named(context.session, name)
    person = known[0] if known else access.add_person(context.session, name, Role.LEADER, context.now)
    if person.id == leader.id or access.roles_of(person) != {Role.LEADER} or _leads(context, person):
        raise UserError("reading_for.not_a_secretary", name=person.name)
    if person.reads_for is None:
        person.reads_for = ReadsFor(leader_id=leader.id, set_by=context.person.id, created_at=context.now)
    else:
        person.reads_for.leader_id = leader.id
    context.session.flush()
    context.session.refresh(person)
    context.record("reads_for", "person", person.id, None, {"leader": leader.id})
    said = Outgoing(context.say("reading_for.set", name=person.name, leader=leader.name))
    return [said] if person.accounts else [said, *people.invite(context, str(person.id))]


def _leads(context: Context, person: Person) -> bool:
    """Whether rows of a plan are the person's own."""
    query = select(AssignmentLeader.assignment_id).where(AssignmentLeader.person_id == person.id).limit(1)
    return context.session.scalar(query) is not None


def _end(context: Context, person: Person) -> Outgoing:
    if person.reads_for is None:
        raise UserError("reading_for.reads_for_nobody", name=person.name)
    leader = person.reads_for.leader.name
    person.reads_for = None
    context.session.flush()
    context.record("reads_for_ended", "person", person.id)
    return Outgoing(context.say("reading_for.ended", name=person.name, leader=leader))


def _listing(context: Context) -> Outgoing:
    readers = [each for each in queries.people_with(context.session, Role.LEADER) if each.reads_for is not None]
    lines = [
        context.say("reading_for.line", name=each.name, leader=each.reads_for.leader.name)
        for each in readers
        if each.reads_for is not None
    ]
    return Outgoing("\n".join([*lines, context.say("reading_for.how")]))
