"""更正 by its button: the next words put right what was filed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from bot.context import Context
from bot.handlers import questions
from bot.message import Button, Outgoing
from bot.reading.model import Reading, ReadingContext
from bot.reading.read import read
from data.models import Report

KIND = "correcting"
WAITS = timedelta(hours=2)
# 更正：1 …, 说错了，5.6 …: the first words of a correction that goes on with the number of a row.
NAMES_A_ROW = re.compile(
    r"^(?:(?:刚才)?(?:说错了|写错了|报错了|填错了)|更正|correction)[\s:：,，]*(?=\d{1,2}(?:\.\d{1,2})?[\s、.．:：])",
    re.I,
)
LOWER = ("lower_figure", "lower_percent")


def correct(context: Context, ids: Sequence[int]) -> list[Outgoing]:
    """更正: the next words say what is right, for two hours."""
    reports = context.session.scalars(select(Report).where(Report.id.in_(ids), Report.standing.is_(True))).all()
    rows = {report.assignment.ref for report in reports if report.unit_id == context.person.unit_id}
    row = rows.pop() if len(rows) == 1 else None
    dialog_id = questions.await_words(context, KIND, {"row": row}, WAITS)
    return [Outgoing(context.say("progress.correct_prompt"), dialog_id=dialog_id)]


def undo_buttons(context: Context, reports: Sequence[Report]) -> list[list[Button]]:
    """更正 and 撤回, below an echo."""
    if not reports:
        return []
    ids = {"reports": [report.id for report in reports]}
    return [
        [
            Button(context.say("progress.button_correct"), "correct", ids),
            Button(context.say("progress.button_withdraw"), "withdraw", ids, once=True),
        ]
    ]


def of_named_row(text: str, about: ReadingContext) -> Reading | None:
    """更正：1 学位3400: the correction of a row that is named, whichever was reported last; None for other words."""
    rest = NAMES_A_ROW.sub("", text.strip(), count=1)
    found = put_right(rest, about) if rest != text.strip() else None
    return found if found is not None and found.items and not found.questions else None


def put_right(text: str, about: ReadingContext) -> Reading:
    """The words that 更正 waited for. Which row they are about, what was filed last can tell."""
    found = not_lower(read(text, about))
    if all(question.code != "which_row" for question in found.questions):
        return found
    again = read(f"{text}（更正）", about)
    return found if again.ask else again


def not_lower(found: Reading) -> Reading:
    """What corrects may be less than before: no question."""
    if not found.questions or any(question.code not in LOWER for question in found.questions):
        return found
    return replace(found, questions=(), ask=False)
