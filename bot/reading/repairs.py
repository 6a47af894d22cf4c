"""A number that the writer takes back in the same breath: 39台哦不对41台 is 41, and no correction of a report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.reading.model import ReadingContext
from bot.reading.signs import COUNTED_IN
from data.language.numbers import Number, find_numbers

FILLER: Final = "\ue000"  # stands where the number taken back stood; it ends no clause and means nothing

_SIGNS: Final = r"[\s，,。.…—\-~!！?？、;；:：(（)）]*"
_SLIP: Final = (
    "[说写打填报输记看敲念讲算][错岔串反]了?|[错岔反]了|(?:等一?下|等等|慢着|稍等|wait|actually)[\\s，,。.…]*(?:应该)?是"
    "|不对|不不+|不是(?=[\\s，,。.…~!！])|不(?=[\\s，,。.…~!！])|(?<=[哦噢喔呃额啊哎诶])不"
    "|口误|手误|笔误|嘴瓢|手滑|手抖|[多按打][按快错]了|错(?=[，,])|咦"
    "|\\bno(?=[，, ])|(?:准确|确切|精确|严格)[地点来]?[说讲]"
    "|更正(?:一下)?|纠正(?:一下)?|改(?:一)?下|[?？][\\s，,]*我?再?[看查对翻][一下看]+"
    "|correction|wrong|i mean|i meant"
)
_SOUND: Final = (
    "[哦噢喔呃额啊哎唉欸诶嗯哟呸]|哎呀|那个|这个|等等|等[一]?下|稍等|慢着|不好意思|抱歉|对不起|sorry|no|wait|actually"
    "|我?再?[看查对翻]一?[下看]|我|刚才|刚|又|数字?|后面|前面"
)
_IS: Final = "(?:应该是|应该|应当是|应是|应为|是|改成|改为|更正为|实际是?|其实是?|实为|正确的?是?|对的是|为)?"
_SEEN: Final = re.compile(f"{_SLIP}|……|…|不止|不只|何止|\\.\\.\\.|[哦噢喔呃额]|sorry|抱歉|不好意思|对不起", re.I)
_BETWEEN: Final = re.compile(f"{_SIGNS}(?:(?:{_SLIP}|{_SOUND}){_SIGNS})+{_IS}", re.I)
_HAS_SLIP: Final = re.compile(_SLIP, re.I)
_BEHIND: Final = re.compile(
    f"{COUNTED_IN}{_SIGNS}(?:刚才|刚|前面|我|不好意思|抱歉|又|数字?)*(?:{_SLIP})[的啦哈]?(?=[\\s，,。.!！~]|$)",
    re.I,
)
_PAUSE: Final = re.compile(r"\s*(?:…+|\.{3,}|——?)\s*")
_AGAIN: Final = re.compile(rf"{COUNTED_IN}[，,、\s]*(?:对|是|嗯)?[，,、\s]*(?:是|应该是|对)?")
_SAID_BEFORE: Final = re.compile(
    "(?:原报?|原来|上次|上月|上个月|上回|之前|刚才|刚刚|早上|上午|昨天|前天|去年|目标|计划|任务|不是|序时)[^，。；;,]{0,8}$"
)
_STOPS: Final = re.compile(r"[，,。；;！!？?\n…]")
_FAR: Final = 10.5  # a slip of one digit
_FAR_OFF: Final = 40
_LONGEST: Final = 30


@dataclass(frozen=True, slots=True)
class Repaired:
    """The text without what was taken back; `of_a_report` where that had been reported: then it is a correction."""

    text: str
    any: bool = False
    of_a_report: bool = False


def repaired(text: str, context: ReadingContext) -> Repaired:
    """Takes back what the writer took back; positions hold.

    Catches 9200册，不不，8200; 2300，写错了，是1300; 29……28，是28; 5120，我看下……是5210，手误.
    Not: 3500，不是3200 (denies the second), 上次3500报错了，是3300 (of a report), 送电影73，不对73是送戏 (of the name).
    """
    if not _SEEN.search(text):
        return Repaired(text)
    ids = {row.id for row in context.rows}
    numbers = [number for number in find_numbers(text) if number.text not in ids or number.unit or number.percent]
    made = Repaired(text)
    said = {value for item in context.last_report or () for _, value in (*item.figures, ("", item.percent))}
    for first, second in pairwise(numbers):
        end = _taken_back_until(text, first, second, [other for other in numbers if other.start > second.start])
        if end is None:
            continue
        kept = made.text[: first.start] + FILLER * (end - first.start) + made.text[end:]
        behind = _BEHIND.match(kept, second.end)
        if behind is not None and behind.end() > second.unit_end:
            at = max(second.end, second.unit_end)
            kept = kept[:at] + "，" * (behind.end() - at) + kept[behind.end() :]
        made = Repaired(kept, True, made.of_a_report or first.value in said)
    return made


_IN_BETWEEN: Final = re.compile(f"[0-9][^。；;\\n]{{0,8}}[，,.…—!！?？、 哦噢喔呃额啊哎诶](?:{_SLIP})", re.I)


def in_one_breath(text: str, context: ReadingContext) -> bool:
    """送电影73，哦不对73是送戏: what is taken back stands in the message itself, and nothing was reported before."""
    found = _IN_BETWEEN.search(text) if context.last_report is None else None
    return found is not None and not _SAID_BEFORE.search(_STOPS.split(text[: found.start()])[-1])


def _taken_back_until(text: str, first: Number, second: Number, later: list[Number]) -> int | None:
    """Where what stands in the place of the first number begins; None where it is not taken back."""
    start = max(first.end, first.unit_end)
    between = text[start : second.start]
    if not between or len(between) > _LONGEST or not _alike(first, second):
        return None
    ahead = _STOPS.split(text[: first.start])[-1]
    if _SAID_BEFORE.search(ahead):
        return None
    if later and _PAUSE.fullmatch(between) and later[0].value == second.value != first.value:
        again = text[max(second.end, second.unit_end) : later[0].start]
        return later[0].start if _AGAIN.fullmatch(again) and again else None
    if ahead.endswith(("不止", "不只", "何止")) and second.value > first.value and _MORE_THAN.fullmatch(between):
        return second.start
    between = _without_name(between, ahead)
    if between.startswith(("更正", "纠正", "改")) or not _BETWEEN.fullmatch(between):
        return None
    slip = _HAS_SLIP.search(between) or _BEHIND.match(text, second.end) or _sounds_only(between, first, second)
    return second.start if slip else None


_SORRY: Final = re.compile(f"{_SIGNS}(?:sorry|抱歉|不好意思|对不起){_SIGNS}", re.I)


_MORE_THAN: Final = re.compile(f"{COUNTED_IN}[，, ]+(?:是|有|应该是|实际|其实)*")  # 不止4100，4260


def _sounds_only(between: str, first: Number, second: Number) -> bool:
    """39台呃41台: nothing but a sound, and a number near the first of the same thing."""
    near = max(first.value, second.value) < 2 * min(first.value, second.value)
    sounds = bool(set("哦噢喔呃额") & set(between)) and len(between) <= 3 and first.unit == second.unit
    return near and (sounds or _SORRY.fullmatch(between) is not None)


def _alike(first: Number, second: Number) -> bool:
    if first.percent != second.percent or (first.unit and second.unit and first.unit != second.unit):
        return False
    low, high = sorted((first.value, second.value))
    if not 0 < low < high:
        return False
    return high <= (_FAR_OFF if first.unit == second.unit else _FAR) * low


def _without_name(between: str, ahead: str) -> str:
    """送书9200册，不对，送书8200册: the name, said again, says nothing new."""
    at = max((match.end() for match in _STOPS.finditer(between)), default=0)
    named = re.sub(f"{_IS}$", "", between[at:]).strip(" 的:：")
    return between[:at] + between[at + len(named) :] if len(named) >= 2 and named in ahead else between
