"""Clauses: what stands between two breaks, with what is asked of it by every rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from bot.reading import beside, words
from bot.reading.segments import shifted
from bot.reading.split import Ref
from bot.reading.tokens import BREAK, PAUSE, Token, Tokens

_SENTENCE_ENDS: Final = "。；;\n\r！!？?."


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch without a break. `goes_on` is true behind a 、; `new_sentence` behind a full stop or line break.

    `cut`: nothing stands between it and the clause before. `asks`: it is a question. `aside`: it stands in brackets.
    """

    start: int
    end: int
    text: str
    tokens: tuple[Token, ...]
    goes_on: bool = False
    new_sentence: bool = False
    asks: bool = False
    cut: bool = False
    aside: bool = False
    classes: frozenset[str] = field(init=False, compare=False, default=frozenset())
    counts: tuple[int, ...] = field(init=False, compare=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "classes", frozenset().union(*[token.classes for token in self.tokens]))
        object.__setattr__(self, "counts", tuple([at for at, token in enumerate(self.tokens) if token.number]))

    def has(self, *classes: str) -> bool:
        return not self.classes.isdisjoint(classes)

    def first(self, *classes: str) -> Token | None:
        if self.classes.isdisjoint(classes):
            return None
        return next((token for token in self.tokens if token.is_a(*classes)), None)

    def numbers(self) -> tuple[int, ...]:
        """The indexes of the number tokens."""
        return self.counts

    def left_of(self, at: int) -> tuple[Token, ...]:
        """The tokens between the number before and this one."""
        low = at
        while low > 0 and not self.tokens[low - 1].number:
            low -= 1
        return self.tokens[low:at]

    def right_of(self, at: int) -> tuple[Token, ...]:
        """The tokens between this number and the next."""
        high = at + 1
        while high < len(self.tokens) and not self.tokens[high].number:
            high += 1
        return self.tokens[at + 1 : high]

    def slice(self, start: int, end: int) -> str:
        begin, stop = start - self.start, end - self.start
        return self.text[begin if begin > 0 else 0 : stop if stop > 0 else 0]

    def within(self, start: int, end: int) -> Clause:
        """What of it begins between two places, with the same marks."""
        tokens = tuple(token for token in self.tokens if start <= token.start < end)
        return replace(self, start=start, end=end, text=self.slice(start, end), tokens=tokens)

    def text_left_of(self, at: int) -> str:
        previous = max((token.end for token in self.tokens[:at] if token.number), default=self.start)
        return self.slice(previous, self.tokens[at].start)

    def text_right_of(self, at: int) -> str:
        following = min((token.start for token in self.tokens[at + 1 :] if token.number), default=self.end)
        return self.slice(self.tokens[at].end, following)


# Nobody writes so much without a break; what does is cut, so that no text is slow to read.
_MOST_TOKENS: Final = 25
_MOST_CHARS: Final = 120


def clauses_of(tokens: Tokens, start: int, end: int, ref: Ref | None) -> list[Clause]:
    """The clauses of a segment, without the ref's own signs."""
    found: list[Clause] = []
    held: list[Token] = []
    state = _State(start)
    full = False
    for token in _rest(tokens, start, end, ref):
        if token.is_a(BREAK, PAUSE):
            state.close(tokens, found, held, token.start, token)
            full = False
            continue
        if full and token.is_a(*words.BREAKING):
            split = held.pop() if held[-1].day and held[-1].end >= token.start - 1 and len(held) > 1 else None
            state.close(tokens, found, held, split.start if split else token.start, None)
            held.extend([split] if split else [])
            full = False
        elif len(held) >= _MOST_TOKENS or token.start - state.start > _MOST_CHARS:
            state.close(tokens, found, held, token.start, None)
            full = False
        held.append(token)
        full = full or token.number is not None or token.is_a(*_SAYING)
    state.close(tokens, found, held, end, None)
    return found


# What says something by itself, so that 预计 behind it begins anew: 3500个预计11月底完成.
_SAYING: Final = (
    words.DONE, words.ONGOING, words.NOT_STARTED, words.DELAYED, words.NO_CHANGE, words.PROBLEM, words.START,
)  # fmt: skip


