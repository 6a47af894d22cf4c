"""From a part of a message to items, plain items and questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from bot.reading import words
from bot.reading.clauses import Clause, subject
from bot.reading.correct import place_numbers, row_of_correction
from bot.reading.facts import Draft, draft, item
from bot.reading.judge import judge
from bot.reading.model import Item, Option, Question, ReadingContext, RowContext, Why
from bot.reading.pieces import same_as_before
from bot.reading.rows import Part
from bot.reading.said import Said
from bot.reading.tokens import Token
from bot.reading.work import Work, is_said

_MOST_CLAUSES: Final = 12


def take(part: Part, work: Work) -> None:
    """Read one part and add what it says to the work."""
    work.numbers.extend(token.number.value for clause in part.clauses for token in clause.tokens if token.number)
    context = work.context
    if part.others:
        return _take_others(part, work)
    asked = (
        work.correcting
        or part.ref is not None
        or part.rule
        in (
            "asked about it",
            "reply to its message",
            "the only one open",
            "the only row",
            "corrects what was said last",
        )
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
        if not is_said(proposal):
            work.questions.extend(made.questions)
            return None
    if work.promised in part.clauses and not (
        proposal.figures or proposal.percent is not None or _troubled(found, work)
    ):
        return None
    if row is not None and part.ref is not None and part.ref.excepted and not is_said(proposal):
        work.excepted.add(row.id)
        return None
    if not is_said(proposal):
        if made.questions:
            work.questions.extend(made.questions)
            work.items.append(proposal)
            return None
        asking = any(clause.asks for clause in part.clauses)
        told = part.ref is not None or _has_number(part.clauses, part.rule) or bool(found.statuses)
        if not asking and row is not None and told:
            _take_words(part, proposal, work)
        elif not asking and row is not None and _says_how_far(found, row):
            values = {"row": row.id}
            work.questions.append(Question("what_about", row.id, values))
            work.items.append(proposal)
        return None
    _ask_orphans(part, found, work)
    work.items.append(proposal)
    if is_said(made.plain):
        work.plain.append(replace(made.plain, why=proposal.why))
    work.questions.extend(made.questions)
    return None


def _says_how_far(found: Draft, row: RowContext) -> bool:
    """慢病估计2200多，不太确定: a number of the row's own thing, by its name, and nothing that could be stored."""
    return any(
        said.role == "future"
        and said.target is not None
        and said.named >= 1.0
        and said.clause is not None
        and not any(token.day for token in said.clause.tokens)
        and said.number.value < (row.targets[said.target].value or 0)
        for said in found.figures
    )


def _troubled(found: Draft, work: Work) -> bool:
    """A problem is named, other than what the promised report waits for: 等局长签了字就报."""
    promised = work.promised
    return found.problem is not None and not (promised and promised.start <= found.problem.span[0] < promised.end)


def _ask_orphans(part: Part, found: Draft, work: Work) -> None:
    """17300人，5家，215户: a count that its row does not have, in the measure word of another, is asked for its row."""
    if part.ref is not None or found.row is None:
        return
    rows = work.context.rows
    own = _own_units(part, found, work)
    for said in found.figures:
        if (
            _has_noun(said)
            or _troublesome(said, found)
            or said.unit in own
            or (
                said.role != "achieved"
                or said.target is not None
                or said.free
                or said.foreign
                or said.rivals
                or said.unit is None
            )
        ):
            continue
        fitting = [
            row for row in rows
            if row is not found.row
            and any(target.unit == said.unit and said.number.value <= (target.value or 0) for target in row.targets)
        ]  # fmt: skip
        if fitting and said.clause is not None:
            options = tuple(Option("row", {"row": row.id, "position": _position(row, work.context)}) for row in fitting)
            values = {"said": said.clause.text.strip(), "rows": tuple(row.id for row in fitting)}
            work.questions.append(Question("which_row", None, values, options))


def _has_noun(said: Said) -> bool:
    """演员120人次: it says itself what is counted, and that is nothing of the plan."""
    clause = said.clause
    if clause is None:
        return False
    ahead = clause.slice(clause.start, said.span[0]).rstrip()
    verb = any(token.end >= clause.start + len(ahead) for token in clause.tokens if token.end <= said.span[0])
    named = bool(ahead) and ahead[-1] >= "\u4e00" and not verb and len(ahead) >= 2
    return named or len(subject(clause, clause.start, clause.end)) >= 2


def _troublesome(said: Said, found: Draft) -> bool:
    """演员有三个隔离: so many of what is in the way."""
    return found.problem is not None and found.problem.span[0] <= said.span[0] < found.problem.span[1]


def _own_units(part: Part, found: Draft, work: Work) -> set[str | None]:
    """老城厢5条路，2条完工: what is counted beside words of the row itself is no other row's."""
    at, count = part.row, len(work.context.rows)
    if at is None or (found.row is not None and found.row.targets):
        return set()
    named = [clause for clause in found.clauses if work.words.row_scores(clause.text, count)[at] > 0]
    return {token.number.unit for clause in named for token in clause.tokens if token.number}


def _take_words(part: Part, proposal: Item, work: Work) -> None:
    """A row was named: what was said of it is kept as it stands; where nothing was said, that is asked."""
    if _has_number(part.clauses):
        proposal = replace(proposal, status="in_progress")  # 桩基完成80%: a part is under way
    text = "，".join(clause.text.strip() for clause in part.clauses if clause.text.strip(" .,:：、的项这那块关于个"))
    work.items.append(proposal)
    if len(text) >= 2:
        work.leftovers.append(text)
        work.plain.append(proposal)
    else:
        work.questions.append(Question("what_about", proposal.row_id, {"row": proposal.row_id}))


