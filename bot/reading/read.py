"""A message, read: the whole way from text to `Reading`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from bot.reading import kinds, words
from bot.reading.clauses import Clause, clauses_of
from bot.reading.correct import place_numbers, row_of_correction
from bot.reading.facts import Draft, draft, item
from bot.reading.judge import judge
from bot.reading.model import Item, Kind, Option, Question, Reading, ReadingContext, RowContext, Why
from bot.reading.rows import Part, RowFinder
from bot.reading.split import Ref, find_refs, segments, shifted
from bot.reading.tokens import Tokens, tokenize
from bot.reading.vocabulary import Vocabulary, vocabulary
from data.language.numbers import fold

LIMIT: Final = 4000
_DOT: Final = re.compile("(?<=[0-9])。(?=[0-9])")
# What is said of the mistake itself: 漏了一场, 多写了一个0.
_MISSED: Final = re.compile("漏[了报算]{0,2}[^，。；;,]{0,8}|[多少][写打报输]了?(?:一|两)?个?[0零]?")
_SHOULD: Final = re.compile("应(?:该|当)?(?:是|为)?")
_WRITTEN: Final = re.compile("[多少][写打输]了?(?:一|两)?个?[0零]")
_DENIED: Final = re.compile(r"不是[ ]?[0-9.,]+")
_CHANGED: Final = re.compile(r"(?<=[0-9%个户所人家套亩条场])[ ]?改(?:成|为)?[ ]?(?=[0-9])")


@dataclass(slots=True)
class _Work:
    """What is gathered while a message is read."""

    context: ReadingContext
    words: Vocabulary
    correcting: bool
    items: list[Item] = field(default_factory=list)
    plain: list[Item] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    promised: Clause | None = None


def read(text: str, context: ReadingContext) -> Reading:
    """What the message says, and what has to be asked. Never raises, whatever the text."""
    folded = _DOT.sub(".", fold(text))
    if len(folded) > LIMIT:
        return Reading(
            "other", ask=True, questions=(Question("too_long", None, {"length": len(folded), "limit": LIMIT}),)
        )
    whole = kinds.whole(folded)
    if whole is not None:
        return Reading(whole[0], command=whole[1])
    special = _special(folded, context)
    return special or _report(folded, context)


def _special(folded: str, context: ReadingContext) -> Reading | None:
    """Undo and handover: short messages that carry no figures."""
    bare = kinds.stripped(folded)
    undo = kinds.UNDO.search(folded)
    if (
        undo
        and len(bare) <= 24
        and not (kinds.CORRECTION.search(kinds.masked(folded, kinds.UNDO)) and any(char.isdigit() for char in bare))
    ):
        tokens = tokenize(folded, context)
        refs = find_refs(tokens, context)
        figures = [
            token
            for token in tokens.items
            if token.number and (token.number.unit or token.number.percent or token.number.value > 99)
        ]
        if not figures or refs:
            return Reading("undo", _undone(refs, context), why={"kind": Why(undo.span(), "undo words")})
    handover = kinds.HANDOVER.search(folded)
    if handover and kinds.HANDOVER_MARK.search(folded) and len(bare) <= 60 and "%" not in folded:
        return Reading("handover", why={"kind": Why(handover.span(), "handover words")})
    return None


def _undone(refs: list, context: ReadingContext) -> tuple[Item, ...]:  # type: ignore[type-arg]
    ids = []
    for ref in refs:
        for name in ref.names:
            if ref.kind == "position" and name.isdigit() and 1 <= int(name) <= len(context.listed):
                ids.append(context.listed[int(name) - 1])
            elif context.row(name):
                ids.append(name)
    return tuple(Item(row_id) for row_id in ids)


def _report(folded: str, context: ReadingContext) -> Reading:
    kept = folded
    drafted = kinds.DRAFT.search(folded)
    if drafted:
        kept = kinds.masked(kept, kinds.DRAFT)
    corrected = _is_correction(kept, context)
    if corrected:
        for pattern in (_MISSED, kinds.CORRECTION, _CHANGED, _SHOULD):
            kept = kinds.masked(kept, pattern)
    work = _Work(context, vocabulary(context.rows), corrected)
    tokens = tokenize(kept, context)
    parts = _parts(tokens, work)
    work.promised = _promise(parts, work)
    for part in parts:
        _take(part, work)
    return _reading(folded, work, drafted=bool(drafted), corrected=corrected)


def _is_correction(text: str, context: ReadingContext) -> bool:
    if kinds.CORRECTION.search(text):
        return True
    return bool(context.last_report) and any(pattern.search(text) for pattern in (_CHANGED, _DENIED, _WRITTEN))


def _parts(tokens: Tokens, work: _Work) -> list[Part]:
    """The message cut by rows: by numbers first, then by words."""
    context = work.context
    finder = RowFinder(context, work.words)
    refs = find_refs(tokens, context)
    parts: list[Part] = []
    default = _default(finder, context, correcting=work.correcting)
    for segment in segments(tokens, refs):
        clauses = clauses_of(tokens, segment.start, segment.end, segment.ref)
        clauses = _asking(clauses)
        if segment.ref is None:
            if not refs or _says_something(clauses):
                parts.extend(_by_words(finder, clauses, default, work))
            continue
        own, others = _others(clauses)
        parts.extend(_referred(finder, segment.ref, own))
        if others:
            parts.append(Part(None, others, "the others", others=True))
    return parts


def _referred(finder: RowFinder, ref: Ref, clauses: list[Clause]) -> list[Part]:
    """The parts of a segment that numbers name; a later clause that plainly speaks of another row is that row's."""
    first, rest = clauses[:1], clauses[1:]
    if len(ref.names) > 1:
        together = [clause for clause in clauses if "分别" in clause.text]
        if together:
            others = [clause for clause in clauses if clause not in together]
            return [
                *_shared_out(finder.by_ref(ref, together)),
                *(finder.by_words(others, default=None) if others else []),
            ]
        return finder.by_ref(ref, clauses)
    named = finder.by_ref(ref, clauses)
    row = named[0].row
    if row is None or named[0].question is not None or not rest:
        return named
    split = finder.by_words(rest, default=(row, named[0].rule))
    own = [clause for part in split if part.row == row for clause in part.clauses]
    named[0].clauses = [*first, *own]
    return [*named, *(part for part in split if part.row != row)]