class _State:
    """Where the clause began and how the one before ended."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.goes_on = False
        self.new_sentence = True
        self.cut = False
        self.aside = False

    def close(self, tokens: Tokens, found: list[Clause], held: list[Token], end: int, sign: Token | None) -> None:
        text = tokens.text[self.start : end]
        if text.strip():
            asks = sign is not None and sign.text in "？?"
            made = Clause(
                self.start, end, text, tuple(held), self.goes_on, self.new_sentence, asks, self.cut, self.aside
            )
            found.append(made)
            self.goes_on = self.new_sentence = False
        held.clear()
        self.start = end if sign is None else sign.end
        self.cut = sign is None
        if sign is not None:
            self.goes_on = sign.is_a(PAUSE)
            self.new_sentence = self.new_sentence or sign.text in _SENTENCE_ENDS
            self.aside = sign.text == "(" or (self.aside and sign.text != ")" and not self.new_sentence)


def _rest(tokens: Tokens, start: int, end: int, ref: Ref | None) -> Iterator[Token]:
    """The tokens of a segment; the ref counts as a break."""
    passed = ref is None
    for token in tokens.between(start, end):
        if ref is not None and not passed and token.start >= ref.start:
            yield Token(ref.start, ref.end, "，", frozenset({BREAK}))
            passed = True
        if ref is not None and ref.start <= token.start < ref.end:
            if token.number and token.number.end > ref.end:
                yield shifted(token, ref.end)
            continue
        yield token
    if not passed and ref is not None:
        yield Token(ref.start, ref.end, "，", frozenset({BREAK}))


_PARTICLES: Final = frozenset(
    "的了在到是为有也都还就共等里呢吧啊把被给和与及且其个只才刚这那该此本已约近超多余做"
    ":： \ue000()（）\"“”'‘’-/<>《》~·*\t"
)


def subject(clause: Clause, start: int, end: int) -> str:
    """What is left of a stretch when all known words and particles are gone: the thing that is spoken of."""
    left = []
    source = _SOURCE.match(clause.text, start - clause.start)
    at = source.end() + clause.start if source is not None and source.end() + clause.start <= end else start
    for token in clause.tokens:
        if token.end <= start or token.start >= end or token.is_a(words.THING) or _is_a_house(clause, token):
            continue
        if token.start > at:
            left.append(clause.slice(at, token.start))
        at = max(at, token.end)
    if at < end:
        left.append(clause.slice(at, end))
    return "".join(char for part in left for char in part if char not in _PARTICLES)


# 系统里显示22000名, 台账上是710户: where it was read, and no thing that is spoken of.
_SOURCE: Final = re.compile(
    "(?:[ ，,:：]*(?:我们?|区里|市里|业务|目前|现在|今天|按|从|据|根据)?"
    "(?:的)?(?:系统|平台|台账|台帐|报表|后台|数据库|统计表|表格?|账本?)"
    "(?:里面?|上面?|中)?(?:显示|登记|录入|录了|导出来?|统计|查到|反映|看|查|记)的?(?:有|是|为)?)"
)


def _is_a_house(clause: Clause, token: Token) -> bool:
    """The 楼 of 裙楼; not that of 3楼, which is a storey."""
    return token.text == "楼" and clause.slice(token.start - 1, token.start) not in _STOREYS


_STOREYS: Final = frozenset("0123456789一二三四五六七八九十两几号")


def lacks(clause: Clause) -> bool:
    """2020年基数还没拿到, 土地尚未移交; not 没到3000."""
    for token in clause.tokens:
        if token.is_a(words.NEG) and clause.slice(token.end, token.end + 4).startswith(beside.LACKING):
            return True
    return False


_FOR_WHAT: Final = re.compile(
    "等(?:市|区|省|上级|领导|批|审|文件|通知|结果|验收|到货|材料|设备|资金|图纸|手续|许可|拆迁|供电|专家|评审|厂家)"
)


def waits(clause: Clause) -> bool:
    """等市里文件, 道路整治等市里批文; not 三堡街等道路."""
    if clause.has(words.WAIT) and _FOR_WHAT.search(clause.text):
        return True
    for at, token in enumerate(clause.tokens):
        if not token.is_a(words.WAIT):
            continue
        if len(token.text) > 1 or token.start - clause.start <= 1:
            return True
        before = clause.tokens[at - 1] if at else None
        if before is not None and before.number and before.end == token.start and before.number.unit:
            return token.end < clause.end  # 2所等国庆
        if (
            before is not None
            and before.end == token.start
            and before.text in ("在", "还", "就", "要", "需", "正", "只", "都")
        ):
            return True
    return False


_SOMEBODY_SAYS: Final = re.compile(
    "[据听][^，。；;,]{1,8}(?:介绍|反映|反馈|讲|称|汇报|透露|说|提起|提到)"
    "|(?:施工方|施工队|施工单位|总包|业主|监理|运营方|中介|厂家|甲方|乙方|项目部|代建方?|设计院|物业|园方|供应商|街道|社区|镇[里上]"
    "|村里|他们|她们|人家|同事|隔壁|科[里室长]|下面|师傅)(?:那边|那头|这边|的人)?(?:口头|在|都|也|刚)?(?:说是?|讲|称|告诉我|透露|估)"
    "(?!不|没|场地|居民|老人|资金|钱|要|还要|得|等|材料)"
)


# 我记不太清了: what was said right before is not sure.
UNSURE_OF_IT: Final = re.compile(
    "(?:记|说|拿|吃)不(?:太|大)?[清准]|不(?:太|大)?(?:确定|肯定|敢保证|保证准|敢说)|(?:等|让|容)我(?:再|先)?(?:翻|查|核|看|对|问)"
    "|(?<![的项])我还?[得要](?:再|先|回?去)?[问查核翻对看]|瞎估|估的|猜的|应该是的|应该吧|应该没错|好像是|大概是吧|印象|没(?:仔细|细)?[核对]"
)


def told(clause: Clause) -> bool:
    """听说, 据运营方介绍: somebody else's word."""
    return clause.has(words.TOLD) or _SOMEBODY_SAYS.search(clause.text) is not None


def looks_ahead(clause: Clause) -> bool:
    """接下来和三家公司重新核服务单: a next step of the row spoken of, whatever it names."""
    first = next((token for token in clause.tokens if not token.is_a(words.FILL)), None)
    return first is not None and first.is_a(words.NEXT) and first.start - clause.start <= 4
