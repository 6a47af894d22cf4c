"""What everybody can ask: help, language, begin, cancel, undo."""

from __future__ import annotations

from functools import lru_cache

from bot import seeing
from bot.commands import COMMANDS, EXAMPLE, help_key
from bot.context import Context
from bot.handlers import lastchange, progress, questions, welcome
from bot.message import Outgoing
from bot.reading.model import Reading
from bot.texts import LANGUAGES, nearest, texts
from data import queries
from data.kinds import Role


def start(context: Context, _argument: str) -> list[Outgoing]:
    """开始: who you are to the bot, and what you can do."""
    return [welcome.bound(context.person, context.texts), *help_text(context, "")]


def help_text(context: Context, _argument: str) -> list[Outgoing]:
    """帮助: what this person may do, each with an example."""
    told = _commands(context.texts.language, context.roles, _own_row(context))
    return [Outgoing(told, title=context.say("help.title"))]


def _own_row(context: Context) -> str:
    """A row that the person may see, for the examples."""
    plan = queries.current_plan(context.session)
    rows = seeing.visible_rows(context.session, plan.id, context.person) if plan is not None else []
    return rows[-1].ref if rows else EXAMPLE


@lru_cache(maxsize=256)
def _commands(language: str, roles: frozenset[Role], ref: str) -> str:
    """A line for each command that these roles may use."""
    say = texts(language).say
    allowed = [command for command in COMMANDS if roles & command.roles]
    return "\n".join(
        say("help.line", word=command.words[0], name=command.name, what=say(help_key(command, roles), ref=ref))
        for command in allowed
    )


def how_to(context: Context) -> list[Outgoing]:
    """怎么写."""
    return [Outgoing(context.say("progress.how_to"))]


def language(context: Context, argument: str) -> list[Outgoing]:
    """语言: switch, or name one."""
    wanted = nearest(argument) if argument else next(each for each in LANGUAGES if each != context.person.language)
    context.record("language", "person", context.person.id, {"language": context.person.language}, {"language": wanted})
    context.person.language = wanted
    return [Outgoing(texts(wanted).say("help.language"))]


def cancel(context: Context, _argument: str) -> list[Outgoing]:
    """取消: put down what was being asked."""
    closed = questions.close_open(context, "cancelled")
    return [Outgoing(context.say("questions.closed" if closed is not None else "questions.nothing_open"))]


def undo(context: Context, _argument: str) -> list[Outgoing]:
    """撤回: a liaison's last reports, an admin's last change of the schedules or the calendar, others' own hours."""
    if context.may(Role.LIAISON):
        return progress.settle(context, Reading("undo"), {}, progress.words_of(context))
    if context.may(Role.ADMIN):
        return lastchange.undo(context)
    return lastchange.undo_own(context)
