"""日历: an admin makes a day a working day or a day off; first the effect, then 确定, and 撤回 for a day."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import select

from bot import overview
from bot.context import Context
from bot.handlers import confirm
from bot.handlers.confirm import Answer
from bot.handlers.proposals import phrase_of
from bot.handlers.scopes import scope_words
from bot.message import Button, Outgoing
from data import corrections
from data.errors import UserError
from data.kinds import RoundState
from data.language.dates import find_dates
from data.models import AuditEvent, Round, Schedule
from scheduler import correcting
from scheduler.correcting import Moved
from scheduler.office import in_force
from scheduler.schedules import UNDO_WITHIN, By
from scheduler.scope import scope_of
from scheduler.workdays import next_workday

MOST_DAYS: Final = 60
MOST_BUTTONS: Final = 8
BETWEEN: Final = re.compile(r"[,，;；。\n]+(?!\s*$)")
SAYS: Final = re.compile(
    r"^\s*(?:把|将|请)?(?P<days>.{2,40}?)\s*(?:设为|改为|改成|定为|调整为|为|是|to be|is)?\s*"
    r"(?:(?P<off>放假|休息|不上班|休假|休|(?:a )?(?:holiday|day off)|off|closed)"
    r"|(?P<worked>(?:照常|正常|调休|补班|要)?上班|补班|(?:a )?(?:工作日|working day|workday)|open)"
    r"|(?P<published>恢复|按国家安排|按法定|按原来|as published|reset))\s*[。.!！]?\s*$",
    re.I,
)


def calendar(context: Context, argument: str) -> list[Outgoing]:
    """日历 10月11日上班，10月12日放假; alone: what was corrected, and which years are known."""
    if not argument.strip():
        return [_listing(context)]
    days = days_said(context, argument)
    if days is None:
        raise UserError("calendar.how")
    return [_proposal(context, days)]


def ordered(context: Context, text: str) -> list[Outgoing] | None:
    """`10月12日放假`, typed as it is; None for anything else."""
    days = days_said(context, text)
    return [_proposal(context, days)] if days is not None else None


def days_said(context: Context, text: str) -> dict[date, bool | None] | None:
    """day → worked, off, or (None) as published; None where the text says something else."""
    found: dict[date, bool | None] = {}
    for clause in BETWEEN.split(text.strip()):
        says = SAYS.match(clause)
        days = _days(context, says["days"]) if says is not None else []
        if says is None or not days:
            return None
        found |= dict.fromkeys(days, None if says["published"] else says["worked"] is not None)
    return found


def _days(context: Context, said: str) -> list[date]:
    """The days that the words name, where they name days and nothing else."""
    dates = find_dates(said, context.said_on, "future", context.office.calendar)
    if not dates or any(each.ask or each.before for each in dates):
        return []
    rest = said
    for each in reversed(dates):
        rest = rest[: each.begin] + rest[each.stop :]
    if re.sub(r"[\s、和及与and（(）)周星期一二三四五六日天至到—~-]+|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*", "", rest):
        return []
    days = [each.start + timedelta(days=n) for each in dates for n in range((each.end - each.start).days + 1)]
    return days if len(days) <= MOST_DAYS else []


# What it says ----------------------------------------------------------------------------------------------


def _proposal(context: Context, days: Mapping[date, bool | None]) -> Outgoing:
    moved = correcting.foresee(context.session, days, context.now, context.office)
    text = context.say("calendar.ask", days=_spans(context, days), effect=_effect(context, moved))
    args = {"days": {day.isoformat(): worked for day, worked in days.items()}}
    answers = [Answer(context.say("schedule.confirm"), "calendar_do", args, primary=True)]
    return confirm.propose(context, text, [*answers, confirm.never_mind(context)])


def _spans(context: Context, days: Mapping[date, bool | None]) -> list[str]:
    """`10月12日（周二）放假`, `10月1日至3日放假`."""
    ordered_days = sorted(days)
    runs = groupby(ordered_days, key=lambda day: (days[day], day.toordinal() - ordered_days.index(day)))
    return [_span(context, list(run), worked) for (worked, _start), run in runs]


def _span(context: Context, run: list[date], worked: bool | None) -> str:
    what = "published" if worked is None else "worked" if worked else "off"
    return context.say("calendar.span", first=run[0], last=run[-1], what=what, year=context.plan.year)


def _effect(context: Context, moved: Moved) -> list[str]:
    year = context.plan.year
    said = []
    for schedule_id, before, after in moved.openings:
        one = context.session.get_one(Schedule, schedule_id)
        scope = scope_words(context, scope_of(one))
        local = [context.office.local(moment) if moment is not None else None for moment in (before, after)]
        words = phrase_of(context, one)
        said.append(
            context.say("calendar.opening", words=words, scope=scope, before=local[0], after=local[1], year=year)
        )
    for round_id, first, then in moved.due_days:
        month = overview.fired_on(context.session.get_one(Round, round_id))
        said.append(context.say("calendar.due", month=month, before=first, after=then, year=year))
    return said


def _listing(context: Context) -> Outgoing:
    kept = corrections.corrections(context.session)
    ahead = {day: worked for day, worked in kept.items() if day >= context.today}
    known = context.office.calendar.last_known
    text = context.say("calendar.listing", days=_spans(context, ahead), known=known)
    buttons = [
        Button(context.say("calendar.reset", day=day, year=context.plan.year), "calendar_ask", {"day": day.isoformat()})
        for day in list(ahead)[:MOST_BUTTONS]
    ]
    keys = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    return Outgoing(text, title=context.say("calendar.title"), buttons=keys)


# Doing it --------------------------------------------------------------------------------------------------


def do(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """What was confirmed."""
    days = correcting.days_of(args["days"])
    by = By(context.person.id, context.channel)
    moved = correcting.correct(context.session, days, context.now, context.office, by=by)
    context.office = in_force(context.session, context.office)
    text = context.say("calendar.done", days=_spans(context, days), effect=_effect(context, moved))
    event = context.session.scalar(_newest())
    assert event is not None
    undo_it = Button(context.say("schedule.undo"), "calendar_undo", {"event": event.id}, once=True)
    return [Outgoing(text, buttons=[[undo_it]])]


def _newest() -> Any:
    return select(AuditEvent).where(AuditEvent.entity == correcting.ENTITY).order_by(AuditEvent.id.desc()).limit(1)


def ask_reset(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """[恢复 10月12日], under the list."""
    return [_proposal(context, {date.fromisoformat(args["day"]): None})]


def undo_this(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """撤回 by button: only the change that it stands under."""
    event = context.session.scalar(_newest())
    if event is None or event.id != args["event"] or event.at <= context.now - UNDO_WITHIN:
        raise UserError("schedule.changed_meanwhile")
    return undo(context, event)


def undo(context: Context, event: AuditEvent) -> list[Outgoing]:
    """Put the days of a correction back to what they were before it; those that are over stay."""
    before = correcting.days_of(event.before or {})
    days = {day: worked for day, worked in before.items() if day >= context.today}
    if not days:
        raise UserError("schedule.nothing_to_undo")
    by, calendar = By(context.person.id, context.channel), context.office.calendar
    moved = correcting.correct(context.session, days, context.now, context.office, by=by, action="undo")
    context.office = in_force(context.session, context.office)
    now_worked = {day: context.office.calendar.is_workday(day) for day in days}
    put_off = {
        next_workday(day, calendar) for day, worked in now_worked.items() if worked and not calendar.is_workday(day)
    }
    effect = [*_effect(context, moved), *_staying(context, put_off)]
    return [Outgoing(context.say("calendar.undone", days=_spans(context, now_worked), effect=effect))]


def _staying(context: Context, days: Collection[date]) -> list[str]:
    """That a due day which was put off stays so: nobody is asked sooner than was said."""
    query = select(Round).where(
        Round.plan_id == context.plan.id, Round.state == RoundState.OPEN, Round.due_on.in_(days)
    )
    return [
        context.say("calendar.due_stays", month=overview.fired_on(each), day=each.due_on, year=context.plan.year)
        for each in context.session.scalars(query)
    ]


ACTIONS = confirm.for_admins({"calendar_do": do, "calendar_ask": ask_reset, "calendar_undo": undo_this})
