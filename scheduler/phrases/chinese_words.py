"""The words of Chinese schedule phrases. The one place to add one."""

from __future__ import annotations

import re
from typing import Final

from data.calendar import FIXED_DAYS, HOLIDAY_NAMES
from data.language.date_words import FEASTS as DATED_FEASTS
from scheduler.cadence import Shift
from scheduler.phrases.draft import Cycle

# Who reports on that day, or who is reminded: with the first alone it is not clear whether the day opens or is due.
REPORTS: Final = re.compile("报|反馈|提交|交|填|汇总")
REMINDS: Final = re.compile("提醒|通知|发|催|推送|调度|启动|开始|部署|下达|布置|告知|问")
# What becomes of a day off.
SHIFTS: Final[tuple[tuple[str, Shift], ...]] = (
    ("不顺延|不调整|照常|照发|不变", "none"),
    ("顺延|延后|推后|推迟|往后[移推]?|后移|顺推|延至|延到", "next"),
    ("提前|往前[移推]?|前移|提早", "previous"),
    ("跳过|不发|取消|不提醒|不报|略过|暂停|停发|除外|不算|不用发|免发|不催", "skip"),
)
LEFT_OUT: Final = (
    "除外|不发|不报|不提醒|不催|跳过|停发|暂停|以外|休息|免报|停报|停一?停|停(?!止)|不用[报发]|不需要?[报发]|免[发了]?"
)
DAY_OFF: Final = "(?:国家)?(?:法定)?(?:公共)?(?:节假日|节日|假日|假期|休息日|周末|双休日|非工作日|公休日|放假)"
UNITS: Final[dict[str, Cycle]] = {
    "天": "day",
    "日": "day",
    "周": "week",
    "星期": "week",
    "礼拜": "week",
    "月": "month",
    "季": "quarter",
    "季度": "quarter",
    "半年": "half",
    "年": "year",
    "年度": "year",
}
# What says nothing of the time.
_FILLERS: Final = (
    "改成|改为|改到|调整为|调整到|调成|设为|设成|设置为|设定为|定为|定在|换成|变成|更改为|更改成|时间|频次|频率|周期|节奏|计划",
    "安排|统一|所有|固定|定期|按时|自动|准时|麻烦|帮我|帮忙|请|把|将|给|向|让|要|都|法定|各单位|各部门|各家单位|各牵头单位|所有单位|全部单位",
    "联络员|单位|部门|大家|我们|督查室|我|提醒|通知|发出|发送|发布|发给|发个|发|催办|催报|催|推送|调度|反馈|报送|上报|填报|汇报|报告|报",
    "提交|上交|交|填写|填|启动|开始|部署|下达|布置|告知|问|收集|汇总|进展情况|进展|进度|情况|材料|数据|数字|工作|任务|项目",
    "1下|[1一]次|1遍|1回|为|是|在|于|的|得|了|吧|之|逢|每逢|每个?|各|那1?天|当天|这天|当日|和|及|与|跟|、|以及",
    "(?:其余|其他|其它|别的|平时|剩下)的?(?:月份?|时间|日子)?|仅|只",
    "早上|早晨|上午|整|时候|左右|准|日期|截止日|截止|就|再|也|进行|开展|均|共|计|全年|全",
    r"[\-~,，。.;；:：!！?？()（）“”\"'·|/ ]",
)
FILLERS: Final = re.compile("|".join(_FILLERS))
# Words with a numeral that counts nothing, taken away before numerals become digits.
NO_NUMERALS: Final = re.compile("统一|一律|一直(?=到)|一般|一并|一起|一定|万一|一旦")
VAGUE: Final = re.compile("[月季年旬度]初|月中|中旬|上旬|下旬|年中|半个?月|每旬|单周|月头(?![0-9])|月尾")
# What the reports are about, not when they are due.
ABOUT_WHEN: Final = re.compile(
    "(?:上一?|本|当)(?:个?月份?|个?季度?|周|年度?|期)的?(?=进展|进度|数|情况|工作|完成|材料|统计|报表)"
)
# A phrase that changes an earlier one, and what in it names days.
CHANGES: Final = re.compile("改成|改为|改到|调整为|调整到|换成|变成|更改为|更改成")
NAMES_DAYS: Final = re.compile("[0-9一二三四五六七八九十][日号]|(?:周|星期|礼拜)[一二三四五六日天]|月[末底]|工作日|每")
# Feasts on the same day every year.
FEASTS: Final = {
    **DATED_FEASTS,
    **{name: FIXED_DAYS[plain] for name, plain in HOLIDAY_NAMES.items() if plain in FIXED_DAYS},
}
FEAST: Final = re.compile(
    rf"每年的?(?P<name>{'|'.join(sorted(FEASTS, key=len, reverse=True))})节?(?:当天|那天)?(?![前后之以期假])"
)
EACH_PART: Final = re.compile("每(早|晚|晨)")
WEEKEND: Final = re.compile("每?个?周末")
OFTEN: Final = re.compile(
    r"每隔?(?:[0-9]+|半|几)?个?(?:秒钟?|分钟?|刻钟|小时|钟头|时辰)|时时|不停|实时|随时|每时每刻|每分每秒"
)
