"""A message, read: the whole way from text to `Reading`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.reading import kinds
from bot.reading.model import Item, Question, Reading, ReadingContext, Why
from bot.reading.more_time import time_asked_for
from bot.reading.outcome import outcome
from bot.reading.paperwork import wants_to_report_later
from bot.reading.parts import parts_of, promise_in
from bot.reading.repairs import FILLER, in_one_breath, repaired
from bot.reading.requests import requested
from bot.reading.same_again import nothing_new
from bot.reading.sections import without_inner_lists
from bot.reading.segments import own_list, row_numbers
from bot.reading.spellings import grouped, joined_by_blanks, spoken_ids
from bot.reading.split import Ref
from bot.reading.take import hold_back, take
from bot.reading.tokens import Tokens, tokenize
from bot.reading.vocabulary import vocabulary
from bot.reading.work import Work
from bot.reading.wrong import is_correction, misplaced, takes_back, without_wrong
from data.language.measure import TIME_WORDS
from data.language.numbers import find_numbers, fold

LIMIT: Final = 1200
MOST_NUMBERS: Final = 100  # no reply has a fifth of them


_WAN: Final = re.compile("(?<=[0-9])[wW](?![A-Za-z0-9])")  # 1.73w
_THOUSAND: Final = re.compile("(?<=[0-9])[kK](?=[^\x00-\x7f]|$)")  # 4.2k了, no second of April
_GROUPED: Final = re.compile("(?<=[0-9],[0-9]{3}),(?![0-9])")  # 7,050, up 12%
_HEADING: Final = re.compile("【([^】\n]{1,6})】")  # 【困难】塔吊还没验收
_HEADS: Final = (
    "(?:(?:任务|项目|单位)名称|(?:年度|全年)?(?:目标|任务|计划)(?:数|值)?|(?:本月|累计|已)?完成(?:数|情况|时间)?"
    "|预计完成时间|存在问题|备注|进展|状态|指标|进度|项目|单位|序号|名称)"
)
_TABLE_HEAD: Final = re.compile(rf"(?m)^[ |/｜]*{_HEADS}(?:[ |/｜]+{_HEADS})+[ |/｜]*$")
# No change on item 1: the row is named behind what is said of it.
_NO_CHANGE_ON: Final = re.compile(
    r"\b(no changes?|nothing new) (?:on|for|in|to|at) ((?:item |row |task |no\. ?|#)?[0-9][0-9.]*)", re.I
)
_LIKE_THE_OTHER: Final = re.compile(
    "((?<![0-9.])[0-9.]+[和跟与同][0-9.]{1,4})(?:都?一样|一致|相同)"
)  # 4.3和4.4一样，都30%
# 数据同9月, 和8月一样: as last month.
_AS_OF: Final = re.compile(
    "(?:数据|数字|情况|进度|进展)?(?:同|和|跟|与)[0-9一二三四五六七八九十]{1,3}月(?:份|底|末)?(?:的?(?:数据|数字|情况|表))?"
    "(?:一样|一致|相同|持平|不变)?(?=$|[\\s，,。;；])"
)
# 老旧小区|16: a pasted table's name and its number.
_CELL: Final = re.compile(r"(?m)(?<=^[\u4e00-\u9fff]{2})\|(?=[0-9])|(?<=[\u4e00-\u9fff]{3})\|(?=[0-9])")
# 先报三个：… so many items are told now.
_TELLS_SO_MANY: Final = re.compile(
    "(?:先|再|就|只|还)(?:报|说|讲|更新|反馈|汇报|发|补)(?:一下|下)?[0-9一二两三四五六七八九十]{1,2}[个项条]"
    "(?:数据|数字|数)?(?=[:：，,。\\n ])"
    "|(?<=[\u4e00-\u9fff])[两二三四五六七八2-8][个项](?:指标|数据|数字|数)(?:是|为)?(?=[:：])"
    "|(?:报|说|更新|反馈|汇报|补|改)(?:一下|下)?[0-9一二两三四五六七八九十]{1,2}[个项条](?:数据|数字|数)?(?=[:：])"
)
# 四项指标里三项超九成：… tells how many rows are so, and then what of each.
_SO_MANY_ARE: Final = re.compile(
    "(?<![前后第0-9.])[两三四五六七八2-8]项(?:指标|任务|工作|内容)?[里中][^，。；：:,;\n]{2,12}[:：]"
)
# 9所，里头两所是这个月新开的
_OF_THOSE: Final = re.compile("(?<=[，,；;。、])这?(?:里头|里面|当中|其中)(?=有?[约近]?[0-9一二两三四五六七八九十百])")
# 9.1 八, 村：一
_LONE: Final = re.compile("(?:(?<=[0-9] )|(?<=[：:]))[一二两三四五六七八九](?=[，,。；;\\n]|$)")
# 1到8项情况周五报您: all that is listed, and of none of it anything.
_WHOLE_LIST: Final = re.compile(
    "(?:^|(?<=[，。；;,\n]))[1-9](?:到|至|-|~)[1-9][0-9]?项(?:任务|工作)?(?:的)?(?:情况|数据|进展|内容|数)"
    "(?=[^0-9]{0,12}(?:报|发|补|给)[您你]?)"
)
_DOT: Final = re.compile("(?<=[0-9])。(?=[0-9])")
# What the chat programs write for a small picture: 了解[抱拳].
_EMOTICON: Final = re.compile(
    r"\[(?:抱拳|微笑|玫瑰|强|ok|握手|合十|双手合十|咖啡|太阳|捂脸|偷笑|呲牙|愉快|憨笑|得意|爱心|拥抱|鼓掌|胜利|加油|流泪|尴尬|苦涩"
    r"|叹气|裂开|吃瓜|旺柴|奋斗|机智|耶|嘿哈|奸笑|调皮|可爱|害羞|庆祝|礼物|红包|鲜花|点赞|赞|笑脸|皱眉|汗|大哭|拳头|敬礼)\]",
    re.I,
)


# 3：20个 is a list's number, no time of day.
_COLON: Final = re.compile(
    r"(?:(?<=^[0-9])|(?<=[^0-9:.][0-9])|(?<=[^0-9:.][0-9]{2})):(?=[0-9]+(?:[.][0-9]+)?[%/万个所户人家套亩条场册座处台部栋名位期项])"
)


# 听养老科讲，适老化两百户往上: what somebody says goes on behind the comma.
_LEADS_IN: Final = re.compile(
    "((?:^|(?<=[，。；;,\n]))[据听按照]?[^，。；;,\n0-9]{0,10}[科局委办室方队位包主理处长总工司家心][那这]?[边里]?(?:在|都|也|刚|跟我|和我|同志)?"
    "(?:介绍|反映|透露|讲|说|称))[，,:]"
)
# 封顶还早, 别写完成: it is not there yet.
_FAR_OFF: Final = re.compile(
    "(封顶|完工|竣工|完成|验收|开放|通车|开馆|投用|交付|收尾)(?:还早|早着呢?|还远|远着呢?|还没影)|别[写报记填算]成?(完成|竣工|完工|封顶)"
)
_NODS: Final = re.compile(r"\[(?:强|ok|抱拳|握手|合十|双手合十|赞|点赞|敬礼|拳头|胜利|加油|奋斗)\]", re.I)


def read(text: str, context: ReadingContext) -> Reading:
    """What the message says, and what has to be asked. Never raises, whatever the text. Of no row nothing is told."""
    if len(text) > LIMIT:
        return _too_much("too_long", length=len(text), limit=LIMIT)
    folded = _plain(text)
    if not folded.strip() and _NODS.search(text):
        return Reading("ack")  # [强][强]
    whole = kinds.whole(folded)
    if whole is not None:
        return Reading(whole[0], command=whole[1])
    if not context.rows:
        return Reading("other")
    special = _special(folded, context)
    return special or _report(folded, context)


def _plain(text: str) -> str:
    """Folded, and what says the same in other signs put one way; every position stays what it was."""
    text = _EMOTICON.sub(lambda match: " " * len(match[0]), text.replace("\t", "|"))
    text = _HEADING.sub(lambda match: f"\n{match[1]}:", _GROUPED.sub("，", text))
    text = _TABLE_HEAD.sub(lambda match: "\n" * len(match[0]), text)
    folded = _THOUSAND.sub("千", _WAN.sub("万", fold(text)))
    folded = _OF_THOSE.sub(lambda match: "其中是"[: len(match[0])], folded)
    folded = _LONE.sub(lambda match: str("零一二三四五六七八九".find(match[0].replace("两", "二"))), folded)
    folded = _COLON.sub("、", _DOT.sub(".", folded))
    folded = _CELL.sub("：", folded)
    folded = _WHOLE_LIST.sub(lambda match: "，" * len(match[0]), folded)
    folded = _TELLS_SO_MANY.sub(lambda match: "，" * len(match[0]), folded)
    folded = _SO_MANY_ARE.sub(lambda match: "，" * len(match[0]), folded)
    folded = _NO_CHANGE_ON.sub(lambda match: f"{match[2]} {match[1]}".ljust(len(match[0])), folded)
    folded = _LIKE_THE_OTHER.sub(lambda match: match[1] + "，" * (len(match[0]) - len(match[1])), folded)
    folded = _AS_OF.sub(lambda match: "同上月".ljust(len(match[0]), "，"), folded)
    folded = time_asked_for(folded)
    folded = _SO_MANY_NUMBERS.sub(lambda match: FILLER * len(match[0]), folded)
    folded = _LEADS_IN.sub(lambda match: match[1] + FILLER, folded)
    folded = _FAR_OFF.sub(lambda match: f"没{match[1] or match[2]}".ljust(len(match[0]), "，"), folded)
    return nothing_new(folded)


def _too_much(code: str, **values: int) -> Reading:
    """What nobody writes at once is asked for in parts, so that no text is slow to read."""
    return Reading("other", ask=True, questions=(Question(code, None, values),))


_ONE_COPY: Final = re.compile("[一几两三四五六七八九十]+[份张声次下项遍]")
# 打错地方了, 发错群: not meant for this office.
_ASTRAY: Final = re.compile("[发打回贴走点转]错(?:了)?(?:地方|群|人|窗口|对话框?|对象|地儿|框|聊天)")
_KEPT: Final = re.compile("(?:不用|不必|无需|不需要|先别|别|怎么|如何|怎样|咋)再?$")  # 不用撤回了, 怎么撤回
# 我调到街道去了，下月起养老这块换陈婷联系
_HANDED: Final = re.compile(
    "我调[到去走]|[换改由让派交转移]给?[\u4e00-\u9fff]{2,3}(?:联系|对接|负责|来报|填报|接手|跟进|经办)|[派交转]给[\u4e00-\u9fff]{2,3}填"
)
_PHONE: Final = re.compile("(?<![0-9])(?:1[3-9][0-9]{9}|[0-9]{3,4}-?[0-9]{7,8})(?![0-9])")
_NO_ENTRY: Final = re.compile(
    "怎么[弄办换改]|怎么操作|如何[办换改]|邀请码|登录|登不|失效|进不去|打不开|绑定|密码|链接|扫码"
)
_BEFORE_ONE: Final = ("上", "前", "这", "那", "刚")  # 上一条


def _special(folded: str, context: ReadingContext) -> Reading | None:
    """Undo and handover: short messages that carry no figures."""
    bare = kinds.stripped(folded)
    if bare in ("撤", "删", "撤吧", "删吧", "撤撤"):
        return Reading("undo")
    undo = kinds.UNDO.search(folded) or _ASTRAY.search(folded) or kinds.UNSAID.search(folded)
    if (
        undo
        and (undo.re is not kinds.UNDO or takes_back(folded))
        and len(bare) <= (48 if folded.isascii() else 24)
        and "?" not in folded
        and not _KEPT.search(folded[max(0, undo.start() - 4) : undo.start()])
        and not (kinds.CORRECTION.search(kinds.masked(folded, kinds.UNDO)) and any(char.isdigit() for char in bare))
    ):
        tokens = tokenize(kinds.masked(folded, kinds.UNDO), context)
        refs = row_numbers(tokens, context)
        figures = [
            token
            for token in tokens.items
            if token.number
            and not (token.number.value == 1 and folded[: token.start].endswith(_BEFORE_ONE))
            and (token.number.unit or token.number.percent or token.number.value > 99)
        ]
        told_anew = any(token.start > undo.end() for token in figures) and re.search(
            "[，,:。；;\n]", folded[undo.end() :]
        )
        if not figures or (refs and not told_anew):
            return Reading("undo", _undone(_meant(refs, folded), context), why={"kind": Why(undo.span(), "undo words")})
    if wants_to_report_later(folded) and not _has_counts(folded):
        return Reading("question" if kinds.asks(folded) or "?" in folded else "promise")
    if requested(folded) and not _has_counts(_ONE_COPY.sub("", folded)):
        return Reading("command")
    handover = kinds.HANDOVER.search(folded) or _HANDED.search(folded)
    asked = kinds.asks(folded) and _NO_ENTRY.search(folded)
    if handover and kinds.HANDOVER_MARK.search(folded) and len(bare) <= 60 and not (_has_counts(folded) or asked):
        return Reading("handover", why={"kind": Why(handover.span(), "handover words")})
    return None


def _has_counts(folded: str) -> bool:
    """A handover that brings the figures along is a report all the same."""
    return any(
        number.percent or number.unit not in (None, *TIME_WORDS) or number.value > 99
        for number in find_numbers(_PHONE.sub("", folded))
    )


_LEFT_ALONE: Final = re.compile("^[^，。；;,]{0,6}(?:不动|留着|保留|照旧|不变|没错|没问题|不用|还要|不撤|不删)")


def _meant(refs: list[Ref], folded: str) -> list[Ref]:
    """撤回5.5，5.1不动: not those that are to stay."""
    kept = []
    for ref in refs:
        if not _LEFT_ALONE.match(folded[ref.end :]):
            kept.append(ref)
        elif len(ref.names) > 1 and re.search("[，,]", folded[ref.start : ref.end]):
            kept.append(replace(ref, names=ref.names[:-1]))
    return kept


def _undone(refs: list[Ref], context: ReadingContext) -> tuple[Item, ...]:
    ids = []
    for ref in refs:
        for name in ref.names:
            if ref.kind == "position" and name.isdigit() and 1 <= int(name) <= len(context.listed):
                ids.append(context.listed[int(name) - 1])
            elif context.row(name):
                ids.append(name)
    return tuple(Item(row_id) for row_id in ids)


# 领导审过了 keeps nothing back.
_REVIEWED: Final = re.compile(
    "(?:领导|局长|科长|主任)(?:已经?|都|也)*(?:审|看|签)[核字阅]?(?:过|完|定|好)*了(?!字?[^，。；;]{0,4}[再才])"
)


_SENTENCE: Final = re.compile("(?:[^；;。\n，,]|[，,](?![ ]*(?:[0-9]{1,2}[.][0-9](?![0-9])|别的|其他|其余|剩下)))+")


def _kept_back(kept: str, folded: str, drafted: re.Match[str] | None) -> tuple[str, re.Match[str] | None]:
    """1：学位先不报，数在核；2：开放了4所: only what has no number is kept back, the rest is reported."""
    sentences = list(_SENTENCE.finditer(folded))
    own = next((match for match in sentences if drafted and match.start() <= drafted.start() < match.end()), None)
    if own is None or len(sentences) < 2 or re.search("[0-9]", _LEAD.sub("", own[0])):
        return kept, drafted
    ends = {folded[own.start() - 1 : own.start()], folded[own.end() : own.end() + 1]}
    if ends & {"，", ","} and not _OF_SOME.match(own[0]):
        return kept, drafted  # 存个草稿，8.1 50%
    others = [match for match in sentences if match is not own]
    if not any(re.search("[0-9]", _LEAD.sub("", match[0])) for match in others):
        return kept, drafted
    return kept[: own.start()] + "\n" * len(own[0]) + kept[own.end() :], None


_OF_SOME: Final = re.compile("^[，, ]*(?:[0-9]{1,2}[.][0-9]|别的|其他|其余|剩下)")
_LEAD: Final = re.compile("^[，, ]*[0-9]{1,2}(?:[.][0-9]+)?(?![0-9])[、:：. ]?")
# 60%→68%, 适老化236变241: from the one to the other.
_FROM_TO: Final = re.compile(
    "(?<![0-9.])([0-9]+(?:[.][0-9]+)?)([个家所户人名套条场册亩台部次期位%]*)[ ]*"
    "(?:→|-+>|=+>|变成?|涨到|升到|增到|加到)[ ]*"
    "(?=([0-9]+(?:[.][0-9]+)?))"
)


def _risen(text: str, context: ReadingContext) -> str:
    """Takes back the number from which a count rose; not 4.2→6家, which names the row."""
    ids = {row.id for row in context.rows}

    def without_first(match: re.Match[str]) -> str:
        named = match[1] in ids or (not match[2] and float(match[1]) <= len(context.listed))
        return match[0] if named or float(match[3]) <= float(match[1]) else FILLER * len(match[0])

    return _FROM_TO.sub(without_first, text)


# 两个数别弄反: so many numbers are no number.
_SO_MANY_NUMBERS: Final = re.compile("(?:那|这|以上)?[两俩2三3]个?数(?:字|据)?(?=别|都|是|一起|没|[:，,。]|$)")


def _report(folded: str, context: ReadingContext) -> Reading:
    """What the message reports: prepared, cut into parts that each speak of one row, and each part read."""
    kept, drafted = _held_back(folded, context)
    repair = repaired(_risen(kept, context), context)
    kept = repair.text
    corrected = is_correction(kept, context) or repair.of_a_report
    if corrected and misplaced(kept, context):
        return Reading("correction", ask=True, questions=(Question("correct_what", None, {"value": None, "rows": ()}),))
    if corrected:
        kept = without_wrong(kept, context)
    work = Work(context, vocabulary(context.rows), corrected, acknowledged=kinds.begins_as_ack(folded))
    work.in_one_breath = in_one_breath(folded, context)
    tokens = tokenize(kept, context)
    numbers = sum(token.number is not None for token in tokens.items)
    if numbers > MOST_NUMBERS:
        return _too_much("too_many_numbers", count=numbers, limit=MOST_NUMBERS)
    parts = parts_of(*_numbered(tokens, work), work)
    work.promised = promise_in(parts, work)
    for part in parts:
        take(part, work)
    if drafted and kinds.OF_ITS_ROW.match(drafted[0]) and hold_back(drafted.start(), parts, work):
        drafted = None
    return outcome(folded, work, drafted=bool(drafted), corrected=corrected)


def _held_back(folded: str, context: ReadingContext) -> tuple[str, re.Match[str] | None]:
    """The text without its words of a draft, and those words where they hold it back."""
    kept = spoken_ids(grouped(without_inner_lists(folded), context), context)
    drafted = kinds.draft_words(_REVIEWED.sub(lambda match: " " * len(match[0]), folded))
    if drafted and kinds.asks(folded) and not any(char.isdigit() for char in folded):
        drafted = None  # 要领导签字么
    if not drafted:
        return kept, None
    kept = kinds.OF_ITS_ROW.sub(lambda match: "这" * len(match[0]), kept)
    return _kept_back(kinds.masked(kinds.masked(kept, kinds.DRAFT), kinds.HELD), folded, drafted)


def _numbered(tokens: Tokens, work: Work) -> tuple[Tokens, list[Ref]]:
    """The tokens and the row numbers among them, without those of a list of the writer's own, 7 860 as one number."""
    context, refs, text = work.context, row_numbers(tokens, work.context), tokens.text
    kept = joined_by_blanks(text, refs)
    own = (
        own_list(refs, len(context.listed), kept)
        or _list_of_one_row(kept, refs, work)
        or _list_in_own_order(kept, refs, work)
    )
    if own:
        kept = "".join("\n" if any(ref.start <= at < ref.end for ref in own) else char for at, char in enumerate(kept))
    if kept == text:
        return tokens, refs
    tokens = tokenize(kept, context)
    return tokens, row_numbers(tokens, context)


