"""The problem, in the person's own words."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from bot.reading import beside, words
from bot.reading.clauses import Clause, lacks, subject, waits
from bot.reading.english import english_trouble, is_english
from bot.reading.next_steps import REPORTS_LATER, announced
from bot.reading.stretch import EDGE, Words, stretch
from bot.reading.tokens import Token, trie_pattern
from bot.reading.whole_clauses import Said

_LEAD_PROBLEM: Final = re.compile(
    r"^[\s，,、:：]*(?:但是?|不过|只是|目前|现在|主要|存在的?|就是|遇到的?|的)*"
    r"(?:困难|问题|难点|堵点|症结)(?:和困难|与困难|及困难|及原因|和原因)?(?:是|在于|在|为|有|如下|包括)?[:：，, ]+"
    r"|^[\s，,]*(?:但是?|不过|只是)"
    r"|^[\s，,]*(?i:problems?|difficult(?:y|ies)|held up(?: by)?)\s*[:：]?\s+"
)


def find_problem(clauses: list[Clause], statuses: list[Said], *, more_said: bool) -> Words | None:
    """The clauses that name what is in the way, with their neighbours.

    Catches 苗木没到, 等市里文件, 管线迁改难, 卡在征收, 因疫情停工, and 心理普测还没开始 where more was said of the
    row. Not: 没有困难, 未发现问题, 问题已解决, 困难家庭 (people).
    """
    flags: list[bool] = []
    for place in range(len(clauses)):
        said = more_said or (place > 0 and flags[place - 1])  # 房东换人，合同重签: the one behind the other
        flags.append(_is_problem(clauses[place], place, clauses, statuses, more_said=said))
    if not any(flags):
        return None
    start = _cause_named(clauses, flags)
    end = start
    for place in range(start + 1, len(clauses)):
        if flags[place] or (_goes_on(clauses[place]) and any(flags[place + 1 :])):
            end = place
        elif any(flags[place:]) and place - end <= 0:
            continue
        else:
            break
    while not flags[end]:
        end -= 1
    return stretch(clauses, start, end, _LEAD_PROBLEM, "problem words")


_CAUSE_NAMED: Final = re.compile(
    "^[ ]*(?:主要|根本)?(?:原因|是因为|因为|由于|卡在|问题|困难)(?:主要)?(?:是|在|在于|为)?"
)


def _cause_named(clauses: list[Clause], flags: list[bool]) -> int:
    """The first clause of trouble; 比计划晚了半个月, …, 原因是木料没到货: rather the one that names the cause."""
    start = flags.index(True)
    headed = next((at for at, flag in enumerate(flags) if flag and _HEADED_BY.match(clauses[at].text)), None)
    if headed is not None:
        return headed
    if _only_late(clauses[start]) and any(flags[start + 1 :]):
        return flags.index(True, start + 1)
    named = next((at for at, flag in enumerate(flags) if flag and _CAUSE_NAMED.match(clauses[at].text)), start)
    behind = _LATE.search(clauses[start].text) is not None and not all(flags[start : named + 1])
    return named if behind else start


# 存在问题是…, 主要困难：…: what is named as the problem is it, whatever stood before.
_HEADED_BY: Final = re.compile(
    "^[ ]*(?:目前|当前|现在)?(?:存在|主要|最大|现有)的?(?:问题|困难|难点|堵点|难题|卡点|瓶颈)(?:和困难|与困难)?"
    "(?:主要|就)?(?:是|在于|在|为|:)"
)


def _only_late(clause: Clause) -> bool:
    """德康3号点装修拖了, 晚了十来天: late, and no word of why."""
    if _LATE.search(clause.text) is None or clause.has(words.CAUSE, words.WAIT):
        return False
    causes = [token for token in clause.tokens if token.is_a(words.PROBLEM) and not _LATE.search(token.text)]
    return not causes and "，" not in clause.text and not lacks(clause)


_LATE: Final = re.compile("晚了|拖了|慢了|推迟|滞后|落后|延后|迟了")


def _goes_on(clause: Clause) -> bool:
    if clause.numbers() or clause.new_sentence or any(token.day for token in clause.tokens):
        return False
    return not clause.has(words.NEXT, words.FUTURE, words.ONGOING, words.DONE)


def _is_problem(clause: Clause, place: int, clauses: list[Clause], statuses: list[Said], *, more_said: bool) -> bool:
    if announced(clause) and clause.first(words.NEXT) is clause.tokens[0]:
        return False
    if is_english(clause.text) and more_said and english_trouble(clause.text):
        return True
    if _is_other_talk(clause, place, clauses):
        return False
    named = [
        at for at, token in enumerate(clause.tokens) if token.is_a(words.PROBLEM) and not _in_a_title(clause, token)
    ]
    if clause.has(words.SOLVED) or (named and all(_denied(clause, at) for at in named)):
        return False
    if lacks(clause) and not _is_mere_not(clause):
        return True
    if clause.has(words.DELAYED) and clause.has(words.STAGE) and not clause.numbers():
        return True
    if _HARDLY_ANY.search(clause.text):
        return False
    before = clauses[place - 1] if place else None
    if named or _is_told(clause) or waits(clause) or _is_argued(clause, before) or _unfinished_step(clause, statuses):
        return True
    return _is_behind_it(clause, statuses, more_said=more_said)


_HARDLY_ANY: Final = re.compile("谈不上|说不上|算不上")


def _is_other_talk(clause: Clause, place: int, clauses: list[Clause]) -> bool:
    """A question, a next step, talk of the report itself, what is overcome, none of it, nought."""
    if clause.asks or (clause.has(words.NEXT) and not clause.has(words.PROBLEM)):
        return True
    if _NOTHING_MUCH.search(clause.text) or _OF_REPORTING.search(clause.text) or _UNTIL_A_MONTH.match(clause.text):
        return True
    if REPORTS_LATER.search(clause.text) or _overcome(clauses, place) or _until_a_day(clause):
        return True
    return _none_of(clause) or any(token.number and token.number.value == 0 for token in clause.tokens)


def _is_told(clause: Clause) -> bool:
    """By the form of the sentence: 场地没平整好, 问题：…, 进不来, 比较难, 请区里协调, 被拦下."""
    return bool(
        _undone(clause)
        or _HEADED.match(clause.text.strip())
        or _HEADED_BY.match(clause.text)
        or _CANNOT.search(clause.text)
        or ("难" in clause.text and _HARD.search(clause.text))
        or _ASKS_HELP.search(clause.text)
        or _SCARCE.search(clause.text)
        or (_PASSIVE.search(clause.text) and not clause.has(words.NEG))
    )


def _is_behind_it(clause: Clause, statuses: list[Said], *, more_said: bool) -> bool:
    """A cause, what goes wrong, and a part that has not begun where more was said of the row."""
    if clause.has(words.CAUSE) and (not clause.numbers() or clause.has(words.EXTEND, words.DELAYED)):
        return True
    if _amiss(clause, more_said=more_said):
        return True
    return more_said and any(
        said.part and said.rule in ("not started", "not + start") and clause.start <= said.span[0] < clause.end
        for said in statuses
    )


_OVERCOME: Final = re.compile(
    "克服|战胜|顶住|化解|排除|抢抓|不惧|不受|没受|未受|没有受|并未受|影响不大|影响很小|没多大影响"
)


def _overcome(clauses: list[Clause], place: int) -> bool:
    """克服疫情、高温、台风等不利因素: it was in the way and is so no more."""
    while clauses[place].goes_on and place > 0 and _OVERCOME.search(clauses[place].text) is None:
        place -= 1
    return _OVERCOME.search(clauses[place].text) is not None


_UNTIL_A_MONTH: Final = re.compile(
    "^[ ]*(?:要|得|还要|还得)?等(?:到)?[0-9一二三四五六七八九十]{1,2}月(?:份|底|初|开学|[上中下]旬)?$"
)
_BEFORE_THEN: Final = re.compile("^[ ]*(?:要|得)?等[^，。]{1,6}前[^，。]{2,}")  # 等上冻前把树栽完


def _until_a_day(clause: Clause) -> bool:
    """第三批等国庆放完假再发: it is put off to a day, nothing is in the way."""
    if _BEFORE_THEN.match(clause.text):
        return True
    return (
        any(
            token.is_a(words.WAIT) and following.day is not None and following.start - token.end <= 1
            for token, following in pairwise(clause.tokens)
        )
        and "再" in clause.text
    )


_TITLE: Final = re.compile("《[^《》]*》")
_NOT_A_SINGLE_ONE: Final = re.compile("没有?(?:[一1]|任何|哪)[^，。]{0,8}不|没有?(?:什么|啥)?不")


def _in_a_title(clause: Clause, token: Token) -> bool:
    """The 问题 of 《陈奂生的吃饭问题》."""
    spans = (match.span() for match in _TITLE.finditer(clause.text)) if "《" in clause.text else ()
    return any(start <= token.start - clause.start < end for start, end in spans)


_NONE: Final = re.compile(
    "^[^，。；]{0,6}(?:没有?|无|暂无|尚无|未|不存在|没什么|没啥)[^，。；]{0,16}(?:问题|困难|事项|情况|障碍|矛盾|事情|事|需求)(?:了|的)?$"
)
# 开展难度不大, 水环境问题基本解决: named, and not in the way.
_NOTHING_MUCH: Final = re.compile(
    "(?:难度|困难|问题|压力|阻力|风险|矛盾)(?:都|也|已|已经|基本|总体|倒|并|相对)*(?:不大|不多|不高|很小|较小|可控|不算大|不突出|解决)(?:了)?$"
    "|(?:不用|不必|无需|别|不)(?:太|过于)?(?:担心|害怕|操心)"
    "|(?:不是|不成|不算|不再是)(?:什么|大|啥)?(?:问题|难题|困难)"
    r"|(?i:^\s*(?:there (?:is|are) )?no (?:\w+ )?(?:issue|problem|delay|obstacle|difficult))"
)
_OF_REPORTING: Final = re.compile(
    "(?:系统|网络?|手机|电脑|微信|链接|页面)[^，。；]{0,6}没(?:能)?(?:交|报|发|提交|填|存)(?:成|上|出去|了)"
)
_HEADED: Final = re.compile(
    "(?:存在|主要|当前|目前|现有|最大)?的?(?:问题|困难|难点|堵点|卡点|痛点|瓶颈|短板|制约)(?:和困难|与困难)?[:：]"
)
# 装不了, 垫不动, 进不来, 对接不上: it cannot be done.
_CANNOT: Final = re.compile(
    "(?!差不|说不定|想不到|少不了|用不了|免不了|对不起|离不开|谈不上|算不上|说不上|成不|到不|大不了|要不|好不|[不都也就还]不)"
    "[\u4e00-\u9fff]不(?:了|动|开|上|来|出|下|到|进|起|够|通|认|成|掉|齐|住|拢)"
    "(?!多少|一?点|[限时起降及说定0-9一二两三四五六七八九十百千]|[ \ue000]*[0-9])"
)
_HARD: Final = re.compile(
    "(?<![不困艰没无疑])难(?:度大|度高|度不小)?[了啊]?$|(?:比较|有点|有些|很|太|较|挺|特别|非常|最)难|难度(?:较|很|不小)?大?"
    "|(?<![不困艰疑两])难(?:找|招|办|推|谈|买|请|搞|啃|协调|落实|施工|处理|保证|控制|统一|施展|落地|推进|开展|排上|约)"
)
# 请区政府出面协调供电公司: what is asked for is what is missing.
_ASKS_HELP: Final = re.compile(
    "^[ ]*(?:恳请|请|希望|盼|望|建议|需要|需|请求)(?:区|市|省|领导|财政|上级|督查|有关|相关|政府"
    "|部门|街道|供电|水务|规划|交警|城管|自然资源|办公室)"
    "[^，。；]{0,12}(?:协调|支持|帮助|帮忙|解决|出面|拨付|批复|督促|推动|关心|牵头)"
)
# 工期紧得很, 人手又少; not 工期不紧.
_SCARCE: Final = re.compile(
    "(?:工期|人手|劳力|工人|班组|时间|资金|预算|材料|货源|苗源|场地|车辆|师资)(?:又|也|都|就|还|太|偏|很|比较|有点|有些|实在|确实){0,2}"
    "(?:紧得|紧|少|缺|短|窄|小|贵)(?:了|啊|呢|的|很|得很|厉害|点|些)*$"
)
_PASSIVE: Final = re.compile("被(?![评列授选认表确命推点])")


# 不肯, 不认, 不熟; not 不错, 不变, 不影响.
_NOT_SO: Final = re.compile(
    "(?<![差要好])不(?!错|变|少|大|动|过|影响|是|含|到|用|需|必|存在|断|久|仅|同|等|包括|计|日|高|低|误|受|多|再|算|管|好意思|起"
    "|差|慢|快|落后|停|止|光|但|单|料|如|论|妨|知|确定|清楚|太清楚|一定|好说|准|限|超|会|得|重复|滞|延|远|难|小|急|愁"
    "|亏|晚|迟|[，。；;、 ]|$)"
)
_TOO_LITTLE: Final = re.compile(
    "(?<=[\u4e00-\u9fff]{3})(?<![推进略有比划较些])(?<!改造)(?<!建设)(?<!工作)(?<!项目)(?<!工程)(?<!不)[慢紧贵差低](?:了|点)?$|[跑黄散断垮]了$"
)  # 商户搬离慢
_GOES_WRONG: Final = re.compile(trie_pattern(words.listed(beside.AMISS)))


def _amiss(clause: Clause, *, more_said: bool) -> bool:
    """护理员闹着要走, 有三棵古树不让动, 商砼站停供: what goes wrong; no count, no day, no plan, no remedy."""
    stopped = clause.has(words.DELAYED) and _GOES_WRONG.search(clause.text.split("停工")[0]) is not None  # 限产停工
    if _NOT_A_SINGLE_ONE.search(clause.text):
        return False  # 没有一所不合格
    if clause.has(*_SAYS_ELSE) or (clause.has(words.DELAYED) and not stopped):
        return False
    if any(token.day and not token.day.unclear for token in clause.tokens):
        return False
    match = (
        _NOT_SO.search(clause.text)
        or _GOES_WRONG.search(clause.text)
        or _TOO_LITTLE.search(clause.text.rstrip(EDGE))
        or (None if clause.has(words.NOT_STARTED, words.START) else _not_yet(clause))
    )
    if match is None or not (more_said or _has_doer(clause.text[: match.start()])):
        return False
    place = clause.start + match.start()
    if any(token.number and not _some_of(clause, token, place) for token in clause.tokens):
        return False
    ahead = next((token for token in reversed(clause.tokens) if token.end <= place), None)
    return not (ahead is not None and ahead.is_a(words.NEG) and place - ahead.end <= 3)


_YET: Final = re.compile(
    "(?:没有?+|未)(?!变|动|问题|事|啥|什么|停|耽误|影响|落|滞|超|断|发现|发生|出现|出|收到|接到|别|其他|新|增|报|改|完|到[0-9]|多|错|毛病)"
    "[一-鿿]{1,5}$"
)


def _not_yet(clause: Clause) -> re.Match[str] | None:
    """还有两户菜地没清, 操场灯光没预算: what is missing of a thing that is named; not 没做, 没什么事."""
    if "没" not in clause.text and "未" not in clause.text:
        return None
    match = _YET.search(clause.text.rstrip(EDGE + "呢啊了"))
    if match is None:
        return None
    counts = [token.end for token in clause.tokens if token.number and token.end <= clause.start + match.start()]
    begin = max(counts, default=clause.start)
    return match if len(subject(clause, begin, clause.start + match.start())) >= 2 else None


_SAYS_ELSE: Final = (
    words.DONE, words.NOW, words.SOLVED, words.HEARSAY, words.TOLD, words.FUTURE, words.NEXT, words.EXTEND,
)  # fmt: skip
_TALK: Final = re.compile("[我您你咱]|系统|群里|报表|手机|电脑")


def _has_doer(ahead: str) -> bool:
    """鱼塘老板不让排水, not 我这不方便: somebody of the work itself."""
    return len(ahead.strip(EDGE)) >= 4 and _TALK.search(ahead) is None


def _some_of(clause: Clause, token: Token, place: int) -> bool:
    """有3户不肯签, 两户养殖户闹着要走: so many of them, ahead of what goes wrong."""
    ahead = clause.slice(clause.start, token.start).rstrip()
    noun = not ahead and len(subject(clause, token.end, place)) >= 2
    if token.start > place:
        return ahead.endswith(("了", "掉", "走"))  # 低层住户起诉了一户
    return token.end <= place and (noun or _REMAIN.search(ahead) is not None)


_ARGUED: Final = re.compile(
    "^[ ]*(?:还?剩下?的?|另外|余下的?|还有|另有|其余)[0-9一二两三四五六七八九十]"
    ".*在(?:谈|协调|交涉|商量|扯|磨|沟通|做工作)"
)


_STILL_ARGUED: Final = re.compile("[\u4e00-\u9fff]{2}(?:还|仍|正)在?(?:协调|交涉|商量|扯皮|扯|磨|沟通|做工作|谈)$")


def _is_argued(clause: Clause, before: Clause | None) -> bool:
    """剩两所物业在谈门卫加班费, 二代一个都没落地，场地街道还在协调: what keeps the last of them."""
    if _ARGUED.search(clause.text):
        return True
    if before is None or before.has(words.NO_CHANGE):
        return False
    idle = before.has(words.NEG, words.NOT_STARTED) or _NOT_ONE.search(before.text) is not None
    return idle and _STILL_ARGUED.search(clause.text.rstrip(EDGE)) is not None


_REMAIN: Final = re.compile("(?:有|剩下?|另外?|余下?|其余|其他|还差|剩余)的?$")
_NOT_ONE: Final = re.compile("[一1](?:个|家|条|户|场|所|套)[也都]?(?:没|未)")
_UNDONE: Final = re.compile(
    "(?:没有?|未|尚未|还没有?|还未)能?[\u4e00-\u9fff]{1,3}(?:好|完|成|上|通|清|齐|妥|掉|定|拢|下来|出来)$"
)


def _is_mere_not(clause: Clause) -> bool:
    """还没办完 and 一个也没装好 say how far the row is, not what is in the way."""
    token = clause.first(words.NEG)
    if token is None:
        return False
    step = any(other.is_a(words.STAGE) and other.end <= token.start for other in clause.tokens)  # 两条征收没谈下来
    return _NOT_ONE.search(clause.text) is not None or (
        not step
        and not subject(clause, clause.start, token.start)
        and _UNDONE.search(clause.text.strip(EDGE)) is not None
    )


def _undone(clause: Clause) -> bool:
    """场地没平整好, 有3个村没放成: something is not brought about."""
    match = _UNDONE.search(clause.text.strip(EDGE))
    token = clause.first(words.NEG, words.LEFT, words.NOT_STARTED)
    if match is None or token is None or _NOT_ONE.search(clause.text):
        return False
    if token.is_a(words.LEFT) and any(
        other.is_a(words.STAGE) and token.end <= other.start < clause.start + match.start() for other in clause.tokens
    ):
        return True  # 还有两条征收没谈下来
    if clause.has(words.OTHERS) and len(subject(clause, clause.start, token.start)) < 2:
        return False  # 其他没做完
    return len(clause.slice(clause.start, token.start).strip(EDGE)) >= 2


def _none_of(clause: Clause) -> bool:
    """暂无需要区里协调解决的问题: what stands between is not there either."""
    return _NONE.match(clause.text.strip(EDGE)) is not None


def _unfinished_step(clause: Clause, statuses: list[Said]) -> bool:
    """征迁没结束, 手续还没办完, land not handed over yet: a step before the thing itself is not done."""
    missing = any(said.rule == "not + done" and clause.start <= said.span[0] < clause.end for said in statuses)
    step = any(token.is_a(words.STAGE) and not token.is_a(words.DONE) for token in clause.tokens)
    return missing and not clause.numbers() and (step or clause.text.isascii())


def _denied(clause: Clause, at: int) -> bool:
    """没有困难, 未发现问题, 无需协调问题, 没什么问题; 没问题."""
    token = clause.tokens[at]
    following = clause.tokens[at + 1] if at + 1 < len(clause.tokens) else None
    short = token.text.startswith(("没到", "未到", "不足", "不够", "不到", "缺", "短缺"))
    lacking = token.text in ("缺", "短缺", "欠缺") and len(subject(clause, token.end, clause.end)) >= 2
    if short and not lacking and following is not None and following.number and following.start - token.end <= 1:
        return True  # 没到3000, 不足9所; not 缺20名工人
    if token.text.startswith(("没", "未", "不", "无", "缺", "难")) and len(token.text) > 1:
        return False
    for other in reversed(clause.tokens[:at]):
        if other.text in ("不是", "并非", "并不是", "不再是") and token.start - other.end <= 1:
            return True  # 用地早就不是问题了
        if other.is_a(words.NEG) and token.start - other.end <= 6:
            return True
        if other.is_a(words.PROBLEM) and other.text in ("困难", "问题", "存在问题"):
            continue
        if not other.is_a(words.FILL, words.NEUTRAL, words.PROBLEM):
            return False
    behind = clause.slice(token.end, token.end + 4).strip(" :：")
    return behind.startswith(("无", "没有", "暂无"))
