"""Free words that answer an open question: 是, 第一个, 本月的, 3300."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.reading import sayings
from bot.reading.kinds import stripped
from bot.reading.model import Item, Option, Question, Reading, ReadingContext
from bot.reading.read import read
from bot.reading.rows import RowFinder
from bot.reading.tokens import tokenize
from bot.reading.vocabulary import vocabulary
from data.language.numbers import find_numbers, fold

# Questions to which 是 says yes: their first option.
_YES_NO: Final = frozenset(
    [
        "above_target",
        "hearsay",
        "report_done",
        "within_deadline",
        "after_deadline",
        "percent_above",
        "done_without_figures",
        "unit_mismatch",
        "number_beyond_list",
    ]
)
_NTH: Final = re.compile(r"^(?:第|选)?([0-9一二三四五六七八九])(?:个|项|条|种|号)?$")
_NUMERALS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")}
_LONGEST: Final = 30


def answer(question: Question, text: str, context: ReadingContext) -> Reading | None:
    """The reading of a text as an answer to the question; None where it is none, and should be read as any message.

    A text that is plainly a report of its own (1 学位3500个) is no answer.
    """
    folded = fold(text).strip()
    bare = stripped(folded)
    if not bare or len(bare) > _LONGEST:
        return None
    if question.code == "which_row":
        return _row_answer(question, folded, bare, context)
    option = (
        _yes_or_no(question, bare) or _by_value(question, folded) or _by_words(question, bare) or _nth(question, bare)
    )
    if option is not None and not (option.code == "change" and find_numbers(folded)):
        return _taken(option, question)
    return _changed(question, folded, context)


def _taken(option: Option, question: Question) -> Reading | None:
    if not option.items and option.extension_to is None:
        return Reading("other", command=option.code)
    kind = "extension" if option.extension_to else "progress"
    return Reading(kind, option.items, extension_to=option.extension_to, plain=option.items, command=option.code)  # type: ignore[arg-type]


def _yes_or_no(question: Question, bare: str) -> Option | None:
    if not question.options or question.code not in _YES_NO:
        return None
    if bare in sayings.YES:
        return question.options[0]
    if bare in sayings.NO:
        return question.options[-1] if len(question.options) > 1 else None
    return None


def _by_value(question: Question, folded: str) -> Option | None:
    numbers = find_numbers(folded)
    if len(numbers) != 1:
        return None
    return next(
        (
            option
            for option in question.options
            if option.values.get("value") == numbers[0].value and option.code == "value"
        ),
        None,
    )


def _by_words(question: Question, bare: str) -> Option | None:
    """The option whose words are said, if it is the only one; the longest word wins (没完成 before 完成)."""
    said = [
        (max((len(word) for word in sayings.ANSWERS.get(option.code, ()) if word in bare), default=0), option)
        for option in question.options
    ]
    labels = [
        (len(str(option.values["label"])), option)
        for option in question.options
        if str(option.values.get("label") or " ") in bare
    ]
    longest = max((length for length, _ in (*said, *labels)), default=0)
    found = [option for length, option in (*said, *labels) if length == longest and length > 0]
    return found[0] if len(found) == 1 else None


def _nth(question: Question, bare: str) -> Option | None:
    match = _NTH.match(bare)
    if match is None:
        return None
    number = _NUMERALS.get(match[1]) or int(match[1] if match[1].isdigit() else 0)
    return question.options[number - 1] if 1 <= number <= len(question.options) else None


def _row_answer(question: Question, folded: str, bare: str, context: ReadingContext) -> Reading | None:
    """第一个 and 1 are positions of the list; 4.3, 序号6 and names are rows."""
    every = next((option for option in question.options if option.code == "all_rows"), None)
    if every and any(word in bare for word in sayings.ANSWERS["all_rows"]):
        return _taken(every, question)
    choices = {str(option.values.get("row")): option for option in question.options if option.code == "row"}
    if folded in choices:
        return _taken(choices[folded], question)
    match = _NTH.match(bare)
    if match:
        number = _NUMERALS.get(match[1]) or int(match[1] if match[1].isdigit() else 0)
        by_position = next((option for option in choices.values() if option.values.get("position") == number), None)
        return _taken(by_position, question) if by_position else None
    finder = RowFinder(context, vocabulary(context.rows))
    from bot.reading.clauses import clauses_of

    tokens = tokenize(folded, context)
    clauses = clauses_of(tokens, 0, len(tokens.text), None)
    if any(token.number for clause in clauses for token in clause.tokens) or len(bare) > 12:
        return None
    scores = {row_id: finder.scored.of(clauses)[finder.index[row_id]] for row_id in choices if row_id in finder.index}
    order = sorted(scores, key=scores.__getitem__, reverse=True)
    if not order or scores[order[0]] < 0.5 or (len(order) > 1 and scores[order[1]] > 0.6 * scores[order[0]]):
        return None
    return _taken(choices[order[0]], question)


def _changed(question: Question, folded: str, context: ReadingContext) -> Reading | None:
    """改成3300, or the number alone: a new value for what was asked about."""
    if question.row_id is None:
        return None
    numbers = find_numbers(folded)
    wants_figure = "label" in question.values
    if len(numbers) != 1 or len(stripped(folded)) > 16:
        return None
    made = read(folded, replace(context, asked_id=question.row_id))
    if (
        made.items
        and made.items[0].row_id == question.row_id
        and (made.items[0].figures or made.items[0].percent is not None)
    ):
        return made
    row = context.row(question.row_id)
    figures = [figure for option in question.options for item in option.items for figure in item.figures]
    if not wants_figure or row is None or not figures or numbers[0].percent:
        return None
    value = numbers[0].value
    fresh = replace(
        figures[0],
        value=int(value) if float(value).is_integer() else value,
        span=(numbers[0].start, numbers[0].unit_end),
    )
    item = Item(question.row_id, status="in_progress", figures=(fresh,))
    return Reading("progress", (item,), plain=(item,))
