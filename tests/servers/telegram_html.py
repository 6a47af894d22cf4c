"""Telegram's HTML as its server reads it: few tags, properly nested, nothing else."""

from __future__ import annotations

from html.parser import HTMLParser

TAGS = {
    *("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote", "span"),
    *("tg-spoiler", "tg-emoji"),
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


class BadMarkup(ValueError):
    """What the server answers with 'can't parse entities'."""


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain(html: str) -> tuple[str, list[dict[str, object]]]:
    """The text without tags, and its entities. Raises BadMarkup."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.open:
        raise BadMarkup(f'Can\'t find end tag corresponding to start tag "{reader.open[-1][0]}"')
    return "".join(reader.text), reader.entities


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.text: list[str] = []
        self.open: list[tuple[str, int]] = []
        self.entities: list[dict[str, object]] = []

    @property
    def units(self) -> int:
        return utf16("".join(self.text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise BadMarkup(f'Unsupported start tag "{tag}"')
        self.open.append((tag, self.units))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            raise BadMarkup(f'Unmatched end tag "{tag}"')
        _, start = self.open.pop()
        kind = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic"}.get(tag, tag)
        if self.units > start:
            self.entities.append({"type": kind, "offset": start, "length": self.units - start})

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise BadMarkup("Unexpected <")
        self.text.append(data)

    def handle_entityref(self, name: str) -> None:
        self.text.append(NAMED.get(name, f"&{name}"))

    def handle_charref(self, name: str) -> None:
        self.text.append(chr(int(name[1:], 16) if name[0] in "xX" else int(name)))

    def handle_comment(self, data: str) -> None:
        raise BadMarkup("Unsupported start tag")

    def handle_decl(self, decl: str) -> None:
        raise BadMarkup("Unsupported start tag")

    def unknown_decl(self, data: str) -> None:
        raise BadMarkup("Unsupported start tag")

    def handle_pi(self, data: str) -> None:
        raise BadMarkup("Unsupported start tag")
