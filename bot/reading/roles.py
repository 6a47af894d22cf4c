"""What a number says: achieved, planned, left over, of the month, of last year, and so on."""

from __future__ import annotations

import re
from typing import Final

from bot.reading import no_counts, words
from bot.reading.behind import Told, role_behind
from bot.reading.clauses import Clause, lacks, waits
from bot.reading.cues import ROLES, Role
from bot.reading.said import ROWS_OF_THE_LIST, Thread
from bot.reading.things import alike
from bot.reading.tokens import Token
from bot.reading.verbs import VERBS, is_so, verbs_behind


def is_made(clause: Clause, at: int) -> bool:
    """Whether a verb of making leads up to a number; 好了 in 六家好了两家在弄 is the number's before."""
    if verbs_behind(clause) and any(token.number for token in clause.tokens[:at]):
        return False
    return any(token.is_a(words.DONE, words.MADE) for token in clause.left_of(at)) or "了" in clause.text_left_of(at)


def role_of(clause: Clause, at: int, cue: str | None, thread: Thread, *, firm: bool) -> tuple[Role, str]:
    """What a number says, and by which rule: the first of the steps below that tells.

    `cue` is the nearest word or date that leads up to it (`cues.nearest_cue`), `firm` that a verb of making does.
    """
    place = _Place(clause, at, cue, thread, firm)
    for step in _STEPS:
        found = step(place)
        if found is not None:
            return found
    return ROLES[cue or ""], f"cue: {cue}"


class _Place:
    """A number where it stands: its clause, its index among the tokens, and what is around it."""

    def __init__(self, clause: Clause, at: int, cue: str | None, thread: Thread, firm: bool) -> None:
        number = clause.tokens[at].number
        assert number is not None
        self.clause, self.at, self.cue, self.thread, self.firm = clause, at, cue, thread, firm
        self.number = number
        self.head = clause.slice(clause.start, clause.tokens[at].start)
        self.left = clause.text_left_of(at)
        self.right = clause.text_right_of(at).lstrip(" ")
        self.ahead = clause.left_of(at)
        self.behind = clause.right_of(at)

    @property
    def uncued(self) -> bool:
        """Nothing leads up to it that says what it is; 今年 may be of the plan and of what was done."""
        return self.cue in (None, words.THIS_YEAR)

    @property
    def cue_is_now(self) -> bool:
        return self.uncued or self.cue == words.NOW

    def simply_done(self) -> bool:
        return _simply_done(self.clause, self.at, self.behind)


_ALL_THERE: Final = re.compile("(?:就|都|全部?|也)*(?:齐|全|满)了")
_THE_REST: Final = ("另", "另外", "余", "剩", "差", "缺", "最后", "差的", "缺的")


def _of_the_rest(place: _Place) -> Told:
    """另2个, 剩3家: what is left, or the others, and they are done."""
    if _ALL_THERE.match(place.right):
        return "achieved", "all of them are there"  # 最后一家上周四挂牌 8家齐了
    if no_counts.LACKS_THIS.search(place.left):
        return "left", "the one that lacks"
    if not place.head[-2:].endswith(_THE_REST):
        return None
    later = any(token.day is not None and not token.day.is_past for token in place.behind)  # 剩12个年底前全部完
    so = (is_so(place.behind) and not later) or (words.LEFT not in place.clause.classes and place.simply_done())
    return ("achieved", "the others, done") if so else ("left", "the others")


def _counts_nothing(place: _Place) -> Told:
    """这一个, 养老三项：, 后两项, 3个数变了, 占3%, 一个都没装: no count of anything."""
    number, before = place.number, place.head[-1:]
    if number.text in ("一", "1") and no_counts.PRONOUN.search(place.head):
        return "other", "the one that is spoken of"
    still = place.head.endswith(("还是这", "还是那", "就是那", "仍是那", "还是原来那"))  # 竣工的还是那2个
    if number.unit in ("个", "项") and before in ("这", "那") and not still and not is_so(place.behind):
        return "other", "those spoken of"  # 就这两个有变化
    if _counts_rows(place):
        return "other", ROWS_OF_THE_LIST
    if number.unit in (None, "个", "场", "次") and no_counts.MEETING.match(place.right):
        return "other", "meetings"
    if no_counts.TO_CHOOSE_FROM.match(place.right):
        return "stage", "what is to be chosen from"
    if before == "占" and number.unit is not None:
        return "other", "a part of the whole"
    if number.value == 1 and no_counts.NOT_ONE_MISSING.match(place.right):
        return "other", "not one is missing"
    if no_counts.FEWER.search(place.head):
        return "other", "so many fewer than of another thing"
    if no_counts.PLACES_GIVEN.search(place.head):
        return "plan", "so many may be"
    if no_counts.WORKERS_IN.search(place.left):
        return "stage", "the workers are there"
    if no_counts.STEP.search(place.left) and any(token.number for token in place.clause.tokens[: place.at]):
        return "stage", "of so many a step is done"
    none_at_all = number.value == 1 and no_counts.NOT_EVEN_ONE.match(place.right) is not None
    if none_at_all or (not place.firm and number.text == "一" and place.clause.has(words.NEG)):
        return "other", "not a single one"
    return None


