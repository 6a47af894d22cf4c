"""What stands around a place of a text, as the row numbers ask for it."""

from __future__ import annotations

import re

from bot.reading.model import ReadingContext
from bot.reading.signs import ENGLISH_WORD, STOPS, is_cjk
from bot.reading.things import ENGLISH_UNITS
from bot.reading.tokens import Tokens
from bot.reading.words import NO_CHANGE, NOT_STARTED, ONGOING
from data.language.numbers import Number


class Surroundings:
    """Looks before and behind places of one text; never further than a line or so, however long the text is."""

    def __init__(self, tokens: Tokens) -> None:
        self.text = tokens.text
        self.tokens = tokens

    def before(self, start: int) -> str:
        """What stands before a place, without blanks."""
        return self.text[max(0, start - 60) : start].rstrip(" ")

    def follows(self, start: int) -> str:
        """The first sign behind the digits at a place."""
        end = start
        while self.text[end : end + 1].isdigit():
            end += 1
        return self.text[end : end + 1] or "?"

    def begins(self, start: int) -> bool:
        """Whether a line or sentence begins here, brackets aside."""
        before = self.text[max(0, start - 60) : start].rstrip(" (（")
        return not before or before[-1] in STOPS

    def begins_a_count(self, end: int) -> bool:
        """，7新增1850: a number stuck to a word, with another number soon behind it."""
        rest = self.text[end : end + 10]
        return is_cjk(rest[:1]) and any(char.isdigit() for char in re.split("[，,。；;]", rest)[0])

    def begins_a_state(self, end: int) -> bool:
        """，2还在改: a number stuck to a word that says how far something is."""
        tokens = self.tokens.between(end, end + 2)
        return is_cjk(self.text[end : end + 1]) and any(
            token.is_a(ONGOING, NOT_STARTED, NO_CHANGE) or token.text in ("还", "没", "还没", "已") for token in tokens
        )

    def holds_a_count(self, end: int) -> bool:
        """:2100套 behind a number: a sign, and soon a count in a measure word."""
        counts = self.tokens.between(end + 1, end + 12)
        return any(token.number and (token.number.unit or token.number.percent) for token in counts)

    def counts_in_english(self, end: int) -> bool:
        """10 of 11 schools, 56 to go, 2 schools opened; not 2 done, 2 no change, 2 in progress."""
        match = ENGLISH_WORD.match(self.text, end)
        if match is None or self.text[match.start(1) :].lower().startswith("in progress"):
            return False
        word = match[1].lower()
        following = self.text[match.end() : match.end() + 20].lower().lstrip(" ")
        if any(following.startswith(unit) for unit in ENGLISH_UNITS):
            return True  # 72 opera shows
        return word in ("of", "out", "to", "more", "new", "in") or word in ENGLISH_UNITS

    def after_a_count(self, start: int) -> bool:
        """5 驿站2个患者512人 4 辅具735人: the 4 follows a finished count, so it counts nothing itself."""
        end = len(self.before(start)) + max(0, start - 60)
        return any(
            token.number and token.end == end and (token.number.unit or token.number.percent)
            for token in self.tokens.between(max(0, end - 12), end)
        )


def answers(number: Number, text: str, context: ReadingContext) -> bool:
    """7, where one row that counts something was asked about, is its figure."""
    row = context.row(context.asked_id)
    alone = text.strip(" .。!！") == number.text
    return alone and row is not None and any((target.value or 0) >= number.value for target in row.targets)
