"""The dates of a message as reading needs them: looking ahead and looking back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.reading.model import ReadingContext
from data.language.dates import DateFound, dates_at, find_dates

# 8号楼 and 6号线 are no dates.
_NAMES_OF_PLACES = (
    "楼",
    "线",
    "地块",
    "院",
    "门",
    "店",
    "机",
    "桥",
    "路",
    "标段",
    "文件",
    "库",
    "泵",
    "井",
    "点装",
    "点位",
    "点的",
    "点施",
    "点开",
    "点还",
    "点已",
    "点没",
    "点在",
    "点正",
)


@dataclass(frozen=True, slots=True)
class Day:
    """A date of the text: its last day if the sentence looks ahead (`ahead`), and if it looks back (`back`).

    `is_past`: over, as far as the nearer reading tells. `is_limit`: 前, 内, 底. `begins`: 起, 后, 开始.
    `unclear`: nobody can tell the day. `is_today`: today or yesterday. `is_period`: a month, week or quarter that has
    begun, so that a count in it may be that of the period alone. `is_so_far`: the year until then (1至9月).
    `is_ahead`: still to come, and not merely the end of this month, as of which people report.
    """

    start: int
    end: int
    ahead: date
    back: date
    is_past: bool = False
    is_limit: bool = False
    begins: bool = False
    unclear: bool = False
    is_today: bool = False
    is_period: bool = False
    is_so_far: bool = False
    is_ahead: bool = False
    is_year: bool = False
    impossible: bool = False


_PEOPLE_TIMES = re.compile("(?<=人)次(?=月)")  # 人次月底出 is of no next month
_DAILY = re.compile("(?<=[0-9一二三四五六七八九十])日报")  # 10月8日报 promises a day, it is no daily paper


def find_days(folded: str, context: ReadingContext) -> list[Day]:
    """All dates; 10.1竣工, which may be row 10.1, is left to the numbers, and so are whole years (今年)."""
    ids = {row.id for row in context.rows}
    folded = _PEOPLE_TIMES.sub("，", _DAILY.sub("日，", folded))
    ahead = [
        found for found in find_dates(folded, context.today, "future", context.calendar)
        if not _is_no_date(found, folded, ids, context.today)
    ]  # fmt: skip
    if not ahead:
        return []
    places = [found.begin for found in ahead]
    back = {found.begin: found for found in dates_at(folded, places, context.today, "past", context.calendar)}
    return [_day(found, back.get(found.begin, found), folded, context.today) for found in ahead]


def _is_no_date(found: DateFound, folded: str, ids: set[str], today: date) -> bool:
    is_name = folded.startswith(_NAMES_OF_PLACES, found.stop)
    by_how_much = found.rule == "duration" and _BY_HOW_MUCH.search(folded[max(0, found.begin - 6) : found.begin])
    counts = found.rule == "dotted" and folded.startswith(("万", "亿", "千", "百"), found.stop)  # 不到1.7万人
    rate = found.rule == "dotted" and _RATE_AHEAD.search(folded[max(0, found.begin - 8) : found.begin]) is not None
    return (
        is_name or counts or rate or bool(by_how_much) or _may_be_row(found, folded, ids) or _is_this_year(found, today)
    )


_RATE_AHEAD = re.compile("率[^，。；,;0-9]{0,4}$")  # 失业率压在2.1
# 提前一个月, 滞后约两周: by how much, not until when.
_BY_HOW_MUCH = re.compile("(?:提前|推迟|延后|滞后|落后|延误|耽误|耽搁|晚|早|快|慢|超前|领先)了?(?:近|约|大约|将近)?$")


def _is_this_year(found: DateFound, today: date) -> bool:
    return (found.end - found.start).days > 360 and found.start.year == today.year


def _may_be_row(found: DateFound, folded: str, ids: set[str]) -> bool:
    return found.rule == "dotted" and found.ask and folded[found.begin : found.stop] in ids


_NO_MONTH = re.compile("月[底末内中]|[上中下]旬|[0-9一二三十]{1,3}[号日](?:之|以)?前")


def _is_of_this_month(text: str, end: date, today: date) -> bool:
    """月底前改完, 下旬完工: without a month it is this one's, while that is still to come."""
    return _NO_MONTH.match(text) is not None and (end.year, end.month) == (today.year, today.month)


def _day(found: DateFound, back: DateFound, folded: str, today: date) -> Day:
    """Without a year the nearer of the two is meant: 8月底 in September is over, 1月底 in September is to come."""
    text = folded[found.begin : found.stop]
    begins = text.endswith(("起", "后", "开始", "以来", "至今")) and not text.endswith("前后")
    limit = found.before or text.endswith(("底", "末", "前", "内"))
    nearer = back.end < today and (today - back.end) < (found.end - today)
    is_past = found.end < today or (nearer and not _is_of_this_month(text, found.end, today))
    unclear = found.ask and not begins and found.rule != "dotted"
    span = (back.end - back.start).days
    is_today = abs((back.end - today).days) <= 1
    so_far = span > 31 and (back.start.month, back.start.day) == (1, 1) and back.start.year == today.year
    period = span >= 5 and not limit and not so_far and (back.start <= today)
    closes_soon = not found.before and 0 <= (found.end - today).days <= 7
    coming = not is_past and not is_today and found.start > today and not closes_soon
    return Day(
        found.begin,
        found.stop,
        found.end,
        back.end,
        is_past,
        limit,
        begins,
        unclear,
        is_today,
        period and not coming,
        so_far,
        coming,
        span > 360,
        found.ask and found.rule not in ("open", "dotted", "duration"),
    )
