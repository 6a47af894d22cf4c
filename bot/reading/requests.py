"""What the writer wants done, in own words: 明天再提醒我一下, 上次报的发我看看."""

from __future__ import annotations

import re
from typing import Final

_ASKING: Final = (
    "(?:麻烦|请|帮忙|帮我|帮|劳烦|劳驾|辛苦|能不能|可以|现在|再|你|您|给我|先|督办|助手|小助手|机器人|，|,|。| )*"
)
_OWN: Final = (
    "(?:上报|填报|报送|报的|报过|报了|数据?|台账|表格?|清单|汇总|记录|情况|明细|名单"
    "|原话|任务|历史|进度表|内容|通知|模板|链接)"
)
_WHOM: Final = (
    "(?:[\u4e00-\u9fff]{1,4}(?:局|办|委|中心)|他们|她们|大家|各单位|各家|没报的|未报的|没反馈的|那几家|其他单位|剩下的)"
)
_PLEASE: Final = "(?:please|pls|plz|can you|could you|kindly)"
_REQUESTS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        "(?<![谢感多你您])(?:再|到时候?|到时|届时)?(?:提醒|叫|通知|催)(?:一下|下)?我们?(?:一下|下|一声|一次|哈|啊|吧|填|报)*"
        r"(?:[，,。!！~]|$)",
        "^(?:请|麻烦|记得|到时候?|明天|后天|今晚|下?周[一二三四五六日末]?|晚上|[上下中]午|早上|月底"
        "|[0-9一二三四五六七八九十]+点|再| )*"
        "提醒(?:一下|下)?我们?",
        "我?的?提醒(?:时间|改|挪)?(?:挪|改|调|换|推|提前|延)(?:到|至|成|为)",
        "(?:再|重新)?(?:发|推)(?:一遍|一次|一下|个|条)?提醒[吧哈]*$|(?:再|重新)提醒(?:一次|一下|一遍)?[吧哈]*$",
        f"^{_ASKING}(?:打印|导出|下载|生成|列)(?:一份|一下|个|张|一张|出)?[^，。；;,0-9没未]{{0,8}}(?:表|台账|清单|汇总|记录|明细)[吧哈]*$",
        "(?:切换(?:成|为|到)?|换成|换为|改成|改为)(?:英文|英语|中文|汉语|English)",
        f"^{_ASKING}(?:催一?催|催一?下|催办|催促|提醒|提醒一下|提醒下)(?:一下|下)?{_WHOM}",
        f"(?:^|[，,])(?:把|将|{_ASKING})[^，。；;,]{{0,16}}{_OWN}[^，。；;,]{{0,8}}?(?:发|导|传|推|转|调|拉|翻|找|打印?|整理|汇总|列)"
        "(?:给|出|到|成|个|来|我|们|过)*(?:看看|看下|看一下|瞧瞧|一份|一下|一遍|一次|过来|核对?|参考|对一?下|个?表?格?|一份表)*(?:给我)?[吧哈啊呗。!！~]*$",
        f"(?:^|[，,])(?:{_ASKING})(?:查|看|调|翻|导出?|下载|打印|拉|列)(?:一下|下|看|出来|出|个|份|一份|一遍|一个)?(?:我们?|上次|之前|上个?月|今年|历次|往期|各单位|全区)"
        f"[^，。；;,？?]{{0,8}}{_OWN}[吧哈啊呗。!！~]*$",
        f"(?:^|[，,])(?:{_ASKING})(?:发|导|传|推|转)(?:给?我们?)?(?:一遍|一份|一次|一下|个)[^，。；;,0-9？?]{{0,8}}{_OWN}[吧哈啊呗。!！~]*$",
        rf"(?i:^\s*{_PLEASE}?[ ,]*(?:remind|nudge|chase|export|download|resend|list|show|(?:send|give) me)\b)",
    )
)
_NOT_ASKED: Final = re.compile("[没未]|已|还不|还要等|等他|等她|谢谢|感谢|收到|别|不用|不要|无需|怎么|如何")


_STILL_SILENT: Final = re.compile("(?:还|都)?[没未](?:有)?(?:回|报|反馈|填|交|答复)[过了]?的")


def requested(folded: str) -> bool:
    """Whether the message as a whole orders something.

    Catches 明天上午九点再提醒我一下, 催一下民政局, 把我历次报的数导一份表给我, remind 民政局 now. Not: 谢谢提醒我,
    表还没发给我, 我催一下资规局 (what the writer does).
    """
    if len(folded) > 48:
        return False
    found = next((match for pattern in _REQUESTS if (match := pattern.search(folded))), None)
    return found is not None and not _NOT_ASKED.search(_STILL_SILENT.sub("", folded[: found.end()]))
