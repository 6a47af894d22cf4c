"""催办: one sentence, the rows that are left under their old numbers, and a button that names a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.asked import Line, Sheet
from bot.digest import PER_LINE
from bot.echo import row_title
from bot.message import Button, Outgoing
from bot.texts import Texts
from data.kinds import Priority
from data.models import Person, Report
from scheduler.workdays import add_workdays


def nag(session: Session, sheet: Sheet, person: Person) -> Outgoing | None:
    """What is left of a round, to be answered in a sentence; None where nothing is."""
    say = sheet.texts(person.language)
    lines = sheet.lines.get(person.unit_id or 0, ())
    left = [line for line in lines if not line.answered]
    if not left or person.unit is None:
        return None
    drafts = _drafts(session, person, left)
    text = say.say(
        "nag.text",
        office=sheet.office.name,
        unit=person.unit.name,
        month=opened(sheet),
        count=len(left),
        rows=row_words(say, left),
        same=any(line.state.ever_reported for line in left) and len(left) > 1,
        drafts=drafts,
    )
    return Outgoing(
        text,
        buttons=_buttons(say, sheet, left, drafts),
        person_id=person.id,
        priority=Priority.DIGEST,
        listing=sheet.listings.get(person.unit_id or 0, ()),
        round_id=sheet.round_.id,
    )


def opened(sheet: Sheet) -> date:
    return date.fromisoformat(sheet.round_.fire_local[:10])


def row_words(say: Texts, lines: Sequence[Line]) -> list[str]:
    """`4. 加装电梯（8.2）`."""
    return [say.say("nag.row", number=line.number, title=row_title(say, line.row)) for line in lines]


def _drafts(session: Session, person: Person, left: Sequence[Line]) -> int:
    rows = [line.row.id for line in left]
    return (
        session.scalar(
            select(func.count(func.distinct(Report.assignment_id))).where(
                Report.person_id == person.id,
                Report.assignment_id.in_(rows),
                Report.draft.is_(True),
                Report.withdrawn_at.is_(None),
            )
        )
        or 0
    )


def _buttons(say: Texts, sheet: Sheet, left: Sequence[Line], drafts: int) -> list[list[Button]]:
    promise = [promise_button(say, sheet)]
    rest = [
        *promise,
        Button(say.say("reminders.how_to"), "how_to"),
        Button(say.say("reminders.hand_over"), "hand_over", {"round_id": sheet.round_.id}),
    ]
    release = [[Button(say.say("progress.button_release"), "release", primary=True)]] if drafts else []
    numbers = _numbers(say, sheet, left) if len(left) > 1 else []
    return [*release, *_same(say, sheet, left), *numbers, rest]


def promise_button(say: Texts, sheet: Sheet) -> Button:
    """`10月8日报`: the next working day."""
    day = add_workdays(sheet.office.today(sheet.now), 1, sheet.office.calendar)
    label = say.say("nag.promise", day=day, year=sheet.year)
    return Button(label, "promise", {"day": day.isoformat(), "round_id": sheet.round_.id})


def _same(say: Texts, sheet: Sheet, left: Sequence[Line]) -> list[list[Button]]:
    """没变化 for all that is left, where all of it was reported before."""
    if not all(line.state.ever_reported for line in left):
        return []
    if len(left) == 1:
        label = say.say("reminders.no_change", number=left[0].number)
        return [[Button(label, "no_change", {"assignment_id": left[0].row.id, "round_id": sheet.round_.id})]]
    args = {"round_id": sheet.round_.id, "assignment_ids": [line.row.id for line in left]}
    return [[Button(say.say("nag.no_change_all", count=len(left)), "no_change_all", args)]]


def _numbers(say: Texts, sheet: Sheet, left: Sequence[Line]) -> list[list[Button]]:
    buttons = [
        Button(
            say.say("reminders.number", number=line.number),
            "row",
            {"assignment_id": line.row.id, "round_id": sheet.round_.id},
        )
        for line in left
    ]
    return [buttons[start : start + PER_LINE] for start in range(0, len(buttons), PER_LINE)]
