"""Clauses that say of the number before them that it is not the last word: 我再核一下, 准数周五再报, 数还在跑."""

from __future__ import annotations

import re
from typing import Final

_WHO: Final = (
    "(?:我们?|咱们?|这边|回头|还|先|等下|等会儿?|晚点|稍后|明[天早]|今[天晚]|下午|这两天|要|得|需要?|让我|数字?|数据)"
)
_CHECK: Final = "(?:核实|核对|核查|复核|核准|核|确认|查证|查|问问|问|对)"
# 回头核一下再定, 明天对完数再报
_THEN_TOLD: Final = re.compile(
    "^(?:我|还|先|等|回头|明天|下午|晚点|让)?[^，。；]{0,6}(?:核实?|核对|查|对|问|确认|算)(?:一?[下遍]|清楚|完|准|好)?(?:数|账|台账)?"
    "(?:了|以后|之后|后)?再(?:定|报|说|改|补)[^，。；]{0,3}$"
)
# 我再核一下, 再核实一遍给你, 待核; not 消防图再核一次, which is another thing's
_CHECKED_AGAIN: Final = re.compile(
    f"^{_WHO}*(?:再(?:[跟和找][^，。；;0-9]{{1,6}})?{_CHECK}(?:实|对)?(?:一?[下遍次])?(?:[个俩]?数[据字]?|问|查)?(?:现场|科里|科室|台账|施工方|对方)?"
    f"|(?:还[要得需]|得|要){_CHECK}(?:一?[下遍次]|数)?|待{_CHECK})"
    "(?:给[你您]|报[你您]|答复|回[你您])?[吧哈啊的]?$"
)
# 准数周五再报, 确切数字等统计出来再给您
_EXACT_LATER: Final = re.compile(
    "(?:准数|准确的?数[字据]?|确切的?数[字据]?|精确的?数[字据]?|最终的?数[字据]?|正式的?数[字据]?|最后的?数[字据]?|准的)"
    "[^，。；;]{0,12}(?:再|等|明|后天|下周|周[一二三四五六日天]|晚点|回头|稍后|还|没|未|以)"
)
# 系统里数还在跑, 数还没定, 数据还在汇总
_STILL_COUNTED: Final = re.compile(
    "(?:数|数字|数据|台账|口径)(?:我们?|这边|目前|现在|都)?(?:还[没未在要得]|仍在|没有?|未|尚未|正在|在|待)(?:最终|最后|完全|系统里?)?"
    "(?:出|跑|定|核|对|汇总|统计|敲定|落定|复核|清洗|锁定?|导)"
    "(?:实|准|完|好|下来|定|对|出|死)?(?:[呢着啊吧]|出来|过)?$"
)


def is_unsettled(text: str) -> bool:
    """Whether the clause says that the number is going to be checked, or that the exact one will follow.

    Not: 已核实 (it stands), 补贴还在核, 监理在核工程量 (other things are checked).
    """
    said = text.strip()
    return any(form.search(said) for form in (_THEN_TOLD, _CHECKED_AGAIN, _EXACT_LATER, _STILL_COUNTED))
