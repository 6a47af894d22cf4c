"""A message cut into parts that each speak of one row."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

from bot.reading import kinds, words
from bot.reading.clauses import UNSURE_OF_IT, Clause, clauses_of, subject
from bot.reading.list_order import in_list_order
from bot.reading.model import ReadingContext
from bot.reading.pieces import same_as_before
from bot.reading.respective import MARK, each_so_many, given_in_order, numbers_in_order
from bot.reading.rows import Part, RowFinder
from bot.reading.segments import Segment, segments
from bot.reading.split import Ref
from bot.reading.tokens import Tokens
from bot.reading.work import Work


def parts_of(tokens: Tokens, refs: list[Ref], work: Work) -> list[Part]:
    """The message cut by rows: by numbers (`refs`) first, then by words."""
    context = work.context
    finder = RowFinder(context, work.words)
    finder.by_id = any(ref.kind == "id" for ref in refs)
    finder.by_position = any(
        ref.kind == "position" and name not in finder.index and name.isdigit() and int(name) <= len(context.listed)
        for ref in refs
        for name in ref.names
    )
    parts: list[Part] = []
    default = _default(finder, context, tokens.text, correcting=work.correcting)
    head: list[Clause] = []
    pieces = _with_reason(_named_last(segments(tokens, refs), tokens), tokens, finder)
    for segment in pieces:
        clauses = clauses_of(tokens, segment.start, segment.end, segment.ref)
        clauses = _without_what_follows(_asking(clauses))
        if segment.ref is None or len(segment.ref.names) == 1:
            clauses = each_so_many(given_in_order(clauses))
        if segment.ref is None and refs and _heads_list(clauses):
            head = clauses
            continue
        if segment.ref is not None and head and not any(clause.text.strip(" ;；。，,") for clause in clauses):
            clauses = head
        ordered = in_list_order(clauses, finder) if segment.ref is None and not refs else []
        if ordered:
            parts.extend(ordered)
            continue
        if segment.ref is None:
            if not refs or says_something(clauses) or any(finder.tells_how_many(clause) for clause in clauses):
                parts.extend(_by_words(finder, clauses, default, work))
            continue
        own, others = _others(clauses, one_row=True, excepted=segment.ref.excepted)
        own, done = _done_but(own) if segment.ref.excepted else (own, [])
        if done:
            parts.append(Part(None, done, "all but some", candidates=finder.all_but(segment.ref.names), named=True))
        parts.extend(_referred(finder, segment.ref, own))
        if others:
            parts.append(Part(None, others, "the others", others=True))
    return _joined(parts)


def _same_name(before: Ref, ref: Ref | None) -> bool:
    """10.3|五好河道|2 and 10.3|示范村|2: two lines of a table on one row."""
    return ref is not None and before.kind == ref.kind == "id" and before.names == ref.names and len(ref.names) == 1


def _joined(parts: list[Part]) -> list[Part]:
    """这几天又改了4户，4.3累计239: what is counted of one row in two breaths, the first without its number."""
    made: list[Part] = []
    for part in parts:
        before = made[-1] if made else None
        same = before is not None and part.row is not None and before.row == part.row
        same = same and before is not None and (before.ref is None or _same_name(before.ref, part.ref))
        counted = before is not None and all(any(one.numbers() for one in both.clauses) for both in (before, part))
        if same and counted and before is not None and part.question is None and before.question is None:
            part.clauses = [*before.clauses, *part.clauses]
            made[-1] = part
        else:
            made.append(part)
    return made


_FOLLOWS: Final = re.compile(
    "(?:后面|剩下|剩余|余下|其[他余它]|别的|另外|还有)[^，。；;0-9]{0,6}?"
    "(?:[明后]天|下周|下午|晚上|晚点|晚些|稍后|回头|过会|等[会下]|再|[0-9一二三四五六七八九十]+[号日])[^，。；;0-9]{0,5}?(?:补|报|发|给|填|更新|反馈)"
)


def _without_what_follows(clauses: list[Clause]) -> list[Clause]:
    """4.1做了15600名，后面几项明天补: beside what is reported, that other rows will be is no news of any."""
    told = any(clause.numbers() for clause in clauses)
    return [clause for clause in clauses if not (told and _FOLLOWS.search(clause.text) and not clause.numbers())]


def _named_last(found: list[Segment], tokens: Tokens) -> list[Segment]:
    """开工率100%，完工率43%，8.1: the only row named stands at the end of what is said of it."""
    if len(found) == 2 and found[0].ref is None and found[1].ref is not None:
        if _FOR.search(tokens.text[: found[1].ref.start]):  # until January 20 for item 1
            return [Segment(found[0].start, found[1].end, found[1].ref)]
        rest = tokens.text[found[1].ref.end : found[1].end]
        if not rest.strip(" 项的。.,，;；)）"):
            return [Segment(found[0].start, found[1].end, found[1].ref)]
    return found


_PHRASE: Final = re.compile("[^，,。；;！!？?\n]{3,24}[，,]")
_REASON: Final = re.compile("[ ]*(?:主要|都是|就是)?(?:因为?|由于|受|鉴于|考虑到)[^。；;！!？?\n]{2,40}[，,]$")


def _with_reason(found: list[Segment], tokens: Tokens, finder: RowFinder) -> list[Segment]:
    """因商户没谈拢，3.1慢了二十天; 护理员缺30名，4.1进度还行: a reason ahead is of the row that the sentence names."""
    if len(found) < 2 or found[0].ref is not None:
        return found
    ahead = tokens.text[: found[0].end]
    trouble = (
        len(found) == 2
        and _PHRASE.fullmatch(ahead) is not None
        and any(token.is_a(words.PROBLEM, words.WAIT) for token in tokens.between(0, found[0].end))
        and finder.plainly_named(ahead) is None
    )
    if not trouble and not _REASON.fullmatch(ahead):
        return found
    return [Segment(found[0].start, found[1].end, found[1].ref), *found[2:]]


_FOR: Final = re.compile(r"(?:[A-Za-z]+[^.;\n]*) for $")


def _heads_list(clauses: list[Clause]) -> bool:
    """没变化的：1、2、4: what is said of the rows that follow."""
    return bool(clauses) and clauses[-1].text.rstrip().endswith((":", "：")) and clauses[-1].has(words.NO_CHANGE)


def _referred(finder: RowFinder, ref: Ref, clauses: list[Clause]) -> list[Part]:
    """The parts of a segment that numbers name; a later clause that plainly speaks of another row is that row's."""
    clauses = [*(finder.cut(clauses[:1]) if len(ref.names) == 1 else clauses[:1]), *clauses[1:]]
    first, rest = clauses[:1], clauses[1:]
    if len(ref.names) > 1:
        shared = _shared_out(finder, ref, clauses)
        if shared:
            return shared
        return [*finder.by_ref(ref, first), *(finder.by_words(rest, default=None) if rest else [])]
    named = finder.by_ref(ref, clauses)
    row = named[0].row
    if row is None or named[0].question is not None or not rest:
        return named
    split = finder.by_words(rest, default=(row, named[0].rule))
    own = [clause for part in split if part.row == row for clause in part.clauses]
    named[0].clauses = [*first, *own]
    return [*named, *(part for part in split if part.row != row)]