def _shared_out(parts: list[Part]) -> list[Part]:
    """5.3、5.4分别完成2330人次和8项: one number for each row, in order."""
    clauses = parts[0].clauses
    numbers = [(clause, token) for clause in clauses for token in clause.tokens if token.number]
    if len(numbers) != len(parts):
        return parts
    for part, (clause, token) in zip(parts, numbers, strict=True):
        start = max(
            (other.end for _, other in numbers if clause.start <= other.end <= token.start), default=clause.start
        )
        tokens = tuple(other for other in clause.tokens if start <= other.start <= token.start)
        part.clauses = [replace(clause, start=start, end=token.end, text=clause.slice(start, token.end), tokens=tokens)]
        part.question = None
    return parts


def _default(finder: RowFinder, context: ReadingContext, *, correcting: bool) -> tuple[int, str] | None:
    if correcting and context.last_report:
        ids = {last.row_id for last in context.last_report}
        if len(ids) == 1 and (row_id := next(iter(ids))) in finder.index:
            return finder.index[row_id], "corrects what was said last"
    return finder.default()


def _by_words(finder: RowFinder, clauses: list[Clause], default: tuple[int, str] | None, work: _Work) -> list[Part]:
    own, others = _others(clauses)
    parts = finder.by_words(own, default=default) if own else []
    if others:
        parts.append(Part(None, others, "the others", others=True))
    return parts


def _others(clauses: list[Clause]) -> tuple[list[Clause], list[Clause]]:
    """其他没变化, 全部没变化: clauses about all rows that were not named."""
    others = [
        clause
        for clause in clauses
        if clause.has(words.NO_CHANGE, words.REPORTED) and _of_all(clause) and not clause.asks
    ]
    return [clause for clause in clauses if clause not in others], others


def _of_all(clause: Clause) -> bool:
    return clause.has(words.OTHERS, words.ALL) or any(
        token.number and token.number.unit == "项" and token.number.value > 1 for token in clause.tokens
    )


def _says_something(clauses: list[Clause]) -> bool:
    return any(
        (token.number and (token.number.unit or token.number.percent)) or token.is_a(words.DONE, words.ONGOING, words.NOT_STARTED, words.NO_CHANGE, words.PROBLEM, words.DELAYED, words.EXTEND)
        for clause in clauses for token in clause.tokens
    )  # fmt: skip


