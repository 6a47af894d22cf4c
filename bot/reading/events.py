"""What happens on a date: a finish, a start, a meeting, a stage."""

from __future__ import annotations

import re
from typing import Final

from bot.reading import words
from bot.reading.clauses import Clause
from bot.reading.model import RowContext
from bot.reading.part_or_whole import milestone
from bot.reading.tokens import Token

_MILESTONES: Final = ("封顶",)


# 招标11月底完成, 公示到15日结束: what ends then is a step on paper.
_ON_PAPER: Final = re.compile(
    "(?:招标|招投标|公示|征收|征迁|征地|拆迁|审批|报批|批复|立项|设计|方案|评审|评估|采购|报名|摸底|摸排|签约|勘察|选址|图审|审图"
    "|预算|手续|挂网|推荐|申报|初审|审核|订货|备案)(?:工作|期|环节|阶段)?(?:预计|计划|争取|力争|拟|将|要|能|大概|估计|可)?(?:于|在|到|至)?$"
)


def event_of(clause: Clause, at: int, after: tuple[Token, ...], row: RowContext | None) -> str | None:
    """What the date is the date of: the nearest verb behind it, else the last before it."""
    behind = [_kind(clause, other, row) for other in after]
    if _ON_PAPER.search(clause.slice(clause.start, clause.tokens[at].start)):
        return "event"
    ahead = [_kind(clause, other, row) for other in reversed(clause.tokens[:at])]
    kinds = [kind for kind in behind if kind] or [kind for kind in ahead if kind]
    if kinds[:2] == ["event", "finish"] and any("验收" in other.text for other in after):
        return "finish"
    if not kinds:
        return "finish" if _END_NOUN.search(clause.slice(clause.start, clause.tokens[at].start)) else None
    if kinds[0] == "finish" and len(kinds) > 1 and kinds[1] == "stage" and behind[:1]:
        return "event"
    return "event" if kinds[0] == "stage" else kinds[0]


# 开放日期定在11月18日, 封顶日子看下来是12/18
_END_NOUN: Final = re.compile(
    "(?:开放|开馆|开园|投用|投运|启用|交付|竣工|完工|封顶|通车|收尾|完成|建成|收官|销号|结束|贯通)(?:的)?"
    "(?:日期|时间|日子|节点|时限|期限|日)"
)


_PAID: Final = ("拨付", "到账", "支付", "发放补贴", "拨款")
_OPENINGS: Final = frozenset(("开放", "启用", "投用", "投运", "通车", "贯通"))


def _in(row: RowContext) -> list[str]:
    return [word for word in _OPENINGS if word in row.content]


def _is_all(clause: Clause, token: Token) -> bool:
    """Not the 全 of 全民健身运动会10月16日办, which is a name's."""
    return token.is_a(words.ALL) and clause.slice(token.start, token.start + 2) != "全民"


def _kind(clause: Clause, token: Token, row: RowContext | None) -> str | None:
    reached = next((word for word in _MILESTONES if word == milestone(token.text)), None)
    if reached and token.is_a(words.DONE, words.MADE, words.STAGE):
        return "finish" if row is not None and (reached in row.content or not row.content) else "stage"
    if token.is_a(words.DONE):
        return "finish"
    if token.is_a(words.MADE) and not token.is_a(words.FILL) and any(_is_all(clause, other) for other in clause.tokens):
        return "finish"  # 第四季度全部开放
    if token.is_a(words.MADE) and row is not None and not row.targets and token.text in _OPENINGS & {*_in(row)}:
        return "finish"
    if token.is_a(words.EVENT) or token.text in _PAID:
        return "event"
    if token.is_a(words.START) and not token.is_a(words.FILL):
        own = row is not None and any("开工" in target.label for target in row.targets)
        every = any(
            other.is_a(words.ALL, words.LEFT, words.OTHERS) or "全" in other.text or other.text in ("余下", "剩余")
            for other in clause.tokens
        )
        return "finish" if own and every and "开" in token.text else "start"
    if token.is_a(words.STAGE) and not token.is_a(words.ONGOING):
        return "stage"
    return None
