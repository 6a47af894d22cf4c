"""The word or date that says what the number behind it is: 已, 计划, 本月, 去年, 还剩."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from bot.reading import words
from bot.reading.clauses import Clause
from bot.reading.tokens import Token
from bot.reading.verbs import verbs_behind

Role = Literal[
    "achieved", "plan", "last_year", "left", "more", "month", "stage", "money", "rate", "future", "dated", "other"
]


ROLES: Final[dict[str, Role]] = {
    words.NOT_IT: "other",
    words.INCLUDED: "achieved",
    words.EXCESS: "other",
    words.LAST_YEAR: "last_year",
    words.MORE: "more",
    words.LEFT: "left",
    words.MONTH: "month",
    words.RATE: "rate",
    words.MONEY: "money",
    words.PLAN: "plan",
    words.FUTURE: "future",
    words.TOTAL: "achieved",
    words.NOW: "achieved",
    words.THIS_YEAR: "achieved",
    words.STAGE: "stage",
    words.OTHERS: "left",
    words.PLACE: "rate",
}
CUES: Final = tuple(ROLES)


def nearest_cue(clause: Clause, at: int) -> str | None:
    """The nearest cue; 本月累计 is the month's, and so is 9月540人 without 截至."""
    left = clause.left_of(at)
    theirs = at != clause.numbers()[0] and verbs_behind(clause)  # 1条在建1条完工: 在建 is said of the one before
    for place in range(len(left) - 1, -1, -1):
        case = _Case(clause, at, left, place, left[place], theirs)
        told = next((found for step in _STEPS if (found := step(case)) is not None), None)
        if told is not None and told != _PASSED:
            return told or None
    return None


@dataclass(frozen=True, slots=True)
class _Case:
    """A token that leads up to a number: its place among those in between, `theirs` where verbs stand behind."""

    clause: Clause
    at: int
    left: tuple[Token, ...]
    place: int
    token: Token
    theirs: bool

    @property
    def gap(self) -> int:
        return self.clause.tokens[self.at].start - self.token.end

    @property
    def behind(self) -> tuple[Token, ...]:
        return self.left[self.place + 1 :]

    @property
    def before(self) -> Token | None:
        return self.left[self.place - 1] if self.place else None

    def follows(self, length: int = 1) -> str:
        return self.clause.slice(self.token.end, self.token.end + length)


# What a step tells: a cue, that nothing leads up to the number, or that the token is passed over; None goes on.
_NOTHING: Final = ""
_PASSED: Final = "passed"


def _of_what_is_over(case: _Case) -> str | None:
    """第三家装修差不多了患者592人; 第一批80户; a date or a hope that begins anew."""
    clause, token = case.clause, case.token
    if token.is_a(words.STAGE, words.ONGOING, words.PROBLEM) and _is_over(clause, token, case.at):
        return _NOTHING
    if case.theirs and token.is_a(words.STAGE, words.ONGOING) and not token.is_a(words.NOW):
        return _PASSED
    if token.is_a(words.PLACE) and case.gap > (0 if token.text == "第" else 2):
        return _PASSED
    if (token.is_a(words.FUTURE) or token.day) and _begins_anew(clause, token, case.behind, case.at):
        return _NOTHING
    return None


def _of_a_day(case: _Case) -> str | None:
    """教育局九月情况：…, 年初确定的12个项目, 9月540人."""
    clause, token = case.clause, case.token
    if token.day is None:
        return None
    if _HEADLINE.match(clause.text, token.end - clause.start):
        return _PASSED
    if _SET_THEN.search(clause.slice(token.end, clause.tokens[case.at].start)):
        return words.PLAN
    return _day_cue(clause, token, case.left[: case.place])


def _of_a_stage(case: _Case) -> str | None:
    """登记一下：学位4800; 12个在建项目竣工2个."""
    clause, token = case.clause, case.token
    if not token.is_a(words.STAGE):
        return None
    if not token.is_a(words.NOW) and case.follows(3).lstrip("一下了").startswith((":", "：")):
        return _NOTHING
    if _of_the_noun(clause, token, case.behind):
        return _PASSED
    if _of_the_number_before(clause, token, case.left[: case.place], case.at):
        return _NOTHING
    return _NOTHING if _counted_anew(clause, token, case.behind, case.at) else None


