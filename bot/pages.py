"""The pages' services, from a bot that was put together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from bot import access, board, downloads, feed, planning, reach, rowpage
from bot.commands import COMMANDS, EXAMPLE, help_key
from bot.compose import Bot
from bot.formrows import form_rows
from bot.health import alive, readiness
from bot.metrics import exposition
from bot.open_data import OpenData
from bot.texts import texts
from bot.web.app import App, make_app, make_doors
from bot.web.doors import Doors
from bot.web.entry import account_in_chat
from bot.web.services import Demo, MenuItem, Planning, ReadFeed, Uploads, WebServices, WebSettings
from data.models import Account, Person


def app_of(bot: Bot, demo: Demo | None = None) -> App:
    """The web application of a bot; where the pages are off only the doors of providers, and health."""
    doors = doors_of(bot)
    if "web" not in bot.channels:
        return make_doors(doors, partial(health, bot), partial(readiness, bot), partial(exposition, bot))
    public = bot.settings.web.public_url
    calendars = feed.Calendars(bot.office)
    return make_app(
        WebServices(
            store=bot.store,
            chat=bot.web_chat,
            clock=bot.clock,
            zone=bot.office.zone,
            board=partial(board.board, office=bot.office, rolls=bot.rolls),
            row=partial(rowpage.row_page, office=bot.office),
            health=partial(health, bot),
            ready=partial(readiness, bot),
            metrics=partial(exposition, bot),
            settings=WebSettings(
                public_url=public or None,
                secure_cookies=public.startswith("https://"),
                language=bot.settings.office.language,
            ),
            doors=doors,
            makeup_day=partial(_makeup_day, bot),
            menu=menu,
            uploads=_uploads(bot),
            form=form_rows,
            demo=demo,
            open_data=OpenData(bot.office, bot.rolls),
            planning=planning_of(bot),
            feed=ReadFeed(calendars.opened, calendars.calendar),
        )
    )


def planning_of(bot: Bot) -> Planning:
    """What the page of schedules does."""
    office = bot.office
    return Planning(
        page=partial(planning.page, office=office),
        propose=partial(planning.propose, office=office),
        do=partial(planning.do, office=office),
        undo=partial(planning.undo, office=office),
    )


def _uploads(bot: Bot) -> Uploads:
    folder = bot.fetcher.folder
    return Uploads(folder, bot.fetcher.most, partial(downloads.kept_file, office=bot.office, folder=folder))


def doors_of(bot: Bot) -> Doors:
    """The channels that are brought their updates."""
    telegram: Any = bot.channels.get("telegram")
    wecom_app: Any = bot.channels.get("wecom_app")
    return Doors(
        telegram if bot.settings.telegram.webhook_url else None,
        wecom_app if wecom_app is not None and wecom_app.interactive else None,
    )


def menu(roles: frozenset[str], language: str) -> list[MenuItem]:
    """What a person with these roles can ask for."""
    say = texts(language)
    return [MenuItem(c.words[0], say.say(help_key(c, roles), ref=EXAMPLE)) for c in COMMANDS if c.roles & roles]


def web_account(session: Session, person: Person, now: datetime) -> Account:
    """The person's account in the web chat."""
    account = account_in_chat(session, person, now)
    if account.person_id != person.id:
        access.bind(session, account, person, now)
    account.last_heard_at = account.last_heard_at or now
    session.flush()
    return account


async def health(bot: Bot) -> Mapping[str, Any]:
    """Whether the bot is alive, what the clock shows, how the channels are. A provider's or the database's trouble
    does not make the bot ill: no restart would cure it."""
    return {**await alive(bot), "channels": reach.states(bot.channels)}


def _makeup_day(bot: Bot, day: date) -> bool:
    return day.weekday() >= 5 and bot.office.calendar.is_workday(day)
