"""What is wrong and how to mend it (`duban check`); what the bot is doing (`duban status`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import compose
from bot.config import LOOPBACK, Settings
from bot.office import clock_of, office_of
from bot.texts import nearest, texts
from data import queries
from data.errors import UserError
from data.kinds import InboxState, OutboxState, RoundState
from data.models import Inbox, Outbox, Round, Schedule
from data.store import exclusive, open_store, require_schema, schema_version


@dataclass(frozen=True)
class Finding:
    """One line of the check: `cli.<code>` says it."""

    code: str
    good: bool = True
    values: dict[str, Any] = field(default_factory=dict)


async def check_all(settings: Settings) -> list[Finding]:
    """Configuration, database, channels, calendar."""
    database = await asyncio.to_thread(lambda: [*_database(settings)])
    wecom = [finding async for finding in _wecom(settings)]
    found = [*database, *_web(settings), await _telegram(settings), *wecom, *_calendar(settings)]
    if settings.clock.start is not None:
        found.append(Finding("check_clock", values={"start": settings.clock.start}))
    return found


def _database(settings: Settings) -> Iterator[Finding]:
    shown = settings.database.url.split("@")[-1]
    try:
        store = open_store(settings.database.url)
    except UserError as error:
        yield Finding("check_database_bad", good=False, values={"why": _worded(settings, error)})
        return
    try:
        if schema_version(store) is not None:
            require_schema(store)
            plan = store.read_now(_plan)
        else:
            plan = Finding("check_no_plan")
        yield Finding("check_database", values={"url": shown})
        yield plan
    except UserError as error:
        yield Finding("check_database_bad", good=False, values={"why": _worded(settings, error)})
    finally:
        store.close()


def _plan(session: Session) -> Finding:
    plan = queries.current_plan(session)
    if plan is None:
        return Finding("check_no_plan")
    rows = queries.assignments(session, plan.id)
    return Finding("check_plan", values={"title": plan.title, "rows": len(rows)})


def _worded(settings: Settings, error: UserError) -> str:
    return texts(nearest(settings.office.language)).error(error)


def _web(settings: Settings) -> Iterator[Finding]:
    if not settings.web.enabled:
        return
    yield Finding("check_web", values={"host": settings.web.host, "port": settings.web.port})
    if settings.web.host not in LOOPBACK and not settings.web.public_url.startswith("https://"):
        yield Finding("check_web_open", good=False, values={"host": settings.web.host})


async def _telegram(settings: Settings) -> Finding:
    if not settings.telegram.token.get_secret_value():
        return Finding("check_telegram_off")
    return await _checked(settings, "check_telegram", compose.telegram_of, lambda channel: channel.check())


async def _wecom(settings: Settings) -> AsyncIterator[Finding]:
    """Both ways of WeCom, where they are configured."""
    if settings.wecom_app.on:
        code = "check_wecom_app" if settings.wecom_app.token.get_secret_value() else "check_wecom_app_deaf"
        yield await _checked(
            settings, code, compose.wecom_app_of, lambda channel: channel.check(), "check_wecom_app_bad"
        )
    if settings.wecom_aibot.on:
        with _alone(settings) as alone:
            code = "check_wecom_aibot" if alone else "check_wecom_aibot_busy"
            yield await _checked(
                settings,
                code,
                compose.wecom_aibot_of,
                lambda channel: channel.check(subscribe=alone),
                "check_wecom_aibot_bad",
            )


async def _checked(
    settings: Settings, code: str, make: Callable[[Settings], Any], ask: Callable[[Any], Awaitable[str]], bad: str = ""
) -> Finding:
    """What a channel's provider says of it: its name, or what is wrong."""
    try:
        channel = make(settings)
        try:
            return Finding(code, values={"name": await ask(channel)})
        finally:
            await channel.close()
    except UserError as error:
        return Finding(bad or f"{code}_bad", good=False, values={"why": _worded(settings, error)})


@contextmanager
def _alone(settings: Settings) -> Iterator[bool]:
    """Whether no bot is running on the database, nor can begin to: only then may the AI bot's one place be taken."""
    try:
        store = open_store(settings.database.url)
    except UserError:
        yield False
        return
    with ExitStack() as stack:
        stack.callback(store.close)
        try:
            stack.enter_context(exclusive(store))
        except UserError:
            yield False
            return
        yield True


def _calendar(settings: Settings) -> Iterator[Finding]:
    office = office_of(settings)
    year = office.today(clock_of(settings)()).year
    known = office.calendar.known(year)
    yield Finding("check_calendar" if known else "check_calendar_missing", good=known, values={"year": year})


async def telegram_link(settings: Settings, code: str) -> str | None:
    """The link that opens the bot with an invite; None where Telegram can't be reached."""
    channel = compose.telegram_of(settings)
    try:
        await channel.check()
        return str(channel.invite_link(code))
    except UserError:
        return None
    finally:
        await channel.close()


def status_of(session: Session, now: datetime) -> dict[str, Any]:
    """What waits, what is late, what failed, as JSON values."""
    plan = queries.current_plan(session)
    each = session.scalar(select(Round).where(Round.state == RoundState.OPEN).order_by(Round.fire_at.desc()).limit(1))
    next_at = session.scalar(select(func.min(Schedule.next_at)).where(Schedule.next_at.is_not(None)))
    return {
        "at": now.isoformat(),
        "plan": plan.title if plan is not None else None,
        "inbox": _count(session, Inbox, InboxState.NEW),
        "aside": _count(session, Inbox, InboxState.ASIDE),
        "outbox": _count(session, Outbox, OutboxState.QUEUED) + _count(session, Outbox, OutboxState.CLAIMED),
        "failed": _count(session, Outbox, OutboxState.FAILED),
        "round": each.fire_local if each is not None else None,
        "due": str(each.due_on) if each is not None else None,
        "next_at": next_at.isoformat() if isinstance(next_at, datetime) else None,
    }


def _count(session: Session, table: type[Inbox] | type[Outbox], state: str) -> int:
    return session.scalar(select(func.count()).select_from(table).where(table.state == state)) or 0
