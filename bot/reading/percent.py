"""Percent: what is stated of the whole task."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.reading import beside, words
from bot.reading.clauses import Clause, subject
from bot.reading.model import Certainty, RowContext
from bot.reading.overall import OVERALL, of_a_count, of_the_part_before, parts_side_by_side
from bot.reading.tokens import Token
from bot.reading.vocabulary import Vocabulary, top_targets
from data.language.numbers import Number

_NOT_WHOLE: Final = (
    words.RATE,
    words.MONEY,
    words.LAST_YEAR,
    words.MORE,
    words.MONTH,
    words.STAGE,
    words.LEFT,
    words.OTHERS,
)


@dataclass(frozen=True, slots=True)
class Percent:
    """A percent of the whole, its span, and the upper end where a range was given."""

    value: float
    span: tuple[int, int]
    rule: str
    certainty: Certainty = "certain"
    high: float | None = None


def find_percents(
    clauses: list[Clause], row: RowContext, index: int, vocabulary: Vocabulary, *, correcting: bool = False
) -> list[Percent]:
    """The percents of the whole task, in order.

    Catches 完成80%, 总体进度六成, 占计划的64%, 适老化改造完成70% (the row itself). Not: 开工率90%, 投资完成60%,
    同比增长12%, 失业率2.1%, 外立面完成80% (a part), 预计年底达到90%, 上次75%, 序时74%.
    """
    found: list[Percent] = []
    parts, each, counted, before = False, False, None, None
    for clause in clauses:
        parts = (parts and not clause.new_sentence) or clause.has(words.INCLUDED)
        counted = None if clause.new_sentence else counted
        each = _EACH.search(clause.text) is not None or (each and clause.goes_on)
        passed = (
            clause.asks or each or (bool(found) and parts and not OVERALL.search(clause.text.rstrip(" 0123456789.%")))
        )
        for at in clause.numbers():
            number = clause.tokens[at].number
            assert number is not None
            percent = None if passed else _one(clause, at, row, index, vocabulary, correcting=correcting)
            if percent is None and not passed:
                percent = _fraction(clause, at, row)
            if percent is None and not passed and _month_beside_month(clauses, clause, at):
                percent = Percent(number.value, (number.start, number.end), "this month beside the last")
            of_other = (
                of_a_count(before, clause) or _of_a_figure(counted, clause, number, row) or _of_some(clause, at, row)
            )
            of_other = of_other or (bool(found) and of_the_part_before(before, clause, at, clauses))
            if percent is not None and not of_other:
                _add(found, percent, clause, at)
            counted = counted if number.percent else number
        before = clause
    return [] if parts_side_by_side(clauses, row) and not correcting else found


_FRACTION: Final = re.compile("^/([2-9]|10)(?![0-9./个户家所人套条亩场台部])")
_OF_ALL: Final = re.compile("(?:完成|进度|做到|做了|干了|到|过|约|近|超|超过)(?:了|约|近|超过?)?[ ]?$")


def _fraction(clause: Clause, at: int, row: RowContext) -> Percent | None:
    """完成3/4, where nothing of the row is counted in fours."""
    token = clause.tokens[at]
    match = _FRACTION.match(clause.slice(token.end, clause.end))
    number = token.number
    if match is None or number is None or number.unit or number.percent or number.value >= int(match[1]):
        return None
    goals = {target.value for target in row.targets}
    if int(match[1]) in goals or not _OF_ALL.search(clause.slice(clause.start, token.start)):
        return None
    return Percent(
        100 * number.value / int(match[1]), (token.start, token.end + match.end()), "a fraction of the whole"
    )


_EACH: Final = re.compile(
    "[0-9一二两三四五六七八九十][条个家所户处台部座段项](?:\\w{0,4}?)分别"
)  # 还有3条分别完成80%、65%
_LAST_TIME: Final = re.compile("上个?月|上期|上次")
_THIS_TIME: Final = re.compile("^(?:本月|这个月|本期|这次)(?:是|为|到|达到|完成)?$")


def _month_beside_month(clauses: list[Clause], clause: Clause, at: int) -> bool:
    """上月59%，本月64%: how far it is now, beside how far it was."""
    number = clause.tokens[at].number
    ahead = clause.slice(clause.start, clause.tokens[at].start).strip()
    return (
        number is not None
        and number.percent
        and _THIS_TIME.match(ahead) is not None
        and any(_LAST_TIME.search(other.text) and other.numbers() for other in clauses if other is not clause)
    )


def _add(found: list[Percent], percent: Percent, clause: Clause, at: int) -> None:
    """A second percent behind 到 or - is the upper end of the first."""
    if found and _range(clause, at, found[-1]):
        low = found[-1]
        found[-1] = Percent(low.value, (low.span[0], percent.span[1]), "range", "unsure", percent.value)
    else:
        found.append(percent)


def _of_some(clause: Clause, at: int, row: RowContext) -> bool:
    """1条完成85%: of one of the two; not 28个小区完成85%, all of them."""
    before = next((token for token in reversed(clause.tokens[:at]) if token.number), None)
    if before is None or before.number is None or before.number.percent or before.number.unit is None:
        return False
    between = beside.LOOSELY.sub("", clause.slice(before.end, clause.tokens[at].start)).strip()
    if between not in beside.HOW_FAR and not (between == "" and before.number.value == 1):  # 1条90%
        return False
    return any(
        target.unit == before.number.unit and before.number.value < (target.value or 0) for target in row.targets
    )


def _until(clause: Clause, token: Token) -> bool:
    """截至9月底70%, 到9月底70%; not 到12月底80%, 下月到80%, which is to come."""
    to_come = token.day is not None and token.day.is_ahead
    return clause.has(words.UNTIL) or (not to_come and clause.slice(token.start - 1, token.start) in ("到", "至"))


def _of_a_figure(counted: Number | None, clause: Clause, number: Number, row: RowContext) -> bool:
    """学位3200个，占计划64%: in a row with several targets the percent is that of the figure before."""
    if counted is None or len(top_targets(row.targets)) < 2:
        return False
    of_plan = clause.has(words.PLAN) or "占" in clause.text or "率" in clause.text
    return of_plan or any(
        target.value and abs(100 * counted.value / target.value - number.value) < 1 for target in row.targets
    )


_PROGRESS: Final = re.compile(
    "(?:进度|完成率|完成比例|完成度)(?:嘛|呢|么|呀)?(?:大概|大约)?(?:是|为|到|达|达到|约|在)?[:： ]?$"
)


def _bare_percent(clause: Clause, at: int) -> bool:
    """形象进度48: a percent without its sign."""
    number = clause.tokens[at].number
    if number is None or number.unit is not None or not 0 < number.value <= 100:
        return False
    if number.value < 1:  # 完成0.72
        return clause.text_left_of(at).rstrip().endswith(("完成", "完成了", "进度", "到", "完成率", "比例", "完成度"))
    if _PROGRESS.search(clause.text_left_of(at)) is not None:
        return True
    return _GROWN.search(clause.slice(clause.start, clause.tokens[at].start)) is not None


# 形象进度由上回的38提到51
_GROWN: Final = re.compile(
    "(?:进度|完成率|完成比例)[^，。]{0,3}[从由][^，。]*[0-9][^，。]*(?:提|提高|提升|上升|升|增加|增|涨|推进|赶)(?:到|至)了?$"
)


_DOTS: Final = re.compile("点[了吧呢。 ]*$")


def _in_points(clause: Clause, at: int) -> bool:
    """完成了62个百分点, 就是六十三个点: a percent in points; not 提高5个百分点."""
    number = clause.tokens[at].number
    if number is None or clause.has(words.RATE, words.MORE, words.EXCESS, words.LEFT):
        return False
    dots = number.unit == "个" and number.value >= 10 and _DOTS.match(clause.text_right_of(at)) is not None
    if number.unit != "百分点" and not dots:
        return False
    return re.search("(?:完成了?|就是|是|到|达|进度|约|大概|差不多)$", clause.text_left_of(at).rstrip()) is not None


_MISTAKEN: Final = re.compile("(?:[打写报看说记填输]成了?|误报|误写)$")  # 打成56了


def _corrects(number: Number, row: RowContext) -> bool:
    """62, in a correction where a percent and no figure was said of the row."""
    said = row.last is not None and row.last.percent not in (None, number.value) and not row.last.figures
    return said and number.unit is None and 0 < number.value <= 100


def _of_one_target(left: str, row: RowContext, index: int, vocabulary: Vocabulary) -> bool:
    """就业完成80%, 送书完成100% in a row that counts other things too; not 促进就业完成80% (its name)."""
    if index < 0 or len(top_targets(row.targets)) < 2 or any(name in left for name in row.names):
        return False
    return max(vocabulary.target_scores(left, index, len(row.targets))) >= 0.65


# Single verbs that say how far the whole is: 干了一半, 铺了八成.
_DOING: Final = frozenset("好盖提升涨增算有合过达破近满干做搞弄装铺修建完测放送演办推改栽种挖打跑走用拆砌刷施超逾条")


_PLANNED: Final = frozenset(words.listed("计划 目标 应 应完成 应达 序时应 按计划应 原计划 原定 要求 需"))
_BY_NOW: Final = ("序时", "时序", "应", "按计划应", "按序时")


def _planned(token: Token, gap: int) -> bool:
    """62%（计划60%）, 序时应该是72%: what was to be reached by now."""
    return (gap <= 1 and token.text in _PLANNED) or (
        gap <= (4 if token.is_a(words.PLAN, words.RATE) else 2) and token.text.startswith(_BY_NOW)
    )


def _leads_up(clause: Clause, token: Token, at: int) -> bool:
    """The 提高 of 从65%提高到68%."""
    return clause.slice(token.end, clause.tokens[at].start).lstrip().startswith(("到", "至", "为"))


_FROM: Final = re.compile("[从由]$")


def _grown_later(clause: Clause, at: int) -> bool:
    """The 65% of 从65%提高到68%: another percent stands behind it."""
    return any(token.number and token.number.percent for token in clause.tokens[at + 1 :])


_ANOTHER: Final = re.compile("另[一1]?(?:外)?[一1两二]?(?:个|条|家|所|座|段|处|块|标段|幢|栋)")


def _range(clause: Clause, at: int, before: Percent) -> bool:
    if at == 0 or clause.tokens[at - 1].end < before.span[0]:
        return False
    gap = clause.slice(before.span[1], clause.tokens[at].start).strip()
    return before.span[0] >= clause.start and gap in ("-", "~", "到", "至", "或", "或者")


def _one(
    clause: Clause, at: int, row: RowContext, index: int, vocabulary: Vocabulary, *, correcting: bool
) -> Percent | None:
    """The percent of one number, if it is that of the whole task."""
    number = clause.tokens[at].number
    if number is None or not (
        number.percent or _in_points(clause, at) or _bare_percent(clause, at) or (correcting and _corrects(number, row))
    ):
        return None
    if _TIME_BEHIND.match(clause.text_right_of(at)) or _MISTAKEN.search(clause.text_left_of(at).rstrip()):
        return None
    if _THE_GOAL.match(clause.text_right_of(at)):
        return None
    if _is_of_something_else(clause, at) or _is_a_start_or_plan(clause, at) or _of_trouble(clause, at):
        return None
    ahead = clause.slice(clause.start, clause.tokens[at].start)
    of_part = _of_a_part(clause, at, row, index, vocabulary) or _of_one_target(ahead, row, index, vocabulary)
    if of_part and not (correcting or OVERALL.search(ahead)):
        return None
    of_a_thing = _is_half_of_a_thing(clause, at) and not _names_row(ahead, index, vocabulary)
    if of_a_thing and not (correcting or index < 0):
        return None
    certainty: Certainty = "likely" if number.approx else "certain"
    value = number.value if number.percent or number.value >= 1 else 100 * number.value
    return Percent(value, (number.start, number.end), "percent of the whole", certainty)


_THE_GOAL: Final = re.compile("[ ]?的(?:年度|全年|控制|序时)?(?:目标|任务|计划|指标|要求|红线|上限)")  # 好于3%的目标


def _is_of_something_else(clause: Clause, at: int) -> bool:
    """开工率90%, 投资完成60%, 预计年底达到90%, 没到60%, 另一条90%: the nearest word that leads up to it decides."""
    left = clause.left_of(at)
    overall = OVERALL.search(clause.slice(clause.start, clause.tokens[at].start)) is not None  # 算上装修总进度78%
    if _ANOTHER.search(clause.slice(clause.start, clause.tokens[at].start)):
        return True
    for token in reversed(left):
        if _settles(clause, token, at):
            break
        if token.is_a(words.STAGE) and overall:
            continue
        if token.is_a(*_NOT_WHOLE, words.FUTURE, words.NOT_IT, words.EXCESS) and not _is_verb(token):
            return True
        if token.day is not None and not token.day.is_past and not _until(clause, token):
            return True
        if token.is_a(words.NEG) or (token.is_a(words.NEXT) and token.text.startswith("下")):
            return True  # 下月到80%
    steps = () if overall else (words.STAGE,)
    return any(
        token.is_a(words.MONEY, words.RATE, *steps)
        and not (_is_verb(token) or token.is_a(words.START))
        and not (token.is_a(words.RATE) and _leads_up(clause, token, at))
        for token in left
    )


def _settles(clause: Clause, token: Token, at: int) -> bool:
    """目前, 累计, 从65%提高到68%, 本月做到70%: what stands ahead of it does not count."""
    if token.is_a(words.NOW, words.TOTAL) or (token.is_a(words.RATE) and _leads_up(clause, token, at)):
        return True
    return token.is_a(words.MONTH) and "到" in clause.slice(token.end, clause.tokens[at].start)


def _is_verb(token: Token) -> bool:
    return token.is_a(words.DONE, words.ONGOING)


_COMPARED: Final = re.compile("(?:比|较|相比|跟|和)(?![例重])[^，。；0-9]{1,8}的$")


def _is_a_start_or_plan(clause: Clause, at: int) -> bool:
    """The 65% of 从65%提高到68%, 62%（计划60%）, 比七月底的52%往前赶了一截."""
    token = clause.tokens[at]
    if _COMPARED.search(clause.slice(clause.start, token.start)):
        return True
    if _FROM.search(clause.slice(clause.start, token.start)) and _grown_later(clause, at):
        return True
    return any(_planned(other, token.start - other.end) for other in clause.left_of(at))


def _of_trouble(clause: Clause, at: int) -> bool:
    """施工队撤了一半."""
    before = clause.tokens[at - 1] if at else None
    return before is not None and before.is_a(words.PROBLEM) and clause.tokens[at].start - before.end <= 1


def _names_row(ahead: str, index: int, vocabulary: Vocabulary) -> bool:
    """上门服务完成四分之三: of the row itself, whatever is left of its name."""
    return index >= 0 and vocabulary.row_scores(ahead, len(vocabulary.whole))[index] >= _NAMED


_NAMED: Final = 0.75


def _is_half_of_a_thing(clause: Clause, at: int) -> bool:
    """井挖了一半: half of what is named by one sign."""
    token = clause.tokens[at]
    said = subject(clause, clause.start, token.start)
    assert token.number is not None
    named = len(said) == 1 and "\u4e00" <= said <= "\u9fff" and said not in _DOING
    return named and "%" not in token.number.text


# 桥的进度20%: one thing of the row, named by a single sign.
_OF_ONE_THING: Final = re.compile(
    "(?:^|[，、；;\\s])[桥路楼馆站渠河井泵梯房园塘墙顶](?:的|那[边块个])?(?:形象|工程)?进度"
    "(?:是|为|约|到|达|完成)*[:： ]?$"
)


# 地上35%, 标段二35%, 三期80%
_OF_A_SECTION: Final = re.compile(
    "(?:地[上下]|室[内外]|[东南西北左右]侧?|标段[一二三四五六七八九0-9]?"
    "|[一二三四五六七八九0-9](?:期|标|标段|号楼))(?:的|部分|完成|进度|约|已)*[:： ]?$"
)
_TIME_BEHIND: Final = re.compile("个?(?:多?月|年|天|季度|钟头|小时|星期|礼拜)")  # 延误了大半个月
_LOOKS_LIKE: Final = re.compile("的(?:样子|光景|进度|工程量|工作量|量|形象)")  # 将近七成的样子
OVERALL_BEHIND: Final = re.compile(r"^ *(?:overall|in total|altogether|of the whole|整体|总体)\b", re.I)


def _of_a_part(clause: Clause, at: int, row: RowContext, index: int, vocabulary: Vocabulary) -> bool:
    """外立面完成80%, 80%的小区: a thing is named that is not the row itself."""
    token = clause.tokens[at]
    ahead = clause.slice(clause.start, token.start)
    if _OF_ONE_THING.search(ahead) or _OF_A_SECTION.search(ahead):
        return True
    said = subject(clause, clause.start, token.start)
    if OVERALL_BEHIND.match(clause.text_right_of(at)):
        return False
    some_of = clause.text_left_of(at).rstrip().endswith("有") and "%" not in token.text
    if some_of and len(subject(clause, token.end, clause.end)) >= 3:
        return True  # 有一半单元居民没谈拢
    if _LOOKS_LIKE.match(clause.text_right_of(at)):
        return False
    if clause.text_right_of(at).startswith("的") and len(subject(clause, token.end, clause.end)) >= 2:
        return not (said.isascii() and vocabulary.names(ahead, index))
    if len(said) < 2 or (said.isascii() and vocabulary.names(ahead, index)):
        return False
    return not (vocabulary.is_whole(said, index) or any(name in clause.text for name in row.names))
