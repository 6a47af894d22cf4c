"""What all parts of a message amount to: its kind, items, questions."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Final

from bot.reading import kinds, words
from bot.reading.clauses import Clause, told
from bot.reading.correct import correct_what
from bot.reading.drafts import Draft
from bot.reading.model import Item, Kind, Option, Question, Reading, RowContext, Status, Why
from bot.reading.paperwork import only_paperwork, talks
from bot.reading.work import Work, merged


def outcome(folded: str, work: Work, *, drafted: bool, corrected: bool) -> Reading:
    extension = _extension(folded, work)
    if extension is not None:
        return extension
    kind: Kind = "progress"
    items = merged(work.items)
    if only_paperwork(items) or (_mere_status(items, work) and talks(folded)):
        items = []
        work.questions.clear()
    if not items or _is_mere_question(items, work) or (corrected and _corrects_nothing(items, work)):
        return _without_items(folded, work, drafted=drafted, corrected=corrected)
    if corrected:
        kind = "progress" if work.in_one_breath else "correction"
    elif drafted:
        kind = "draft"
        if all(made.row_id is None for made in items):
            work.questions.clear()  # 这个先不报，等科长回来
    elif _only_told(work):
        kind = "other"
    elif all(_nothing_new(made, folded) for made in items) and not work.questions:
        kind = "already_reported"
    return Reading(
        kind,
        tuple(items),
        bool(work.questions),
        tuple(work.questions),
        leftovers=tuple(work.leftovers),
        plain=tuple(merged(work.plain)),
    )


def _nothing_new(made: Item, folded: str) -> bool:
    """没变化, 老样子，没动; not 尚未开工，学位暂无新增."""
    why = made.why.get("status")
    unmoved = made.status == "not_started" and why is not None and "动" in folded[slice(*why.span)]
    told = made.problem or made.expected_date or not (unmoved or made.status in (None, "in_progress"))
    return made.no_change and not told


def _corrects_nothing(items: list[Item], work: Work) -> bool:
    """是3390, said after a row whose figures are far from it: what is new has no place."""
    bare = (replace(made, row_id=None, status=made.status if "status" in made.why else None, why={}) for made in items)
    return bool(work.numbers) and all(made == Item(None) for made in bare)


# 轮椅退回来又租出去的，算一个人还是算两个: how something is counted; what stands ahead is the case in question.
_HOW_COUNTED: Final = re.compile("算|计入|统计|口径|怎么[填报写]|[填报写]哪|填几|报几")


def _mere_status(items: list[Item], work: Work) -> bool:
    """收到，正在统计: of the only row nothing but that things are going on."""
    thin = (replace(made, row_id=None, status=None, why={}) == Item(None) for made in items)
    going = all(made.status in (None, "in_progress") for made in items)
    return work.acknowledged and going and all(thin)


def _is_mere_question(items: list[Item], work: Work) -> bool:
    """学位按审批数报吗？我们在审: beside a question only that things are going on."""
    asking = [clause for found in work.drafts for clause in found.clauses if clause.asks]
    of_counting = any(_HOW_COUNTED.search(clause.text) for clause in asking)
    asked = bool(asking)
    thin = all(
        made.status in (None, "in_progress")
        and not (made.figures or made.percent or (made.problem and not of_counting) or made.expected_date)
        for made in items
    )
    return asked and thin and not any(made.no_change for made in items)


def _only_told(work: Work) -> bool:
    """All that was said is somebody else's word: 听说都做完了."""
    return bool(work.drafts) and all(
        any(told(clause) and not _of_later(clause, found) for clause in found.clauses)
        and not found.achieved
        and found.percent is None
        for found in work.drafts
    )


def _of_later(clause: Clause, found: Draft) -> bool:
    """岸线做完了，他们讲11月: what they say is of another day than what the writer said himself before."""
    said = any(status.span[0] < clause.start for status in found.statuses)
    return said and any(token.day is not None and not token.day.is_past for token in clause.tokens)


