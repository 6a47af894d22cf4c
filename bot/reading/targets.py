"""Which target of a row a number belongs to, by words, measure word and size."""

from __future__ import annotations

import re
from typing import Final

from bot.reading import things, words
from bot.reading.choice import choose
from bot.reading.clauses import Clause, subject
from bot.reading.loose_names import add_short_forms, counted
from bot.reading.model import RowContext, TargetContext
from bot.reading.said import Said, Thread
from bot.reading.tokens import Token
from bot.reading.vocabulary import NAMED, Vocabulary, top_targets
from data.language.folding import fold
from data.language.numbers import Number

OF: Final = frozenset(("/", "of", "out of", "of the", "out of the"))  # 3500/5000个, 9 of 11 schools


def match(
    said: Said,
    clause: Clause,
    at: int,
    row: RowContext,
    index: int,
    vocabulary: Vocabulary,
    thread: Thread,
    *,
    asked: bool,
) -> None:
    """Finds the target of a number: by the words beside it, its measure word, its size and what was counted before.

    Sets `target`, or `rivals` where several fit as well, and the role where the target decides it.
    """
    following = _of_what(clause, at)
    said.unit = _unit_after(clause, at, said.number)
    if following is not None and said.unit is None:
        said.unit = _unit_after(clause, following, _number(clause, following))
    if not row.targets:
        return
    if said.role == "achieved" and _done_with_a_stage(clause, at, index, vocabulary):
        said.role, said.rule = "stage", "done with a stage"
    scores = _scores_of_words(said, clause, at, following, row, index, vocabulary)
    if _is_no_single_target(said, clause, at, scores, row):
        return
    named = _thing(clause, at)
    said.foreign = _foreign_thing(clause, at, named, index, vocabulary, started=thread.target is not None)
    add_short_forms(said, clause, at, named, scores, row, index, vocabulary, thread)
    _add_finished(said, clause, at, scores, row)
    scores = _of_last_time(said, clause, at, scores, row)
    _add_restated(said, scores, row, None if following is None else _number(clause, following).value)
    _own_people(said, clause, at, row)
    thing = subject(clause, clause.start, clause.tokens[at].start)
    asked = asked or (len(thing) >= 2 and vocabulary.is_whole(thing, index))
    said.beside = _names_another(clause, at, index, vocabulary, len(row.targets))
    _own_increase(said, clause, at, row, scores, thread.target)
    said.other_thing = _ends_in_another(named, row, index, vocabulary)
    said.fraction = not said.number.percent and not float(said.number.value).is_integer()
    said.scores, said.foreign_part = tuple(scores), len(named) >= 2
    choose(said, row, scores, thread, asked=asked, asked_now=thread.asked_now)
    _check_measure(said, row)


def _is_no_single_target(said: Said, clause: Clause, at: int, scores: list[float], row: RowContext) -> bool:
    """Several targets named at once, a measure word that no plan has, a part of what a target counts."""
    several = _all_named(said, clause, at, row)
    if several:
        said.rivals, said.rule = several, "several targets named"
        return True
    if _foreign_unit(clause, at, said, row):
        said.role, said.rule = "other", "no measure word of the plan"
        return True
    if _part_of_a_kind(said, clause, at, scores, row):
        said.role, said.rule = "other", "a part of what a target counts"
        return True
    return False


def _of_last_time(said: Said, clause: Clause, at: int, scores: list[float], row: RowContext) -> list[float]:
    """上次3200, 上月的3200: the figure that was stored last tells of what it is."""
    if said.role == "month" and _LAST_TIME.search(clause.text_left_of(at)):
        said.role = "last_year"
    if said.role != "last_year" or max(scores) >= NAMED:
        return scores
    return [
        1.0 if target.last == said.number.value else score for score, target in zip(scores, row.targets, strict=True)
    ]


def _check_measure(said: Said, row: RowContext) -> None:
    """100公顷 are no 100亩; 2.3户 is no count."""
    if said.target is None:
        return
    unit = row.targets[said.target].unit
    if things.measured_otherwise(said.unit, unit):
        said.mismatch = True
    if said.fraction and unit in things.WHOLE_UNITS:
        said.role, said.rule, said.target, said.rivals = "other", "no part of a whole thing", None, ()


