"""代录: the office types what it heard on the phone; it is marked with the source, and the unit gets a copy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot import access, copies, filing
from bot.context import Context
from bot.filing import Words
from bot.handlers import confirm, known, office, questions
from bot.handlers.confirm import Answer
from bot.message import Button, Outgoing
from bot.reading.model import Item, Question, ReadingContext
from bot.reading.read import read
from data import queries
from data.errors import UserError
from data.kinds import RoundState
from data.models import Assignment, Report, Round, RoundItem, Unit

SOURCE = re.compile(r"[（(]\s*(?P<source>[^（）()]{1,80})\s*[)）]\s*[。.]?\s*$")


@dataclass(frozen=True)
class Entry:
    """What an admin typed: for which unit, in whose words, from where."""

    unit: Unit
    text: str
    source: str


def behalf(context: Context, argument: str) -> list[Outgoing]:
    """代录 UNIT WORDS（SOURCE）: the words are read as if the unit had written them."""
    if not argument.strip():
        return [Outgoing(context.say("behalf.how"))]
    entry = _entry(context, argument)
    rows = _rows(context, entry.unit)
    found = read(entry.text, _about(context, entry.unit, list(rows.values())))
    asked = {question.row_id for question in found.questions}
    items = [item for item in found.items if item.row_id not in asked]
    if not found.questions and not any(item.row_id for item in items):
        raise UserError("behalf.not_understood", unit=entry.unit.name)
    words = Words(entry.text, context.inbound.said_at, context.inbox_id)
    return _file(context, entry, items, found.questions, rows, words, found.leftovers)


def _entry(context: Context, said: str) -> Entry:
    head, _, rest = said.strip().partition(" ")
    if not rest.strip():
        raise UserError("behalf.nothing_said")
    unit = access.unit_named(context.session, head)
    source = SOURCE.search(rest)
    if source is None:
        return Entry(unit, rest.strip(), context.say("behalf.no_source", name=context.person.name))
    return Entry(unit, rest[: source.start()].strip(), source["source"].strip())


def _rows(context: Context, unit: Unit) -> dict[str, Assignment]:
    rows = queries.assignments(context.session, context.plan.id, queries.led_by_unit(unit.id))
    if not rows:
        raise UserError("behalf.no_rows", unit=unit.name)
    return {row.ref: row for row in rows}


def _about(context: Context, unit: Unit, rows: Sequence[Assignment]) -> ReadingContext:
    """The unit's own rows and list; what the admin was shown or asked last is no part of it."""
    about = known.reading_context(context, rows)
    listed = _listed(context, unit)
    refs = {row.id: row.ref for row in rows}
    open_ids = tuple(refs.get(row, "") for row in listed)
    return replace(about, unit=unit.name, open_ids=open_ids, quoted_ids=(), asked_id=None, last_report=None)


def _listed(context: Context, unit: Unit) -> Sequence[int]:
    newest = (
        select(Round.id)
        .join(RoundItem, RoundItem.round_id == Round.id)
        .where(RoundItem.unit_id == unit.id, Round.state == RoundState.OPEN)
        .order_by(Round.fire_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return context.session.scalars(
        select(RoundItem.assignment_id)
        .where(RoundItem.round_id == newest, RoundItem.unit_id == unit.id)
        .order_by(RoundItem.position)
    ).all()


def _file(
    context: Context,
    entry: Entry,
    items: Sequence[Item],
    asked: Sequence[Question],
    rows: Mapping[str, Assignment],
    words: Words,
    leftovers: Sequence[str] = (),
) -> list[Outgoing]:
    reports = filing.file_items(context, items, rows, words)
    for report in reports:
        report.person_id, report.entered_by, report.source = None, context.person.id, entry.source
        context.record("behalf", "report", report.id, None, {"unit": entry.unit.id, "source": entry.source})
    context.session.flush()
    noted = _noted(context, entry, reports, leftovers)
    refreshed = office.refresh_digests(context, reports)
    if asked:
        return [*refreshed, _ask(context, entry, asked, rows, words, noted)]
    return [Outgoing(noted, buttons=_buttons(context, reports)), *refreshed]


def _noted(context: Context, entry: Entry, reports: Sequence[Report], leftovers: Sequence[str]) -> str:
    if not reports:
        return ""
    people, reached = copies.send(context.session, reports, context.now, context.office)
    return context.say(
        "behalf.noted",
        rows=[copies.entry_words(context.texts, report, context.plan.year) for report in reports],
        source=entry.source,
        unit=entry.unit.name,
        people=[person.name for person in people],
        reached=reached,
        leftovers=list(leftovers),
    )


def _buttons(context: Context, reports: Sequence[Report]) -> list[list[Button]]:
    ids = {"reports": [report.id for report in reports]}
    return [
        [
            Button(context.say("progress.button_correct"), "behalf_how"),
            Button(context.say("progress.button_withdraw"), "behalf_withdraw", ids, once=True),
        ]
    ]


# What is unsure --------------------------------------------------------------------------------------------


def _ask(
    context: Context,
    entry: Entry,
    asked: Sequence[Question],
    rows: Mapping[str, Assignment],
    words: Words,
    before: str,
) -> Outgoing:
    question = asked[0]
    text = context.say(f"questions.{question.code}", **questions.shown(context, question.values, rows, question.row_id))
    kept = {
        "unit": entry.unit.id,
        "text": entry.text,
        "source": entry.source,
        "said_at": words.said_at.isoformat(),
        "questions": [questions.pack(each) for each in asked],
    }
    answers = [
        Answer(questions.label(context, option, rows, question), "behalf_answer", {**kept, "option": number})
        for number, option in enumerate(question.options)
        if option.items
    ]
    return confirm.propose(context, f"{before}\n\n{text}" if before else text, [*answers, confirm.never_mind(context)])


def answered(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """A question about an entry was answered by its button."""
    unit = context.session.get_one(Unit, args["unit"])
    entry = Entry(unit, args["text"], args["source"])
    question, *rest = [questions.unpack(each) for each in args["questions"]]
    words = Words(entry.text, datetime.fromisoformat(args["said_at"]), context.inbox_id)
    items = question.options[int(args["option"])].items
    return _file(context, entry, items, rest, _rows(context, unit), words)


def withdraw(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """Take back what the office entered."""
    query = select(Report).where(Report.id.in_(args["reports"]), Report.entered_by.is_not(None)).order_by(Report.id)
    taken = filing.withdraw(context, context.session.scalars(query).all())
    if not taken:
        raise UserError("behalf.withdrawn_before")
    titles = [copies.entry_words(context.texts, report, context.plan.year) for report in taken]
    return [Outgoing(context.say("behalf.withdrawn", rows=titles)), *office.refresh_digests(context, taken)]


def how(context: Context, _args: Mapping[str, Any]) -> list[Outgoing]:
    """[代录] under the office's list, [更正] under an entry."""
    return [Outgoing(context.say("behalf.how"))]


ACTIONS = confirm.for_admins({"behalf_how": how, "behalf_answer": answered, "behalf_withdraw": withdraw})
