"""安排: when rounds open. An admin changes it by a phrase: first the effect, then 确定, and 撤回 for a day."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from bot import overview
from bot.context import Context
from bot.echo import row_title
from bot.handlers import confirm, copying, known
from bot.handlers.proposals import ahead, all_schedules, facts_of, rule_words, the_schedule
from bot.handlers.remind import ACTIONS as REMIND_ACTIONS
from bot.handlers.remind import remind, waiting
from bot.handlers.reschedule import (
    AWAITS_PHRASE,
    TIMELY,
    ask_to,
    ask_to_add,
    ask_to_skip,
    await_phrase,
    change_to,
    do,
    preview,
    preview_new,
    read_then,
    undo_this,
)
from bot.handlers.rows import one_row, visible_rows
from bot.handlers.scopes import scope_from
from bot.message import Button, Outgoing
from data.errors import UserError
from data.kinds import Role
from data.language.dates import find_dates
from data.models import Assignment, Dialog, Schedule
from scheduler import rules
from scheduler.cadence import Cadence
from scheduler.phrases import Unclear, read_phrase

__all__ = ["ACTIONS", "ordered", "remind", "schedule", "skip", "waiting"]

PAUSE, RESUME = ("暂停", "pause"), ("恢复", "resume")
COPY, REMOVE, ADD = ("复制", "copy"), ("删除", "remove"), ("加", "加一个", "新增", "添加", "增加", "add")
CHANGE = ("改", "改成", "改为", "改到", "change")
CHANGES = re.compile(
    r"^(?:请|麻烦)?(?:把|将)?(?:调度|提醒|发送|发出|通知)?的?(?:时间|频次|安排)?(?:都|统一)?"
    r"(?:改成|改为|改到|换成|调整为|调整到|调到|change (?:it )?to)[\s:：]*(?P<phrase>.+)$",
    re.I,
)
ADDS = re.compile(r"^(?:再)?(?:加一个|新增|增加|添加)(?:一个|一次)?(?:安排|提醒|调度)?[\s:：]+(?P<phrase>.+)$")
NAGS = re.compile(
    r"^(?:请|麻烦)?(?:现在|马上|立刻|立即|再)*(?:催(?:办|一?[下催])?|提醒一下|remind)\s*(?P<whom>.*?)(?:吧|一下)?[。！!.]?$",
    re.I,
)
PAUSES = re.compile(
    r"^(?:先?暂停(?:发出|调度|提醒|安排|发送)?|pause)\s*(?P<until>(?:到|至|until)\s*.{1,20}?)?[。！!.]?$", re.I
)
UNTIL = re.compile(r"(?:到|至|直到|until)\s*(?P<day>.+)$", re.I)
COPIES = re.compile(r"^(?:把)?(?P<rest>(?:复制|copy)\s*.*(?:给|到|to ).+)$", re.I)
SKIP = re.compile(r"^跳过(?P<rest>(?:下|本|这)(?:一)?(?:轮|期|次).*)$")
SKIPS = re.compile(r"^(?P<number>\d+)?\s*(?:(?:下|本|这)(?:一)?(?:轮|期|次)(?:调度)?|next)?(?P<why>.*)$", re.I | re.S)
OF_A_ROW = re.compile(r"^(?:\d{1,3}\.\d{1,3}|(?:序号|项目)\s*\d{1,3}(?:\.\d{1,3})?)$")
RESUMES = re.compile(r"^(?:恢复(?:发出|调度|提醒|安排|发送)?|resume)[。！!.]?$", re.I)
BARE = re.compile(r"^(?:每|逢|按[月周季]|every |each |on (?:the|every|each) )", re.I)
TIME_AFTER_VERB = re.compile(
    r"^(?:reports?|remind|reminders?) "
    r"(?:on (?:the|every|each) |by the |every |each |once an? |(?:month|week|quarter)ly\b)",
    re.I,
)


# What there is ---------------------------------------------------------------------------------------------


def schedule(context: Context, argument: str) -> list[Outgoing]:
    """安排: an admin sees and changes; everybody else sees when the next round comes."""
    if OF_A_ROW.match(argument.strip()):
        return [_of_row(context, argument.strip())]
    if not context.may(Role.ADMIN):
        return [next_round(context)]
    if not argument:
        return [_listing(context)]
    word, _, rest = argument.partition(" ")
    if word in PAUSE:
        return _pause(context, rest)
    for words_, run in ((RESUME, "resume"), (REMOVE, "remove")):
        if word in words_:
            return ask_to(context, run, _chosen(context, rest))
    if word in COPY and rest:
        return copying.copy(context, rest)
    if word in ADD and rest:
        return ask_to_add(context, rest)
    return change_to(context, rest if word in CHANGE and rest else argument)


def next_round(context: Context) -> Outgoing:
    """When the next round comes for the person, and by which rule."""
    mine = {row.id for row in visible_rows(context)}
    if not mine and (helped := known.helped_rows(context)):
        return _next_without_answer(context, helped)
    going = overview.open_round(context.session, context.plan)
    first = _first_reaching(context, mine)
    fire = next(iter(ahead(context, first)), None) if first is not None else None
    return Outgoing(
        context.say(
            "schedule.next_round",
            month=overview.fired_on(going) if going is not None else None,
            going_due=going.due_on if going is not None else None,
            fire=fire,
            year=context.plan.year,
            rule=rule_words(context, first) if first is not None and fire is not None else "",
        )
    )


def _of_row(context: Context, said: str) -> Outgoing:
    """安排 4.3: which schedule asks for a row, and when next; the most special one wins."""
    row = one_row(context, said)
    found = rules.rules_of(context.session, row)
    others = [one for one in rules.covering_of(context.session, row) if one not in found]
    lines = [
        context.say(
            "schedule.row_rule",
            others=[rule_words(context, other) for other in others],
            rule=rule_words(context, one),
            fire=next(iter(ahead(context, one)), None),
            paused=one.paused_at is not None,
            year=context.plan.year,
        )
        for one in found
    ]
    text = "\n".join(lines) or context.say("schedule.row_without")
    return Outgoing(text, title=row_title(context.texts, row))


def _next_without_answer(context: Context, helped: Sequence[Assignment]) -> Outgoing:
    """The same for a unit that only takes part: others are asked, and a co-lead unit is told."""
    first = _first_reaching(context, {row.id for row in helped})
    fire = next(iter(ahead(context, first)), None) if first is not None else None
    co_lead = any(known.is_co_lead(context, row) for row in helped)
    return Outgoing(context.say("schedule.next_round_helped", fire=fire, co_lead=co_lead, year=context.plan.year))


def _first_reaching(context: Context, rows: set[int]) -> Schedule | None:
    """The schedule by which one of the rows is asked for next."""
    coming = [one for one in all_schedules(context) if one.next_at is not None and _reaches(context, one, rows)]
    return min(coming, key=lambda one: one.next_at or context.now, default=None)


def _reaches(context: Context, one: Schedule, rows: set[int]) -> bool:
    return any(ask.assignment_id in rows for ask in rules.asks_of(context.session, one))


def _listing(context: Context) -> Outgoing:
    found = all_schedules(context)
    lines = [
        context.say("schedule.line", year=context.plan.year, **facts_of(context, number, one))
        for number, one in enumerate(found, 1)
    ]
    add = Button(context.say("schedule.add"), "schedule_edit", {})
    keys = [_buttons(context, one, str(n) if len(found) > 1 else "") for n, one in enumerate(found, 1)]
    text = "\n".join(lines) or context.say("schedule.none")
    return Outgoing(text, title=context.say("schedule.title", count=len(found)), buttons=[*keys, [add]])


def _buttons(context: Context, one: Schedule, number: str) -> list[Button]:
    def button(name: str, action: str, **args: Any) -> Button:
        return Button(f"{number} {context.say(f'schedule.{name}')}".strip(), action, {"id": one.id, **args})

    turn = "resume" if one.paused_at is not None else "pause"
    return [
        button("edit", "schedule_edit"),
        button(turn, "schedule_ask", what=turn),
        button("copy", "schedule_copy"),
        button("remove", "schedule_ask", what="remove"),
    ]


def _chosen(context: Context, said: str) -> Schedule:
    """The schedule of that number in the list; the only one where nothing is said."""
    found = all_schedules(context)
    if not found:
        raise UserError("schedule.none_yet")
    number = said.strip().removeprefix("第").removesuffix("个")
    if not number and len(found) == 1:
        return found[0]
    if not number.isdigit() or not 1 <= int(number) <= len(found):
        raise UserError("schedule.which_number", count=len(found))
    return found[int(number) - 1]


def _pause(context: Context, said: str) -> list[Outgoing]:
    """暂停 [2] [到10月20日]."""
    until = UNTIL.search(said)
    one = _chosen(context, said[: until.start()] if until is not None else said)
    return ask_to(context, "pause", one, _day(context, until["day"]) if until is not None else None)


def _day(context: Context, said: str) -> date:
    found = find_dates(said, context.said_on, "future", context.office.calendar)
    if not found or found[0].ask or found[0].start <= context.today:
        raise UserError("schedule.pause_until")
    return found[0].start


def skip(context: Context, argument: str) -> list[Outgoing]:
    """跳过 [2] [下一轮] [reason]: the next round is passed over, after a confirmation."""
    found = SKIPS.match(argument.strip())
    assert found is not None
    return ask_to_skip(context, _chosen(context, found["number"] or ""), found["why"].strip(" ，,：:。"))


# Orders in free words --------------------------------------------------------------------------------------


def ordered(context: Context, text: str) -> list[Outgoing] | None:
    """What an admin typed, if it is an order; else None."""
    said = text.strip()
    awaited = known.open_question(context)
    if awaited is not None and awaited.kind == copying.AWAITS_SCOPE:
        return copying.to(context, awaited, said)
    for pattern, run in ORDERS:
        found = pattern.match(said)
        if found is not None:
            return run(context, found)
    if awaited is not None and awaited.kind == AWAITS_PHRASE and TIMELY.search(said):
        return _awaited(context, awaited, said)
    return _bare_phrase(context, said) if BARE.match(said) else None


ORDERS: Sequence[tuple[re.Pattern[str], Callable[[Context, re.Match[str]], list[Outgoing]]]] = (
    (CHANGES, lambda context, found: change_to(context, found["phrase"])),
    (COPIES, lambda context, found: copying.copy(context, found["rest"])),
    (ADDS, lambda context, found: ask_to_add(context, found["phrase"])),
    (NAGS, lambda context, found: remind(context, found["whom"])),
    (PAUSES, lambda context, found: _pause(context, found["until"] or "")),
    (SKIP, lambda context, found: skip(context, found["rest"])),
    (RESUMES, lambda context, _found: ask_to(context, "resume", _chosen(context, ""))),
)


def _awaited(context: Context, dialog: Dialog, said: str) -> list[Outgoing]:
    one = dialog.state.get("id")
    if one is None:
        return ask_to_add(context, said)
    return read_then(context, said, lambda cadence: preview(context, the_schedule(context, one), cadence), {"id": one})


def begins_like_command(context: Context, text: str) -> list[Outgoing] | None:
    """`report on the 25th of every month`, `remind every Friday`: a time, though the first word is a command's."""
    return _bare_phrase(context, text.strip()) if TIME_AFTER_VERB.match(text.strip()) else None