def _of_its_place(case: _Case) -> str | None:
    """下降到3400个 is 3400; 11所目标学校中9所已开放; 其他：健促学校5所; 我要反馈：绿地100亩."""
    clause, token = case.clause, case.token
    if token.is_a(words.RATE) and case.follows() in ("到", "至", "为"):
        return _NOTHING
    if token.is_a(words.PLAN) and _done_behind(clause.right_of(case.at)):
        return words.NOW
    if token.is_a(words.OTHERS) and case.follows() in (":", "："):
        return _NOTHING
    if token.is_a(words.PLAN, words.FUTURE, words.STAGE) and _of_the_head(clause, token, case.at):
        return _NOTHING
    return None


def _of_its_class(case: _Case) -> str | None:
    """The cue that the word itself is, as the one before it changes it."""
    name = next((name for name in CUES if name in case.token.classes), None)
    if name is not None:
        return _changed(name, case)
    negated = case.token.is_a(words.NEG) and case.place >= len(case.left) - 2 and case.gap <= 2
    return words.NOT_IT if negated else None


# A cue behind another word is what stands on the right.
_CHANGED_BY: Final[dict[tuple[str, str], str]] = {
    (words.TOTAL, words.MONTH): words.MONTH,  # 本月累计
    (words.MONTH, words.UNTIL): _NOTHING,  # 截至9月
    (words.TOTAL, words.NOT_IT): words.NOT_IT,  # 听众加起来420人
}


def _changed(name: str, case: _Case) -> str:
    token, before = case.token, case.before
    if name == words.PLAN and token.text.startswith("全年") and before is not None and before.is_a(words.LAST_YEAR):
        return words.LAST_YEAR
    if name == words.PLAN and _reached_of_it(case.clause, token, case.behind, case.at):
        return words.NOW
    if before is not None:
        if name == words.NOT_IT and token.text.endswith("在册") and before.is_a(words.NOW):
            return words.NOW  # 眼下在册1610
        if name == words.NOW and before.is_a(words.STAGE) and _touch(before, token):
            return words.STAGE  # 选址已确定2处
    if name == words.TOTAL and not (before is not None and before.is_a(words.MONTH)):
        then = _of_another_time(case.left[: case.place])
        if then is not None:
            return then
    for (own, other), told in _CHANGED_BY.items():
        if name == own and before is not None and before.is_a(other):
            return told
    hoped = name == words.TOTAL and any(is_hoped(other) for other in case.left[: case.place])
    return words.FUTURE if hoped else name  # 预计11月底累计23部


_STEPS: Final = (_of_what_is_over, _of_a_day, _of_a_stage, _of_its_place, _of_its_class)


_SET_THEN: Final = re.compile(
    "^(?:就|已经?)?(?:确定|定下?|下达|安排|部署|立项|排定?|公布|承诺)的$"
)  # 年初确定的12个项目
_HEADLINE: Final = re.compile(
    "份?的?(?:工作|项目|任务)?(?:情况|进展|进度|数据|汇报|报告|小结|总结|反馈|报数)[^：:，,0-9]{0,4}[：:]"
)
_THEN_OPEN: Final = (
    "投入使用",
    "投用",
    "投运",
    "通车",
    "开馆",
    "开业",
    "开张",
    "揭牌",
    "到位",
    "封顶",
    "验收",
    "投入运营",
)


def _begins_anew(clause: Clause, token: Token, between: tuple[Token, ...], at: int) -> bool:
    """预计十月下旬投入使用服务患者560人: what was to come ends with a verb of its own, and another thing is named."""
    verb = next((other for other in between if other.text in _THEN_OPEN), None)
    return verb is not None and len(clause.slice(verb.end, clause.tokens[at].start).strip()) >= 3


def _of_another_time(ahead: tuple[Token, ...]) -> str | None:
    """去年一共装了31台: the sum of last year; not 去年31台今年一共4台."""
    said = next((token for token in reversed(ahead) if token.is_a(words.LAST_YEAR, words.THIS_YEAR, words.NOW)), None)
    whole = said is not None and said.is_a(words.LAST_YEAR) and not said.text.endswith(("报", "报的", "次", "期", "回"))
    return (
        words.LAST_YEAR
        if whole and said is not None and said.text.startswith(("去", "上年", "前", "往", "历"))
        else None
    )


def _touch(first: Token, second: Token) -> bool:
    return first.end == second.start


