"""A liaison's words become reports: what is plain is filed and echoed, what is not is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select

from bot import filing
from bot.context import Context
from bot.corrections import Answer
from bot.echo import change_words, echo, row_tag, row_title
from bot.filing import Words
from bot.handlers import correcting, known, office, promise, questions
from bot.message import Button, Outgoing
from bot.reading.answers import answer as answer_of
from bot.reading.model import Item, Option, Question, Reading
from bot.reading.read import read
from data.errors import UserError
from data.models import Assignment, Dialog, Inbox, Report
from scheduler import answers

Rows = Mapping[str, Assignment]


def said(context: Context, text: str) -> list[Outgoing]:
    """What a liaison wrote, as far as it is no command."""
    if context.person.unit_id is None:
        raise UserError("no_unit")
    rows = {row.ref: row for row in known.own_rows(context)}
    about = known.reading_context(context, list(rows.values()))
    words = words_of(context)
    dialog = known.open_question(context)
    if dialog is not None and dialog.kind == questions.KIND:
        asked = questions.asked(context, dialog)
        answered = answer_of(asked.question, text, about)
        if answered is not None:
            return _answered(context, answered, asked, rows)
    if dialog is not None and dialog.kind == correcting.KIND:
        questions.close_open(context, "said")
        return settle(context, correcting.put_right(text, about), rows, words, corrects=True)
    return settle(context, read(text, about), rows, words)


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
    return settle(context, found, rows, words, rest=asked.rest, corrects=corrects)


def _answering(asked: questions.Asked, said: str) -> Words:
    """The words that were asked about, with what was answered."""
    question = asked.question
    return replace(asked.words, answer=Answer(question.code, question.row_id, said))


def _nothing_more(context: Context, asked: questions.Asked, rows: Rows) -> list[Outgoing]:
    """An answer with which nothing is stored: the next question, if there is one."""
    if not asked.rest:
        return [Outgoing(context.say("questions.done"))]
    return [questions.ask(context, asked.rest, asked.words, rows, corrects=asked.corrects)]


def settle(
    context: Context,
    found: Reading,
    rows: Rows,
    words: Words,
    *,
    rest: Sequence[Question] = (),
    corrects: bool = False,
) -> list[Outgoing]:
    """Act on a reading: file, correct, ask, or answer what is no progress."""
    words = words if words.proposed else replace(words, proposed=found.items)
    if found.kind in OTHER_KINDS:
        return OTHER_KINDS[found.kind](context, found, rows, words)
    corrects = corrects or found.kind == "correction"
    open_questions = [*found.questions, *rest]
    asked = {question.row_id for question in found.questions}
    kept = found.plain if found.questions else found.items
    plain = [item for item in kept if item.row_id is not None and (item.row_id not in asked or is_firm(item))]
    if corrects:
        return _correct(context, plain, open_questions, rows, words)
    reports = filing.file_items(context, plain, rows, words)
    return _reply(context, reports, open_questions, found.leftovers, rows, words)


def is_firm(item: Item) -> bool:
    """Whether an item states more than a status that follows from the words in doubt."""
    return says_anything(replace(item, status=None, percent_derived=False))


def _reply(
    context: Context,
    reports: Sequence[Report],
    open_questions: Sequence[Question],
    leftovers: Sequence[str],
    rows: Rows,
    words: Words,
) -> list[Outgoing]:
    said_back = noted(context, reports)
    if leftovers:
        left = context.say("progress.leftover", parts=leftovers)
        said_back = f"{said_back}\n{left}" if said_back else left
    refreshed = office.refresh_digests(context, reports)
    if open_questions:
        return [questions.ask(context, open_questions, words, rows, before=said_back), *refreshed]
    if not said_back:
        return [not_understood(context)]
    return [Outgoing(said_back, buttons=undo_buttons(context, reports)), *refreshed]


def noted(context: Context, reports: Sequence[Report]) -> str:
    if not reports:
        return ""
    if len(reports) > 1 and all(report.no_change for report in reports):
        return context.say("progress.noted_all_no_change", count=len(reports))
    return context.say("progress.noted", lines=echo(context, reports, positions(context)))


def positions(context: Context) -> dict[int, int]:
    """The number of each row in the list last shown."""
    return {assignment_id: number for number, assignment_id in enumerate(known.listed(context), 1)}


def undo_buttons(context: Context, reports: Sequence[Report]) -> list[list[Button]]:
    if not reports:
        return []
    ids = {"reports": [report.id for report in reports]}
    return [
        [
            Button(context.say("progress.button_correct"), "correct", ids),
            Button(context.say("progress.button_withdraw"), "withdraw", ids, once=True),
        ]
    ]


def not_understood(context: Context) -> Outgoing:
    return Outgoing(
        context.say("progress.not_understood"), buttons=[[Button(context.say("reminders.how_to"), "how_to")]]
    )


# Corrections -----------------------------------------------------------------------------------------------


def _correct(
    context: Context, items: Sequence[Item], open_questions: Sequence[Question], rows: Rows, words: Words
) -> list[Outgoing]:
    changed = [pair for item in items for pair in _correct_one(context, item, rows, words)]
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
        return [questions.ask(context, open_questions, words, rows, corrects=True, before=text), *refreshed]
    if not changed:
        return [Outgoing(context.say("progress.correct_prompt"))]
    button = Button(
        context.say("progress.button_withdraw_correction"), "withdraw", {"reports": [r.id for r in reports]}, once=True
    )
    return [Outgoing(text, buttons=[[button]]), *refreshed]


def _correct_one(context: Context, item: Item, rows: Rows, words: Words) -> list[tuple[Report | None, Report]]:
    row = rows.get(item.row_id or "")
    if row is None:
        return []
    old = filing.newest_of_row(context.session, row.id, context.person.id)
    if old is None:
        return [(None, report) for report in filing.file_items(context, [item], rows, words)]
    return [(old, filing.correct(context, item, old, rows, words))]


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
    last = context.session.scalar(
        select(Report)
        .where(Report.person_id == context.person.id, Report.standing.is_(True))
        .order_by(Report.id.desc())
        .limit(1)
    )
    if last is None:
        raise UserError("nothing_to_withdraw")
    same = filing.standing_of_message(context.session, last.inbox_id) if last.inbox_id is not None else [last]
    return withdraw(context, [report.id for report in same])


def _extension(context: Context, found: Reading, rows: Rows, words: Words) -> list[Outgoing]:
    told = [item for item in (found.plain if found.questions else found.items) if says_anything(item)]
    reports = filing.file_items(context, told, rows, words)
    replies = _reply(context, reports, found.questions, (), rows, words) if reports or found.questions else []
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
    told = office.tell(
        context, "progress.office_extension", row=title, day=found.extension_to, year=context.plan.year, text=words.text
    )
    values = {"row": title, "day": found.extension_to, "deadline": deadline, "year": context.plan.year}
    return [Outgoing(context.say("progress.extension_noted", **values)), *told]


def _draft(context: Context, found: Reading, rows: Rows, words: Words) -> list[Outgoing]:
    drafts = filing.file_items(context, found.items, rows, words, draft=True)
    if not drafts:
        return [not_understood(context)]
    ids = {"reports": [draft.id for draft in drafts]}
    buttons = [
        Button(context.say("progress.button_release"), "release", ids, once=True, primary=True),
        Button(context.say("progress.button_delete"), "delete_drafts", ids, once=True),
    ]
    lines = echo(context, drafts, positions(context))
    return [Outgoing(context.say("progress.draft_kept", lines=lines), buttons=[buttons])]


def _release(context: Context, _found: Reading, _rows: Rows, _words: Words) -> list[Outgoing]:
    return release(context)


def release(context: Context) -> list[Outgoing]:
    released = filing.release(context)
    if not released:
        return [Outgoing(context.say("progress.no_drafts"))]
    text = context.say("progress.draft_released", lines=echo(context, released, positions(context)))
    return [Outgoing(text, buttons=undo_buttons(context, released)), *office.refresh_digests(context, released)]


def delete_drafts(context: Context, ids: Sequence[int]) -> list[Outgoing]:
    """删掉: drafts that were not reported."""
    drafts = context.session.scalars(
        select(Report).where(Report.id.in_(ids), Report.draft.is_(True), Report.person_id == context.person.id)
    )
    for draft in drafts:
        draft.withdrawn_at = context.now
        context.record("delete_draft", "report", draft.id)
    return [Outgoing(context.say("progress.draft_deleted"))]


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
        return settle(context, read(words.text, named), rows, words, corrects=asked.corrects)
    if not option.items:
        return _nothing_more(context, asked, rows)
    corrects = asked.corrects or option.code == "wrong_before"
    return settle(context, Reading("progress", option.items), rows, words, rest=asked.rest, corrects=corrects)


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


# Edited messages -------------------------------------------------------------------------------------------


def edited(context: Context, original: Inbox) -> list[Outgoing]:
    """A message that was changed is read anew in place of the first reading."""
    text = context.inbound.text
    dialog = context.session.scalar(
        select(Dialog).where(Dialog.inbox_id == original.id, Dialog.closed_at.is_(None), Dialog.kind == questions.KIND)
    )
    standing = filing.standing_of_message(context.session, original.id)
    if dialog is None and not standing:
        return [Outgoing(context.say("progress.edit_too_late"))]
    if dialog is not None:
        questions.close_open(context, "edited")
    rows = {row.ref: row for row in known.own_rows(context)}
    about = known.reading_context(context, list(rows.values()))
    found = read(text, about)
    first_said = standing[0].said_at if standing else context.inbound.said_at
    words = Words(text, first_said, original.id)
    old = {report.assignment.ref: report for report in standing}
    for report in standing:
        filing.fall(report, context.now)
    context.session.flush()
    replies = settle(context, found, rows, words)
    _link(context, original, old)
    return replies


def _link(context: Context, original: Inbox, old: Mapping[str, Report]) -> None:
    new = {report.assignment.ref: report for report in filing.standing_of_message(context.session, original.id)}
    for ref, report in old.items():
        if ref in new:
            new[ref].supersedes_id, new[ref].as_of, new[ref].round_id = report.id, report.as_of, report.round_id
        else:
            report.withdrawn_at = context.now
    context.session.flush()


def words_of(context: Context) -> Words:
    """The message in hand."""
    return Words(context.inbound.text, context.inbound.said_at, context.inbox_id)
