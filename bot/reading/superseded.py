"""Numbers that do not stand, because another of the same row says it better."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final

from bot.reading import words
from bot.reading.clauses import Clause
from bot.reading.model import RowContext
from bot.reading.said import Said
from bot.reading.vocabulary import NAMED


def rivals_of(said: Said, found: list[Said]) -> list[Said]:
    """The other numbers that are achieved of the same target."""
    return [other for other in found if other is not said and other.target == said.target and other.role == "achieved"]


_HAS: Final = re.compile("^[\u4e00-\u9fff]{0,6}(?<![已共现没])(?:还|也|就|只)?有$")


_IN_ALL: Final = re.compile("(?:总共|一共|总数|拢共)(?:是|有|为)?$")  # 总共2000个有300个在划线; not 累计2000个


def there_are_so_many(said: Said, found: list[Said], row: RowContext) -> bool:
    """12个项目有4个在打桩: all that the plan has, of which some are at work; not 开工12个有4个在打桩."""
    if said.role != "achieved" or said.clause is None or said.target is None:
        return False
    ahead = [token for token in said.clause.tokens if token.end <= said.span[0]]
    made = any(token.is_a(words.DONE, words.MADE, words.START) and not token.is_a(words.FILL) for token in ahead)
    in_all = _IN_ALL.search(said.clause.slice(said.clause.start, said.span[0]).rstrip())
    if made or ((said.firm or said.total) and not in_all):
        return False
    if said.number.value != row.targets[said.target].value:
        return False
    following = next((other for other in found if other.span > said.span and other.clause is said.clause), None)
    return (
        following is not None
        and following.role in ("stage", "left", "other")
        and following.unit == said.unit
        and following.number.value < said.number.value
        and _HAS.match(said.clause.slice(said.span[1], following.span[0]).strip()) is not None
    )


def some_of_those(said: Said, found: list[Said]) -> bool:
    """电梯16部，有4部井道挖到了水管: so many of those counted right before."""
    if said.role != "achieved" or said.clause is None or said.total or said.unit is None:
        return False
    ahead = said.clause.slice(said.clause.start, said.span[0]).strip()
    if not ahead.endswith(("有", "另有", "还有")) or ahead.endswith(("已有", "共有", "现有", "约有")) or len(ahead) > 3:
        return False
    if any(token.is_a(words.DONE) for token in said.clause.tokens if token.start >= said.span[1]):
        return False
    before = [other for other in found if other.span < said.span and other.role == "achieved"]
    return bool(before) and before[-1].unit == said.unit and before[-1].number.value > said.number.value


_FAR: Final = 3.0  # times the target


def far_above(said: Said, found: list[Said], row: RowContext) -> bool:
    """全区河道56条，五好河道建成1条 of 2: so many are there of the thing, and another number is how many were done."""
    if said.role != "achieved" or said.target is None or said.total or said.clause is None or said.unit is None:
        return False
    target = row.targets[said.target]
    if target.value is None or target.comparator == "at_most" or said.number.value <= _FAR * target.value:
        return False
    if any(token.is_a(words.DONE, words.NOW) for token in said.clause.tokens if token.end <= said.span[0]):
        return False
    return any(other.number.value <= target.value and other.firm for other in rivals_of(said, found))


def recited(found: list[Said], row: RowContext) -> list[Said]:
    """新改扩建12个（幼儿园7、小学4、初中1）: the whole and its parts as the plan has them, and none said to be done."""
    exact = [
        said for said in found
        if said.role == "achieved" and said.target is not None and said.number.value == row.targets[said.target].value
    ]  # fmt: skip
    for whole in exact:
        own = row.targets[whole.target or 0]
        parts = [said for said in exact if said.target is not None and row.targets[said.target].parent == own.text]
        if len(parts) > 1 and not any(_said_done(said) for said in (whole, *parts)):
            return [whole, *parts]
    return []


def _said_done(said: Said) -> bool:
    return said.clause is None or said.clause.has(words.DONE, words.ALL, words.NOW) or "都" in said.clause.text


def parts_of_whole(said: Said, found: list[Said]) -> list[Said]:
    """驿站3家：1家运营，2家装修: the counts behind that add up to it, where not all of them are there yet."""
    told = said.firm or (said.clause is not None and _verb_before(said))
    if said.role != "achieved" or said.total or told or said.target is None:
        return []
    at, parts = found.index(said), list[Said]()
    for other in found[at + 1 :]:
        fits = other.unit == said.unit and other.target in (None, said.target)
        if not fits or other.role not in ("achieved", "stage", "left"):
            break
        parts.append(other)
        if sum(part.number.value for part in parts) >= said.number.value:
            break
    behind = sum(part.number.value for part in parts)
    adds_up = behind == said.number.value and len(parts) > 1
    if at and found[at - 1].unit == said.unit and found[at - 1].number.value == said.number.value + behind:
        return []  # 8家里4家验收、2家收尾、2家刚进场
    return parts if adds_up and any(part.role != "achieved" for part in parts) else []


def _verb_before(said: Said) -> bool:
    """完工4家: what is said of them stands ahead."""
    assert said.clause is not None
    ahead = [token for token in said.clause.tokens if token.end <= said.span[0]]
    return any(token.is_a(words.DONE, words.MADE, words.NOW) for token in ahead)


def one_period_of_several(said: Said, found: list[Said]) -> bool:
    """一季度3200，二季度4900，7月1600: the first is no sum of the year either."""
    if not said.rule.startswith("cue: total") or said.clause is None or said.role != "achieved":
        return False
    dated = any(token.day is not None and token.day.is_so_far for token in said.clause.tokens)
    return dated and any(
        other.role == "month" and other.target == said.target for other in found if other.span > said.span
    )


_NO_CHANCE: Final = 50  # so large a sum is none by chance


def summed(found: list[Said]) -> None:
    """又添两所，加上暑假前那八所，正好十所: the last is the sum of those before, of one thing."""
    for at in range(2, len(found)):
        said, parts = found[at], found[at - 2 : at]
        bare = said.unit is None and parts[0].target is not None and said.number.value >= _NO_CHANCE
        same = (said.unit is not None or bare) and all(
            part.unit == said.unit and part.role in ("achieved", "more", "month") for part in parts
        )
        apart = any(part.clause is None or part.clause.new_sentence for part in (parts[1], said))
        other = said.named >= NAMED and any(part.target not in (None, said.target) for part in parts)
        if apart or other or not same or said.role != "achieved":
            continue
        if said.number.value == sum(part.number.value for part in parts):
            said.total = said.firm = True
            said.target = said.target if said.target is not None else parts[0].target
            for part in parts:
                if part.target in (None, said.target):
                    part.role, part.rule = "other", "a part of the sum behind"


def sum_of_things(said: Said, found: list[Said], row: RowContext) -> bool:
    """健身路径总共装好26个，二代2一代24: the sum of two things that are counted apart behind it.

    Not 学校2个；竣工1个；学位1个, whose first number has a thing of its own.
    """
    if said.role != "achieved" or said not in found:
        return False
    at = found.index(said)
    behind = (found[at + 1 : at + 1 + many] for many in (2, 3, 4) if at + many < len(found))
    ahead = (found[at - many : at] for many in (2, 3, 4) if said.total and at >= many)
    return any(_are_its_parts(parts, said, row) for parts in (*behind, *ahead))


def _are_its_parts(parts: list[Said], said: Said, row: RowContext) -> bool:
    if any(part.unit not in (None, said.unit) or part.included for part in parts):
        return False
    if sum(part.number.value for part in parts) != said.number.value:
        return False
    best = {max(range(len(part.scores)), key=part.scores.__getitem__) for part in parts if part.scores}
    plain = all(max(part.scores, default=0.0) >= NAMED for part in parts)
    own = max(said.scores, default=0.0)
    apart = own >= NAMED and said.scores.count(own) == 1 and said.scores.index(own) not in best
    return plain and len(best) == len(parts) and not apart and all(row.targets[at].parent is None for at in best)


def half_of_a_sum(said: Said, found: list[Said]) -> bool:
    """今年一共4100，上半年2200，下半年1900: a part of the year beside the whole's greater sum."""
    if said.role != "achieved" or said.clause is None or said.clause.has(words.TOTAL, words.NOW):
        return False
    part = any(token.day is not None and (token.day.is_so_far or token.day.is_period) for token in said.clause.tokens)
    return part and any(
        other.total
        and other.clause is not None
        and other.clause.has(words.TOTAL)
        and other.number.value > said.number.value
        for other in rivals_of(said, found)
    )


