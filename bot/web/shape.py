"""From the lines of a message to what a page shows: lists, counts, quotes. By the text's shape alone; pure.

The shapes, everything else being a paragraph:

- `1. title` (`3 ✓ title` where answered) with indented lines below: a list of rows; `1（序号1）…`: an echo.
- Five times `word number` between ` · `: counts.
- A line that begins with a lamp's word: attention is asked for; the line above it is its heading.
- `8月25日 人社局：“words”（代录）`, over several lines too: a quote.
- `label：first` with lines indented by four below: a table of two columns, cut at the first comma. A word after the
  bracket that the last line has, too, is the column's head (发出, 截止).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

ITEM = re.compile(r"^(\d{1,2})(?:\.\s+(✓)?\s*|\s*(✓)\s+)(\S.*)$")
ECHO = re.compile(r"^(\d{1,2}) ?([（(].+)$")
INDENTED = re.compile(r"^[ 　]+\S")
DEEP = re.compile(r"^(?: {4,}|　{2,})\S")
COUNT = re.compile(r"^(\S.*?) ?(\d+)$")
LABELLED = re.compile(r"^([^：:]{1,24}[：:]) ?(.+)$")
NAMED_ROW = re.compile(r"^(.+?[（(]\D{0,6}?(\d+(?:\.\d+)?)[）)])[：:] ?(.+)$")
QUOTE = re.compile(r"^(?=[^：:“]*\d)([^：:“]{2,60})[：:] ?“(.*)$")
QUOTE_END = re.compile(r"^(.*)”(?: ?[（(]([^（）()]+)[）)])?$")
BRACKETED = re.compile(r"^(.+[）)])(\S{1,4})$")
ANSWERED = re.compile(r"(\d+) (?:家单位|units?)(?:：|: )(?:已反馈|answered) (\d+)")


@dataclass(frozen=True)
class Item:
    """A numbered line, with what stands indented below it."""

    number: str
    text: str
    done: bool = False
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attention:
    """`mark` is a lamp (`red`, `yellow`, …) or `hard`; `ref` the row's id where one was named."""

    mark: str
    word: str
    name: str
    ref: str | None
    rest: str


@dataclass(frozen=True)
class Block:
    """`kind` says which of the fields are filled: para (label, text), heading (text), digest and echo (items), counts
    (pairs), attention (attention), quote (text, label), table (label, heads, pairs), units (text, pairs)."""

    kind: str
    text: str = ""
    label: str = ""
    items: tuple[Item, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    attention: tuple[Attention, ...] = ()
    heads: tuple[str, ...] = ()


@dataclass
class Lines:
    """The lines still to be read."""

    rest: list[str]
    marks: Mapping[str, str] = field(default_factory=dict)

    @property
    def next(self) -> str:
        return self.rest[0] if self.rest else ""

    def take(self) -> str:
        return self.rest.pop(0)


def blocks(text: str, marks: Mapping[str, str]) -> tuple[Block, ...]:
    """Cut a message into blocks. `marks`: the words that call for attention in this language (红 → red)."""
    lines = Lines([line.rstrip() for line in text.split("\n") if line.strip()], marks)
    found: list[Block] = []
    while lines.rest:
        found.append(_next(lines, first=not found))
    return tuple(_headed(found))


def _next(lines: Lines, *, first: bool) -> Block:
    readers: tuple[Callable[[Lines], Block | None], ...] = (_digest, _echo, _counts, _attention, _quote, _table)
    for reader in readers:
        if block := reader(lines):
            return block
    text = lines.take().strip()
    if first and (found := ANSWERED.search(text)):
        return Block("units", text=text, pairs=((found[2], found[1]),))
    return Block("para", text=text)


def _digest(lines: Lines) -> Block | None:
    items = []
    while found := ITEM.match(lines.next):
        lines.take()
        more = []
        while INDENTED.match(lines.next):
            more.append(lines.take().strip())
        items.append(Item(found[1], found[4], bool(found[2] or found[3]), tuple(more)))
    return Block("digest", items=tuple(items)) if items else None


def _echo(lines: Lines) -> Block | None:
    items = []
    while found := ECHO.match(lines.next):
        lines.take()
        items.append(Item(found[1], found[2]))
    return Block("echo", items=tuple(items)) if items else None


def _counts(lines: Lines) -> Block | None:
    found = [COUNT.match(part) for part in lines.next.strip().split(" · ")]
    pairs = tuple((one[1], one[2]) for one in found if one)
    if len(found) != 5 or len(pairs) != 5:
        return None
    lines.take()
    return Block("counts", pairs=pairs)


def _attention(lines: Lines) -> Block | None:
    items = []
    while item := _calls(lines.next.strip(), lines.marks):
        lines.take()
        items.append(item)
    return Block("attention", attention=tuple(items)) if items else None


def _calls(line: str, marks: Mapping[str, str]) -> Attention | None:
    word = next((word for word in marks if line.lower().startswith(f"{word.lower()} ")), None)
    if word is None:
        return None
    shown, rest = line[: len(word)], line[len(word) + 1 :]
    found = NAMED_ROW.match(rest)
    if not found:
        return Attention(marks[word], shown, "", None, rest)
    return Attention(marks[word], shown, found[1], found[2], found[3])


def _quote(lines: Lines) -> Block | None:
    found = QUOTE.match(lines.next)
    texts = [found[2], *lines.rest[1:]] if found else []
    last = next((at for at, line in enumerate(texts) if QUOTE_END.match(line)), None)
    if found is None or last is None:
        return None
    end = QUOTE_END.match(texts[last])
    said = [*texts[:last], end[1] if end else ""]
    del lines.rest[: last + 1]
    return Block("quote", text="\n".join(said), label=" ".join(filter(None, (found[1], end and end[2]))))


def _table(lines: Lines) -> Block | None:
    head = LABELLED.match(lines.next)
    if head is None or len(lines.rest) < 2 or not DEEP.match(lines.rest[1]):
        return None
    lines.take()
    rows = [head[2]]
    while DEEP.match(lines.next):
        rows.append(lines.take().strip())
    pairs = tuple(_cells(row) for row in rows)
    heads = _heads(pairs[-1])
    shown = tuple(_under(heads, *pair) for pair in pairs) if heads else pairs
    return Block("table", label=head[1].rstrip("：: "), heads=heads, pairs=shown)


def _cells(row: str) -> tuple[str, str]:
    first, _, second = row.replace(", ", "，", 1).partition("，")
    return first, second


def _heads(last: tuple[str, str]) -> tuple[str, ...]:
    """The words after the brackets of a row, where both cells have one."""
    found = [BRACKETED.match(cell) for cell in last]
    return tuple(one[2] for one in found if one) if all(found) else ()


def _under(heads: tuple[str, ...], first: str, second: str) -> tuple[str, str]:
    """A row without its columns' own words; another word goes before the second cell."""
    found = BRACKETED.match(first)
    if found and found[2] != heads[0]:
        return found[1], f"{found[2]}，{second}"
    return first.removesuffix(heads[0]), second.removesuffix(heads[1])


def _headed(found: list[Block]) -> list[Block]:
    """The line above what calls for attention is its heading; beside counts, a paragraph's label is set off."""
    counted = any(block.kind == "counts" for block in found)
    for at, block in enumerate(found):
        if block.kind != "para":
            continue
        if at + 1 < len(found) and found[at + 1].kind == "attention":
            found[at] = Block("heading", text=block.text)
        elif counted and (labelled := LABELLED.match(block.text)):
            found[at] = Block("para", label=labelled[1], text=labelled[2])
    return found
