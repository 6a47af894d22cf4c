"""What kind of message it is, as far as its words as a whole tell."""

from __future__ import annotations

import re
from typing import Final

from bot.reading import sayings
from bot.reading.model import Kind
from bot.reading.tokens import trie_pattern

_SIGNS: Final = re.compile(
    r"[\s，,。.;；:：!！~、…·*#\"“”'‘’()（）\[\]【】\-_—🙏👌👍😊🌹💪✅☕😀😁😄😂🤝\ufe0f\U0001f3fb-\U0001f3ff]+"
)
_PIECES: Final = re.compile(
    "|".join(
        f"(?P<{name}>{trie_pattern(list_)})"
        for name, list_ in (
            ("ack", [*(word for word in sayings.ACKS if not word.isascii()), "ok", "okay", "roger", "yes"]),
            ("thanks", [word for word in sayings.THANKS if not word.isascii()]),
            ("greeting", [word for word in sayings.GREETINGS if not word.isascii()]),
            ("polite", [word for word in sayings.POLITE if not word.isascii()]),
        )
    )
)


def _finder(listed: tuple[str, ...] | list[str] | frozenset[str]) -> re.Pattern[str]:
    spaced = [word.replace("_", " ") for word in listed]
    chinese = [word for word in spaced if not word.isascii()]
    english = [word for word in spaced if word.isascii()]
    parts = [trie_pattern(chinese)] if chinese else []
    if english:
        parts.append(rf"(?<![A-Za-z])(?i:{trie_pattern(english)})(?![A-Za-z])")
    return re.compile("|".join(parts))


UNDO: Final = re.compile(f"(?!(?<=要)不)(?:{_finder(sayings.UNDO).pattern})")  # not the 不要算 of 要不要算
# 刚报的不算, 算我没说, 上面那条作废.
UNSAID: Final = re.compile(
    "(?:刚刚?才?|上一?条|上面|前面|早上|昨天|那条|这条|之前)(?:那条?|这条?|的|[报发说写填]的?|消息|个|数)*"
    "(?:麻烦|请|帮我|先|给我|都|也)*(?:不算数?|不作数|作废|[别不]用(?=[，,])|别[算记管看理]|不要了|撤|收回|删|拿下来|拿掉|下掉|退回)|[，,]撤(?:了|吧|掉)?[。!！]*$|[发报交]早了[，,][^，。；;0-9]{0,4}(?:退回|撤|收回|删)|[算当]我?没[说报发]"
    "|(?:延期|延长|展期|宽限)(?:的?申请)?[^，。；;,0-9]{0,4}(?:不要了|不用了|取消|撤|作废|收回|算了|不报了|不申请了)"
    "|(?:取消|撤回|撤销|收回)[^，。；;,0-9]{0,6}(?:延期|展期|宽限)"
)
CORRECTION: Final = _finder(sayings.CORRECTIONS)
DRAFT: Final = _finder(sayings.DRAFTS)
# 4.2先记6家，王局点了头再算数: it counts when somebody has nodded; not 审完就报, which is to come.
HELD: Final = re.compile(
    "(?:[等待要][\u4e00-\u9fff]{0,4}?)?(?:局|科|处|区长|主任|书记|领导|主管|分管|总|部长)[^，。；;,0-9]{0,3}?(?:点了?头|签了?字|同意|认可|过目|拍板|审[过完核定]|看[过完]|批[了准过]|松口)"
    "[^，。；;,0-9]{0,3}(?:再|才)(?:算|定|入|记|生效|作数|正式|往上|上报|报[^您你给])[^，。；;,0-9]{0,3}|(?:再|才)(?:算数|作数)"
)
# These hold back what stands beside them, and no more: 1：学位先不报；2：开放了4所.
OF_ITS_ROW: Final = re.compile("(?:先|暂|暂时|别急着)(?:不要?|别)上?报")
HANDOVER: Final = _finder(sayings.HANDOVERS)
HANDOVER_MARK: Final = _finder(sayings.HANDOVER_MARKS)
QUESTION: Final = _finder(sayings.QUESTIONS)
NOT_QUESTION: Final = _finder(sayings.NOT_QUESTIONS)
LATER: Final = _finder(sayings.LATER)
_SCHEDULE: Final = re.compile(rf"^(?:{'|'.join(sayings.SCHEDULE_TALK)})")


def draft_words(folded: str) -> re.Match[str] | None:
    """Where the message says that it is no report yet."""
    return DRAFT.search(folded) or HELD.search(folded)


