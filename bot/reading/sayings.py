"""What a whole message may say: greetings, commands, corrections, promises; and what answers a question."""

from __future__ import annotations

from typing import Final

from bot.reading.words import listed

# ------------------------------------------------------------------ whole messages

GREETINGS: Final = frozenset(
    listed("""
        喂 喂在不在 喂在吗 喂您好 有人在吗 在不在呀 在吗在吗 大家早 各位早 领导早 老师早 都早
        are_you_there good_afternoon good_evening good_morning hello hey hi hi_there 上午好 下午好 中午好 中秋快乐
        在 主任好 你好 你好呀 你好啊 各位好 哈喽 嗨 国庆快乐 在不在 在么 在吗 大家好 您好 您好呀 您好啊 新年好 早 早上好
        早啊 早安 晚上好 晚安 有人吗 科长好 老师好 节日快乐 领导好
    """)
)

ACKS: Final = frozenset(
    listed("""
        中 妥 妥了 妥妥的 晓得哉 roger_that
        看到了 看见了 收着了 记着呢 记下了 记住了 我记着呢 收到啦 知道啦 知道咯 好哒 好咧 好呢 嗯呢 嗯哪 ok的 ok哒
        no_problem copy copy_that understood of_course
        晓得了 晓得 得知 好嘞好嘞 1收到 all_right fine got got_it noted ok okay received roger sure well_received
        will_do yes 了解 了解了 可以 哦 哦哦 嗯 嗯嗯 噢 好 好吧 好嘞 好滴 好的 好的好的 对 对的 已收到 已收悉
        已悉 已知悉
        已签收 已读 已阅 得嘞 恩 收到 收到了 收到收到 收悉 明白 明白了 是 是的 没问题 清楚 清楚了 照办 知悉 知道
        知道了 签收 行 遵命 阅 阅知 马上办 👌 👌🏻 👍 👍🏻
    """)
)

THANKS: Final = frozenset(
    listed("""
        cheers much_appreciated appreciate_it appreciated 先谢过 先谢谢 谢过 先谢了
        谢啦 谢啦谢啦 谢谢哈 many_thanks thank_you thank_you_so_much thank_you_very_much thanks thanks_a_lot thankyou
        thx 万分感谢 不客气 你辛苦了 劳驾 十分感谢 多谢 太感谢了 客气了 您辛苦 您辛苦了 感谢 感谢提醒 有劳了
        给您添麻烦了 谢了 谢谢 谢谢主任 谢谢了 谢谢你 谢谢啦 谢谢您 谢谢提醒 谢谢督查室 谢谢领导 费心了 辛苦 辛苦了
        辛苦啦 辛苦您了 非常感谢 麻烦了 麻烦您了
    """)
)

# Said before or after these and meaning nothing by themselves.
POLITE: Final = tuple(
    listed("""
        啊 呀 哈 哦 啦 了 的 呢 吧 哟 ~ 各位 领导 主任 科长 老师 同志 督查室 督办 助手 小助手 提醒 您 你 我们 我 这边
        弄 搞 下午 上午 晚上 明天 今晚
        打扰了 打扰啦 打扰 打扰一下 冒昧 冒昧打扰
        马上 会 尽快 就 按时 抓紧 安排 落实 报 反馈 报送 上报 办 处理 看 一下 今天 核实 核对 整理 统计 汇总 了解 落实
        去 来 再 这就 立即 抓紧时间 very_much so a_lot
    """)
)

