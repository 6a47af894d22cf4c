"""A reading in a terminal: the sentence with its words marked below it, then field by field why."""

from __future__ import annotations

import string
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from bot.explaining import Explained, Field
    from bot.texts import Texts

PIPED_WIDTH: Final = 100
MARKED: Final = 2_000
NAMES: Final = string.digits[1:] + string.ascii_lowercase
STYLES: Final = {
    "kind": "bold blue", "row": "bold", "figures": "cyan", "percent": "bright_cyan", "status": "green",
    "expected_date": "yellow", "problem": "red", "next_step": "magenta", "no_change": "bright_black",
}  # fmt: skip
CERTAIN: Final = {"certain": "green", "likely": "yellow", "unsure": "bold red"}


@dataclass(frozen=True)
class Mark:
    """The words of a field: its sign, where they stand, how they look."""

    sign: str
    start: int
    end: int
    style: str


def terminal() -> Console:
    """Standard output: coloured where it is a terminal and NO_COLOR is not set."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(width=width, markup=False, highlight=False, soft_wrap=False)


def show(console: Console, texts: Texts, told: Explained) -> None:
    fields = [told.kind, *(one for part in told.parts for one in (part.row, *part.fields))]
    signs = _signs(fields)
    marks = [
        Mark(signs[id(one)], *one.span, STYLES[one.name])
        for one in fields
        if one.span is not None and id(one) in signs and one.span[0] < one.span[1]
    ]
    for line in marked(told.text, marks, console.width - 2):
        console.print(Text("  ") + line, no_wrap=True, overflow="ignore", crop=False)
    console.print()
    head = texts.say("plan.kind", kind=told.kind.value, why="")
    console.print(Text(head, STYLES["kind"]) + _about(told.kind, told.text, texts, signs))
    for part in told.parts:
        title = Text(part.row.value, STYLES["row"])
        console.print(title + _about(part.row, told.text, texts, signs))
        console.print(_table(part.fields, told.text, texts, signs))
    for question, labels in told.asked:
        console.print(Text(texts.say("plan.question", text=question, options=labels), "yellow"))
    if told.leftovers:
        console.print(Text(texts.say("plan.leftovers", parts=told.leftovers), "red"))


def _signs(fields: Iterable[Field]) -> dict[int, str]:
    """A sign for each field that words say; none beyond the last letter."""
    said = [one for one in fields if one.span is not None]
    return {id(one): sign for one, sign in zip(said, NAMES, strict=False)}


def _about(one: Field, text: str, texts: Texts, signs: dict[int, str]) -> Text:
    if one.span is None or not one.reason:
        return Text()
    sign, said = signs.get(id(one), ""), text[slice(*one.span)]
    return Text(f"  {sign} ", "bold") + _reason(one, texts) + Text(f" “{said}”", STYLES[one.name])


def _table(fields: Sequence[Field], text: str, texts: Texts, signs: dict[int, str]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for width in (3, None, None, None, None):
        table.add_column(width=width, overflow="fold")
    for one in fields:
        said = f"“{text[slice(*one.span)]}”" if one.span is not None else ""
        table.add_row(
            Text("  " + signs.get(id(one), "")),
            texts.say(f"plan.fields.{one.name}"),
            Text(one.value, STYLES[one.name]),
            Text(said, STYLES[one.name]) if said.strip("“”") != one.value else Text(),
            _reason(one, texts),
        )
    return table


def _reason(one: Field, texts: Texts) -> Text:
    if not one.reason:
        return Text()
    return Text(f"{one.reason} · ") + Text(texts.say(f"plan.certainty.{one.certainty}"), CERTAIN[one.certainty])


# The sentence ----------------------------------------------------------------------------------------------


def marked(text: str, marks: Sequence[Mark], width: int) -> Iterator[Text]:
    """The text in lines of that many cells, each followed by lines with `1~~~~` below the words of a field."""
    shown = text[:MARKED]
    for start, end in _lines(shown, width):
        line = Text(_plain(shown[start:end]))
        here = [mark for mark in marks if mark.start < end and mark.end > start]
        for mark in here:
            line.stylize(mark.style, max(mark.start - start, 0), mark.end - start)
        yield line
        yield from _below(shown, start, end, here)
    if len(text) > MARKED:
        yield Text("…")


def _plain(text: str) -> str:
    """One sign for one: what has no width or moves the cursor is shown as a blank."""
    return "".join(sign if cell_len(sign) else " " for sign in text.replace("\t", " "))


def _lines(text: str, width: int) -> Iterator[tuple[int, int]]:
    start = used = 0
    for at, sign in enumerate(text):
        cells = cell_len(_plain(sign))
        if sign == "\n" or used + cells > width:
            yield start, at
            start, used = (at + 1 if sign == "\n" else at), 0
        used += 0 if sign == "\n" else cells
    if start < len(text):
        yield start, len(text)


def _below(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[Text]:
    """Marks that overlap stand below each other."""
    lanes: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda one: (one.start, one.end)):
        lane = next((one for one in lanes if one[-1].end <= mark.start), None)
        if lane is None:
            lanes.append([mark])
        else:
            lane.append(mark)
    for lane in lanes:
        yield _lane(text, start, end, lane)


def _lane(text: str, start: int, end: int, lane: Sequence[Mark]) -> Text:
    line, at = Text(), start
    for mark in lane:
        first, last = max(mark.start, start), min(mark.end, end)
        line.append(" " * cell_len(_plain(text[at:first])))
        line.append(mark.sign.ljust(cell_len(_plain(text[first:last])), "~"), mark.style)
        at = last
    return line
