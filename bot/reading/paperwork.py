"""What is said of reporting itself and not of the work: 系统登不上, 等科室回数, 领导出差签不了字."""

from __future__ import annotations

import re
from typing import Final

from bot.reading import kinds
from bot.reading.model import Item

_PAPERWORK: Final = re.compile(
    "(?:系统|平台|网页?|页面|电脑|小程序|账号|密码)[^，。；;,]{0,4}(?:崩|登不|登录不|打不开|卡死|卡住|挂了|进不去|维护|报错|填不|上不去|传不)"
    "|等[^，。；;,]{0,8}(?:回数|报数|的数|数据|出数|回话|回信|回我|签字|签了|过目|报上来|报过来|给数|汇总)"
    "|(?:数据?|数字|表格?|报表|台账|材料)[^，。；;,0-9]{0,6}(?:还|都|尚)?[没未](?:出来|报上来|报过来|交|给我|收齐|齐|核|汇总|统计)"
    "|(?:数据?|数字|表)(?:还|正|都|也)*在(?:对|核|统计|汇总|收|催|整理)|直接问|你?问他们|你?找他们|我们?不(?:掌握|管|分管|负责)|别派(?:给)?我|归[\u4e00-\u9fff]{2,4}[，,]|得问|要问[^，。；;,]{1,6}[，,]"
    "|电脑[^，。；;,]{0,4}没(?:接|装|连|开)|打不开(?:链接|附件|文件|网页|系统|表)|(?:链接|附件|二维码|网址|文件)打不开"
    "|(?:正在|还在|在)(?:统计|督促|汇总|整理|催|核实|核对|收集)|督促中|统计中|汇总中|核对中|整理中"
    "|(?:数据?|数字|记录|台账|表)[^，。；;,0-9]{0,4}(?:看不到|看不见|查不到|找不到|没有?权限)"
    "|签不了字|[没未]签字|(?:局长|主任|科长|领导)[^，。；;,]{0,4}(?:不在|出差|外出|没回来|还没看)"
    "|我(?:们)?(?:今天|明天|下周|这周|上午|下午|正)?在?(?:休假|请假|出差|开会|外面|外地|路上|培训|值班|隔离)"
    "|(?:系统|数据?|数字)[^，。；;,]{0,10}(?:才出|才有|才能出|才更新|才查得到)|先欠着"
    "|[搬换]了?办公(?:室|楼|地点)|(?:电脑|打印机|网线|网络|座机|U盘)[^，。；;,]{0,5}(?:没接|没装|没连|没配|没到|还没|断了?|坏了?|重装|死机|中毒)"
    "|如果[^，。；;,]{0,8}[交报]|(?:你们?|您|督查室)(?:还是|直接|可以|要不|得|去|自己)*(?:问|找|联系)(?:他们|她们|人家|对方|别人|河长办|[\u4e00-\u9fff]{1,4}[局办科委])"
)


_LATER_REPORT: Final = re.compile(
    "(?:报送|交表|填报|上报|反馈|报数|交数)(?:时间|截止|日期|期限)?[^，。；;0-9]{0,8}(?:顺延|推迟|晚|延|缓|宽限)"
    "|(?:晚|缓|宽限|延)[^，。；;,]{1,6}(?:再)?(?:交表|报表|报数|交数|报送|填报|交上|交(?:$|[吗吧行]))"
    "|(?:数|表|材料)[^，。；;0-9]{0,4}(?:来不及|赶不出)[^。；;]{0,8}(?:缓|延|晚|宽)"
)


def wants_to_report_later(folded: str) -> bool:
    """报送时间能不能顺延到周五, 今天数来不及，容我缓到明天: it is the report, not the work, that is to be late."""
    return _LATER_REPORT.search(folded) is not None


def only_paperwork(items: list[Item]) -> bool:
    """Whether all that was read of the rows is how the report comes about.

    Catches 收到，在等科室回数, 这两天系统登不上去, 领导出差，签不了字. Not: 等市里批复 (of the work), 系统对接没完成.
    """
    return bool(items) and all(_of_reporting(made) for made in items)


def talks(folded: str) -> bool:
    """数字得问文化馆，我不掌握: though a row is named."""
    return _PAPERWORK.search(folded) is not None


def _of_reporting(made: Item) -> bool:
    if made.figures or made.percent is not None or made.expected_date or made.no_change:
        return False
    if made.status not in (None, "in_progress") or not (made.problem or made.next_step):
        return False
    if made.problem and not all(_PAPERWORK.search(part) for part in re.split("[；;，,]", made.problem)):
        return False
    return made.next_step is None or bool(_PAPERWORK.search(made.next_step)) or kinds.promises(made.next_step)
