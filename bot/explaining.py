"""How a sentence was read, in the office's words: what was understood, from which words, why, how surely.

The command line and 解释 in chat show the same; nothing is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.reading.model import FigureRead, Item, Question, Reading, Span, Why
from bot.texts import Texts

ROW_VALUES = ("row", "position_row", "words_row")


@dataclass(frozen=True)
class Field:
    """Something that was understood: `name` of the field, `value` in words, where in the text, why, how surely.

    `span` is None where no words say it; then there is no reason either.
    """

    name: str
    value: str
    span: Span | None = None
    reason: str = ""
    certainty: str = ""


@dataclass(frozen=True)
class Part:
    """One row that was spoken of: `row` is its name, the rest what was said of it."""

    row: Field
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Explained:
    """`asked` are questions with the labels of their answers; `leftovers` what nobody understood."""

    text: str
    unit: str | None
    kind: Field
    parts: tuple[Part, ...]
    asked: tuple[tuple[str, tuple[str, ...]], ...]
    leftovers: tuple[str, ...]


def explained(
    texts: Texts, text: str, found: Reading, titles: Mapping[str, str], year: int, unit: str | None = None
) -> Explained:
    """`titles` are the names of the rows by id; a row without one is still unknown."""
    say = Saying(texts, titles, year)
    return Explained(
        text,
        unit,
        say.field("kind", texts.say(f"plan.kinds.{found.kind}"), found.why.get("kind")),
        tuple(say.part(item) for item in found.items),
        tuple(say.question(question) for question in found.questions),
        found.leftovers,
    )


@dataclass(frozen=True)
class Saying:
    """Words for a reading's parts."""

    texts: Texts
    titles: Mapping[str, str]
    year: int

    def part(self, item: Item) -> Part:
        title = self.titles.get(item.row_id or "") or self.texts.say("plan.no_row")
        return Part(self.field("row", title, item.why.get("row")), tuple(self._fields(item)))

    def field(self, name: str, value: str, why: Why | None) -> Field:
        if why is None:
            return Field(name, value)
        return Field(name, value, why.span, reason(self.texts, why.rule), why.certainty)

    def _fields(self, item: Item) -> Iterator[Field]:
        texts = self.texts
        for figure in item.figures:
            yield self._figure(figure, item.why.get("figures"))
        if item.percent is not None:
            words = texts.filters["percent"](item.percent)
            yield self.field("percent", words, item.why.get("percent"))
        if item.status is not None:
            yield self.field("status", texts.say(f"progress.{item.status}"), item.why.get("status"))
        if item.expected_date is not None:
            day = texts.filters["day"](item.expected_date, self.year)
            yield self.field("expected_date", day, item.why.get("expected_date"))
        for name in ("problem", "next_step"):
            if getattr(item, name):
                yield self.field(name, getattr(item, name), item.why.get(name))
        if item.no_change:
            yield self.field("no_change", texts.say("progress.no_change"), item.why.get("no_change"))

    def _figure(self, figure: FigureRead, why: Why | None) -> Field:
        value = f"{figure.label} {self.texts.filters['number'](figure.value)}{figure.unit or ''}"
        if why is None:
            return Field("figures", value, figure.span)
        return Field("figures", value, figure.span, reason(self.texts, why.rule), why.certainty)

    def question(self, question: Question) -> tuple[str, tuple[str, ...]]:
        values = self._shown(question.values, question.row_id)
        labels = [
            self.texts.say(f"questions.options.{option.code}", **self._shown({**question.values, **option.values}))
            for option in question.options
        ]
        return self.texts.say(f"questions.{question.code}", **values), tuple(label.strip() for label in labels)

    def _shown(self, values: Mapping[str, Any], row_id: str | None = None) -> dict[str, Any]:
        result = dict(values)
        if row_id is not None:
            result.setdefault("row", row_id)
        rows = {name: self.titles[result[name]] for name in ROW_VALUES if result.get(name) in self.titles}
        return result | rows


def reason(texts: Texts, rule: str) -> str:
    """A rule's name in words, whole or piece by piece; a rule that has none yet keeps its own name."""
    whole = _rule(texts, rule)
    if whole is not None:
        return whole
    pieces = [_rule(texts, piece) or piece for piece in rule.split(", ")]
    return texts.say("plan.pieces", pieces=pieces)


def _rule(texts: Texts, rule: str) -> str | None:
    key = "plan.rules." + re.sub("[^a-z]+", "_", rule.lower()).strip("_")
    return texts.say(key) if texts.has(key) else None


# As lines of a message -------------------------------------------------------------------------------------


def lines(texts: Texts, told: Explained) -> list[str]:
    """For a chat: a line a field, with its words in quotes."""
    parts = [line for part in told.parts for line in _part(texts, told.text, part)]
    asked = [texts.say("plan.question", text=text, options=labels) for text, labels in told.asked]
    left = [texts.say("plan.leftovers", parts=told.leftovers)] if told.leftovers else []
    return [texts.say("plan.kind", kind=told.kind.value, why=_why(texts, told.text, told.kind)), *parts, *asked, *left]


def _part(texts: Texts, text: str, part: Part) -> Sequence[str]:
    head = texts.say("plan.item", title=part.row.value, why=_why(texts, text, part.row))
    told = [
        texts.say("plan.field", name=texts.say(f"plan.fields.{one.name}"), words=one.value, why=_why(texts, text, one))
        for one in part.fields
    ]
    return [head, *told]


def _why(texts: Texts, text: str, one: Field) -> str:
    """`“学位3500个”，确定（指标的名称）`."""
    if one.span is None or not one.reason:
        return ""
    start, end = one.span
    certainty = texts.say(f"plan.certainty.{one.certainty}")
    return texts.say("plan.why", said=text[start:end], rule=one.reason, certainty=certainty)
