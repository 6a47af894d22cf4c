"""What is counted and how it is called in talk: short names, English names, measure words that go together."""

from __future__ import annotations

from typing import Final

from bot.reading.words import listed

# What a thing is called in talk, and the words of the table that it stands for.
SYNONYMS: Final[dict[str, str]] = {
    "服务点": "租赁服务点", "租赁点": "租赁服务点", "体改": "体育改革实验学校", "健促": "健康促进学校",
    "棚改": "棚户区", "旧改": "老旧小区", "老小区": "老旧小区", "小区改造": "老旧小区", "车位": "停车泊位",
    "停车位": "停车泊位", "加梯": "电梯", "装梯": "电梯", "装电梯": "电梯", "绿化": "绿地", "雨污": "排水",
    "书房": "书苑", "下乡演出": "送戏", "唱戏": "送戏",
    "放电影": "送电影", "放映": "送电影", "电影": "送电影", "图书": "送书", "书送": "送书",
    "公益活动": "公益文化活动", "文艺演出": "文艺院团演出", "体测": "体质测定", "指导员": "社会体育指导员",
    "赛事": "赛事活动", "比赛": "赛事活动", "办赛": "赛事活动", "操场": "球场", "步道": "健身路径",
    "路径": "健身路径", "养老中心": "居家养老服务中心", "辅具": "康复辅具", "精神病": "精神障碍",
    "精障": "精神障碍", "病人": "患者", "培训": "技能补贴培训", "大学生参保": "参保大学生", "河道": "五好河道",
    "智慧平台": "智慧停车", "公卫中心": "公共卫生中心", "卫生中心": "公共卫生中心", "心理普测": "心理健康普测",
    "普测": "心理健康普测", "心理档案": "心理健康电子档案", "健康学校": "健康促进学校",
    "体育学校": "体育改革实验学校", "学校开放": "开放学校", "设施开放": "开放学校", "体育设施": "开放学校",
    "连廊": "生态连廊", "水环境治理": "水环境整治", "school places": "学位", "places": "学位", "seats": "学位",
    "kindergarten": "幼儿园", "kindergartens": "幼儿园", "parking": "停车泊位", "parking spaces": "停车泊位",
    "spaces": "停车泊位", "schools": "学校", "finished": "竣工", "completed": "竣工", "schools completed": "竣工",
    "schools finished": "竣工", "corridor": "生态连廊", "ecological corridor": "生态连廊", "greenway": "生态连廊",
    "water environment": "水环境", "sewage": "污水", "schools opened": "开放学校",
    "schools open": "开放学校", "memorial hall": "纪念馆",
    "residence": "故居", "health centre": "公共卫生中心", "centres": "养老服务中心", "centers": "养老服务中心",
    "re-employed": "失业人员再就业", "reemployed": "失业人员再就业", "re-employment": "失业人员再就业",
    "reemployment": "失业人员再就业", "elevators": "电梯", "lifts": "电梯", "roads": "道路建设", "bridge": "桥",
    "training": "培训", "trained": "培训", "trainees": "培训", "jobs": "城镇新增就业", "homes": "适老化改造",
    "households": "适老化改造", "home visits": "上门服务", "green": "绿地", "river": "河道", "rivers": "河道",
    "films": "送电影", "operas": "送戏", "opera": "送戏", "new jobs": "城镇新增就业", "urban jobs": "城镇新增就业",
    "movies": "送电影", "books": "送书", "performances": "演出", "shows": "送戏", "lectures": "讲座",
    "shanty": "棚户区", "neighbourhoods": "老旧小区", "neighborhoods": "老旧小区", "residential": "老旧小区",
    "opened": "开放学校", "drainage": "排水", "pumping station": "泵站", "unemployment": "失业率",
    "start-ups": "创业", "startups": "创业", "patients": "患者", "health-promoting": "健康促进学校",
    "health promoting": "健康促进学校", "health-promotion": "健康促进学校", "pilot schools": "体育改革实验学校",
    "reform schools": "体育改革实验学校", "rental": "康复辅具社区租赁", "rental aids": "康复辅具社区租赁",
    "assistive": "康复辅具社区租赁", "aids": "康复辅具社区租赁", "connected": "智慧停车", "platform": "智慧停车",
    "stations": "德康驿站", "visits": "上门服务", "fitness trails": "健身路径", "fitness paths": "健身路径",
    "fitness": "体质测定", "instructors": "指导员", "bookshops": "书苑", "demonstration villages": "示范村",
    "villages": "示范村", "village": "示范村", "greenery": "绿地", "green space": "绿地", "road": "道路建设",
    "old neighbourhoods": "老旧小区", "graduates": "大学生", "college": "大学生", "university": "大学生",
    "students": "大学生", "smart": "二代智慧", "ordinary": "一代", "village trails": "一代",
    "first-generation": "一代", "second-generation": "二代", "retrofit": "适老化改造", "retrofits": "适老化改造",
    "retrofitted": "适老化改造", "eco-corridor": "连廊", "elderly": "上门服务", "home services": "上门服务",
    "seniors": "上门服务", "opera shows": "送戏", "started businesses": "创业", "start businesses": "创业",
    "main structure": "主体封顶", "structure": "主体封顶", "care centres": "养老服务中心",
    "care centers": "养老服务中心", "assistive devices": "康复辅具社区租赁", "new spaces": "新增公共停车泊位",
}  # fmt: skip