def stripped(folded: str) -> str:
    """Without signs, lower case: what is compared with whole-message words."""
    return _SIGNS.sub("", folded).lower()


_GAP: Final = re.compile(r"[\s，,:：]")


def whole(folded: str) -> tuple[Kind, str | None] | None:
    """The kind of a message that is nothing but one of the known sayings, and the command it gives.

    Catches 收到, 好的谢谢, 您好, 报出, 汇总 教育局, /help. Not: 收到，学位3500个 (more is said).
    """
    spoken = " ".join(folded.split()).strip(" .!?,~，。！").lower()
    if folded.lstrip().startswith("/"):
        head = folded.strip()[1:].split(" ")[0].split("@")[0].lower()
        return "command", sayings.COMMANDS.get(head, head or None)
    bare = stripped(folded)
    if not bare:
        return ("ack", None) if any(sign in folded for sign in "👌👍✅") else None
    for candidate in (bare, spoken):
        if candidate in _RELEASES:
            return "release_draft", None
        if candidate in sayings.COMMANDS:
            return "command", sayings.COMMANDS[candidate]
        if candidate in _ACKS:
            return "ack", None
        if candidate in _THANKS:
            return "thanks", None
        if candidate in _GREETINGS:
            return "greeting", None
    if _RELEASED.match(bare) or _SIGNED_OFF.search(folded):
        return "release_draft", None
    if _TOILED.match(bare) or _THANKED.match(bare) or _THANKFUL.match(bare):
        return "thanks", None
    if _GREETED.match(bare) or _INTRODUCED.match(bare):
        return "greeting", None
    if _NO_MISTAKE.match(bare):
        return "ack", None
    if _CONFIRMED.search(bare) and len(bare) <= 24:
        return "ack", None
    pieces = [piece.strip() for piece in re.split("[,.!，。！]", spoken) if piece.strip()]
    if len(pieces) > 1:
        for kind, sayings_ in (("thanks", _THANKS), ("ack", _ACKS), ("greeting", _GREETINGS)):
            known = _THANKS | _ACKS | _GREETINGS
            if all(piece in known for piece in pieces) and any(piece in sayings_ for piece in pieces):
                return kind, None  # type: ignore[return-value]
    first, _, rest = _GAP.sub(" ", folded.strip(), count=1).partition(" ")
    if rest and first in sayings.COMMANDS_WITH_WORDS:
        return "command", sayings.COMMANDS.get(first, first)
    if _SCHEDULE.match(bare) and "%" not in bare and not _COUNTS.search(folded):
        return "command", "schedule"
    return _pieced(bare)


