"""From a part of a message to items, plain items and questions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.reading import words
from bot.reading.correct import correct_what, let_stand, new_beside_old, only_the_old, place_numbers, row_of_correction
from bot.reading.doubts import Judged
from bot.reading.drafts import Draft
from bot.reading.facts import draft, item
from bot.reading.judge import judge
from bot.reading.model import Item, Question, RowContext, Status, Why
from bot.reading.orphans import ask_orphans
from bot.reading.paperwork import talks
from bot.reading.pieces import same_as_before
from bot.reading.repairs import FILLER
from bot.reading.rows import Part
from bot.reading.which_row import has_number, take_doubtful, take_unnamed
from bot.reading.work import Work, is_said

# Rules by which a part came to its row without a word of it: then what is said is said of that row.
_ASKED: Final = frozenset(
    (
        "asked about it",
        "reply to its message",
        "the only one open",
        "the only row",
        "corrects what was said last",
        "in the order of the list",
    )
)


def take(part: Part, work: Work) -> None:
    """Read one part and add what it says to the work."""
    work.clauses.extend(part.clauses)
    work.numbers.extend(token.number.value for clause in part.clauses for token in clause.tokens if token.number)
    if part.others:
        return _take_others(part, work)
    found = _draft_of(part, work)
    if part.row is None and part.question is None:
        if found.no_change and part.named and len(part.candidates) > 1:
            return _take_unchanged(part, work)
        if found.no_change or found.reported:
            return _take_others(part, work)
        return take_unnamed(part, found, work)
    return _take_row(part, found, work)


def _draft_of(part: Part, work: Work) -> Draft:
    """All that the part says of its row; a correction finds its row and figures by what was said last."""
    asked = work.correcting or part.ref is not None or part.rule in _ASKED
    if work.correcting and part.row is None and part.question is None:
        part.row = row_of_correction(part.clauses, work.context)
        part.rule = "corrects what was said last" if part.row is not None else part.rule
    row, index = (work.context.rows[part.row], part.row) if part.row is not None else (None, -1)
    found = draft(row, index, part.clauses, work.context, work.words, asked=asked, correcting=work.correcting)
    found.rule = part.rule
    let_stand(found)
    if work.correcting:
        place_numbers(found, work.context)
    return found


def _take_row(part: Part, found: Draft, work: Work) -> None:
    """What is said of one row, with the doubts about it."""
    if work.correcting and only_the_old(found, work.context):
        work.questions.append(correct_what(new_beside_old(found, work.context), work.context))
        return None
    made = judge(found, item(found), work.context, correcting=work.correcting)
    work.drafts.append(found)
    proposal = replace(made.item, why={"row": Why(_span(part), part.rule), **made.item.why})
    if part.question is not None:
        return take_doubtful(part, proposal, work)
    if found.wants_time:
        proposal = _without_the_day(made, proposal)
        if not is_said(proposal):
            work.questions.extend(made.questions)
            return None
    if _only_promises(part, proposal, found, work):
        return None
    if not is_said(proposal):
        return _take_nothing_said(part, proposal, made, found, work)
    ask_orphans(part, found, work)
    work.items.append(proposal)
    if is_said(made.plain):
        work.plain.append(replace(made.plain, why=proposal.why))
    work.questions.extend(made.questions)
    return None


def _span(part: Part) -> tuple[int, int]:
    """The words that name the row, else those of the first clause."""
    if part.ref:
        return part.ref.start, part.ref.end
    return (part.clauses[0].start, part.clauses[0].end) if part.clauses else (0, 0)


def _without_the_day(made: Judged, proposal: Item) -> Item:
    """The day that more time is asked for is no finish date, and its question is the extension's own."""
    made.plain = replace(made.plain, expected_date=None)
    made.questions = [question for question in made.questions if question.code != "after_deadline"]
    return replace(proposal, expected_date=None)


def _only_promises(part: Part, proposal: Item, found: Draft, work: Work) -> bool:
    """明天报: nothing is said of the row itself."""
    left = any(said.role == "left" for said in found.figures)  # 创业差58人，12月补上
    told = proposal.figures or proposal.percent is not None or left or _troubled(found, work)
    return work.promised in part.clauses and not told


