"""Whether a message says that something reported is wrong, and the message without what is wrong."""

from __future__ import annotations

import re
from typing import Final

from bot.reading import kinds
from bot.reading.model import ReadingContext
from bot.reading.repairs import FILLER
from data.language.numbers import Number, find_numbers

_UNITS: Final = "[个家所户人名套条场册亩台部栋座处次期位%]*"
_NUMBER: Final = f"(?<![0-9])(?<![0-9][.,])[0-9][0-9.,]*[万亿]?{_UNITS}"
_EARLIER: Final = (
    "(?:刚才|刚刚|刚|今早|早上|上午|中午|昨天|前天|上次|上个?月|上回|前面|上面|之前|原来|原先|当时|那会儿"
    "|[上前]一?条|那[次条])"
)
# What is said of the mistake itself: 漏了一场, 多写了一个0.
_MISSED: Final = re.compile(
    "[漏多少][报写打算填统]了?[0-9一二两三四五六七八九十]{1,4}[个部户人家条套场亩所台项处]"
    "|漏[了报算]{0,2}[^，。；;,]{0,8}|[多少][写打报输]了?(?:一|两)?个?[0零]?"
)
# 别弄反, 没写错: no word of a mistake either.
_NO_SLIP: Final = re.compile("(?:别|不要|没有?|莫|勿|未|免得|怕)(?:再|给)?[写打报填输记看算搞弄][错反混串岔重漏]")
_DUE: Final = re.compile("(?:序时|时序|进度|计划|目标)[^，。；;0-9]{0,4}应(?:该|当)?(?:是|为)")  # 序时进度应为75%
# 由4车道改为6车道, 不对外公布
_REDESIGNED: Final = re.compile(
    "(?:方案|设计|规划|工艺|结构|图纸|标准|模式|路线|线路|选址|车道|材料|用途)[^，。；;,0-9]{0,8}改[为成]"
    "|(?:由|从)[^，。；;,%]{1,10}改[为成]|改[为成](?![^，。；;,]{0,6}[0-9%零一二三四五六七八九十百千万未没已完在推])|不对(?=[外称等口付应内])"
    "|(?:打|退|返|驳)回[^，。；;,0-9]{0,4}(?:重报|更正|修改|改正|订正|修正)"
)
_UNSURE: Final = re.compile("[说吃拿算摸]不准|不准(?=[许备动进开停施挖占用让我他人车])")  # no word of a mistake
_TOO_MUCH: Final = re.compile(
    "[多少漏][写报填打算录记]了?[ ]?"
    "(?:[0-9]+[个套户人所家场条亩台部]?|[一二两三四五六七八九十]+[个套户人所家场条亩台部])"
)  # 多写了100
_SHOULD: Final = re.compile(r"应(?:该|当)?(?:是|为)?|该(?:是|为)(?=[ ]?[0-9])|\bshould be (?=[0-9])")
_WRITTEN: Final = re.compile("[多少](?:[写打输]了?(?:一|两)?个?|了?(?:一|两)?个)[0零]")
_DENIED: Final = re.compile(
    r"不是[ ]?[0-9.,]+[^0-9，,。]{0,3}[，, ]*(?:而)?(?:应该)?是[ ]?[0-9]"
    r"|[0-9][^0-9，,。]{0,3}[，, ]?(?:而)?不是[ ]?[0-9]|[0-9],? not [0-9]|[0-9][^0-9。]{0,3}[，, (]非[ ]?[0-9]"
)
_STANDS: Final = re.compile(
    "以[^，。；;]{0,6}[0-9][0-9.,]*[^，。；;]{0,3}为准|(?:数|人数|户数|数字|数据)改(?:成|为|到)?[0-9]"
    r"|\bshould be [0-9](?![^,;\n]*\bby\b)"  # should be 90% by December looks ahead
)
_JUST_SAID: Final = re.compile("刚(?:才|刚)?报的(?:那个)?是|(?:刚才|上面|前面)那个(?:数)?是")
# What had been reported: 早上按960报的, 刚才填的是1100.
_OLD_SAID: Final = re.compile(
    f"{_EARLIER}[^，。；;,0-9]{{0,8}}(?:按|照|用|报的?是?|填的?是?|写的?是?|说的?是?)[ ]?{_NUMBER}"
    "(?:来?[报填写说发]的?了?)?"
)
# 要改报1080, 体测改2060 where nothing is being rebuilt.
_NOW_REPORTED: Final = re.compile(
    "(?:需要|要|得|应该?|需)?(?:改[报填写](?:成|为|到)?|(?<![棚旧区户河站])改[成为到]"
    "|(?:调整|变更|核定|核减|核增|调减|调增|更新|修订|订正)[为成到])"
    "(?=[ ]?[0-9]+(?![0-9]*[月日号年.]))"
)
_JUST_CHANGED: Final = re.compile("(?<![整更修])改[ ]?[0-9]")
# 不是2条，1条, said of what was reported.
_NOT_BUT: Final = re.compile(
    f"(?:不是|[别不](?:按|用|写|记|报|填))[ ]?{_NUMBER}(?:记|算|报|写|填)?[，, ]+(?:而|应该|只有|才|其实)?[ ]?(?=[0-9])"
)
# 6840是手误: the number that was the mistake.
_MISTAKEN: Final = re.compile(
    f"{_NUMBER}[ ]?(?:那个|这个)?(?:是|为)?(?:手误|笔误|口误|误报|误填|误写|[写打报填输记看]错[的了])"
)
# 送书写成6800册了，应为8600: what was put down by mistake; not 应该写成8600, which is what it should be.
_PUT_DOWN: Final = re.compile(
    "(?<![应该要请改当才])(?:(?:误|错)?[写打报填输录记看念抄听算敲搞](?:错)?[成为作]|误[写打报填输录记算][为成]?)"
    f"了?[ ]?{_NUMBER}[ ]?(?:了|去了)?(?=$|[ ，,。；;！!\n])"
)
# 刚报的多了5亩, 上次少了3户: by how much it was wrong.
_OFF_BY: Final = re.compile(f"(?<=[刚报发写填])[^，。；;,0-9比较]{{0,8}}[多少]了[ ]?{_NUMBER}(?=[，, ])")
# 少算了实验小学, 多录了一个园: what was left out or in.
_LEFT_OUT: Final = re.compile(
    "[多少漏](?:算|录|报|统计|记|填|写|加|数)了?[^，。；;,0-9]{0,8}(?:[0-9一二两三四五六七八九十]+[个所家户套条场人亩台部])?"
    "[^，。；;,0-9]{0,10}(?=[，,])"
    f"|(?:调|再)?[减加扣][掉去]?了?[ ]?{_NUMBER}(?=[，,])"
)
_TWICE: Final = re.compile(
    f"多(?:加|算|计|统计|录|数)了?(?:一遍|一次|一下)?[^，。；;,0-9]{{0,8}}{_NUMBER}(?=[，, ])|净(?:数|剩|增)?(?=[0-9])"
)
# 棚改那个数我核过了，是1920套; 棚改1920套才准.
_CHECKED: Final = re.compile(
    "(?:那个|这个|刚才|上次|报的)[^，。；;0-9]{0,6}(?:数|数字|数据)?[^，。；;0-9]{0,6}核[^，。；;0-9]{0,6}"
    "[，, ]*(?:应该|实际|其实)?(?:是|为)[ ]?[0-9]"
    f"|{_NUMBER}(?:才|为)(?:对|准|是对的|正确)"
)
# 时间不是11月底，要12月20日
_OTHER_DAY: Final = re.compile(
    "不是[^，。；;,0-9]{0,4}[0-9一二三四五六七八九十]{1,3}月[^，。；;,]{0,4}[，,][ ]?(?:而|要|得|应该|改)?[是到为]?"
    "[^，。；;,0-9]{0,3}?[0-9一二三四五六七八九十]{1,3}月"
)
# 预计时间改12月15日
_DAY_CHANGED: Final = re.compile("(?:时间|日期|工期|节点)[^，。；;,0-9]{0,4}改(?:到|为|成|至)?[ ]?[0-9]{1,2}[月.]")
# 刚才那条8.1发到8.2去了, 泊位两个数对调一下: which is meant has to be asked.
_MISPLACED: Final = re.compile(
    "(?:那|这|应该|其实)是第?[0-9]{1,2}(?:[.][0-9])?(?:那?项|行|条)?的"
    "|[发报填写记归](?:到|在|进)[^，。；;,]{1,10}(?:去|那边|里面?|那项|那条|名下|上面?)了"
    "|(?:[两2]个?数|数|它们|数字|前后|顺序|位置)[^，。；;,0-9]{0,6}(?:对调|互换|调换|换一下|调一下|换过来|反了)"
)
# 取整了，其实是2287; 刚报的进度偏高: not exact, or of no new number.
_ROUGH: Final = re.compile(
    "(?:取整|四舍五入|凑整|毛估|约数)[^，。；;,0-9]{0,4}[，,](?:其实|实际|准数|准确)*(?:是)?[ ]?[0-9]"
    "|(?:刚|上次|前面|昨天)[^，。；;,0-9]{0,8}(?:偏[高低大小多少]|[高低大小]了(?![^，。；;,]*[年级]))"
)
# 改回没完成
_CHANGED_BACK: Final = re.compile("改回|改成[没未]|恢复[成为]|还原|退回到")
# 剔掉是688, 扣掉退的5亩是105.
_LESS_THAT: Final = re.compile(
    "[剔扣去减除刨][掉除去][^，。；;]{0,12}?[，,]?(?:就|应该|实际|只)*(?:是|为|剩|有)(?=[ ]?[0-9])"
)
_THAT_FIGURE: Final = re.compile(f"{_EARLIER}[^，。；;,]{{0,10}}(?:数|[0-9])|算进|含了|包含|算在内|重复|多算")
# 那个5100不是再就业，是参保大学生的: the number stands, the name doesn't.
_MISNAMED: Final = re.compile(
    "(?<=[0-9%个家所户人名套条场册亩台部次期位])[那这]?(?:数|个)?(?:不是|不算|不应算|并非)[^0-9，。；;,是]{2,14}[的]?"
    "[，,][ ]?(?:而)?(?:应该?)?[是算](?=[^0-9，。；;,]{2,14}(?:$|[，。；;,\n]))"
)
_SHOULD_BE: Final = re.compile("应该?(?:是|为)[ ]?[0-9]")  # 送电影应该是76, said right after a report of it
_CHANGED: Final = re.compile(
    r"(?<=[0-9%个户所人家套亩条场])[ ]?(?:那个|这个)?(?:请|要|应)?"
    r"(?:改(?:成|为|到)?|→|-+>|=+>|换[成为]|调成)[ ]?(?=[0-9])"
)
_ANEW: Final = re.compile("^[ ]*改[:：]")
_STARRED: Final = re.compile(r"^\s*\*\s?[0-9][0-9.,]*[^0-9，。]{0,3}$|^\s*[0-9][0-9.,]*[^0-9，。]{0,3}\*\s*$")
_OLD: Final = re.compile(r"^[0-9]+(?=%?[ ]?改)")
_OWN_WORDS: Final = re.compile(
    "刚|上[次条一面个]|前面|之前|[这那][条个句些项]|我|请|[把将帮](?=我|刚|上|前|那|这|它|[0-9])|数|报|发|写|条|项|先"
)
# 110那个是旧的, 960是接入的: behind a figure of the last report, that it is none, or another's.
_IS_NONE: Final = re.compile(
    f"^{_UNITS}(?:那个|这个|的)?(?:数|数字)?"
    f"(?:是|为|含了?|包含|算了|有误|不对)(?:[0-9]{{1,2}}月)?[^0-9，。；;,]{{1,10}}(?=[，,。；; ])"
)