# 刘局签了，可以报; 刚才的草稿可以发了. Not 等局长签了字就报, which is to come.
_RELEASED: Final = re.compile(
    "^(?![一-鿿]{0,6}[审看批签](?:完|过|好)就[报发提])(?:(?:[一-鿿]{0,3}(?:局|科长|主任|领导|局长|分管|书记|区长))?(?:都|已经?|也|刚)*(?:签|审|看|批|过会|过目|同意|点头|没意见|ok|认可)"
    "(?:过|完|定|核|字|头)*了?|(?:刚才|上午|早上|昨天|之前)?(?:的|那个|那份|存的|那条)*(?:草稿|存稿|底稿))"
    "(?:可以|能|就|请|现在|直接|帮忙|麻烦|帮我|都)*(?:报|提交|发|上报|入库|报送)(?:出去?|上去|吧|了|啦|哈)*$"
)
_SIGNED_OFF: Final = re.compile(
    r"(?i:\b(?:approved|signed off|signed|ok'?d)[, ]+(?:you can |please |pls )*"
    r"(?:submit|send|release)(?: it| them)?[.! ]*$)"
)
_COUNTS: Final = re.compile("[0-9][人名户家所套亩册部台]")  # 每月上门4次，服务20100人 orders no schedule
_TITLE: Final = "(?:[\u4e00-\u9fff]{0,2}(?:科长|主任|局长|处长|科|老师|书记|区长|领导|同志|姐|哥|总|工))?"
_GREETED: Final = re.compile(
    f"^{_TITLE}(?:您好|你好|(?:早上?|上午|中午|下午|晚上|傍晚|周[一二三四五六日末]|星期[一二三四五六日]|礼拜[一二三四五六日]|新年|大家|各位)好"
    f"|早|(?:周末|节日|假期|国庆|中秋|端午|元旦|春节|新春|新年|双节|工作)(?:快乐|愉快))[呀啊哇哈哦吖鸭]?$"
    f"|^(?:您好|你好|早){_TITLE}$|^(?:good)?(?:morning|afternoon|evening)(?:all|everyone|team)?$|^happy[a-z]{{3,10}}$"
)
# 早上好呀，我是文旅小蒋; 您好，新接手的，姓缪
_INTRODUCED: Final = re.compile(
    f"^(?:督查室|各位|大家)?(?:的)?{_TITLE}(?:您好|你好|大家好|各位好|早上好|上午好|中午好|下午好|晚上好|早)[呀啊哇]?{_TITLE}"
    "(?:(?:我是|我叫|这里是|这边是|新接手的?|新来的|姓)(?!联络员)[^0-9没完做有]{0,10}|[一-鿿]{2,4}局?的?[小老][一-鿿])+$"
)
_THANKFUL: Final = re.compile(
    "^(?:收到|好的)?(?:非常|十分|太|真是|实在)?(?:感谢|谢谢|多谢|辛苦|麻烦|有劳|劳烦)"
    "(?:您|你|你们|您们|各位|领导|主任|科长|老师|督查室|大家|同志|同志们|的|耐心|解答|提醒|支持|帮助|关心|指导|理解|配合|回复|通知|关照|费心|一直|这么|了|啦|哈|啊|哦|呀|谢谢|辛苦)*$"
)
_TOILED: Final = re.compile("^(?:督查室|各位|大家|领导|同志们?|的|主任|科长|们)+(?:都)?辛苦(?:了|啦|哈|哦)?$")
_THANKED: Final = re.compile("^(?:非常|十分|衷心)?感谢.{0,8}(?:支持|关心|提醒|指导|帮助|理解|关照|信任)$")
_CONFIRMED: Final = re.compile(
    "(?:是对的|没错|没报错|没问题|无误).{0,3}(?:不用|无需|不必)再?(?:改|撤|动|更正)|(?:不用|无需|不必)再?(?:改|撤回?)了?.{0,4}(?:是对的|没错|无误)"
)
_ACKS: Final = frozenset(word.replace("_", " ") for word in sayings.ACKS)
_THANKS: Final = frozenset(word.replace("_", " ") for word in sayings.THANKS)
_GREETINGS: Final = frozenset(word.replace("_", " ") for word in sayings.GREETINGS)
# 4300，一个字都没错
_NO_MISTAKE: Final = re.compile(
    "^[0-9]*[个所家户人套条场亩%]*(?:一个字|一点|完全|肯定|绝对|都|数|这个数|我核过)*(?:没错|没有错|没问题的|是对的)[的哦啊呢]*$"
)
_RELEASES: Final = frozenset(word.replace("_", " ") for word in sayings.RELEASES)


def _pieced(bare: str) -> tuple[Kind, str | None] | None:
    """收到谢谢, 好的马上办, 领导早上好: nothing but such words, one after the other."""
    if len(bare) > 24:
        return None
    at, seen = 0, set()
    while at < len(bare):
        match = _PIECES.match(bare, at)
        if match is None or match.end() == at:
            return None
        seen.add(match.lastgroup)
        at = match.end()
    if seen >= {"ack", "thanks"} and bare.startswith(("好", "行", "嗯", "可以")):
        return "thanks", None
    for kind in ("ack", "thanks", "greeting"):
        if kind in seen:
            return kind, None
    return None


