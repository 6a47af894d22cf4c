"""定期汇总: a leader orders a digest (每周一8:30给我汇总), an admin for a leader; 不用发了 ends it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from bot import access, leader_digests
from bot.context import Context
from bot.message import Button, Outgoing
from data import queries
from data.errors import UserError
from data.kinds import Role
from data.language.folding import fold
from data.models import LeaderDigest, Person
from scheduler.cadence import Cadence
from scheduler.phrases import Unclear, read_phrase, words

ORDER: Final = re.compile(
    r"^(?:请|麻烦)?(?P<when>.*?\S)\s*(?:给|向|为)(?P<how>.{1,20}?)(?:汇总|总结|摘要)(?P<more>.*)$"
)
ENGLISH: Final = re.compile(
    r"^(?:please )?(?:send|give) me (?:a |the )?(?P<how>short |brief )?summary "
    r"(?P<when>(?:every|on|at|each) .+?)(?P<more>,? even .*)?$",
    re.I,
)
STOPS: Final = re.compile(
    r"^(?:以后|汇总|定期汇总)?(?:就|都)?(?:不用|不要|别|停止|不必|取消)(?:再)?(?:给我)?(?:发|推送|定期汇总)(?:汇总|定期汇总|总结)?了?[。.!！]?$"
    r"|^(?:stop|no more) (?:sending )?(?:me )?(?:the )?summar(?:y|ies)[.!]?$",
    re.I,
)
ALWAYS: Final = re.compile(
    r"(?:没|无|不管有没有)(?:有)?变化(?:也|都)(?:要)?发?|even (?:when|if) nothing (?:has )?changed?", re.I
)
BRIEF: Final = re.compile(r"三行(?:版)?|简短(?:版|些|点)?|简要(?:版)?|短一?点|short|brief", re.I)
ENDS: Final = ("停", "停止", "不用发了", "取消", "stop")


def ordered(context: Context, text: str) -> list[Outgoing] | None:
    """`每周一8:30给我汇总`, `不用发了`; None for anything else."""
    said = fold(text).strip()
    if STOPS.match(said):
        mine = leader_digests.of(context.session, context.person.id)
        return _stopped(context, mine) if mine is not None else None
    found = ENGLISH.match(said) or ORDER.match(said)
    if found is None:
        return None
    how = found["how"] or ""
    whom = context.person.name if found.re is ENGLISH or how.startswith("我") else _named(context, how)
    if whom is None:
        return None
    extra = f"{how.removeprefix(whom)} {found['more'] or ''}"
    try:
        cadence = _cadence(context, found["when"])
    except UserError as error:
        if error.code == "schedule_not_understood":
            return None
        raise
    return [_set(context, _person(context, whom), found["when"], cadence, extra)]


def _named(context: Context, how: str) -> str | None:
    """The name that the words begin with."""
    people = [each for role in (Role.LEADER, Role.ADMIN) for each in queries.people_with(context.session, role)]
    return max((each.name for each in people if how.startswith(each.name)), key=len, default=None)


def digest(context: Context, argument: str) -> list[Outgoing]:
    """定期汇总 [领导] 每周一8:30 [三行版] [没变化也发]; 定期汇总 停; alone: what is in force."""
    said = fold(argument).strip()
    if not said:
        return [_now(context)]
    head, _, rest = said.partition(" ")
    person = context.person
    if context.may(Role.ADMIN) and access.people_named(context.session, head):
        person, said = _person(context, head), rest.strip()
    if said.lower() in ENDS:
        mine = leader_digests.of(context.session, person.id)
        if mine is None:
            raise UserError("digests.none_yet")
        return _stopped(context, mine)
    when = BRIEF.sub(" ", ALWAYS.sub(" ", said)).strip(" ,，、")
    return [_set(context, person, when, _cadence(context, when), said)]


def _cadence(context: Context, said: str) -> Cadence:
    local = context.office.local(context.inbound.said_at)
    try:
        return read_phrase(said.strip(), local, context.office.calendar)
    except Unclear as unclear:
        maybe = [words(each, context.texts.language) for each in unclear.candidates]
        raise UserError("digests.which", said=said, maybe=maybe) from None


def _person(context: Context, whom: str) -> Person:
    """Oneself; an admin may name a leader."""
    if whom == context.person.name:
        return context.person
    if not context.may(Role.ADMIN):
        raise UserError("digests.only_self")
    found = access.one_person(context.session, whom)
    if not access.roles_of(found) & {Role.LEADER, Role.ADMIN}:
        raise UserError("digests.no_leader", name=found.name)
    return found


def _set(context: Context, person: Person, when: str, cadence: Cadence, extra: str) -> Outgoing:
    before = leader_digests.of(context.session, person.id)
    if before is not None:
        leader_digests.stop(context.session, before, context.now)
    made = LeaderDigest(
        person_id=person.id,
        phrase=when,
        cadence=cadence.to_json(),
        always=ALWAYS.search(extra) is not None,
        brief=BRIEF.search(extra) is not None,
        set_by=context.person.id,
        created_at=context.now,
    )
    leader_digests.set_next(made, context.now, context.office)
    context.session.add(made)
    context.session.flush()
    context.record("digest", "person", person.id, None, {"phrase": when})
    return _told(context, made, "digests.set")


def _told(context: Context, one: LeaderDigest, key: str) -> Outgoing:
    next_local = context.office.local(one.next_at) if one.next_at is not None else None
    text = context.say(
        key,
        name="" if one.person_id == context.person.id else one.person.name,
        words=words(Cadence.from_json(one.cadence), context.texts.language),
        always=one.always,
        brief=one.brief,
        next=next_local,
        year=context.plan.year,
    )
    keys = [
        Button(context.say("digests.stop"), "digest_stop", {"id": one.id}),
        Button(context.say(f"digests.{'only_changed' if one.always else 'always'}"), "digest_always", {"id": one.id}),
        Button(context.say(f"digests.{'page' if one.brief else 'brief'}"), "digest_brief", {"id": one.id}),
    ]
    return Outgoing(text, buttons=[keys])


def _now(context: Context) -> Outgoing:
    mine = leader_digests.of(context.session, context.person.id)
    return Outgoing(context.say("digests.none")) if mine is None else _told(context, mine, "digests.now")


def _stopped(context: Context, one: LeaderDigest) -> list[Outgoing]:
    name = "" if one.person_id == context.person.id else one.person.name
    leader_digests.stop(context.session, one, context.now)
    context.record("digest_stopped", "person", one.person_id)
    return [Outgoing(context.say("digests.stopped", name=name))]


# Buttons ---------------------------------------------------------------------------------------------------


def _mine(context: Context, digest_id: int) -> LeaderDigest:
    """The digest of a button, where it is still in force and the person's own to change."""
    one = context.session.get(LeaderDigest, digest_id)
    if one is None or one.stopped_at is not None:
        raise UserError("digests.none_yet")
    if one.person_id != context.person.id and not context.may(Role.ADMIN):
        raise UserError("button_gone")
    return one


def stop(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    return _stopped(context, _mine(context, args["id"]))


def always(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    one = _mine(context, args["id"])
    one.always = not one.always
    return [_told(context, one, "digests.now")]


def brief(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    one = _mine(context, args["id"])
    one.brief = not one.brief
    return [_told(context, one, "digests.now")]


ACTIONS = {"digest_stop": stop, "digest_always": always, "digest_brief": brief}
