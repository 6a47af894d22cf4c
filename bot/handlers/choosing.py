"""Carrying out what was pressed: a button's own action, or the chosen answer of a proposal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.choices import KIND
from bot.context import Context
from bot.handlers import known, questions
from bot.handlers.table import ACTIONS
from bot.message import Outgoing
from data.errors import UserError
from data.models import Dialog

CHOOSE = "choose"
KNOWN = frozenset({CHOOSE, *ACTIONS})


def act(context: Context, action: str, args: Mapping[str, Any]) -> list[Outgoing]:
    """What a button stands for. Raises UserError for what the person should hear."""
    return choose(context, args) if action == CHOOSE else ACTIONS[action](context, args)


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
    questions.close_open(context, answer["action"])
    return act(context, answer["action"], answer["args"])