def _shared_out(finder: RowFinder, ref: Ref, clauses: list[Clause]) -> list[Part]:
    """5.3、5.4分别完成2330人次和8项, 8.1、8.2进度依次为65%、70%: one number for each row, in order; else nothing."""
    numbers = numbers_in_order(clauses)
    if len(numbers) != len(ref.names):
        return []
    taken = [clause for clause in clauses if any(clause is holder for holder, _ in numbers)]
    first = clauses.index(taken[0])
    said = [clause for clause in clauses[:first] if clause.text.strip() and not MARK.search(clause.text)]
    rest = [clause for clause in clauses[first:] if clause not in taken and not MARK.search(clause.text)]
    parts = []
    for name, (clause, token) in zip(ref.names, numbers, strict=True):
        before = [other.end for _, other in numbers if clause.start <= other.end <= token.start]
        start = max(before, default=clause.start)
        own = clause.within(start, token.end)
        part = finder.by_ref(replace(ref, names=(name,)), [own])[0]
        part.clauses = [*said, own]
        part.question = None
        parts.append(part)
    return [*parts, *(finder.by_words(rest, default=None) if rest else [])]


_ADDS: Final = re.compile("[ ]*(?:再?补充|补一[句下点]|忘了?说|漏了?说|刚忘了|还有一点)")