def _done_with_a_stage(clause: Clause, at: int, index: int, vocabulary: Vocabulary) -> bool:
    """2条路完成沥青面层: of what the row does not speak; not 5个小区完成改造, 40户完成验收."""
    behind = clause.right_of(at)
    verb = next((token for token in behind if token.text.endswith(("完成", "做完")) and token.is_a(words.DONE)), None)
    if verb is None:
        return False
    rest = [token for token in behind if token.start >= verb.end and not token.is_a(words.FILL)]
    deed = clause.text_right_of(at)[verb.end - clause.tokens[at].end :].strip("了的 。.，,")
    if any(token.is_a(words.DONE, words.MADE) for token in rest) or clause.text.isascii():
        return False
    return 3 <= len(deed) <= 8 and not vocabulary.knows(deed, index) and "验收" not in deed


def _number(clause: Clause, at: int) -> Number:
    number = clause.tokens[at].number
    assert number is not None
    return number


def _of_what(clause: Clause, at: int) -> int | None:
    """The place of the second number of 3500/5000 and 9 of 11."""
    after = next((place for place in clause.numbers() if place > at), None)
    if after is None or clause.slice(clause.tokens[at].end, clause.tokens[after].start).strip() not in OF:
        return None
    return after


def _scores_of_words(
    said: Said, clause: Clause, at: int, following: int | None, row: RowContext, index: int, vocabulary: Vocabulary
) -> list[float]:
    """How much is said of each target: left of the number, then behind it, then ahead of a colon."""
    targets = row.targets
    end = at if following is None else following
    topic, _, left = clause.text_left_of(at).replace("：", ":").rpartition(":")
    english = clause.text.isascii()
    reach = 30 if english else 14
    stretches = [left, counted(clause, end, reach), clause.text_right_of(end)[:reach], topic]
    if english:
        stretches = [*stretches[1:3], left, topic]
    elif len(_thing(clause, at)) == 1 and _leads_to_the_next(clause, end):
        stretches = [left, topic]  # 戏七十二场电影八十八场: 电影 is the next one's
    scores = [0.0] * len(targets)
    for text in stretches:
        if max(scores) >= NAMED and not _too_large(said, scores, targets):
            break
        if text and not (text is topic and said.role != "achieved"):
            found = vocabulary.target_scores(text, index, len(targets))
            whole = [1.0 if fold(target.label) in text else 0.0 for target in targets]  # 竣工学校还是1所 is of 竣工
            scores = [max(one, two + more) for one, two, more in zip(scores, found, whole, strict=True)]
            said.led = text is left
    return scores


def _leads_to_the_next(clause: Clause, at: int) -> bool:
    """Nothing but a name stands between the number and the next one."""
    following = any(token.number for token in clause.tokens[at + 1 :])
    return following and not any(
        not token.is_a(words.FILL, words.NEUTRAL, words.THING) for token in clause.right_of(at)
    )


def _too_large(said: Said, scores: list[float], targets: tuple[TargetContext, ...]) -> bool:
    """驿站服务490个患者: far more than the target named ahead of it, so that what stands behind is heard too."""
    value = targets[max(range(len(scores)), key=scores.__getitem__)].value
    return said.unit is not None and value is not None and said.number.value > 3 * value


_SCHOOLS: Final = re.compile("(?<!中)(小学|初中|高中|中学)[^，。；;0-9]{0,3}$")


def _part_of_a_kind(said: Said, clause: Clause, at: int, scores: list[float], row: RowContext) -> bool:
    """小学2400、初中1320, where 中小学 is counted as one and no target of so many by the word said."""
    part = _SCHOOLS.search(clause.text_left_of(at))
    if part is None or said.role != "achieved":
        return False
    able = [
        target for target in row.targets
        if things.alike(said.unit, target.unit) and said.number.value <= 1.5 * (target.value or 0)
    ]  # fmt: skip
    own = any(part[1] in target.label.replace("中小学", "") for target in able)
    whole = any("中小学" in target.label and score for target, score in zip(row.targets, scores, strict=True))
    return whole and not own and any("中小学" in target.label for target in able)


def _all_named(said: Said, clause: Clause, at: int, row: RowContext) -> tuple[int, ...]:
    """The targets whose labels all stand ahead of one number, where they are several and no parts of another."""
    left, targets = clause.text_left_of(at).replace("：", ":").rpartition(":")[2], row.targets
    both = [
        place for place, target in enumerate(targets) if target.label in left and things.alike(said.unit, target.unit)
    ]
    if not both and _TOGETHER.search(left):  # 一代二代加起来装了22个
        heads = [target.label[:2] for target in targets]
        both = [
            place
            for place, head in enumerate(heads)
            if head in left and heads.count(head) == 1 and things.alike(said.unit, targets[place].unit)
        ]
    both = [
        place
        for place in both
        if not any(targets[place].label in targets[other].label for other in both if other != place)
    ]
    return tuple(both) if len(both) > 1 and all(targets[place].parent is None for place in both) else ()


