"""下次什么时候提醒, 为什么提醒我: anybody asks, and hears the rule that applies."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import select

from bot import overview
from bot.context import Context
from bot.handlers.proposals import rule_words
from bot.handlers.schedule import next_round
from bot.message import Outgoing
from data.kinds import ReminderKind, ReminderState
from data.models import Leave, Person, Reminder, Round, Schedule
from scheduler import rules, sharing
from scheduler.answers import answered
from scheduler.escalation import NUMBERS
from scheduler.reminding import BROUGHT

ASKED: Final = r"(?:提醒|催办?|问|调度|通知|发|报送?|反馈|填报|上报)"
NEXT: Final = re.compile(
    rf"^(?:请问|那|我?想?问一?下)?[,，]?(?:(?:我们?|本单位)?(?:下|再)(?:一)?(?:次|轮|期|回)(?:的)?(?:{ASKED})?(?:是|在|会|要|又)*"
    rf"(?:什么时候|何时|几号|哪天|啥时候|哪一天)(?:会|要|再|给)*(?:{ASKED})?(?:我们?)?"
    rf"|(?:什么时候|何时|几号|哪天|啥时候)(?:会|要|还)?(?:再|下次|又){ASKED}(?:我们?)?)[呢啊的吗]*[?？。]?$"
    r"|^when(?:'s| is| are| does| comes| will)? (?:the |my |our )?next (?:reminder|round|one)s?\b.*$"
    r"|^when (?:will|do) (?:i|we|you) .*(?:next|again)\W*$",
    re.I,
)
WHY: Final = re.compile(
    rf"^(?:请问)?(?:为什么|为何|为啥|怎么|凭什么|干嘛|干吗)(?:又|老是?|总是?|一直|还)?(?:要|在|来|给我们?)?{ASKED}(?:我们?|给我们?|这么多|消息|提醒)*(?:单位)?[呢啊了的吗]*[?？。]?$"
    r"|^why (?:(?:am|was|do|did) i|(?:are|were|do|did) (?:we|you))\b.*(?:remind|ask|get|nag|messag|writ)\w*.*$",
    re.I,
)
STEPS: Final = {number: step for step, number in NUMBERS.items()}


def asked(context: Context, text: str) -> list[Outgoing] | None:
    """The answer to such a question; None for anything else."""
    said = text.strip()
    if NEXT.match(said):
        return [next_round(context)]
    return [_why(context)] if WHY.match(said) else None


def _why(context: Context) -> Outgoing:
    last = context.session.scalar(
        select(Reminder)
        .where(
            Reminder.person_id == context.person.id,
            Reminder.kind.in_(BROUGHT),
            Reminder.state == ReminderState.QUEUED,
        )
        .order_by(Reminder.send_from.desc(), Reminder.id.desc())
        .limit(1)
    )
    if last is None:
        return Outgoing(context.say("schedule.why_never"))
    return Outgoing("\n".join([_of(context, last), *_rules(context, last.round)]))


def _of(context: Context, last: Reminder) -> str:
    round_, unit_id = last.round, context.person.unit_id or 0
    unit = answered(context.session, round_.id).get(unit_id)
    return context.say(
        f"schedule.why_{_way(last)}",
        sent=context.office.local(last.send_from),
        month=overview.fired_on(round_),
        unit=context.person.unit.name if context.person.unit is not None else "",
        rows=unit.asked if unit is not None else len(sharing.shared(context.session, round_.id).get(unit_id, ())),
        left=unit.asked - unit.answered if unit is not None else 0,
        rule=_rule(context, round_),
        due=round_.due_on,
        instead=_instead_of(context) if last.kind == ReminderKind.DIGEST else None,
        year=context.plan.year,
    )


def _way(last: Reminder) -> str:
    """What kind of message it was; of a step up, whom it tells."""
    return str(STEPS.get(last.number, last.kind) if last.kind == ReminderKind.ESCALATION else last.kind)


def _rule(context: Context, round_: Round) -> str:
    """The rule of a round; empty where somebody ordered it."""
    if round_.schedule_id is None:
        return ""
    return rule_words(context, context.session.get_one(Schedule, round_.schedule_id))


def _instead_of(context: Context) -> str | None:
    """Who is on leave today and named this person to stand in."""
    return context.session.scalar(
        select(Person.name)
        .join(Leave, Leave.person_id == Person.id)
        .where(
            Leave.stand_in_id == context.person.id,
            Leave.cancelled_at.is_(None),
            Leave.from_on <= context.today,
            Leave.until_on >= context.today,
        )
        .limit(1)
    )


def _rules(context: Context, round_: Round) -> list[str]:
    """Where the unit's rows go by several schedules: which asks for how many, the more special one first."""
    there = rules.ruling(context.session, round_.plan_id, context.person.unit_id or 0)
    if len(there) < 2:
        return []
    said = [context.say("schedule.why_part", rule=rule_words(context, one), rows=rows) for one, rows in there]
    return [context.say("schedule.why_rules", parts=said)]
