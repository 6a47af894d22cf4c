"""The signs by which rows are named: patterns, and what tells whether one fits; for split.py."""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from typing import Final

# No list is longer; what is (1 2 1 2 …) is no list.
MOST: Final = 100
STOPS: Final = "\n\r；;。!！?？"
PAUSES: Final = "，,、:："
OPENING: Final = "(（[【"
CLOSING: Final = ")）]】"
RANGES: Final = frozenset("-~到至")
MARK: Final = re.compile(r"[.．、)）\]】:：]|\ufe0f?\u20e3|\ufe0f")
CIRCLED: Final = {char: str(number) for number, char in enumerate("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", 1)}
CHINESE: Final = {"两": 2, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
# 序号6, 项目4.3, 第三项, row 4.3, #2; 项目 only where a clause begins, or 12 of them would be meant.
NAMED: Final = re.compile(
    r"(?P<id>序号|任务编号|编号)[ :：]?(?P<idno>[0-9]{1,2}(?:[.\-][0-9]{1,2})?)(?![0-9成])"
    r"|(?<![^\s，,。；;:：(（\n])(?P<project>项目|任务(?=[ ]?[0-9.\-]+(?:[:：完已进的项 ]|$)))[ ]?"
    r"(?P<projectno>[0-9]{1,2}(?:[.\-][0-9]{1,2})?)(?![0-9.%成万千百个家所户条亩])"
    r"|第(?P<nths>[0-9](?:[、,，和][0-9])+)项"
    r"|(?:^|(?<=[\n，,。；;]))(?P<cnths>[一二三四五六七八九](?:[、和][一二三四五六七八九])+)[这那]?[两二三四五几]?项"
    r"|第(?P<nth>[0-9]{1,2}|[一二三四五六七八九十]{1,2})(?:项(?:任务|工作)?|条(?=[:：，, ]))"
    r"|(?<![A-Za-z])(?i:row|item|task|no\.?|number)[ ]?#?(?P<english>[0-9]{1,2}(?:[.\-][0-9]{1,2})?)(?![0-9%])"
    r"|#(?P<hash>[0-9]{1,2}(?:[.\-][0-9]{1,2})?)(?![0-9%])"
    r"|(?P<called>[0-9]{1,2}|[一二三四五六七八九十]{1,2})号(?:那项|这项|项目|任务|那个|那条)"
    r"|(?P<last>最后[一1]项|倒数第(?P<from_end>[0-9]|[一二三四五六七八九])项)"
    r"|前(?P<first>[0-9]|[两二三四五六七八九])项"
    r"(?=分别|都|均|没|无|是|，|,|[:：][ ]?[0-9][0-9.,万]*[个户人家所场条亩台部套名%]{0,2}、)"
    r"|(?P<circled>[①-⑳])"
    r"|(?:^|(?<=[\n\r；;。]))[ ]*(?P<list>[一二三四五六七八九十]{1,2})[、.．](?=[^\n])"
)
SPOKEN: Final = "\ue000"  # the 点 of an id as it is dictated: 四点三
DOTTED: Final = re.compile(rf"(?<![0-9.])([0-9]{{1,2}})([.\-{SPOKEN}])([0-9]{{1,2}})(?![0-9]|\.[0-9])")
DATE_AHEAD: Final = re.compile(r"[ ]?(?:之前|以前|前|起|日|号|底|左右|晚|下午|上午|以后|之后|后)")
DATE_BEFORE: Final = re.compile(
    r"(?:预计|争取|力争|确保|计划|定于|拟于|将于|(?<!关)于|(?<![0-9])到|至|截至|截止|在|from|by|until|till|on)[ ]?$"
)
MAYBE_DATE: Final = re.compile(r"[ ]?(?:正式|全面|主体)?(?:开工|竣工|封顶|完工|开馆|通车)(?!时间|日期|节点|率|的)")
INTRODUCED: Final = re.compile(
    r"(?:将|为|给|针对|请将|请把|除|除了|刚才发的|刚才的|刚发的|刚才|刚刚|上面|前面|上次|早上|昨天|关于|对|把|项目|任务|序号|编号|，|就是|就|只有|唯独|还有|以及|和|与|及|说下|报下|报一下|目前|现在|当前|我们|咱们)$"
)
COUNTABLE: Final = frozenset(
    [
        "个",
        "所",
        "户",
        "人",
        "人次",
        "名",
        "位",
        "场",
        "册",
        "套",
        "条",
        "座",
        "处",
        "家",
        "台",
        "部",
        "栋",
        "幢",
        "项",
        "辆",
        "件",
        "次",
        "棵",
        "株",
        "份",
        "班",
        "组",
    ]
)


# What is counted in, behind a number as people type it: a pattern of any of them.
COUNTED_IN: Final = "[个家所户人名套条场册亩台部次期位]*"
LOOSE: Final = frozenset("只处家个条项台部节段")  # nobody counts these in tenths


ENGLISH_WORD: Final = re.compile(r" ([A-Za-z]+)")
OF_ALL_ITEMS: Final = ("都", "均", "没", "无", "已", "还没", "完成", "全", "任务", "工作", "项目", "指标", "，", ",")
MONTHS: Final = re.compile("[-~至到—][0-9]{1,2}月")
LINK: Final = re.compile(r"[ ]?(?:[、，,和与及跟&/]|以及)[ ]?|[ ]?(?P<range>[\-~到至])[ ]?|[ ]")


def is_day(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(2020, month)[1]


def overlaps(start: int, end: int, ranges: list[tuple[int, int]]) -> bool:
    at = bisect_left(ranges, (start, end))
    return (at < len(ranges) and ranges[at][0] < end) or (at > 0 and ranges[at - 1][1] > start)


def chinese(text: str) -> int:
    if len(text) == 1:
        return CHINESE[text]
    return (CHINESE[text[0]] * 10 if text[1] == "十" else 10 + CHINESE[text[1]]) if "十" in text else 99


def arabic(numeral: str) -> int:
    return int(numeral) if numeral.isdigit() else chinese(numeral)


def is_cjk(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"