def is_correction(text: str, context: ReadingContext) -> bool:
    """Whether something that was reported is said to be wrong.

    Catches 刚才说错了，是3300, 以3720为准, 那个5100不是再就业，是参保的.
    Not: 报错了怎么改 (a question), 说不准 (unsure), 序时应为75% (what is due), 房东要收回 (another's deed).
    """
    if kinds.asks(text) and (kinds.SUPPOSED.search(text) or not any(char.isdigit() for char in text)):
        return False  # 报错了怎么改, 报多了要紧吗？比如300报成310
    if kinds.CORRECTION.search(_NO_SLIP.sub("", _REDESIGNED.sub("", _UNSURE.sub("", _DUE.sub("", text))))):
        return True
    denied = _DENIED.search(text) and not kinds.asks(text)  # 是不是15400
    if (
        denied
        or any(pattern.search(text) for pattern in (_TOO_MUCH, _STANDS))
        or (takes_back(text) and (kinds.UNSAID.search(text) or any(char.isdigit() for char in text)))
    ):
        return True
    return bool(context.last_report) and _corrects_last(text, context)


# 4310含重复的40，扣掉
_TO_BE_STRUCK: Final = re.compile(
    "[0-9][^。；;\n]{0,12}[，, ](?:要|得|应该?|请|麻烦)?(?:扣|减|去|剔|刨)[掉除](?:了|吧|一下)?[。 ]*$"
)
_WAS_LEFT_OUT: Final = re.compile("[多少漏](?:算|录|报|统计|记|填|写)了[^，。；;,0-9]{1,10}[，,][^，。；;]{0,12}[0-9]")
_OF_THE_LAST: Final = (
    _DAY_CHANGED, _TO_BE_STRUCK,
    _CHANGED, _WRITTEN, _JUST_SAID, _SHOULD_BE, _NOW_REPORTED, _MISNAMED, _STARRED, _ANEW, _OFF_BY, _NOT_BUT, _TWICE,
    _WAS_LEFT_OUT, _PUT_DOWN,
    _CHECKED, _OTHER_DAY, _MISPLACED, _CHANGED_BACK, _ROUGH,
)  # fmt: skip


