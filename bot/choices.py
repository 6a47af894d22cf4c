"""What waits for somebody's choice: a row of the database, whose answers are buttons or the same words typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.message import Button, Outgoing
from data.models import Dialog

KIND: Final = "order"
KEPT: Final = timedelta(days=1)
PER_LINE: Final = 2


@dataclass(frozen=True)
class Answer:
    """What may be answered to a proposal: the word, and the action (of the handlers' table) that it starts."""

    label: str
    action: str
    args: Mapping[str, Any] = field(default_factory=dict)
    primary: bool = False


def offer(
    session: Session,
    person_id: int,
    now: datetime,
    text: str,
    answers: Sequence[Answer],
    *,
    title: str | None = None,
    inbox_id: int | None = None,
) -> Outgoing:
    """Say what would be done; an earlier proposal or question to the person is put down."""
    close_open(session, person_id, now, "replaced")
    stored = [{"label": each.label, "action": each.action, "args": dict(each.args)} for each in answers]
    dialog = Dialog(
        person_id=person_id,
        kind=KIND,
        state={"row": None, "answers": stored},
        inbox_id=inbox_id,
        opened_at=now,
        expires_at=now + KEPT,
    )
    session.add(dialog)
    session.flush()
    buttons = [
        Button(each.label, "choose", {"dialog": dialog.id, "answer": n}, once=True, primary=each.primary)
        for n, each in enumerate(answers)
    ]
    lines = [buttons[start : start + PER_LINE] for start in range(0, len(buttons), PER_LINE)]
    return Outgoing(text, title=title, buttons=lines, dialog_id=dialog.id)


def close_open(session: Session, person_id: int, now: datetime, outcome: str) -> Dialog | None:
    """Close the person's open question, if there is one."""
    dialog = session.scalar(select(Dialog).where(Dialog.person_id == person_id, Dialog.closed_at.is_(None)))
    if dialog is not None:
        dialog.closed_at, dialog.outcome = now, outcome
        session.flush()
    return dialog