def _take_nothing_said(part: Part, proposal: Item, made: Judged, found: Draft, work: Work) -> None:
    """A row was named and no field of it is known: a question, the words as they stand, or nothing."""
    row = found.row
    if row is not None and part.ref is not None and part.ref.excepted:
        work.excepted.add(row.id)
        return
    if made.questions:
        work.questions.extend(made.questions)
        work.items.append(proposal)
        return
    if row is None or any(clause.asks for clause in part.clauses):
        return
    if part.ref is not None or has_number(part.clauses, part.rule) or found.statuses:
        _take_words(part, proposal, work)
    elif _says_how_far(found, row) or (len(part.clauses) == 1 and _BARE.match(part.clauses[0].text)):
        work.questions.append(Question("what_about", row.id, {"row": row.id}))
        work.items.append(proposal)


_BARE: Final = re.compile("^[ ]*[0-9]+(?:[.][0-9]+)?[ ]?(?:了|左右|吧|的样子|差不多)+[ ]*$")  # 95了


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


def _take_words(part: Part, proposal: Item, work: Work) -> None:
    """A row was named: what was said of it is kept as it stands; where nothing was said, that is asked."""
    if has_number(part.clauses):
        proposal = replace(proposal, status="in_progress")  # 桩基完成80%: a part is under way
    text = "，".join(
        clause.text.replace(FILLER, "").strip()
        for clause in part.clauses
        if clause.text.strip(" .,:：、的项这那块关于个")
    )
    work.items.append(proposal)
    if talks(text) and not has_number(part.clauses):
        work.items.remove(proposal)  # 6和9.2数据还在对: nothing of the row itself
    elif len(text) >= 2:
        work.leftovers.append(text)
        work.plain.append(proposal)
    else:
        work.questions.append(Question("what_about", proposal.row_id, {"row": proposal.row_id}))


def _take_unchanged(part: Part, work: Work) -> None:
    """绿地泊位都没变: no change for the rows that were named."""
    span = (part.clauses[0].start, part.clauses[-1].end)
    for at in part.candidates:
        made = Item(work.context.rows[at].id, no_change=True, why={"no_change": Why(span, "no change for these")})
        work.items.append(made)
        work.plain.append(made)


def _named_later(row_id: str, begin: int, work: Work) -> bool:
    """另外四项都还没开始，适老化要等名单: of a row that is spoken of again behind, the same holds."""
    items = [made for made in work.items if made.row_id == row_id]
    return bool(items) and all(
        made.status is None and "row" in made.why and made.why["row"].span[0] > begin for made in items
    )


def _take_others(part: Part, work: Work) -> None:
    """No change, all going well, or not begun, for every row of the list that was not named."""
    same = any(same_as_before(clause) for clause in part.clauses)
    named = {made.row_id for made in work.items} | work.excepted
    span = (part.clauses[0].start, part.clauses[-1].end)
    idle = any(clause.has(words.NOT_STARTED) for clause in part.clauses)
    status: Status = "not_started" if idle else "in_progress"
    for row_id in work.context.listed or tuple(row.id for row in work.context.rows):
        if row_id not in named or (not same and _named_later(row_id, span[0], work)):
            made = Item(row_id, no_change=True, why={"no_change": Why(span, "no change for the others")})
            if not same:
                made = Item(row_id, status=status, why={"status": Why(span, "said of all the others")})
            work.items.append(made)
            work.plain.append(made)


def hold_back(at: int, parts: list[Part], work: Work) -> bool:
    """1：学位先不报，数在核；2：开放了4所: the row of which nothing is said but that it is not reported yet."""
    begun = [part for part in parts if part.row is not None and _span(part)[0] <= at]
    row_id = work.context.rows[begun[-1].row].id if begun and begun[-1].row is not None else None
    counted = {made.row_id for made in work.items if made.figures or made.percent is not None}
    if row_id is None or row_id in counted or not counted:
        return False
    work.items = [made for made in work.items if made.row_id != row_id]
    work.plain = [made for made in work.plain if made.row_id != row_id]
    work.questions = [question for question in work.questions if question.row_id != row_id]
    return True
