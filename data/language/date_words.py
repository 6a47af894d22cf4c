"""Words that name days in Chinese text. The one place to add one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from data.calendar import HOLIDAY_NAMES
from data.language.measure import word_list

DAYS: Final = {
    **dict.fromkeys(word_list("大前天"), -3),
    **dict.fromkeys(word_list("前天 前日"), -2),
    **dict.fromkeys(word_list("昨天 昨日 昨晚 昨"), -1),
    **dict.fromkeys(word_list("今天 今日 今早 今晚 当天 当日 即日 本日"), 0),
    **dict.fromkeys(word_list("明天 明日 明早 明晚 次日 第二天"), 1),
    **dict.fromkeys(word_list("后天 后日"), 2),
    **dict.fromkeys(word_list("大后天"), 3),
}
MONTHS: Final = {
    **dict.fromkeys(word_list("上上个月 上上月"), -2),
    **dict.fromkeys(word_list("上个月 上月"), -1),
    **dict.fromkeys(word_list("本月份 本月 这个月 这月 当月 该月"), 0),
    **dict.fromkeys(word_list("下个月 下月 次月"), 1),
    **dict.fromkeys(word_list("下下个月 下下月"), 2),
}
YEARS: Final = {
    **dict.fromkeys(word_list("大前年"), -3),
    **dict.fromkeys(word_list("前年"), -2),
    **dict.fromkeys(word_list("去年 上年 上一年"), -1),
    **dict.fromkeys(word_list("今年 本年 当年 这一年"), 0),
    **dict.fromkeys(word_list("明年 来年 次年 下一年"), 1),
    **dict.fromkeys(word_list("后年"), 2),
}
WEEKS: Final = {"上上": -2, "上": -1, "本": 0, "这": 0, "当": 0, "下": 1, "下下": 2}
QUARTERS: Final = {"上": -1, "本": 0, "这": 0, "当": 0, "下": 1}
# Feasts of one day, beside the statutory ones: month and day.
FEASTS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        **dict.fromkeys(("妇女节", "三八节", "三八妇女节"), (3, 8)),
        "植树节": (3, 12),
        **dict.fromkeys(("青年节", "五四青年节"), (5, 4)),
        **dict.fromkeys(("儿童节", "六一儿童节", "六一"), (6, 1)),
        **dict.fromkeys(("建党节", "七一"), (7, 1)),
        **dict.fromkeys(("建军节", "八一"), (8, 1)),
        "教师节": (9, 10),
        **dict.fromkeys(("双十一", "双11"), (11, 11)),
        **dict.fromkeys(("双十二", "双12"), (12, 12)),
        **dict.fromkeys(("圣诞节", "圣诞"), (12, 25)),
    }
)
# Words that name a time but no day.
VAGUE: Final = word_list(
    "近期 近日 尽快 尽早 早日 适时 择日 择期 改日 不久 短期内 过几天 过些天 过两天 过段时间 过一段时间 一段时间 这几天",
    "这两天 两三天 三五天 一两天 一两周 两三周 一两个月 两三个月 十天半个月 今明两天 年前 年后 年中 节前 节后 双节前",
    "暑假 暑期 寒假 春季学期 秋季学期 开学 汛期 汛前 汛后 入冬 入夏 冬季 夏季 春季 秋季 除夕 元宵 元宵节 重阳 重阳节",
    "小年 腊月 正月 下半月 上半月 同期 去年同期 上年同期",
)
# Names that are also something else (五一路, 十一个) count only with one of these behind, or at the end.
FEAST_TAIL: Final = r"(?=\s*(?:节|前|之前|以前|后|之后|以后|期间|假期|长假|小长假|黄金周|当天|放假|$|[，。,;；、)）]))"
DOUBTFUL: Final = frozenset(word_list("五一 十一 六一 七一 八一 新年 圣诞"))
# Names of holidays that are nothing else.
SURE: Final = (HOLIDAY_NAMES.keys() | FEASTS.keys()) - DOUBTFUL
# What is counted in "in two weeks"; 日 counts only before 内: 28日前 is the 28th.
UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("天", "日"), "day"),
        **dict.fromkeys(("周", "星期", "礼拜"), "week"),
        **dict.fromkeys(("季度", "季"), "quarter"),
        "月": "month",
        "年": "year",
        "工作日": "workday",
        "小时": "hour",
    }
)
# What follows a number and 号 or 日 where that is no day: 3号线, 5号泵站, 2日游, 3日报.
NO_DAY: Final = "(?:号(?![楼线院地泵桥馆厂门井塔仓库坝闸路街区标公文令房车站墩池厅机矿])|日(?![报常产均本社子游用程]))"
