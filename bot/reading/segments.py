"""A message as segments: which stretch of it belongs to which row number."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from bot.reading.model import ReadingContext
from bot.reading.signs import OPENING, PAUSES, RANGES, STOPS
from bot.reading.split import Ref, find_refs
from bot.reading.tokens import Token, Tokens


def row_numbers(tokens: Tokens, context: ReadingContext) -> list[Ref]:
    """All places that name rows by number, those of one name put together."""
    return merged(find_refs(tokens, context), tokens.text, context)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the text and what names its row; `refs` is empty where nothing does."""

    start: int
    end: int
    ref: Ref | None


def merged(refs: list[Ref], text: str, context: ReadingContext) -> list[Ref]:
    """2（5.6） and 8. 新增绿地（10.1） are one name, and the id its surer half.

    8.1、9.2没变化 is two rows at once, 4.1-4.4 all from the one to the other.
    """
    listed = context.listed
    merged: list[Ref] = []
    for ref in sorted(refs, key=lambda ref: (ref.start, -ref.end)):
        before = merged[-1] if merged else None
        if before is None or ref.start >= before.end + 40:
            merged.append(ref)
            continue
        if ref.start < before.end:
            continue
        gap = text[before.end : ref.start]
        if _both_ids(before, ref, text, context):
            merged[-1] = Ref(before.start, ref.end, "id", (*before.names, *ref.names), before.excepted)
        elif (
            before.kind == "position"
            and ref.kind == "id"
            and (not gap.strip(" (（[.、") or _same_row(before, ref, gap, listed))
        ):
            merged[-1] = Ref(before.start, ref.end, "id", ref.names, before.excepted)
        elif before.kind == ref.kind and not gap.strip(" 、，,和与及跟&/以项") and "date" not in ref.kind:
            names = (*before.names, *(name for name in ref.names if name not in before.names))
            merged[-1] = Ref(before.start, ref.end, ref.kind, names, before.excepted)
        elif before.kind == ref.kind == "id" and gap.strip() in RANGES and (span := _rows_from(before, ref, context)):
            merged[-1] = Ref(before.start, ref.end, "id", span, before.excepted)
        else:
            merged.append(ref)
    return merged


def _both_ids(first: Ref, second: Ref, text: str, context: ReadingContext) -> bool:
    """6和9.2数据还在对: the id of a one-row project, joined to another id; not 2、5.6, a list's number and its row."""
    gap = text[first.end : second.start]
    joined = gap.strip() or text[first.end - 1]
    if first.kind != "position" or second.kind != "id" or len(first.names) != 1 or joined not in _JOINED:
        return False
    name = first.names[0]
    at = int(name) if name.isdigit() and joined in "、，," else 0
    named = 1 <= at <= len(context.listed) and context.listed[at - 1] in second.names
    return any(row.id == name for row in context.rows) and not named


_JOINED: Final = frozenset({"和", "与", "及", "跟", "、", "，", ",", "以及"})


def _rows_from(first: Ref, last: Ref, context: ReadingContext) -> tuple[str, ...]:
    """All rows from the one to the other, in the table's order; nothing where that is no order."""
    ids = [row.id for row in context.rows]
    if first.names[-1] not in ids or last.names[0] not in ids:
        return ()
    begin, end = ids.index(first.names[-1]), ids.index(last.names[0])
    return (*first.names[:-1], *ids[begin : end + 1]) if begin < end else ()


def _same_row(position: Ref, row: Ref, gap: str, listed: tuple[str, ...]) -> bool:
    """A list's line copied: its number, its name, its id in brackets."""
    at = int(position.names[0]) if position.names[0].isdigit() else 0
    return (
        gap[-1:] in ("(", "（")
        and len(gap) <= 30
        and "\n" not in gap
        and (not 1 <= at <= len(listed) or listed[at - 1] in row.names)
    )


_SECTION: Final = re.compile(
    "[：:、.．)） ]*(?:[\u4e00-\u9fff]{0,4}(?:进展|推进|完成)(?:情况)?|(?:年度|工作)?目标|(?:目前)?现状"
    "|(?:目前|当前|主要)?(?:存在)?的?(?:主要)?(?:问题|困难)|原因|下一?步|下一?阶段|工作打算|打算|措施|计划|建议)[\u4e00-\u9fff]{0,6}[：:。，,\n]"
)


def own_list(refs: list[Ref], count: int, text: str) -> list[Ref]:
    """The signs of a list of the writer's own: 一、二、三、 where one row is open, or longer than the list shown.

    So are those ahead of section heads: 一、进展情况：… 二、存在问题：… 三、下一步：…
    """
    signs = [ref for ref in refs if ref.kind == "position" and len(ref.names) == 1 and not ref.excepted]
    numbers = [int(ref.names[0]) for ref in signs]
    if len(numbers) >= 2 and numbers == list(range(1, len(numbers) + 1)) and (count == 1 or numbers[-1] > count > 0):
        return signs
    heads = [ref for ref in signs if _SECTION.match(text, ref.end)]
    return signs if len(heads) >= 2 and numbers == list(range(1, len(numbers) + 1)) else []


def segments(tokens: Tokens, refs: list[Ref]) -> list[Segment]:
    """The text cut at its refs; a name before a ref in brackets (适老化改造（4.3）210户) belongs to it."""
    if not refs:
        return [Segment(0, len(tokens.text), None)]
    starts = [_clause_start(tokens, ref) for ref in refs]
    for at in range(1, len(refs)):
        starts[at] = max(starts[at], refs[at - 1].end)
    found = [Segment(0, starts[0], None)] if starts[0] > 0 else []
    ends = [*starts[1:], len(tokens.text)]
    found.extend(Segment(start, end, ref) for start, end, ref in zip(starts, ends, refs, strict=True))
    return found


def _clause_start(tokens: Tokens, ref: Ref) -> int:
    """Where the part of a ref begins: before it, if a name without any number leads up to it."""
    before = tokens.text[: ref.start]
    opened = before[-1:] in OPENING and before != ""
    head = before.rstrip(OPENING + " ")
    if not head or head[-1] in STOPS + PAUSES or not (opened or ref.kind == "id"):
        return ref.start
    start = max(head.rfind(sign) for sign in STOPS + "，,") + 1
    return ref.start if any(token.number for token in tokens.between(start, ref.start)) else start


_REST: Final = re.compile(r"[0-9]+(?:,[0-9]{3})*(?:[.][0-9]+)? ?%?")


def shifted(token: Token, start: int) -> Token:
    """The number of a token whose first part is a row's number: 3.210户 → 210户."""
    number = token.number
    if number is None or start <= token.start:
        return token
    rest = number.text[start - token.start :]
    if not _REST.fullmatch(rest):
        return token
    value = float(rest.rstrip("% ").replace(",", ""))
    return replace(
        token,
        start=start,
        text=token.text[start - token.start :],
        number=replace(number, value=value, start=start, text=rest),
    )
