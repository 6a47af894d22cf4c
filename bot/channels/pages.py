"""Cutting a long message into pages that a provider takes, whatever it counts in. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import regex  # type: ignore[import-untyped]

Measure = Callable[[str], int]

GRAPHEME = regex.compile(r"\X")
HAN = regex.compile(r"\p{Han}")
SENTENCE_ENDS = "。！？；!?;…"
MOST_PAGES = 9999


def utf16_units(text: str) -> int:
    """Length as Telegram counts: a character beyond the basic plane is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf8_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def pages(title: str | None, text: str, limit: int, measure: Measure) -> list[tuple[str | None, str]]:
    """One pair if `title`, a line feed and `text` measure at most `limit`; else pages that do, each with its mark on
    a last line of its own and the title on the first.

    A page ends at a line end, else after a sentence, else at a space, else between two graphemes; what no page can
    hold whole (thousands of marks on one letter) is cut between code points. Only white space at a cut is dropped.
    """
    if measure(_whole(title, text)) <= limit:
        return [(title, text)]
    if title is not None and measure(title) > limit // 4:
        title, text = None, _whole(title, text)
    mark = _page_mark(text)
    room = limit - measure(f"\n{mark(MOST_PAGES, MOST_PAGES)}")
    first = room - (measure(f"{title}\n") if title else 0)
    cut = list(_cut(text, first, room, measure)) or [""]
    marked = [f"{page}\n{mark(number, len(cut))}" for number, page in enumerate(cut, 1)]
    return list(zip(itertools.chain([title], itertools.repeat(None)), marked, strict=False))


def _whole(title: str | None, text: str) -> str:
    return text if title is None else f"{title}\n{text}"


def _page_mark(text: str) -> Callable[[int, int], str]:
    if HAN.search(text):
        return lambda number, count: f"第{number}/{count}页"
    return lambda number, count: f"({number}/{count})"


def _cut(text: str, first: int, room: int, measure: Measure) -> Iterator[str]:
    start, space = _skip_space(text, 0), first
    while start < len(text):
        most = _fitting(text, start, space, measure)
        end = most if most == len(text) else _good_end(text, start, most)
        yield text[start:end].rstrip()
        start, space = _skip_space(text, end), room


def _fitting(text: str, start: int, room: int, measure: Measure) -> int:
    """The furthest end of a run of whole graphemes from `start` that measures at most `room`; always beyond `start`."""
    end, used = start, 0
    for grapheme in GRAPHEME.finditer(text, start):
        used += measure(grapheme.group())
        if used > room:
            break
        end = grapheme.end()
    return end if end > start else _fitting_code_points(text, start, room, measure)


def _fitting_code_points(text: str, start: int, room: int, measure: Measure) -> int:
    end, used = start, 0
    while end < len(text) and (used := used + measure(text[end])) <= room:
        end += 1
    return max(end, start + 1)


def _good_end(text: str, start: int, most: int) -> int:
    """Where to end a page that may go up to `most`: a good place in its last half."""
    least = start + (most - start) // 2
    line = most if text[most] == "\n" else text.rfind("\n", least, most)
    if line >= 0:
        return line
    sentence = max(text.rfind(end, least, most) for end in SENTENCE_ENDS)
    if sentence >= 0:
        return _grapheme_end(text, start, sentence + 1, most)
    space = text.rfind(" ", least, most)
    return space if space >= 0 else most


def _grapheme_end(text: str, start: int, wanted: int, most: int) -> int:
    """`wanted`, moved on past marks that belong to the character before it; at most `most`."""
    for grapheme in GRAPHEME.finditer(text, start, most):
        if grapheme.end() >= wanted:
            return int(grapheme.end())
    return most


def _skip_space(text: str, position: int) -> int:
    for grapheme in GRAPHEME.finditer(text, position):
        if not grapheme.group().isspace():
            return int(grapheme.start())
    return len(text)