def _without_items(folded: str, work: Work, *, drafted: bool, corrected: bool) -> Reading:
    questions = tuple(work.questions)
    if drafted:
        return Reading("draft", ask=bool(questions), questions=questions)
    if corrected:
        return Reading(
            "correction",
            ask=True,
            questions=questions or (correct_what(next(iter(work.numbers), None), work.context),),
        )
    if kinds.asks(folded) or "?" in folded or any(clause.asks for clause in work.clauses):
        return Reading("question")
    if work.promised is not None:
        day = next((token.day.ahead for token in work.promised.tokens if token.day), None)
        why = {"kind": Why((work.promised.start, work.promised.end), "a report is promised")}
        return Reading("promise", why=why, promised=day, command="ack" if work.acknowledged else None)
    if work.acknowledged:
        return Reading("ack")
    if kinds.begins_as_thanks(folded):
        return Reading("thanks")
    if _reported(work):
        return Reading("already_reported")
    if not questions and _ONLY_NUMBERS.match(folded) and len(work.numbers) > 1 and len(work.context.listed) > 1:
        return Reading("progress", ask=True, questions=(_whose_numbers(folded, work),), leftovers=(folded,))
    if not questions and not talks(folded) and (to_come := _event_to_come(folded, work)) is not None:
        return Reading("progress", (to_come,), plain=(to_come,))
    if not questions and not talks(folded) and (row := _spoken_of(folded, work)) is not None:
        return Reading(
            "progress", (Item(row.id),), True, (Question("what_about", row.id, {"row": row.id}),), leftovers=(folded,)
        )
    return Reading(
        "other", ask=bool(questions), questions=questions, leftovers=(folded.strip(),) if folded.strip() else ()
    )


_ONLY_NUMBERS: Final = re.compile(r"[\s0-9.,，、;；/|]+$")


def _whose_numbers(folded: str, work: Work) -> Question:
    """18200 6 220 730: of which row each of them is, nobody can tell."""
    options = tuple(Option("row", {"row": row_id}) for row_id in work.context.listed)
    return Question("which_row", None, {"said": folded.strip(), "rows": work.context.listed}, options)


_NAMED: Final = 0.75  # so much is said of a row where words of its own stand in the message


_OF_THE_OFFICE: Final = re.compile("报送|上报|各单位|总结|通知|会议|开会|休假|出差|值班")


_HELD: Final = re.compile("举[办行]|开[打跑锣赛]|[日号底旬]办[ 。.]*$")  # 全民健身运动会10月16日举办


def _event_to_come(folded: str, work: Work) -> Item | None:
    """桂花路桥12月中旬开工, 腾龙路泵站10月8日开标: a row is named, and what comes next."""
    if kinds.promises(folded) or work.promised is not None or not work.context.rows:
        return None
    coming = [
        clause
        for clause in work.clauses
        if (clause.has(words.EVENT, words.STAGE, words.START) or _HELD.search(clause.text))
        and any(token.day and token.day.ahead > work.context.today for token in clause.tokens)
        and not clause.numbers()
        and not _OF_THE_OFFICE.search(clause.text)
    ]
    scores = work.words.row_scores(folded, len(work.context.rows))
    best = max(scores)
    steps = any(clause.has(words.STAGE, words.START) and not clause.has(words.EVENT) for clause in coming)
    only = len(work.context.rows) == 1 and steps  # 招标11月底完成
    if not coming or not (only or (best >= _NAMED and sum(score > 0.5 * best for score in scores) == 1)):
        return None
    said = "，".join(clause.text.strip() for clause in coming)
    why = {"next_step": Why((coming[0].start, coming[-1].end), "planned")}
    begun: Status | None = None if any(clause.has(words.START) for clause in coming) else "in_progress"
    return Item(work.context.rows[scores.index(best)].id, begun, next_step=said, why=why)


def _spoken_of(folded: str, work: Work) -> RowContext | None:
    """绿地明年春天才能种完, 送书9200册，不不，8200: a row is named and nothing of it could be read: that is asked.

    Not a report that will come (泊位的数下午核好报您), nor a meeting (桂花路桥9月28日开标).
    """
    if kinds.promises(folded) or work.promised is not None or not work.context.rows:
        return None
    if any(
        clause.has(words.EVENT, words.STAGE) and any(token.day for token in clause.tokens) for clause in work.clauses
    ):
        return None
    scores = work.words.row_scores(folded, len(work.context.rows))
    best = max(scores)
    return work.context.rows[scores.index(best)] if best >= _NAMED else None


def _reported(work: Work) -> bool:
    return any(found.reported for found in work.drafts)


def _extension(folded: str, work: Work) -> Reading | None:
    """延到1月20日: an extension after the deadline, within it a finish date to be confirmed; without a day, asked."""
    asked = [found for found in work.drafts if found.wants_time]
    if not asked:
        return None
    found = asked[0]
    row, day = found.row, found.extension.day if found.extension else None
    items, questions = merged(work.items), list(work.questions)
    items = [replace(made, problem=None, next_step=None) for made in items]  # it is the reason for the extension
    if row is not None and all(made.row_id != row.id for made in items):
        items.append(Item(row.id))
    if day is None:
        questions.insert(0, Question("which_date", row.id if row else None, {"said": folded.strip()}))
        return Reading("extension", tuple(items), True, tuple(questions), plain=tuple(merged(work.plain)))
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
        plain=tuple(merged(work.plain)),
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