def _reached_of_it(clause: Clause, plan: Token, between: tuple[Token, ...], at: int) -> bool:
    """培训任务完成61%, 送书任务送了7800册: behind the word for the task stands what was done of it."""
    if not plan.text.endswith(("任务", "目标", "指标")):
        return False
    made = "了" in clause.slice(plan.end, clause.tokens[at].start)
    return any(other.is_a(words.DONE) or (made and other.is_a(words.MADE)) for other in between)


def _done_behind(behind: tuple[Token, ...]) -> bool:
    """9所已开放: the word that it is so, and then what."""
    return len(behind) > 1 and behind[0].is_a(words.NOW) and behind[1].is_a(words.DONE, words.MADE)


def _counted_anew(clause: Clause, stage: Token, between: tuple[Token, ...], at: int) -> bool:
    """今年招生新增学位3600: a verb of making and its thing stand between the stage and the number."""
    made = next((token for token in between if token.text in ("新增", "增加", "新建", "建成")), None)
    return made is not None and len(clause.slice(made.end, clause.tokens[at].start).strip()) >= 2


def _of_the_number_before(clause: Clause, stage: Token, ahead: tuple[Token, ...], at: int) -> bool:
    """另一家还在装修演出九场: right behind another number the stage is that one's; a new thing is named behind it."""
    follows = any(token.number for token in clause.tokens[:at]) and all(token.is_a(words.FILL) for token in ahead)
    return follows and len(clause.slice(stage.end, clause.tokens[at].start).strip()) >= 2


_NOUNS: Final = ("项目", "学校", "小区", "工程", "道路", "地块", "的")


def _of_the_noun(clause: Clause, stage: Token, between: tuple[Token, ...]) -> bool:
    """12个在建项目竣工2个: the stage only says which ones are meant; a verb of its own says what was done of them."""
    told = clause.slice(stage.end, stage.end + 2).startswith(_NOUNS)
    return told and any(token.is_a(words.DONE) and not token.is_a(words.STAGE) for token in between)


def _of_the_head(clause: Clause, token: Token, at: int) -> bool:
    """我要反馈：绿地100亩: a word inside what stands ahead of a colon says nothing of the number behind it."""
    between = clause.slice(token.end, clause.tokens[at].start).replace("：", ":")
    return ":" in between and not between.lstrip("是为一下了 ").startswith(":")


_THEN: Final = ("然后", "接着", "再就是", "还有就是")


def _is_over(clause: Clause, token: Token, at: int) -> bool:
    """第三家装修差不多了患者592人, 测量后是104亩: the 了 or 后 ends what was said of the thing before."""
    between = clause.slice(token.end, clause.tokens[at].start)
    if any(word in between for word in _THEN):
        return True
    if between.startswith(("后", "之后")) and between[-1:] in "后是为有到共剩":
        return True
    mark = between.find("了")
    return mark >= 0 and len(between) - mark > 3


def is_hoped(token: Token) -> bool:
    return token.is_a(words.FUTURE) or (token.day is not None and token.day.is_ahead and token.text != "年内")


def is_planned(clause: Clause, at: int) -> bool:
    """下周再办一场, 明天再完成5户: an increase that is still to come."""
    return any(is_hoped(token) or token.is_a(words.NEXT) for token in clause.left_of(at))


def _day_cue(clause: Clause, token: Token, before: tuple[Token, ...]) -> str | None:
    """比8月底多: an increase; 9月540人: the month's; 去年12月: last year's; 8月25日3200个: as of then."""
    assert token.day is not None
    ahead = clause.slice(token.start - 1, token.start)
    if ahead in ("比", "较"):
        return words.MORE
    until = any(other.is_a(words.UNTIL) for other in before) or ahead in ("到", "至")
    if until:
        return None
    if "去年" in token.text or "上年" in token.text:
        return words.LAST_YEAR
    if token.day.is_year:
        return words.LAST_YEAR if token.day.is_past else words.FUTURE
    if token.day.is_so_far:
        return words.TOTAL
    if token.day.is_period and not clause.has(words.FUTURE, words.NOW, words.TOTAL):
        return words.MONTH
    if token.day.is_ahead and not token.day.begins:
        return words.FUTURE
    if not token.day.is_past or clause.has(words.NOW, words.FUTURE, words.TOTAL):
        return None
    if token.day.is_limit and token.text.endswith(("前", "为止", "止")):
        return None  # 10.1之前送戏送满66场: as of then
    happened = any(other.is_a(words.DONE, words.MADE) for other in clause.tokens if other.start > token.start)
    return words.MONTH if happened and not token.day.is_today else "dated"
