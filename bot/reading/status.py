"""Status: what the words say of the whole task."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.reading import words
from bot.reading.clauses import Clause, subject
from bot.reading.model import RowContext
from bot.reading.ordinals import NTH
from bot.reading.part_or_whole import foreign_milestone, is_part, milestone, of_a_named_thing, of_the_thing_before
from bot.reading.to_come import is_to_come, verb_of_number
from bot.reading.tokens import Token
from bot.reading.vocabulary import Vocabulary, top_targets
from bot.reading.whole_clauses import Said, all_things_done, happened, is_slow

# Behind 竣工 and the like they make it an adjective: 第3个竣工项目.
_THINGS: Final = (
    "的",
    "项目",
    "工程",
    "学校",
    "点位",
    "小区",
    "楼",
    "段",
    "路段",
    "标段",
    "期",
    "数",
    "时间",
    "部分",
    "日期",
    "节点",
    "日子",
    *("那个", "那项", "那栏", "那一", "这项", "这一项"),
)
_STOPS: Final = frozenset({"先停", "停一停", "停工", "暂停", "停摆", "停滞", "耽误", "耽搁", "停下来"})


_TELLING: Final = frozenset(
    (
        words.NOT_STARTED, words.DELAYED, words.DONE, words.MADE, words.LEFT, words.START, words.ONGOING, words.STAGE,
        words.EXTEND,
    )
)  # fmt: skip


def find_statuses(clauses: list[Clause], row: RowContext | None, index: int, vocabulary: Vocabulary) -> list[Said]:
    """All words about the state, in order.

    Catches 已完成, 全部竣工, 还没开工, 进度滞后, 正在推进. Not done: 未完成, 完成80%, 完成3200个, 完成招标,
    预计11月底完成, 主体完工 (a stage), 快完成了. Not delayed: 没有滞后. Not not_started of the row: 心理普测还没开始
    (a part).
    """
    found: list[Said] = []
    counted = nth = False
    for place, clause in enumerate(clauses):
        counted, nth = counted and not clause.new_sentence, nth and not clause.new_sentence
        if clause.asks:
            continue
        first = len(found)
        following = clauses[place + 1] if place + 1 < len(clauses) else None
        for at, token in enumerate(clause.tokens):
            if following is not None and _goes_on_behind(clause, token, following):
                continue
            said = _one(clause, at, token, row, index, vocabulary) or _doubled(clause, token, row)
            before = clauses[place - 1] if place and not clause.new_sentence else None
            if said is not None:
                found.append(_of_what_was_named(said, clause, token, before, row, index, vocabulary))
        under_way = None if len(found) > first else _UNDER_WAY.search(clause.text.rstrip(" 。.，,"))
        if under_way is not None and not clause.has(words.NEG, words.FUTURE):
            span = (clause.start + under_way.start(), clause.start + under_way.end())
            found.append(Said("in_progress", span, "ongoing", part=True))
        if len(found) == first and row is not None and is_slow(clause, row, index, vocabulary):
            found.append(Said("delayed", (clause.start, clause.end), "delayed"))
        if len(found) == first and row is not None and happened(clause, row, index, vocabulary):
            found.append(Said("in_progress", (clause.start, clause.end), "something happened", part=True))
        several = row is not None and len(top_targets(row.targets)) > 1
        cell = place > 0 and not clause.new_sentence and _so_long(clauses[place - 1], row, index, vocabulary)
        if (counted and not clause.numbers() and (several or cell)) or nth:
            found[first:] = [
                replace(said, part=True, status="in_progress", rule="done so much")
                if said.status == "done" and not (cell and said.whole_words)
                else said
                for said in found[first:]
            ]
        counted = bool(clause.numbers())
        nth = row is not None and bool(row.targets) and NTH.search(clause.text) is not None
    return all_things_done(found, clauses, row)


def _so_long(before: Clause, row: RowContext | None, index: int, vocabulary: Vocabulary) -> bool:
    """老运河南岸5.2公里，完工: a stretch by its name and length, where the row counts nothing."""
    if row is None or row.targets:
        return False
    first = before.tokens[before.numbers()[0]] if before.numbers() else None
    if first is None or first.number is None or first.number.unit not in ("公里", "千米", "米", "延米"):
        return False
    said = subject(before, before.start, first.start)
    return len(said) >= 2 and not vocabulary.is_whole(said, index)


def _of_what_was_named(
    said: Said, clause: Clause, token: Token, before: Clause | None, row: RowContext | None, index: int,
    vocabulary: Vocabulary,
) -> Said:  # fmt: skip
    """Done, of a thing that the clause before named."""
    if said.rule != "done" or row is None or before is None:
        return said
    if not of_the_thing_before(clause, token, before, row, index, vocabulary):
        return said
    return replace(said, status="in_progress", rule="a part is done", part=True)


_COUNT: Final = "[一二三四五六七八九十0-9]"
# 木平台铺设中, 结构到七层, 九层楼板: something is being done, whatever it is.
_UNDER_WAY: Final = re.compile(
    "[\u4e00-\u9fff]{2}(?<![其之手集途当高初空水])中$|(?:还|正|仍|都)在(?!等|为|统计|核|汇总|对|整理|算|收|报|催|补)[一-鿿]{1,4}$"
    f"|(?:到|第|做|浇|施工)了?{_COUNT}{{1,3}}层|{_COUNT}{{1,3}}层(?:楼板|结构|顶板|梁板|施工)"
    "|^[ ]*(?:现在|目前|也)?(?:就|只|还|仅)剩下?[\u4e00-\u9fff]"
)


def _goes_on_behind(clause: Clause, token: Token, following: Clause) -> bool:
    """封顶可能要到12月下旬 is one clause cut in two; 竣工|3|2 is a line of a table."""
    last = next(other for other in reversed(clause.tokens) if not other.is_a(words.FILL) or other is token)
    if not token.is_a(words.DONE) or token is not last or not following.tokens:
        return False
    first = following.tokens[0]
    if following.cut and first.is_a(words.FUTURE) and any(other.day for other in following.tokens):
        return True
    if clause.has(words.ALL, words.NOW) or clause.numbers():
        return False
    alone = first.number is not None and following.text.strip() == following.slice(first.start, first.end).strip()
    return alone and following.start - clause.end == 1 and not following.new_sentence


def _one(
    clause: Clause, at: int, token: Token, row: RowContext | None, index: int, vocabulary: Vocabulary
) -> Said | None:
    if token.classes.isdisjoint(_TELLING):
        return None
    span = (token.start, token.end)
    negated = _negation(clause, at)
    part = is_part(clause, token, row, index, vocabulary)
    if token.is_a(words.NOT_STARTED, words.DELAYED) and _is_denied(clause, at):
        return Said("in_progress", span, "not idle", part)
    if token.is_a(words.NOT_STARTED):
        return _not_begun(clause, at, token, part=part)
    if token.is_a(words.DELAYED):
        return _late(clause, at, token, row, index, vocabulary, part=part, negated=negated is not None)
    if token.is_a(words.EXTEND) and token.text in _PUT_OFF and clause.has("duration") and not clause.has(words.FUTURE):
        return Said("delayed", span, "delayed")  # 推迟20天
    if token.is_a(words.LEFT) and _NOT_DONE.search(token.text) and not clause.numbers():
        return Said("in_progress", span, "not + done", part=True)
    if token.is_a(words.DONE) or _all_made(clause, at) or _reached_then(clause, at, row):
        return _done(clause, at, token, row, part=part, negated=negated)
    return _going(clause, at, token, part=part, negated=negated)


def _not_begun(clause: Clause, at: int, token: Token, *, part: bool) -> Said | None:
    """还没开工; not 未动1条 nor 差420套没开工, so many of them."""
    span = (token.start, token.end)
    behind = clause.tokens[at + 1] if at + 1 < len(clause.tokens) else None
    if behind is not None and behind.number and behind.number.unit and behind.start - token.end <= 1:
        return Said("in_progress", span, "not + done", part=True)
    every = any(other.is_a(words.ALL) or other.text == "都" for other in clause.tokens[:at])
    number = clause.tokens[at - 1] if at else None
    if number is not None and number.number and clause.slice(clause.start, number.start).endswith(_LACKING):
        return Said("in_progress", span, "not + done", part=True)
    return None if is_to_come(clause, at) else Said("not_started", span, "not started", part and not every)


def _late(
    clause: Clause, at: int, token: Token, row: RowContext | None, index: int, vocabulary: Vocabulary, *,
    part: bool, negated: bool,
) -> Said | None:  # fmt: skip
    """进度滞后; not 因台风停工3天, which is over, nor 占道手续审批较慢, 钢筋供应跟不上, which are in the way."""
    span = (token.start, token.end)
    if token.text in _STOPS and clause.has("duration"):
        return None
    if negated:
        return Said("in_progress", span, "not behind", part)
    if any(other.is_a(words.STAGE, words.EVENT) for other in clause.tokens[:at]) or (part and _is_supply(token)):
        return None
    if is_to_come(clause, at) and not token.text.startswith("赶不"):  # 赶不上12月20日
        return None
    return Said("delayed", span, "delayed", of_a_named_thing(clause, row, index, vocabulary))


def _going(clause: Clause, at: int, token: Token, *, part: bool, negated: Token | None) -> Said | None:
    """已开工, 正在推进, 主体施工."""
    span = (token.start, token.end)
    if token.is_a(words.START) and not token.is_a(words.FILL, words.MADE):
        if negated:
            return Said("not_started", (negated.start, token.end), "not + start", part)
        return None if is_to_come(clause, at) else Said("in_progress", span, "started", part)
    going = token.is_a(words.ONGOING)
    if not (going or token.is_a(words.STAGE)) or negated or (is_to_come(clause, at) and not going):
        return None
    if going and _is_ended(clause, at):
        return None
    return Said("in_progress", span, "ongoing" if going else "a stage", part or not going)


def _is_denied(clause: Clause, at: int) -> bool:
    """不是没动, 并不是停工: who denies that it stands still says that it goes on."""
    token = clause.tokens[at]
    if _NOT_ONE.search(clause.slice(clause.start, token.start)) or _NONE_IS.match(clause.slice(token.end, clause.end)):
        return True
    before = next((other for other in reversed(clause.tokens[:at]) if not other.is_a(words.FILL)), None)
    return before is not None and before.text in _DENIALS and token.start - before.end <= 2


# 没有一条河是没动工的, 没动工的一条都没有
_NOT_ONE: Final = re.compile("(?:没有?|无)(?:[一1](?!点|直)|哪|任何)[^，。；;0-9]{0,8}$")
_NONE_IS: Final = re.compile("[^，。；;0-9的]{0,2}的[^，。；;]{0,10}[都也]?没有?了?[ 。.]*$")


_NOT_DONE: Final = re.compile("完|[没未](?:封|通)")
_PUT_OFF: Final = ("推迟", "延后", "往后推", "顺延", "往后延")
_DENIALS: Final = ("不是", "并非", "不算", "并不是", "也不是", "不至于")


def _is_ended(clause: Clause, at: int) -> bool:
    """修缮布展也都结束: what was going on is over."""
    following = next(
        (other for other in clause.tokens[at + 1 :] if not other.is_a(words.FILL, words.ALL, words.NOW)), None
    )
    token = clause.tokens[at]
    ended = following is not None and following.is_a(words.DONE) and following.start - token.end <= 4
    return ended and token.text[:1] not in "在正已" and not token.text.endswith("中")


_LACKING: Final = ("差", "剩", "余", "缺", "剩下", "还有")


def _is_supply(token: Token) -> bool:
    return token.text.endswith(("跟不上", "跟上"))


def _all_made(clause: Clause, at: int) -> bool:
    """已全部开放, 都装了: making something is being done where it is all of it."""
    token = clause.tokens[at]
    if not token.is_a(words.MADE) or token.is_a(words.FILL):
        return False
    if any(
        not clause.slice(clause.tokens[number].end, clause.end).startswith(("都", "均", "全"))
        for number in clause.numbers()
    ):
        return False  # 两处都开放了
    every = any(other.is_a(words.ALL) or other.text == "都" for other in clause.tokens[:at])
    return every and (
        any(other.is_a(words.NOW) for other in clause.tokens[:at])
        or clause.slice(token.end - 1, token.end + 1).find("了") >= 0
        or (token.text == "做" and _behind(clause, token) == "好")
    )


def _reached_then(clause: Clause, at: int, row: RowContext | None) -> bool:
    """已经开放了, where being opened is what a row without numbers is for."""
    token = clause.tokens[at]
    if row is None or row.targets or not token.is_a(words.MADE) or clause.numbers():
        return False
    own = (milestone(token.text) or "\x00") in row.content
    own = own or (token.text in ("开了", "开门") and "开放" in row.content)
    return own and (
        any(other.is_a(words.NOW) for other in clause.tokens[:at]) or "了" in (token.text[-1], _behind(clause, token))
    )


def _behind(clause: Clause, token: Token) -> str:
    return clause.slice(token.end, token.end + 1)


def _doubled(clause: Clause, token: Token, row: RowContext | None) -> Said | None:
    """已翻一番, where doubling is the row's target."""
    if row is None or token.number is None or token.number.unit != "倍" or not clause.has(words.NOW, words.MADE):
        return None
    reached = any(
        target.unit == "倍" and target.value is not None and token.number.value >= target.value
        for target in row.targets
    )
    return (
        Said("done", (token.start, token.end), "the multiple is reached")
        if reached and not clause.has(words.FUTURE, words.NEG)
        else None
    )