def _promise(parts: list[Part], work: _Work) -> Clause | None:
    """明天报, 10月8日报给您, 审完就报: a clause that ends in the telling itself, with a day or 就 before it."""
    for part in parts:
        for clause in part.clauses:
            if clause.asks or not kinds.promises(clause.text) or clause.numbers():
                continue
            if (
                any(token.day for token in clause.tokens)
                or kinds.LATER.search(clause.text)
                or "就" in clause.text
                or "再" in clause.text
            ):
                return clause
    return None


def _asking(clauses: list[Clause]) -> list[Clause]:
    """Marks the clauses of a question; 对吗 and the like ask about the clause before too."""
    made: list[Clause] = []
    for clause in clauses:
        asks = (clause.asks or kinds.asks(clause.text)) and not clause.has(words.EXTEND)
        tag = clause.cut or (len(clause.text.strip()) <= 4 and not clause.new_sentence)
        if asks and made and tag:
            made[-1] = replace(made[-1], asks=True)
        made.append(replace(clause, asks=asks) if asks else clause)
    return made


# ------------------------------------------------------------------ one part


def _take(part: Part, work: _Work) -> None:
    context = work.context
    if part.others:
        return _take_others(part, work)
    asked = part.ref is not None or part.rule in (
        "asked about it",
        "reply to its message",
        "the only one open",
        "the only row",
        "corrects what was said last",
    )
    if work.correcting and part.row is None and part.question is None:
        part.row = row_of_correction(part.clauses, context)
        part.rule = "corrects what was said last" if part.row is not None else part.rule
    row = context.rows[part.row] if part.row is not None else None
    found = draft(
        row,
        part.row if part.row is not None else -1,
        part.clauses,
        context,
        work.words,
        asked=asked,
        correcting=work.correcting,
    )
    found.rule = part.rule
    if work.correcting:
        place_numbers(found, context)
    if part.row is None and part.question is None:
        return _take_unnamed(part, found, work)
    made = judge(found, item(found), context, correcting=work.correcting)
    work.drafts.append(found)
    span = (
        (part.ref.start, part.ref.end)
        if part.ref
        else (part.clauses[0].start, part.clauses[0].end)
        if part.clauses
        else (0, 0)
    )
    proposal = replace(made.item, why={"row": Why(span, part.rule), **made.item.why})
    if part.question is not None:
        return _take_doubtful(part, proposal, work)
    if found.wants_time:
        proposal = replace(proposal, expected_date=None)
        made.plain = replace(made.plain, expected_date=None)
        made.questions = [question for question in made.questions if question.code != "after_deadline"]
        if not _is_said(proposal):
            work.questions.extend(made.questions)
            return None
    if work.promised in part.clauses and not (proposal.figures or proposal.percent is not None or proposal.problem):
        return None
    if not _is_said(proposal):
        if made.questions:
            work.questions.extend(made.questions)
            work.items.append(proposal)
            return None
        if part.ref is not None and not any(clause.asks for clause in part.clauses):
            _take_words(part, proposal, work)
        return None
    work.items.append(proposal)
    if _is_said(made.plain):
        work.plain.append(replace(made.plain, why=proposal.why))
    work.questions.extend(made.questions)
    return None


def _take_words(part: Part, proposal: Item, work: _Work) -> None:
    """A row was named: what was said of it is kept as it stands; where nothing was said, that is asked."""
    text = "，".join(clause.text.strip() for clause in part.clauses if clause.text.strip(" .,:：、的项"))
    work.items.append(proposal)
    if len(text) >= 2:
        work.leftovers.append(text)
        work.plain.append(proposal)
    else:
        work.questions.append(Question("what_about", proposal.row_id, {"row": proposal.row_id}))


def _is_said(made: Item) -> bool:
    return bool(
        made.status
        or made.percent is not None
        or made.figures
        or made.expected_date
        or made.problem
        or made.next_step
        or made.no_change
    )


def _take_others(part: Part, work: _Work) -> None:
    """No change for every row of the list that was not named."""
    named = {made.row_id for made in work.items}
    span = (part.clauses[0].start, part.clauses[-1].end)
    for row_id in work.context.listed or tuple(row.id for row in work.context.rows):
        if row_id not in named:
            made = Item(row_id, no_change=True, why={"no_change": Why(span, "no change for the others")})
            work.items.append(made)
            work.plain.append(made)