def said_twice(said: Said, found: list[Said]) -> bool:
    """建成2投运2: one number for one thing, by two verbs."""
    if said.role != "achieved" or said.target is None:
        return False
    return any(other.span < said.span and other.number.value == said.number.value for other in rivals_of(said, found))


_ASKED_FOR: Final = re.compile("(?:材料[上递提]?交|[上递提]交|[申上推]?报|推荐|推选|推|申请|提交|送审|排)了?$")

_GRANTED: Final = re.compile("(?:批|通过|过|认定|评上|命名|公布|批复|获批|入选|定)(?:了|下来)?$")


def applied_for(said: Said, found: list[Said]) -> bool:
    """报了3个，批了1个: what was asked for, and what was granted of it."""
    if said.role != "achieved" or said.clause is None or said.target is None:
        return False
    if not _ASKED_FOR.search(said.clause.slice(said.clause.start, said.span[0]).strip()):
        return False
    return any(
        other.span > said.span
        and other.clause is not None
        and other.number.value <= said.number.value
        and _GRANTED.search(other.clause.slice(other.clause.start, other.span[0]).strip())
        for other in rivals_of(said, found)
    )


_APPROVED: Final = re.compile("(?:批|批准|审|核|通过)了?$")


def only_approved(said: Said, found: list[Said]) -> bool:
    """批了30部，装好14部: what was approved, and what was made of it."""
    if (
        said.role != "achieved"
        or said.clause is None
        or not _APPROVED.search(said.clause.slice(said.clause.start, said.span[0]).strip())
    ):
        return False
    return any(
        other.span > said.span
        and other.role in ("achieved", "stage")
        and other.unit == said.unit
        and other.number.value <= said.number.value
        and other.clause is not None
        and other.clause.has(words.DONE, words.START)
        for other in found
    )