def _bare_phrase(context: Context, said: str) -> list[Outgoing] | None:
    """A time and nothing else, 每月25日9点; what only begins like one (每月培训100人) is no order."""
    try:
        read_phrase(said, context.office.local(context.inbound.said_at), context.office.calendar)
    except Unclear as unclear:
        if unclear.code == "not_understood":
            return None
    except UserError as error:
        if error.code == "schedule_not_understood":
            return None
    return change_to(context, said)


# Buttons ---------------------------------------------------------------------------------------------------


def edit(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """改时间, 再改改, 加一个: the next words are a phrase."""
    key = "schedule.write_new" if args.get("id") is None else "schedule.write_phrase"
    return [await_phrase(context, key, {"id": args.get("id")})]


def show_preview(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """A likely cadence, or one of several schedules, was chosen."""
    cadence = Cadence.from_json(args["cadence"])
    if args.get("id") is not None:
        return preview(context, the_schedule(context, args["id"]), cadence)
    return [preview_new(context, cadence, scope_from(args))]


ACTIONS = {
    **confirm.ACTIONS,
    **confirm.for_admins(
        {
            **REMIND_ACTIONS,
            "schedule_edit": edit,
            "schedule_preview": show_preview,
            "schedule_ask": lambda context, args: ask_to(context, args["what"], the_schedule(context, args["id"])),
            "schedule_do": do,
            "schedule_undo": undo_this,
            "schedule_copy": copying.whom,
        }
    ),
}
