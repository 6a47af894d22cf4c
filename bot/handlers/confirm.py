"""An order waits for its confirmation: a proposal is a row, its answers are buttons or the same words typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot import choices
from bot.choices import Answer
from bot.context import Context
from bot.message import Outgoing
from data.errors import UserError
from data.kinds import Role

Run = Callable[[Context, Mapping[str, Any]], list[Outgoing]]
__all__ = ["ACTIONS", "Answer", "for_admins", "never_mind", "propose"]


def propose(context: Context, text: str, answers: Sequence[Answer], title: str | None = None) -> Outgoing:
    """Say what would be done; an earlier proposal or question to the person is put down."""
    session, inbox_id = context.session, context.inbox_id
    return choices.offer(session, context.person.id, context.now, text, answers, title=title, inbox_id=inbox_id)


def never_mind(context: Context) -> Answer:
    return Answer(context.say("schedule.never_mind"), "never_mind")


def for_admins(actions: Mapping[str, Run]) -> dict[str, Run]:
    """The same actions, refused to whoever is no admin any more when the button is pressed."""

    def guarded(run: Run) -> Run:
        def allowed(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
            if not context.may(Role.ADMIN):
                raise UserError("button_gone")
            return run(context, args)

        return allowed

    return {name: guarded(run) for name, run in actions.items()}


def put_down(context: Context, _args: Mapping[str, Any]) -> list[Outgoing]:
    """算了."""
    return [Outgoing(context.say("schedule.nothing_changed"))]


ACTIONS = {"never_mind": put_down}