_PENDING: Final = re.compile(
    "(?:还没有?|还未|尚未|没有?|未|等|待|正?在|还要|要)[^，。；;0-9]{0,6}?(?:评|批|审|认定|公布|公示|命名|结果|下来|复核|通过|答复|回音|消息)"
    "|结果[^，。；;]{0,6}(?:出|公布|没|未|等|下)"
)


_SENT: Final = re.compile("(?:材料|资料|名单|申报书?|推荐表)[^，。；;0-9]{0,4}(?:送|报|交|递|寄)[^，。；;0-9]{0,6}$")


def _papers_sent(said: Said, clauses: list[Clause]) -> bool:
    """健促学校材料都送省里了，7所: how many were asked for stands in a clause of its own."""
    place = next((at for at, clause in enumerate(clauses) if clause is said.clause), 0)
    return place > 0 and not clauses[place].new_sentence and _SENT.search(clauses[place - 1].text) is not None


def not_granted_yet(said: Said, row: RowContext, clauses: list[Clause]) -> bool:
    """健康促进学校报了7所，省里还没评: asked for, and nobody has granted it; not 推选了1个, the target's own verb."""
    if said.role != "achieved" or said.clause is None or said.target is None:
        return False
    ahead = said.clause.slice(said.clause.start, said.span[0]).strip()
    asked = _ASKED_FOR.search(ahead)
    if asked is None and (ahead or not _papers_sent(said, clauses)):
        return False
    if asked is not None and asked[0].rstrip("了") in row.targets[said.target].text:
        return False
    if said.number.value > (row.targets[said.target].value or said.number.value):
        return True  # 村报了3个, of which 2 will be granted; not 推了3个, where they are to be 推选
    place = next((at for at, clause in enumerate(clauses) if clause is said.clause), len(clauses))
    behind = list(takewhile(lambda clause: not clause.numbers(), clauses[place + 1 : place + 3]))
    told = [said.clause.slice(said.span[1], said.clause.end), *(clause.text for clause in behind)]
    return any(_PENDING.search(text) for text in told) or any(_granted_then(clause) for clause in behind)


_NONE_BEGUN: Final = re.compile(
    "^(?:但是?|不过|可是?|目前|现在|[，, ])*(?:都|均|全都?|全部|一[条个家处座户]都?)(?:还|尚|仍|也|都)*(?:没有?|未)"
    "(?:开工|动工|开始|动手|动|启动|进场|开建|实施|施工|做|改|装|建|修)[了呢啊。 ]*$"
)