COMMANDS: Final[dict[str, str]] = {
    "开始": "start", "帮助": "help", "怎么写": "help", "反馈": "report", "我的任务": "mine", "汇总": "summary",
    "安排": "schedule", "催办": "remind", "演练": "rehearse", "跳过": "skip", "人员": "people", "请假": "leave",
    "计划": "plan", "出处": "source", "代录": "behalf", "解释": "explain", "减负自查": "burden", "语言": "lang",
    "取消": "cancel", "返回": "back", "找督查室": "contact", "导出台账": "export", "一句话": "line",
    "看原话": "source", "交接": "handover", "help": "help", "summary": "summary", "cancel": "cancel",
    "mine": "mine", "start": "start", "看上次数据": "mine", "看谁没反馈": "silent", "任务": "mine", "菜单": "help",
    "试发": "rehearse", "留痕": "source", "补几个数": "report", "补一句": "report", "report": "report",
    "schedule": "schedule", "back": "back", "status": "summary", "生成通报草稿": "bulletin", "english": "lang",
    "中文": "lang",
}  # fmt: skip

# With something behind them they are commands as well: 汇总 教育局, 代录 民政局 4.3 …
COMMANDS_WITH_WORDS: Final = tuple(
    listed("""
        汇总 代录 解释 催办 跳过 演练 请假 一句话 留痕 安排 出处 交接 试发 语言 导出
    """)
)

SCHEDULE_TALK: Final = tuple(
    listed("""
        改成每 改为每 改到每 每月 每周 每两周 每季 每天 每日 现在催 催一下
    """)
)

UNDO: Final = tuple(
    listed("""
        不用记 随口说的 别当真 退给我 手快发出去
        take_that_back take_it_back cancel_my cancel_that cancel_the_last
        无视 ignore_my ignore_that ignore_the_last please_ignore wrong_chat wrong_group wrong_person
        scratch_that disregard never_mind nevermind
        delete_my delete_the_last remove_my delete_it withdraw_my 刚才的不要 的不要了 删掉 删了 删去 删除 不作数
        退回给我 请退回 撤下来 那条删了 那条删掉 那条删除 删了吧 删掉吧 那条不要 撤回 撤销 撤消 撤掉 收回 作废
        上一条取消 上条取消 刚才那条取消
        取消上一条 取消刚才 删掉刚才 删了刚才 删除刚才 刚才那条不算 刚才的不算 刚刚的不算 上一条不算 上条不算 刚才不算
        前面的不算 不算数 当我没发 当我没报 当没说 当我没说 发错了 发错群了 发错人了 刚才那条作废 刚刚那条作废
        上一条作废 刚才发错了 刚刚发错了
        上一条发错了 上条发错了 那条不要了 不要了刚才 undo withdraw retract recall take_back 撤一下 撤了 请忽略
        忽略上一条 忽略刚才 刚才的别记 别记 先撤 别算 不要算 当没发
    """)
)

CORRECTIONS: Final = tuple(
    listed("""
        是错的 有错
        误报 误填 误写 误录
        scrap_that make_that make_it oops
        嘴快 手快 说早了 报早了 写早了 点早了 点错 选错 勾错 心急报
        手抖 手滑 嘴瓢 看岔 看漏 写岔 打串 写串 报串 填串
        看错行 看串行 看串了 串行了 报高了 报低了 报高 报低 估高了 估低了 颠倒 颠倒了 弄反了 弄反 should_read
        should_have_been 报错 写错 填错 打错 记错 输错 录错 算错 数不对 不是这个数 少打一位 多打一位 少写一位 多写一位
        少打 多打 说大了 说小了 核下来 报反了 写反了 填反了 打反了 记反了 搞反了 漏了 漏报 漏报了 少报 漏算 漏算了
        是重复的 重复算 重复了
        报重 报重了 算重了 记重了
        不准确 不准 说错了 写错了 写多了 写少了 打多了 记多了 记少了 算多了 算少了 算错了 填多了 填少了 打错了 报错了
        填错了 搞错了 弄错了 记错了 看错了 发错数了 数报错了 数字错了 数错了 数据错了 手误 笔误 口误 更正 改一下 改下
        修改一下 改正 纠正 订正 修正 勘误 错了 不对 有误 报多了 报少了 多报了 少报了 应为 应当是 应该为 改为 改成 重报
        重新报数 以这个为准 以此为准 以这次为准 以本条为准 写成 报成 看成 打成 搞混了 弄混了 说反了 correction
        corrected my_mistake i_meant typo wrong_number mistake wrong sorry_it_is sorry_it's sorry,_it_is sorry,_it's
    """)
)