def _take_others(part: Part, work: Work) -> None:
    """No change, or all going well, for every row of the list that was not named."""
    same = any(same_as_before(clause) for clause in part.clauses)
    named = {made.row_id for made in work.items} | work.excepted
    span = (part.clauses[0].start, part.clauses[-1].end)
    for row_id in work.context.listed or tuple(row.id for row in work.context.rows):
        if row_id not in named:
            made = Item(row_id, no_change=True, why={"no_change": Why(span, "no change for the others")})
            if not same:
                made = Item(row_id, status="in_progress", why={"status": Why(span, "all the others are going on")})
            work.items.append(made)
            work.plain.append(made)


def _take_doubtful(part: Part, proposal: Item, work: Work) -> None:
    """A row number that may mean two things: each option stores the item under its own row."""
    question = part.question
    assert question is not None
    rows = work.context.rows
    fitting = part.candidates or ((part.row,) if part.row is not None else ())
    again = work.may_reread(len(part.clauses) * len(fitting))
    options = [Option("row", {"row": rows[at].id}, (_moved(part, at, work),) if again else ()) for at in fitting]
    if question.code == "date_or_row":
        day = _day_of(str(question.values["said"]), work.context.today)
        question = replace(question, values={**question.values, "date": day})
        options = list(_date_options(part, proposal, day, work))
    elif question.code == "number_beyond_list":
        options.append(Option("not_that", {}))
    work.questions.append(replace(question, options=tuple(options)))
    work.items.append(proposal)


def _date_options(part: Part, proposal: Item, day: date | None, work: Work) -> tuple[Option, ...]:
    """10.1竣工: the first of October, or row 10.1 is finished. The day is stored where one row was asked about."""
    asked = work.context.asked_id
    dated = (Item(asked, expected_date=day),) if asked and day else ()
    return Option("date", {"date": day}, dated), Option("row", {"row": proposal.row_id}, (proposal,))


def _day_of(said: str, today: date) -> date | None:
    """10.1 as the nearest first of October."""
    month, _, day = said.partition(".")
    days = [_valid_day(today.year + shift, int(month), int(day)) for shift in (-1, 0, 1)]
    return min((found for found in days if found), key=lambda found: abs((found - today).days), default=None)


def _valid_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _moved(part: Part, at: int, work: Work) -> Item:
    """The same words read as those of another row."""
    return item(draft(work.context.rows[at], at, part.clauses, work.context, work.words, asked=part.ref is not None))


def _take_unnamed(part: Part, found: Draft, work: Work) -> None:
    """Nothing says which row: all that could be meant are offered."""
    rows = work.context.rows
    if found.no_change or found.reported:
        return _take_others(part, work)
    if work.acknowledged and not _has_number(part.clauses) and found.problem is None and found.finish is None:
        return None  # 收到，正在对接各科室
    # A long text is read for the row once that is known.
    short = len(part.clauses) <= _MOST_CLAUSES and work.may_reread(len(part.clauses) * len(part.candidates))
    moved = [(at, _moved(part, at, work) if short else Item(rows[at].id)) for at in part.candidates]
    said = [(at, made) for at, made in moved if is_said(replace(made, next_step=None))]
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
    if not said and len(part.clauses) == 1 and part.clauses[0].text.strip().isdigit():
        moved = [
            (at, item(draft(rows[at], at, part.clauses, work.context, work.words, asked=True)))
            for at in part.candidates
        ]
        said = [(at, made) for at, made in moved if is_said(made)] or moved
    ends = any(dated.role == "finish" and dated.clause.has(words.DONE, words.MADE) for dated in found.dates)
    if not said and (ends or _counts(part.clauses, [rows[at] for at in part.candidates])):
        said = moved
    if not said or (work.promised and all(not made.figures and made.percent is None for _, made in said)):
        return None
    work.drafts.append(found)
    options = [
        Option(
            "row",
            {"row": rows[at].id, "position": _position(rows[at], work.context)},
            (made,) if is_said(made) else (),
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


def _has_number(clauses: list[Clause], rule: str = "") -> bool:
    """A count or a percent; where one row was asked about, any number: 12层."""
    any_number = rule == "asked about it"
    return any(
        token.number and (any_number or token.number.percent or token.number.unit)
        for clause in clauses for token in clause.tokens
    )  # fmt: skip


def _counts(clauses: list[Clause], rows: list[RowContext]) -> bool:
    """A number in a measure word of one of the rows was said, or that so many were made: 举办了7次."""
    units = {target.unit for row in rows for target in row.targets}
    return any(
        token.number
        and (token.number.unit in units or (token.number.unit is not None and _made_so_many(clause, token)))
        for clause in clauses
        if not clause.asks
        and not clause.has(words.FUTURE, words.PLAN)
        and not any(other.day for other in clause.tokens)
        for token in clause.tokens
    )


def _made_so_many(clause: Clause, count: Token) -> bool:
    """举办了7次, 已完成12批: a verb of making, done, stands right before the number."""
    before = next(
        (token for token in reversed(clause.tokens) if token.end <= count.start and not token.is_a(words.FILL)), None
    )
    if before is None or not before.is_a(words.DONE, words.MADE) or clause.has(words.MONEY, words.RATE, words.STAGE):
        return False
    return clause.slice(before.end, count.start).strip() in ("", "了") and clause.slice(
        clause.start, clause.end
    ).strip().startswith((before.text, "已", "目前", "共", "累计", "现"))


def _position(row: RowContext, context: ReadingContext) -> int | None:
    return context.listed.index(row.id) + 1 if row.id in context.listed else None