def _done(
    clause: Clause, at: int, token: Token, row: RowContext | None, *, part: bool, negated: Token | None
) -> Said | None:
    span = (token.start, token.end)
    if _behind(clause, token) == "率" or "没问题" in clause.text:
        return None
    if negated:
        return Said("in_progress", (negated.start, token.end), "not + done", part=True)
    if _FAR_OFF.match(clause.slice(token.end, clause.end)) or _NOT_TO_SAY.search(
        clause.slice(clause.start, token.start)
    ):
        return Said("in_progress", span, "not + done", part=True)
    if _JUST_AHEAD.search(clause.slice(clause.start, token.start)) and "了" not in clause.text:
        return Said("in_progress", span, "ongoing", part=True)
    if _ALMOST.search(clause.slice(clause.start, token.start)) and not (
        clause.has(words.HEARSAY) or "吧" in clause.text
    ):
        return Said("in_progress", span, "ongoing", part=True)
    if is_to_come(clause, at):
        return None
    if verb_of_number(clause, at, row):
        return Said("in_progress", span, "done so much", part=True)
    own = row is not None and (milestone(token.text) or "\x00") in row.content and not foreign_milestone(token, row)
    every = any(other.is_a(words.ALL) or "全" in other.text or other.text == "都" for other in clause.tokens[: at + 1])
    all_of_it = every and row is not None and bool(row.targets) and not part  # 9.1全线通车
    if (_stage_near(clause, at) and not own) or (row is not None and foreign_milestone(token, row) and not all_of_it):
        return Said("in_progress", span, "a stage is done", part=True)
    following = next((other for other in clause.tokens[at + 1 :] if not other.is_a(words.FILL)), None)
    graded = following is not None and following.is_a(words.GRADE)
    others = any(other.is_a(words.OTHERS) for other in clause.tokens[:at])  # 桥下段没交地，别的都做完了
    if part or others or graded or clause.slice(token.end, token.end + 2).startswith(_THINGS):
        return Said("in_progress", span, "a part is done", part=True)
    return Said("done", span, "done", whole_words=every)


