"""Digests that were shown, shown anew: edited to what is answered now, turned to another page, told as words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.orm import Session

from bot import groups
from bot.asked import Sheet, read_sheet
from bot.digest import digest, page_of, render
from bot.message import Outgoing
from data.kinds import OutboxState, Priority, ReminderKind
from data.models import Outbox, Person, Reminder, Report, Round, RoundItem
from scheduler.office import Office


def refreshed(session: Session, reports: Iterable[Report], now: datetime, office: Office) -> list[Outgoing]:
    """Edits of the digests of open rounds that ask for these rows, to what is answered now: one for each person, and
    one for each group of their units."""
    rows = {report.assignment_id for report in reports}
    sheets: dict[tuple[int, int], Sheet] = {}
    readers: dict[tuple[int, int], Person] = {}
    edits = []
    for reminder in _shown(session, rows):
        person = reminder.person
        assert person.unit_id is not None
        key = (reminder.round_id, person.unit_id)
        if key not in sheets:
            sheets[key] = read_sheet(session, reminder.round, now, office, [person.unit_id])
            readers[key] = person
        edit = render(sheets[key], person, page=page_of(sheets[key], person, rows), edits=reminder.outbox_id)
        edits.append(replace(edit, listing=None, quiet=True))
    return [*edits, *_in_groups(session, sheets, readers)]


def _in_groups(
    session: Session, sheets: Mapping[tuple[int, int], Sheet], readers: Mapping[tuple[int, int], Person]
) -> list[Outgoing]:
    units = {unit_id for _round_id, unit_id in sheets}
    edits = []
    for group in groups.of_units(session, units):
        for (round_id, unit_id), sheet in sheets.items():
            message = groups.message_of(session, group, round_id) if unit_id == group.unit_id else None
            if message is not None:
                told = render(sheet, readers[round_id, unit_id], edits=message, in_group=True)
                told = replace(told, chat=group.chat_id, listing=None, quiet=True)
                done = all(line.answered for line in sheet.lines.get(unit_id, ()))
                edits.append(told if done else groups.addressed(session, group, told))
    return edits


def _shown(session: Session, rows: Iterable[int]) -> list[Reminder]:
    """The newest digest of each person and open round in which one of the rows is asked, where it is one message."""
    found = session.scalars(SHOWN, {"rows": list(rows)})
    return list({(reminder.round_id, reminder.person_id): reminder for reminder in found}.values())


_ASKED = (
    select(RoundItem.round_id)
    .where(
        RoundItem.round_id == Reminder.round_id,
        RoundItem.unit_id == Person.unit_id,
        RoundItem.assignment_id.in_(bindparam("rows", expanding=True)),
    )
    .exists()
)
SHOWN: Final = (
    select(Reminder)
    .join(Round, Round.id == Reminder.round_id)
    .join(Person, Person.id == Reminder.person_id)
    .join(Outbox, Outbox.id == Reminder.outbox_id)
    .where(
        literal_column("round.state = 'open'"),
        Reminder.kind == ReminderKind.DIGEST,
        Person.left_at.is_(None),
        Outbox.parts == 1,
        Outbox.state.not_in((OutboxState.FAILED, OutboxState.DROPPED)),
        _ASKED,
    )
    .order_by(Reminder.id)
)


def told(session: Session, round_: Round, person: Person, now: datetime, office: Office) -> Outgoing:
    """The digest as words alone, to look at."""
    shown = digest(session, round_, person, now, office)
    return replace(shown, buttons=(), brief=None, priority=Priority.ANSWER)


def turned(session: Session, person: Person, round_id: int, page: int, now: datetime, office: Office) -> Outgoing:
    """Another page of a digest, in place of the one shown."""
    shown = session.scalar(
        select(Reminder.outbox_id)
        .where(
            Reminder.round_id == round_id,
            Reminder.person_id == person.id,
            Reminder.kind == ReminderKind.DIGEST,
            Reminder.outbox_id.is_not(None),
        )
        .order_by(Reminder.number.desc())
        .limit(1)
    )
    page_now = digest(session, session.get_one(Round, round_id), person, now, office, page=page, edits=shown)
    return replace(page_now, priority=Priority.ANSWER)
