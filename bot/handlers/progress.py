"""A liaison's words become reports: what is plain is filed and echoed, what is not is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from bot import drafts, filing
from bot.context import Context
from bot.corrections import Answer
from bot.echo import change_words, echo, row_tag, row_title
from bot.filing import Words
from bot.handlers import behind, correcting, known, office, promise, questions
from bot.handlers import drafts as drafting
from bot.handlers.replying import Left, Rows, kept, not_understood, reply
from bot.message import Button, Outgoing
from bot.reading.answers import answer as answer_of
from bot.reading.kinds import whole
from bot.reading.model import Item, Option, Question, Reading
from bot.reading.read import read
from data.errors import UserError
from data.language.numbers import fold
from data.models import Dialog, Report
from scheduler import answers


def said(context: Context, text: str) -> list[Outgoing]:
    """What a liaison wrote, as far as it is no command."""
    if context.person.unit_id is None:
        raise UserError("no_unit")
    rows = {row.ref: row for row in known.own_rows(context)}
    if not rows:
        return _without_rows(context, text)
    about = known.reading_context(context, list(rows.values()))
    words = words_of(context)
    dialog = known.open_question(context)
    later = dialog is not None and dialog.kind == drafting.NEXT
    if dialog is not None and dialog.kind == questions.KIND:
        asked = questions.asked(context, dialog)
        answered = answer_of(asked.question, text, about)
        if answered is not None:
            return _answered(context, answered, asked, rows)
    if dialog is not None and dialog.kind == correcting.KIND:
        questions.close_open(context, "said")
        return settle(context, correcting.put_right(text, about), rows, words, corrects=True)
    named = correcting.of_named_row(text, about)
    if named is not None:
        return settle(context, named, rows, words, corrects=True)
    found = read(text, about)
    if later and (found.items or found.questions):
        questions.close_open(context, "drafted")
    return settle(context, found, rows, words, draft=later)


def _without_rows(context: Context, text: str) -> list[Outgoing]:
    """Of a unit that leads nothing only a courtesy is answered as such."""
    kind, _command = whole(fold(text)) or ("other", None)
    if kind in COURTESIES:
        return OTHER_KINDS[kind](context, Reading(kind), {}, words_of(context))
    raise UserError("no_rows", helps=bool(known.helped_rows(context)))


def _answered(context: Context, found: Reading, asked: questions.Asked, rows: Rows) -> list[Outgoing]:
    """Free text that answers the open question, like one of its buttons or with a value of its own."""
    waits = WAITS_FOR_TEXT.get(found.command or "")
    if waits is not None and not found.items:
        return [Outgoing(context.say(waits))]
    questions.close_open(context, found.command or "answered")
    if found.kind == "other":
        return _nothing_more(context, asked, rows)
    corrects = asked.corrects or found.command == "wrong_before"
    words = _answering(asked, context.inbound.text)
    found = correcting.not_lower(found) if corrects else found
    return settle(context, found, rows, words, rest=asked.rest, corrects=corrects, draft=asked.draft)


def _answering(asked: questions.Asked, said: str) -> Words:
    """The words that were asked about, with what was answered."""
    question = asked.question
    return replace(asked.words, answer=Answer(question.code, question.row_id, said))


def _nothing_more(context: Context, asked: questions.Asked, rows: Rows) -> list[Outgoing]:
    """An answer with which nothing is stored: the next question, if there is one."""
    if not asked.rest:
        return [Outgoing(context.say("questions.done"))]
    return [questions.ask(context, asked.rest, asked.words, rows, corrects=asked.corrects, draft=asked.draft)]


def settle(
    context: Context,
    found: Reading,
    rows: Rows,
    words: Words,
    *,
    rest: Sequence[Question] = (),
    corrects: bool = False,
    draft: bool = False,
) -> list[Outgoing]:
    """Act on a reading: file, correct, ask, or answer what is no progress. `draft`: the person wants it kept only."""
    words = words if words.proposed else replace(words, proposed=found.items)
    draft = draft or (found.kind == "draft" and bool(found.items or found.questions))
    if found.kind in OTHER_KINDS and not (found.kind == "draft" and draft):
        return OTHER_KINDS[found.kind](context, found, rows, words)
    corrects = corrects or found.kind == "correction"
    open_questions = [*found.questions, *rest]
    asked = {question.row_id for question in found.questions}
    told = found.plain if found.questions else found.items
    plain = [item for item in told if item.row_id is not None and (item.row_id not in asked or is_firm(item))]
    if corrects:
        return _correct(context, plain, open_questions, rows, words, draft=draft)
    only_kept = draft or drafts.signs_off(context)
    reports = filing.file_items(context, plain, rows, words, draft=only_kept)
    left = Left(rows, words, open_questions, found.leftovers)
    return kept(context, reports, left, asked=draft) if only_kept else reply(context, reports, left)


def is_firm(item: Item) -> bool:
    """Whether an item states more than a status that follows from the words in doubt."""
    return says_anything(replace(item, status=None, percent_derived=False))


# Corrections -----------------------------------------------------------------------------------------------


def _correct(
    context: Context,
    items: Sequence[Item],
    open_questions: Sequence[Question],
    rows: Rows,
    words: Words,
    *,
    draft: bool = False,
) -> list[Outgoing]:
    only_kept = draft or drafts.signs_off(context)
    changed = [pair for item in items for pair in _correct_one(context, item, rows, words, only_kept)]
    text = "\n".join(
        context.say(
            "progress.corrected",
            row=row_tag(context.texts, new.assignment.ref),
            changes=change_words(context.texts, new, old) if old is not None else echo(context, [new], {}),
        )
        for old, new in changed
    )
    reports = [new for _old, new in changed]
    refreshed = office.refresh_digests(context, reports)
    if open_questions:
        asking = questions.ask(context, open_questions, words, rows, corrects=True, draft=draft, before=text)
        return [asking, *refreshed]
    if not changed:
        return [Outgoing(context.say("progress.correct_prompt"))]
    if all(new.draft for new in reports):
        made = drafting.kept(context, reports, known.positions(context), asked=not drafts.signs_off(context))
        return [made]
    button = Button(
        context.say("progress.button_withdraw_correction"), "withdraw", {"reports": [r.id for r in reports]}, once=True
    )
    return [Outgoing(text, buttons=[[button]]), *refreshed]


def _correct_one(
    context: Context, item: Item, rows: Rows, words: Words, draft: bool
) -> list[tuple[Report | None, Report]]:
    row = rows.get(item.row_id or "")
    if row is None:
        return []
    old = drafts.of_row(context.session, row.id, context.person.id)
    old = old or filing.newest_of_row(context.session, row.id, context.person.id)
    if old is None:
        return [(None, report) for report in filing.file_items(context, [item], rows, words, draft=draft)]
    return [(old, filing.correct(context, item, old, rows, words, draft=draft))]


# What is no progress ---------------------------------------------------------------------------------------


def _greeting(context: Context, _found: Reading, rows: Rows, _words: Words) -> list[Outgoing]:
    waiting = answers.unanswered(context.session, [row.id for row in rows.values()])
    return [Outgoing(context.say("progress.greeting", open=len(waiting)))]


def _acknowledge(context: Context, _found: Reading, _rows: Rows, _words: Words) -> list[Outgoing]:
    answers.acknowledge(context.session, context.person.id, context.inbound.said_at)
    return []


def _thanks(_context: Context, _found: Reading, _rows: Rows, _words: Words) -> list[Outgoing]:
    return []


def _question(context: Context, _found: Reading, _rows: Rows, _words: Words) -> list[Outgoing]:
    return [Outgoing(context.say("progress.question"))]


def _undo(context: Context, _found: Reading, _rows: Rows, _words: Words) -> list[Outgoing]:
    drafted = drafts.of_person(context.session, context.person.id)
    last = context.session.scalar(
        select(Report)
        .where(Report.person_id == context.person.id, Report.standing.is_(True))
        .order_by(Report.id.desc())
        .limit(1)
    )
    if drafted and (last is None or drafted[-1].id > last.id):
        ids = [draft.id for draft in drafted if draft.inbox_id == drafted[-1].inbox_id]
        return drafting.delete(context, {"reports": ids})
    if last is None:
        raise UserError("nothing_to_withdraw")
    same = filing.standing_of_message(context.session, last.inbox_id) if last.inbox_id is not None else [last]
    return withdraw(context, [report.id for report in same])


def _extension(context: Context, found: Reading, rows: Rows, words: Words) -> list[Outgoing]:
    told = [item for item in (found.plain if found.questions else found.items) if says_anything(item)]
    only_kept = drafts.signs_off(context)
    reports = filing.file_items(context, told, rows, words, draft=only_kept)
    replies = []
    left = Left(rows, words, found.questions)
    if only_kept and (reports or found.questions):
        replies = kept(context, reports, left, asked=False)
    elif reports or found.questions:
        replies = reply(context, reports, left)
    if found.questions or found.extension_to is None:
        return replies
    return [*replies, *extension_noted(context, found, rows, words)]


def says_anything(item: Item) -> bool:
    """Whether an item states something, beside naming its row."""
    return item != Item(item.row_id, why=item.why)


def extension_noted(context: Context, found: Reading, rows: Rows, words: Words) -> list[Outgoing]:
    """The application itself is to come: the office is told, the deadline stays."""
    row = next((rows[item.row_id] for item in found.items if item.row_id is not None and item.row_id in rows), None)
    title = row_title(context.texts, row) if row is not None else ""
    deadline = row.deadline if row is not None else found.extension_to
    if row is not None:
        context.record("extension", "assignment", row.id, None, {"until": str(found.extension_to), "text": words.text})
    told = office.tell(
        context, "progress.office_extension", row=title, day=found.extension_to, year=context.plan.year, text=words.text
    )
    values = {"row": title, "day": found.extension_to, "deadline": deadline, "year": context.plan.year}
    return [Outgoing(context.say("progress.extension_noted", **values)), *told]


def _draft(context: Context, _found: Reading, _rows: Rows, _words: Words) -> list[Outgoing]:
    return drafting.hold(context)


def _release(context: Context, _found: Reading, _rows: Rows, _words: Words) -> list[Outgoing]:
    return drafting.released_by_word(context)


def _hand_over(context: Context, _found: Reading, _rows: Rows, words: Words) -> list[Outgoing]:
    return [
        Outgoing(context.say("progress.hand_over")),
        *office.tell(context, "progress.office_hand_over", text=words.text),
    ]


def _promise(context: Context, found: Reading, _rows: Rows, _words: Words) -> list[Outgoing]:
    if found.promised is None or found.promised < context.said_on:
        context.record("promise", "person", context.person.id, None, {"day": str(found.promised)})
        return [Outgoing(context.say("progress.promised"))]
    return promise.keep(context, found.promised)


def _other(context: Context, found: Reading, rows: Rows, words: Words) -> list[Outgoing]:
    if found.questions:
        return [questions.ask(context, found.questions, words, rows)]
    return [not_understood(context)]


OTHER_KINDS = {
    "greeting": _greeting,
    "ack": _acknowledge,
    "thanks": _thanks,
    "question": _question,
    "undo": _undo,
    "extension": _extension,
    "draft": _draft,
    "release_draft": _release,
    "handover": _hand_over,
    "promise": _promise,
    "other": _other,
    "command": _other,
}


COURTESIES = frozenset({"greeting", "ack", "thanks"})

# Buttons ---------------------------------------------------------------------------------------------------


def answer(context: Context, args: Mapping[str, object]) -> list[Outgoing]:
    """A question's button was pressed."""
    dialog = context.session.get(Dialog, args["dialog"])
    if dialog is None or dialog.closed_at is not None or dialog.person_id != context.person.id:
        raise UserError("question_closed")
    asked = questions.asked(context, dialog)
    option = asked.question.options[int(str(args["option"]))]
    rows = {row.ref: row for row in known.own_rows(context)}
    waits = WAITS_FOR_TEXT.get(option.code)
    if waits is not None and not option.items:
        return [Outgoing(context.say(waits))]
    questions.close_open(context, option.code)
    return _take(context, option, asked, rows)


