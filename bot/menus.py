"""The command menu of a chat: each person sees what the own roles may do, in the own language."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, runtime_checkable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.access import roles_of
from bot.commands import COMMANDS, EXAMPLE, help_key
from bot.texts import texts
from data.models import Account, Person, Setting
from data.store import Store

EVERY_SECONDS = 5.0
Show = Callable[[str | None, Sequence[tuple[str, str]]], Awaitable[bool]]


@runtime_checkable
class HasMenu(Protocol):
    """A channel with a menu of commands in each chat."""

    async def show_menu(self, chat: str | None, commands: Sequence[tuple[str, str]]) -> bool:
        """Set a chat's menu; False where that failed. Never raises."""


@dataclass(frozen=True)
class Menu:
    """What a chat's menu should be; `mark` changes when it does."""

    account_id: int
    chat: str
    commands: tuple[tuple[str, str], ...]
    mark: str


def due_menus(session: Session, channel: str) -> list[Menu]:
    """The chats of a channel whose menu is not what it should be."""
    accounts = session.scalars(
        select(Account)
        .where(Account.channel == channel, Account.person_id.is_not(None), Account.blocked_at.is_(None))
        .options(joinedload(Account.person).selectinload(Person.roles))
    )
    kept = session.execute(select(Setting.key, Setting.value).where(Setting.key.startswith("menu:")))
    shown: dict[str, str] = dict(kept.all())
    menus = [menu_of(account) for account in accounts]
    return [menu for menu in menus if shown.get(key(menu.account_id)) != menu.mark]


def menu_of(account: Account) -> Menu:
    person = account.person
    assert person is not None
    roles = roles_of(person) if person.left_at is None else frozenset()
    say = texts(person.language)
    allowed = [command for command in COMMANDS if command.roles & roles]
    commands = tuple((c.name, f"{c.words[0]} {say.say(help_key(c, roles), ref=EXAMPLE)}") for c in allowed)
    mark = f"{person.language} {' '.join(name for name, _what in commands)}"
    return Menu(account.id, account.chat_id or account.external_id, commands, mark)


def key(account_id: int) -> str:
    return f"menu:{account_id}"


def remember(session: Session, menu: Menu) -> None:
    session.merge(Setting(key=key(menu.account_id), value=menu.mark))


async def keep_menus(store: Store, channel: str, show: Show) -> None:
    """Bring every chat's menu up to date, until cancelled; a menu that can't be set is tried again later."""
    while True:
        for menu in await store.read(lambda session: due_menus(session, channel)):
            if await show(menu.chat, menu.commands):
                await store.write(partial(remember, menu=menu))
        await asyncio.sleep(EVERY_SECONDS)