_JUST_AHEAD: Final = re.compile("就(?:在)?(?:这|本|下|明|后|月底|月末)[^，。；]{0,5}$")  # 就这两天封顶
_ALMOST: Final = re.compile("(?<!加)(?:快|就要|马上|马上就|差一?点|差不多快)(?:要|都|全)?$")  # 快好了
# 封顶还早, 别写完成, 离完工差得远
_FAR_OFF: Final = re.compile("(?:了)?(?:还|都|尚|可)?(?:早着|早得很|早|差得远|差远|远着|没影|谈不上|说不上)")
_NOT_TO_SAY: Final = re.compile(
    "(?:[不没未](?:会|太|怎么|至于)?(?:影响|耽误|妨碍|耽搁|拖累)(?:了|到|整体|总体|按期|如期|最后|最终)*|为了|保)(?:主体)?$|(?:别|不要|先别|不能|不好|不敢|不算|谈不上|离|距|就算|才算|视为|视同)(?:写|报|填|说|算|叫)?(?:全部|全面|全|整体)?$"
)


def _negation(clause: Clause, at: int) -> Token | None:
    """The 没 of 没有正式开工: right before, with at most a particle between."""
    token = clause.tokens[at]
    for other in reversed(clause.tokens[max(0, at - 3) : at]):
        if other.number and other.number.value == 1:  # 没有一家拖后腿
            continue
        if token.start - other.end > 4 or other.number or other.day:
            return None
        if other.is_a(words.NEG) or (other.is_a(words.LEFT) and other.text[0] in "没未" and other.end == token.start):
            return other  # the 没做 of 没做完
        if not other.is_a(words.FILL, words.NEUTRAL, words.ALL, words.START):
            return None
    return None


def _stage_near(clause: Clause, at: int) -> bool:
    """完成招标, 招标已完成, 主体结构完工."""
    passed = (words.FILL, words.PLAN, words.NEUTRAL, words.THING)
    behind = next((other for other in clause.tokens[at + 1 :] if not other.is_a(*passed)), None)
    between = clause.slice(clause.tokens[at].end, behind.start) if behind is not None else ""
    joined = any(sign in between for sign in "并且、和")  # 已完工并验收
    if behind is not None and behind.is_a(words.STAGE, words.EVENT) and len(between) <= 8 and not joined:
        return True
    return any(other.is_a(words.STAGE, words.EVENT) for other in clause.tokens[:at])
