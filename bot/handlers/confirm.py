"""An order waits for its confirmation: a proposal is a row, its answers are buttons or the same words typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot import choices
from bot.choices import KIND, Answer
from bot.context import Context
from bot.handlers import known, questions
from bot.message import Outgoing
from data.errors import UserError
from data.kinds import Role
from data.models import Dialog

Run = Callable[[Context, Mapping[str, Any]], list[Outgoing]]
__all__ = ["ACTIONS", "Answer", "choose", "for_admins", "never_mind", "propose", "typed"]


def propose(context: Context, text: str, answers: Sequence[Answer], title: str | None = None) -> Outgoing:
    """Say what would be done; an earlier proposal or question to the person is put down."""
    session, inbox_id = context.session, context.inbox_id
    return choices.offer(session, context.person.id, context.now, text, answers, title=title, inbox_id=inbox_id)


def never_mind(context: Context) -> Answer:
    return Answer(context.say("schedule.never_mind"), "never_mind")


def choose(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """A proposal's button was pressed."""
    dialog = context.session.get(Dialog, args["dialog"])
    if dialog is None or dialog.person_id != context.person.id or dialog.closed_at is not None:
        raise UserError("schedule.proposal_gone")
    if dialog.expires_at is not None and dialog.expires_at <= context.now:
        raise UserError("button_gone")
    return _take(context, dialog.state["answers"][int(args["answer"])])


def typed(context: Context, text: str) -> list[Outgoing] | None:
    """The words of a button, typed while its proposal is open; None for anything else."""
    dialog = known.open_question(context)
    if dialog is None or dialog.kind != KIND:
        return None
    said = text.strip().rstrip("。！!.")
    answer = next((each for each in dialog.state["answers"] if each["label"] == said), None)
    return _take(context, answer) if answer is not None else None


def _take(context: Context, answer: Mapping[str, Any]) -> list[Outgoing]:
    from bot.handlers.table import ACTIONS

    questions.close_open(context, answer["action"])
    return ACTIONS[answer["action"]](context, answer["args"])


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


ACTIONS = {"choose": choose, "never_mind": put_down}
