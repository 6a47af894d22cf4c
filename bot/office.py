"""The office and its clock, as configured."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.config import Settings
from data.calendar import Calendar
from data.errors import UserError
from scheduler.office import Office


def office_of(settings: Settings) -> Office:
    section = settings.office
    return Office(
        zone=ZoneInfo(section.zone),
        calendar=Calendar(),
        name=section.name,
        day_start=section.day_start,
        day_end=section.day_end,
        due_workdays=section.due_workdays,
        nag_after=section.nag_after,
        nag_again=section.nag_again,
        list_after=section.list_after,
        rest_after_ack=section.rest_after_ack,
        second_after=section.second_after,
        head_after=section.head_after,
        leader_after=section.leader_after,
        warn_workdays=tuple(int(part) for part in section.warn_workdays.split(",") if part.strip()),
        monthly_cap=section.monthly_cap,
        yellow=section.yellow,
        red=section.red,
        open_to_all=settings.access.open_to_all,
        joining=settings.access.joining,
    )


def clock_of(settings: Settings) -> Clock:
    """The clock as configured. Raises UserError `clock_refused` beside a channel of the outside."""
    start = settings.clock.start
    outside = settings.telegram.token.get_secret_value() or settings.wecom_app.on or settings.wecom_aibot.on
    if start is not None and outside and not settings.clock.allow:
        raise UserError("clock_refused")
    return Clock(start, ZoneInfo(settings.office.zone))
