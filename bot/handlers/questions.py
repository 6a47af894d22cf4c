"""Asking back: a question is a row, its buttons are the likely answers, and free text may answer it too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bot import choices
from bot.attachments import READING
from bot.context import Context
from bot.echo import row_title
from bot.filing import Words
from bot.message import Button, Outgoing
from bot.reading.model import Item, Option, Question
from data.models import Assignment, Dialog

KIND = READING
KEPT = timedelta(days=14)
ROW_VALUES = ("row", "position_row", "words_row")
PER_LINE = 2
QUESTION: TypeAdapter[Question] = TypeAdapter(Question)
ITEMS: TypeAdapter[tuple[Item, ...]] = TypeAdapter(tuple[Item, ...])


@dataclass(frozen=True)
class Asked:
    """An open question about a message: what it asks, what is still to be asked, whose words it is about."""

    dialog: Dialog
    question: Question
    rest: tuple[Question, ...]
    words: Words
    corrects: bool
    draft: bool = False


def await_words(
    context: Context, kind: str, state: Mapping[str, Any], within: timedelta = KEPT, *, inbox_id: int | None = None
) -> int:
    """A question that the person's next words answer, in place of an open one; its id (`Outgoing.dialog_id`)."""
    close_open(context, "replaced")
    dialog = Dialog(
        person_id=context.person.id, kind=kind, state={"row": None, **state}, inbox_id=inbox_id,
        opened_at=context.now, expires_at=context.now + within,
    )  # fmt: skip
    context.session.add(dialog)
    context.session.flush()
    return dialog.id


def ask(
    context: Context,
    questions: Sequence[Question],
    words: Words,
    rows: Mapping[str, Assignment],
    *,
    corrects: bool = False,
    draft: bool = False,
    before: str = "",
) -> Outgoing:
    """Ask the first question; the rest wait in its row. An earlier open question is put down."""
    close_open(context, "replaced")
    question = questions[0]
    dialog = Dialog(
        person_id=context.person.id,
        kind=KIND,
        state={
            "row": question.row_id,
            "questions": [pack(each) for each in questions],
            "text": words.text,
            "said_at": words.said_at.isoformat(),
            "inbox_id": words.inbox_id,
            "corrects": corrects,
            "proposed": ITEMS.dump_python(words.proposed, mode="json"),
            "draft": draft,
        },
        inbox_id=words.inbox_id,
        opened_at=context.now,
        expires_at=context.now + KEPT,
    )
    context.session.add(dialog)
    context.session.flush()
    text = context.say(f"questions.{question.code}", **shown(context, question.values, rows, question.row_id))
    buttons = [
        Button(label(context, option, rows, question), "answer", {"dialog": dialog.id, "option": number}, once=True)
        for number, option in enumerate(question.options)
    ]
    lines = [buttons[start : start + PER_LINE] for start in range(0, len(buttons), PER_LINE)]
    return Outgoing(f"{before}\n\n{text}" if before else text, buttons=lines, dialog_id=dialog.id)


def label(context: Context, option: Option, rows: Mapping[str, Assignment], question: Question) -> str:
    values = dict(question.values) | dict(option.values)
    return context.say(f"questions.options.{option.code}", **shown(context, values, rows, None)).strip()


def shown(
    context: Context, values: Mapping[str, Any], rows: Mapping[str, Assignment], row_id: str | None
) -> dict[str, Any]:
    """The values as people read them: row ids become titles."""
    result = dict(values)
    if row_id is not None:
        result.setdefault("row", row_id)
    for name in ROW_VALUES:
        if name in result and result[name] in rows:
            result[name] = row_title(context.texts, rows[result[name]])
    return result


def asked(context: Context, dialog: Dialog) -> Asked:
    """The question of a dialog row."""
    state = dialog.state
    questions = [unpack(each) for each in state["questions"]]
    proposed = ITEMS.validate_python(state.get("proposed", ()))
    words = Words(state["text"], datetime.fromisoformat(state["said_at"]), state["inbox_id"], proposed)
    return Asked(dialog, questions[0], tuple(questions[1:]), words, state["corrects"], state.get("draft", False))


def close_open(context: Context, outcome: str) -> Dialog | None:
    """Close the person's open question, if there is one."""
    return choices.close_open(context.session, context.person.id, context.now, outcome)


def pack(question: Question) -> dict[str, Any]:
    """A question as JSON; dates among its values keep their type."""
    marked = replace(
        question,
        values=_mark(question.values),
        options=tuple(replace(option, values=_mark(option.values)) for option in question.options),
    )
    packed: dict[str, Any] = QUESTION.dump_python(marked, mode="json")
    return packed


def unpack(value: Mapping[str, Any]) -> Question:
    question = QUESTION.validate_python(value)
    options = tuple(replace(option, values=_unmark(option.values)) for option in question.options)
    return replace(question, values=_unmark(question.values), options=options)


def _mark(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {"date": value.isoformat()} if isinstance(value, date) else value for name, value in values.items()}


def _unmark(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value["date"]) if isinstance(value, Mapping) else value
        for name, value in values.items()
    }
