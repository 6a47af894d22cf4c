"""Other words for asking for more time, put as 延到: 容我们到11月20日, 能不能晚点交账."""

from __future__ import annotations

import re
from typing import Final

_A_DAY: Final = "(?=[0-9一二三四五六七八九十明年下次月季春元开]|20[0-9]{2}年)"
_WE: Final = "(?:我们|咱们|我局|我|俺们)"
# 容我们到11月20日; not 内容到位, 容易到.
_ALLOW: Final = re.compile(f"(?<![内形从笑宽包阵])容许?{_WE}?(?:再)?(?:做|干|弄|拖|放|缓)?到{_A_DAY}")
# 给我们到12月底行不行, 让我们拖到11月
_LET: Final = re.compile(f"(?:让|给|准|许|允许){_WE}(?:再)?(?:做|干|弄|拖|放|缓)?到{_A_DAY}")
_MAY_IT: Final = re.compile("[吗嘛不][?？。 ]*$|[?？]|行不行|可不可以|好不好|成不成|能不能|可否|能否|请|恳|望|求|麻烦")
# 能不能晚点交账, 想晚几天完工
_LATER: Final = re.compile(
    f"(?:能不能|能否|可否|可不可以|是否可以|想|请求|恳请|希望)(?:再|让|给|容|{_WE}|也|稍微?|往后)*"
    "(?:晚|迟|缓|拖)(?=(?:一?[点些]|几天|一阵子?|一段时间?)?(?:再)?"
    "(?:交账|交卷|交工|交付|交差|完工|完成|完(?!善)|竣工|弄完|收尾|投用|开放|封顶|通车))"
)
# 恳请宽限到那一天: the day that was just named.
TILL_THEN: Final = re.compile(
    "(?:延|延期|延长|宽限|推迟|推|顺延|缓|放|拖|展期)(?:到|至)(?:那(?:一?天|时候?|会儿?|个时候|个时间)|届时|当天)"
)

# 申请放到明年3月底, 想再给一个月: more time is asked for.
_PUT_OFF: Final = re.compile(
    "((?:申请|请求|恳请|希望|想|能否|能不能|可否|可不可以|建议)[^，。；;,\n]{0,16}?)"
    "((?:[放挪移调改推排拖缓宽延给]|调整|变更|修改)[到至在为成])"
    "(?=明年|来年|次年|下一?年|20[0-9]{2}年|春节|年后|开春|过年|元旦)"
)
# we need until February 15, can item 9.1 be extended to February 15
_NEED_UNTIL: Final = re.compile(r"\bneed(?= (?:more time |an extension )?until\b)", re.I)
_HAVE_UNTIL: Final = re.compile(r"\b(?:can|could|may) (?:we|i) (?:have|get)(?= until\b)", re.I)
_BE_EXTENDED: Final = re.compile(r"(\b(?:can|could|may)\b[^.;\n]{1,40}?\b)be (?=extended|postponed|pushed|moved)", re.I)
_GIVE_TIME: Final = re.compile(
    "((?:申请|请求|恳请|希望|想|能否|能不能|可否|可不可以|麻烦|请)[^，。；;,\n0-9]{0,6}?)"
    "(?:再|多)给(?=(?:我们?)?[0-9一两二三四五六七八九十半]+个?(?:月|周|星期|天|礼拜))"
)


_SEEN: Final = re.compile("[容让给准许晚迟缓拖]")


def time_asked_for(folded: str) -> str:
    """The text with such words as a request for an extension; every position stays what it was.

    Catches 容我们到11月20日行不行, 给我们到年底可以吗, 能不能晚点交账, 申请放到明年3月底, 想再给一个月,
    we need until February 15. Not: 领导让我们到10月底完成, 内容到位, 容易.
    """
    folded = _PUT_OFF.sub(lambda match: match[1] + ("延到" if len(match[2]) == 2 else "延期到"), folded)
    folded = _HAVE_UNTIL.sub(lambda match: "申请延期".ljust(len(match[0])), folded)
    folded = _BE_EXTENDED.sub(r"\g<1>希望 ", _NEED_UNTIL.sub("申请延期", folded))
    folded = _GIVE_TIME.sub(lambda match: f"{match[1]}宽限", folded)
    if not _SEEN.search(folded):
        return folded
    folded = _ALLOW.sub(_until, folded)
    if _MAY_IT.search(folded):
        folded = _LET.sub(_until, folded)
    return _LATER.sub(lambda match: "希望延期".rjust(len(match[0]))[: len(match[0])], folded)


def _until(match: re.Match[str]) -> str:
    said = match[0]
    return {2: "延到", 3: "请延到"}.get(len(said), "申请延到".rjust(len(said)))
