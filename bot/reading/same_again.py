"""The many ways to say that there is nothing new, put one way."""

from __future__ import annotations

import re
from typing import Final

_LAST: Final = (
    "(?:月初|月头|上旬|上个?月|上一?[次回期周轮]|上个?礼拜|前[次回期]|之前|以前|原来|先前"
    "|[0-9一二三四五六七八九十]{1,3}月(?:份|底|末|初)?)"
)
_OF_IT: Final = (
    "(?:报给?你?们?的|填的|发的|给的|写的|说的|那个|那份|那版|那样|那些|的)*"
    "(?:数据|数字|数|情况|进度|进展|内容|话|说法|表)?"
)
_END: Final = r"(?=[吧哈了啊呀呢哦嘛]*(?:$|[\s，,。;；.!！~]))"
_WAYS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        # 照上个月的来, 就按上次报的数填, 沿用9月的
        f"(?:还是|就|还|仍|都|全部?)?(?:先)?(?:参照|按照|比照|沿用|沿袭|照搬|照抄|抄|照着?|按|依|用)(?:着)?{_LAST}{_OF_IT}"
        f"(?:来|报|填|走|算|写|记|上|就行|就好|即可|不改|不动)*{_END}",
        # 跟上次没差, 和上回比没什么两样, 与9月一个样
        f"(?:跟|和|与|同|比|较){_LAST}{_OF_IT}(?:相比|比起来|比|相较)?[，,]?(?:都|也|还|几乎|基本上?)?"
        "(?:没差别?|没有?(?:什么|啥|多大)?(?:区别|两样|不同|出入|变)|同?一个数字?(?!据?[不有对])|一个样|一模一样|一样|没变|无异|无区别|无差别|差不多|持平|不变|没动)"
        + _END,
        # 没啥新东西, 没有新的内容, 暂无新消息
        "(?:没有?|暂?无)(?:什么|啥|任何|太多|多少)?新的?(?:东西|内容|情况|进展|数据?|动作|变化|消息|活动|进度|名堂|料|说法|成果)",
        # 没啥好报的, 没什么可更新的
        "(?:没有?|无)(?:什么|啥)?(?:[可好要]|需要|可以)(?:报|说|汇报|填|更新|补充|写|反馈)的?" + _END,
        # 数还是那个数, 还是老数字
        f"(?:数据?|数字|情况)?(?:还是|仍是|依旧是?)(?:老|原来?的?|那个|那些|那几个|这个)(?:数据?|数字|样子|情况){_END}",
        f"(?:还是|仍是?|就是|就按){_LAST}(?:那些|那个|那版|那组|那几个|那几句|那份|报的|的)*(?:数据?|数字|情况|话|内容|说法)?{_END}",
        "(?:不用|不必|无需|不需要|不需|没必要)(?:再|做)?(?:更新|改动|调整|变动)" + _END,
        f"{_LAST}{_OF_IT}(?:照搬|照抄|沿用|照旧)(?:即可|就行|就好|下来)?{_END}",
        "一切如旧|情况如旧|零变化|^原样(?=[，,。 ]|$)",
        "原地踏步|没挪窝|没动窝|纹丝不动|纹丝未动",
        "(?i:nothing (?:new|more|else)? ?to (?:add|report)|same (?:figures?|numbers?|status|as) (?:as |in )?(?:before"
        "|last(?: month| time| week)?|previously|(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*)"
        "|no movement|as before)",
    )
)
_STILL: Final = re.compile(
    "(?<=[报填交发说][过了])(的?[，, ]*(?:后来|之后|到?现在|一直|都|还|也|就|又|再)*)([没未]动)"
    "(?:过|静|弹)?(?![工迁土])"
)
_REPORTED: Final = tuple(
    re.compile(pattern)
    for pattern in (
        # 数据上周已经填系统里了
        "(?:已经?|早就|早|刚|上周.?|上礼拜.?|昨天|前天|之前|前面)[^，。；;,0-9]{0,8}?(?:填报?|录入?|上?传|报|发|提交)(?:到|进|在|给)?了?"
        "(?:系统|平台|邮箱|群|OA|台账|共享文档|省系统|市系统|邮件|你们邮箱)(?:里面?|上|中)?了?" + _END,
        # 见昨天的回复, 看下上面
        "(?:(?:详?见|参见)(?:上面|上一?条|前面|昨天|之前|刚才|上次|前天)|[看翻]一?下(?:上面|上一?条|前面))"
        "的?(?:回复|消息|报的|内容|数据|反馈|那条)?" + _END,
        # 系统里有，不再重复
        "(?:系统|平台|OA|台账|邮件|群|上条|上面)(?:里面?|上|中)?(?:都|已经?)?有了?[，,]?不再?(?:重复|另|赘)",
        # 前天报过一次了, 在OA报了, 我昨天不是回过了吗, 数已口头报给老王
        "[报发交回填]过(?:一|两|几|好几|[0-9])(?:次|遍|回)了?" + _END,
        "在(?:系统|平台|OA|邮箱|群|钉钉|微信)(?:里面?|上|中)?(?:填|报|交|发|传)(?:报|送|过)?了" + _END,
        "不是(?:都|已经|刚|才)*(?:报|回|发|交|填|说|反馈)过了?[吗嘛么]",
        "(?:已经?|早[就已])[^，。；;,0-9]{0,6}(?:报|交|发|说|讲|汇报|回)给[^，。；;,0-9]{1,5}了?" + _END,
        "(?i:see (?:my|the) (?:last|previous|earlier) (?:message|reply|report))",
    )
)
_SEEN: Final = re.compile(
    "[照按依用跟和与同比较没无原纹填录传给见抄零过]|在|系统|平台|see|看下|看一下|翻|如旧|不是|不用|不必|不需|还是|仍是|依旧"
    "|nothing|same|movement|as before",
    re.I,
)


def nothing_new(folded: str) -> str:
    """没变化 in place of other words for it; every position stays what it was.

    Catches 照上个月的来, 跟上次没两样, 这月没新东西, 没啥好报的, 周三报过，没动.
    Not: 按上月口径算 (how it is counted), 比上月多30户, 没有新的困难.
    """
    if not _SEEN.search(folded):
        return folded
    for pattern in _WAYS:
        folded = pattern.sub(_unchanged, folded)
    for pattern in _REPORTED:
        folded = pattern.sub(lambda match: "报过了".ljust(len(match[0]), "，"), folded)
    return _STILL.sub(lambda match: match[1] + "没变".ljust(len(match[0]) - len(match[1]), "，"), folded)


def _unchanged(match: re.Match[str]) -> str:
    word = "没变化" if len(match[0]) >= 3 else "没变"
    return word.ljust(len(match[0]), "，") if len(match[0]) >= len(word) else match[0]