DRAFTS: Final = tuple(
    listed("""
        这是初稿 是初稿 初稿先 先发初稿 先报初稿 留个底 先留底 暂记
        别入库 不急着入库 不入库 定稿再报 定稿后再报 审定后再报 未定稿 还没定稿 先占个位 别上报
        先不上报 暂不上报 先不上传 别录入
        再算数 点了头再 点头再 签了再算 批了再算 同意了再算
        暂缓报 先缓报 缓一缓再报 暂缓上报
        hold_my hold_these hold_the_figures hold_off don't_submit_yet
        存一下 盖过章才 盖了章才 盖章后才 盖章才 才作数 盖章再
        先存着 先保存 不要提交 别提交 先不提交 暂不提交 先存 存着 先别报 先不报 先不要报 暂不报 暂存 存草稿 存为草稿
        存个草稿 草稿 等领导看 等局领导 等局长看 等科长看 领导看过再报 领导审 等领导审 局领导审 领导签字 等领导签
        先留着 先放着 先记着 先记下 暂时别报 别急着报 还没过会 待领导审 待领导 领导过目 领导点头 领导同意后 draft
        save_as_draft hold_it don't_submit keep_it keep_them wants_to_see_it_first
    """)
)

RELEASES: Final = frozenset(
    listed("""
        release submit submit_it submit_the_draft 发出 可以报了 可以报出 可以报出了 可以提交了 同意报出 报出 报出去
        报吧 提交 正式报 正式报出 现在报出 确认报出 请报出 领导同意了 领导同意了报出 领导看过了 领导看过了可以报
        领导看过了报出 领导签了
    """)
)

HANDOVERS: Final = tuple(
    listed("""
        不归我 我不管了 我不管这块 不管这块 联络人改成 联络人改为 联络人换成 联络人变更 联系人改成 联系人改为 联系人换成
        联系人变更 对接人改成 对接人换成 对接人变更 经办人改成 经办人换成 填报人换成 填报人改成 联络员改成 联络员改为
        联络员换成 顶我的班 来顶我 周顶我 王顶我 李顶我 张顶我 陈顶我
        刘顶我 他顶我 她顶我 替我报 代我报 替我填 由他代 由她代 顶班 代班
        联络员换人 换联络员 联络员变更 联络员调整 联络员已调整 换人了 换人负责 我不负责了 不归我管了 不归我负责
        已不负责 不再负责 我调走了 我已调离 我调离 我调岗 调岗了 轮岗了 已轮岗 我退休了 离职 已离岗 工作交接 移交给
        交接给 由他负责 由她负责 改由 现由 换成 接手 接替 以后找 以后请联系 请联系 不是我负责 不是我管
        no_longer_the_contact no_longer_the_liaison no_longer_responsible new_contact new_liaison changed_liaison
        someone_else_does_this somebody_else_does_this
    """)
)

HANDOVER_MARKS: Final = tuple(
    listed("""
        派给 联系 来报 跟进 联络人 联系人 对接人 经办人 填报人 不管 替我 代我 休假 顶班 代班
        联络员 负责 不归我 我调 调离 调岗 轮岗 退休 离职 接手 接替 以后找 换人 contact liaison responsible does_this
    """)
)

# How a clause ends that says when the report will come.
PROMISES: Final = tuple(
    listed("""
        报 报齐 报全 交齐 报送 上报 反馈 回复 回 发 发您 发你 发给您 发给你 报给您 报给你 报您 报你 报过来
        报上来 报上 发过来 发过去 补 补齐 补全 补给您 补给你 补您 补你 补过来 补上来 补交
        补发 补过去 补送 传给你 传给您 传过来 传过去 送给你 送给您 送过去 交给你 交给您
        提供 给 给您 给你 交 填 补报 补上 送来 报送过来 就报 再报 回您 回你 回话 答复 发上来 交上来 send report reply
        get_back answer report_it send_it
    """)
)

