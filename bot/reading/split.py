"""The places of a message that name rows by number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from bot.reading.model import ReadingContext
from bot.reading.rows_together import item_and_figure, rows_together
from bot.reading.signs import (
    CIRCLED,
    CLOSING,
    COUNTABLE,
    DATE_AHEAD,
    DATE_BEFORE,
    DOTTED,
    INTRODUCED,
    LOOSE,
    MARK,
    MAYBE_DATE,
    MONTHS,
    MOST,
    NAMED,
    OF_ALL_ITEMS,
    OPENING,
    PAUSES,
    RANGES,
    SPOKEN,
    STOPS,
    arabic,
    chinese,
    is_cjk,
    is_day,
    overlaps,
)
from bot.reading.spoken_lists import spoken_items
from bot.reading.surroundings import Surroundings, answers
from bot.reading.tokens import Token, Tokens
from data.language.numbers import Number

RefKind = Literal["position", "id", "date_or_id"]


@dataclass(frozen=True, slots=True)
class Ref:
    """A place that names rows: positions of the list, or ids. `excepted`: 除7外, the others are meant."""

    start: int
    end: int
    kind: RefKind
    names: tuple[str, ...]
    excepted: bool = False


def find_refs(tokens: Tokens, context: ReadingContext) -> list[Ref]:
    """All places that name rows by number, as they stand; `segments.merged` puts 2（5.6） together.

    Catches 1., 1、, (1), ①, 一、, 1新增学位, 4.3, 4-3, （4.3）, 序号6, 项目6, 第三项, 1、2没变化, 3.210户 (position 3).
    Not: 3个 (a count), 12.31前 and 截至9.2 (dates), 第三个 inside a sentence, 80%.
    """
    return _Finder(tokens, context).run()


_COUNTED: Final = re.compile("(?:群众性?|区级|市级|全民)?(?:体育)?(?:赛事|比赛|活动|赛)(?![的和])")  # 第8项赛事是乒乓球


class _Finder:
    """One pass over the numbers of a text; it remembers the last row number, for lists without signs."""

    def __init__(self, tokens: Tokens, context: ReadingContext) -> None:
        self.text = tokens.text
        self.tokens = tokens
        self.around = Surroundings(tokens)
        self.context = context
        self.count = len(context.listed)
        self.ids = {row.id for row in context.rows}
        self.refs: list[Ref] = []
        self.done = 0
        self.highest = 0
        self.positions: set[str] = set()

    def run(self) -> list[Ref]:
        for match in islice(NAMED.finditer(self.text), MOST):
            self._named(match)
        for start, end, number in spoken_items(self.text, self.count):
            self._add(start, end, "position", (str(number),))
        fixed = self._ranges()
        for match in islice(DOTTED.finditer(self.text), MOST):
            if not overlaps(match.start(), match.end(), fixed):
                self._dotted(match)
        fixed = self._ranges()
        for token in self.tokens.items:
            if len(self.refs) > 2 * MOST:
                break
            if token.number and token.start >= self.done and not overlaps(token.start, token.end, fixed):
                self._bare(token)
        return self.refs

    def _ranges(self) -> list[tuple[int, int]]:
        return sorted((ref.start, ref.end) for ref in self.refs)

    def _named(self, match: re.Match[str]) -> None:
        if self.around.before(match.start()).endswith("不是"):
            return None
        for group in ("idno", "projectno"):
            if match[group]:
                return self._add_id(match, match[group])
        if match["nths"]:
            names = tuple(char for char in match["nths"] if char.isdigit())
            return self._add(match.start(), match.end(), "position", names)
        if match["cnths"]:
            names = tuple(str(arabic(char)) for char in match["cnths"] if char not in "、和")
            return self._add(match.start(), match.end(), "position", names)
        if match["last"] and is_cjk(self.around.before(match.start())[-1:]):
            return None
        if match["last"]:
            from_end = arabic(match["from_end"]) if match["from_end"] else 1
            return self._add(match.start(), match.end(), "position", (str(max(self.count + 1 - from_end, 1)),))
        if match["first"]:
            if int(arabic(match["first"].replace("两", "二"))) > self.count:
                return None
            count = int(match["first"]) if match["first"].isdigit() else chinese(match["first"].replace("两", "二"))
            return self._add(
                match.start(), match.end(), "position", tuple(str(number) for number in range(1, count + 1))
            )
        if (
            match["nth"]
            and (
                not self.around.begins(match.start()) or self.context.asked_id or _COUNTED.match(self.text, match.end())
            )
            and int(arabic(match["nth"])) > self.count
        ):
            return None  # 第10项定在12月4日: the tenth of what is counted
        nth = match["nth"] or match["list"] or match["called"]
        if nth:
            number = int(nth) if nth.isdigit() else chinese(nth)
            return self._add(match.start(), match.end(), "position", (str(number),))
        if match["circled"]:
            return self._add(match.start(), match.end(), "position", (CIRCLED[match["circled"]],))
        number_text = match["english"] or match["hash"]
        if "." in number_text or "-" in number_text:
            return self._add_id(match, number_text)
        return self._add(match.start(), match.end(), "position", (number_text,))

    def _add_id(self, match: re.Match[str], said: str) -> None:
        self._add(match.start(), match.end(), "id", (self._id(said) or said.replace("-", "."),))

    def _id(self, said: str) -> str | None:
        """The id of one of the person's rows as it may be written: 4.3, 4-3, 6.1 for the only row of project 6."""
        dotted = said.replace("-", ".").replace(SPOKEN, ".")
        if dotted in self.ids:
            return dotted
        project, _, row = dotted.partition(".")
        return project if row == "1" and project in self.ids else None

    def _add(self, start: int, end: int, kind: RefKind, names: tuple[str, ...]) -> None:
        ref = Ref(start, end, kind, names, self.around.before(start).endswith(("除", "除了")))
        self.refs.append(ref)
        if kind == "position":
            self.positions.update(names)
            self.highest = self.highest if ref.excepted else max(self.highest, *(int(name) for name in names))

    # -------------------------------------------------------------- 4.3

    def _dotted(self, match: re.Match[str]) -> None:
        start, end, text = match.start(), match.end(), self.text
        if match[2] == SPOKEN:
            self._add(start, end, "id", (self._id(match[0]) or "",))
            return
        known = self._id(match[0]) or self._unknown_id(match)
        if (
            not known
            or text[end : end + 1] == "%"
            or DATE_AHEAD.match(text, end)
            or DATE_BEFORE.search(text[max(0, start - 8) : start])
        ):
            return
        token = next((token for token in self.tokens.between(start, start + 1)), None)
        if token is not None and token.number and self._counts(token.number, match[1], known):
            return
        if text[end : end + 1] == "项":
            end += 1
        before = self.around.before(start)
        free = text[start - 1 : start] == " " or (
            not before
            or before[-1] in STOPS + PAUSES + OPENING
            or bool(INTRODUCED.search(before[-4:]))
            or not is_cjk(before[-1])
            or (before[-1] in RANGES and any(ref.kind == "id" and ref.end + 1 == start for ref in self.refs))
            or any(
                token.day and token.end == len(self.text[:start].rstrip())
                for token in self.tokens.between(start - 12, start)
            )
            or self.around.after_a_count(start)
        )
        if not free:
            return
        after = MAYBE_DATE.match(text, end)
        counted = after and any(token.number for token in self.tokens.between(after.end(), after.end() + 4))
        both = match[2] == "." and after and not counted and is_day(int(match[1]), int(match[3]))
        self._add(start, end, "date_or_id" if both else "id", (known,))

    def _unknown_id(self, match: re.Match[str]) -> str | None:
        """5.7开放9所, where project 5 ends with 5.6: an id that there is not, soon behind the last there is."""
        project, row = match[1], int(match[3])
        rows = [int(name.partition(".")[2]) for name in self.ids if name.startswith(f"{project}.")]
        begins = self.around.begins(match.start()) and is_cjk(self.text[match.end() : match.end() + 1])
        month = abs(int(project) - self.context.today.month) <= 1 or "-" in match[0]
        return match[0] if rows and begins and not month and max(rows) < row <= max(rows) + 2 else None

    def _counts(self, number: Number, position: str, known: str) -> bool:
        """4.3万 and 12.1公里 are numbers, 8.1只完成了71% is no 只, 3.210户 is position 3; 4.3户 may be either."""
        if number.unit in (None, "项"):
            return False
        if number.unit not in COUNTABLE or not 1 <= int(position) <= self.count:
            return number.unit not in LOOSE
        row = self.context.row(self.context.listed[int(position) - 1])
        return row is None or row.id == known or any(target.unit == number.unit for target in row.targets)

    # -------------------------------------------------------------- 1, 1., 1、2

    def _bare(self, token: Token) -> None:
        number = token.number
        if number is None or not number.text.isascii():
            return None
        if "." in number.text or "," in number.text:
            return self._position_and_figure(token)
        if number.percent or not number.text.isdigit() or len(number.text) > 2 or int(number.text) == 0:
            return None
        value, start, end = int(number.text), number.start, number.end
        if self.text[end : end + 1] in ("号", "站") or MONTHS.match(self.text, end):  # 6号楼, 德康2站, 1-9月
            return None
        if answers(number, self.text, self.context) or self.around.counts_in_english(end):
            return None
        if self._goes_on_from_id(number) or self._is_listed_id(number):
            self.done = end
            return self._add(start, end, "id", (number.text,))
        strong, weak = self._place(start)
        if number.unit == "项" and self._is_item(number, strong=strong, weak=weak):
            return self._take(start, number.unit_end, (str(value),))
        if self.text[end : end + 1] and self.text[end] in "\ufe0f\u20e3":
            strong = True
        apart = number.unit is not None and self.text[end : end + 1] == " "
        if apart and strong and value <= self.count and self.around.begins_a_count(end + 1):
            return self._take(start, end, (str(value),))  # 3 户数到215
        if number.unit is not None or not (strong or weak):
            return None
        if self._behind_a_name(start):
            return None  # 7.2：2/3
        listed = rows_together(value, end, self.tokens, self.count)
        if listed and strong and item_and_figure(value, listed, self.text, self.highest):
            listed = None  # 2、5；3、190
        if listed and (strong or self.around.before(start)[-1:] in (":", "：")):
            return self._take(start, listed[1], listed[0])
        if self._marks(value, start, end, strong):
            sign = MARK.match(self.text, end)
            self._take(start, sign.end() if sign else end, (str(value),))
        return None

    def _is_listed_id(self, number: Number) -> bool:
        """The 6 of 3.2 60%，6 70%，9.1 70%: set apart by a blank, in a list of ids that each has its number."""
        ids = sum(ref.kind == "id" for ref in self.refs)
        apart = number.unit is None and self.text[number.end : number.end + 1] == " "
        paused = self.around.before(number.start)[-1:] in "，,；;"
        following = next(iter(self.tokens.between(number.end + 1, number.end + 2)), None)
        return (
            number.text in self.ids and apart and paused and ids > 1 and not self.positions
            and following is not None and following.number is not None
        )  # fmt: skip

    def _behind_a_name(self, start: int) -> bool:
        """The first number behind the colon of a row's own number is what was counted of it."""
        return any(ref.end < start and self.text[ref.end : start].strip(" ") in (":", "：") for ref in self.refs)

    def _goes_on_from_id(self, number: Number) -> bool:
        """The 6 of 3.2、6分别完成80%、65%: behind an id and joined to it, it is one too."""
        joined = any(ref.kind == "id" and ref.end + 1 == number.start for ref in self.refs)
        if not joined or number.text not in self.ids or number.unit is not None:
            return False
        behind = self.text[number.end : number.end + 1]
        return self.text[number.start - 1] in "、和与及" and (is_cjk(behind) or behind == "、")

    def _is_item(self, number: Number, *, strong: bool, weak: bool) -> bool:
        """2项还是7家, 3项290户: items of the list; not 8项都没变, 5项已完成 (a count)."""
        value = int(number.text)
        begins = value == 1 and self.around.before(number.start)[-1:] in "，," and "2项" in self.text[number.unit_end :]
        paused = self.around.before(number.start)[-1:] in "，,；;"
        after_id = begins or (bool(self.refs) and not self.positions and paused)
        if value > self.count or not (strong or (weak and (0 < self.highest < value or after_id))):
            return False
        rest = self.text[number.unit_end : number.unit_end + 12]
        if rest[:1] in (":", "："):
            return True
        return not rest.lstrip().startswith(OF_ALL_ITEMS) and any(char.isdigit() for char in rest)

    def _marks(self, value: int, start: int, end: int, strong: bool) -> bool:
        after = self.text[end : end + 1]
        sign = bool(MARK.match(after))
        if after and after in "\ufe0f\u20e3":
            return value <= self.count
        last = self.highest
        if strong:
            return (
                sign or after == " " or value <= self.count or str(value) in self.ids or (not after and self.count > 0)
            )
        last_of_own = self.count == 1 and sign and 0 < last == value - 1  # 1.就业6500 2.培训4300 of one row
        if value > self.count and not last_of_own:
            return False
        spaced = self.text[start - 1] == " "
        told = spaced and after == " " and str(value) not in self.positions
        if told and (self.around.after_a_count(start) or self._listed_with_blanks()):
            return True
        if (
            spaced
            and sign
            and self.highest < value
            and self.around.after_a_count(start)
            and self.around.holds_a_count(end)
        ):
            return True  # 3:改完19个 5:2100套
        if str(value) in self.positions:
            return False
        if self.around.before(start)[-1:] in "，," and (
            self.around.begins_a_count(end) or (self.positions and self.around.begins_a_state(end))
        ):
            return True
        if last and value <= last:
            return False
        if sign and last and value == last + 1:
            return True
        if sign and str(value) in self.ids and any(ref.kind == "id" for ref in self.refs):
            return True  # 3.2:83%, 6:64%
        if (
            after in (":", "：")
            and not self.text[end + 1 : end + 2].isdigit()
            and is_cjk(self.around.before(start)[-1:])
        ):
            return True
        if self.around.before(start)[-1:] in "，,":
            return (bool(last) and (sign or after == " " or is_cjk(after))) or self.around.begins_a_count(end)
        return (sign and after not in "、:：") or (bool(last) and spaced and is_cjk(after))

    def _listed_with_blanks(self) -> bool:
        """2 没启动 1 学位3390: the text began with a number and a blank, so that this one is of the same list."""
        first = self.refs[0] if self.refs else None
        listed = first is not None and first.kind == "position" and first.start == 0
        return listed and first is not None and self.text[first.end : first.end + 1] == " "

    def _take(self, start: int, end: int, names: tuple[str, ...]) -> None:
        self.done = end
        self._add(start, end, "position", names)

    def _place(self, start: int) -> tuple[bool, bool]:
        """Whether a number here begins a line or sentence, or at least follows a pause."""
        before = self.around.before(start)
        length = len(before) + max(0, start - 60)
        opened = before[-1:] in OPENING and before != ""
        if opened:
            before = before[:-1].rstrip(" ")
        if not before or before[-1] in STOPS:
            return True, True
        if before.endswith(("除", "除了")):
            return True, True
        if before.endswith(("把", "将")):
            return (self.around.follows(start) in "\n的改"), True
        if before.endswith(("刚才", "刚刚", "前面", "上面", "之前")) and self.around.follows(start) == "\n":
            return True, True
        if self.around.follows(start) in ":：" and is_cjk(before[-1]):
            return False, True
        if self.refs and length <= self.refs[-1].end <= start:
            return False, False
        return False, before[-1] in PAUSES + CLOSING or self.text[start - 1] == " " or opened

    def _position_and_figure(self, token: Token) -> None:
        """3.210户: nobody has 3.21 homes, so it is position 3 and 210; 1.2万个 and 12.1公里 are numbers."""
        number = token.number
        if number is None or "," in number.text:
            return
        whole, _, rest = number.text.rstrip("%").partition(".")
        if not whole.isdigit() or not rest.isdigit() or not 1 <= int(whole) <= self.count:
            return
        strong, weak = self._place(number.start)
        if not strong and not (weak and 0 < self.highest < int(whole)):
            return
        countable = number.unit in COUNTABLE
        if (
            len(rest) >= 3
            or countable
            or (
                len(rest) == 2
                and not DATE_AHEAD.match(self.text, number.end)
                and not self._id(number.text)
                and (number.unit is not None or number.percent)
            )
        ):
            self._take(number.start, number.start + len(whole) + 1, (whole,))