def _corrects_last(text: str, context: ReadingContext) -> bool:
    """What tells a correction only right after a report."""
    if any(pattern.search(text) for pattern in _OF_THE_LAST):
        return True
    if _JUST_CHANGED.search(text) and not _rebuilds(context):
        return True
    if _LESS_THAT.search(text) and _THAT_FIGURE.search(text):
        return True
    return _denies_the_last(text, context)


def _denies_the_last(text: str, context: ReadingContext) -> bool:
    """早上那个110亩是含在建的，实际105亩, after a report of 110."""
    said = {value for item in context.last_report or () for _, value in item.figures}
    numbers = find_numbers(text) if said and _IS_OR_NOT.search(text) else []
    return any(
        number.value in said
        and (_OF_THAT.match(text[number.end :]) or (_another(number, numbers) and _denied_at(text, number)))
        for number in numbers
    )


_IS_OR_NOT: Final = re.compile("[是为含]|算了|有误|不对|并非|没有|哪有|其实|实际|应该|准确|正确|真实|不算|只[有算]")
_NOT: Final = re.compile("(?:不是|并非|不应该?是|没有|哪有|哪来的?)[ ]?$")
_REPORTED: Final = re.compile(f"{_EARLIER}[^，。；;,0-9]{{0,8}}(?:报|填|写|说|发)[^，。；;,0-9]{{0,3}}$")
# 刚那个4921是再就业，不是参保; 4921不算参保，算再就业: of what the figure is.
_OF_THAT: Final = re.compile(
    f"^{_UNITS}(?:那个|这个|的)*(?:数|数字)?(?:应该|其实|实际)?(?:"
    "[是算]的?[^0-9，。；;,]{1,12}[，, ]*(?:而)?(?:不是|并非|不算)"
    "|(?:不是|并非|不算|不应算)[^0-9，。；;,]{1,12}[，, ]*(?:而|应该?)?[是算])[^0-9，。；;,]"
)
# 上回报的1580，其实1508; 刚报的两条里有一条是去年的，今年实际一条
_IN_TRUTH: Final = re.compile(
    f"^{_UNITS}[，, ]*(?:其实|实际|应该|准确|正确|真实)"
    f"|^{_UNITS}[里中][^，。；;,]{{1,16}}(?:[，,][^，。；;,]{{0,4}}?(?:实际|其实|应该|应为|真正|只有|只算|准确)|[，,]应?是)"
)