LATER: Final = tuple(
    listed("""
        稍后 稍晚 晚点 晚些 晚些时候 一会 一会儿 回头 过会 过会儿 等会 等会儿 待会 待会儿 马上 尽快 过两天 过几天
        改天 later soon tomorrow 晚上 下班前 节后 明早 收假后 in_a_moment
    """)
)

QUESTIONS: Final = tuple(
    listed("""
        一共几 哪几 几位小数 几点前 几点之前 几点截止 几点交 几份 几时
        来着 为准 百分之几 想问 问一下 请教 要填 该填 该报 是填 是报 还是填 还是报 还是按 吗 怎么 怎样 如何 什么
        啥 哪 几月 几号 多少 是否 是不是 能否 能不能 可否 可不可以 要不要 请问 咨询 为什么 为啥 谁 算不算 有没有要求
        何时 多久 对不对 行不行 是按 不懂 没看懂 看不懂 不明白 when what which how why who should_i do_i can_i
        could_you does_it
    """)
)

NOT_QUESTIONS: Final = tuple(
    listed("""
        喂督查室吗 是督查室吗 督查室吗 办公室吗 没什么 没有什么 没有啥 没啥 什么都 怎么都 哪怕 没多少 不多少 要么 这么
        那么 什么的 多么 无论如何 不管怎么 没怎么
        吗啡 没有哪 没哪 没几 没有几 谁都 哪个都 哪儿都 哪都 怎么着 怎么也 什么也 谁也 哪里都
        哪里哪里 还在做呢 没做呢 在办呢 在弄呢 没到呢 没完呢
    """)
)

# ------------------------------------------------------------------ answers to questions

YES: Final = frozenset(
    listed("""
        是 是的 对 对的 嗯 嗯嗯 好 好的 没错 正确 确认 确定 可以 行 对啊 是啊 就是 yes y right correct ok sure
    """)
)

NO: Final = frozenset(
    listed("""
        不是 不对 不 否 错了 不行 不要 没有 先不 不用 no n wrong
    """)
)

# What people type instead of pressing a button, by the option's code.
ANSWERS: Final[dict[str, tuple[str, ...]]] = {
    "month": ("本月", "当月", "这个月", "这月", "月度", "单月", "本期", "month"),
    "total": ("累计", "全年", "今年", "总数", "总的", "合计", "total", "cumulative", "year"),
    "wrong_before": (
        "上次报错",
        "上次错",
        "上次写错",
        "上次不对",
        "更正",
        "上次多报",
        "之前错",
        "之前报错",
        "以前报错",
        "correct",
    ),
    "struck_off": ("核减", "退出", "扣除", "剔除", "核销"),
    "change": ("写错", "改", "重报", "报错了"),
    "above_target": ("超额", "超了", "超出", "就是这么多"),
    "report_done": ("报完成", "完成", "已完成", "done"),
    "keep_counting": ("继续", "还没", "先不", "再统计"),
    "all_reached": ("都达到", "全部达到", "都完成", "达到目标", "全部完成", "完成", "都做完"),
    "not_yet": ("还没", "没有", "没完", "未完成"),
    "all_done": ("全部完成", "完成"),
    "done": ("完成", "已完成", "全部完成"),
    "in_progress": ("没完成", "还没", "在推进", "推进中"),
    "all_rows": ("都是", "全部", "两项都", "两个都", "都一样", "both", "all"),
    "ask_extension": ("申请延期", "延期", "申请"),
    "only_saying": ("说明情况", "只是说明", "不申请", "不延期", "说明"),
    "expected": ("记成", "预计"),
    "not_that": ("不是",),
    "next_year": ("明年", "next year"),
    "already": ("已完成", "已经", "完成了", "当时", "今年"),
    "date": ("日期", "竣工日", "时间", "号", "月"),
    "row": (),
    "right": ("是真的", "属实", "核实了", "准确"),
    "as_target_unit": ("按个", "单位写错"),
}