# Measure words that count the same things; across the groups a figure is queried.
COUNTED_ALIKE: Final = tuple(
    frozenset(group.split())
    for group in (
        "人 位 例 名",
        "个 件 台 处 套 宗 家 座 户 所 支 条 段 点 片 组 部 间 项",
        "个 场 场次 期 期次 次 项",
        "个 家 户 户次",
        "个 套 户 间",
        "册 套 本",
        "个 台 部",
        "公里 千米 米",
        "亩 公顷 平方公里 平方米",
        "万元 亿元 元",
        "公斤 吨",
        "% 百分点",
    )
)

# Said of a target in the one, a count in the other is as good: 培训6100人 for 人次, not the other way round.
GOOD_FOR: Final[dict[str, frozenset[str]]] = {"人次": frozenset({"人", "名", "位"})}

# Things that nearly alone are counted in a measure word, for rows whose target has another one.
COUNTED_BY: Final[dict[str, tuple[str, ...]]] = {"部": ("电梯",), "台": ("电梯",), "辆": ("公交", "校车")}

# Verbs that begin a project's name: 优化养老服务.
VERBS: Final = frozenset(("优化", "提升", "促进", "增加", "推进", "加强", "完善", "改善", "实施", "推动"))

# What holds the things that are counted, and is none of them: 停车场6个 are no 泊位.
HOLDERS: Final = ("租赁服务点", "服务点", "租赁点", "停车场", "培训班", "小区内", "宣传栏")

# What a target is called that counts the things that are finished: 实施12个，竣工3个.
FINISHES: Final = frozenset({"竣工", "建成", "完工", "完成", "投用", "交付"})

# Words that are no part of a longer one: 就业 alone does not name 再就业.
ATOMIC: Final = ("再就业",)

# Where two words meet in a name: their signs across the seam are no word (释放学位 is not of 开放学校).
SEAMS: Final = (("开放", "学校"),)

# So general that alone they say nothing of which row.
GENERAL_UNITS: Final = frozenset(
    listed("""
        个 人 人次 件 位 名 处 次 项
    """)
)

# Counted whole: 2.3户 is no count.
PEOPLE: Final = frozenset({"人", "名", "位"})
WHOLE_UNITS: Final = frozenset(
    listed("""
        个 人 人次 件 位 名 处 次 项 户 家 所 场 期次 册 套 条 座 部 台 栋 幢
    """)
)

ENGLISH_UNITS: Final[dict[str, str]] = {
    "homes": "户", "home": "户", "households": "户", "household": "户", "families": "户", "schools": "所",
    "school": "所", "river": "条", "road": "条", "lift": "部", "elevator": "部", "project": "个", "village": "个",
    "villages": "个", "centre": "家", "center": "家", "station": "个", "stations": "个", "lecture": "场",
    "film": "场", "bookshop": "家", "bookshops": "家", "neighbourhood": "个", "places": "个", "seats": "个",
    "spaces": "个", "people": "人", "persons": "人", "jobs": "人", "trainees": "人次", "sets": "套", "roads": "条",
    "rivers": "条", "projects": "个", "performances": "场", "shows": "场", "operas": "场", "films": "场",
    "movies": "场", "books": "册", "mu": "亩", "lifts": "部", "elevators": "部", "units": "套", "patients": "人",
    "centres": "家", "centers": "家", "lectures": "场", "neighbourhoods": "个", "neighborhoods": "个",
    "kindergartens": "个",
}  # fmt: skip

# Bits of names that fit many rows.
COMMON_BITS: Final = frozenset(
    listed("""
        公里 平方 举办 处理
        主要 以上 任务 体系 做好 健全 全区 全市 全年 全面 其中 内容 办好 加强 包括 区域 单位 困难 基础 增加 安装 完成
        实施 工作 工程 年内 建成 建设 开展 开工 总量 情况 成功 成熟 持续 推动 推进 提供 提升 支持 改造 整治 新增 新建
        方式 施工 服务 条件 水平 活动 满足 环境 现场 目标 相关 确保 管理 组织 综合 能力 范围 落实 行动 街道 计划 设施
        社区 资金 达标 进一步 进行 选择 通过 配套 重点 问题 需求 项目
    """)
)


def alike(said: str | None, target: str | None) -> bool:
    """Whether two measure words may count the same things; a number without one fits all."""
    if said is None or target is None or said == target:
        return True
    if said in GOOD_FOR.get(target, ()):
        return True
    return any(said in group and target in group for group in COUNTED_ALIKE)


# One thing measured in another size: 100公顷 are no 100亩.
MEASURES: Final = tuple(
    frozenset(group.split()) for group in ("亩 公顷 平方公里 平方米", "公里 米", "公斤 吨", "万元 亿元 元")
)


def measured_otherwise(said: str | None, target: str | None) -> bool:
    """Whether two measure words differ in size only."""
    return said != target and any(said in group and target in group for group in MEASURES)