# Answers after which a figure is still to be told: the question stays open.
WAITS_FOR_TEXT = {"change": "questions.waiting", "month": "questions.need_total"}


def _take(context: Context, option: Option, asked: questions.Asked, rows: Rows) -> list[Outgoing]:
    words = _answering(asked, questions.label(context, option, rows, asked.question))
    if option.code == "ask_extension":
        return _extension(context, _asking_longer(option, asked), rows, words)
    if option.code == "row" and not option.items:
        about = known.reading_context(context, list(rows.values()))
        named = replace(about, asked_id=str(option.values["row"]))
        found = read(words.text, named)
        return settle(context, found, rows, words, corrects=asked.corrects, draft=asked.draft)
    if not option.items:
        return _nothing_more(context, asked, rows)
    corrects = asked.corrects or option.code == "wrong_before"
    found = Reading("progress", option.items)
    return settle(context, found, rows, words, rest=asked.rest, corrects=corrects, draft=asked.draft)


def _asking_longer(option: Option, asked: questions.Asked) -> Reading:
    """The wish for a later date, of the row that was asked about."""
    items = option.items or ((Item(asked.question.row_id),) if asked.question.row_id is not None else ())
    until = option.extension_to or asked.question.values.get("date")
    return Reading("extension", items, extension_to=until)