def _default(finder: RowFinder, context: ReadingContext, text: str, *, correcting: bool) -> tuple[int, str] | None:
    """The row that words without a row are of: after a report 补充一下，… is of what was reported."""
    if (correcting or _ADDS.match(text)) and context.last_report:
        ids = {last.row_id for last in context.last_report}
        if len(ids) == 1 and (row_id := next(iter(ids))) in finder.index:
            return finder.index[row_id], "corrects what was said last" if correcting else "adds to what was said last"
    return finder.default() or _said_again(finder, context, text)


_AS_IT_WAS: Final = re.compile(
    "(?:上个?月|上次|上期|上回|之前|原来|本来|上周)[^，。；;0-9]{0,4}?([0-9]+(?:[.][0-9]+)?)(万?)"
)


def _said_again(finder: RowFinder, context: ReadingContext, text: str) -> tuple[int, str] | None:
    """上月3200，本月又加了300: the row of which so many were reported last, where it is one."""
    match = _AS_IT_WAS.search(text)
    if match is None:
        return None
    value = float(match[1]) * (10000 if match[2] else 1)
    rows = {last.row_id for last in context.last_report or () if any(figure == value for _, figure in last.figures)}
    row_id = next(iter(rows)) if len(rows) == 1 else None
    return (finder.index[row_id], "says again what was said last") if row_id in finder.index else None


def _by_words(finder: RowFinder, clauses: list[Clause], default: tuple[int, str] | None, work: Work) -> list[Part]:
    own, others = _others(clauses, one_row=default is not None)
    parts = finder.by_words(own, default=default) if own else []
    if others:
        parts.append(Part(None, others, "the others", others=True))
    return parts


def _others(
    clauses: list[Clause], *, one_row: bool = False, excepted: bool = False
) -> tuple[list[Clause], list[Clause]]:
    """其他没变化, 全部没变化, 其余正常推进: clauses about all rows that were not named.

    Where one row was asked about (`one_row`), 各项均没变化 is said of that row's own parts.
    """
    others = [
        clause for clause in clauses if not clause.asks and _says_of_others(clause, one_row=one_row, excepted=excepted)
    ]
    return [clause for clause in clauses if clause not in others], others


def _done_but(clauses: list[Clause]) -> tuple[list[Clause], list[Clause]]:
    """除4.2外都完成了: that is said of the other rows, and which of them it is has to be asked."""
    done = [
        clause
        for clause in clauses
        if clause.has(words.DONE)
        and not clause.numbers()
        and (clause.has(words.OTHERS, words.ALL) or _BOTH in clause.text)
    ]
    return [clause for clause in clauses if clause not in done], done


_BOTH: Final = "都"
_ITEMS: Final = re.compile("项(?!目)|任务|工作")


def _says_of_others(clause: Clause, *, one_row: bool, excepted: bool = False) -> bool:
    those = excepted and clause.text.lstrip(" ，,").startswith(("都", "均", "全"))  # 除了4.3都正常
    if not (those or clause.has(words.OTHERS) or (_of_all(clause) and not one_row)):
        return False
    if same_as_before(clause):
        return True
    if not excepted and not _ITEMS.search(clause.text):
        return False  # 其余都在施工 is said of what was just counted
    counts = any(token.day or (token.number and token.number.unit != "项") for token in clause.tokens)
    return (
        clause.has(words.ONGOING, words.NOT_STARTED)
        and not counts
        and len(subject(clause, clause.start, clause.end)) < 2
    )


def _of_all(clause: Clause) -> bool:
    return clause.has(words.OTHERS, words.ALL) or any(
        token.number and token.number.unit == "项" and token.number.value > 1 for token in clause.tokens
    )


_TELLING: Final = (
    words.DONE, words.ONGOING, words.NOT_STARTED, words.NO_CHANGE, words.PROBLEM, words.DELAYED, words.EXTEND,
)  # fmt: skip


def says_something(clauses: list[Clause]) -> bool:
    return any(
        (token.number and (token.number.unit not in (None, "项") or token.number.percent)) or token.is_a(*_TELLING)
        for clause in clauses for token in clause.tokens
    )  # fmt: skip


_SURELY: Final = re.compile("今天|今晚|今儿|明儿|肯定|一定|保证|争取|尽量")