def _take_doubtful(part: Part, proposal: Item, work: _Work) -> None:
    """A row number that may mean two things: each option stores the item under its own row."""
    question = part.question
    assert question is not None
    rows = work.context.rows
    options = []
    for at in part.candidates or ((part.row,) if part.row is not None else ()):
        options.append(Option("row", {"row": rows[at].id}, (_moved(part, at, work),)))
    if question.code == "date_or_row":
        options = _date_options(part, proposal, work)
    elif question.code == "number_beyond_list":
        options.append(Option("not_that", {}))
    work.questions.append(replace(question, options=tuple(options)))
    work.items.append(proposal)


def _date_options(part: Part, proposal: Item, work: _Work) -> list[Option]:
    """10.1竣工: the first of October, or row 10.1 is finished."""
    row_id = proposal.row_id
    return [Option("date", {}, ()), Option("row", {"row": row_id}, (proposal,))]


def _moved(part: Part, at: int, work: _Work) -> Item:
    """The same words read as those of another row."""
    return item(draft(work.context.rows[at], at, part.clauses, work.context, work.words, asked=part.ref is not None))


def _take_unnamed(part: Part, found: Draft, work: _Work) -> None:
    """Nothing says which row: all that could be meant are offered."""
    rows = work.context.rows
    if found.no_change or found.reported:
        return _take_others(part, work)
    moved = [(at, _moved(part, at, work)) for at in part.candidates]
    said = [(at, made) for at, made in moved if _is_said(replace(made, next_step=None))]
    if said and part.named:
        said = moved
    if found.wants_time:
        work.drafts.append(found)
        rows_open = tuple(rows[at].id for at in part.candidates)
        options = [Option("row", {"row": row_id}) for row_id in rows_open]
        work.questions.append(
            Question(
                "which_row",
                None,
                {"said": "，".join(clause.text.strip() for clause in part.clauses), "rows": rows_open},
                tuple(options),
            )
        )
        return None
    if not said and _counts(part.clauses, [rows[at] for at in part.candidates]):
        said = moved
    if not said or (work.promised and all(not made.figures and made.percent is None for _, made in said)):
        return None
    work.drafts.append(found)
    options = [
        Option(
            "row",
            {"row": rows[at].id, "position": _position(rows[at], work.context)},
            (made,) if _is_said(made) else (),
        )
        for at, made in said
    ]
    simple = all(not made.figures for _, made in said)
    if simple and len(said) > 1 and len(said) <= 3:
        options.append(Option("all_rows", {}, tuple(made for _, made in said)))
    text = "，".join(clause.text.strip() for clause in part.clauses)
    work.questions.append(
        Question("which_row", None, {"said": text, "rows": tuple(rows[at].id for at, _ in said)}, tuple(options))
    )
    unnamed = replace(
        said[0][1],
        row_id=None,
        figures=(),
        percent=found.percent.value if found.percent else None,
        percent_derived=False,
    )
    work.items.append(unnamed)
    return None


def _counts(clauses: list[Clause], rows: list[RowContext]) -> bool:
    """A number in a measure word of one of the rows was said."""
    units = {target.unit for row in rows for target in row.targets}
    return any(
        token.number and token.number.unit in units for clause in clauses if not clause.asks for token in clause.tokens
    )


def _position(row: RowContext, context: ReadingContext) -> int | None:
    return context.listed.index(row.id) + 1 if row.id in context.listed else None


# ------------------------------------------------------------------ the whole


def _reading(folded: str, work: _Work, *, drafted: bool, corrected: bool) -> Reading:
    extension = _extension(folded, work)
    if extension is not None:
        return extension
    kind: Kind = "progress"
    items = _merged(work.items)
    if not items:
        return _without_items(folded, work, drafted=drafted, corrected=corrected)
    if corrected:
        kind = "correction"
    elif drafted:
        kind = "draft"
    elif _only_told(work):
        kind = "other"
    elif all(made.no_change and not made.problem for made in items) and not work.questions:
        kind = "already_reported"
    return Reading(
        kind,
        tuple(items),
        bool(work.questions),
        tuple(work.questions),
        leftovers=tuple(work.leftovers),
        plain=tuple(_merged(work.plain)),
    )


