"""What stands beside a number that counts nothing of a plan: meetings, rows of the list, those who are lost."""

from __future__ import annotations

import re
from typing import Final

# 创业那两个数：…, 两个数别弄反
SO_MANY_NUMBERS: Final = re.compile(
    "(?:个|项)?(?:数据|数字|指标|数)(?:[：:，,]|[别都也不]|没|请|麻烦|[我你您]|核)"
)  # 创业那两个数：…
OF_SO_MANY: Final = re.compile(
    "的(?:任务|目标|指标)?(?:已|已经|现在|目前)?(?:做|完成|办|干|改|送|开|到)[了到成]?[0-9一二三四五六七八九十百千两约近]"
)
OF_THE_REPORT: Final = re.compile("(?:个|项)?(?:数据|数字|指标|数)(?!量|据线)[^0-9]{0,3}(?:变|动|更新|调整|不变|有)")
# 不归我们一家管, 下一场9月29日, 上一条有误
PRONOUN: Final = re.compile(
    "(?:我们|咱们|他们|你们|每|哪|同|任何|某|这|那|(?:^|[，,。；;、：: 这那是在比跟和同与从到])[上下前后头])$"
)
MEETING: Final = re.compile("(?:[推调协座碰专]?[进度调谈头题]?会|会议)(?![员所])")  # 这周连开五个会
# 11户老人搬走了, 3户不愿意, 装不了扶手的8户
LOST: Final = re.compile(
    "[\u4e00-\u9fff]{0,6}?(?:搬走|搬家|搬离|去世|过世|走了|外出|住院|放弃|退出|拒绝|不肯|不愿|不想|不同意|退租|拆迁|失联|联系不上|换址|换地方|迁址|移址|重新|返工|停业|停办|歇业|关门|反悔|变卦|不做了|不干了|不装了)"
)
SUCH_AS: Final = re.compile(
    "(?:不了|不上|不动|不通|没[\u4e00-\u9fff]{1,3}|未[\u4e00-\u9fff]{1,3}|不[肯愿同]意?)[\u4e00-\u9fff]{0,4}的$"
)
TO_CHOOSE_FROM: Final = re.compile("(?:家|个|条|所)?(?:备选|候选|意向|待选|备用|初选|拟选|对象|苗子)")  # 定了4个备选
OF_THE_LIST: Final = re.compile("(?<![目以此之])[前后]$|[这那]$")  # 后两项
LIST_IS: Final = re.compile("(?:任务|工作|指标|内容)?(?:都|均|全部?是?|进展|进度|正常|按)")
# 学位一个不少
NOT_ONE_MISSING: Final = re.compile("[都也]?(?:不|没)(?:有)?(?:少|落(?![地实成脚户到定])|差|缺|漏|拉下)")
# 戏少十场, 小区比路多3个
FEWER: Final = re.compile(
    "(?<![至最不多很较缺减])少(?:个|了)?$|比(?![上去前之年原计目序])[^，。；;0-9]{1,6}(?:多|少)(?:出|了)?$"
)
PLACES_GIVEN: Final = re.compile("名额[^，。；;0-9用]{0,6}$")  # 示范村名额今年给了2个
# 11所里差局前街小学1所
LACKS_THIS: Final = re.compile("(?:^|[还就只里中，个所家条户])差(?!不多|一点|额|别|异|距)[一-鿿]{2,10}$")
NOT_EVEN_ONE: Final = re.compile("[都也]?(?:没|未|不)(?![错少])")  # 一个都没装, 一家未开
# 2条河道中新沟河完工: one of them by its name.
ONE_OF_THEM: Final = re.compile(
    "(?![心小学央标期旬间介医])[\u4e00-\u9fff]{2,8}?(?:已|在建|正在|完工|完成|建成|竣工|通车|开工|开放|投用)"
)
FIRST_OF_THEM: Final = re.compile("^[\u4e00-\u9fff]{2,8}?(?:先|最先|率先|打头|还|就|只)")
# 12个小区还在埋管子: what is counted is at something else yet.
# 40亩在种: what is counted is being done.
AT_IT: Final = re.compile("^[ ]?(?:正?在(?![用营运岗租册校服])|待)[\u4e00-\u9fff]{1,2}(?:着|中|的)?[ 。.]*$")
STILL: Final = re.compile(
    "^[\u4e00-\u9fff]{0,6}?(?:还在|正在|仍在|还没|尚未|还未)[\u4e00-\u9fff]|^(?:都|均|全都?|也)在(?!运营|营业|使用|开放|用|运行|册|岗|位)[\u4e00-\u9fff]"
)
# 3个选址定了2个, 10条路招标完成6条
STEP: Final = re.compile(
    "(?:招标|招投标|选址|立项|审批|报批|批复|设计|图审|方案|评审|评估|签约|勘察|备案|挂网|点位|手续|预算|合同|协议|摸底|公示|采购)"
    "(?:手续|工作|文件|书)?(?:都|已经?|也|就|只|刚|才|先)*(?:定|批|过|办|签|选|完成|做|搞|弄|通过|出|拿)(?:了|完|好|下来|到|掉)*$"
)
UNDER_WAY: Final = re.compile(
    "(?:^|[，、；;\\s0-9个家所户条场项部套])(?:正?在|待|拟|未)[\u4e00-\u9fff]$"
)  # 在筹2, 未定1
# 还是1920套没动
STAYS: Final = re.compile("(?:还是|仍是|仍为|依然|依旧|还|停在|维持|保持)(?:在|是)?[^，。；]{0,2}$")
STOOD: Final = frozenset({"没动", "未动", "没变", "未变"})