def _counts_rows(place: _Place) -> bool:
    """养老三项：上门…, 后两项, 只有3个数变了, 养老四项都按序时推进."""
    number = place.number
    if number.unit in (None, "个", "项") and no_counts.SO_MANY_NUMBERS.match(place.right):
        return True
    if number.unit in (None, "个", "项") and no_counts.OF_THE_REPORT.match(place.right):
        return True
    listed = number.unit == "项" and (place.right[:1] in (":", "：") or no_counts.OF_THE_LIST.search(place.head))
    return bool(listed) or so_many_rows(place.clause, place.at)


def _then_more(place: _Place) -> Told:
    """2 more; 12个项目开工了11个."""
    if place.right.lower().startswith("more"):
        return "more", "number + more"
    if (
        place.uncued
        and not place.firm
        and no_counts.OF_SO_MANY.match(place.clause.text, place.clause.tokens[place.at].end - place.clause.start)
    ):
        return "plan", "so many, and then how many of them"  # 2000的做到1830
    if place.cue is None and not place.firm and _then_how_many(place.clause, place.at):
        return "plan", "so many, and then how many of them"
    return None


_GOES_ON_ALONE: Final = ("future", "left", "last_year", "dated")  # whatever verb comes next


def _goes_on(place: _Place) -> Told:
    """预计…5000个、竣工3个: the role of the number before; not 开工8条、建成2条."""
    thread, clause = place.thread, place.clause
    told = any(mark in place.left for mark in "了过") or any(token.day for token in place.ahead)
    if place.cue is not None or not thread.carries or told:
        return None
    if thread.role in ("left", "stage") and not alike(place.number.unit, thread.unit):
        return None  # 另一家还在装修演出九场
    done = any(token.is_a(words.DONE) for token in place.ahead) or is_so(place.behind) or place.simply_done()
    if thread.role == "stage" and done:
        return "achieved", "done after a stage"
    verb = any(token.is_a(words.DONE, words.MADE) for token in place.ahead)
    if thread.role in _GOES_ON_ALONE or clause.goes_on or not verb:
        return thread.role, f"goes on: {thread.role}"
    return None


# 完成5000个学位的七成五, 送戏80场任务完成90%
_SHARE_OF: Final = re.compile("[^0-9，,。；;]{0,8}的$|[^0-9，,。；;]{0,6}(?:任务|目标|计划|指标)[^0-9，,。；;]{0,4}$")


def _by_what_is_behind(place: _Place) -> Told:
    """3000人的任务, 28个小区中…, 90户还没做."""
    following = next((token for token in place.clause.tokens[place.at + 1 :] if token.number), None)
    if following is not None and following.number and following.number.percent and _SHARE_OF.match(place.right):
        return "plan", "of which a share"
    if not place.cue_is_now:
        return None
    return role_behind(place.clause, place.at, place.right, place.behind, firm=place.firm)


def _others_done(place: _Place) -> Told:
    """其他两家投用, 剩下10所都开放了."""
    simply = place.cue == words.OTHERS and place.simply_done()
    verb = next((token for token in place.behind if not token.is_a(words.FILL)), None)
    made = verb is not None and verb.is_a(words.MADE) and place.right.rstrip(" 。.").endswith("了")  # 其他2080套开了
    so = place.cue in (words.OTHERS, words.LEFT) and (is_so(place.behind) or (made and place.cue == words.OTHERS))
    return ("achieved", "the others, done") if simply or so else None


def _not_there_yet(place: _Place) -> Told:
    """在装5台, 停工一家, 1所学校因消防没整改到位开放不了, 10所学校中有3所装了人脸识别, 有12户老人外出过冬."""
    clause, at = place.clause, place.at
    if place.uncued and not verbs_behind(clause) and _in_work(clause, at):
        return "stage", "in work"
    if place.uncued and _in_trouble(clause, at):
        return "left", "number behind a word of trouble"
    if place.cue_is_now and _because(clause, at, place.behind):
        return "other", "in a problem"
    among = place.uncued and _AMONG.search(place.left) is not None
    if among and not place.simply_done() and not is_so(place.behind):
        return "other", "so many among them"
    if place.uncued and (no_counts.LOST.match(place.right) or no_counts.SUCH_AS.search(place.left)):
        return "other", "so many who are lost or stand in the way"
    if place.uncued and not place.firm and _there_are(clause, at, place.behind):
        return "other", "there are so many that"
    return None