def _denied_at(text: str, number: Number) -> bool:
    """不是4900，…今年4390; 上回报的1580，其实1508; 110那个是旧的."""
    ahead, behind = text[: number.start], text[number.end :]
    if _NOT.search(ahead) or _IS_NONE.match(behind):
        return True
    return _REPORTED.search(ahead) is not None and _IN_TRUTH.match(behind) is not None


def _another(number: Number, numbers: list[Number]) -> bool:
    return any(other.start > number.start and other.value != number.value for other in numbers)


def _rebuilds(context: ReadingContext) -> bool:
    """Whether what was reported last counts what is rebuilt: 改19个 is a report there, elsewhere a correction."""
    ids = {item.row_id for item in context.last_report or ()}
    return any("改" in row.content or any("改" in name for name in row.names) for row in context.rows if row.id in ids)


def takes_back(text: str) -> bool:
    """刚才那条撤回，是80%; not 房东要收回: nobody's deed but the writer's takes words back."""
    found = kinds.UNDO.search(text) or kinds.UNSAID.search(text)
    if found is None:
        return False
    ahead = re.split("[，,。；;\n]", text[: found.start()])[-1]
    return len(ahead.strip()) < 4 or ahead.isascii() or _OWN_WORDS.search(ahead) is not None


_SPACED: Final = re.compile("(?<=[为是成到])([0-9]{1,3}) ([0-9]{3})(?![0-9.])")  # 应为10 650


