"""The word or date that says what the number behind it is: 已, 计划, 本月, 去年, 还剩."""

from __future__ import annotations

import re
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
        token = left[place]
        if token.is_a(words.STAGE, words.ONGOING, words.PROBLEM) and _is_over(clause, token, at):
            return None
        if theirs and token.is_a(words.STAGE, words.ONGOING) and not token.is_a(words.NOW):
            continue
        if token.is_a(words.PLACE) and clause.tokens[at].start - token.end > (0 if token.text == "第" else 2):
            continue  # 第一批80户
        if (token.is_a(words.FUTURE) or token.day) and _begins_anew(clause, token, left[place + 1 :], at):
            return None
        if token.day is not None and _HEADLINE.match(clause.text, token.end - clause.start):
            continue  # 教育局九月情况：
        if token.day is not None and _SET_THEN.search(clause.slice(token.end, clause.tokens[at].start)):
            return words.PLAN
        if token.day is not None and (cue := _day_cue(clause, token, left[:place])):
            return cue
        if (
            token.is_a(words.STAGE)
            and not token.is_a(words.NOW)
            and clause.slice(token.end, token.end + 3).lstrip("一下了").startswith((":", "："))
        ):
            return None  # 登记一下：学位4800
        if token.is_a(words.RATE) and clause.slice(token.end, token.end + 1) in ("到", "至", "为"):
            return None  # 下降到3400个 is 3400
        if token.is_a(words.PLAN) and _done_behind(clause.right_of(at)):
            return words.NOW  # 11所目标学校中9所已开放
        if token.is_a(words.STAGE) and _of_the_noun(clause, token, left[place + 1 :]):
            continue  # 12个在建项目竣工2个
        if token.is_a(words.STAGE) and _of_the_number_before(clause, token, left[:place], at):
            return None
        if token.is_a(words.STAGE) and _counted_anew(clause, token, left[place + 1 :], at):
            return None
        if token.is_a(words.OTHERS) and clause.slice(token.end, token.end + 1) in (":", "："):
            return None  # 其他：健促学校5所
        if token.is_a(words.PLAN, words.FUTURE, words.STAGE) and _of_the_head(clause, token, at):
            return None
        for name in CUES:
            if name in token.classes:
                if (
                    name == words.PLAN
                    and token.text.startswith("全年")
                    and place
                    and left[place - 1].is_a(words.LAST_YEAR)
                ):
                    return words.LAST_YEAR
                if name == words.PLAN and _reached_of_it(clause, token, left[place + 1 :], at):
                    return words.NOW
                if name == words.NOT_IT and token.text.endswith("在册") and place and left[place - 1].is_a(words.NOW):
                    return words.NOW  # 眼下在册1610
                if name == words.NOW and place and left[place - 1].is_a(words.STAGE) and _touch(left[place - 1], token):
                    return words.STAGE  # 选址已确定2处
                if name == words.TOTAL and place and left[place - 1].is_a(words.MONTH):
                    return words.MONTH
                if name == words.MONTH and place and left[place - 1].is_a(words.UNTIL):
                    return None  # 截至9月
                if name == words.TOTAL and (then := _of_another_time(left[:place])) is not None:
                    return then
                if name == words.TOTAL and place and left[place - 1].is_a(words.NOT_IT):
                    return words.NOT_IT  # 听众加起来420人
                if name == words.TOTAL and any(is_hoped(other) for other in left[:place]):
                    return words.FUTURE  # 预计11月底累计23部
                return name
        if token.is_a(words.NEG) and place >= len(left) - 2 and clause.tokens[at].start - token.end <= 2:
            return words.NOT_IT
    return None


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
