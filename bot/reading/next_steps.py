"""The next step, in the person's own words."""

from __future__ import annotations

import re
from typing import Final

from bot.reading import kinds, words
from bot.reading.clauses import Clause
from bot.reading.dates import Dated
from bot.reading.stretch import EDGE, Words, stretch
from bot.reading.tokens import Token

_LEAD_NEXT: Final = re.compile(
    r"^[\s，,、:：]*(?:我们|我局)?(?:下一步|下步|下一阶段|下阶段|接下来|整改措施|应对措施|解决措施|措施|对策)"
    r"(?:工作|计划|打算|安排|措施|准备)?(?:嘛|呢|么)?(?:将|是|为)?[:：，, ]*"
    r"|^(?i:next steps?|next)[:, ]*"
)


def find_next(clauses: list[Clause], dates: list[Dated], taken: tuple[int, int] | None) -> Words | None:
    """What is to be done next.

    Catches 下一步抓紧竣工验收, 10月中旬招标, 9月起补开, 准备下周开会. Not: 预计11月底完成 (a finish), 计划5000个.
    """
    start = next((place for place, clause in enumerate(clauses) if announced(clause) and not clause.asks), None)
    if start is not None:
        end = start
        while (
            end + 1 < len(clauses)
            and not clauses[end + 1].new_sentence
            and not _is_finish_only(clauses[end + 1], dates)
        ):
            end += 1
        return stretch(clauses, start, end, _LEAD_NEXT, "next step words")
    for place, clause in enumerate(clauses):
        if taken and taken[0] <= clause.start < taken[1]:
            continue
        if _planned(clause, dates):
            return stretch(clauses, place, place, _LEAD_NEXT, "planned")
    return None


def announced(clause: Clause) -> bool:
    token = clause.first(words.NEXT)
    return (
        token is not None
        and (token.start - clause.start <= 4)
        and not token.text.startswith(("下周", "下个月", "下月", "后面", "之后", "随后"))
    )


def _is_finish_only(clause: Clause, dates: list[Dated]) -> bool:
    return any(dated.clause is clause and dated.role == "finish" for dated in dates)


def _planned(clause: Clause, dates: list[Dated]) -> bool:
    roles = {dated.role for dated in dates if dated.clause is clause}
    if REPORTS_LATER.search(clause.text) or (kinds.promises(clause.text) and not clause.numbers()):
        return False  # 患者服务数和驿站下周另报
    if clause.asks or roles & {"finish", "past", "cut_off", "extension", "forecast"}:
        return False
    if clause.has(words.NOW, words.DONE):
        return False
    if any(_begins_later(token) and len(clause.text.strip(EDGE)) - len(token.text) >= 2 for token in clause.tokens):
        return True
    if _soon(clause) or _put_on(clause) or _again(clause):
        return True
    future = clause.first(words.FUTURE, words.NEXT)
    if future is None or clause.numbers() or clause.has(words.NOW, words.PROBLEM, words.HEARSAY):
        return False
    return future.text in (
        "准备",
        "打算",
        "拟",
        "拟于",
        "即将",
        "将",
        "计划于",
        "后续",
        "下周",
        "下个月",
        "下月",
        "随后",
        "plan to",
        "plans to",
        "going to",
    ) and bool(_verb(clause, future))


def _begins_later(token: Token) -> bool:
    """10月起, not 7月以来."""
    day = token.day
    return day is not None and day.begins and not (day.is_past or token.text.endswith(("以来", "至今")))


_AGAIN: Final = re.compile(
    "^(?:我们|我局|准备|打算)?(?:这[两几]天|过[两几]天|下周|下个?月|下旬|节后|明后天|明天|后天|本周|这周|周[一二三四五末]|月底|年底)?"
    "(?:前|内)?(?:还|会|要|得|还得|还要|需|需要|准备|打算)?(?:再去|再跑|再谈|再找|再催|再约|再组织|再开|再办|补种|补栽|补做|补办|补测|补训|重新)"
)


def _again(clause: Clause) -> bool:
    """这两天再去谈两所, 得补种: what is to be done once more."""
    text = clause.text.strip(EDGE)
    match = _AGAIN.match(text)
    done = clause.has(words.DONE, words.NOW, words.NEG, words.LAST_YEAR) or "了" in text
    return (
        match is not None and not done and not text.startswith(("重新", "再谈", "再开", "再办", "补办", "补测", "补训"))
    )


REPORTS_LATER: Final = re.compile("再(?:报|定|说|改)[吧哈了呢 。]*$")  # 等台账对完再报
_PUT_ON: Final = re.compile("(?:放到|放在|安排在|安排到|排在|排到|约在|约到|定在|推到|挪到|留到|等到|改在)(?:了)?$")


def _put_on(clause: Clause) -> bool:
    """指导员培训放到9月, 7月下旬再通一条: a deed and the day that it is set on."""
    day = next((token for token in clause.tokens if token.day is not None and token.day.is_ahead), None)
    if day is None or clause.has(words.WAIT, words.NEG, words.HEARSAY):
        return False
    ahead, behind = clause.slice(clause.start, day.start).strip(EDGE), clause.slice(day.end, clause.end).strip(EDGE)
    counts = [token for token in clause.tokens if token.number]
    if _PUT_ON.search(ahead):
        return not counts
    return behind.startswith("再") and len(behind) >= 2


_SOON: Final = (
    "下周",
    "下个月",
    "下月",
    "节后",
    "国庆后",
    "假期后",
    "明天",
    "后天",
    "这周内",
    "本周内",
    "近期",
    "月底前",
    "后面",
    "后续",
)


def _soon(clause: Clause) -> bool:
    """下周再跑一趟市里: what comes next, but no count, no meeting, no finish."""
    text = clause.text.lstrip(EDGE + " ")
    return (
        text.startswith(_SOON)
        and len(text) > 5
        and not clause.numbers()
        and not clause.has(words.DONE, words.EVENT, words.NEG)
    )


def _verb(clause: Clause, future: Token) -> str:
    return clause.slice(future.end, clause.end).strip(EDGE)
