"""What everybody can ask: help, language, begin, cancel, undo."""

from __future__ import annotations

from functools import cache

from bot.commands import COMMANDS
from bot.context import Context
from bot.handlers import lastchange, progress, questions, welcome
from bot.message import Outgoing
from bot.reading.model import Reading
from bot.texts import LANGUAGES, nearest, texts
from data.errors import UserError
from data.kinds import Role


def start(context: Context, _argument: str) -> list[Outgoing]:
    """开始: who you are to the bot, and what you can do."""
    return [welcome.bound(context.person, context.texts), *help_text(context, "")]


def help_text(context: Context, _argument: str) -> list[Outgoing]:
    """帮助: what this person may do, each with an example."""
    return [Outgoing(_commands(context.texts.language, context.roles), title=context.say("help.title"))]


@cache
def _commands(language: str, roles: frozenset[Role]) -> str:
    """A line for each command that these roles may use."""
    say = texts(language).say
    allowed = [command for command in COMMANDS if roles & command.roles]
    return "\n".join(
        say("help.line", word=command.words[0], name=command.name, what=say(f"help.{command.name}"))
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
    """撤回: a liaison's last reports, an admin's last change of the schedules or the calendar."""
    if context.may(Role.LIAISON):
        return progress.settle(context, Reading("undo"), {}, progress.words_of(context))
    if context.may(Role.ADMIN):
        return lastchange.undo(context)
    raise UserError("nothing_to_withdraw")