_TOGETHER: Final = re.compile("加起来|合起来|合计|一共|总共|共")


def _add_restated(said: Said, scores: list[float], row: RowContext, following: float | None) -> None:
    """A number, or the one behind its slash, that equals a target names it."""
    value = following if following is not None else said.number.value if said.role in ("plan", "future") else None
    for at, target in enumerate(row.targets):
        scores[at] += 1.0 if value is not None and target.value == value else 0.0


_FINISHED: Final = re.compile("竣工|完工|建成|completed|finished")


def _add_finished(said: Said, clause: Clause, at: int, scores: list[float], row: RowContext) -> None:
    """3所学校已竣工 beside 实施12个 and 竣工3个: the verb right behind or ahead tells which of the two is counted."""
    last = [place for place, target in enumerate(row.targets) if target.label in things.FINISHES]
    if len(last) != 1:
        return
    ahead = clause.tokens[at - 1] if at else None
    if ahead is not None and clause.tokens[at].start - ahead.end <= 1 and _FINISHED.search(ahead.text):
        scores[last[0]] = max(scores) + 0.5  # 完工3个
        return
    verb = _first_verb(clause, at)
    if verb is None or not _FINISHED.search(verb.text) or not scores[last[0]] < max(scores):
        return
    if things.alike(said.unit, row.targets[last[0]].unit):
        scores[last[0]] = max(scores) + 0.5


def _first_verb(clause: Clause, at: int) -> Token | None:
    """The word of doing behind a number, up to the next one."""
    verbs = (words.DONE, words.MADE, words.START, words.ONGOING)
    verb = next((token for token in clause.right_of(at) if token.is_a(*verbs)), None)
    following = next((token for token in clause.tokens[at + 1 :] if token.number), None)
    if verb is not None and following is not None and clause.slice(verb.end, following.start).strip("了 ") == "":
        return None  # 3450个竣工了两个: it is the next one's
    return verb


_LAST_TIME: Final = re.compile("上(?:个?月|期|次|回)[^，。；;0-9]{0,3}$")  # 上月3200，本月又加了300
_SERVED: Final = ("惠及", "受益", "覆盖", "服务")


def _own_people(said: Said, clause: Clause, at: int, row: RowContext) -> None:
    """惠及老人882人 in the row whose only target is people is its figure; 带动就业4800人 never is."""
    only = row.targets[0].unit if len(top_targets(row.targets)) == 1 else None
    served = next((token for token in reversed(clause.left_of(at)) if not token.is_a(words.FILL, words.THING)), None)
    if (
        said.role == "other"
        and only in things.PEOPLE
        and said.unit in things.PEOPLE
        and served
        and served.text in _SERVED
    ):
        said.role, said.rule = "achieved", "people served as the target counts them"


def _unit_after(clause: Clause, at: int, number: Number) -> str | None:
    """The measure word, also an English noun: 210 homes."""
    if number.unit == "个" and _PEOPLE_AHEAD.search(clause.text_left_of(at)):
        return "人"  # 服务的人倒有二百一十个
    if number.unit is not None:
        return number.unit
    if number.percent:
        return "%"
    counted = _COUNTED_IN.search(clause.text_left_of(at))
    if counted is not None:
        return _UNIT_OF[counted[1]]
    head = clause.text_right_of(at).strip().lower().split(" ")
    return next((things.ENGLISH_UNITS[word] for word in head[:3] if word in things.ENGLISH_UNITS), None)


_PEOPLE_AHEAD: Final = re.compile(
    "(?:的人|人数|人员|老人|患者|病人|学员)(?:已经|已|倒|也|有|是|共|达到?|到了?|约|近){0,3}$"
)
_UNIT_OF: Final = {"人数": "人", "人次": "人次", "户数": "户", "场次": "场", "套数": "套", "亩数": "亩"}
_COUNTED_IN: Final = re.compile(f"({'|'.join(_UNIT_OF)})(?:已|累计|共|总计|合计|达到?|是|为|约|近|超过?|[:： ])*$")


# two gyms are under repair: a sentence of its own on some other thing
_ARE: Final = re.compile(r"\s*[a-z]+s (?:are|were|have|need|still)\b", re.I)


