"""What an assignment is to reach, read out of its words by rule: numbers with their bound, milestones, kept states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from data.kinds import Comparator, PartKind
from data.language.measure import TIME_WORDS
from data.language.numbers import Number, find_numbers
from data.tables.draft import TargetDraft
from data.tables.labels import child_label, event_of, label_of, short_label, verb_of

FEW = 20  # up to here things are built one by one and delivered late in the year

# Measured properties of a thing, ages and grades: no amounts of work.
_PROPERTIES = frozenset(["岁", "度", "千伏", "千伏安", "公里/小时", "孔", "秒", "号"])
# Measured, not made one by one: never few things.
_MEASURED = frozenset(["百分点", "公里", "平方公里", "米", "平方米", "公顷", "亩", "元", "吨", "斤", "公斤", "立方米"])
_EXTENTS = frozenset(["公里", "平方公里", "米", "平方米", "公顷"])
_PROPERTY_BEFORE = re.compile(
    r"(?:总投资|概算|建筑面积|占地|占地面积|用地面积|总面积|规划面积|全长|总长|(?<!增)长|长度|宽度?|(?<![提增])高|高度|路幅|处理能力|供水能力|前|第|每[^，。；]{0,6}|"
    r"满|年满|距|距离|时速|压力|容积|管径)(?:约|为|达|共|近)?$"
)
_EXTENT_AFTER = re.compile(r"^(?:范围|区域|达标区|以内的|长的|宽的|沿线)")
_ONGOING_VERB = re.compile(r"^(?:持续|加快|继续|深入|全力|有序|大力)?(?:推进|推动|开展|加强|深化|巩固)")
_CREATE_BEFORE = re.compile(
    r"(?:新建|建设|建成|创建|打造|新增|改造|改建|培育|完成|举办|组织|新改建|设立|开工|竣工|开放|提升)$"
)

_AT_MOST_BEFORE = re.compile(
    r"(?:不超过|不高于|不多于|不大于|(?<!不)(?:低于|少于|小于)|至多|最多|[≤<]|<=|控制在|压降至|降至|压减至)(?:约)?$"
)
_AT_LEAST_BEFORE = re.compile(r"(?:不少于|不低于|不小于|至少|(?<!不)(?:超过|突破|高于|多于|大于|超)|[≥>]|>=)$")
_AT_MOST_AFTER = re.compile(r"^(?:以内|以下|之内|及以下)")
_AT_LEAST_AFTER = re.compile(r"^(?:及以上|以上|余|多)")
_BOUND_WORDS = re.compile(r"^(?:及以上|以上|以内|以下|之内|及以下|左右|余|多)")
_RANGE = re.compile(r"^[个所家条处座户]?(?:[-~—－]|至|到)$")
_BASELINE = re.compile(r"(?:(?<!占)(?:比|较)|为|是)(\d{4}年|上年同期|上一年|上年|去年同期|去年|前年|同期)")

_BREAK = re.compile(r"[，,；;。：:！!\n]")
_SENTENCE_END = frozenset("；;。！!\n")
_BREAKDOWN = re.compile(r"^(?:其中|包括|含|包含|分别为|分别是)[：:]?")
_PAIRS = {"“": "”", "‘": "’", "「": "」", "《": "》", "（": "）", "(": ")", "【": "】"}
_JOINTS = re.compile(r"、|以及|和|及|与|并")

_MILESTONE = re.compile(
    r"封顶|开工|竣工|打通|对外开放|建成投运|投入使用|建成投用|建成使用|正式投运|通车|完工|交付使用|竣工验收|修缮展陈|揭牌|开园|开馆|开业"
)
_COMPLETE = re.compile(r"^(?:确保|力争|全面|年内|年底前|\d{1,2}月底?前)*完成(?!率|一半|过半|全年|年度)")
_KEPT = re.compile(
    r"动态清零|零新增|常态化|长期保持|持续保持|持续做好|持续办好|持续运行|不出现|不发生|零发生|保持稳定|保持不变"
)


@dataclass(frozen=True, slots=True)
class _Clause:
    """A piece of the content between signs; `sentence` counts pieces between 。 and ；, `inner` is inside brackets."""

    start: int
    end: int
    sentence: int
    inner: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """A number that is a target, with the piece of text that says it."""

    number: Number
    clause: _Clause
    start: int
    end: int


def read_parts(content: str) -> tuple[TargetDraft, ...]:
    """The parts of an assignment in the order of its words, breakdowns (其中…) after and with the whole they belong to.

    Not targets: years and dates, names in quotation marks, service numbers, extents (12.1公里生态圈连廊), properties
    (总投资3亿元), rates (每月1次). A row without number and milestone gives none: its one part is the work going on.
    """
    mask = _masked(content)
    clauses = _clauses(content, mask)
    numbers = [number for number in _with_ranges(content) if _counts(content, number, mask)]
    found = [piece for clause in clauses for piece in _in_clause(content, mask, clause, numbers)]
    parts: list[tuple[int, TargetDraft]] = list(_with_parents(content, found))
    taken = {piece.clause.start for piece in found}
    for clause in clauses:
        if clause.start not in taken and not clause.inner:
            text, sign = content[clause.start : clause.end].strip(), content[clause.end : clause.end + 1]
            part = _without_number(text, sign)
            parts += [(clause.start, part)] if part else []
    return tuple(part for _, part in sorted(parts, key=lambda entry: entry[0]))


# ------------------------------------------------------------------ clauses


def _masked(content: str) -> str:
    """The content with everything in quotation marks and brackets hidden, but for brackets that begin with 其中."""
    shown = list(content)
    closing: list[str] = []
    for place, char in enumerate(content):
        if closing:
            if char == closing[-1]:
                closing.pop()
            shown[place] = "\0"
        elif char in _PAIRS and char in "（(" and _BREAKDOWN.match(content[place + 1 :]):
            shown[place] = "，"
            end = content.find(_PAIRS[char], place)
            if end > 0:
                shown[end] = "，"
        elif char in _PAIRS and _PAIRS[char] in content[place:] and shown[place] == char:
            closing.append(_PAIRS[char])
            shown[place] = "\0"
    return "".join(shown)


def _clauses(content: str, mask: str) -> list[_Clause]:
    clauses, start, sentence = [], 0, 0
    for match in _BREAK.finditer(mask):
        if (
            match[0] == ","
            and content[match.end() : match.end() + 3].isdigit()
            and content[match.start() - 1].isdigit()
        ):
            continue
        clauses.append(_Clause(start, match.start(), sentence))
        sentence += match[0] in _SENTENCE_END
        start = match.end()
    clauses.append(_Clause(start, len(content), sentence))
    return [clause for clause in clauses if content[clause.start : clause.end].strip()]


# ------------------------------------------------------------------ numbers


def _with_ranges(content: str) -> list[Number]:
    """The numbers of the content; 3-5个 is one, of which the lower end is to be reached."""
    found: list[Number] = []
    for number in find_numbers(content):
        if found and _RANGE.match(content[found[-1].end : number.start]) and found[-1].value < number.value:
            lower = found.pop()
            number = replace(number, value=lower.value, start=lower.start, approx="over")
        found.append(number)
    return found


def _counts(content: str, number: Number, mask: str) -> bool:
    """Whether the number is an amount to reach."""
    if "\0" in mask[number.start : number.end] or number.value <= 0 or "半" in number.text:
        return False
    if not number.percent and (not number.unit or number.unit in TIME_WORDS or number.unit in _PROPERTIES):
        return False
    before = re.split(r"[，,；;。：:、]", content[max(0, number.start - 14) : number.start])[-1]
    if _PROPERTY_BEFORE.search(before) or content[number.unit_end : number.unit_end + 1] == "+":
        return False
    if number.text in "一二两三四五六七八九十" and number.text != "":
        return bool(_CREATE_BEFORE.search(before)) or bool(
            _BREAK.match(mask[number.unit_end : number.unit_end + 1] or "。")
        )
    return True


def _is_extent(number: Number, before: str, after: str) -> bool:
    """12.1公里生态圈连廊 in work that goes on, 18平方公里达标区: how far it reaches, not what is to be built."""
    if number.unit not in _EXTENTS:
        return False
    return bool(_EXTENT_AFTER.match(after)) or (bool(after) and bool(_ONGOING_VERB.match(before)))


def _in_clause(content: str, mask: str, clause: _Clause, numbers: list[Number]) -> Iterator[_Found]:
    """The targets of a clause, each with its piece of it."""
    own = [number for number in numbers if clause.start <= number.start < clause.end]
    joints = [_joint(content, mask, clause, first, second) for first, second in pairwise(own)]
    for number, start, end in zip(own, [clause.start, *joints], [*joints, clause.end], strict=bool(own)):
        before = re.sub(r"^(?:、|以及|和|及|与|并)", "", content[start : number.start])
        if not _is_extent(number, content[clause.start : number.start].strip(), content[number.unit_end : end].strip()):
            yield _Found(number, clause, number.start - len(before), end)


def _joint(content: str, mask: str, clause: _Clause, first: Number, second: Number) -> int:
    """Where the piece of the first number ends and that of the second begins."""
    bound = _BOUND_WORDS.match(content[first.unit_end : second.start])
    start = first.unit_end + (bound.end() if bound else 0)
    joints = list(_JOINTS.finditer(mask, start, second.start))
    if not joints:
        return start if _says_what(content[clause.start : first.start]) else second.start
    return joints[0].start() if joints[0].start() == start else joints[-1].start()


def _says_what(before: str) -> bool:
    return len(before.strip()) > 2


# ------------------------------------------------------------------ parts


def _with_parents(content: str, found: list[_Found]) -> Iterator[tuple[int, TargetDraft]]:
    """The numeric parts; those after 其中 with the text of their whole."""
    parts = [_part(content, piece) for piece in found]
    for first, last, whole in _breakdowns(content, found):
        for at in range(first, last):
            parts[at] = _as_child(parts[at], parts[whole])
    for piece, part in zip(found, parts, strict=True):
        yield piece.number.start, part


def _as_child(part: TargetDraft, whole: TargetDraft) -> TargetDraft:
    label = child_label(part.label, whole.label) if part.unit == whole.unit else part.label
    return replace(part, parent=whole.text, label=label, short_label=label)


def _breakdowns(content: str, found: list[_Found]) -> Iterator[tuple[int, int, int]]:
    """(first, after the last, whole) of each 其中: the whole is the number that its parts add up to."""
    children: set[int] = set()
    for at, piece in enumerate(found):
        if at in children or not at or not _BREAKDOWN.match(content[piece.start : piece.end].strip()):
            continue
        run = _run(found, at)
        wholes = [place for place in range(at - 1, -1, -1) if place not in children and _same_unit(found, place, at)]
        count, whole = _fit(found, at, run, wholes or [at - 1])
        children.update(range(at, at + count))
        yield at, at + count, whole


def _same_unit(found: list[_Found], first: int, second: int) -> bool:
    return found[first].number.unit == found[second].number.unit


def _run(found: list[_Found], at: int) -> int:
    """How many numbers from `at` on may belong to one 其中: the same sentence, the same measure word."""
    sentence = found[at].clause.sentence
    end = at
    while end < len(found) and found[end].clause.sentence == sentence and _same_unit(found, at, end):
        end += 1
    return end - at


def _fit(found: list[_Found], at: int, run: int, wholes: list[int]) -> tuple[int, int]:
    """(how many, whole): sums tell; without an exact sum all of the run, under the nearest number that is not less."""
    values = [found[place].number.value for place in range(at, at + run)]
    for whole in wholes:
        for count in range(run, 1, -1):
            if abs(sum(values[:count]) - found[whole].number.value) < 1e-6:
                return count, whole
    return run, next((place for place in wholes if found[place].number.value >= sum(values)), wholes[0])


def _part(content: str, piece: _Found) -> TargetDraft:
    number = piece.number
    before, after = content[piece.start : number.start], content[number.unit_end : piece.end]
    comparator = _comparator(number, before, after)
    text = _BREAKDOWN.sub("", content[piece.start : piece.end].strip(" 、"))
    bare_before = _BREAKDOWN.sub("", before.strip())
    rest = _BOUND_WORDS.sub("", after.strip())
    label = label_of(bare_before, rest) or verb_of(bare_before) or _label_above(content, piece)
    found = _BASELINE.search(before)
    return TargetDraft(
        label=label,
        short_label=short_label(label),
        value=number.value,
        unit="%" if number.percent else number.unit,
        comparator=comparator,
        text=text,
        kind=_kind(number, comparator),
        baseline=found[1] if found else None,
    )


def _label_above(content: str, piece: _Found) -> str:
    """完成学位：5000个: the words before the sign, where the piece itself names nothing."""
    above = _BREAK.split(content[: piece.start].rstrip("，,；;。：: \n"))[-1]
    number = next(iter(find_numbers(above)), None)
    before, after = (above[: number.start], above[number.unit_end :]) if number else (above, "")
    return label_of(before, after) or content[piece.start : piece.end].strip()


def _comparator(number: Number, before: str, after: str) -> Comparator:
    head, tail = after.strip(), before.rstrip()
    if _AT_LEAST_AFTER.match(head) or _AT_LEAST_BEFORE.search(tail) or number.approx == "over":
        return Comparator.AT_LEAST
    if _AT_MOST_AFTER.match(head) or _AT_MOST_BEFORE.search(tail) or "控制在" in tail:
        return Comparator.AT_MOST
    return Comparator.EQ


def _kind(number: Number, comparator: Comparator) -> PartKind:
    if number.unit == "倍":
        return PartKind.NO_BASE
    if comparator is Comparator.AT_MOST:
        return PartKind.BOUND
    if number.percent or number.unit in _MEASURED or number.value > FEW or number.value != int(number.value):
        return PartKind.FIGURE
    return PartKind.FEW


def _without_number(clause: str, sign: str) -> TargetDraft | None:
    """A milestone or a state to keep; None for work that just goes on. `sign` is what stands after the clause."""
    if _KEPT.search(clause):
        kind, label = PartKind.KEPT, label_of(clause, "")
    elif _MILESTONE.search(clause) or (_COMPLETE.match(clause) and sign not in ("：", ":")):
        kind, label = PartKind.MILESTONE, event_of(clause)
    else:
        return None
    label = re.sub("[“”‘’「」]", "", label or clause)
    return TargetDraft(label, short_label(label), None, None, Comparator.EQ, clause, kind)


def ongoing_part(name: str, content: str) -> TargetDraft:
    """The one part of a row that has neither number nor milestone."""
    text = _BREAK.split(content)[0]
    return TargetDraft(name, name, None, None, Comparator.EQ, text, PartKind.ONGOING)