def _list_of_one_row(text: str, refs: list[Ref], work: Work) -> list[Ref]:
    """体育设施开放进展：1. … 2. …: a list under the name of a row."""
    signs = [ref for ref in refs if ref.kind == "position"]
    if len(signs) < 2 or len(signs) != len(refs) or [ref.names for ref in signs[:2]] != [("1",), ("2",)]:
        return []
    head = text[: signs[0].start].rstrip()
    if not head.endswith((":", "：")):
        return []
    scores = sorted(work.words.row_scores(head, len(work.context.rows)))
    return signs if scores and scores[-1] >= 1.0 and (len(scores) == 1 or scores[-2] <= 0.5 * scores[-1]) else []


def _list_in_own_order(text: str, refs: list[Ref], work: Work) -> list[Ref]:
    """一、老旧小区：… 二、电梯：… 三、道路：…: numbers of the writer's own, where most of the items name other rows.

    Not where a single item does (2 学位3500个): that is asked about.
    """
    listed = work.context.listed
    numbers = [ref.names for ref in refs]
    if len(refs) < 2 or numbers != [(str(at + 1),) for at in range(len(refs))] or len(refs) > len(listed):
        return []
    index = {row.id: at for at, row in enumerate(work.context.rows)}
    ends = [*(ref.start for ref in refs[1:]), len(text)]
    meant = [_headed(text[ref.end : end], work) for ref, end in zip(refs, ends, strict=True)]
    named = [row == index.get(listed[at]) for at, row in enumerate(meant) if row is not None]
    return refs if len(named) >= 2 and 2 * len(named) > len(refs) and not any(named) else []


_HEAD: Final = re.compile("[^：:，,。；;0-9\n]{2,16}")


def _headed(text: str, work: Work) -> int | None:
    """The row that the first words of an item plainly name."""
    head = _HEAD.match(text.lstrip(" "))
    if head is None:
        return None
    scores = work.words.row_scores(head[0], len(work.context.rows))
    best = max(scores)
    return scores.index(best) if best >= 1.0 and sum(score > 0.5 * best for score in scores) == 1 else None