def none_begun(said: Said, clauses: list[Clause]) -> bool:
    """五好河道选了2条，都还没开工: so many are meant, and nothing of them is there; not 建成1条，另一条没开工."""
    if said.role != "achieved" or said.clause is None or said.total or said.clause.has(words.DONE, words.TOTAL):
        return False
    place = next((at for at, clause in enumerate(clauses) if clause is said.clause), len(clauses))
    if place + 1 >= len(clauses) or said.span != max(said.span, _last_number(said.clause)):
        return False
    return _NONE_BEGUN.match(clauses[place + 1].text.strip()) is not None


def _last_number(clause: Clause) -> tuple[int, int]:
    token = clause.tokens[clause.numbers()[-1]]
    return token.start, token.start


_GRANTING: Final = re.compile("公示|公布|评[审选定]|认定|命名|批复|发文|复核|考核|授牌|出结果")


def _granted_then(clause: Clause) -> bool:
    """7所，市里月底公示: the day when it will be granted is still to come."""
    ahead = any(token.day is not None and not token.day.is_past and not token.day.is_today for token in clause.tokens)
    return ahead and _GRANTING.search(clause.text) is not None


_ONLY: Final = re.compile("(?:才|真正|实际|其实)[^，。；;0-9]{0,6}$")


def only_so_many(said: Said, found: list[Said]) -> bool:
    """符合条件的326户，真正改好的才21户: what was counted first is not what is meant."""
    if said.role != "achieved" or said.total:
        return False
    return any(
        other.span > said.span
        and other.clause is not None
        and other.number.value < said.number.value
        and _ONLY.search(other.clause.slice(other.clause.start, other.span[0]))
        for other in rivals_of(said, found)
    )


_DONE_SO: Final = (words.DONE, words.MADE, words.NOW, words.TOTAL)


_WENT: Final = re.compile("[通完建开修做改装]了")


def not_that_far(said: Said, found: list[Said]) -> bool:
    """6条路通车，2条路沥青摊铺: of two counts of one thing the one that a word of being done goes with."""
    if said.role != "achieved" or said.clause is None or said.clause.has(*_DONE_SO) or said.total:
        return False
    behind = said.clause.slice(said.span[1], said.clause.end).strip()
    done = [
        other
        for other in rivals_of(said, found)
        if other.clause is not None and (other.clause.has(words.DONE) or _WENT.search(other.clause.text))
    ]
    return len(behind) >= 2 and bool(done) and all(other.clause is not said.clause for other in done)


def overtaken(said: Said, found: list[Said]) -> bool:
    """开学前新增学位2800个，现在3300: what was before, and then what is."""
    if said.role != "achieved" or said.clause is None or said.clause.has(words.NOW, words.TOTAL):
        return False
    return any(
        other.span > said.span
        and not other.mismatch
        and other.clause is not said.clause
        and other.clause is not None
        and (other.clause.has(words.NOW) or (other.total and other.clause.has(words.TOTAL)))
        and other.number.value >= said.number.value
        for other in rivals_of(said, found)
    )


def counted_better(said: Said, found: list[Said], row: RowContext) -> bool:
    """两个地块合计1935套, 65岁以上老人19800人: another number for the same target has its measure word."""
    if said.target is None or said.role != "achieved" or said.unit == row.targets[said.target].unit:
        return False
    if said.unit is None and said.clause is not None and said.clause.has(words.NOW):
        return False
    return any(
        other.unit == row.targets[said.target].unit or (said.mismatch and not other.mismatch)
        for other in rivals_of(said, found)
    )


def named_better(said: Said, found: list[Said]) -> bool:
    """失业人员再就业4570人，就业困难人员就业1320人: another number has the target's own name."""
    if said.target is None or said.role != "achieved" or said.total:
        return False
    return any(
        not other.mismatch and other.named >= 1.5 and said.named <= 0.65 * other.named
        for other in rivals_of(said, found)
    )


def then_to_come(said: Said, found: list[Said], clauses: list[Clause]) -> bool:
    """9所已开放；2所门禁改造，计划10月15日前开放: unnamed, beside others that are there, and then said to come."""
    if said.role != "achieved" or said.target is not None or not said.rivals or said.firm:
        return False
    place = next((at for at, clause in enumerate(clauses) if clause is said.clause), len(clauses))
    following = clauses[place + 1] if place + 1 < len(clauses) else None
    if (
        following is None
        or following.new_sentence
        or following.numbers()
        or not following.has(words.FUTURE, words.PLAN)
    ):
        return False
    return any(other.target in said.rivals and other.role == "achieved" for other in found)