def without_wrong(text: str, context: ReadingContext) -> str:
    """The text of a correction without what it says of the mistake; positions hold."""
    text = _SPACED.sub(r" \1\2", text)
    kept = _CHANGED.sub(lambda match: "，" * len(match[0]), _without_old(text, context))
    kept = _NOW_REPORTED.sub(lambda match: "是" * len(match[0]), kept)
    if context.last_report:
        kept = _MISNAMED.sub(lambda match: FILLER * len(match[0]), kept)
        for pattern in (_OFF_BY, _TWICE, _LEFT_OUT):
            kept = kinds.masked(kept, pattern)
        if _LESS_THAT.search(kept) and _THAT_FIGURE.search(kept):
            kept = _LESS_THAT.sub(lambda match: "，" * len(match[0]), kept)
    if _another_number(kept, _MISTAKEN):
        kept = kinds.masked(kept, _MISTAKEN)
    if _another_number(kept, _PUT_DOWN):  # what stands ahead names the new number: 幼儿园学位写成了300，应是380
        kept = _BEHIND_IT.sub(_unnamed, _PUT_DOWN.sub(_unnamed, _BEFORE_IT.sub(_unnamed, kept)))
    for pattern in (_NOT_BUT, _CHANGED_BACK, kinds.UNSAID, _OLD_SAID, _TOO_MUCH, _MISSED, kinds.UNDO, kinds.CORRECTION):
        kept = kinds.masked(kept, pattern)
    return _SHOULD.sub(lambda match: "是" * len(match[0]), kept)


_BEFORE_IT: Final = re.compile(f"{_EARLIER}(?=[^，。；;,0-9]{{0,12}}(?:[写打报填输录记看算搞]成|误[报填写录]))")
_BEHIND_IT: Final = re.compile(f"(?<={FILLER})[，,]")


def _unnamed(match: re.Match[str]) -> str:
    return FILLER * len(match[0])


def _another_number(text: str, pattern: re.Pattern[str]) -> bool:
    found = pattern.search(text)
    return found is not None and re.search("[0-9]", text[: found.start()] + text[found.end() :]) is not None


_REVERSED: Final = re.compile(f"{_NUMBER}[ ]?(?:那个|这个)?(?:数)?[写打报填输记看][错反](?:了|的)?")


def misplaced(text: str, context: ReadingContext) -> bool:
    """刚才那条8.1发到8.2去了, 两个数对调一下, 72写反了: something is wrong, and no new figure is said."""
    pattern = next((one for one in (_MISPLACED, _REVERSED) if one.search(text)), None)
    if not context.last_report or pattern is None:
        return False
    ids = {row.id for row in context.rows}
    left = kinds.masked(text, pattern)
    said = {value for item in context.last_report for _, value in item.figures}
    return all(
        number.text in ids or number.value <= len(context.listed) or number.value in said
        for number in find_numbers(left)
    )


def _without_old(text: str, context: ReadingContext) -> str:
    """57改59, where 57 % was said last: the old one is no row's number."""
    said = {f"{item.percent:g}" for item in context.last_report or () if item.percent is not None}
    return _OLD.sub(lambda match: " " * len(match[0]) if match[0] in said else match[0], text)