def withdraw(context: Context, ids: Sequence[int]) -> list[Outgoing]:
    """Take back reports of the person's unit."""
    reports = list(context.session.scalars(select(Report).where(Report.id.in_(ids)).order_by(Report.id)))
    mine = [report for report in reports if report.unit_id == context.person.unit_id]
    taken = filing.withdraw(context, mine)
    if not taken:
        return [Outgoing(context.say("progress.already_withdrawn"))]
    titles = [row_title(context.texts, report.assignment) for report in taken]
    restored = any(report.supersedes_id is not None for report in taken)
    text = context.say("progress.withdrawn", rows=titles, restored=restored)
    return [Outgoing(text), *office.refresh_digests(context, taken)]


def no_change(context: Context, assignment_ids: Sequence[int]) -> list[Outgoing]:
    """没变化, for one row or several."""
    rows = {row.ref: row for row in known.own_rows(context) if row.id in set(assignment_ids)}
    words = Words(context.inbound.text or context.say("progress.no_change"), context.inbound.said_at, context.inbox_id)
    items = [Item(ref, no_change=True) for ref in rows]
    return settle(context, Reading("already_reported", tuple(items)), rows, words)


def no_change_why(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """没变化，说原因: 没变化 is filed at once, and the next words are the reason."""
    noted, *others = no_change(context, [args["assignment_id"]])
    [asked] = behind.tell(context, {"rows": [args["assignment_id"]]})
    return [replace(noted, text=f"{noted.text}\n{asked.text}", dialog_id=asked.dialog_id), *others]


def words_of(context: Context) -> Words:
    """The message in hand."""
    return Words(context.inbound.text, context.inbound.said_at, context.inbox_id)