def _only_told(work: _Work) -> bool:
    """All that was said is somebody else's word: 听说都做完了."""
    return bool(work.drafts) and all(
        any(clause.has(words.TOLD) for clause in found.clauses) and not found.achieved and found.percent is None
        for found in work.drafts
    )


def _merged(items: list[Item]) -> list[Item]:
    """One item a row: what was said of it in two places is put together."""
    by_row: dict[str | None, Item] = {}
    for made in items:
        before = by_row.get(made.row_id)
        by_row[made.row_id] = made if before is None else _joined(before, made)
    return list(by_row.values())


def _joined(first: Item, second: Item) -> Item:
    known = {figure.target for figure in second.figures}
    return Item(
        first.row_id,
        status=second.status or first.status,
        percent=second.percent if second.percent is not None else first.percent,
        percent_derived=second.percent_derived if second.percent is not None else first.percent_derived,
        figures=(*(figure for figure in first.figures if figure.target not in known), *second.figures),
        expected_date=second.expected_date or first.expected_date,
        problem="；".join(part for part in (first.problem, second.problem) if part) or None,
        next_step="；".join(part for part in (first.next_step, second.next_step) if part) or None,
        no_change=first.no_change and second.no_change,
        why={**first.why, **second.why},
    )


def _without_items(folded: str, work: _Work, *, drafted: bool, corrected: bool) -> Reading:
    questions = tuple(work.questions)
    if drafted:
        return Reading("draft", ask=bool(questions), questions=questions)
    if corrected:
        return Reading(
            "correction",
            ask=True,
            questions=questions or (Question("correct_what", None, {"value": None, "rows": ()}),),
        )
    if kinds.asks(folded) or "?" in folded:
        return Reading("question")
    if work.promised is not None:
        day = next((token.day.ahead for token in work.promised.tokens if token.day), None)
        why = {"kind": Why((work.promised.start, work.promised.end), "a report is promised")}
        return Reading("promise", why=why, promised=day, command="ack" if kinds.begins_as_ack(folded) else None)
    if kinds.begins_as_ack(folded):
        return Reading("ack")
    if _reported(work):
        return Reading("already_reported")
    return Reading(
        "other", ask=bool(questions), questions=questions, leftovers=(folded.strip(),) if folded.strip() else ()
    )


def _reported(work: _Work) -> bool:
    return any(found.reported for found in work.drafts)


def _extension(folded: str, work: _Work) -> Reading | None:
    """延到1月20日: after the deadline it is an extension; within it, a finish date to be confirmed; without a day, asked."""
    asked = [found for found in work.drafts if found.wants_time]
    if not asked:
        return None
    found = asked[0]
    row, day = found.row, found.extension.day if found.extension else None
    items, questions = _merged(work.items), list(work.questions)
    if row is not None and all(made.row_id != row.id for made in items):
        items.append(Item(row.id))
    if day is None:
        questions.insert(0, Question("which_date", row.id if row else None, {"said": folded.strip()}))
        return Reading("extension", tuple(items), True, tuple(questions), plain=tuple(_merged(work.plain)))
    if row is not None:
        questions = [question for question in questions if question.code not in ("after_deadline", "what_about")]
        questions.insert(0, _time_question(row, day))
    deadlines = [row.deadline] if row else [other.deadline for other in work.context.rows]
    late = any(day > deadline for deadline in deadlines)
    if not late and row is not None:
        items = [replace(made, expected_date=day) if made.row_id == row.id else made for made in items]
    return Reading(
        "extension" if late else "progress",
        tuple(items),
        True,
        tuple(questions),
        day if late else None,
        plain=tuple(_merged(work.plain)),
    )


def _time_question(row: RowContext, day: date) -> Question:
    values = {"date": day, "deadline": row.deadline}
    expected = (Item(row.id, expected_date=day),)
    if day <= row.deadline:
        return Question(
            "within_deadline", row.id, values, (Option("expected", values, expected), Option("not_that", values))
        )
    return Question(
        "after_deadline",
        row.id,
        values,
        (Option("ask_extension", values, expected, day), Option("only_saying", values, expected)),
    )


__all__ = ["LIMIT", "read", "shifted"]
