"""All words that reading knows, each in one class: the one place to add a word.

A text is cut into the longest words that stand here (`tokens.py`), so a longer word shields a shorter one inside it:
再就业 is NEUTRAL, lest its 再 be taken for an increase. Words of the plan itself (labels, names) are not listed; they
come from the table. The words that only shield stand in shields.py.
"""

from __future__ import annotations

from typing import Final

from bot.reading import shields

# ------------------------------------------------------------------ classes of words inside a sentence

NEUTRAL = "neutral"  # means nothing here and shields what is inside
THING = "thing"  # a noun that shields what is inside it
FILL = "fill"  # particles, and words for the whole task: 进度, 工程, 总体
NEG = "neg"
DONE = "done"
MADE = "made"  # verbs of bringing something about: they say that a number is reached, not that the task is finished
START = "start"
ONGOING = "ongoing"
DELAYED = "delayed"
NOT_STARTED = "not_started"
NO_CHANGE = "no_change"
REPORTED = "reported"
NOW = "now"  # what follows is so by now: 已, 目前
TOTAL = "total"  # the count of the whole year: 累计
UNTIL = "until"  # the date that follows is that of the count: 截至
PLAN = "plan"  # the number that follows is to be reached: 目标
FUTURE = "future"  # what follows is to come: 预计
THIS_YEAR = "this_year"  # the count of this year, planned or reached
MONTH = "month"  # the count of a part of the year: 本月
LAST_YEAR = "last_year"
INCLUDED = "included"  # the number that follows is a part of the one before: 其中
CHANGED = "changed"  # denied, it is no change: 没有…变化
NOT_IT = "not_it"  # the number that follows counts something else, or is denied: 取消了, 不是
EXCESS = "excess"  # by how much a target is passed: 超额
MORE = "more"  # the number that follows is an increase: 同比, 又
LEFT = "left"  # the number that follows is what is missing: 还剩
STAGE = "stage"  # steps before the thing itself: 招标, 签约
EVENT = "event"  # what happens on a date that finishes nothing: 会议
MONEY = "money"
RATE = "rate"  # percents of something else: 开工率
HEARSAY = "hearsay"  # the writer is not sure: 可能, 好像
TOLD = "told"  # the writer has it from somebody: 听说
VAGUE = "vague"  # a number nobody can store: 几十, 出头
NEARLY = "nearly"
PROBLEM = "problem"
SOLVED = "solved"
WAIT = "wait"
CAUSE = "cause"
NEXT = "next"
OTHERS = "others"
ALL = "all"
EXTEND = "extend"
AFTER = "after"  # behind a date: it begins then
PLACE = "place"  # a number behind it is a name: 第, 电话
GRADE = "grade"  # a number before it counts nothing that is to be reached: 11层, 3级