_ASKING_END: Final = re.compile("(?<![这那什怎多要])么(?=[？?，,。；;！!\\n ]|$)")  # 要报么; not 道路么6条
_OR_NOT: Final = re.compile(r"[^还都也就要]不[吧啊呀？?。 ]*$")  # 能发语音不
_OR: Final = re.compile(r"([\u4e00-\u9fff])还是[^，。；;,\n]{1,8}\1[啊呢呀]?[？?。 ]*$")  # 今天交还是月底交
_ONE_OR_OTHER: Final = re.compile(
    "[报填按][^的，。；;,\n]{1,10}还是[^，。；;,\n]{1,12}[数报填口径]$"
)  # 报9月25日还是30日的数
# 是算到25号还是今天, 算场次还是点位; not 是雨天还是没进场 (still not), 65%还是66% told
_THIS_OR_THAT: Final = re.compile(
    "(?<!还)[是算按填报][^，。；;,\n]{1,12}还是(?![没未不老原上那这很有停慢只卡推堵差零缺等太比紧难])"
    "(?!百分|[0-9.]+(?![0-9.号月日季])|[一二两三四五六七八九十百千万]+(?![一二两三四五六七八九十百千万号月日季]))"
    "[^，。；;,\n]{1,14}[啊呢呀哦]?[?？。 ]*$"
)
# 晚一天交有影响没
_IS_THERE: Final = re.compile(
    "有(?:没有)?(?:影响|关系|问题|说法|要求|规定|模板|必要|办法|通知|安排|变动|范本|样表)"
    "[没不](?:有)?[啊呀呢]?[?？。 ]*$"
)
_IS_IT: Final = re.compile(
    r"(?i:^\s*(?:is|are|do|does|did|should|shall|can|could|may|will) (?:it|we|i|you|this|that|these|they|the)\b)"
    r"(?![^.;\n]*\buntil\b)"
)
_A_NOT_A: Final = re.compile(r"([\u4e00-\u9fff])[不没]\1")
_PROMISED: Final = re.compile(
    rf"(?:{trie_pattern([word for word in sayings.PROMISES if not word.isascii()])})"
    r"(?:一下|了|的|哈|哦|啊|吧|呢)?[\s。.!！~]*$"
    rf"|(?i:\b(?:{'|'.join(word.replace('_', ' ') for word in sayings.PROMISES if word.isascii())})\b)"
)


def promises(text: str) -> bool:
    """Whether a clause says that a report will come: 明天上午报给您, 审完就报; not 10月20日前报批."""
    return _PROMISED.search(text) is not None


# 我问一下科室, 去问问他们: somebody else is to be asked; not 我问一下这个怎么填.
_ASKS_OTHERS: Final = re.compile(
    "问(?:一?下|问|一问)?(?:科室|科里|局里|领导|主任|局长|科长|处长|他们|她们|同事|同志|街道|社区|镇上|施工|业主|业务|财务|中介|监理"
    "|各|下面|底下|对方|经办|负责|市里|区里|上面)"
)
_LEFT_OPEN: Final = re.compile(
    "[定选是用给批]哪[^，。；;,]{0,6}(?:要看|还没定|没定|未定|等|由|得看|听|不由)"
)  # 定哪2个要看市里
_FIGURE_STANDS: Final = re.compile("以[^，。；;]{0,6}[0-9][0-9.,]*[^，。；;]{0,3}为准")


def asks(text: str) -> bool:
    """Whether a stretch is a question: 这个数报到几月, 是不是按累计报; not 没什么困难, 什么的."""
    plain = _LEFT_OPEN.sub("", text).replace("不是不是", "")
    plain = _ASKS_OTHERS.sub("", _FIGURE_STANDS.sub("", NOT_QUESTION.sub("", plain)))
    return QUESTION.search(plain) is not None or any(
        pattern.search(text)
        for pattern in (_A_NOT_A, _ASKING_END, _OR_NOT, _OR, _ONE_OR_OTHER, _THIS_OR_THAT, _IS_THERE, _IS_IT)
    )


SUPPOSED: Final = re.compile("[比例譬]如|假如|假设|打个比方")  # what follows is an example of the question


def masked(text: str, pattern: re.Pattern[str]) -> str:
    """The text with all that matches as line breaks, so that positions hold and what follows begins anew."""
    return pattern.sub(lambda match: "\n" * len(match[0]), text)


_ACK_START: Final = re.compile(
    rf"\s*(?:(?:{trie_pattern(word for word in sayings.ACKS if not word.isascii() and len(word) > 1)})"
    r"(?:[一-鿿]{0,2}(?:科长|主任|局长|处长|科|老师|书记|领导|姐|哥|总|工))?|[好行嗯哦噢恩欧]|ok|OK|Ok)[\s，,。！!、~]"
)


_THANKS_START: Final = re.compile("^[\\s]*(?:非常|十分|太)?(?:感谢|谢谢|多谢|辛苦)")


def begins_as_thanks(folded: str) -> bool:
    """谢谢提醒，差点忘了 and 辛苦王科: short, and thanks first."""
    return len(stripped(folded)) <= 16 and _THANKS_START.match(folded) is not None


def begins_as_ack(folded: str) -> bool:
    """收到，… and 好的，…: whatever follows, the reminder was seen."""
    return _ACK_START.match(folded) is not None