def promise_in(parts: list[Part], work: Work) -> Clause | None:
    """明天报, 10月8日报给您, 审完就报: a clause that ends in the telling itself, with a day or 就 before it."""
    for part in parts:
        for clause in part.clauses:
            if clause.asks or not kinds.promises(clause.text) or clause.numbers():
                continue
            if (
                any(token.day for token in clause.tokens)
                or kinds.LATER.search(clause.text)
                or _SURELY.search(clause.text)
                or "就" in clause.text
                or "再" in clause.text
            ):
                return clause
    return None


_OR_RATHER: Final = re.compile("^\\s*(?:还是|或者|或是|要不要|不然)")
_TO_BE_COUNTED: Final = re.compile(
    "能不能算|能算|算不算|算进|算在|算到|计入|计进|统计进|能报|能不能报|要不要算|该不该|合并报"
)
_THERE_ARE: Final = re.compile("^\\s*(?:我们|我局|这边|现在|目前|今年)*(?:这边)?[有是][0-9]")


def _belongs_to_question(asked: Clause, clause: Clause) -> bool:
    """封顶算完成吗，还是要等竣工; 民办园的能算吗？我们有360个; 要紧吗？比如300报成310: the other half of a question."""
    if kinds.SUPPOSED.match(clause.text.lstrip()) or (
        not clause.new_sentence and not clause.has(words.NO_CHANGE) and _OR_RATHER.match(clause.text)
    ):
        return True
    return _TO_BE_COUNTED.search(asked.text) is not None and _THERE_ARE.match(clause.text) is not None


_OR_ELSE: Final = re.compile("^\\s*还是")
_WHICH_ONE: Final = re.compile("^[^，。；;,]{0,4}[按以填报写算用听照](?:哪|谁)[个种边家项]")
_POLITELY: Final = re.compile("请问|想问|问一?下|请教")


_IS_ONE: Final = re.compile("(?<![还但就都只要老不可])是(?!因为|由于|在)")
_RATHER: Final = re.compile("^\\s*还是(?![没未不老原上那这很有停慢只卡推堵差零缺等太比紧难按以])[^0-9]{2,16}[?？。 ]*$")


def _is_other_half(made: list[Clause], clause: Clause, after: Clause | None) -> bool:
    """“贯通”是能走人就行，还是绿化也要齐: of a question without its sign."""
    if not made or clause.new_sentence or (after is not None and not after.new_sentence):
        return False
    ahead = made[-2].text + made[-1].text if made[-1].cut and len(made) > 1 else made[-1].text
    return _RATHER.match(clause.text) is not None and _IS_ONE.search(ahead) is not None


def _asked_before(made: list[Clause]) -> list[Clause]:
    """是合计2个，还是各要2个？: the first half of the question, to the beginning of its sentence."""
    start = max((at for at, clause in enumerate(made) if clause.new_sentence), default=0)
    return [*made[:start], *(replace(clause, asks=True) for clause in made[start:])]


def _asking(clauses: list[Clause]) -> list[Clause]:
    """Marks the clauses of a question; 对吗 and the like ask about the clause before too."""
    made: list[Clause] = []
    for clause, after in pairwise([*clauses, None]):
        if clause is None:
            continue
        if clause.asks and clause.numbers() and after and UNSURE_OF_IT.search(after.text):
            clause = replace(clause, asks=kinds.asks(clause.text))  # 新增就业13200？我记不太清了
        whole = made[-1].text + clause.text if clause.cut and made else clause.text
        asks = (clause.asks or kinds.asks(whole)) and not clause.has(words.EXTEND)
        tag = clause.cut or (len(clause.text.strip()) <= 4 and not clause.new_sentence)
        if asks and made and tag and not made[-1].has(words.EXTEND):
            made[-1] = replace(made[-1], asks=True)
        asks = asks or (bool(made) and made[-1].asks and _belongs_to_question(made[-1], clause))
        asks = asks or _is_other_half(made, clause, after)
        if asks and not clause.new_sentence and (_OR_ELSE.match(clause.text) or _WHICH_ONE.search(clause.text)):
            made = _asked_before(made)
        asks = asks or (bool(made) and made[-1].asks and clause.goes_on and _POLITELY.search(made[-1].text) is not None)
        made.append(replace(clause, asks=asks) if asks else clause)
    return made
