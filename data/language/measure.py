"""Measure words: what is counted. The one place to add a word; longer words win over shorter ones."""

from __future__ import annotations

from typing import Final


def word_list(*lines: str) -> tuple[str, ...]:
    """Words written in lines, parted by blanks."""
    return tuple(word for line in lines for word in line.split())


# What targets and figures are counted in.
COUNTED: Final = word_list(
    "个 所 户 人 人次 名 位 场 场次 册 套 亩 条 公里 千米 平方公里 平方千米 平方米 平方 平米 ㎡ 米 座 处 家 期 期次 台",
    "部 栋 幢 项 辆 辆次 吨 元 万元 亿元 美元 件 次 倍 间 张 床 支 只 头 棵 株 公斤 千克 斤 公顷 份 篇 批 班 班次 轮",
    "组 门 段 根 块 片 本 盏 例 起 宗 笔 单 架 艘 千瓦 千瓦时 兆瓦 立方米 立方 户次 家次 车次 课时 学时 人份 剂次 针",
    "幅 首 方 延米 延长米 平 部次 节 道 孔 口 眼 杆 桩 岁 度 公里/小时 千伏 千伏安 百分点 km kg",
)
# What time is counted in: never a figure by itself.
TIME_WORDS: Final = word_list(
    "年 年度 个年头 月 个月 月份 日 天 周 个星期 个礼拜 星期 礼拜 小时 个小时 分钟 个季度 季度 工作日 个工作日 周年",
    "号 旬 秒 点 时",
)
MEASURE_WORDS: Final = frozenset(COUNTED) | frozenset(TIME_WORDS)
# Another way to write one of the above: its plain form.
ALIASES: Final = {
    "个百分点": "百分点",
    "个点": "百分点",
    "个人": "人",
    "平米": "平方米",
    "㎡": "平方米",
    "平方千米": "平方公里",
    "千米": "公里",
    "km": "公里",
    "kg": "公斤",
    "千克": "公斤",
}
# After a single Chinese digit only these make it a number: 三个 is one, 一面, 一口气, 一门式, 二期 are words.
PLAIN: Final = frozenset(
    word_list(
        "个 所 户 人 人次 名 位 场 场次 册 套 亩 条 公里 平方公里 平方米 米 座 处 家 台 部 栋 幢 项 辆 吨 元 件 次 倍",
        "间 棵 株 公斤 份 篇 批 班 组 盏 百分点 年 天 周 个月 个星期 个礼拜 小时 个小时 分钟 个季度 工作日 个工作日",
    )
)
_BY_FIRST: Final[dict[str, list[str]]] = {}
for _word in sorted(MEASURE_WORDS | ALIASES.keys(), key=lambda word: (-len(word), word)):
    _BY_FIRST.setdefault(_word[0], []).append(_word)


def measure_word_at(text: str, position: int) -> tuple[str, int] | None:
    """The longest measure word that begins at `position`, or after one blank there: (its plain form, where it ends)."""
    if position < len(text) and text[position] == " ":
        position += 1
    for word in _BY_FIRST.get(text[position : position + 1], ()):
        if text.startswith(word, position):
            return ALIASES.get(word, word), position + len(word)
    return None