WORDS: Final[dict[str, str]] = {
    NEUTRAL: shields.NEUTRAL,
    THING: shields.THING,
    FILL: shields.FILL,
    NEG: """
        未 没 没有 尚未 还没 还没有 并未 还未 仍未 暂未 从未 未能 没能 没法 无法 不能 不 无 暂无 仍没 仍没有 未曾
        尚无 并无 暂时没 暂时没有 暂时未 还不 迟迟未 迟迟没 没怎么 没咋 还没能 一个没 一个都没 not no never haven't
        hasn't isn't aren't wasn't didn't don't doesn't won't cannot can't without not_yet
    """,
    DONE: """
        topping_out topped_out top_out tops_out topping-out topped-out put_into_use put_into_operation
        封的顶 封了顶 封完顶 封过顶
        主体早封了 主体封了 主体已封 主体封掉 主体封好 主体到顶 结构到顶 结构封了 主楼封了 到顶 到顶了 封掉 封上
        主体结构封顶 主体结构完工 揭牌 开张 开业
        能用了 能用上了 可以用了 能投用了 能通车了 能走车了
        运行中 运营中 营业中 开放中 使用中 开门了 开门迎客 开门营业 开门纳客 办妥 办妥了 弄妥 做妥 落停 竣了 都竣了
        大功告成 告竣 完事 结项 移交养护 移交管养 wrap_up wrapped_up wrapping_up 完成 完工 竣工 建成 建好 做完 搞完
        干完 弄完 忙完 改完 装完 修完 铺完 办完 办结 完结 完毕 结束 收官 搞定 弄好 搞好 做好了 交付 交付使用 投用 投运
        投入使用 投入运营 投入运行 投产 启用 通车 到位 达标 达成 完 全完 落地 全好 都好 好了 完成了 验收通过 通过验收
        竣工验收 完成验收 验收合格 办理完毕 实施完毕 整治完毕 改造完毕 安装完毕 改造到位 整治到位 修好 装好 改好 铺好
        清零 全部清零 扫尾完 收口 销号
        完成任务 全面完成 圆满完成 如期完成 按时完成 全部完成 提前完成 超额完成 顺利完成 完成施工 全部完工 全部竣工
        施工完成
        全面竣工 全部到位 收工 完成改造 完成整治 完成建设 封顶 主体封顶 结构封顶 打通 贯通 对外开放 开馆 开园 亮相
        面世 能完 干得完 做得完 done completed complete completes finished finish finishes delivered handed_over
        completion
    """,
    MADE: """
        挂牌
        认下来 认下来了 批下来了
        开门 开门了 迎客
        选定 选定了 评定 评定了 认定 认定了 评上 评上了 命名 命名了 授牌 训 训了 讲了 租出 租出去 租出去了 借出 借出了
        种了 栽了 划了 挖了 验了 招了 新装 新装了 新加装 新加装了 新做 新做了 新改 新改了 新修 新修了 换了 换新 换新了
        completed_so_far 新增 增加 新建 建设 建 改建 新改建 改造 提升 服务 开放 培训 组织 举办 办 办了 送 送了 放了 放
        演了 演 测了 测 测定 做 做了 做到 干到 到了 改了 装了 铺了 建了 修了 开了 创建 创建了 创 推选 推了 推 批了
        批下来 安装 加装 接入 接入了 接了 新接入 新开工 打造 支持 帮助 完成数 实现 发放 覆盖 惠及 吸纳 参保 开出 拿下
        拿到 获批 通过 达标了 opened retrofitted built trained added installed served created renovated 换好 换好了
    """,
    START: """
        开工 启动 开始 动工 开建 进场 破土 破土动工 动土 开动 动手 着手 开始施工 开始建设 全面开工 全部开工 正式开工
        复工 开挖 施工进场 进场施工 动起来 开展起来 起步 启动建设 开工建设 实施 开展 started start starts begun begin
        began kicked_off
    """,
    ONGOING: """
        差不多封顶 差不多完工 差不多通了 差不多贯通 差不多竣工 差不多收尾 差不多建成
        控制得好 控制得很好 控制良好 情况良好 进展良好 运行良好 势头良好 进入收尾 进入扫尾 进入冲刺
        按原计划 按原定计划 按部就班 按既定计划
        照计划走 按计划走 照着计划走 照计划 照进度走
        赶上来了 赶上来 补回来了 补回来 追回来了 追上来了 追上了 没毛病 没啥毛病
        照常 照常进行 照常开展 正常运转 正常运行 一直在做 一直在办 天天在做
        基本达到序时 基本达序时 基本符合序时 基本按序时 基本跟上序时 基本正常 基本顺利 基本按计划
        没有不正常 没什么不正常 没啥不正常 没有异常 无异常 没异常 一切如常 一切照常 没有不顺
        动态清零 保持清零 持续清零 保持动态清零 均已清零 随有随清 随出随清 即有即清 实时清零 及时清零 随时清零
        比计划快 快于计划 超前 踩着序时 踩着节点 卡着节点 按节点走 按节点 不快不慢 正常走 走得稳
        稳定 平稳 有序 序时以上 在序时以上 高于序时
        能按期完 能按时完 能如期完 能按期完成 能按时完成 能如期完成 可按期完成 可按时完成 可如期完成 能按期 能如期
        进展顺利 推进顺利 一切正常 一切顺利 运行正常 进度正常 推进正常 形势稳定 总体平稳 运行平稳 平稳有序 基本贯通
        基本封顶 基本通车 基本办完 基本弄完 基本弄好 基本改完 基本装完 差不多做完 差不多弄好 基本搞定 基本结束
        基本收尾 赶上序时 追上序时 跟上序时 达到序时 超序时进度 快于序时 赶上进度 追上进度 开放在即 完工在即 竣工在即
        布展 试运营 试运行 推进中 进行中 正在 施工中 在建 正施工 有序推进 稳步推进 有序进行 顺利推进 加快推进 持续推进
        全力推进 扎实推进 正常推进 按计划推进 按序时推进 按计划进行 按计划实施 按时序推进 按进度推进 按节点推进
        有序开展 正常进行 正常开展 正常 推进 实施中 建设中 改造中 办理中 收尾 收尾阶段 扫尾 在推 在推进 在做 在干 在改
        在建设 在施工 在装修 正在施工 正在推进 正在进行 正在实施 正在建设 正在改造 加紧 加快 抓紧 持续开展 稳步开展
        有序实施 全面推进 全面铺开 铺开 按计划 按序时 达序时 序时进度 符合序时 快完 快完成 即将完成 接近完成 基本完成
        大部分完成 部分完成 初步完成 即将完工 快完工 基本完工 接近尾声 进入尾声 尾声 已开工 已启动 已动工 已进场
        已开始 已经开工 已经启动 已经开始 已经动工 已经进场 已全面开工 已全部开工 边施工 在弄 在搞 正常在做 正式施工
        在收尾 在铺 在办 在走 在装 在跑 在修 在审 在做油漆 在布展 紧锣密鼓 有条不紊 陆续 持续做好 持续办好 in_progress
        ongoing under_way underway on_track on_schedule proceeding under_construction going_on going_well
        well_under_way almost_done nearly_done mostly_done almost_finished nearly_finished
    """,
    DELAYED: """
        没到序时 未到序时 还没到序时
        还没追回来 没追回来 没补回来 还没补回来 还没赶上来 没赶上来
        先停 停一停 先停一停 先停了 先停下 停了工 停着 停在那 停下了 赶不及
        工程慢 施工慢 干得慢 做得慢 走得慢 动作慢 慢点 慢一点 慢一拍 慢些 慢半拍 慢一些 偏慢些
        比计划晚 比计划慢 比计划迟 比序时慢 比序时晚 比预期晚 比预期慢 比原计划晚 比原计划慢 比原定晚 比进度慢
        比节点晚
        没有跟上 没有赶上 没能跟上 还没跟上 晚了 慢了半拍 慢得多 掉队 没跟上 未跟上 没赶上 没跟上序时 滞后 落后 延误
        偏慢 缓慢 较慢 有点慢 比较慢 慢于 慢了 进度慢 停工 停滞 停摆 搁置 暂停 停下来 耽误 耽搁 拖后 拖延 跟不上
        赶不上 误期 慢于序时 慢于计划 进展不快 进展慢 进展较慢 推进缓慢 推进较慢 推进不快 推进慢 落后于 晚于计划 脱期
        拖期 滞后于 有些慢 稍慢 略慢 未达序时 没达到序时 未达到序时 低于序时 欠序时 进度不理想 延后 往后拖 拖了
        behind_schedule behind delayed late stalled on_hold suspended slow slower_than_planned lagging
    """,
    NOT_STARTED: """
        还没有动静 还没有开工 还没有开始 还没有启动 未开 毫无动静 没什么动静 还没有什么动静 还没开 未启动 未开工
        没启动 没开工 没动工 未动工 没动 未动 还没动 没开始 未开始 未实施 没实施 未开展 没开展 没有开工 没有启动
        没有开始 没有动工 尚未开工 尚未启动 还没开工 还没开始 还没启动 没动静 没有动静 未破土 没破土 未进场 没进场
        未开建 没开建 未着手 没着手 待开工 待启动 尚待开工 没起步 未起步 原地未动 一点没动 一点都没动 还没搞 没搞
        还没弄 还没做 没做呢 not_started not_yet_started hasn't_started haven't_started not_begun hasn't_begun
        has_not_started yet_to_start not_started_yet has_not_begun have_not_started
    """,
    NO_CHANGE: """
        维持上期 维持上月 维持上次 保持上期 保持上月 延用上期 延用上月
        没往上走 没往前走 没往前推 没往下走
        照上次的 照上次 照上月的 照上回的 照上期的 照上次的报 照上月的报 照上回的报 照老数报 按老数报 按上次的报
        按上月的报
        沿用 还是上次那个 还是上次的 还是上月的 还是之前的 还是之前那个 还是原来那个 还是8月的 还是8月份的 还是9月的
        数据没动 数字没动 数没动 没动过 不用改 暂无新增数据 无新增数据 没有新数据 暂无新增 无新数据 没增加 未增加
        没有增加 没增长 没新增 未新增 没有新增 无新增 没变化 无变化 没有变化 没啥变化 没什么变化 无变动 没变动
        没往上走 没往前走 没往前推 没往下走 没挪窝 没挪步 没往上长 原地踏步 原地不动
        没有变动 没变 未变 不变 无新变化 没有新变化 没有新进展 无新进展 暂无新进展 没新进展 没有新的进展 没啥进展
        没进展 没什么进展 暂无进展 无进展 没有进展 无更新 没更新 没有更新 暂无变化 暂无更新 同上月 同上期 同上次 同上
        同前 跟上月一样 和上月一样 与上月一样 同上月一样 跟上个月一样 和上个月一样 与上个月一样 跟上次一样 和上次一样
        与上次一样 跟上期一样 和上期一样 与上期一样 跟上回一样 跟上回报的一样 跟上次报的一样 跟上月报的一样
        和上次报的一样 同8月 同7月 同9月 同10月 同上月数 同上次数 和上回一样 跟之前一样 和之前一样 与之前一样
        跟以前一样 跟原来一样 和原来一样 与上月持平 和上月持平 跟上月持平 与上期持平 与上次持平 较上月持平 持平 一样
        一致 不动 不动了 照旧 维持原状 维持不变 保持不变 老样子 一样的 还是上次那样 还是那样 还那样 还是上次的数
        还是上次报的数 上次的数不变 还是上月的数 还是上个月的数 还是原来的数 跟上次差不多 和上次差不多 跟上月差不多
        和上月差不多 未有变化 并无变化 数字没变 数据没变 进度没变 没有新情况 无新情况 没新情况 没新的 没有新的
        没啥新的 没什么新的
        沿用上次 沿用上月 按上次的 按上月的 按上次报的 跟8月一样 还是老数 no_change no_changes unchanged
        same_as_last_month same_as_before same_as_last_time nothing_new nothing_changed no_news no_update no_updates
        no_progress_since
    """,
    REPORTED: """
        填过 填过了 录过 录过了 录入过 填报过
        已经发过 已发过 已经交过 已经填过 已经回过 回复过 回复过了 回过了
        报给你们了 报给您了 报给你了 报给你们过 报给督查室了 报给办公室了 发给你们了 发给您了 发给你了 交给你们了
        报过了 报过 已报过 已经报过 已报 已报送 已经报了 已上报 已经上报 上报过 上次报过 前面报过 之前报过 早报了
        都报了 反馈过 反馈过了 已反馈 已经反馈 报送过 报送过了 已经报送 发过了 已经发了 说过了 交过了
        already_reported already_sent reported already_submitted already_told_you
    """,
    NOW: """
        实为 实际为 剔除后 扣除后 核减后 经核减后 实改 实做 实办 实完成 实到 实有 实施了 实建 实训 实发 实测 已 已经
        现已 目前已 均已 都已 也已 已有 已累计 现有 目前 现在 至今 到目前 到现在 现 已达到 已达 到今天 到昨天 今天
        昨天 终于 眼下 迄今 截至目前已 实际 already currently by_now so_far to_date up_to_now now 实绩 实数 实报
    """,
    TOTAL: """
        加起来 合起来 拢共 算起来共 合在一起 共 累计 累计完成 累计数 累计达 累计达到 总计 合计 共计 今年以来 年初以来
        今年共 今年累计 全年累计 1月至今 年初至今 总共完成 一共 总共 总数 今年已 今年总共 今年一共 cumulative
        cumulatively in_total total altogether this_year since_january
    """,
    UNTIL: """
        截至 截止 截止到 截至到 截止目前 截至目前 截止日前 截至日前 截至今天 截至今日 截止今天 截至昨日 截至昨天
        截至当前 as_of until up_to
    """,
    PLAN: """
        计划 目标 任务 年度目标 年度任务 年度计划 全年目标 全年任务 全年计划 目标任务 目标数 任务数 计划数 计划任务
        指标 年度指标 全年 应 应完成 应有 应该是 需 需完成 需要 要求 要 要完成 今年要 一年要 总目标 总任务 目标值
        目标是 任务是 计划是 原计划 原定 本来计划 按计划应 序时应 应达 下达 年度目标任务 全年目标任务 全年任务数 规划
        盘子 总盘子 大盘子 总额度 总规模
        拟建 总户数 总人数 target targets planned plan goal out_of required
    """,
    FUTURE: """
        还排了 又排了 都排了 排定 排定了 还安排了 还安排 还定了 届时 到时 到时候 届期 到那时
        最晚 最迟 至迟 最快 最早也要 完成时限 计划时间 目标时间 时间节点 收尾时间 交付时间 竣工时间 完工时间 完成时间
        开放时间 投用时间 在即 预计 预期 预计到 定在 拟 拟于 争取 力争 确保 将 将于 将在 准备 打算 有望 可望 有希望 估计
        要到 可以 能够 能 可 会 应该能 应该可以 应能 肯定能 一定能 保证 定于 拟定 拟在 计划于 计划在 计划到 目标是在
        希望 预估 可能要 大概要 估计要 应该会 还要 还需 还需要 尚需 力保 力争在 后续 即将 将要 将会 再过 将达 将达到
        due_to_finish due_to_complete due_to_be due_to_open
        待 expected expect expects will aim aiming plan_to plans_to planning going_to hope hoping should_be forecast
        estimated projected anticipate
    """,
    THIS_YEAR: "今年 本年 本年度 今年度 this_time",
    MONTH: """
        本月 当月 这个月 这月 上月 上个月 本周 这周 上周 本季度 本季 当季 这个季度 本月新增 本月完成 当月新增
        当月完成 本月份 当日 今日 昨日 近一个月 一个月来 月均 这一个月 这两天 最近一周 本期 当期 这期 上半月 下半月
        每月 平均每月 本轮 this_month last_month this_week monthly this_quarter
    """,
    INCLUDED: "含 其中 包括 包含 内含 里面有 including of_which",
    CHANGED: "变化 变动 更新 新进展 新情况 新变化 改变 新数据 新动静 change changes update updates progress",
    NOT_IT: """
        登记失业 登记失业人员 服务群众 服务居民 服务观众 惠及群众 惠及老人 受益群众 考核通过
        就业困难人员 涉及 占地 占地面积 建筑面积 最多 最少 平均 人均 场均 单场 每场 户均 放弃 放弃了 共长 全长 总长
        在册 登记在册 建档 应服务 受众 少了 减少了 扣了 损失 损失了 观众 参与人次 参加人数 带动 带动就业 受益 取消了
        取消 退出 退出了 剔除 不是 并非 而不是 不合格 听众 惠及 惠及居民 覆盖居民 听课 来了 参加的 参与的
        困难人员就业 失业登记 登记失业 失业人数 扣掉 扣掉了
    """,
    EXCESS: "超了 超额 超额完成 超出 超过目标 超目标 超计划",
    LAST_YEAR: """
        前面报的 刚才报的 刚报的 上面报的 前面说的 刚才说的 前面写的 刚才写的 上面写的 前面发的 刚发的 比去年 较去年
        比上年 较上年 上次 上期 上回 上次报 上次报的 上次报了 上月报的 上月报 上个月报的 上个月报 原来 原报 原先
        之前报 之前报的 之前 去年 上年 上年度 去年底 去年同期 上年同期 同期 往年 前年 历年 往年同期 截至去年底
        last_year year_before previous_year 本来是 本来
    """,
    MORE: """
        加演 加演了 加办 加办了 加放 加放了 加送 加送了
        新开了 又开了 又开 新添 新添了 又添了 新加了
        较上月 比上月 较上次 比上次 比上期 较上期 较上月增加 比上月增加 比上次增加 较上次增加 比上个月 较上个月
        比上次多 比上月多 比上个月多 增加了 多了 又 再 新开放 新完成 新改造 新服务 新培训 新办 新举办 新建成 新送
        又新增 又增加 又完成 再新增 新增了 比上周 较上周 较年初 比年初 比之前 再完成 再开放 再建 再改造 还将 还要再
        高出 增量 more_than_last increased_by up_by another 多开 多开了 多做了 多装了 多改了 多送了 多办了 多出 多出来
    """,
    LEFT: """
        没封 没封顶 未封 未封顶 还没封 还没封顶 没通 未通 还没通
        只剩 就剩 仅剩 只差 就差 只剩下 就剩下
        还剩 还剩下 剩余 剩下 剩下的 剩 余下 尚余 还余 还差 尚差 差距 缺口 尚缺 还缺 尚有 还有 另有 另外还有 未完成
        没完成 未完工 未竣工 未开放 未改造 没改 没做 没建 尚未完成 还没完成 未安装 remaining remain remains left
        still_to outstanding short_of to_go 尚欠 还欠 欠 就差 只差 差着
    """,
    STAGE: """
        签字同意 已同意 同意的
        定稿 定稿了 出初稿 初稿出来 成稿
        预约了 体测预约 预约登记 预约人数
        路基 水稳 路床 面层 沥青 垫层 灰土 雨污管 围墙 门窗 水电
        选好 选好了 都选好了 选了址 摸了 摸出 摸出来 筛出 筛出来 筛了 筛下来 符合条件 有意愿 有需求 意向户 备选 候选
        浇筑 绑扎 支模 砌筑 抹灰 铺装 摊铺 回填 吊装 焊接 粉刷 喷涂 平整 穿线 养护期 评审 土方 布点 出图 材料
        安装中 办手续 公示期 材料退回 退回修改 退回 在施 待进场 待施工 待装 签了 签完 送审中 在送审 报批中 在报批
        清淤中 在清淤 送审 签约 征迁 推荐 推荐了 申报了 签订 签约率 签协议 签了协议 摸排 摸底 排查 调查 招标 招投标
        投标 中标 开标 挂网 设计 初步设计 施工图设计 图审 立项 审批 报批 批复 报名 登记 受理 勘察 勘探 方案 方案设计
        主体封顶 结构封顶 封顶 可研 可行性研究 公示 征收 拆除 拆迁 入户 评估 评审 前期 前期工作 前期手续 手续 土地手续
        规划许可 施工许可 许可证 测量 放线 交地 清表 意向 申请 申报 审核 初审 复核 选址 采购 订购 备货 进货 基础
        基础施工 桩基 桩基础 主体 主体结构 主体施工 主体工程 土建 装修 装饰 内装 外装 安装调试 调试 油漆 管网 管线
        桥梁 桩 围挡 地基 基坑 支护 招生 筹备 策划 编制 印发 部署 动员 宣传 预算 合同 打桩 初验 预验收 试运行 试运营
        试点 沟通 协商 对接 洽谈 正在施工 在建 正在建设 正在改造 正在办理 已开工 已启动 已动工 开工 待开工 待验收
        待开放 施工 正施工 正在 在施工 在改 在做 在装修 在审 在建设 已进场 进场 拟改造 已签约 已受理 已签 已报名
        已摸排 已评估 审批中 已征收 signed tendering tender design survey surveyed applied applications foundation
        under_construction 动工 开建 愿意 签字的
    """,
    EVENT: """
        开幕 闭幕 开赛 开讲 授牌 挂牌仪式 评优 抽查 考核 审计
        会议 开会 例会 推进会 调度会 协调会 座谈会 现场会 召开 检查 督查 督导 调研 视察 上报 报送 报数 上会 审议 审定
        论证 发布会 报告会 验收 组织验收 出图 出方案 交底 培训会 启动会 放假 开学 上课 过节 下雨 台风 meeting
        inspection hearing
    """,
    MONEY: """
        创业补贴 补贴发放 发放创业补贴 贴息 担保贷款
        投资 总投资 完成投资 投资完成 投入 资金 经费 拨付 到账 支付 补贴资金 补助 补助资金 造价 预算 概算 产值
        产值完成 合同额 贷款 专项债 债券 奖补 发放补贴 investment funds money budget
    """,
    RATE: """
        比计划快
        率 同比 环比 增长 增幅 增速 同比增长 环比增长 上升 下降 增长了 提高了 提高 比计划 超序时 较计划 比目标 高于
        低于 快于 慢于 growth grew increase year-on-year 开工率 投资完成率 资金拨付率 支付率 签约率 失业率 覆盖率
        满意率 满意度 合格率 知晓率 到位率 通过率 利用率 使用率 入住率 参保率 就业率 完好率 绿化率 出勤率 增长率
        拨付率 竣工率 完工率 建成率 验收率 转化率 参与率 建档率 受训率 好评率 上座率 投资额 时间进度 序时 时序进度
        时间已过 序时进度为 序时是 rate satisfaction unemployment year_on_year
    """,
    TOLD: """
        i'm_told i_am_told we're_told they_say they_said
        那边反映 社区反映 不知道真假 不知真假 听说 据说 据施工方说 据街道说 听街道说 听施工方说 听他们说 听同事说
        据反映 据称 reportedly i_heard apparently
    """,
    VAGUE: """
        核一下再 核下再 核了再 核过再 核完再 核好再 核准再 查一下再 查下再 对一下再 对完再 问一下再 问下再 确认下再
        确认一下再 落实一下再
        再核 还没核 没有核 没核过 核一核 核对后再 再确认 再核对 再核实 还要核 多一点 多一些 多点儿 还没出来 没出来
        挂零
        不太准 不一定准 不是准数 暂估 估计数 再核一下 核一下再定
        核了再定 还要再核 出头 十几 几十 几百 几千 好几 若干 十来 大几十 多半
        大半数 没准数 估个数
    """,
    NEARLY: """
        差不多封顶 差不多完工 差不多通了 差不多贯通 差不多竣工 差不多收尾 差不多建成
        基本实现 基本达成 基本达标 基本落实
        差不多了
        基本贯通 基本封顶 基本通车 基本办完 基本弄完 基本弄好 基本改完 基本装完 差不多做完 差不多弄好 大体做完
        基本搞定 基本达到 基本结束 基本收尾 大部完成 基本完成 基本完工 基本建成 基本竣工 差不多完成 差不多完了
        大体完成 大致完成 基本做完 基本到位 almost_done nearly_done mostly_done almost_finished nearly_finished
    """,
    HEARSAY: """
        说是 听说 据说 好像 似乎 可能 也许 说不准 说不好 不确定 不太确定 不太清楚 不清楚 不好说 记不清 印象中 应该有
        应该是 应该 大概率 恐怕 或许 八成是 按说 没核实 未核实 还没核实 待核实 待核 没核对 还没核对 没数 粗略
        据施工方说 据街道说 reportedly i_heard maybe perhaps probably i_think apparently not_sure seems
    """,
    PROBLEM: """
        就卡 只卡 就卡在 还卡在 改来改去 反复修改
        偏紧 期短 窗口期短 变长 力量不足
        不达标
        压力比较大 压力很大 压力不小 压力蛮大
        场地没了 没了场地 人没了
        流标了 又流标 二次流标 漏项 退回来 退回来了 吃紧 吃力 涨租 谈崩 谈崩了 流标 窝工 隔离 关停 倒闭 歇业 需求下降
        塌了 坍塌 倒塌 垮了 冲垮 冲毁
        限行 停产 排期 太窄 狭窄 狭小 太小 太短 太远 开裂 塌方 塌陷 破损 渗漏 返工 超期 断水 短板 太慢 拨付慢 回款慢
        周期长 时间长 程序多 手续多 不理解 有异议 异议 举报 上访 打官司 诉讼 扰民 噪音 光照差 质量差 short_of lack_of
        shortage_of contractor_short too_few not_enough 复杂 太复杂 撤了 撤走 撤场 跑路 没理清 扯皮 拖欠 拖着 僵持
        阻力 怕担责 有抵触 抵触 积极性不高 意愿不高 意愿低 停了 退回来 打回 被退 堵了 封控 断供 缺料 缺口 欠费 欠款
        缺工 难度较大 供应不上 坏了 掉下来 供货晚 到货晚 晚了 晚到 争议 症结 抽不出 接不上 没接进来 没接上 困难 问题
        存在问题 主要问题 主要困难 难点是 难点在 难度 难度大 瓶颈 障碍 不具备 没过 未过 没通过 未通过 招不到 不到位
        制约 卡在 卡住 卡住了 卡着 难以 难推 推不动 推不下去 做不了 没人 缺人 缺钱 缺少 缺 短缺 紧缺 不足 不够 紧张
        欠缺 人手不足 人手不够 人手紧 资金不足 资金紧张 资金缺口 资金没到位 资金未到位 没到位 未到位 没到 未到 没批
        未批 没批下来 没下来 未下达 没下达 没下 未下 没定 未定 没谈妥 谈不拢 谈不下来 没谈拢 不同意 不配合 反对 阻工
        阻挠 纠纷 矛盾 信访 投诉 意见不统一 意见不一致 不一致 意见大 有意见 意见不一 受影响 影响 受阻 遇阻 疫情 雨季
        连续下雨 下雨 台风 汛期 涨价 迁改 管线迁改 未拆 没拆 拆不掉 钉子户 未迁 没迁 停班 未清零 没清零 没货 断货 断供
        缺货 供货不上 供不上 供货慢 供货紧张 超预算 超概算 协调难 协调不下来 需协调 需要协调 请协调 急需 亟需 希望协调
        望协调 请支持 请区里 请市里 亟待 难落实 没着落 没落实 未落实 没解决 未解决 解决不了 没签 未签 不肯 不愿 不愿意
        有难度 有困难 比较难 很难 太难 做不通 征收难 拆迁难 没钱 没资金 没经费 没有资金 没有经费 没地方 没场地
        没有场地 没有合适 没有批复 没有到位 没有到 漏水 事故 质量问题 安全隐患 违约 退场 换人 换施工队 流标 废标
        无人投标 没人报名 生源不足 报名不足 完不成 赶不完 做不完 悬 有风险 风险 压力大 压力较大 没拿到 未取得 没办下来
        办不下来 没交地 未交地 没移交 未移交 断档 缺口大 没腾退 未腾退 打架 重名 problem problems difficulty
        difficulties issue issues blocked shortage lack lacking short_of_staff waiting_for stuck obstacle delayed_by
        dispute because_of due_to held_up held_up_by
    """,
    SOLVED: """
        补上了 补齐了 补足了 填上了 补回来了 追回来了 赶上来了
        处理了 处理完了 都处理了
        问题不大 困难不大 没什么困难 没什么问题 没啥困难 已解决 解决了 已经解决 已协调 协调好了 已到位 已批复
        批下来了 已谈妥 谈妥了 已打通 已处理 处理好了 resolved solved
    """,
    WAIT: """
        待确认 待定稿 待出图
        只能等 只好等 得等 还得等 要等 都在等 干等 等 在等 还在等 还等 正在等 正等 需等 要等 等着 等待 就等 尚待 有待
        待市里 待区里 待上级 待批复 待协调 只等 一直在等 一直等 waiting awaiting pending
    """,
    CAUSE: "因 由于 受 因为 原因是 原因 主要原因 主要是因为 主要是因",
    NEXT: """
        后续 下步 再下一步 对策 整改措施 应对措施 解决措施 措施 下一步 下步 接下来 下阶段 下一阶段 下一步计划
        下一步打算 下一步工作 下步工作 下一步将 下步将 下步计划 下步打算 然后准备 随后 后面 之后 下周 下个月 下月
        next_step next_steps next, next: next we_then next_week next_month 结转明年 结转到明年 结转下年 结转下一年
        carried_over carry_over carry_it_over
    """,
    OTHERS: """
        其他 其余 其它 另 另一 其他的 其余的 其它的 别的 剩下几项 剩下的几项 剩余几项 剩余各项 余下几项 其他项 其余项
        其他几项 其余几项 其他各项 其余各项 其他都 其余都 其他均 其余均 其他项目 其余项目 其他任务 其余任务 别的都
        另外几项 另外几个 the_others others the_rest everything_else all_others rest
    """,
    ALL: """
        各项任务 各任务 各项目 各项指标 全部 均 所有 全都 全 各项都 各项均 每项 每项都 每一项 几项都 这几项 几项
        两项都 三项都 四项都 五项都 六项都 八项都 七项都 全部项目 所有项目 所有任务 全部任务 各项工作 全面 统统 整个
        all everything every both
    """,
    EXTEND: """
        延个把月 晚一个月交 宽一个月
        往后放放 往后推推 往后挪挪 往后拖拖 往后放一放 往后放
        申请延后 请求延后 想延后 申请顺延 想延 要延 得延 需延
        提前到 提前至 挪到 往后挪到 往后挪 往后推到 拖一拖 缓缓 缓一下 往后拖一拖 再往后推 调整为 变更为 放宽到 放宽
        延期 申请延期 延期到 延期至 延到 延至 延长到 延长至 延长 推迟 推迟到 推迟至 推到 推至 宽限 宽限到 宽限至 缓到
        缓一缓 缓至 顺延到 顺延至 顺延 往后延 往后推 放宽至 展期 延后到 延后至 拖到 拖至 延一延 延一下 调整到 调整至
        调到 改到 extend extended extension postpone postponed put_off push_back pushed_back until delay_until
    """,
    AFTER: "起 开始 启动 后 以后 之后 开工 动工 进场 onwards",
    PLACE: "第 排名 位列 编号 电话 手机 号码 文号 微信",
    GRADE: "年级 类 级 楼 层 栋楼 号楼 标段 期工程 号 点 分 岁 周岁 倍速",
}


def listed(text: str) -> list[str]:
    """The words of a text; _ stands for a blank inside one."""
    return [word.replace("_", " ") for word in text.split()]


# Without a comma a new clause begins with one of these.
BREAKING: Final = frozenset({FUTURE, UNTIL, NEXT, OTHERS, HEARSAY})
