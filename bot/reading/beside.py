"""Lists that single rules look for: a word that matters to one rule only, beside the classes of words.py."""

from __future__ import annotations

import re
from typing import Final

from bot.reading.words import listed

# Behind a NEG word they say what is lacking: 基数还没拿到, 手续没批下来.
LACKING: Final = tuple(
    listed("""
        拿到 到位 批 下来 定 签 落实 到货 到齐 谈 解决 移交 交地 拆 迁 腾 协调 办好 办完 办下 审完 审下 收到 拨 到账
        明确 敲定 清零 理清 理顺 弄清 厘清 谈好 谈下 搬 腾出 让出 拨付 发下 出来 交付 回复 答复 同意 通过 批准 跟上
        到账 签字 认可 松口 见到 收齐 凑齐 补齐 找到 招到 选定 选好 配齐 配备 装好 接通 通水 通电 下达 盖章
    """)
)

# What goes wrong, beside the words of class PROBLEM: looked for in clauses that say nothing else.
AMISS: Final = """
    拦着 挡着 堵着 嫌 闹 堵门 停供 停电 停水 断水 断电 断网 断路 破了 碎了 破碎 裂缝 裂了 漏 丢了 偷 收回 涨 太贵
    价格高 价高 押金高 成本高 费用高 冲突 担心 害怕 怕被 遇到 遇上 碰到 碰上 挖到 挖出 挖断 返工 生病 感冒 发烧
    住院 辞职 离职 走人 跑掉 走了一批 走了几个 拒绝 拒不 拒收 拒签 占用 被占 霸占 冻结 查封 起诉 仲裁 换了一拨
    换了人 中断 损坏 损毁 塌 淹 积水 进水 倒灌 超标 违规 处罚 整顿 叫停 抵制 阻止 拦住 拦下 扣押 滞留 瘫痪 崩溃
    重做 重签 重来 重招 重选 重报 推倒 退回来 打回来 重新招 重新选 重新报 重新签 重新做 重新谈 作废
    太忙 防汛忙 忙防汛 忙着防汛 忙于 抽不开身 先停 停一停 停了半
    换地方 换址 换场地 延迟 反弹 卡脖子 卡壳 僵住 谈僵 等料 排队 等米下锅 流失 人手少 人太少 跟不上趟
    掉线 出错 故障 失败 失效 过期 逾期 退租 退订 退货 空缺 跟不了 忙不过来 顾不上 腾不出 排不上 重新设计 改设计
    变更设计 审不下 批不下 议论 有想法 有情绪 没预算 推诿 踢皮球 环保检查 限产 错峰 高考 中考 静默
"""

# Between a count and a percent they say how far what is counted is: 1条完成85%.
HOW_FAR: Final = frozenset(("完成", "完成了", "做到", "做了", "到", "已完成", "进度"))

# 一条约60%: these say nothing of their own there.
LOOSELY: Final = re.compile("大约|大概|差不多|将近|接近|[约近]")

# Beside 延期 they say that it is asked for.

ASKING_FOR: Final = tuple(
    listed("""
        要往后 得往后 建议
        恳请 恳求 请准 望 申请 想 要延 要推迟 要宽限 得延 必须延 恐怕 能否 能不能 可否 可不可以 请求 希望 要求 需要
        可以吗 行吗 行不行 可以不 好不好 请 批准 同意 拟 until_when ask request can could may like need
    """)
)

# Words that begin like a measure word right behind a row's number: 1本月, 6道路, 3家庭.
NOT_COUNTED: Final = tuple(
    listed("""
        方案 方面 方式 方法 方向 方便 平均 平台 平时 平方 户数 人数 家数 个数 套数 场数 条数 项数 亩数 所数 台数
        座谈会 本月 本周 本季 本年 本局 道路 家庭 部分 部门 条件 户外 套餐 场地 场所 处理 床位 名单 位于 位置 组织
        班车 节点 节目 片区 口径 根据 起步 期间 次数 份额 间隔 批复 批准 项目 人行 人社 人员 人才 人次数 台账 件数
        支持 支付 支出 头桥 岁末 孔桥 门诊 段路 块地 度假 针对 笔试 单位 轮椅 首次 首批 首先 年底 年内 月底 日前 天气
        周边 周末 点位 时间 时序 号线 班子 组建 例如 起因 宗地 艘 支撑 只有 只是 只剩 根治 块状 片上 级别 科 本体
        本轮 户均 场馆
    """)
)

# 完不成12月底了, 赶不上年底这个节点
CANNOT_BY: Final = re.compile(
    "(?:[做赶来完达兑交弄干搞封通开建装修改铺种办等撑]不(?:到|上|及|成|了|完|出|好)|够不着|保不住)(?:在)?[ ]?$"
)
# 9月中旬恢复开班
GOES_ON_AGAIN: Final = re.compile(
    "(?:可|可以|能|就|全面|正式|陆续|再)?"
    "(?:恢复(?!通车|开放|原状|绿化|使用|运营|运行)|复工|复课|复训|重启|重新(?:开|启|进))"
)