def _foreign_thing(clause: Clause, at: int, thing: str, index: int, vocabulary: Vocabulary, *, started: bool) -> bool:
    """听众620人: something is named that the row's own words do not have."""
    if clause.text.isascii():  # 2 projects finished: an English noun that is not known
        behind = [word.lower() for word in clause.text_right_of(at).split()[:2] if word.isalpha()]
        if behind and not started and behind[0].endswith("s") and _ARE.match(clause.text_right_of(at)):
            return behind[0] not in things.ENGLISH_UNITS and not any(
                behind[0] in name for name, _ in vocabulary.aliases
            )
        return started and any(word not in things.ENGLISH_UNITS for word in behind)
    if clause.slice(clause.start, clause.tokens[at].start).rstrip().endswith("等"):
        return False  # 马拉松、龙舟、广场舞等8项: they are examples of what is counted
    return len(thing) >= 2 and not vocabulary.knows(thing, index) and not _is_deed(clause, at)


def _is_deed(clause: Clause, at: int) -> bool:
    """已结业6150: between 已 and the number stands a verb, whatever it is."""
    before = clause.tokens[at - 1] if at else None
    if before is None or before.text not in ("已", "已经", "均已", "都已"):
        return False
    return 1 <= len(clause.slice(before.end, clause.tokens[at].start).strip("了 ")) <= 2


def _thing(clause: Clause, at: int) -> str:
    """What is named between the number before and this one."""
    start = max((token.end for token in clause.tokens[:at] if token.number), default=clause.start)
    head = clause.slice(start, clause.tokens[at].start).replace("：", ":").rstrip(": ").rfind(":")
    return subject(clause, start + head + 1, clause.tokens[at].start)


def _ends_in_another(thing: str, row: RowContext, index: int, vocabulary: Vocabulary) -> bool:
    """租赁点位 in the row of the people who rent: the noun is a compound whose head the row does not have."""
    head = thing.strip()[-2:]
    return len(thing.strip()) >= 4 and not vocabulary.knows(head, index) and head not in row.content


def _names_another(clause: Clause, at: int, index: int, vocabulary: Vocabulary, count: int) -> bool:
    """五好河道累计完成清淤4.6万方: right before the number stands a thing that is no target."""
    start = max((token.end for token in clause.tokens[:at] if not token.is_a(words.THING)), default=clause.start)
    thing = clause.slice(start, clause.tokens[at].start).strip()
    return start > clause.start and len(thing) >= 2 and not any(vocabulary.target_scores(thing, index, count))


def _foreign_unit(clause: Clause, at: int, said: Said, row: RowContext) -> bool:
    """11层, 3级, 用地14块: a number with a word behind it that counts nothing of a plan."""
    holder = _HOLDERS_BEHIND.match(clause.text_right_of(at).lstrip())
    if holder is not None and said.unit is not None and holder[1] not in row.content:
        return True  # 四家公司都签好了
    if said.unit in _LOTS:
        return all(target.unit != said.unit for target in row.targets)
    if said.unit is not None:
        return False
    token = clause.tokens[at]
    following = clause.tokens[at + 1] if at + 1 < len(clause.tokens) else None
    if following is not None and following.start == token.end and following.is_a(words.GRADE):
        return True
    char = clause.slice(token.end, token.end + 1)
    return bool(char) and char in _ODD_COUNTS


_HOLDERS_BEHIND: Final = re.compile(
    "(公司|企业|机构|服务商|供应商|施工队|队伍|班组|工人|工程师|专家|志愿者|护理员|社工|医生|护士|老师|教练|部门|科室|合同|方案|设备|标段|问题|投诉)"
)
_LOTS: Final = ("块", "宗")
_ODD_COUNTS = frozenset("页步遍趟餐顿桶箱车班层楼级")


def _own_increase(
    said: Said, clause: Clause, at: int, row: RowContext, scores: list[float], spoken_of: int | None
) -> None:
    """新增了1280个泊位, where 新增 is what the target counts and it is no small part of it; not 又新增了20个."""
    before = [token.text for token in clause.left_of(at) if token.is_a(words.MORE)]
    if (
        said.role == "more"
        and before == ["新增了"]
        and _SO_FAR.search(clause.text_left_of(at))
        and not clause.has(words.MONTH)
    ):
        said.role, said.rule, said.firm = "achieved", "the target's own verb", True
        return
    if said.role != "more" or not before or before[-1] not in ("新增了", "增加了") or len(before) > 1:
        return
    best = max(range(len(scores)), key=scores.__getitem__)
    target = row.targets[spoken_of if spoken_of is not None and scores[best] < NAMED else best]
    if (
        any(verb in target.text for verb in ("新增", "增加"))
        and target.value
        and said.number.value >= 0.3 * target.value
    ):
        said.role, said.rule, said.firm = "achieved", "the target's own verb", True


_SO_FAR: Final = re.compile("目前|至今|累计|一共|总共")  # 目前只新增了860个