def _bare(place: _Place) -> Told:
    """A number that nothing tells of is what was reached, if the clause names no trouble."""
    if place.cue == "dated":
        return "dated", "as of a day past"
    if not place.uncued:
        return None
    clause = place.clause
    named = lacks(clause) or clause.has(words.PROBLEM) or waits(clause)
    troubled = named or any(token.is_a(words.CAUSE, words.DELAYED, words.EXTEND) for token in place.behind)
    if troubled and not place.firm and not _before_the_trouble(clause, place.at):
        return "other", "in a problem"
    return "achieved", "number"


_STEPS: Final = (
    _of_the_rest, _counts_nothing, _then_more, _goes_on, _by_what_is_behind, _others_done, _not_there_yet, _bare,
)  # fmt: skip


def so_many_rows(clause: Clause, at: int) -> bool:
    """养老四项都按序时推进: so many rows of the list."""
    number = clause.tokens[at].number
    few = number is not None and number.unit == "项" and 1 < number.value <= 8
    return few and no_counts.LIST_IS.match(clause.text_right_of(at).lstrip()) is not None


def _then_how_many(clause: Clause, at: int) -> bool:
    """12个项目开工了11个, 3家书苑已建成1家: what there is, a verb, and how many of them; not 21个完工7个在建."""
    numbers = clause.numbers()
    place = numbers.index(at) + 1
    if place >= len(numbers):
        return False
    following = clause.tokens[numbers[place]]
    number, other = clause.tokens[at].number, following.number
    if number is None or other is None or number.unit is None or other.unit != number.unit:
        return False
    between = clause.tokens[at + 1 : numbers[place]]
    verbs = [token for token in between if token.is_a(words.DONE, words.MADE, words.START)]
    led = any(token.is_a(*VERBS, words.MORE) and not token.is_a(words.FILL) for token in clause.tokens[:at])
    behind = any(token.is_a(*VERBS) and not token.is_a(words.FILL) for token in clause.right_of(numbers[place]))
    if not verbs or led or behind or other.value > number.value:
        return False
    return clause.slice(verbs[-1].end, following.start).strip() in ("", "了", "好", "好了", "成", "成了")


def _before_the_trouble(clause: Clause, at: int) -> bool:
    """130 of 绿地130亩里有8亩要返工: another number stands between it and what is wrong."""
    between = clause.text_right_of(at).strip()
    wrong = [token.start for token in clause.tokens if token.is_a(words.PROBLEM, words.WAIT)]
    later = [token.start for token in clause.tokens[at + 1 :] if token.number]
    return between.startswith(("里", "中", "里面", "当中")) and bool(wrong and later) and later[0] < wrong[0]


def _in_trouble(clause: Clause, at: int) -> bool:
    """停工一家, 未开工2个, 停了3台."""
    token = clause.tokens[at - 1] if at else None
    return (
        token is not None
        and token.is_a(words.DELAYED, words.NOT_STARTED, words.PROBLEM)
        and clause.tokens[at].start - token.end <= 1
        and clause.tokens[at].end - clause.tokens[at].start <= 6
    )


def _in_work(clause: Clause, at: int) -> bool:
    """在装5台, 收尾2个, 施工中52户: a word for going on right before the number."""
    if no_counts.UNDER_WAY.search(clause.text_left_of(at)):
        return True
    token = clause.tokens[at - 1] if at else None
    return (
        token is not None
        and token.is_a(words.ONGOING)
        and not token.is_a(words.MADE, words.DONE)
        and clause.tokens[at].start - token.end <= 1
        and (
            token.text.startswith(("在", "正在", "正", "收尾", "扫尾"))
            or (token.text.endswith("中") and token.end == clause.tokens[at].start)
        )
    )


def _because(clause: Clause, at: int, behind: tuple[Token, ...]) -> bool:
    """1所学校因消防没整改到位开放不了."""
    return "了" not in clause.text_left_of(at) and any(token.is_a(words.CAUSE) for token in behind)


_AMONG: Final = re.compile("[中里](?:面|头)?(?:还)?有[约近]?$")  # 10所学校中有3所装了人脸识别


def _there_are(clause: Clause, at: int, behind: tuple[Token, ...]) -> bool:
    """有12户老人外出过冬; not 有9所开放了, 至少有4000."""
    token = clause.tokens[at]
    ahead = clause.slice(token.start - 3, token.start)
    if not ahead.endswith("有") or ahead.endswith(("少有", "已有", "共有", "现有", "约有", "应有", "概有", "该有")):
        return False
    said = clause.slice(token.end, token.end + 2).strip("了的左右，。")
    return (
        len(said) == 2
        and "了" not in clause.text_right_of(at)
        and not any(other.is_a(words.DONE, words.MADE, words.NOW) for other in behind)
    )


def _simply_done(clause: Clause, at: int, behind: tuple[Token, ...]) -> bool:
    """其他两家投用: done, without a day to come or a word of hope."""
    if clause.has(words.FUTURE, words.NEG, words.PLAN, words.NEXT) or any(token.day for token in clause.tokens):
        return False
    verb = next((token for token in behind if not token.is_a(words.FILL)), None)
    return verb is not None and verb.is_a(words.DONE) and verb.end >= clause.end - 1
