"""Which assignment a part of a message speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.reading import things, words
from bot.reading.clauses import Clause, looks_ahead
from bot.reading.model import Question, ReadingContext
from bot.reading.pieces import ahead_of, pieces_of
from bot.reading.roles import so_many_rows
from bot.reading.row_scores import HARDLY, SURE, RowScores, begins_with
from bot.reading.shared import said_of_several
from bot.reading.split import Ref
from bot.reading.vocabulary import Vocabulary

ONLY_OPEN: Final = "the only one open"
# Single signs that name a thing by themselves.
_TELLING: Final = frozenset("桥路水河树绿棚梯房车校园亩户套店馆站塔湖沟渠闸泵墙灯井栋楼村校书戏")


@dataclass(slots=True)
class Part:
    """Clauses that speak of one row (its index), or of one that must be asked for."""

    row: int | None
    clauses: list[Clause]
    rule: str
    ref: Ref | None = None
    question: Question | None = None
    candidates: tuple[int, ...] = ()
    others: bool = False
    named: bool = False


class RowFinder:
    """Looks rows up for one message."""

    def __init__(self, context: ReadingContext, vocabulary: Vocabulary) -> None:
        self.context = context
        self.vocabulary = vocabulary
        self.index = {row.id: at for at, row in enumerate(context.rows)}
        self.by_id = False  # the message names rows by id elsewhere
        self.by_position = False  # and elsewhere by a position that is no id
        self.scored = RowScores(context, vocabulary)

    # -------------------------------------------------------------- by number

    def by_ref(self, ref: Ref, clauses: list[Clause]) -> list[Part]:
        """The rows that a number names: a position of the list, else an id; where both fit, words decide."""
        return [self._named(ref, name, clauses) for name in ref.names]

    def _named(self, ref: Ref, name: str, clauses: list[Clause]) -> Part:
        if ref.kind == "position":
            return self._position(ref, name, clauses)
        if ref.kind == "date_or_id" and "." in name and name in self.index:
            return self._date_or_id(ref, name, clauses)
        row = self.index.get(name)
        project = tuple(at for at, other in enumerate(self.context.rows) if other.id.startswith(f"{name}."))
        if row is None and project:
            return self._of_project(ref, project, clauses)
        if row is None:
            return Part(None, clauses, "unknown row", ref, Question("row_unknown", None, {"said": name}))
        other = self._better_named(row, clauses[:1])
        if other is not None:
            said, words_row = self.context.rows[row].id, self.context.rows[other].id
            question = Question("row_and_words", said, {"said": name, "row": said, "words_row": words_row})
            return Part(row, clauses, "row number", ref, question, (row, other))
        return Part(row, clauses, "named by its number", ref)

    def _better_named(self, row: int, clauses: list[Clause]) -> int | None:
        """The row that the words of a counted clause plainly mean instead: 5.3 送戏70场."""
        scores = self.scored.of(clauses)
        best = max(range(len(scores)), key=scores.__getitem__)
        plainly = scores[row] <= 0.3 * scores[best] and scores[best] >= 1.4
        named = max((self.scored.by_words(clause)[best] for clause in clauses), default=0.0) >= SURE
        return best if best != row and plainly and named and _has_number(clauses) else None

    def _of_project(self, ref: Ref, rows: tuple[int, ...], clauses: list[Clause]) -> Part:
        """项目8, which has several rows of this person: words decide among them."""
        scores = self.scored.of(clauses)
        order = sorted(rows, key=scores.__getitem__, reverse=True)
        second = scores[order[1]] if len(order) > 1 else 0.0
        if len(order) == 1 or (scores[order[0]] >= SURE and second <= 0.65 * scores[order[0]]):
            return Part(order[0], clauses, "project and words of the row", ref)
        return Part(None, clauses, "project", candidates=rows, named=True)

    def _position(self, ref: Ref, name: str, clauses: list[Clause]) -> Part:
        listed, number = self.context.listed, int(name)
        by_id = self.index.get(name)
        if not 1 <= number <= len(listed):
            if by_id is None:
                return Part(None, clauses, "unknown row", ref, Question("row_unknown", None, {"said": name}))
            row_id = self.context.rows[by_id].id
            if any(name in clause.text for name in self.context.rows[by_id].names for clause in clauses[:1]):
                return Part(by_id, clauses, "named by its number", ref)  # 2 促进就业稳定增长：…, as the table has it
            return Part(
                by_id,
                clauses,
                "beyond the list",
                ref,
                Question("number_beyond_list", row_id, {"number": number, "row": row_id}),
            )
        by_list = self.index.get(listed[number - 1])
        if by_list is None:
            return Part(None, clauses, "unknown row", ref, Question("row_unknown", None, {"said": name}))
        scores = self.scored.of(clauses)
        first = self.scored.of(clauses[:1])
        if by_id is not None and by_id != by_list and self.by_id:
            return Part(by_id, clauses, "named by its number", ref)
        if self.by_position and by_id != by_list and scores[by_list] >= 0.6 * max(scores):
            return Part(by_list, clauses, "position in the list", ref)
        if by_id is not None and by_id != by_list and self.context.rows[by_id].id in listed:
            return self._position_or_id(ref, number, by_list, by_id, scores, clauses)
        best = max(range(len(first)), key=first.__getitem__)
        if first[by_list] <= 0.3 * first[best] and first[best] >= 0.9 and best != by_list and _has_number(clauses[:1]):
            said, other = self.context.rows[by_list].id, self.context.rows[best].id
            question = Question("row_and_words", said, {"said": name, "row": said, "words_row": other})
            return Part(by_list, clauses, "position", ref, question, (by_list, best))
        elsewhere = self._counted_elsewhere(clauses[:1], by_list)
        if elsewhere is not None:
            said, other = self.context.rows[by_list].id, self.context.rows[elsewhere].id
            question = Question("row_and_words", said, {"said": name, "row": said, "words_row": other})
            return Part(by_list, clauses, "position", ref, question, (by_list, elsewhere))
        return Part(by_list, clauses, "position in the list", ref)

    def _counted_elsewhere(self, clauses: list[Clause], row: int) -> int | None:
        """3 改造6家, where the third row counts 户 and one other 家: the row whose own measure word was said."""
        numbers = [token.number for clause in clauses for token in clause.tokens if token.number]
        targets = self.context.rows[row].targets
        if len(numbers) != 1 or not targets or numbers[0].percent or numbers[0].unit in (None, *things.GENERAL_UNITS):
            return None
        unit, value = numbers[0].unit, numbers[0].value
        if any(target.unit in (unit, "倍") for target in targets) or self.scored.of(clauses)[row] >= SURE:
            return None
        fitting = [
            at for at, other in enumerate(self.context.rows)
            if any(target.unit == unit and value <= (target.value or 0) for target in other.targets)
        ]  # fmt: skip
        return fitting[0] if len(fitting) == 1 else None

    def _position_or_id(
        self, ref: Ref, number: int, by_list: int, by_id: int, scores: list[float], clauses: list[Clause]
    ) -> Part:
        if scores[by_list] >= 0.7 and scores[by_list] >= 1.6 * scores[by_id]:
            return Part(by_list, clauses, "position, by its words", ref)
        if scores[by_id] >= 0.7 and scores[by_id] >= 1.6 * scores[by_list]:
            return Part(by_id, clauses, "row number, by its words", ref)
        told = self._single_signs(by_list, by_id, clauses)
        if told is not None:
            return Part(told, clauses, "position or row number, by its words", ref)
        rows = self.context.rows
        values = {"number": number, "position_row": rows[by_list].id, "row": rows[by_id].id}
        return Part(
            by_list,
            clauses,
            "position or row",
            ref,
            Question("position_or_row", rows[by_list].id, values),
            (by_list, by_id),
        )

    def _single_signs(self, first: int, second: int, clauses: list[Clause]) -> int | None:
        """桥 and 路 are of the roads, 水 of the water: signs that only one of the two rows has."""
        said = {char for clause in clauses for char in clause.text if "\u4e00" <= char <= "\u9fff"}
        one, two = (
            set(self.context.rows[at].content) | set("".join(self.context.rows[at].names)) for at in (first, second)
        )
        for_one, for_two = (said & one) - two, (said & two) - one
        strong_one, strong_two = for_one & _TELLING, for_two & _TELLING
        if bool(strong_one) != bool(strong_two):
            return first if strong_one else second
        return None

    def _date_or_id(self, ref: Ref, name: str, clauses: list[Clause]) -> Part:
        row = self.index[name]
        if len(self.context.rows) == 1 and clauses and _OVER.match(clauses[0].text):
            return Part(
                row, clauses, "named by its number", ref
            )  # 10.2完工了: whichever is meant, the only row is done
        question = Question("date_or_row", name, {"said": name, "row": name})
        return Part(row, clauses, "date or row", ref, question, (row,))

    # -------------------------------------------------------------- by words

    def all_but(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """The rows of the list that none of these positions or ids names."""
        listed = self.context.listed
        named = {listed[int(name) - 1] for name in names if name.isdigit() and 1 <= int(name) <= len(listed)} | {*names}
        return tuple(self.index[row_id] for row_id in listed if row_id in self.index and row_id not in named)

    def default(self) -> tuple[int, str] | None:
        """The row that is meant where no word says otherwise: the one asked about, replied to, or the only one open."""
        context = self.context
        for row_id, rule in (
            (context.quoted_ids[0] if len(context.quoted_ids) == 1 else None, "reply to its message"),
            (context.asked_id, "asked about it"),
            (
                context.open_ids[0] if len(context.open_ids) == 1 and not context.quoted_ids else None,
                ONLY_OPEN,
            ),
            (context.rows[0].id if len(context.rows) == 1 else None, "the only row"),
        ):
            if row_id in self.index:
                return self.index[row_id], rule
        return None

    def by_words(self, clauses: list[Clause], *, default: tuple[int, str] | None) -> list[Part]:
        """The rows that words name, clause by clause; what names none goes on with the clause before."""
        parts: list[Part] = []
        waiting: list[Clause] = []
        topic = inside = False
        behind = 0
        pieces = self.cut(clauses)
        for at, clause in enumerate(pieces):
            if at < behind:
                continue
            several, behind = said_of_several(pieces, at, self.plainly_named, self.listed())
            if several:
                parts.extend(Part(row, [told], "words of the row") for row, told in several)
                continue
            current = parts[-1].row if parts else None
            row = self._decided(clause, default, current, topic)
            inside = clause.aside and (inside or clause.has(words.INCLUDED))
            if inside and (current is not None or default is not None):
                row = current if current is not None else default[0] if default else None  # （其中管网75%、绿化60%）
            opens = row is not None and not clause.numbers() and not clause.has(*_SAYS_IT_ALL)
            topic = opens if not clause.new_sentence or row is not None else False
            if row is None and parts and parts[-1].row is not None:
                row = self._another(clause, parts[-1].row)
            if row is None:
                (parts[-1].clauses if parts else waiting).append(clause)
            elif parts and parts[-1].row == row:
                parts[-1].clauses.append(clause)
            else:
                rule = default[1] if default and default[0] == row else "words of the row"
                parts.append(Part(row, [*waiting, clause], rule))
                waiting = []
        if waiting:
            parts.append(self._unnamed(waiting, default))
        return parts

    def cut(self, clauses: list[Clause]) -> list[Clause]:
        """绿地一百零三亩水环境完成66%: a clause without a comma is cut behind its numbers where the row changes."""
        found: list[Clause] = []
        for clause in clauses:
            pieces = pieces_of(clause)
            rows = {self._best([piece]) for piece in pieces} - {None} if len(pieces) > 1 else set()
            found.extend(pieces if len(rows) > 1 else [clause])
        return found

    def listed(self) -> tuple[int, ...]:
        return tuple(self.index[row_id] for row_id in self.context.listed if row_id in self.index)

    def plainly_named(self, name: str) -> int | None:
        """The row that a name stands for, if it says nothing of another."""
        scores = self.vocabulary.row_scores(name, len(self.context.rows))
        order = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)
        second = scores[order[1]] if len(order) > 1 else 0.0
        if scores[order[0]] >= SURE and second <= 0.65 * scores[order[0]]:
            return order[0]
        rows = self.context.rows
        own = [at for at, row in enumerate(rows) if any(name.strip() in target.label for target in row.targets)]
        return own[0] if len(own) == 1 and scores[own[0]] >= HARDLY else None  # 道路 is of 道路建设

    def tells_how_many(self, clause: Clause) -> bool:
        """上门服务17150: a bare number behind words that are plainly a row's."""
        return bool(clause.numbers()) and not clause.asks and self._best([clause]) is not None

    def _best(self, clauses: list[Clause]) -> int | None:
        scores = self.scored.of(clauses)
        order = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)
        second = scores[order[1]] if len(order) > 1 else 0.0
        return order[0] if scores[order[0]] >= SURE and second <= 0.65 * scores[order[0]] else None

    def _counts_otherwise(self, clause: Clause, row: int) -> bool:
        """The clause counts in a measure word that no target of the row has: 5家 is not of the row that counts 名."""
        if clause.has(words.STAGE, words.MONEY, words.RATE, words.NOT_IT):
            return False
        units = [
            token.number.unit
            for token in clause.tokens
            if token.number and token.number.unit and not token.number.percent
        ]
        targets = self.context.rows[row].targets
        return bool(units and targets) and not any(
            unit == "个" or things.alike(unit, target.unit) for unit in units for target in targets
        )

    def _decided(
        self, clause: Clause, meant: tuple[int, str] | None, current: int | None, topic: bool = False
    ) -> int | None:
        default = meant[0] if meant is not None else None
        stay = current if current is not None else default
        if _of_several(clause) or (stay is not None and looks_ahead(clause)):
            return None
        if clause.aside and stay is not None and max(self.scored.by_words(clause)) < 1.0:
            return stay  # 租赁服务785人（押金户120户）
        if current is not None and _INSIDE.match(clause.text):
            return current  # 其中老年人612人
        if stay is not None and _TROUBLE.match(clause.text) and not clause.numbers():
            return stay  # 存在问题：部分居民对停车位有异议
        stuck = next((token for token in clause.tokens if token.text.startswith("卡")), None)
        cause = stuck or (clause.first(words.WAIT, words.CAUSE) if not clause.numbers() else None)
        if cause is not None and cause.start - clause.start <= 1:
            return stay  # 因棚户区没拆完，泊位只有400: what is in the way is no row spoken of
        scores = self.scored.of([ahead_of(clause, cause.start) if cause is not None else clause])
        order = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)
        best = order[0]
        second = scores[order[1]] if len(order) > 1 else 0.0
        if (
            stay is not None
            and best != stay
            and self._counts_otherwise(clause, stay)
            and scores[best] >= 0.5
            and second <= 0.5 * scores[best]
        ):
            return best
        clear = 0.65 if clause.numbers() else 0.5
        if scores[best] < SURE or second > clear * scores[best]:
            return default if default is not None and current is None and scores[best] < SURE else None
        if stay is None or best == stay:
            return best
        if self.scored.too_many(clause, best) and not self.scored.too_many(clause, stay):
            return stay
        least = self._least_to_leave(clause, meant, scores, best, stay, topic=topic)
        if clause.has(words.PROBLEM) and not (clause.numbers() or clause.new_sentence):
            least += 0.5  # 水环境80%，龙江路段管道破损: a place is named for what is wrong there
        enough = scores[best] >= least and scores[stay] <= 0.45 * scores[best]
        if not self.context.rows[stay].targets and not self.scored.by_words(clause)[best]:
            enough = False  # a measure word alone leads to no other row from one that counts nothing
        return best if enough else stay

    def _least_to_leave(
        self, clause: Clause, meant: tuple[int, str] | None, scores: list[float], best: int, stay: int, *, topic: bool
    ) -> float:
        """How much has to be said of another row for a clause to be its, and not of the row spoken of before."""
        if not scores[stay]:
            led = (meant is not None or topic) and bool(clause.numbers()) and self._leads(clause, best)
            shown_alone = meant is not None and meant[1] == ONLY_OPEN
            if led or (shown_alone and self.scored.by_words(clause)[best] >= SURE):
                return SURE
        if meant is not None or (topic and not clause.new_sentence):
            return 1.4
        tells = not scores[stay] and begins_with(best, clause, self.vocabulary, len(scores))
        return SURE if clause.numbers() or tells else 1.0

    def _another(self, clause: Clause, current: int) -> int | None:
        """道路8 behind the lifts: its few words are of one row more than of others, and none is of the row before."""
        if not clause.numbers() or clause.has(words.INCLUDED, words.LEFT, words.PROBLEM, words.STAGE, words.MONEY):
            return None
        scores = self.scored.of([clause])
        order = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)
        second = scores[order[1]] if len(order) > 1 else 0.0
        named = self.scored.by_words(clause)[order[0]] >= HARDLY
        plainly = named and second <= 0.65 * scores[order[0]]
        head = clause.slice(clause.start, clause.tokens[clause.numbers()[0]].start).strip()
        return order[0] if plainly and not scores[current] and 2 <= len(head) <= 6 else None

    def _leads(self, clause: Clause, row: int) -> bool:
        """泊位1650: the clause begins with the row's own words, right before its number."""
        first = clause.tokens[clause.numbers()[0]]
        head = clause.slice(clause.start, first.start).strip()
        return 2 <= len(head) <= 10 and self.vocabulary.row_scores(head, len(self.context.rows))[row] >= 1.0

    def _unnamed(self, clauses: list[Clause], default: tuple[int, str] | None) -> Part:
        if default is not None:
            return Part(default[0], clauses, default[1])
        scores = self.scored.of(clauses)
        best = 0.0 if any(_of_several(clause) for clause in clauses) else max(scores)
        near = tuple(at for at, score in enumerate(scores) if best >= SURE and score >= 0.6 * best)
        if len(near) == 1:
            return Part(near[0], clauses, "words of the row")
        open_rows = tuple(self.index[row_id] for row_id in self.context.listed if row_id in self.index) or tuple(
            range(len(scores))
        )
        return Part(None, clauses, "no row named", candidates=near or open_rows, named=bool(near))


_TROUBLE: Final = re.compile(
    "^[ ]*(?:目前|当前|主要)?(?:存在)?的?(?:主要)?(?:问题|困难|难点|原因)(?:是|在于|有|为)?[:：]"
)
_INSIDE: Final = re.compile("[ ，,]*(?:其中|里面|包括|包含|含)")
_OVER: Final = re.compile("[ ]*(?:正式|全面|主体|已|全部)?[开竣完封通投][工顶馆车运用]了")
_SAYS_IT_ALL: Final = (words.NO_CHANGE, words.REPORTED, words.NOT_STARTED, words.DELAYED)


def _of_several(clause: Clause) -> bool:
    """除电梯外其他都正常 is not said of the lifts, 养老四项都正常 not of one of the four."""
    return (clause.has(words.OTHERS) and "除" in clause.text) or any(
        so_many_rows(clause, at) for at in clause.numbers()
    )


def _has_number(clauses: list[Clause]) -> bool:
    return any(token.number for clause in clauses for token in clause.tokens)
